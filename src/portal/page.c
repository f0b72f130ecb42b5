/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/page.h"

enum {
	TEXT_LIMIT = 4096
};

const struct listing_facts *page_facts(const struct page *p)
{
	return p->publication->listing ? listing_facts(p->publication->listing) : NULL;
}

/* --- words --- */

static struct str find_value(
	struct str name, const struct page_value *values, size_t count, bool *ret_strong)
{
	for (size_t i = 0; i < count; i++) {
		if (str_equal(values[i].name, name)) {
			*ret_strong = values[i].strong;
			return values[i].value;
		}
	}
	*ret_strong = false;
	return STR("");
}

void page_words(struct page *p, enum message message, const struct page_value *values, size_t count)
{
	struct str rest = text(p->lang, message);
	struct str words;
	struct str name;
	while (text_next(&rest, &words, &name)) {
		bool strong;
		struct str value = find_value(name, values, count, &strong);
		html_text(&p->html, words);
		if (strong)
			html_leaf(&p->html, "strong", NULL, value);
		else
			html_text(&p->html, value);
	}
}

void page_say_with(struct page *p, const char *element, const char *css_class, enum message message,
	const struct page_value *values, size_t count)
{
	html_open_class(&p->html, element, css_class);
	page_words(p, message, values, count);
	html_close(&p->html, element);
}

void page_say(struct page *p, const char *element, const char *css_class, enum message message)
{
	html_leaf(&p->html, element, css_class, text(p->lang, message));
}

void page_draw(struct page *p, enum drawing drawing)
{
	struct bytes b = drawing_bytes(drawing);
	html_asset(&p->html, (struct str){(const char *)b.data, b.size});
}

void page_link(struct page *p, const char *css_class, struct str href, enum message message)
{
	html_link(&p->html, css_class, href, text(p->lang, message));
}

/* --- values --- */

struct str page_keep(struct page *p, const struct writer *w)
{
	struct str copy = {NULL, 0};
	if (writer_end(w) == E_OK)
		copy = arena_copy(&p->arena, writer_view_str(w));
	if (!copy.data) {
		writer_fail(p->html.out, E_NOMEM);
		return STR("");
	}
	return copy;
}

static struct str keep_and_release(struct page *p, struct writer *w)
{
	struct str kept = page_keep(p, w);
	writer_release(w);
	return kept;
}

struct str page_number(struct page *p, uint64_t value)
{
	struct writer w;
	writer_init(&w, TEXT_LIMIT);
	text_number(&w, p->lang, value);
	return keep_and_release(p, &w);
}

struct str page_time(struct page *p, struct instant t)
{
	struct writer w;
	writer_init(&w, TEXT_LIMIT);
	text_time(&w, p->lang, p->context->zone, t);
	return keep_and_release(p, &w);
}

struct str page_day(struct page *p, struct instant t)
{
	struct writer w;
	writer_init(&w, TEXT_LIMIT);
	text_date(&w, p->lang, instant_date(t));
	return keep_and_release(p, &w);
}

struct str page_ip(struct page *p, struct ip ip)
{
	struct writer w;
	writer_init(&w, TEXT_LIMIT);
	writer_ip(&w, ip);
	return keep_and_release(p, &w);
}

struct str page_count(struct page *p, enum message one, enum message many, uint64_t count)
{
	struct writer w;
	struct str number = page_number(p, count);
	writer_init(&w, TEXT_LIMIT);
	text_write(&w, p->lang, count == 1 ? one : many,
		&(const struct text_arg){STR("count"), number}, 1);
	return keep_and_release(p, &w);
}

struct str page_duration(struct page *p, uint32_t seconds)
{
	enum {
		HOURS_UP_TO = 3 * SECONDS_PER_DAY
	};
	if (seconds <= HOURS_UP_TO)
		return page_count(p, MESSAGE_DURATION_HOUR, MESSAGE_DURATION_HOURS,
			seconds / SECONDS_PER_HOUR);
	return page_count(
		p, MESSAGE_DURATION_DAY, MESSAGE_DURATION_DAYS, seconds / SECONDS_PER_DAY);
}
