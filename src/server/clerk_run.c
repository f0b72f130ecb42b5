/* SPDX-License-Identifier: Apache-2.0 */
#include "server/clerk_run.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/limits.h"
#include "format/json.h"
#include "office/org.h"
#include "os/file.h"
#include "os/fork.h"
#include "os/system.h"
#include "server/clerk.h"
#include "server/command.h"

enum {
	ARENA_BYTES = 16 << 20,
	LINE_BYTES = 64 << 10,
	PIECE = 16 << 10,
	LAST_WORDS = 4 << 10, /* bytes of what is said that rows leave free */
	HELD_SECONDS = 2      /* until a folder that is busy is tried again */
};

#define SECOND UINT64_C(1000000000)

void clerk_run_init(
	struct clerk_run *r, struct office *office, int files, const char *configuration)
{
	*r = (struct clerk_run){.office = office,
		.files = files,
		.configuration = configuration,
		.child = {.pid = -1, .pidfd = -1, .socket = -1},
		.output = -1,
		.complaints = -1};
	arena_init(&r->arena, ARENA_BYTES);
	writer_init(&r->said, LIMIT_JOB_SAID);
	writer_init(&r->problems, LIMIT_JOB_SAID);
	writer_init(&r->line, LINE_BYTES);
}

void clerk_run_release(struct clerk_run *r)
{
	clerk_run_stop(r);
	arena_release(&r->arena);
	writer_release(&r->said);
	writer_release(&r->problems);
	writer_release(&r->line);
}

static void log_job(const struct clerk_run *r, const char *event, int status)
{
	struct str kind = job_kind_name(r->job.order.kind);
	fprintf(stderr, "quetsach: role=clerk event=%s job=%lld kind=%.*s status=%d\n", event,
		(long long)r->job.id, STR_ARG(kind), status);
}

/* --- its files --- */

static enum err delete_entry(void *context, const char *name)
{
	const int *folder = context;
	return file_delete(*folder, name);
}

/* Of a clerk that died too. */
static enum err clear_folder(struct clerk_run *r)
{
	int folder = -1;
	enum err err = folder_open(r->files, r->name, &folder);
	if (err == E_NOTFOUND)
		return E_OK;
	TRY(err);
	err = folder_each(folder, delete_entry, &folder);
	file_close(&folder);
	return err == E_OK ? folder_remove(r->files, r->name) : err;
}

static enum err copy_input(struct clerk_run *r, int folder, const char *name)
{
	static uint8_t buffer[PIECE];
	struct file_new file;
	size_t size;
	int from = -1;
	TRY(job_input_open(r->office, r->job.id, &from));
	enum err err = file_new_begin(folder, &file);
	do {
		if (err == E_OK)
			err = file_read(from, buffer, sizeof(buffer), &size);
		if (err == E_OK)
			err = file_write(file.fd, (struct bytes){buffer, size});
	} while (err == E_OK && size == sizeof(buffer));
	file_close(&from);
	if (err == E_OK)
		return file_new_commit(&file, name, true);
	file_new_abort(&file);
	return err;
}

/* Under its own name, which commands tell people and keep: what people call a file says what it
 * is. */
static enum err lay_out(struct clerk_run *r, struct clerk_paper *paper)
{
	char path[sizeof(r->folder) + 256];
	int folder = -1;
	const char *name = r->job.order.input_name.size > 0
				   ? arena_cstr(&r->arena, r->job.order.input_name)
				   : "input";
	if (!name)
		return E_NOMEM;
	snprintf(path, sizeof(path), "%s/%s", r->folder, name);
	TRY(clear_folder(r));
	TRY(folder_make(r->files, r->name));
	if (!r->job.input)
		return E_OK;
	TRY(folder_open(r->files, r->name, &folder));
	enum err err = copy_input(r, folder, name);
	file_close(&folder);
	paper->input = arena_cstr(&r->arena, str_from(path));
	return err == E_OK && !paper->input ? E_NOMEM : err;
}

static enum err find_org(struct clerk_run *r, struct str *ret_code)
{
	struct org org;
	*ret_code = STR("");
	if (r->job.order.org == 0)
		return E_OK;
	enum err err =
		org_find(r->office, r->job.order.org, instant_date(system_now()), &r->arena, &org);
	if (err == E_OK)
		*ret_code = org.code;
	return err == E_NOTFOUND ? E_OK : err;
}

static enum err make_plan(struct clerk_run *r)
{
	struct clerk_paper paper = {.folder = r->folder, .configuration = r->configuration};
	TRY(find_org(r, &paper.org));
	TRY(lay_out(r, &paper));
	TRY(clerk_plan_make(&r->job, &paper, &r->arena, &r->plan));
	return r->plan.text_path
		       ? file_put(AT_FDCWD, r->plan.text_path, str_bytes(r->plan.text), false)
		       : E_OK;
}

/* --- one command --- */

static void close_ends(struct clerk_run *r)
{
	file_close(&r->output);
	file_close(&r->complaints);
}

static enum err start_step(struct clerk_run *r)
{
	r->late = false;
	r->deadline = system_monotonic() + r->plan.seconds * SECOND;
	return child_start_heard(
		r->plan.steps[r->step].words, &r->child, &r->output, &r->complaints);
}

/* --- its end --- */

static void forget(struct clerk_run *r)
{
	close_ends(r);
	child_kill(&r->child);
	(void)!clear_folder(r);
	r->active = false;
}

static enum err finish(struct clerk_run *r, bool done, int status)
{
	int output = -1;
	struct job_result result = {.done = done,
		.status = status,
		.said = writer_view_str(&r->said),
		.problems = writer_view_str(&r->problems),
		.output = -1,
		.output_name = STR(""),
		.output_type = STR("")};
	if (done && r->plan.output && file_open_read(AT_FDCWD, r->plan.output, &output) == E_OK) {
		result.output = output;
		result.output_name = r->plan.output_name;
		result.output_type = r->plan.output_type;
		/* That the file was written, and where: what counts is in it. */
		result.problems = STR("");
	}
	enum err err = job_finish(r->office, r->job.id, &result, system_now());
	file_close(&output);
	log_job(r, done ? "done" : "failed", status);
	forget(r);
	return err;
}

static enum err put_back(struct clerk_run *r, bool held, int64_t seconds)
{
	struct instant due = {system_now().seconds + seconds};
	forget(r);
	return job_put_back(r->office, r->job.id, held, due);
}

/* Rows that were refused are among what is said: the rest was taken. */
static bool is_fine(int status)
{
	return status == EXIT_FINE || status == EXIT_YES || status == EXIT_INCOMPLETE;
}

static enum err end_step(struct clerk_run *r, int status)
{
	if (WIFSIGNALED(status))
		return finish(r, false, r->late ? JOB_STATUS_TIMEOUT : JOB_STATUS_CRASHED);
	status = WEXITSTATUS(status);
	if (!is_fine(status) && r->busy)
		return put_back(r, true, HELD_SECONDS);
	if (!is_fine(status) || ++r->step == r->plan.count)
		return finish(r, is_fine(status), status);
	enum err err = start_step(r);
	return err == E_OK ? E_OK : finish(r, false, JOB_STATUS_CRASHED);
}

/* --- what it says --- */

/* Names of files are as their senders called them. */
static void add_without_folder(struct writer *w, const struct clerk_run *r, struct str text)
{
	char path[sizeof(r->folder) + 1];
	int size = snprintf(path, sizeof(path), "%s/", r->folder);
	const struct str needle = {path, (size_t)size};
	while (text.size > 0 && w->err == E_OK) {
		size_t at = str_find(text, needle);
		writer_str(w, (struct str){text.data, at});
		size_t taken = at < text.size ? at + needle.size : at;
		text = (struct str){text.data + taken, text.size - taken};
	}
}

/* A number of a flat object; 0: none. */
static uint64_t number_of(struct str line, struct str key)
{
	uint64_t value = 0;
	size_t at = str_find(line, key);
	size_t end = at + key.size;
	while (end < line.size && line.data[end] >= '0' && line.data[end] <= '9')
		end++;
	if (at == line.size ||
		!str_to_u64((struct str){line.data + at + key.size, end - at - key.size},
			UINT64_MAX / 2, &value))
		return 0;
	return value;
}

static void take_line(struct clerk_run *r, struct str line)
{
	if (str_starts(line, STR("{\"done\":"))) {
		(void)!job_progress(r->office, r->job.id, number_of(line, STR("\"done\":")),
			number_of(line, STR("\"whole\":")));
		return;
	}
	if (str_starts(line, STR("{\"error\":"))) {
		r->busy = r->busy || str_starts(line, STR("{\"error\":\"busy\""));
		return;
	}
	/* How many more there are comes last. */
	bool row = str_starts(line, STR("{\"file\":"));
	size_t room = row ? LIMIT_JOB_SAID - LAST_WORDS : LIMIT_JOB_SAID;
	if (r->problems.size + line.size + 1 > room || r->problems.err != E_OK)
		return;
	add_without_folder(&r->problems, r, line);
	writer_char(&r->problems, '\n');
}

static void take_complaints(struct clerk_run *r, struct str piece)
{
	while (piece.size > 0) {
		struct str rest;
		struct str part = str_cut(piece, '\n', &rest);
		bool whole = part.size < piece.size;
		if (r->line.size + part.size <= LINE_BYTES)
			writer_str(&r->line, part);
		if (whole) {
			take_line(r, writer_view_str(&r->line));
			writer_clear(&r->line);
		}
		piece = rest;
	}
}

static void take_words(struct clerk_run *r, struct str piece)
{
	if (r->said.size + piece.size <= LIMIT_JOB_SAID)
		add_without_folder(&r->said, r, piece);
}

/* What is there, at most once round: others are to be heard too. */
static void listen(struct clerk_run *r, int *fd)
{
	static uint8_t buffer[PIECE];
	size_t size = 0;
	enum err err = pipe_read(*fd, buffer, sizeof(buffer), &size);
	if (err == E_BUSY)
		return;
	if (err != E_OK || size == 0) {
		file_close(fd);
		return;
	}
	struct str piece = {(const char *)buffer, size};
	if (fd == &r->output)
		take_words(r, piece);
	else
		take_complaints(r, piece);
}

/* --- the loop's --- */

void clerk_run_wait(const struct clerk_run *r, struct pollfd *on)
{
	on[0] = (struct pollfd){.fd = r->output, .events = POLLIN};
	on[1] = (struct pollfd){.fd = r->complaints, .events = POLLIN};
	/* Its end is looked at when it has said all. */
	bool silent = r->output < 0 && r->complaints < 0;
	on[2] = (struct pollfd){.fd = silent ? r->child.pidfd : -1, .events = POLLIN};
}

enum err clerk_run_act(struct clerk_run *r, const struct pollfd *on)
{
	int status = 0;
	if (!r->active)
		return E_OK;
	if (on[0].revents)
		listen(r, &r->output);
	if (on[1].revents)
		listen(r, &r->complaints);
	if (!r->late && system_monotonic() >= r->deadline) {
		r->late = true;
		process_kill(r->child.pidfd);
	}
	if (!on[2].revents)
		return E_OK;
	TRY(child_wait(&r->child, &status));
	if (r->line.size > 0)
		take_complaints(r, STR("\n"));
	return end_step(r, status);
}

uint64_t clerk_run_deadline(const struct clerk_run *r)
{
	return r->active && !r->late ? r->deadline : UINT64_MAX;
}

void clerk_run_stop(struct clerk_run *r)
{
	if (r->active)
		(void)!put_back(r, false, 0);
}

enum err clerk_run_take(struct clerk_run *r, enum job_lane lane)
{
	arena_clear(&r->arena);
	TRY(job_take(r->office, lane, system_now(), &r->arena, &r->job));
	writer_clear(&r->said);
	writer_clear(&r->problems);
	writer_clear(&r->line);
	r->busy = false;
	r->step = 0;
	r->plan = (struct clerk_plan){.output = NULL};
	r->active = true;
	snprintf(r->name, sizeof(r->name), "%lld", (long long)r->job.id);
	snprintf(r->folder, sizeof(r->folder), CLERK_FOLDER "/%s", r->name);
	log_job(r, "begun", 0);
	enum err err = make_plan(r);
	if (err == E_OK)
		err = start_step(r);
	if (err == E_OK)
		return E_OK;
	if (err == E_USAGE || err == E_NOTFOUND)
		return finish(r, false, JOB_STATUS_REFUSED);
	fprintf(stderr, "quetsach: role=clerk event=not-begun job=%lld error=\"%s\"\n",
		(long long)r->job.id, err_name(err));
	return finish(r, false, JOB_STATUS_CRASHED);
}
