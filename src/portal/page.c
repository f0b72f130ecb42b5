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

/* --- pieces --- */

/* "1900 58 58 50" → "tel:19005858500"; + only in front. */
static void write_phone(struct page *p, struct str number)
{
	struct writer href;
	writer_init(&href, TEXT_LIMIT);
	writer_text(&href, number.size > 0 && number.data[0] == '+' ? "tel:+" : "tel:");
	for (size_t i = 0; i < number.size; i++)
		if (number.data[i] >= '0' && number.data[i] <= '9')
			writer_char(&href, number.data[i]);
	html_link(&p->html, NULL, page_keep(p, &href), number);
	writer_release(&href);
}

void page_phone(struct page *p, struct str numbers)
{
	struct str rest = numbers;
	write_phone(p, str_trim(str_cut(rest, '|', &rest)));
	while (rest.size > 0) {
		html_text(&p->html, STR(" · "));
		write_phone(p, str_trim(str_cut(rest, '|', &rest)));
	}
}

void page_mail(struct page *p, struct str address)
{
	struct writer href;
	writer_init(&href, TEXT_LIMIT);
	writer_text(&href, "mailto:");
	writer_str(&href, address);
	html_link(&p->html, NULL, page_keep(p, &href), address);
	writer_release(&href);
}

static void write_crumb(struct page *p, enum page_name name)
{
	html_open(&p->html, "li");
	page_link(p, NULL, page_path(name, p->lang), page_infos[name].menu);
	html_close(&p->html, "li");
}

void page_crumbs(struct page *p, enum page_name parent, struct str here)
{
	html_open_class(&p->html, "nav", "crumbs");
	html_attribute(&p->html, "aria-label", text(p->lang, MESSAGE_CRUMBS_LABEL));
	html_open(&p->html, "ol");
	write_crumb(p, PAGE_HOME);
	if (parent != PAGE_HOME)
		write_crumb(p, parent);
	html_open(&p->html, "li");
	html_attribute(&p->html, "aria-current", STR("page"));
	html_text(&p->html, here);
	html_close(&p->html, "li");
	html_close(&p->html, "ol");
	html_close(&p->html, "nav");
}

static void write_rows(struct html *h, unsigned rows)
{
	struct writer digits;
	writer_init(&digits, 16);
	writer_decimal(&digits, rows);
	html_attribute(h, "rows", writer_view_str(&digits));
	writer_release(&digits);
}

void page_copy_field(
	struct page *p, const char *id, enum message label, struct str value, unsigned rows)
{
	struct html *h = &p->html;
	html_open_class(h, "div", "copy");
	html_attribute(h, "data-copy", text(p->lang, MESSAGE_COPY));
	html_attribute(h, "data-copied", text(p->lang, MESSAGE_COPIED));
	html_attribute(h, "data-selected", text(p->lang, MESSAGE_COPY_SELECTED));
	html_open(h, "label");
	html_attribute(h, "for", str_from(id));
	html_text(h, text(p->lang, label));
	html_close(h, "label");
	html_open(h, "div");
	html_open_class(h, "textarea", rows > 1 ? "code" : NULL);
	html_attribute(h, "id", str_from(id));
	write_rows(h, rows);
	html_flag(h, "readonly");
	html_attribute(h, "spellcheck", STR("false"));
	html_text(h, value);
	html_close(h, "textarea");
	html_close(h, "div");
	html_close(h, "div");
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
