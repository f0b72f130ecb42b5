/* SPDX-License-Identifier: Apache-2.0 */
/* From a draft to what visitors see, and back: each is a job of the clerk. */
#include "desk/jobs.h"
#include "desk/site.h"

/* What waits already gives way to what is asked for now. */
static enum err stop_waiting(struct desk_request *r, const struct site_state *s)
{
	if (s->job.id == 0 || s->job.state != JOB_WAITING)
		return E_OK;
	enum err err = job_cancel(r->office, r->actor, s->job.id, r->now);
	return err == E_NOTFOUND ? E_OK : err;
}

static enum err order_job(struct desk_request *r, const struct site_state *s,
	const struct job_order *job, int64_t version, int64_t *ret_id)
{
	struct draft_order order = {.key = job->name, .lang = job->lang, .version = version};
	TRY(stop_waiting(r, s));
	TRY(job_add(r->office, r->actor, job, r->now, &order.job));
	TRY(draft_ordered(r->office, &order));
	*ret_id = order.job;
	return E_OK;
}

/* Answers: with the page of the text once it is done, or where it waits for its time. */
static void order(struct desk_request *r, const struct site_row *row, const struct job_order *job,
	int64_t version)
{
	int64_t id = 0;
	struct str then = site_path(r, row->key);
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, order_job(r, &row->lang[job->lang], job, version, &id));
	if (err == E_LIMIT)
		desk_redirect(r, then, MESSAGE_DESK_SITE_TOO_MANY);
	else if (err != E_OK)
		desk_failed(r, err);
	else if (job->due.seconds > r->now.seconds)
		desk_redirect(r, then, MESSAGE_DESK_SITE_IS_SCHEDULED);
	else
		desk_job_follow(r, id, then);
}

/* --- publish --- */

static void write_problems_link(struct desk_page *p, const struct draft *d)
{
	desk_link(p, "button", site_text_path(p->r, d->key, d->lang, ""),
		text(p->lang, MESSAGE_DESK_SITE_BACK_TO_EDIT));
}

static void show(struct desk_request *r, const struct site_row *row, const struct draft *d,
	const struct desk_problems *problems)
{
	struct desk_page p;
	bool later = d->due.seconds > r->now.seconds;
	struct desk_head head = site_head(r, row, text(r->lang, MESSAGE_DESK_SITE_PUBLISH_TITLE));
	desk_page_begin(&p, r, &head, problems);
	desk_facts_begin(&p);
	desk_fact(&p, MESSAGE_DESK_SITE_TITLE, d->title);
	desk_fact(&p, MESSAGE_DESK_SITE_KIND, text(r->lang, site_kind_message(d->kind)));
	desk_fact(&p, MESSAGE_DESK_SITE_LANGUAGE, text(r->lang, site_lang_message(d->lang)));
	desk_fact(&p, MESSAGE_DESK_SITE_WHEN,
		later ? desk_time(r, d->due) : text(r->lang, MESSAGE_DESK_SITE_AT_ONCE));
	if (!later && d->due.seconds > 0)
		desk_fact(&p, MESSAGE_DESK_SITE_DATED, desk_time(r, d->due));
	desk_facts_end(&p);
	if (problems->count > 0) {
		write_problems_link(&p, d);
		desk_page_end(&p);
		return;
	}
	desk_say(&p, "p", NULL,
		later ? MESSAGE_DESK_SITE_WILL_SCHEDULE : MESSAGE_DESK_SITE_WILL_PUBLISH);
	desk_form_open(&p, "single", site_text_path(r, d->key, d->lang, "/publish"));
	desk_hidden(&p, "version", desk_text(r, "%lld", (long long)d->version));
	html_open_class(&p.html, "div", "site-actions");
	desk_button(&p, NULL, NULL, STR(""),
		later ? MESSAGE_DESK_SITE_SCHEDULE : MESSAGE_DESK_SITE_PUBLISH_NOW);
	desk_link(&p, "button quiet", site_text_path(r, d->key, d->lang, "/preview"),
		text(r->lang, MESSAGE_DESK_SITE_PREVIEW));
	desk_link(&p, "button quiet", site_text_path(r, d->key, d->lang, ""),
		text(r->lang, MESSAGE_DESK_SITE_BACK_TO_EDIT));
	html_close(&p.html, "div");
	desk_form_close(&p);
	desk_page_end(&p);
}

static void publish(
	struct desk_request *r, const struct site_row *row, const struct draft *d, struct str made)
{
	const struct job_order job = {.kind = JOB_PAGE,
		.campaign = STR(""),
		.name = d->key,
		.text = made,
		.input_name = STR(""),
		.lang = d->lang,
		.due = d->due.seconds > r->now.seconds ? d->due : (struct instant){0}};
	order(r, row, &job, d->version);
}

/* The very version that they looked at: somebody may have saved another since. */
static bool find_draft(
	struct desk_request *r, const struct site_row *row, enum lang lang, struct draft *ret_draft)
{
	uint64_t version = 0;
	if (r->posted && !desk_field_number(r, "version", INT32_MAX, &version))
		version = 0;
	enum err err = draft_find(r->office, row->key, lang, (int64_t)version, r->arena, ret_draft);
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

void desk_site_publish(struct desk_request *r)
{
	struct site_row row;
	struct draft d;
	enum lang lang;
	struct str made = STR("");
	struct desk_problems problems = {.count = 0};
	if (!site_find_text(r, ACT_CHANGE_SITE, &row, &lang) || !find_draft(r, &row, lang, &d))
		return;
	enum err err = site_make_text(r, &d, &problems, &made);
	if (err != E_OK && err != E_SYNTAX)
		desk_failed(r, err);
	else if (r->posted && err == E_OK)
		publish(r, &row, &d, made);
	else
		show(r, &row, &d, &problems);
}

/* --- withdraw, cancel --- */

void desk_site_withdraw(struct desk_request *r)
{
	struct site_row row;
	enum lang lang;
	if (!site_find_text(r, ACT_CHANGE_SITE, &row, &lang))
		return;
	if (!row.lang[lang].has_version || row.lang[lang].version.withdrawn) {
		desk_redirect(r, site_path(r, row.key), MESSAGE_DESK_SITE_NOT_ON_SITE);
		return;
	}
	const struct job_order job = {.kind = JOB_PAGE_WITHDRAW,
		.campaign = STR(""),
		.name = row.key,
		.text = STR(""),
		.input_name = STR(""),
		.lang = lang};
	order(r, &row, &job, 0);
}

void desk_site_cancel(struct desk_request *r)
{
	struct site_row row;
	enum lang lang;
	if (!site_find_text(r, ACT_CHANGE_SITE, &row, &lang))
		return;
	struct str then = site_path(r, row.key);
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, job_cancel(r->office, r->actor, row.lang[lang].job.id, r->now));
	if (err == E_OK)
		desk_redirect(r, then, MESSAGE_DESK_SITE_IS_CANCELLED);
	else if (err == E_NOTFOUND)
		desk_redirect(r, then, MESSAGE_DESK_SITE_TOO_LATE);
	else
		desk_failed(r, err);
}
