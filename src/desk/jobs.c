/* SPDX-License-Identifier: Apache-2.0 */
/* Work that was asked for: how far it is, what came of it. */
#include "desk/jobs.h"

#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "desk/accounts.h"
#include "desk/export.h"
#include "desk/jobs_words.h"
#include "office/account.h"
#include "os/file.h"

enum {
	FOLLOW_MILLISECONDS = 1500,
	STEP_MILLISECONDS = 30,
	PAGE = 50,
	REFRESH = 2, /* seconds until a page that waits is asked for again */
	REFRESH_HELD = 10,
	WORK_DAYS = 7,
	QUERY_BYTES = 64
};

static bool is_open(const struct job *job)
{
	return job->state == JOB_WAITING || job->state == JOB_RUNNING;
}

struct str desk_job_path(struct desk_request *r, int64_t id)
{
	return desk_text(r, "jobs/%lld", (long long)id);
}

/* --- asking, following --- */

/* Where what came of it is shown, if not on its own page. */
static bool has_result_page(const struct job *job)
{
	return job->order.kind == JOB_UNITS && !is_open(job);
}

static void go_to_result(struct desk_request *r, int64_t id)
{
	desk_redirect(r, desk_text(r, "orgs/import/%lld", (long long)id), MESSAGE__COUNT);
}

void desk_job_follow(struct desk_request *r, int64_t id, struct str then)
{
	struct job job = {.state = JOB_WAITING};
	const struct timespec pause = {.tv_nsec = STEP_MILLISECONDS * 1000000};
	enum err err = E_OK;
	for (int waited = 0; err == E_OK && is_open(&job) && waited < FOLLOW_MILLISECONDS;
		waited += STEP_MILLISECONDS) {
		(void)nanosleep(&pause, NULL);
		err = job_find(r->office, id, r->arena, &job);
	}
	if (err != E_OK)
		desk_failed(r, err);
	else if (has_result_page(&job))
		go_to_result(r, id);
	else if (job.state == JOB_DONE && then.size > 0 && job.problems.size == 0)
		desk_redirect(r, then, MESSAGE__COUNT);
	else if (is_open(&job) && then.size > 0)
		desk_redirect(r, desk_text(r, "jobs/%lld?on=1", (long long)id), MESSAGE__COUNT);
	else
		desk_redirect(r, desk_job_path(r, id), MESSAGE__COUNT);
}

/* Whoever waited here for a change goes on to the page where it was made. */
static bool goes_on(struct desk_request *r, const struct job *job)
{
	return desk_argument(r, "on").size > 0 && job->state == JOB_DONE &&
	       job->problems.size == 0 && !job->output && desk_job_came_from(r, job).size > 0;
}

void desk_job_start(struct desk_request *r, const struct job_order *order, struct str then)
{
	int64_t id = 0;
	bool large = order->input.size > LIMIT_JOB_INPUT || order->text.size > LIMIT_JOB_TEXT;
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, job_add(r->office, r->actor, order, r->now, &id));
	if (err == E_LIMIT)
		desk_redirect(r, STR("jobs"),
			large ? MESSAGE_DESK_JOBS_TOO_LARGE : MESSAGE_DESK_JOBS_MANY);
	else if (err != E_OK)
		desk_failed(r, err);
	else
		desk_job_follow(r, id, then);
}

/* --- whose --- */

/* Operators look after everybody's. */
static int64_t whose(const struct desk_request *r)
{
	return r->actor->role == ROLE_OPERATOR ? 0 : r->actor->account;
}

/* Who asked, operators, and who may see the accounts of its organisation. */
static enum err may_see(struct desk_request *r, const struct job *job)
{
	if (r->actor->role == ROLE_OPERATOR || job->account == r->actor->account)
		return E_OK;
	return job->order.org == 0
		       ? E_NOTFOUND
		       : actor_may(r->office, r->actor, ACT_SEE_ACCOUNTS, STR(""), job->order.org);
}

static bool may_cancel(const struct desk_request *r, const struct job *job)
{
	return job->state == JOB_WAITING &&
	       (r->actor->role == ROLE_OPERATOR || job->account == r->actor->account);
}

bool desk_job_find(struct desk_request *r, struct job *ret_job)
{
	int64_t id;
	if (!desk_part_id(r, 0, &id)) {
		desk_not_found(r);
		return false;
	}
	enum err err = job_find(r->office, id, r->arena, ret_job);
	if (err == E_OK)
		err = may_see(r, ret_job);
	if (err == E_NOTFOUND || err == E_DENIED)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

/* --- one --- */

static struct str asker(struct desk_request *r, const struct job *job)
{
	struct account account;
	if (job->account == 0)
		return text(r->lang, MESSAGE_DESK_JOBS_MACHINE);
	enum err err = account_find(r->office, job->account, r->arena, &account);
	return err == E_OK ? account.name : STR("");
}

static void write_progress(struct desk_page *p, const struct job *job)
{
	if (job->state != JOB_RUNNING || job->whole == 0 || job->done > job->whole)
		return;
	uint64_t percent = job->done / (job->whole / 100 + 1);
	desk_fact(p, MESSAGE_DESK_JOBS_PROGRESS,
		desk_words(p->r, MESSAGE_DESK_JOBS_PROGRESS_VALUE,
			(const struct text_arg[]){{STR("percent"), desk_number(p->r, percent)}},
			1));
}

static void write_time(struct desk_page *p, enum message name, struct instant t)
{
	if (t.seconds > 0)
		desk_fact(p, name, desk_time(p->r, t));
}

static void write_facts(struct desk_page *p, const struct job *job)
{
	struct str about = desk_job_about(p->r, job);
	desk_facts_begin(p);
	if (about.size > 0)
		desk_fact(p, MESSAGE_DESK_JOBS_ABOUT, about);
	desk_fact(p, MESSAGE_DESK_JOBS_BY, asker(p->r, job));
	write_time(p, MESSAGE_DESK_JOBS_ASKED, job->asked);
	write_time(p, MESSAGE_DESK_JOBS_BEGUN, job->begun);
	write_time(p, MESSAGE_DESK_JOBS_ENDED, job->ended);
	write_progress(p, job);
	if (job->tries > 1)
		desk_fact(p, MESSAGE_DESK_JOBS_TRIES,
			desk_words(p->r, MESSAGE_DESK_JOBS_TRIES_VALUE,
				(const struct text_arg[]){
					{STR("count"), desk_number(p->r, job->tries)}},
				1));
	desk_facts_end(p);
}

static void write_actions(struct desk_page *p, const struct job *job)
{
	struct str path = desk_job_path(p->r, job->id);
	struct str from = desk_job_came_from(p->r, job);
	if (job->output)
		desk_link(p, "button", desk_text(p->r, "%.*s/output", STR_ARG(path)),
			text(p->lang, MESSAGE_DESK_JOBS_FETCH));
	if (is_open(job))
		desk_link(p, "button quiet", path, text(p->lang, MESSAGE_DESK_JOBS_RELOAD));
	if (may_cancel(p->r, job))
		desk_button_form(p, "caution", desk_text(p->r, "%.*s/cancel", STR_ARG(path)),
			MESSAGE_DESK_JOBS_CANCEL);
	if (from.size > 0 && !is_open(job))
		desk_link(p, "button quiet", from,
			text(p->lang, job->state == JOB_FAILED ? MESSAGE_DESK_JOBS_AGAIN
							       : MESSAGE_DESK_JOBS_BACK));
}

static void show(struct desk_request *r, const struct job *job)
{
	struct desk_page p;
	const struct desk_head head = {.place = DESK_PLACE_JOBS,
		.title = text(r->lang, desk_job_kind_message(job->order.kind)),
		.crumbs = {{STR("jobs"), text(r->lang, MESSAGE_DESK_JOBS)}},
		.crumb_count = 1,
		.wide = job->problems.size > 0};
	if (is_open(job))
		r->answer->refresh = job->held ? REFRESH_HELD : REFRESH;
	desk_page_begin(&p, r, &head, NULL);
	html_open_class(&p.html, "p", "job-state");
	html_attribute(&p.html, "role", STR("status"));
	desk_tag(&p, desk_job_tone(job), text(r->lang, desk_job_state_message(job)));
	/* "Done": there is no more to say than the word itself. */
	if (job->state != JOB_DONE || job->problems.size > 0) {
		html_text(&p.html, STR(" "));
		html_text(&p.html, text(r->lang, desk_job_state_says(job)));
	}
	html_close(&p.html, "p");
	desk_job_write_result(&p, job);
	html_open_class(&p.html, "div", "job-actions");
	write_actions(&p, job);
	html_close(&p.html, "div");
	write_facts(&p, job);
	desk_page_end(&p);
}

void desk_job(struct desk_request *r)
{
	struct job job;
	if (!desk_job_find(r, &job))
		return;
	if (desk_export_asked(r))
		desk_job_export_problems(r, &job);
	else if (has_result_page(&job))
		go_to_result(r, job.id);
	else if (goes_on(r, &job))
		desk_redirect(r, desk_job_came_from(r, &job), MESSAGE_DESK_JOBS_SAYS_DONE);
	else
		show(r, &job);
}

void desk_job_cancel(struct desk_request *r)
{
	struct job job;
	if (!desk_job_find(r, &job))
		return;
	struct str path = desk_job_path(r, job.id);
	if (job.account != r->actor->account && r->actor->role != ROLE_OPERATOR) {
		desk_denied(r);
		return;
	}
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, job_cancel(r->office, r->actor, job.id, r->now));
	if (err == E_NOTFOUND)
		desk_redirect(r, path, MESSAGE_DESK_JOBS_CANCEL_LATE);
	else if (err != E_OK)
		desk_failed(r, err);
	else
		desk_redirect(r, path, MESSAGE_DESK_JOBS_CANCEL_DONE);
}

/* --- its file --- */

static enum err load_output(struct desk_request *r, const struct job *job)
{
	int fd = -1;
	uint64_t size = 0;
	size_t got = 0;
	TRY(job_output_open(r->office, job->id, &fd));
	enum err err = file_size(fd, &size);
	uint8_t *room = err == E_OK && size <= LIMIT_JOB_OUTPUT
				? writer_reserve(r->answer->body, (size_t)size)
				: NULL;
	if (room)
		err = file_read_at(fd, 0, room, (size_t)size, &got);
	file_close(&fd);
	if (err == E_OK && (!room || got != size))
		err = room ? E_CORRUPT : E_LIMIT;
	return err;
}

/* The type as the clerk's table has it, never what a file claims. */
static const char *known_type(struct str type)
{
	static const char *const types[] = {"application/pdf",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_equal(type, str_from(types[i])))
			return types[i];
	return "application/octet-stream";
}

void desk_job_output(struct desk_request *r)
{
	struct job job;
	if (!desk_job_find(r, &job))
		return;
	enum err err = job.output ? load_output(r, &job) : E_NOTFOUND;
	if (err == E_OK) {
		r->answer->content_type = known_type(job.output_type);
		r->answer->save_as = job.output_name;
		return;
	}
	writer_clear(r->answer->body);
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else
		desk_failed(r, err);
}

/* --- all --- */

struct job_rows {
	struct desk_page *page;
	bool everybody;
	size_t count;
	int64_t last;
	bool more;
};

static enum err write_row(void *context, const struct job *job)
{
	struct job_rows *rows = context;
	struct desk_page *p = rows->page;
	rows->more = rows->count == PAGE;
	if (rows->more)
		return E_OK;
	rows->count++;
	rows->last = job->id;
	desk_row_begin(p);
	desk_cell_link(p, desk_job_path(p->r, job->id),
		text(p->lang, desk_job_kind_message(job->order.kind)));
	desk_cell(p, desk_job_about(p->r, job));
	desk_cell_open(p);
	desk_tag(p, desk_job_tone(job), text(p->lang, desk_job_state_message(job)));
	desk_cell_close(p);
	desk_cell(p, desk_time(p->r, job->asked));
	if (rows->everybody)
		desk_cell(p, asker(p->r, job));
	desk_row_end(p);
	return E_OK;
}

static void write_filter(struct desk_page *p, const struct job_choice *choice)
{
	static const enum message states[] = {MESSAGE_DESK_JOBS_WAITING, MESSAGE_DESK_JOBS_RUNNING,
		MESSAGE_DESK_JOBS_DONE, MESSAGE_DESK_JOBS_FAILED};
	struct html *h = &p->html;
	html_open_class(h, "nav", "job-filter");
	html_attribute(h, "aria-label", text(p->lang, MESSAGE_DESK_JOBS_FILTER));
	desk_link(p, choice->by_state ? "button quiet" : "button quiet chosen", STR("jobs"),
		text(p->lang, MESSAGE_DESK_JOBS_ALL));
	for (enum job_state state = 0; state < JOB_STATE__COUNT; state++)
		desk_link(p,
			choice->by_state && choice->state == state ? "button quiet chosen"
								   : "button quiet",
			desk_text(p->r, "jobs?state=%.*s", STR_ARG(job_state_name(state))),
			text(p->lang, states[state]));
	html_close(h, "nav");
}

static struct job_choice read_choice(struct desk_request *r)
{
	uint64_t before = 0;
	struct job_choice choice = {.account = whose(r)};
	choice.by_state = job_state_parse(desk_argument(r, "state"), &choice.state);
	if (str_to_u64(desk_argument(r, "before"), INT64_MAX, &before))
		choice.before = (int64_t)before;
	return choice;
}

static void write_older(
	struct desk_page *p, const struct job_rows *rows, const struct job_choice *choice)
{
	struct str state = choice->by_state ? job_state_name(choice->state) : STR("");
	if (rows->more)
		desk_link(p, "button quiet",
			desk_text(p->r, "jobs?state=%.*s&before=%lld", STR_ARG(state),
				(long long)rows->last),
			text(p->lang, MESSAGE_DESK_JOBS_OLDER));
}

void desk_jobs(struct desk_request *r)
{
	struct desk_page p;
	const struct job_choice choice = read_choice(r);
	struct job_rows rows = {.page = &p, .everybody = choice.account == 0};
	const struct desk_head head = {
		.place = DESK_PLACE_JOBS, .title = text(r->lang, MESSAGE_DESK_JOBS), .wide = true};
	const struct desk_column columns[] = {{NULL, text(r->lang, MESSAGE_DESK_JOBS_WHAT), false},
		{NULL, text(r->lang, MESSAGE_DESK_JOBS_ABOUT), false},
		{NULL, text(r->lang, MESSAGE_DESK_JOBS_STATE), false},
		{NULL, text(r->lang, MESSAGE_DESK_JOBS_ASKED), false},
		{NULL, text(r->lang, MESSAGE_DESK_JOBS_BY), false}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_JOBS),
		.columns = columns,
		.column_count = rows.everybody ? 5 : 4,
		.path = STR("jobs")};
	desk_page_begin(&p, r, &head, NULL);
	desk_say(&p, "p", "lead", MESSAGE_DESK_JOBS_LEAD);
	write_filter(&p, &choice);
	desk_table_begin(&p, &table);
	enum err err = job_list(r->office, &choice, PAGE + 1, write_row, &rows);
	desk_table_end(&p);
	if (rows.count == 0)
		desk_say(&p, "p", "hint", MESSAGE_DESK_JOBS_NONE);
	write_older(&p, &rows, &choice);
	desk_page_end(&p);
	if (err != E_OK) {
		writer_clear(r->answer->body);
		desk_failed(r, err);
	}
}

/* --- the work list's --- */

static void write_work_line(
	struct desk_page *p, uint64_t count, enum message words, struct str path)
{
	if (count == 0)
		return;
	html_open(&p->html, "li");
	desk_link(p, NULL, path,
		desk_words(p->r, words,
			(const struct text_arg[]){{STR("count"), desk_number(p->r, count)}}, 1));
	html_close(&p->html, "li");
}

bool desk_jobs_write_work(struct desk_page *p)
{
	struct desk_request *r = p->r;
	uint64_t counts[JOB_STATE__COUNT];
	struct instant since = {r->now.seconds - (int64_t)WORK_DAYS * SECONDS_PER_DAY};
	if (job_count(r->office, whose(r), since, counts) != E_OK)
		return false;
	uint64_t open = counts[JOB_WAITING] + counts[JOB_RUNNING];
	if (open + counts[JOB_FAILED] == 0)
		return false;
	desk_say(p, "h2", NULL, MESSAGE_DESK_JOBS_WORK);
	html_open_class(&p->html, "ul", "work-lines");
	write_work_line(
		p, counts[JOB_FAILED], MESSAGE_DESK_JOBS_WORK_FAILED, STR("jobs?state=failed"));
	write_work_line(p, open, MESSAGE_DESK_JOBS_WORK_OPEN, STR("jobs"));
	html_close(&p->html, "ul");
	return true;
}

static enum err take_any(void *context, const struct job *job)
{
	bool *any = context;
	(void)job;
	*any = true;
	return E_OK;
}

bool desk_jobs_any(struct desk_request *r)
{
	bool any = false;
	return job_each(r->office, whose(r), 0, 1, take_any, &any) == E_OK && any;
}
