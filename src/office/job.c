/* SPDX-License-Identifier: Apache-2.0 */
#include "office/job.h"

#include <assert.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/writer.h"
#include "model/site.h"
#include "office/audit.h"
#include "office/job_parts.h"
#include "os/file.h"

enum {
	OBJECT = 64,
	NAME = 200 /* bytes of a file's name that are kept */
};

static const struct str kind_names[] = {
	[JOB_UNITS] = STR_INIT("units"),
	[JOB_RETURN_SHEET] = STR_INIT("return-sheet"),
	[JOB_RETURN_LIST] = STR_INIT("return-list"),
	[JOB_RETURN_TEMPLATE] = STR_INIT("return-template"),
	[JOB_RETURN_KNOWN] = STR_INIT("return-known"),
	[JOB_RETURN_LOOK] = STR_INIT("return-look"),
	[JOB_DOCUMENT_PDF] = STR_INIT("document-pdf"),
	[JOB_DOCUMENT_XLSX] = STR_INIT("document-xlsx"),
	[JOB_INGEST] = STR_INIT("ingest"),
	[JOB_CAMPAIGN] = STR_INIT("campaign"),
	[JOB_PAGE] = STR_INIT("page"),
	[JOB_PAGE_WITHDRAW] = STR_INIT("page-withdraw"),
	[JOB_TOOL] = STR_INIT("tool"),
	[JOB_TOOL_FILE] = STR_INIT("tool-file"),
	[JOB_TOOL_REMOVE] = STR_INIT("tool-remove"),
	[JOB_TOOL_ORDER] = STR_INIT("tool-order"),
	[JOB_FEED] = STR_INIT("feed"),
	[JOB_SITE] = STR_INIT("site"),
	[JOB_PUBLISH] = STR_INIT("publish"),
	[JOB_CAMPAIGN_FREEZE] = STR_INIT("campaign-freeze"),
	[JOB_RETRACT] = STR_INIT("retract"),
	[JOB_EDITION] = STR_INIT("edition"),
	[JOB_EDITION_REPLY] = STR_INIT("edition-reply"),
	[JOB_EDITION_PDF] = STR_INIT("edition-pdf"),
	[JOB_EDITION_XLSX] = STR_INIT("edition-xlsx"),
	[JOB_FIGURE] = STR_INIT("figure"),
	[JOB_FIGURE_WITHDRAW] = STR_INIT("figure-withdraw"),
};
static_assert(sizeof(kind_names) / sizeof(kind_names[0]) == JOB__COUNT, "every kind has a name");

static const struct str state_names[] = {
	[JOB_WAITING] = STR_INIT("waiting"),
	[JOB_RUNNING] = STR_INIT("running"),
	[JOB_DONE] = STR_INIT("done"),
	[JOB_FAILED] = STR_INIT("failed"),
};
static_assert(
	sizeof(state_names) / sizeof(state_names[0]) == JOB_STATE__COUNT, "every state has a name");

struct str job_kind_name(enum job_kind kind)
{
	return kind_names[kind];
}

struct str job_state_name(enum job_state state)
{
	return state_names[state];
}

bool job_kind_parse(struct str name, enum job_kind *ret_kind)
{
	for (enum job_kind kind = 0; kind < JOB__COUNT; kind++)
		if (str_equal(name, kind_names[kind])) {
			*ret_kind = kind;
			return true;
		}
	return false;
}

bool job_state_parse(struct str name, enum job_state *ret_state)
{
	for (enum job_state state = 0; state < JOB_STATE__COUNT; state++)
		if (str_equal(name, state_names[state])) {
			*ret_state = state;
			return true;
		}
	return false;
}

/* --- files --- */

enum err job_folder_open(struct office *o, bool make, int *ret_folder)
{
	enum err err = folder_open(o->folder, "jobs", ret_folder);
	if (err != E_NOTFOUND || !make)
		return err;
	err = folder_make(o->folder, "jobs");
	if (err != E_OK && err != E_EXISTS)
		return err;
	TRY(folder_open(o->folder, "jobs", ret_folder));
	/* Whoever is first: the desk, whose the office is, writes into it too. */
	err = file_give(*ret_folder, o->folder);
	if (err != E_OK)
		file_close(ret_folder);
	return err;
}

void job_file_name(int64_t id, enum job_file file, char name[JOB_FILE_NAME])
{
	snprintf(name, JOB_FILE_NAME, "%lld.%s", (long long)id, file == JOB_FILE_IN ? "in" : "out");
}

static enum err keep_input(struct office *o, int64_t id, struct bytes input)
{
	char name[JOB_FILE_NAME];
	int folder = -1;
	if (input.size == 0)
		return E_OK;
	TRY(job_folder_open(o, true, &folder));
	job_file_name(id, JOB_FILE_IN, name);
	enum err err = file_put(folder, name, input, false);
	file_close(&folder);
	return err;
}

/* The last part of what somebody's machine called it; what no file should be called is left out. */
static struct str tidy_name(struct str name)
{
	for (size_t i = name.size; i > 0; i--)
		if (name.data[i - 1] == '/' || name.data[i - 1] == '\\') {
			name = (struct str){name.data + i, name.size - i};
			break;
		}
	bool usable = name.size > 0 && name.size <= NAME && site_line_valid(name) &&
		      name.data[0] != '.' && name.data[0] != '-';
	return usable ? name : STR("");
}

/* --- asked for --- */

static enum err check_order(struct office *o, const struct actor *by, const struct job_order *order)
{
	struct sql q;
	if (order->input.size > LIMIT_JOB_INPUT || order->text.size > LIMIT_JOB_TEXT ||
		order->name.size > LIMIT_SITE_TEXT || order->campaign.size > LIMIT_SITE_KEY)
		return E_LIMIT;
	sql_open(&q, &o->db, "SELECT count(*) FROM job WHERE account = ? AND state = 'waiting'");
	sql_int(&q, by->account);
	bool full = sql_row(&q) && sql_get_count(&q, 0) >= LIMIT_JOBS_WAITING;
	enum err err = sql_close(&q);
	return err == E_OK && full ? E_LIMIT : err;
}

static enum err insert(struct office *o, const struct actor *by, const struct job_order *order,
	struct instant now, int64_t *ret_id)
{
	struct sql q;
	sql_open(&q, &o->db,
		"INSERT INTO job (kind, campaign, org, name, text, input, input_name, lang, due,"
		" state, account, asked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?)");
	sql_str(&q, job_kind_name(order->kind));
	sql_str(&q, order->campaign);
	sql_int(&q, order->org);
	sql_str(&q, order->name);
	sql_str(&q, order->text);
	sql_int(&q, order->input.size > 0);
	sql_str(&q, tidy_name(order->input_name));
	sql_int(&q, order->lang);
	sql_int(&q, order->due.seconds);
	sql_int(&q, by->account);
	sql_int(&q, now.seconds);
	TRY(sql_run(&q));
	*ret_id = database_last_id(&o->db);
	return E_OK;
}

static enum err note(struct office *o, const struct actor *by, const char *what, int64_t id,
	int64_t org, struct str detail, struct instant now)
{
	char object[OBJECT];
	struct audit_entry entry = actor_entry(by, now, what);
	int size = snprintf(object, sizeof(object), "job %lld", (long long)id);
	entry.object = (struct str){object, (size_t)size};
	entry.org = org;
	entry.detail = detail;
	return audit_add(o, &entry);
}

enum err job_add(struct office *o, const struct actor *by, const struct job_order *order,
	struct instant now, int64_t *ret_id)
{
	int64_t id;
	TRY(check_order(o, by, order));
	TRY(insert(o, by, order, now, &id));
	TRY(keep_input(o, id, order->input));
	TRY(note(o, by, "job.ask", id, order->org, job_kind_name(order->kind), now));
	*ret_id = id;
	return E_OK;
}

enum err job_cancel(struct office *o, const struct actor *by, int64_t id, struct instant now)
{
	struct sql q;
	int64_t org = 0;
	sql_open(&q, &o->db,
		"UPDATE job SET state = 'failed', status = ?, ended = ? WHERE id = ? AND"
		" state = 'waiting' RETURNING org");
	sql_int(&q, JOB_STATUS_CANCELLED);
	sql_int(&q, now.seconds);
	sql_int(&q, id);
	bool found = sql_row(&q);
	if (found)
		org = sql_get(&q, 0);
	while (sql_row(&q))
		;
	TRY(sql_close(&q));
	return found ? note(o, by, "job.cancel", id, org, STR(""), now) : E_NOTFOUND;
}

/* --- read --- */

static struct str copy_text(struct sql *q, int column, struct arena *arena, bool *fine)
{
	struct str copy = arena_copy(arena, sql_get_str(q, column));
	*fine = *fine && copy.data;
	return copy;
}

enum err job_row(struct sql *q, struct arena *arena, struct job *ret_job)
{
	bool fine = true;
	struct job job = {.id = sql_get(q, 0)};
	if (!job_kind_parse(sql_get_str(q, 1), &job.order.kind) ||
		!job_state_parse(sql_get_str(q, 10), &job.state))
		return E_CORRUPT;
	job.order.campaign = copy_text(q, 2, arena, &fine);
	job.order.org = sql_get(q, 3);
	job.order.name = copy_text(q, 4, arena, &fine);
	job.order.text = copy_text(q, 5, arena, &fine);
	job.input = sql_get(q, 6) != 0;
	job.order.input_name = copy_text(q, 7, arena, &fine);
	job.order.lang = sql_get(q, 8) == LANG_EN ? LANG_EN : LANG_VI;
	job.order.due.seconds = sql_get(q, 9);
	job.account = sql_get(q, 11);
	job.asked.seconds = sql_get(q, 12);
	job.begun.seconds = sql_get(q, 13);
	job.ended.seconds = sql_get(q, 14);
	job.tries = (unsigned)sql_get_count(q, 15);
	job.held = sql_get(q, 16) != 0;
	job.done = sql_get_count(q, 17);
	job.whole = sql_get_count(q, 18);
	job.status = (int)sql_get(q, 19);
	job.said = copy_text(q, 20, arena, &fine);
	job.problems = copy_text(q, 21, arena, &fine);
	job.output = sql_get(q, 22) != 0;
	job.output_name = copy_text(q, 23, arena, &fine);
	job.output_type = copy_text(q, 24, arena, &fine);
	*ret_job = job;
	return fine ? E_OK : E_NOMEM;
}

enum err job_only(struct sql *q, struct arena *arena, struct job *ret_job)
{
	enum err err = sql_row(q) ? job_row(q, arena, ret_job) : E_NOTFOUND;
	enum err closed = sql_close(q);
	return closed == E_OK ? err : closed;
}

enum err job_find(struct office *o, int64_t id, struct arena *arena, struct job *ret_job)
{
	struct sql q;
	sql_open(&q, &o->db, "SELECT " JOB_COLUMNS " FROM job WHERE id = ?");
	sql_int(&q, id);
	return job_only(&q, arena, ret_job);
}

enum err job_list(
	struct office *o, const struct job_choice *choice, size_t limit, job_fn *fn, void *context)
{
	struct sql q;
	struct arena arena;
	enum err err = E_OK;
	arena_init(&arena, 4 * (LIMIT_JOB_SAID + LIMIT_JOB_TEXT));
	sql_open(&q, &o->db,
		"SELECT " JOB_COLUMNS " FROM job WHERE (?1 = 0 OR account = ?1)"
		" AND (?2 = 0 OR id < ?2) AND (?3 = '' OR state = ?3) ORDER BY id DESC LIMIT ?4");
	sql_int(&q, choice->account);
	sql_int(&q, choice->before);
	sql_str(&q, choice->by_state ? job_state_name(choice->state) : STR(""));
	sql_count(&q, limit);
	while (err == E_OK && sql_row(&q)) {
		struct job job;
		arena_clear(&arena);
		err = job_row(&q, &arena, &job);
		if (err == E_OK)
			err = fn(context, &job);
	}
	enum err closed = sql_close(&q);
	arena_release(&arena);
	return err == E_OK ? closed : err;
}

enum err job_each(
	struct office *o, int64_t account, int64_t before, size_t limit, job_fn *fn, void *context)
{
	const struct job_choice choice = {.account = account, .before = before};
	return job_list(o, &choice, limit, fn, context);
}

enum err job_count(struct office *o, int64_t account, struct instant since,
	uint64_t ret_counts[JOB_STATE__COUNT])
{
	struct sql q;
	uint64_t counts[JOB_STATE__COUNT] = {0};
	sql_open(&q, &o->db,
		"SELECT state, count(*) FROM job WHERE (?1 = 0 OR account = ?1) AND"
		" (ended = 0 OR ended >= ?2) AND status <> ?3 GROUP BY state");
	sql_int(&q, account);
	sql_int(&q, since.seconds);
	sql_int(&q, JOB_STATUS_CANCELLED);
	while (sql_row(&q)) {
		enum job_state state;
		if (job_state_parse(sql_get_str(&q, 0), &state))
			counts[state] = sql_get_count(&q, 1);
	}
	TRY(sql_close(&q));
	memcpy(ret_counts, counts, sizeof(counts));
	return E_OK;
}

static enum err open_file(struct office *o, int64_t id, enum job_file file, int *ret_fd)
{
	char name[JOB_FILE_NAME];
	int folder = -1;
	TRY(job_folder_open(o, false, &folder));
	job_file_name(id, file, name);
	enum err err = file_open_read(folder, name, ret_fd);
	file_close(&folder);
	return err;
}

enum err job_input_open(struct office *o, int64_t id, int *ret_fd)
{
	return open_file(o, id, JOB_FILE_IN, ret_fd);
}

enum err job_output_open(struct office *o, int64_t id, int *ret_fd)
{
	return open_file(o, id, JOB_FILE_OUT, ret_fd);
}
