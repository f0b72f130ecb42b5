/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>

#include "report/chart.h"

enum {
	PATH_LIMIT = 256 << 10 /* bytes; a day of a line takes some 8 */
};

static const struct str kind_names[] = {[MARK_LINE] = STR_INIT("mark-line"),
	[MARK_AREA] = STR_INIT("mark-area"),
	[MARK_BAR] = STR_INIT("mark-bar"),
	[MARK_DOT] = STR_INIT("mark-dot"),
	[MARK_TEXT] = STR_INIT("mark-text"),
	[MARK_SHAPE] = STR_INIT("mark-shape")};
static_assert(sizeof(kind_names) / sizeof(kind_names[0]) == MARK__COUNT, "one name a kind");

static const struct str tone_names[] = {[CHART_MAIN] = STR_INIT("mark-main"),
	[CHART_ACCENT] = STR_INIT("mark-accent"),
	[CHART_SEEN] = STR_INIT("mark-seen"),
	[CHART_SOFT] = STR_INIT("mark-soft"),
	[CHART_INK] = STR_INIT("mark-ink"),
	[CHART_PAPER] = STR_INIT("mark-paper")};
static_assert(sizeof(tone_names) / sizeof(tone_names[0]) == CHART_TONE__COUNT, "one name a tone");

/* Writes attributes of one drawing. */
struct pen {
	struct html *h;
	struct writer w; /* one attribute, emptied for the next */
	int64_t x, y;    /* where the path is, in tenths */
	bool in_line;    /* its last command goes on */
};

/* --- numbers --- */

/* -12, .5, 3.1; a space in front where the number before would run on. */
static void write_tenths(struct writer *w, int64_t tenths)
{
	char before = w->size ? (char)w->data[w->size - 1] : ' ';
	bool digit = before >= '0' && before <= '9';
	uint64_t size = (uint64_t)(tenths < 0 ? -tenths : tenths);
	if (tenths < 0)
		writer_char(w, '-');
	else if (digit)
		writer_char(w, ' ');
	if (size >= 10 || size == 0)
		writer_decimal(w, size / 10);
	if (size % 10) {
		writer_char(w, '.');
		writer_decimal(w, size % 10);
	}
}

static int64_t tenths(double units)
{
	return fabs(units) <= CHART_FARTHEST ? llround(units * 10) : 0;
}

/* Puts the writer's text into the attribute. */
static void give(struct pen *pen, const char *attribute)
{
	if (pen->w.err != E_OK)
		writer_fail(pen->h->out, pen->w.err);
	html_attribute(pen->h, attribute, writer_view_str(&pen->w));
	writer_clear(&pen->w);
}

static void give_number(struct pen *pen, const char *attribute, double units)
{
	write_tenths(&pen->w, tenths(units));
	give(pen, attribute);
}

/* --- paths --- */

static void move_to(struct pen *pen, struct point p)
{
	pen->x = tenths(p.x);
	pen->y = tenths(p.y);
	pen->in_line = false;
	writer_char(&pen->w, 'M');
	write_tenths(&pen->w, pen->x);
	write_tenths(&pen->w, pen->y);
}

/* Relative to where the path is, counted in what was written: rounding does not add up. */
static void line_to(struct pen *pen, struct point p)
{
	int64_t x = tenths(p.x);
	int64_t y = tenths(p.y);
	if (!pen->in_line)
		writer_char(&pen->w, 'l');
	pen->in_line = true;
	write_tenths(&pen->w, x - pen->x);
	write_tenths(&pen->w, y - pen->y);
	pen->x = x;
	pen->y = y;
}

static size_t run_length(const struct point *points, size_t count)
{
	size_t length = 0;
	while (length < count && chart_point_drawn(points[length]))
		length++;
	return length;
}

/* A point alone is a dot of the line's width: round ends are drawn on a line of no length. */
static void write_run(struct pen *pen, const struct mark *m, const struct point *run, size_t length)
{
	bool area = m->kind == MARK_AREA;
	if (m->kind != MARK_LINE && length < 2)
		return;
	move_to(pen, area ? (struct point){run[0].x, m->base} : run[0]);
	for (size_t i = area ? 0 : 1; i < length; i++)
		line_to(pen, run[i]);
	if (area)
		line_to(pen, (struct point){run[length - 1].x, m->base});
	if (m->kind != MARK_LINE)
		writer_char(&pen->w, 'z');
	else if (length == 1)
		writer_text(&pen->w, "h0");
}

static void write_runs(struct pen *pen, const struct mark *m)
{
	for (size_t at = 0; at < m->count;) {
		size_t length = run_length(m->points + at, m->count - at);
		if (length > 0)
			write_run(pen, m, m->points + at, length);
		at += length ? length : 1;
	}
}

/* --- marks --- */

static void give_class(struct pen *pen, const struct mark *m)
{
	writer_str(&pen->w, kind_names[m->kind]);
	writer_char(&pen->w, ' ');
	writer_str(&pen->w, tone_names[m->tone]);
	if (m->dashed)
		writer_text(&pen->w, " mark-dashed");
	if (m->strong)
		writer_text(&pen->w, " mark-strong");
	if (m->faint)
		writer_text(&pen->w, " mark-faint");
	if (m->hollow)
		writer_text(&pen->w, " mark-hollow");
	give(pen, "class");
}

/* ".44" as fill-opacity or stroke-opacity; what is no cover leaves the theme's own. */
static void give_cover(struct pen *pen, const struct mark *m)
{
	if (!(m->cover > 0 && m->cover <= 1))
		return;
	uint64_t hundredths = (uint64_t)llround(m->cover * 100);
	writer_text(&pen->w, hundredths >= 100 ? "1" : ".");
	if (hundredths < 100)
		writer_padded(&pen->w, hundredths, 2);
	give(pen, m->kind == MARK_LINE || m->hollow ? "stroke-opacity" : "fill-opacity");
}

static void write_path(struct pen *pen, const struct mark *m)
{
	html_open(pen->h, "path");
	give_class(pen, m);
	give_cover(pen, m);
	if (m->kind == MARK_LINE)
		give_number(pen, "stroke-width", m->size);
	write_runs(pen, m);
	give(pen, "d");
	html_close(pen->h, "path");
}

static void write_bar(struct pen *pen, const struct mark *m)
{
	html_open(pen->h, "rect");
	give_class(pen, m);
	give_cover(pen, m);
	give_number(pen, "x", fmin(m->points[0].x, m->points[1].x));
	give_number(pen, "y", fmin(m->points[0].y, m->points[1].y));
	give_number(pen, "width", fabs(m->points[0].x - m->points[1].x));
	give_number(pen, "height", fabs(m->points[0].y - m->points[1].y));
	if (m->size > 0)
		give_number(pen, "rx", m->size);
	html_close(pen->h, "rect");
}

static void write_dot(struct pen *pen, const struct mark *m, struct point p)
{
	html_open(pen->h, "circle");
	give_class(pen, m);
	give_number(pen, "cx", p.x);
	give_number(pen, "cy", p.y);
	give_number(pen, "r", m->size);
	html_close(pen->h, "circle");
}

static void write_words(struct pen *pen, const struct mark *m)
{
	html_open(pen->h, "text");
	give_class(pen, m);
	give_number(pen, "x", m->points[0].x);
	give_number(pen, "y", m->points[0].y);
	give_number(pen, "font-size", m->size);
	if (m->anchor != ANCHOR_START)
		html_attribute(pen->h, "text-anchor",
			m->anchor == ANCHOR_END ? STR("end") : STR("middle"));
	html_text(pen->h, m->text);
	html_close(pen->h, "text");
}

static void write_mark(struct pen *pen, const struct mark *m)
{
	size_t drawn = run_length(m->points, m->count);
	switch (m->kind) {
	case MARK_LINE:
	case MARK_AREA:
	case MARK_SHAPE:
		write_path(pen, m);
		break;
	case MARK_BAR:
		if (drawn == 2)
			write_bar(pen, m);
		break;
	case MARK_DOT:
		for (size_t i = 0; i < m->count; i++)
			if (chart_point_drawn(m->points[i]))
				write_dot(pen, m, m->points[i]);
		break;
	case MARK_TEXT:
		if (drawn == 1)
			write_words(pen, m);
		break;
	case MARK__COUNT:
		break;
	}
}

/* --- names for those who do not see it --- */

/* FNV-1a: charts of other words have other ids. */
static void write_digest(struct writer *w, struct str a, struct str b)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < a.size; i++)
		hash = (hash ^ (unsigned char)a.data[i]) * 16777619u;
	for (size_t i = 0; i < b.size; i++)
		hash = (hash ^ (unsigned char)b.data[i]) * 16777619u;
	writer_decimal(w, hash);
}

static void write_id(struct pen *pen, const struct chart *c, const char *part)
{
	writer_text(&pen->w, "chart-");
	if (c->id.size > 0)
		writer_str(&pen->w, c->id);
	else
		write_digest(&pen->w, c->title, c->description);
	writer_text(&pen->w, part);
}

static void write_names(struct pen *pen, const struct chart *c)
{
	html_open(pen->h, "title");
	write_id(pen, c, "-title");
	give(pen, "id");
	html_text(pen->h, c->title);
	html_close(pen->h, "title");
	html_open(pen->h, "desc");
	write_id(pen, c, "-desc");
	give(pen, "id");
	html_text(pen->h, c->description);
	html_close(pen->h, "desc");
}

void chart_write_svg(struct html *h, const struct chart *c)
{
	struct pen pen = {.h = h};
	writer_init(&pen.w, PATH_LIMIT);
	html_open_class(h, "svg", "chart");
	writer_text(&pen.w, "0 0 ");
	write_tenths(&pen.w, tenths(c->width));
	write_tenths(&pen.w, tenths(c->height));
	give(&pen, "viewBox");
	html_attribute(h, "role", STR("img"));
	write_id(&pen, c, "-title ");
	write_id(&pen, c, "-desc");
	give(&pen, "aria-labelledby");
	write_names(&pen, c);
	for (size_t i = 0; i < c->count; i++)
		write_mark(&pen, &c->marks[i]);
	html_close(h, "svg");
	writer_release(&pen.w);
}
