/* SPDX-License-Identifier: Apache-2.0 */
/* Unions of stored sets where they lie against sets united one after the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/dice.h"
#include "model/unit_union.h"

enum {
	SETS = 40,
	ROUNDS = 60
};

struct stored {
	struct unit_set *set;
	struct writer bytes;
	struct unit_view view;
};

/* Some share /16s, some do not; some are empty, some end at the last one. */
static void fill(struct unit_set *s, struct dice *dice)
{
	static const uint32_t spreads[] = {1, 3, 200, 65536};
	uint32_t spread = spreads[dice_below(dice, 4)];
	size_t count = dice_below(dice, 2000);
	for (size_t i = 0; i < count; i++) {
		uint32_t tile = UINT16_MAX - (uint32_t)dice_below(dice, spread);
		uint32_t v4 = tile << 16 | (uint32_t)dice_below(dice, 4000);
		assert_int_equal(unit_set_add_v4(s, &v4, 1), E_OK);
	}
	if (dice_below(dice, 4) == 0)
		assert_int_equal(unit_set_add_range_v4(s, UINT32_MAX - 99999, UINT32_MAX), E_OK);
	for (size_t i = 0; i < count / 10; i++) {
		uint64_t net = dice_below(dice, 500);
		assert_int_equal(unit_set_add_v6(s, &net, 1), E_OK);
	}
}

static void store(struct stored *s, struct dice *dice)
{
	struct cursor c;
	s->set = unit_set_new();
	fill(s->set, dice);
	writer_init(&s->bytes, 16 << 20);
	unit_set_write(s->set, &s->bytes);
	cursor_init(&c, writer_view(&s->bytes));
	assert_int_equal(unit_view_read(&c, &s->view), E_OK);
}

static void assert_same(const struct unit_set *a, const struct unit_set *b)
{
	size_t count, others;
	const uint64_t *nets = unit_set_v6(a, &count);
	const uint64_t *other_nets = unit_set_v6(b, &others);
	assert_int_equal(unit_set_count_v4(a), unit_set_count_v4(b));
	assert_int_equal(unit_set_common_v4(a, b), unit_set_count_v4(a));
	assert_int_equal(count, others);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(nets[i], other_nets[i]);
}

static void add_all(struct unit_union *u, const struct stored *sets, size_t count)
{
	for (size_t i = count; i > 0; i--)
		assert_int_equal(unit_union_add(u, &sets[i - 1].view), E_OK);
}

/* The same union serves many times, and joins what the set has already. */
static void one_round(struct unit_union *u, struct dice *dice)
{
	struct stored sets[SETS];
	struct unit_set *expected = unit_set_new(), *got = unit_set_new();
	uint32_t before = 7;
	size_t count = dice_below(dice, SETS + 1);
	for (size_t i = 0; i < count; i++) {
		store(&sets[i], dice);
		assert_int_equal(unit_set_unite(expected, sets[i].set), E_OK);
	}
	add_all(u, sets, count);
	assert_int_equal(unit_union_count_v4(u), unit_set_count_v4(expected));
	assert_int_equal(unit_set_add_v4(expected, &before, 1), E_OK);
	assert_int_equal(unit_set_add_v4(got, &before, 1), E_OK);
	add_all(u, sets, count);
	assert_int_equal(unit_union_into(u, got), E_OK);
	assert_same(got, expected);
	assert_int_equal(unit_union_count_v4(u), 0);
	for (size_t i = 0; i < count; i++) {
		unit_set_free(sets[i].set);
		writer_release(&sets[i].bytes);
	}
	unit_set_free(expected);
	unit_set_free(got);
}

static void test_like_sets(void **state)
{
	struct dice dice = {11};
	struct unit_union *u = unit_union_new();
	(void)state;
	assert_non_null(u);
	for (size_t i = 0; i < ROUNDS; i++)
		one_round(u, &dice);
	unit_union_free(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_like_sets)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
