/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/coming_in.h"

#include "base/limits.h"
#include "format/qr.h"

enum {
	CODE_TYPED = 9, /* six digits and what people put between them */
	SECRET_BYTES = 512
};

struct attempt desk_attempt(
	struct desk_request *r, enum attempt_kind kind, struct str mail, struct token *device)
{
	struct attempt a = {.kind = kind, .mail = mail, .unit = ip_unit(r->http->client)};
	if (desk_cookie_token(r, DESK_DEVICE_COOKIE, device))
		a.device = device;
	return a;
}

bool desk_try(struct desk_request *r, const struct attempt *a, uint32_t *ret_wait)
{
	if (!desk_begin(r))
		return false;
	enum err err = desk_end(r, attempt_take(r->office, a, r->now, ret_wait));
	if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK && *ret_wait == 0;
}

void desk_problem_wait(struct desk_request *r, struct desk_problems *problems, uint32_t wait)
{
	const struct text_arg minutes = {STR("minutes"), desk_number(r, (wait + 59) / 60)};
	desk_problem_add_text(problems, "", desk_words(r, MESSAGE_DESK_WAIT, &minutes, 1));
	r->answer->status = 429;
}

enum message desk_password_fault(struct str password, struct str mail, struct str name)
{
	switch (password_judge(password, mail, name)) {
	case PASSWORD_FINE:
		return MESSAGE__COUNT;
	case PASSWORD_SHORT:
		return MESSAGE_DESK_PASSWORD_SHORT;
	case PASSWORD_LONG:
		return MESSAGE_DESK_PASSWORD_LONG;
	case PASSWORD_PERSONAL:
		return MESSAGE_DESK_PASSWORD_PERSONAL;
	case PASSWORD_COMMON:
		return MESSAGE_DESK_PASSWORD_COMMON;
	case PASSWORD_TEXT:
	case PASSWORD_FAULT__COUNT:
		return MESSAGE_DESK_PASSWORD_TEXT;
	}
	return MESSAGE_DESK_PASSWORD_TEXT;
}

/* How far the password alone gets them. */
static enum err stage_of(struct desk_request *r, int64_t id, enum session_stage *ret_stage)
{
	struct factor_state state;
	struct account account;
	bool required;
	TRY(factor_state(r->office, id, &state));
	TRY(account_find(r->office, id, r->arena, &account));
	TRY(factor_required(r->office, account.role, &required));
	*ret_stage = state.on ? SESSION_FACTOR : required ? SESSION_ENROL : SESSION_IN;
	return E_OK;
}

enum err desk_begin_session(
	struct desk_request *r, int64_t account, struct str mail, enum session_stage *ret_stage)
{
	const struct session_origin origin = {
		.unit = ip_unit(r->http->client), .agent = http_header(r->http, "User-Agent")};
	struct token token;
	TRY(stage_of(r, account, ret_stage));
	TRY(session_begin(r->office, account, *ret_stage, &origin, r->now, &token));
	desk_enter(r, &token);
	token_wipe(&token);
	return *ret_stage == SESSION_IN ? desk_know_device(r, account, mail) : E_OK;
}

enum err desk_know_device(struct desk_request *r, int64_t account, struct str mail)
{
	struct token device;
	bool known = false;
	if (desk_cookie_token(r, DESK_DEVICE_COOKIE, &device))
		TRY(device_known(r->office, mail, &device, r->now, &known));
	if (known)
		return E_OK;
	TRY(device_add(r->office, account, r->now, &device));
	desk_set_token(
		r, DESK_DEVICE_COOKIE, &device, (uint64_t)LIMIT_DEVICE_DAYS * SECONDS_PER_DAY);
	token_wipe(&device);
	return E_OK;
}

/* Ends with the browser: the database knows when it ends otherwise. */
void desk_enter(struct desk_request *r, const struct token *token)
{
	desk_set_token(r, DESK_SESSION_COOKIE, token, 0);
}

enum err desk_check_code(struct desk_request *r, int64_t account, struct str code)
{
	return code.size > CODE_TYPED ? factor_recover(r->office, account, code, r->now)
				      : factor_check(r->office, account, code, r->now);
}

/* --- taking a second factor over --- */

bool desk_begin_enrolment(struct desk_request *r, int64_t account)
{
	struct factor_state state;
	enum err err = factor_state(r->office, account, &state);
	if (err == E_OK && !state.pending) {
		if (!desk_begin(r))
			return false;
		err = desk_end(r, factor_begin(r->office, account, r->now));
	}
	if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

static void write_secret(struct desk_page *p, const struct account *account)
{
	struct factor_secret secret;
	struct writer uri;
	struct writer typed;
	enum err err = factor_pending(p->r->office, account->id, &secret);
	if (err != E_OK) {
		writer_fail(p->html.out, err);
		return;
	}
	writer_init(&uri, SECRET_BYTES);
	writer_init(&typed, SECRET_BYTES);
	factor_write_uri(&uri, &secret, STR("Quet Sach"), account->mail);
	factor_write_secret(&typed, &secret);
	html_open_class(&p->html, "div", "qr-box");
	qr_write(&p->html, writer_view_str(&uri), text(p->lang, MESSAGE_DESK_FACTOR_QR));
	html_close(&p->html, "div");
	desk_say(p, "p", NULL, MESSAGE_DESK_FACTOR_TYPE);
	html_leaf(&p->html, "p", "secret", writer_view_str(&typed));
	writer_release(&uri);
	writer_release(&typed);
	explicit_bzero(&secret, sizeof(secret));
}

void desk_write_enrolment(struct desk_page *p, const struct account *account, struct str path)
{
	const struct desk_input code = {.name = "code",
		.label = text(p->lang, MESSAGE_DESK_CODE),
		.hint = text(p->lang, MESSAGE_DESK_CODE_FIRST_HINT),
		.autocomplete = "one-time-code",
		.inputmode = "numeric",
		.width = 10};
	desk_say(p, "p", "lead", MESSAGE_DESK_FACTOR_WHY);
	html_open_class(&p->html, "ol", "todo");
	desk_say(p, "li", NULL, MESSAGE_DESK_FACTOR_STEP_1);
	html_open(&p->html, "li");
	desk_say(p, "p", NULL, MESSAGE_DESK_FACTOR_STEP_2);
	write_secret(p, account);
	html_close(&p->html, "li");
	html_open(&p->html, "li");
	desk_form_open(p, NULL, path);
	desk_input(p, &code);
	desk_button(p, NULL, NULL, STR(""), MESSAGE_DESK_FACTOR_CONFIRM);
	desk_form_close(p);
	html_close(&p->html, "li");
	html_close(&p->html, "ol");
}

void desk_show_codes(struct desk_request *r, struct recovery_codes *codes)
{
	const struct desk_head head = {
		.place = DESK_PLACE_SELF, .title = text(r->lang, MESSAGE_DESK_CODES_TITLE)};
	struct desk_page p;
	desk_page_begin(&p, r, &head, NULL);
	desk_say(&p, "p", "lead", MESSAGE_DESK_CODES_TEXT);
	html_open_class(&p.html, "ul", "codes");
	for (size_t i = 0; i < RECOVERY_CODES; i++)
		html_leaf(&p.html, "li", NULL, str_from(codes->text[i]));
	html_close(&p.html, "ul");
	html_open_class(&p.html, "p", "actions");
	desk_link(&p, "button", STR(""), text(r->lang, MESSAGE_DESK_CODES_KEPT));
	html_close(&p.html, "p");
	desk_page_end(&p);
	explicit_bzero(codes, sizeof(*codes));
}
