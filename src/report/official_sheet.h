/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/document_paper_parts.h"
#include "report/official_parts.h"

/* Within the library of papers: an official document in pieces that are never cut, put onto pages
 * and drawn. Lengths are points (1/72 inch), y grows downwards. */

/* A4; margins of 20 mm above and below, 30 left, 16 right. */
static const double sheet_width = 595.276, sheet_height = 841.89;
static const double sheet_left = 85.04, sheet_right = 549.92;
static const double sheet_top = 56.7, sheet_bottom = 785.2;

/* Sizes of letters by Decree 30/2020/NĐ-CP, appendix I. */
enum {
	SIZE_TEXT = 14,   /* or one less */
	SIZE_NATION = 13, /* and the issuing body; the motto is one larger */
	SIZE_COPIES = 12,
	SIZE_COPY = 11,
	SIZE_NUMBER = 13, /* of pages too */
	SIZE_NOTE = 12
};

/* How letters of a text look and where they stand. */
struct hand {
	double size;
	bool bold, italic, capitals;
	bool justified;
	double indent;  /* of the first line */
	double width;   /* 0: one line */
	int most_lines; /* what is more ends in "…"; 0: all */
	enum mark_anchor anchor;
};

/* Lines from … to − 1 of a layout; x is their left edge, middle or right edge, y the top of the
 * first, from the corner of the piece. */
struct script_words {
	struct _PangoLayout *layout;
	int from, to;
	double x, y;
	double size, leading;
	double indent;
	enum mark_anchor anchor;
	const char *tag; /* around them in the structure; NULL: that of the piece */
};

/* A line of ink, from the corner of the piece. */
struct rule {
	double left, top, right, bottom; /* left = right or top = bottom */
};

struct slip {
	double before; /* white above it, none at the top of a page */
	double height;
	bool with_next; /* not the last of its page */
	bool new_page;
	struct piece_tags tags;
	size_t head; /* a row: the slip with its table's titles, drawn again on a new page; else
			NONE */
	struct script_words *words;
	size_t word_count;
	struct rule *rules;
	size_t rule_count;
	size_t part; /* 0 the letter, 1 … its annexes */
	size_t page; /* 0 …; once it is placed */
	double y;
};

static const size_t NONE = SIZE_MAX;

struct sheet {
	const struct official *official;
	struct picture *picture;
	struct arena arena;
	struct slip *slips;
	size_t slip_count, slip_capacity;
	size_t part; /* of what is added now */
	struct paper_layout *layouts;
	struct writer line; /* for composing */
	size_t tags;
	size_t page_count;
	bool tight;   /* the smaller size of the two for text, and lines closer */
	enum err err; /* the first failure sticks */
};

static inline double sheet_text_size(const struct sheet *s)
{
	return s->tight ? SIZE_TEXT - 1 : SIZE_TEXT;
}

/* --- official_pdf.c --- */

/* Slips on their pages. */
void sheet_lay_out(struct sheet *s);
void sheet_release(struct sheet *s);

/* --- official_pdf_words.c --- */

/* Whether the serif font has all letters of Vietnamese. */
bool sheet_fonts_suffice(struct sheet *s);
void sheet_set_up(struct sheet *s);
struct script_words sheet_words(struct sheet *s, const struct hand *hand, struct str text);
double script_words_height(const struct script_words *w);
/* Of the widest line. */
double script_words_width(const struct script_words *w);
/* Width of the text in one line; of its longest word when `narrow`. */
double sheet_measure(struct sheet *s, const struct hand *hand, struct str text, bool narrow);

/* Room for one more; NULL with the error set. */
struct slip *official_sheet_add(struct sheet *s, size_t words, size_t rules);
struct piece_tags sheet_leaf(struct sheet *s, const char *name);
struct piece_tag sheet_tag(struct sheet *s, const char *name);

/* Each line a slip, none alone at the foot or head of a page. */
struct setting {
	double before;
	double x;
	bool with_next;
	const char *tag;
};
void sheet_add_lines(struct sheet *s, const struct script_words *w, const struct setting *how);

/* What was composed in s->line. */
struct str sheet_line(struct sheet *s);

/* --- official_pdf_head.c, _foot.c, _table.c --- */
void sheet_flow_head(struct sheet *s);
void sheet_flow_annex_head(struct sheet *s, size_t index);
void sheet_flow_foot(struct sheet *s);
/* `named`: what stands above says what it is. */
void sheet_flow_table(struct sheet *s, const struct official_block *b, bool named);

/* --- official_pdf_pages.c --- */
void sheet_paginate(struct sheet *s);
void sheet_draw(struct sheet *s);
