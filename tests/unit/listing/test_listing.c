/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "listing/listing.h"

static const uint32_t now_minute = 26715000; /* October 2020 */

static struct instant at_minute(int64_t minute)
{
	return (struct instant){minute * 60};
}

static struct unit v4(uint32_t address)
{
	return (struct unit){address, false};
}

static struct listing_entry entry_of(struct unit unit, uint32_t last, enum pool pool)
{
	return (struct listing_entry){
		.unit = unit, .first_minute = last - 5, .last_minute = last, .pool = pool};
}

/* Two botnets, two feeds; the second feed is simulated. */
static struct listing_builder *builder(void)
{
	struct listing_builder *b = listing_builder_new();
	uint16_t botnet;
	uint8_t feed;
	assert_non_null(b);
	assert_int_equal(listing_builder_botnet(b, STR("Mirai"), &botnet), E_OK);
	assert_int_equal(botnet, 0);
	assert_int_equal(listing_builder_botnet(b, STR("Andromeda"), &botnet), E_OK);
	assert_int_equal(listing_builder_botnet(b, STR("Mirai"), &botnet), E_OK);
	assert_int_equal(botnet, 0);
	assert_int_equal(listing_builder_feed(b, STR("shadowserver"), false, &feed), E_OK);
	assert_int_equal(listing_builder_feed(b, STR("made-up"), true, &feed), E_OK);
	assert_int_equal(feed, 1);
	return b;
}

/* Writes, checks, opens; frees the builder. */
static struct listing *finish(struct listing_builder *b, struct writer *w)
{
	struct listing_facts facts = {
		.built = at_minute(now_minute), .change = 77, .simulated = true, .feeds = 2};
	struct listing *l = NULL;
	writer_init(w, SIZE_MAX);
	assert_int_equal(listing_builder_write(b, &facts, w), E_OK);
	listing_builder_free(b);
	assert_int_equal(listing_check(writer_view(w)), E_OK);
	assert_int_equal(listing_open(writer_view(w), &l), E_OK);
	return l;
}

static void empty(void **state)
{
	(void)state;
	struct writer w;
	struct listing *l = finish(listing_builder_new(), &w);
	struct listing_entry entries[1];
	struct instant now = at_minute(now_minute);
	assert_int_equal(listing_facts(l)->v4, 0);
	assert_int_equal(listing_facts(l)->change, 77);
	assert_false(listing_has(l, v4(0), now));
	assert_false(listing_has(l, v4(0x01020304), now));
	assert_false(listing_has(l, v4(UINT32_MAX), now));
	assert_false(listing_has(l, (struct unit){0, true}, now));
	assert_int_equal(listing_look_up(l, v4(5), now, entries, 1), 0);
	assert_int_equal(listing_unit(l, 0).key, 0);
	listing_close(l);
	writer_release(&w);
}

static void merged(void **state)
{
	(void)state;
	struct listing_builder *b = builder();
	struct listing_entry e = entry_of(v4(0x0e000001), now_minute - 10, POOL_DYNAMIC);
	struct listing_entry found[4];
	struct writer w;
	assert_int_equal(listing_builder_add(b, &e, 1), E_OK);
	e.first_minute -= 100;
	e.last_minute -= 90;
	e.precision = PRECISION_DAY;
	e.pool = POOL_STATIC;
	assert_int_equal(listing_builder_add(b, &e, 1), E_OK);
	e.kind = KIND_C2;
	assert_int_equal(listing_builder_add(b, &e, 1), E_OK);
	e.botnet = 1;
	e.feed = 1;
	assert_int_equal(listing_builder_add(b, &e, 1), E_OK);
	struct listing *l = finish(b, &w);
	assert_int_equal(listing_facts(l)->v4, 1);
	size_t count = listing_look_up(l, v4(0x0e000001), at_minute(now_minute), found, 4);
	assert_int_equal(count, 3);
	assert_int_equal(found[0].kind, KIND_INFECTED);
	assert_int_equal(found[0].first_minute, now_minute - 115);
	assert_int_equal(found[0].last_minute, now_minute - 10);
	assert_int_equal(found[0].precision, PRECISION_DAY);
	assert_int_equal(found[0].pool, POOL_DYNAMIC);
	assert_int_equal(found[1].kind, KIND_C2);
	assert_int_equal(found[1].pool, POOL_STATIC);
	assert_int_equal(found[2].botnet, 1);
	assert_int_equal(found[2].feed, 1);
	assert_true(str_equal(listing_botnet(l, 1), STR("Andromeda")));
	assert_true(str_equal(listing_feed(l, 0), STR("shadowserver")));
	assert_true(listing_feed_simulated(l, 1));
	assert_false(listing_feed_simulated(l, 0));
	assert_int_equal(listing_botnet(l, 2).size, 0);
	assert_int_equal(listing_look_up(l, v4(0x0e000001), at_minute(now_minute), found, 1), 3);
	listing_close(l);
	writer_release(&w);
}

/* To the minute on both sides of the window, for each kind of pool. */
static void windows(void **state)
{
	(void)state;
	struct listing_builder *b = builder();
	struct writer w;
	for (int pool = 0; pool < POOL__COUNT; pool++) {
		struct listing_entry e =
			entry_of(v4(0x0e000000 + (uint32_t)pool), now_minute, (enum pool)pool);
		assert_int_equal(listing_builder_add(b, &e, 1), E_OK);
		e.unit = (struct unit){UINT64_C(0x20010db800000000) + (uint64_t)pool, true};
		assert_int_equal(listing_builder_add(b, &e, 1), E_OK);
	}
	struct listing *l = finish(b, &w);
	assert_int_equal(listing_facts(l)->v6, POOL__COUNT);
	for (int pool = 0; pool < POOL__COUNT; pool++) {
		struct unit four = v4(0x0e000000 + (uint32_t)pool);
		struct unit six = {UINT64_C(0x20010db800000000) + (uint64_t)pool, true};
		struct listing_entry found[1];
		int64_t end = (int64_t)now_minute + pool_window((enum pool)pool) / 60;
		assert_true(listing_has(l, four, at_minute(now_minute)));
		assert_true(listing_has(l, four, at_minute(end)));
		assert_false(listing_has(l, four, (struct instant){end * 60 + 1}));
		assert_true(listing_has(l, six, at_minute(end)));
		assert_false(listing_has(l, six, (struct instant){end * 60 + 1}));
		assert_int_equal(listing_look_up(l, six, at_minute(end), found, 1), 1);
		assert_int_equal(found[0].pool, pool);
		assert_int_equal(listing_look_up(l, six, at_minute(end + 1), found, 1), 0);
	}
	listing_close(l);
	writer_release(&w);
}

static uint64_t step(uint64_t *state)
{
	*state += 0x9e3779b97f4a7c15;
	uint64_t z = *state;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static bool among(const uint32_t *sorted, size_t count, uint32_t value)
{
	return bsearch(&value, sorted, count, sizeof(value), compare) != NULL;
}

/* Sparse, crowded, and crowded with several entries for a unit; edges of the address space. */
static void same_as_a_set(void **state)
{
	(void)state;
	enum {
		COUNT = 60000
	};
	static uint32_t units[COUNT];
	uint64_t seed = 7;
	struct listing_builder *b = builder();
	struct writer w;
	for (size_t i = 0; i < COUNT; i++) {
		uint64_t r = step(&seed);
		units[i] = (uint32_t)(i % 3 == 0   ? r
				      : i % 3 == 1 ? 0x0ea00000 | (r & 0xffff)
						   : 0xffffff00 | (r & 0xff));
		struct listing_entry e = entry_of(v4(units[i]), now_minute, POOL_STATIC);
		e.botnet = (uint16_t)(r >> 40 & 1);
		e.feed = (uint8_t)(r >> 41 & 1);
		e.kind = (enum kind)(r >> 42 & 3);
		assert_int_equal(listing_builder_add(b, &e, 1), E_OK);
	}
	struct listing *l = finish(b, &w);
	qsort(units, COUNT, sizeof(units[0]), compare);
	size_t distinct = 0;
	for (size_t i = 0; i < COUNT; i++)
		if (i == 0 || units[i] != units[i - 1])
			units[distinct++] = units[i];
	assert_int_equal(listing_facts(l)->v4, distinct);
	for (size_t i = 0; i < distinct; i++) {
		assert_true(listing_has(l, v4(units[i]), at_minute(now_minute)));
		assert_int_equal(listing_unit(l, i).key, units[i]);
	}
	for (size_t i = 0; i < COUNT; i++) {
		uint32_t asked = i % 2 ? (uint32_t)step(&seed) : 0x0ea00000 + (uint32_t)i;
		assert_int_equal(listing_has(l, v4(asked), at_minute(now_minute)),
			among(units, distinct, asked));
	}
	listing_close(l);
	writer_release(&w);
}

/* More entries in one /16 than 16 bits count. */
static void full_bucket(void **state)
{
	(void)state;
	struct listing_builder *b = builder();
	struct writer w;
	for (uint32_t i = 0; i < 0x30000; i++) {
		struct listing_entry e =
			entry_of(v4(0x0ea00000 + (i & 0xfffe)), now_minute, POOL_STATIC);
		e.kind = (enum kind)(i >> 16);
		e.feed = i & 1;
		assert_int_equal(listing_builder_add(b, &e, 1), E_OK);
	}
	struct listing *l = finish(b, &w);
	assert_int_equal(listing_facts(l)->v4, 0x8000);
	for (uint32_t i = 0; i < 0x10000; i += 7) {
		struct listing_entry found[6];
		struct unit unit = v4(0x0ea00000 + i);
		assert_int_equal(listing_has(l, unit, at_minute(now_minute)), i % 2 == 0);
		assert_int_equal(listing_look_up(l, unit, at_minute(now_minute), found, 6),
			i % 2 == 0 ? 6 : 0);
	}
	assert_int_equal(listing_unit(l, 0x7fff).key, 0x0ea0fffe);
	assert_false(listing_has(l, v4(0x0ea10000), at_minute(now_minute)));
	listing_close(l);
	writer_release(&w);
}

static void damaged(void **state)
{
	(void)state;
	struct listing_builder *b = builder();
	struct listing *l;
	struct writer w;
	for (uint32_t i = 0; i < 300; i++) {
		struct listing_entry e = entry_of(v4(i * 7001 * 101), now_minute, POOL_STATIC);
		assert_int_equal(listing_builder_add(b, &e, 1), E_OK);
		e.unit = (struct unit){i * UINT64_C(1000003), true};
		assert_int_equal(listing_builder_add(b, &e, 1), E_OK);
	}
	listing_close(finish(b, &w));
	for (size_t i = 0; i < w.size; i += i < 200 ? 1 : i + 20000 > w.size ? 61 : 4999) {
		w.data[i] ^= 4;
		assert_int_not_equal(listing_check(writer_view(&w)), E_OK);
		w.data[i] ^= 4;
	}
	for (size_t size = 0; size < w.size; size += size < 200 ? 1 : 4999)
		assert_int_not_equal(listing_open((struct bytes){w.data, size}, &l), E_OK);
	writer_release(&w);
}

static void too_many_names(void **state)
{
	(void)state;
	struct listing_builder *b = listing_builder_new();
	uint8_t feed;
	char name[2] = "";
	for (unsigned i = 0; i < 256; i++) {
		name[0] = (char)i;
		enum err err = listing_builder_feed(b, (struct str){name, 1}, false, &feed);
		assert_int_equal(err, i < 255 ? E_OK : E_LIMIT);
	}
	listing_builder_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty),
		cmocka_unit_test(merged),
		cmocka_unit_test(windows),
		cmocka_unit_test(same_as_a_set),
		cmocka_unit_test(full_bucket),
		cmocka_unit_test(damaged),
		cmocka_unit_test(too_many_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
