/* SPDX-License-Identifier: Apache-2.0 */
/* The index against the plain definition of it. Built once with each implementation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/csv_index.h"

enum {
	MOST = 300
};

struct found {
	uint32_t ends[MOST + 1];
	struct csv_stop stops[MOST + 1];
};

static void index_slowly(
	struct csv_index *x, const char *data, uint32_t from, uint32_t to, char separator)
{
	x->end_count = x->stop_count = x->quote_count = 0;
	x->open = x->nul = false;
	for (uint32_t i = from; i < to; i++) {
		x->nul = x->nul || data[i] == '\0';
		if (data[i] == '"') {
			x->open = !x->open;
			x->quote_count++;
		}
		if (x->open || (data[i] != separator && data[i] != '\n'))
			continue;
		if (data[i] == '\n')
			x->stops[x->stop_count++] = (struct csv_stop){x->end_count, x->quote_count};
		x->ends[x->end_count++] = i;
	}
}

static void assert_same(const struct csv_index *a, const struct csv_index *b)
{
	assert_int_equal(a->end_count, b->end_count);
	assert_int_equal(a->stop_count, b->stop_count);
	assert_int_equal(a->quote_count, b->quote_count);
	assert_int_equal(a->open, b->open);
	assert_int_equal(a->nul, b->nul);
	for (uint32_t i = 0; i < a->end_count; i++)
		assert_int_equal(a->ends[i], b->ends[i]);
	for (uint32_t i = 0; i < a->stop_count; i++) {
		assert_int_equal(a->stops[i].end, b->stops[i].end);
		assert_int_equal(a->stops[i].quotes, b->stops[i].quotes);
	}
}

static void test_against_definition(void **state)
{
	static const char alphabet[] = "a,;\n\"b\x80\xFF\x7F,\0\xAC\x8Az,\n";
	static struct found fast_found;
	static struct found slow_found;
	char data[MOST];
	uint32_t seed = 42;
	(void)state;
	for (int round = 0; round < 3000; round++) {
		uint32_t size = round % MOST;
		uint32_t from = size > 3 ? round % 3 : 0;
		struct csv_index fast = {.ends = fast_found.ends, .stops = fast_found.stops};
		struct csv_index slow = {.ends = slow_found.ends, .stops = slow_found.stops};
		for (uint32_t i = 0; i < size; i++) {
			seed = seed * 1664525 + 1013904223;
			/* Runs without quotes as well. */
			char c = alphabet[(seed >> 24) % (sizeof(alphabet) - 1)];
			data[i] = c == '"' && round % 4 == 0 ? 'q' : c;
		}
		csv_index_fill(&fast, data, from, size, round % 2 ? ',' : ';');
		index_slowly(&slow, data, from, size, round % 2 ? ',' : ';');
		assert_same(&fast, &slow);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_definition)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
