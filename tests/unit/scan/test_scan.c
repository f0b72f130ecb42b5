/* SPDX-License-Identifier: Apache-2.0 */
/* Whole scans of real folders, by real processes. */
#include "scanning.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "os/entry.h"

static const char rules[] =
	"rule planted { strings: $a = \"harmless planted text\" condition: $a }\n"
	"rule named { strings: $a = \"look at my name\" condition: $a and filename == \"me.txt\" "
	"}\n"
	/* As long as it is given: for each byte it looks at every byte before it. */
	"rule endless { strings: $a = \"begin the endless\" condition: $a and\n"
	"  for all i in (0..filesize) : (for all j in (0..filesize) : (uint8(i) + uint8(j) < 999)) "
	"}";

static int begin(void **state)
{
	struct scanning *s = calloc(1, sizeof(*s));
	scanning_begin(s, rules);
	*state = s;
	return 0;
}

static int end(void **state)
{
	struct scanning *s = *state;
	scanning_end(s);
	free(s);
	return 0;
}

static void put(struct scanning *s, const char *name, const char *text)
{
	scanning_file(s, name, text, strlen(text));
}

static void put_zeros(const struct scanning *s, const char *name, off_t size, const char *text)
{
	char path[512];
	scanning_path(s, name, path);
	int fd = open(path, O_CREAT | O_RDWR, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
	if (text)
		assert_int_equal(
			pwrite(fd, text, strlen(text), size - (off_t)strlen(text)), strlen(text));
	close(fd);
}

/* --- what is found --- */

static void test_finds(void **state)
{
	struct scanning *s = *state;
	scanning_folder(s, "below");
	put(s, "clean", "nothing of note");
	put(s, "empty", "");
	put(s, "below/bad", "some harmless planted text here");
	put(s, "me.txt", "look at my name");
	put(s, "you.txt", "look at my name");
	scanning_run(s);
	assert_int_equal(s->totals.files, 5);
	assert_int_equal(s->totals.infected, 2);
	assert_int_equal(s->totals.not_scanned, 0);
	assert_int_equal(s->found_count, 2);
	assert_true(scanning_found(s, "infected "));
	assert_true(scanning_found(s, "/below/bad| planted"));
	assert_true(scanning_found(s, "/me.txt| named"));
}

static void test_many(void **state)
{
	struct scanning *s = *state;
	char name[32];
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "file%d", i);
		put(s, name, i % 100 == 7 ? "harmless planted text" : name);
	}
	scanning_run(s);
	assert_int_equal(s->totals.files, 3000);
	assert_true(s->progresses > 0);
	assert_true(s->expected_files == 0 || s->expected_files == 3000);
	assert_int_equal(s->totals.infected, 30);
	assert_int_equal(s->found_count, 30);
	assert_int_equal(s->missed_count, 0);
}

static void test_large_files(void **state)
{
	struct scanning *s = *state;
	static const off_t sizes[] = {262143, 262144, 262145, 1 << 20, (4 << 20) + 4095, 64 << 20};
	char name[32];
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		snprintf(name, sizeof(name), "large%zu", i);
		put_zeros(s, name, sizes[i], "harmless planted text");
	}
	scanning_run(s);
	assert_int_equal(s->totals.infected, 6);
	assert_int_equal(s->missed_count, 0);
}

static void test_one_file(void **state)
{
	struct scanning *s = *state;
	char path[512];
	put(s, "bad", "harmless planted text");
	put(s, "other", "harmless planted text");
	scanning_path(s, "bad", path);
	s->paths[0] = path;
	scanning_run(s);
	assert_int_equal(s->totals.files, 1);
	assert_int_equal(s->found_count, 1);
}

static void test_missing_path(void **state)
{
	struct scanning *s = *state;
	const struct scan_sink none = {0};
	s->paths[1] = "/no/such/path";
	s->order.path_count = 2;
	assert_int_equal(scan_run(&s->order, &none, &s->totals), E_NOTFOUND);
}

/* --- what is not --- */

static void test_odd_files(void **state)
{
	struct scanning *s = *state;
	char path[512];
	scanning_path(s, "fifo", path);
	assert_int_equal(mkfifo(path, 0600), 0);
	scanning_path(s, "link", path);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	scanning_path(s, "dangling", path);
	assert_int_equal(symlink("nowhere", path), 0);
	if (geteuid() == 0) {
		scanning_path(s, "null", path);
		(void)!mknod(path, S_IFCHR | 0600, 1 << 8 | 3);
	}
	put_zeros(s, "sparse", (off_t)10 << 40, NULL);
	put(s, "bad", "harmless planted text");
	scanning_run(s);
	assert_int_equal(s->totals.files, 1);
	assert_int_equal(s->found_count, 1);
	assert_int_equal(s->missed_count, 1);
	assert_true(scanning_missed(s, "/sparse| size"));
	assert_int_equal(s->totals.not_scanned, 1);
}

static void test_denied(void **state)
{
	struct scanning *s = *state;
	char path[512];
	if (geteuid() == 0)
		skip();
	put(s, "closed", "harmless planted text");
	scanning_path(s, "closed", path);
	chmod(path, 0);
	scanning_run(s);
	assert_int_equal(s->found_count, 0);
	assert_true(scanning_missed(s, "/closed| denied"));
}

static void test_time(void **state)
{
	struct scanning *s = *state;
	put_zeros(s, "slow", 200000, "begin the endless");
	put(s, "bad", "harmless planted text");
	s->order.file_milliseconds = 300;
	scanning_run(s);
	assert_true(scanning_missed(s, "/slow| time"));
	assert_true(scanning_found(s, "/bad| planted"));
	assert_int_equal(s->missed_count, 1);
}

/* --- workers that come to harm --- */

static pid_t parent_of(pid_t pid)
{
	char path[64], line[512];
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *f = fopen(path, "r");
	if (!f)
		return -1;
	char *read = fgets(line, sizeof(line), f);
	fclose(f);
	const char *behind = read ? strrchr(line, ')') : NULL;
	return behind ? (pid_t)strtol(behind + 4, NULL, 10) : -1;
}

/* The n-th process whose parent's parent we are. */
static pid_t some_worker(int n)
{
	DIR *all = opendir("/proc");
	pid_t found = -1;
	for (const struct dirent *e; found < 0 && (e = readdir(all));) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
		if (pid <= 0)
			continue;
		pid_t parent = parent_of(pid);
		if (parent > 1 && parent_of(parent) == getpid() && n-- == 0)
			found = pid;
	}
	closedir(all);
	return found;
}

static struct {
	int signal;
	unsigned times, done;
} harm;

static void do_harm(struct scanning *s)
{
	(void)s;
	pid_t pid = some_worker((int)(harm.done % 2));
	if (harm.done == harm.times || pid <= 0)
		return;
	if (kill(pid, harm.signal) == 0)
		harm.done++;
}

/* Whatever happens to workers, every file is found or told. */
static void check_harm(struct scanning *s, int signal, unsigned times)
{
	char name[32];
	size_t told = 0;
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "file%d", i);
		put(s, name, i % 20 == 0 ? "harmless planted text" : name);
	}
	harm.signal = signal;
	harm.times = times;
	harm.done = 0;
	s->on_stop_asked = do_harm;
	scanning_run(s);
	assert_true(harm.done > 0);
	assert_int_equal(s->totals.files, 2000);
	for (int i = 0; i < 2000; i += 20) {
		char part[64];
		snprintf(part, sizeof(part), "/file%d|", i);
		told += scanning_found(s, part) || scanning_missed(s, part);
	}
	assert_int_equal(told, 100);
}

static void test_killed_worker(void **state)
{
	check_harm(*state, SIGKILL, 1);
}

static void test_killed_workers(void **state)
{
	check_harm(*state, SIGSEGV, 20);
}

/* What was alone with a worker that hangs is told; a stopped one hangs. */
static void test_hanging_worker(void **state)
{
	struct scanning *s = *state;
	s->order.file_milliseconds = 200;
	check_harm(s, SIGSTOP, 1);
}

static void test_memory(void **state)
{
	struct scanning *s = *state;
	s->order.memory_most = 1 << 20;
	put(s, "bad", "harmless planted text");
	scanning_run(s);
	/* Nothing can be looked at with so little: told, not clean. */
	assert_int_equal(s->found_count, 0);
	assert_int_equal(s->missed_count, 1);
}

/* --- what changes meanwhile --- */

static void cut_off(struct scanning *s)
{
	char path[512];
	scanning_path(s, "cut", path);
	if (some_worker(0) > 0 && harm.done++ == 0)
		assert_int_equal(truncate(path, 100), 0);
}

static void test_cut_off(void **state)
{
	struct scanning *s = *state;
	put_zeros(s, "cut", (off_t)1 << 30, "harmless planted text");
	harm.done = 0;
	s->on_stop_asked = cut_off;
	scanning_run(s);
	assert_true(harm.done > 0);
	assert_true(s->found_count + s->missed_count > 0 || s->totals.bytes < 1 << 20);
}

/* --- places --- */

/* The program that a crontab of another root starts is looked at, though nobody asked for it. */
static void test_places(void **state)
{
	static const char *const folders[] = {"etc", "opt", "srv", "tmp"};
	struct scanning *s = *state;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		scanning_folder(s, folders[i]);
	put(s, "etc/crontab", "# nothing\n* * * * * root /opt/agent\n@reboot root /tmp/run\n");
	put(s, "etc/profile", "export PATH\n");
	put(s, "opt/agent", "harmless planted text");
	put(s, "srv/other", "harmless planted text");
	put(s, "tmp/run", "nothing of note");
	s->order.root = s->path;
	s->order.path_count = 0;
	s->order.places = true;
	scanning_run(s);
	assert_true(scanning_found(s, "/opt/agent| planted"));
	assert_true(scanning_found(s, "suspicious "));
	assert_true(scanning_found(
		s, "/etc/crontab|line 3: @reboot root /tmp/run runs-from-temporary"));
	assert_int_equal(s->found_count, 2);
	assert_int_equal(s->missed_count, 0);
	assert_int_equal(s->totals.places, 2);
	assert_int_equal(s->totals.files, 2);
	assert_int_equal(s->totals.suspicious, 1);
	/* What has been looked at is not looked at again. */
	s->order.path_count = 1;
	scanning_run(s);
	assert_int_equal(s->found_count, 3);
	assert_int_equal(s->totals.files, 3);
}

/* --- the cache --- */

static bool on_disk(const struct scanning *s)
{
	enum file_system kind = FILE_SYSTEM_OTHER;
	int fd = open(s->path, O_RDONLY);
	if (file_system_of(fd, &kind) != E_OK)
		kind = FILE_SYSTEM_OTHER;
	close(fd);
	return kind == FILE_SYSTEM_DISK;
}

static void settle(void)
{
	const struct timespec enough = {.tv_sec = 2, .tv_nsec = 100 * 1000 * 1000};
	nanosleep(&enough, NULL);
}

/* However long the scan takes to come to it: a time that has not come yet is fresh. */
static void put_fresh(struct scanning *s)
{
	char path[512];
	const struct timespec times[2] = {
		{.tv_sec = time(NULL) + 3600}, {.tv_sec = time(NULL) + 3600}};
	put(s, "fresh", "just written");
	scanning_path(s, "fresh", path);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void test_cache(void **state)
{
	struct scanning *s = *state;
	char cache[512], name[32];
	if (!on_disk(s))
		skip();
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "file%d", i);
		put(s, name, i == 7 ? "harmless planted text" : name);
	}
	settle();
	put_fresh(s);
	scanning_path(s, "cache", cache);
	s->order.cache_file = cache;
	s->order.settled_seconds = 1;
	scanning_run(s);
	assert_int_equal(s->cache_ignored, E_OK);
	assert_int_equal(s->totals.files, 101);
	assert_int_equal(s->totals.cached, 0);
	scanning_run(s);
	/* Its own files are not among them, the fresh one is not remembered, the bad one never. */
	assert_int_equal(s->totals.files, 101);
	assert_int_equal(s->totals.cached, 99);
	assert_int_equal(s->found_count, 1);
	/* Any change, and it is looked at. */
	put(s, "file3", "harmless planted text");
	scanning_run(s);
	assert_int_equal(s->found_count, 2);
	/* Another engine knows nothing of it. */
	s->order.engine_id[0] ^= 1;
	scanning_run(s);
	assert_int_equal(s->cache_ignored, E_VERSION);
	assert_int_equal(s->totals.cached, 0);
}

static void test_no_place_for_a_cache(void **state)
{
	struct scanning *s = *state;
	put(s, "bad", "harmless planted text");
	s->order.cache_file = "/no/such/folder/cache";
	scanning_run(s);
	assert_int_equal(s->cache_ignored, E_NOTFOUND);
	assert_int_equal(s->found_count, 1);
}

/* Interrupted again and again, what is found in all is what one scan finds. */
static void test_resume(void **state)
{
	struct scanning *s = *state;
	char cache[512], name[32];
	bool seen[40] = {false};
	unsigned runs = 0;
	if (!on_disk(s))
		skip();
	for (int i = 0; i < 4000; i++) {
		snprintf(name, sizeof(name), "file%d", i);
		put(s, name, i % 100 == 0 ? "harmless planted text" : name);
	}
	settle();
	scanning_path(s, "cache", cache);
	s->order.cache_file = cache;
	s->order.settled_seconds = 1;
	for (bool whole = false; !whole; runs++) {
		assert_true(runs < 500);
		s->stop_after = 8 + runs * 37 % 29 + runs * 3;
		scanning_run(s);
		whole = !scanning_missed(s, "interrupted");
		for (int i = 0; i < 40; i++) {
			snprintf(name, sizeof(name), "/file%d|", 100 * i);
			seen[i] = seen[i] || scanning_found(s, name);
		}
	}
	assert_true(runs > 1);
	assert_int_equal(s->totals.files, 4000);
	assert_true(s->totals.cached > 0);
	for (int i = 0; i < 40; i++)
		assert_true(seen[i]);
}

/* Before the first file was reached: it is told where that would have been. */
static void test_stopped_at_once(void **state)
{
	struct scanning *s = *state;
	put(s, "file", "harmless planted text");
	s->stop_after = 1;
	scanning_run(s);
	assert_int_equal(s->totals.not_scanned, 1);
	assert_true(scanning_missed(s, s->path));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_stopped_at_once, begin, end),
		cmocka_unit_test_setup_teardown(test_finds, begin, end),
		cmocka_unit_test_setup_teardown(test_many, begin, end),
		cmocka_unit_test_setup_teardown(test_large_files, begin, end),
		cmocka_unit_test_setup_teardown(test_one_file, begin, end),
		cmocka_unit_test_setup_teardown(test_missing_path, begin, end),
		cmocka_unit_test_setup_teardown(test_odd_files, begin, end),
		cmocka_unit_test_setup_teardown(test_denied, begin, end),
		cmocka_unit_test_setup_teardown(test_time, begin, end),
		cmocka_unit_test_setup_teardown(test_killed_worker, begin, end),
		cmocka_unit_test_setup_teardown(test_killed_workers, begin, end),
		cmocka_unit_test_setup_teardown(test_hanging_worker, begin, end),
		cmocka_unit_test_setup_teardown(test_memory, begin, end),
		cmocka_unit_test_setup_teardown(test_cut_off, begin, end),
		cmocka_unit_test_setup_teardown(test_places, begin, end),
		cmocka_unit_test_setup_teardown(test_cache, begin, end),
		cmocka_unit_test_setup_teardown(test_no_place_for_a_cache, begin, end),
		cmocka_unit_test_setup_teardown(test_resume, begin, end),
	};
	if (argc == 3 && strcmp(argv[1], "--role") == 0)
		scan_parse_role();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
