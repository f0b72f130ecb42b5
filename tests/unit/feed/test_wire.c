/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "feed/wire.h"

struct ends {
	struct batch *sent;
	struct text_table *names, *columns;
	struct batch *got;
	struct text_table *got_names, *got_columns;
	struct writer w;
};

static int make(void **state)
{
	struct ends *e = calloc(1, sizeof(*e));
	uint32_t id;
	assert_non_null(e);
	e->sent = batch_new();
	e->got = batch_new();
	e->names = text_table_new(LIMIT_NAMES_PER_FILE);
	e->columns = text_table_new(LIMIT_COLUMNS);
	e->got_names = text_table_new(LIMIT_NAMES_PER_FILE);
	e->got_columns = text_table_new(LIMIT_COLUMNS);
	writer_init(&e->w, (size_t)16 << 20);
	assert_true(text_table_add(e->names, STR(""), &id));
	assert_true(text_table_add(e->names, STR("mirai"), &id));
	assert_true(text_table_add(e->columns, STR("geo"), &id));
	*state = e;
	return 0;
}

static int unmake(void **state)
{
	struct ends *e = *state;
	batch_free(e->sent);
	batch_free(e->got);
	text_table_free(e->names);
	text_table_free(e->columns);
	text_table_free(e->got_names);
	text_table_free(e->got_columns);
	writer_release(&e->w);
	free(e);
	return 0;
}

static void add_row(struct batch *b, uint32_t i)
{
	uint32_t row = b->rows;
	b->first[row] = b->last[row] = 1600000000 + i;
	b->ip[row] = ip_from_v4(0x0E000000 + i);
	b->dst[row] = ip_from_v4(i);
	b->port[row] = (uint16_t)i;
	b->dst_port[row] = 80;
	b->prefix[row] = 128;
	b->precision[row] = PRECISION_SECOND;
	b->kind[row] = KIND_INFECTED;
	b->protocol[row] = 6;
	b->name[row] = i % 2;
	b->machine[row] = i;
	b->identity[row] = (uint64_t)i << 32;
	writer_bytes(&b->extras, (struct bytes){(const uint8_t *)"\0\2VN", 4});
	b->extras_end[row] = (uint32_t)b->extras.size;
	b->rows++;
}

static enum err send(struct ends *e)
{
	struct cursor c;
	writer_clear(&e->w);
	wire_write_batch(&e->w, e->sent, e->names, text_table_count(e->got_names), e->columns,
		text_table_count(e->got_columns));
	cursor_init(&c, writer_view(&e->w));
	return wire_read_batch(&c, e->got, e->got_names, e->got_columns);
}

static void test_round_trip(void **state)
{
	struct ends *e = *state;
	uint32_t id;
	for (uint32_t i = 0; i < BATCH_ROWS; i++)
		add_row(e->sent, i);
	assert_int_equal(send(e), E_OK);
	assert_int_equal(e->got->rows, BATCH_ROWS);
	for (uint32_t i = 0; i < BATCH_ROWS; i += 777) {
		struct sighting a = batch_get(e->sent, e->names, i);
		struct sighting b = batch_get(e->got, e->got_names, i);
		assert_true(str_equal(a.name, b.name));
		assert_int_equal(ip_compare(a.at.ip, b.at.ip), 0);
		assert_int_equal(ip_compare(a.dst, b.dst), 0);
		assert_true(a.identity == b.identity && a.machine == b.machine);
		assert_int_equal(a.port, b.port);
		assert_int_equal(a.time.to.seconds, b.time.to.seconds);
		assert_memory_equal(a.extras.data, b.extras.data, 4);
	}
	/* Only what is new travels. */
	batch_clear(e->sent);
	add_row(e->sent, 5);
	assert_true(text_table_add(e->names, STR("qakbot"), &id));
	e->sent->name[0] = id;
	assert_int_equal(send(e), E_OK);
	assert_int_equal(text_table_count(e->got_names), 3);
	struct sighting last = batch_get(e->got, e->got_names, 0);
	assert_true(str_equal(last.name, STR("qakbot")));
}

/* What breaks one row, as a parser taken over might. */
static void break_time(struct batch *b)
{
	b->last[1] = b->first[1] - 1;
}
static void break_second(struct batch *b)
{
	b->last[1]++;
}
static void break_precision(struct batch *b)
{
	b->precision[1] = PRECISION__COUNT;
}
static void break_kind(struct batch *b)
{
	b->kind[1] = KIND__COUNT;
}
static void break_name(struct batch *b)
{
	b->name[1] = 2;
}
static void break_prefix(struct batch *b)
{
	b->prefix[1] = 129;
}
static void break_v4_prefix(struct batch *b)
{
	b->prefix[1] = 95;
	b->ip[1] = ip_from_v4(0);
}
static void break_host_bits(struct batch *b)
{
	b->prefix[1] = 120;
	b->ip[1] = ip_from_v4(0x0E000001);
}
static void break_extras_order(struct batch *b)
{
	b->extras_end[0] = 8;
	b->extras_end[1] = 4;
}
static void break_extras_end(struct batch *b)
{
	b->extras_end[2] = 13;
}
static void break_extras_short(struct batch *b)
{
	b->extras_end[2] = 8;
}
static void break_extras_column(struct batch *b)
{
	b->extras.data[4] = 1;
}
static void break_extras_length(struct batch *b)
{
	b->extras.data[5] = 3;
}
static void break_extras_number(struct batch *b)
{
	b->extras.data[5] = 0x80;
}

static void test_nonsense(void **state)
{
	static void (*const breaks[])(struct batch *) = {break_time, break_second, break_precision,
		break_kind, break_name, break_prefix, break_v4_prefix, break_host_bits,
		break_extras_order, break_extras_end, break_extras_short, break_extras_column,
		break_extras_length, break_extras_number};
	struct ends *e = *state;
	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		batch_clear(e->sent);
		for (uint32_t row = 0; row < 3; row++)
			add_row(e->sent, row);
		assert_int_equal(send(e), E_OK);
		breaks[i](e->sent);
		assert_int_equal(send(e), E_SYNTAX);
		assert_int_equal(e->got->rows, 0);
	}
}

static void test_cut_and_changed(void **state)
{
	struct ends *e = *state;
	for (uint32_t row = 0; row < 3; row++)
		add_row(e->sent, row);
	assert_int_equal(send(e), E_OK);
	/* A repeat does not fit the tables any more. */
	struct cursor c;
	writer_clear(&e->w);
	wire_write_batch(&e->w, e->sent, e->names, 0, e->columns, 0);
	cursor_init(&c, writer_view(&e->w));
	assert_int_equal(wire_read_batch(&c, e->got, e->got_names, e->got_columns), E_SYNTAX);
	for (size_t size = 0; size < e->w.size; size++) {
		struct text_table *names = text_table_new(100);
		struct text_table *columns = text_table_new(100);
		cursor_init(&c, (struct bytes){e->w.data, size});
		assert_int_not_equal(wire_read_batch(&c, e->got, names, columns), E_OK);
		text_table_free(names);
		text_table_free(columns);
	}
}

static void test_problem_totals_options(void **state)
{
	struct ends *e = *state;
	struct problem problem = {.line = 7, .offset = 99, .limit = 3};
	struct problem told;
	struct cursor c;
	problem_set(&problem, PROBLEM_BAD_PORT, STR("src_port"), STR("70000"));
	wire_write_problem(&e->w, &problem);
	cursor_init(&c, writer_view(&e->w));
	assert_int_equal(wire_read_problem(&c, &told), E_OK);
	assert_int_equal(told.code, PROBLEM_BAD_PORT);
	assert_int_equal(told.line, 7);
	assert_true(str_equal(problem_got(&told), STR("70000")));
	e->w.data[0] = PROBLEM__COUNT;
	cursor_init(&c, writer_view(&e->w));
	assert_int_equal(wire_read_problem(&c, &told), E_SYNTAX);

	struct feed_totals totals = {.rows = 5,
		.accepted = 4,
		.rejected = 1,
		.skipped = 9,
		.simulated = true,
		.format = STR("ipsum")};
	struct feed_totals got;
	writer_clear(&e->w);
	wire_write_totals(&e->w, &totals);
	cursor_init(&c, writer_view(&e->w));
	assert_int_equal(wire_read_totals(&c, &got), E_OK);
	assert_true(got.simulated && got.rows == 5 && str_equal(got.format, STR("ipsum")));
	totals.rejected = 2;
	writer_clear(&e->w);
	wire_write_totals(&e->w, &totals);
	cursor_init(&c, writer_view(&e->w));
	assert_int_equal(wire_read_totals(&c, &got), E_SYNTAX);

	const struct feed_options options = {.file_name = STR("a.csv"),
		.botnet = STR("x"),
		.map = STR("ip=#1,time=#2"),
		.kind_set = true,
		.kind = KIND_C2,
		.observed_set = true,
		.observed = {2020, 10, 15},
		.now = {1600000000},
		.key = {{1, 2, 3}}};
	struct feed_options read;
	writer_clear(&e->w);
	wire_write_options(&e->w, &options);
	cursor_init(&c, writer_view(&e->w));
	assert_int_equal(wire_read_options(&c, &read), E_OK);
	assert_int_equal(read.observed.day, 15);
	assert_int_equal(read.kind, KIND_C2);
	assert_true(str_equal(read.file_name, STR("a.csv")));
	assert_true(str_equal(read.map, options.map));
	assert_memory_equal(&read.key, &options.key, sizeof(read.key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, make, unmake),
		cmocka_unit_test_setup_teardown(test_nonsense, make, unmake),
		cmocka_unit_test_setup_teardown(test_cut_and_changed, make, unmake),
		cmocka_unit_test_setup_teardown(test_problem_totals_options, make, unmake),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
