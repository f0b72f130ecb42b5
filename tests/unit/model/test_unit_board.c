/* SPDX-License-Identifier: Apache-2.0 */
/* Boards against sets, which do the same another way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/dice.h"
#include "model/unit_board.h"
#include "model/unit_set.h"

enum {
	HIGH = 7, /* upper half of all addresses */
	FIRST = HIGH << 16,
	SETS = 12
};

/* A stored set of one /16: few values, many, or ranges. */
struct stored {
	struct unit_set *set;
	struct writer bytes;
	struct unit_view view;
};

static void fill(struct unit_set *s, struct dice *dice, size_t kind)
{
	size_t count = kind % 3 == 0 ? dice_below(dice, 300) + 1 : 9000;
	for (size_t i = 0; kind % 3 < 2 && i < count; i++) {
		uint32_t v4 = FIRST + (uint32_t)dice_below(dice, BOARD_BITS);
		assert_int_equal(unit_set_add_v4(s, &v4, 1), E_OK);
	}
	for (size_t i = 0; kind % 3 == 2 && i < 20; i++) {
		uint32_t from = FIRST + (uint32_t)dice_below(dice, BOARD_BITS);
		uint32_t to = from + (uint32_t)dice_below(dice, FIRST + BOARD_BITS - from);
		assert_int_equal(unit_set_add_range_v4(s, from, i ? (from + to) / 2 : to), E_OK);
	}
}

static void store(struct stored *s, struct dice *dice, size_t kind)
{
	struct cursor c;
	s->set = unit_set_new();
	fill(s->set, dice, kind);
	writer_init(&s->bytes, 1 << 20);
	unit_set_write(s->set, &s->bytes);
	cursor_init(&c, writer_view(&s->bytes));
	assert_int_equal(unit_view_read(&c, &s->view), E_OK);
	assert_int_equal(cursor_end(&c), E_OK);
}

static void release(struct stored *s)
{
	unit_set_free(s->set);
	writer_release(&s->bytes);
}

static void add(struct unit_board *b, const struct stored *s, const struct unit_board *within)
{
	struct unit_pages pages;
	struct unit_page page;
	unit_pages_begin(&pages, s->view.v4);
	assert_true(unit_pages_next(&pages, &page));
	assert_int_equal(page.high, HIGH);
	assert_int_equal(page.count, unit_set_count_v4(s->set));
	unit_board_add(b, &page, within);
	assert_false(unit_pages_next(&pages, &page));
}

static void same(const struct unit_board *b, const struct unit_set *s)
{
	static uint32_t ours[BOARD_BITS], theirs[BOARD_BITS];
	uint64_t position = 0;
	size_t count = unit_set_read_v4(s, &position, theirs, BOARD_BITS);
	assert_int_equal(b->count, count);
	unit_board_read(b, HIGH, ours);
	assert_memory_equal(ours, theirs, count * sizeof(*ours));
}

static void counts_ranges(const struct unit_board *b, const struct unit_set *s, struct dice *dice)
{
	for (size_t i = 0; i < 50; i++) {
		uint32_t from = (uint32_t)dice_below(dice, BOARD_BITS);
		uint32_t to = from + (uint32_t)dice_below(dice, BOARD_BITS - from);
		assert_int_equal(unit_board_count_range(b, from, to),
			unit_set_count_range_v4(s, FIRST + from, FIRST + to));
	}
	assert_int_equal(unit_board_count_range(b, 0, BOARD_BITS - 1), b->count);
}

static void goes_to_a_set(const struct unit_board *b, const struct unit_set *s)
{
	struct writer w;
	struct unit_set *made = unit_set_new();
	writer_init(&w, 1 << 20);
	unit_board_write(b, HIGH, &w);
	assert_int_equal(writer_end(&w), E_OK);
	assert_int_equal(unit_set_gather_page(made, writer_view(&w)), E_OK);
	assert_int_equal(unit_set_settle(made), E_OK);
	assert_int_equal(unit_set_count_v4(made), unit_set_count_v4(s));
	assert_int_equal(unit_set_common_v4(made, s), unit_set_count_v4(s));
	unit_set_free(made);
	writer_release(&w);
}

static void boards_are_sets(void **state)
{
	(void)state;
	struct dice dice = {1};
	for (size_t i = 0; i < SETS; i++) {
		static struct unit_board b, other, cut;
		struct stored x, y;
		store(&x, &dice, i);
		store(&y, &dice, i / 3);
		unit_board_clear(&b);
		unit_board_clear(&other);
		unit_board_clear(&cut);
		add(&b, &x, NULL);
		add(&b, &x, NULL);
		same(&b, x.set);
		counts_ranges(&b, x.set, &dice);
		goes_to_a_set(&b, x.set);
		add(&other, &y, NULL);
		add(&cut, &y, &b);
		assert_int_equal(unit_board_common(&b, &other), cut.count);
		assert_int_equal(unit_set_common_v4(x.set, y.set), cut.count);
		unit_board_unite(&b, &other);
		assert_int_equal(unit_set_unite(x.set, y.set), E_OK);
		same(&b, x.set);
		release(&x);
		release(&y);
	}
}

static void a_range_is_all_of_it(void **state)
{
	(void)state;
	static struct unit_board b;
	unit_board_add_range(&b, 0, BOARD_BITS - 1);
	assert_int_equal(b.count, BOARD_BITS);
	unit_board_clear(&b);
	unit_board_add_range(&b, 63, 64);
	unit_board_add_range(&b, 64, 64);
	assert_int_equal(b.count, 2);
	assert_int_equal(unit_board_count_range(&b, 64, 1000), 1);
	assert_int_equal(unit_board_count_range(&b, 65, 1000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boards_are_sets),
		cmocka_unit_test(a_range_is_all_of_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
