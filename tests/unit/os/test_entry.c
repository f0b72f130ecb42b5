/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "os/entry.h"
#include "os/fork.h"
#include "os/guarded.h"
#include "os/process.h"

static void put(const struct scratch *s, const char *name, const char *text)
{
	assert_int_equal(file_put(s->fd, name, str_bytes(str_from(text)), false), E_OK);
}

static void test_facts(void **state)
{
	const struct scratch *s = *state;
	struct entry_facts f;
	put(s, "file", "hello");
	assert_int_equal(symlinkat("file", s->fd, "link"), 0);
	assert_int_equal(mkfifoat(s->fd, "fifo", 0600), 0);
	assert_int_equal(entry_facts(s->fd, "file", &f), E_OK);
	assert_int_equal(f.type, ENTRY_FILE);
	assert_int_equal(f.stamp.size, 5);
	assert_int_equal(f.links, 1);
	assert_int_equal(f.mode, 0600);
	assert_int_equal(entry_facts(s->fd, "link", &f), E_OK);
	assert_int_equal(f.type, ENTRY_LINK);
	assert_int_equal(entry_facts(s->fd, "fifo", &f), E_OK);
	assert_int_equal(f.type, ENTRY_SPECIAL);
	assert_int_equal(entry_facts(s->fd, ".", &f), E_OK);
	assert_int_equal(f.type, ENTRY_FOLDER);
	assert_int_equal(entry_facts(s->fd, "none", &f), E_NOTFOUND);
}

static void test_open(void **state)
{
	const struct scratch *s = *state;
	struct entry_facts f;
	int fd = -1;
	put(s, "file", "hello");
	assert_int_equal(symlinkat("file", s->fd, "link"), 0);
	assert_int_equal(mkfifoat(s->fd, "fifo", 0600), 0);
	assert_int_equal(entry_open_file(s->fd, "link", &fd, &f), E_DENIED);
	assert_int_equal(entry_open_file(s->fd, "fifo", &fd, &f), E_DENIED);
	assert_int_equal(entry_open_file(s->fd, ".", &fd, &f), E_DENIED);
	assert_int_equal(entry_open_folder(s->fd, "link", &fd), E_NOTFOUND);
	assert_int_equal(fd, -1);
	assert_int_equal(entry_open_file(s->fd, "file", &fd, &f), E_OK);
	assert_int_equal(f.stamp.size, 5);
	close(fd);
}

/* Links lead around within the root, never out of it. */
static void test_open_inside(void **state)
{
	const struct scratch *s = *state;
	struct entry_facts f;
	int fd;
	assert_int_equal(folder_make(s->fd, "etc"), E_OK);
	put(s, "etc/passwd", "inside");
	assert_int_equal(symlinkat("/etc/passwd", s->fd, "absolute"), 0);
	assert_int_equal(symlinkat("../../../../../etc/passwd", s->fd, "upward"), 0);
	static const char *const paths[] = {
		"etc/passwd", "/etc/passwd", "absolute", "upward", "../../etc/passwd"};
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		assert_int_equal(entry_open_inside(s->fd, paths[i], &fd, &f), E_OK);
		assert_int_equal(f.stamp.size, 6);
		close(fd);
	}
	assert_int_equal(entry_open_inside(s->fd, "/proc/self/exe", &fd, &f), E_NOTFOUND);
}

/* Put aside after each name and opened again, a list is the same. */
static void test_reader(void **state)
{
	enum {
		NAMES = 3000
	};
	const struct scratch *s = *state;
	struct folder_reader r;
	struct entry_name e;
	char name[32];
	bool seen[NAMES] = {false};
	int fd;
	for (int i = 0; i < NAMES; i++) {
		snprintf(name, sizeof(name), "%d", i);
		close(openat(s->fd, name, O_CREAT | O_WRONLY, 0600));
	}
	assert_int_equal(entry_open_folder(s->fd, ".", &fd), E_OK);
	assert_int_equal(folder_reader_open(fd, &r), E_OK);
	for (int i = 0; i < NAMES; i++) {
		assert_int_equal(folder_reader_next(&r, &e), E_OK);
		assert_non_null(e.name);
		long number = strtol(e.name, NULL, 10);
		assert_in_range(number, 0, NAMES - 1);
		assert_false(seen[number]);
		seen[number] = true;
		if (i % 100 == 50) {
			folder_reader_fold(&r);
			assert_int_equal(entry_open_folder(s->fd, ".", &fd), E_OK);
			assert_int_equal(folder_reader_unfold(&r, fd), E_OK);
		}
	}
	assert_int_equal(folder_reader_next(&r, &e), E_OK);
	assert_null(e.name);
	folder_reader_close(&r);
}

static void test_file_systems(void **state)
{
	enum file_system kind;
	int fd = open("/proc", O_RDONLY);
	(void)state;
	assert_int_equal(file_system_of(fd, &kind), E_OK);
	assert_int_equal(kind, FILE_SYSTEM_KERNEL);
	close(fd);
	fd = memfd_create("x", MFD_CLOEXEC);
	assert_int_equal(file_system_of(fd, &kind), E_OK);
	assert_int_equal(kind, FILE_SYSTEM_OTHER);
	close(fd);
}

/* --- private files --- */

static void test_private(void **state)
{
	const struct scratch *s = *state;
	int fd;
	assert_int_equal(file_open_private(s->fd, "key", false, &fd), E_NOTFOUND);
	assert_int_equal(file_open_private(s->fd, "key", true, &fd), E_OK);
	assert_int_equal(file_lock_open(fd), E_OK);
	close(fd);
	assert_int_equal(fchmodat(s->fd, "key", 0640, 0), 0);
	assert_int_equal(file_open_private(s->fd, "key", true, &fd), E_DENIED);
	assert_int_equal(fchmodat(s->fd, "key", 0600, 0), 0);
	assert_int_equal(linkat(s->fd, "key", s->fd, "second", 0), 0);
	assert_int_equal(file_open_private(s->fd, "key", true, &fd), E_DENIED);
	assert_int_equal(symlinkat("elsewhere", s->fd, "link"), 0);
	assert_int_equal(file_open_private(s->fd, "link", true, &fd), E_DENIED);
}

static void test_sealed(void **state)
{
	int fd;
	uint8_t got[8];
	size_t size;
	(void)state;
	assert_int_equal(file_sealed(str_bytes(STR("hello")), &fd), E_OK);
	assert_int_equal(file_read_at(fd, 1, got, sizeof(got), &size), E_OK);
	assert_int_equal(size, 4);
	assert_memory_equal(got, "ello", 4);
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(ftruncate(fd, 0), -1);
	close(fd);
}

/* --- mappings --- */

static size_t sum(struct bytes b)
{
	size_t total = 0;
	for (size_t i = 0; i < b.size; i++)
		total += b.data[i];
	return total;
}

static void test_guarded(void **state)
{
	enum {
		SIZE = 1 << 20,
		KEPT = 4096
	};
	const struct scratch *s = *state;
	static uint8_t ones[SIZE];
	struct bytes b;
	memset(ones, 1, sizeof(ones));
	assert_int_equal(file_put(s->fd, "file", (struct bytes){ones, SIZE}, false), E_OK);
	int fd = openat(s->fd, "file", O_RDWR);
	for (int times = 0; times < 2; times++) {
		assert_int_equal(ftruncate(fd, SIZE), 0);
		assert_int_equal(pwrite(fd, ones, SIZE, 0), SIZE);
		assert_int_equal(guarded_map(fd, SIZE, &b), E_OK);
		assert_int_equal(sum(b), SIZE);
		assert_false(guarded_broken());
		assert_int_equal(ftruncate(fd, KEPT), 0);
		assert_int_equal(sum(b), KEPT);
		assert_true(guarded_broken());
		guarded_unmap();
		assert_false(guarded_broken());
	}
	close(fd);
}

/* A fault that is no mapping's kills as ever. */
static void test_other_fault(void **state)
{
	const struct scratch *s = *state;
	int status;
	struct bytes b;
	put(s, "file", "hello");
	int fd = openat(s->fd, "file", O_RDWR);
	pid_t pid = fork();
	if (pid == 0) {
		close(STDERR_FILENO);
		if (guarded_map(fd, 5, &b) != E_OK)
			_exit(1);
		raise(SIGBUS);
		raise(SIGBUS);
		_exit(2);
	}
	close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}

/* --- descriptors and copies --- */

static void test_descriptors(void **state)
{
	int ours, theirs, fds[DESCRIPTORS_MOST];
	uint8_t buffer[16];
	struct descriptors d;
	size_t size;
	(void)state;
	assert_int_equal(socket_pair(&ours, &theirs), E_OK);
	for (int i = 0; i < DESCRIPTORS_MOST; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(
		socket_receive_many(theirs, false, buffer, sizeof(buffer), &size, &d), E_BUSY);
	assert_int_equal(socket_send_many(ours, str_bytes(STR("hi")), fds, DESCRIPTORS_MOST), E_OK);
	assert_int_equal(
		socket_send_many(ours, str_bytes(STR("hi")), fds, DESCRIPTORS_MOST + 1), E_LIMIT);
	assert_int_equal(
		socket_receive_many(theirs, true, buffer, sizeof(buffer), &size, &d), E_OK);
	assert_int_equal(size, 2);
	assert_int_equal(d.count, DESCRIPTORS_MOST);
	for (int i = 0; i < DESCRIPTORS_MOST; i++) {
		assert_true(fcntl(d.fds[i], F_GETFD) & FD_CLOEXEC);
		close(fds[i]);
	}
	descriptors_close(&d);
	assert_int_equal(socket_send_many(ours, str_bytes(STR("alone")), NULL, 0), E_OK);
	assert_int_equal(
		socket_receive_many(theirs, true, buffer, sizeof(buffer), &size, &d), E_OK);
	assert_int_equal(d.count, 0);
	/* More than the socket holds. */
	enum err err = E_OK;
	for (int i = 0; i < 100000 && err == E_OK; i++)
		err = socket_send_many(ours, (struct bytes){buffer, sizeof(buffer)}, NULL, 0);
	assert_int_equal(err, E_BUSY);
	close(theirs);
	assert_int_equal(socket_send_many(ours, str_bytes(STR("hi")), NULL, 0), E_TRUNCATED);
	close(ours);
}

static void test_fork(void **state)
{
	pid_t pid;
	int status, pidfd;
	uint64_t used;
	char buffer[STATUS_TEXT];
	(void)state;
	assert_int_equal(fork_copy(&pid), E_OK);
	if (pid == 0)
		for (;;)
			pause();
	assert_int_equal(process_open(pid, &pidfd), E_OK);
	assert_int_equal(process_time(pid, &used), E_OK);
	process_kill(pidfd);
	assert_int_equal(fork_wait(pid, &status), E_OK);
	assert_true(str_equal(status_text(status, buffer), STR("SIGKILL")));
	process_kill(pidfd);
	close(pidfd);
	assert_int_equal(fork_wait(pid, &status), E_NOTFOUND);
	assert_int_equal(process_time(pid, &used), E_NOTFOUND);
}

static void test_meter(void **state)
{
	uint64_t before, after;
	int fd;
	(void)state;
	assert_int_equal(memory_meter_open(&fd), E_OK);
	assert_int_equal(memory_meter_read(fd, &before), E_OK);
	void *room =
		mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_int_equal(memory_meter_read(fd, &after), E_OK);
	assert_true(after - before >= 64 << 20);
	munmap(room, 64 << 20);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_facts, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(test_open, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(test_open_inside, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(test_reader, scratch_make, scratch_remove),
		cmocka_unit_test(test_file_systems),
		cmocka_unit_test_setup_teardown(test_private, scratch_make, scratch_remove),
		cmocka_unit_test(test_sealed),
		cmocka_unit_test_setup_teardown(test_guarded, scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(test_other_fault, scratch_make, scratch_remove),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_fork),
		cmocka_unit_test(test_meter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
