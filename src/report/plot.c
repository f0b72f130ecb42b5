/* SPDX-License-Identifier: Apache-2.0 */
#include "report/plot.h"

/* Of the size of text: how far letters with accents reach above the line and below it. */
static const double rise = 1.0;
static const double fall = 0.28;
static const double strong_wider = 1.1;

void plot_init(struct plot *p, struct arena *arena, size_t capacity)
{
	*p = (struct plot){.arena = arena, .capacity = capacity};
	p->marks = arena_alloc(arena, capacity, sizeof(*p->marks));
	if (!p->marks)
		p->err = E_NOMEM;
}

struct point *plot_points(struct plot *p, size_t count)
{
	struct point *points = arena_alloc(p->arena, count, sizeof(*points));
	if (!points)
		p->err = E_NOMEM;
	return points;
}

void plot_add(struct plot *p, struct mark mark)
{
	if (p->err == E_OK && p->count == p->capacity)
		p->err = E_LIMIT;
	if (p->err == E_OK)
		p->marks[p->count++] = mark;
}

void plot_line(struct plot *p, struct point from, struct point to, struct mark like)
{
	struct point *points = plot_points(p, 2);
	if (!points)
		return;
	points[0] = from;
	points[1] = to;
	like.points = points;
	like.count = 2;
	plot_add(p, like);
}

struct str plot_keep(struct plot *p, const struct writer *w)
{
	struct str kept = arena_copy(p->arena, writer_view_str(w));
	if (!kept.data || w->err != E_OK)
		p->err = kept.data ? w->err : E_NOMEM;
	return kept;
}

struct box plot_box(const struct mark *text)
{
	double width = chart_text_width(text->text, text->size) * (text->strong ? strong_wider : 1);
	double left = text->points[0].x;
	if (text->anchor == ANCHOR_MIDDLE)
		left -= width / 2;
	if (text->anchor == ANCHOR_END)
		left -= width;
	return (struct box){.left = left,
		.right = left + width,
		.top = text->points[0].y - text->size * rise,
		.bottom = text->points[0].y + text->size * fall};
}

static bool overlap(struct box a, struct box b)
{
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

static bool is_free(const struct plot *p, struct box box)
{
	if (box.left < 0 || box.right > p->width || box.top < 0)
		return false;
	if (p->height > 0 && box.bottom > p->height)
		return false;
	for (size_t i = 0; i < p->count; i++)
		if (p->marks[i].kind == MARK_TEXT && overlap(plot_box(&p->marks[i]), box))
			return false;
	return true;
}

bool plot_lettering(struct plot *p, struct point at, struct mark like)
{
	struct point *point = plot_points(p, 1);
	if (!point || p->err != E_OK)
		return false;
	*point = at;
	like.kind = MARK_TEXT;
	like.points = point;
	like.count = 1;
	if (!is_free(p, plot_box(&like)))
		return false;
	plot_add(p, like);
	return p->err == E_OK;
}

bool plot_words(struct plot *p, struct point at, enum mark_anchor anchor, enum chart_tone tone,
	struct str text)
{
	return plot_lettering(p, at,
		(struct mark){.tone = tone, .size = p->text_size, .anchor = anchor, .text = text});
}
