/* SPDX-License-Identifier: Apache-2.0 */
/* The second factor: asked for, set up, changed. */
#include "desk/coming_in.h"

/* --- after the password --- */

static void ask_code(struct desk_request *r, const struct desk_problems *problems)
{
	const struct desk_head head = {.title = text(r->lang, MESSAGE_DESK_FACTOR_TITLE)};
	const struct desk_input code = {.name = "code",
		.label = text(r->lang, MESSAGE_DESK_CODE),
		.hint = text(r->lang, MESSAGE_DESK_CODE_HINT),
		.autocomplete = "one-time-code",
		.width = 20};
	struct desk_page p;
	desk_page_begin(&p, r, &head, problems);
	desk_form_open(&p, "card", STR("second-factor"));
	desk_input(&p, &code);
	desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_CONTINUE);
	desk_form_close(&p);
	desk_page_end(&p);
}

static void ask_enrolment(struct desk_request *r, const struct desk_problems *problems)
{
	const struct desk_head head = {.title = text(r->lang, MESSAGE_DESK_FACTOR_SET_UP)};
	struct desk_page p;
	if (!desk_begin_enrolment(r, r->session->account.id))
		return;
	desk_page_begin(&p, r, &head, problems);
	desk_write_enrolment(&p, &r->session->account, STR("second-factor"));
	desk_page_end(&p);
}

static void ask(struct desk_request *r, const struct desk_problems *problems)
{
	if (r->session->stage == SESSION_ENROL)
		ask_enrolment(r, problems);
	else
		ask_code(r, problems);
}

/* Wholly in, under a new token. */
static enum err raise(struct desk_request *r, const struct attempt *attempt)
{
	struct token token;
	TRY(attempt_right(r->office, attempt, r->now));
	TRY(session_raise(r->office, r->session, SESSION_IN, r->now, &token));
	desk_enter(r, &token);
	token_wipe(&token);
	return desk_know_device(r, r->session->account.id, r->session->account.mail);
}

static enum err take_code(struct desk_request *r, const struct attempt *attempt, struct str code,
	struct recovery_codes *codes)
{
	const struct actor actor = session_actor(r->session);
	int64_t account = r->session->account.id;
	if (r->session->stage == SESSION_ENROL)
		TRY(factor_confirm(
			r->office, &actor, account, code, r->session->id, r->now, codes));
	else
		TRY(desk_check_code(r, account, code));
	return raise(r, attempt);
}

static void try_code(struct desk_request *r)
{
	struct desk_problems problems = {.count = 0};
	struct recovery_codes codes;
	struct token device;
	struct attempt attempt = desk_attempt(r, ATTEMPT_FACTOR, r->session->account.mail, &device);
	bool enrols = r->session->stage == SESSION_ENROL;
	uint32_t wait = 0;
	if (!desk_try(r, &attempt, &wait)) {
		if (wait == 0)
			return;
		desk_problem_wait(r, &problems, wait);
		ask(r, &problems);
		return;
	}
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, take_code(r, &attempt, desk_field(r, "code"), &codes));
	if (err == E_OK && enrols) {
		desk_show_codes(r, &codes);
	} else if (err == E_OK) {
		desk_redirect(r, STR(""), MESSAGE__COUNT);
	} else if (err == E_DENIED || err == E_NOTFOUND) {
		desk_problem_add(r, &problems, "code", MESSAGE_DESK_CODE_WRONG);
		ask(r, &problems);
	} else {
		desk_failed(r, err);
	}
}

void desk_second_factor(struct desk_request *r)
{
	if (!r->session)
		desk_redirect(r, STR("login"), MESSAGE__COUNT);
	else if (r->session->stage == SESSION_IN)
		desk_redirect(r, STR("self/second-factor"), MESSAGE__COUNT);
	else if (r->posted)
		try_code(r);
	else
		ask(r, NULL);
}

/* --- one's own, once in --- */

static void show_on(struct desk_request *r, const struct factor_state *state,
	const struct desk_problems *problems)
{
	const struct desk_head head = {.place = DESK_PLACE_SELF,
		.title = text(r->lang, MESSAGE_DESK_FACTOR_TITLE),
		.crumbs = {{STR("self"), text(r->lang, MESSAGE_DESK_SELF)}},
		.crumb_count = 1};
	const struct desk_input password = {.name = "password",
		.label = text(r->lang, MESSAGE_DESK_PASSWORD_NOW),
		.type = "password",
		.autocomplete = "current-password"};
	struct desk_page p;
	desk_page_begin(&p, r, &head, problems);
	desk_say_values(&p, "p", "lead", MESSAGE_DESK_FACTOR_ON,
		{STR("count"), desk_number(r, state->recovery_left)});
	desk_form_open(&p, "card", STR("self/second-factor"));
	desk_input(&p, &password);
	html_open_class(&p.html, "div", "actions");
	desk_button(&p, NULL, "do", STR("codes"), MESSAGE_DESK_CODES_NEW);
	desk_button(&p, "quiet", "do", STR("remove"), MESSAGE_DESK_FACTOR_REMOVE);
	html_close(&p.html, "div");
	desk_form_close(&p);
	desk_page_end(&p);
}

static void show_off(struct desk_request *r, const struct desk_problems *problems)
{
	const struct desk_head head = {.place = DESK_PLACE_SELF,
		.title = text(r->lang, MESSAGE_DESK_FACTOR_SET_UP),
		.crumbs = {{STR("self"), text(r->lang, MESSAGE_DESK_SELF)}},
		.crumb_count = 1};
	struct desk_page p;
	if (!desk_begin_enrolment(r, r->session->account.id))
		return;
	desk_page_begin(&p, r, &head, problems);
	desk_write_enrolment(&p, &r->session->account, STR("self/second-factor"));
	desk_page_end(&p);
}

static void show_state(struct desk_request *r, const struct desk_problems *problems)
{
	struct factor_state state;
	enum err err = factor_state(r->office, r->session->account.id, &state);
	if (err != E_OK)
		desk_failed(r, err);
	else if (state.on)
		show_on(r, &state, problems);
	else
		show_off(r, problems);
}

/* The password again; false: it has been answered. */
static bool proves(struct desk_request *r)
{
	struct desk_problems problems = {.count = 0};
	struct token device;
	int64_t id = r->session->account.id;
	struct attempt attempt =
		desk_attempt(r, ATTEMPT_PASSWORD, r->session->account.mail, &device);
	uint32_t wait = 0;
	enum err err = E_DENIED;
	if (desk_try(r, &attempt, &wait))
		err = account_prove_again(r->office, id, desk_field_raw(r, "password"));
	else if (wait == 0)
		return false;
	if (err == E_OK && desk_begin(r))
		return desk_end(r, attempt_right(r->office, &attempt, r->now)) == E_OK;
	if (wait > 0)
		desk_problem_wait(r, &problems, wait);
	else
		desk_problem_add(r, &problems, "password", MESSAGE_DESK_PASSWORD_WRONG);
	show_state(r, &problems);
	return false;
}

static void make_codes(struct desk_request *r)
{
	struct recovery_codes codes;
	if (!desk_begin(r))
		return;
	enum err err = desk_end(
		r, factor_new_codes(r->office, r->actor, r->session->account.id, r->now, &codes));
	if (err == E_OK)
		desk_show_codes(r, &codes);
	else
		desk_failed(r, err);
}

static void remove_factor(struct desk_request *r)
{
	struct desk_problems problems = {.count = 0};
	bool required;
	enum err err = factor_required(r->office, r->session->account.role, &required);
	if (err == E_OK && required) {
		desk_problem_add(r, &problems, "", MESSAGE_DESK_FACTOR_REQUIRED);
		show_state(r, &problems);
		return;
	}
	if (err == E_OK && !desk_begin(r))
		return;
	if (err == E_OK)
		err = desk_end(
			r, factor_remove(r->office, r->actor, r->session->account.id, r->now));
	if (err == E_OK)
		desk_redirect(r, STR("self"), MESSAGE_DESK_FACTOR_REMOVED);
	else
		desk_failed(r, err);
}

static void confirm(struct desk_request *r)
{
	struct desk_problems problems = {.count = 0};
	struct recovery_codes codes;
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, factor_confirm(r->office, r->actor, r->session->account.id,
					   desk_field(r, "code"), r->session->id, r->now, &codes));
	if (err == E_OK) {
		desk_show_codes(r, &codes);
	} else if (err == E_DENIED || err == E_NOTFOUND) {
		desk_problem_add(r, &problems, "code", MESSAGE_DESK_CODE_WRONG);
		show_off(r, &problems);
	} else {
		desk_failed(r, err);
	}
}

void desk_second_factor_change(struct desk_request *r)
{
	struct str what = desk_field(r, "do");
	if (!r->posted)
		show_state(r, NULL);
	else if (what.size == 0)
		confirm(r);
	else if (!proves(r))
		return;
	else if (str_equal(what, STR("codes")))
		make_codes(r);
	else
		remove_factor(r);
}
