/* SPDX-License-Identifier: Apache-2.0 */
/* Each act in each sandbox, by a process of its own (sandbox_act.c). */
#include "scratch.h"

#include <errno.h>
#include <grp.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/wait.h>

#include "os/file.h"
#include "os/sandbox.h"

/* Open: the build folder need not be readable for everybody. */
static int program;

enum outcome {
	DONE,
	REFUSED, /* EACCES */
	OTHERWISE,
	NO_SANDBOX,
	NONSENSE,
	KILLED,  /* SIGSYS */
	ABORTED, /* SIGABRT */
	ODD
};

static enum outcome outcome_of(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS    ? KILLED
		       : WTERMSIG(status) == SIGABRT ? ABORTED
						     : ODD;
	return WIFEXITED(status) && WEXITSTATUS(status) <= NONSENSE
		       ? (enum outcome)WEXITSTATUS(status)
		       : ODD;
}

static void become_nobody(void)
{
	if (geteuid() != 0)
		return;
	if (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0)
		_exit(99);
}

/* Makes the kernel look like one without Landlock. */
static void hide_landlock(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	if (!filter ||
		seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(landlock_create_ruleset),
			0) != 0 ||
		seccomp_load(filter) != 0)
		_exit(97);
	seccomp_release(filter);
}

/* What differs between the runs of one list. */
struct circumstances {
	bool nobody;
	bool no_landlock;
};

static enum outcome act(
	const char *role, const char *folder, const char *name, struct circumstances with)
{
	int status;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (with.nobody)
			become_nobody();
		if (with.no_landlock)
			hide_landlock();
		const char *const words[] = {"sandbox_act", role, folder, name, NULL};
		fexecve(program, (char **)(uintptr_t)words, environ);
		_exit(98);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return outcome_of(status);
}

struct expectation {
	const char *act;
	enum outcome outcome;
};

static void check(void **state, const char *role, const struct expectation *list, size_t count,
	bool no_landlock)
{
	const struct scratch *s = *state;
	int wrong = 0;
	assert_int_equal(chmod(s->path, 0755), 0);
	assert_int_equal(file_put(s->fd, "inside", str_bytes(STR("hello")), true), E_OK);
	for (int nobody = 0; nobody < 2; nobody++) {
		for (size_t i = 0; i < count; i++) {
			enum outcome got = act(role, s->path, list[i].act,
				(struct circumstances){nobody == 1, no_landlock});
			if (got == list[i].outcome)
				continue;
			print_error("%s %s%s: outcome %d, not %d\n", role, list[i].act,
				nobody ? " as nobody" : "", (int)got, (int)list[i].outcome);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void test_parse(void **state)
{
	static const struct expectation list[] = {
		{"open-inside", KILLED},
		{"open-outside", KILLED},
		{"open-by-number", KILLED},
		{"openat2-outside", KILLED},
		{"write-inside", KILLED},
		{"create-inside", KILLED},
		{"list-parent", KILLED},
		{"delete", KILLED},
		{"socket", KILLED},
		{"unix-socket", KILLED},
		{"connect", KILLED},
		{"bind", KILLED},
		{"accept", KILLED},
		{"exec", KILLED},
		{"fork", KILLED},
		{"vfork", KILLED},
		{"thread", KILLED},
		{"ptrace", KILLED},
		{"kill", KILLED},
		{"map-code", KILLED},
		{"make-code", KILLED},
		{"limits", KILLED},
		{"memory", DONE},
		{"sort", DONE},
		{"held", DONE},
		{"abort", ABORTED},
	};
	check(state, "parse", list, sizeof(list) / sizeof(list[0]), false);
	check(state, "parse", list, sizeof(list) / sizeof(list[0]), true);
}

static void test_compile(void **state)
{
	static const struct expectation list[] = {
		{"open-inside", KILLED},
		{"open-outside", KILLED},
		{"openat2-outside", KILLED},
		{"write-inside", KILLED},
		{"create-inside", KILLED},
		{"delete", KILLED},
		{"socket", KILLED},
		{"connect", KILLED},
		{"exec", KILLED},
		{"fork", KILLED},
		{"vfork", KILLED},
		{"ptrace", KILLED},
		{"kill", KILLED},
		{"map-code", KILLED},
		{"make-code", KILLED},
		{"limits", KILLED},
		{"thread", DONE},
		{"memory", DONE},
		{"held", DONE},
		{"abort", ABORTED},
	};
	check(state, "compile", list, sizeof(list) / sizeof(list[0]), false);
	check(state, "compile", list, sizeof(list) / sizeof(list[0]), true);
}

/* It makes copies and waits for them, nothing else. */
static void test_maker(void **state)
{
	static const struct expectation list[] = {
		{"open-inside", KILLED},
		{"open-outside", KILLED},
		{"write-inside", KILLED},
		{"delete", KILLED},
		{"socket", KILLED},
		{"connect", KILLED},
		{"exec", KILLED},
		{"thread", KILLED},
		{"ptrace", KILLED},
		{"kill", KILLED},
		{"map-code", KILLED},
		{"make-code", KILLED},
		{"fork-and-wait", DONE},
		{"memory", DONE},
		{"held", DONE},
		{"abort", ABORTED},
	};
	check(state, "maker", list, sizeof(list) / sizeof(list[0]), false);
	check(state, "maker", list, sizeof(list) / sizeof(list[0]), true);
}

static void test_worker(void **state)
{
	static const struct expectation list[] = {
		{"open-inside", KILLED},
		{"open-outside", KILLED},
		{"open-by-number", KILLED},
		{"openat2-outside", KILLED},
		{"write-inside", KILLED},
		{"create-inside", KILLED},
		{"list-parent", KILLED},
		{"delete", KILLED},
		{"socket", KILLED},
		{"unix-socket", KILLED},
		{"connect", KILLED},
		{"bind", KILLED},
		{"accept", KILLED},
		{"exec", KILLED},
		{"fork", KILLED},
		{"vfork", KILLED},
		{"thread", KILLED},
		{"ptrace", KILLED},
		{"kill", KILLED},
		{"map-code", KILLED},
		{"make-code", KILLED},
		{"limits", KILLED},
		{"fork-and-wait", KILLED},
		{"map-file", DONE},
		{"enough", DONE},
		{"sort", DONE},
		{"held", DONE},
		{"abort", ABORTED},
	};
	check(state, "worker", list, sizeof(list) / sizeof(list[0]), false);
	check(state, "worker", list, sizeof(list) / sizeof(list[0]), true);
}

/* The sanitizers' own allocator ends the process where there is no memory. */
static void test_worker_memory(void **state)
{
	const struct scratch *s = *state;
	assert_int_equal(chmod(s->path, 0755), 0);
	assert_int_equal(file_put(s->fd, "inside", str_bytes(STR("hello")), true), E_OK);
	assert_int_not_equal(act("worker", s->path, "too-much", (struct circumstances){0}), DONE);
}

/* Without Landlock reading is not judged by path. */
static void check_portal(void **state, bool landlock)
{
	enum outcome outside = landlock ? REFUSED : DONE;
	const struct expectation list[] = {
		{"open-inside", DONE},
		{"open-outside", outside},
		{"open-by-number", outside},
		{"openat2-outside", landlock ? REFUSED : OTHERWISE},
		{"write-inside", REFUSED},
		{"create-inside", REFUSED},
		{"list-parent", outside},
		{"delete", KILLED},
		{"socket", KILLED},
		{"unix-socket", KILLED},
		{"connect", KILLED},
		{"bind", KILLED},
		{"accept", DONE},
		{"exec", KILLED},
		{"fork", KILLED},
		{"vfork", KILLED},
		{"thread", DONE},
		{"ptrace", KILLED},
		{"kill", KILLED},
		{"map-code", KILLED},
		{"make-code", KILLED},
		{"limits", KILLED},
		{"memory", DONE},
		{"sort", DONE},
		{"held", DONE},
		{"abort", ABORTED},
	};
	check(state, "portal", list, sizeof(list) / sizeof(list[0]), !landlock);
}

static void test_portal(void **state)
{
	if (sandbox_landlock_version() == 0)
		skip();
	check_portal(state, true);
}

static void test_portal_without_landlock(void **state)
{
	check_portal(state, false);
}

/* Below office/ plain files come and go; the rest of the folder is only read. */
static void test_desk(void **state)
{
	static const struct expectation list[] = {
		{"open-inside", DONE},
		{"open-outside", REFUSED},
		{"open-by-number", REFUSED},
		{"openat2-outside", REFUSED},
		{"write-inside", REFUSED},
		{"create-inside", REFUSED},
		{"delete", REFUSED},
		{"list-parent", REFUSED},
		{"create-office", DONE},
		{"nameless-office", DONE},
		{"delete-office", DONE},
		{"link-office", KILLED},
		{"run-office", KILLED},
		{"socket", KILLED},
		{"unix-socket", KILLED},
		{"connect", KILLED},
		{"bind", KILLED},
		{"accept", DONE},
		{"exec", KILLED},
		{"fork", KILLED},
		{"vfork", KILLED},
		{"thread", DONE},
		{"ptrace", KILLED},
		{"kill", KILLED},
		{"map-code", KILLED},
		{"make-code", KILLED},
		{"limits", KILLED},
		{"memory", DONE},
		{"sort", DONE},
		{"held", DONE},
		{"abort", ABORTED},
	};
	const struct scratch *s = *state;
	if (sandbox_landlock_version() == 0)
		skip();
	assert_int_equal(mkdirat(s->fd, "office", 0700), 0);
	assert_int_equal(fchmodat(s->fd, "office", 0777, 0), 0);
	check(state, "desk", list, sizeof(list) / sizeof(list[0]), false);
}

/* What its libraries may read is not kept from it; its own folder is the only one it changes. */
static void check_mail(void **state, bool landlock)
{
	static const char *const own[] = {"write-inside", "create-inside", "delete"};
	const struct scratch *s = *state;
	const struct expectation list[] = {
		{"open-inside", DONE},
		{"open-outside", DONE},
		{"list-parent", landlock ? REFUSED : DONE},
		{"socket", DONE},
		{"connect", DONE},
		{"accept", KILLED},
		{"exec", KILLED},
		{"fork", KILLED},
		{"vfork", KILLED},
		{"ptrace", KILLED},
		{"kill", KILLED},
		{"thread", DONE},
		{"memory", DONE},
		{"held", DONE},
		{"abort", ABORTED},
	};
	check(state, "mail", list, sizeof(list) / sizeof(list[0]), !landlock);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		assert_int_equal(act("mail", s->path, own[i],
					 (struct circumstances){.no_landlock = !landlock}),
			DONE);
}

static void test_mail(void **state)
{
	if (sandbox_landlock_version() < 2)
		skip();
	check_mail(state, true);
	if (sandbox_landlock_version() < 4)
		return;
	const struct scratch *s = *state;
	assert_int_equal(file_put(s->fd, "inside", str_bytes(STR("hello")), true), E_OK);
	assert_int_equal(act("mail", s->path, "bind", (struct circumstances){0}), REFUSED);
}

static void test_mail_without_landlock(void **state)
{
	check_mail(state, false);
}

/* It connects, and writes what it holds: no folder is its own. */
static void check_fetch(void **state, bool landlock)
{
	const struct expectation list[] = {
		{"open-inside", landlock ? REFUSED : DONE},
		{"socket", DONE},
		{"connect", DONE},
		{"accept", KILLED},
		{"exec", KILLED},
		{"fork", KILLED},
		{"ptrace", KILLED},
		{"kill", KILLED},
		{"thread", DONE},
		{"held", DONE},
		{"write-inside", REFUSED},
		{"create-inside", REFUSED},
		{"delete", REFUSED},
	};
	/* Without Landlock it is for the rights of its user to say. */
	size_t count = sizeof(list) / sizeof(list[0]) - (landlock ? 0 : 3);
	check(state, "fetch", list, count, !landlock);
}

static void test_fetch(void **state)
{
	if (sandbox_landlock_version() < 2)
		skip();
	check_fetch(state, true);
}

static void test_fetch_without_landlock(void **state)
{
	check_fetch(state, false);
}

static int in_child(int (*body)(void))
{
	int status;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(body());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int drop_to_nobody(void)
{
	if (sandbox_drop_root("nobody") != E_OK)
		return 1;
	return getuid() != 0 && geteuid() != 0 && setuid(0) != 0 && getgroups(0, NULL) == 0 ? 0 : 2;
}

static int drop_to_unknown(void)
{
	return sandbox_drop_root("no-such-user-here") == E_NOTFOUND ? 0 : 1;
}

static int drop_to_root(void)
{
	return sandbox_drop_root("root") == E_USAGE ? 0 : 1;
}

static int drop_without_root(void)
{
	become_nobody();
	return sandbox_drop_root("no-such-user-here") == E_OK ? 0 : 1;
}

static void test_drop_root(void **state)
{
	(void)state;
	if (geteuid() == 0) {
		assert_int_equal(in_child(drop_to_nobody), 0);
		assert_int_equal(in_child(drop_to_unknown), 0);
		assert_int_equal(in_child(drop_to_root), 0);
	}
	assert_int_equal(in_child(drop_without_root), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_parse, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(test_maker, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(test_compile, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(test_worker, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(test_worker_memory, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(test_portal, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(test_desk, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(
			test_portal_without_landlock, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(test_mail, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(
			test_mail_without_landlock, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(test_fetch, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(
			test_fetch_without_landlock, scratch_make, scratch_remove),
		cmocka_unit_test(test_drop_root),
	};
	if (argc != 2)
		return 2;
	program = open(argv[1], O_RDONLY | O_CLOEXEC);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
