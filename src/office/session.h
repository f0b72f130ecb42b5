/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/ip.h"
#include "office/account.h"
#include "office/account_token.h"

/* Who is in. The browser's cookie holds the token, the database its hash. A session ends after
 * LIMIT_SESSION_IDLE seconds without a request and LIMIT_SESSION_WHOLE seconds in any case; one
 * that waits for a second factor after LIMIT_SESSION_WAITING. */
enum session_stage {
	SESSION_FACTOR, /* password right, second factor awaited: may do nothing else */
	SESSION_ENROL,  /* in, but must set up a second factor first: may do nothing else */
	SESSION_IN,
	SESSION_STAGE__COUNT
};

struct session {
	int64_t id;
	enum session_stage stage;
	struct account account;    /* whose; active */
	struct instant made, seen; /* seen: to the minute */
	struct instant ends;       /* at the latest */
	struct str unit;           /* where it began: "192.0.2.1", "2001:db8::/64" */
	struct str agent;          /* what the browser said of itself; hostile text: escape it */
};

/* One indexed read. Texts lie in the arena. E_NOTFOUND: none, ended, or the account is not active.
 */
MUST_CHECK enum err session_find(struct office *o, const struct token *token, struct instant now,
	struct arena *arena, struct session *ret_session);

/* Borrows the session's texts. */
struct actor session_actor(const struct session *s);

/* Whether `seen` is a minute old: then, and only then, session_see() in a transaction. */
bool session_unseen(const struct session *s, struct instant now);
MUST_CHECK enum err session_see(struct office *o, int64_t id, struct instant now);

/* --- within a transaction --- */

struct session_origin {
	struct unit unit;
	struct str agent; /* cut at LIMIT_SESSION_AGENT bytes */
};

/* After account_prove(). An account has at most LIMIT_SESSIONS; the one seen longest ago ends.
 * SESSION_IN is written into the audit and into the account's `seen`. */
MUST_CHECK enum err session_begin(struct office *o, int64_t account, enum session_stage stage,
	const struct session_origin *origin, struct instant now, struct token *ret_token);

/* To the next stage, under a new token: the old one ends, so that nobody who had it is carried up.
 */
MUST_CHECK enum err session_raise(struct office *o, const struct session *s,
	enum session_stage stage, struct instant now, struct token *ret_token);

/* One of an account's sessions. E_NOTFOUND: it is not one of theirs. */
MUST_CHECK enum err session_end(
	struct office *o, const struct actor *by, int64_t account, int64_t id, struct instant now);

/* All but `keep` (0: all). */
MUST_CHECK enum err session_end_others(struct office *o, const struct actor *by, int64_t account,
	int64_t keep, struct instant now);

/* Forgets what has ended: now and then. */
MUST_CHECK enum err session_sweep(struct office *o, struct instant now);

/* --- */

/* Last seen first. Of struct account only id is filled; texts are borrowed until fn returns. */
typedef enum err session_fn(void *context, const struct session *session);
MUST_CHECK enum err session_each(
	struct office *o, int64_t account, struct instant now, session_fn *fn, void *context);
