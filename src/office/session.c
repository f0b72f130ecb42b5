/* SPDX-License-Identifier: Apache-2.0 */
#include "office/session.h"

#include "base/limits.h"
#include "office/account_parts.h"

enum {
	SEEN_SECONDS = 60,
	TEXT_BYTES = 4096,
	ARENA_BYTES = 1 << 20
};

#define SESSION_COLUMNS "s.id, s.stage, s.made, s.seen, s.ends, s.unit, s.agent"
enum {
	SESSION_COLUMN_COUNT = 7
};

static struct session read_session(struct sql *q)
{
	return (struct session){
		.id = sql_get(q, 0),
		.stage = (enum session_stage)sql_get(q, 1),
		.made = {sql_get(q, 2)},
		.seen = {sql_get(q, 3)},
		.ends = {sql_get(q, 4)},
		.unit = sql_get_str(q, 5),
		.agent = sql_get_str(q, 6),
	};
}

static enum err keep_texts(struct arena *arena, struct session *s)
{
	s->unit = arena_copy(arena, s->unit);
	s->agent = arena_copy(arena, s->agent);
	if (s->stage >= SESSION_STAGE__COUNT)
		return E_CORRUPT;
	TRY(account_keep(arena, &s->account));
	return s->unit.data && s->agent.data ? E_OK : E_NOMEM;
}

enum err session_find(struct office *o, const struct token *token, struct instant now,
	struct arena *arena, struct session *ret_session)
{
	struct sql q;
	struct token_hash hash;
	struct session found;
	enum err err = E_NOTFOUND;
	token_hash(token, &hash);
	sql_open(&q, &o->db,
		"SELECT " SESSION_COLUMNS ", " ACCOUNT_COLUMNS
		" FROM session AS s JOIN account ON account.id = s.account"
		" WHERE s.hash = ?1 AND s.ends > ?2 AND s.seen > ?3 AND account.state = ?4");
	sql_blob(&q, (struct bytes){hash.bytes, sizeof(hash.bytes)});
	sql_int(&q, now.seconds);
	sql_int(&q, now.seconds - (int64_t)LIMIT_SESSION_IDLE);
	sql_int(&q, ACCOUNT_ACTIVE);
	if (sql_row(&q)) {
		found = read_session(&q);
		found.account = account_read(&q, SESSION_COLUMN_COUNT);
		err = keep_texts(arena, &found);
	}
	TRY(sql_close(&q));
	TRY(err);
	*ret_session = found;
	return E_OK;
}

struct actor session_actor(const struct session *s)
{
	const struct account *a = &s->account;
	return (struct actor){a->id, a->role, a->org, a->lang, a->name, a->mail};
}

bool session_unseen(const struct session *s, struct instant now)
{
	return now.seconds - s->seen.seconds >= SEEN_SECONDS;
}

enum err session_see(struct office *o, int64_t id, struct instant now)
{
	return office_run(
		o, "UPDATE session SET seen = max(seen, ?2) WHERE id = ?1", id, now.seconds);
}

/* --- beginning --- */

/* Whole characters, none that steer a terminal: hostile text goes into lists and the audit. */
static void write_agent(struct writer *w, struct str agent)
{
	size_t start = w->size;
	while (agent.size > 0) {
		size_t length = utf8_length(agent);
		bool plain = length > 1 ||
			     (length == 1 && agent.data[0] >= ' ' && agent.data[0] != 0x7f);
		size_t step = length > 0 ? length : 1;
		if (w->size - start + step > LIMIT_SESSION_AGENT)
			return;
		if (plain)
			writer_str(w, (struct str){agent.data, step});
		agent = (struct str){agent.data + step, agent.size - step};
	}
}

struct fresh {
	int64_t account;
	enum session_stage stage;
	struct str unit, agent;
	struct instant made, ends;
};

static enum err insert(struct office *o, const struct fresh *f, struct instant now,
	struct token *ret_token, int64_t *ret_id)
{
	struct sql q;
	struct token token;
	struct token_hash hash;
	token_make(&token);
	token_hash(&token, &hash);
	sql_open(&q, &o->db,
		"INSERT INTO session (hash, account, stage, made, seen, ends, unit, agent)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	sql_blob(&q, (struct bytes){hash.bytes, sizeof(hash.bytes)});
	sql_int(&q, f->account);
	sql_int(&q, f->stage);
	sql_int(&q, f->made.seconds);
	sql_int(&q, now.seconds);
	sql_int(&q, f->ends.seconds);
	sql_str(&q, f->unit);
	sql_str(&q, f->agent);
	enum err err = sql_run(&q);
	if (err == E_OK) {
		*ret_id = database_last_id(&o->db);
		*ret_token = token;
	}
	token_wipe(&token);
	return err;
}

/* The oldest make room. */
static enum err make_room(struct office *o, int64_t account)
{
	return office_run(o,
		"DELETE FROM session WHERE id IN (SELECT id FROM session WHERE account = ?1"
		" ORDER BY seen DESC, id DESC LIMIT -1 OFFSET ?2)",
		account, (int64_t)LIMIT_SESSIONS - 1);
}

static enum err note_coming(struct office *o, int64_t account, struct str from, struct instant now)
{
	struct arena arena;
	struct account a;
	arena_init(&arena, ARENA_BYTES);
	enum err err = account_find(o, account, &arena, &a);
	if (err == E_OK)
		err = office_run(
			o, "UPDATE account SET seen = ?2 WHERE id = ?1", account, now.seconds);
	if (err == E_OK) {
		const struct actor self = {a.id, a.role, a.org, a.lang, a.name, a.mail};
		err = account_log(o, &self, account, "session.begin", from, now);
	}
	arena_release(&arena);
	return err;
}

static struct instant end_of(enum session_stage stage, struct instant made, struct instant now)
{
	if (stage == SESSION_FACTOR)
		return (struct instant){now.seconds + (int64_t)LIMIT_SESSION_WAITING};
	return (struct instant){made.seconds + (int64_t)LIMIT_SESSION_WHOLE};
}

static enum err start(
	struct office *o, const struct fresh *f, struct instant now, struct token *ret_token)
{
	int64_t id;
	TRY(make_room(o, f->account));
	TRY(insert(o, f, now, ret_token, &id));
	return f->stage == SESSION_IN ? note_coming(o, f->account, f->unit, now) : E_OK;
}

enum err session_begin(struct office *o, int64_t account, enum session_stage stage,
	const struct session_origin *origin, struct instant now, struct token *ret_token)
{
	struct writer unit, agent;
	writer_init(&unit, TEXT_BYTES);
	writer_init(&agent, TEXT_BYTES);
	writer_unit(&unit, origin->unit);
	write_agent(&agent, origin->agent);
	enum err err = writer_end(&unit);
	if (err == E_OK)
		err = writer_end(&agent);
	const struct fresh fresh = {account, stage, writer_view_str(&unit), writer_view_str(&agent),
		now, end_of(stage, now, now)};
	if (err == E_OK)
		err = start(o, &fresh, now, ret_token);
	writer_release(&unit);
	writer_release(&agent);
	return err;
}

enum err session_raise(struct office *o, const struct session *s, enum session_stage stage,
	struct instant now, struct token *ret_token)
{
	const struct fresh fresh = {
		s->account.id, stage, s->unit, s->agent, s->made, end_of(stage, s->made, now)};
	TRY(office_run(
		o, "DELETE FROM session WHERE id = ?1 AND account = ?2", s->id, s->account.id));
	if (database_changes(&o->db) == 0)
		return E_NOTFOUND;
	return start(o, &fresh, now, ret_token);
}

/* --- ending --- */

enum err session_end(
	struct office *o, const struct actor *by, int64_t account, int64_t id, struct instant now)
{
	TRY(office_run(o, "DELETE FROM session WHERE id = ?1 AND account = ?2", id, account));
	if (database_changes(&o->db) == 0)
		return E_NOTFOUND;
	return account_log(o, by, account, "session.end", STR(""), now);
}

enum err session_end_others(
	struct office *o, const struct actor *by, int64_t account, int64_t keep, struct instant now)
{
	TRY(office_run(o, "DELETE FROM session WHERE account = ?1 AND id <> ?2", account, keep));
	return account_log(o, by, account, "session.end-all", STR(""), now);
}

enum err session_sweep(struct office *o, struct instant now)
{
	return office_run(o, "DELETE FROM session WHERE ends <= ?1 OR seen <= ?2", now.seconds,
		now.seconds - (int64_t)LIMIT_SESSION_IDLE);
}

enum err session_each(
	struct office *o, int64_t account, struct instant now, session_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT " SESSION_COLUMNS " FROM session AS s WHERE s.account = ?1 AND s.ends > ?2"
		" AND s.seen > ?3 ORDER BY s.seen DESC, s.id DESC");
	sql_int(&q, account);
	sql_int(&q, now.seconds);
	sql_int(&q, now.seconds - (int64_t)LIMIT_SESSION_IDLE);
	while (err == E_OK && sql_row(&q)) {
		struct session session = read_session(&q);
		session.account.id = account;
		err = fn(context, &session);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
