/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"

static void arena_keeps_what_it_gave(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, 1 << 20);
	struct str first = arena_copy(&a, STR("first"));
	for (int i = 0; i < 100; i++)
		assert_non_null(arena_alloc(&a, 1, 5000));
	assert_true(str_equal(first, STR("first")));
	assert_int_equal(first.data[first.size], 0);
	arena_clear(&a);
	uint8_t *zeroed = arena_alloc(&a, 100, 1);
	for (int i = 0; i < 100; i++)
		assert_int_equal(zeroed[i], 0);
	arena_release(&a);
}

static void arena_refuses(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, 100000);
	assert_null(arena_alloc(&a, SIZE_MAX / 2, 3));
	assert_null(arena_alloc(&a, 1, SIZE_MAX));
	assert_non_null(arena_alloc(&a, 1, 60000));
	assert_null(arena_alloc(&a, 1, 60000));
	arena_release(&a);
}

static void every_error_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < ERR__COUNT; i++)
		assert_non_null(err_name((enum err)i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_keeps_what_it_gave),
		cmocka_unit_test(arena_refuses),
		cmocka_unit_test(every_error_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
