/* SPDX-License-Identifier: Apache-2.0 */
/* Slips onto pages, pages drawn. */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "report/official_sheet.h"

static const double page_number_top = 30; /* in the middle of the margin above */
static const double line_width = .6;

/* --- places --- */

struct place {
	struct sheet *sheet;
	double y;   /* where the page is used up to */
	bool empty; /* nothing stands on it yet */
};

/* Up to the first slip that may be the last of a page; an annex begins anew. */
static size_t chain_end(const struct sheet *s, size_t from)
{
	while (from + 1 < s->slip_count && s->slips[from].with_next && !s->slips[from + 1].new_page)
		from++;
	return from + 1;
}

static double chain_height(const struct sheet *s, size_t from, size_t to)
{
	double height = 0;
	for (size_t i = from; i < to; i++)
		height += s->slips[i].before + s->slips[i].height;
	return height;
}

static void turn(struct place *p)
{
	p->sheet->page_count++;
	p->y = sheet_top;
	p->empty = true;
}

/* Titles of a table that goes on over the page. */
static double repeated_height(const struct sheet *s, const struct slip *slip)
{
	return slip->head == NONE ? 0 : s->slips[slip->head].height;
}

static void put(struct place *p, struct slip *slip)
{
	p->y += p->empty ? repeated_height(p->sheet, slip) : slip->before;
	slip->page = p->sheet->page_count - 1;
	slip->y = p->y;
	p->y += slip->height;
	p->empty = false;
}

static bool fits(const struct place *p, double height)
{
	return p->empty || p->y + height <= sheet_bottom;
}

void sheet_paginate(struct sheet *s)
{
	struct place p = {.sheet = s};
	s->page_count = 0;
	turn(&p);
	for (size_t i = 0; i < s->slip_count;) {
		size_t end = chain_end(s, i);
		if (!fits(&p, chain_height(s, i, end)) || (s->slips[i].new_page && !p.empty))
			turn(&p);
		/* A chain may be longer than a page. */
		for (; i < end; i++) {
			if (!fits(&p, s->slips[i].before + s->slips[i].height))
				turn(&p);
			put(&p, &s->slips[i]);
		}
	}
}

/* --- ink --- */

struct drawing {
	struct sheet *sheet;
	cairo_t *cairo;
	struct piece_tags open;
	size_t page;
	size_t part, part_page; /* of the page: which part, and where it began */
};

/* Closes from the leaf on what is not wanted, opens what is. */
static void set_tags(struct drawing *d, const struct piece_tags *wanted)
{
	size_t same = 0;
	while (same < TAG__COUNT && d->open.level[same].number == wanted->level[same].number)
		same++;
	for (size_t i = TAG__COUNT; i > same; i--)
		if (d->open.level[i - 1].name)
			cairo_tag_end(d->cairo, d->open.level[i - 1].name);
	for (size_t i = same; i < TAG__COUNT; i++)
		if (wanted->level[i].name)
			cairo_tag_begin(d->cairo, wanted->level[i].name, NULL);
	d->open = *wanted;
}

/* Liberation Serif reaches .891 of its size up and .216 down: in the middle of its leading. */
static double baseline(const struct script_words *w)
{
	static const double up = .891, down = .216;
	return (w->leading + (up - down) * w->size) / 2;
}

static double side_of(const struct script_words *w, PangoLayoutLine *line)
{
	PangoRectangle logical;
	pango_layout_line_get_extents(line, NULL, &logical);
	double width = (double)logical.width / PANGO_SCALE;
	return w->anchor == ANCHOR_END ? width : w->anchor == ANCHOR_MIDDLE ? width / 2 : 0;
}

static void draw_words(struct drawing *d, const struct script_words *w, double top)
{
	for (int i = w->from; i < w->to; i++) {
		PangoLayoutLine *line = pango_layout_get_line(w->layout, i);
		paper_give_space_back(line);
		double x = sheet_left + w->x - side_of(w, line) + (i == 0 ? w->indent : 0);
		double y = top + w->y + (i - w->from) * w->leading;
		cairo_move_to(d->cairo, x, y + baseline(w));
		pango_cairo_show_layout_line(d->cairo, line);
	}
}

static void draw_rules(struct drawing *d, const struct slip *slip, double y)
{
	cairo_set_line_width(d->cairo, line_width);
	cairo_set_line_cap(d->cairo, CAIRO_LINE_CAP_SQUARE);
	for (size_t i = 0; i < slip->rule_count; i++) {
		const struct rule *r = &slip->rules[i];
		cairo_move_to(d->cairo, sheet_left + r->left, y + r->top);
		cairo_line_to(d->cairo, sheet_left + r->right, y + r->bottom);
	}
	cairo_stroke(d->cairo);
}

static void draw_slip(struct drawing *d, const struct slip *slip)
{
	set_tags(d, &slip->tags);
	for (size_t i = 0; i < slip->word_count; i++) {
		const struct script_words *w = &slip->words[i];
		if (w->tag)
			cairo_tag_begin(d->cairo, w->tag, NULL);
		draw_words(d, w, slip->y);
		if (w->tag)
			cairo_tag_end(d->cairo, w->tag);
	}
	draw_rules(d, slip, slip->y);
}

/* For readers aloud it is one table: said once. */
static void repeat_head(struct drawing *d, const struct slip *row)
{
	const struct slip *head = &d->sheet->slips[row->head];
	double y = row->y - head->height;
	for (size_t i = 0; i < head->word_count; i++)
		draw_words(d, &head->words[i], y);
	draw_rules(d, head, y);
}

/* --- pages --- */

static void draw_page_number(struct drawing *d)
{
	static const struct hand hand = {.size = SIZE_NUMBER, .anchor = ANCHOR_MIDDLE};
	size_t number = d->page - d->part_page + 1;
	if (number == 1)
		return;
	writer_clear(&d->sheet->line);
	writer_decimal(&d->sheet->line, number);
	struct script_words w = sheet_words(d->sheet, &hand, sheet_line(d->sheet));
	w.x = (sheet_right - sheet_left) / 2;
	draw_words(d, &w, page_number_top);
}

static void begin_page(struct drawing *d, const struct slip *first)
{
	if (d->page == 0)
		cairo_tag_begin(d->cairo, "Document", NULL);
	if (first && (d->page == 0 || first->part != d->part)) {
		d->part = first->part;
		d->part_page = d->page;
	}
	if (first && first->head != NONE)
		repeat_head(d, first);
}

/* Tables go on over the page, their text does not. */
static void end_page(struct drawing *d, bool last)
{
	struct piece_tags groups = d->open;
	groups.level[TAG_LEAF] = (struct piece_tag){0};
	if (last)
		groups = (struct piece_tags){0};
	set_tags(d, &groups);
	draw_page_number(d);
	if (last)
		cairo_tag_end(d->cairo, "Document");
	cairo_show_page(d->cairo);
	d->page++;
}

void sheet_draw(struct sheet *s)
{
	struct drawing d = {.sheet = s, .cairo = s->picture->cairo};
	cairo_set_source_rgb(d.cairo, 0, 0, 0);
	begin_page(&d, s->slip_count > 0 ? &s->slips[0] : NULL);
	for (size_t i = 0; i < s->slip_count; i++) {
		const struct slip *slip = &s->slips[i];
		if (slip->page != d.page) {
			end_page(&d, false);
			begin_page(&d, slip);
		}
		draw_slip(&d, slip);
	}
	end_page(&d, true);
}
