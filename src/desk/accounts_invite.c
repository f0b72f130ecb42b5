/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody is invited, and the link by which they come in. */
#include "desk/accounts.h"
#include "desk/desk_parts.h"
#include "office/org.h"

enum {
	LINK_BYTES = 2048
};

/* --- the link --- */

struct str desk_one_time_link(struct desk_request *r, const struct notice_house *house,
	const struct account *account, const struct token *token)
{
	struct writer w;
	writer_init(&w, LINK_BYTES);
	writer_str(&w, house->address);
	writer_text(&w, "/desk/");
	writer_str(&w, lang_code(account->lang));
	writer_text(&w, "/invitation/");
	token_write(&w, token);
	struct str link =
		writer_end(&w) == E_OK ? arena_copy(r->arena, writer_view_str(&w)) : STR("");
	writer_release(&w);
	return link;
}

enum err desk_make_link(struct desk_request *r, const struct notice_house *house,
	const struct account *account, enum invitation_kind kind, bool send, struct str *ret_link)
{
	struct token token;
	TRY(invitation_make(r->office, r->actor, account->id, kind, r->now, &token));
	*ret_link = desk_one_time_link(r, house, account, &token);
	enum err err =
		send ? notice_link(r->office, house, account, kind, &token, r->actor->mail, r->now)
		     : E_OK;
	token_wipe(&token);
	return err;
}

void desk_say_links(struct desk_page *p, const struct notice_house *house)
{
	if (house->address.size == 0)
		desk_notice(p, DESK_WAITS, text(p->lang, MESSAGE_DESK_LINK_NO_ADDRESS));
	else if (!house->on)
		desk_notice(p, DESK_PLAIN, text(p->lang, MESSAGE_DESK_LINK_NO_MAIL));
}

void desk_show_link(struct desk_request *r, const struct notice_house *house,
	const struct account *account, enum invitation_kind kind, struct str link)
{
	const struct desk_head head = {.place = DESK_PLACE_ACCOUNTS,
		.title = text(r->lang, MESSAGE_DESK_LINK_MADE),
		.crumbs = {{STR("accounts"), text(r->lang, MESSAGE_DESK_ACCOUNTS)}},
		.crumb_count = 1};
	struct instant ends = {r->now.seconds + invitation_seconds(kind)};
	struct desk_page p;
	desk_page_begin(&p, r, &head, NULL);
	desk_say_values(&p, "p", "lead", MESSAGE_DESK_LINK_MADE_FOR, {STR("mail"), account->mail},
		{STR("time"), desk_time(r, ends)});
	html_open_class(&p.html, "p", "one-time-link");
	html_leaf(&p.html, "code", NULL, link);
	html_close(&p.html, "p");
	desk_notice(&p, DESK_WAITS, text(r->lang, MESSAGE_DESK_LINK_MADE_CAUTION));
	if (house->address.size == 0)
		desk_say_links(&p, house);
	html_open_class(&p.html, "p", "actions");
	desk_link(&p, "button quiet", STR("accounts"), text(r->lang, MESSAGE_DESK_ACCOUNTS_BACK));
	html_close(&p.html, "p");
	desk_page_end(&p);
}

/* --- the form --- */

struct invited {
	struct account account;
	struct str code; /* of the unit, as typed */
	struct notice_house house;
	bool send; /* the link goes out by mail */
};

size_t desk_role_options(struct desk_request *r, struct desk_option options[ROLE__COUNT])
{
	static const enum message hints[] = {
		[ROLE_OPERATOR] = MESSAGE_DESK_ROLE_OPERATOR_HINT,
		[ROLE_COORDINATOR] = MESSAGE_DESK_ROLE_COORDINATOR_HINT,
		[ROLE_REPORTER] = MESSAGE_DESK_ROLE_REPORTER_HINT,
		[ROLE_ISP] = MESSAGE_DESK_ROLE_ISP_HINT,
		[ROLE_AUDITOR] = MESSAGE_DESK_ROLE_AUDITOR_HINT,
	};
	size_t count = 0;
	for (enum role role = 0; role < ROLE__COUNT; role++)
		if (role_gives(r->actor->role, role))
			options[count++] = (struct desk_option){role_name(role),
				desk_role_words(r->lang, role), text(r->lang, hints[role])};
	return count;
}

static void write_fields(struct desk_page *p, const struct invited *i)
{
	struct desk_request *r = p->r;
	struct desk_option roles[ROLE__COUNT];
	size_t role_count = desk_role_options(r, roles);
	const struct desk_option languages[] = {
		{STR("vi"), text(LANG_VI, MESSAGE_LANGUAGE_NAME), STR("")},
		{STR("en"), text(LANG_EN, MESSAGE_LANGUAGE_NAME), STR("")}};
	const struct desk_input mail = {.name = "mail",
		.label = text(r->lang, MESSAGE_DESK_MAIL),
		.value = i->account.mail,
		.type = "email"};
	const struct desk_input name = {.name = "name",
		.label = text(r->lang, MESSAGE_DESK_ACCOUNT_NAME),
		.value = i->account.name};
	const struct desk_input role = {.name = "role",
		.label = text(r->lang, MESSAGE_DESK_ACCOUNT_ROLE),
		.value = role_name(i->account.role)};
	const struct desk_input org = {.name = "unit",
		.label = text(r->lang, MESSAGE_DESK_ACCOUNT_CODE),
		.hint = text(r->lang, MESSAGE_DESK_ACCOUNT_CODE_HINT),
		.value = i->code,
		.width = 20};
	const struct desk_input lang = {.name = "lang",
		.label = text(r->lang, MESSAGE_DESK_ACCOUNT_LANG),
		.value = lang_code(i->account.lang)};
	const struct desk_input send = {.name = "send",
		.label = text(r->lang, MESSAGE_DESK_INVITE_SEND),
		.hint = text(r->lang, MESSAGE_DESK_INVITE_SEND_HINT)};
	desk_input(p, &mail);
	desk_input(p, &name);
	desk_radios(p, &role, roles, role_count);
	desk_input(p, &org);
	desk_radios(p, &lang, languages, 2);
	if (desk_house_links(&i->house))
		desk_checkbox(p, &send, i->send);
}

static void show_form(
	struct desk_request *r, const struct invited *i, const struct desk_problems *problems)
{
	const struct desk_head head = {.place = DESK_PLACE_ACCOUNTS,
		.title = text(r->lang, MESSAGE_DESK_INVITE),
		.crumbs = {{STR("accounts"), text(r->lang, MESSAGE_DESK_ACCOUNTS)}},
		.crumb_count = 1};
	struct desk_page p;
	desk_page_begin(&p, r, &head, problems);
	desk_say(&p, "p", "lead", MESSAGE_DESK_INVITE_LEAD);
	desk_say_links(&p, &i->house);
	desk_form_open(&p, "card", STR("accounts/new"));
	write_fields(&p, i);
	desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_INVITE);
	desk_form_close(&p);
	desk_page_end(&p);
}

/* --- what was sent --- */

enum err desk_org_by_code(
	struct desk_request *r, enum role role, struct str code, int64_t *ret_org, bool *ret_wrong)
{
	struct org org;
	enum err err = E_OK;
	*ret_wrong = role_needs_org(role) != (code.size > 0);
	*ret_org = 0;
	if (*ret_wrong)
		return E_OK;
	if (code.size > 0) {
		err = org_find_code(r->office, code, desk_today(r), r->arena, &org);
		if (err == E_OK)
			*ret_org = org.id;
	}
	if (err == E_OK)
		err = actor_may(r->office, r->actor, ACT_INVITE, STR(""), *ret_org);
	*ret_wrong = err == E_NOTFOUND || err == E_DENIED;
	return *ret_wrong ? E_OK : err;
}

static enum err read_form(struct desk_request *r, struct invited *i, struct desk_problems *problems)
{
	char folded[MAIL_BYTES + 1];
	bool wrong;
	i->account = (struct account){.mail = desk_field(r, "mail"),
		.name = desk_field(r, "name"),
		.role = ROLE_REPORTER,
		.lang = r->lang};
	i->code = desk_field(r, "unit");
	i->send = desk_house_links(&i->house) && desk_field(r, "send").size > 0;
	(void)lang_parse(desk_field(r, "lang"), &i->account.lang);
	if (!mail_fold(i->account.mail, folded))
		desk_problem_add(r, problems, "mail", MESSAGE_DESK_ACCOUNT_BAD_MAIL);
	if (i->account.name.size == 0)
		desk_problem_add(r, problems, "name", MESSAGE_DESK_ACCOUNT_BAD_NAME);
	if (!role_parse(desk_field(r, "role"), &i->account.role) ||
		!role_gives(r->actor->role, i->account.role)) {
		desk_problem_add(r, problems, "role", MESSAGE_DESK_ACCOUNT_BAD_ROLE);
		i->account.role = ROLE_REPORTER;
		return E_OK;
	}
	TRY(desk_org_by_code(r, i->account.role, i->code, &i->account.org, &wrong));
	if (wrong)
		desk_problem_add(r, problems, "unit",
			role_needs_org(i->account.role) ? MESSAGE_DESK_ACCOUNT_BAD_CODE
							: MESSAGE_DESK_ACCOUNT_NO_CODE);
	return E_OK;
}

static enum err add(struct desk_request *r, struct invited *i, struct str *ret_link)
{
	TRY(account_add(r->office, r->actor, &i->account, r->now, &i->account.id));
	return desk_make_link(r, &i->house, &i->account, INVITATION_JOIN, i->send, ret_link);
}

static void invite(struct desk_request *r, struct invited *i, struct desk_problems *problems)
{
	struct str link = STR("");
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, add(r, i, &link));
	if (err == E_OK && i->send) {
		desk_redirect(r, desk_text(r, "accounts/%lld", (long long)i->account.id),
			MESSAGE_DESK_LINK_SENT);
		return;
	}
	if (err == E_OK) {
		desk_show_link(r, &i->house, &i->account, INVITATION_JOIN, link);
		return;
	}
	if (err == E_EXISTS)
		desk_problem_add(r, problems, "mail", MESSAGE_DESK_ACCOUNT_TAKEN);
	else if (err == E_SYNTAX)
		desk_problem_add(r, problems, "name", MESSAGE_DESK_ACCOUNT_BAD_NAME);
	else {
		desk_failed(r, err);
		return;
	}
	show_form(r, i, problems);
}

/* "?org=12" fills in its code. */
static bool fill_in(struct desk_request *r, struct invited *i)
{
	int64_t id;
	struct org org;
	if (!desk_org_argument(r, &id))
		return false;
	if (id == 0)
		id = r->actor->org;
	if (!desk_may(r, ACT_INVITE, STR(""), id))
		return false;
	if (id && org_find(r->office, id, desk_today(r), r->arena, &org) == E_OK)
		i->code = org.code;
	return true;
}

void desk_account_new(struct desk_request *r)
{
	struct desk_problems problems = {.count = 0};
	struct invited i = {.account = {.mail = STR(""),
				    .name = STR(""),
				    .role = ROLE_REPORTER,
				    .lang = LANG_VI},
		.code = STR(""),
		.send = true};
	if (!desk_house(r, &i.house))
		return;
	if (!r->posted) {
		if (fill_in(r, &i))
			show_form(r, &i, NULL);
		return;
	}
	if (!desk_may(r, ACT_INVITE, STR(""), r->actor->org))
		return;
	enum err err = read_form(r, &i, &problems);
	if (err != E_OK)
		desk_failed(r, err);
	else if (problems.count > 0)
		show_form(r, &i, &problems);
	else
		invite(r, &i, &problems);
}
