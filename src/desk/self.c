/* SPDX-License-Identifier: Apache-2.0 */
/* One's own account: name, language, password. */
#include "desk/coming_in.h"
#include "desk/routes.h"

/* --- name and language --- */

static void write_ways(struct desk_page *p)
{
	html_open_class(&p->html, "ul", "contents");
	html_open(&p->html, "li");
	desk_link(p, NULL, STR("password"), text(p->lang, MESSAGE_DESK_PASSWORD_CHANGE));
	html_close(&p->html, "li");
	html_open(&p->html, "li");
	desk_link(p, NULL, STR("self/second-factor"), text(p->lang, MESSAGE_DESK_FACTOR_TITLE));
	html_close(&p->html, "li");
	html_open(&p->html, "li");
	desk_link(p, NULL, STR("sessions"), text(p->lang, MESSAGE_DESK_SESSIONS));
	html_close(&p->html, "li");
	html_close(&p->html, "ul");
}

static void show_self(struct desk_request *r, struct str name_given, enum lang lang,
	bool digest_given, const struct desk_problems *problems)
{
	const struct desk_head head = {
		.place = DESK_PLACE_SELF, .title = text(r->lang, MESSAGE_DESK_SELF)};
	const struct desk_input name = {.name = "name",
		.label = text(r->lang, MESSAGE_DESK_NAME_FIELD),
		.value = name_given,
		.autocomplete = "name"};
	const struct desk_input language = {.name = "lang",
		.label = text(r->lang, MESSAGE_DESK_LANG),
		.hint = text(r->lang, MESSAGE_DESK_LANG_HINT),
		.value = lang_code(lang)};
	const struct desk_option languages[] = {
		{STR("vi"), text(LANG_VI, MESSAGE_LANGUAGE_NAME), STR("")},
		{STR("en"), text(LANG_EN, MESSAGE_LANGUAGE_NAME), STR("")}};
	const struct desk_input digest = {.name = "digest",
		.label = text(r->lang, MESSAGE_DESK_ACCOUNT_DIGEST),
		.hint = text(r->lang, MESSAGE_DESK_ACCOUNT_DIGEST_HINT)};
	struct desk_page p;
	desk_page_begin(&p, r, &head, problems);
	desk_facts_begin(&p);
	desk_fact(&p, MESSAGE_DESK_MAIL, r->session->account.mail);
	desk_fact(&p, MESSAGE_DESK_SIGNED_IN_SINCE, desk_time(r, r->session->made));
	desk_facts_end(&p);
	write_ways(&p);
	desk_form_open(&p, "card", STR("self"));
	desk_input(&p, &name);
	desk_radios(&p, &language, languages, 2);
	if (r->actor->role == ROLE_COORDINATOR)
		desk_checkbox(&p, &digest, digest_given);
	desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_SAVE);
	desk_form_close(&p);
	desk_page_end(&p);
}

static enum err save_self(struct desk_request *r, struct str name, enum lang lang, bool digest)
{
	int64_t id = r->session->account.id;
	TRY(account_rename(r->office, r->actor, id, name, lang, r->now));
	if (r->actor->role != ROLE_COORDINATOR)
		return E_OK;
	return account_set_digest(r->office, r->actor, id, digest, r->now);
}

static void change_self(struct desk_request *r)
{
	struct desk_problems problems = {.count = 0};
	struct str name = desk_field(r, "name");
	enum lang lang = r->session->account.lang;
	(void)lang_parse(desk_field(r, "lang"), &lang);
	bool digest = desk_field(r, "digest").size > 0;
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, save_self(r, name, lang, digest));
	if (err == E_OK) {
		desk_redirect(r, STR("self"), MESSAGE_DESK_SAVED);
	} else if (err == E_SYNTAX) {
		desk_problem_add(r, &problems, "name", MESSAGE_DESK_NAME_MISSING);
		show_self(r, name, lang, digest, &problems);
	} else {
		desk_failed(r, err);
	}
}

void desk_self(struct desk_request *r)
{
	if (r->posted)
		change_self(r);
	else
		show_self(r, r->session->account.name, r->session->account.lang,
			r->session->account.digest, NULL);
}

/* --- password --- */

static void show_password(struct desk_request *r, const struct desk_problems *problems)
{
	const struct desk_head head = {.place = DESK_PLACE_SELF,
		.title = text(r->lang, MESSAGE_DESK_PASSWORD_CHANGE),
		.crumbs = {{STR("self"), text(r->lang, MESSAGE_DESK_SELF)}},
		.crumb_count = 1};
	const struct desk_input now = {.name = "now",
		.label = text(r->lang, MESSAGE_DESK_PASSWORD_NOW),
		.type = "password",
		.autocomplete = "current-password"};
	const struct desk_input next = {.name = "password",
		.label = text(r->lang, MESSAGE_DESK_PASSWORD_NEW),
		.hint = text(r->lang, MESSAGE_DESK_PASSWORD_HINT),
		.type = "password",
		.autocomplete = "new-password"};
	struct desk_page p;
	desk_page_begin(&p, r, &head, problems);
	desk_say(&p, "p", "lead", MESSAGE_DESK_PASSWORD_LEAD);
	desk_form_open(&p, "card", STR("password"));
	desk_input(&p, &now);
	desk_input(&p, &next);
	desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_SAVE);
	desk_form_close(&p);
	desk_page_end(&p);
}

/* E_DENIED: wrong; E_BUSY: it has been answered. */
static enum err prove(struct desk_request *r, struct desk_problems *problems)
{
	struct token device;
	struct attempt attempt =
		desk_attempt(r, ATTEMPT_PASSWORD, r->session->account.mail, &device);
	uint32_t wait = 0;
	if (!desk_try(r, &attempt, &wait)) {
		if (wait == 0)
			return E_BUSY;
		desk_problem_wait(r, problems, wait);
		return E_DENIED;
	}
	enum err err =
		account_prove_again(r->office, r->session->account.id, desk_field_raw(r, "now"));
	if (err == E_DENIED)
		desk_problem_add(r, problems, "now", MESSAGE_DESK_PASSWORD_WRONG);
	if (err != E_OK)
		return err;
	TRY(office_begin(r->office));
	return office_end(r->office, attempt_right(r->office, &attempt, r->now));
}

static void set_password(struct desk_request *r, struct str password)
{
	struct password_hash hash;
	enum err err = password_hash(password, &hash);
	if (err == E_OK) {
		if (!desk_begin(r))
			return;
		err = desk_end(r, account_set_password(r->office, r->actor, r->session->account.id,
					  &hash, r->session->id, r->now));
	}
	if (err == E_OK)
		desk_redirect(r, STR("self"), MESSAGE_DESK_PASSWORD_CHANGED);
	else
		desk_failed(r, err);
}

void desk_password(struct desk_request *r)
{
	struct desk_problems problems = {.count = 0};
	struct str password = desk_field_raw(r, "password");
	if (!r->posted) {
		show_password(r, NULL);
		return;
	}
	enum message fault =
		desk_password_fault(password, r->session->account.mail, r->session->account.name);
	if (fault != MESSAGE__COUNT)
		desk_problem_add(r, &problems, "password", fault);
	enum err err = problems.count == 0 ? prove(r, &problems) : E_OK;
	if (err == E_BUSY)
		return;
	if (problems.count > 0)
		show_password(r, &problems);
	else if (err != E_OK)
		desk_failed(r, err);
	else
		set_password(r, password);
}
