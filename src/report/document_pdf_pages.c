/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces onto pages. */
#include "report/document_paper_parts.h"

/* Margins: 25 mm above, 24 below, 30 on the side that is bound, 18 on the other. */
const struct frame *paper_frame(bool across)
{
	static const struct frame upright = {595.276, 841.89, 85, 71, 544.3, 773.9};
	static const struct frame lying = {841.89, 595.276, 62, 71, 790.9, 527.3};
	return across ? &lying : &upright;
}

struct cursor_on_page {
	struct paper *paper;
	const struct frame *frame;
	double y;   /* where the page is used up to */
	bool empty; /* nothing stands on it yet */
};

/* Up to the first piece that may be the last of a page. */
static size_t chain_end(const struct paper *p, size_t from)
{
	while (from + 1 < p->piece_count && p->pieces[from].with_next)
		from++;
	return from + 1;
}

static double chain_height(const struct paper *p, size_t from, size_t to)
{
	double height = 0;
	for (size_t i = from; i < to; i++)
		height += (i > from ? p->pieces[i].before : 0) + p->pieces[i].height;
	return height;
}

static void turn(struct cursor_on_page *c, bool across)
{
	c->paper->page_count++;
	c->frame = paper_frame(across);
	c->y = c->frame->top;
	c->empty = true;
}

/* Below what is there already; rows that begin a page stand under their table's titles again. */
static void put(struct cursor_on_page *c, struct piece *piece)
{
	if (!c->empty)
		c->y += piece->before;
	else if (piece->kind == PIECE_ROW)
		c->y += c->paper->pieces[piece->head].height;
	piece->page = c->paper->page_count - 1;
	piece->y = c->y;
	c->y += piece->height;
	c->empty = false;
}

static bool fits(const struct cursor_on_page *c, const struct piece *piece, double height)
{
	if (c->frame != paper_frame(piece->across))
		return false;
	return c->empty || c->y + height <= c->frame->bottom;
}

static void lay_across(struct piece *piece)
{
	piece->left += paper_frame(true)->left - paper_frame(false)->left;
	piece->across = true;
}

void paper_lead_across(struct paper *p, size_t from)
{
	/* A heading with a few lines; what is longer fills a page of its own well enough. */
	enum {
		MOST_LINES = 12
	};
	size_t start = from;
	while (start > 0 && from - start < MOST_LINES && p->pieces[start - 1].kind == PIECE_WORDS &&
		!p->pieces[start - 1].across && !p->pieces[start].block)
		start--;
	/* Not without its beginning. */
	if (start == from || !p->pieces[start].block)
		for (start = from; start > 0 && p->pieces[start - 1].with_next;)
			start--;
	for (size_t i = start; i < from; i++)
		lay_across(&p->pieces[i]);
}

/* --- pages left half empty --- */

/* A page had better not be left so empty at its foot, as a part of what it holds; and must not. */
static const double blank_odd = .2, blank_most = .24;
/* Of a chart that is made to fit: below it, letters would be hard to read. */
static const double shrunk_least = .7;
/* In pages: what goes before a chart should not take the reader far from it. */
static const double detour_most = 1, detour_at_need = 5;

static double page_height(const struct cursor_on_page *c)
{
	return c->frame->bottom - c->frame->top;
}

static double spare(const struct cursor_on_page *c)
{
	return c->empty ? 0 : c->frame->bottom - c->y;
}

static size_t find_chart(const struct paper *p, size_t from, size_t to)
{
	while (from < to && p->pieces[from].kind != PIECE_CHART)
		from++;
	return from;
}

static bool begins_section(const struct piece *piece)
{
	return piece->kind == PIECE_WORDS && piece->block != NULL;
}

static bool shrink(struct cursor_on_page *c, struct piece *chart, double needed)
{
	double height = chart->height - (needed - spare(c)) - .01;
	if (chart->across || height < shrunk_least * chart->height)
		return false;
	chart->width *= height / chart->height;
	chart->height = height;
	return true;
}

/* Behind the chain: what belongs to the same section, up to the next chart. */
static size_t group_end(const struct paper *p, size_t from)
{
	while (from < p->piece_count) {
		size_t end = chain_end(p, from);
		bool stays = begins_section(&p->pieces[from]) || p->pieces[from].across ||
			     find_chart(p, from, end) < end;
		if (stays)
			break;
		from = end;
	}
	return from;
}

/* [from, middle) goes behind [middle, to). */
static bool rotate(struct paper *p, size_t from, size_t middle, size_t to)
{
	size_t moved = middle - from, kept = to - middle;
	struct piece *copy = arena_alloc(&p->arena, moved, sizeof(*copy));
	if (!copy) {
		p->err = E_NOMEM;
		return false;
	}
	memcpy(copy, &p->pieces[from], moved * sizeof(*copy));
	memmove(&p->pieces[from], &p->pieces[middle], kept * sizeof(*copy));
	memcpy(&p->pieces[from + kept], copy, moved * sizeof(*copy));
	for (size_t i = from; i < from + kept; i++)
		if (p->pieces[i].kind == PIECE_ROW)
			p->pieces[i].head -= moved;
	return true;
}

/* The table with a chart's figures may stand before it. */
static bool let_pass(struct cursor_on_page *c, size_t from, size_t to)
{
	struct paper *p = c->paper;
	if (begins_section(&p->pieces[from]))
		return false;
	size_t end = group_end(p, to);
	if (end == to)
		return false;
	double first = p->pieces[to].before + chain_height(p, to, chain_end(p, to));
	double all = p->pieces[to].before + chain_height(p, to, end);
	bool need = spare(c) > blank_most * page_height(c);
	double detour = (need ? detour_at_need : detour_most) * page_height(c);
	if (first > spare(c) || all > spare(c) + detour)
		return false;
	return rotate(p, from, to, end);
}

/* A chart that does not fit where much of the page is left: smaller, or later. */
static bool fill_page(struct cursor_on_page *c, size_t from, size_t to, double needed)
{
	struct paper *p = c->paper;
	size_t chart = find_chart(p, from, to);
	if (spare(c) <= blank_odd * page_height(c) || chart == to)
		return false;
	return shrink(c, &p->pieces[chart], needed) || let_pass(c, from, to);
}

/* --- all of it --- */

void paper_paginate(struct paper *p)
{
	struct cursor_on_page c = {.paper = p};
	turn(&c, p->piece_count > 0 && p->pieces[0].across);
	for (size_t i = 0; i < p->piece_count;) {
		size_t end = chain_end(p, i);
		double needed = p->pieces[i].before + chain_height(p, i, end);
		if (!fits(&c, &p->pieces[i], needed)) {
			if (fill_page(&c, i, end, needed))
				continue;
			turn(&c, p->pieces[i].across);
		}
		/* A chain may be longer than a page. */
		for (; i < end; i++) {
			const struct piece *piece = &p->pieces[i];
			if (!fits(&c, piece, piece->before + piece->height))
				turn(&c, piece->across);
			put(&c, &p->pieces[i]);
		}
	}
}
