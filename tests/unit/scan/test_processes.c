/* SPDX-License-Identifier: Apache-2.0 */
/* Live processes, looked at by real workers. */
#include "scanning.h"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "scan/scan_processes.h"

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
	pid_t pid = run("/usr/bin/sleep", "600", "0", NULL);
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
	pid_t pid = run(path, "600", "0", NULL);
	await_exec(pid, path);
	assert_int_equal(unlink(path), 0);
	look_at(s, pid);
	stop(pid);
	snprintf(label, sizeof(label), "infected process %d (agent)| planted", (int)pid);
	assert_true(scanning_found(s, label));
	/* Its file is looked at once, not again as a part of its memory. */
	assert_false(scanning_found(s, "|memory"));
}

/* A program that was never a file: a copy of a harmless one, held by nothing but its process. */
static pid_t run_from_memory(void)
{
	char *const arguments[] = {"agent", "600", NULL}, *const none[] = {NULL};
	char link[64];
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	int fd = memfd_create("agent", 0);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	copy_file("/usr/bin/sleep", link, PLANTED);
	int other = open(link, O_RDONLY | O_CLOEXEC);
	close(fd);
	fexecve(other, arguments, none);
	_exit(127);
}

static void test_program_without_file(void **state)
{
	struct scanning *s = *state;
	char label[96];
	pid_t pid = run_from_memory();
	await_exec(pid, "/memfd:agent (deleted)");
	look_at(s, pid);
	stop(pid);
	snprintf(label, sizeof(label), "|/memfd:agent runs-without-file");
	assert_true(scanning_found(s, label));
	assert_true(scanning_found(s, "suspicious process "));
	assert_true(scanning_found(s, "| planted"));
	/* One process, however much there is to say of it. */
	assert_int_equal(s->totals.infected, 1);
	assert_int_equal(s->totals.suspicious, 0);
}

/* Looked at once, told of all that run it. */
static void test_shared_nameless(void **state)
{
	struct scanning *s = *state;
	char path[512], label[64];
	int32_t pids[2];
	scanning_path(s, "agent", path);
	copy_file("/usr/bin/sleep", path, PLANTED);
	for (int i = 0; i < 2; i++) {
		pids[i] = run(path, "600", "0", NULL);
		await_exec(pids[i], path);
	}
	assert_int_equal(unlink(path), 0);
	s->order.pids = pids;
	s->order.pid_count = 2;
	scanning_run(s);
	for (int i = 0; i < 2; i++) {
		stop(pids[i]);
		snprintf(label, sizeof(label), "infected process %d (agent)| planted", pids[i]);
		assert_true(scanning_found(s, label));
	}
	assert_int_equal(s->totals.infected, 2);
	assert_int_equal(s->totals.suspicious, 0);
}

static void test_deleted_is_suspicious(void **state)
{
	struct scanning *s = *state;
	char path[512];
	scanning_path(s, "agent", path);
	copy_file("/usr/bin/sleep", path, "");
	pid_t pid = run(path, "600", "0", NULL);
	await_exec(pid, path);
	look_at(s, pid);
	assert_int_equal(s->found_count, 0);
	assert_int_equal(unlink(path), 0);
	look_at(s, pid);
	stop(pid);
	assert_int_equal(s->found_count, 1);
	assert_true(scanning_found(s, "/agent runs-deleted-program"));
	assert_int_equal(s->totals.suspicious, 1);
	assert_int_equal(s->totals.infected, 0);
}

/* --- memory of several kinds --- */

static pid_t run_python(const char *text, char ready[512], const struct scanning *s)
{
	scanning_path(s, "ready", ready);
	pid_t pid = run("/usr/bin/python3", "-c", text, ready);
	for (int i = 0; i < 20000 && access(ready, F_OK) != 0; i++)
		nanosleep(&(const struct timespec){.tv_nsec = 1000000}, NULL);
	assert_int_equal(access(ready, F_OK), 0);
	return pid;
}

/* The text comes together only in memory. */
#define PYTHON_BEGIN                                                                               \
	"import mmap, os, sys, time\n"                                                             \
	"text = b' '.join((b'harmless', b'planted', b'text'))\n"
#define PYTHON_END "open(sys.argv[1], 'w').close()\ntime.sleep(600)\n"

static void look_at_python(struct scanning *s, const char *text)
{
	char ready[512];
	pid_t pid = run_python(text, ready, s);
	look_at(s, pid);
	stop(pid);
}

static void test_kinds_of_memory(void **state)
{
	struct scanning *s = *state;
	static const char *const texts[] = {
		/* shared with others, under no name: far behind a hole */
		PYTHON_BEGIN "fd = os.memfd_create('x')\nos.ftruncate(fd, 1 << 40)\n"
			     "m = mmap.mmap(fd, 1 << 20, offset=1 << 39)\nm[70000:70021] = text\n"
			     "del text\n" PYTHON_END,
		/* reserved, hardly used */
		PYTHON_BEGIN "m = mmap.mmap(-1, 1 << 36, flags=mmap.MAP_PRIVATE | 0x4000)\n"
			     "m[1 << 35:(1 << 35) + 21] = text\ndel text\n" PYTHON_END,
		/* what a process changed of its copy of a file */
		PYTHON_BEGIN "f = open('/usr/bin/python3', 'rb')\n"
			     "m = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_COPY)\n"
			     "m[9000:9021] = text\ndel text\n" PYTHON_END,
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char ready[512];
		look_at_python(s, texts[i]);
		scanning_path(s, "ready", ready);
		assert_int_equal(unlink(ready), 0);
		assert_true(scanning_found(s, "(python3"));
		assert_true(scanning_found(s, "planted"));
		assert_int_equal(s->missed_count, 0);
	}
}

/* What lies across two pieces that are read one after the other. */
static void test_across_pieces(void **state)
{
	struct scanning *s = *state;
	char text[1024];
	snprintf(text, sizeof(text),
		PYTHON_BEGIN "m = mmap.mmap(-1, 40 << 20, flags=mmap.MAP_PRIVATE)\n"
			     "for i in range(0, 40 << 20, 4096): m[i] = 1\n"
			     "m[%d:%d] = text\ndel text\n" PYTHON_END,
		MEMORY_PIECE - 10, MEMORY_PIECE + 11);
	look_at_python(s, text);
	assert_true(scanning_found(s, "planted"));
	assert_int_equal(s->missed_count, 0);
}

/* --- which pages there are --- */

struct pages {
	uint64_t first, bytes;
	size_t runs;
};

static enum err on_run(void *context, uint64_t from, uint64_t to)
{
	struct pages *p = context;
	if (p->runs++ == 0)
		p->first = from;
	p->bytes += to - from;
	return E_OK;
}

/* The kernel's answer and that of going page by page are one. */
static void test_pages(void **state)
{
	(void)state;
	static const size_t used[] = {5, 7, 8, 4095, 4096, 262000};
	const size_t page = (size_t)sysconf(_SC_PAGESIZE), size = page << 18;
	struct pages asked = {0}, listed = {0};
	const struct page_runs runs[] = {{&asked, on_run}, {&listed, on_run}};
	int proc = -1, pages = -1;
	uint8_t *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(memory, MAP_FAILED);
	assert_int_equal(madvise(memory, size, MADV_NOHUGEPAGE), 0);
	for (size_t i = 0; i < sizeof(used) / sizeof(used[0]); i++)
		memory[used[i] * page] = 1;
	const uint64_t from = (uintptr_t)memory;
	assert_int_equal(folder_open(AT_FDCWD, "/proc", &proc), E_OK);
	assert_int_equal(running_pages_open(proc, getpid(), &pages), E_OK);
	assert_int_equal(running_pages(pages, from, from + size, true, &runs[0]), E_OK);
	assert_int_equal(running_pages_listed(pages, from, from + size, true, &runs[1]), E_OK);
	assert_int_equal(listed.runs, 4);
	assert_int_equal(listed.bytes, 6 * page);
	assert_int_equal(listed.first, from + 5 * page);
	assert_int_equal(asked.runs, listed.runs);
	assert_int_equal(asked.bytes, listed.bytes);
	assert_int_equal(asked.first, listed.first);
	assert_int_equal(
		running_pages_listed(pages, 0, UINT64_C(1) << 46, true, &runs[1]), E_LIMIT);
	file_close(&pages);
	file_close(&proc);
	assert_int_equal(munmap(memory, size), 0);
}

/* --- what cannot be looked at --- */

static void test_ended(void **state)
{
	struct scanning *s = *state;
	siginfo_t info;
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	look_at(s, pid);
	assert_int_equal(s->found_count + s->missed_count, 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	look_at(s, pid);
	assert_int_equal(s->found_count + s->missed_count, 0);
	assert_int_equal(s->totals.processes, 0);
}

/* Somebody else's process is never clean. */
static int look_as_nobody(pid_t pid)
{
	struct scanning *s = calloc(1, sizeof(*s));
	if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
		return 1;
	scanning_begin(s, rules);
	s->order.path_count = 0;
	s->order.processes = true;
	look_at(s, pid);
	bool right = s->missed_count == 1 && scanning_missed(s, "denied") &&
		     s->totals.not_scanned == 1 && s->found_count == 0;
	scanning_end(s);
	free(s);
	return right ? 0 : 2;
}

static void test_denied(void **state)
{
	struct scanning *s = *state;
	int status;
	if (geteuid() != 0) {
		look_at(s, 1);
		assert_true(scanning_missed(s, "denied"));
		return;
	}
	pid_t pid = run("/usr/bin/sleep", "600", "0", NULL);
	await_exec(pid, "/usr/bin/sleep");
	pid_t other = fork();
	if (other == 0)
		_exit(look_as_nobody(pid));
	assert_int_equal(waitpid(other, &status, 0), other);
	stop(pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* --- ours --- */

static void test_ours(void **state)
{
	struct scanning *s = *state;
	look_at(s, getpid());
	assert_int_equal(s->found_count + s->missed_count, 0);
	assert_int_equal(s->totals.processes, 0);
}

/* --- no list names it --- */

static void make(const char *folder, const char *name, const char *text)
{
	char path[600];
	snprintf(path, sizeof(path), "%.500s/%.60s", folder, name);
	if (!text) {
		assert_int_equal(mkdir(path, 0700), 0);
		return;
	}
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static enum err no_turn(void *context)
{
	(void)context;
	return E_OK;
}

/* A list of processes as it would be with a rootkit: the first names itself, the second not. */
static int compare_lists(const char *folder, bool named)
{
	pid_t found[HIDDEN_MOST];
	size_t count = 0;
	int proc;
	char link[600];
	pid_t second = fork();
	if (second == 0) {
		pause();
		_exit(0);
	}
	snprintf(link, sizeof(link), "%.500s/self", folder);
	make(folder, "1", NULL);
	make(folder, "1/stat", "1 (a (b) c) S 0 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 7 1 1\n");
	make(folder, "1/task", NULL);
	make(folder, "1/task/1", NULL);
	make(folder, "stat", "cpu 1\nprocesses 100\n");
	if (named)
		make(folder, "2", NULL);
	if (symlink("1", link) != 0 || folder_open(AT_FDCWD, folder, &proc) != E_OK)
		return 3;
	const struct turn turn = {NULL, no_turn};
	if (second != 2 || processes_hidden(&turn, proc, found, &count) != E_OK)
		return 4;
	kill(second, SIGKILL);
	return count == (named ? 0 : 1) && (named || found[0] == 2) ? 0 : 5;
}

static void test_hidden(void **state)
{
	struct scanning *s = *state;
	static const char *const folders[] = {"hidden", "named"};
	for (int i = 0; i < 2; i++) {
		char folder[512];
		int status;
		scanning_folder(s, folders[i]);
		scanning_path(s, folders[i], folder);
		pid_t outer = fork();
		if (outer == 0) {
			/* Its children count from 1. */
			if (unshare(CLONE_NEWPID) != 0 &&
				unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0)
				_exit(77);
			pid_t first = fork();
			if (first == 0)
				_exit(compare_lists(folder, i == 1));
			waitpid(first, &status, 0);
			_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 6);
		}
		assert_int_equal(waitpid(outer, &status, 0), outer);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) == 77)
			skip();
		assert_int_equal(WEXITSTATUS(status), 0);
	}
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "parse") == 0)
		scan_parse_role();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_clean, begin, end),
		cmocka_unit_test_setup_teardown(test_memory, begin, end),
		cmocka_unit_test_setup_teardown(test_deleted_program, begin, end),
		cmocka_unit_test_setup_teardown(test_program_without_file, begin, end),
		cmocka_unit_test_setup_teardown(test_shared_nameless, begin, end),
		cmocka_unit_test_setup_teardown(test_deleted_is_suspicious, begin, end),
		cmocka_unit_test_setup_teardown(test_kinds_of_memory, begin, end),
		cmocka_unit_test_setup_teardown(test_across_pieces, begin, end),
		cmocka_unit_test(test_pages),
		cmocka_unit_test_setup_teardown(test_ended, begin, end),
		cmocka_unit_test_setup_teardown(test_denied, begin, end),
		cmocka_unit_test_setup_teardown(test_ours, begin, end),
		cmocka_unit_test_setup_teardown(test_hidden, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
