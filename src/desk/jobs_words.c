/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/jobs_words.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "desk/accounts.h"
#include "desk/export.h"
#include "format/json.h"

enum {
	ABOUT_BYTES = 2048,
	SHOWN = 200 /* complaints on one page */
};

static const enum message kind_messages[] = {
	[JOB_UNITS] = MESSAGE_DESK_JOB_UNITS,
	[JOB_RETURN_SHEET] = MESSAGE_DESK_JOB_RETURN_SHEET,
	[JOB_RETURN_LIST] = MESSAGE_DESK_JOB_RETURN_LIST,
	[JOB_RETURN_TEMPLATE] = MESSAGE_DESK_JOB_RETURN_TEMPLATE,
	[JOB_RETURN_KNOWN] = MESSAGE_DESK_JOB_RETURN_KNOWN,
	[JOB_RETURN_LOOK] = MESSAGE_DESK_JOB_RETURN_LOOK,
	[JOB_DOCUMENT_PDF] = MESSAGE_DESK_JOB_DOCUMENT_PDF,
	[JOB_DOCUMENT_XLSX] = MESSAGE_DESK_JOB_DOCUMENT_XLSX,
	[JOB_INGEST] = MESSAGE_DESK_JOB_INGEST,
	[JOB_CAMPAIGN] = MESSAGE_DESK_JOB_CAMPAIGN,
	[JOB_PAGE] = MESSAGE_DESK_JOB_PAGE,
	[JOB_PAGE_WITHDRAW] = MESSAGE_DESK_JOB_PAGE_WITHDRAW,
	[JOB_TOOL] = MESSAGE_DESK_JOB_TOOL,
	[JOB_TOOL_FILE] = MESSAGE_DESK_JOB_TOOL_FILE,
	[JOB_TOOL_REMOVE] = MESSAGE_DESK_JOB_TOOL_REMOVE,
	[JOB_TOOL_ORDER] = MESSAGE_DESK_JOB_TOOL_ORDER,
	[JOB_FEED] = MESSAGE_DESK_JOB_FEED,
	[JOB_SITE] = MESSAGE_DESK_JOB_SITE,
	[JOB_PUBLISH] = MESSAGE_DESK_JOB_PUBLISH,
	[JOB_CAMPAIGN_FREEZE] = MESSAGE_DESK_JOB_CAMPAIGN_FREEZE,
	[JOB_RETRACT] = MESSAGE_DESK_JOB_RETRACT,
	[JOB_EDITION] = MESSAGE_DESK_JOB_EDITION,
	[JOB_EDITION_REPLY] = MESSAGE_DESK_JOB_EDITION_REPLY,
	[JOB_EDITION_PDF] = MESSAGE_DESK_JOB_EDITION_PDF,
	[JOB_EDITION_XLSX] = MESSAGE_DESK_JOB_EDITION_XLSX,
	[JOB_FIGURE] = MESSAGE_DESK_JOB_FIGURE,
	[JOB_FIGURE_WITHDRAW] = MESSAGE_DESK_JOB_FIGURE_WITHDRAW,
};
static_assert(sizeof(kind_messages) / sizeof(kind_messages[0]) == JOB__COUNT,
	"every kind is called something");

enum message desk_job_kind_message(enum job_kind kind)
{
	return kind_messages[kind];
}

static bool is_cancelled(const struct job *job)
{
	return job->state == JOB_FAILED && job->status == JOB_STATUS_CANCELLED;
}

enum message desk_job_state_message(const struct job *job)
{
	static const enum message messages[] = {
		[JOB_WAITING] = MESSAGE_DESK_JOBS_WAITING,
		[JOB_RUNNING] = MESSAGE_DESK_JOBS_RUNNING,
		[JOB_DONE] = MESSAGE_DESK_JOBS_DONE,
		[JOB_FAILED] = MESSAGE_DESK_JOBS_FAILED,
	};
	static_assert(sizeof(messages) / sizeof(messages[0]) == JOB_STATE__COUNT, "every state");
	if (is_cancelled(job))
		return MESSAGE_DESK_JOBS_CANCELLED;
	return job->state == JOB_WAITING && job->held ? MESSAGE_DESK_JOBS_HELD
						      : messages[job->state];
}

enum desk_tone desk_job_tone(const struct job *job)
{
	if (job->state == JOB_DONE)
		return DESK_GOOD;
	if (job->state == JOB_FAILED)
		return is_cancelled(job) ? DESK_PLAIN : DESK_LATE;
	return DESK_WAITS;
}

static enum message failed_says(int status)
{
	switch (status) {
	case JOB_STATUS_LOST:
		return MESSAGE_DESK_JOBS_SAYS_LOST;
	case JOB_STATUS_TIMEOUT:
		return MESSAGE_DESK_JOBS_SAYS_TIMEOUT;
	case JOB_STATUS_CRASHED:
		return MESSAGE_DESK_JOBS_SAYS_CRASHED;
	case JOB_STATUS_CANCELLED:
		return MESSAGE_DESK_JOBS_SAYS_CANCELLED;
	case JOB_STATUS_REFUSED:
		return MESSAGE_DESK_JOBS_SAYS_REFUSED;
	default:
		return MESSAGE_DESK_JOBS_SAYS_FAILED;
	}
}

enum message desk_job_state_says(const struct job *job)
{
	if (job->state == JOB_FAILED)
		return failed_says(job->status);
	if (job->state == JOB_DONE)
		return job->problems.size > 0 ? MESSAGE_DESK_JOBS_SAYS_PARTLY
					      : MESSAGE_DESK_JOBS_SAYS_DONE;
	if (job->state == JOB_RUNNING)
		return MESSAGE_DESK_JOBS_SAYS_RUNNING;
	return job->held ? MESSAGE_DESK_JOBS_SAYS_HELD : MESSAGE_DESK_JOBS_SAYS_WAITING;
}

static void add_part(struct writer *w, struct str part)
{
	if (part.size == 0)
		return;
	writer_text(w, w->size > 0 ? ", " : "");
	writer_str(w, part);
}

struct str desk_job_about(struct desk_request *r, const struct job *job)
{
	struct writer w;
	writer_init(&w, ABOUT_BYTES);
	add_part(&w, job->order.campaign);
	if (job->order.org != 0)
		add_part(&w, desk_org_name(r, job->order.org));
	if (job->order.kind == JOB_UNITS && job->order.name.size > 0)
		add_part(&w, text(r->lang, MESSAGE_DESK_UNITS_IMPORT_CHECK));
	else if (!str_equal(job->order.name, STR("own")))
		add_part(&w, job->order.name);
	add_part(&w, job->order.input_name);
	struct str about = arena_copy(r->arena, writer_view_str(&w));
	writer_release(&w);
	return about.data ? about : STR("");
}

/* --- lines of JSON --- */

/* The flat members of one object after the other; of others nothing is told. False: no such text.
 */
typedef void member_fn(void *context, struct str key, const struct json_token *value);

static bool read_object(struct json *j, member_fn *fn, void *context)
{
	char name[64];
	struct json_token token;
	struct problem problem;
	for (;;) {
		if (json_next(j, &token, &problem) != E_OK || token.kind == JSON_END)
			return false;
		if (token.kind == JSON_OBJECT_END)
			return true;
		if (token.kind != JSON_KEY)
			return false;
		struct str key = {name, token.text.size < sizeof(name) ? token.text.size : 0};
		memcpy(name, token.text.data, key.size);
		if (json_next(j, &token, &problem) != E_OK)
			return false;
		if (token.kind == JSON_STRING || token.kind == JSON_NUMBER ||
			token.kind == JSON_TRUE)
			fn(context, key, &token);
		else if (json_skip(j, &token, &problem) != E_OK)
			return false;
	}
}

/* --- counts --- */

static const struct {
	struct str key;
	enum message message;
} counts[] = {
	{STR_INIT("file"), MESSAGE_DESK_JOB_COUNT_FILE},
	{STR_INIT("feed"), MESSAGE_DESK_JOB_COUNT_FEED},
	{STR_INIT("format"), MESSAGE_DESK_JOB_COUNT_FORMAT},
	{STR_INIT("rows"), MESSAGE_DESK_JOB_COUNT_ROWS},
	{STR_INIT("created"), MESSAGE_DESK_JOB_COUNT_CREATED},
	{STR_INIT("changed"), MESSAGE_DESK_JOB_COUNT_CHANGED},
	{STR_INIT("ended"), MESSAGE_DESK_JOB_COUNT_ENDED},
	{STR_INIT("unchanged"), MESSAGE_DESK_JOB_COUNT_UNCHANGED},
	{STR_INIT("accepted"), MESSAGE_DESK_JOB_COUNT_ACCEPTED},
	{STR_INIT("sightings"), MESSAGE_DESK_FILES_TAKEN},
	{STR_INIT("duplicates"), MESSAGE_DESK_FILES_REPEATED},
	{STR_INIT("rejected"), MESSAGE_DESK_JOB_COUNT_REJECTED},
};

static void write_count(void *context, struct str key, const struct json_token *value)
{
	uint64_t number;
	struct desk_page *p = context;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (!str_equal(counts[i].key, key) || value->kind == JSON_TRUE)
			continue;
		bool counted =
			value->kind == JSON_NUMBER && str_to_u64(value->text, UINT64_MAX, &number);
		desk_fact(p, counts[i].message, counted ? desk_number(p->r, number) : value->text);
	}
}

static bool has_count(struct str said)
{
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		char key[64];
		int size = snprintf(key, sizeof(key), "\"%.*s\":", STR_ARG(counts[i].key));
		if (str_find(said, (struct str){key, (size_t)size}) < said.size)
			return true;
	}
	return false;
}

static void write_counts(struct desk_page *p, struct str said)
{
	struct json j;
	struct json_token token;
	struct problem problem;
	bool more = true;
	if (!str_starts(said, STR("{")) || !has_count(said))
		return;
	desk_say(p, "h2", NULL, MESSAGE_DESK_JOBS_RESULT);
	desk_facts_begin(p);
	json_init(&j, said);
	while (more && json_next(&j, &token, &problem) == E_OK)
		more = token.kind == JSON_OBJECT && read_object(&j, write_count, p);
	json_release(&j);
	desk_facts_end(p);
}

/* --- complaints --- */

struct complaint {
	struct arena *arena;
	size_t number; /* as they came */
	uint64_t line;
	struct str field, got, text;
};

/* True: it is about a place in the file. */
static bool has_place(const struct complaint *c)
{
	return c->line > 0 || c->field.size > 0;
}

static struct str keep(struct arena *arena, struct str text)
{
	struct str kept = arena_copy(arena, text);
	return kept.data ? kept : STR("");
}

static void take_member(void *context, struct str key, const struct json_token *value)
{
	struct complaint *c = context;
	if (str_equal(key, STR("line")))
		(void)str_to_u64(value->text, UINT64_MAX, &c->line);
	else if (str_equal(key, STR("field")))
		c->field = keep(c->arena, value->text);
	else if (str_equal(key, STR("got")))
		c->got = keep(c->arena, value->text);
	else if (str_equal(key, STR("text")))
		c->text = keep(c->arena, value->text);
}

static struct complaint read_complaint(struct desk_request *r, struct str line)
{
	struct json j;
	struct json_token token;
	struct problem problem;
	struct complaint c = {.arena = r->arena, .field = STR(""), .got = STR(""), .text = STR("")};
	json_init(&j, line);
	if (json_next(&j, &token, &problem) != E_OK || token.kind != JSON_OBJECT ||
		!read_object(&j, take_member, &c))
		c.text = line;
	json_release(&j);
	return c;
}

static struct str place_of(struct desk_request *r, const struct complaint *c)
{
	if (c->line == 0)
		return STR("–");
	return desk_words(r, MESSAGE_DESK_JOBS_LINE,
		(const struct text_arg[]){{STR("line"), desk_number(r, c->line)}}, 1);
}

static void write_row(struct desk_page *p, const struct complaint *c)
{
	desk_row_begin(p);
	desk_cell(p, place_of(p->r, c));
	desk_cell(p, c->field);
	desk_cell(p, c->got);
	desk_cell(p, c->text);
	desk_row_end(p);
}

struct complaints {
	struct complaint *list; /* in the order of the file */
	size_t count, shown, placed;
};

static int compare_lines(const void *a, const void *b)
{
	const struct complaint *left = a, *right = b;
	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return left->number < right->number ? -1 : 1;
}

static size_t count_lines(struct str text)
{
	size_t count = 1;
	for (size_t i = 0; i < text.size; i++)
		count += text.data[i] == '\n';
	return count;
}

/* False: no memory. */
static bool read_complaints(struct desk_request *r, struct str problems, struct complaints *ret)
{
	struct complaints all = {
		.list = arena_alloc(r->arena, count_lines(problems), sizeof(*all.list))};
	while (all.list && problems.size > 0) {
		struct str line = str_cut(problems, '\n', &problems);
		if (line.size == 0)
			continue;
		all.list[all.count] = read_complaint(r, line);
		all.list[all.count].number = all.count;
		all.count++;
	}
	if (all.count > 0)
		qsort(all.list, all.count, sizeof(*all.list), compare_lines);
	all.shown = all.count < SHOWN ? all.count : SHOWN;
	for (size_t i = 0; i < all.shown; i++)
		all.placed += has_place(&all.list[i]);
	*ret = all;
	return all.list != NULL;
}

static void write_texts(struct desk_page *p, const struct complaints *all)
{
	struct html *h = &p->html;
	html_open_class(h, "ul", "job-complaints");
	for (size_t i = 0; i < all->shown; i++)
		if (!has_place(&all->list[i]))
			html_leaf(h, "li", NULL, all->list[i].text);
	html_close(h, "ul");
}

enum {
	COLUMNS = 4
};

static struct desk_table make_table(
	struct desk_request *r, const struct job *job, struct desk_column columns[COLUMNS])
{
	static const enum message labels[COLUMNS] = {MESSAGE_DESK_JOBS_PROBLEM_WHERE,
		MESSAGE_DESK_JOBS_PROBLEM_FIELD, MESSAGE_DESK_JOBS_PROBLEM_GOT,
		MESSAGE_DESK_JOBS_PROBLEM_TEXT};
	for (size_t i = 0; i < COLUMNS; i++)
		columns[i] = (struct desk_column){NULL, text(r->lang, labels[i]), false};
	return (struct desk_table){.caption = text(r->lang, MESSAGE_DESK_JOBS_PROBLEMS),
		.columns = columns,
		.column_count = COLUMNS,
		.path = desk_job_path(r, job->id),
		.exports = true};
}

static void write_table(struct desk_page *p, const struct job *job, const struct complaints *all)
{
	struct desk_column columns[COLUMNS];
	const struct desk_table table = make_table(p->r, job, columns);
	desk_table_begin(p, &table);
	for (size_t i = 0; i < all->shown; i++)
		if (has_place(&all->list[i]))
			write_row(p, &all->list[i]);
	desk_table_end(p);
}

void desk_job_write_problems(struct desk_page *p, const struct job *job)
{
	struct desk_request *r = p->r;
	struct complaints all;
	if (!read_complaints(r, job->problems, &all) || all.count == 0)
		return;
	desk_say(p, "h2", NULL, MESSAGE_DESK_JOBS_PROBLEMS);
	if (all.count > all.shown)
		desk_say_values(p, "p", "hint", MESSAGE_DESK_JOBS_PROBLEMS_FIRST,
			{STR("shown"), desk_number(r, all.shown)},
			{STR("count"), desk_number(r, all.count)});
	if (all.placed < all.shown)
		write_texts(p, &all);
	if (all.placed > 0)
		write_table(p, job, &all);
}

void desk_job_export_problems(struct desk_request *r, const struct job *job)
{
	struct desk_export e;
	struct desk_column columns[COLUMNS];
	const struct desk_table table = make_table(r, job, columns);
	struct complaints all;
	if (!read_complaints(r, job->problems, &all)) {
		desk_failed(r, E_NOMEM);
		return;
	}
	desk_export_begin(&e, r, &table, STR("problems"));
	for (size_t i = 0; i < all.count && desk_export_state(&e) == E_OK; i++) {
		const struct complaint *c = &all.list[i];
		if (c->line > 0)
			desk_export_number(&e, c->line);
		else
			desk_export_cell(&e, STR(""));
		desk_export_cell(&e, c->field);
		desk_export_cell(&e, c->got);
		desk_export_cell(&e, c->text);
	}
	desk_export_end(&e, E_OK);
}

/* Of a file that was taken in, what its counts do not say. */
struct taken {
	struct arena *arena;
	struct str fresh; /* the feed that it is the first of; empty: none */
	bool already;
};

static void take_word(void *context, struct str key, const struct json_token *value)
{
	struct taken *t = context;
	if (str_equal(key, STR("new_feed")))
		t->fresh = keep(t->arena, value->text);
	t->already |= str_equal(key, STR("already")) && value->kind == JSON_TRUE;
}

static void write_new_feed(struct desk_page *p, const struct taken *t)
{
	struct html *h = &p->html;
	html_open_class(h, "div", "notice");
	desk_say_values(p, "p", NULL, MESSAGE_DESK_JOB_NEW_FEED, {STR("feed"), t->fresh});
	desk_link(p, NULL, desk_text(p->r, "feeds/%.*s/change", STR_ARG(t->fresh)),
		text(p->lang, MESSAGE_DESK_JOB_NEW_FEED_CHANGE));
	html_close(h, "div");
}

static void write_notices(struct desk_page *p, const struct job *job)
{
	struct json j;
	struct json_token token;
	struct problem problem;
	struct taken t = {.arena = p->r->arena, .fresh = STR("")};
	if (job->order.kind != JOB_INGEST)
		return;
	if (job->state == JOB_FAILED && job->problems.size > 0)
		desk_say(p, "p", NULL, MESSAGE_DESK_JOB_INGEST_HINT);
	json_init(&j, job->said);
	bool more = job->state == JOB_DONE;
	while (more && json_next(&j, &token, &problem) == E_OK)
		more = token.kind == JSON_OBJECT && read_object(&j, take_word, &t);
	json_release(&j);
	if (t.already)
		desk_notice(p, DESK_PLAIN, text(p->lang, MESSAGE_DESK_JOB_ALREADY));
	if (t.fresh.size > 0)
		write_new_feed(p, &t);
}

void desk_job_write_result(struct desk_page *p, const struct job *job)
{
	write_notices(p, job);
	desk_job_write_problems(p, job);
	if (job->state == JOB_DONE)
		write_counts(p, job->said);
}

/* --- where it came from --- */

static struct str of_return(struct desk_request *r, const struct job *job, const char *below)
{
	if (job->order.org == 0)
		return STR("campaigns");
	return desk_text(r, "campaigns/%.*s/returns/%lld%s", STR_ARG(job->order.campaign),
		(long long)job->order.org, below);
}

static struct str of_document(struct desk_request *r, const struct job *job)
{
	if (str_equal(job->order.name, STR("own")))
		return of_return(r, job, "/document");
	return desk_text(r, "campaigns/%.*s/roll-up/%lld/document", STR_ARG(job->order.campaign),
		(long long)job->order.org);
}

struct str desk_job_came_from(struct desk_request *r, const struct job *job)
{
	const struct job_order *order = &job->order;
	switch (order->kind) {
	case JOB_UNITS:
		return STR("orgs/import");
	case JOB_RETURN_SHEET:
	case JOB_RETURN_TEMPLATE:
		return of_return(r, job, "/sheet");
	case JOB_RETURN_LIST:
		return of_return(r, job, "/orgs");
	case JOB_RETURN_KNOWN:
		return of_return(r, job, "");
	case JOB_DOCUMENT_PDF:
	case JOB_DOCUMENT_XLSX:
		return of_document(r, job);
	case JOB_INGEST:
		return job->state == JOB_FAILED ? STR("files/upload") : STR("files");
	case JOB_RETRACT:
		return STR("files");
	case JOB_EDITION:
		return desk_text(r, "campaigns/%.*s/figures", STR_ARG(order->campaign));
	case JOB_EDITION_REPLY:
	case JOB_EDITION_PDF:
	case JOB_EDITION_XLSX:
		return desk_text(r, "campaigns/%.*s/editions/%.*s", STR_ARG(order->campaign),
			STR_ARG(order->name));
	case JOB_FIGURE:
	case JOB_FIGURE_WITHDRAW:
		return STR("series");
	case JOB_CAMPAIGN:
	case JOB_CAMPAIGN_FREEZE:
		return desk_text(r, "campaigns/%.*s/plan", STR_ARG(order->campaign));
	case JOB_PAGE:
	case JOB_PAGE_WITHDRAW:
		return desk_text(r, "pages/%.*s", STR_ARG(order->name));
	case JOB_TOOL:
	case JOB_TOOL_FILE:
	case JOB_TOOL_REMOVE:
	case JOB_TOOL_ORDER:
		return STR("tools");
	case JOB_FEED:
		return STR("feeds");
	case JOB_SITE:
		return STR("settings");
	case JOB_RETURN_LOOK:
	case JOB_PUBLISH:
	case JOB__COUNT:
		break;
	}
	return STR("");
}
