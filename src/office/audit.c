/* SPDX-License-Identifier: Apache-2.0 */
#include "office/audit.h"

#include "office/org.h"
#include "office/tables.h"

const char office_audit_tables[] =
	"CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,"
	" account INTEGER NOT NULL, actor TEXT NOT NULL, what TEXT NOT NULL,"
	" object TEXT NOT NULL, org INTEGER NOT NULL, detail TEXT NOT NULL) STRICT;"
	"CREATE INDEX audit_org ON audit(org, id);"
	"CREATE INDEX audit_what ON audit(what, id);"
	"CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit"
	" BEGIN SELECT RAISE(ABORT, 'what was done stands'); END;"
	"CREATE TRIGGER audit_kept BEFORE DELETE ON audit"
	" BEGIN SELECT RAISE(ABORT, 'what was done stands'); END;"
	"CREATE TABLE audit_mended (number INTEGER NOT NULL) STRICT;"
	"INSERT INTO audit_mended (number) VALUES (0);";

enum err audit_add(struct office *o, const struct audit_entry *entry)
{
	struct sql q;
	sql_open(&q, &o->db,
		"INSERT INTO audit (at, account, actor, what, object, org, detail)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)");
	sql_int(&q, entry->at.seconds);
	sql_int(&q, entry->account);
	sql_str(&q, entry->actor);
	sql_str(&q, entry->what);
	sql_str(&q, entry->object);
	sql_int(&q, entry->org);
	sql_str(&q, entry->detail);
	return sql_run(&q);
}

static struct audit_entry read_entry(struct sql *q)
{
	return (struct audit_entry){
		.id = sql_get(q, 0),
		.at = {sql_get(q, 1)},
		.account = sql_get(q, 2),
		.actor = sql_get_str(q, 3),
		.what = sql_get_str(q, 4),
		.object = sql_get_str(q, 5),
		.org = sql_get(q, 6),
		.detail = sql_get_str(q, 7),
	};
}

enum err audit_each(
	struct office *o, int64_t org, int64_t before, size_t limit, audit_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		org ? "SELECT id, at, account, actor, what, object, org, detail FROM audit"
		      " WHERE id < ?2 AND org = ?1 ORDER BY id DESC LIMIT ?3"
		    : "SELECT id, at, account, actor, what, object, org, detail FROM audit"
		      " WHERE ?1 = 0 AND id < ?2 ORDER BY id DESC LIMIT ?3");
	sql_int(&q, org);
	sql_int(&q, before > 0 ? before : INT64_MAX);
	sql_count(&q, limit);
	while (err == E_OK && sql_row(&q)) {
		struct audit_entry entry = read_entry(&q);
		err = fn(context, &entry);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

enum {
	NARROW = 300 /* organisations: a page of so many is soon found among everybody's entries */
};

#define OF_ALL                                                                                     \
	"SELECT id, at, account, actor, what, object, org, detail FROM audit"                      \
	" WHERE id < ?1 AND (?2 = 0 OR org IN (SELECT below FROM org_above"                        \
	" WHERE campaign = '' AND above = ?2))"
/* By the index, each organisation's own: who has few of many would be looked for in all. */
#define OF_FEW                                                                                     \
	"SELECT id, at, account, actor, what, object, org, detail FROM audit"                      \
	" WHERE id IN (SELECT a.id FROM org_above b CROSS JOIN audit a ON a.org = b.below"         \
	" WHERE b.campaign = '' AND b.above = ?2 AND a.id < ?1)"
/* One verb, of everybody: there may be two of it among a million. */
#define OF_VERB                                                                                    \
	"SELECT id, at, account, actor, what, object, org, detail FROM audit"                      \
	" WHERE what = ?4 AND id < ?1 AND ?2 = 0"
#define CHOSEN                                                                                     \
	" AND (?3 = '' OR instr(lower(actor), lower(?3)) > 0)"                                     \
	" AND (?4 = '' OR what = ?4"                                                               \
	" OR (substr(?4, -1) = '.' AND substr(what, 1, length(?4)) = ?4))"                         \
	" AND at >= ?5 AND (?6 = 0 OR at < ?6) ORDER BY id DESC LIMIT ?7"

static const char *query_of(const struct audit_filter *filter, uint64_t below)
{
	bool verb = filter->what.size > 0 && !str_ends(filter->what, STR("."));
	if (filter->org)
		return below < NARROW ? OF_FEW CHOSEN : OF_ALL CHOSEN;
	return verb ? OF_VERB CHOSEN : OF_ALL CHOSEN;
}

enum err audit_each_of(
	struct office *o, const struct audit_filter *filter, audit_fn *fn, void *context)
{
	struct sql q;
	uint64_t below = 0;
	enum err err = E_OK;
	if (filter->org)
		TRY(org_count_below(o, STR(""), filter->org, &below));
	sql_open(&q, &o->db, query_of(filter, below));
	sql_int(&q, filter->before > 0 ? filter->before : INT64_MAX);
	sql_int(&q, filter->org);
	sql_str(&q, filter->actor.data ? filter->actor : STR(""));
	sql_str(&q, filter->what.data ? filter->what : STR(""));
	sql_int(&q, filter->from.seconds);
	sql_int(&q, filter->to.seconds);
	sql_count(&q, filter->limit);
	while (err == E_OK && sql_row(&q)) {
		struct audit_entry entry = read_entry(&q);
		err = fn(context, &entry);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
