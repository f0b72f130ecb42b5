/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/entry.h"
#include "os/file.h"
#include "survey/survey.h"

enum {
	SEEN = 16
};

struct seen {
	char paths[SEEN][128];
	size_t count, unreadable;
	enum err answer;
};

static enum err on_file(void *context, const struct place *place, const char *path)
{
	struct seen *s = context;
	assert_ptr_equal(place, survey_place_of(str_from(path)));
	assert_true(s->count < SEEN);
	snprintf(s->paths[s->count++], sizeof(s->paths[0]), "%s", path);
	return s->answer;
}

static enum err on_unreadable(void *context, const char *path, enum err err)
{
	struct seen *s = context;
	assert_true(path[0] != '\0' && err != E_OK);
	s->unreadable++;
	return E_OK;
}

static bool has(const struct seen *s, const char *path)
{
	size_t times = 0;
	for (size_t i = 0; i < s->count; i++)
		times += strcmp(s->paths[i], path) == 0;
	assert_true(times <= 1);
	return times == 1;
}

static void plant(int root, const char *path)
{
	int fd = openat(root, path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
}

struct machine {
	char folder[64];
	int root;
};

static int make(void **state)
{
	static const char *const folders[] = {"etc", "etc/cron.d", "home", "home/a", "home/a/.ssh",
		"etc/systemd", "etc/systemd/system", "etc/systemd/system/x.service.d", "var",
		"var/spool", "var/spool/cron", "outside", "outside/cron.daily"};
	static struct machine m;
	snprintf(m.folder, sizeof(m.folder), "/tmp/survey-XXXXXX");
	if (!mkdtemp(m.folder) || entry_open_folder(AT_FDCWD, m.folder, &m.root) != E_OK)
		return -1;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (mkdirat(m.root, folders[i], 0700) != 0)
			return -1;
	*state = &m;
	return 0;
}

static int remove_all(int folder, const char *name);

static enum err remove_one(void *context, const char *name)
{
	return remove_all(*(int *)context, name) == 0 ? E_OK : E_IO;
}

static int remove_all(int folder, const char *name)
{
	int fd;
	if (entry_open_folder(folder, name, &fd) != E_OK)
		return unlinkat(folder, name, 0);
	enum err err = folder_each(fd, remove_one, &fd);
	file_close(&fd);
	return err == E_OK ? unlinkat(folder, name, AT_REMOVEDIR) : -1;
}

static int clear(void **state)
{
	struct machine *m = *state;
	file_close(&m->root);
	return remove_all(AT_FDCWD, m->folder);
}

static void test_expand(void **state)
{
	struct machine *m = *state;
	struct seen s = {0};
	const struct survey_files files = {&s, on_file, on_unreadable};
	plant(m->root, "etc/cron.d/a");
	plant(m->root, "etc/cron.d/.b");
	plant(m->root, "etc/passwd");
	plant(m->root, "etc/passwd-");
	plant(m->root, "home/a/.ssh/authorized_keys");
	plant(m->root, "etc/systemd/system/x.service.d/y.conf");
	plant(m->root, "var/spool/cron/root");
	plant(m->root, "outside/cron.daily/z");
	assert_int_equal(mkfifoat(m->root, "etc/cron.d/fifo", 0600), 0);
	assert_int_equal(symlinkat("/dev/null", m->root, "etc/cron.d/link"), 0);
	assert_int_equal(symlinkat("/outside/cron.daily", m->root, "etc/cron.daily"), 0);
	assert_int_equal(symlinkat("/nowhere", m->root, "etc/cron.weekly"), 0);
	assert_int_equal(symlinkat("/proc/self/fd", m->root, "etc/cron.hourly"), 0);
	assert_int_equal(symlinkat("passwd", m->root, "etc/cron.monthly"), 0);
	assert_int_equal(symlinkat("profile.d", m->root, "etc/profile.d"), 0);
	assert_int_equal(survey_expand(m->root, &files), E_OK);
	assert_true(has(&s, "etc/cron.d/a"));
	assert_true(has(&s, "etc/cron.d/.b"));
	assert_true(has(&s, "etc/cron.d/link"));
	assert_true(has(&s, "etc/passwd"));
	assert_true(has(&s, "home/a/.ssh/authorized_keys"));
	assert_true(has(&s, "etc/systemd/system/x.service.d/y.conf"));
	assert_true(has(&s, "var/spool/cron/root"));
	/* Through a link, inside the root; what is outside of it is not there. */
	assert_true(has(&s, "etc/cron.daily/z"));
	assert_int_equal(s.count, 8);
	/* The link to itself. */
	assert_int_equal(s.unreadable, 1);
}

static void test_callback_ends_it(void **state)
{
	struct machine *m = *state;
	struct seen s = {.answer = E_TIMEOUT};
	const struct survey_files files = {&s, on_file, on_unreadable};
	plant(m->root, "etc/passwd");
	plant(m->root, "etc/hosts");
	assert_int_equal(survey_expand(m->root, &files), E_TIMEOUT);
	assert_int_equal(s.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_expand, make, clear),
		cmocka_unit_test_setup_teardown(test_callback_ends_it, make, clear),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
