/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of waiting mail, stopped before each call that changes the disk. */
#include "scratch.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "base/limits.h"
#include "mail/spool.h"
#include "os/fault.h"

static const struct instant now = {1603238399};

static struct mail_message message(const char *id)
{
	return (struct mail_message){.id = str_from(id),
		.from = STR("quetsach@b.example"),
		.to = STR("an@c.example"),
		.subject = STR("Nhắc hạn"),
		.text = STR("https://b.example/secret\n")};
}

static enum err add(struct mail_spool *s, const char *id, bool *ret_added)
{
	struct mail_message m = message(id);
	struct problem problem;
	return mail_spool_add(s, &m, now, (struct instant){0}, ret_added, &problem);
}

static struct mail_spool spool_in(int folder)
{
	struct mail_spool s;
	assert_int_equal(mail_spool_open(folder, true, &s), E_OK);
	return s;
}

static enum err count(void *context, const char *name)
{
	int *found = context;
	(void)name;
	++*found;
	return E_OK;
}

static int in_place(const struct mail_spool *s, enum mail_place place)
{
	int found = 0;
	assert_int_equal(mail_spool_each(s, place, count, &found), E_OK);
	return found;
}

static bool reads(const struct mail_spool *s, enum mail_place place, const char *id)
{
	struct mail_file f;
	struct writer w;
	writer_init(&w, LIMIT_MAIL_FILE);
	enum err err = mail_spool_read(s, place, id, &w, &f);
	bool whole = err == E_OK && str_equal(f.to, STR("an@c.example")) &&
		     f.until.seconds == now.seconds + (int64_t)LIMIT_MAIL_SECONDS;
	writer_release(&w);
	return whole;
}

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

enum act {
	ACT_ADD,
	ACT_PUT_OFF,
	ACT_SENT,
	ACT_FAILED,
	ACT_RETRY,
	ACT__COUNT
};

static enum err prepare(struct mail_spool *s, enum act act)
{
	const struct mail_state state = {.attempts = 1, .last = now, .words = "451 later"};
	bool added;
	if (act == ACT_ADD)
		return E_OK;
	TRY(add(s, "a", &added));
	if (act == ACT_RETRY)
		return mail_spool_finish(s, "a", MAIL_FAILED, &state);
	return act == ACT_SENT ? mail_spool_put_off(s, "a", &state) : E_OK;
}

static enum err perform(struct mail_spool *s, enum act act)
{
	const struct mail_state state = {.attempts = 2, .last = now, .words = "said"};
	bool added;
	switch (act) {
	case ACT_ADD:
		return add(s, "a", &added);
	case ACT_PUT_OFF:
		return mail_spool_put_off(s, "a", &state);
	case ACT_SENT:
		return mail_spool_finish(s, "a", MAIL_SENT, &state);
	case ACT_FAILED:
		return mail_spool_finish(s, "a", MAIL_FAILED, &state);
	case ACT_RETRY:
		return mail_spool_retry(s, "a", now);
	case ACT__COUNT:
		break;
	}
	return E_USAGE;
}

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

/* What the next process finds: the mail whole, in one place, and no second one by adding again. */
static void check_after(const struct scratch *scratch, enum act act)
{
	struct mail_spool s = spool_in(scratch->fd);
	struct mail_state state;
	bool added;
	assert_int_equal(mail_spool_sweep(&s, now), E_OK);
	int waiting = in_place(&s, MAIL_NEW), sent = in_place(&s, MAIL_SENT),
	    failed = in_place(&s, MAIL_FAILED);
	assert_true(
		waiting + sent + failed == 1 || (act == ACT_ADD && waiting + sent + failed == 0));
	assert_true(sent == 0 || act == ACT_SENT);
	if (waiting)
		assert_true(reads(&s, MAIL_NEW, "a"));
	if (failed) {
		assert_true(reads(&s, MAIL_FAILED, "a"));
		assert_int_equal(mail_spool_state(&s, MAIL_FAILED, "a", &state), E_OK);
		assert_true(act == ACT_RETRY || strcmp(state.words, "said") == 0);
	}
	if (sent) {
		assert_int_equal(mail_spool_state(&s, MAIL_SENT, "a", &state), E_OK);
		assert_false(reads(&s, MAIL_SENT, "a"));
	}
	assert_int_equal(add(&s, "a", &added), E_OK);
	assert_int_equal(added, waiting + sent + failed == 0);
	assert_int_equal(
		in_place(&s, MAIL_NEW) + in_place(&s, MAIL_SENT) + in_place(&s, MAIL_FAILED), 1);
	mail_spool_close(&s);
}

static void each_call(enum act act, enum fault fault)
{
	bool again = true;
	uint64_t k = 1;
	for (; again; k++) {
		void *state;
		assert_int_equal(scratch_make(&state), 0);
		again = stopped(state, act, fault, k);
		check_after(state, act);
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
