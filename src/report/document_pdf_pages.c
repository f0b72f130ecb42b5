/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces onto pages. */
#include "report/document_paper_parts.h"

struct cursor_on_page {
	struct paper *paper;
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

static void turn(struct cursor_on_page *c)
{
	c->paper->page_count++;
	c->y = PAPER_TOP;
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

void paper_paginate(struct paper *p)
{
	struct cursor_on_page c = {.paper = p};
	turn(&c);
	for (size_t i = 0; i < p->piece_count;) {
		size_t end = chain_end(p, i);
		double needed = p->pieces[i].before + chain_height(p, i, end);
		if (!c.empty && c.y + needed > PAPER_BOTTOM)
			turn(&c);
		/* A chain may be longer than a page. */
		for (; i < end; i++) {
			double room = c.empty ? 0 : p->pieces[i].before;
			if (!c.empty && c.y + room + p->pieces[i].height > PAPER_BOTTOM)
				turn(&c);
			put(&c, &p->pieces[i]);
		}
	}
}
