/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "network/range.h"

enum {
	WORLD = 64, /* addresses of the small world that every address of is asked */
	ROUNDS = 3000,
	RANGES = 12
};

static uint32_t step(uint64_t *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(*state >> 33);
}

/* By the letter of the rule, one address at a time. */
static uint32_t expected_at(const struct range *ranges, size_t count, address at)
{
	const struct range *best = NULL;
	for (size_t i = 0; i < count; i++) {
		const struct range *r = &ranges[i];
		if (at < r->first || at > r->last)
			continue;
		if (!best || r->rank > best->rank ||
			(r->rank == best->rank && r->last - r->first <= best->last - best->first))
			best = r;
	}
	return best ? best->value : 0;
}

static uint32_t found_at(const struct range_list *l, address at)
{
	for (size_t i = 0; i < l->count; i++)
		if (at >= l->items[i].first && at <= l->items[i].last)
			return l->items[i].value;
	return 0;
}

static void is_disjoint(const struct range_list *l)
{
	for (size_t i = 0; i < l->count; i++) {
		assert_true(l->items[i].first <= l->items[i].last);
		assert_true(l->items[i].value != 0);
		if (i == 0)
			continue;
		assert_true(l->items[i - 1].last < l->items[i].first);
		assert_false(l->items[i - 1].last + 1 == l->items[i].first &&
			     l->items[i - 1].value == l->items[i].value);
	}
}

static void says_the_same(address base)
{
	uint64_t state = 20201022;
	for (int round = 0; round < ROUNDS; round++) {
		struct range given[RANGES];
		struct range_list l = {0};
		size_t count = 1 + step(&state) % RANGES;
		for (size_t i = 0; i < count; i++) {
			address a = step(&state) % WORLD, b = step(&state) % WORLD;
			given[i] = (struct range){base + (a < b ? a : b), base + (a < b ? b : a),
				step(&state) % 4, step(&state) % 8 == 0, 0};
			assert_int_equal(range_list_add(&l, given[i]), E_OK);
		}
		assert_int_equal(range_list_flatten(&l), E_OK);
		is_disjoint(&l);
		for (address at = 0; at < WORLD; at++)
			assert_int_equal(
				found_at(&l, base + at), expected_at(given, count, base + at));
		range_list_release(&l);
	}
}

static void overlaps(void **state)
{
	(void)state;
	says_the_same(0);
}

static void overlaps_at_the_end(void **state)
{
	(void)state;
	says_the_same(ADDRESS_MAX - WORLD + 1);
}

static void nothing(void **state)
{
	(void)state;
	struct range_list l = {0};
	assert_int_equal(range_list_flatten(&l), E_OK);
	assert_int_equal(l.count, 0);
	range_list_release(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(overlaps),
		cmocka_unit_test(overlaps_at_the_end),
		cmocka_unit_test(nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
