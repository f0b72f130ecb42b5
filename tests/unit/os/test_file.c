/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"

#include "os/file.h"

static struct bytes text_bytes(const char *text)
{
	return str_bytes(str_from(text));
}

static void assert_content(int folder, const char *name, const char *expected)
{
	struct writer w;
	writer_init(&w, 1000);
	assert_int_equal(file_load(folder, name, &w), E_OK);
	assert_true(str_equal(writer_view_str(&w), str_from(expected)));
	writer_release(&w);
}

static mode_t mode_of(int folder, const char *name)
{
	struct stat status;
	assert_int_equal(fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW), 0);
	return status.st_mode & 07777;
}

static enum err count_entry(void *context, const char *name)
{
	int *count = context;
	(void)name;
	(*count)++;
	return E_OK;
}

static int entries_in(int folder)
{
	int count = 0;
	assert_int_equal(folder_each(folder, count_entry, &count), E_OK);
	return count;
}

static void test_put_replaces_whole(void **state)
{
	const struct scratch *s = *state;
	assert_int_equal(file_put(s->fd, "a", text_bytes("one"), false), E_OK);
	assert_content(s->fd, "a", "one");
	assert_int_equal(mode_of(s->fd, "a"), 0600);
	assert_int_equal(file_put(s->fd, "a", text_bytes("second"), true), E_OK);
	assert_content(s->fd, "a", "second");
	assert_int_equal(mode_of(s->fd, "a"), 0644);
	assert_int_equal(entries_in(s->fd), 1);
}

static void test_commit_keeps_what_is_there(void **state)
{
	const struct scratch *s = *state;
	struct file_new f;
	assert_int_equal(file_put(s->fd, "a", text_bytes("first"), false), E_OK);
	assert_int_equal(file_new_begin(s->fd, &f), E_OK);
	assert_int_equal(file_write(f.fd, text_bytes("later")), E_OK);
	assert_int_equal(file_new_commit(&f, "a", false), E_EXISTS);
	assert_content(s->fd, "a", "first");
	assert_int_equal(entries_in(s->fd), 1);
	file_new_abort(&f);
}

static void test_nothing_before_commit(void **state)
{
	const struct scratch *s = *state;
	struct file_new f;
	int fd;
	assert_int_equal(file_new_begin(s->fd, &f), E_OK);
	assert_int_equal(file_write(f.fd, text_bytes("x")), E_OK);
	assert_int_equal(file_open_read(s->fd, "a", &fd), E_NOTFOUND);
	file_new_abort(&f);
	file_new_abort(&f);
	assert_int_equal(entries_in(s->fd), 0);
}

static void test_commit_takes_plain_names(void **state)
{
	const struct scratch *s = *state;
	static const char *const bad[] = {"", ".", "..", "a/b", "/etc/x"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct file_new f;
		assert_int_equal(file_new_begin(s->fd, &f), E_OK);
		assert_int_equal(file_new_commit(&f, bad[i], true), E_USAGE);
	}
	assert_int_equal(entries_in(s->fd), 0);
}

static void test_stays_below_the_folder(void **state)
{
	const struct scratch *s = *state;
	int fd = -7;
	assert_int_equal(folder_make(s->fd, "inner"), E_OK);
	assert_int_equal(folder_make(s->fd, "inner"), E_EXISTS);
	assert_int_equal(mode_of(s->fd, "inner"), 0700);
	assert_int_equal(file_put(s->fd, "inner/a", text_bytes("deep"), false), E_OK);
	assert_content(s->fd, "inner/a", "deep");
	assert_int_equal(symlinkat("a", s->fd, "inner/link"), 0);
	assert_int_equal(symlinkat("inner", s->fd, "way"), 0);
	assert_int_equal(file_open_read(s->fd, "inner/link", &fd), E_DENIED);
	assert_int_equal(file_open_read(s->fd, "way/a", &fd), E_DENIED);
	assert_int_equal(file_open_read(s->fd, "../../etc/passwd", &fd), E_DENIED);
	assert_int_equal(file_open_read(s->fd, "/etc/passwd", &fd), E_DENIED);
	assert_int_equal(file_put(s->fd, "way/b", text_bytes("x"), false), E_DENIED);
	assert_int_equal(file_delete(s->fd, "way/a"), E_DENIED);
	assert_int_equal(fd, -7);
	assert_content(AT_FDCWD, "/proc/self/comm", "test_os_file\n");
}

static void test_no_pipes_and_folders(void **state)
{
	const struct scratch *s = *state;
	int fd;
	assert_int_equal(mkfifoat(s->fd, "pipe", 0600), 0);
	assert_int_equal(file_open_read(s->fd, "pipe", &fd), E_DENIED);
	assert_int_equal(folder_make(s->fd, "inner"), E_OK);
	assert_int_equal(file_open_read(s->fd, "inner", &fd), E_DENIED);
	assert_int_equal(folder_open(s->fd, "pipe", &fd), E_NOTFOUND);
}

static void test_load_knows_its_limit(void **state)
{
	const struct scratch *s = *state;
	struct writer w;
	assert_int_equal(file_put(s->fd, "a", text_bytes("12345"), false), E_OK);
	writer_init(&w, 4);
	assert_int_equal(file_load(s->fd, "a", &w), E_LIMIT);
	writer_release(&w);
	writer_init(&w, 5);
	assert_int_equal(file_load(s->fd, "a", &w), E_OK);
	assert_int_equal(w.size, 5);
	assert_int_equal(file_load(s->fd, "none", &w), E_NOTFOUND);
	writer_release(&w);
}

static void test_map(void **state)
{
	const struct scratch *s = *state;
	struct mapping m;
	int fd;
	assert_int_equal(file_put(s->fd, "a", text_bytes("mapped"), false), E_OK);
	assert_int_equal(file_put(s->fd, "empty", text_bytes(""), false), E_OK);
	assert_int_equal(file_open_read(s->fd, "a", &fd), E_OK);
	assert_int_equal(file_map(fd, &m), E_OK);
	file_close(&fd);
	assert_int_equal(fd, -1);
	assert_int_equal(m.bytes.size, 6);
	assert_memory_equal(m.bytes.data, "mapped", 6);
	file_unmap(&m);
	file_unmap(&m);
	assert_int_equal(file_open_read(s->fd, "empty", &fd), E_OK);
	assert_int_equal(file_map(fd, &m), E_OK);
	file_close(&fd);
	assert_null(m.bytes.data);
	file_unmap(&m);
}

static void test_delete(void **state)
{
	const struct scratch *s = *state;
	assert_int_equal(file_put(s->fd, "a", text_bytes("x"), false), E_OK);
	assert_int_equal(file_delete(s->fd, "a"), E_OK);
	assert_int_equal(file_delete(s->fd, "a"), E_NOTFOUND);
}

static void test_lock(void **state)
{
	const struct scratch *s = *state;
	int mine;
	int other;
	assert_int_equal(file_lock(s->fd, "lock", &mine), E_OK);
	assert_int_equal(file_lock(s->fd, "lock", &other), E_BUSY);
	file_close(&mine);
	assert_int_equal(file_lock(s->fd, "lock", &other), E_OK);
	file_close(&other);
}

static void test_shared(void **state)
{
	const struct scratch *s = *state;
	struct shared_mapping one;
	struct shared_mapping other;
	int fd;
	int again;
	assert_int_equal(file_open_shared(s->fd, "a", 10000, NULL, &fd), E_OK);
	assert_int_equal(mode_of(s->fd, "a"), 0644);
	assert_int_equal(file_map_shared(fd, 10001, &one), E_TRUNCATED);
	assert_int_equal(file_map_shared(fd, 10000, &one), E_OK);
	assert_int_equal(one.data[9999], 0);
	assert_int_equal(file_open_shared(s->fd, "a", 100, NULL, &again), E_OK);
	assert_int_equal(file_map_shared(again, 10000, &other), E_OK);
	one.data[9999] = 7;
	assert_int_equal(other.data[9999], 7);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	file_close(&fd);
	file_close(&again);
	file_unmap_shared(&one);
	file_unmap_shared(&other);
	file_unmap_shared(&other);
}

/* Whoever may write in the folder may not choose what the supervisor opens as root. */
static void test_shared_is_one_plain_file(void **state)
{
	const struct scratch *s = *state;
	int fd;
	assert_int_equal(file_put(s->fd, "theirs", text_bytes("x"), false), E_OK);
	assert_int_equal(linkat(s->fd, "theirs", s->fd, "link", 0), 0);
	assert_int_equal(symlinkat("theirs", s->fd, "symbolic"), 0);
	assert_int_equal(symlinkat("nowhere", s->fd, "dangling"), 0);
	assert_int_equal(mkfifoat(s->fd, "pipe", 0600), 0);
	static const char *const bad[] = {"link", "symbolic", "dangling", "pipe", "../a"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(file_open_shared(s->fd, bad[i], 100, NULL, &fd), E_DENIED);
	assert_content(s->fd, "theirs", "x");
}

static void test_everything_closes_on_exec(void **state)
{
	const struct scratch *s = *state;
	struct file_new f;
	int fd;
	assert_int_equal(file_new_begin(s->fd, &f), E_OK);
	assert_true(fcntl(f.fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(file_new_commit(&f, "a", true), E_OK);
	assert_int_equal(file_open_read(s->fd, "a", &fd), E_OK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	file_close(&fd);
}

int main(void)
{
#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(test_put_replaces_whole),
		IN_SCRATCH(test_commit_keeps_what_is_there),
		IN_SCRATCH(test_nothing_before_commit),
		IN_SCRATCH(test_commit_takes_plain_names),
		IN_SCRATCH(test_stays_below_the_folder),
		IN_SCRATCH(test_no_pipes_and_folders),
		IN_SCRATCH(test_load_knows_its_limit),
		IN_SCRATCH(test_map),
		IN_SCRATCH(test_delete),
		IN_SCRATCH(test_lock),
		IN_SCRATCH(test_shared),
		IN_SCRATCH(test_shared_is_one_plain_file),
		IN_SCRATCH(test_everything_closes_on_exec),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
