/* SPDX-License-Identifier: Apache-2.0 */
/* One return: looked at, filled in, saved. */
#include "desk/returns.h"

#include "base/limits.h"
#include "office/rollup.h"
#include "store/plan.h"

/* --- what the pages share --- */

bool returns_find_campaign(struct desk_request *r, size_t part, struct returns_campaign *ret)
{
	struct store *store = desk_store(r);
	if (!store)
		return false;
	enum err err = store_find_plan(store, r->part[part], r->arena, &ret->plan);
	if (err == E_OK)
		err = return_line(r->office, ret->plan.campaign.key, &ret->line);
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	if (err != E_OK)
		return false;
	ret->name = returns_name(ret->plan.campaign.name, r->lang);
	if (ret->name.size == 0)
		ret->name = ret->plan.campaign.key;
	return true;
}

bool returns_find_paper(
	struct desk_request *r, const struct returns_campaign *campaign, struct returns_paper *ret)
{
	struct store *store = desk_store(r);
	*ret = (struct returns_paper){.plan = &campaign->plan,
		.lang = r->lang,
		.today = desk_today(r),
		.now = r->now,
		.zone = r->zone};
	if (!store)
		return false;
	enum err err = returns_organiser(store, r->lang, r->arena, &ret->organiser);
	if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

struct str returns_path(struct desk_request *r, struct str campaign, int64_t org, const char *more)
{
	return desk_text(
		r, "campaigns/%.*s/returns/%lld%s", STR_ARG(campaign), (long long)org, more);
}

struct desk_crumb returns_crumb(struct desk_request *r, const struct returns_campaign *campaign)
{
	return (struct desk_crumb){
		desk_text(r, "campaigns/%.*s", STR_ARG(campaign->plan.campaign.key)),
		campaign->name};
}

enum desk_tone returns_tone(enum return_state state, enum return_timing timing)
{
	if (timing == TIMING_OVERDUE || state == RETURN_SENT_BACK)
		return DESK_LATE;
	if (state == RETURN_ACCEPTED)
		return DESK_GOOD;
	return state == RETURN_SUBMITTED ? DESK_WAITS : DESK_PLAIN;
}

/* Asked quietly: nothing is answered. */
static bool may(struct desk_request *r, enum act act, struct str line, int64_t org)
{
	return actor_may(r->office, r->actor, act, line, org) == E_OK;
}

/* The organisation's own people open it by looking at it; others only see how it stands. */
static enum err find_head(struct returns_page *page)
{
	struct desk_request *r = page->r;
	struct str campaign = page->campaign.plan.campaign.key;
	enum err err = return_find(r->office, campaign, page->org.id, r->arena, &page->head);
	if (err != E_NOTFOUND)
		return err;
	if (page->may_fill && r->actor->org == page->org.id && desk_begin(r))
		return desk_end(r, return_open(r->office, campaign, page->org.id, r->actor, r->now,
					   r->arena, &page->head));
	page->head = (struct return_head){.campaign = campaign, .org = page->org.id};
	struct str text;
	return form_load_text(r->office, campaign, -1, r->arena, &text, &page->head.form);
}

enum err returns_load_version(struct returns_page *page, int64_t version)
{
	struct desk_request *r = page->r;
	int64_t form;
	TRY(return_load(r->office, &page->head, version, r->arena, &page->content));
	return form_load(
		r->office, page->head.campaign, page->content.form, r->arena, &page->form, &form);
}

static enum err load(struct returns_page *page)
{
	struct desk_request *r = page->r;
	TRY(find_head(page));
	TRY(returns_load_version(page, 0));
	enum err err = deadline_find(r->office, page->head.campaign, page->org.id, &page->deadline);
	return err == E_NOTFOUND ? E_OK : err;
}

bool returns_load_page(struct desk_request *r, struct returns_page *ret)
{
	int64_t org;
	*ret = (struct returns_page){.r = r};
	if (!desk_part_id(r, 1, &org)) {
		desk_not_found(r);
		return false;
	}
	if (!returns_find_campaign(r, 0, &ret->campaign) ||
		!desk_may(r, ACT_SEE_RETURN, ret->campaign.line, org))
		return false;
	enum err err = org_find(r->office, org, desk_today(r), r->arena, &ret->org);
	ret->may_fill = may(r, ACT_FILL_RETURN, ret->campaign.line, org);
	ret->may_judge = may(r, ACT_JUDGE_RETURN, ret->campaign.line, org);
	if (err == E_OK)
		err = load(ret);
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

/* --- pieces --- */

void returns_write_facts(struct desk_page *p, const struct returns_page *page)
{
	struct desk_request *r = page->r;
	const struct return_head *head = &page->head;
	enum return_timing timing =
		return_timing(head->state, head->first_submitted, &page->deadline, r->now);
	html_open(&p->html, "p");
	desk_tag(p, returns_tone(head->state, timing), returns_state_words(head->state, p->lang));
	html_text(&p->html, STR(" "));
	if (timing == TIMING_LATE || timing == TIMING_OVERDUE)
		desk_tag(p, DESK_LATE, returns_timing_words(timing, p->lang));
	html_close(&p->html, "p");
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_DESK_RETURN_CAMPAIGN, page->campaign.name);
	desk_fact(p, MESSAGE_DESK_RETURN_DEADLINE,
		page->deadline.kind == DEADLINE_DAY ? desk_date(r, page->deadline.day) : STR(""));
	desk_fact(p, MESSAGE_DESK_RETURN_LETTER,
		head->received.seconds > 0
			? desk_text(r, "%.*s, %.*s", STR_ARG(desk_time(r, head->received)),
				  STR_ARG(head->received_by))
			: STR(""));
	desk_fact(p, MESSAGE_DESK_RETURN_SUBMITTED,
		head->submitted.seconds > 0 ? desk_time(r, head->submitted) : STR(""));
	desk_facts_end(p);
	if (head->state == RETURN_SENT_BACK)
		desk_notice(p, DESK_LATE,
			desk_words(r, MESSAGE_DESK_RETURN_REASON,
				(const struct text_arg[]){{STR("reason"), head->reason}}, 1));
}

struct str returns_shown(
	const struct returns_page *page, const struct return_content *content, size_t row)
{
	uint64_t number;
	const struct form_row *form_row = &page->form.rows[row];
	const struct answer *answer = &content->answers[row];
	if (form_row->type == ROW_NUMBER && answer_number(answer, &number))
		return desk_number(page->r, number);
	for (size_t i = 0; i < form_row->choice_count; i++)
		if (str_equal(form_row->choices[i].key, answer->value))
			return form_row->choices[i].label[page->r->lang];
	return answer->value.size > 0 ? answer->value : STR("–");
}

static void write_paper(struct desk_page *p, const struct returns_page *page)
{
	const struct paper *paper = &page->content.paper;
	if (paper->number.size == 0 && paper->symbol.size == 0 && paper->signer.size == 0)
		return;
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_RETURNS_PAPER_NUMBER, paper->number);
	desk_fact(p, MESSAGE_RETURNS_PAPER_SYMBOL, paper->symbol);
	desk_fact(p, MESSAGE_DESK_RETURN_PAPER_DAY, desk_date(page->r, paper->day));
	desk_fact(p, MESSAGE_RETURNS_PAPER_SIGNER, paper->signer);
	desk_facts_end(p);
}

void returns_write_answers(struct desk_page *p, const struct returns_page *page)
{
	enum lang lang = page->r->lang;
	const struct desk_column columns[] = {
		{NULL, text(lang, MESSAGE_RETURNS_COLUMN_LABEL), false},
		{NULL, text(lang, MESSAGE_RETURNS_COLUMN_VALUE), true},
		{NULL, text(lang, MESSAGE_RETURNS_COLUMN_NOTE), false}};
	const struct desk_table table = {.caption = page->form.title[lang],
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0])};
	desk_table_begin(p, &table);
	for (size_t i = 0; i < page->form.row_count; i++) {
		if (page->form.rows[i].type == ROW_TEXT)
			continue;
		desk_row_begin(p);
		desk_cell(p, page->form.rows[i].label[lang]);
		desk_cell(p, returns_shown(page, &page->content, i));
		desk_cell(p, page->content.answers[i].note);
		desk_row_end(p);
	}
	desk_table_end(p);
	for (size_t i = 0; i < page->form.row_count; i++) {
		if (page->form.rows[i].type != ROW_TEXT)
			continue;
		desk_say_values(p, "h2", NULL, MESSAGE_DESK_RETURN_PLAIN,
			{STR("text"), page->form.rows[i].label[lang]});
		desk_say_values(p, "p", "written", MESSAGE_DESK_RETURN_PLAIN,
			{STR("text"), returns_shown(page, &page->content, i)});
	}
	write_paper(p, page);
}

/* --- files and history --- */

static void write_look(struct desk_page *p, enum attachment_look look)
{
	static const struct {
		enum desk_tone tone;
		enum message words;
	} looks[] = {
		[ATTACHMENT_NOT_LOOKED] = {DESK_WAITS, MESSAGE_DESK_RETURN_FILE_NOT_LOOKED},
		[ATTACHMENT_CLEAN] = {DESK_PLAIN, MESSAGE_DESK_RETURN_FILE_CLEAN},
		[ATTACHMENT_FOUND] = {DESK_LATE, MESSAGE_DESK_RETURN_FILE_FOUND},
	};
	desk_tag(p, looks[look].tone, text(p->lang, looks[look].words));
}

static void write_file(struct desk_page *p, const struct returns_page *page,
	const struct attachment *a, bool change)
{
	struct desk_request *r = page->r;
	struct str path = returns_path(r, page->head.campaign, page->org.id, "/files");
	html_open(&p->html, "li");
	html_open(&p->html, "p");
	if (a->look == ATTACHMENT_FOUND)
		html_text(&p->html, a->name);
	else
		desk_link(p, NULL, desk_text(r, "%.*s/%.*s", STR_ARG(path), STR_ARG(a->sha256)),
			a->name);
	html_text(&p->html,
		desk_text(r, " (%.*s KiB) ", STR_ARG(desk_number(r, (a->size + 1023) / 1024))));
	write_look(p, a->look);
	html_close(&p->html, "p");
	if (change) {
		desk_form_open(p, "single", path);
		desk_hidden(p, "sha256", a->sha256);
		desk_button(p, "quiet", "do", STR("detach"), MESSAGE_DESK_RETURN_DETACH);
		desk_form_close(p);
	}
	html_close(&p->html, "li");
}

static void write_files(struct desk_page *p, const struct returns_page *page, bool change)
{
	struct desk_request *r = page->r;
	const struct desk_input input = {
		.name = "file",
		.label = text(p->lang, MESSAGE_DESK_RETURN_FILE),
		.hint = text(p->lang, MESSAGE_DESK_RETURN_FILE_HINT),
	};
	size_t count = page->content.attachment_count;
	if (count > 0 || change)
		desk_say(p, "h2", NULL, MESSAGE_DESK_RETURN_FILES);
	if (count > 0)
		html_open_class(&p->html, "ul", "files");
	for (size_t i = 0; i < count; i++)
		write_file(p, page, &page->content.attachments[i], change);
	if (count > 0)
		html_close(&p->html, "ul");
	if (!change)
		return;
	desk_form_open_files(p, NULL, returns_path(r, page->head.campaign, page->org.id, "/files"));
	desk_file_input(p, &input, ".pdf");
	desk_button(p, "quiet", NULL, STR(""), MESSAGE_DESK_RETURN_ATTACH);
	desk_form_close(p);
}

static enum err write_event(void *context, const struct return_event *event)
{
	struct desk_page *p = context;
	enum lang lang = p->lang;
	html_open(&p->html, "li");
	html_text(&p->html,
		desk_text(p->r, "%.*s – %.*s: %.*s", STR_ARG(desk_time(p->r, event->at)),
			STR_ARG(event->actor), STR_ARG(returns_event_words(event->what, lang))));
	if (event->version > 0)
		html_text(&p->html, desk_text(p->r, " (%lld)", (long long)event->version));
	if (event->on_behalf && str_equal(event->what, STR("submit")))
		html_text(&p->html, desk_text(p->r, ", %.*s",
					    STR_ARG(text(lang, MESSAGE_DESK_RETURN_ON_BEHALF))));
	if (event->text.size > 0 && !str_starts(event->text, STR("confirmed")))
		html_text(&p->html, desk_text(p->r, ": %.*s", STR_ARG(event->text)));
	html_close(&p->html, "li");
	return E_OK;
}

static void write_history(struct desk_page *p, const struct returns_page *page)
{
	if (page->head.id == 0)
		return;
	desk_say(p, "h2", NULL, MESSAGE_DESK_RETURN_HISTORY);
	html_open(&p->html, "ul");
	if (return_each_event(page->r->office, page->head.id, write_event, p) != E_OK)
		html_text(&p->html, STR("–"));
	html_close(&p->html, "ul");
}

/* --- judging --- */

static void write_judging(struct desk_page *p, const struct returns_page *page)
{
	enum return_state next;
	struct desk_request *r = page->r;
	struct str path = returns_path(r, page->head.campaign, page->org.id, "/judge");
	const struct desk_input reason = {
		.name = "reason",
		.label = text(p->lang, MESSAGE_DESK_RETURN_WHY),
		.hint = text(p->lang, MESSAGE_DESK_RETURN_WHY_HINT),
		.large = true,
	};
	if (!page->may_judge || !return_next(page->head.state, RETURN_SEND_BACK, &next))
		return;
	desk_say(p, "h2", NULL, MESSAGE_DESK_RETURN_JUDGE);
	if (return_next(page->head.state, RETURN_ACCEPT, &next)) {
		desk_form_open(p, NULL, path);
		desk_hidden(p, "version", desk_text(r, "%lld", (long long)page->head.versions));
		desk_button(p, NULL, "do", STR("accept"), MESSAGE_DESK_RETURN_ACCEPT);
		desk_form_close(p);
	}
	desk_form_open(p, NULL, path);
	desk_hidden(p, "version", desk_text(r, "%lld", (long long)page->head.versions));
	desk_input(p, &reason);
	desk_button(p, "caution", "do", STR("send-back"), MESSAGE_DESK_RETURN_SEND_BACK);
	desk_form_close(p);
}

struct following {
	struct desk_request *r;
	const struct returns_page *page;
	int64_t org; /* 0: none waits */
	struct str name;
};

static enum err take_following(void *context, const struct level_unit *unit)
{
	struct following *f = context;
	if (f->org > 0 || unit->org == f->page->org.id || unit->org == f->r->actor->org ||
		!may(f->r, ACT_JUDGE_RETURN, f->page->campaign.line, unit->org))
		return E_OK;
	f->org = unit->org;
	f->name = arena_copy(f->r->arena, returns_name(unit->name, f->r->lang));
	return E_OK;
}

/* Who has judged one goes on to the next without a way back to the list. */
static void write_following(struct desk_page *p, const struct returns_page *page)
{
	struct desk_request *r = page->r;
	struct following f = {.r = r, .page = page, .name = STR("")};
	if (desk_argument(r, "judged").size == 0 || !page->may_judge || r->actor->org == 0 ||
		level_each_unit(r->office, page->head.campaign, r->actor->org, false, LEVEL_WAITING,
			r->now, take_following, &f) != E_OK ||
		f.org == 0)
		return;
	html_open_class(&p->html, "p", "actions");
	desk_link(p, "button", returns_path(r, page->head.campaign, f.org, ""),
		desk_words(r, MESSAGE_DESK_RETURN_FOLLOWING,
			(const struct text_arg[]){{STR("unit"), f.name}}, 1));
	html_close(&p->html, "p");
}

static void write_receive(struct desk_page *p, const struct returns_page *page)
{
	struct desk_request *r = page->r;
	/* Who has handed in has had the letter. */
	if (page->head.received.seconds > 0 || page->head.state == RETURN_SUBMITTED)
		return;
	desk_say(p, "p", NULL, MESSAGE_DESK_RETURN_RECEIVE_TEXT);
	desk_form_open(p, NULL, returns_path(r, page->head.campaign, page->org.id, ""));
	desk_button(p, "quiet", "do", STR("receive"), MESSAGE_DESK_RETURN_RECEIVE);
	desk_form_close(p);
}

/* --- other ways to fill it in, and to take it along --- */

static void write_ways(struct desk_page *p, const struct returns_page *page)
{
	struct desk_request *r = page->r;
	desk_say(p, "p", NULL,
		page->head.state == RETURN_SUBMITTED ? MESSAGE_DESK_RETURN_HOW_AGAIN
						     : MESSAGE_DESK_RETURN_HOW);
	html_open(&p->html, "p");
	desk_link(p, NULL, returns_path(r, page->head.campaign, page->org.id, "/sheet"),
		text(r->lang, MESSAGE_DESK_RETURN_SHEET_LINK));
	html_close(&p->html, "p");
}

static void write_list(struct desk_page *p, const struct returns_page *page)
{
	struct desk_request *r = page->r;
	bool listed = false;
	for (size_t i = 0; i < page->form.row_count; i++)
		listed = listed || page->form.rows[i].listed;
	if (!listed)
		return;
	desk_say(p, "h2", NULL, MESSAGE_DESK_RETURN_LIST_TITLE);
	desk_say(p, "p", "hint",
		page->content.list > 0 ? MESSAGE_DESK_RETURN_LIST_THERE
				       : MESSAGE_DESK_RETURN_LIST_NONE);
	html_open(&p->html, "p");
	desk_link(p, NULL, returns_path(r, page->head.campaign, page->org.id, "/orgs"),
		text(r->lang, MESSAGE_DESK_RETURN_LIST_OPEN));
	html_close(&p->html, "p");
}

void returns_write_papers(struct desk_page *p, struct str path)
{
	struct desk_request *r = p->r;
	desk_say(p, "h2", NULL, MESSAGE_DESK_RETURN_DOCUMENT);
	desk_form_open(p, "papers", path);
	desk_link(p, "button quiet", path, text(r->lang, MESSAGE_DESK_RETURN_DOCUMENT_SHOW));
	desk_button(p, "quiet", "do", STR("pdf"), MESSAGE_DESK_RETURN_DOCUMENT_PDF);
	desk_button(p, "quiet", "do", STR("xlsx"), MESSAGE_DESK_RETURN_DOCUMENT_XLSX);
	desk_form_close(p);
}

/* --- the page --- */

/* What was handed in is read first, and changed by who asks for it; what they have begun to change
 * goes on. Who judges reads. */
static bool is_read(const struct returns_page *page)
{
	bool asked = desk_argument(page->r, "fill").size > 0;
	return page->head.state == RETURN_SUBMITTED && !asked &&
	       (page->may_judge || !page->head.in_work);
}

/* What is read is what counts: a draft beside it is told of, never shown in its place. */
static void write_newer(struct desk_page *p, const struct returns_page *page)
{
	struct desk_request *r = page->r;
	if (!page->head.in_work)
		return;
	desk_notice(p, DESK_WAITS,
		desk_words(r,
			page->head.state == RETURN_ACCEPTED ? MESSAGE_DESK_RETURN_NEWER_KEPT
							    : MESSAGE_DESK_RETURN_NEWER_DRAFT,
			(const struct text_arg[]){
				{STR("time"), desk_time(r, page->head.submitted)}},
			1));
}

static void write_read(struct desk_page *p, const struct returns_page *page, bool filling)
{
	struct desk_request *r = page->r;
	bool own = r->actor->org == page->org.id;
	write_newer(p, page);
	returns_write_answers(p, page);
	if (!filling)
		return;
	html_open_class(&p->html, "p", "actions");
	desk_link(p, "button quiet", returns_path(r, page->head.campaign, page->org.id, "?fill=1"),
		text(p->lang, own ? MESSAGE_DESK_RETURN_EDIT : MESSAGE_DESK_RETURN_FILL));
	html_close(&p->html, "p");
	returns_write_known(p, page);
}

static void show(struct returns_page *page, const struct desk_problems *problems)
{
	struct desk_request *r = page->r;
	struct desk_page p;
	enum return_state next;
	enum return_state state = page->head.state == RETURN_NONE ? RETURN_DRAFT : page->head.state;
	bool filling = page->may_fill && return_next(state, RETURN_SAVE, &next);
	bool reading = is_read(page);
	const struct desk_head head = {
		.place = DESK_PLACE_CAMPAIGNS,
		.title = desk_words(r, MESSAGE_DESK_RETURN_TITLE,
			(const struct text_arg[]){
				{STR("unit"), returns_name(page->org.name, r->lang)}},
			1),
		.crumbs = {returns_crumb(r, &page->campaign)},
		.crumb_count = 1,
	};
	desk_page_begin(&p, r, &head, problems);
	returns_write_facts(&p, page);
	write_following(&p, page);
	returns_write_asides(&p, page);
	if (filling && (!reading || problems)) {
		write_receive(&p, page);
		write_ways(&p, page);
		returns_write_known(&p, page);
		returns_write_form(&p, page);
	} else {
		write_read(&p, page, filling);
	}
	write_files(&p, page, filling && !reading);
	write_list(&p, page);
	if (page->head.id > 0)
		returns_write_papers(
			&p, returns_path(r, page->head.campaign, page->org.id, "/document"));
	write_judging(&p, page);
	write_history(&p, page);
	desk_page_end(&p);
}

/* --- what was sent --- */

static void show_refused(
	struct returns_page *page, const struct return_content *sent, enum message message)
{
	struct desk_problems problems = {.count = 0};
	desk_problem_add(page->r, &problems, "", message);
	page->content.answers = sent->answers;
	page->content.paper = sent->paper;
	show(page, &problems);
}

/* What no draft can hold: true if it was that, and is told. */
static bool was_unfit(struct returns_page *page, const struct return_content *sent, enum err err)
{
	if (err == E_LIMIT)
		show_refused(page, sent, MESSAGE_DESK_RETURN_TOO_LONG);
	else if (err == E_SYNTAX)
		show_refused(page, sent, MESSAGE_DESK_RETURN_BAD_PAPER);
	return err == E_LIMIT || err == E_SYNTAX;
}

/* Both are kept, and shown side by side. */
static void put_aside(
	struct returns_page *page, const struct return_content *sent, enum message message)
{
	struct desk_request *r = page->r;
	int64_t number;
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, return_put_aside(r->office, &page->head, sent, r->actor, r->now,
					   r->arena, &number));
	if (err == E_EXISTS)
		show_refused(page, sent, MESSAGE_DESK_RETURN_TOO_MANY_ASIDE);
	else if (err != E_OK && !was_unfit(page, sent, err))
		desk_failed(r, err);
	else if (err == E_OK)
		desk_redirect(r,
			desk_text(r, "%.*s/%lld",
				STR_ARG(returns_path(
					r, page->head.campaign, page->org.id, "/aside")),
				(long long)-number),
			message);
}

/* Judged while somebody was typing: what they typed is nobody's to throw away. */
static bool was_closed(struct returns_page *page)
{
	struct desk_request *r = page->r;
	return return_find(r->office, page->head.campaign, page->org.id, r->arena, &page->head) ==
		       E_OK &&
	       page->head.state == RETURN_ACCEPTED;
}

/* The script saves by itself: it wants the new number, or to be told. */
static void answer_kept(struct desk_request *r, enum err err, int64_t draft)
{
	r->answer->content_type = "text/plain; charset=utf-8";
	r->answer->status = err == E_OK ? 200 : err == E_EXISTS || err == E_DENIED ? 409 : 400;
	if (err == E_OK)
		writer_decimal(r->answer->body, (uint64_t)draft);
	else if (err == E_DENIED)
		writer_text(r->answer->body, "closed");
}

static void take_form(struct returns_page *page)
{
	struct desk_request *r = page->r;
	struct return_content sent;
	int64_t draft = 0;
	bool check = str_equal(desk_field(r, "do"), STR("check"));
	enum err err = returns_save(page, &sent, &draft);
	if (str_equal(desk_field(r, "do"), STR("keep")))
		answer_kept(r, err, draft);
	else if (err == E_EXISTS)
		put_aside(page, &sent, MESSAGE_DESK_RETURN_CLASH);
	else if (err == E_DENIED && was_closed(page))
		put_aside(page, &sent, MESSAGE_DESK_RETURN_CLOSED);
	else if (err == E_DENIED)
		desk_denied(r);
	else if (err != E_OK && !was_unfit(page, &sent, err))
		desk_failed(r, err);
	else if (err == E_OK)
		desk_redirect(r,
			returns_path(r, page->head.campaign, page->org.id, check ? "/check" : ""),
			check ? MESSAGE__COUNT : MESSAGE_DESK_RETURN_SAVED);
}

static void take_receive(struct returns_page *page)
{
	struct desk_request *r = page->r;
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, return_receive(r->office, page->head.campaign, page->org.id,
					   r->actor, r->now, r->arena));
	if (err != E_OK)
		desk_failed(r, err);
	else
		desk_redirect(r, returns_path(r, page->head.campaign, page->org.id, ""),
			MESSAGE_DESK_RETURN_RECEIVED);
}

void desk_returns_return(struct desk_request *r)
{
	struct returns_page page;
	if (!returns_load_page(r, &page))
		return;
	bool handed_in = page.head.state == RETURN_ACCEPTED || is_read(&page);
	enum err err = !r->posted && handed_in && page.head.in_work
			       ? returns_load_version(&page, page.head.versions)
			       : E_OK;
	if (err != E_OK)
		desk_failed(r, err);
	else if (!r->posted)
		show(&page, NULL);
	else if (!page.may_fill)
		desk_denied(r);
	else if (str_equal(desk_field(r, "do"), STR("receive")))
		take_receive(&page);
	else
		take_form(&page);
}
