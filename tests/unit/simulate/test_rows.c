/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/ip.h"
#include "model/sighting.h"
#include "simulate/rows.h"
#include "simulate/simulated_counts.h"

static struct scenario small(void)
{
	struct scenario s = scenario_default();
	s.seed = 7;
	s.hosts = 300;
	s.days = 20;
	s.campaign = 10;
	s.effect = 0.3;
	s.controls = 0.3;
	s.feed_changes = true;
	return s;
}

/* --- bytes --- */

/* All files one after another, then the truth and what is to be imported. */
static void write_all(const struct scenario *s, struct writer *w)
{
	struct world *world;
	struct rows *rows;
	bool any;
	assert_int_equal(world_new(s, &world), E_OK);
	assert_int_equal(rows_new(world, &rows), E_OK);
	for (;;) {
		assert_int_equal(rows_day(rows, &any), E_OK);
		if (!any)
			break;
		for (uint32_t feed = 0; feed < WORLD_FEEDS; feed++)
			while (rows_write(rows, feed, w))
				assert_int_equal(writer_end(w), E_OK);
	}
	truth_write(rows_truth(rows), world, w);
	rows_write_asns(world, w);
	rows_write_prefixes(world, w);
	rows_write_holders(world, w);
	assert_int_equal(writer_end(w), E_OK);
	rows_free(rows);
	world_free(world);
}

static uint64_t digest(const struct scenario *s)
{
	static const struct hash_key key = {{1}};
	struct writer w;
	writer_init(&w, 1 << 26);
	write_all(s, &w);
	uint64_t hash = keyed_hash(&key, writer_view(&w));
	writer_release(&w);
	return hash;
}

/* A change of the model changes this number: say in docs/design/simulate.md what and why. */
static void same_scenario_same_bytes(void **state)
{
	(void)state;
	struct scenario s = small();
	uint64_t golden = digest(&s);
	assert_int_equal(golden, digest(&s));
	assert_int_equal(golden, UINT64_C(0xfaef90407f27d87a));
	s.seed++;
	assert_int_not_equal(golden, digest(&s));
}

/* --- counts against rows --- */

/* What a row says, as one number: day, hour, IPv4, feed, botnet. */
struct seen {
	uint32_t address;
	uint16_t day;
	uint8_t hour, feed, botnet;
};

struct all_seen {
	struct seen *items;
	size_t count;
};

static struct str column(struct str row, unsigned index)
{
	struct str rest;
	struct str field = str_cut(row, ',', &rest);
	while (index-- > 0)
		field = str_cut(rest, ',', &rest);
	return field;
}

static uint8_t botnet_of(struct str name)
{
	for (int i = 0; i < WORLD_BOTNETS; i++)
		if (str_equal(world_botnets[i].name, name))
			return (uint8_t)i;
	fail();
	return 0;
}

static void read_row(struct all_seen *all, uint32_t feed, uint32_t day, struct str row)
{
	struct ip ip;
	struct str time = column(row, 0);
	assert_int_equal(time.size, 21);
	assert_true(ip_parse(column(row, 2), &ip));
	assert_true(str_equal(column(row, 24), STR("quetsach-simulate")));
	all->items[all->count++] = (struct seen){
		.address = ip_v4(ip),
		.day = (uint16_t)day,
		.hour = (uint8_t)((time.data[12] - '0') * 10 + time.data[13] - '0'),
		.feed = (uint8_t)feed,
		.botnet = botnet_of(column(row, 25)),
	};
}

static void read_file(struct all_seen *all, uint32_t feed, uint32_t day, struct str text)
{
	struct ip ip;
	struct str before = {"", 0};
	while (text.size > 0) {
		struct str row = str_cut(text, '\n', &text);
		if (feed != WORLD_LIST && row.data[0] == '"') {
			assert_true(str_compare(before, column(row, 0)) <= 0);
			before = column(row, 0);
			read_row(all, feed, day, row);
		} else if (feed == WORLD_LIST && row.data[0] != '#') {
			assert_true(ip_parse(row, &ip));
			all->items[all->count++] = (struct seen){
				.address = ip_v4(ip), .day = (uint16_t)day, .feed = WORLD_LIST};
		}
	}
}

static void read_rows(const struct scenario *s, struct world **ret_world, struct all_seen *all)
{
	struct rows *rows;
	struct writer w;
	bool any;
	writer_init(&w, 1 << 24);
	all->items = calloc(1 << 20, sizeof(*all->items));
	assert_int_equal(world_new(s, ret_world), E_OK);
	assert_int_equal(rows_new(*ret_world, &rows), E_OK);
	for (uint32_t day = 0;; day++) {
		assert_int_equal(rows_day(rows, &any), E_OK);
		if (!any)
			break;
		for (uint32_t feed = 0; feed < WORLD_FEEDS; feed++) {
			writer_clear(&w);
			while (rows_write(rows, feed, &w))
				assert_int_equal(writer_end(&w), E_OK);
			read_file(all, feed, day, writer_view_str(&w));
		}
	}
	rows_free(rows);
	writer_release(&w);
}

static int by_address(const void *a, const void *b)
{
	const struct seen *x = a;
	const struct seen *y = b;
	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return (x->day > y->day) - (x->day < y->day);
}

/* Which rows a series is of. -1: any. */
struct wanted {
	uint32_t feeds;
	int botnets; /* below this number */
	int botnet;
	int holder; /* -1: inside; -2: outside */
};

static bool is_wanted(const struct world *w, const struct wanted *want, const struct seen *s)
{
	size_t holder = 0;
	while (s->address - w->holders[holder].first_address >= w->holders[holder].addresses)
		holder++;
	if (!(want->feeds >> s->feed & 1) || s->botnet >= want->botnets ||
		(want->botnet >= 0 && s->botnet != want->botnet))
		return false;
	if (want->holder < 0)
		return (holder < WORLD_INSIDE) == (want->holder == -1);
	return holder == (size_t)want->holder;
}

/* Rows lie by address and day: hours of one address and day in a word. */
static void expect_series(const struct world *w, const struct all_seen *all,
	const struct wanted *want, const struct simulated_series *got)
{
	uint32_t days[20] = {0};
	uint32_t hours[20 * 24] = {0};
	uint64_t base = 0;
	uint32_t in_base = UINT32_MAX;
	for (size_t i = 0; i < all->count;) {
		size_t first = i;
		uint32_t set = 0;
		for (; i < all->count && by_address(&all->items[first], &all->items[i]) == 0; i++)
			if (is_wanted(w, want, &all->items[i]))
				set |= 1U << all->items[i].hour;
		const struct seen *s = &all->items[first];
		days[s->day] += set != 0;
		for (uint32_t hour = 0; hour < 24; hour++)
			hours[s->day * 24 + hour] += set >> hour & 1;
		if (set != 0 && s->day >= 3 && s->day <= 9 && in_base != s->address) {
			base++;
			in_base = s->address;
		}
	}
	assert_memory_equal(days, got->days, sizeof(days));
	assert_int_equal(base, got->base);
	if (got->hours)
		assert_memory_equal(hours, got->hours, sizeof(hours));
}

static void counts_are_those_of_the_rows(void **state)
{
	(void)state;
	struct scenario s = small();
	struct simulated_panel panel = {0x5B, {3, 9}, {13, 19}};
	struct simulated_counts c;
	struct world *w;
	struct all_seen all = {0};
	assert_int_equal(simulation_counts(&s, &panel, &c), E_OK);
	read_rows(&s, &w, &all);
	assert_true(all.count > 20000);
	qsort(all.items, all.count, sizeof(*all.items), by_address);
	expect_series(w, &all, &(struct wanted){0x5B, 99, -1, -1}, &c.all);
	expect_series(w, &all, &(struct wanted){0x5B, WORLD_TOP, -1, -1}, &c.top);
	for (int i = 0; i < WORLD_BOTNETS; i++)
		expect_series(w, &all, &(struct wanted){0x5B, 99, i, -1}, &c.botnets[i]);
	for (int i = 0; i < WORLD_HOLDERS; i++)
		expect_series(w, &all, &(struct wanted){0x5B, 99, -1, i}, &c.holders[i]);
	for (int i = 0; i < WORLD_FEEDS; i++) {
		expect_series(w, &all, &(struct wanted){1U << i, 99, -1, -1}, &c.feeds_inside[i]);
		expect_series(w, &all, &(struct wanted){1U << i, 99, -1, -2}, &c.feeds_outside[i]);
	}
	free(all.items);
	world_free(w);
	simulated_counts_release(&c);
}

/* A feed that doubles sees twice as many in each hour, inside and outside; one that is dark sees
 * nobody; the others are as they were. */
static void changes_are_as_said(void **state)
{
	(void)state;
	struct scenario s = small();
	struct simulated_panel panel = {0xFF, {0, 6}, {13, 19}};
	struct simulated_counts steady;
	struct simulated_counts changed;
	s.hosts = 1000;
	assert_int_equal(simulation_counts(&s, &panel, &changed), E_OK);
	s.feed_changes = false;
	assert_int_equal(simulation_counts(&s, &panel, &steady), E_OK);
	unsigned kinds = 0;
	for (size_t i = 0; i < WORLD_LIST; i++) {
		const struct world_feed *feed = &changed.world->feeds[i];
		uint64_t before[2] = {0};
		uint64_t now[2] = {0};
		for (uint32_t hour = 0; hour < 20 * 24; hour++) {
			uint32_t in[2] = {steady.feeds_inside[i].hours[hour],
				changed.feeds_inside[i].hours[hour]};
			uint32_t out[2] = {steady.feeds_outside[i].hours[hour],
				changed.feeds_outside[i].hours[hour]};
			bool hit = feed->changed && hour >= feed->change.from &&
				   hour < feed->change.to;
			if (!hit) {
				assert_int_equal(in[0], in[1]);
				assert_int_equal(out[0], out[1]);
				continue;
			}
			before[0] += in[0];
			now[0] += in[1];
			before[1] += out[0];
			now[1] += out[1];
		}
		if (!feed->changed)
			continue;
		kinds |= 1U << feed->change.kind;
		for (int side = 0; side < 2 && before[side] > 500; side++) {
			double ratio = (double)now[side] / (double)before[side];
			assert_true(ratio > feed->change.factor - 0.15);
			assert_true(ratio < feed->change.factor + 0.15);
		}
	}
	assert_int_equal(kinds, (1U << FEED_EXPIRY) - 1);
	simulated_counts_release(&steady);
	simulated_counts_release(&changed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_scenario_same_bytes),
		cmocka_unit_test(counts_are_those_of_the_rows),
		cmocka_unit_test(changes_are_as_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
