/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "scratch.h"

#include "base/limits.h"
#include "mail/spool.h"

/* What is done to the folder of mail, and what must be found after it was stopped: for tests that
 * stop it in different ways. */

static const struct instant now = {1603238399};

static inline struct mail_message message(const char *id)
{
	return (struct mail_message){.id = str_from(id),
		.from = STR("quetsach@b.example"),
		.to = STR("an@c.example"),
		.subject = STR("Nhắc hạn"),
		.text = STR("https://b.example/secret\n")};
}

static inline enum err add(struct mail_spool *s, const char *id, bool *ret_added)
{
	struct mail_message m = message(id);
	struct problem problem;
	return mail_spool_add(s, &m, now, (struct instant){0}, ret_added, &problem);
}

static inline struct mail_spool spool_in(int folder)
{
	struct mail_spool s;
	assert_int_equal(mail_spool_open(folder, true, &s), E_OK);
	return s;
}

static inline enum err count(void *context, const char *name)
{
	int *found = context;
	(void)name;
	++*found;
	return E_OK;
}

static inline int in_place(const struct mail_spool *s, enum mail_place place)
{
	int found = 0;
	assert_int_equal(mail_spool_each(s, place, count, &found), E_OK);
	return found;
}

static inline bool reads(const struct mail_spool *s, enum mail_place place, const char *id)
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

enum act {
	ACT_ADD,
	ACT_PUT_OFF,
	ACT_SENT,
	ACT_FAILED,
	ACT_RETRY,
	ACT__COUNT
};

static inline enum err prepare(struct mail_spool *s, enum act act)
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

static inline enum err perform(struct mail_spool *s, enum act act)
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

/* What the next process finds: the mail whole, in one place, and no second one by adding again. */
static inline void check_after(int folder, enum act act)
{
	struct mail_spool s = spool_in(folder);
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
