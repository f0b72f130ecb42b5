/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/rate.h"

#define SECOND UINT64_C(1000000000)

static const struct unit one = {0x0EA00102, false};

static unsigned take_all(struct rate *r, struct unit unit, uint64_t now)
{
	unsigned taken = 0;
	while (taken < 100000 && rate_take(r, unit, now))
		taken++;
	return taken;
}

static void bursts_are_bounded_and_fill_again(void **state)
{
	(void)state;
	struct rate *r = rate_new(1, 10, 50);
	assert_non_null(r);
	assert_int_equal(take_all(r, one, 0), 50);
	assert_false(rate_take(r, one, SECOND / 20));
	assert_in_range(take_all(r, one, SECOND), 10, 11);
	assert_int_equal(take_all(r, one, 3600 * SECOND), 50);
	rate_free(r);
}

static void units_do_not_pay_for_each_other(void **state)
{
	(void)state;
	struct rate *r = rate_new(7, 10, 50);
	assert_non_null(r);
	assert_int_equal(take_all(r, one, 0), 50);
	assert_int_equal(take_all(r, (struct unit){one.key + 1, false}, 0), 50);
	assert_int_equal(take_all(r, (struct unit){one.key, true}, 0), 50);
	rate_free(r);
}

/* Far more units than places: each still gets its first request. */
static void a_flood_refuses_nobody_new(void **state)
{
	(void)state;
	struct rate *r = rate_new(3, 1, 10);
	unsigned refused = 0;
	assert_non_null(r);
	for (uint64_t i = 0; i < 500000; i++)
		refused += !rate_take(r, (struct unit){i * 65537, false}, 0);
	assert_true(refused <= 2);
	rate_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bursts_are_bounded_and_fill_again),
		cmocka_unit_test(units_do_not_pay_for_each_other),
		cmocka_unit_test(a_flood_refuses_nobody_new),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
