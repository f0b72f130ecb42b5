/* SPDX-License-Identifier: Apache-2.0 */
#include "office/return.h"

#include <assert.h>
#include <stdio.h>

#include "office/audit.h"
#include "office/form.h"
#include "office/org.h"
#include "office/return_parts.h"

static const struct str states[] = {
	[RETURN_NONE] = STR_INIT("unopened"),
	[RETURN_DRAFT] = STR_INIT("draft"),
	[RETURN_SUBMITTED] = STR_INIT("submitted"),
	[RETURN_SENT_BACK] = STR_INIT("sent-back"),
	[RETURN_ACCEPTED] = STR_INIT("accepted"),
};
static_assert(sizeof(states) / sizeof(states[0]) == RETURN_STATE__COUNT, "a name each");

struct str return_state_name(enum return_state state)
{
	return states[state];
}

bool return_state_parse(struct str name, enum return_state *ret_state)
{
	for (unsigned i = 0; i < RETURN_STATE__COUNT; i++) {
		if (!str_equal(states[i], name))
			continue;
		*ret_state = (enum return_state)i;
		return true;
	}
	return false;
}

bool return_state_counts(enum return_state state)
{
	return state == RETURN_SUBMITTED || state == RETURN_ACCEPTED;
}

bool return_next(enum return_state from, enum return_step step, enum return_state *ret_to)
{
	enum {
		NO = RETURN_STATE__COUNT
	};
	static const uint8_t table[RETURN_STATE__COUNT][RETURN_STEP__COUNT] = {
		/*                     save              submit            accept           send
		   back */
		[RETURN_NONE] = {NO, NO, NO, NO},
		[RETURN_DRAFT] = {RETURN_DRAFT, RETURN_SUBMITTED, NO, NO},
		[RETURN_SUBMITTED] = {RETURN_SUBMITTED, RETURN_SUBMITTED, RETURN_ACCEPTED,
			RETURN_SENT_BACK},
		[RETURN_SENT_BACK] = {RETURN_SENT_BACK, RETURN_SUBMITTED, NO, NO},
		[RETURN_ACCEPTED] = {NO, NO, NO, RETURN_SENT_BACK},
	};
	if (table[from][step] == NO)
		return false;
	*ret_to = (enum return_state)table[from][step];
	return true;
}

struct str return_timing_name(enum return_timing timing)
{
	static const struct str names[] = {
		[TIMING_NOT_DUE] = STR_INIT("not-due"),
		[TIMING_ON_TIME] = STR_INIT("on-time"),
		[TIMING_LATE] = STR_INIT("late"),
		[TIMING_OVERDUE] = STR_INIT("overdue"),
	};
	static_assert(sizeof(names) / sizeof(names[0]) == TIMING__COUNT, "a name each");
	return names[timing];
}

enum return_timing return_timing(enum return_state state, struct instant first_submitted,
	const struct deadline *deadline, struct instant now)
{
	bool due = deadline->kind == DEADLINE_DAY;
	int64_t end = deadline->end.seconds;
	if (return_state_counts(state))
		return due && first_submitted.seconds >= end ? TIMING_LATE : TIMING_ON_TIME;
	return due && now.seconds >= end ? TIMING_OVERDUE : TIMING_NOT_DUE;
}

/* --- columns --- */

struct day_column day_column(struct date day)
{
	struct day_column column = {""};
	if (day.year > 0 && day.year < 10000)
		snprintf(column.text, sizeof(column.text), "%04u-%02u-%02u",
			(unsigned)day.year % 10000, (unsigned)day.month % 100,
			(unsigned)day.day % 100);
	return column;
}

struct str day_column_str(const struct day_column *day)
{
	return str_from(day->text);
}

struct date day_column_read(struct str text)
{
	struct date day;
	return date_parse(text, &day) ? day : (struct date){0, 0, 0};
}

static enum return_state state_read(int64_t stored)
{
	return stored > 0 && stored < RETURN_STATE__COUNT ? (enum return_state)stored : RETURN_NONE;
}

struct return_head return_row(struct sql *q, int first)
{
	return (struct return_head){
		.id = sql_get(q, first),
		.campaign = sql_get_str(q, first + 1),
		.org = sql_get(q, first + 2),
		.state = state_read(sql_get(q, first + 3)),
		.form = sql_get(q, first + 4),
		.draft = sql_get(q, first + 5),
		.in_work = sql_get(q, first + 6) != 0,
		.versions = sql_get(q, first + 7),
		.opened = {sql_get(q, first + 8)},
		.received = {sql_get(q, first + 9)},
		.received_by = sql_get_str(q, first + 10),
		.first_submitted = {sql_get(q, first + 11)},
		.submitted = {sql_get(q, first + 12)},
		.judged = {sql_get(q, first + 13)},
		.reason = sql_get_str(q, first + 14),
	};
}

static enum err keep_head(struct arena *arena, struct return_head *head)
{
	head->campaign = arena_copy(arena, head->campaign);
	head->received_by = arena_copy(arena, head->received_by);
	head->reason = arena_copy(arena, head->reason);
	return head->campaign.data && head->received_by.data && head->reason.data ? E_OK : E_NOMEM;
}

enum err return_find(struct office *o, struct str campaign, int64_t org, struct arena *arena,
	struct return_head *ret_head)
{
	struct sql q;
	struct return_head head = {.state = RETURN_NONE};
	sql_open(&q, &o->db,
		"SELECT " RETURN_COLUMNS " FROM returns r WHERE r.campaign = ? AND r.org = ?");
	sql_str(&q, campaign);
	sql_int(&q, org);
	bool found = sql_row(&q);
	enum err err = E_OK;
	if (found) {
		head = return_row(&q, 0);
		err = keep_head(arena, &head);
	}
	enum err closed = sql_close(&q);
	TRY(closed);
	TRY(err);
	if (!found)
		return E_NOTFOUND;
	*ret_head = head;
	return E_OK;
}

enum err return_line(struct office *o, struct str campaign, struct str *ret_line)
{
	bool has;
	TRY(line_exists(o, campaign, &has));
	*ret_line = has ? campaign : STR("");
	return E_OK;
}

/* --- history --- */

static bool on_behalf(const struct return_head *head, const struct actor *actor)
{
	return actor->org != head->org;
}

static enum err add_event(struct office *o, const struct return_head *head,
	const struct actor *actor, struct instant now, const char *what, int64_t version,
	struct str text)
{
	struct sql q;
	struct audit_entry entry = actor_entry(actor, now, what);
	sql_open(&q, &o->db,
		"INSERT INTO return_event (id, at, account, actor, what, version, on_behalf, text)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	sql_int(&q, head->id);
	sql_int(&q, now.seconds);
	sql_int(&q, actor->account);
	sql_str(&q, actor->name.size > 0 ? actor->name : entry.actor);
	sql_str(&q, str_from(what));
	sql_int(&q, version);
	sql_int(&q, on_behalf(head, actor));
	sql_str(&q, text);
	return sql_run(&q);
}

enum err return_note(struct office *o, const struct return_head *head, const struct actor *actor,
	struct instant now, const char *what, int64_t version, struct str text)
{
	char verb[64];
	char object[128];
	struct writer detail;
	TRY(add_event(o, head, actor, now, what, version, text));
	snprintf(verb, sizeof(verb), "return.%s", what);
	snprintf(object, sizeof(object), "return %.*s/%lld", STR_ARG(head->campaign),
		(long long)head->org);
	struct audit_entry entry = actor_entry(actor, now, verb);
	writer_init(&detail, 64 << 10);
	if (version > 0) {
		writer_text(&detail, "version ");
		writer_decimal(&detail, (uint64_t)version);
	}
	if (on_behalf(head, actor))
		writer_text(&detail, detail.size > 0 ? ", on behalf" : "on behalf");
	if (text.size > 0) {
		writer_text(&detail, detail.size > 0 ? ": " : "");
		writer_str(&detail, text);
	}
	entry.object = str_from(object);
	entry.org = head->org;
	entry.detail = writer_view_str(&detail);
	enum err err = writer_end(&detail);
	if (err == E_OK)
		err = audit_add(o, &entry);
	writer_release(&detail);
	return err;
}

enum err return_each_event(struct office *o, int64_t id, return_event_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT at, actor, what, version, on_behalf, text FROM return_event WHERE id = ?"
		" ORDER BY number");
	sql_int(&q, id);
	while (err == E_OK && sql_row(&q)) {
		struct return_event event = {
			.at = {sql_get(&q, 0)},
			.actor = sql_get_str(&q, 1),
			.what = sql_get_str(&q, 2),
			.version = sql_get(&q, 3),
			.on_behalf = sql_get(&q, 4) != 0,
			.text = sql_get_str(&q, 5),
		};
		err = fn(context, &event);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}
