/* SPDX-License-Identifier: Apache-2.0 */
/* Areas against the two slower ways to the same answer: look-ups, and merges along the ranges. */
#include "kit.h"
#include "network/partition.h"

enum {
	EVERY = 97, /* addresses tried: some thousands around the ranges */
	GROUPS = 2
};

static struct network *made_up(struct writer *image)
{
	struct writer tables[] = {
		table_of(STR("10.0.0.0,10.0.255.255,100,Wide\n10.0.1.0,10.0.1.255,200,Narrow\n"
			     "10.0.2.0,10.0.2.255,0,Nobody\n11.0.0.0,11.0.0.255,300,High\n"
			     "2001:db8::,2001:db8:0:ffff:ffff:ffff:ffff:ffff,400,Six\n"
			     "2001:db8:0:1::,2001:db8:0:1:7fff:ffff:ffff:ffff,100,Half\n"
			     "2001:db8:0:3:8000::,2001:db8:0:4:ffff:ffff:ffff:ffff,100,Late\n"),
			""),
		table_of(STR("9.255.0.0,10.0.5.255,VN\n11.0.0.0,11.0.0.255,LA\n"
			     "2001:db8::,2001:db8:0:8:ffff:ffff:ffff:ffff,VN\n"),
			""),
	};
	return network_of(tables, sizeof(tables) / sizeof(tables[0]), image);
}

static void fill(struct unit_set *s)
{
	for (uint32_t v4 = 0x09fe0000; v4 < 0x0b010000; v4 += EVERY)
		assert_int_equal(unit_set_add_v4(s, &v4, 1), E_OK);
	for (uint64_t net = 0x20010db700000000; net < 0x20010db700000002; net++)
		assert_int_equal(unit_set_add_v6(s, &net, 1), E_OK);
	for (uint64_t net = 0x20010db800000000; net < 0x20010db800000020; net++)
		assert_int_equal(unit_set_add_v6(s, &net, 1), E_OK);
}

static void same_sets(const struct unit_set *a, const struct unit_set *b)
{
	size_t a_count, b_count;
	const uint64_t *a_nets = unit_set_v6(a, &a_count), *b_nets = unit_set_v6(b, &b_count);
	assert_int_equal(unit_set_count_v4(a), unit_set_count_v4(b));
	assert_int_equal(unit_set_common_v4(a, b), unit_set_count_v4(b));
	assert_int_equal(a_count, b_count);
	assert_memory_equal(a_nets, b_nets, a_count * sizeof(*a_nets));
}

static void country_is_the_country(void **state)
{
	(void)state;
	struct writer image;
	struct area *area;
	struct network *n = made_up(&image);
	struct unit_set *merged = unit_set_new(), *kept = unit_set_new();
	fill(merged);
	fill(kept);
	assert_int_equal(network_keep_country(n, STR("VN"), merged), E_OK);
	assert_int_equal(area_new_country(n, STR("ZZ"), &area), E_NOTFOUND);
	assert_int_equal(area_new_country(n, STR("VN"), &area), E_OK);
	assert_int_equal(area_count_v4(area, kept), unit_set_count_v4(merged));
	assert_int_equal(area_count_v6(area, kept), unit_set_count_v6(merged));
	assert_int_equal(unit_set_count_v6(merged), 9);
	area_keep(area, kept);
	same_sets(kept, merged);
	assert_int_equal(area_common_v4(area, area), 0x10600);
	area_free(area);
	area_free(NULL);
	unit_set_free(kept);
	unit_set_free(merged);
	network_close(n);
	writer_release(&image);
}

/* 100 and 200 together, 300 alone, 400 nowhere. */
static size_t group(void *context, uint32_t asn)
{
	(void)context;
	return asn == 300 ? 1 : asn == 400 ? GROUPS : 0;
}

static void groups_are_their_ases(void **state)
{
	(void)state;
	struct writer image;
	struct area *areas[GROUPS];
	struct asn_count *counts;
	size_t count;
	uint64_t v4[GROUPS + 1] = {0}, v6[GROUPS + 1] = {0};
	struct network *n = made_up(&image);
	struct unit_set *all = unit_set_new();
	fill(all);
	assert_int_equal(network_count_asns(n, all, &counts, &count), E_OK);
	for (size_t i = 0; i < count; i++) {
		size_t g = counts[i].asn ? group(NULL, counts[i].asn) : GROUPS;
		v4[g] += counts[i].v4;
		v6[g] += counts[i].v6;
	}
	free(counts);
	assert_int_equal(area_new_groups(n, group, NULL, GROUPS, areas), E_OK);
	for (size_t g = 0; g < GROUPS; g++) {
		assert_int_equal(area_count_v4(areas[g], all), v4[g]);
		assert_int_equal(area_count_v6(areas[g], all), v6[g]);
		assert_true(v4[g] > 0);
	}
	/* The /64 whose first half only is Half's, and the one that Late has from the first on. */
	assert_int_equal(v6[0], 2);
	assert_int_equal(area_common_v4(areas[0], areas[0]), 0xff00);
	assert_int_equal(area_common_v4(areas[1], areas[1]), 0x100);
	assert_int_equal(area_common_v4(areas[0], areas[1]), 0);
	area_free(areas[0]);
	area_free(areas[1]);
	unit_set_free(all);
	network_close(n);
	writer_release(&image);
}

/* The same groups as parts, counted set by set and /16 by /16. */
static void parts_are_their_ases(void **state)
{
	(void)state;
	enum {
		STRIDE = 3
	};
	struct writer image;
	struct area *areas[GROUPS];
	struct partition *parts;
	uint64_t v4[GROUPS], v6[GROUPS], boards[GROUPS * STRIDE] = {0};
	struct network *n = made_up(&image);
	struct unit_set *all = unit_set_new();
	fill(all);
	assert_int_equal(area_new_groups(n, group, NULL, GROUPS, areas), E_OK);
	assert_int_equal(partition_new_groups(n, group, NULL, GROUPS, &parts), E_OK);
	partition_count(parts, all, v4, v6);
	for (uint32_t high = 0x09fe; high < 0x0b01; high++) {
		static struct unit_board board;
		unit_board_clear(&board);
		for (uint32_t low = 0; low < BOARD_BITS; low++)
			if (unit_set_contains(all, (struct unit){high << 16 | low, false}))
				unit_board_add_range(&board, low, low);
		partition_add_board(parts, high, &board, boards, STRIDE);
	}
	for (size_t g = 0; g < GROUPS; g++) {
		assert_int_equal(v4[g], area_count_v4(areas[g], all));
		assert_int_equal(v6[g], area_count_v6(areas[g], all));
		assert_int_equal(boards[g * STRIDE], v4[g]);
		assert_int_equal(boards[g * STRIDE + 1], 0);
		area_free(areas[g]);
	}
	partition_free(parts);
	unit_set_free(all);
	network_close(n);
	writer_release(&image);
}

/* What an area has of a /16 that is partly its own. */
static void boards_are_areas(void **state)
{
	(void)state;
	static struct unit_board board;
	struct writer image;
	struct area *area;
	struct network *n = made_up(&image);
	assert_int_equal(area_new_country(n, STR("VN"), &area), E_OK);
	area_read_board(area, 0x0a00, &board);
	assert_int_equal(board.count, 0x600);
	assert_int_equal(unit_board_count_range(&board, 0, 0x5ff), 0x600);
	unit_board_clear(&board);
	area_read_board(area, 0x0b00, &board);
	assert_int_equal(board.count, 0);
	area_free(area);
	network_close(n);
	writer_release(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(country_is_the_country),
		cmocka_unit_test(groups_are_their_ases),
		cmocka_unit_test(parts_are_their_ases),
		cmocka_unit_test(boards_are_areas),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
