/* SPDX-License-Identifier: Apache-2.0 */
/* What is filled in elsewhere and sent: the sheet of a return, the organisations behind it. */
#include "base/limits.h"
#include "desk/export.h"
#include "desk/jobs.h"
#include "desk/returns.h"
#include "office/return_known.h"
#include "os/file.h"

enum {
	SHOWN = 50,
	SHEET_BYTES = 8 << 20
};

/* --- a job of this return --- */

static struct job_order order_of(const struct returns_page *page, enum job_kind kind)
{
	return (struct job_order){.kind = kind,
		.campaign = page->head.campaign,
		.org = page->org.id,
		.name = STR(""),
		.text = STR(""),
		.input_name = STR(""),
		.lang = page->r->lang};
}

/* Asks for it and follows it to `then` behind the return's path; NULL: to the file it makes. */
static void start(struct returns_page *page, const struct job_order *order, const char *then)
{
	int64_t id;
	struct desk_request *r = page->r;
	struct str path = returns_path(r, page->head.campaign, page->org.id, "");
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, job_add(r->office, r->actor, order, r->now, &id));
	if (err == E_LIMIT)
		desk_redirect(r, path, MESSAGE_DESK_RETURN_TOO_MANY_JOBS);
	else if (err != E_OK)
		desk_failed(r, err);
	else if (then)
		desk_job_follow(
			r, id, desk_text(r, "%.*s%s?job=%lld", STR_ARG(path), then, (long long)id));
	else
		desk_job_follow(r, id, desk_text(r, "jobs/%lld/output", (long long)id));
}

static void start_with_file(struct returns_page *page, enum job_kind kind, const char *then)
{
	struct writer w;
	struct desk_request *r = page->r;
	const struct form_file *file = desk_file(r, "file");
	struct job_order order = order_of(page, kind);
	if (!file) {
		desk_redirect(r, returns_path(r, page->head.campaign, page->org.id, then),
			MESSAGE_DESK_RETURN_NO_FILE);
		return;
	}
	writer_init(&w, SHEET_BYTES + 1);
	enum err err = returns_load_upload(file, SHEET_BYTES, &w);
	order.input = writer_view(&w);
	order.input_name = file->name;
	if (err == E_OK)
		start(page, &order, then);
	else if (err == E_LIMIT)
		desk_redirect(r, returns_path(r, page->head.campaign, page->org.id, then),
			MESSAGE_DESK_RETURN_SHEET_LARGE);
	else
		desk_failed(r, err);
	writer_release(&w);
}

/* --- what came of it --- */

/* Of this return, and of that kind: else there is none. */
static bool find_job(struct returns_page *page, enum job_kind kind, struct job *ret_job)
{
	uint64_t id;
	struct desk_request *r = page->r;
	return str_to_u64(desk_argument(r, "job"), INT64_MAX, &id) &&
	       job_find(r->office, (int64_t)id, r->arena, ret_job) == E_OK &&
	       ret_job->order.kind == kind && ret_job->order.org == page->org.id &&
	       str_equal(ret_job->order.campaign, page->head.campaign);
}

static void write_lines(struct desk_page *p, struct str lines)
{
	html_open_class(&p->html, "ul", "returns-found");
	while (lines.size > 0) {
		struct str line = str_trim(str_cut(lines, '\n', &lines));
		if (line.size > 0)
			html_leaf(&p->html, "li", NULL, line);
	}
	html_close(&p->html, "ul");
}

static void write_job(struct desk_page *p, const struct job *job, enum message fine)
{
	bool done = job->state == JOB_DONE;
	desk_notice(p, done ? DESK_GOOD : DESK_LATE,
		text(p->lang, done ? fine : MESSAGE_DESK_RETURN_SHEET_REFUSED));
	if (job->problems.size == 0)
		return;
	desk_say(p, "h2", NULL, MESSAGE_DESK_RETURN_SHEET_FOUND);
	write_lines(p, job->problems);
}

static void begin_page(struct desk_page *p, struct returns_page *page, enum message title)
{
	struct desk_request *r = page->r;
	const struct desk_head head = {
		.place = DESK_PLACE_CAMPAIGNS,
		.title = text(r->lang, title),
		.crumbs = {returns_crumb(r, &page->campaign),
			{returns_path(r, page->head.campaign, page->org.id, ""),
				returns_name(page->org.name, r->lang)}},
		.crumb_count = 2,
	};
	desk_page_begin(p, r, &head, NULL);
}

static void write_upload(struct desk_page *p, struct str path, const struct desk_input *input,
	const char *accept, enum message words)
{
	desk_form_open_files(p, NULL, path);
	desk_file_input(p, input, accept);
	desk_button(p, NULL, "do", STR("send"), words);
	desk_form_close(p);
}

static bool may_save(const struct returns_page *page)
{
	enum return_state next;
	enum return_state state = page->head.state == RETURN_NONE ? RETURN_DRAFT : page->head.state;
	return page->may_fill && return_next(state, RETURN_SAVE, &next);
}

/* --- the sheet --- */

static void show_sheet(struct returns_page *page)
{
	struct job job;
	struct desk_page p;
	struct desk_request *r = page->r;
	struct str path = returns_path(r, page->head.campaign, page->org.id, "");
	struct str here = returns_path(r, page->head.campaign, page->org.id, "/sheet");
	const struct desk_input input = {.name = "file",
		.label = text(r->lang, MESSAGE_DESK_RETURN_SHEET_FILE),
		.hint = text(r->lang, MESSAGE_DESK_RETURN_SHEET_FILE_HINT)};
	begin_page(&p, page, MESSAGE_DESK_RETURN_SHEET_TITLE);
	if (find_job(page, JOB_RETURN_SHEET, &job)) {
		write_job(&p, &job, MESSAGE_DESK_RETURN_SHEET_READ);
		returns_write_asides(&p, page);
		html_open_class(&p.html, "p", "actions");
		desk_link(&p, "button", desk_text(r, "%.*s/check", STR_ARG(path)),
			text(r->lang, MESSAGE_DESK_RETURN_CHECK));
		desk_link(&p, "button quiet", path, text(r->lang, MESSAGE_DESK_RETURN_OPEN_FORM));
		html_close(&p.html, "p");
	}
	desk_say(&p, "h2", NULL, MESSAGE_DESK_RETURN_SHEET_STEP_1);
	desk_say(&p, "p", NULL, MESSAGE_DESK_RETURN_SHEET_STEP_1_TEXT);
	desk_form_open(&p, "single", here);
	desk_button(&p, "quiet", "do", STR("template"), MESSAGE_DESK_RETURN_SHEET_GET);
	desk_form_close(&p);
	desk_say(&p, "h2", NULL, MESSAGE_DESK_RETURN_SHEET_STEP_2);
	desk_say(&p, "p", NULL, MESSAGE_DESK_RETURN_SHEET_STEP_2_TEXT);
	if (may_save(page))
		write_upload(&p, here, &input, ".xlsx", MESSAGE_DESK_RETURN_SHEET_SEND);
	desk_page_end(&p);
}

void desk_returns_sheet(struct desk_request *r)
{
	struct returns_page page;
	if (!returns_load_page(r, &page))
		return;
	struct job_order order = order_of(&page, JOB_RETURN_TEMPLATE);
	if (!r->posted)
		show_sheet(&page);
	else if (str_equal(desk_field(r, "do"), STR("template")))
		start(&page, &order, NULL);
	else if (!may_save(&page))
		desk_denied(r);
	else
		start_with_file(&page, JOB_RETURN_SHEET, "/sheet");
}

/* --- what the system knows --- */

void desk_returns_known(struct desk_request *r)
{
	struct returns_page page;
	if (!returns_load_page(r, &page))
		return;
	struct job_order order = order_of(&page, JOB_RETURN_KNOWN);
	if (page.may_fill)
		start(&page, &order, "");
	else
		desk_denied(r);
}

/* Counted by the clerk, with its source and its window: for the eyes of who fills in, who decides
 * what to write. */
void returns_write_known(struct desk_page *p, const struct returns_page *page)
{
	struct return_known known;
	struct desk_request *r = page->r;
	enum err err =
		return_known_find(r->office, page->head.campaign, page->org.id, r->arena, &known);
	html_open_class(&p->html, "details", "unfold");
	desk_say(p, "summary", NULL, MESSAGE_DESK_KNOWN);
	if (err == E_OK && known.networks == 0) {
		desk_say(p, "p", NULL, MESSAGE_DESK_KNOWN_NO_NETWORKS);
	} else if (err == E_OK) {
		desk_say_values(p, "p", NULL, MESSAGE_DESK_KNOWN_TEXT,
			{STR("networks"), desk_number(r, known.networks)},
			{STR("from"), desk_date(r, known.from)},
			{STR("to"), desk_date(r, known.to)},
			{STR("sources"), known.sources.size > 0 ? known.sources : STR("–")});
		desk_facts_begin(p);
		desk_fact(p, MESSAGE_DESK_KNOWN_ADDRESSES, desk_number(r, known.addresses));
		desk_fact(p, MESSAGE_DESK_KNOWN_NETS, desk_number(r, known.nets));
		desk_fact(p, MESSAGE_DESK_KNOWN_MADE, desk_time(r, known.made));
		desk_facts_end(p);
		desk_say(p, "p", "hint", MESSAGE_DESK_KNOWN_HINT);
	} else {
		desk_say(p, "p", NULL, MESSAGE_DESK_KNOWN_NOT_YET);
	}
	desk_form_open(p, "single", returns_path(r, page->head.campaign, page->org.id, "/known"));
	desk_button(p, "quiet", NULL, STR(""), MESSAGE_DESK_KNOWN_COUNT);
	desk_form_close(p);
	html_close(&p->html, "details");
}

/* --- the documents of one return --- */

void desk_returns_document(struct desk_request *r)
{
	struct returns_page page;
	struct returns_paper paper;
	struct official official;
	if (!returns_load_page(r, &page))
		return;
	bool xlsx = str_equal(desk_field(r, "do"), STR("xlsx"));
	struct job_order order = order_of(&page, xlsx ? JOB_DOCUMENT_XLSX : JOB_DOCUMENT_PDF);
	order.name = STR("own");
	if (r->posted) {
		start(&page, &order, NULL);
		return;
	}
	if (!returns_find_paper(r, &page.campaign, &paper))
		return;
	enum err err = returns_paper_return(r->office, &paper, page.org.id, 0, r->arena, &official);
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	else
		official_write_page(r->answer->body, &official);
}

/* --- organisations by tax code --- */

enum {
	LIST_COLUMNS = 2 + 64
};

struct listing {
	struct returns_page page;
	struct desk_column columns[LIST_COLUMNS];
	size_t rows[LIST_COLUMNS]; /* of the form, from the third column on */
	uint64_t counts[64];       /* organisations that count in that row */
	size_t column_count;
	size_t from, count;
	struct desk_page *p;      /* NULL: only counted */
	struct desk_export *file; /* NULL: a page */
};

static void find_columns(struct listing *l)
{
	enum lang lang = l->page.r->lang;
	const struct return_form *form = &l->page.form;
	l->columns[0] = (struct desk_column){.label = text(lang, MESSAGE_RETURNS_LIST_CODE)};
	l->columns[1] = (struct desk_column){.label = text(lang, MESSAGE_RETURNS_LIST_NAME)};
	l->column_count = 2;
	for (size_t i = 0; i < form->row_count && l->column_count < LIST_COLUMNS; i++) {
		if (!form->rows[i].listed)
			continue;
		l->rows[l->column_count] = i;
		l->columns[l->column_count++] =
			(struct desk_column){.label = form->rows[i].label[lang]};
	}
}

static void cell(struct listing *l, struct str text)
{
	if (l->file)
		desk_export_cell(l->file, text);
	else
		desk_cell(l->p, text);
}

static enum err take_listed(void *context, const struct listed_org *org)
{
	struct listing *l = context;
	size_t at = l->count++;
	for (size_t i = 0; i < 64; i++)
		l->counts[i] += org->rows >> i & 1;
	if (!l->file && (!l->p || at < l->from || at >= l->from + SHOWN))
		return E_OK;
	if (!l->file)
		desk_row_begin(l->p);
	cell(l, org->tax_code);
	cell(l, org->name);
	for (size_t i = 2; i < l->column_count; i++)
		cell(l, org->rows >> l->rows[i] & 1 ? STR("x") : STR(""));
	if (!l->file)
		desk_row_end(l->p);
	return l->file ? desk_export_state(l->file) : E_OK;
}

static enum err each(struct listing *l)
{
	const struct returns_page *page = &l->page;
	l->count = 0;
	memset(l->counts, 0, sizeof(l->counts));
	if (page->content.list == 0)
		return E_OK;
	return return_list_each(page->r->office, page->content.list, &page->form, take_listed, l);
}

static struct desk_table table_of(const struct listing *l)
{
	struct desk_request *r = l->page.r;
	return (struct desk_table){.caption = text(r->lang, MESSAGE_DESK_RETURN_LIST_TITLE),
		.columns = l->columns,
		.column_count = l->column_count,
		.path = returns_path(r, l->page.head.campaign, l->page.org.id, "/orgs"),
		.exports = true};
}

/* What is declared, beside what the list says. */
static void write_counts(struct desk_page *p, const struct listing *l)
{
	struct desk_request *r = l->page.r;
	const struct desk_column columns[] = {
		{NULL, text(r->lang, MESSAGE_RETURNS_COLUMN_LABEL), false},
		{NULL, text(r->lang, MESSAGE_DESK_RETURN_LIST_DECLARED), true},
		{NULL, text(r->lang, MESSAGE_DESK_RETURN_LIST_LISTED), true}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_RETURN_LIST_COUNTS),
		.columns = columns,
		.column_count = 3};
	desk_table_begin(p, &table);
	for (size_t i = 2; i < l->column_count; i++) {
		desk_row_begin(p);
		desk_cell(p, l->columns[i].label);
		desk_cell(p, returns_shown(&l->page, &l->page.content, l->rows[i]));
		desk_cell(p, desk_number(r, l->counts[l->rows[i]]));
		desk_row_end(p);
	}
	desk_table_end(p);
}

static void write_listed(struct desk_page *p, struct listing *l)
{
	struct desk_request *r = l->page.r;
	const struct desk_table table = table_of(l);
	uint64_t page = desk_page_number(r);
	uint64_t pages = desk_page_count(l->count, SHOWN);
	l->from = page > 0 && page <= pages ? (size_t)(page - 1) * SHOWN : 0;
	l->p = p;
	desk_say(p, "h2", NULL, MESSAGE_DESK_RETURN_LIST_LISTED);
	desk_table_begin(p, &table);
	enum err err = each(l);
	desk_table_end(p);
	desk_pages(p, &table, page, pages);
	if (err != E_OK)
		writer_fail(p->html.out, err);
}

static void write_list_change(struct desk_page *p, const struct listing *l)
{
	struct desk_request *r = l->page.r;
	struct str here = returns_path(r, l->page.head.campaign, l->page.org.id, "/orgs");
	const struct desk_input input = {.name = "file",
		.label = text(r->lang, MESSAGE_DESK_RETURN_LIST_FILE),
		.hint = text(r->lang, MESSAGE_DESK_RETURN_LIST_FILE_HINT)};
	if (!may_save(&l->page))
		return;
	desk_say(p, "h2", NULL, MESSAGE_DESK_RETURN_LIST_SEND_TITLE);
	html_open(&p->html, "p");
	desk_link(p, NULL, desk_text(r, "%.*s?as=xlsx", STR_ARG(here)),
		text(r->lang, MESSAGE_DESK_RETURN_LIST_TEMPLATE));
	html_close(&p->html, "p");
	write_upload(p, here, &input, ".csv,.xlsx", MESSAGE_DESK_RETURN_LIST_SEND);
	if (l->page.content.list == 0)
		return;
	desk_form_open(p, "single", here);
	desk_button(p, "caution", "do", STR("remove"), MESSAGE_DESK_RETURN_LIST_REMOVE);
	desk_form_close(p);
}

static void show_list(struct listing *l)
{
	struct job job;
	struct desk_page p;
	enum err err = each(l);
	if (err != E_OK) {
		desk_failed(l->page.r, err);
		return;
	}
	begin_page(&p, &l->page, MESSAGE_DESK_RETURN_LIST_TITLE);
	if (find_job(&l->page, JOB_RETURN_LIST, &job))
		write_job(&p, &job, MESSAGE_DESK_RETURN_LIST_READ);
	desk_say(&p, "p", NULL, MESSAGE_DESK_RETURN_LIST_TEXT);
	write_counts(&p, l);
	if (l->count > 0)
		write_listed(&p, l);
	write_list_change(&p, l);
	desk_page_end(&p);
}

static void send_list(struct listing *l)
{
	struct desk_export e;
	const struct desk_table table = table_of(l);
	desk_export_begin(&e, l->page.r, &table, STR("ma-so-thue"));
	l->file = &e;
	enum err err = each(l);
	l->file = NULL;
	desk_export_end(&e, err);
}

static void remove_list(struct returns_page *page)
{
	int64_t draft;
	struct desk_request *r = page->r;
	struct return_content content = page->content;
	content.list = 0;
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, return_save(r->office, &page->head, page->head.draft, &content,
					   r->actor, r->now, r->arena, &draft));
	struct str here = returns_path(r, page->head.campaign, page->org.id, "/orgs");
	if (err == E_OK || err == E_EXISTS)
		desk_redirect(r, here,
			err == E_OK ? MESSAGE_DESK_RETURN_LIST_REMOVED
				    : MESSAGE_DESK_RETURN_CHANGED);
	else
		desk_failed(r, err);
}

void desk_returns_list(struct desk_request *r)
{
	struct listing l = {.count = 0};
	if (!returns_load_page(r, &l.page))
		return;
	find_columns(&l);
	if (!r->posted && desk_export_asked(r) != DESK_EXPORT_NONE)
		send_list(&l);
	else if (!r->posted)
		show_list(&l);
	else if (!may_save(&l.page))
		desk_denied(r);
	else if (str_equal(desk_field(r, "do"), STR("remove")))
		remove_list(&l.page);
	else
		start_with_file(&l.page, JOB_RETURN_LIST, "/orgs");
}
