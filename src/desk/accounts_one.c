/* SPDX-License-Identifier: Apache-2.0 */
/* One account: what it is, and what those who manage it may do. */
#include "desk/accounts.h"

#include "desk/desk_parts.h"
#include "desk/export.h"
#include "office/account_list.h"
#include "office/org.h"
#include "office/second_factor.h"

/* An account that may be seen; else it has been answered. Those of no org exist for few. */
static bool find(struct desk_request *r, struct account *ret_account)
{
	int64_t id;
	if (!desk_part_id(r, 0, &id)) {
		desk_not_found(r);
		return false;
	}
	enum err err = account_find(r->office, id, r->arena, ret_account);
	/* One that there is none of is asked for, too: else the time tells which there are. */
	int64_t org = err == E_OK && ret_account->org ? ret_account->org : -1;
	if (err == E_OK || err == E_NOTFOUND) {
		enum err may = actor_may(r->office, r->actor, ACT_SEE_ACCOUNTS, STR(""), org);
		err = err == E_OK ? may : err;
	}
	if (err == E_NOTFOUND || err == E_DENIED)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

/* --- shown --- */

static void write_facts(struct desk_page *p, const struct account *a)
{
	struct desk_request *r = p->r;
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_DESK_MAIL, a->mail);
	desk_fact(p, MESSAGE_DESK_ACCOUNT_ROLE, desk_role_words(p->lang, a->role));
	desk_fact(p, MESSAGE_DESK_ACCOUNT_ORG, desk_org_name(r, a->org));
	desk_fact(p, MESSAGE_DESK_ACCOUNT_STATE, desk_account_state_words(p->lang, a->state));
	desk_fact(p, MESSAGE_DESK_ACCOUNT_LANG, text(a->lang, MESSAGE_LANGUAGE_NAME));
	desk_fact(p, MESSAGE_DESK_ACCOUNT_FACTOR,
		text(p->lang, a->second_factor ? MESSAGE_YES : MESSAGE_NO));
	if (a->role == ROLE_COORDINATOR)
		desk_fact(p, MESSAGE_DESK_ACCOUNT_DIGEST,
			text(p->lang, a->digest ? MESSAGE_YES : MESSAGE_NO));
	desk_fact(p, MESSAGE_DESK_ACCOUNT_MADE, desk_time(r, a->made));
	desk_fact(p, MESSAGE_DESK_ACCOUNT_SEEN, desk_seen_words(r, a->seen));
	desk_facts_end(p);
}

static void write_link_buttons(
	struct desk_page *p, const struct account *a, const struct notice_house *house)
{
	bool joins = a->state == ACCOUNT_INVITED;
	if (desk_house_links(house))
		desk_button(p, NULL, "do", STR("send"),
			joins ? MESSAGE_DESK_ACCOUNT_SEND_INVITATION
			      : MESSAGE_DESK_ACCOUNT_SEND_RESET);
	desk_button(p, "quiet", "do", STR("link"),
		joins ? MESSAGE_DESK_ACCOUNT_INVITE_AGAIN : MESSAGE_DESK_ACCOUNT_RESET);
}

static void write_actions(
	struct desk_page *p, const struct account *a, const struct notice_house *house)
{
	desk_say(p, "h2", NULL, MESSAGE_DESK_ACCOUNT_COMING_IN);
	desk_say_links(p, house);
	desk_form_open(p, "actions", p->r->path);
	if (a->state == ACCOUNT_DISABLED) {
		desk_button(p, "quiet", "do", STR("enable"), MESSAGE_DESK_ACCOUNT_ENABLE);
	} else {
		write_link_buttons(p, a, house);
		if (a->second_factor)
			desk_button(
				p, "quiet", "do", STR("factor"), MESSAGE_DESK_ACCOUNT_FACTOR_OFF);
		desk_button(p, "caution", "do", STR("disable"), MESSAGE_DESK_ACCOUNT_DISABLE);
	}
	desk_form_close(p);
}

/* What a form says, or what is so today. */
struct given {
	struct str name, code;
	enum lang lang;
	enum role role;
	bool digest;
};

static void write_person(struct desk_page *p, const struct account *a, const struct given *g)
{
	const struct desk_option languages[] = {
		{STR("vi"), text(LANG_VI, MESSAGE_LANGUAGE_NAME), STR("")},
		{STR("en"), text(LANG_EN, MESSAGE_LANGUAGE_NAME), STR("")}};
	const struct desk_input name = {.name = "name",
		.label = text(p->lang, MESSAGE_DESK_ACCOUNT_NAME),
		.value = g->name};
	const struct desk_input lang = {.name = "lang",
		.label = text(p->lang, MESSAGE_DESK_ACCOUNT_LANG),
		.value = lang_code(g->lang)};
	const struct desk_input digest = {.name = "digest",
		.label = text(p->lang, MESSAGE_DESK_ACCOUNT_DIGEST),
		.hint = text(p->lang, MESSAGE_DESK_ACCOUNT_DIGEST_HINT)};
	desk_say(p, "h2", NULL, MESSAGE_DESK_ACCOUNT_PERSON);
	desk_form_open(p, "card", p->r->path);
	desk_hidden(p, "do", STR("person"));
	desk_input(p, &name);
	desk_radios(p, &lang, languages, 2);
	if (a->role == ROLE_COORDINATOR)
		desk_checkbox(p, &digest, g->digest);
	desk_button(p, NULL, NULL, STR(""), MESSAGE_DESK_SAVE);
	desk_form_close(p);
}

static void write_assignment(struct desk_page *p, const struct given *g)
{
	struct desk_option roles[ROLE__COUNT];
	size_t count = desk_role_options(p->r, roles);
	const struct desk_input role = {.name = "role",
		.label = text(p->lang, MESSAGE_DESK_ACCOUNT_ROLE),
		.value = role_name(g->role)};
	const struct desk_input unit = {.name = "unit",
		.label = text(p->lang, MESSAGE_DESK_ACCOUNT_CODE),
		.hint = text(p->lang, MESSAGE_DESK_ACCOUNT_CODE_HINT),
		.value = g->code,
		.width = 20};
	desk_say(p, "h2", NULL, MESSAGE_DESK_ACCOUNT_ASSIGN);
	desk_say(p, "p", "hint", MESSAGE_DESK_ACCOUNT_ASSIGN_HINT);
	desk_form_open(p, "card", p->r->path);
	desk_hidden(p, "do", STR("assign"));
	desk_radios(p, &role, roles, count);
	desk_input(p, &unit);
	desk_button(p, NULL, NULL, STR(""), MESSAGE_DESK_SAVE);
	desk_form_close(p);
}

static struct given as_it_is(struct desk_request *r, const struct account *a)
{
	struct org org;
	struct given g = {.name = a->name,
		.code = STR(""),
		.lang = a->lang,
		.role = a->role,
		.digest = a->digest};
	if (a->org && org_find(r->office, a->org, desk_today(r), r->arena, &org) == E_OK)
		g.code = org.code;
	return g;
}

static void show(struct desk_request *r, const struct account *a, const struct given *given,
	const struct desk_problems *problems)
{
	const struct desk_head head = {.place = DESK_PLACE_ACCOUNTS,
		.title = a->name,
		.crumbs = {{STR("accounts"), text(r->lang, MESSAGE_DESK_ACCOUNTS)}},
		.crumb_count = 1};
	struct notice_house house;
	struct desk_page p;
	if (!desk_house(r, &house))
		return;
	desk_page_begin(&p, r, &head, problems);
	write_facts(&p, a);
	if (desk_manages(r, a)) {
		write_actions(&p, a, &house);
		write_person(&p, a, given);
		write_assignment(&p, given);
	}
	if (actor_may(r->office, r->actor, ACT_SEE_AUDIT, STR(""), a->org) == E_OK) {
		html_open_class(&p.html, "p", "actions");
		desk_link(&p, NULL,
			desk_text(r, "audit?who=%.*s", STR_ARG(desk_escape(r, a->mail))),
			text(r->lang, MESSAGE_DESK_ACCOUNT_AUDIT));
		html_close(&p.html, "p");
	}
	desk_page_end(&p);
}

/* --- changes --- */

static void make_link(struct desk_request *r, const struct account *a, bool send)
{
	struct notice_house house;
	struct str link = STR("");
	enum invitation_kind kind =
		a->state == ACCOUNT_INVITED ? INVITATION_JOIN : INVITATION_RESET;
	if (!desk_house(r, &house) || !desk_begin(r))
		return;
	send = send && desk_house_links(&house);
	enum err err = desk_end(r, desk_make_link(r, &house, a, kind, send, &link));
	if (err == E_OK && send)
		desk_redirect(r, r->path, MESSAGE_DESK_LINK_SENT);
	else if (err == E_OK)
		desk_show_link(r, &house, a, kind, link);
	else if (err == E_USAGE)
		desk_redirect(r, r->path, MESSAGE_DESK_ACCOUNT_CHANGED_MEANWHILE);
	else
		desk_failed(r, err);
}

static enum err rename_account(struct desk_request *r, const struct account *a, struct given *g)
{
	TRY(account_rename(r->office, r->actor, a->id, g->name, g->lang, r->now));
	if (a->role != ROLE_COORDINATOR)
		return E_OK;
	return account_set_digest(r->office, r->actor, a->id, g->digest, r->now);
}

static void change_person(struct desk_request *r, const struct account *a)
{
	struct desk_problems problems = {.count = 0};
	struct given g = as_it_is(r, a);
	g.name = desk_field(r, "name");
	g.digest = desk_field(r, "digest").size > 0;
	(void)lang_parse(desk_field(r, "lang"), &g.lang);
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, rename_account(r, a, &g));
	if (err == E_OK) {
		desk_redirect(r, r->path, MESSAGE_DESK_SAVED);
	} else if (err == E_SYNTAX) {
		desk_problem_add(r, &problems, "name", MESSAGE_DESK_ACCOUNT_BAD_NAME);
		show(r, a, &g, &problems);
	} else {
		desk_failed(r, err);
	}
}

/* Both what they are and what they become must be theirs to give, for both units. */
static void change_assignment(struct desk_request *r, const struct account *a)
{
	struct desk_problems problems = {.count = 0};
	struct given g = as_it_is(r, a);
	int64_t org = 0;
	bool wrong = false;
	enum err err = E_OK;
	g.code = desk_field(r, "unit");
	if (!role_parse(desk_field(r, "role"), &g.role) || !role_gives(r->actor->role, g.role)) {
		desk_problem_add(r, &problems, "role", MESSAGE_DESK_ACCOUNT_BAD_ROLE);
		g.role = a->role;
	} else {
		err = desk_org_by_code(r, g.role, g.code, &org, &wrong);
	}
	if (wrong)
		desk_problem_add(r, &problems, "unit",
			role_needs_org(g.role) ? MESSAGE_DESK_ACCOUNT_BAD_CODE
					       : MESSAGE_DESK_ACCOUNT_NO_CODE);
	if (err == E_OK && problems.count > 0) {
		show(r, a, &g, &problems);
		return;
	}
	if (err == E_OK) {
		if (!desk_begin(r))
			return;
		err = desk_end(r, account_assign(r->office, r->actor, a->id, g.role, org, r->now));
	}
	/* They may now stand where one does not manage any more. */
	if (err == E_OK)
		desk_redirect(r, r->path, MESSAGE_DESK_ACCOUNT_ASSIGNED);
	else
		desk_failed(r, err);
}

struct change {
	struct str name;
	enum err (*run)(struct office *o, const struct actor *by, int64_t id, struct instant now);
	enum message said;
};

static const struct change changes[] = {
	{STR_INIT("disable"), account_disable, MESSAGE_DESK_ACCOUNT_DISABLED_DONE},
	{STR_INIT("enable"), account_enable, MESSAGE_DESK_ACCOUNT_ENABLED_DONE},
	{STR_INIT("factor"), factor_remove, MESSAGE_DESK_ACCOUNT_FACTOR_OFF_DONE},
};

static bool run_change(struct desk_request *r, const struct account *a, struct str wanted)
{
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		if (!str_equal(wanted, changes[i].name))
			continue;
		if (!desk_begin(r))
			return true;
		enum err err = desk_end(r, changes[i].run(r->office, r->actor, a->id, r->now));
		if (err == E_OK)
			desk_redirect(r, r->path, changes[i].said);
		else
			desk_failed(r, err);
		return true;
	}
	return false;
}

static void change_account(struct desk_request *r, const struct account *a)
{
	struct str wanted = desk_field(r, "do");
	bool send = str_equal(wanted, STR("send"));
	if (run_change(r, a, wanted))
		return;
	if ((send || str_equal(wanted, STR("link"))) && a->state != ACCOUNT_DISABLED)
		make_link(r, a, send);
	else if (str_equal(wanted, STR("person")))
		change_person(r, a);
	else if (str_equal(wanted, STR("assign")))
		change_assignment(r, a);
	else
		desk_redirect(r, r->path, MESSAGE__COUNT);
}

void desk_account(struct desk_request *r)
{
	struct account account;
	if (!find(r, &account))
		return;
	const struct given given = as_it_is(r, &account);
	if (!r->posted)
		show(r, &account, &given, NULL);
	else if (desk_manages(r, &account))
		change_account(r, &account);
	else
		desk_denied(r);
}
