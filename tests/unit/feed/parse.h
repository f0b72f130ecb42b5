/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "feed/feed.h"

/* What a feed parser made of a text, all of it, for tests. */
enum {
	PARSED_ROWS = 64,
	PARSED_PROBLEMS = 1024,
	PARSED_COLUMNS = 256
};

struct parsed {
	enum err err;
	struct problem refusal;
	struct feed_totals totals;
	struct str format;
	struct problem problems[PARSED_PROBLEMS];
	size_t problem_count;
	struct sighting rows[PARSED_ROWS]; /* names and extras copied into `texts` */
	size_t row_count;
	char columns[PARSED_COLUMNS][65]; /* names of extras */
	size_t column_count;
	struct writer texts;
};

/* Pushes `step` bytes at a time. Release with parsed_release(). */
void parse_text(struct parsed *r, const struct feed_options *options, struct str text, size_t step);
void parsed_release(struct parsed *r);

/* The value of a row's extra; {NULL, 0} where it has none. */
struct str parsed_extra(const struct parsed *r, size_t row, const char *column);

/* 2026-09-01, no options. */
struct feed_options plain_options(const char *file_name);
