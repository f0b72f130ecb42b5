/* SPDX-License-Identifier: Apache-2.0 */
#include "office/draft.h"

#include <stdio.h>

#include "base/limits.h"
#include "office/audit.h"
#include "office/tables.h"

const char office_draft_tables[] =
	"CREATE TABLE draft (key TEXT NOT NULL, lang INTEGER NOT NULL, version INTEGER NOT NULL,"
	" base INTEGER NOT NULL, origin INTEGER NOT NULL, kind INTEGER NOT NULL,"
	" title TEXT NOT NULL, summary TEXT NOT NULL, body TEXT NOT NULL, due INTEGER NOT NULL,"
	" saved INTEGER NOT NULL, account INTEGER NOT NULL, author TEXT NOT NULL,"
	" PRIMARY KEY (key, lang, version)) STRICT;"
	"CREATE TRIGGER draft_unchanged BEFORE UPDATE ON draft"
	" BEGIN SELECT RAISE(ABORT, 'what was saved stands'); END;"
	"CREATE TRIGGER draft_kept BEFORE DELETE ON draft"
	" BEGIN SELECT RAISE(ABORT, 'what was saved stands'); END;"
	/* version 0: the text was to be withdrawn. */
	"CREATE TABLE draft_order (key TEXT NOT NULL, lang INTEGER NOT NULL, job INTEGER NOT NULL,"
	" version INTEGER NOT NULL, PRIMARY KEY (key, lang, job)) STRICT, WITHOUT ROWID;";

/* --- reading --- */

#define COLUMNS "key, lang, version, base, origin, kind, title, summary, due, saved, author"

enum {
	BODY = 11 /* the column behind them */
};

static enum lang read_lang(struct sql *q, int column)
{
	return sql_get(q, column) == LANG_EN ? LANG_EN : LANG_VI;
}

static enum article_kind read_kind(struct sql *q, int column)
{
	int64_t kind = sql_get(q, column);
	return kind > 0 && kind < ARTICLE__COUNT ? (enum article_kind)kind : ARTICLE_PAGE;
}

static struct draft read_row(struct sql *q)
{
	return (struct draft){.key = sql_get_str(q, 0),
		.lang = read_lang(q, 1),
		.version = sql_get(q, 2),
		.base = sql_get(q, 3),
		.origin = sql_get(q, 4),
		.kind = read_kind(q, 5),
		.title = sql_get_str(q, 6),
		.summary = sql_get_str(q, 7),
		.body = STR(""),
		.due = {sql_get(q, 8)},
		.saved = {sql_get(q, 9)},
		.author = sql_get_str(q, 10)};
}

static bool keep(struct arena *arena, struct str *s)
{
	*s = arena_copy(arena, *s);
	return s->data != NULL;
}

static enum err keep_all(struct arena *arena, struct draft *d)
{
	bool kept = keep(arena, &d->key) && keep(arena, &d->title) && keep(arena, &d->summary) &&
		    keep(arena, &d->body) && keep(arena, &d->author);
	return kept ? E_OK : E_NOMEM;
}

enum err draft_find(struct office *o, struct str key, enum lang lang, int64_t version,
	struct arena *arena, struct draft *ret_draft)
{
	struct sql q;
	struct draft d = {.version = 0};
	enum err err = E_NOTFOUND;
	sql_open(&q, &o->db,
		"SELECT " COLUMNS ", body FROM draft WHERE key = ?1 AND lang = ?2"
		" AND (?3 = 0 OR version = ?3) ORDER BY version DESC LIMIT 1");
	sql_str(&q, key);
	sql_int(&q, lang);
	sql_int(&q, version);
	if (sql_row(&q)) {
		d = read_row(&q);
		d.body = sql_get_str(&q, BODY);
		err = keep_all(arena, &d);
	}
	TRY(sql_close(&q));
	TRY(err);
	*ret_draft = d;
	return E_OK;
}

static enum err each(struct sql *q, draft_fn *fn, void *context)
{
	enum err err = E_OK;
	while (err == E_OK && sql_row(q)) {
		const struct draft d = read_row(q);
		err = fn(context, &d);
	}
	enum err closed = sql_close(q);
	return err == E_OK ? closed : err;
}

enum err draft_each(struct office *o, struct str key, enum lang lang, int64_t before, size_t limit,
	draft_fn *fn, void *context)
{
	struct sql q;
	sql_open(&q, &o->db,
		"SELECT " COLUMNS " FROM draft WHERE key = ?1 AND lang = ?2"
		" AND (?3 = 0 OR version < ?3) ORDER BY version DESC LIMIT ?4");
	sql_str(&q, key);
	sql_int(&q, lang);
	sql_int(&q, before);
	sql_count(&q, limit);
	return each(&q, fn, context);
}

enum err draft_each_newest(struct office *o, draft_fn *fn, void *context)
{
	struct sql q;
	sql_open(&q, &o->db,
		"SELECT " COLUMNS " FROM draft d WHERE version = (SELECT max(version) FROM draft"
		" WHERE key = d.key AND lang = d.lang) ORDER BY key, lang");
	return each(&q, fn, context);
}

/* --- saving --- */

static bool fits(const struct draft *d)
{
	return d->title.size <= LIMIT_FORM_BYTES && d->summary.size <= LIMIT_FORM_BYTES &&
	       d->body.size <= LIMIT_FORM_BYTES;
}

/* The newest version, and whether it says the same; 0: there is none. */
static enum err look_at_newest(
	struct office *o, const struct draft *d, int64_t *ret_newest, bool *ret_same)
{
	struct sql q;
	sql_open(&q, &o->db,
		"SELECT version, kind = ?3 AND title = ?4 AND summary = ?5 AND body = ?6 AND due = "
		"?7"
		" FROM draft WHERE key = ?1 AND lang = ?2 ORDER BY version DESC LIMIT 1");
	sql_str(&q, d->key);
	sql_int(&q, d->lang);
	sql_int(&q, d->kind);
	sql_str(&q, d->title);
	sql_str(&q, d->summary);
	sql_str(&q, d->body);
	sql_int(&q, d->due.seconds);
	bool found = sql_row(&q);
	int64_t newest = found ? sql_get(&q, 0) : 0;
	bool same = found && sql_get(&q, 1) != 0;
	TRY(sql_close(&q));
	*ret_newest = newest;
	*ret_same = same;
	return E_OK;
}

static enum err note(
	struct office *o, struct audit_entry entry, const struct draft *d, int64_t version)
{
	char object[128];
	char detail[64];
	snprintf(object, sizeof(object), "page %s/%.*s", d->lang == LANG_EN ? "en" : "vi",
		STR_ARG(d->key));
	snprintf(detail, sizeof(detail), "version %lld", (long long)version);
	entry.object = str_from(object);
	entry.detail = str_from(detail);
	return audit_add(o, &entry);
}

static enum err insert(struct office *o, const struct actor *by, const struct draft *d,
	struct instant now, int64_t version)
{
	struct sql q;
	struct audit_entry entry = actor_entry(by, now, "page.draft");
	sql_open(&q, &o->db,
		"INSERT INTO draft (key, lang, version, base, origin, kind, title, summary, body,"
		" due, saved, account, author) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	sql_str(&q, d->key);
	sql_int(&q, d->lang);
	sql_int(&q, version);
	sql_int(&q, d->base);
	sql_int(&q, d->origin);
	sql_int(&q, d->kind);
	sql_str(&q, d->title);
	sql_str(&q, d->summary);
	sql_str(&q, d->body);
	sql_int(&q, d->due.seconds);
	sql_int(&q, now.seconds);
	sql_int(&q, by->account);
	sql_str(&q, entry.actor);
	TRY(sql_run(&q));
	return note(o, entry, d, version);
}

enum err draft_save(struct office *o, const struct actor *by, const struct draft *d,
	struct instant now, int64_t *ret_version, int64_t *ret_beside)
{
	int64_t newest;
	bool same;
	if (!fits(d) || d->key.size > LIMIT_SITE_KEY)
		return E_LIMIT;
	TRY(look_at_newest(o, d, &newest, &same));
	if (!same)
		TRY(insert(o, by, d, now, newest + 1));
	*ret_version = same ? newest : newest + 1;
	*ret_beside = !same && newest != d->base ? newest : 0;
	return E_OK;
}

/* --- what was asked of the clerk --- */

enum err draft_ordered(struct office *o, const struct draft_order *order)
{
	struct sql q;
	sql_open(&q, &o->db,
		"INSERT INTO draft_order (key, lang, job, version) VALUES (?, ?, ?, ?)");
	sql_str(&q, order->key);
	sql_int(&q, order->lang);
	sql_int(&q, order->job);
	sql_int(&q, order->version);
	return sql_run(&q);
}

enum err draft_last_order(
	struct office *o, struct str key, enum lang lang, struct draft_order *ret_order)
{
	struct sql q;
	struct draft_order order = {.lang = lang};
	sql_open(&q, &o->db,
		"SELECT job, version FROM draft_order WHERE key = ? AND lang = ?"
		" ORDER BY job DESC LIMIT 1");
	sql_str(&q, key);
	sql_int(&q, lang);
	if (sql_row(&q)) {
		order.job = sql_get(&q, 0);
		order.version = sql_get(&q, 1);
	}
	TRY(sql_close(&q));
	*ret_order = order;
	return E_OK;
}

enum err draft_each_order(struct office *o, draft_order_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT key, lang, job, version FROM draft_order a WHERE job = (SELECT max(job)"
		" FROM draft_order WHERE key = a.key AND lang = a.lang) ORDER BY key, lang");
	while (err == E_OK && sql_row(&q)) {
		const struct draft_order order = {.key = sql_get_str(&q, 0),
			.lang = read_lang(&q, 1),
			.job = sql_get(&q, 2),
			.version = sql_get(&q, 3)};
		err = fn(context, &order);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
