/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/account.h"
#include "office/account_token.h"

/* One-time links: to come in for the first time, or to set another password. They expire after
 * LIMIT_INVITATION_DAYS (a reset after LIMIT_RESET_HOURS, one that was asked for on the way in
 * after LIMIT_FORGOTTEN_MINUTES), are used once, and only their hash is stored.
 *
 * The link carries its token in the path: /desk/LANG/invitation/TOKEN. The desk answers it at once
 * with 303 to /desk/LANG/invitation and a cookie (__Host-desk-link; HttpOnly; SameSite=Lax;
 * Max-Age=1800) that holds the token, so that it does not stay in the address bar; both answers
 * have Referrer-Policy: no-referrer and Cache-Control: no-store, and neither path is logged.
 * Opening changes nothing, since programs that look at mail open links too: it is used by the
 * form. Its token against forgery is token_form_write() of the link's token. */
enum invitation_kind {
	INVITATION_JOIN,      /* sets name, language, password */
	INVITATION_RESET,     /* sets the password; the second factor stays */
	INVITATION_FORGOTTEN, /* the same, asked for by themselves; a short while */
	INVITATION_KIND__COUNT
};

/* How long a link of that kind is open, in seconds. */
int64_t invitation_seconds(enum invitation_kind kind);

struct invitation {
	int64_t id;
	enum invitation_kind kind;
	struct account account; /* whose: mail, name, role, org, lang */
	int64_t made_by;        /* account; 0: the operator at the machine */
	struct instant made, ends;
};

/* --- within a transaction; each writes its audit entry --- */

/* A link for an account; others of the same kind end. The account is made by account_add() first,
 * in the same transaction. JOIN only for who is invited, the others only for who is active: else
 * E_USAGE. E_NOTFOUND: no such account. `by` may be themselves (password forgotten): the mail
 * address is asked for, and whether there is such an account is not said. */
MUST_CHECK enum err invitation_make(struct office *o, const struct actor *by, int64_t account,
	enum invitation_kind kind, struct instant now, struct token *ret_token);

/* Name and lang count for JOIN only. The link is used up, other links and all sessions end. *ret_id
 * is the account. E_NOTFOUND: no such link, used, revoked, expired, account disabled. */
struct acceptance {
	struct str name;
	enum lang lang;
	struct password_hash password;
};
MUST_CHECK enum err invitation_accept(struct office *o, const struct token *token,
	const struct acceptance *acceptance, struct instant now, int64_t *ret_id);

MUST_CHECK enum err invitation_revoke(
	struct office *o, const struct actor *by, int64_t id, struct instant now);

/* --- reading --- */

/* What a token opens; texts lie in the arena. E_NOTFOUND as above, all alike. */
MUST_CHECK enum err invitation_find(struct office *o, const struct token *token, struct instant now,
	struct arena *arena, struct invitation *ret_invitation);

/* Open links of an account, newest first. Of struct account only id is filled. */
typedef enum err invitation_fn(void *context, const struct invitation *invitation);
MUST_CHECK enum err invitation_each(
	struct office *o, int64_t account, struct instant now, invitation_fn *fn, void *context);
