/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scene.h"

/* Small segments of a day are asked together: nothing answers differently for it. */
enum {
	DAY = 86400,
	T = 1602720000, /* a midnight */
	HOURS = 6,
	ANSWERS = 400
};

static const struct instant later = {T + 3 * DAY};

static void give_hour(struct scene *scene, const char *feed, uint8_t content, uint32_t at)
{
	char ips[40][24];
	struct row rows[41] = {{0}};
	for (uint32_t i = 0; i < 40; i++) {
		snprintf(ips[i], sizeof(ips[i]), i % 7 ? "192.0.2.%u" : "2001:db8:%u::1",
			(content * 5 + i) % 60 + 1);
		rows[i] = (struct row){.at = at + i * 90,
			.ip = ips[i],
			.name = i % 3         ? "mirai"
				: content % 2 ? "zeus"
					      : "ramnit",
			.kind = i % 11 ? KIND_INFECTED : KIND_C2,
			.precision = i % 5 ? PRECISION_SECOND : PRECISION_HOUR};
	}
	rows[40] = (struct row){.at = at, .ip = "198.51.100.0/24", .kind = KIND_BLOCKLISTED};
	scene_ingest(scene, feed, content, rows, 41);
}

/* --- everything there is to ask --- */

struct answers {
	uint64_t words[ANSWERS];
	size_t count;
};

static void put(struct answers *a, uint64_t word)
{
	assert_true(a->count < ANSWERS);
	a->words[a->count++] = word;
}

struct unit_span {
	struct unit unit;
	char what[32];
	uint32_t first, last;
};

struct spans {
	struct unit_span all[2048];
	size_t count;
};

static enum err take_summary(void *context, const struct store_summary *summary)
{
	struct spans *s = context;
	char what[32];
	snprintf(what, sizeof(what), "%.*s %d %d %.*s", STR_ARG(summary->name), summary->kind,
		summary->precision, STR_ARG(summary->feed));
	for (size_t i = 0; i < summary->count; i++) {
		struct unit unit = summary->units[i];
		size_t at = 0;
		while (at < s->count &&
			(s->all[at].unit.key != unit.key || s->all[at].unit.v6 != unit.v6 ||
				strcmp(s->all[at].what, what) != 0))
			at++;
		assert_true(at < 2048);
		struct unit_span *span = &s->all[at];
		if (at == s->count) {
			s->count++;
			*span = (struct unit_span){
				.unit = unit, .first = summary->first[i], .last = summary->last[i]};
			memcpy(span->what, what, sizeof(what));
		}
		span->first = summary->first[i] < span->first ? summary->first[i] : span->first;
		span->last = summary->last[i] > span->last ? summary->last[i] : span->last;
	}
	return E_OK;
}

/* Whatever the order they come in. */
static uint64_t mix(const struct unit_span *span)
{
	uint64_t word = span->unit.key * 31 + span->unit.v6;
	for (const char *c = span->what; *c; c++)
		word = word * 131 + (uint8_t)*c;
	return (word * 0x9e3779b97f4a7c15u + span->first) * 0xbf58476d1ce4e5b9u + span->last;
}

static void ask_summaries(struct scene *scene, const struct store_query *query, struct answers *a)
{
	uint64_t sum = 0;
	struct spans *spans = calloc(1, sizeof(*spans));
	assert_non_null(spans);
	assert_int_equal(store_each_summary(scene->store, query, take_summary, spans), E_OK);
	for (size_t i = 0; i < spans->count; i++)
		sum += mix(&spans->all[i]);
	put(a, spans->count);
	put(a, sum);
	free(spans);
}

static void ask(struct scene *scene, const struct store_query *query, struct answers *a)
{
	struct distinct d = scene_distinct(scene, query);
	put(a, d.v4);
	put(a, d.v6);
	ask_summaries(scene, query, a);
	put(a, scene_sightings(scene, query));
}

static void add_seen(void *context, const struct store_seen *seen)
{
	*(uint64_t *)context += (uint64_t)(seen->time.from.seconds * 7 + seen->time.to.seconds) *
				(seen->name.size + (uint64_t)seen->kind * 10);
}

/* Windows along hours and days, and some that cut across both. */
static struct answers ask_all(struct scene *scene, uint64_t as_of)
{
	static const struct span windows[] = {{{0}, {0}}, {{T}, {T + DAY}},
		{{T + 3600}, {T + 7200}}, {{T + 5000}, {T + 9000}}, {{T + 8000}, {T + DAY}},
		{{T - DAY}, {T + 2 * DAY}}, {{T + DAY - 100}, {T + DAY + 5000}}};
	struct answers a = {.count = 0};
	struct ip ip;
	for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
		struct store_query query = {.time = windows[i], .as_of = as_of};
		ask(scene, &query, &a);
		query.feed = STR("feed");
		query.kinds = 1 << KIND_INFECTED;
		ask(scene, &query, &a);
	}
	assert_true(ip_parse(STR("192.0.2.20"), &ip));
	if (as_of > 0)
		return a;
	put(&a, 0);
	assert_int_equal(store_each_seen(scene->store, ip, add_seen, &a.words[a.count - 1]), E_OK);
	return a;
}

static void same(const struct answers *a, const struct answers *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		assert_int_equal(a->words[i], b->words[i]);
}

static struct store_compacted compact(struct scene *scene)
{
	struct store_compacted done;
	assert_int_equal(store_compact(scene->store, later, &done), E_OK);
	return done;
}

static void fill(struct scene *scene)
{
	for (unsigned i = 0; i < HOURS; i++)
		give_hour(scene, "feed", (uint8_t)(i + 1), T + i * 3600U);
	for (uint8_t i = 0; i < 3; i++)
		give_hour(scene, "other", (uint8_t)(i + 20), T + i * 3600U);
}

static void path_in(const struct scene *scene, const char *name, char path[192])
{
	snprintf(path, 192, "%s/%s", scene->folder, name);
}

static uint64_t change_of(struct scene *scene)
{
	uint64_t change;
	struct instant when;
	assert_int_equal(store_change(scene->store, &change, &when), E_OK);
	return change;
}

/* --- what must hold --- */

static void nothing_answers_differently(void **state)
{
	struct scene *scene = *state;
	fill(scene);
	uint64_t change = change_of(scene);
	struct answers before = ask_all(scene, 0);
	struct store_compacted done = compact(scene);
	assert_int_equal(done.joins, 1); /* three of a feed are too few */
	assert_int_equal(done.segments, HOURS);
	struct answers after = ask_all(scene, 0);
	same(&before, &after);
	assert_int_equal(change_of(scene), change);
	assert_int_equal(compact(scene).joins, 0);
	assert_int_equal(scene_verify(scene).strays, 0);
	scene_reopen(scene, STORE_READ);
	after = ask_all(scene, 0);
	same(&before, &after);
}

/* Files that all reach over a window, with a unit before it in one and behind it in another. */
static void who_was_seen_on_both_sides_was_not_seen_between(void **state)
{
	struct scene *scene = *state;
	struct row rows[] = {
		{.at = T + 100, .ip = "192.0.2.1", .name = "mirai"},
		{.at = T + 50000, .ip = "192.0.2.2", .name = "mirai"},
	};
	for (unsigned i = 0; i < 4; i++) {
		scene_ingest(scene, "feed", (uint8_t)(i + 1), rows, 2);
		const char *ip = rows[0].ip;
		rows[0].ip = rows[1].ip;
		rows[1].ip = ip;
		rows[0].at++;
		rows[1].at++;
	}
	struct store_query query = {.time = {{T + 10000}, {T + 20000}}};
	struct answers before = {.count = 0}, after = {.count = 0};
	ask(scene, &query, &before);
	assert_int_equal(compact(scene).joins, 1);
	ask(scene, &query, &after);
	same(&before, &after);
	assert_int_equal(after.words[2], 0);
}

static void a_day_that_lasts_is_left_alone(void **state)
{
	struct scene *scene = *state;
	struct store_compacted done;
	fill(scene);
	assert_int_equal(store_compact(scene->store, (struct instant){T + DAY - 1}, &done), E_OK);
	assert_int_equal(done.joins, 0);
	scene_reopen(scene, STORE_READ);
	assert_int_equal(store_compact(scene->store, later, &done), E_DENIED);
}

static void as_of_and_retracting_stay_exact(void **state)
{
	struct scene *scene = *state;
	fill(scene);
	uint64_t then = change_of(scene);
	struct answers first = ask_all(scene, then);
	compact(scene);
	give_hour(scene, "feed", 40, T + 7 * 3600); /* late */
	struct answers second = ask_all(scene, 0);
	uint64_t between = change_of(scene);
	struct answers got = ask_all(scene, then);
	same(&first, &got);
	assert_int_equal(store_retract(scene->store, 2, later), E_OK);
	uint64_t retracted = change_of(scene);
	got = ask_all(scene, then);
	same(&first, &got);
	struct answers third = ask_all(scene, 0);
	assert_int_not_equal(third.words[4], second.words[4]);
	/* What is left of the day and what came late becomes one. */
	assert_int_equal(compact(scene).segments, HOURS);
	got = ask_all(scene, 0);
	same(&third, &got);
	got = ask_all(scene, then);
	same(&first, &got);
	got = ask_all(scene, retracted);
	third.count = got.count; /* without the question about one address */
	same(&third, &got);
	got = ask_all(scene, between);
	second.count = got.count;
	same(&second, &got);
	assert_int_equal(scene_verify(scene).strays, 0);
}

static void many_late_files_become_one(void **state)
{
	struct scene *scene = *state;
	fill(scene);
	compact(scene);
	for (uint8_t i = 0; i < 28; i++) {
		give_hour(scene, "feed", (uint8_t)(i + 50), T + 20000 + i * 60U);
		if (i % 4 == 3)
			compact(scene);
	}
	struct answers before = ask_all(scene, 0);
	/* The eighth piece made one of all of them. */
	give_hour(scene, "feed", 90, T + 50);
	struct store_compacted done = compact(scene);
	assert_int_equal(done.joins, 0);
	assert_int_equal(scene_verify(scene).strays, 0);
	assert_true(before.count > 0);
	char path[192];
	path_in(scene, "derived/00000001.day", path);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void retention_takes_joins_along(void **state)
{
	struct scene *scene = *state;
	struct store_retained done;
	fill(scene);
	give_hour(scene, "feed", 40, T + 2 * DAY);
	compact(scene);
	/* An hour of the day goes, then all of it. */
	assert_int_equal(
		store_retain(scene->store, (struct instant){T + 4000}, false, &done), E_OK);
	assert_int_equal(done.segments, 2);
	assert_int_equal(scene_verify(scene).strays, 0);
	struct answers before = ask_all(scene, 0);
	assert_int_equal(compact(scene).segments, HOURS - 1);
	struct answers after = ask_all(scene, 0);
	same(&before, &after);
	assert_int_equal(store_retain(scene->store, (struct instant){T + DAY}, false, &done), E_OK);
	assert_int_equal(scene_sightings(scene, &(struct store_query){0}), 41);
	assert_int_equal(scene_verify(scene).strays, 0);
}

static void count_fault(void *context, const struct store_flaw *flaw)
{
	(void)flaw;
	++*(unsigned *)context;
}

static void spoil(const char *path)
{
	FILE *f = fopen(path, "r+b");
	assert_non_null(f);
	fseek(f, -50, SEEK_END);
	fputs("not what it was", f);
	fclose(f);
}

static void a_join_that_is_lost_is_missed_by_verify_only(void **state)
{
	struct scene *scene = *state;
	struct store_verdict verdict;
	unsigned told = 0;
	char path[192];
	fill(scene);
	struct answers before = ask_all(scene, 0);
	compact(scene);
	path_in(scene, "derived/00000001.day", path);
	spoil(path);
	for (int i = 0; i < 2; i++) {
		scene_reopen(scene, STORE_READ);
		struct answers after = ask_all(scene, 0);
		same(&before, &after);
		assert_int_equal(store_verify(scene->store, count_fault, &told, &verdict), E_OK);
		assert_int_equal(verdict.faults, 1);
		(void)unlink(path);
	}
	scene_reopen(scene, STORE_WRITE);
	struct store_rebuilt rebuilt;
	assert_int_equal(store_rebuild(scene->store, &rebuilt), E_OK);
	assert_int_equal(rebuilt.made, 1);
	scene_verify(scene);
}

static void a_backup_holds_joins(void **state)
{
	struct scene *scene = *state, copy = *scene;
	char file[128];
	fill(scene);
	compact(scene);
	struct answers before = ask_all(scene, 0);
	snprintf(file, sizeof(file), "%s/backup.qsb", scene->scratch);
	snprintf(copy.folder, sizeof(copy.folder), "%s/again", scene->scratch);
	assert_int_equal(store_backup(scene->store, str_from(file)), E_OK);
	assert_int_equal(store_restore(str_from(file), str_from(copy.folder)), E_OK);
	copy.store = NULL;
	scene_reopen(&copy, STORE_WRITE);
	assert_int_equal(scene_verify(&copy).strays, 0);
	struct answers after = ask_all(&copy, 0);
	same(&before, &after);
	store_close(copy.store);
}

static void rebuilding_makes_what_sightings_say(void **state)
{
	struct scene *scene = *state;
	struct store_rebuilt done;
	char path[192];
	fill(scene);
	struct answers before = ask_all(scene, 0);
	assert_int_equal(store_rebuild(scene->store, &done), E_OK);
	assert_int_equal(done.files, HOURS + 3);
	assert_int_equal(done.made, 0);
	path_in(scene, "derived/00000002.der", path);
	spoil(path);
	path_in(scene, "derived/00000003.der", path);
	assert_int_equal(unlink(path), 0);
	path_in(scene, "segments/00000005.seg", path);
	spoil(path);
	assert_int_equal(store_rebuild(scene->store, &done), E_OK);
	assert_int_equal(done.made, 2);
	assert_int_equal(done.lost, 1);
	/* What is derived from it still answers. */
	scene_reopen(scene, STORE_READ);
	struct store_query all = {.as_of = 0};
	assert_int_equal(scene_distinct(scene, &all).v4, before.words[0]);
}

static int begin(void **state)
{
	static struct scene scene;
	scene_begin(&scene);
	*state = &scene;
	return 0;
}

static int end(void **state)
{
	scene_end(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_answers_differently, begin, end),
		cmocka_unit_test_setup_teardown(
			who_was_seen_on_both_sides_was_not_seen_between, begin, end),
		cmocka_unit_test_setup_teardown(a_day_that_lasts_is_left_alone, begin, end),
		cmocka_unit_test_setup_teardown(as_of_and_retracting_stay_exact, begin, end),
		cmocka_unit_test_setup_teardown(many_late_files_become_one, begin, end),
		cmocka_unit_test_setup_teardown(retention_takes_joins_along, begin, end),
		cmocka_unit_test_setup_teardown(
			a_join_that_is_lost_is_missed_by_verify_only, begin, end),
		cmocka_unit_test_setup_teardown(a_backup_holds_joins, begin, end),
		cmocka_unit_test_setup_teardown(rebuilding_makes_what_sightings_say, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
