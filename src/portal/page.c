/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/page.h"

#include <assert.h>

#include "portal/language.h"

enum {
	ARENA_LIMIT = 256 << 10,
	TEXT_LIMIT = 4096
};

static const struct {
	struct str path[LANG__COUNT];
	enum message menu;
} pages[] = {
	[PAGE_HOME] = {{STR_INIT("/vi/"), STR_INIT("/en/")}, MESSAGE_MENU_HOME},
	[PAGE_CHECK] = {{STR_INIT("/vi/kiem-tra"), STR_INIT("/en/check")}, MESSAGE_MENU_CHECK},
	[PAGE_GUIDE] = {{STR_INIT("/vi/ra-quet"), STR_INIT("/en/clean")}, MESSAGE_MENU_GUIDE},
};

static_assert(sizeof(pages) / sizeof(pages[0]) == PAGE__COUNT, "every page has its addresses");

struct str page_path(enum page_name name, enum lang lang)
{
	return pages[name].path[lang];
}

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

/* --- the frame --- */

void page_begin(struct page *p, const struct http_request *q, struct http_answer *a)
{
	*p = (struct page){.request = q, .context = q->context};
	if (!language_of_path(q->path, &p->lang))
		p->lang = language_accepted(http_header(q, "Accept-Language"));
	a->language = p->lang == LANG_VI ? "vi" : "en";
	p->publication = published_acquire(p->context->published);
	arena_init(&p->arena, ARENA_LIMIT);
	html_init_document(&p->html, a->body);
}

static void write_meta(struct html *h, const char *name, struct str content)
{
	html_void(h, "meta");
	html_attribute(h, "name", str_from(name));
	html_attribute(h, "content", content);
}

static void write_file(struct html *h, const char *rel, enum asset asset)
{
	html_void(h, "link");
	html_attribute(h, "rel", str_from(rel));
	html_attribute(h, "href", assets_table()[asset].path);
}

static void write_alternates(struct page *p, enum page_name name)
{
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		html_void(&p->html, "link");
		html_attribute(&p->html, "rel", STR("alternate"));
		html_attribute(&p->html, "hreflang", lang_code((enum lang)lang));
		html_attribute(&p->html, "href", page_path(name, (enum lang)lang));
	}
}

static void write_html_head(struct page *p, const struct page_head *head)
{
	struct html *h = &p->html;
	html_open(h, "html");
	html_attribute(h, "lang", lang_code(p->lang));
	html_open(h, "head");
	html_void(h, "meta");
	html_attribute(h, "charset", STR("utf-8"));
	write_meta(h, "viewport", STR("width=device-width, initial-scale=1"));
	write_meta(h, "color-scheme", STR("light dark"));
	write_meta(h, "description", text(p->lang, head->description));
	html_open(h, "title");
	html_text(h, text(p->lang, head->title));
	html_text(h, STR(" · Quét Sạch"));
	html_close(h, "title");
	write_file(h, "stylesheet", ASSET_SITE_CSS);
	write_file(h, "icon", ASSET_MARK_SVG);
	if (head->name != PAGE__COUNT)
		write_alternates(p, head->name);
	html_close(h, "head");
}

static void write_brand(struct page *p)
{
	html_open_class(&p->html, "a", "brand");
	html_attribute(&p->html, "href", page_path(PAGE_HOME, p->lang));
	page_draw(p, DRAWING_MARK);
	html_leaf(&p->html, "span", NULL, STR("Quét Sạch"));
	html_close(&p->html, "a");
}

static void write_menu(struct page *p, enum page_name current)
{
	struct html *h = &p->html;
	html_open(h, "nav");
	html_attribute(h, "aria-label", text(p->lang, MESSAGE_MENU_LABEL));
	html_open(h, "ul");
	for (int name = 0; name < PAGE__COUNT; name++) {
		html_open(h, "li");
		html_open(h, "a");
		html_attribute(h, "href", page_path((enum page_name)name, p->lang));
		if (name == (int)current)
			html_attribute(h, "aria-current", STR("page"));
		html_text(h, text(p->lang, pages[name].menu));
		html_close(h, "a");
		html_close(h, "li");
	}
	html_close(h, "ul");
	html_close(h, "nav");
}

/* To the same page in the other language. */
static void write_switch(struct page *p, enum page_name current)
{
	enum lang other = p->lang == LANG_VI ? LANG_EN : LANG_VI;
	struct html *h = &p->html;
	html_open_class(h, "a", "language");
	html_attribute(h, "href", page_path(current == PAGE__COUNT ? PAGE_HOME : current, other));
	html_attribute(h, "hreflang", lang_code(other));
	html_attribute(h, "lang", lang_code(other));
	html_text(h, text(other, MESSAGE_LANGUAGE_NAME));
	html_close(h, "a");
}

static void write_simulated_banner(struct page *p)
{
	const struct listing_facts *facts = page_facts(p);
	if (!facts || !facts->simulated)
		return;
	html_open_class(&p->html, "aside", "simulated");
	html_attribute(&p->html, "aria-label", text(p->lang, MESSAGE_SIMULATED_TITLE));
	html_open_class(&p->html, "p", "wrap");
	html_leaf(&p->html, "strong", NULL, text(p->lang, MESSAGE_SIMULATED_TITLE));
	html_text(&p->html, STR(" "));
	html_text(&p->html, text(p->lang, MESSAGE_SIMULATED_TEXT));
	html_close(&p->html, "p");
	html_close(&p->html, "aside");
}

void page_write_head(struct page *p, const struct page_head *head)
{
	struct html *h = &p->html;
	write_html_head(p, head);
	html_open(h, "body");
	html_link(h, "skip", STR("#main"), text(p->lang, MESSAGE_SKIP));
	write_simulated_banner(p);
	html_open(h, "header");
	html_open_class(h, "div", "wrap");
	write_brand(p);
	write_menu(p, head->name);
	write_switch(p, head->name);
	html_close(h, "div");
	html_close(h, "header");
	html_open(h, "main");
	html_attribute(h, "id", STR("main"));
}

static void write_attribution(struct page *p)
{
	struct html *h = &p->html;
	if (!p->publication->network)
		return;
	html_open(h, "p");
	html_text(h, text(p->lang, MESSAGE_FOOTER_ATTRIBUTION));
	html_text(h, STR(" RouteViews, "));
	html_link(h, NULL, STR("https://db-ip.com"), STR("DB-IP"));
	html_text(h, STR(", NRO (CC BY 4.0)."));
	html_close(h, "p");
}

static void release(struct page *p)
{
	arena_release(&p->arena);
	published_release(p->context->published, p->publication);
}

void page_end(struct page *p)
{
	struct html *h = &p->html;
	html_close(h, "main");
	html_open(h, "footer");
	html_open_class(h, "div", "wrap");
	page_say(p, "p", "campaign", MESSAGE_FOOTER_CAMPAIGN);
	page_say(p, "p", NULL, MESSAGE_FOOTER_PRIVACY);
	write_attribution(p);
	html_close(h, "div");
	html_close(h, "footer");
	html_close(h, "body");
	html_close(h, "html");
	/* A mistake sticks in the body's writer, where the server looks. */
	(void)!html_end(h);
	release(p);
}

void page_abandon(struct page *p)
{
	writer_clear(p->html.out);
	release(p);
}
