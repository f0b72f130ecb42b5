/* SPDX-License-Identifier: Apache-2.0 */
/* Names and places of an org over time: what is kept, apart from whether it makes sense. */
#include "base/limits.h"
#include "office/org_fold.h"
#include "office/org_parts.h"

/* --- texts --- */

static bool has_control(struct str text)
{
	for (size_t i = 0; i < text.size; i++)
		if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f)
			return true;
	return false;
}

static enum err refuse(struct problem *problem, enum problem_code code, const char *field)
{
	problem_set(problem, code, str_from(field), STR(""));
	return E_SYNTAX;
}

static enum err clean_text(struct arena *arena, const char *field, struct str text, size_t most,
	struct str *ret_text, struct problem *problem)
{
	struct writer w;
	writer_init(&w, (size_t)4 * LIMIT_ORG_TEXT);
	text = str_trim(text);
	enum err err = text.size > most ? E_LIMIT : org_compose(&w, text);
	struct str copy = err == E_OK ? arena_copy(arena, writer_view_str(&w)) : STR("");
	writer_release(&w);
	if (err == E_LIMIT || copy.size > most) {
		(void)refuse(problem, PROBLEM_FIELD_TOO_LONG, field);
		problem->limit = most;
		return E_SYNTAX;
	}
	if (err == E_SYNTAX)
		return refuse(problem, PROBLEM_BAD_UTF8, field);
	if (err == E_OK && has_control(copy))
		return refuse(problem, PROBLEM_CONTROL_CHARACTER, field);
	if (err == E_OK && !copy.data)
		return E_NOMEM;
	*ret_text = copy;
	return err;
}

static enum err check_days(const struct org *org, struct problem *problem)
{
	struct day_text since = day_text(org->since);
	struct day_text until = day_text(org->until);
	if (org->until.year && str_compare(day_str(&since), day_str(&until)) >= 0) {
		problem_set(problem, PROBLEM_UNIT_DAYS, STR("until"), day_str(&until));
		return E_SYNTAX;
	}
	return E_OK;
}

enum err org_clean(
	const struct org *org, struct arena *arena, struct org *ret_org, struct problem *problem)
{
	struct org clean = *org;
	const struct {
		const char *field;
		struct str *text;
		size_t most;
		bool needed;
	} texts[] = {
		{"code", &clean.code, LIMIT_ORG_CODE, true},
		{"name_vi", &clean.name[LANG_VI], LIMIT_ORG_TEXT, true},
		{"name_en", &clean.name[LANG_EN], LIMIT_ORG_TEXT, false},
		{"level", &clean.level, LIMIT_ORG_TEXT, false},
		{"tax_code", &clean.tax_code, LIMIT_ORG_TEXT, false},
		{"mail", &clean.mail, LIMIT_ORG_TEXT, false},
		{"phone", &clean.phone, LIMIT_ORG_TEXT, false},
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct str got = *texts[i].text;
		TRY(clean_text(arena, texts[i].field, got, texts[i].most, texts[i].text, problem));
		if (texts[i].needed && texts[i].text->size == 0)
			return refuse(problem, PROBLEM_NO_FIELD, texts[i].field);
	}
	TRY(check_days(&clean, problem));
	*ret_org = clean;
	return E_OK;
}

/* --- versions --- */

enum err org_new(struct office *o, const struct org *org, int64_t *ret_id)
{
	struct sql q;
	sql_open(&q, &o->db, "INSERT INTO org (code, kind) VALUES (?, ?)");
	sql_str(&q, org->code);
	sql_int(&q, org->kind);
	TRY(sql_run(&q));
	*ret_id = database_last_id(&o->db);
	return E_OK;
}

/* What is searched. */
static enum err fold(const struct org *org, struct writer *w)
{
	const struct str texts[] = {
		org->name[LANG_VI], org->name[LANG_EN], org->code, org->tax_code};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i].size == 0)
			continue;
		if (w->size > 0)
			writer_char(w, ' ');
		TRY(org_fold(w, texts[i]));
	}
	return writer_end(w);
}

static void bind_version(struct sql *q, const struct org *org)
{
	sql_str(q, org->name[LANG_VI]);
	sql_str(q, org->name[LANG_EN]);
	sql_str(q, org->level);
	sql_int(q, org->parent);
	sql_str(q, org->tax_code);
	sql_str(q, org->mail);
	sql_str(q, org->phone);
}

static enum err add_version(struct office *o, const struct org *org, struct str until)
{
	struct sql q;
	struct writer folded;
	struct day_text since = day_text(org->since);
	writer_init(&folded, (size_t)16 * LIMIT_ORG_TEXT);
	enum err err = fold(org, &folded);
	if (err == E_OK) {
		sql_open(&q, &o->db,
			"INSERT INTO org_version (name_vi, name_en, level, parent, tax_code, mail,"
			" phone, folded, org, since, until)"
			" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
		bind_version(&q, org);
		sql_str(&q, writer_view_str(&folded));
		sql_int(&q, org->id);
		sql_str(&q, day_str(&since));
		sql_str(&q, until);
		err = sql_run(&q);
	}
	writer_release(&folded);
	return err;
}

static enum err change_version(struct office *o, const struct org *org, int64_t version)
{
	struct sql q;
	struct writer folded;
	writer_init(&folded, (size_t)16 * LIMIT_ORG_TEXT);
	enum err err = fold(org, &folded);
	if (err == E_OK) {
		sql_open(&q, &o->db,
			"UPDATE org_version SET name_vi = ?, name_en = ?, level = ?, parent = ?,"
			" tax_code = ?, mail = ?, phone = ?, folded = ? WHERE id = ?");
		bind_version(&q, org);
		sql_str(&q, writer_view_str(&folded));
		sql_int(&q, version);
		err = sql_run(&q);
	}
	writer_release(&folded);
	return err;
}

/* The version of a day: where it begins and ends, and whether it says the same. */
struct there {
	int64_t version; /* 0: none */
	struct day_text since, until;
	bool same;
};

static struct day_text day_copy(struct str text)
{
	struct day_text day = {""};
	if (text.size < sizeof(day.text))
		memcpy(day.text, text.data, text.size);
	return day;
}

static enum err find_version(struct office *o, const struct org *org, struct there *ret_there)
{
	struct sql q;
	struct there there = {0};
	struct day_text since = day_text(org->since);
	sql_open(&q, &o->db,
		"SELECT id, since, until, name_vi = ?3 AND name_en = ?4 AND level = ?5"
		" AND parent = ?6 AND tax_code = ?7 AND mail = ?8 AND phone = ?9"
		" FROM org_version WHERE org = ?1 AND since <= ?2 AND until > ?2");
	sql_int(&q, org->id);
	sql_str(&q, day_str(&since));
	bind_version(&q, org);
	if (sql_row(&q)) {
		there.version = sql_get(&q, 0);
		there.since = day_copy(sql_get_str(&q, 1));
		there.until = day_copy(sql_get_str(&q, 2));
		there.same = sql_get(&q, 3) != 0;
	}
	TRY(sql_close(&q));
	*ret_there = there;
	return E_OK;
}

/* A day on which it is not there: until what comes next. */
static enum err add_alone(struct office *o, const struct org *org)
{
	struct sql q;
	struct day_text since = day_text(org->since);
	struct day_text until = day_text((struct date){0});
	sql_open(&q, &o->db, "SELECT min(since) FROM org_version WHERE org = ? AND since > ?");
	sql_int(&q, org->id);
	sql_str(&q, day_str(&since));
	if (sql_row(&q) && !sql_is_null(&q, 0))
		until = day_copy(sql_get_str(&q, 0));
	TRY(sql_close(&q));
	return add_version(o, org, day_str(&until));
}

static enum err shorten(struct office *o, int64_t version, struct str until)
{
	struct sql q;
	sql_open(&q, &o->db, "UPDATE org_version SET until = ? WHERE id = ?");
	sql_str(&q, until);
	sql_int(&q, version);
	return sql_run(&q);
}

/* From since on, within the version that is there. */
static enum err divide(struct office *o, const struct org *org, const struct there *there)
{
	struct day_text since = day_text(org->since);
	if (str_equal(day_str(&there->since), day_str(&since)))
		return change_version(o, org, there->version);
	TRY(shorten(o, there->version, day_str(&since)));
	return add_version(o, org, day_str(&there->until));
}

enum err org_cut(struct office *o, int64_t id, struct date day)
{
	struct sql q;
	struct day_text until = day_text(day);
	sql_open(&q, &o->db, "DELETE FROM org_version WHERE org = ? AND since >= ?");
	sql_int(&q, id);
	sql_str(&q, day_str(&until));
	TRY(sql_run(&q));
	sql_open(&q, &o->db, "UPDATE org_version SET until = ?2 WHERE org = ?1 AND until > ?2");
	sql_int(&q, id);
	sql_str(&q, day_str(&until));
	return sql_run(&q);
}

static enum err ends_after(struct office *o, int64_t id, struct date day, bool *ret_after)
{
	struct sql q;
	struct day_text until = day_text(day);
	sql_open(&q, &o->db,
		"SELECT EXISTS (SELECT 1 FROM org_version WHERE org = ? AND until > ?)");
	sql_int(&q, id);
	sql_str(&q, day_str(&until));
	bool after = sql_row(&q) && sql_get(&q, 0) != 0;
	TRY(sql_close(&q));
	*ret_after = after;
	return E_OK;
}

static enum err keep_kind(struct office *o, const struct org *org, bool *ret_changed)
{
	struct sql q;
	sql_open(&q, &o->db, "UPDATE org SET kind = ?2 WHERE id = ?1 AND kind <> ?2");
	sql_int(&q, org->id);
	sql_int(&q, org->kind);
	TRY(sql_run(&q));
	*ret_changed = database_changes(&o->db) > 0;
	return E_OK;
}

enum err org_keep(struct office *o, const struct org *org, enum org_change *ret_change)
{
	bool changed, after = false;
	struct there there;
	TRY(keep_kind(o, org, &changed));
	TRY(find_version(o, org, &there));
	if (there.version == 0)
		TRY(add_alone(o, org));
	else if (!there.same)
		TRY(divide(o, org, &there));
	if (org->until.year)
		TRY(ends_after(o, org->id, org->until, &after));
	if (after)
		TRY(org_cut(o, org->id, org->until));
	*ret_change = there.version == 0                ? ORG_CREATED
		      : !there.same || changed || after ? ORG_CHANGED
							: ORG_UNCHANGED;
	return E_OK;
}
