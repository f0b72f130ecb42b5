/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scene.h"

enum {
	DAY = SECONDS_PER_DAY,
	T = 1602720000 /* 2020-10-15T00:00:00Z */
};

static const struct store_query all;

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

static void every_row_comes_back(void **state)
{
	struct scene *scene = *state;
	const struct row rows[] = {
		{.at = T + 5, .ip = "192.0.2.1", .name = "mirai"},
		{.at = T + 5, .ip = "192.0.2.2", .name = "mirai"},
		{.at = T + 3700, .ip = "192.0.2.1", .name = "ramnit"},
		{.at = T, .ip = "2001:db8::1", .name = "mirai", .precision = PRECISION_DAY},
		{.at = T, .ip = "198.51.100.0/24", .kind = KIND_BLOCKLISTED},
	};
	struct store_file file = scene_ingest(scene, "feed", 1, rows, 5);
	assert_int_equal(file.sightings, 5);
	assert_int_equal(file.duplicates, 0);
	assert_int_equal(file.ranges, 1);
	assert_int_equal(file.time.from.seconds, T);
	assert_int_equal(file.time.to.seconds, T + DAY - 1);
	struct distinct d = scene_distinct(scene, &all);
	assert_int_equal(d.v4, 2);
	assert_int_equal(d.v6, 1);
	assert_int_equal(d.sets, 3);
	assert_int_equal(scene_sightings(scene, &all), 5);
	struct store_verdict verdict = scene_verify(scene);
	assert_int_equal(verdict.segments, 1);
	assert_int_equal(verdict.strays, 0);
}

static void repeats_count_once(void **state)
{
	struct scene *scene = *state;
	const struct row rows[] = {
		{.at = T, .ip = "192.0.2.1", .name = "mirai"},
		{.at = T, .ip = "192.0.2.1", .name = "mirai"},
		{.at = T + 1, .ip = "192.0.2.1", .name = "mirai"},
	};
	struct store_file first = scene_ingest(scene, "feed", 1, rows, 3);
	assert_int_equal(first.sightings, 2);
	assert_int_equal(first.duplicates, 1);
	const struct row more[] = {rows[2], {.at = T + 2, .ip = "192.0.2.9", .name = "mirai"}};
	struct store_file second = scene_ingest(scene, "feed", 2, more, 2);
	assert_int_equal(second.sightings, 1);
	assert_int_equal(second.duplicates, 1);
	/* Another feed says the same: that is news. */
	struct store_file third = scene_ingest(scene, "other", 3, more, 2);
	assert_int_equal(third.sightings, 2);
	assert_int_equal(scene_sightings(scene, &all), 5);
	/* The row both files have stays while one of them does. */
	assert_int_equal(store_retract(scene->store, first.id, (struct instant){1}), E_OK);
	assert_int_equal(scene_sightings(scene, &all), 4);
	assert_int_equal(store_retract(scene->store, second.id, (struct instant){1}), E_OK);
	assert_int_equal(scene_sightings(scene, &all), 2);
	assert_int_equal(store_retract(scene->store, second.id, (struct instant){1}), E_NOTFOUND);
	scene_verify(scene);
}

static void same_content_changes_nothing(void **state)
{
	struct scene *scene = *state;
	const struct row row = {.at = T, .ip = "192.0.2.1", .name = "mirai"};
	struct store_file file = scene_ingest(scene, "feed", 7, &row, 1), ignored;
	struct store_ingest *in;
	uint64_t before, after;
	struct instant when;
	assert_int_equal(store_change(scene->store, &before, &when), E_OK);
	assert_int_equal(store_ingest_begin(scene->store, STR("other"), &in), E_OK);
	assert_int_equal(store_ingest_commit(in, &file, &ignored), E_EXISTS);
	assert_int_equal(store_change(scene->store, &after, &when), E_OK);
	assert_int_equal(before, after);
	assert_int_equal(store_retract(scene->store, file.id, (struct instant){1}), E_OK);
	scene_ingest(scene, "feed", 7, &row, 1);
	assert_int_equal(scene_sightings(scene, &all), 1);
	assert_int_equal(scene_verify(scene).strays, 0);
}

static void many_segments_are_one_file(void **state)
{
	struct scene *scene = *state;
	enum {
		ROWS = (1 << 20) + 5004
	};
	struct store_file file = scene_ingest_many(scene, 1, T, 0x0b000000, 3, ROWS);
	assert_int_equal(file.sightings, ROWS);
	assert_int_equal(scene_distinct(scene, &all).v4, ROWS);
	assert_int_equal(scene_sightings(scene, &all), ROWS);
	assert_int_equal(scene_verify(scene).segments, 2);
	/* The second file overlaps the end of the first, across the border of segments. */
	struct store_file second = scene_ingest_many(
		scene, 2, T + (ROWS - 10000) / 10, 0x0b000000 + 3 * (ROWS - 10000), 3, 20000);
	assert_int_equal(second.duplicates, 10000);
	assert_int_equal(second.sightings, 10000);
	assert_int_equal(scene_distinct(scene, &all).v4, ROWS + 10000);
	assert_int_equal(scene_sightings(scene, &all), ROWS + 10000);
}

static void as_of_does_not_change(void **state)
{
	struct scene *scene = *state;
	const struct row a = {.at = T, .ip = "192.0.2.1"}, b = {.at = T, .ip = "192.0.2.2"};
	struct store_file first = scene_ingest(scene, "feed", 1, &a, 1);
	struct store_query then = {.as_of = first.added};
	struct store_file second = scene_ingest(scene, "feed", 2, &b, 1);
	struct store_query both = {.as_of = second.added};
	assert_int_equal(store_retract(scene->store, first.id, (struct instant){1}), E_OK);
	assert_int_equal(scene_distinct(scene, &all).v4, 1);
	assert_int_equal(scene_distinct(scene, &then).v4, 1);
	assert_int_equal(scene_distinct(scene, &both).v4, 2);
	assert_int_equal(scene_sightings(scene, &both), 2);
}

static void questions_choose(void **state)
{
	struct scene *scene = *state;
	const struct row rows[] = {
		{.at = T + 10, .ip = "192.0.2.1"},
		{.at = T + DAY, .ip = "192.0.2.2", .precision = PRECISION_DAY},
		{.at = T, .ip = "192.0.2.3", .precision = PRECISION_SPAN, .last = T + 3 * DAY},
		{.at = T + 10, .ip = "192.0.2.4", .kind = KIND_C2},
	};
	scene_ingest(scene, "feed", 1, rows, 4);
	struct store_query query = {.kinds = 1 << KIND_INFECTED};
	assert_int_equal(scene_distinct(scene, &query).v4, 3);
	query.kinds = 1 << KIND_C2;
	assert_int_equal(scene_distinct(scene, &query).v4, 1);
	assert_int_equal(scene_sightings(scene, &query), 1);
	query = (struct store_query){.time = {{T}, {T + DAY}}};
	assert_int_equal(scene_distinct(scene, &query).v4, 3);
	query.time = (struct span){{T + DAY}, {T + 2 * DAY}};
	assert_int_equal(scene_distinct(scene, &query).v4, 2);
	query.time = (struct span){{T + 4 * DAY}, {T + 5 * DAY}};
	assert_int_equal(scene_distinct(scene, &query).v4, 0);
	query = (struct store_query){.feed = STR("other")};
	assert_int_equal(scene_distinct(scene, &query).sets, 0);
}

struct seen_list {
	struct store_seen seen[8];
	char names[8][16];
	size_t count;
};

static void keep_seen(void *context, const struct store_seen *seen)
{
	struct seen_list *list = context;
	assert_true(list->count < 8 && seen->name.size < 16);
	memcpy(list->names[list->count], seen->name.data, seen->name.size);
	list->seen[list->count++] = *seen;
}

static struct seen_list look_up(struct scene *scene, const char *ip)
{
	struct seen_list list = {.count = 0};
	struct ip parsed;
	assert_true(ip_parse(str_from(ip), &parsed));
	assert_int_equal(store_each_seen(scene->store, parsed, keep_seen, &list), E_OK);
	return list;
}

static void one_address(void **state)
{
	struct scene *scene = *state;
	const struct row rows[] = {
		{.at = T + 10, .ip = "192.0.2.1", .name = "mirai"},
		{.at = T + 5 * DAY, .ip = "192.0.2.1", .name = "mirai"},
		{.at = T, .ip = "192.0.2.0/24", .name = "drop", .kind = KIND_BLOCKLISTED},
		{.at = T, .ip = "2001:db8:0:1::5", .name = "mirai"},
	};
	scene_ingest(scene, "feed", 1, rows, 4);
	const struct row later = {.at = T + 9 * DAY, .ip = "192.0.2.1", .name = "mirai"};
	scene_ingest(scene, "feed", 2, &later, 1);
	struct seen_list list = look_up(scene, "::ffff:192.0.2.1");
	assert_int_equal(list.count, 2);
	assert_string_equal(list.names[0], "mirai");
	assert_int_equal(list.seen[0].time.from.seconds, T + 10);
	assert_int_equal(list.seen[0].time.to.seconds, T + 9 * DAY);
	assert_int_equal(list.seen[0].at.length, 128);
	assert_string_equal(list.names[1], "drop");
	assert_int_equal(list.seen[1].at.length, 120);
	assert_int_equal(look_up(scene, "192.0.2.77").count, 1);
	assert_int_equal(look_up(scene, "192.0.3.1").count, 0);
	list = look_up(scene, "2001:db8:0:1:ffff::1");
	assert_int_equal(list.count, 1);
	assert_int_equal(list.seen[0].at.length, 64);
	assert_int_equal(look_up(scene, "2001:db8:0:2::5").count, 0);
}

static enum err check_summary(void *context, const struct store_summary *summary)
{
	for (size_t i = 1; i < summary->count; i++)
		assert_true(summary->units[i - 1].v6 < summary->units[i].v6 ||
			    summary->units[i - 1].key < summary->units[i].key);
	*(uint64_t *)context += summary->count;
	return E_OK;
}

static void summaries_ascend(void **state)
{
	struct scene *scene = *state;
	uint64_t units = 0;
	scene_ingest_many(scene, 1, T, 0x0b000000, 0x10001, 20000);
	assert_int_equal(store_each_summary(scene->store, &all, check_summary, &units), E_OK);
	assert_int_equal(units, 20000);
	/* Rows 0 … 9 have second T. */
	struct store_query query = {.time = {{T}, {T + 1}}};
	units = 0;
	assert_int_equal(store_each_summary(scene->store, &query, check_summary, &units), E_OK);
	assert_int_equal(units, 10);
}

static void add_name(void *context, struct str name, uint64_t sightings)
{
	if (str_equal(name, STR("mirai")))
		*(uint64_t *)context += sightings;
}

static void names_count_sightings(void **state)
{
	struct scene *scene = *state;
	uint64_t mirai = 0;
	const struct row rows[] = {
		{.at = T, .ip = "192.0.2.1", .name = "mirai"},
		{.at = T + 1, .ip = "192.0.2.1", .name = "mirai"},
		{.at = T + 1, .ip = "192.0.2.1", .name = "ramnit"},
	};
	scene_ingest(scene, "feed", 1, rows, 3);
	scene_ingest(scene, "feed", 2, rows + 1, 2);
	assert_int_equal(store_each_name(scene->store, add_name, &mirai), E_OK);
	assert_int_equal(mirai, 2);
}

static void only_one_writes(void **state)
{
	struct scene *scene = *state;
	struct store *second;
	struct store_ingest *in;
	const struct row row = {.at = T, .ip = "192.0.2.1"};
	assert_int_equal(store_open(str_from(scene->folder), STORE_WRITE, &second), E_BUSY);
	assert_int_equal(store_open(str_from(scene->folder), STORE_READ, &second), E_OK);
	assert_int_equal(store_ingest_begin(second, STR("feed"), &in), E_DENIED);
	assert_int_equal(store_retract(second, 1, (struct instant){1}), E_DENIED);
	/* A reader sees what is committed after it opened. */
	scene_ingest(scene, "feed", 1, &row, 1);
	struct scene reader = *scene;
	reader.store = second;
	assert_int_equal(scene_sightings(&reader, &all), 1);
	store_close(second);
	const struct store_file file = {.name = STR("a"), .format = STR("b")};
	struct store_file done;
	assert_int_equal(store_ingest_begin(scene->store, STR("nobody"), &in), E_OK);
	assert_int_equal(store_ingest_commit(in, &file, &done), E_NOTFOUND);
	assert_int_equal(
		store_create(str_from(scene->folder), STR(""), (struct instant){1}), E_EXISTS);
	assert_int_equal(store_open(STR("/nonexistent/x"), STORE_READ, &second), E_NOTFOUND);
}

static void an_aborted_file_leaves_nothing(void **state)
{
	struct scene *scene = *state;
	struct paper paper;
	struct store_ingest *in;
	paper_begin(&paper);
	paper_add(&paper, &(struct row){.at = T, .ip = "192.0.2.1"});
	assert_int_equal(store_ingest_begin(scene->store, STR("feed"), &in), E_OK);
	assert_int_equal(store_ingest_batch(in, paper.batch, paper.names, paper.columns), E_OK);
	paper.batch->kind[0] = KIND__COUNT;
	assert_int_equal(store_ingest_batch(in, paper.batch, paper.names, paper.columns), E_RANGE);
	store_ingest_abort(in);
	paper_end(&paper);
	assert_int_equal(scene_sightings(scene, &all), 0);
	assert_int_equal(scene_verify(scene).strays, 0);
}

static enum err add_extras(void *context, struct str feed, const struct sighting *sighting)
{
	uint64_t *sum = context;
	assert_true(str_equal(feed, STR("feed")));
	for (size_t i = 0; i < sighting->extras.size; i++)
		assert_int_equal(sighting->extras.data[i], sighting->time.from.seconds % 251);
	*sum += sighting->extras.size;
	return E_OK;
}

/* 300 rows with 60,000 bytes each: blocks are closed by bytes, not by rows. */
static void large_extras_are_kept(void **state)
{
	struct scene *scene = *state;
	struct paper paper;
	struct store_ingest *in;
	struct store_file file = {.feed = STR("feed"), .name = STR("x"), .format = STR("x")};
	uint64_t sum = 0;
	paper_begin(&paper);
	for (uint32_t i = 0; i < 300; i++) {
		paper_add(&paper, &(struct row){.at = T + i, .ip = "192.0.2.1"});
		paper.batch->extras.size = (size_t)i * 60000;
		uint8_t *bytes = writer_reserve(&paper.batch->extras, 60000);
		assert_non_null(bytes);
		memset(bytes, (T + i) % 251, 60000);
		paper.batch->extras_end[i] = (i + 1) * 60000;
	}
	assert_int_equal(store_ingest_begin(scene->store, STR("feed"), &in), E_OK);
	assert_int_equal(store_ingest_batch(in, paper.batch, paper.names, paper.columns), E_OK);
	paper.batch->rows = 10;
	assert_int_equal(store_ingest_batch(in, paper.batch, paper.names, paper.columns), E_OK);
	assert_int_equal(store_ingest_commit(in, &file, &file), E_OK);
	assert_int_equal(file.duplicates, 10);
	paper_end(&paper);
	assert_int_equal(store_each_sighting(scene->store, &all, add_extras, &sum), E_OK);
	assert_int_equal(sum, 300 * 60000);
	scene_verify(scene);
}

static void readers_see_what_is_committed(void **state)
{
	struct scene *scene = *state, reader = *scene;
	struct paper paper;
	struct store_ingest *in;
	struct store_file file = {.feed = STR("feed"), .name = STR("x"), .format = STR("x")};
	scene_ingest_many(scene, 1, T, 0x0b000000, 1, 100);
	reader.store = NULL;
	scene_reopen(&reader, STORE_READ);
	paper_begin(&paper);
	paper_add(&paper, &(struct row){.at = T, .ip = "192.0.2.1"});
	assert_int_equal(store_ingest_begin(scene->store, STR("feed"), &in), E_OK);
	assert_int_equal(store_ingest_batch(in, paper.batch, paper.names, paper.columns), E_OK);
	assert_int_equal(scene_distinct(&reader, &all).v4, 100);
	assert_int_equal(store_ingest_commit(in, &file, &file), E_OK);
	assert_int_equal(scene_distinct(&reader, &all).v4, 101);
	/* A reader's question in the middle does not hold the writer up. */
	assert_int_equal(store_retract(scene->store, file.id, (struct instant){T}), E_OK);
	assert_int_equal(scene_distinct(&reader, &all).v4, 100);
	store_close(reader.store);
	paper_end(&paper);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(every_row_comes_back),
		TEST(repeats_count_once),
		TEST(same_content_changes_nothing),
		TEST(many_segments_are_one_file),
		TEST(as_of_does_not_change),
		TEST(questions_choose),
		TEST(one_address),
		TEST(summaries_ascend),
		TEST(names_count_sightings),
		TEST(only_one_writes),
		TEST(an_aborted_file_leaves_nothing),
		TEST(large_extras_are_kept),
		TEST(readers_see_what_is_committed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
