/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <assert.h>

#include "report/evaluation_charts.h"
#include "report/evaluation_disclosure.h"
#include "report/evaluation_document.h"
#include "report/evaluation_words.h"

/* What the parts of an evaluation's document share: blocks, tables, words and cells in the making.
 * The first failure sticks in `err`; later calls do nothing. */

enum {
	DOCUMENT_BLOCKS = 256,
	DOCUMENT_ITEMS = 64,    /* of one list */
	WORDS_BYTES = 64 * 1024 /* one text with everything filled in */
};

struct composer {
	const struct evaluation_view *view;
	const struct evaluation *e;
	enum lang lang;
	struct arena *arena;
	struct block *blocks;
	size_t count;
	enum err err;
};

/* --- words --- */
struct str words(const struct composer *c, enum message message);
struct str compose(
	struct composer *c, enum message message, const struct text_arg *args, size_t count);
#define compose_with(c, message, ...)                                                              \
	compose(c, message, (const struct text_arg[]){__VA_ARGS__},                                \
		sizeof((const struct text_arg[]){__VA_ARGS__}) / sizeof(struct text_arg))

/* What a writer holds, kept in the arena; releases the writer. */
struct str keep(struct composer *c, struct writer *w);
struct str joined(struct composer *c, struct str a, struct str b); /* with a space between */
struct str capital(struct composer *c, struct str text); /* its first letter, where it is ASCII */

struct str number_words(struct composer *c, double value, unsigned decimals);
struct str share_words(struct composer *c, double share, unsigned decimals);
struct str date_words(struct composer *c, struct date date);
struct str days_words(struct composer *c, struct days days);
/* In the campaign's zone, which is named. */
struct str time_words(struct composer *c, struct instant t);
/* "47,8 % (khoảng tin cậy 95 %: từ 41,0 % đến 54,1 %)" */
struct str estimate_words(struct composer *c, struct estimate e, bool share, unsigned decimals);

struct str goal_words(struct composer *c, const struct goal *goal); /* what was promised */
struct str title_words(const struct composer *c, struct str key);   /* of a holder or tool */

/* --- blocks --- */
void add_section(struct composer *c, struct str key, enum message title);
void add_paragraph(struct composer *c, struct str text);
void add_words(struct composer *c, enum message message);
void add_verdict(struct composer *c, enum block_tone tone, struct str text, struct str detail);

/* Items added one by one; a list without items is left out. */
struct items {
	struct str *list;
	size_t count;
};
bool items_begin(struct composer *c, struct items *items);
void items_add(struct items *items, struct str text); /* one that is there already is left out */
void items_end(struct composer *c, const struct items *items);
void items_add_reasons(struct composer *c, struct items *items, const struct reasons *reasons);
/* What kept an answer from being given, and what must be known beside it, with words before. */
void add_reasons(struct composer *c, const struct reasons *reasons, bool answered);

/* The chart of a table, built wide and narrow. */
typedef enum err build_chart_fn(struct arena *arena, const void *what,
	const struct series_look *look, struct chart *ret_chart);
struct drawing {
	struct str key; /* of the table with its figures */
	struct str title;
	struct str caption;
	build_chart_fn *build;
	const void *what;
};
/* Nothing to draw: no block. */
void add_chart(struct composer *c, const struct drawing *d);
build_chart_fn draw_gauge, draw_pairs, draw_weeks, draw_tiles, draw_health;

/* --- tables --- */
struct column_words {
	struct str key;
	enum message title;
	bool interval, numeric;
};
struct sheet {
	struct composer *c;
	struct str key, title;
	struct column *columns;
	size_t column_count;
	struct cell *cells;
	size_t count, capacity;
};
bool sheet_begin(struct composer *c, struct sheet *s, struct str key, struct str title,
	const struct column_words *columns, size_t column_count, size_t rows);
void sheet_add(struct sheet *s, struct cell cell);
void sheet_end(struct sheet *s, struct str text);

/* --- cells: one rule of decimals a kind of figure --- */
enum {
	DECIMALS_ADDRESSES = 0,
	DECIMALS_RATE = 2, /* per 1000 */
	DECIMALS_SHARE = 1,
	DECIMALS_DAYS = 1,
	DECIMALS_CHANGE = 2, /* of published figures, in per cent */
	DECIMALS_RATIO = 2
};
struct cell cell_text(struct str text);
struct cell cell_words(const struct composer *c, enum message message);
struct cell cell_number(struct estimate e, unsigned decimals);
struct cell cell_share(struct estimate e);
struct cell cell_whole(uint64_t count);
struct cell cell_day(struct date date); /* year 0: not known */
struct cell cell_unknown(void);

/* --- what the public is not told --- */

/* How a figure of a table stands there. */
struct cell cell_open(const struct composer *c, enum openness openness, struct cell open);

/* --- what tables rest on --- */
/* Estimator, windows, what is counted, feeds. */
struct str source_words(
	struct composer *c, enum message estimator, bool nets6, struct days base, struct days end);
/* The same of tables that hold hourly means of the two windows. */
struct str hourly_source(struct composer *c);
/* Of the goal that attribution is about, else of the first one that has one; may be not set. */
struct days end_window(const struct evaluation *e);

/* --- the parts, in reading order --- */
void say_goals(struct composer *c);
void say_cause(struct composer *c);
void say_top(struct composer *c);
void say_holders(struct composer *c);
void say_regions(struct composer *c);
void say_machines(struct composer *c);
void say_blocklisted(struct composer *c);
void say_durations(struct composer *c);
void say_stated(struct composer *c);
void say_feeds(struct composer *c);
void say_method(struct composer *c);

/* Weeks on blocklists, drawn as the others are. */
void add_blocklisted_chart(struct composer *c);

/* One sentence each, for the summary. */
struct str goal_sentence(struct composer *c, const struct goal_result *g);
struct str cause_sentence(struct composer *c);
