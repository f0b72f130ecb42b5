/* SPDX-License-Identifier: Apache-2.0 */
/* Places of a system below a scratch root, looked at by real workers. */
#include "scanning.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include "../survey/hive_maker.h"
#include "../survey/planted.h"

#define PLANTED "harmless planted text"

static const char rules[] = "rule planted { strings: $a = \"" PLANTED "\" condition: $a }";

static int begin(void **state)
{
	struct scanning *s = calloc(1, sizeof(*s));
	assert_non_null(s);
	scanning_begin(s, rules);
	s->order.path_count = 0;
	s->order.places = true;
	s->order.root = s->path;
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

/* With the folders it lies in. */
static void put(const struct scanning *s, const char *name, const void *data, size_t size)
{
	char path[512];
	scanning_path(s, name, path);
	for (char *at = strchr(path + strlen(s->path) + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(path, 0755);
		*at = '/';
	}
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

static void put_text(const struct scanning *s, const char *name, const char *text)
{
	put(s, name, text, strlen(text));
}

static void lead(const struct scanning *s, const char *name, const char *target)
{
	char path[512];
	scanning_path(s, name, path);
	assert_int_equal(symlink(target, path), 0);
}

static void assert_nothing(const struct scanning *s)
{
	if (s->found_count > 0)
		fail_msg("found %s", s->found[0]);
	if (s->missed_count > 0)
		fail_msg("missed %s", s->missed[0]);
}

/* --- the table --- */

enum {
	ROWS_MOST = 1024
};

struct table {
	const struct scanning *s;
	bool found[ROWS_MOST];
	size_t others;
};

static void on_finding(void *context, const struct finding *f)
{
	struct table *t = context;
	size_t count;
	const struct place *places = survey_places(&count);
	const struct str below = {
		f->path.data + strlen(t->s->path) + 1, f->path.size - strlen(t->s->path) - 1};
	assert_int_equal(f->kind, OBJECT_PLACE);
	bool known = false;
	for (size_t i = 0; i < count; i++) {
		char *path = planted_path(&places[i]);
		if (str_equal(below, str_from(path)))
			t->found[i] = known = true;
		free(path);
	}
	t->others += !known;
}

static void on_not_scanned(void *context, const struct not_scanned *n)
{
	(void)context;
	fail_msg("not scanned: %.*s", STR_ARG(n->path));
}

static void on_progress(void *context, const struct scan_progress *progress)
{
	(void)context;
	(void)progress;
}

static bool on_stop(void *context)
{
	(void)context;
	return false;
}

static bool is_judged_elsewhere(struct str key)
{
	return str_equal(key, STR("resolver")) || str_equal(key, STR("package-sums")) ||
	       str_equal(key, STR("package-diversions"));
}

static void try_table(struct scanning *s, bool clean)
{
	static struct table t;
	size_t count;
	const struct place *places = survey_places(&count);
	const struct scan_sink sink = {.context = &t,
		.finding = on_finding,
		.not_scanned = on_not_scanned,
		.progress = on_progress,
		.stop = on_stop};
	t = (struct table){.s = s};
	assert_true(count <= ROWS_MOST);
	for (size_t i = 0; i < count; i++) {
		const char *why;
		size_t size = 0;
		char *path = planted_path(&places[i]);
		uint8_t *content = planted_content(places[i].key, clean, &size, &why);
		put(s, path, content ? content : (const uint8_t *)"", size);
		free(content);
		free(path);
	}
	assert_int_equal(scan_run(&s->order, &sink, &s->totals), E_OK);
	assert_int_equal(s->totals.places, count);
	assert_int_equal(t.others, 0);
	for (size_t i = 0; i < count; i++)
		if (t.found[i] != (!clean && !is_judged_elsewhere(places[i].key)))
			fail_msg("%.*s", STR_ARG(places[i].pattern));
}

static void test_table_planted(void **state)
{
	try_table(*state, false);
}

static void test_table_clean(void **state)
{
	try_table(*state, true);
}

/* --- nothing of this machine --- */

static void test_links_stay_inside(void **state)
{
	struct scanning *s = *state;
	put_text(s, "opt/tasks", "* * * * * root /tmp/x\n");
	put_text(s, "etc/cron.d/a", "* * * * * root /usr/bin/planted\n");
	put_text(s, "usr/bin/planted", PLANTED);
	lead(s, "etc/cron.d/b", "/opt/tasks");
	lead(s, "etc/cron.d/c", "../../../../../../../../opt/tasks");
	/* There on this machine, not in the root. */
	lead(s, "etc/cron.d/d", "/proc/self/environ");
	lead(s, "etc/passwd", "/etc/passwd-of-nobody");
	lead(s, "home", "/root");
	put_text(s, "data/spool/cron/root", "* * * * * /tmp/y\n");
	lead(s, "var", "/data");
	scanning_run(s);
	assert_true(scanning_found(s, "etc/cron.d/b|line 1: * * * * * root /tmp/x"));
	assert_true(scanning_found(s, "infected") && scanning_found(s, "usr/bin/planted"));
	assert_true(scanning_found(s, "var/spool/cron/root|line 1: * * * * * /tmp/y"));
	assert_false(scanning_found(s, "etc/cron.d/d"));
	assert_int_equal(s->missed_count, 0);
	for (size_t i = 0; i < s->found_count; i++)
		assert_non_null(strstr(s->found[i], s->path));
}

/* A unit that is switched off is a link to a device. */
static void test_switched_off(void **state)
{
	struct scanning *s = *state;
	put_text(s, "etc/systemd/system/a.service", "[Service]\nExecStart=/usr/bin/true\n");
	put_text(s, "dev/x", "");
	scanning_run(s);
	assert_nothing(s);
	if (geteuid() != 0)
		return;
	char device[512];
	scanning_path(s, "dev/null", device);
	if (mknod(device, S_IFCHR | 0666, makedev(1, 3)) != 0)
		return;
	lead(s, "etc/systemd/system/b.service", "/dev/null");
	scanning_run(s);
	assert_nothing(s);
}

/* --- packages --- */

#define SUMS "var/lib/dpkg/info/a.md5sums"
#define SUM_OF_A "0cc175b9c0f1b6a831c399e269772661"

static void test_altered(void **state)
{
	struct scanning *s = *state;
	put_text(s, "usr/bin/same", "a");
	put_text(s, "usr/bin/other", "b");
	put_text(s, "usr/bin/diverted", "b");
	put_text(s, "usr/lib/libx.so.1", "b");
	put_text(s, "usr/share/doc/x", "b");
	lead(s, "sbin", "usr/sbin");
	put_text(s, "usr/sbin/merged", "b");
	put_text(s, "var/lib/dpkg/diversions", "/usr/bin/diverted\n/usr/bin/diverted.real\nx\n");
	put_text(s, SUMS,
		SUM_OF_A "  usr/bin/same\n" SUM_OF_A "  usr/bin/other\n" SUM_OF_A
			 "  usr/bin/diverted\n" SUM_OF_A "  usr/bin/gone\n" SUM_OF_A
			 "  usr/lib/libx.so.1\n" SUM_OF_A "  usr/share/doc/x\n" SUM_OF_A
			 "  sbin/merged\n" SUM_OF_A
			 "  ../../etc/passwd\nnot a sum  usr/bin/other\n");
	scanning_run(s);
	assert_int_equal(s->missed_count, 0);
	assert_int_equal(s->found_count, 3);
	assert_true(scanning_found(s, "usr/bin/other| package-file-altered"));
	assert_true(scanning_found(s, "usr/lib/libx.so.1| package-file-altered"));
	assert_true(scanning_found(s, "sbin/merged| package-file-altered"));
	assert_int_equal(s->totals.places, 2);
	/* A quick scan does it too, after all else. */
	s->order.quick = true;
	put_text(s, "tmp/x", PLANTED);
	scanning_run(s);
	assert_int_equal(s->found_count, 4);
	assert_non_null(strstr(s->found[0], "tmp/x"));
	assert_int_equal(s->totals.places, 2);
}

/* What was compared is still scanned when its turn comes. */
static void test_compared_and_scanned(void **state)
{
	struct scanning *s = *state;
	put_text(s, "usr/bin/a", PLANTED);
	put_text(s, SUMS, SUM_OF_A "  usr/bin/a\n");
	s->order.path_count = 1;
	scanning_run(s);
	assert_true(scanning_found(s, "usr/bin/a| package-file-altered"));
	assert_true(scanning_found(s, "usr/bin/a| planted"));
}

static void test_other_packages(void **state)
{
	struct scanning *s = *state;
	put_text(s, "var/lib/rpm/rpmdb.sqlite", "");
	scanning_run(s);
	assert_int_equal(s->found_count, 0);
	assert_true(scanning_missed(s, "var/lib/rpm| unsupported RPM"));
}

/* --- strays --- */

static void put_program(const struct scanning *s, const char *name, unsigned mode)
{
	char path[512];
	put_text(s, name, "x");
	scanning_path(s, name, path);
	assert_int_equal(chmod(path, mode), 0);
}

static void test_strays(void **state)
{
	struct scanning *s = *state;
	if (geteuid() != 0)
		skip();
	put_program(s, "usr/bin/su", 04755);
	put_program(s, "usr/bin/mount", 04755);
	put_program(s, "usr/bin/odd", 04755);
	put_program(s, "usr/bin/plain", 0755);
	put_program(s, "usr/bin/locking", 02644);
	put_program(s, "usr/local/bin/own", 04755);
	put_program(s, "usr/local/bin/.own", 04755);
	put_program(s, "tmp/x", 04755);
	put_program(s, "home/an/y", 02755);
	put_program(s, "home/an/of-an", 04755);
	put_program(s, "srv/system/usr/bin/su", 04755);
	put_text(s, "srv/system/etc/passwd", "");
	put_text(s, "srv/system/var/x", "");
	put_text(s, "var/lib/dpkg/info/a.list", "/.\n/usr/bin/su\n/bin/mount\n");
	char path[512];
	scanning_path(s, "home/an/of-an", path);
	assert_int_equal(chown(path, 1000, 1000), 0);
	assert_int_equal(chmod(path, 04755), 0);
	scanning_run(s);
	assert_true(scanning_found(s, "/tmp/x| set-user-elsewhere"));
	assert_true(scanning_found(s, "home/an/y| set-user-elsewhere"));
	assert_true(scanning_found(s, "usr/local/bin/.own| set-user-elsewhere"));
	assert_true(scanning_found(s, "usr/bin/odd| set-user-of-no-package"));
	assert_int_equal(s->found_count, 4);
	assert_int_equal(s->missed_count, 0);
}

/* False where this file system has no such thing. */
static bool lock(const char *path, int flags)
{
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	const bool done = ioctl(fileno(f), FS_IOC_SETFLAGS, &flags) == 0;
	fclose(f);
	return done;
}

static void test_unchangeable(void **state)
{
	struct scanning *s = *state;
	char path[512];
	put_text(s, "etc/cron.d/a", "* * * * * root /usr/bin/true\n");
	put_text(s, "etc/cron.d/b", "* * * * * root /usr/bin/true\n");
	put_text(s, "etc/resolv.conf", "nameserver 192.0.2.1\n");
	scanning_run(s);
	assert_nothing(s);
	scanning_path(s, "etc/cron.d/a", path);
	if (!lock(path, FS_IMMUTABLE_FL))
		skip();
	char resolver[512];
	scanning_path(s, "etc/resolv.conf", resolver);
	assert_true(lock(resolver, FS_IMMUTABLE_FL));
	scanning_run(s);
	assert_true(lock(path, 0) && lock(resolver, 0));
	assert_true(scanning_found(s, "etc/cron.d/a| made-unchangeable"));
	assert_int_equal(s->found_count, 1);
}

/* --- Windows --- */

/* Programs are found whatever the case of what names them, and whose ever folder is meant. */
static void test_windows_programs(void **state)
{
	struct scanning *s = *state;
	size_t size;
	struct hive_maker *m = hive_maker_new();
	hive_maker_text(m, "Software\\Microsoft\\Windows\\CurrentVersion\\Run", "a",
		"%LOCALAPPDATA%\\Programs\\A\\first.exe");
	hive_maker_text(m, "Software\\Microsoft\\Windows\\CurrentVersion\\Run", "b",
		"\"c:\\program files\\b\\SECOND.EXE\" /x");
	uint8_t *hive = hive_maker_end(m, &size);
	put(s, "Users/Nguyễn An/ntuser.dat", hive, size);
	free(hive);
	put_text(s, "Users/Nguyễn An/AppData/Local/Programs/A/First.exe", PLANTED);
	put_text(s, "Program Files/B/second.exe", PLANTED);
	put_text(s, "Program Files/B/third.exe", PLANTED);
	scanning_run(s);
	assert_int_equal(s->missed_count, 0);
	assert_int_equal(s->found_count, 2);
	assert_true(scanning_found(s, "Nguyễn An/AppData/Local/Programs/A/First.exe| planted"));
	assert_true(scanning_found(s, "Program Files/B/second.exe| planted"));
}

/* A quick scan looks where things are dropped on such a disk. */
static void test_windows_drops(void **state)
{
	struct scanning *s = *state;
	s->order.quick = true;
	put_text(s, "WINDOWS/system32/config/x", "");
	put_text(s, "Windows.old/x.exe", PLANTED);
	put_text(s, "WINDOWS/TEMP/a.exe", PLANTED);
	put_text(s, "USERS/an/APPDATA/Roaming/b/b.exe", PLANTED);
	put_text(s, "USERS/an/Documents/c.exe", PLANTED);
	put_text(s, "$RECYCLE.BIN/S-1/d.exe", PLANTED);
	scanning_run(s);
	assert_int_equal(s->missed_count, 0);
	assert_int_equal(s->found_count, 3);
	assert_true(scanning_found(s, "WINDOWS/TEMP/a.exe"));
	assert_true(scanning_found(s, "APPDATA/Roaming/b/b.exe"));
	assert_true(scanning_found(s, "$RECYCLE.BIN/S-1/d.exe"));
}

/* A registry that is not whole is told so. */
static void test_broken_registry(void **state)
{
	struct scanning *s = *state;
	put_text(s, "Windows/System32/config/SYSTEM", "regf");
	scanning_run(s);
	assert_int_equal(s->found_count, 0);
	assert_true(scanning_missed(s, "config/SYSTEM| damaged"));
}

/* One whose last changes lie in its log: what is there is looked at, and that it is not all is
 * told with the true reason. */
static void test_unwritten_registry(void **state)
{
	struct scanning *s = *state;
	size_t size;
	struct hive_maker *m = hive_maker_new();
	hive_maker_text(
		m, "Microsoft\\Windows\\CurrentVersion\\Run", "a", "C:\\Windows\\Temp\\x.exe");
	uint8_t *hive = hive_maker_end(m, &size);
	put(s, "Windows/System32/config/SOFTWARE", hive, size);
	scanning_run(s);
	assert_int_equal(s->missed_count, 0);
	hive[4]++; /* the number of the change that was begun, of 1 that are ended */
	put(s, "Windows/System32/config/SOFTWARE", hive, size);
	free(hive);
	scanning_run(s);
	assert_true(scanning_found(s, "config/SOFTWARE|"));
	assert_true(scanning_missed(s, "config/SOFTWARE| pending"));
	assert_true(s->totals.not_scanned == 1);
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "parse") == 0)
		scan_parse_role();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_table_planted, begin, end),
		cmocka_unit_test_setup_teardown(test_table_clean, begin, end),
		cmocka_unit_test_setup_teardown(test_links_stay_inside, begin, end),
		cmocka_unit_test_setup_teardown(test_switched_off, begin, end),
		cmocka_unit_test_setup_teardown(test_altered, begin, end),
		cmocka_unit_test_setup_teardown(test_compared_and_scanned, begin, end),
		cmocka_unit_test_setup_teardown(test_other_packages, begin, end),
		cmocka_unit_test_setup_teardown(test_strays, begin, end),
		cmocka_unit_test_setup_teardown(test_unchangeable, begin, end),
		cmocka_unit_test_setup_teardown(test_windows_programs, begin, end),
		cmocka_unit_test_setup_teardown(test_windows_drops, begin, end),
		cmocka_unit_test_setup_teardown(test_broken_registry, begin, end),
		cmocka_unit_test_setup_teardown(test_unwritten_registry, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
