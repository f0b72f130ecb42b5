/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scene.h"
#include "store/site_content.h"

enum {
	T = 1602720000
};

#define HELLO "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03" /* "hello\n" */

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

/* What a callback saw last, and how often. */
struct seen {
	size_t count;
	char texts[512]; /* one after the other, with a space between */
};

static void note(struct seen *seen, struct str text)
{
	size_t used = strlen(seen->texts);
	seen->count++;
	snprintf(seen->texts + used, sizeof(seen->texts) - used, "%.*s ", STR_ARG(text));
}

static void see_setting(void *context, struct str name, struct str value)
{
	note(context, name);
	note(context, value);
}

static void settings(void **state)
{
	struct store *s = ((struct scene *)*state)->store;
	struct seen seen = {0};
	assert_int_equal(store_put_setting(s, STR("b"), STR("1"), (struct instant){T}), E_OK);
	assert_int_equal(store_put_setting(s, STR("a"), STR("2"), (struct instant){T}), E_OK);
	assert_int_equal(store_put_setting(s, STR("b"), STR("3"), (struct instant){T}), E_OK);
	assert_int_equal(store_each_setting(s, see_setting, &seen), E_OK);
	assert_string_equal(seen.texts, "a 2 b 3 ");
	assert_int_equal(store_put_setting(s, STR("a"), STR(""), (struct instant){T}), E_OK);
	seen = (struct seen){0};
	assert_int_equal(store_each_setting(s, see_setting, &seen), E_OK);
	assert_string_equal(seen.texts, "b 3 ");
}

static void see_campaign(void *context, const struct campaign *c)
{
	char dates[32];
	note(context, c->key);
	snprintf(dates, sizeof(dates), "%d-%d", c->begins.day, c->ends.day);
	note(context, str_from(dates));
}

static void campaigns(void **state)
{
	struct store *s = ((struct scene *)*state)->store;
	struct seen seen = {0};
	struct campaign c = {.key = STR("late"),
		.name = {STR("a"), STR("b")},
		.country = STR("VN"),
		.zone = STR("Asia/Ho_Chi_Minh"),
		.begins = {2020, 9, 22},
		.ends = {2020, 10, 22}};
	assert_int_equal(store_put_campaign(s, &c, (struct instant){T}), E_OK);
	c.key = STR("early");
	c.begins.day = 21;
	assert_int_equal(store_put_campaign(s, &c, (struct instant){T}), E_OK);
	c.ends.day = 23;
	assert_int_equal(store_put_campaign(s, &c, (struct instant){T}), E_OK);
	assert_int_equal(store_each_campaign(s, see_campaign, &seen), E_OK);
	assert_string_equal(seen.texts, "early 21-23 late 22-22 ");
}

static struct article_version version_of(struct str title, struct str author)
{
	return (struct article_version){.article = {.key = STR("services"),
						.lang = LANG_VI,
						.kind = ARTICLE_PAGE,
						.title = title,
						.summary = STR("s"),
						.body = STR("b"),
						.published = {T - 100}},
		.author = author};
}

static void see_article(void *context, const struct article_version *v)
{
	char number[64];
	note(context, v->article.title);
	note(context, v->author);
	snprintf(number, sizeof(number), "%u/%u/%d@%lld", v->article.version, v->origin,
		v->withdrawn, (long long)v->article.updated.seconds - T);
	note(context, str_from(number));
}

/* Every save is kept; the text that the first one replaces comes before it. */
static void versions(void **state)
{
	struct store *s = ((struct scene *)*state)->store;
	uint32_t number;
	struct seen seen = {0};
	struct article_version ours = version_of(STR("Ours"), STR("us"));
	ours.article.updated.seconds = T - 50;
	struct article_version v = version_of(STR("One"), STR("me"));
	assert_int_equal(store_add_article(s, &v, &ours, (struct instant){T}, &number), E_OK);
	assert_int_equal(number, 2);
	v = version_of(STR("Two"), STR("you"));
	v.withdrawn = true;
	assert_int_equal(store_add_article(s, &v, &ours, (struct instant){T + 9}, &number), E_OK);
	assert_int_equal(number, 3);
	v = version_of(STR("English"), STR("me"));
	v.article.lang = LANG_EN;
	v.origin = 2;
	assert_int_equal(store_add_article(s, &v, NULL, (struct instant){T}, &number), E_OK);
	assert_int_equal(number, 1);

	assert_int_equal(store_each_article(s, see_article, &seen), E_OK);
	assert_string_equal(seen.texts, "Two you 3/0/1@9 English me 1/2/0@0 ");
	seen = (struct seen){0};
	assert_int_equal(
		store_each_article_version(s, STR("services"), LANG_VI, see_article, &seen), E_OK);
	assert_string_equal(seen.texts, "Ours us 1/0/0@-50 One me 2/0/0@0 Two you 3/0/1@9 ");
	seen = (struct seen){0};
	assert_int_equal(
		store_find_article(s, STR("services"), LANG_VI, 2, see_article, &seen), E_OK);
	assert_string_equal(seen.texts, "One me 2/0/0@0 ");
	assert_int_equal(
		store_find_article(s, STR("services"), LANG_VI, 4, see_article, &seen), E_NOTFOUND);
	assert_int_equal(
		store_find_article(s, STR("nothing"), LANG_VI, 0, see_article, &seen), E_NOTFOUND);
	scene_verify(*state);
}

static void see_tool(void *context, const struct tool_entry *entry)
{
	note(context, entry->tool.key);
	note(context, entry->tool.about[LANG_EN]);
	note(context, entry->withdrawn ? STR("gone") : STR("there"));
}

static void see_key(void *context, struct str key)
{
	note(context, key);
}

static void tools(void **state)
{
	struct store *s = ((struct scene *)*state)->store;
	struct seen seen = {0};
	struct tool_entry entry = {.tool = {.key = STR("b"),
					   .about = {STR("vi"), STR("en")},
					   .platforms = TOOL_IOS,
					   .url = STR("https://a.vn")}};
	const struct str keys[] = {STR("z"), STR("b"), STR("z")};
	assert_int_equal(store_put_tool(s, &entry, (struct instant){T}), E_OK);
	entry.withdrawn = true;
	assert_int_equal(store_put_tool(s, &entry, (struct instant){T}), E_OK);
	entry.tool.key = STR("a");
	assert_int_equal(store_put_tool(s, &entry, (struct instant){T}), E_OK);
	assert_int_equal(store_each_tool(s, see_tool, &seen), E_OK);
	assert_string_equal(seen.texts, "a en gone b en gone ");
	assert_int_equal(store_find_tool(s, STR("c"), see_tool, &seen), E_NOTFOUND);
	assert_int_equal(store_order_tools(s, keys, 2, (struct instant){T}), E_OK);
	assert_int_equal(store_order_tools(s, keys, 3, (struct instant){T}), E_EXISTS);
	seen = (struct seen){0};
	assert_int_equal(store_each_ordered_tool(s, see_key, &seen), E_OK);
	assert_string_equal(seen.texts, "z b ");
}

/* What the site says changes no figure. */
static void changes(void **state)
{
	struct store *s = ((struct scene *)*state)->store;
	uint64_t before, change;
	struct instant when;
	assert_int_equal(store_sightings_change(s, &before), E_OK);
	assert_int_equal(store_put_setting(s, STR("a"), STR("1"), (struct instant){T}), E_OK);
	assert_int_equal(store_sightings_change(s, &change), E_OK);
	assert_int_equal(change, before);
	assert_int_equal(store_change(s, &change, &when), E_OK);
	assert_int_equal(change, before + 1);
	scene_ingest_many(*state, 1, T, 0x0b000000, 1, 10);
	assert_int_equal(store_sightings_change(s, &change), E_OK);
	assert_int_equal(change, before + 2);
}

/* --- files for visitors --- */

static int file_of(const char *text, size_t size)
{
	int fd = memfd_create("download", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), size);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void hold_hello(struct store *s)
{
	struct store_download held;
	int fd = file_of("hello\n", 6);
	assert_int_equal(store_add_download(s, fd, &held), E_OK);
	close(fd);
	assert_string_equal(held.sha256, HELLO);
	assert_int_equal(held.size, 6);
}

static void offer_hello(struct store *s)
{
	const struct tool_entry entry = {.tool = {.key = STR("tool"),
						 .platforms = 1,
						 .size = 6,
						 .sha256 = STR(HELLO),
						 .file = STR("hello.exe")}};
	assert_int_equal(store_put_tool(s, &entry, (struct instant){T}), E_OK);
}

static void download_path(const struct scene *scene, char path[256])
{
	snprintf(path, 256, "%s/public/downloads/" HELLO, scene->folder);
}

static void downloads(void **state)
{
	struct scene *scene = *state;
	struct store *s = scene->store;
	struct store_download held;
	struct store_retained retained;
	struct stat status;
	char path[256];
	uint64_t size;
	assert_int_equal(store_download_size(s, STR(HELLO), &size), E_NOTFOUND);
	hold_hello(s);
	hold_hello(s);
	assert_int_equal(store_download_size(s, STR(HELLO), &size), E_OK);
	assert_int_equal(size, 6);
	assert_int_equal(store_download_size(s, STR("../../catalogue.db"), &size), E_NOTFOUND);
	download_path(scene, path);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0644);
	int fd = file_of("", 0);
	assert_int_equal(store_add_download(s, fd, &held), E_RANGE);
	close(fd);
	/* Nobody offers it: it goes with the next tidying, not before. */
	assert_int_equal(scene_verify(scene).strays, 1);
	assert_int_equal(store_retain(s, (struct instant){0}, false, &retained), E_OK);
	assert_int_equal(scene_verify(scene).strays, 0);
	assert_int_equal(store_download_size(s, STR(HELLO), &size), E_NOTFOUND);
	hold_hello(s);
	offer_hello(s);
	assert_int_equal(store_retain(s, (struct instant){0}, false, &retained), E_OK);
	assert_int_equal(scene_verify(scene).strays, 0);
	assert_int_equal(store_download_size(s, STR(HELLO), &size), E_OK);
}

static void count_fault(void *context, const struct store_flaw *flaw)
{
	note(context, flaw->what);
	note(context, flaw->code == STORE_FLAW_MISSING ? STR("missing") : STR("damaged"));
}

static void damaged_download(void **state)
{
	struct scene *scene = *state;
	struct store_verdict verdict;
	struct seen seen = {0};
	char path[256];
	hold_hello(scene->store);
	offer_hello(scene->store);
	scene_verify(scene);
	download_path(scene, path);
	FILE *f = fopen(path, "r+b");
	assert_non_null(f);
	fputc('j', f);
	fclose(f);
	assert_int_equal(store_verify(scene->store, count_fault, &seen, &verdict), E_OK);
	assert_string_equal(seen.texts, "public/downloads/" HELLO " damaged ");
	seen = (struct seen){0};
	assert_int_equal(unlink(path), 0);
	assert_int_equal(store_verify(scene->store, count_fault, &seen, &verdict), E_OK);
	assert_string_equal(seen.texts, "public/downloads/" HELLO " missing ");
	/* What is not whole is no backup. */
	snprintf(path, sizeof(path), "%s/backup", scene->scratch);
	assert_int_equal(store_backup(scene->store, str_from(path)), E_CORRUPT);
}

static void backup_and_back(void **state)
{
	struct scene *scene = *state;
	struct scene again = {.store = NULL};
	struct article_version v = version_of(STR("One"), STR("me"));
	struct seen seen = {0};
	struct stat status;
	char path[256];
	uint32_t number;
	uint64_t size;
	hold_hello(scene->store);
	offer_hello(scene->store);
	assert_int_equal(
		store_add_article(scene->store, &v, NULL, (struct instant){T}, &number), E_OK);
	snprintf(path, sizeof(path), "%s/backup", scene->scratch);
	snprintf(again.folder, sizeof(again.folder), "%s/again", scene->scratch);
	assert_int_equal(store_backup(scene->store, str_from(path)), E_OK);
	assert_int_equal(store_restore(str_from(path), str_from(again.folder)), E_OK);
	scene_reopen(&again, STORE_WRITE);
	assert_int_equal(scene_verify(&again).strays, 0);
	assert_int_equal(store_download_size(again.store, STR(HELLO), &size), E_OK);
	assert_int_equal(store_each_article(again.store, see_article, &seen), E_OK);
	assert_string_equal(seen.texts, "One me 1/0/0@0 ");
	download_path(&again, path);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0644);
	store_close(again.store);
}

static void only_readers(void **state)
{
	struct scene *scene = *state;
	struct store_download held;
	uint32_t number;
	struct article_version v = version_of(STR("One"), STR("me"));
	int fd = file_of("hello\n", 6);
	scene_reopen(scene, STORE_READ);
	assert_int_equal(store_add_download(scene->store, fd, &held), E_DENIED);
	assert_int_equal(
		store_add_article(scene->store, &v, NULL, (struct instant){T}, &number), E_DENIED);
	close(fd);
}

static void already_current(void **state)
{
	struct scene *scene = *state;
	int64_t version;
	assert_int_equal(store_upgrade(str_from(scene->folder), (struct instant){T}), E_BUSY);
	store_close(scene->store);
	scene->store = NULL;
	assert_int_equal(store_upgrade(str_from(scene->folder), (struct instant){T}), E_OK);
	assert_int_equal(store_version(str_from(scene->folder), &version), E_OK);
	assert_int_equal(version, store_current_version());
	assert_int_equal(store_version(STR("/nonexistent"), &version), E_NOTFOUND);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(settings),
		TEST(campaigns),
		TEST(versions),
		TEST(tools),
		TEST(changes),
		TEST(downloads),
		TEST(damaged_download),
		TEST(backup_and_back),
		TEST(only_readers),
		TEST(already_current),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
