/* SPDX-License-Identifier: Apache-2.0 */
/* The next edition of an evaluation: looked at first, then frozen by the clerk. */
#include "desk/editions.h"

#include "desk/jobs.h"
#include "model/site.h"

enum {
	REPLY_DAYS_MOST = 30
};

struct making {
	struct desk_request *r;
	struct returns_campaign campaign;
	struct store *store;
	uint32_t last; /* 0: it will be the first */
	uint64_t days;
	struct str correction[LANG__COUNT];
};

static const char *const correction_field[LANG__COUNT] = {"correction_vi", "correction_en"};
static const enum message correction_label[LANG__COUNT] = {
	MESSAGE_DESK_EDITION_CORRECTION_VI, MESSAGE_DESK_EDITION_CORRECTION_EN};

struct str editions_path(
	struct desk_request *r, struct str campaign, uint32_t number, const char *more)
{
	if (number == 0)
		return desk_text(r, "campaigns/%.*s/editions%s", STR_ARG(campaign), more);
	return desk_text(r, "campaigns/%.*s/editions/%u%s", STR_ARG(campaign), number, more);
}

struct date editions_last_reply(const struct edition *edition)
{
	return campaign_day_before(edition->public_from);
}

void editions_write_state(struct desk_page *p, const struct edition *edition)
{
	bool is_public = edition_is_public(edition, p->r->now);
	desk_tag(p, is_public ? DESK_GOOD : DESK_WAITS,
		text(p->lang,
			is_public ? MESSAGE_DESK_EDITION_IS_PUBLIC : MESSAGE_DESK_EDITION_WAITS));
}

/* As `edition make` counts: the day on which it is made is none of the full days. */
static struct date public_from(const struct making *m)
{
	int64_t days = m->days > 0 ? (int64_t)m->days + 1 : 0;
	return instant_date((struct instant){m->r->now.seconds + days * SECONDS_PER_DAY});
}

/* --- shown --- */

static bool plan_is_sound(const struct making *m)
{
	size_t goal;
	return plan_check(&m->campaign.plan, &goal) == PLAN_SOUND;
}

static void write_unsound(struct desk_page *p, const struct making *m)
{
	desk_notice(p, DESK_WAITS, text(p->lang, MESSAGE_DESK_EDITION_UNSOUND));
	html_open_class(&p->html, "p", "actions");
	desk_link(p, "button quiet", campaign_path(p->r, m->campaign.plan.campaign.key, "/plan"),
		text(p->lang, MESSAGE_DESK_EDITION_TO_PLAN));
	html_close(&p->html, "p");
}

static void write_fields(struct desk_page *p, const struct making *m)
{
	const struct desk_input days = {.name = "days",
		.label = text(p->lang, MESSAGE_DESK_EDITION_DAYS),
		.hint = text(p->lang, MESSAGE_DESK_EDITION_DAYS_HINT),
		.value = desk_text(p->r, "%llu", (unsigned long long)m->days),
		.type = "number",
		.inputmode = "numeric",
		.width = 4};
	desk_input(p, &days);
	for (enum lang lang = 0; lang < LANG__COUNT && m->last > 0; lang++) {
		const struct desk_input correction = {.name = correction_field[lang],
			.label = text(p->lang, correction_label[lang]),
			.hint = text(p->lang, MESSAGE_DESK_EDITION_CORRECTION_HINT),
			.value = m->correction[lang]};
		desk_input(p, &correction);
	}
}

static void write_form(struct desk_page *p, const struct making *m)
{
	desk_say(p, "p", NULL, MESSAGE_DESK_EDITION_TEXT);
	if (m->last > 0)
		desk_say_values(p, "p", NULL, MESSAGE_DESK_EDITION_CORRECTS,
			{STR("number"), desk_number(p->r, m->last)});
	if (!plan_is_sound(m)) {
		write_unsound(p, m);
		return;
	}
	if (!campaign_may_change(p->r))
		return;
	desk_form_open(p, "card", editions_path(p->r, m->campaign.plan.campaign.key, 0, ""));
	write_fields(p, m);
	desk_button(p, NULL, "do", STR("look"), MESSAGE_DESK_EDITION_LOOK);
	desk_form_close(p);
}

/* What will happen, before it does: an edition is never taken back. */
static void write_confirm(struct desk_page *p, const struct making *m)
{
	struct desk_request *r = p->r;
	struct date day = public_from(m);
	struct str key = m->campaign.plan.campaign.key;
	desk_say(p, "p", NULL, MESSAGE_DESK_EDITION_CONFIRM_TEXT);
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_DESK_FIGURES_EDITION, desk_number(r, m->last + 1));
	desk_fact(p, MESSAGE_DESK_EDITION_REPLIES_UNTIL,
		m->days > 0 ? desk_date(r, campaign_day_before(day))
			    : text(p->lang, MESSAGE_DESK_EDITION_NO_REPLIES));
	desk_fact(p, MESSAGE_DESK_EDITION_PUBLIC_FROM, desk_date(r, day));
	for (enum lang lang = 0; lang < LANG__COUNT && m->last > 0; lang++)
		desk_fact(p, correction_label[lang], m->correction[lang]);
	desk_facts_end(p);
	desk_say(p, "p", "hint", MESSAGE_DESK_EDITION_LOOK_AT);
	desk_form_open(p, NULL, editions_path(r, key, 0, ""));
	desk_hidden(p, "days", desk_text(r, "%llu", (unsigned long long)m->days));
	for (enum lang lang = 0; lang < LANG__COUNT; lang++)
		desk_hidden(p, correction_field[lang], m->correction[lang]);
	html_open_class(&p->html, "div", "actions");
	desk_button(p, NULL, "do", STR("make"), MESSAGE_DESK_EDITION_MAKE);
	desk_button(p, "quiet", "do", STR("back"), MESSAGE_DESK_EDITION_BACK);
	html_close(&p->html, "div");
	desk_form_close(p);
}

static void show(const struct making *m, bool confirm, const struct desk_problems *problems)
{
	struct desk_page p;
	struct desk_request *r = m->r;
	const struct text_arg number[] = {{STR("number"), desk_number(r, m->last + 1)}};
	const struct desk_head head = {.place = DESK_PLACE_CAMPAIGNS,
		.title = desk_words(r, MESSAGE_DESK_EDITION_TITLE, number, 1),
		.crumbs = {returns_crumb(r, &m->campaign),
			{campaign_path(r, m->campaign.plan.campaign.key, "/figures"),
				text(r->lang, MESSAGE_DESK_FIGURES_TITLE)}},
		.crumb_count = 2};
	desk_page_begin(&p, r, &head, problems);
	if (confirm)
		write_confirm(&p, m);
	else
		write_form(&p, m);
	desk_page_end(&p);
}

/* --- sent --- */

static void read_sent(struct making *m, struct desk_problems *problems)
{
	struct desk_request *r = m->r;
	if (!desk_field_number(r, "days", REPLY_DAYS_MOST, &m->days))
		desk_problem_add(r, problems, "days", MESSAGE_DESK_EDITION_BAD_DAYS);
	for (enum lang lang = 0; lang < LANG__COUNT && m->last > 0; lang++) {
		m->correction[lang] = desk_field(r, correction_field[lang]);
		if (m->correction[lang].size == 0 || !site_line_valid(m->correction[lang]))
			desk_problem_add(r, problems, correction_field[lang],
				MESSAGE_DESK_EDITION_BAD_CORRECTION);
	}
	if (!plan_is_sound(m))
		desk_problem_add(r, problems, "", MESSAGE_DESK_EDITION_UNSOUND);
}

static void make(const struct making *m)
{
	struct desk_request *r = m->r;
	struct str key = m->campaign.plan.campaign.key;
	struct str lines = desk_text(r, "reply-days=%llu\n", (unsigned long long)m->days);
	if (m->last > 0)
		lines = desk_text(r, "%.*scorrection-vi=%.*s\ncorrection-en=%.*s\n", STR_ARG(lines),
			STR_ARG(m->correction[LANG_VI]), STR_ARG(m->correction[LANG_EN]));
	const struct job_order order = {.kind = JOB_EDITION,
		.campaign = key,
		.name = STR(""),
		.text = lines,
		.input_name = STR(""),
		.lang = r->lang};
	desk_job_start(r, &order, campaign_path(r, key, "/figures"));
}

static void take(struct making *m)
{
	struct desk_problems problems = {.count = 0};
	struct str what = desk_field(m->r, "do");
	read_sent(m, &problems);
	if (problems.count > 0)
		show(m, false, &problems);
	else if (str_equal(what, STR("make")))
		make(m);
	else
		show(m, !str_equal(what, STR("back")), NULL);
}

void desk_editions(struct desk_request *r)
{
	struct making m = {
		.r = r, .days = EDITION_REPLY_DAYS, .correction = {STR_INIT(""), STR_INIT("")}};
	if (!campaign_open(r, &m.campaign))
		return;
	m.store = desk_store(r);
	if (!m.store)
		return;
	enum err err = store_last_edition(m.store, m.campaign.plan.campaign.key, &m.last);
	if (err != E_OK)
		desk_failed(r, err);
	else if (r->posted)
		take(&m);
	else
		show(&m, false, NULL);
}
