/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of waiting mail, stopped before each call that changes the disk. */
#include "spool_acts.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "os/fault.h"

static void test_once_only(void **state)
{
	const struct scratch *scratch = *state;
	struct mail_spool s = spool_in(scratch->fd);
	struct mail_state done = {.attempts = 1, .last = now, .words = "250 OK"};
	static const enum mail_place ends[] = {MAIL_SENT, MAIL_FAILED};
	for (size_t i = 0; i < 2; i++) {
		const char *id = i ? "b" : "a";
		bool added;
		assert_int_equal(add(&s, id, &added), E_OK);
		assert_true(added);
		assert_true(reads(&s, MAIL_NEW, id));
		assert_int_equal(add(&s, id, &added), E_OK);
		assert_false(added);
		assert_int_equal(mail_spool_finish(&s, id, ends[i], &done), E_OK);
		assert_int_equal(add(&s, id, &added), E_OK);
		assert_false(added);
		assert_int_equal(in_place(&s, MAIL_NEW), 0);
		assert_int_equal(in_place(&s, ends[i]), 1);
	}
	mail_spool_close(&s);
}

static void test_links_are_forgotten(void **state)
{
	const struct scratch *scratch = *state;
	struct mail_spool s = spool_in(scratch->fd);
	struct mail_state done = {.attempts = 3, .last = now, .words = "250 OK"}, got;
	struct mail_file f;
	struct writer w;
	bool added;
	assert_int_equal(add(&s, "a", &added), E_OK);
	assert_int_equal(mail_spool_finish(&s, "a", MAIL_SENT, &done), E_OK);
	writer_init(&w, LIMIT_MAIL_FILE);
	assert_int_equal(file_load(s.place[MAIL_SENT], "a", &w), E_OK);
	struct str left = writer_view_str(&w);
	assert_true(str_find(left, STR("secret")) == left.size);
	assert_true(str_find(left, STR("an@c")) == left.size);
	assert_int_equal(mail_spool_read(&s, MAIL_SENT, "a", &w, &f), E_NOTFOUND);
	writer_release(&w);
	assert_int_equal(mail_spool_state(&s, MAIL_SENT, "a", &got), E_OK);
	assert_int_equal(got.attempts, 3);
	assert_int_equal(got.last.seconds, now.seconds);
	mail_spool_close(&s);
}

static void test_retry(void **state)
{
	const struct scratch *scratch = *state;
	struct mail_spool s = spool_in(scratch->fd);
	struct mail_state refused = {.attempts = 1, .last = now, .words = "550 no"}, got;
	struct instant later = {now.seconds + 1000000};
	bool added;
	assert_int_equal(mail_spool_retry(&s, "a", later), E_NOTFOUND);
	assert_int_equal(mail_spool_retry(&s, "../new/a", later), E_NOTFOUND);
	assert_int_equal(add(&s, "a", &added), E_OK);
	assert_int_equal(mail_spool_finish(&s, "a", MAIL_FAILED, &refused), E_OK);
	assert_int_equal(mail_spool_state(&s, MAIL_FAILED, "a", &got), E_OK);
	assert_string_equal(got.words, "550 no");
	assert_int_equal(mail_spool_retry(&s, "a", later), E_OK);
	assert_true(reads(&s, MAIL_NEW, "a"));
	assert_int_equal(in_place(&s, MAIL_FAILED), 0);
	assert_int_equal(mail_spool_state(&s, MAIL_NEW, "a", &got), E_OK);
	assert_int_equal(got.attempts, 0);
	assert_int_equal(got.until.seconds, later.seconds + (int64_t)LIMIT_MAIL_SECONDS);
	assert_int_equal(mail_spool_finish(&s, "a", MAIL_SENT, &got), E_OK);
	assert_int_equal(mail_spool_retry(&s, "a", later), E_EXISTS);
	mail_spool_close(&s);
}

static void test_old_ones_go(void **state)
{
	const struct scratch *scratch = *state;
	struct mail_spool s = spool_in(scratch->fd);
	struct mail_state done = {.last = now, .words = ""};
	struct timespec clock;
	bool added;
	assert_int_equal(add(&s, "a", &added), E_OK);
	assert_int_equal(add(&s, "b", &added), E_OK);
	assert_int_equal(mail_spool_finish(&s, "a", MAIL_SENT, &done), E_OK);
	assert_int_equal(mail_spool_finish(&s, "b", MAIL_FAILED, &done), E_OK);
	clock_gettime(CLOCK_REALTIME, &clock);
	struct instant then = {clock.tv_sec + (int64_t)(LIMIT_MAIL_FAILED_DAYS - 1) * 86400};
	assert_int_equal(mail_spool_sweep(&s, then), E_OK);
	assert_int_equal(in_place(&s, MAIL_FAILED), 1);
	then.seconds += (int64_t)2 * 86400;
	assert_int_equal(mail_spool_sweep(&s, then), E_OK);
	assert_int_equal(in_place(&s, MAIL_FAILED), 0);
	assert_int_equal(in_place(&s, MAIL_SENT), 1);
	then.seconds += (int64_t)LIMIT_MAIL_SENT_DAYS * 86400;
	assert_int_equal(mail_spool_sweep(&s, then), E_OK);
	assert_int_equal(in_place(&s, MAIL_SENT), 0);
	mail_spool_close(&s);
}

static void test_one_sender(void **state)
{
	const struct scratch *scratch = *state;
	struct mail_spool s = spool_in(scratch->fd);
	int first, second;
	assert_int_equal(mail_spool_lock(&s, &first), E_OK);
	assert_int_equal(mail_spool_lock(&s, &second), E_BUSY);
	file_close(&first);
	assert_int_equal(mail_spool_lock(&s, &second), E_OK);
	file_close(&second);
	mail_spool_close(&s);
}

/* --- stopped anywhere --- */

/* In a process of its own; false when it came to its end before call k. */
static bool stopped(const struct scratch *scratch, enum act act, enum fault fault, uint64_t k)
{
	int status;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct mail_spool s;
		if (mail_spool_open(scratch->fd, true, &s) != E_OK || prepare(&s, act) != E_OK)
			_exit(9);
		fault_plan(fault, k);
		enum err err = perform(&s, act);
		_exit(fault_calls() < k ? 0 : err == E_OK ? 1 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGKILL);
		return true;
	}
	assert_int_not_equal(WEXITSTATUS(status), 9);
	return WEXITSTATUS(status) != 0;
}

static void each_call(enum act act, enum fault fault)
{
	bool again = true;
	uint64_t k = 1;
	for (; again; k++) {
		void *state;
		assert_int_equal(scratch_make(&state), 0);
		again = stopped(state, act, fault, k);
		check_after(((struct scratch *)state)->fd, act);
		struct scratch *s = state;
		int below = openat(s->fd, "mail", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		scratch_empty(below);
		scratch_remove(&state);
	}
	/* Each act is at least: write, fsync, rename, fsync of the folder. */
	assert_true(k > 4);
}

static void test_stopped_anywhere(void **state)
{
	(void)state;
	for (int act = 0; act < ACT__COUNT; act++)
		each_call((enum act)act, FAULT_STOP);
}

static void test_torn_anywhere(void **state)
{
	(void)state;
	each_call(ACT_ADD, FAULT_TEAR);
	each_call(ACT_SENT, FAULT_TEAR);
}

static void test_disk_full(void **state)
{
	(void)state;
	for (int act = 0; act < ACT__COUNT; act++)
		each_call((enum act)act, FAULT_FULL);
}

static int remove_spool(void **state)
{
	const struct scratch *s = *state;
	int below = openat(s->fd, "mail", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (below >= 0)
		scratch_empty(below);
	return scratch_remove(state);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, scratch_make, remove_spool)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(test_once_only),
		WITH_FOLDER(test_links_are_forgotten),
		WITH_FOLDER(test_retry),
		WITH_FOLDER(test_old_ones_go),
		WITH_FOLDER(test_one_sender),
		cmocka_unit_test(test_stopped_anywhere),
		cmocka_unit_test(test_torn_anywhere),
		cmocka_unit_test(test_disk_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
