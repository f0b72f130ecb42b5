/* SPDX-License-Identifier: Apache-2.0 */
#include "office/invitation.h"

#include "base/limits.h"
#include "office/account_parts.h"
#include "office/actor.h"

enum err invitation_close_all(struct office *o, int64_t account)
{
	return office_run(o, "UPDATE invitation SET closed = 1 WHERE account = ?1 AND closed = ?2",
		account, 0);
}

int64_t invitation_seconds(enum invitation_kind kind)
{
	int64_t days = (int64_t)LIMIT_INVITATION_DAYS * SECONDS_PER_DAY;
	int64_t hours = (int64_t)LIMIT_RESET_HOURS * SECONDS_PER_HOUR;
	if (kind == INVITATION_FORGOTTEN)
		return (int64_t)LIMIT_FORGOTTEN_MINUTES * 60;
	return kind == INVITATION_JOIN ? days : hours;
}

/* Who never had a password is invited, who has one resets it: never the other way round. */
static enum err check_kind(struct office *o, int64_t account, enum invitation_kind kind)
{
	struct sql q;
	sql_open(&q, &o->db, "SELECT state FROM account WHERE id = ?");
	sql_int(&q, account);
	bool found = sql_row(&q);
	int64_t state = found ? sql_get(&q, 0) : 0;
	TRY(sql_close(&q));
	if (!found)
		return E_NOTFOUND;
	return state == (kind == INVITATION_JOIN ? ACCOUNT_INVITED : ACCOUNT_ACTIVE) ? E_OK
										     : E_USAGE;
}

static const char *verb_of(enum invitation_kind kind)
{
	if (kind == INVITATION_FORGOTTEN)
		return "account.forgotten";
	return kind == INVITATION_JOIN ? "account.invite" : "account.reset";
}

enum err invitation_make(struct office *o, const struct actor *by, int64_t account,
	enum invitation_kind kind, struct instant now, struct token *ret_token)
{
	struct sql q;
	struct token token;
	struct token_hash hash;
	TRY(check_kind(o, account, kind));
	TRY(invitation_close_all(o, account));
	token_make(&token);
	token_hash(&token, &hash);
	sql_open(&q, &o->db,
		"INSERT INTO invitation (hash, account, kind, made_by, made, ends)"
		" VALUES (?, ?, ?, ?, ?, ?)");
	sql_blob(&q, (struct bytes){hash.bytes, sizeof(hash.bytes)});
	sql_int(&q, account);
	sql_int(&q, kind);
	sql_int(&q, by->account);
	sql_int(&q, now.seconds);
	sql_int(&q, now.seconds + invitation_seconds(kind));
	enum err err = sql_run(&q);
	if (err == E_OK)
		err = account_log(o, by, account, verb_of(kind), STR(""), now);
	if (err == E_OK)
		*ret_token = token;
	token_wipe(&token);
	return err;
}

static struct invitation read_invitation(struct sql *q)
{
	return (struct invitation){
		.id = sql_get(q, 0),
		.kind = (enum invitation_kind)sql_get(q, 1),
		.made_by = sql_get(q, 2),
		.made = {sql_get(q, 3)},
		.ends = {sql_get(q, 4)},
	};
}

enum err invitation_find(struct office *o, const struct token *token, struct instant now,
	struct arena *arena, struct invitation *ret_invitation)
{
	struct sql q;
	struct token_hash hash;
	struct invitation found;
	enum err err = E_NOTFOUND;
	token_hash(token, &hash);
	sql_open(&q, &o->db,
		"SELECT i.id, i.kind, i.made_by, i.made, i.ends, " ACCOUNT_COLUMNS
		" FROM invitation AS i JOIN account ON account.id = i.account"
		" WHERE i.hash = ?1 AND i.closed = 0 AND i.ends > ?2"
		" AND account.state = CASE i.kind WHEN 0 THEN 0 ELSE 1 END");
	sql_blob(&q, (struct bytes){hash.bytes, sizeof(hash.bytes)});
	sql_int(&q, now.seconds);
	if (sql_row(&q)) {
		found = read_invitation(&q);
		found.account = account_read(&q, 5);
		err = account_keep(arena, &found.account);
	}
	TRY(sql_close(&q));
	TRY(err);
	*ret_invitation = found;
	return E_OK;
}

static enum err accept(struct office *o, const struct invitation *i,
	const struct acceptance *acceptance, struct instant now)
{
	const struct account *a = &i->account;
	const struct actor self = {a->id, a->role, a->org, a->lang, a->name, a->mail};
	TRY(office_run(o, "UPDATE invitation SET closed = ?2 WHERE id = ?1", i->id, 1));
	if (i->kind == INVITATION_JOIN)
		TRY(account_rename(o, &self, a->id, acceptance->name, acceptance->lang, now));
	return account_set_password(o, &self, a->id, &acceptance->password, 0, now);
}

enum err invitation_accept(struct office *o, const struct token *token,
	const struct acceptance *acceptance, struct instant now, int64_t *ret_id)
{
	struct arena arena;
	struct invitation found;
	enum {
		TEXTS = 1 << 20
	};
	arena_init(&arena, TEXTS);
	enum err err = invitation_find(o, token, now, &arena, &found);
	if (err == E_OK)
		err = accept(o, &found, acceptance, now);
	if (err == E_OK)
		*ret_id = found.account.id;
	arena_release(&arena);
	return err;
}

enum err invitation_revoke(struct office *o, const struct actor *by, int64_t id, struct instant now)
{
	struct sql q;
	sql_open(&q, &o->db, "SELECT account FROM invitation WHERE id = ? AND closed = 0");
	sql_int(&q, id);
	bool found = sql_row(&q);
	int64_t account = found ? sql_get(&q, 0) : 0;
	TRY(sql_close(&q));
	if (!found)
		return E_NOTFOUND;
	TRY(office_run(o, "UPDATE invitation SET closed = ?2 WHERE id = ?1", id, 1));
	return account_log(o, by, account, "account.uninvite", STR(""), now);
}

enum err invitation_each(
	struct office *o, int64_t account, struct instant now, invitation_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT id, kind, made_by, made, ends FROM invitation"
		" WHERE account = ? AND closed = 0 AND ends > ? ORDER BY id DESC");
	sql_int(&q, account);
	sql_int(&q, now.seconds);
	while (err == E_OK && sql_row(&q)) {
		struct invitation invitation = read_invitation(&q);
		invitation.account.id = account;
		err = fn(context, &invitation);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
