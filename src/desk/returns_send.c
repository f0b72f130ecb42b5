/* SPDX-License-Identifier: Apache-2.0 */
/* A return is handed in, judged, given files. */
#include "base/limits.h"
#include "desk/post.h"
#include "desk/returns.h"
#include "office/job.h"
#include "os/file.h"

/* --- check your answers, then hand in --- */

struct checking {
	struct returns_page page;
	const struct answer_finding *findings;
	size_t count;
	bool errors;
};

static enum err look(struct checking *c)
{
	struct desk_request *r = c->page.r;
	TRY(return_check(r->office, &c->page.head, c->page.campaign.plan.earlier, r->arena,
		&c->findings, &c->count));
	for (size_t i = 0; i < c->count; i++)
		c->errors = c->errors || c->findings[i].error;
	return E_OK;
}

/* To the row it is about; of what is about all of them there is none. */
static void write_way(struct desk_page *p, const struct checking *c, size_t row)
{
	struct desk_request *r = p->r;
	const struct returns_page *page = &c->page;
	if (row >= page->form.row_count)
		return;
	const char *fill = page->head.state == RETURN_SUBMITTED ? "?fill=1" : "";
	html_text(&p->html, STR(" "));
	desk_link(p, NULL,
		desk_text(r, "%.*s%s#%s",
			STR_ARG(returns_path(r, page->head.campaign, page->org.id, "")), fill,
			returns_field(r, "row", page->form.rows[row].key)),
		text(r->lang, MESSAGE_DESK_RETURN_TO_ROW));
}

static void write_findings(struct desk_page *p, const struct checking *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct answer_finding *finding = &c->findings[i];
		html_open_class(&p->html, "p", finding->error ? "notice seen" : "notice caution");
		html_text(&p->html,
			returns_finding_words(&c->page.form, finding, p->lang, p->r->arena));
		write_way(p, c, finding->row);
		html_close(&p->html, "p");
	}
}

static void write_sending(struct desk_page *p, const struct checking *c)
{
	struct desk_request *r = p->r;
	const struct returns_page *page = &c->page;
	const struct desk_input confirm = {
		.name = "confirm", .label = text(p->lang, MESSAGE_DESK_RETURN_CONFIRM)};
	desk_form_open(p, NULL, returns_path(r, page->head.campaign, page->org.id, "/check"));
	desk_hidden(p, "draft", desk_text(r, "%lld", (long long)page->head.draft));
	if (c->count > 0)
		desk_checkbox(p, &confirm, false);
	desk_button(p, NULL, NULL, STR(""), MESSAGE_DESK_RETURN_SUBMIT);
	desk_form_close(p);
}

static void show_check(struct checking *c, const struct desk_problems *problems)
{
	struct desk_page p;
	const struct returns_page *page = &c->page;
	struct desk_request *r = page->r;
	const struct desk_head head = {
		.place = DESK_PLACE_CAMPAIGNS,
		.title = text(r->lang, MESSAGE_DESK_RETURN_CHECK_TITLE),
		.crumbs = {returns_crumb(r, &page->campaign),
			{returns_path(r, page->head.campaign, page->org.id, ""),
				returns_name(page->org.name, r->lang)}},
		.crumb_count = 2,
	};
	desk_page_begin(&p, r, &head, problems);
	write_findings(&p, c);
	returns_write_answers(&p, page);
	if (!c->errors)
		write_sending(&p, c);
	html_open(&p.html, "p");
	desk_link(&p, c->errors ? "button" : NULL,
		returns_path(r, page->head.campaign, page->org.id,
			page->head.state == RETURN_SUBMITTED ? "?fill=1" : ""),
		text(r->lang, MESSAGE_DESK_RETURN_BACK));
	html_close(&p.html, "p");
	desk_page_end(&p);
}

static void show_check_with(struct checking *c, enum message message)
{
	struct desk_problems problems = {.count = 0};
	desk_problem_add(c->page.r, &problems,
		message == MESSAGE_DESK_RETURN_NOT_CONFIRMED ? "confirm" : "", message);
	show_check(c, &problems);
}

static void submit(struct checking *c)
{
	struct returns_page *page = &c->page;
	struct desk_request *r = page->r;
	uint64_t base = 0;
	int64_t version;
	(void)desk_field_number(r, "draft", INT32_MAX, &base);
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r,
		return_submit(r->office, &page->head, (int64_t)base, page->campaign.plan.earlier,
			desk_field(r, "confirm").size > 0, r->actor, r->now, r->arena, &version));
	if (err == E_OK)
		desk_redirect(r, returns_path(r, page->head.campaign, page->org.id, ""),
			MESSAGE_DESK_RETURN_SENT);
	else if (err == E_AMBIGUOUS)
		show_check_with(c, MESSAGE_DESK_RETURN_NOT_CONFIRMED);
	else if (err == E_EXISTS)
		show_check_with(c, MESSAGE_DESK_RETURN_CHANGED);
	else if (err == E_RANGE)
		show_check(c, NULL);
	else if (err == E_DENIED || err == E_NOTFOUND)
		show_check_with(c, MESSAGE_DESK_RETURN_NOTHING);
	else
		desk_failed(r, err);
}

void desk_returns_check(struct desk_request *r)
{
	struct checking c = {.count = 0};
	if (!returns_load_page(r, &c.page))
		return;
	if (!c.page.may_fill) {
		desk_denied(r);
		return;
	}
	enum err err = look(&c);
	if (err != E_OK)
		desk_failed(r, err);
	else if (r->posted)
		submit(&c);
	else
		show_check(&c, NULL);
}

/* --- judge --- */

static enum err judge(struct returns_page *page, const struct notice_house *house, int64_t version)
{
	struct desk_request *r = page->r;
	bool accept = str_equal(desk_field(r, "do"), STR("accept"));
	struct str reason = desk_field(r, "reason");
	TRY(accept ? return_accept(r->office, &page->head, version, r->actor, r->now)
		   : return_send_back(r->office, &page->head, version, reason, r->actor, r->now));
	return desk_judged(
		r, house, &page->campaign.plan.campaign, page->org.id, version, accept, reason);
}

void desk_returns_judge(struct desk_request *r)
{
	struct returns_page page;
	struct notice_house house;
	uint64_t version = 0;
	if (!returns_load_page(r, &page) ||
		!desk_may(r, ACT_JUDGE_RETURN, page.campaign.line, page.org.id))
		return;
	(void)desk_field_number(r, "version", INT32_MAX, &version);
	if (!desk_house(r, &house) || !desk_begin(r))
		return;
	enum err err = desk_end(r, judge(&page, &house, (int64_t)version));
	struct str path = returns_path(r, page.head.campaign, page.org.id, "");
	if (err == E_OK)
		desk_redirect(r, desk_text(r, "%.*s?judged=1", STR_ARG(path)),
			MESSAGE_DESK_RETURN_JUDGED);
	else if (err == E_USAGE)
		desk_redirect(r, path, MESSAGE_DESK_RETURN_NEEDS_WHY);
	else if (err == E_EXISTS || err == E_DENIED)
		desk_redirect(r, path, MESSAGE_DESK_RETURN_CHANGED);
	else
		desk_failed(r, err);
}

/* --- files --- */

enum err returns_load_upload(const struct form_file *file, uint64_t most, struct writer *w)
{
	size_t got;
	if (file->size > most)
		return E_LIMIT;
	uint8_t *room = writer_reserve(w, (size_t)file->size);
	if (!room)
		return E_NOMEM;
	TRY(file_read_at(file->fd, 0, room, (size_t)file->size, &got));
	return got == file->size ? E_OK : E_TRUNCATED;
}

/* The clerk asks the virus scanner, where there is one. Too much work waiting is no reason to
 * refuse the file: it will be looked at with the next. */
static enum err ask_to_look(struct returns_page *page)
{
	int64_t id;
	struct desk_request *r = page->r;
	const struct job_order order = {.kind = JOB_RETURN_LOOK,
		.campaign = STR(""),
		.name = STR(""),
		.text = STR(""),
		.input_name = STR(""),
		.org = page->org.id,
		.lang = r->lang};
	enum err err = job_add(r->office, r->actor, &order, r->now, &id);
	return err == E_LIMIT ? E_OK : err;
}

static enum err attach(struct returns_page *page, const struct form_file *file)
{
	struct writer w;
	struct desk_request *r = page->r;
	const struct attachment told = {.row = STR(""), .name = file->name};
	writer_init(&w, LIMIT_ATTACHMENT_BYTES + 1);
	enum err err = returns_load_upload(file, LIMIT_ATTACHMENT_BYTES, &w);
	if (err == E_OK && !desk_begin(r)) {
		writer_release(&w);
		return E_BUSY;
	}
	if (err == E_OK) {
		err = return_open(r->office, page->head.campaign, page->org.id, r->actor, r->now,
			r->arena, &page->head);
		if (err == E_OK)
			err = return_attach(r->office, &page->head, writer_view(&w), &told,
				r->actor, r->now, r->arena);
		if (err == E_OK)
			err = ask_to_look(page);
		err = desk_end(r, err);
	}
	writer_release(&w);
	return err;
}

static void detach(struct returns_page *page)
{
	struct desk_request *r = page->r;
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, return_detach(r->office, &page->head, desk_field(r, "sha256"),
					   r->actor, r->now, r->arena));
	if (err == E_DENIED)
		desk_denied(r);
	else if (err != E_OK && err != E_NOTFOUND)
		desk_failed(r, err);
	else
		desk_redirect(r, returns_path(r, page->head.campaign, page->org.id, ""),
			MESSAGE_DESK_RETURN_DETACHED);
}

void desk_returns_files(struct desk_request *r)
{
	struct returns_page page;
	const struct form_file *file = desk_file(r, "file");
	if (!returns_load_page(r, &page) ||
		!desk_may(r, ACT_FILL_RETURN, page.campaign.line, page.org.id))
		return;
	if (str_equal(desk_field(r, "do"), STR("detach"))) {
		detach(&page);
		return;
	}
	enum err err = file ? attach(&page, file) : E_UNKNOWN;
	struct str path = returns_path(r, page.head.campaign, page.org.id, "");
	if (err == E_OK)
		desk_redirect(r, path, MESSAGE_DESK_RETURN_ATTACHED);
	else if (err == E_UNKNOWN)
		desk_redirect(r, path, MESSAGE_DESK_RETURN_NOT_PDF);
	else if (err == E_LIMIT)
		desk_redirect(r, path, MESSAGE_DESK_RETURN_TOO_LARGE);
	else if (err == E_DENIED)
		desk_denied(r);
	else if (err != E_BUSY) /* that one has been answered */
		desk_failed(r, err);
}

/* To be kept, never shown inline: whatever it claims to be. */
void desk_returns_file(struct desk_request *r)
{
	struct returns_page page;
	struct attachment attachment;
	int fd = -1;
	size_t got = 0;
	if (!returns_load_page(r, &page))
		return;
	enum err err = return_attachment_open(
		r->office, &page.head, r->part[2], r->arena, &attachment, &fd);
	uint8_t *room =
		err == E_OK ? writer_reserve(r->answer->body, (size_t)attachment.size) : NULL;
	if (room)
		err = file_read_at(fd, 0, room, (size_t)attachment.size, &got);
	file_close(&fd);
	if (err == E_NOTFOUND || err == E_DENIED) {
		if (err == E_DENIED)
			desk_denied(r);
		else
			desk_not_found(r);
		return;
	}
	if (err != E_OK || !room || got != attachment.size) {
		writer_clear(r->answer->body);
		desk_failed(r, err == E_OK ? E_CORRUPT : err);
		return;
	}
	r->answer->content_type = "application/octet-stream";
	r->answer->save_as = attachment.name;
}
