/* SPDX-License-Identifier: Apache-2.0 */
/* Counting downloads: what is kept, what is refused, and who is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "portal/counters.h"
#include "portal/once.h"

enum {
	THREADS = 4,
	EACH = 20000,
	SLOT = 128,
	KEYS_MOST = COUNTERS_BYTES / SLOT - 1
};

static const struct instant noon = {1602763200}; /* 2020-10-15T12:00:00Z */
static const struct instant next_noon = {1602763200 + SECONDS_PER_DAY};

static struct counters make(void)
{
	struct counters c;
	void *memory = calloc(1, COUNTERS_BYTES);
	assert_non_null(memory);
	assert_int_equal(counters_open(memory, COUNTERS_BYTES, true, &c), E_OK);
	return c;
}

static void counts_add_up_by_day(void **state)
{
	(void)state;
	struct counters c = make();
	for (int i = 0; i < 3; i++)
		assert_true(counters_add(&c, STR("bkav-home"), noon));
	assert_true(counters_add(&c, STR("clamav"), noon));
	assert_true(counters_add(&c, STR("bkav-home"), next_noon));
	struct counter counter = counters_get(&c, STR("bkav-home"));
	assert_int_equal(counter.total, 4);
	assert_int_equal(counter.today, 1);
	assert_int_equal(counter.day.day, 16);
	/* A clock that was put back neither loses nor invents a day. */
	assert_true(counters_add(&c, STR("bkav-home"), noon));
	counter = counters_get(&c, STR("bkav-home"));
	assert_int_equal(counter.total, 5);
	assert_int_equal(counter.today, 2);
	assert_int_equal(counter.day.day, 16);
	assert_int_equal(counters_get(&c, STR("clamav")).total, 1);
	assert_int_equal(counters_get(&c, STR("nobody")).total, 0);
	/* One that was years ahead for a while does not hold up the days that follow. */
	assert_true(counters_add(&c, STR("clamav"), (struct instant){4102444800}));
	assert_true(counters_add(&c, STR("clamav"), next_noon));
	counter = counters_get(&c, STR("clamav"));
	assert_int_equal(counter.total, 3);
	assert_int_equal(counter.today, 1);
	assert_int_equal(counter.day.year, 2020);
	free(c.memory);
}

static void another_process_reads_the_same(void **state)
{
	(void)state;
	struct counters c = make();
	struct counters again;
	char longest[64];
	memset(longest, 'x', sizeof(longest));
	struct str key = {longest, sizeof(longest)};
	assert_true(counters_add(&c, key, noon));
	assert_int_equal(counters_open(c.memory, COUNTERS_BYTES, false, &again), E_OK);
	assert_int_equal(counters_get(&again, key).total, 1);
	free(c.memory);
}

static void keys_that_are_none_are_refused(void **state)
{
	(void)state;
	struct counters c = make();
	char long_one[65];
	memset(long_one, 'x', sizeof(long_one));
	assert_false(counters_add(&c, STR(""), noon));
	assert_false(counters_add(&c, STR("../x"), noon));
	assert_false(counters_add(&c, STR("Big"), noon));
	assert_false(counters_add(&c, (struct str){long_one, sizeof(long_one)}, noon));
	free(c.memory);
}

static void count_keys(void *context, const struct counter *counter)
{
	size_t *keys = context;
	*keys += counter->total == 1;
}

static void a_full_file_counts_no_further_key(void **state)
{
	(void)state;
	struct counters c = make();
	char key[32];
	size_t keys = 0;
	for (int i = 0; i < KEYS_MOST; i++) {
		snprintf(key, sizeof(key), "tool-%d", i);
		assert_true(counters_add(&c, str_from(key), noon));
	}
	assert_false(counters_add(&c, STR("one-more"), noon));
	assert_int_equal(counters_get(&c, STR("one-more")).total, 0);
	counters_each(&c, count_keys, &keys);
	assert_int_equal(keys, KEYS_MOST);
	assert_true(counters_add(&c, STR("tool-7"), noon));
	free(c.memory);
}

/* Where the slot with something in it lies. */
static uint8_t *used_slot(struct counters c)
{
	uint8_t *at = (uint8_t *)c.memory + SLOT;
	while (*(uint64_t *)(void *)at == 0)
		at += SLOT;
	return at;
}

static void damage_is_noticed(void **state)
{
	(void)state;
	/* Magic, version, claim, total, today, key; the last lies in an unused part of a slot. */
	static const size_t in_header[] = {0, 8};
	static const size_t in_slot[] = {0, 8, 15, 16, 23, 24, 30};
	struct counters c = make();
	struct counters opened;
	assert_true(counters_add(&c, STR("bkav-home"), noon));
	uint8_t *memory = c.memory;
	for (size_t i = 0; i < sizeof(in_header) / sizeof(in_header[0]); i++) {
		memory[in_header[i]] ^= 4;
		enum err err = counters_open(memory, COUNTERS_BYTES, true, &opened);
		assert_int_equal(err, i == 0 ? E_CORRUPT : E_VERSION);
		memory[in_header[i]] ^= 4;
	}
	for (size_t i = 0; i < sizeof(in_slot) / sizeof(in_slot[0]); i++) {
		uint8_t *at = used_slot(c) + in_slot[i];
		*at ^= 4;
		if (counters_open(memory, COUNTERS_BYTES, true, &opened) != E_CORRUPT)
			fail_msg("byte %zu of a slot", in_slot[i]);
		*at ^= 4;
	}
	assert_int_equal(counters_open(memory, COUNTERS_BYTES, true, &opened), E_OK);
	assert_int_equal(counters_open(memory, COUNTERS_BYTES - 1, true, &opened), E_TRUNCATED);
	free(memory);
}

/* Another process that maps the file was taken over after we had opened it. */
static void what_is_no_key_is_not_read_out(void **state)
{
	(void)state;
	struct counters c = make();
	size_t keys = 0;
	assert_true(counters_add(&c, STR("bkav-home"), noon));
	memcpy(used_slot(c) + 24, "x\"} 9\ny", 8);
	counters_each(&c, count_keys, &keys);
	assert_int_equal(keys, 0);
	free(c.memory);
}

static void zeros_are_a_set_only_to_who_may_begin_one(void **state)
{
	(void)state;
	struct counters opened;
	void *memory = calloc(1, COUNTERS_BYTES);
	assert_non_null(memory);
	assert_int_equal(counters_open(memory, COUNTERS_BYTES, false, &opened), E_CORRUPT);
	assert_int_equal(counters_open(memory, COUNTERS_BYTES, true, &opened), E_OK);
	assert_int_equal(counters_open(memory, COUNTERS_BYTES, false, &opened), E_OK);
	free(memory);
}

static void *add_many(void *context)
{
	const struct counters *c = context;
	for (int i = 0; i < EACH; i++)
		if (!counters_add(c, i % 2 ? STR("odd") : STR("even"), noon))
			return context;
	return NULL;
}

static void nothing_is_lost_between_threads(void **state)
{
	(void)state;
	struct counters c = make();
	pthread_t threads[THREADS];
	void *failed;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, add_many, &c), 0);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	assert_int_equal(counters_get(&c, STR("odd")).total, THREADS * EACH / 2);
	assert_int_equal(counters_get(&c, STR("even")).today, THREADS * EACH / 2);
	free(c.memory);
}

static atomic_bool added_all;

static void *add_further_keys(void *context)
{
	const struct counters *c = context;
	char key[32];
	void *failed = NULL;
	for (int i = 0; i < KEYS_MOST; i++) {
		snprintf(key, sizeof(key), "tool-%d", i);
		if (!counters_add(c, str_from(key), noon))
			failed = context;
	}
	atomic_store(&added_all, true);
	return failed;
}

/* A reload: the new portal opens what the old one is counting in. */
static void a_set_that_others_count_in_can_be_opened(void **state)
{
	(void)state;
	for (int round = 0; round < 20; round++) {
		struct counters c = make();
		struct counters again;
		pthread_t thread;
		void *failed;
		int refused = 0;
		atomic_store(&added_all, false);
		assert_int_equal(pthread_create(&thread, NULL, add_further_keys, &c), 0);
		while (!atomic_load(&added_all))
			refused += counters_open(c.memory, COUNTERS_BYTES, false, &again) != E_OK;
		assert_int_equal(pthread_join(thread, &failed), 0);
		assert_null(failed);
		assert_int_equal(refused, 0);
		free(c.memory);
	}
}

/* --- once --- */

static void a_unit_is_first_once_a_day(void **state)
{
	(void)state;
	struct once *o = once_new((struct hash_key){{1, 2, 3}});
	struct unit a = {0x0EA00102, false};
	struct unit b = {0x0EA00103, false};
	struct unit six = {0x0EA00102, true};
	assert_non_null(o);
	assert_true(once_first(o, a, STR("bkav-home"), noon));
	assert_false(once_first(o, a, STR("bkav-home"), noon));
	assert_true(once_first(o, a, STR("clamav"), noon));
	assert_true(once_first(o, b, STR("bkav-home"), noon));
	assert_true(once_first(o, six, STR("bkav-home"), noon));
	assert_true(once_first(o, a, STR("bkav-home"), next_noon));
	assert_false(once_first(o, a, STR("bkav-home"), next_noon));
	once_free(o);
}

static void pressure_never_counts_twice(void **state)
{
	(void)state;
	enum {
		UNITS = 1 << 20 /* twice what there is room for */
	};
	struct once *o = once_new((struct hash_key){{4}});
	uint8_t *first = calloc(UNITS, 1);
	size_t firsts = 0;
	assert_non_null(o);
	assert_non_null(first);
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < UNITS; i++)
			first[i] = (uint8_t)(first[i] + once_first(o, (struct unit){i, false},
								STR("x"), noon));
	for (uint32_t i = 0; i < UNITS; i++) {
		assert_true(first[i] <= 1);
		firsts += first[i];
	}
	assert_true(firsts > UNITS / 3 && firsts < UNITS);
	/* The next day there is room again. */
	assert_true(once_first(o, (struct unit){5, false}, STR("x"), next_noon));
	free(first);
	once_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_add_up_by_day),
		cmocka_unit_test(another_process_reads_the_same),
		cmocka_unit_test(keys_that_are_none_are_refused),
		cmocka_unit_test(a_full_file_counts_no_further_key),
		cmocka_unit_test(damage_is_noticed),
		cmocka_unit_test(what_is_no_key_is_not_read_out),
		cmocka_unit_test(zeros_are_a_set_only_to_who_may_begin_one),
		cmocka_unit_test(nothing_is_lost_between_threads),
		cmocka_unit_test(a_set_that_others_count_in_can_be_opened),
		cmocka_unit_test(a_unit_is_first_once_a_day),
		cmocka_unit_test(pressure_never_counts_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
