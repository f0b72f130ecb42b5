/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/ip.h"
#include "feed/feed.h"
#include "simulate/simulate.h"

static uint32_t address(void *context, uint64_t index)
{
	(void)context;
	return 0x0EA00000U + (uint32_t)index;
}

static uint32_t asn(void *context, uint32_t v4)
{
	(void)context;
	(void)v4;
	return 45899;
}

static struct simulation settings(uint64_t seed)
{
	return (struct simulation){
		.seed = seed,
		.days = 3,
		.end = {2020, 10, 15},
		.until = date_instant((struct date){2020, 10, 16}),
		.hosts = 500,
		.reports = 3,
		.space = 1 << 16,
		.address = address,
		.asn = asn,
		.country = "VN",
	};
}

static void simulate(const struct simulation *s, struct writer *w)
{
	struct simulator *simulator;
	assert_int_equal(simulator_new(s, &simulator), E_OK);
	simulator_header(simulator, w);
	while (simulator_day(simulator, w))
		assert_int_equal(writer_end(w), E_OK);
	simulator_free(simulator);
}

static void same_seed_same_bytes(void **state)
{
	(void)state;
	struct writer w[3];
	for (size_t i = 0; i < 3; i++) {
		struct simulation s = settings(i < 2 ? 7 : 8);
		writer_init(&w[i], 1 << 24);
		simulate(&s, &w[i]);
	}
	assert_true(str_equal(writer_view_str(&w[0]), writer_view_str(&w[1])));
	assert_false(str_equal(writer_view_str(&w[0]), writer_view_str(&w[2])));
	for (size_t i = 0; i < 3; i++)
		writer_release(&w[i]);
}

static struct str column(struct str row, unsigned index)
{
	struct str rest;
	struct str field = str_cut(row, ',', &rest);
	while (index-- > 0)
		field = str_cut(rest, ',', &rest);
	return field;
}

/* 500 hosts × 0.8 × 3 reports × 3 days = 3,600 rows, within a tenth. */
static void rows_are_as_said(void **state)
{
	(void)state;
	struct simulation s = settings(1);
	struct writer w;
	struct instant before = {0};
	size_t rows = 0;
	writer_init(&w, 1 << 24);
	simulate(&s, &w);
	struct str rest;
	(void)str_cut(writer_view_str(&w), '\n', &rest);
	while (rest.size > 0) {
		struct str row = str_cut(rest, '\n', &rest);
		struct str time = column(row, 0);
		struct instant at;
		struct ip ip;
		assert_true(instant_parse((struct str){time.data + 1, time.size - 2}, &at));
		assert_true(at.seconds >= before.seconds && at.seconds <= s.until.seconds);
		assert_true(ip_parse(column(row, 2), &ip));
		assert_int_equal(ip_v4(ip) >> 16, 0x0EA0);
		assert_true(str_equal(column(row, 24), STR("quetsach-simulate")));
		before = at;
		rows++;
	}
	assert_in_range(rows, 3240, 3960);
	writer_release(&w);
}

static void nothing_comes_from_the_future(void **state)
{
	(void)state;
	struct simulation s = settings(1);
	struct writer w;
	writer_init(&w, 1 << 24);
	s.until = date_instant((struct date){2020, 10, 14});
	simulate(&s, &w);
	struct str text = writer_view_str(&w);
	assert_true(str_find(text, STR("2020-10-13 ")) < text.size);
	assert_true(str_find(text, STR("2020-10-15 ")) == text.size);
	writer_release(&w);
}

/* All that both forms say of a sighting, added up. */
struct sum {
	uint64_t hash;
	size_t rows;
	struct str format;
};

static enum err take_format(void *context, struct str format)
{
	struct sum *sum = context;
	sum->format = format;
	return E_OK;
}

static enum err take_batch(void *context, const struct batch *batch, const struct text_table *names,
	const struct text_table *columns)
{
	static const struct hash_key key = {"fedcba987654321"};
	struct sum *sum = context;
	(void)columns;
	for (size_t i = 0; i < batch->rows; i++) {
		struct sighting s = batch_get(batch, names, i);
		struct writer w;
		writer_init(&w, 1024);
		writer_ip(&w, s.at.ip);
		writer_ip(&w, s.dst);
		writer_u64(&w, (uint64_t)s.time.from.seconds);
		writer_u16(&w, s.port);
		writer_u16(&w, s.dst_port);
		writer_u8(&w, s.protocol);
		writer_u8(&w, (uint8_t)s.kind);
		writer_string(&w, s.name);
		assert_int_equal(writer_end(&w), E_OK);
		sum->hash += keyed_hash(&key, writer_view(&w));
		writer_release(&w);
	}
	sum->rows += batch->rows;
	return E_OK;
}

static void take_problem(void *context, const struct problem *problem)
{
	(void)context;
	fail_msg("a bad row: line %u", (unsigned)problem->line);
}

static struct sum add_up(const struct simulation *s)
{
	struct writer w;
	struct problem problem;
	struct feed_parser *p;
	struct sum sum = {.rows = 0};
	const struct feed_options options = {
		.file_name = STR("2020-10-15-event4_sinkhole.csv"), .now = {1788220800}};
	const struct feed_sink sink = {&sum, take_format, take_batch, take_problem};
	writer_init(&w, 1 << 24);
	simulate(s, &w);
	assert_int_equal(feed_parser_new(&options, &sink, &p), E_OK);
	assert_int_equal(feed_parser_push(p, writer_view(&w), &problem), E_OK);
	assert_int_equal(feed_parser_finish(p, &problem), E_OK);
	assert_true(feed_parser_totals(p)->simulated);
	feed_parser_free(p);
	writer_release(&w);
	return sum;
}

static void both_forms_say_the_same(void **state)
{
	(void)state;
	struct simulation s = settings(3);
	struct sum csv = add_up(&s);
	s.intelmq = true;
	struct sum intelmq = add_up(&s);
	assert_true(str_equal(csv.format, STR("shadowserver-event4-sinkhole")));
	assert_true(str_equal(intelmq.format, STR("intelmq")));
	assert_in_range(csv.rows, 3240, 3960);
	assert_int_equal(csv.rows, intelmq.rows);
	assert_int_equal(csv.hash, intelmq.hash);
	s.seed = 4;
	assert_int_not_equal(add_up(&s).hash, intelmq.hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_seed_same_bytes),
		cmocka_unit_test(rows_are_as_said),
		cmocka_unit_test(nothing_comes_from_the_future),
		cmocka_unit_test(both_forms_say_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
