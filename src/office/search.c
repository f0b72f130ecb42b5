/* SPDX-License-Identifier: Apache-2.0 */
#include "office/search.h"

#include "office/account_parts.h"
#include "office/org_fold.h"
#include "office/org_parts.h"
#include "office/tables.h"

enum {
	SEARCH_WORDS = 6,
	SEARCH_BYTES = 400,
	MATCH_BYTES = 4096
};

/* The tokenizer takes diacritics off; đ has none to it. */
#define ACCOUNT_WORDS(row)                                                                         \
	"replace(replace(" row ".mail || ' ' || " row ".name, 'đ', 'd'), 'Đ', 'D')"

/* account_words: an index without texts of its own, kept by these triggers. */
const char office_search_tables[] =
	"CREATE VIRTUAL TABLE account_words USING fts5(words, content='',"
	" tokenize='unicode61 remove_diacritics 2');"
	"CREATE TRIGGER account_words_new AFTER INSERT ON account BEGIN"
	" INSERT INTO account_words (rowid, words) VALUES (NEW.id, " ACCOUNT_WORDS(
		"NEW") ");"
		       " END;"
		       "CREATE TRIGGER account_words_changed AFTER UPDATE OF mail, name ON account "
		       "BEGIN"
		       " INSERT INTO account_words (account_words, rowid, words)"
		       " VALUES ('delete', OLD.id, " ACCOUNT_WORDS(
			       "OLD") ");"
				      " INSERT INTO account_words (rowid, words) VALUES "
				      "(NEW.id, " ACCOUNT_WORDS(
					      "NEW") ");"
						     " END;"
						     "CREATE TRIGGER account_words_gone AFTER "
						     "DELETE ON account BEGIN"
						     " INSERT INTO account_words (account_words, "
						     "rowid, words)"
						     " VALUES ('delete', OLD.id, " ACCOUNT_WORDS(
							     "OLD") "); END;";

/* --- accounts --- */

static bool is_word(struct str word)
{
	for (size_t i = 0; i < word.size; i++) {
		unsigned char c = (unsigned char)word.data[i];
		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c >= 0x80)
			return true;
	}
	return false;
}

/* Each word a phrase whose last part goes on as it likes: "an@exa"* "lan"*. False: nothing to look
 * for. */
static bool write_match(struct writer *w, struct str folded)
{
	while (folded.size > 0) {
		struct str word = str_cut(folded, ' ', &folded);
		if (!is_word(word))
			continue;
		writer_text(w, w->size ? " \"" : "\"");
		for (size_t i = 0; i < word.size; i++)
			writer_char(w, word.data[i] == '"' ? ' ' : word.data[i]);
		writer_text(w, "\"*");
	}
	return w->size > 0;
}

static enum err each_account(struct office *o, const struct actor *actor, struct str match,
	struct str exact, bool others, size_t limit, account_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT " ACCOUNT_COLUMNS " FROM account WHERE id IN (SELECT rowid FROM"
		" account_words WHERE account_words MATCH ?1) AND (?2 = 0 OR EXISTS"
		" (SELECT 1 FROM org_above a WHERE a.campaign = '' AND a.below = account.org"
		" AND a.above = ?2)) AND (?3 = mail) = ?4 ORDER BY id LIMIT ?5");
	sql_str(&q, match);
	sql_int(&q, actor->org);
	sql_str(&q, exact);
	sql_int(&q, !others);
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
	struct writer folded, match;
	enum err err = E_OK;
	writer_init(&folded, SEARCH_BYTES);
	writer_init(&match, MATCH_BYTES);
	if (fold_words(words, &folded) && write_match(&match, writer_view_str(&folded)) &&
		writer_end(&match) == E_OK) {
		struct str exact = writer_view_str(&folded);
		err = each_account(o, actor, writer_view_str(&match), exact, false, 1, fn, context);
		if (err == E_OK)
			err = each_account(o, actor, writer_view_str(&match), exact, true,
				limit - 1, fn, context);
	}
	writer_release(&folded);
	writer_release(&match);
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

static void bind_words(struct sql *q, struct str folded)
{
	for (size_t i = 0; i < SEARCH_WORDS; i++)
		sql_str(q, i + 1 < SEARCH_WORDS ? str_cut(folded, ' ', &folded) : folded);
}

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
