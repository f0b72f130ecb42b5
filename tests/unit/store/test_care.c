/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void path_in(const struct scene *scene, const char *name, char ret_path[128])
{
	snprintf(ret_path, 128, "%s/%s", scene->scratch, name);
}

/* Changes one byte of a file, `from_end` before its end. */
static void spoil(const char *path, long from_end)
{
	FILE *f = fopen(path, "r+b");
	assert_non_null(f);
	fseek(f, -from_end, SEEK_END);
	int byte = fgetc(f);
	fseek(f, -from_end, SEEK_END);
	fputc(byte ^ 0x20, f);
	fclose(f);
}

static void count_fault(void *context, const struct store_flaw *flaw)
{
	(void)flaw;
	++*(unsigned *)context;
}

static uint64_t faults(struct scene *scene)
{
	struct store_verdict verdict;
	unsigned told = 0;
	assert_int_equal(store_verify(scene->store, count_fault, &told, &verdict), E_OK);
	assert_int_equal(told, verdict.faults);
	return verdict.faults;
}

static const char table_text[] = "a table's bytes";

static int64_t add_table(
	struct scene *scene, const char *kind, struct date day, bool v4, bool v6, const char *text)
{
	int64_t id = 0;
	struct store_network_table table = {
		.kind = str_from(kind),
		.country = STR(""),
		.has_v4 = v4,
		.has_v6 = v6,
		.as_of = day,
		.name = STR("asn.csv"),
		.rows = 3,
		.bytes = str_bytes(str_from(text)),
	};
	assert_int_equal(
		store_add_network_table(scene->store, &table, (struct instant){T}, &id), E_OK);
	return id;
}

static void fill(struct scene *scene)
{
	const struct row rows[] = {
		{.at = T + 5, .ip = "192.0.2.1", .name = "mirai"},
		{.at = T + DAY, .ip = "192.0.2.2", .name = "mirai"},
		{.at = T, .ip = "2001:db8::1", .name = "mirai"},
	};
	scene_ingest(scene, "feed", 1, rows, 3);
	scene_ingest_many(scene, 2, T, 0x0b000000, 3, 20000);
	add_table(scene, "asn", (struct date){2020, 10, 1}, true, false, table_text);
}

static void a_backup_comes_back_whole(void **state)
{
	struct scene *scene = *state, copy = *scene;
	char file[128];
	path_in(scene, "backup.qsb", file);
	path_in(scene, "again", copy.folder);
	fill(scene);
	struct store_file gone = scene_ingest_many(scene, 3, T, 0x0c000000, 3, 100);
	assert_int_equal(store_retract(scene->store, gone.id, (struct instant){T}), E_OK);
	scene_reopen(scene, STORE_READ);
	assert_int_equal(store_backup(scene->store, str_from(file)), E_OK);
	assert_int_equal(store_restore(str_from(file), str_from(copy.folder)), E_OK);
	assert_int_equal(store_restore(str_from(file), str_from(copy.folder)), E_EXISTS);
	copy.store = NULL;
	scene_reopen(&copy, STORE_WRITE);
	assert_int_equal(scene_distinct(&copy, &all).v4, 20002);
	assert_int_equal(scene_sightings(&copy, &all), 20003);
	struct store_verdict verdict = scene_verify(&copy);
	assert_int_equal(verdict.segments, 3);
	assert_int_equal(verdict.strays, 0);
	assert_memory_equal(store_hash_key(copy.store), store_hash_key(scene->store), 16);
	/* The copy is a data folder like any other: it takes new files. */
	scene_ingest_many(&copy, 9, T, 0x0d000000, 1, 10);
	scene_verify(&copy);
	store_close(copy.store);
}

/* Some bits of a frame say nothing of its content: how much memory it wants (RFC 8878, 3.1.1.1.2),
 * or which of two codes of the same length is meant. The copy goes away again. */
static void expect_whole(const struct scene *scene, const char *folder)
{
	struct scene copy = *scene;
	memcpy(copy.folder, folder, strlen(folder) + 1);
	copy.store = NULL;
	scene_reopen(&copy, STORE_WRITE);
	assert_int_equal(scene_sightings(&copy, &all), 20003);
	scene_verify(&copy);
	store_close(copy.store);
	scene_delete(folder);
}

static void a_broken_backup_is_refused(void **state)
{
	struct scene *scene = *state;
	char file[128], folder[128];
	struct stat status;
	path_in(scene, "backup.qsb", file);
	path_in(scene, "again", folder);
	fill(scene);
	assert_int_equal(store_backup(scene->store, str_from(file)), E_OK);
	assert_int_equal(stat(file, &status), 0);
	for (long i = 0; i <= 40; i++) {
		long at = i < 40 ? 1 + i * (status.st_size / 40) : status.st_size - 21;
		spoil(file, at);
		if (store_restore(str_from(file), str_from(folder)) == E_OK)
			expect_whole(scene, folder);
		assert_int_not_equal(access(folder, F_OK), 0);
		spoil(file, at);
	}
	assert_int_equal(truncate(file, status.st_size - 1), 0);
	assert_int_equal(store_restore(str_from(file), str_from(folder)), E_TRUNCATED);
	assert_int_equal(store_restore(STR("/nonexistent"), str_from(folder)), E_NOTFOUND);
}

static void verify_finds_what_is_spoilt(void **state)
{
	struct scene *scene = *state;
	char path[128];
	fill(scene);
	scene_verify(scene);
	path_in(scene, "data/segments/00000001.seg", path);
	spoil(path, 300);
	assert_int_equal(faults(scene), 1);
	spoil(path, 300);
	path_in(scene, "data/network/00000001.tab", path);
	spoil(path, 2);
	assert_int_equal(faults(scene), 1);
	spoil(path, 2);
	path_in(scene, "data/derived/00000002.der", path);
	spoil(path, 100);
	assert_int_equal(faults(scene), 1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(faults(scene), 1);
	path_in(scene, "data/segments/00000002.seg", path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(faults(scene), 1);
}

static void derived_files_are_made_anew(void **state)
{
	struct scene *scene = *state;
	char path[128];
	fill(scene);
	path_in(scene, "data/derived/00000002.der", path);
	spoil(path, 60);
	scene_reopen(scene, STORE_READ);
	assert_int_equal(scene_distinct(scene, &all).v4, 20002);
	assert_int_equal(faults(scene), 1);
	scene_reopen(scene, STORE_WRITE);
	assert_int_equal(scene_distinct(scene, &all).v4, 20002);
	assert_int_equal(faults(scene), 0);
	assert_int_equal(unlink(path), 0);
	scene_reopen(scene, STORE_WRITE);
	assert_int_equal(scene_distinct(scene, &all).v4, 20002);
	scene_verify(scene);
}

struct past_sum {
	uint64_t v4, v6, rows;
};

static void add_past(void *context, const struct store_past_count *past)
{
	struct past_sum *sum = context;
	sum->v4 += past->v4;
	sum->v6 += past->v6;
	sum->rows++;
}

static void retention_leaves_counts(void **state)
{
	struct scene *scene = *state;
	struct store_retained done;
	struct past_sum sum = {0};
	const struct row old[] = {
		{.at = T + 5, .ip = "192.0.2.1", .name = "mirai"},
		{.at = T + 6, .ip = "192.0.2.1", .name = "mirai"},
		{.at = T + 7, .ip = "192.0.2.2", .name = "mirai"},
		{.at = T + 7, .ip = "2001:db8::2", .name = "mirai"},
		{.at = T, .ip = "192.0.2.9", .precision = PRECISION_SPAN, .last = T + 2 * DAY},
	};
	const struct row straddling[] = {
		{.at = T + 9, .ip = "192.0.2.3", .name = "mirai"},
		{.at = T + 9 * DAY, .ip = "192.0.2.4", .name = "mirai"},
	};
	struct store_file first = scene_ingest(scene, "feed", 1, old, 5);
	struct store_file second = scene_ingest(scene, "feed", 2, straddling, 2);
	struct store_file third = scene_ingest(scene, "feed", 3, old, 1);
	assert_int_equal(store_retract(scene->store, third.id, (struct instant){T}), E_OK);
	struct store_query then = {.as_of = second.added};
	const struct instant before = {T + 4 * DAY};
	assert_int_equal(store_retain(scene->store, before, true, &done), E_OK);
	assert_int_equal(done.segments, 2);
	assert_int_equal(scene_distinct(scene, &then).v4, 5);
	assert_int_equal(store_retain(scene->store, before, false, &done), E_OK);
	assert_int_equal(done.segments, 2);
	assert_int_equal(done.sightings, 6);
	assert_int_equal(store_each_past_count(scene->store, add_past, &sum), E_OK);
	/* The first day by all that was known of it: .1 .2 .3 and the /64; and the span. */
	assert_int_equal(sum.rows, 2);
	assert_int_equal(sum.v4, 4);
	assert_int_equal(sum.v6, 1);
	assert_int_equal(scene_distinct(scene, &all).v4, 2);
	struct store_verdict verdict = scene_verify(scene);
	assert_int_equal(verdict.strays, 0);
	assert_int_equal(verdict.segments, 1);
	/* A frozen figure cannot be made again, and says so. */
	assert_int_equal(store_each_set(scene->store, &then, NULL, NULL), E_NOTFOUND);
	assert_true(store_complaint(scene->store).size > 0);
	/* Later the straddling file goes too: the first day does not shrink. */
	assert_int_equal(
		store_retain(scene->store, (struct instant){T + 20 * DAY}, false, &done), E_OK);
	sum = (struct past_sum){0};
	assert_int_equal(store_each_past_count(scene->store, add_past, &sum), E_OK);
	assert_int_equal(sum.rows, 3);
	assert_int_equal(sum.v4, 5);
	assert_int_equal(scene_sightings(scene, &all), 0);
	scene_verify(scene);
	(void)first;
}

static void strays_are_swept(void **state)
{
	struct scene *scene = *state;
	struct store_retained done;
	struct store_verdict verdict;
	char path[128];
	unsigned told = 0;
	static const char *const names[] = {"data/segments/00000099.seg",
		"data/derived/00000099.der", "data/segments/.tmp-1", "data/.tmp-2"};
	fill(scene);
	for (size_t i = 0; i < 4; i++) {
		path_in(scene, names[i], path);
		FILE *f = fopen(path, "wb");
		assert_non_null(f);
		fputs("left behind", f);
		fclose(f);
	}
	assert_int_equal(store_verify(scene->store, count_fault, &told, &verdict), E_OK);
	assert_int_equal(verdict.strays, 4);
	assert_int_equal(verdict.faults, 0);
	assert_int_equal(store_retain(scene->store, (struct instant){0}, false, &done), E_OK);
	assert_int_equal(done.segments, 0);
	assert_int_equal(done.bytes, 44);
	assert_int_equal(scene_verify(scene).strays, 0);
	assert_int_equal(scene_sightings(scene, &all), 20003);
}

static void versions_are_told_apart(void **state)
{
	struct scene *scene = *state;
	char path[128];
	struct store *s;
	store_close(scene->store);
	scene->store = NULL;
	path_in(scene, "data/catalogue.db", path);
	FILE *f = fopen(path, "r+b");
	assert_non_null(f);
	fseek(f, 60 + 3, SEEK_SET); /* the user version, big-endian: sqlite.org/fileformat2.html */
	fputc(77, f);
	fclose(f);
	assert_int_equal(store_open(str_from(scene->folder), STORE_READ, &s), E_VERSION);
	f = fopen(path, "r+b");
	assert_non_null(f);
	fputs("not a database", f);
	fclose(f);
	assert_int_equal(store_open(str_from(scene->folder), STORE_READ, &s), E_CORRUPT);
}

/* --- attribution tables --- */

struct chosen {
	int64_t ids[8];
	size_t count;
};

static enum err note_table(void *context, const struct store_network_table *table)
{
	struct chosen *chosen = context;
	assert_true(chosen->count < 8);
	assert_true(table->bytes.size > 0);
	chosen->ids[chosen->count++] = table->id;
	return E_OK;
}

static struct chosen tables_for(struct scene *scene, struct date day)
{
	struct chosen chosen = {.count = 0};
	assert_int_equal(store_each_network_table(scene->store, day, note_table, &chosen), E_OK);
	return chosen;
}

static void tables_of_a_day(void **state)
{
	struct scene *scene = *state;
	const struct date jan = {2020, 1, 1}, jun = {2020, 6, 1}, dec = {2020, 12, 1};
	int64_t old4 = add_table(scene, "asn", jan, true, false, "jan v4");
	int64_t new4 = add_table(scene, "asn", jun, true, false, "jun v4");
	int64_t both = add_table(scene, "asn", dec, true, true, "dec both");
	struct chosen c = tables_for(scene, (struct date){2020, 7, 1});
	/* v4 as of June; v6 only from December: and June's comes last, for it wins. */
	assert_int_equal(c.count, 2);
	assert_int_equal(c.ids[0], both);
	assert_int_equal(c.ids[1], new4);
	c = tables_for(scene, (struct date){2019, 1, 1});
	assert_int_equal(c.ids[c.count - 1], old4);
	c = tables_for(scene, (struct date){2021, 1, 1});
	assert_int_equal(c.count, 1);
	assert_int_equal(c.ids[0], both);
	int64_t again = add_table(scene, "asn", jun, true, false, "jun v4");
	assert_int_equal(again, new4);
	int64_t corrected = add_table(scene, "asn", jun, true, false, "jun v4, corrected");
	c = tables_for(scene, jun);
	assert_int_equal(c.ids[c.count - 1], corrected);
	int64_t holders = add_table(scene, "holder", jun, false, false, "holders");
	c = tables_for(scene, dec);
	assert_true(c.ids[0] == holders || c.ids[1] == holders);
	scene_verify(scene);
}

/* --- the registry --- */

static void keep_feed(void *context, const struct feed_info *feed)
{
	struct feed_info *kept = context;
	*kept = *feed;
	kept->name = kept->title = (struct str){"", 0};
}

static void keep_rules(void *context, const struct name_rule *rule)
{
	struct writer *w = context;
	writer_str(w, rule->pattern);
	writer_char(w, '=');
	writer_str(w, rule->botnet);
	writer_char(w, ' ');
}

static void keep_allowance(void *context, const struct allowance *allowance)
{
	struct writer *w = context;
	writer_prefix(w, allowance->prefix);
	writer_char(w, ' ');
	writer_str(w, allowance->why);
}

static void the_registry_keeps(void **state)
{
	struct scene *scene = *state;
	struct feed_info kept;
	struct feed_info feed = {.name = STR("feed"),
		.title = STR("Nguồn thử"),
		.tlp = TLP_RED,
		.may_export = true,
		.kind = KIND_C2,
		.precision = PRECISION_DAY,
		.frequency = 86400,
		.simulated = true};
	assert_int_equal(store_put_feed(scene->store, &feed), E_OK);
	feed.name = STR("No Such Name");
	assert_int_equal(store_put_feed(scene->store, &feed), E_SYNTAX);
	assert_int_equal(store_find_feed(scene->store, STR("x"), keep_feed, &kept), E_NOTFOUND);
	assert_int_equal(store_find_feed(scene->store, STR("feed"), keep_feed, &kept), E_OK);
	assert_true(kept.tlp == TLP_RED && kept.may_export && !kept.public_check &&
		    kept.kind == KIND_C2 && !kept.kind_set && kept.precision == PRECISION_DAY &&
		    kept.frequency == 86400 && kept.simulated);

	struct writer w;
	writer_init(&w, 1000);
	struct name_rule rules[] = {
		{STR("^a"), STR("A"), STR("s")}, {STR("^b"), STR("B"), STR("s")}};
	assert_int_equal(store_put_name_rules(scene->store, STR("s"), rules, 2), E_OK);
	assert_int_equal(store_put_name_rules(scene->store, STR("t"), rules, 1), E_OK);
	assert_int_equal(store_put_name_rules(scene->store, STR("s"), rules + 1, 1), E_OK);
	assert_int_equal(store_each_name_rule(scene->store, keep_rules, &w), E_OK);
	assert_true(str_equal(writer_view_str(&w), STR("^a=A ^b=B ")));

	struct allowance allowance = {.until = {T}, .why = STR("crawler")};
	assert_true(prefix_parse(STR("198.51.100.0/24"), &allowance.prefix));
	assert_int_equal(store_allow(scene->store, &allowance, (struct instant){1}), E_OK);
	allowance.why = STR("sinkhole");
	assert_int_equal(store_allow(scene->store, &allowance, (struct instant){1}), E_OK);
	writer_clear(&w);
	assert_int_equal(store_each_allowance(scene->store, keep_allowance, &w), E_OK);
	assert_true(str_equal(writer_view_str(&w), STR("198.51.100.0/24 sinkhole")));
	writer_release(&w);
	assert_true(str_equal(store_country(scene->store), STR("VN")));
}

static void published_files_can_be_read(void **state)
{
	struct scene *scene = *state;
	char path[128];
	struct stat status;
	assert_int_equal(store_publish(scene->store, STR("listing"), str_bytes(STR("one"))), E_OK);
	assert_int_equal(
		store_publish(scene->store, STR("listing"), str_bytes(STR("three"))), E_OK);
	assert_int_equal(store_publish(scene->store, STR("../x"), str_bytes(STR("x"))), E_USAGE);
	snprintf(path, sizeof(path), "%.*s/listing", STR_ARG(store_public_folder(scene->store)));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_size, 5);
	assert_int_equal(status.st_mode & 0777, 0644);
	path_in(scene, "data/public", path);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0755);
	/* Everybody may pass through to it, and see nothing else. */
	assert_int_equal(stat(scene->folder, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0711);
	path_in(scene, "data/segments", path);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
	path_in(scene, "data/catalogue.db", path);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(scene_verify(scene).strays, 0);
}

static void only_an_empty_folder_becomes_one(void **state)
{
	struct scene *scene = *state;
	char folder[128], inside[160];
	path_in(scene, "mine", folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	snprintf(inside, sizeof(inside), "%s/letter.txt", folder);
	FILE *f = fopen(inside, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(store_create(str_from(folder), STR(""), (struct instant){T}), E_EXISTS);
	assert_int_equal(unlink(inside), 0);
	assert_int_equal(store_create(str_from(folder), STR(""), (struct instant){T}), E_OK);
	assert_int_equal(
		store_create(STR("/nonexistent/a/b"), STR(""), (struct instant){T}), E_NOTFOUND);
	assert_int_equal(store_create(str_from(folder), STR("VNM"), (struct instant){T}), E_RANGE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(a_backup_comes_back_whole),
		TEST(a_broken_backup_is_refused),
		TEST(verify_finds_what_is_spoilt),
		TEST(derived_files_are_made_anew),
		TEST(retention_leaves_counts),
		TEST(strays_are_swept),
		TEST(versions_are_told_apart),
		TEST(tables_of_a_day),
		TEST(the_registry_keeps),
		TEST(published_files_can_be_read),
		TEST(only_an_empty_folder_becomes_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
