/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/dice.h"

/* First numbers of the authors' reference program, seed 1234567. */
static void numbers_are_those_of_the_reference(void **state)
{
	(void)state;
	static const uint64_t reference[] = {
		UINT64_C(6457827717110365317),
		UINT64_C(3203168211198807973),
		UINT64_C(9817491932198370423),
		UINT64_C(4593380528125082431),
		UINT64_C(16408922859458223821),
	};
	struct dice dice = {1234567};
	for (size_t i = 0; i < 5; i++)
		assert_true(dice_next(&dice) == reference[i]);
}

static void same_seed_same_numbers(void **state)
{
	(void)state;
	struct dice a = {42};
	struct dice b = {42};
	struct dice c = {43};
	unsigned different = 0;
	for (int i = 0; i < 1000; i++) {
		uint64_t x = dice_next(&a);
		assert_true(x == dice_next(&b));
		different += x != dice_next(&c);
	}
	assert_int_equal(different, 1000);
}

/* χ² of 10 cells over 100,000 throws: under 27.88 (99.9 %, 9 degrees of freedom). */
static void every_side_falls_as_often(void **state)
{
	(void)state;
	struct dice dice = {7};
	double cells[10] = {0};
	double chi = 0;
	for (int i = 0; i < 100000; i++)
		cells[dice_below(&dice, 10)]++;
	for (int i = 0; i < 10; i++)
		chi += (cells[i] - 10000) * (cells[i] - 10000) / 10000;
	assert_true(chi < 27.88);
}

static void bounds_hold(void **state)
{
	(void)state;
	struct dice dice = {0};
	double sum = 0;
	assert_int_equal(dice_below(&dice, 1), 0);
	assert_int_equal(dice_below(&dice, 0), 0);
	for (int i = 0; i < 10000; i++) {
		double x = dice_unit(&dice);
		assert_true(x > 0 && x < 1);
		sum += x;
		assert_false(dice_chance(&dice, 0));
		assert_true(dice_chance(&dice, 1));
	}
	assert_true(sum > 4900 && sum < 5100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_those_of_the_reference),
		cmocka_unit_test(same_seed_same_numbers),
		cmocka_unit_test(every_side_falls_as_often),
		cmocka_unit_test(bounds_hold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
