/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "measure/ranking.h"

static void ties_share_a_rank_and_families_are_apart(void **state)
{
	(void)state;
	struct ranking_row rows[] = {
		{.key = STR("b"), .addresses = 5},
		{.key = STR("d"), .addresses = 1, .nets6 = 100},
		{.key = STR("a"), .addresses = 5},
		{.key = STR("c"), .addresses = 9},
		{.key = STR("e"), .addresses = 5, .nets6 = 1},
	};
	static const char *const order[] = {"c", "e", "a", "b", "d"};
	static const uint32_t ranks[] = {1, 2, 3, 3, 5};
	ranking_sort(rows, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_true(str_equal(rows[i].key, str_from(order[i])));
		assert_int_equal(rows[i].rank, ranks[i]);
	}
	ranking_sort(NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ties_share_a_rank_and_families_are_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
