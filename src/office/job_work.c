/* SPDX-License-Identifier: Apache-2.0 */
#include "office/job_work.h"

#include <unistr.h>

#include "base/limits.h"
#include "office/job_parts.h"
#include "os/file.h"

enum {
	COPY_BYTES = 64 << 10
};

/* A table of units that was checked: its file stays a while, to be taken in. */
#define CHECKED "kind = 'units' AND name = 'check' AND state = 'done'"

/* The kinds of a lane, as SQL: fixed text, compared with the names of kinds. */
#define LONG_KINDS                                                                                 \
	"('ingest', 'publish', 'retract', 'feed', 'campaign-freeze', 'edition', 'return-known', "  \
	"'return-look')"
#define IN_LANE "(kind IN " LONG_KINDS ") = ?1"

/* --- taking --- */

static enum err take(struct office *o, enum job_lane lane, struct instant now, struct arena *arena,
	struct job *ret_job)
{
	struct sql q;
	sql_open(&q, &o->db,
		"SELECT " JOB_COLUMNS " FROM job WHERE " IN_LANE
		" AND state = 'waiting' AND due <= ?2 ORDER BY due, id LIMIT 1");
	sql_int(&q, lane == JOB_LANE_LONG);
	sql_int(&q, now.seconds);
	TRY(job_only(&q, arena, ret_job));
	sql_open(&q, &o->db,
		"UPDATE job SET state = 'running', begun = ?, tries = tries + 1, held = 0,"
		" done = 0, whole = 0 WHERE id = ?");
	sql_int(&q, now.seconds);
	sql_int(&q, ret_job->id);
	TRY(sql_run(&q));
	ret_job->state = JOB_RUNNING;
	ret_job->begun = now;
	ret_job->tries++;
	return E_OK;
}

/* Asked first without the right to write: most times there is nothing to do. */
enum err job_take(struct office *o, enum job_lane lane, struct instant now, struct arena *arena,
	struct job *ret_job)
{
	struct instant due;
	TRY(job_next_due(o, lane, &due));
	if (due.seconds > now.seconds)
		return E_NOTFOUND;
	TRY(office_begin(o));
	return office_end(o, take(o, lane, now, arena, ret_job));
}

enum err job_next_due(struct office *o, enum job_lane lane, struct instant *ret_instant)
{
	struct sql q;
	struct instant due = {INT64_MAX};
	sql_open(&q, &o->db, "SELECT min(due) FROM job WHERE " IN_LANE " AND state = 'waiting'");
	sql_int(&q, lane == JOB_LANE_LONG);
	if (sql_row(&q) && !sql_is_null(&q, 0))
		due.seconds = sql_get(&q, 0);
	TRY(sql_close(&q));
	*ret_instant = due;
	return E_OK;
}

enum err job_progress(struct office *o, int64_t id, uint64_t done, uint64_t whole)
{
	struct sql q;
	sql_open(&q, &o->db, "UPDATE job SET done = ?, whole = ? WHERE id = ?");
	sql_count(&q, done);
	sql_count(&q, whole);
	sql_int(&q, id);
	return sql_run(&q);
}

enum err job_put_back(struct office *o, int64_t id, bool held, struct instant due)
{
	struct sql q;
	sql_open(&q, &o->db,
		"UPDATE job SET state = 'waiting', begun = 0, tries = max(tries - 1, 0), held = ?,"
		" due = ? WHERE id = ? AND state = 'running'");
	sql_int(&q, held);
	sql_int(&q, due.seconds);
	sql_int(&q, id);
	return sql_run(&q);
}

/* --- ending --- */

static enum err copy_file(int from, int to)
{
	static uint8_t buffer[COPY_BYTES];
	size_t size;
	uint64_t whole = 0;
	do {
		TRY(file_read_at(from, whole, buffer, sizeof(buffer), &size));
		whole += size;
		if (whole > LIMIT_JOB_OUTPUT)
			return E_LIMIT;
		TRY(file_write(to, (struct bytes){buffer, size}));
	} while (size == sizeof(buffer));
	return E_OK;
}

/* The desk is to read it, whoever the clerk is. */
static enum err keep_output(struct office *o, int64_t id, int output)
{
	struct file_new file;
	char name[JOB_FILE_NAME];
	int folder = -1;
	TRY(job_folder_open(o, true, &folder));
	job_file_name(id, JOB_FILE_OUT, name);
	enum err err = file_new_begin(folder, &file);
	if (err == E_OK) {
		err = copy_file(output, file.fd);
		if (err == E_OK)
			err = file_give(file.fd, folder);
		if (err == E_OK)
			err = file_new_commit(&file, name, true);
		else
			file_new_abort(&file);
	}
	file_close(&folder);
	return err;
}

static bool is_checked(struct office *o, int64_t id)
{
	struct sql q;
	sql_open(&q, &o->db, "SELECT 1 FROM job WHERE id = ? AND " CHECKED);
	sql_int(&q, id);
	bool checked = sql_row(&q);
	return sql_close(&q) == E_OK && checked;
}

static void forget_input(struct office *o, int64_t id)
{
	char name[JOB_FILE_NAME];
	int folder = -1;
	if (is_checked(o, id) || job_folder_open(o, false, &folder) != E_OK)
		return;
	job_file_name(id, JOB_FILE_IN, name);
	(void)!file_delete(folder, name);
	file_close(&folder);
}

/* Whole characters of its beginning, and no byte that a text of the database cannot hold. */
static struct str cut(struct str text)
{
	if (text.size > LIMIT_JOB_SAID)
		text.size = LIMIT_JOB_SAID;
	const char *end = text.size ? memchr(text.data, '\0', text.size) : NULL;
	if (end)
		text.size = (size_t)(end - text.data);
	const uint8_t *wrong = u8_check((const uint8_t *)text.data, text.size);
	if (wrong)
		text.size = (size_t)(wrong - (const uint8_t *)text.data);
	return text;
}

static enum err write_result(
	struct office *o, int64_t id, const struct job_result *r, struct instant now)
{
	struct sql q;
	sql_open(&q, &o->db,
		"UPDATE job SET state = ?, status = ?, said = ?, problems = ?, output = ?,"
		" output_name = ?, output_type = ?, ended = ?, held = 0 WHERE id = ?");
	sql_str(&q, job_state_name(r->done ? JOB_DONE : JOB_FAILED));
	sql_int(&q, r->status);
	sql_str(&q, cut(r->said));
	sql_str(&q, cut(r->problems));
	sql_int(&q, r->output >= 0);
	sql_str(&q, r->output_name);
	sql_str(&q, r->output_type);
	sql_int(&q, now.seconds);
	sql_int(&q, id);
	return sql_run(&q);
}

enum err job_finish(
	struct office *o, int64_t id, const struct job_result *result, struct instant now)
{
	if (result->output >= 0)
		TRY(keep_output(o, id, result->output));
	TRY(write_result(o, id, result, now));
	forget_input(o, id);
	return E_OK;
}

/* --- after a clerk that died --- */

enum err job_recover(struct office *o, struct instant now)
{
	struct sql q;
	TRY(office_begin(o));
	sql_open(&q, &o->db,
		"UPDATE job SET state = 'failed', status = ?, ended = ? WHERE state = 'running' AND"
		" tries >= ?");
	sql_int(&q, JOB_STATUS_LOST);
	sql_int(&q, now.seconds);
	sql_int(&q, JOB_TRIES);
	enum err err = sql_run(&q);
	if (err == E_OK)
		err = sql_execute(&o->db,
			"UPDATE job SET state = 'waiting', begun = 0 WHERE state = 'running'");
	return office_end(o, err);
}

/* --- sweeping --- */

struct sweep {
	struct office *office;
	int folder;
	struct instant now;
};

/* "12.in" → 12; 0: no such name. */
static int64_t id_of(struct str name, bool *ret_input)
{
	struct str ending;
	uint64_t id = 0;
	struct str number = str_cut(name, '.', &ending);
	*ret_input = str_equal(ending, STR("in"));
	bool ours = *ret_input || str_equal(ending, STR("out"));
	return ours && str_to_u64(number, INT64_MAX, &id) ? (int64_t)id : 0;
}

/* While the right to write is ours nobody is putting a file there whose job is not to be seen
 * yet. What is written beside its place (".tmp-…") is left: it may be under way. */
static enum err sweep_file(void *context, const char *name)
{
	struct sql q;
	const struct sweep *s = context;
	bool input;
	int64_t id = id_of(str_from(name), &input);
	if (id == 0)
		return E_OK;
	sql_open(&q, &s->office->db,
		input ? "SELECT 1 FROM job WHERE id = ?1 AND (ended = 0 OR (ended > ?2 AND " CHECKED
			"))"
		      : "SELECT 1 FROM job WHERE id = ?1");
	sql_int(&q, id);
	if (input)
		sql_int(&q, s->now.seconds - JOB_CHECKED_SECONDS);
	bool wanted = sql_row(&q);
	TRY(sql_close(&q));
	return wanted ? E_OK : file_delete(s->folder, name);
}

static enum err sweep(struct office *o, struct instant now)
{
	struct sql q;
	struct sweep s = {.office = o, .folder = -1, .now = now};
	sql_open(&q, &o->db, "DELETE FROM job WHERE ended > 0 AND ended <= ?");
	sql_int(&q, now.seconds - (int64_t)LIMIT_JOB_DAYS * SECONDS_PER_DAY);
	TRY(sql_run(&q));
	enum err err = job_folder_open(o, false, &s.folder);
	if (err == E_NOTFOUND)
		return E_OK;
	TRY(err);
	err = folder_each(s.folder, sweep_file, &s);
	file_close(&s.folder);
	return err;
}

enum err job_sweep(struct office *o, struct instant now)
{
	TRY(office_begin(o));
	return office_end(o, sweep(o, now));
}
