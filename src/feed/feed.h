/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/problem.h"
#include "model/feed_info.h"
#include "model/sighting.h"

/* What the operator said about one file, and what the parser must know of the world. */
struct feed_options {
	struct str file_name; /* base name; a day or a report type may stand in it */
	struct str format;    /* --format; empty: recognise by content */
	struct str botnet;    /* --botnet: raw name of every row that has none */
	struct str map;       /* --map: what the columns of a CSV are (column_map.h); empty: none */
	bool kind_set;        /* --kind, or the feed's */
	enum kind kind;
	bool observed_set; /* --observed: day of a list that does not say */
	struct date observed;
	struct instant now; /* times more than a day later are refused */
	struct hash_key key;
};

/* Where results go, in the order of the input. A batch is borrowed for the call; names and columns
 * grow, never change. An error from batch() ends the parse with that error. */
struct feed_sink {
	void *context;
	/* Once, before the first batch or problem: the format's name (static). An error ends the
	 * parse. */
	enum err (*recognised)(void *context, struct str format);
	enum err (*batch)(void *context, const struct batch *batch, const struct text_table *names,
		const struct text_table *columns);
	void (*problem)(
		void *context, const struct problem *problem); /* a bad row; parse goes on */
};

struct feed_totals {
	uint64_t rows; /* rows that should be sightings: accepted + rejected */
	uint64_t accepted;
	uint64_t rejected;
	uint64_t skipped;  /* good rows of no interest: other indicator types, names */
	bool simulated;    /* rows made by `quetsach simulate` */
	struct str format; /* static; empty until recognised */
};

struct feed_parser;

MUST_CHECK enum err feed_parser_new(
	const struct feed_options *options, const struct feed_sink *sink, struct feed_parser **ret);
void feed_parser_free(struct feed_parser *p);

/* Decompressed bytes, in order, any cut. After a refusal (E_SYNTAX, E_UNKNOWN, E_LIMIT) `problem`
 * says why the whole file is refused; nothing more may be pushed. */
MUST_CHECK enum err feed_parser_push(
	struct feed_parser *p, struct bytes bytes, struct problem *problem);

/* The end of the input: flushes the last batch. Same errors. */
MUST_CHECK enum err feed_parser_finish(struct feed_parser *p, struct problem *problem);

const struct feed_totals *feed_parser_totals(const struct feed_parser *p);

/* The visible list of formats: feed_registry.c. */
size_t feed_format_count(void);
struct str feed_format_name(size_t index); /* "shadowserver-event4-sinkhole", "plain-list" … */
struct str feed_format_title(size_t index);

/* It goes by --map. */
bool feed_format_mapped(struct str name);

/* Its publisher forbids to pass on, or to show in public, what is in it. */
bool feed_format_closed(struct str name);
