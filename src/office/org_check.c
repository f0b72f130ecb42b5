/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "office/org_parts.h"

/* Versions whose superior is not there on each of their days: overlaps with versions of the
 * superior, which never overlap each other, add up to less than their own length. */
#define UNCOVERED                                                                                  \
	"SELECT c.org, c.parent FROM org_version c WHERE c.parent <> 0 AND"                        \
	" julianday(c.until) - julianday(c.since) > (SELECT total(julianday(min(v.until,"          \
	" c.until)) - julianday(max(v.since, c.since))) FROM org_version v"                        \
	" WHERE v.org = c.parent AND v.since < c.until AND v.until > c.since)"

/* All the way up, with the days of which it is true. */
#define ABOVE(start)                                                                               \
	"WITH RECURSIVE up(below, org, since, until, height) AS (SELECT org, parent, since,"       \
	" until, 1 FROM org_version WHERE parent <> 0" start " UNION ALL SELECT up.below,"         \
	" v.parent, max(up.since, v.since), min(up.until, v.until), up.height + 1 FROM up"         \
	" JOIN org_version v ON v.org = up.org AND v.since < up.until AND v.until > up.since"      \
	" WHERE v.parent <> 0 AND up.height < ?2 AND up.org <> up.below)"                          \
	" SELECT below, org FROM up WHERE org = below OR height >= ?2"                             \
	" ORDER BY org = below DESC LIMIT 1"

enum err org_refuse(struct office *o, struct problem *problem, enum problem_code code,
	const char *field, int64_t got)
{
	struct writer w;
	writer_init(&w, 256);
	enum err err = got ? org_write_code(o, got, &w) : E_OK;
	problem_set(problem, code, str_from(field), writer_view_str(&w));
	writer_release(&w);
	return err == E_OK || err == E_NOTFOUND ? E_SYNTAX : err;
}

static enum err check_superiors(
	struct office *o, int64_t id, const char *text, int64_t *ret_org, struct problem *problem)
{
	struct sql q;
	sql_open(&q, &o->db, text);
	if (id)
		sql_int(&q, id);
	bool wrong = sql_row(&q);
	int64_t below = wrong ? sql_get(&q, 0) : 0;
	int64_t above = wrong ? sql_get(&q, 1) : 0;
	TRY(sql_close(&q));
	if (!wrong)
		return E_OK;
	bool ends = below != id && above == id;
	*ret_org = below;
	return ends ? org_refuse(o, problem, PROBLEM_UNIT_HAS_BELOW, "until", below)
		    : org_refuse(o, problem, PROBLEM_UNIT_NOT_THEN, "parent", above);
}

static enum err check_way_up(
	struct office *o, int64_t id, const char *text, int64_t *ret_org, struct problem *problem)
{
	struct sql q;
	sql_open(&q, &o->db, text);
	sql_int(&q, id);
	sql_int(&q, LIMIT_ORG_DEPTH);
	bool wrong = sql_row(&q);
	int64_t below = wrong ? sql_get(&q, 0) : 0;
	bool circle = wrong && sql_get(&q, 1) == below;
	TRY(sql_close(&q));
	if (!wrong)
		return E_OK;
	*ret_org = below;
	if (circle)
		return org_refuse(o, problem, PROBLEM_UNIT_CYCLE, "parent", below);
	enum err err = org_refuse(o, problem, PROBLEM_UNIT_TOO_DEEP, "parent", below);
	problem->limit = LIMIT_ORG_DEPTH;
	return err;
}

/* How deep what it carries is: the versions below it, whenever they were. */
static enum err check_way_down(
	struct office *o, int64_t id, int64_t *ret_org, struct problem *problem)
{
	struct sql q;
	sql_open(&q, &o->db,
		"WITH RECURSIVE down(org, since, until, depth) AS"
		" (VALUES (?1, '', '" ORG_FOREVER "', 0) UNION ALL"
		" SELECT v.org, max(down.since, v.since), min(down.until, v.until), depth + 1"
		" FROM down JOIN org_version v ON v.parent = down.org AND v.since < down.until"
		" AND v.until > down.since WHERE depth < ?2), up(org, since, until, height) AS"
		" (VALUES (?1, '', '" ORG_FOREVER "', 0) UNION ALL"
		" SELECT v.parent, max(up.since, v.since), min(up.until, v.until), height + 1"
		" FROM up JOIN org_version v ON v.org = up.org AND v.since < up.until"
		" AND v.until > up.since WHERE height < ?2)"
		" SELECT (SELECT max(depth) FROM down) + (SELECT max(height) FROM up)");
	sql_int(&q, id);
	sql_int(&q, LIMIT_ORG_DEPTH);
	int64_t levels = sql_row(&q) ? sql_get(&q, 0) : 0;
	TRY(sql_close(&q));
	if (levels <= (int64_t)LIMIT_ORG_DEPTH)
		return E_OK;
	*ret_org = id;
	enum err err = org_refuse(o, problem, PROBLEM_UNIT_TOO_DEEP, "parent", id);
	problem->limit = LIMIT_ORG_DEPTH;
	return err;
}

enum err org_check(struct office *o, int64_t id, int64_t *ret_org, struct problem *problem)
{
	if (id == 0) {
		TRY(check_superiors(o, id, UNCOVERED " LIMIT 1", ret_org, problem));
		return check_way_up(o, id, ABOVE(" AND ?1 = 0"), ret_org, problem);
	}
	TRY(check_superiors(o, id, UNCOVERED " AND c.org = ? LIMIT 1", ret_org, problem));
	TRY(check_superiors(o, id, UNCOVERED " AND c.parent = ? LIMIT 1", ret_org, problem));
	TRY(check_way_up(o, id, ABOVE(" AND org = ?1"), ret_org, problem));
	return check_way_down(o, id, ret_org, problem);
}
