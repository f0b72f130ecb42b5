/* SPDX-License-Identifier: Apache-2.0 */
/* One-time links: to come in for the first time, or to set another password. */
#include "office/invitation.h"
#include "desk/coming_in.h"

#define LINK_COOKIE "desk-link"

enum {
	LINK_SECONDS = 1800
};

/* The token leaves the address bar at once. */
void desk_invitation_link(struct desk_request *r)
{
	struct token token;
	r->answer->referrer = NULL;
	if (token_parse(r->part[0], &token)) {
		desk_set_token(r, LINK_COOKIE, &token, LINK_SECONDS);
		token_wipe(&token);
	}
	desk_redirect(r, STR("invitation"), MESSAGE__COUNT);
}

static void show_gone(struct desk_request *r)
{
	const struct desk_head head = {.title = text(r->lang, MESSAGE_DESK_LINK_GONE)};
	struct desk_page p;
	r->answer->status = 404;
	desk_page_begin(&p, r, &head, NULL);
	desk_say(&p, "p", "lead", MESSAGE_DESK_LINK_GONE_TEXT);
	html_open_class(&p.html, "p", "actions");
	desk_link(&p, "button quiet", STR("login"), text(r->lang, MESSAGE_DESK_LOGIN));
	html_close(&p.html, "p");
	desk_page_end(&p);
}

static void write_fields(struct desk_page *p, const struct invitation *i, struct str name_given)
{
	const struct desk_input name = {.name = "name",
		.label = text(p->lang, MESSAGE_DESK_NAME_FIELD),
		.hint = text(p->lang, MESSAGE_DESK_NAME_HINT),
		.value = name_given,
		.autocomplete = "name"};
	const struct desk_input password = {.name = "password",
		.label = text(p->lang, MESSAGE_DESK_PASSWORD_NEW),
		.hint = text(p->lang, MESSAGE_DESK_PASSWORD_HINT),
		.type = "password",
		.autocomplete = "new-password"};
	if (i->kind == INVITATION_JOIN)
		desk_input(p, &name);
	desk_input(p, &password);
}

static void show_form(struct desk_request *r, const struct invitation *i, struct str name,
	const struct desk_problems *problems)
{
	bool joins = i->kind == INVITATION_JOIN;
	const struct desk_head head = {
		.title = text(r->lang, joins ? MESSAGE_DESK_JOIN_TITLE : MESSAGE_DESK_RESET_TITLE)};
	struct desk_page p;
	r->answer->referrer = NULL;
	desk_page_begin(&p, r, &head, problems);
	desk_say_values(&p, "p", "lead", joins ? MESSAGE_DESK_JOIN_TEXT : MESSAGE_DESK_RESET_TEXT,
		{STR("mail"), i->account.mail});
	desk_form_open(&p, "card", STR("invitation"));
	write_fields(&p, i, name);
	desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_JOIN);
	desk_form_close(&p);
	desk_page_end(&p);
}

static enum err accept(struct desk_request *r, const struct token *token,
	const struct acceptance *a, struct str mail, enum session_stage *ret_stage)
{
	int64_t id;
	TRY(invitation_accept(r->office, token, a, r->now, &id));
	TRY(desk_begin_session(r, id, mail, ret_stage));
	return *ret_stage == SESSION_IN ? E_OK : desk_know_device(r, id, mail);
}

static void take(struct desk_request *r, const struct token *token, const struct invitation *i)
{
	struct desk_problems problems = {.count = 0};
	struct acceptance a = {.name = desk_field(r, "name"), .lang = r->lang};
	struct str password = desk_field_raw(r, "password");
	enum message fault = desk_password_fault(password, i->account.mail, a.name);
	if (i->kind == INVITATION_JOIN && a.name.size == 0)
		desk_problem_add(r, &problems, "name", MESSAGE_DESK_NAME_MISSING);
	if (fault != MESSAGE__COUNT)
		desk_problem_add(r, &problems, "password", fault);
	if (problems.count > 0) {
		show_form(r, i, a.name, &problems);
		return;
	}
	enum session_stage stage = SESSION_FACTOR;
	enum err err = password_hash(password, &a.password);
	if (err == E_OK) {
		if (!desk_begin(r))
			return;
		err = desk_end(r, accept(r, token, &a, i->account.mail, &stage));
	}
	if (err == E_OK) {
		desk_forget_cookie(r, LINK_COOKIE);
		desk_redirect(
			r, stage == SESSION_IN ? STR("") : STR("second-factor"), MESSAGE__COUNT);
	} else if (err == E_NOTFOUND) {
		show_gone(r);
	} else if (err == E_SYNTAX) {
		desk_problem_add(r, &problems, "name", MESSAGE_DESK_NAME_MISSING);
		show_form(r, i, a.name, &problems);
	} else {
		desk_failed(r, err);
	}
}

void desk_invitation(struct desk_request *r)
{
	struct token token;
	struct invitation invitation;
	enum err err = E_NOTFOUND;
	if (desk_cookie_token(r, LINK_COOKIE, &token))
		err = invitation_find(r->office, &token, r->now, r->arena, &invitation);
	if (err == E_NOTFOUND)
		show_gone(r);
	else if (err != E_OK)
		desk_failed(r, err);
	else if (r->posted)
		take(r, &token, &invitation);
	else
		show_form(r, &invitation, invitation.account.name, NULL);
	token_wipe(&token);
}
