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

void paper_paginate(struct paper *p)
{
	struct cursor_on_page c = {.paper = p};
	turn(&c, p->piece_count > 0 && p->pieces[0].across);
	for (size_t i = 0; i < p->piece_count;) {
		size_t end = chain_end(p, i);
		double needed = p->pieces[i].before + chain_height(p, i, end);
		if (!fits(&c, &p->pieces[i], needed))
			turn(&c, p->pieces[i].across);
		/* A chain may be longer than a page. */
		for (; i < end; i++) {
			const struct piece *piece = &p->pieces[i];
			if (!fits(&c, piece, piece->before + piece->height))
				turn(&c, piece->across);
			put(&c, &p->pieces[i]);
		}
	}
}
