/* SPDX-License-Identifier: Apache-2.0 */
/* The live figure in a frame of another site's page, from 320 × 180 pixels up. */
#include "portal/page.h"
#include "portal/portal.h"
#include "report/series_chart.h"

/* Words in a chart grow and shrink with it: one for narrow frames and one for wide ones, of which
 * the style shows one. */
struct size {
	const char *css_class;
	double width, height;
};
static const struct size sizes[] = {
	{"embed-narrow", 170, 72},
	{"embed-wide", 400, 130},
};

/* The last known day of the series, and what it shows. */
struct shown {
	const struct site_series *series;
	struct series_values v4;
	struct series_facts facts;
};

static bool find_shown(const struct page *p, struct shown *s)
{
	s->series = site_series(p->publication->site, STR("top10-daily"));
	if (!s->series)
		return false;
	s->v4 = series_values(s->series, false);
	return series_facts(&s->v4, &s->facts);
}

static void write_spark(struct page *p, const struct shown *s, const struct size *size)
{
	const struct series_look look = {
		.lang = p->lang,
		.width = size->width,
		.height = size->height,
		.title = text(p->lang, MESSAGE_EMBED_TITLE),
		.id = str_from(size->css_class),
	};
	struct chart chart;
	enum err err = sparkline_build(&p->arena, &s->v4, &look, &chart);
	html_open_class(&p->html, "div", size->css_class);
	if (err == E_OK)
		chart_write_svg(&p->html, &chart);
	else
		writer_fail(p->html.out, err);
	html_close(&p->html, "div");
}

/* --- the words --- */

static void write_figure(struct page *p, const struct shown *s)
{
	struct html *h = &p->html;
	struct str day = page_day(p, date_instant(series_date(&s->v4, s->facts.last)));
	html_open_class(h, "div", "embed-figure");
	html_leaf(h, "p", "embed-number", page_number(p, (uint64_t)s->facts.latest));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		write_spark(p, s, &sizes[i]);
	html_close(h, "div");
	html_open_class(h, "p", "embed-note");
	page_words(p, MESSAGE_EMBED_DAY, &(const struct page_value){STR("day"), day, true}, 1);
	int64_t v6 = s->series->v6[s->facts.last];
	if (v6 > 0) {
		html_text(h, STR(" "));
		page_say_values(p, "span", "embed-more", MESSAGE_EMBED_V6,
			{STR("count"), page_number(p, (uint64_t)v6), false});
	}
	html_close(h, "p");
}

/* The frame is small: the site opens in a tab of its own. */
static void write_source(struct page *p, bool simulated)
{
	struct html *h = &p->html;
	html_open_class(h, "p", "embed-source");
	html_open(h, "a");
	html_attribute(h, "href", page_path(PAGE_FIGURES, p->lang));
	html_attribute(h, "target", STR("_blank"));
	html_attribute(h, "rel", STR("noopener"));
	page_say(p, "span", "embed-more", MESSAGE_EMBED_SOURCE);
	html_text(h, STR(" Quét Sạch"));
	html_close(h, "a");
	if (simulated)
		page_say(p, "strong", "embed-simulated", MESSAGE_SIMULATED_TITLE);
	html_close(h, "p");
}

static void write_meta(struct html *h, const char *name, struct str content)
{
	html_void(h, "meta");
	html_attribute(h, "name", str_from(name));
	html_attribute(h, "content", content);
}

static void write_head(struct page *p)
{
	struct html *h = &p->html;
	html_open(h, "head");
	html_void(h, "meta");
	html_attribute(h, "charset", STR("utf-8"));
	write_meta(h, "viewport", STR("width=device-width, initial-scale=1"));
	write_meta(h, "color-scheme", STR("light dark"));
	write_meta(h, "robots", STR("noindex"));
	html_open(h, "title");
	html_text(h, text(p->lang, MESSAGE_EMBED_TITLE));
	html_text(h, STR(" · Quét Sạch"));
	html_close(h, "title");
	html_void(h, "link");
	html_attribute(h, "rel", STR("stylesheet"));
	html_attribute(h, "href", assets_table()[ASSET_SITE_CSS].path);
	html_close(h, "head");
}

static void write_body(struct page *p)
{
	struct shown shown = {.series = NULL};
	struct html *h = &p->html;
	bool any = find_shown(p, &shown);
	html_open_class(h, "body", "embed");
	html_open(h, "main");
	page_say(p, "h1", NULL, MESSAGE_EMBED_HEADING);
	if (any)
		write_figure(p, &shown);
	else
		page_say(p, "p", "embed-note", MESSAGE_EMBED_NOT_KNOWN);
	write_source(p, any && shown.series->simulated);
	html_close(h, "main");
	html_close(h, "body");
}

void portal_embed(const struct http_request *q, struct http_answer *a)
{
	struct page p;
	page_begin(&p, q, a);
	a->cache = HTTP_NO_CACHE;
	a->elsewhere = true;
	html_open(&p.html, "html");
	html_attribute(&p.html, "lang", lang_code(p.lang));
	write_head(&p);
	write_body(&p);
	html_close(&p.html, "html");
	page_end_bare(&p);
}
