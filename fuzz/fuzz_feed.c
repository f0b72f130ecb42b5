/* SPDX-License-Identifier: Apache-2.0 */
/* Every format, recognised by content or asked for by the first byte; with FUZZ_FORMATS only those
 * whose name begins so. */
#include <stdlib.h>

#include "base/limits.h"
#include "feed/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct receiver {
	struct text_table *names;
	struct text_table *columns;
	struct batch *batch;
	struct writer message;
	uint64_t rows;
};

static enum err take_format(void *context, struct str format)
{
	(void)context;
	return format.size > 0 ? E_OK : E_SYNTAX;
}

/* Whatever a parser makes, the checks on its wire form must accept. */
static enum err take_batch(void *context, const struct batch *batch, const struct text_table *names,
	const struct text_table *columns)
{
	struct receiver *r = context;
	struct cursor c;
	writer_clear(&r->message);
	wire_write_batch(&r->message, batch, names, text_table_count(r->names), columns,
		text_table_count(r->columns));
	cursor_init(&c, writer_view(&r->message));
	if (wire_read_batch(&c, r->batch, r->names, r->columns) != E_OK)
		abort();
	r->rows += batch->rows;
	return E_OK;
}

static void take_problem(void *context, const struct problem *problem)
{
	(void)context;
	if (problem->code == PROBLEM_NONE)
		abort();
}

/* File names that decide between formats and days. */
static const struct str names[] = {STR_INIT("2021-03-04-event4_sinkhole-vn.csv"),
	STR_INIT("2020-10-15.txt"), STR_INIT("list"), STR_INIT("2021-03-04-blocklist.csv"),
	STR_INIT("event4_honeypot_http_scan.csv"), STR_INIT("2021-03-04-special.csv")};

static enum err push_all(
	struct feed_parser *p, struct bytes b, size_t step, struct problem *problem)
{
	while (b.size > 0) {
		size_t size = b.size < step ? b.size : step;
		TRY(feed_parser_push(p, (struct bytes){b.data, size}, problem));
		b = (struct bytes){b.data + size, b.size - size};
	}
	return feed_parser_finish(p, problem);
}

#ifdef FUZZ_FORMATS
static struct str choose_format(uint8_t choice)
{
	struct str fitting[64];
	size_t count = 0;
	for (size_t i = 0; i < feed_format_count() && count < 64; i++)
		if (str_starts(feed_format_name(i), STR(FUZZ_FORMATS)))
			fitting[count++] = feed_format_name(i);
	if (count == 0)
		abort();
	return fitting[choice % count];
}
#else
static struct str choose_format(uint8_t choice)
{
	return choice & 64 ? feed_format_name(choice % feed_format_count()) : STR("");
}
#endif

static void parse(uint8_t choice, struct bytes b, struct receiver *r)
{
	struct feed_parser *p;
	struct problem problem = {.code = PROBLEM_NONE};
	const struct feed_options options = {.file_name = names[choice % 6],
		.format = choose_format(choice),
		.kind_set = choice & 128,
		.kind = KIND_C2,
		.now = {1788220800}};
	const struct feed_sink sink = {r, take_format, take_batch, take_problem};
	if (feed_parser_new(&options, &sink, &p) != E_OK)
		return;
	enum err err = push_all(p, b, (size_t)choice * 7 + 1, &problem);
	const struct feed_totals *totals = feed_parser_totals(p);
	bool refused = err == E_SYNTAX || err == E_LIMIT || err == E_UNKNOWN;
	if (refused && problem.code == PROBLEM_NONE)
		abort();
	if (totals->rows != totals->accepted + totals->rejected ||
		(err == E_OK && totals->accepted != r->rows))
		abort();
	feed_parser_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct receiver r = {.rows = 0};
	if (size == 0)
		return 0;
	r.names = text_table_new(LIMIT_NAMES_PER_FILE);
	r.columns = text_table_new(LIMIT_COLUMNS);
	r.batch = batch_new();
	writer_init(&r.message, LIMIT_WIRE_BYTES);
	if (r.names && r.columns && r.batch)
		parse(data[0], (struct bytes){data + 1, size - 1}, &r);
	text_table_free(r.names);
	text_table_free(r.columns);
	batch_free(r.batch);
	writer_release(&r.message);
	return 0;
}
