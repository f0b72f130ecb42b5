/* SPDX-License-Identifier: Apache-2.0 */
#include "scanning.h"

#include "scan/verdicts.h"

static const uint8_t engine[VERDICT_ENGINE] = {1, 2, 3}, other_engine[VERDICT_ENGINE] = {4};

struct keeping {
	char folder[64];
	char path[128], key[128];
	struct verdicts *v;
	enum err ignored;
};

static int begin(void **state)
{
	struct keeping *k = calloc(1, sizeof(*k));
	memcpy(k->folder, "/tmp/quetsach-verdicts-XXXXXX", 30);
	assert_non_null(mkdtemp(k->folder));
	snprintf(k->path, sizeof(k->path), "%s/verdicts", k->folder);
	snprintf(k->key, sizeof(k->key), "%s/verdicts.key", k->folder);
	*state = k;
	return 0;
}

static int end(void **state)
{
	struct keeping *k = *state;
	unlink(k->path);
	unlink(k->key);
	assert_int_equal(rmdir(k->folder), 0);
	free(k);
	return 0;
}

static void open_on(struct keeping *k, const uint8_t *of, uint32_t day)
{
	k->ignored = E_USAGE;
	assert_int_equal(verdicts_open(k->path, of, day, &k->v, &k->ignored), E_OK);
}

static void close_now(struct keeping *k)
{
	verdicts_free(k->v);
	k->v = NULL;
}

static struct file_stamp stamp(uint64_t number)
{
	return (struct file_stamp){
		.device = 1, .inode = number, .size = 10, .changed = 1000, .modified = 2000};
}

static bool has(struct keeping *k, uint64_t number)
{
	struct file_stamp s = stamp(number);
	return verdicts_clean(k->v, &s, STR("/a"));
}

static void add(struct keeping *k, uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++) {
		struct file_stamp s = stamp(i);
		verdicts_add(k->v, &s, STR("/a"));
	}
}

static size_t count(struct keeping *k, uint64_t from, uint64_t to)
{
	size_t n = 0;
	for (uint64_t i = from; i < to; i++)
		n += has(k, i);
	return n;
}

static long size_of(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 ? (long)status.st_size : -1;
}

static void test_remembers(void **state)
{
	struct keeping *k = *state;
	open_on(k, engine, 100);
	assert_int_equal(k->ignored, E_OK);
	assert_false(has(k, 1));
	add(k, 0, 10000);
	assert_int_equal(verdicts_finish(k->v), E_OK);
	close_now(k);
	open_on(k, engine, 101);
	assert_int_equal(k->ignored, E_OK);
	assert_int_equal(count(k, 0, 10000), 10000);
	assert_int_equal(count(k, 10000, 10100), 0);
	close_now(k);
}

/* Every part of the stamp counts. */
static void test_any_change(void **state)
{
	struct keeping *k = *state;
	struct file_stamp changed[5];
	open_on(k, engine, 100);
	add(k, 7, 8);
	for (int i = 0; i < 5; i++)
		changed[i] = stamp(7);
	changed[0].device++;
	changed[1].inode++;
	changed[2].size++;
	changed[3].changed++;
	changed[4].modified--;
	for (int i = 0; i < 5; i++)
		assert_false(verdicts_clean(k->v, &changed[i], STR("/a")));
	struct file_stamp same = stamp(7);
	assert_false(verdicts_clean(k->v, &same, STR("/b")));
	assert_true(has(k, 7));
	close_now(k);
}

/* Killed at any byte of writing: what is whole is used, nothing is told. */
static void test_cut_off(void **state)
{
	struct keeping *k = *state;
	open_on(k, engine, 100);
	long header = size_of(k->path);
	add(k, 0, 3000);
	verdicts_save(k->v);
	close_now(k);
	long size = size_of(k->path);
	for (long at = size - 1; at >= header; at -= 997) {
		assert_int_equal(truncate(k->path, at), 0);
		open_on(k, engine, 100);
		assert_int_equal(k->ignored, E_OK);
		size_t kept = count(k, 0, 3000);
		assert_true(kept < 3000 && kept % 1024 == 0);
		close_now(k);
	}
	/* And is gone on with. */
	open_on(k, engine, 100);
	add(k, 0, 3000);
	verdicts_save(k->v);
	close_now(k);
	open_on(k, engine, 100);
	assert_int_equal(count(k, 0, 3000), 3000);
	close_now(k);
}

static void flip(const char *path, long at)
{
	int fd = open(path, O_RDWR);
	uint8_t byte;
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

/* Whatever byte is another: believed up to there, told, and no verdict that was not given. */
static void test_forged(void **state)
{
	struct keeping *k = *state;
	for (long at = 0;; at += 61) {
		open_on(k, engine, 100);
		add(k, 0, 50);
		verdicts_save(k->v);
		close_now(k);
		if (at >= size_of(k->path))
			break;
		flip(k->path, at);
		open_on(k, engine, 100);
		assert_true(
			k->ignored == E_CORRUPT || k->ignored == E_VERSION || k->ignored == E_OK);
		assert_int_equal(count(k, 0, 50), 0);
		close_now(k);
		unlink(k->path);
	}
}

static void test_another_key(void **state)
{
	struct keeping *k = *state;
	open_on(k, engine, 100);
	add(k, 0, 50);
	assert_int_equal(verdicts_finish(k->v), E_OK);
	close_now(k);
	flip(k->key, 5);
	open_on(k, engine, 100);
	assert_int_equal(k->ignored, E_CORRUPT);
	assert_int_equal(count(k, 0, 50), 0);
	close_now(k);
}

static void test_another_engine(void **state)
{
	struct keeping *k = *state;
	open_on(k, engine, 100);
	add(k, 0, 50);
	close_now(k);
	open_on(k, other_engine, 100);
	assert_int_equal(k->ignored, E_VERSION);
	assert_int_equal(count(k, 0, 50), 0);
	close_now(k);
}

static void test_of_others(void **state)
{
	struct keeping *k = *state;
	struct stat status;
	open_on(k, engine, 100);
	add(k, 0, 50);
	assert_int_equal(verdicts_finish(k->v), E_OK);
	close_now(k);
	assert_int_equal(stat(k->key, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(stat(k->path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(chmod(k->path, 0666), 0);
	open_on(k, engine, 100);
	assert_int_equal(k->ignored, E_DENIED);
	assert_int_equal(count(k, 0, 50), 0);
	close_now(k);
	assert_int_equal(chmod(k->key, 0644), 0);
	assert_int_equal(verdicts_open(k->path, engine, 100, &k->v, &k->ignored), E_DENIED);
}

static void test_one_at_a_time(void **state)
{
	struct keeping *k = *state;
	struct verdicts *second;
	enum err ignored;
	open_on(k, engine, 100);
	assert_int_equal(verdicts_open(k->path, engine, 100, &second, &ignored), E_BUSY);
	close_now(k);
}

/* What has not been of use for long goes; what is goes on. */
static void test_ageing(void **state)
{
	struct keeping *k = *state;
	open_on(k, engine, 100);
	add(k, 0, 5000);
	assert_int_equal(verdicts_finish(k->v), E_OK);
	close_now(k);
	long full = size_of(k->path);
	open_on(k, engine, 160);
	assert_int_equal(count(k, 0, 1000), 1000);
	assert_int_equal(verdicts_finish(k->v), E_OK);
	close_now(k);
	open_on(k, engine, 200);
	assert_int_equal(count(k, 0, 5000), 1000);
	assert_int_equal(verdicts_finish(k->v), E_OK);
	close_now(k);
	assert_true(size_of(k->path) < full / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_remembers, begin, end),
		cmocka_unit_test_setup_teardown(test_any_change, begin, end),
		cmocka_unit_test_setup_teardown(test_cut_off, begin, end),
		cmocka_unit_test_setup_teardown(test_forged, begin, end),
		cmocka_unit_test_setup_teardown(test_another_key, begin, end),
		cmocka_unit_test_setup_teardown(test_another_engine, begin, end),
		cmocka_unit_test_setup_teardown(test_of_others, begin, end),
		cmocka_unit_test_setup_teardown(test_one_at_a_time, begin, end),
		cmocka_unit_test_setup_teardown(test_ageing, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
