/* SPDX-License-Identifier: Apache-2.0 */
/* Who speaks on the site, and who must prove twice who they are. */
#include "desk/settings.h"

#include <assert.h>

#include "desk/jobs.h"
#include "model/site.h"
#include "office/audit.h"
#include "office/job.h"
#include "office/second_factor.h"
#include "store/site_content.h"

enum {
	LOOKED = 500 /* entries of the audit */
};

struct site_setting {
	const char *field;
	struct str name; /* as `site set` has it */
	enum message label, hint, wrong;
	bool (*valid)(struct str value);
	const char *type;
};

static const struct site_setting site_settings[] = {
	{"address", STR_INIT("address"), MESSAGE_DESK_SETTINGS_ADDRESS,
		MESSAGE_DESK_SETTINGS_ADDRESS_HINT, MESSAGE_DESK_SETTINGS_BAD_ADDRESS,
		site_address_valid, "url"},
	{"organiser_vi", STR_INIT("organiser-vi"), MESSAGE_DESK_SETTINGS_ORGANISER_VI,
		MESSAGE_DESK_SETTINGS_ORGANISER_HINT, MESSAGE_DESK_SETTINGS_BAD_TEXT,
		site_line_valid, NULL},
	{"organiser_en", STR_INIT("organiser-en"), MESSAGE_DESK_SETTINGS_ORGANISER_EN,
		MESSAGE_DESK_SETTINGS_ORGANISER_HINT, MESSAGE_DESK_SETTINGS_BAD_TEXT,
		site_line_valid, NULL},
	{"mail", STR_INIT("mail"), MESSAGE_DESK_SETTINGS_CONTACT_MAIL,
		MESSAGE_DESK_SETTINGS_CONTACT_HINT, MESSAGE_DESK_SETTINGS_BAD_MAIL, site_mail_valid,
		"email"},
	{"phone", STR_INIT("phone"), MESSAGE_DESK_SETTINGS_PHONE, MESSAGE_DESK_SETTINGS_PHONE_HINT,
		MESSAGE_DESK_SETTINGS_BAD_PHONE, site_phone_valid, "tel"},
	{"press_mail", STR_INIT("press-mail"), MESSAGE_DESK_SETTINGS_PRESS_MAIL,
		MESSAGE_DESK_SETTINGS_PRESS_HINT, MESSAGE_DESK_SETTINGS_BAD_MAIL, site_mail_valid,
		"email"},
	{"press_phone", STR_INIT("press-phone"), MESSAGE_DESK_SETTINGS_PRESS_PHONE,
		MESSAGE_DESK_SETTINGS_PRESS_HINT, MESSAGE_DESK_SETTINGS_BAD_PHONE, site_phone_valid,
		"tel"},
};

enum {
	SETTINGS = sizeof(site_settings) / sizeof(site_settings[0])
};

struct settings_page {
	struct desk_request *r;
	struct str is[SETTINGS];   /* today */
	struct str said[SETTINGS]; /* in the form */
	struct str by[SETTINGS];   /* who changed it last */
	bool required[ROLE__COUNT];
	struct str required_by[ROLE__COUNT];
	bool may_change;
};

/* --- read --- */

static void take_setting(void *context, struct str name, struct str value)
{
	struct settings_page *s = context;
	for (size_t i = 0; i < SETTINGS; i++)
		if (str_equal(site_settings[i].name, name))
			s->is[i] = arena_copy(s->r->arena, value);
}

static struct str changed_words(struct desk_request *r, const struct audit_entry *e)
{
	const struct text_arg args[] = {
		{STR("time"), desk_time(r, e->at)}, {STR("who"), arena_copy(r->arena, e->actor)}};
	return desk_words(r, MESSAGE_DESK_SETTINGS_CHANGED, args, 2);
}

/* "setting address", newest first. */
static enum err take_change(void *context, const struct audit_entry *e)
{
	struct settings_page *s = context;
	for (size_t i = 0; i < SETTINGS; i++)
		if (s->by[i].size == 0 &&
			str_equal(e->object,
				desk_text(s->r, "setting %.*s", STR_ARG(site_settings[i].name))))
			s->by[i] = changed_words(s->r, e);
	return E_OK;
}

static enum err take_role(void *context, const struct audit_entry *e)
{
	struct settings_page *s = context;
	for (enum role role = 0; role < ROLE__COUNT; role++)
		if (s->required_by[role].size == 0 && str_ends(e->object, role_name(role)))
			s->required_by[role] = changed_words(s->r, e);
	return E_OK;
}

static enum err load_settings(struct settings_page *s, struct store *store)
{
	struct desk_request *r = s->r;
	const struct audit_filter site = {
		.actor = STR(""), .what = STR("site.set"), .limit = LOOKED};
	const struct audit_filter factor = {
		.actor = STR(""), .what = STR("factor.require"), .limit = LOOKED};
	TRY(store_each_setting(store, take_setting, s));
	TRY(audit_each_of(r->office, &site, take_change, s));
	TRY(audit_each_of(r->office, &factor, take_role, s));
	for (enum role role = 0; role < ROLE__COUNT; role++)
		TRY(factor_required(r->office, role, &s->required[role]));
	return E_OK;
}

static bool load(struct desk_request *r, struct settings_page *ret)
{
	*ret = (struct settings_page){.r = r};
	if (!desk_may(r, r->posted ? ACT_CHANGE_SITE : ACT_SEE_SITE, STR(""), 0))
		return false;
	ret->may_change = actor_may(r->office, r->actor, ACT_CHANGE_SITE, STR(""), 0) == E_OK;
	struct store *store = desk_store(r);
	if (!store)
		return false;
	enum err err = load_settings(ret, store);
	for (size_t i = 0; i < SETTINGS; i++)
		ret->said[i] = ret->is[i];
	if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

/* --- shown --- */

static void write_setting(struct desk_page *p, const struct settings_page *s, size_t i)
{
	const struct site_setting *setting = &site_settings[i];
	struct str hint = text(p->lang, setting->hint);
	const struct desk_input input = {.name = setting->field,
		.label = text(p->lang, setting->label),
		.hint = s->by[i].size == 0
				? hint
				: desk_text(p->r, "%.*s %.*s", STR_ARG(hint), STR_ARG(s->by[i])),
		.value = s->said[i],
		.type = setting->type,
		.optional = true};
	desk_input(p, &input);
}

static void write_facts(struct desk_page *p, const struct settings_page *s)
{
	desk_facts_begin(p);
	for (size_t i = 0; i < SETTINGS; i++)
		desk_fact(p, site_settings[i].label, s->is[i]);
	desk_facts_end(p);
}

static void write_site(struct desk_page *p, const struct settings_page *s)
{
	desk_say(p, "h2", NULL, MESSAGE_DESK_SETTINGS_SITE);
	desk_say(p, "p", NULL, MESSAGE_DESK_SETTINGS_SITE_TEXT);
	if (!s->may_change) {
		write_facts(p, s);
		return;
	}
	desk_form_open(p, "card", STR("settings"));
	for (size_t i = 0; i < SETTINGS; i++)
		write_setting(p, s, i);
	desk_button(p, NULL, NULL, STR(""), MESSAGE_DESK_SAVE);
	desk_form_close(p);
}

static enum message role_message(enum role role)
{
	static const enum message messages[] = {MESSAGE_DESK_ROLE_OPERATOR,
		MESSAGE_DESK_ROLE_COORDINATOR, MESSAGE_DESK_ROLE_REPORTER, MESSAGE_DESK_ROLE_ISP,
		MESSAGE_DESK_ROLE_AUDITOR};
	static_assert(sizeof(messages) / sizeof(messages[0]) == ROLE__COUNT, "words each");
	return messages[role];
}

static const char *role_field(struct desk_request *r, enum role role)
{
	return desk_text(r, "factor-%.*s", STR_ARG(role_name(role))).data;
}

static void write_role(struct desk_page *p, const struct settings_page *s, enum role role)
{
	const struct desk_input input = {.name = role_field(p->r, role),
		.label = text(p->lang, role_message(role)),
		.hint = s->required_by[role]};
	desk_checkbox(p, &input, s->required[role]);
}

static void write_roles(struct desk_page *p, const struct settings_page *s)
{
	desk_say(p, "h2", NULL, MESSAGE_DESK_SETTINGS_FACTOR);
	desk_say(p, "p", NULL, MESSAGE_DESK_SETTINGS_FACTOR_TEXT);
	if (!s->may_change) {
		desk_facts_begin(p);
		for (enum role role = 0; role < ROLE__COUNT; role++)
			desk_fact(p, role_message(role),
				text(p->lang, s->required[role] ? MESSAGE_DESK_SETTINGS_MUST
								: MESSAGE_DESK_SETTINGS_NEED_NOT));
		desk_facts_end(p);
		return;
	}
	desk_form_open(p, "card", STR("settings/second-factor"));
	for (enum role role = 0; role < ROLE__COUNT; role++)
		write_role(p, s, role);
	desk_button(p, NULL, NULL, STR(""), MESSAGE_DESK_SAVE);
	desk_form_close(p);
}

static void show(const struct settings_page *s, const struct desk_problems *problems)
{
	struct desk_page p;
	struct desk_request *r = s->r;
	const struct desk_head head = {
		.place = DESK_PLACE_SETTINGS, .title = text(r->lang, MESSAGE_DESK_SETTINGS)};
	desk_page_begin(&p, r, &head, problems);
	write_site(&p, s);
	write_roles(&p, s);
	desk_say(&p, "h2", NULL, MESSAGE_DESK_SETTINGS_MORE);
	html_open(&p.html, "p");
	desk_link(&p, NULL, STR("mails"), text(r->lang, MESSAGE_DESK_SETTINGS_MAILS));
	html_close(&p.html, "p");
	html_open(&p.html, "p");
	desk_link(&p, NULL, STR("settings/mail"), text(r->lang, MESSAGE_DESK_MAIL_TEST));
	html_close(&p.html, "p");
	desk_page_end(&p);
}

/* --- sent --- */

static bool changed(const struct settings_page *s, size_t i)
{
	return !str_equal(s->said[i], s->is[i]);
}

/* What it was, what it is to be: told in the audit with the job that does it. */
static enum err note(const struct settings_page *s, size_t i)
{
	struct desk_request *r = s->r;
	struct audit_entry entry = actor_entry(r->actor, r->now, "site.set");
	entry.object = desk_text(r, "setting %.*s", STR_ARG(site_settings[i].name));
	entry.detail = desk_text(r, "%.*s → %.*s", STR_ARG(s->is[i]), STR_ARG(s->said[i]));
	return audit_add(r->office, &entry);
}

static enum err ask(const struct settings_page *s, int64_t *ret_job)
{
	struct desk_request *r = s->r;
	struct str lines = STR("");
	for (size_t i = 0; i < SETTINGS; i++) {
		if (!changed(s, i))
			continue;
		lines = desk_text(r, "%.*s%.*s=%.*s\n", STR_ARG(lines),
			STR_ARG(site_settings[i].name), STR_ARG(s->said[i]));
		if (lines.size == 0)
			return E_LIMIT;
		TRY(note(s, i));
	}
	const struct job_order order = {.kind = JOB_SITE,
		.campaign = STR(""),
		.name = STR(""),
		.text = lines,
		.input_name = STR(""),
		.lang = r->lang};
	return job_add(r->office, r->actor, &order, r->now, ret_job);
}

static size_t read_sent(struct settings_page *s, struct desk_problems *problems)
{
	size_t changes = 0;
	struct desk_request *r = s->r;
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct site_setting *setting = &site_settings[i];
		s->said[i] = desk_field_line(r, setting->field);
		if (s->said[i].size > 0 && !setting->valid(s->said[i]))
			desk_problem_add(r, problems, setting->field, setting->wrong);
		changes += changed(s, i);
	}
	return changes;
}

static void save(struct settings_page *s)
{
	int64_t job = 0;
	struct desk_request *r = s->r;
	struct desk_problems problems = {.count = 0};
	size_t changes = read_sent(s, &problems);
	if (problems.count > 0) {
		show(s, &problems);
		return;
	}
	if (changes == 0) {
		desk_redirect(r, STR("settings"), MESSAGE_DESK_PLAN_NOTHING);
		return;
	}
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, ask(s, &job));
	if (err == E_LIMIT) {
		desk_problem_add(r, &problems, "", MESSAGE_DESK_PLAN_TOO_MANY);
		show(s, &problems);
	} else if (err != E_OK) {
		desk_failed(r, err);
	} else {
		desk_job_follow(r, job, STR("settings"));
	}
}

void desk_settings(struct desk_request *r)
{
	struct settings_page s;
	if (!load(r, &s))
		return;
	if (r->posted)
		save(&s);
	else
		show(&s, NULL);
}

static enum err put_roles(struct settings_page *s)
{
	struct desk_request *r = s->r;
	for (enum role role = 0; role < ROLE__COUNT; role++) {
		bool wanted = desk_field(r, role_field(r, role)).size > 0;
		if (wanted != s->required[role])
			TRY(factor_require(r->office, r->actor, role, wanted, r->now));
	}
	return E_OK;
}

void desk_settings_factor(struct desk_request *r)
{
	struct settings_page s;
	if (!load(r, &s) || !desk_begin(r))
		return;
	enum err err = desk_end(r, put_roles(&s));
	if (err == E_OK)
		desk_redirect(r, STR("settings"), MESSAGE_DESK_SAVED);
	else
		desk_failed(r, err);
}
