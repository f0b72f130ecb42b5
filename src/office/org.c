/* SPDX-License-Identifier: Apache-2.0 */
#include "office/org.h"

#include <stdio.h>

#include "base/limits.h"
#include "office/org_fold.h"
#include "office/org_parts.h"

enum {
	SEARCH_WORDS = 6,
	SEARCH_BYTES = 400
};

/* --- days --- */

struct day_text day_text(struct date day)
{
	struct day_text text;
	if (day.year < 1 || day.year > 9999)
		snprintf(text.text, sizeof(text.text), ORG_FOREVER);
	else
		snprintf(text.text, sizeof(text.text), "%04d-%02u-%02u", day.year,
			(unsigned)day.month % 100, (unsigned)day.day % 100);
	return text;
}

struct str day_str(const struct day_text *day)
{
	return str_from(day->text);
}

struct date day_read(struct str text)
{
	struct date day;
	bool never = str_equal(text, STR(ORG_FOREVER));
	return !never && date_parse(text, &day) ? day : (struct date){0};
}

enum err org_tree_day(struct office *o, struct day_text *ret_day)
{
	struct sql q;
	sql_open(&q, &o->db, "SELECT day FROM org_tree");
	bool found = sql_row(&q);
	if (found) {
		struct str day = sql_get_str(&q, 0);
		snprintf(ret_day->text, sizeof(ret_day->text), "%.*s", STR_ARG(day));
	}
	TRY(sql_close(&q));
	return found ? E_OK : E_CORRUPT;
}

/* --- one --- */

struct org org_row(struct sql *q)
{
	int64_t kind = sql_get(q, 2);
	return (struct org){
		.id = sql_get(q, 0),
		.code = sql_get_str(q, 1),
		.kind = kind == ORG_ENTERPRISE ? ORG_ENTERPRISE : ORG_AGENCY,
		.name = {[LANG_VI] = sql_get_str(q, 3), [LANG_EN] = sql_get_str(q, 4)},
		.level = sql_get_str(q, 5),
		.parent = sql_get(q, 6),
		.tax_code = sql_get_str(q, 7),
		.mail = sql_get_str(q, 8),
		.phone = sql_get_str(q, 9),
		.since = day_read(sql_get_str(q, 10)),
		.until = day_read(sql_get_str(q, 11)),
	};
}

enum err org_rows(struct sql *q, org_fn *fn, void *context)
{
	enum err err = E_OK;
	while (err == E_OK && sql_row(q)) {
		struct org org = org_row(q);
		err = fn(context, &org);
	}
	enum err closed = sql_close(q);
	return err == E_OK ? closed : err;
}

static bool copy_texts(struct arena *arena, struct org *org)
{
	struct str *const texts[] = {&org->code, &org->name[LANG_VI], &org->name[LANG_EN],
		&org->level, &org->tax_code, &org->mail, &org->phone};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i] = arena_copy(arena, *texts[i]);
		if (!texts[i]->data)
			return false;
	}
	return true;
}

static enum err take_one(struct sql *q, struct arena *arena, struct org *ret_org)
{
	struct org org;
	bool found = sql_row(q);
	bool copied = true;
	if (found) {
		org = org_row(q);
		copied = copy_texts(arena, &org);
	}
	TRY(sql_close(q));
	if (!found || !copied)
		return found ? E_NOMEM : E_NOTFOUND;
	*ret_org = org;
	return E_OK;
}

enum err org_find(
	struct office *o, int64_t id, struct date day, struct arena *arena, struct org *ret_org)
{
	struct sql q;
	struct day_text on = day_text(day);
	sql_open(&q, &o->db,
		"SELECT " ORG_COLUMNS " FROM org o JOIN org_version v ON v.org = o.id"
		" WHERE o.id = ?1 AND v.since <= ?2 AND v.until > ?2");
	sql_int(&q, id);
	sql_str(&q, day_str(&on));
	return take_one(&q, arena, ret_org);
}

enum err org_find_code(struct office *o, struct str code, struct date day, struct arena *arena,
	struct org *ret_org)
{
	struct sql q;
	struct day_text on = day_text(day);
	sql_open(&q, &o->db,
		"SELECT " ORG_COLUMNS " FROM org o JOIN org_version v ON v.org = o.id"
		" WHERE o.code = ?1 AND v.since <= ?2 AND v.until > ?2");
	sql_str(&q, code);
	sql_str(&q, day_str(&on));
	return take_one(&q, arena, ret_org);
}

enum err org_id_of(struct office *o, struct str code, int64_t *ret_id)
{
	struct sql q;
	sql_open(&q, &o->db, "SELECT id FROM org WHERE code = ?");
	sql_str(&q, code);
	int64_t id = sql_row(&q) ? sql_get(&q, 0) : 0;
	TRY(sql_close(&q));
	if (id == 0)
		return E_NOTFOUND;
	*ret_id = id;
	return E_OK;
}

enum err org_write_code(struct office *o, int64_t id, struct writer *w)
{
	struct sql q;
	sql_open(&q, &o->db, "SELECT code FROM org WHERE id = ?");
	sql_int(&q, id);
	bool found = sql_row(&q);
	if (found)
		writer_str(w, sql_get_str(&q, 0));
	TRY(sql_close(&q));
	return found ? writer_end(w) : E_NOTFOUND;
}

enum err org_code_of(struct office *o, int64_t id, struct arena *arena, struct str *ret_code)
{
	struct writer w;
	writer_init(&w, 256);
	enum err err = org_write_code(o, id, &w);
	struct str copy = err == E_OK ? arena_copy(arena, writer_view_str(&w)) : STR("");
	writer_release(&w);
	TRY(err);
	if (!copy.data)
		return E_NOMEM;
	*ret_code = copy;
	return E_OK;
}

/* --- many --- */

enum err org_each_version(struct office *o, int64_t id, org_fn *fn, void *context)
{
	struct sql q;
	sql_open(&q, &o->db,
		"SELECT " ORG_COLUMNS " FROM org o JOIN org_version v ON v.org = o.id"
		" WHERE o.id = ? ORDER BY v.since");
	sql_int(&q, id);
	return org_rows(&q, fn, context);
}

enum err org_each_child(
	struct office *o, int64_t parent, struct date day, org_fn *fn, void *context)
{
	struct sql q;
	struct day_text on = day_text(day);
	sql_open(&q, &o->db,
		"SELECT " ORG_COLUMNS " FROM org_version v JOIN org o ON o.id = v.org"
		" WHERE v.parent = ?1 AND v.since <= ?2 AND v.until > ?2"
		" ORDER BY name_key(v.name_vi), o.id");
	sql_int(&q, parent);
	sql_str(&q, day_str(&on));
	return org_rows(&q, fn, context);
}

/* A line may hold who has ended since: as it was last called. */
enum err org_each_below(struct office *o, struct str campaign, int64_t above, int64_t distance,
	struct org_place after, size_t limit, org_below_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	struct day_text today;
	TRY(org_tree_day(o, &today));
	sql_open(&q, &o->db,
		"SELECT " ORG_COLUMNS ", a.distance FROM org_above a JOIN org o ON o.id = a.below"
		" JOIN org_version v ON v.id = (SELECT w.id FROM org_version w WHERE"
		" w.org = a.below AND w.since <= ?7 ORDER BY w.since DESC LIMIT 1)"
		" WHERE a.campaign = ?1 AND a.above = ?2 AND a.distance >= max(1, ?3)"
		" AND (?3 = 0 OR a.distance = ?3) AND (a.distance, a.below) > (?4, ?5)"
		" ORDER BY a.distance, a.below LIMIT ?6");
	sql_str(&q, campaign);
	sql_int(&q, above);
	sql_int(&q, distance);
	sql_int(&q, after.distance);
	sql_int(&q, after.org);
	sql_count(&q, limit);
	sql_str(&q, day_str(&today));
	while (err == E_OK && sql_row(&q)) {
		struct org org = org_row(&q);
		err = fn(context, &org, (struct org_place){sql_get(&q, ORG_COLUMN_COUNT), org.id});
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

enum err org_count_below(struct office *o, struct str campaign, int64_t above, uint64_t *ret_count)
{
	struct sql q;
	sql_open(&q, &o->db,
		"SELECT count(*) FROM org_above WHERE campaign = ? AND above = ?"
		" AND distance > 0");
	sql_str(&q, campaign);
	sql_int(&q, above);
	uint64_t count = sql_row(&q) ? sql_get_count(&q, 0) : 0;
	TRY(sql_close(&q));
	*ret_count = count;
	return E_OK;
}

/* --- search --- */

/* Every word has to stand somewhere; what is not given is "", which stands everywhere. */
static void bind_words(struct sql *q, struct str folded)
{
	for (size_t i = 0; i < SEARCH_WORDS; i++)
		sql_str(q, i + 1 < SEARCH_WORDS ? str_cut(folded, ' ', &folded) : folded);
}

enum err org_search(struct office *o, int64_t above, struct str words, size_t skip, size_t limit,
	org_fn *fn, void *context)
{
	struct sql q;
	struct writer folded;
	struct day_text today;
	TRY(org_tree_day(o, &today));
	writer_init(&folded, SEARCH_BYTES);
	enum err err = org_fold(&folded, words);
	if (err != E_OK) {
		writer_release(&folded);
		return err == E_NOMEM ? err : E_OK; /* nothing is called so */
	}
	sql_open(&q, &o->db,
		"SELECT " ORG_COLUMNS " FROM org_version v JOIN org o ON o.id = v.org WHERE"
		" instr(v.folded, ?1) AND instr(v.folded, ?2) AND instr(v.folded, ?3)"
		" AND instr(v.folded, ?4) AND instr(v.folded, ?5) AND instr(v.folded, ?6)"
		" AND v.since <= ?7 AND v.until > ?7 AND EXISTS (SELECT 1 FROM org_above a"
		" WHERE a.campaign = '' AND a.below = v.org AND a.above = ?8)"
		" ORDER BY lower(o.code) <> ?9, name_key(v.name_vi), o.id"
		" LIMIT ?10 OFFSET ?11");
	bind_words(&q, writer_view_str(&folded));
	sql_str(&q, day_str(&today));
	sql_int(&q, above);
	sql_str(&q, writer_view_str(&folded));
	sql_count(&q, limit);
	sql_count(&q, skip);
	err = org_rows(&q, fn, context);
	writer_release(&folded);
	return err;
}
