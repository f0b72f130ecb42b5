/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "office/actor.h"

/* Accounts of people. They come in by mail address, folded to lower case; how they prove who they
 * are is below and in second_factor.h, how guessing is slowed in attempt.h. */
enum account_state {
	ACCOUNT_INVITED, /* has no password yet */
	ACCOUNT_ACTIVE,
	ACCOUNT_DISABLED,
	ACCOUNT_STATE__COUNT
};
struct str account_state_name(enum account_state state); /* "invited": in JSON */

struct account {
	int64_t id;      /* 1 …; never used again */
	struct str mail; /* folded */
	struct str name; /* as people call them; UTF-8, one line, not empty */
	enum role role;
	int64_t org; /* 0: none (operator, auditor); others have one */
	enum lang lang;
	enum account_state state;
	struct instant made;
	struct instant seen;     /* came in last; 0: never */
	struct instant password; /* set last; 0: never */
	bool second_factor;      /* has one */
	bool digest;             /* a coordinator: gets the digests */
};

/* Lower case, for looking up and storing. False where it cannot be a mail address: one @, at most
 * 254 bytes, 64 before the @, printable ASCII without space, quotes, angle brackets, comma. */
enum {
	MAIL_BYTES = 254
};
bool mail_fold(struct str mail, char ret_folded[MAIL_BYTES + 1]);

/* What may become of a role: operators give every role, coordinators those that act for an org.
 * Asked before somebody is invited, disabled or given another role, besides ACT_INVITE for the
 * account's org. */
bool role_gives(enum role by, enum role given);
bool role_needs_org(enum role role);

/* Texts lie in the arena. E_NOTFOUND. */
MUST_CHECK enum err account_find(
	struct office *o, int64_t id, struct arena *arena, struct account *ret_account);
MUST_CHECK enum err account_find_mail(
	struct office *o, struct str mail, struct arena *arena, struct account *ret_account);

/* By mail address, from after `after` (empty: the first), at most `limit`; texts are borrowed until
 * fn returns. */
struct account_choice {
	int64_t org; /* 0: those of none; -1: all there are */
	struct str after;
	size_t limit;
	bool below;       /* also those of all that stands below org today */
	struct str words; /* stand in mail or name, ASCII without case; empty: any */
};
typedef enum err account_fn(void *context, const struct account *account);
MUST_CHECK enum err account_each(
	struct office *o, const struct account_choice *choice, account_fn *fn, void *context);

/* --- changes: within a transaction of office_begin(); each writes its audit entry; `by` is who
 * does it, and the handler has asked actor_may() and role_gives() --- */

/* Mail, name, role, org, lang of `account`; invited, without a password: invitation.h makes the
 * link. E_EXISTS: the address has an account, maybe of an org that `by` may not see: people are
 * told no more than that it cannot be invited. E_SYNTAX: no mail address, or no name; E_RANGE: a
 * role that needs an org has none, or the other way round; E_NOTFOUND: there is no such org. */
MUST_CHECK enum err account_add(struct office *o, const struct actor *by,
	const struct account *account, struct instant now, int64_t *ret_id);

/* Name and language, by themselves or who manages them. */
MUST_CHECK enum err account_rename(struct office *o, const struct actor *by, int64_t id,
	struct str name, enum lang lang, struct instant now);

/* Another role, another unit: ends all their sessions and links, for what they may is another thing
 * from then on. Same as before: changes nothing. E_USAGE: oneself; E_RANGE, E_NOTFOUND as with
 * account_add(). The handler has asked role_gives() for both roles, actor_may() for both units. */
MUST_CHECK enum err account_assign(struct office *o, const struct actor *by, int64_t id,
	enum role role, int64_t org, struct instant now);

/* Whether a coordinator gets digests. */
MUST_CHECK enum err account_set_digest(
	struct office *o, const struct actor *by, int64_t id, bool digest, struct instant now);

/* Ends all their sessions, links and devices. E_NOTFOUND; E_USAGE: oneself. */
MUST_CHECK enum err account_disable(
	struct office *o, const struct actor *by, int64_t id, struct instant now);

/* As it was: active where they had a password, else invited. */
MUST_CHECK enum err account_enable(
	struct office *o, const struct actor *by, int64_t id, struct instant now);

/* --- passwords --- */

enum password_fault {
	PASSWORD_FINE,
	PASSWORD_SHORT,    /* under LIMIT_PASSWORD_LEAST characters */
	PASSWORD_LONG,     /* over LIMIT_PASSWORD_BYTES */
	PASSWORD_TEXT,     /* not UTF-8, or with control characters */
	PASSWORD_PERSONAL, /* mostly the mail address or the name */
	PASSWORD_COMMON,   /* among those that are tried first, or one thing over and over */
	PASSWORD_FAULT__COUNT
};

/* NIST SP 800-63B, 5.1.1.2: length, no context-specific or commonly used ones, no rules on what it
 * is composed of. */
enum password_fault password_judge(struct str password, struct str mail, struct str name);

/* Argon2id with its parameters and salt, as libsodium writes it. */
struct password_hash {
	char text[128];
};

/* Takes some 0.1 s and LIMIT_PASSWORD_MEMORY: never within a transaction. E_NOMEM, E_RANGE. */
MUST_CHECK enum err password_hash(struct str password, struct password_hash *ret_hash);

/* Whose password it is: only reads; outside any transaction, after attempt_take(). *ret_rehash: the
 * limits have risen since it was set; hash it anew and call account_rehash(). E_DENIED: no such
 * account, none active, or a wrong password; each takes the time of one hash. */
MUST_CHECK enum err account_prove(struct office *o, struct str mail, struct str password,
	int64_t *ret_account, bool *ret_rehash);

/* The same for somebody who is in and shall prove it again. */
MUST_CHECK enum err account_prove_again(struct office *o, int64_t id, struct str password);

/* Within a transaction. Ends all sessions but `keep` (0: none), and open links of theirs. */
MUST_CHECK enum err account_set_password(struct office *o, const struct actor *by, int64_t id,
	const struct password_hash *hash, int64_t keep, struct instant now);

/* Within a transaction: the same password under new limits; ends nothing. */
MUST_CHECK enum err account_rehash(struct office *o, int64_t id, const struct password_hash *hash);
