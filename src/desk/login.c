/* SPDX-License-Identifier: Apache-2.0 */
/* Coming in with mail address and password, and going. */
#include "desk/coming_in.h"

struct login {
	struct str mail, password, to;
};

static void show_login(
	struct desk_request *r, const struct login *given, const struct desk_problems *problems)
{
	const struct desk_head head = {.title = text(r->lang, MESSAGE_DESK_LOGIN_TITLE)};
	const struct desk_input mail = {.name = "mail",
		.label = text(r->lang, MESSAGE_DESK_MAIL),
		.value = given->mail,
		.type = "email",
		.autocomplete = "username"};
	const struct desk_input password = {.name = "password",
		.label = text(r->lang, MESSAGE_DESK_PASSWORD),
		.type = "password",
		.autocomplete = "current-password"};
	struct desk_page p;
	desk_page_begin(&p, r, &head, problems);
	desk_say(&p, "p", "lead", MESSAGE_DESK_LOGIN_TEXT);
	desk_form_open(&p, "card", STR("login"));
	desk_hidden(&p, "to", given->to);
	desk_input(&p, &mail);
	desk_input(&p, &password);
	desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_LOGIN);
	desk_form_close(&p);
	html_open(&p.html, "p");
	desk_link(&p, NULL, STR("forgotten"), text(r->lang, MESSAGE_DESK_FORGOTTEN));
	html_close(&p.html, "p");
	desk_say(&p, "p", "hint", MESSAGE_DESK_LOGIN_HELP);
	desk_page_end(&p);
}

static enum err begin_session(struct desk_request *r, const struct attempt *attempt, int64_t id,
	const struct password_hash *rehash, enum session_stage *ret_stage)
{
	TRY(attempt_right(r->office, attempt, r->now));
	if (rehash)
		TRY(account_rehash(r->office, id, rehash));
	return desk_begin_session(r, id, attempt->mail, ret_stage);
}

/* Where they wanted to; only a page of ours. */
static struct str destination(const struct login *given)
{
	return desk_path_is_plain(given->to) ? given->to : STR("");
}

static void come_in(struct desk_request *r, const struct login *given,
	const struct attempt *attempt, int64_t id, bool rehash)
{
	struct password_hash hash;
	enum session_stage stage = SESSION_FACTOR;
	if (rehash && password_hash(given->password, &hash) != E_OK)
		rehash = false;
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, begin_session(r, attempt, id, rehash ? &hash : NULL, &stage));
	if (err != E_OK)
		desk_failed(r, err);
	else if (stage != SESSION_IN)
		desk_redirect(r, STR("second-factor"), MESSAGE__COUNT);
	else
		desk_redirect(r, destination(given), MESSAGE__COUNT);
}

static void try_login(struct desk_request *r, const struct login *given)
{
	struct desk_problems problems = {.count = 0};
	struct token device;
	struct attempt attempt = desk_attempt(r, ATTEMPT_PASSWORD, given->mail, &device);
	uint32_t wait = 0;
	int64_t id;
	bool rehash;
	enum err err = E_DENIED;
	if (given->mail.size == 0)
		desk_problem_add(r, &problems, "mail", MESSAGE_DESK_MAIL_MISSING);
	if (given->password.size == 0)
		desk_problem_add(r, &problems, "password", MESSAGE_DESK_PASSWORD_MISSING);
	if (problems.count > 0) {
		show_login(r, given, &problems);
		return;
	}
	if (!desk_try(r, &attempt, &wait)) {
		if (wait == 0)
			return;
		desk_problem_wait(r, &problems, wait);
		show_login(r, given, &problems);
		return;
	}
	err = account_prove(r->office, given->mail, given->password, &id, &rehash);
	if (err == E_OK) {
		come_in(r, given, &attempt, id, rehash);
	} else if (err == E_DENIED) {
		/* Which of the two it was is not said. */
		desk_problem_add(r, &problems, "mail", MESSAGE_DESK_LOGIN_WRONG);
		show_login(r, given, &problems);
	} else {
		desk_failed(r, err);
	}
}

void desk_login(struct desk_request *r)
{
	struct login given = {.to = desk_argument(r, "to")};
	if (r->actor && !r->posted) {
		desk_redirect(r, STR(""), MESSAGE__COUNT);
		return;
	}
	if (!r->posted) {
		show_login(r, &given, NULL);
		return;
	}
	given = (struct login){.mail = desk_field(r, "mail"),
		.password = desk_field_raw(r, "password"),
		.to = desk_field(r, "to")};
	try_login(r, &given);
}

void desk_logout(struct desk_request *r)
{
	if (r->session) {
		const struct actor actor = session_actor(r->session);
		if (!desk_begin(r))
			return;
		enum err err = desk_end(r, session_end(r->office, &actor, r->session->account.id,
						   r->session->id, r->now));
		if (err != E_OK && err != E_NOTFOUND) {
			desk_failed(r, err);
			return;
		}
	}
	desk_forget_cookie(r, DESK_SESSION_COOKIE);
	desk_redirect(r, STR("login"), MESSAGE_DESK_LOGGED_OUT);
}
