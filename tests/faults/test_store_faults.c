/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "faults.h"
#include "scene.h"
#include "store/site_content.h"

/* For every way to spoil it and every call k: a process that writes to a store is disturbed at its
 * k-th call. What it acknowledged must be there afterwards, exactly; what it was refused must not;
 * what it was at when it died may be there wholly or not at all. */
enum {
	T = 1602720000,
	OPERATIONS = 9,
	CALLS_MOST = 5000, /* a run that never ends undisturbed is a fault of its own */
	KILLS = 20
};

enum operation {
	PUT_FEED,
	INGEST,
	RETRACT,
	ADD_TABLE,
	ADD_ARTICLE,
	ADD_TOOL,
	PUBLISH,
	RETAIN,
	COMPACT
};

static const struct row old_rows[] = {
	{.at = T, .ip = "192.0.2.1", .name = "mirai"},
	{.at = T + 1, .ip = "192.0.2.2", .name = "mirai"},
	{.at = T + 2, .ip = "2001:db8::1", .name = "mirai"},
};

/* The first is in the old file too. */
static const struct row new_rows[] = {
	{.at = T + 1, .ip = "192.0.2.2", .name = "mirai"},
	{.at = T + 5, .ip = "192.0.2.3", .name = "ramnit"},
	{.at = T + 6, .ip = "192.0.2.4", .name = "ramnit"},
	{.at = T + 6, .ip = "198.51.100.0/24", .kind = KIND_BLOCKLISTED},
};

/* Files of one row each, to be joined. */
static const struct row small_rows[] = {
	{.at = T + 1, .ip = "203.0.113.1", .name = "zeus"},
	{.at = T + 2, .ip = "203.0.113.2", .name = "zeus"},
	{.at = T + 3, .ip = "203.0.113.3", .name = "mirai"},
	{.at = T + 4, .ip = "203.0.113.4", .name = "zeus"},
};

enum {
	SMALL = sizeof(small_rows) / sizeof(small_rows[0])
};

static const struct instant next_day = {T + 2 * 86400};

struct stage {
	char scratch[64]; /* all below is in here */
	char ready[96];   /* the data folder as each run finds it */
	char data[96];    /* the one it spoils */
	char left[96];    /* what power loss leaves of it */
};

/* --- files of the stage --- */

/* In memory where there is room for what a fast machine writes before it is killed. */
static const char *scratch_place(void)
{
	struct statvfs room;
	bool roomy = access("/dev/shm", W_OK) == 0 && statvfs("/dev/shm", &room) == 0 &&
		     room.f_bavail >= ((uint64_t)1 << 30) / room.f_frsize;
	return roomy ? "/dev/shm" : "/tmp";
}

static void copy_file(const char *from, const char *to)
{
	struct stat status = {0};
	int in = openat(AT_FDCWD, from, O_RDONLY | O_CLOEXEC);
	int out = openat(AT_FDCWD, to, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(in >= 0 && out >= 0 && fstat(in, &status) == 0);
	assert_int_equal(sendfile(out, in, NULL, (size_t)status.st_size), status.st_size);
	close(in);
	close(out);
}

static struct {
	size_t from_size;
	const char *to;
} copying;

static int copy_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	char to[256];
	(void)ftw;
	snprintf(to, sizeof(to), "%s%s", copying.to, path + copying.from_size);
	if (type == FTW_D)
		return mkdirat(AT_FDCWD, to, status->st_mode & 0777);
	copy_file(path, to);
	return 0;
}

static void copy_folder(const char *from, const char *to)
{
	copying.from_size = strlen(from);
	copying.to = to;
	assert_int_equal(nftw(from, copy_entry, 16, FTW_PHYS), 0);
}

static void set_stage(struct stage *stage)
{
	struct scene scene;
	snprintf(stage->scratch, sizeof(stage->scratch), "%s/quetsach-faults-XXXXXX",
		scratch_place());
	assert_non_null(mkdtemp(stage->scratch));
	snprintf(stage->ready, sizeof(stage->ready), "%s/ready", stage->scratch);
	snprintf(stage->data, sizeof(stage->data), "%s/data", stage->scratch);
	snprintf(stage->left, sizeof(stage->left), "%s/left", stage->scratch);
	scene_begin(&scene);
	scene_ingest(&scene, "feed", 1, old_rows, 3);
	for (unsigned i = 0; i < SMALL; i++)
		scene_ingest(&scene, "other", (uint8_t)(0xf0 + i), &small_rows[i], 1);
	assert_int_equal(store_publish(scene.store, STR("listing"), str_bytes(STR("old"))), E_OK);
	store_close(scene.store);
	scene.store = NULL;
	copy_folder(scene.folder, stage->ready);
	scene_end(&scene);
}

/* --- what the disturbed process does --- */

static enum err ingest(struct store *s, const struct row *rows, size_t count, uint8_t content)
{
	struct paper paper;
	struct store_ingest *in;
	struct store_file file = {
		.feed = STR("feed"), .name = STR("new"), .format = STR("x"), .rows = count};
	memset(file.sha256, content, sizeof(file.sha256));
	paper_begin(&paper);
	for (size_t i = 0; i < count; i++)
		paper_add(&paper, &rows[i]);
	enum err err = store_ingest_begin(s, STR("feed"), &in);
	if (err == E_OK) {
		err = store_ingest_batch(in, paper.batch, paper.names, paper.columns);
		if (err == E_OK)
			err = store_ingest_commit(in, &file, &file);
		else
			store_ingest_abort(in);
	}
	paper_end(&paper);
	return err;
}

static enum err add_article(struct store *s)
{
	uint32_t number;
	const struct article_version version = {.article = {.key = STR("services"),
							.lang = LANG_VI,
							.title = STR("New"),
							.body = STR("whole")}};
	return store_add_article(s, &version, NULL, (struct instant){T}, &number);
}

/* The bytes come through a pipe: what is read is not on the disk that is spoilt. */
static enum err add_tool(struct store *s)
{
	int ends[2];
	struct store_download held;
	struct tool_entry entry = {.tool = {.key = STR("tool"), .platforms = 1}};
	if (pipe2(ends, O_CLOEXEC) != 0 || write(ends[1], "hello\n", 6) != 6)
		_exit(98);
	close(ends[1]);
	enum err err = store_add_download(s, ends[0], &held);
	close(ends[0]);
	if (err != E_OK)
		return err;
	entry.tool.file = STR("hello.exe");
	entry.tool.size = held.size;
	entry.tool.sha256 = str_from(held.sha256);
	return store_put_tool(s, &entry, (struct instant){T});
}

static enum err operate(struct store *s, enum operation operation)
{
	int64_t id;
	struct store_retained retained;
	struct store_compacted compacted;
	struct feed_info feed = {.name = STR("third"), .kind = KIND_C2};
	struct store_network_table table = {.kind = STR("asn"),
		.has_v4 = true,
		.as_of = {2020, 1, 1},
		.bytes = str_bytes(STR("a table"))};
	switch (operation) {
	case PUT_FEED:
		return store_put_feed(s, &feed);
	case INGEST:
		return ingest(s, new_rows, 4, 2);
	case RETRACT:
		return store_retract(s, 1, (struct instant){T});
	case ADD_TABLE:
		return store_add_network_table(s, &table, (struct instant){T}, &id);
	case ADD_ARTICLE:
		return add_article(s);
	case ADD_TOOL:
		return add_tool(s);
	case PUBLISH:
		return store_publish(s, STR("listing"), str_bytes(STR("new")));
	case RETAIN:
		return store_retain(s, (struct instant){0}, false, &retained);
	case COMPACT:
		return store_compact(s, next_day, &compacted);
	}
	return E_USAGE;
}

static void say(int pipe_end, char word)
{
	if (write(pipe_end, &word, 1) != 1)
		_exit(98);
}

/* How a process takes an operation that fails. */
enum manner {
	GOES_ON,
	DIES_OF_IT /* at once, without closing anything */
};

/* Says y or n of each operation, at the end f when the disturbance came and d when it did not. */
static void be_disturbed(const struct stage *stage, enum spoil spoil, uint64_t call,
	enum manner manner, int pipe_end)
{
	struct store *s = NULL;
	faults_arm(spoil, call, stage->data, stage->left);
	enum err err = store_open(str_from(stage->data), STORE_WRITE, &s);
	for (int i = 0; i < OPERATIONS; i++) {
		bool good = err == E_OK && operate(s, (enum operation)i) == E_OK;
		say(pipe_end, good ? 'y' : 'n');
		if (!good && manner == DIES_OF_IT) {
			say(pipe_end, 'f');
			_exit(0);
		}
	}
	store_close(s);
	say(pipe_end, faults_disarm() ? 'f' : 'd');
	_exit(0);
}

/* What the parent heard: one letter an operation, '?' the one it died in, '-' those after it. */
struct heard {
	char answers[OPERATIONS];
	bool undisturbed;
	bool died;
};

static struct heard listen_to(int pipe_end)
{
	struct heard heard = {.died = true};
	char word;
	int count = 0;
	memset(heard.answers, '-', sizeof(heard.answers));
	heard.answers[0] = '?';
	while (read(pipe_end, &word, 1) == 1) {
		if (word == 'y' || word == 'n') {
			heard.answers[count++] = word;
			if (count < OPERATIONS)
				heard.answers[count] = '?';
			continue;
		}
		heard.died = false;
		heard.undisturbed = word == 'd';
		if (count < OPERATIONS)
			heard.answers[count] = '-';
	}
	return heard;
}

static struct heard disturb(
	const struct stage *stage, enum spoil spoil, uint64_t call, enum manner manner)
{
	int ends[2], status;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		be_disturbed(stage, spoil, call, manner, ends[1]);
	close(ends[1]);
	struct heard heard = listen_to(ends[0]);
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), heard.died ? 137 : 0);
	return heard;
}

/* --- what must be there afterwards --- */

struct found {
	bool there[OPERATIONS];
};

static void find_file(void *context, const struct store_file *file)
{
	struct found *found = context;
	if (file->sha256[0] == 2) {
		assert_int_equal(file->sightings, 3);
		assert_int_equal(file->duplicates, 1);
		found->there[INGEST] = true;
	} else if (file->sha256[0] == 1) {
		found->there[RETRACT] = file->retracted > 0;
	}
}

static void find_feed(void *context, const struct feed_info *feed)
{
	struct found *found = context;
	found->there[PUT_FEED] = feed->kind == KIND_C2;
}

static enum err find_table(void *context, const struct store_network_table *table)
{
	struct found *found = context;
	assert_int_equal(table->bytes.size, 7);
	found->there[ADD_TABLE] = true;
	return E_OK;
}

static void find_article(void *context, const struct article_version *version)
{
	struct found *found = context;
	assert_int_equal(version->article.version, 1);
	assert_true(str_equal(version->article.body, STR("whole")));
	found->there[ADD_ARTICLE] = true;
}

static void find_tool(void *context, const struct tool_entry *entry)
{
	struct found *found = context;
	assert_int_equal(entry->tool.size, 6);
	found->there[ADD_TOOL] = true;
}

static char published(const char *data)
{
	char path[160], text[4] = "";
	snprintf(path, sizeof(path), "%s/public/listing", data);
	FILE *f = fopen(path, "rb");
	size_t size = f ? fread(text, 1, sizeof(text), f) : 0;
	if (f)
		fclose(f);
	assert_int_equal(size, 3);
	assert_true(memcmp(text, "old", 3) == 0 || memcmp(text, "new", 3) == 0);
	return text[0];
}

static struct found look(struct scene *scene)
{
	struct found found = {{false}};
	enum err err = store_find_feed(scene->store, STR("third"), find_feed, &found);
	assert_true(err == E_OK || err == E_NOTFOUND);
	assert_int_equal(store_each_file(scene->store, find_file, &found), E_OK);
	assert_int_equal(store_each_network_table(
				 scene->store, (struct date){2020, 1, 1}, find_table, &found),
		E_OK);
	assert_int_equal(store_each_article(scene->store, find_article, &found), E_OK);
	assert_int_equal(store_each_tool(scene->store, find_tool, &found), E_OK);
	found.there[PUBLISH] = published(scene->folder) == 'n';
	return found;
}

static void compare(const struct heard *heard, const struct found *found)
{
	for (int i = 0; i < PUBLISH; i++) {
		char answer = heard->answers[i];
		if (answer != '?')
			assert_int_equal(found->there[i], answer == 'y');
	}
	/* A failed fsync of the folder is reported though the new file has its name already: it is
	 * whole, old or new. */
	if (heard->answers[PUBLISH] == 'y')
		assert_true(found->there[PUBLISH]);
	if (heard->answers[PUBLISH] == '-')
		assert_false(found->there[PUBLISH]);
}

/* Sightings and units that the live files make. */
static void count_all(struct scene *scene, bool has_small, bool has_old, bool has_new)
{
	static const struct store_query all;
	uint64_t small = has_small ? SMALL : 0;
	uint64_t rows = has_old && has_new ? 6 : has_new ? 4 : has_old ? 3 : 0;
	uint64_t v4 = has_old && has_new ? 4 : has_new ? 3 : has_old ? 2 : 0;
	assert_int_equal(scene_sightings(scene, &all), rows + small);
	struct distinct d = scene_distinct(scene, &all);
	assert_int_equal(d.v4, v4 + small);
	assert_int_equal(d.v6, has_old);
}

/* Life goes on: the file comes in where it is not, is known where it is, and nothing stays behind.
 */
static void go_on(struct scene *scene, const struct found *found)
{
	struct store_retained retained;
	struct store_compacted compacted;
	assert_int_equal(
		ingest(scene->store, new_rows, 4, 2), found->there[INGEST] ? E_EXISTS : E_OK);
	count_all(scene, true, !found->there[RETRACT], true);
	assert_int_equal(store_retain(scene->store, (struct instant){0}, false, &retained), E_OK);
	assert_int_equal(store_compact(scene->store, next_day, &compacted), E_OK);
	assert_int_equal(scene_verify(scene).strays, 0);
	count_all(scene, true, !found->there[RETRACT], true);
}

static void inspect(const char *data, const struct heard *heard)
{
	struct scene scene = {.store = NULL};
	snprintf(scene.folder, sizeof(scene.folder), "%s", data);
	scene_reopen(&scene, STORE_READ);
	count_all(&scene, true, !look(&scene).there[RETRACT], look(&scene).there[INGEST]);
	scene_reopen(&scene, STORE_WRITE);
	struct found found = look(&scene);
	compare(heard, &found);
	scene_verify(&scene);
	count_all(&scene, true, !found.there[RETRACT], found.there[INGEST]);
	go_on(&scene, &found);
	store_close(scene.store);
}

/* --- every k --- */

static void at_every_call(const struct stage *stage, enum spoil spoil, enum manner manner)
{
	for (uint64_t call = 1;; call++) {
		assert_true(call < CALLS_MOST);
		copy_folder(stage->ready, stage->data);
		struct heard heard = disturb(stage, spoil, call, manner);
		bool power = spoil == SPOIL_POWER && heard.died;
		inspect(power ? stage->left : stage->data, &heard);
		scene_delete(stage->data);
		scene_delete(stage->left);
		if (heard.undisturbed) {
			print_message("  %llu calls\n", (unsigned long long)call - 1);
			assert_true(call > 40);
			return;
		}
		/* Where nothing is refused, nothing may be lost. */
		if (spoil == SPOIL_SHORT)
			assert_memory_equal(heard.answers, "yyyyyyyyy", OPERATIONS);
	}
}

static int begin(void **state)
{
	static struct stage stage;
	set_stage(&stage);
	*state = &stage;
	return 0;
}

static int end(void **state)
{
	const struct stage *stage = *state;
	scene_delete(stage->scratch);
	return 0;
}

static void stopped(void **state)
{
	at_every_call(*state, SPOIL_STOP, GOES_ON);
}

static void torn(void **state)
{
	at_every_call(*state, SPOIL_TEAR, GOES_ON);
}

static void without_power(void **state)
{
	at_every_call(*state, SPOIL_POWER, GOES_ON);
}

static void full(void **state)
{
	at_every_call(*state, SPOIL_FULL, GOES_ON);
}

static void failing(void **state)
{
	at_every_call(*state, SPOIL_ERROR, GOES_ON);
}

static void full_and_gone(void **state)
{
	at_every_call(*state, SPOIL_FULL, DIES_OF_IT);
}

static void failing_and_gone(void **state)
{
	at_every_call(*state, SPOIL_ERROR, DIES_OF_IT);
}

static void short_writes(void **state)
{
	at_every_call(*state, SPOIL_SHORT, GOES_ON);
}

/* --- a new folder, and a restored one --- */

static bool make_disturbed(
	const struct stage *stage, const char *backup, enum spoil spoil, uint64_t call)
{
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		faults_arm(spoil, call, stage->scratch, stage->left);
		enum err err = backup ? store_restore(str_from(backup), str_from(stage->data))
				      : store_create(str_from(stage->data), STR("VN"),
						(struct instant){T});
		bool reached = faults_disarm();
		_exit(err != E_OK ? 1 : reached ? 2 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	status = WEXITSTATUS(status);
	assert_true(status <= 2 || status == 137);
	/* An operation that failed, or died, can be done again; one that was done is done. */
	enum err again =
		backup ? store_restore(str_from(backup), str_from(stage->data))
		       : store_create(str_from(stage->data), STR("VN"), (struct instant){T});
	assert_true(again == E_OK || again == E_EXISTS);
	if (status == 0 || status == 2)
		assert_int_equal(again, E_EXISTS);
	return status == 0;
}

static void make_at_every_call(const struct stage *stage, const char *backup)
{
	static const enum spoil spoils[] = {SPOIL_STOP, SPOIL_TEAR, SPOIL_FULL, SPOIL_ERROR};
	for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
		bool undisturbed = false;
		for (uint64_t call = 1; !undisturbed; call++) {
			struct scene scene = {.store = NULL};
			undisturbed = make_disturbed(stage, backup, spoils[i], call);
			snprintf(scene.folder, sizeof(scene.folder), "%s", stage->data);
			scene_reopen(&scene, STORE_WRITE);
			scene_verify(&scene);
			count_all(&scene, backup != NULL, backup != NULL, false);
			store_close(scene.store);
			scene_delete(stage->data);
		}
	}
}

static void created(void **state)
{
	make_at_every_call(*state, NULL);
}

static void restored(void **state)
{
	const struct stage *stage = *state;
	struct store *s;
	char backup[128];
	snprintf(backup, sizeof(backup), "%s/backup", stage->scratch);
	assert_int_equal(store_open(str_from(stage->ready), STORE_READ, &s), E_OK);
	assert_int_equal(store_backup(s, str_from(backup)), E_OK);
	store_close(s);
	make_at_every_call(stage, backup);
}

/* --- real kills --- */

static void ingest_until_killed(const char *data, int pipe_end)
{
	struct scene scene = {.store = NULL};
	snprintf(scene.folder, sizeof(scene.folder), "%s", data);
	scene_reopen(&scene, STORE_WRITE);
	for (uint8_t i = 0; i < 200; i++) {
		scene_ingest_many(
			&scene, (uint8_t)(10 + i), T, 0x0b000000 + i * 0x100000U, 7, 50000);
		say(pipe_end, 'y');
	}
	_exit(0);
}

static uint64_t kill_after(const char *data, useconds_t microseconds)
{
	int ends[2], status;
	uint64_t acknowledged = 0;
	char word;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		ingest_until_killed(data, ends[1]);
	close(ends[1]);
	usleep(microseconds);
	kill(child, SIGKILL);
	while (read(ends[0], &word, 1) == 1)
		acknowledged++;
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	return acknowledged;
}

static void killed(void **state)
{
	const struct stage *stage = *state;
	static const struct store_query all;
	uint64_t files = 0, whole_files;
	for (unsigned i = 0; i < KILLS; i++) {
		struct scene scene = {.store = NULL};
		copy_folder(stage->ready, stage->data);
		/* Spread over some files' time, the same in every run of the tests. */
		uint64_t acknowledged = kill_after(stage->data, 3000 + i * i * 1700);
		snprintf(scene.folder, sizeof(scene.folder), "%s", stage->data);
		scene_reopen(&scene, STORE_WRITE);
		whole_files = scene_verify(&scene).files - 1 - SMALL;
		assert_true(whole_files == acknowledged || whole_files == acknowledged + 1);
		assert_int_equal(scene_distinct(&scene, &all).v4, 2 + SMALL + whole_files * 50000);
		scene_ingest_many(&scene, 9, T, 0x7f000000, 1, 1000);
		scene_verify(&scene);
		store_close(scene.store);
		scene_delete(stage->data);
		files += whole_files;
	}
	print_message("  %llu files in %d lives\n", (unsigned long long)files, KILLS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(stopped),
		TEST(torn),
		TEST(without_power),
		TEST(full),
		TEST(failing),
		TEST(full_and_gone),
		TEST(failing_and_gone),
		TEST(short_writes),
		TEST(created),
		TEST(restored),
		TEST(killed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
