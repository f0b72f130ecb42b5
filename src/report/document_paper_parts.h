/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/document_paper.h"
#include "report/picture_parts.h"

/* Within the library of papers: a document laid out in pieces that are never cut, pieces put onto
 * pages, pages drawn. Lengths are points (1/72 inch), y grows downwards. */

struct _PangoLayoutLine;

/* A4 with the margins of Decree 30/2020/NĐ-CP for written records, and running lines in them; wide
 * tables lie across. */
struct frame {
	double width, height;            /* of the sheet */
	double left, top, right, bottom; /* of what stands on it */
};
const struct frame *paper_frame(bool across);

enum paper_colour {
	PAPER_WHITE = 0xFFFFFF,
	PAPER_INK = 0x14211B,
	PAPER_SOFT = 0x4C5F56,
	PAPER_DEEP = 0x07412F,
	PAPER_GREEN = 0x0B6B4F,
	PAPER_LINE = 0xD3DFD8,
	PAPER_MIST = 0xF1F6F3
};

/* Lines from … to − 1 of a layout. x is their left edge, middle or right edge, y the top of the
 * first; both count from the corner of the piece. */
struct words {
	struct _PangoLayout *layout;
	int from, to;
	double x, y;
	double size, leading;
	enum mark_anchor anchor;
	uint32_t colour;
	const char *tag; /* around them in the structure of the file; NULL: none */
};

enum piece_kind {
	PIECE_WORDS,
	PIECE_VERDICT,
	PIECE_HEAD, /* titles of a table's columns */
	PIECE_ROW,
	PIECE_CHART,
	PIECE__COUNT
};

/* A tag of the structure; pieces of the same number that follow each other share it. */
struct piece_tag {
	const char *name; /* NULL: none */
	size_t number;
};

/* From group to leaf: a list, its item, the item's text. cairo 1.16 writes text into leaves alone.
 */
enum tag_level {
	TAG_GROUP,
	TAG_PART,
	TAG_LEAF,
	TAG__COUNT
};
struct piece_tags {
	struct piece_tag level[TAG__COUNT];
};

struct piece {
	enum piece_kind kind;
	double before; /* white above it, none at the top of a page */
	double height;
	double left, width;        /* of its ground or rule */
	bool with_next;            /* not the last of its page */
	bool across;               /* on a page that lies across */
	const struct block *block; /* VERDICT, CHART; a section's first line */
	struct piece_tags tags;
	size_t head; /* ROW: the piece with its table's titles */
	struct words *words;
	size_t word_count;
	size_t page; /* 0 …; once it is placed */
	double y;
};

/* A layout that was made, in a list of all for the end. */
struct paper_layout {
	struct _PangoLayout *layout;
	struct paper_layout *next;
};

struct paper {
	const struct document *document;
	struct picture *picture;
	struct arena arena;
	struct piece *pieces;
	size_t piece_count, piece_capacity;
	struct paper_layout *layouts;
	size_t tags; /* given out */
	size_t page_count;
	enum err err; /* the first failure sticks */
};

enum paper_style {
	STYLE_TITLE,
	STYLE_SUBTITLE,
	STYLE_SECTION,
	STYLE_TEXT,
	STYLE_TABLE_TITLE,
	STYLE_NOTE,
	STYLE_VERDICT,
	STYLE_DETAIL,
	STYLE_RUNNING,
	STYLE__COUNT
};

/* --- document_pdf_flow.c --- */

/* Language and letters of all layouts: before the first. */
void paper_set_up(struct paper *p);

/* Blocks as pieces. */
void paper_flow(struct paper *p);

/* A layout that lives as long as the paper; NULL with the error set. */
struct _PangoLayout *paper_layout(struct paper *p, const struct lettering *how, struct str text);

/* The text laid out in so many points; without lines on failure. */
struct words paper_words(struct paper *p, enum paper_style style, double width, struct str text);
/* Lines of about the same length, as many as there are: no title ends in a line of one word. */
void paper_balance(struct _PangoLayout *layout);
double words_height(const struct words *w);

/* Room for one more; NULL with the error set. Its words are in the arena. */
struct piece *paper_add(struct paper *p, enum piece_kind kind, size_t word_count);
struct piece_tag paper_tag(struct paper *p, const char *name);
struct piece_tags paper_leaf(struct paper *p, const char *name);

/* Each line a piece; none stands alone at the foot or head of a page. */
struct lines {
	double before;
	double left;
	bool with_next; /* as a heading */
	bool across;
	const struct block *block; /* of a section */
	struct piece_tags tags;
};
void paper_add_lines(struct paper *p, const struct words *w, const struct lines *how);

/* --- document_pdf_table.c --- */
void paper_flow_table(struct paper *p, const struct block *b);

/* --- document_pdf_pages.c --- */

/* Pieces up to `from` that lead to what begins there, its headings above all, lie across with it.
 */
void paper_lead_across(struct paper *p, size_t from);

/* Gives every piece its page and place. */
void paper_paginate(struct paper *p);

/* --- document_pdf_draw.c --- */

/* The space at which a line was broken has lost its glyph: cairo would write it as a replacement,
 * where some readers lose the rest of the paragraph. Before a line is drawn. */
void paper_give_space_back(struct _PangoLayoutLine *line);
void paper_draw(struct paper *p);

/* --- document_pdf_catalog.c --- */

/* What cairo cannot say, as an update behind the file: its language, and that readers show the
 * title instead of the file's name. `start`: where the file begins in the writer. E_CORRUPT: not as
 * cairo writes it. */
MUST_CHECK enum err pdf_catalog_complete(struct writer *pdf, size_t start, enum lang lang);
