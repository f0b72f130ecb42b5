/* SPDX-License-Identifier: Apache-2.0 */
/* A campaign is made, changed, looked at once more, saved; its ten botnets are frozen. */
#include "desk/campaign_plan.h"

#include <stdio.h>

#include "base/limits.h"
#include "desk/jobs.h"
#include "office/audit.h"
#include "office/job.h"
#include "os/zone_file.h"
#include "store/edition.h"
#include "store/plan.h"
#include "store/site_content.h"

enum {
	AUDIT_DETAIL = 2000 /* bytes */
};

struct plan_page {
	struct desk_request *r;
	struct returns_campaign campaign;
	struct plan stands;
	bool fresh, may_change;
	struct str path;
	struct edited_plan edited;
	struct plan wanted;
	uint32_t editions; /* that were published */
};

/* --- what stands --- */

static bool load(struct plan_page *d)
{
	struct desk_request *r = d->r;
	if (!campaign_open(r, &d->campaign))
		return false;
	struct store *store = desk_store(r);
	d->stands = d->campaign.plan;
	d->path = campaign_path(r, d->stands.campaign.key, "/plan");
	d->may_change = campaign_may_change(r);
	enum err err =
		store ? store_last_edition(store, d->stands.campaign.key, &d->editions) : E_IO;
	if (store && err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

/* --- shown --- */

static struct desk_head head_of(const struct plan_page *d, enum message title)
{
	struct desk_head head = {.place = DESK_PLACE_CAMPAIGNS, .title = text(d->r->lang, title)};
	if (d->fresh)
		head.crumbs[head.crumb_count++] = (struct desk_crumb){
			STR("campaigns"), text(d->r->lang, MESSAGE_DESK_CAMPAIGNS)};
	else
		head.crumbs[head.crumb_count++] = returns_crumb(d->r, &d->campaign);
	return head;
}

static void write_said(struct desk_page *p, struct str words)
{
	while (words.size > 0) {
		struct str line = str_cut(words, '\n', &words);
		html_text(&p->html, line);
		if (words.size > 0)
			html_void(&p->html, "br");
	}
}

static void write_line(struct desk_page *p, const struct plan *plan, enum plan_line line)
{
	struct str words = plan_line_words(p->r, plan, line);
	html_open(&p->html, "div");
	desk_say(p, "dt", NULL, plan_line_message(line));
	html_open(&p->html, "dd");
	write_said(p, words.size > 0 ? words : STR("–"));
	html_close(&p->html, "dd");
	html_close(&p->html, "div");
}

static void write_top(struct desk_page *p, const struct plan_page *d)
{
	struct desk_request *r = d->r;
	const struct plan *plan = &d->stands;
	desk_say(p, "h2", NULL, MESSAGE_DESK_PLAN_TOP);
	if (plan->top_count > 0) {
		desk_say_values(p, "p", NULL, MESSAGE_DESK_PLAN_TOP_FROZEN,
			{STR("change"), desk_number(r, plan->frozen_as_of)});
		html_open(&p->html, "ol");
		for (size_t i = 0; i < plan->top_count; i++)
			html_leaf(&p->html, "li", NULL, plan->top[i]);
		html_close(&p->html, "ol");
		return;
	}
	desk_say(p, "p", NULL, MESSAGE_DESK_PLAN_TOP_TEXT);
	if (!days_set(plan->baseline) || !d->may_change)
		return;
	desk_notice(p, DESK_WAITS, text(r->lang, MESSAGE_DESK_PLAN_TOP_WARNING));
	desk_form_open(p, NULL, campaign_path(r, plan->campaign.key, "/freeze"));
	const struct desk_input sure = {
		.name = "sure", .label = text(r->lang, MESSAGE_DESK_PLAN_TOP_SURE)};
	desk_checkbox(p, &sure, false);
	desk_button(p, "caution", NULL, STR(""), MESSAGE_DESK_PLAN_FREEZE);
	desk_form_close(p);
}

static void write_plan(struct desk_page *p, const struct plan_page *d)
{
	html_open_class(&p->html, "dl", "rows facts long");
	for (enum plan_line line = 0; line < PLAN_LINE__COUNT; line++)
		write_line(p, &d->stands, line);
	html_close(&p->html, "dl");
}

static void show_plan(struct plan_page *d)
{
	struct desk_page p;
	struct desk_request *r = d->r;
	const struct desk_head head = head_of(d, MESSAGE_DESK_PLAN_TITLE);
	desk_page_begin(&p, r, &head, NULL);
	campaign_write_links(&p, d->stands.campaign.key, CAMPAIGN_PLAN);
	if (!days_set(d->stands.baseline) || d->stands.goal_count == 0)
		desk_notice(&p, DESK_WAITS, text(r->lang, MESSAGE_DESK_PLAN_UNFINISHED));
	write_plan(&p, d);
	if (d->may_change)
		desk_link(&p, "button", desk_text(r, "%.*s?change=1", STR_ARG(d->path)),
			text(r->lang, MESSAGE_DESK_PLAN_CHANGE));
	write_top(&p, d);
	desk_page_end(&p);
}

static void show_form(struct plan_page *d, const struct desk_problems *problems)
{
	struct desk_page p;
	struct desk_request *r = d->r;
	const struct desk_head head =
		head_of(d, d->fresh ? MESSAGE_DESK_PLAN_NEW : MESSAGE_DESK_PLAN_CHANGE);
	desk_page_begin(&p, r, &head, problems);
	desk_form_open(&p, "editor", d->path);
	/* A press of Enter takes the first button of a form: this one loses nothing. */
	html_open_class(&p.html, "button", "aside");
	html_attribute(&p.html, "name", STR("do"));
	html_attribute(&p.html, "value", STR("check"));
	html_attribute(&p.html, "tabindex", STR("-1"));
	html_text(&p.html, text(r->lang, MESSAGE_DESK_PLAN_CHECK));
	html_close(&p.html, "button");
	enum err err = plan_edit_write(&p, &d->edited, d->path, d->fresh);
	if (err != E_OK)
		writer_fail(p.html.out, err);
	desk_button(&p, NULL, "do", STR("check"), MESSAGE_DESK_PLAN_CHECK);
	desk_form_close(&p);
	desk_page_end(&p);
}

/* --- looked at once more --- */

static bool changed(const struct plan_page *d, enum plan_line line)
{
	return d->fresh || !str_equal(plan_line_options(d->r, &d->stands, line),
				   plan_line_options(d->r, &d->wanted, line));
}

static size_t changes(const struct plan_page *d)
{
	size_t count = 0;
	for (enum plan_line line = 0; line < PLAN_LINE__COUNT; line++)
		count += changed(d, line);
	return count;
}

static void write_changes(struct desk_page *p, const struct plan_page *d)
{
	struct desk_request *r = d->r;
	const struct desk_column columns[] = {
		{NULL, text(r->lang, MESSAGE_DESK_PLAN_COLUMN_WHAT), false},
		{NULL, text(r->lang, MESSAGE_DESK_PLAN_COLUMN_IS), false},
		{NULL, text(r->lang, MESSAGE_DESK_PLAN_COLUMN_WILL), false}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_PLAN_CHECK_TITLE),
		.columns = columns,
		.column_count = 3};
	desk_table_begin(p, &table);
	for (enum plan_line line = 0; line < PLAN_LINE__COUNT; line++) {
		if (!changed(d, line))
			continue;
		desk_row_begin(p);
		desk_cell(p, text(r->lang, plan_line_message(line)));
		desk_cell_open(p);
		struct str was = d->fresh ? STR("") : plan_line_words(r, &d->stands, line);
		write_said(p, was.size > 0 ? was : STR("–"));
		desk_cell_close(p);
		desk_cell_open(p);
		struct str will = plan_line_words(r, &d->wanted, line);
		write_said(p, will.size > 0 ? will : STR("–"));
		desk_cell_close(p);
		desk_row_end(p);
	}
	desk_table_end(p);
}

static void show_check(struct plan_page *d, const struct desk_problems *problems)
{
	struct desk_page p;
	struct desk_request *r = d->r;
	const struct desk_head head = head_of(d, MESSAGE_DESK_PLAN_CHECK_TITLE);
	const struct desk_input sure = {
		.name = "sure", .label = text(r->lang, MESSAGE_DESK_PLAN_SURE)};
	desk_page_begin(&p, r, &head, problems);
	if (changes(d) == 0)
		desk_say(&p, "p", NULL, MESSAGE_DESK_PLAN_NOTHING);
	else
		write_changes(&p, d);
	if (!days_set(d->wanted.baseline) || d->wanted.goal_count == 0)
		desk_notice(&p, DESK_WAITS, text(r->lang, MESSAGE_DESK_PLAN_UNFINISHED));
	if (d->editions > 0)
		desk_notice(&p, DESK_LATE,
			desk_words(r, MESSAGE_DESK_PLAN_PUBLISHED,
				(const struct text_arg[]){
					{STR("count"), desk_number(r, d->editions)}},
				1));
	desk_form_open(&p, NULL, d->path);
	plan_edit_write_hidden(&p, &d->edited);
	if (d->editions > 0)
		desk_checkbox(&p, &sure, false);
	html_open_class(&p.html, "p", "actions");
	if (changes(d) > 0)
		desk_button(&p, NULL, "do", STR("save"), MESSAGE_DESK_SAVE);
	desk_button(&p, "quiet", "do", STR("edit"), MESSAGE_DESK_PLAN_BACK);
	html_close(&p.html, "p");
	desk_form_close(&p);
	desk_page_end(&p);
}

/* --- saved: by the clerk, and told in the audit with what it was and will be --- */

static void add_line(struct writer *w, struct str was, struct str will)
{
	while (was.size > 0) {
		writer_text(w, "- ");
		writer_str(w, str_cut(was, '\n', &was));
		writer_char(w, '\n');
	}
	while (will.size > 0) {
		writer_text(w, "+ ");
		writer_str(w, str_cut(will, '\n', &will));
		writer_char(w, '\n');
	}
}

static struct str audit_detail(const struct plan_page *d)
{
	struct writer w;
	struct desk_request *r = d->r;
	writer_init(&w, LIMIT_JOB_TEXT);
	for (enum plan_line line = 0; line < PLAN_LINE__COUNT; line++)
		if (changed(d, line))
			add_line(&w, d->fresh ? STR("") : plan_line_options(r, &d->stands, line),
				plan_line_options(r, &d->wanted, line));
	struct str all = writer_view_str(&w);
	struct str copy = arena_copy(r->arena,
		(struct str){all.data, all.size < AUDIT_DETAIL ? all.size : AUDIT_DETAIL});
	writer_release(&w);
	while (copy.size > 0 && ((unsigned char)copy.data[copy.size - 1] & 0xc0) == 0x80)
		copy.size--;
	return copy.data ? str_trim(copy) : STR("");
}

static struct str job_text(const struct plan_page *d)
{
	struct writer w;
	writer_init(&w, LIMIT_JOB_TEXT);
	for (enum plan_line line = 0; line < PLAN_LINE__COUNT; line++)
		if (changed(d, line))
			writer_str(&w, plan_line_options(d->r, &d->wanted, line));
	struct str copy = arena_copy(d->r->arena, writer_view_str(&w));
	writer_release(&w);
	return copy.data ? copy : STR("");
}

static enum err ask(const struct plan_page *d, int64_t *ret_job)
{
	struct desk_request *r = d->r;
	struct str key = d->wanted.campaign.key;
	struct audit_entry entry = actor_entry(r->actor, r->now, "campaign.set");
	const struct job_order order = {.kind = JOB_CAMPAIGN,
		.campaign = key,
		.name = STR(""),
		.text = job_text(d),
		.input_name = STR(""),
		.lang = r->lang};
	entry.object = desk_text(r, "campaign %.*s", STR_ARG(key));
	entry.detail = audit_detail(d);
	TRY(audit_add(r->office, &entry));
	return job_add(r->office, r->actor, &order, r->now, ret_job);
}

static void save(struct plan_page *d, struct desk_problems *problems)
{
	int64_t job = 0;
	struct desk_request *r = d->r;
	if (d->editions > 0 && desk_field(r, "sure").size == 0) {
		desk_problem_add(r, problems, "sure", MESSAGE_DESK_PLAN_NOT_SURE);
		show_check(d, problems);
		return;
	}
	if (changes(d) == 0) {
		desk_redirect(r, d->path, MESSAGE_DESK_PLAN_NOTHING);
		return;
	}
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, ask(d, &job));
	if (err == E_LIMIT) {
		desk_problem_add(r, problems, "", MESSAGE_DESK_PLAN_TOO_MANY);
		show_check(d, problems);
	} else if (err != E_OK) {
		desk_failed(r, err);
	} else {
		desk_job_follow(r, job, campaign_path(r, d->wanted.campaign.key, "/plan"));
	}
}

/* --- pages --- */

static bool key_is_taken(struct plan_page *d, struct desk_problems *problems)
{
	struct plan other;
	struct desk_request *r = d->r;
	struct store *store = desk_store(r);
	enum err err = store ? store_find_plan(store, d->edited.key, r->arena, &other) : E_IO;
	if (err == E_OK)
		desk_problem_add(r, problems, "key", MESSAGE_DESK_PLAN_KEY_TAKEN);
	else if (store && err != E_NOTFOUND)
		desk_failed(r, err);
	return !store || (err != E_OK && err != E_NOTFOUND);
}

static void take(struct plan_page *d)
{
	struct desk_request *r = d->r;
	struct desk_problems problems = {.count = 0};
	struct str button = desk_field(r, "do");
	bool saving = str_equal(button, STR("save"));
	plan_edit_from_request(r, &d->edited);
	if (!d->fresh)
		d->edited.key = d->stands.campaign.key;
	if (plan_edit_press(r, &d->edited, button) || str_equal(button, STR("edit"))) {
		show_form(d, NULL);
		return;
	}
	plan_edit_check(r, &d->edited, &d->wanted, &problems);
	if (d->fresh && problems.count == 0 && key_is_taken(d, &problems))
		return;
	if (problems.count > 0)
		show_form(d, &problems);
	else if (saving)
		save(d, &problems);
	else
		show_check(d, NULL);
}

static struct plan_page *begin(struct desk_request *r)
{
	struct plan_page *d = arena_alloc(r->arena, 1, sizeof(*d));
	if (!d) {
		desk_failed(r, E_NOMEM);
		return NULL;
	}
	*d = (struct plan_page){.r = r};
	return d;
}

void desk_campaign_new(struct desk_request *r)
{
	char zone[ZONE_NAME_SIZE];
	struct plan_page *d = begin(r);
	if (!d || !desk_may(r, ACT_CHANGE_CAMPAIGN, STR(""), 0))
		return;
	d->fresh = d->may_change = true;
	d->path = STR("campaigns/new");
	if (r->posted) {
		take(d);
		return;
	}
	struct store *store = desk_store(r);
	if (!store)
		return;
	d->edited.country = arena_copy(r->arena, store_country(store));
	zone_of_country(d->edited.country, zone);
	d->edited.zone = arena_copy(r->arena, str_from(zone));
	show_form(d, NULL);
}

void desk_campaign_plan(struct desk_request *r)
{
	struct plan_page *d = begin(r);
	if (!d || !load(d))
		return;
	plan_edit_from_plan(r, &d->stands, &d->edited);
	if (r->posted)
		take(d);
	else if (d->may_change && desk_argument(r, "change").size > 0)
		show_form(d, NULL);
	else
		show_plan(d);
}

void desk_campaign_freeze(struct desk_request *r)
{
	struct returns_campaign campaign;
	if (!campaign_open(r, &campaign))
		return;
	struct str key = campaign.plan.campaign.key;
	struct str path = campaign_path(r, key, "/plan");
	const struct job_order order = {.kind = JOB_CAMPAIGN_FREEZE,
		.campaign = key,
		.name = STR(""),
		.text = STR(""),
		.input_name = STR(""),
		.lang = r->lang};
	if (desk_field(r, "sure").size == 0)
		desk_redirect(r, path, MESSAGE_DESK_PLAN_TOP_NOT_SURE);
	else
		desk_job_start(r, &order, path);
}
