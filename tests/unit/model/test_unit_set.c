/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/unit_set.h"

static struct unit_set *set_of(
	const uint32_t *v4, size_t v4_count, const uint64_t *v6, size_t v6_count)
{
	struct unit_set *s = unit_set_new();
	assert_non_null(s);
	assert_int_equal(unit_set_add_v4(s, v4, v4_count), E_OK);
	assert_int_equal(unit_set_add_v6(s, v6, v6_count), E_OK);
	return s;
}

static void counts_each_once(void **state)
{
	(void)state;
	const uint32_t v4[] = {5, 1, UINT32_MAX, 5, 0, 1};
	const uint64_t v6[] = {9, UINT64_MAX, 9, 2};
	struct unit_set *s = set_of(v4, 6, v6, 4);
	assert_int_equal(unit_set_count_v4(s), 4);
	assert_int_equal(unit_set_count_v6(s), 3);
	assert_int_equal(unit_set_add_v6(s, v6, 4), E_OK);
	assert_int_equal(unit_set_count_v6(s), 3);
	assert_true(unit_set_contains(s, (struct unit){UINT32_MAX, false}));
	assert_true(unit_set_contains(s, (struct unit){2, true}));
	assert_false(unit_set_contains(s, (struct unit){2, false}));
	assert_false(unit_set_contains(s, (struct unit){3, true}));
	unit_set_clear(s);
	assert_int_equal(unit_set_count_v4(s) + unit_set_count_v6(s), 0);
	assert_false(unit_set_contains(s, (struct unit){2, true}));
	unit_set_free(s);
	unit_set_free(NULL);
}

static void unites_and_intersects(void **state)
{
	(void)state;
	const uint32_t a4[] = {1, 2, 3}, b4[] = {3, 4};
	const uint64_t a6[] = {10, 20, 30}, b6[] = {5, 20, 40};
	struct unit_set *a = set_of(a4, 3, a6, 3), *b = set_of(b4, 2, b6, 3);
	assert_int_equal(unit_set_unite(a, b), E_OK);
	assert_int_equal(unit_set_unite(a, a), E_OK);
	size_t count;
	const uint64_t *nets = unit_set_v6(a, &count);
	const uint64_t expected[] = {5, 10, 20, 30, 40};
	assert_int_equal(count, 5);
	assert_memory_equal(nets, expected, sizeof(expected));
	assert_int_equal(unit_set_count_v4(a), 4);
	assert_int_equal(unit_set_intersect(a, b), E_OK);
	assert_int_equal(unit_set_count_v4(a), 2);
	assert_int_equal(unit_set_count_v6(a), 3);
	unit_set_free(a);
	unit_set_free(b);
}

static void keeps_ranges(void **state)
{
	(void)state;
	const uint32_t v4[] = {1, 9, 10, 70000, UINT32_MAX};
	const uint64_t v6[] = {1, 5, 6, 9, UINT64_MAX}, first[] = {2, 6, 100}, last[] = {5, 6, 200};
	struct unit_set *s = set_of(v4, 5, v6, 5), *ranges = unit_set_new();
	assert_int_equal(unit_set_add_range_v4(ranges, 2, 1), E_RANGE);
	assert_int_equal(unit_set_add_range_v4(ranges, 9, 9), E_OK);
	assert_int_equal(unit_set_add_range_v4(ranges, 11, 70000), E_OK);
	assert_int_equal(unit_set_add_range_v4(ranges, UINT32_MAX - 1, UINT32_MAX), E_OK);
	assert_int_equal(unit_set_count_v4(ranges), 1 + 69990 + 2);
	assert_int_equal(unit_set_common_v4(s, ranges), 3);
	unit_set_keep_v4(s, ranges);
	assert_int_equal(unit_set_count_v4(s), 3);
	assert_int_equal(unit_set_count_v6(s), 5);
	unit_set_keep_v6(s, first, last, 3);
	assert_int_equal(unit_set_count_v6(s), 2);
	assert_true(unit_set_contains(s, (struct unit){6, true}));
	unit_set_keep_v6(s, first, last, 0);
	assert_int_equal(unit_set_count_v6(s), 0);
	assert_int_equal(unit_set_count_v4(s), 3);
	unit_set_free(s);
	unit_set_free(ranges);
}

static void gathers_like_unions(void **state)
{
	(void)state;
	uint64_t chance = 1;
	struct unit_set *gathered = unit_set_new(), *within = unit_set_new(),
			*part = unit_set_new();
	struct unit_set *united = unit_set_new();
	assert_int_equal(unit_set_add_range_v4(part, 70000, 140000), E_OK);
	for (int round = 0; round < 200; round++) {
		uint32_t v4[100];
		uint64_t v6[100];
		for (int i = 0; i < 100; i++) {
			chance = chance * 6364136223846793005 + 1442695040888963407;
			v4[i] = (uint32_t)(chance >> 40) % 200000;
			v6[i] = chance >> 52;
		}
		struct unit_set *s = set_of(v4, 100, v6, 100);
		assert_int_equal(unit_set_unite(united, s), E_OK);
		assert_int_equal(unit_set_gather(gathered, s), E_OK);
		assert_int_equal(unit_set_gather_within(within, s, part), E_OK);
		if (round % 60 == 59)
			assert_int_equal(unit_set_settle(gathered), E_OK);
		struct unit_set *taken = unit_set_take(s);
		assert_int_equal(unit_set_count_v4(s) + unit_set_count_v6(s), 0);
		unit_set_free(taken);
		unit_set_free(s);
	}
	assert_int_equal(unit_set_settle(gathered), E_OK);
	assert_int_equal(unit_set_settle(gathered), E_OK);
	assert_int_equal(unit_set_settle(within), E_OK);
	assert_int_equal(unit_set_count_v4(gathered), unit_set_count_v4(united));
	assert_int_equal(unit_set_common_v4(gathered, united), unit_set_count_v4(united));
	assert_int_equal(unit_set_count_v4(within), unit_set_common_v4(united, part));
	size_t count, expected;
	const uint64_t *nets = unit_set_v6(gathered, &count);
	const uint64_t *all = unit_set_v6(united, &expected);
	assert_int_equal(count, expected);
	assert_memory_equal(nets, all, count * sizeof(*nets));
	assert_int_equal(unit_set_count_v6(within), expected);
	unit_set_free(gathered);
	unit_set_free(within);
	unit_set_free(part);
	unit_set_free(united);
}

static void reads_in_pieces(void **state)
{
	(void)state;
	uint32_t v4[1000], piece[7];
	for (uint32_t i = 0; i < 1000; i++)
		v4[i] = i * 4294967 + (i == 999 ? 0 : 1);
	v4[999] = UINT32_MAX;
	struct unit_set *s = set_of(v4, 1000, NULL, 0);
	uint64_t position = 0;
	size_t at = 0;
	for (size_t n; (n = unit_set_read_v4(s, &position, piece, 7)) > 0; at += n)
		assert_memory_equal(piece, v4 + at, n * sizeof(*piece));
	assert_int_equal(at, 1000);
	assert_int_equal(unit_set_read_v4(s, &position, piece, 7), 0);
	unit_set_free(s);
}

static void fill(struct unit_set *s, uint32_t dense, uint32_t sparse)
{
	for (uint32_t i = 0; i < dense; i++)
		assert_int_equal(unit_set_add_v4(s, &(uint32_t){0x10000 + i * 2}, 1), E_OK);
	for (uint32_t i = 0; i < sparse; i++)
		assert_int_equal(unit_set_add_v4(s, &(uint32_t){i * 1234577}, 1), E_OK);
	for (uint64_t i = 0; i < 50; i++)
		assert_int_equal(unit_set_add_v6(s, &(uint64_t){i << 33}, 1), E_OK);
}

static void written_is_read(void **state)
{
	(void)state;
	struct writer w;
	struct cursor c;
	struct unit_set *s = unit_set_new(), *again = NULL;
	writer_init(&w, 1 << 20);
	fill(s, 20000, 3000);
	unit_set_write(s, &w);
	assert_int_equal(writer_end(&w), E_OK);
	cursor_init(&c, writer_view(&w));
	assert_int_equal(unit_set_read(&c, &again), E_OK);
	assert_int_equal(cursor_end(&c), E_OK);
	assert_int_equal(unit_set_count_v4(again), unit_set_count_v4(s));
	assert_int_equal(unit_set_count_v6(again), 50);
	assert_int_equal(unit_set_intersect(again, s), E_OK);
	assert_int_equal(unit_set_count_v4(again), unit_set_count_v4(s));
	unit_set_free(again);
	unit_set_free(s);
	writer_release(&w);
}

/* Every cut, and every byte changed: an error, or a set that obeys all rules when walked. */
static void broken_is_refused(void **state)
{
	(void)state;
	struct writer w;
	struct cursor c;
	struct unit_set *s = unit_set_new(), *again = NULL;
	writer_init(&w, 1 << 20);
	fill(s, 10, 20);
	unit_set_write(s, &w);
	for (size_t cut = 0; cut < w.size; cut++) {
		cursor_init(&c, (struct bytes){w.data, cut});
		assert_int_not_equal(unit_set_read(&c, &again), E_OK);
	}
	for (size_t i = 0; i < w.size; i++) {
		uint32_t value;
		w.data[i] ^= 0x55;
		cursor_init(&c, writer_view(&w));
		if (unit_set_read(&c, &again) == E_OK) {
			uint64_t position = 0, walked = 0;
			while (unit_set_read_v4(again, &position, &value, 1) == 1)
				walked++;
			assert_int_equal(walked, unit_set_count_v4(again));
			unit_set_free(again);
		}
		w.data[i] ^= 0x55;
	}
	writer_release(&w);
	unit_set_free(s);
}

/* Two runs, one touching the other: forbidden; apart: allowed. */
static void runs_are_checked(void **state)
{
	(void)state;
	uint8_t stored[] = {21, 0, 0, 0, 0x3b, 0x30, 0, 0, 1, 7, 0, 4, 0, 2, 0, 1, 0, 1, 0, 9, 0, 2,
		0, 0, 0, 0, 0, 0, 0};
	struct cursor c;
	struct unit_set *s = NULL;
	stored[0] = 19;
	cursor_init(&c, (struct bytes){stored, 4 + 19 + 4});
	assert_int_equal(unit_set_read(&c, &s), E_OK);
	assert_int_equal(unit_set_count_v4(s), 5);
	assert_true(unit_set_contains(s, (struct unit){7 << 16 | 11, false}));
	unit_set_free(s);
	stored[19] = 3;
	cursor_init(&c, (struct bytes){stored, 4 + 19 + 4});
	assert_int_equal(unit_set_read(&c, &s), E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_each_once),
		cmocka_unit_test(unites_and_intersects),
		cmocka_unit_test(keeps_ranges),
		cmocka_unit_test(gathers_like_unions),
		cmocka_unit_test(reads_in_pieces),
		cmocka_unit_test(written_is_read),
		cmocka_unit_test(broken_is_refused),
		cmocka_unit_test(runs_are_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
