/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "base/limits.h"
#include "office/org_parts.h"

enum {
	ARENA_BYTES = 1 << 20,
	DETAIL_BYTES = 4096
};

static enum err note(struct office *o, const struct audit_entry *by, struct str what, int64_t id,
	struct str detail)
{
	struct writer object;
	struct audit_entry entry = *by;
	writer_init(&object, 256);
	writer_text(&object, "org ");
	enum err err = org_write_code(o, id, &object);
	entry.what = what;
	entry.org = id;
	entry.object = writer_view_str(&object);
	entry.detail = detail;
	if (err == E_OK)
		err = audit_add(o, &entry);
	writer_release(&object);
	return err;
}

enum err org_advance(struct office *o, struct date today)
{
	struct sql q;
	struct day_text before;
	struct day_text day = day_text(today);
	TRY(org_tree_day(o, &before));
	if (str_compare(day_str(&before), day_str(&day)) >= 0)
		return E_OK;
	sql_open(&q, &o->db,
		"SELECT EXISTS (SELECT 1 FROM org_version WHERE (since > ?1 AND since <= ?2)"
		" OR (until > ?1 AND until <= ?2))");
	sql_str(&q, day_str(&before));
	sql_str(&q, day_str(&day));
	bool due = sql_row(&q) && sql_get(&q, 0) != 0;
	TRY(sql_close(&q));
	sql_open(&q, &o->db, "UPDATE org_tree SET day = ?");
	sql_str(&q, day_str(&day));
	TRY(sql_run(&q));
	return due ? line_rebuild(o, STR(""), &day) : E_OK;
}

enum err org_keep_today(struct office *o, struct date today)
{
	struct day_text before;
	struct day_text day = day_text(today);
	TRY(org_tree_day(o, &before));
	if (str_compare(day_str(&before), day_str(&day)) >= 0)
		return E_OK;
	TRY(office_begin(o));
	return office_end(o, org_advance(o, today));
}

/* --- put --- */

static void write_place(struct writer *w, const struct org *org)
{
	writer_str(w, org->name[LANG_VI]);
	writer_text(w, " · ");
	writer_date(w, org->since);
}

static enum err put_clean(
	struct office *o, struct org *org, const struct audit_entry *by, struct problem *problem)
{
	int64_t wrong;
	struct writer detail;
	enum org_change change;
	enum err err = org_id_of(o, org->code, &org->id);
	if (err == E_NOTFOUND)
		err = org_new(o, org, &org->id);
	TRY(err);
	TRY(org_keep(o, org, &change));
	if (change == ORG_UNCHANGED)
		return E_OK;
	TRY(org_check(o, org->id, &wrong, problem));
	TRY(line_follow(o, org->id));
	writer_init(&detail, DETAIL_BYTES);
	write_place(&detail, org);
	err = writer_end(&detail);
	if (err == E_OK)
		err = note(o, by, STR("org.put"), org->id, writer_view_str(&detail));
	writer_release(&detail);
	return err;
}

enum err org_put(struct office *o, const struct org *org, const struct audit_entry *by,
	int64_t *ret_id, struct problem *problem)
{
	struct arena arena;
	struct org clean;
	TRY(org_advance(o, instant_date(by->at)));
	arena_init(&arena, ARENA_BYTES);
	enum err err = org_clean(org, &arena, &clean, problem);
	if (err == E_OK)
		err = put_clean(o, &clean, by, problem);
	if (err == E_OK)
		*ret_id = clean.id;
	arena_release(&arena);
	return err;
}

/* --- end --- */

static enum err there_on(
	struct office *o, int64_t id, struct date day, const char *field, struct problem *problem)
{
	struct arena arena;
	struct org org;
	arena_init(&arena, ARENA_BYTES);
	enum err err = org_find(o, id, day, &arena, &org);
	arena_release(&arena);
	return err == E_NOTFOUND ? org_refuse(o, problem, PROBLEM_UNIT_UNKNOWN, field, id) : err;
}

/* It was there and would still be: something is to end. */
static enum err can_end(struct office *o, int64_t id, struct date day, struct problem *problem)
{
	struct instant before = {date_instant(day).seconds - SECONDS_PER_DAY};
	TRY(there_on(o, id, instant_date(before), "code", problem));
	return there_on(o, id, day, "code", problem);
}

static enum err end_checked(struct office *o, int64_t id, struct date day, struct problem *problem)
{
	int64_t wrong;
	TRY(can_end(o, id, day, problem));
	TRY(org_cut(o, id, day));
	TRY(org_check(o, id, &wrong, problem));
	return line_follow(o, id);
}

static enum err note_day(struct office *o, const struct audit_entry *by, struct str what,
	int64_t id, struct date day)
{
	struct day_text text = day_text(day);
	return note(o, by, what, id, day_str(&text));
}

enum err org_end(struct office *o, int64_t id, struct date day, const struct audit_entry *by,
	struct problem *problem)
{
	TRY(org_advance(o, instant_date(by->at)));
	TRY(end_checked(o, id, day, problem));
	return note_day(o, by, STR("org.end"), id, day);
}

/* --- successors --- */

struct str org_succession_name(enum org_succession how)
{
	static const struct str names[] = {[ORG_MERGED] = STR_INIT("merge"),
		[ORG_SPLIT] = STR_INIT("split"),
		[ORG_RENAMED] = STR_INIT("renamed")};
	static_assert(sizeof(names) / sizeof(names[0]) == ORG_SUCCESSION__COUNT, "a name each");
	return how < ORG_SUCCESSION__COUNT ? names[how] : STR("");
}

enum err org_successor_put(
	struct office *o, const struct org_successor *successor, const struct audit_entry *by)
{
	struct sql q;
	struct day_text day = day_text(successor->day);
	sql_open(&q, &o->db,
		"INSERT INTO org_successor (\"from\", \"to\", day, how) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT (\"from\", \"to\", day) DO UPDATE SET how = ?4 WHERE how <> ?4");
	sql_int(&q, successor->from);
	sql_int(&q, successor->to);
	sql_str(&q, day_str(&day));
	sql_int(&q, successor->how);
	TRY(sql_run(&q));
	if (database_changes(&o->db) == 0)
		return E_OK;
	return note_day(o, by, STR("org.succeed"), successor->from, successor->day);
}

enum err org_each_successor(struct office *o, int64_t id, org_successor_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT \"from\", \"to\", day, how FROM org_successor"
		" WHERE \"from\" = ?1 OR \"to\" = ?1 ORDER BY day, \"from\", \"to\"");
	sql_int(&q, id);
	while (err == E_OK && sql_row(&q)) {
		int64_t how = sql_get(&q, 3);
		struct org_successor successor = {
			.from = sql_get(&q, 0),
			.to = sql_get(&q, 1),
			.day = day_read(sql_get_str(&q, 2)),
			.how = how >= 0 && how < ORG_SUCCESSION__COUNT ? (enum org_succession)how
								       : ORG_MERGED,
		};
		err = fn(context, &successor);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* --- merge --- */

struct children {
	struct office *office;
	struct arena arena;
	int64_t *list;
	size_t count, room;
};

static enum err take_child(struct children *c, int64_t id)
{
	if (c->count == c->room) {
		size_t room = c->room ? c->room * 2 : 64;
		int64_t *list = arena_alloc(&c->arena, room, sizeof(*list));
		if (!list)
			return E_NOMEM;
		if (c->count)
			memcpy(list, c->list, c->count * sizeof(*list));
		c->list = list;
		c->room = room;
	}
	c->list[c->count++] = id;
	return E_OK;
}

/* Those below it on that day or at any time after. */
static enum err find_children(struct children *c, int64_t parent, const struct day_text *day)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &c->office->db,
		"SELECT DISTINCT org FROM org_version WHERE parent = ? AND until > ?");
	sql_int(&q, parent);
	sql_str(&q, day_str(day));
	while (err == E_OK && sql_row(&q))
		err = take_child(c, sql_get(&q, 0));
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

static enum err move_child(
	struct office *o, int64_t child, int64_t from, int64_t into, struct date day)
{
	struct sql q;
	struct org org;
	struct arena arena;
	enum org_change change;
	struct day_text on = day_text(day);
	arena_init(&arena, ARENA_BYTES);
	enum err err = org_find(o, child, day, &arena, &org);
	if (err == E_OK && org.parent == from) {
		org.parent = into;
		org.since = day;
		org.until = (struct date){0};
		err = org_keep(o, &org, &change);
	}
	arena_release(&arena);
	if (err != E_OK && err != E_NOTFOUND)
		return err;
	sql_open(&q, &o->db,
		"UPDATE org_version SET parent = ?1 WHERE org = ?2 AND parent = ?3 AND since >= "
		"?4");
	sql_int(&q, into);
	sql_int(&q, child);
	sql_int(&q, from);
	sql_str(&q, day_str(&on));
	return sql_run(&q);
}

static enum err check_child(struct office *o, int64_t child, struct problem *problem)
{
	int64_t wrong;
	TRY(org_check(o, child, &wrong, problem));
	return line_follow(o, child);
}

static enum err move_children(
	struct office *o, int64_t from, int64_t into, struct date day, struct problem *problem)
{
	struct day_text on = day_text(day);
	struct children children = {.office = o};
	arena_init(&children.arena, (size_t)LIMIT_ORGS * 4 * sizeof(int64_t));
	enum err err = find_children(&children, from, &on);
	for (size_t i = 0; err == E_OK && i < children.count; i++)
		err = move_child(o, children.list[i], from, into, day);
	for (size_t i = 0; err == E_OK && i < children.count; i++)
		err = check_child(o, children.list[i], problem);
	arena_release(&children.arena);
	return err;
}

static enum err merge_one(struct office *o, int64_t from, int64_t into, struct date day,
	const struct audit_entry *by, struct problem *problem)
{
	if (from == into)
		return org_refuse(o, problem, PROBLEM_UNIT_CYCLE, "into", into);
	TRY(can_end(o, from, day, problem));
	TRY(move_children(o, from, into, day, problem));
	TRY(end_checked(o, from, day, problem));
	TRY(note_day(o, by, STR("org.merge"), from, day));
	return org_successor_put(o, &(struct org_successor){from, into, day, ORG_MERGED}, by);
}

enum err org_merge(struct office *o, const int64_t *from, size_t count, int64_t into,
	struct date day, const struct audit_entry *by, struct problem *problem)
{
	if (count == 0 || count > LIMIT_ORG_SUCCESSORS)
		return E_LIMIT;
	TRY(org_advance(o, instant_date(by->at)));
	TRY(there_on(o, into, day, "into", problem));
	for (size_t i = 0; i < count; i++)
		TRY(merge_one(o, from[i], into, day, by, problem));
	return E_OK;
}

/* --- split --- */

enum err org_split(struct office *o, int64_t from, const int64_t *into, size_t count,
	struct date day, const struct audit_entry *by, struct problem *problem)
{
	bool goes_on = false;
	if (count == 0 || count > LIMIT_ORG_SUCCESSORS)
		return E_LIMIT;
	TRY(org_advance(o, instant_date(by->at)));
	TRY(can_end(o, from, day, problem));
	for (size_t i = 0; i < count; i++) {
		TRY(there_on(o, into[i], day, "into", problem));
		goes_on = goes_on || into[i] == from;
		if (into[i] != from)
			TRY(org_successor_put(
				o, &(struct org_successor){from, into[i], day, ORG_SPLIT}, by));
	}
	if (!goes_on)
		TRY(end_checked(o, from, day, problem));
	return note_day(o, by, STR("org.split"), from, day);
}
