/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "office/org_parts.h"

/* --- what is stored --- */

static enum err forget_line(struct office *o, struct str campaign)
{
	struct sql q;
	sql_open(&q, &o->db, "DELETE FROM org_line WHERE campaign = ?");
	sql_str(&q, campaign);
	TRY(sql_run(&q));
	sql_open(&q, &o->db, "DELETE FROM org_above WHERE campaign = ?");
	sql_str(&q, campaign);
	return sql_run(&q);
}

enum err line_rebuild(struct office *o, struct str campaign, const struct day_text *day)
{
	struct sql q;
	TRY(forget_line(o, campaign));
	sql_open(&q, &o->db,
		"INSERT INTO org_line (campaign, org, superior) SELECT ?1, org, parent"
		" FROM org_version WHERE since <= ?2 AND until > ?2 ORDER BY org");
	sql_str(&q, campaign);
	sql_str(&q, day_str(day));
	TRY(sql_run(&q));
	sql_open(&q, &o->db,
		"INSERT INTO org_above (campaign, below, above, distance)"
		" WITH RECURSIVE up(below, above, distance) AS (VALUES (0, 0, 0) UNION ALL"
		" SELECT org, org, 0 FROM org_line WHERE campaign = ?1 UNION ALL"
		" SELECT up.below, l.superior, up.distance + 1 FROM up JOIN org_line l"
		" ON l.campaign = ?1 AND l.org = up.above WHERE up.distance <= ?2)"
		" SELECT ?1, below, above, distance FROM up ORDER BY below, above");
	sql_str(&q, campaign);
	sql_int(&q, LIMIT_ORG_DEPTH);
	return sql_run(&q);
}

/* All that stood above it and does not stand below it, for it and all below it. */
static enum err loosen(struct office *o, struct str campaign, int64_t org)
{
	struct sql q;
	sql_open(&q, &o->db,
		"DELETE FROM org_above WHERE campaign = ?1"
		" AND below IN (SELECT below FROM org_above WHERE campaign = ?1 AND above = ?2)"
		" AND above NOT IN"
		" (SELECT below FROM org_above WHERE campaign = ?1 AND above = ?2)");
	sql_str(&q, campaign);
	sql_int(&q, org);
	return sql_run(&q);
}

static enum err join(struct office *o, struct str campaign, int64_t org, int64_t superior)
{
	struct sql q;
	sql_open(&q, &o->db,
		"INSERT INTO org_above (campaign, below, above, distance)"
		" SELECT ?1, b.below, a.above, a.distance + 1 + b.distance"
		" FROM org_above a, org_above b WHERE a.campaign = ?1 AND a.below = ?3"
		" AND b.campaign = ?1 AND b.above = ?2");
	sql_str(&q, campaign);
	sql_int(&q, org);
	sql_int(&q, superior);
	return sql_run(&q);
}

static enum err add_itself(struct office *o, struct str campaign, int64_t org)
{
	struct sql q;
	sql_open(&q, &o->db,
		"INSERT INTO org_above (campaign, below, above, distance) VALUES (?1, ?2, ?2, 0)");
	sql_str(&q, campaign);
	sql_int(&q, org);
	return sql_run(&q);
}

enum err line_set(struct office *o, struct str campaign, int64_t org, int64_t superior)
{
	struct sql q;
	int64_t before;
	enum err err = line_superior(o, campaign, org, &before);
	if (err != E_OK && err != E_NOTFOUND)
		return err;
	if (err == E_OK && before == superior)
		return E_OK;
	if (err == E_NOTFOUND)
		TRY(add_itself(o, campaign, org));
	else
		TRY(loosen(o, campaign, org));
	TRY(join(o, campaign, org, superior));
	sql_open(&q, &o->db,
		"INSERT INTO org_line (campaign, org, superior) VALUES (?, ?, ?)"
		" ON CONFLICT (campaign, org) DO UPDATE SET superior = excluded.superior");
	sql_str(&q, campaign);
	sql_int(&q, org);
	sql_int(&q, superior);
	return sql_run(&q);
}

/* Nothing stands below it any more. */
static enum err leave_tree(struct office *o, int64_t org)
{
	struct sql q;
	sql_open(&q, &o->db, "DELETE FROM org_above WHERE campaign = '' AND below = ?");
	sql_int(&q, org);
	TRY(sql_run(&q));
	sql_open(&q, &o->db, "DELETE FROM org_line WHERE campaign = '' AND org = ?");
	sql_int(&q, org);
	return sql_run(&q);
}

enum err line_follow(struct office *o, int64_t org)
{
	struct sql q;
	struct day_text today;
	TRY(org_tree_day(o, &today));
	sql_open(&q, &o->db,
		"SELECT parent FROM org_version WHERE org = ?1 AND since <= ?2 AND until > ?2");
	sql_int(&q, org);
	sql_str(&q, day_str(&today));
	bool there = sql_row(&q);
	int64_t parent = there ? sql_get(&q, 0) : 0;
	TRY(sql_close(&q));
	return there ? line_set(o, STR(""), org, parent) : leave_tree(o, org);
}

/* --- asked --- */

enum err line_superior(struct office *o, struct str campaign, int64_t org, int64_t *ret_superior)
{
	struct sql q;
	sql_open(&q, &o->db, "SELECT superior FROM org_line WHERE campaign = ? AND org = ?");
	sql_str(&q, campaign);
	sql_int(&q, org);
	bool found = sql_row(&q);
	int64_t superior = found ? sql_get(&q, 0) : 0;
	TRY(sql_close(&q));
	if (!found)
		return E_NOTFOUND;
	*ret_superior = superior;
	return E_OK;
}

static enum err distance(
	struct office *o, struct str campaign, int64_t above, int64_t below, int64_t *ret_distance)
{
	struct sql q;
	sql_open(&q, &o->db,
		"SELECT distance FROM org_above WHERE campaign = ? AND below = ? AND above = ?");
	sql_str(&q, campaign);
	sql_int(&q, below);
	sql_int(&q, above);
	bool found = sql_row(&q);
	int64_t value = found ? sql_get(&q, 0) : 0;
	TRY(sql_close(&q));
	if (!found)
		return E_NOTFOUND;
	*ret_distance = value;
	return E_OK;
}

enum err line_is_below(
	struct office *o, struct str campaign, int64_t above, int64_t below, bool *ret_is)
{
	int64_t value;
	enum err err = distance(o, campaign, above, below, &value);
	if (err != E_OK && err != E_NOTFOUND)
		return err;
	*ret_is = err == E_OK;
	return E_OK;
}

enum err line_exists(struct office *o, struct str campaign, bool *ret_has)
{
	return line_is_below(o, campaign, 0, 0, ret_has);
}

enum err line_each_difference(
	struct office *o, struct str campaign, size_t limit, line_difference_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	struct day_text today;
	TRY(org_tree_day(o, &today));
	sql_open(&q, &o->db,
		"SELECT l.org, coalesce(t.superior, 0), l.superior FROM org_line l"
		" LEFT JOIN org_line t ON t.campaign = '' AND t.org = l.org"
		" LEFT JOIN org_version v ON v.org = l.org AND v.since <= ?2 AND v.until > ?2"
		" WHERE l.campaign = ?1 AND t.superior IS NOT l.superior ORDER BY"
		" name_key(v.name_vi), l.org"
		" LIMIT ?3");
	sql_str(&q, campaign);
	sql_str(&q, day_str(&today));
	sql_count(&q, limit);
	while (err == E_OK && sql_row(&q))
		err = fn(context, sql_get(&q, 0), sql_get(&q, 1), sql_get(&q, 2));
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* --- changes --- */

static enum err note(struct office *o, const struct audit_entry *by, struct str what,
	struct str campaign, int64_t org, int64_t superior)
{
	struct writer object, detail;
	struct audit_entry entry = *by;
	writer_init(&object, 256);
	writer_init(&detail, 256);
	writer_text(&object, "line ");
	writer_str(&object, campaign);
	if (org)
		writer_char(&object, ' ');
	enum err err = org ? org_write_code(o, org, &object) : writer_end(&object);
	if (err == E_OK && superior)
		err = org_write_code(o, superior, &detail);
	entry.what = what;
	entry.org = org;
	entry.object = writer_view_str(&object);
	entry.detail = writer_view_str(&detail);
	if (err == E_OK)
		err = audit_add(o, &entry);
	writer_release(&object);
	writer_release(&detail);
	return err;
}

enum err line_start(
	struct office *o, struct str campaign, struct date day, const struct audit_entry *by)
{
	bool has;
	struct day_text on = day_text(day);
	if (campaign.size == 0)
		return E_USAGE;
	TRY(line_exists(o, campaign, &has));
	if (has)
		return E_EXISTS;
	TRY(line_rebuild(o, campaign, &on));
	return note(o, by, STR("line.start"), campaign, 0, 0);
}

/* How far the lowest below it is. */
static enum err height(struct office *o, struct str campaign, int64_t org, int64_t *ret_height)
{
	struct sql q;
	sql_open(
		&q, &o->db, "SELECT max(distance) FROM org_above WHERE campaign = ? AND above = ?");
	sql_str(&q, campaign);
	sql_int(&q, org);
	int64_t value = sql_row(&q) ? sql_get(&q, 0) : 0;
	TRY(sql_close(&q));
	*ret_height = value;
	return E_OK;
}

static enum err check_move(struct office *o, struct str campaign, int64_t org, int64_t superior,
	struct problem *problem)
{
	bool circle;
	int64_t above, below;
	TRY(line_is_below(o, campaign, org, superior, &circle));
	if (circle || org == superior)
		return org_refuse(o, problem, PROBLEM_UNIT_CYCLE, "superior", superior);
	enum err err = distance(o, campaign, 0, superior, &above);
	if (err == E_NOTFOUND)
		return org_refuse(o, problem, PROBLEM_UNIT_UNKNOWN, "superior", superior);
	TRY(err);
	TRY(height(o, campaign, org, &below));
	if (above + 1 + below <= (int64_t)LIMIT_ORG_DEPTH)
		return E_OK;
	err = org_refuse(o, problem, PROBLEM_UNIT_TOO_DEEP, "superior", superior);
	problem->limit = LIMIT_ORG_DEPTH;
	return err;
}

enum err line_move(struct office *o, struct str campaign, int64_t org, int64_t superior,
	const struct audit_entry *by, struct problem *problem)
{
	bool has;
	if (campaign.size == 0)
		return E_USAGE; /* the tree is moved by org_put() */
	TRY(line_exists(o, campaign, &has));
	if (!has)
		return E_NOTFOUND;
	TRY(check_move(o, campaign, org, superior, problem));
	TRY(line_set(o, campaign, org, superior));
	return note(o, by, STR("line.move"), campaign, org, superior);
}
