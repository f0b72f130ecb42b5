/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/limits.h"
#include "feed/feed.h"
#include "feed/utf16.h"

/* What the formats share: within room feed only. */

struct feed_format {
	struct str name;    /* "shadowserver-event4-sinkhole" */
	struct str title;   /* for people */
	const void *detail; /* what the family keeps of it */
};

/* The start of the input, up to HEAD_BYTES; whole: nothing follows. */
struct feed_head {
	struct str text;
	bool whole;
	struct str file_name;
};

enum {
	HEAD_BYTES = 64 << 10
};

/* Formats that are read by the same code. */
struct feed_family {
	const struct feed_format *formats;
	size_t format_count;

	/* Which of them the input is; NULL: none. */
	const struct feed_format *(*recognise)(const struct feed_head *head);

	/* Nobody recognised the input: it is something of this family that carries no sightings,
	 * and `problem` says what. May be NULL. */
	bool (*refuses)(const struct feed_head *head, struct problem *problem);

	/* Asked for by name: may it be that at all? begin() says what is wrong in detail. */
	bool (*plausible)(const struct feed_head *head);

	/* Makes p->state. The head is still to be consumed. */
	enum err (*begin)(
		struct feed_parser *p, const struct feed_head *head, struct problem *problem);

	/* Reads rows from the window, which is at least LIMIT_ROW_BYTES + 1 long unless it is the
	 * last or more can be had; *ret_used bytes of it are done with. */
	enum err (*consume)(struct feed_parser *p, struct str window, bool last, size_t *ret_used,
		struct problem *problem);

	/* After the last window, before the last batch goes out. May be NULL. */
	enum err (*finish)(struct feed_parser *p, struct problem *problem);
	void (*end)(struct feed_parser *p);
};

/* The visible list: feed_registry.c. */
size_t feed_family_count(void);
const struct feed_family *feed_family_at(size_t index);

struct feed_parser {
	struct feed_options options; /* texts in `texts` */
	struct arena texts;
	struct feed_sink sink;
	struct feed_totals totals;
	struct batch *batch;
	struct text_table *names;         /* 0 is "" */
	struct text_table *columns;       /* of extras */
	uint32_t botnet;                  /* name of rows without one */
	const struct feed_family *family; /* NULL until recognised */
	const struct feed_format *format;
	void *state; /* the family's */
	struct utf16 utf16;
	char *window;
	size_t used;     /* bytes in it */
	uint64_t offset; /* of its first byte in the input, as UTF-8 */
	uint64_t line;   /* of its first byte, for families that count by it */
};

/* A problem of the whole file. */
void feed_problem(
	struct problem *problem, enum problem_code code, struct str field, struct str got);

/* The same, and returns E_SYNTAX. */
MUST_CHECK enum err feed_refuse(
	struct problem *problem, enum problem_code code, struct str field, struct str got);

/* The row in the making, at batch row `rows`, is done. */
MUST_CHECK enum err feed_accept(struct feed_parser *p);

/* Bad rows that are told one by one to who keeps them. */
enum {
	FEED_PROBLEMS_TOLD = 1000
};

/* Counts a bad row and reports it, the first FEED_PROBLEMS_TOLD of them. */
void feed_reject(struct feed_parser *p, const struct problem *problem);

/* The kind: what the operator said, else what the format says; -1 in `format_kind`: nothing. */
MUST_CHECK enum err feed_decide_kind(
	struct feed_parser *p, int format_kind, struct problem *problem);

/* A key for one purpose, derived from the data folder's. */
struct hash_key feed_derive_key(const struct feed_parser *p, struct str purpose, struct str what);

/* What an unknown input looks like, for people: "HTML page", "CSV with columns a, b, c". */
void feed_describe(const struct feed_head *head, struct writer *w);
