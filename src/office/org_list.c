/* SPDX-License-Identifier: Apache-2.0 */
#include "office/org_list.h"

#include "base/limits.h"
#include "office/org_fold.h"
#include "office/org_parts.h"

enum {
	SEARCH_WORDS = 6,
	SEARCH_BYTES = 400,
	QUERY_BYTES = 4096
};

/* --- the question --- */

/* Everything that ever stood below ?8, and when: downwards, and back over mergers and splits. What
 * became part of it is its own history. */
#define SCOPE                                                                                      \
	"WITH RECURSIVE scope(org, since, until) AS (VALUES (?8, '', '" ORG_FOREVER "') UNION"     \
	" SELECT v.org, max(scope.since, v.since), min(scope.until, v.until) FROM scope"           \
	" JOIN org_version v ON v.parent = scope.org AND v.since < scope.until"                    \
	" AND v.until > scope.since UNION SELECT s.\"from\", '', '" ORG_FOREVER "' FROM scope"     \
	" JOIN org_successor s ON s.\"to\" = scope.org AND s.day >= scope.since"                   \
	" AND s.day < scope.until) "

/* ?1 … ?6 words, ?7 the day, ?8 whose list, ?9 parent, ?10 level, ?11 kind, ?12 the words as one;
 * then limit and offset. What is not asked for is not in the text, but every number is bound. */
static void write_standing(struct writer *w, enum org_standing standing)
{
	static const char *const texts[ORG_STANDING__COUNT] = {
		[ORG_IS_THERE] = "v.since <= ?7 AND v.until > ?7",
		[ORG_HAS_ENDED] = "v.until <= ?7 AND NOT EXISTS (SELECT 1 FROM org_version x"
				  " WHERE x.org = v.org AND x.since >= v.until)",
		[ORG_IS_TO_COME] = "v.since > ?7 AND NOT EXISTS (SELECT 1 FROM org_version x"
				   " WHERE x.org = v.org AND x.since < v.since)",
		[ORG_ANY_STANDING] =
			"v.id = coalesce((SELECT x.id FROM org_version x WHERE x.org = v.org"
			" AND x.since <= ?7 ORDER BY x.since DESC LIMIT 1), (SELECT x.id FROM"
			" org_version x WHERE x.org = v.org ORDER BY x.since LIMIT 1))"};
	writer_text(w, texts[standing]);
}

/* Whose list it is: of today's tree the closure is stored. */
static bool is_today(const struct org_choice *choice, const struct day_text *today)
{
	struct day_text day = day_text(choice->day);
	return choice->standing == ORG_IS_THERE && str_equal(day_str(&day), day_str(today));
}

static void write_scope(struct writer *w, const struct org_choice *choice, bool today)
{
	if (!choice->above)
		return;
	if (today)
		writer_text(w, " AND EXISTS (SELECT 1 FROM org_above a WHERE a.campaign = ''"
			       " AND a.below = v.org AND a.above = ?8)");
	else if (choice->standing == ORG_IS_THERE)
		writer_text(w, " AND v.org IN (SELECT org FROM scope WHERE since <= ?7"
			       " AND until > ?7)");
	else
		writer_text(w, " AND v.id IN (SELECT x.id FROM scope CROSS JOIN org_version x"
			       " ON x.org = scope.org AND scope.since < x.until"
			       " AND scope.until >= x.until)");
}

static void write_order(struct writer *w, const struct org_choice *choice)
{
	static const char *const keys[ORG_ORDER__COUNT] = {
		[ORG_BY_NAME] = "name_key(v.name_vi)",
		[ORG_BY_CODE] = "o.code",
		[ORG_BY_LEVEL] = "v.level",
		[ORG_BY_SINCE] = "v.since",
		[ORG_BY_UNTIL] = "v.until",
	};
	bool exact = choice->words.size > 0 && choice->order == ORG_BY_NAME && !choice->down;
	writer_text(w, exact ? " ORDER BY lower(o.code) <> ?12, " : " ORDER BY ");
	writer_text(w, keys[choice->order]);
	writer_text(w,
		choice->down ? " DESC, name_key(v.name_vi), o.id" : ", name_key(v.name_vi), o.id");
	writer_text(w, " LIMIT ?13 OFFSET ?14");
}

/* Only constant text goes in. */
static void write_query(
	struct writer *w, const struct org_choice *choice, bool today, const char *columns)
{
	if (choice->above && !today)
		writer_text(w, SCOPE);
	writer_text(w, "SELECT ");
	writer_text(w, columns);
	writer_text(w, " FROM org_version v JOIN org o ON o.id = v.org WHERE ");
	if (choice->children)
		writer_text(w, "v.parent = ?9 AND ");
	write_standing(w, choice->standing);
	if (choice->words.size > 0)
		writer_text(w, " AND instr(v.folded, ?1) AND instr(v.folded, ?2)"
			       " AND instr(v.folded, ?3) AND instr(v.folded, ?4)"
			       " AND instr(v.folded, ?5) AND instr(v.folded, ?6)");
	if (choice->level.size > 0)
		writer_text(w, " AND v.level = ?10");
	if (choice->by_kind)
		writer_text(w, " AND o.kind = ?11");
	write_scope(w, choice, today);
}

/* Every word has to stand somewhere; what is not given is "", which stands everywhere. */
static void bind_words(struct sql *q, struct str folded)
{
	for (size_t i = 0; i < SEARCH_WORDS; i++)
		sql_str(q, i + 1 < SEARCH_WORDS ? str_cut(folded, ' ', &folded) : folded);
}

/* Parameters that the text does not name are none of the statement's: each is named here, where it
 * costs nothing. */
#define ALL_NAMED " AND (1 OR ?1 = ?2 OR ?3 = ?4 OR ?5 = ?6 OR ?7 = ?8 OR ?9 = ?10 OR ?11 = ?12)"

/* What is bound is borrowed until the statement is closed. */
struct question {
	struct sql q;
	struct writer text, folded;
	struct day_text day;
};

static void release(struct question *question)
{
	writer_release(&question->text);
	writer_release(&question->folded);
}

static void bind(struct question *question, const struct org_choice *choice)
{
	struct sql *q = &question->q;
	struct str folded = writer_view_str(&question->folded);
	bind_words(q, folded);
	sql_str(q, day_str(&question->day));
	sql_int(q, choice->above);
	sql_int(q, choice->parent);
	sql_str(q, choice->level.data ? choice->level : STR(""));
	sql_int(q, choice->kind);
	sql_str(q, folded);
}

static enum err ask(struct office *o, const struct org_choice *choice, const char *columns,
	bool sorted, struct question *question)
{
	struct day_text today;
	struct writer *text = &question->text;
	question->day = day_text(choice->day);
	writer_init(text, QUERY_BYTES);
	writer_init(&question->folded, SEARCH_BYTES);
	TRY(org_tree_day(o, &today));
	TRY(org_fold(&question->folded, choice->words));
	write_query(text, choice, is_today(choice, &today), columns);
	writer_text(text, ALL_NAMED);
	if (sorted)
		write_order(text, choice);
	writer_char(text, '\0');
	TRY(writer_end(text));
	sql_open(&question->q, &o->db, (const char *)text->data);
	bind(question, choice);
	return E_OK;
}

/* Words that are no text, or too long, are nobody's. */
static enum err nobody(enum err err)
{
	return err == E_SYNTAX || err == E_LIMIT ? E_OK : err;
}

enum err org_list(struct office *o, const struct org_choice *choice, org_fn *fn, void *context)
{
	struct question question;
	enum err err = ask(o, choice, ORG_COLUMNS, true, &question);
	if (err == E_OK) {
		sql_count(&question.q, choice->limit);
		sql_count(&question.q, choice->skip);
		err = org_rows(&question.q, fn, context);
	} else {
		err = nobody(err);
	}
	release(&question);
	return err;
}

enum err org_list_count(struct office *o, const struct org_choice *choice, uint64_t *ret_count)
{
	uint64_t count = 0;
	struct question question;
	enum err err = ask(o, choice, "count(*)", false, &question);
	if (err == E_OK) {
		count = sql_row(&question.q) ? sql_get_count(&question.q, 0) : 0;
		err = sql_close(&question.q);
	} else {
		err = nobody(err);
	}
	release(&question);
	*ret_count = count;
	return err;
}

enum err org_each_level(struct office *o, size_t limit, org_level_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT level FROM org_version WHERE level <> '' GROUP BY level"
		" ORDER BY count(*), level LIMIT ?");
	sql_count(&q, limit);
	while (err == E_OK && sql_row(&q))
		err = fn(context, sql_get_str(&q, 0));
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* --- who coordinated it --- */

/* Upwards, and on over mergers and splits: each step is an org and a day on which it is asked
 * about. Two paths to the same are one. */
enum err org_was_below(struct office *o, int64_t above, int64_t id, struct date day, bool *ret_was)
{
	struct sql q;
	struct day_text on = day_text(day);
	sql_open(&q, &o->db,
		"WITH RECURSIVE up(org, day) AS (SELECT ?2, CASE WHEN ?3 <> '' THEN ?3"
		" ELSE (SELECT CASE WHEN until = '" ORG_FOREVER "' THEN since"
		" ELSE date(until, '-1 day') END FROM org_version WHERE org = ?2"
		" ORDER BY since DESC LIMIT 1) END UNION"
		" SELECT v.parent, up.day FROM up JOIN org_version v ON v.org = up.org"
		" AND v.since <= up.day AND v.until > up.day WHERE v.parent <> 0 UNION"
		" SELECT s.\"to\", s.day FROM up JOIN org_successor s ON s.\"from\" = up.org)"
		" SELECT EXISTS (SELECT 1 FROM up WHERE org = ?1)");
	sql_int(&q, above);
	sql_int(&q, id);
	sql_str(&q, day.year ? day_str(&on) : STR(""));
	bool was = sql_row(&q) && sql_get(&q, 0) != 0;
	TRY(sql_close(&q));
	*ret_was = was;
	return E_OK;
}
