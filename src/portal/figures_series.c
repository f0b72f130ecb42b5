/* SPDX-License-Identifier: Apache-2.0 */
/* What is counted every day: a chart, its table, the same to take along. */
#include <math.h>

#include "portal/figures.h"
#include "portal/home.h"
#include "report/series_chart.h"

/* A series without a line here stands under its key alone. */
static const struct {
	struct str key;
	enum message title;
} titles[] = {
	{STR_INIT("top10-daily"), MESSAGE_EMBED_HEADING},
	{STR_INIT("all-daily"), MESSAGE_FIGURE_ALL_DAILY},
};

static struct str title_of(const struct site_series *series, enum lang lang)
{
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (str_equal(titles[i].key, series->key))
			return text(lang, titles[i].title);
	return series->key;
}

static bool is_known(const struct site_series *series)
{
	return series_latest(series) < series->days;
}

/* --- as a table --- */

enum {
	COLUMNS = 3,
	CHART_BYTES = 1 << 20
};

static struct cell count_cell(int64_t count)
{
	if (count == SITE_NOT_KNOWN)
		return (struct cell){.kind = CELL_NOT_KNOWN};
	return (struct cell){.kind = CELL_COUNT, .number = {(double)count, NAN, NAN}};
}

static struct date day_of(const struct site_series *series, size_t day)
{
	int64_t first = date_instant(series->first).seconds;
	return instant_date((struct instant){first + (int64_t)day * SECONDS_PER_DAY});
}

enum err figures_series_table(const struct site_series *series, enum lang lang, struct arena *arena,
	struct table *ret_table)
{
	struct column *columns = arena_alloc(arena, COLUMNS, sizeof(*columns));
	struct cell *cells = arena_alloc(arena, series->days * COLUMNS, sizeof(*cells));
	if (!columns || !cells)
		return E_NOMEM;
	columns[0] = (struct column){.key = STR("day"), .title = text(lang, MESSAGE_FIGURES_DAY)};
	columns[1] = (struct column){
		.key = STR("v4"), .title = text(lang, MESSAGE_FIGURES_V4), .numeric = true};
	columns[2] = (struct column){
		.key = STR("v6"), .title = text(lang, MESSAGE_FIGURES_V6), .numeric = true};
	for (size_t day = 0; day < series->days; day++) {
		struct cell *row = cells + day * COLUMNS;
		row[0] = (struct cell){.kind = CELL_DATE, .date = day_of(series, day)};
		row[1] = count_cell(series->v4[day]);
		row[2] = count_cell(series->v6[day]);
	}
	*ret_table = (struct table){.key = series->key,
		.title = title_of(series, lang),
		.columns = columns,
		.column_count = COLUMNS,
		.cells = cells,
		.row_count = series->days};
	return E_OK;
}

/* --- charts --- */

/* Words in a chart grow and shrink with it: one for phones and one for wide screens, of which the
 * style shows one. */
static const struct {
	const char *css_class;
	double width, height;
} sizes[] = {
	{"drawing-narrow", 340, 260},
	{"drawing-wide", 720, 320},
};

static struct str chart_id(
	struct page *p, const struct site_series *series, bool v6, const char *size)
{
	struct writer w;
	writer_init(&w, 256);
	writer_str(&w, series->key);
	writer_text(&w, v6 ? "-v6-" : "-v4-");
	writer_text(&w, size);
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

static void write_chart(struct page *p, const struct site_series *series, bool v6, size_t size)
{
	const struct campaign *campaign = &p->publication->site->campaign;
	const struct time_band during = {.from = campaign->begins,
		.to = campaign->ends,
		.tone = CHART_MAIN,
		.label = text(p->lang, MESSAGE_FIGURES_DURING)};
	const struct series_values values = series_values(series, v6);
	const struct time_line what = {
		.look = {.lang = p->lang,
			.width = sizes[size].width,
			.height = sizes[size].height,
			.title = text(p->lang, v6 ? MESSAGE_FIGURES_V6 : MESSAGE_FIGURES_V4),
			.id = chart_id(p, series, v6, sizes[size].css_class)},
		.goal = NAN,
		.bands = &during,
		.band_count = campaign->key.size > 0};
	struct arena arena;
	struct chart chart;
	arena_init(&arena, CHART_BYTES);
	enum err err = time_line_build(&arena, &values, &what, &chart);
	html_open_class(&p->html, "div", sizes[size].css_class);
	if (err == E_OK)
		chart_write_svg(&p->html, &chart);
	else
		writer_fail(p->html.out, err);
	html_close(&p->html, "div");
	arena_release(&arena);
}

static void write_figure(struct page *p, const struct site_series *series, bool v6)
{
	html_open(&p->html, "figure");
	page_say(p, "figcaption", NULL, v6 ? MESSAGE_FIGURES_V6 : MESSAGE_FIGURES_V4);
	for (size_t size = 0; size < sizeof(sizes) / sizeof(sizes[0]); size++)
		write_chart(p, series, v6, size);
	html_close(&p->html, "figure");
}

static bool any_v6(const struct site_series *series)
{
	for (size_t day = 0; day < series->days; day++)
		if (series->v6[day] > 0)
			return true;
	return false;
}

/* --- the table on the page --- */

static void write_head(struct page *p)
{
	static const enum message heads[] = {
		MESSAGE_FIGURES_DAY, MESSAGE_FIGURES_V4, MESSAGE_FIGURES_V6};
	struct html *h = &p->html;
	html_open(h, "thead");
	html_open(h, "tr");
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		html_open_class(h, "th", i > 0 ? "count" : NULL);
		html_attribute(h, "scope", STR("col"));
		html_text(h, text(p->lang, heads[i]));
		html_close(h, "th");
	}
	html_close(h, "tr");
	html_close(h, "thead");
}

static void write_count(struct page *p, int64_t count)
{
	html_leaf(&p->html, "td", "count",
		count == SITE_NOT_KNOWN ? text(p->lang, MESSAGE_FIGURES_NOT_KNOWN)
					: page_number(p, (uint64_t)count));
}

static void write_row(struct page *p, const struct site_series *series, size_t day)
{
	struct html *h = &p->html;
	html_open(h, "tr");
	html_open(h, "th");
	html_attribute(h, "scope", STR("row"));
	html_text(h, page_day(p, date_instant(day_of(series, day))));
	html_close(h, "th");
	write_count(p, series->v4[day]);
	write_count(p, series->v6[day]);
	html_close(h, "tr");
}

/* The newest day first: it is what most come for. */
static void write_table(struct page *p, const struct site_series *series, size_t rows)
{
	struct html *h = &p->html;
	html_open_class(h, "div", "table");
	html_attribute(h, "tabindex", STR("0"));
	html_attribute(h, "role", STR("region"));
	html_attribute(h, "aria-label", title_of(series, p->lang));
	html_open(h, "table");
	write_head(p);
	html_open(h, "tbody");
	for (size_t i = 1; i <= rows; i++)
		write_row(p, series, series->days - i);
	html_close(h, "tbody");
	html_close(h, "table");
	html_close(h, "div");
}

static void write_unfold(struct page *p, const struct site_series *series)
{
	size_t rows = series->days < FIGURES_ROWS ? series->days : FIGURES_ROWS;
	html_open_class(&p->html, "details", "unfold");
	html_leaf(&p->html, "summary", NULL,
		page_count(p, MESSAGE_FIGURES_TABLE_ONE, MESSAGE_FIGURES_TABLE, rows));
	write_table(p, series, rows);
	html_close(&p->html, "details");
}

/* --- one series --- */

static void write_take(struct page *p, const struct site_series *series)
{
	html_open_class(&p->html, "p", "downloads");
	page_say(p, "span", NULL, MESSAGE_FIGURES_TAKE);
	html_text(&p->html, STR(" "));
	html_link(&p->html, NULL, figures_series_path(p, series, FIGURES_CSV), STR("CSV"));
	html_text(&p->html, STR(" "));
	html_link(&p->html, NULL, figures_series_path(p, series, FIGURES_JSON), STR("JSON"));
	html_close(&p->html, "p");
}

static void write_latest(struct page *p, const struct site_series *series)
{
	size_t last = series_latest(series);
	html_open_class(&p->html, "p", "latest");
	html_leaf(&p->html, "strong", NULL, page_number(p, (uint64_t)series->v4[last]));
	html_text(&p->html, STR(" "));
	page_words(p, MESSAGE_HOME_LIVE_DAY,
		(const struct page_value[]){
			{STR("day"), page_day(p, date_instant(day_of(series, last))), false}},
		1);
	html_close(&p->html, "p");
}

static void write_series(struct page *p, const struct site_series *series)
{
	struct html *h = &p->html;
	html_open_class(h, "section", "card plain series");
	html_open(h, "h3");
	if (series->simulated) {
		page_say(p, "strong", "made-up", MESSAGE_SIMULATED_TITLE);
		html_text(h, STR(" "));
	}
	html_text(h, title_of(series, p->lang));
	html_close(h, "h3");
	write_latest(p, series);
	write_figure(p, series, false);
	if (any_v6(series))
		write_figure(p, series, true);
	write_unfold(p, series);
	write_take(p, series);
	html_close(h, "section");
}

bool figures_any_series(const struct page *p)
{
	for (size_t i = 0; i < p->publication->site->series_count; i++)
		if (is_known(&p->publication->site->series[i]))
			return true;
	return false;
}

/* In our order; what we have no words for comes after. */
static bool has_title(const struct site_series *series, size_t title)
{
	return str_equal(titles[title].key, series->key);
}

static void write_titled(struct page *p, size_t title)
{
	const struct site *site = p->publication->site;
	for (size_t i = 0; i < site->series_count; i++)
		if (is_known(&site->series[i]) && has_title(&site->series[i], title))
			write_series(p, &site->series[i]);
}

static void write_others(struct page *p)
{
	const struct site *site = p->publication->site;
	for (size_t i = 0; i < site->series_count; i++) {
		const struct site_series *series = &site->series[i];
		if (is_known(series) && str_equal(title_of(series, p->lang), series->key))
			write_series(p, series);
	}
}

void figures_write_series(struct page *p)
{
	for (size_t title = 0; title < sizeof(titles) / sizeof(titles[0]); title++)
		write_titled(p, title);
	write_others(p);
}
