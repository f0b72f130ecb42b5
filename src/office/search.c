/* SPDX-License-Identifier: Apache-2.0 */
#include "office/search.h"

#include "office/account_parts.h"
#include "office/org_fold.h"
#include "office/org_parts.h"
#include "office/tables.h"

enum {
	SEARCH_WORDS = 6,
	SEARCH_BYTES = 400,
	FOLDED_BYTES = 4096
};

/* account_words: mail address and name as they are searched. */
const char office_search_tables[] =
	"CREATE TABLE account_words (account INTEGER PRIMARY KEY REFERENCES account(id),"
	" folded TEXT NOT NULL) STRICT;";

/* --- accounts --- */

static enum err fold_account(struct office *o, int64_t id, struct writer *w)
{
	struct sql q;
	enum err err = E_NOTFOUND;
	sql_open(&q, &o->db, "SELECT mail || ' ' || name FROM account WHERE id = ?");
	sql_int(&q, id);
	if (sql_row(&q))
		err = org_fold(w, sql_get_str(&q, 0));
	enum err closed = sql_close(&q);
	return closed == E_OK ? err : closed;
}

enum err account_index(struct office *o, int64_t id)
{
	struct sql q;
	struct writer folded;
	writer_init(&folded, FOLDED_BYTES);
	enum err err = fold_account(o, id, &folded);
	if (err == E_OK) {
		sql_open(&q, &o->db,
			"INSERT INTO account_words (account, folded) VALUES (?1, ?2)"
			" ON CONFLICT (account) DO UPDATE SET folded = ?2");
		sql_int(&q, id);
		sql_str(&q, writer_view_str(&folded));
		err = sql_run(&q);
	}
	writer_release(&folded);
	return err;
}

/* Every word has to stand somewhere; what is not given is "", which stands everywhere. */
static void bind_words(struct sql *q, struct str folded)
{
	for (size_t i = 0; i < SEARCH_WORDS; i++)
		sql_str(q, i + 1 < SEARCH_WORDS ? str_cut(folded, ' ', &folded) : folded);
}

static enum err each_account(struct office *o, const struct actor *actor, struct str folded,
	size_t limit, account_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT " ACCOUNT_COLUMNS " FROM account_words w JOIN account ON account.id ="
		" w.account WHERE instr(w.folded, ?1) AND instr(w.folded, ?2)"
		" AND instr(w.folded, ?3) AND instr(w.folded, ?4) AND instr(w.folded, ?5)"
		" AND instr(w.folded, ?6) AND (?7 = 0 OR EXISTS (SELECT 1 FROM org_above a"
		" WHERE a.campaign = '' AND a.below = account.org AND a.above = ?7))"
		" ORDER BY account.mail <> ?8, account.mail LIMIT ?9");
	bind_words(&q, folded);
	sql_int(&q, actor->org);
	sql_str(&q, folded);
	sql_count(&q, limit);
	while (err == E_OK && sql_row(&q)) {
		struct account account = account_read(&q, 0);
		err = fn(context, &account);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* What the search is for, folded; false: no text, or too long: nobody is called so. */
static bool fold_words(struct str words, struct writer *folded)
{
	return org_fold(folded, words) == E_OK && folded->size > 0;
}

enum err account_search(struct office *o, const struct actor *actor, struct str words, size_t limit,
	account_fn *fn, void *context)
{
	struct writer folded;
	enum err err = E_OK;
	writer_init(&folded, SEARCH_BYTES);
	if (fold_words(words, &folded))
		err = each_account(o, actor, writer_view_str(&folded), limit, fn, context);
	writer_release(&folded);
	return err;
}

/* --- returns --- */

/* The line that decides is the campaign's own where it has one. ?8 is whose list it is, 0:
 * everybody's; ?9: only of that org. */
static const char returns_text[] =
	"SELECT " ORG_COLUMNS ", r.campaign, r.state FROM org_version v JOIN org o ON o.id = v.org"
	" CROSS JOIN (SELECT DISTINCT campaign FROM form) f JOIN returns r"
	" ON r.campaign = f.campaign AND r.org = v.org WHERE"
	" instr(v.folded, ?1) AND instr(v.folded, ?2) AND instr(v.folded, ?3)"
	" AND instr(v.folded, ?4) AND instr(v.folded, ?5) AND instr(v.folded, ?6)"
	" AND v.since <= ?7 AND NOT EXISTS (SELECT 1 FROM org_version x WHERE x.org = v.org"
	" AND x.since > v.since AND x.since <= ?7)"
	" AND (?8 = 0 OR EXISTS (SELECT 1 FROM org_above a WHERE a.below = r.org AND a.above = ?8"
	" AND a.campaign = CASE WHEN EXISTS (SELECT 1 FROM org_above z WHERE"
	" z.campaign = r.campaign AND z.below = 0 AND z.above = 0) THEN r.campaign ELSE '' END))"
	" AND (?9 = 0 OR r.org = ?9) ORDER BY lower(o.code) <> ?10, r.id DESC LIMIT ?11";

static enum err each_return(struct sql *q, return_found_fn *fn, void *context)
{
	enum err err = E_OK;
	while (err == E_OK && sql_row(q)) {
		struct org org = org_row(q);
		int64_t state = sql_get(q, ORG_COLUMN_COUNT + 1);
		const struct return_found found = {.campaign = sql_get_str(q, ORG_COLUMN_COUNT),
			.state = state > 0 && state < RETURN_STATE__COUNT ? (enum return_state)state
									  : RETURN_NONE,
			.org = &org};
		err = fn(context, &found);
	}
	enum err closed = sql_close(q);
	return err == E_OK ? closed : err;
}

enum err return_search(struct office *o, const struct actor *actor, struct str words, size_t limit,
	return_found_fn *fn, void *context)
{
	struct sql q;
	struct writer folded;
	struct day_text today;
	enum err err = E_OK;
	bool below = actor->role == ROLE_COORDINATOR;
	TRY(org_tree_day(o, &today));
	writer_init(&folded, SEARCH_BYTES);
	if (fold_words(words, &folded)) {
		sql_open(&q, &o->db, returns_text);
		bind_words(&q, writer_view_str(&folded));
		sql_str(&q, day_str(&today));
		sql_int(&q, below ? actor->org : 0);
		sql_int(&q, below ? 0 : actor->org);
		sql_str(&q, writer_view_str(&folded));
		sql_count(&q, limit);
		err = each_return(&q, fn, context);
	}
	writer_release(&folded);
	return err;
}

enum err return_each_of(struct office *o, int64_t org, return_found_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT r.campaign, r.state FROM (SELECT DISTINCT campaign FROM form) f"
		" JOIN returns r ON r.campaign = f.campaign AND r.org = ? ORDER BY r.id DESC");
	sql_int(&q, org);
	while (err == E_OK && sql_row(&q)) {
		int64_t state = sql_get(&q, 1);
		const struct return_found found = {.campaign = sql_get_str(&q, 0),
			.state = state > 0 && state < RETURN_STATE__COUNT ? (enum return_state)state
									  : RETURN_NONE};
		err = fn(context, &found);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
