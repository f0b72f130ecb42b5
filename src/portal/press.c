/* SPDX-License-Identifier: Apache-2.0 */
/* For the press: releases, and what an article about the campaign needs. */
#include "portal/article.h"
#include "portal/home.h"
#include "portal/portal.h"
#include "portal/share.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- whom to ask --- */

static void write_contact(struct page *p)
{
	const struct site_identity *who = &p->publication->site->identity;
	struct str phone = who->press_phone.size > 0 ? who->press_phone : who->phone;
	struct str mail = who->press_mail.size > 0 ? who->press_mail : who->mail;
	struct html *h = &p->html;
	html_open_class(h, "section", "card note onward");
	page_say(p, "h2", NULL, MESSAGE_PRESS_CONTACT);
	if (who->organiser[p->lang].size > 0)
		html_leaf(h, "p", NULL, who->organiser[p->lang]);
	if (phone.size > 0) {
		html_open(h, "p");
		page_phone(p, phone);
		html_close(h, "p");
	}
	if (mail.size > 0) {
		html_open(h, "p");
		page_mail(p, mail);
		html_close(h, "p");
	}
	if (phone.size == 0 && mail.size == 0)
		page_say(p, "p", NULL, MESSAGE_PRESS_NO_CONTACT);
	html_close(h, "section");
}

/* Without the site's own address there is no feed. */
static void write_feed(struct page *p)
{
	struct html *h = &p->html;
	if (p->publication->site->identity.address.size == 0)
		return;
	html_open_class(h, "section", "card note");
	page_say(p, "h2", NULL, MESSAGE_PRESS_FEED);
	page_say(p, "p", NULL, MESSAGE_PRESS_FEED_TEXT);
	html_open_class(h, "p", "more");
	page_link(p, NULL, p->lang == LANG_VI ? STR("/vi/feed.atom") : STR("/en/feed.atom"),
		MESSAGE_PRESS_FEED_LINK);
	html_close(h, "p");
	html_close(h, "section");
}

/* --- figures to quote --- */

struct figure {
	struct str key;
	enum message meaning;
};

static const struct figure figures[] = {
	{STR_INIT("top10-daily"), MESSAGE_PRESS_FIGURE_TOP10},
	{STR_INIT("all-daily"), MESSAGE_PRESS_FIGURE_ALL},
};

/* The last day something is known of; days: none. */
static size_t last_day(const struct page *p, const struct figure *figure)
{
	const struct site_series *s = site_series(p->publication->site, figure->key);
	return s ? series_latest(s) : 0;
}

static bool is_known(const struct page *p, const struct figure *figure)
{
	const struct site_series *s = site_series(p->publication->site, figure->key);
	return s && last_day(p, figure) < s->days;
}

static void write_figure(struct page *p, const struct figure *figure)
{
	const struct site_series *s = site_series(p->publication->site, figure->key);
	struct html *h = &p->html;
	if (!is_known(p, figure))
		return;
	size_t last = last_day(p, figure);
	struct instant day = {date_instant(s->first).seconds + (int64_t)last * SECONDS_PER_DAY};
	html_open(h, "tr");
	html_leaf(h, "td", "count", page_number(p, (uint64_t)s->v4[last]));
	html_leaf(h, "td", NULL, page_day(p, day));
	page_say(p, "td", NULL, figure->meaning);
	html_close(h, "tr");
}

static void write_table(struct page *p)
{
	static const enum message heads[] = {
		MESSAGE_PRESS_FIGURE, MESSAGE_PRESS_FIGURE_DAY, MESSAGE_PRESS_FIGURE_MEANS};
	struct html *h = &p->html;
	html_open_class(h, "div", "table");
	html_attribute(h, "tabindex", STR("0"));
	html_attribute(h, "role", STR("region"));
	html_attribute(h, "aria-label", text(p->lang, MESSAGE_PRESS_FIGURES));
	html_open(h, "table");
	html_open(h, "thead");
	html_open(h, "tr");
	for (size_t i = 0; i < COUNT(heads); i++) {
		html_open_class(h, "th", i == 0 ? "count" : NULL);
		html_attribute(h, "scope", STR("col"));
		html_text(h, text(p->lang, heads[i]));
		html_close(h, "th");
	}
	html_close(h, "tr");
	html_close(h, "thead");
	html_open(h, "tbody");
	for (size_t i = 0; i < COUNT(figures); i++)
		write_figure(p, &figures[i]);
	html_close(h, "tbody");
	html_close(h, "table");
	html_close(h, "div");
}

static bool any_simulated(const struct page *p)
{
	for (size_t i = 0; i < p->publication->site->series_count; i++)
		if (p->publication->site->series[i].simulated)
			return true;
	return false;
}

static void write_figures(struct page *p)
{
	struct html *h = &p->html;
	bool any = false;
	for (size_t i = 0; i < COUNT(figures); i++)
		any = any || is_known(p, &figures[i]);
	html_open_class(h, "section", "others");
	page_say(p, "h2", "section", MESSAGE_PRESS_FIGURES);
	if (any && any_simulated(p))
		page_say(p, "p", "notice caution", MESSAGE_PRESS_SIMULATED);
	if (any)
		write_table(p);
	else
		page_say(p, "p", NULL, MESSAGE_PRESS_NO_FIGURES);
	page_say(p, "p", NULL, MESSAGE_PRESS_QUOTE);
	html_open_class(h, "p", "more");
	page_link(p, NULL, page_path(PAGE_FIGURES, p->lang), MESSAGE_FIGURES_ALL);
	html_close(h, "p");
	html_open_class(h, "p", "more");
	page_link(p, NULL, page_path(PAGE_MEASURE, p->lang), MESSAGE_PRESS_MEASURE);
	html_close(h, "p");
	html_close(h, "section");
}

/* --- the kit --- */

static void write_download(struct page *p, enum asset asset, const char *name, enum message label)
{
	struct html *h = &p->html;
	html_open(h, "li");
	html_open_class(h, "a", "button quiet");
	html_attribute(h, "href", assets_table()[asset].path);
	html_attribute(h, "download", str_from(name));
	html_text(h, text(p->lang, label));
	html_close(h, "a");
	html_close(h, "li");
}

static void write_mark(struct page *p)
{
	struct html *h = &p->html;
	html_open_class(h, "section", "card plain");
	page_say(p, "h3", NULL, MESSAGE_PRESS_MARK);
	html_open_class(h, "p", "preview");
	html_void(h, "img");
	html_attribute(h, "src", assets_table()[ASSET_MARK_SVG].path);
	html_attribute(h, "width", STR("96"));
	html_attribute(h, "height", STR("96"));
	html_attribute(h, "alt", text(p->lang, MESSAGE_PRESS_MARK_ALT));
	html_close(h, "p");
	page_say(p, "p", NULL, MESSAGE_PRESS_MARK_TEXT);
	html_open_class(h, "ul", "ways");
	write_download(p, ASSET_MARK_SVG, "quet-sach.svg", MESSAGE_PRESS_MARK_SVG);
	write_download(p, ASSET_MARK_1024_PNG, "quet-sach-1024.png", MESSAGE_PRESS_MARK_PNG);
	html_close(h, "ul");
	html_close(h, "section");
}

static void write_name(struct page *p)
{
	struct html *h = &p->html;
	html_open_class(h, "section", "card plain");
	page_say(p, "h3", NULL, MESSAGE_PRESS_NAME);
	html_leaf(h, "p", "press-name", STR("Quét Sạch"));
	page_say(p, "p", NULL, MESSAGE_PRESS_NAME_TEXT);
	html_close(h, "section");
}

struct colour {
	struct str code;
	enum message name;
};

static const struct colour colours[] = {
	{STR_INIT("#0b6b4f"), MESSAGE_PRESS_COLOUR_GREEN},
	{STR_INIT("#16906b"), MESSAGE_PRESS_COLOUR_MARK},
	{STR_INIT("#07412f"), MESSAGE_PRESS_COLOUR_DEEP},
	{STR_INIT("#e2711d"), MESSAGE_PRESS_COLOUR_ACT},
};

/* A drawing, because pages take no styles of their own and these must not change with the theme. */
static void write_swatch(struct page *p, const struct colour *colour)
{
	struct html *h = &p->html;
	html_open(h, "li");
	html_open(h, "svg");
	html_attribute(h, "viewBox", STR("0 0 48 48"));
	html_attribute(h, "width", STR("48"));
	html_attribute(h, "height", STR("48"));
	html_attribute(h, "aria-hidden", STR("true"));
	html_open(h, "rect");
	html_attribute(h, "width", STR("48"));
	html_attribute(h, "height", STR("48"));
	html_attribute(h, "rx", STR("10"));
	html_attribute(h, "fill", colour->code);
	html_close(h, "rect");
	html_close(h, "svg");
	html_open(h, "span");
	page_say(p, "strong", NULL, colour->name);
	html_text(h, STR(" "));
	html_leaf(h, "code", NULL, colour->code);
	html_close(h, "span");
	html_close(h, "li");
}

static void write_colours(struct page *p)
{
	html_open_class(&p->html, "section", "card plain");
	page_say(p, "h3", NULL, MESSAGE_PRESS_COLOURS);
	html_open_class(&p->html, "ul", "swatches");
	for (size_t i = 0; i < COUNT(colours); i++)
		write_swatch(p, &colours[i]);
	html_close(&p->html, "ul");
	html_close(&p->html, "section");
}

static void write_kit(struct page *p)
{
	html_open_class(&p->html, "section", "others");
	page_say(p, "h2", "section", MESSAGE_PRESS_KIT);
	html_open_class(&p->html, "div", "kit");
	write_mark(p);
	html_open(&p->html, "div");
	write_name(p);
	write_colours(p);
	html_close(&p->html, "div");
	html_close(&p->html, "div");
	html_close(&p->html, "section");
}

/* --- the page --- */

static void write_first(struct page *p)
{
	struct html *h = &p->html;
	html_open_class(h, "div", "two");
	html_open(h, "section");
	page_say(p, "h2", "section", MESSAGE_PRESS_RELEASES);
	article_write_list(p, ARTICLE_RELEASE, PAGE_PRESS, "h3", MESSAGE_PRESS_NONE);
	html_close(h, "section");
	html_open_class(h, "div", "beside");
	write_contact(p);
	write_feed(p);
	html_close(h, "div");
	html_close(h, "div");
}

void portal_press(const struct http_request *q, struct http_answer *a)
{
	static const struct page_head head = {.name = PAGE_PRESS,
		.title = MESSAGE_PRESS_TITLE,
		.description = MESSAGE_PRESS_DESCRIPTION};
	struct page p;
	page_begin(&p, q, a);
	a->cache = HTTP_NO_CACHE;
	page_write_head(&p, &head);
	html_open_class(&p.html, "div", "wrap article");
	page_crumbs(&p, PAGE_HOME, text(p.lang, MESSAGE_MENU_PRESS));
	page_say(&p, "h1", NULL, MESSAGE_PRESS_TITLE);
	page_say(&p, "p", "lead", MESSAGE_PRESS_LEAD);
	write_first(&p);
	write_figures(&p);
	write_kit(&p);
	if (p.publication->site->identity.address.size > 0)
		share_write_for_sites(&p, page_url(&p, page_path(PAGE_HOME, p.lang)));
	html_close(&p.html, "div");
	page_end(&p);
}

void portal_release(const struct http_request *q, struct http_answer *a)
{
	article_show_below(q, a, PAGE_PRESS, ARTICLE_RELEASE);
}
