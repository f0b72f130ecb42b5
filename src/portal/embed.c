/* SPDX-License-Identifier: Apache-2.0 */
/* The live figure in a frame of another site's page, from 320 × 180 pixels up. */
#include <math.h>

#include "portal/home.h"
#include "portal/page.h"
#include "portal/portal.h"
#include "report/chart.h"

enum {
	SPARK_DAYS = 90,
	SPARK_WIDTH = 300,
	SPARK_HEIGHT = 80,
	SPARK_MARGIN = 5
};

/* What is shown: the last days of the series, the very last of them known. */
struct shown {
	const struct site_series *series;
	size_t first, last;
};

static struct str day_text(struct page *p, const struct shown *s, size_t day)
{
	int64_t first = date_instant(s->series->first).seconds;
	return page_day(p, (struct instant){first + (int64_t)day * SECONDS_PER_DAY});
}

static struct str count_text(struct page *p, const struct shown *s, size_t day)
{
	return page_number(p, (uint64_t)s->series->v4[day]);
}

static bool find_shown(const struct page *p, struct shown *s)
{
	s->series = site_series(p->publication->site, STR("top10-daily"));
	if (!s->series)
		return false;
	s->last = series_latest(s->series);
	if (s->last >= s->series->days)
		return false;
	s->first = s->last >= SPARK_DAYS ? s->last - SPARK_DAYS + 1 : 0;
	while (s->series->v4[s->first] == SITE_NOT_KNOWN)
		s->first++;
	return true;
}

/* --- the sparkline --- */

static int64_t largest(const struct shown *s)
{
	int64_t most = 1;
	for (size_t i = s->first; i <= s->last; i++)
		most = s->series->v4[i] > most ? s->series->v4[i] : most;
	return most;
}

/* From zero up, so that a small change does not look like a large one. A day that is not known
 * interrupts the line. */
static void place_points(const struct shown *s, struct point *points)
{
	double most = (double)largest(s);
	double step = (SPARK_WIDTH - 2.0 * SPARK_MARGIN) / (double)(s->last - s->first);
	for (size_t i = s->first; i <= s->last; i++) {
		double share = (double)s->series->v4[i] / most;
		double y = SPARK_MARGIN + (1 - share) * (SPARK_HEIGHT - 2.0 * SPARK_MARGIN);
		points[i - s->first] = (struct point){
			.x = SPARK_MARGIN + step * (double)(i - s->first),
			.y = s->series->v4[i] == SITE_NOT_KNOWN ? (double)NAN : y,
		};
	}
}

static struct str words(
	struct page *p, enum message message, struct text_arg first, struct text_arg second)
{
	struct writer w;
	writer_init(&w, 1024);
	text_write(&w, p->lang, message, (const struct text_arg[]){first, second}, 2);
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

static void write_spark(struct page *p, const struct shown *s)
{
	struct point points[SPARK_DAYS];
	size_t count = s->last - s->first + 1;
	if (count < 2)
		return;
	place_points(s, points);
	const struct mark marks[] = {
		{.kind = MARK_AREA,
			.tone = CHART_MAIN,
			.points = points,
			.count = count,
			.base = SPARK_HEIGHT - SPARK_MARGIN},
		{.kind = MARK_LINE,
			.tone = CHART_MAIN,
			.points = points,
			.count = count,
			.size = 2.5},
		{.kind = MARK_DOT,
			.tone = CHART_ACCENT,
			.points = &points[count - 1],
			.count = 1,
			.size = 4.5},
	};
	const struct chart chart = {
		.width = SPARK_WIDTH,
		.height = SPARK_HEIGHT,
		.title = words(p, MESSAGE_EMBED_SPARK,
			(struct text_arg){STR("first"), day_text(p, s, s->first)},
			(struct text_arg){STR("last"), day_text(p, s, s->last)}),
		.description = words(p, MESSAGE_EMBED_SPARK_TEXT,
			(struct text_arg){STR("before"), count_text(p, s, s->first)},
			(struct text_arg){STR("after"), count_text(p, s, s->last)}),
		.marks = marks,
		.count = sizeof(marks) / sizeof(marks[0]),
	};
	chart_write_svg(&p->html, &chart);
}

/* --- the words --- */

static void write_figure(struct page *p, const struct shown *s)
{
	struct html *h = &p->html;
	html_open_class(h, "div", "embed-figure");
	html_leaf(h, "p", "embed-number", count_text(p, s, s->last));
	write_spark(p, s);
	html_close(h, "div");
	html_open_class(h, "p", "embed-note");
	page_words(p, MESSAGE_EMBED_DAY,
		&(const struct page_value){STR("day"), day_text(p, s, s->last), true}, 1);
	int64_t v6 = s->series->v6[s->last];
	if (v6 > 0) {
		html_text(h, STR(" "));
		page_words(p, MESSAGE_EMBED_V6,
			&(const struct page_value){
				STR("count"), page_number(p, (uint64_t)v6), false},
			1);
	}
	html_close(h, "p");
}

/* The frame is small: the site opens in a tab of its own. */
static void write_source(struct page *p, bool simulated)
{
	struct html *h = &p->html;
	html_open_class(h, "p", "embed-source");
	html_open(h, "a");
	html_attribute(h, "href", page_path(PAGE_HOME, p->lang));
	html_attribute(h, "target", STR("_blank"));
	html_attribute(h, "rel", STR("noopener"));
	html_text(h, text(p->lang, MESSAGE_EMBED_SOURCE));
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
	struct shown shown;
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
