/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of mail after a loss of power before each call that changes the disk: what was said to
 * be done is done, and every mail is whole and in one place. */
#include "spool_acts.h"

#include <sys/wait.h>

#include "faults.h"

enum {
	GONE = 137 /* as faults.c ends a process that lost its power */
};

struct stage {
	char folder[64], data[80], left[80];
};

static void make_stage(struct stage *s)
{
	memcpy(s->folder, "/tmp/quetsach-mail-XXXXXX", 26);
	assert_non_null(mkdtemp(s->folder));
	snprintf(s->data, sizeof(s->data), "%s/data", s->folder);
	snprintf(s->left, sizeof(s->left), "%s/left", s->folder);
	assert_int_equal(mkdir(s->data, 0700), 0);
}

static int open_folder(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void delete_stage(const struct stage *s)
{
	static const char *const inner[] = {"/data/mail", "/left/mail", "/data", "/left", ""};
	char path[100];
	for (size_t i = 0; i < sizeof(inner) / sizeof(inner[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", s->folder, inner[i]);
		int fd = open_folder(path);
		if (fd >= 0)
			scratch_empty(fd);
	}
	rmdir(s->folder);
}

/* The power fails before call k, or after the act where it has fewer calls: then 'd' is told. */
static bool power_fails(const struct stage *s, enum act act, uint64_t k)
{
	int status;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct mail_spool spool;
		if (mail_spool_open(open_folder(s->data), true, &spool) != E_OK ||
			prepare(&spool, act) != E_OK)
			_exit(9);
		faults_arm(SPOIL_POWER, k, s->data, s->left);
		enum err err = perform(&spool, act);
		if (!faults_disarm())
			_exit(err == E_OK ? 0 : 8);
		_exit(7);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == GONE);
	return WEXITSTATUS(status) == GONE;
}

static void each_call(enum act act)
{
	struct stage s;
	bool again = true;
	for (uint64_t k = 1; again; k++) {
		make_stage(&s);
		again = power_fails(&s, act, k);
		int folder = open_folder(again ? s.left : s.data);
		assert_true(folder >= 0);
		check_after(folder, act);
		close(folder);
		delete_stage(&s);
		assert_true(again || k > 4);
	}
}

static void test_power(void **state)
{
	(void)state;
	for (int act = 0; act < ACT__COUNT; act++)
		each_call((enum act)act);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_power)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
