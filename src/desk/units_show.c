/* SPDX-License-Identifier: Apache-2.0 */
/* One organisation: names, place, contact point, networks, what stands below it, what it was. */
#include "desk/accounts.h"
#include "desk/export.h"
#include "desk/returns_words.h"
#include "desk/units.h"
#include "office/account.h"
#include "office/contact.h"
#include "office/org_list.h"
#include "office/search.h"

static enum err keep_since(void *context, const struct org *org)
{
	*(struct date *)context = org->since;
	return E_OK;
}

/* Name and code, of the last time it was there; "–" for what they may not see. */
struct str desk_unit_title(struct desk_request *r, int64_t id)
{
	struct org org;
	struct date last = {0};
	if (!id || !desk_unit_seen(r, id))
		return STR("–");
	enum err err = org_find(r->office, id, desk_today(r), r->arena, &org);
	if (err == E_NOTFOUND)
		err = org_each_version(r->office, id, keep_since, &last);
	if (err == E_OK && last.year)
		err = org_find(r->office, id, last, r->arena, &org);
	return err == E_OK ? desk_text(r, "%.*s (%.*s)", STR_ARG(desk_unit_name(r, &org)),
				     STR_ARG(org.code))
			   : STR("–");
}

static void write_facts(struct desk_page *p, const struct org *org)
{
	struct desk_request *r = p->r;
	bool enterprise = org->kind == ORG_ENTERPRISE;
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_DESK_UNITS_CODE, org->code);
	desk_fact(p, MESSAGE_DESK_UNITS_NAME_EN, org->name[LANG_EN]);
	desk_fact(p, MESSAGE_DESK_UNITS_LEVEL, org->level);
	desk_fact(p, MESSAGE_DESK_UNITS_KIND,
		text(r->lang,
			enterprise ? MESSAGE_DESK_UNITS_ENTERPRISE : MESSAGE_DESK_UNITS_AGENCY));
	desk_fact(p, MESSAGE_DESK_UNITS_PLACE, desk_unit_title(r, org->parent));
	desk_fact(p, MESSAGE_DESK_UNITS_TAX_CODE, org->tax_code);
	desk_fact(p, MESSAGE_DESK_UNITS_MAIL, org->mail);
	desk_fact(p, MESSAGE_DESK_UNITS_PHONE, org->phone);
	desk_facts_end(p);
}

/* --- contact points, networks --- */

struct contacts {
	struct desk_page *page;
	int64_t org;
	size_t count;
	bool may_change;
};

static enum err write_contact(void *context, struct str campaign, const struct contact *contact)
{
	struct contacts *c = context;
	struct desk_page *p = c->page;
	struct desk_request *r = p->r;
	bool any = campaign.size == 0;
	struct str key = arena_copy(r->arena, campaign);
	c->count++;
	desk_row_begin(p);
	desk_cell(p, any ? text(p->lang, MESSAGE_DESK_UNITS_EVERY_CAMPAIGN) : key);
	desk_cell(p, contact->name);
	desk_cell(p, contact->phone);
	desk_cell(p, contact->mail);
	if (c->may_change)
		desk_cell_link(p,
			desk_text(r, "orgs/%lld/contact?campaign=%.*s", (long long)c->org,
				STR_ARG(key)),
			text(p->lang, MESSAGE_DESK_UNITS_CONTACT_CHANGE));
	desk_row_end(p);
	return E_OK;
}

static enum err count_contact(void *context, struct str campaign, const struct contact *contact)
{
	(void)campaign;
	(void)contact;
	++*(size_t *)context;
	return E_OK;
}

static void write_contact_table(struct desk_page *p, const struct org *org, bool may_change)
{
	struct desk_request *r = p->r;
	const struct desk_column columns[] = {
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_CAMPAIGN), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_PERSON), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_PHONE), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_MAIL), false}, {NULL, STR(""), false}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_UNITS_CONTACTS),
		.columns = columns,
		.column_count = may_change ? 5 : 4,
		.path = r->path};
	struct contacts c = {p, org->id, 0, may_change};
	desk_table_begin(p, &table);
	enum err err = contact_each(r->office, org->id, write_contact, &c);
	if (err != E_OK)
		writer_fail(p->html.out, err);
	desk_table_end(p);
}

static void write_contacts(struct desk_page *p, const struct org *org, bool may_change)
{
	size_t count = 0;
	struct desk_request *r = p->r;
	desk_say(p, "h2", NULL, MESSAGE_DESK_UNITS_CONTACTS);
	if (contact_each(r->office, org->id, count_contact, &count) == E_OK && count > 0)
		write_contact_table(p, org, may_change);
	else
		desk_say(p, "p", "hint", MESSAGE_DESK_UNITS_NO_CONTACT);
	if (may_change)
		desk_link(p, "button quiet", desk_unit_path(r, org->id, "/contact"),
			text(r->lang, MESSAGE_DESK_UNITS_CONTACT_PUT));
}

static enum err write_network(void *context, struct prefix prefix)
{
	struct desk_page *p = context;
	struct writer w;
	writer_init(&w, 128);
	writer_prefix(&w, prefix);
	html_open(&p->html, "li");
	html_text(&p->html, writer_view_str(&w));
	html_close(&p->html, "li");
	writer_release(&w);
	return E_OK;
}

static void write_networks(struct desk_page *p, const struct org *org, bool may_change)
{
	struct desk_request *r = p->r;
	desk_say(p, "h2", NULL, MESSAGE_DESK_UNITS_NETWORKS);
	desk_say(p, "p", "hint", MESSAGE_DESK_UNITS_NETWORKS_HINT);
	html_open_class(&p->html, "ul", "networks");
	enum err err = org_each_network(r->office, org->id, write_network, p);
	html_close(&p->html, "ul");
	if (err == E_OK && may_change)
		desk_link(p, "button quiet", desk_unit_path(r, org->id, "/networks"),
			text(r->lang, MESSAGE_DESK_UNITS_NETWORKS_CHANGE));
}

/* --- history --- */

static enum err write_version(void *context, const struct org *org)
{
	struct desk_page *p = context;
	struct desk_request *r = p->r;
	desk_row_begin(p);
	desk_cell(p, desk_date(r, org->since));
	desk_cell(p, org->until.year ? desk_date(r, org->until)
				     : text(r->lang, MESSAGE_DESK_UNITS_STILL));
	desk_cell(p, arena_copy(r->arena, desk_unit_name(r, org)));
	desk_cell(p, arena_copy(r->arena, org->level));
	desk_cell(p, desk_unit_title(r, org->parent));
	desk_row_end(p);
	return E_OK;
}

static enum err write_successor(void *context, const struct org_successor *successor)
{
	static const enum message messages[ORG_SUCCESSION__COUNT] = {
		[ORG_MERGED] = MESSAGE_DESK_UNITS_MERGED,
		[ORG_SPLIT] = MESSAGE_DESK_UNITS_SPLIT,
		[ORG_RENAMED] = MESSAGE_DESK_UNITS_RENAMED};
	struct desk_page *p = context;
	struct desk_request *r = p->r;
	desk_say_values(p, "li", NULL, messages[successor->how],
		{STR("day"), desk_date(r, successor->day)},
		{STR("from"), desk_unit_title(r, successor->from)},
		{STR("to"), desk_unit_title(r, successor->to)});
	return E_OK;
}

static void write_history(struct desk_page *p, const struct org *org)
{
	struct desk_request *r = p->r;
	const struct desk_column columns[] = {
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_SINCE), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_UNTIL), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_NAME), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_LEVEL), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_PLACE), false},
	};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_UNITS_HISTORY),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.path = r->path};
	desk_say(p, "h2", NULL, MESSAGE_DESK_UNITS_HISTORY);
	desk_table_begin(p, &table);
	enum err err = org_each_version(r->office, org->id, write_version, p);
	desk_table_end(p);
	html_open(&p->html, "ul");
	if (err == E_OK)
		err = org_each_successor(r->office, org->id, write_successor, p);
	html_close(&p->html, "ul");
	(void)err; /* the rest of the page is still true */
}

/* --- accounts, returns --- */

enum {
	FEW = 20
};

struct people {
	struct desk_page *page;
	size_t count;
};

static enum err write_account(void *context, const struct account *account)
{
	struct people *people = context;
	struct desk_page *p = people->page;
	if (people->count++ == FEW)
		return E_OK;
	desk_row_begin(p);
	desk_cell_link(p, desk_text(p->r, "accounts/%lld", (long long)account->id), account->mail);
	desk_cell(p, account->name);
	desk_cell(p, desk_role_words(p->lang, account->role));
	desk_cell_open(p);
	desk_account_state(p, account->state);
	desk_cell_close(p);
	desk_row_end(p);
	return E_OK;
}

static void write_accounts(struct desk_page *p, const struct org *org)
{
	struct desk_request *r = p->r;
	struct people people = {.page = p};
	const struct account_choice choice = {.org = org->id, .limit = FEW + 1};
	const struct desk_column columns[] = {{NULL, text(p->lang, MESSAGE_DESK_MAIL), false},
		{NULL, text(p->lang, MESSAGE_DESK_ACCOUNT_NAME), false},
		{NULL, text(p->lang, MESSAGE_DESK_ACCOUNT_ROLE), false},
		{NULL, text(p->lang, MESSAGE_DESK_ACCOUNT_STATE), false}};
	const struct desk_table table = {.caption = text(p->lang, MESSAGE_DESK_ACCOUNTS),
		.columns = columns,
		.column_count = 4,
		.path = r->path};
	if (actor_may(r->office, r->actor, ACT_SEE_ACCOUNTS, STR(""), org->id) != E_OK)
		return;
	desk_say(p, "h2", NULL, MESSAGE_DESK_ACCOUNTS);
	desk_table_begin(p, &table);
	enum err err = account_each(r->office, &choice, write_account, &people);
	if (err != E_OK)
		writer_fail(p->html.out, err);
	desk_table_end(p);
	if (people.count == 0)
		desk_say(p, "p", "hint", MESSAGE_DESK_ACCOUNTS_NONE);
	html_open_class(&p->html, "p", "actions");
	desk_link(p, "button quiet", desk_text(r, "accounts?org=%lld", (long long)org->id),
		text(p->lang, MESSAGE_DESK_UNITS_ACCOUNTS_ALL));
	if (actor_may(r->office, r->actor, ACT_INVITE, STR(""), org->id) == E_OK)
		desk_link(p, "button quiet",
			desk_text(r, "accounts/new?org=%lld", (long long)org->id),
			text(p->lang, MESSAGE_DESK_INVITE));
	html_close(&p->html, "p");
}

struct returned {
	struct desk_page *page;
	int64_t org;
	size_t count;
};

static enum err write_return(void *context, const struct return_found *found)
{
	struct returned *returned = context;
	struct desk_page *p = returned->page;
	struct desk_request *r = p->r;
	struct str line;
	struct str campaign = arena_copy(r->arena, found->campaign);
	TRY(return_line(r->office, campaign, &line));
	if (actor_may(r->office, r->actor, ACT_SEE_RETURN, line, returned->org) != E_OK)
		return E_OK;
	if (returned->count++ == 0)
		html_open_class(&p->html, "ul", "plain-list");
	html_open(&p->html, "li");
	desk_link(p, NULL,
		desk_text(r, "campaigns/%.*s/returns/%lld", STR_ARG(campaign),
			(long long)returned->org),
		campaign);
	html_text(&p->html, STR(" "));
	desk_tag(p,
		found->state == RETURN_ACCEPTED    ? DESK_GOOD
		: found->state == RETURN_SENT_BACK ? DESK_LATE
						   : DESK_WAITS,
		returns_state_words(found->state, p->lang));
	html_close(&p->html, "li");
	return E_OK;
}

static void write_returns(struct desk_page *p, const struct org *org)
{
	struct returned returned = {p, org->id, 0};
	desk_say(p, "h2", NULL, MESSAGE_DESK_UNITS_RETURNS);
	enum err err = return_each_of(p->r->office, org->id, write_return, &returned);
	if (returned.count > 0)
		html_close(&p->html, "ul");
	if (err == E_OK && returned.count == 0)
		desk_say(p, "p", "hint", MESSAGE_DESK_UNITS_NO_RETURNS);
}

/* --- the page --- */

struct shown {
	struct org org;
	struct date day;
	bool today; /* no other day was asked for */
	bool there; /* today */
	bool may_change;
};

static void write_button(
	struct desk_page *p, const struct org *org, const char *behind, enum message words)
{
	desk_link(p, "button quiet", desk_unit_path(p->r, org->id, behind), text(p->lang, words));
}

static void write_actions(struct desk_page *p, const struct shown *s)
{
	struct desk_request *r = p->r;
	const struct org *org = &s->org;
	/* What stands above it decides whether it goes on. */
	bool ends = org->parent ? actor_may(r->office, r->actor, ACT_CHANGE_ORG, STR(""),
					  org->parent) == E_OK
				: r->actor->org == 0;
	if (!s->may_change)
		return;
	html_open_class(&p->html, "p", "actions");
	write_button(p, org, "/change", MESSAGE_DESK_UNITS_CHANGE);
	desk_link(p, "button quiet", desk_text(r, "orgs/new?under=%lld", (long long)org->id),
		text(p->lang, MESSAGE_DESK_UNITS_ADD));
	if (ends) {
		desk_link(p, "button quiet",
			desk_text(r, "orgs/merge?units=%.*s", STR_ARG(desk_escape(r, org->code))),
			text(p->lang, MESSAGE_DESK_UNITS_MERGE_THIS));
		write_button(p, org, "/split", MESSAGE_DESK_UNITS_SPLIT_THIS);
		write_button(p, org, "/end", MESSAGE_DESK_UNITS_END_THIS);
	}
	html_close(&p->html, "p");
}

/* Others see their own, and no list of what is below. */
static bool sees_below(const struct desk_request *r)
{
	return r->actor->org == 0 || r->actor->role == ROLE_COORDINATOR;
}

static void write_below(struct desk_page *p, const struct shown *s)
{
	struct desk_request *r = p->r;
	if (!sees_below(r))
		return;
	desk_say(p, "h2", NULL, MESSAGE_DESK_UNITS_BELOW);
	desk_unit_table(p, s->org.id, s->day, desk_unit_path(r, s->org.id, ""));
	if (r->actor->role != ROLE_COORDINATOR || r->actor->org != s->org.id)
		return;
	html_open_class(&p->html, "p", "actions");
	desk_link(p, "button quiet", STR("orgs?list=1"), text(r->lang, MESSAGE_DESK_UNITS_FILTER));
	desk_link(p, "button quiet", STR("orgs/import"), text(r->lang, MESSAGE_DESK_UNITS_IMPORT));
	html_close(&p->html, "p");
}

static void write_day_form(struct desk_page *p, const struct shown *s)
{
	const struct desk_input day = {.name = "day",
		.label = text(p->lang, MESSAGE_DESK_UNITS_AS_OF),
		.value = desk_argument(p->r, "day"),
		.type = "date"};
	desk_form_open_get(p, "choose", desk_unit_path(p->r, s->org.id, ""));
	desk_input(p, &day);
	desk_button(p, "quiet", NULL, STR(""), MESSAGE_DESK_UNITS_SHOW_DAY);
	desk_form_close(p);
}

static bool is_there(const struct org *org, struct date day)
{
	int64_t at = date_instant(day).seconds;
	return date_instant(org->since).seconds <= at &&
	       (!org->until.year || date_instant(org->until).seconds > at);
}

static void write_page(struct desk_page *p, const struct shown *s)
{
	struct desk_request *r = p->r;
	if (!s->today)
		desk_unit_as_of(p, s->day, desk_unit_path(r, s->org.id, ""));
	else if (!s->there)
		desk_notice(p, DESK_WAITS, text(r->lang, MESSAGE_DESK_UNITS_NOT_THERE));
	write_facts(p, &s->org);
	write_actions(p, s);
	write_below(p, s);
	write_day_form(p, s);
	if (s->today) {
		write_returns(p, &s->org);
		write_accounts(p, &s->org);
		write_contacts(p, &s->org, s->may_change);
		write_networks(p, &s->org, s->may_change);
	}
	write_history(p, &s->org);
}

/* Another day is theirs whose it was then. False: it has been answered. */
static bool find_then(struct desk_request *r, struct shown *s)
{
	bool was = true;
	enum err err = E_OK;
	if (r->actor->org)
		err = org_was_below(r->office, r->actor->org, s->org.id, s->day, &was);
	if (err == E_OK && was)
		err = org_find(r->office, s->org.id, s->day, r->arena, &s->org);
	if (err == E_NOTFOUND || (err == E_OK && !was))
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK && was;
}

static void export_below(struct desk_request *r, const struct shown *s)
{
	struct org_choice choice = {.day = s->day, .above = s->org.id};
	desk_unit_export(r, &choice);
}

void desk_unit(struct desk_request *r)
{
	struct desk_page p;
	struct shown s = {0};
	struct desk_problems problems = {.count = 0};
	struct desk_head head = {.place = DESK_PLACE_ORGS, .wide = true};
	if (!desk_unit_find(r, ACT_SEE_ORG, &s.org))
		return;
	s.today = !desk_unit_day(r, &s.day, &problems);
	s.there = is_there(&s.org, desk_today(r));
	desk_unit_way(r, &s.org, false, &head);
	if (!s.today && !find_then(r, &s))
		return;
	if (desk_export_asked(r) && sees_below(r)) {
		export_below(r, &s);
		return;
	}
	head.title = desk_unit_name(r, &s.org);
	s.may_change = s.there && s.today &&
		       actor_may(r->office, r->actor, ACT_CHANGE_ORG, STR(""), s.org.id) == E_OK;
	desk_page_begin(&p, r, &head, &problems);
	write_page(&p, &s);
	desk_page_end(&p);
}
