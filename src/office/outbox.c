/* SPDX-License-Identifier: Apache-2.0 */
#include "office/outbox.h"

#include "office/tables.h"
#include "os/file.h"
#include "os/system.h"

/* handed 1: in the folder of mail; 2: no mail could be made of it. Ids of mails that somebody waits
 * for begin with 'a': mail/id.h. */
const char office_outbox_tables[] =
	"CREATE TABLE outbox (id TEXT PRIMARY KEY, made INTEGER NOT NULL, recipient TEXT NOT NULL,"
	" lang INTEGER NOT NULL, sender TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,"
	" until INTEGER NOT NULL, handed INTEGER NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '')"
	" STRICT, WITHOUT ROWID;"
	"CREATE INDEX outbox_waiting ON outbox(substr(id, 1, 1), made) WHERE handed = 0;"
	"CREATE INDEX outbox_refused ON outbox(made) WHERE handed = 2;";

enum {
	BATCH = 64,
	BATCH_BYTES = BATCH * (128 << 10),
	WHY_BYTES = 256,
	LOCK_TRIES = 25,
	LOCK_PAUSE = 20 * 1000 * 1000 /* nanoseconds */
};

enum err outbox_add(
	struct office *o, const struct outgoing *mail, struct instant now, bool *ret_added)
{
	struct sql q;
	sql_open(&q, &o->db,
		"INSERT INTO outbox (id, made, recipient, lang, sender, subject, body, until)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING");
	sql_str(&q, mail->id);
	sql_int(&q, now.seconds);
	sql_str(&q, mail->recipient);
	sql_int(&q, mail->lang);
	sql_str(&q, mail->sender);
	sql_str(&q, mail->subject);
	sql_str(&q, mail->body);
	sql_int(&q, mail->until.seconds);
	TRY(sql_run(&q));
	if (ret_added)
		*ret_added = database_changes(&o->db) > 0;
	return E_OK;
}

enum err outbox_each(struct office *o, size_t limit, outbox_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT id, recipient, lang, sender, subject, body, until FROM outbox"
		" WHERE handed = 0 ORDER BY substr(id, 1, 1), made LIMIT ?");
	sql_count(&q, limit);
	while (err == E_OK && sql_row(&q)) {
		struct outgoing mail = {.id = sql_get_str(&q, 0),
			.recipient = sql_get_str(&q, 1),
			.lang = sql_get(&q, 2) == LANG_EN ? LANG_EN : LANG_VI,
			.sender = sql_get_str(&q, 3),
			.subject = sql_get_str(&q, 4),
			.body = sql_get_str(&q, 5),
			.until = {sql_get(&q, 6)}};
		err = fn(context, &mail);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* --- handing over --- */

struct batch {
	struct arena arena;
	struct outgoing mails[BATCH];
	size_t count;
	struct problem problems[BATCH]; /* why one is refused; code NONE: it is handed over */
	size_t tried;
};

static enum err keep_mail(void *context, const struct outgoing *mail)
{
	struct batch *b = context;
	struct outgoing kept = *mail;
	struct str *texts[] = {&kept.id, &kept.recipient, &kept.sender, &kept.subject, &kept.body};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i] = arena_copy(&b->arena, *texts[i]);
		if (!texts[i]->data)
			return E_NOMEM;
	}
	b->mails[b->count++] = kept;
	return E_OK;
}

static enum err offer(struct mail_spool *spool, struct str from, const struct outgoing *mail,
	struct instant now, struct problem *problem)
{
	const struct mail_message message = {.id = mail->id,
		.from = from,
		.from_name = mail->sender,
		.to = mail->recipient,
		.lang = mail->lang,
		.subject = mail->subject,
		.text = mail->body};
	bool added;
	*problem = (struct problem){.code = PROBLEM_NONE};
	enum err err = mail_spool_add(spool, &message, now, mail->until, &added, problem);
	/* With a problem it is the mail that is wrong, else the folder. */
	return problem->code == PROBLEM_NONE ? err : E_OK;
}

/* What it said is not kept once it is on its way; that it was there is. */
static enum err mark(struct office *o, struct str id, const struct problem *problem)
{
	struct sql q;
	struct writer why;
	bool refused = problem->code != PROBLEM_NONE;
	writer_init(&why, WHY_BYTES);
	if (refused) {
		writer_str(&why, problem_field(problem));
		writer_text(&why, ": ");
		writer_str(&why, problem_code_name(problem->code));
	}
	sql_open(&q, &o->db,
		"UPDATE outbox SET handed = ?2, subject = '', body = '', why = ?3 WHERE id = ?1");
	sql_str(&q, id);
	sql_int(&q, refused ? 2 : 1);
	sql_str(&q, writer_view_str(&why));
	enum err err = sql_run(&q);
	writer_release(&why);
	return err;
}

static enum err mark_all(struct office *o, const struct batch *b)
{
	TRY(office_begin(o));
	enum err err = E_OK;
	for (size_t i = 0; err == E_OK && i < b->tried; i++)
		err = mark(o, b->mails[i].id, &b->problems[i]);
	return office_end(o, err);
}

static enum err hand_batch(struct office *o, struct mail_spool *spool, struct str from,
	struct batch *b, struct instant now)
{
	enum err err = E_OK;
	while (err == E_OK && b->tried < b->count) {
		size_t i = b->tried;
		err = offer(spool, from, &b->mails[i], now, &b->problems[i]);
		if (err == E_OK)
			b->tried++;
	}
	/* Those that are in the folder are, whatever happened to the next. */
	enum err marked = b->tried > 0 ? mark_all(o, b) : E_OK;
	return err == E_OK ? marked : err;
}

/* Whoever hands over just now may have looked before this mail was there: a batch is soon done. */
static enum err lock_adding(const struct mail_spool *spool, int *ret_lock)
{
	enum err err = mail_spool_lock_adding(spool, ret_lock);
	for (int i = 0; err == E_BUSY && i < LOCK_TRIES; i++) {
		system_sleep_until(system_monotonic() + LOCK_PAUSE);
		err = mail_spool_lock_adding(spool, ret_lock);
	}
	return err;
}

static enum err next_batch(struct office *o, struct mail_spool *spool, struct str from, size_t most,
	struct instant now, size_t *ret_handed)
{
	struct batch b = {.count = 0};
	int lock = -1;
	struct outbox_state state;
	*ret_handed = 0;
	TRY(outbox_state(o, &state));
	if (state.waiting == 0)
		return E_OK;
	enum err err = lock_adding(spool, &lock);
	if (err == E_BUSY)
		return E_OK;
	TRY(err);
	arena_init(&b.arena, BATCH_BYTES);
	err = outbox_each(o, most < BATCH ? most : BATCH, keep_mail, &b);
	if (err == E_OK)
		err = hand_batch(o, spool, from, &b, now);
	*ret_handed = b.tried;
	arena_release(&b.arena);
	file_close(&lock);
	return err;
}

enum err outbox_hand_over(struct office *o, struct mail_spool *spool, struct str from, size_t most,
	struct instant now, size_t *ret_handed)
{
	size_t all = 0, handed = 0;
	enum err err = E_OK;
	do {
		err = next_batch(o, spool, from, most - all, now, &handed);
		all += handed;
	} while (err == E_OK && handed > 0 && all < most);
	*ret_handed = all;
	return err;
}

/* --- what stays --- */

enum err outbox_state(struct office *o, struct outbox_state *ret_state)
{
	struct sql q;
	sql_open(&q, &o->db,
		"SELECT (SELECT count(*) FROM outbox WHERE handed = 0),"
		" (SELECT count(*) FROM outbox WHERE handed = 2)");
	struct outbox_state state = {0};
	if (sql_row(&q))
		state = (struct outbox_state){sql_get_count(&q, 0), sql_get_count(&q, 1)};
	TRY(sql_close(&q));
	*ret_state = state;
	return E_OK;
}

enum err outbox_each_refused(struct office *o, size_t limit, refused_mail_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT id, recipient, why, made FROM outbox WHERE handed = 2"
		" ORDER BY made DESC LIMIT ?");
	sql_count(&q, limit);
	while (err == E_OK && sql_row(&q)) {
		const struct refused_mail mail = {sql_get_str(&q, 0), sql_get_str(&q, 1),
			sql_get_str(&q, 2), {sql_get(&q, 3)}};
		err = fn(context, &mail);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

enum err outbox_recipient(
	struct office *o, struct str id, struct arena *arena, struct str *ret_recipient)
{
	struct sql q;
	struct str recipient = STR("");
	sql_open(&q, &o->db, "SELECT recipient FROM outbox WHERE id = ?");
	sql_str(&q, id);
	bool found = sql_row(&q);
	if (found)
		recipient = arena_copy(arena, sql_get_str(&q, 0));
	TRY(sql_close(&q));
	if (!found)
		return E_NOTFOUND;
	*ret_recipient = recipient;
	return recipient.data ? E_OK : E_NOMEM;
}
