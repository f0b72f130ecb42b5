/* SPDX-License-Identifier: Apache-2.0 */
/* A map of columns in the first line, a CSV file below it. */
#include <stdlib.h>

#include "base/limits.h"
#include "feed/column_map.h"
#include "feed/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err take_format(void *context, struct str format)
{
	(void)context;
	return format.size > 0 ? E_OK : E_SYNTAX;
}

/* Every time is one that a sighting may have. */
static enum err take_batch(void *context, const struct batch *batch, const struct text_table *names,
	const struct text_table *columns)
{
	uint64_t *rows = context;
	(void)columns;
	for (size_t i = 0; i < batch->rows; i++) {
		struct sighting s = batch_get(batch, names, i);
		if (s.time.to.seconds < s.time.from.seconds || s.time.from.seconds < 0 ||
			s.precision >= PRECISION__COUNT || s.at.length > 128)
			abort();
	}
	*rows += batch->rows;
	return E_OK;
}

static void take_problem(void *context, const struct problem *problem)
{
	(void)context;
	if (problem->code == PROBLEM_NONE)
		abort();
}

static void parse(struct str map, struct str text, size_t step)
{
	uint64_t rows = 0;
	struct feed_parser *p;
	struct problem problem = {.code = PROBLEM_NONE};
	const struct feed_options options = {
		.map = map, .kind_set = true, .kind = KIND_BLOCKLISTED, .now = {1788220800}};
	const struct feed_sink sink = {&rows, take_format, take_batch, take_problem};
	enum err err = E_OK;
	if (feed_parser_new(&options, &sink, &p) != E_OK)
		return;
	while (err == E_OK && text.size > 0) {
		size_t size = text.size < step ? text.size : step;
		err = feed_parser_push(p, str_bytes((struct str){text.data, size}), &problem);
		text = (struct str){text.data + size, text.size - size};
	}
	if (err == E_OK)
		err = feed_parser_finish(p, &problem);
	if (err == E_SYNTAX && problem.code == PROBLEM_NONE)
		abort();
	if (err == E_OK && feed_parser_totals(p)->accepted != rows)
		abort();
	feed_parser_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct column_map map;
	struct problem problem = {.code = PROBLEM_NONE};
	struct str rest;
	struct str line = str_cut((struct str){(const char *)data, size}, '\n', &rest);
	if (column_map_parse(line, &map, &problem) != E_OK) {
		if (problem.code == PROBLEM_NONE)
			abort();
		return 0;
	}
	parse(line, rest, 1 + line.size * 7);
	return 0;
}
