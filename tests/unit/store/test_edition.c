/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scene.h"
#include "store/edition.h"
#include "store/site_content.h"

enum {
	T = 1602720000 /* 2020-10-15 */
};

struct stage {
	struct scene scene;
	struct arena arena;
};

static int begin(void **state)
{
	static struct stage stage;
	scene_begin(&stage.scene);
	arena_init(&stage.arena, 1 << 24);
	*state = &stage;
	return 0;
}

static int end(void **state)
{
	struct stage *stage = *state;
	arena_release(&stage->arena);
	scene_end(&stage->scene);
	return 0;
}

static struct bytes bytes_of(const char *text)
{
	return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static enum err add(struct store *s, struct str campaign, uint32_t number, struct date public_from)
{
	const struct edition_part parts[] = {{STR("vi.document"), bytes_of("tài liệu")},
		{STR("en.document"), bytes_of("document")},
		{STR("evaluation.json"), bytes_of("{}")}};
	const struct edition_figure figures[] = {{STR("half"), STR("met"), 0.5, 0.4, 0.6},
		{EDITION_NET_EFFECT, STR(""), NAN, NAN, NAN}};
	const struct edition_holder holders[] = {
		{STR("VNPT"), {STR("Tập đoàn VNPT"), STR("VNPT Group")}}};
	const struct edition_new e = {
		.facts = {.campaign = campaign,
			.number = number,
			.made = {T},
			.as_of = 3,
			.as_of_time = {T - 9},
			.public_from = public_from,
			.correction = {STR("Sửa"), STR("Mended")},
			.simulated = true},
		.parts = parts,
		.part_count = 3,
		.figures = figures,
		.figure_count = 2,
		.holders = holders,
		.holder_count = 1,
	};
	return store_add_edition(s, &e, (struct instant){T});
}

static const struct date today = {2020, 10, 15};
static const struct date later = {2020, 10, 20};

static void kept_as_made(void **state)
{
	struct stage *stage = *state;
	struct store *s = stage->scene.store;
	struct edition e;
	struct bytes bytes;
	struct edition_figure *figures;
	struct edition_holder holder;
	size_t count;
	assert_int_equal(add(s, STR("c"), 1, later), E_OK);
	scene_reopen(&stage->scene, STORE_READ);
	s = stage->scene.store;
	assert_int_equal(store_find_edition(s, STR("c"), 1, &stage->arena, &e), E_OK);
	assert_true(str_equal(e.campaign, STR("c")) && e.number == 1 && e.made.seconds == T);
	assert_true(e.as_of == 3 && e.as_of_time.seconds == T - 9 && e.simulated);
	assert_true(e.public_from.day == 20 && str_equal(e.correction[LANG_VI], STR("Sửa")));
	assert_int_equal(
		store_edition_part(s, STR("c"), 1, STR("en.document"), &stage->arena, &bytes),
		E_OK);
	assert_true(bytes.size == 8 && memcmp(bytes.data, "document", 8) == 0);
	assert_int_equal(
		store_edition_figures(s, STR("c"), 1, &stage->arena, &figures, &count), E_OK);
	assert_int_equal(count, 2);
	assert_true(str_equal(figures[0].verdict, STR("met")) && figures[0].high == 0.6);
	assert_true(isnan(figures[1].value) && str_equal(figures[1].key, EDITION_NET_EFFECT));
	assert_int_equal(
		store_edition_holder(s, STR("c"), 1, STR("VNPT"), &stage->arena, &holder), E_OK);
	assert_true(str_equal(holder.title[LANG_EN], STR("VNPT Group")));
	assert_int_equal(store_edition_holder(s, STR("c"), 1, STR("FPT"), &stage->arena, &holder),
		E_NOTFOUND);
	assert_int_equal(store_edition_part(s, STR("c"), 1, STR("vi.pdf"), &stage->arena, &bytes),
		E_NOTFOUND);
	assert_int_equal(store_find_edition(s, STR("c"), 2, &stage->arena, &e), E_NOTFOUND);
	assert_int_equal(store_find_edition(s, STR("d"), 1, &stage->arena, &e), E_NOTFOUND);
	assert_int_equal(add(s, STR("c"), 2, later), E_DENIED);
}

static enum err see_number(void *context, const struct edition *e)
{
	char *text = context;
	size_t used = strlen(text);
	snprintf(text + used, 64 - used, "%.*s%u ", STR_ARG(e->campaign), e->number);
	return E_OK;
}

static void numbers_follow(void **state)
{
	struct stage *stage = *state;
	struct store *s = stage->scene.store;
	char seen[64] = "";
	uint32_t last;
	assert_int_equal(store_last_edition(s, STR("b"), &last), E_OK);
	assert_int_equal(last, 0);
	assert_int_equal(add(s, STR("b"), 2, today), E_EXISTS);
	assert_int_equal(add(s, STR("b"), 1, today), E_OK);
	assert_int_equal(add(s, STR("b"), 1, today), E_EXISTS);
	assert_int_equal(add(s, STR("b"), 2, today), E_OK);
	assert_int_equal(add(s, STR("a"), 1, today), E_OK);
	assert_int_equal(store_last_edition(s, STR("b"), &last), E_OK);
	assert_int_equal(last, 2);
	assert_int_equal(store_each_edition(s, STR(""), see_number, seen), E_OK);
	assert_string_equal(seen, "a1 b1 b2 ");
	scene_verify(&stage->scene);
}

static void parts_come_once(void **state)
{
	struct stage *stage = *state;
	struct store *s = stage->scene.store;
	const struct edition_part pdf[] = {{STR("vi.pdf"), bytes_of("%PDF")}};
	const struct edition_part both[] = {
		{STR("json"), bytes_of("{}")}, {STR("vi.pdf"), bytes_of("other")}};
	struct bytes bytes;
	assert_int_equal(add(s, STR("c"), 1, today), E_OK);
	assert_false(store_edition_has_part(s, STR("c"), 1, STR("vi.pdf")));
	assert_int_equal(
		store_add_edition_parts(s, STR("c"), 1, pdf, 1, (struct instant){T}), E_OK);
	assert_int_equal(
		store_add_edition_parts(s, STR("c"), 1, both, 2, (struct instant){T}), E_EXISTS);
	assert_false(store_edition_has_part(s, STR("c"), 1, STR("json")));
	assert_int_equal(
		store_edition_part(s, STR("c"), 1, STR("vi.pdf"), &stage->arena, &bytes), E_OK);
	assert_true(bytes.size == 4);
	assert_int_equal(
		store_add_edition_parts(s, STR("c"), 9, pdf, 1, (struct instant){T}), E_NOTFOUND);
}

struct replies {
	char texts[200];
	size_t current;
};

static enum err see_reply(void *context, const struct edition_reply_entry *e)
{
	struct replies *r = context;
	size_t used = strlen(r->texts);
	r->current += e->current;
	snprintf(r->texts + used, sizeof(r->texts) - used, "%.*s:%.*s(%.*s) ",
		STR_ARG(e->reply.holder), STR_ARG(e->reply.text), STR_ARG(e->reply.lang));
	return E_OK;
}

static enum err reply(struct store *s, struct str holder, struct str text, int64_t at)
{
	const struct edition_reply r = {.holder = holder, .text = text, .lang = STR("en")};
	return store_put_edition_reply(s, STR("c"), 1, &r, STR("root"), (struct instant){at});
}

static void replies_until_public(void **state)
{
	struct stage *stage = *state;
	struct store *s = stage->scene.store;
	struct replies current = {.current = 0};
	struct replies all = {.current = 0};
	int64_t opens = date_instant(later).seconds;
	assert_int_equal(add(s, STR("c"), 1, later), E_OK);
	assert_int_equal(reply(s, STR("VNPT"), STR("a"), T), E_OK);
	assert_int_equal(reply(s, STR("FPT"), STR("b"), T), E_OK);
	assert_int_equal(reply(s, STR("VNPT"), STR("c"), opens - 1), E_OK);
	assert_int_equal(reply(s, STR("VNPT"), STR("late"), opens), E_DENIED);
	assert_int_equal(
		store_each_edition_reply(s, STR("c"), 1, false, see_reply, &current), E_OK);
	assert_string_equal(current.texts, "FPT:b(en) VNPT:c(en) ");
	assert_int_equal(store_each_edition_reply(s, STR("c"), 1, true, see_reply, &all), E_OK);
	assert_string_equal(all.texts, "VNPT:a(en) FPT:b(en) VNPT:c(en) ");
	assert_int_equal(all.current, 2);
	assert_int_equal(
		store_each_edition_reply(s, STR("x"), 1, true, see_reply, &all), E_NOTFOUND);
}

/* Whoever has the file, with whatever program. */
static void nothing_is_changed(void **state)
{
	struct stage *stage = *state;
	char path[256];
	sqlite3 *db;
	static const char *const attempts[] = {"UPDATE edition SET public_from = 0",
		"DELETE FROM edition_reply", "UPDATE edition_part SET bytes = x'00'",
		"DELETE FROM edition_part", "UPDATE edition_figure SET value = 1",
		"DELETE FROM edition_holder", "DELETE FROM edition"};
	assert_int_equal(add(stage->scene.store, STR("c"), 1, later), E_OK);
	assert_int_equal(reply(stage->scene.store, STR("VNPT"), STR("a"), T), E_OK);
	snprintf(path, sizeof(path), "%s/catalogue.db", stage->scene.folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		assert_int_equal(
			sqlite3_exec(db, attempts[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
	sqlite3_close(db);
	scene_verify(&stage->scene);
}

static void count_fault(void *context, const struct store_flaw *flaw)
{
	(void)flaw;
	++*(size_t *)context;
}

static uint64_t faults(struct stage *stage)
{
	struct store_verdict verdict;
	size_t said = 0;
	assert_int_equal(store_verify(stage->scene.store, count_fault, &said, &verdict), E_OK);
	assert_int_equal(said, verdict.faults);
	return verdict.faults;
}

static void overwrite(struct stage *stage, const char *sql)
{
	char path[256];
	sqlite3 *db;
	snprintf(path, sizeof(path), "%s/catalogue.db", stage->scene.folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void damage_is_found(void **state)
{
	struct stage *stage = *state;
	struct bytes bytes;
	assert_int_equal(add(stage->scene.store, STR("c"), 1, later), E_OK);
	overwrite(stage, "DROP TRIGGER edition_part_unchanged; DROP TRIGGER edition_part_kept;"
			 "UPDATE edition_part SET bytes = x'00' WHERE name = 'vi.document'");
	assert_int_equal(faults(stage), 1);
	assert_int_equal(store_edition_part(stage->scene.store, STR("c"), 1, STR("vi.document"),
				 &stage->arena, &bytes),
		E_CORRUPT);
	overwrite(stage, "DELETE FROM edition_part WHERE name = 'vi.document'");
	assert_int_equal(faults(stage), 1);
	overwrite(stage, "DROP TRIGGER edition_unchanged; UPDATE edition SET number = 2");
	assert_int_equal(faults(stage), 2);
}

static void public_files(void **state)
{
	struct stage *stage = *state;
	struct store *s = stage->scene.store;
	char path[256];
	const struct edition_part pdf = {STR("vi.pdf"), bytes_of("%PDF")};
	assert_int_equal(add(s, STR("c"), 1, today), E_OK);
	assert_int_equal(
		store_add_edition_parts(s, STR("c"), 1, &pdf, 1, (struct instant){T}), E_OK);
	assert_int_equal(faults(stage), 0);
	assert_int_equal(store_publish_edition_part(s, STR("c"), 1, &pdf), E_OK);
	assert_int_equal(store_publish_edition_part(s, STR("c"), 1, &pdf), E_OK);
	assert_int_equal(faults(stage), 0);
	snprintf(path, sizeof(path), "%s/public/editions/c-1.vi.pdf", stage->scene.folder);
	FILE *file = fopen(path, "r+");
	assert_non_null(file);
	assert_int_equal(fputc('!', file), '!');
	fclose(file);
	assert_int_equal(faults(stage), 1);
	assert_int_equal(store_publish_edition_part(s, STR("c"), 1, &pdf), E_OK);
	assert_int_equal(faults(stage), 0);
	const struct edition_part outside = {STR("/../../x"), bytes_of("x")};
	assert_int_not_equal(store_publish_edition_part(s, STR("c"), 1, &outside), E_OK);
}

/* What changes no evaluation leaves the number of the last change that may. */
static void what_evaluations_depend_on(void **state)
{
	struct stage *stage = *state;
	struct store *s = stage->scene.store;
	uint64_t before, after;
	assert_int_equal(store_evaluation_change(s, &before), E_OK);
	assert_int_equal(add(s, STR("c"), 1, later), E_OK);
	assert_int_equal(store_put_setting(s, STR("a"), STR("b"), (struct instant){T}), E_OK);
	assert_int_equal(store_evaluation_change(s, &after), E_OK);
	assert_int_equal(after, before);
	const struct campaign c = {.key = STR("c"),
		.name = {STR("c"), STR("c")},
		.country = STR("VN"),
		.zone = STR("UTC"),
		.begins = {2020, 1, 1},
		.ends = {2020, 2, 1}};
	assert_int_equal(store_put_campaign(s, &c, (struct instant){T}), E_OK);
	assert_int_equal(store_evaluation_change(s, &after), E_OK);
	assert_true(after > before);
}

static void backup_and_back(void **state)
{
	struct stage *stage = *state;
	char file[256], folder[256];
	struct bytes bytes;
	assert_int_equal(add(stage->scene.store, STR("c"), 1, today), E_OK);
	snprintf(file, sizeof(file), "%s/b.qsb", stage->scene.scratch);
	snprintf(folder, sizeof(folder), "%s/again", stage->scene.scratch);
	assert_int_equal(store_backup(stage->scene.store, str_from(file)), E_OK);
	assert_int_equal(store_restore(str_from(file), str_from(folder)), E_OK);
	store_close(stage->scene.store);
	assert_int_equal(store_open(str_from(folder), STORE_WRITE, &stage->scene.store), E_OK);
	assert_int_equal(store_edition_part(stage->scene.store, STR("c"), 1, STR("evaluation.json"),
				 &stage->arena, &bytes),
		E_OK);
	assert_true(bytes.size == 2);
	struct store_retained retained;
	assert_int_equal(store_retain(stage->scene.store, (struct instant){(int64_t)T * 2}, false,
				 &retained),
		E_OK);
	assert_int_equal(faults(stage), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(kept_as_made),
		TEST(numbers_follow),
		TEST(parts_come_once),
		TEST(replies_until_public),
		TEST(nothing_is_changed),
		TEST(damage_is_found),
		TEST(public_files),
		TEST(what_evaluations_depend_on),
		TEST(backup_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
