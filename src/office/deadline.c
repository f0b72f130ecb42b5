/* SPDX-License-Identifier: Apache-2.0 */
#include "office/deadline.h"

#include <stdio.h>

#include "office/audit.h"
#include "office/return_parts.h"

/* Local time as if it were UTC. */
static int64_t local(struct instant t, zone_offset_fn *offset, const struct zone *zone)
{
	return t.seconds + offset(zone, t);
}

/* The first instant in (low, high] at which clocks show that or later: those between skip it. */
static struct instant skipped_to(int64_t low, int64_t high, int64_t midnight,
	zone_offset_fn *offset, const struct zone *zone)
{
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;
		if (local((struct instant){middle}, offset, zone) >= midnight)
			high = middle;
		else
			low = middle;
	}
	return (struct instant){high};
}

struct instant deadline_instant(struct date day, zone_offset_fn *offset, const struct zone *zone)
{
	int64_t midnight = date_instant(day).seconds;
	int32_t before = offset(zone, (struct instant){midnight - SECONDS_PER_DAY});
	int32_t after = offset(zone, (struct instant){midnight + SECONDS_PER_DAY});
	int64_t early = midnight - (before > after ? before : after);
	int64_t late = midnight - (before > after ? after : before);
	if (local((struct instant){early}, offset, zone) == midnight)
		return (struct instant){early};
	if (local((struct instant){late}, offset, zone) == midnight)
		return (struct instant){late};
	return skipped_to(early, late, midnight, offset, zone);
}

/* --- kept --- */

struct deadline deadline_row(struct sql *q, int first)
{
	int64_t kind = sql_get(q, first);
	return (struct deadline){
		.kind = kind == DEADLINE_DAY       ? DEADLINE_DAY
			: kind == DEADLINE_EXCUSED ? DEADLINE_EXCUSED
						   : DEADLINE_NONE,
		.day = day_column_read(sql_get_str(q, first + 1)),
		.end = {sql_get(q, first + 2)},
	};
}

static enum err put(struct office *o, struct str campaign, int64_t level, int64_t org,
	const struct deadline *deadline)
{
	struct sql q;
	struct day_column day = day_column(deadline->day);
	if (deadline->kind == DEADLINE_NONE) {
		sql_open(&q, &o->db,
			"DELETE FROM deadline WHERE campaign = ? AND level = ? AND org = ?");
		sql_str(&q, campaign);
		sql_int(&q, level);
		sql_int(&q, org);
		return sql_run(&q);
	}
	sql_open(&q, &o->db,
		"INSERT OR REPLACE INTO deadline (campaign, level, org, kind, day, ends)"
		" VALUES (?, ?, ?, ?, ?, ?)");
	sql_str(&q, campaign);
	sql_int(&q, level);
	sql_int(&q, org);
	sql_int(&q, deadline->kind);
	sql_str(&q, deadline->kind == DEADLINE_DAY ? day_column_str(&day) : STR(""));
	sql_int(&q, deadline->kind == DEADLINE_DAY ? deadline->end.seconds : 0);
	return sql_run(&q);
}

/* A unit that has until a day hands in before its coordinator must. Levels first: without orgs of
 * their own they alone decide, and the whole line need not be looked at. */
static enum err check_levels(struct office *o, struct str campaign)
{
	int64_t wrong;
	struct sql q;
	sql_open(&q, &o->db,
		"SELECT count(*) FROM deadline a JOIN deadline b ON b.campaign = a.campaign"
		" AND b.level > a.level AND b.ends >= a.ends AND b.kind = 1"
		" WHERE a.campaign = ? AND a.level >= 0 AND a.kind = 1");
	sql_str(&q, campaign);
	wrong = sql_row(&q) ? sql_get(&q, 0) : 0;
	TRY(sql_close(&q));
	return wrong > 0 ? E_RANGE : E_OK;
}

/* Those with one of their own, against all above and below them in the line. */
static enum err check_orgs(struct office *o, struct str campaign)
{
	struct str line;
	struct sql q;
	TRY(return_line(o, campaign, &line));
	sql_open(&q, &o->db,
		"WITH own AS (SELECT org FROM deadline WHERE campaign = ?1 AND level = -1),"
		" pair AS (SELECT above, below FROM org_above WHERE campaign = ?2 AND distance > 0"
		" AND above > 0 AND below IN (SELECT org FROM own) UNION"
		" SELECT above, below FROM org_above WHERE campaign = ?2 AND distance > 0"
		" AND above IN (SELECT org FROM own)),"
		" placed AS (SELECT org, (SELECT distance - 1 FROM org_above WHERE campaign = ?2"
		" AND below = org AND above = 0) AS depth"
		" FROM (SELECT above AS org FROM pair UNION SELECT below FROM pair)),"
		" due AS (SELECT p.org, coalesce(d_own.ends, d_level.ends) AS ends,"
		" coalesce(d_own.kind, d_level.kind) AS kind"
		" FROM placed p" DEADLINE_JOIN(
			"p.org", "p.depth") ")"
					    " SELECT 1 FROM pair JOIN due a ON a.org = pair.above "
					    "AND a.kind = 1"
					    " JOIN due b ON b.org = pair.below AND b.kind = 1 AND "
					    "b.ends >= a.ends LIMIT 1");
	sql_str(&q, campaign);
	sql_str(&q, line);
	bool wrong = sql_row(&q);
	TRY(sql_close(&q));
	return wrong ? E_RANGE : E_OK;
}

static enum err note(struct office *o, struct str campaign, int64_t org, unsigned level,
	const struct deadline *deadline, const struct actor *actor, struct instant now)
{
	char object[128];
	char detail[64];
	struct day_column day = day_column(deadline->day);
	struct audit_entry entry = actor_entry(actor, now, "deadline.set");
	snprintf(object, sizeof(object), "campaign %.*s", STR_ARG(campaign));
	const char *until = deadline->kind == DEADLINE_DAY       ? day.text
			    : deadline->kind == DEADLINE_EXCUSED ? "excused"
								 : "none";
	if (org)
		snprintf(detail, sizeof(detail), "org %lld: %s", (long long)org, until);
	else
		snprintf(detail, sizeof(detail), "level %u: %s", level, until);
	entry.object = str_from(object);
	entry.detail = str_from(detail);
	entry.org = org;
	return audit_add(o, &entry);
}

enum err deadline_set_level(struct office *o, struct str campaign, unsigned level,
	const struct deadline *deadline, const struct actor *actor, struct instant now)
{
	if (level >= DEADLINE_LEVELS)
		return E_LIMIT;
	TRY(put(o, campaign, level, 0, deadline));
	TRY(check_levels(o, campaign));
	TRY(check_orgs(o, campaign));
	return note(o, campaign, 0, level, deadline, actor, now);
}

enum err deadline_set_org(struct office *o, struct str campaign, int64_t org,
	const struct deadline *deadline, const struct actor *actor, struct instant now)
{
	struct deadline before;
	TRY(deadline_find(o, campaign, org, &before));
	TRY(put(o, campaign, -1, org, deadline));
	TRY(check_orgs(o, campaign));
	return note(o, campaign, org, 0, deadline, actor, now);
}

enum err deadline_find(
	struct office *o, struct str campaign, int64_t org, struct deadline *ret_deadline)
{
	struct str line;
	struct sql q;
	TRY(return_line(o, campaign, &line));
	sql_open(&q, &o->db,
		"SELECT " DEADLINE_COLUMNS " FROM org_above a" DEADLINE_JOIN(
			"a.below", "a.distance - 1") " WHERE a.campaign = ?2 AND a.below = ?3"
						     " AND a.above = 0");
	sql_str(&q, campaign);
	sql_str(&q, line);
	sql_int(&q, org);
	bool found = sql_row(&q);
	struct deadline deadline = found ? deadline_row(&q, 0) : (struct deadline){.kind = 0};
	TRY(sql_close(&q));
	if (!found)
		return E_NOTFOUND;
	*ret_deadline = deadline;
	return E_OK;
}

enum err deadline_each(struct office *o, struct str campaign, deadline_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT level, org, kind, day, ends FROM deadline WHERE campaign = ?"
		" ORDER BY org, level");
	sql_str(&q, campaign);
	while (err == E_OK && sql_row(&q)) {
		int64_t level = sql_get(&q, 0);
		struct deadline_entry entry = {
			.level = level > 0 ? (unsigned)level : 0,
			.org = sql_get(&q, 1),
			.deadline = deadline_row(&q, 2),
		};
		err = fn(context, &entry);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

enum err deadline_each_level(struct office *o, struct str campaign, struct date today,
	deadline_level_fn *fn, void *context)
{
	struct str line;
	struct sql q;
	enum err err = E_OK;
	struct day_column day = day_column(today);
	TRY(return_line(o, campaign, &line));
	sql_open(&q, &o->db,
		"SELECT a.distance - 1, count(*), sum(coalesce(d.kind, 0) = 1),"
		" sum(coalesce(d.kind, 0) = 2),"
		" coalesce((SELECT v.level FROM org_above b JOIN org_version v ON v.org = b.below"
		" AND v.since <= ?3 AND v.until > ?3 WHERE b.campaign = ?2 AND b.above = 0"
		" AND b.distance = a.distance AND v.level <> ''"
		" GROUP BY v.level ORDER BY count(*) DESC, v.level LIMIT 1), ''),"
		" coalesce(l.kind, 0), coalesce(l.day, ''), coalesce(l.ends, 0)"
		" FROM org_above a LEFT JOIN deadline d ON d.campaign = ?1 AND d.level = -1"
		" AND d.org = a.below LEFT JOIN deadline l ON l.campaign = ?1"
		" AND l.level = a.distance - 1 AND l.org = 0"
		" WHERE a.campaign = ?2 AND a.above = 0 AND a.below > 0"
		" GROUP BY a.distance ORDER BY a.distance");
	sql_str(&q, campaign);
	sql_str(&q, line);
	sql_str(&q, day_column_str(&day));
	while (err == E_OK && sql_row(&q)) {
		int64_t level = sql_get(&q, 0);
		struct deadline_level found = {
			.level = level > 0 ? (unsigned)level : 0,
			.orgs = (uint64_t)sql_get(&q, 1),
			.own = (uint64_t)sql_get(&q, 2),
			.excused = (uint64_t)sql_get(&q, 3),
			.called = sql_get_str(&q, 4),
			.deadline = deadline_row(&q, 5),
		};
		err = fn(context, &found);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
