/* SPDX-License-Identifier: Apache-2.0 */
/* Live processes, looked at by real workers. */
#include "scanning.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#define PLANTED "harmless planted text"

static const char rules[] = "rule planted { strings: $a = \"" PLANTED "\" condition: $a }";

static int begin(void **state)
{
	struct scanning *s = calloc(1, sizeof(*s));
	scanning_begin(s, rules);
	s->order.path_count = 0;
	s->order.processes = true;
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

/* A program of the system with two arguments, which it keeps in its memory. */
static pid_t run(const char *program, const char *first, const char *second, const char *third)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	execl(program, program, first, second, third, (char *)NULL);
	_exit(127);
}

static void await_exec(pid_t pid, const char *program)
{
	char link[64], path[512];
	const struct timespec moment = {.tv_nsec = 1000000};
	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	for (int i = 0; i < 10000; i++) {
		ssize_t size = readlink(link, path, sizeof(path) - 1);
		path[size > 0 ? size : 0] = '\0';
		if (strcmp(path, program) == 0)
			return;
		nanosleep(&moment, NULL);
	}
	fail_msg("%s does not run", program);
}

static void look_at(struct scanning *s, pid_t pid)
{
	const int32_t pids[] = {pid};
	s->order.pids = pids;
	s->order.pid_count = 1;
	scanning_run(s);
	s->order.pids = NULL;
}

static void stop(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_clean(void **state)
{
	struct scanning *s = *state;
	pid_t pid = run("/usr/bin/sleep", "60", "0", NULL);
	await_exec(pid, "/usr/bin/sleep");
	look_at(s, pid);
	stop(pid);
	assert_int_equal(s->totals.processes, 1);
	assert_int_equal(s->found_count, 0);
	assert_int_equal(s->missed_count, 0);
}

static void test_memory(void **state)
{
	struct scanning *s = *state;
	char label[64];
	pid_t pid = run("/usr/bin/dash", "-c", "while :; do sleep 1; done", PLANTED);
	await_exec(pid, "/usr/bin/dash");
	look_at(s, pid);
	stop(pid);
	snprintf(label, sizeof(label), "process %d (dash)|memory at 0x", (int)pid);
	assert_true(scanning_found(s, label));
	assert_true(scanning_found(s, "planted"));
}

static void copy_file(const char *from, const char *to, const char *more)
{
	static char buffer[1 << 20];
	int in = open(from, O_RDONLY);
	int out = open(to, O_CREAT | O_WRONLY, 0700);
	for (ssize_t got; (got = read(in, buffer, sizeof(buffer))) > 0;)
		assert_int_equal(write(out, buffer, (size_t)got), got);
	assert_int_equal(write(out, more, strlen(more)), strlen(more));
	close(in);
	close(out);
}

static void test_deleted_program(void **state)
{
	struct scanning *s = *state;
	char path[512], label[64];
	scanning_path(s, "agent", path);
	copy_file("/usr/bin/sleep", path, PLANTED);
	pid_t pid = run(path, "60", "0", NULL);
	await_exec(pid, path);
	assert_int_equal(unlink(path), 0);
	look_at(s, pid);
	stop(pid);
	snprintf(label, sizeof(label), "infected process %d (agent)| planted", (int)pid);
	assert_true(scanning_found(s, label));
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "parse") == 0)
		scan_parse_role();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_clean, begin, end),
		cmocka_unit_test_setup_teardown(test_memory, begin, end),
		cmocka_unit_test_setup_teardown(test_deleted_program, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
