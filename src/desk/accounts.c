/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts of a unit and of all below it: who there is, and one of them. */
#include "desk/accounts.h"

#include "desk/desk_parts.h"
#include "office/org.h"
#include "office/second_factor.h"
#include "office/session.h"

enum {
	PAGE = 50
};

/* --- pieces --- */

struct str desk_role_words(enum lang lang, enum role role)
{
	static const enum message messages[] = {
		[ROLE_OPERATOR] = MESSAGE_DESK_ROLE_OPERATOR,
		[ROLE_COORDINATOR] = MESSAGE_DESK_ROLE_COORDINATOR,
		[ROLE_REPORTER] = MESSAGE_DESK_ROLE_REPORTER,
		[ROLE_ISP] = MESSAGE_DESK_ROLE_ISP,
		[ROLE_AUDITOR] = MESSAGE_DESK_ROLE_AUDITOR,
	};
	return text(lang, messages[role]);
}

static enum message state_message(enum account_state state)
{
	static const enum message messages[] = {
		[ACCOUNT_INVITED] = MESSAGE_DESK_ACCOUNT_INVITED,
		[ACCOUNT_ACTIVE] = MESSAGE_DESK_ACCOUNT_ACTIVE,
		[ACCOUNT_DISABLED] = MESSAGE_DESK_ACCOUNT_DISABLED,
	};
	return messages[state];
}

void desk_account_state(struct desk_page *p, enum account_state state)
{
	static const enum desk_tone tones[] = {[ACCOUNT_INVITED] = DESK_WAITS,
		[ACCOUNT_ACTIVE] = DESK_GOOD,
		[ACCOUNT_DISABLED] = DESK_PLAIN};
	desk_tag(p, tones[state], text(p->lang, state_message(state)));
}

struct str desk_org_name(struct desk_request *r, int64_t org)
{
	struct org found;
	if (org == 0 || org_find(r->office, org, desk_today(r), r->arena, &found) != E_OK)
		return STR("–");
	return found.name[r->lang].size > 0 ? found.name[r->lang] : found.name[LANG_VI];
}

bool desk_org_argument(struct desk_request *r, int64_t *ret_org)
{
	uint64_t id = 0;
	struct str given = desk_argument(r, "org");
	if (given.size > 0 && (!str_to_u64(given, INT64_MAX, &id) || id == 0)) {
		desk_not_found(r);
		return false;
	}
	*ret_org = (int64_t)id;
	return true;
}

static struct str seen_words(struct desk_request *r, struct instant seen)
{
	return seen.seconds ? desk_time(r, seen) : STR("–");
}

/* --- the list --- */

struct account_rows {
	struct desk_page *page;
	size_t count;
	struct str last;
	bool more;
};

static enum err write_row(void *context, const struct account *a)
{
	struct account_rows *rows = context;
	struct desk_page *p = rows->page;
	struct desk_request *r = p->r;
	if (rows->count == PAGE) {
		rows->more = true;
		return E_OK;
	}
	rows->count++;
	rows->last = arena_copy(r->arena, a->mail);
	desk_row_begin(p);
	desk_cell_link(p, desk_text(r, "accounts/%lld", (long long)a->id), a->mail);
	desk_cell(p, a->name);
	desk_cell(p, desk_role_words(p->lang, a->role));
	desk_cell(p, desk_org_name(r, a->org));
	desk_cell_open(p);
	desk_account_state(p, a->state);
	desk_cell_close(p);
	desk_cell(p, seen_words(r, a->seen));
	desk_row_end(p);
	return rows->last.data ? E_OK : E_NOMEM;
}

static void write_search(struct desk_page *p, int64_t org, struct str words)
{
	const struct desk_input input = {.name = "q",
		.label = text(p->lang, MESSAGE_DESK_ACCOUNTS_SEARCH),
		.value = words,
		.type = "search"};
	desk_form_open_get(p, "account-search", STR("accounts"));
	if (org)
		desk_hidden(p, "org", desk_text(p->r, "%lld", (long long)org));
	desk_input(p, &input);
	desk_button(p, "quiet", NULL, STR(""), MESSAGE_DESK_ACCOUNTS_SEARCH_DO);
	desk_form_close(p);
}

/* In a query of an address of ours. */
static struct str escape(struct desk_request *r, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";
	char *at = arena_alloc(r->arena, s.size + 1, 3);
	size_t size = 0;
	for (size_t i = 0; at && i < s.size; i++) {
		unsigned char c = (unsigned char)s.data[i];
		at[size++] = '%';
		at[size++] = digits[c >> 4];
		at[size++] = digits[c & 15];
	}
	return (struct str){at ? at : "", size};
}

static void write_table(struct desk_page *p, const struct account_choice *choice, int64_t org)
{
	struct desk_request *r = p->r;
	const struct desk_column columns[] = {{NULL, text(p->lang, MESSAGE_DESK_MAIL), false},
		{NULL, text(p->lang, MESSAGE_DESK_ACCOUNT_NAME), false},
		{NULL, text(p->lang, MESSAGE_DESK_ACCOUNT_ROLE), false},
		{NULL, text(p->lang, MESSAGE_DESK_ACCOUNT_ORG), false},
		{NULL, text(p->lang, MESSAGE_DESK_ACCOUNT_STATE), false},
		{NULL, text(p->lang, MESSAGE_DESK_ACCOUNT_SEEN), false}};
	const struct desk_table table = {.caption = text(p->lang, MESSAGE_DESK_ACCOUNTS),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.path = STR("accounts")};
	struct account_rows rows = {.page = p};
	desk_table_begin(p, &table);
	enum err err = account_each(r->office, choice, write_row, &rows);
	if (err != E_OK)
		writer_fail(p->html.out, err);
	desk_table_end(p);
	if (rows.count == 0)
		desk_say(p, "p", NULL, MESSAGE_DESK_ACCOUNTS_NONE);
	if (rows.more)
		desk_link(p, "button quiet",
			desk_text(r, "accounts?org=%.*s&q=%.*s&after=%.*s",
				STR_ARG(org ? desk_text(r, "%lld", (long long)org) : STR("")),
				STR_ARG(escape(r, choice->words)), STR_ARG(escape(r, rows.last))),
			text(p->lang, MESSAGE_DESK_ACCOUNTS_MORE));
}

static bool invites(struct desk_request *r, int64_t org)
{
	return actor_may(r->office, r->actor, ACT_INVITE, STR(""), org) == E_OK;
}

void desk_accounts(struct desk_request *r)
{
	int64_t asked, org;
	if (!desk_org_argument(r, &asked))
		return;
	org = asked ? asked : r->actor->org;
	if (!desk_may(r, ACT_SEE_ACCOUNTS, STR(""), org))
		return;
	const struct account_choice choice = {.org = org ? org : -1,
		.after = desk_argument(r, "after"),
		.limit = PAGE + 1,
		.below = true,
		.words = desk_argument(r, "q")};
	struct desk_head head = {.place = DESK_PLACE_ACCOUNTS,
		.title = text(r->lang, MESSAGE_DESK_ACCOUNTS),
		.wide = true};
	struct desk_page p;
	desk_page_begin(&p, r, &head, NULL);
	if (org)
		desk_say_values(&p, "p", "lead", MESSAGE_DESK_ACCOUNTS_OF,
			{STR("unit"), desk_org_name(r, org)});
	if (invites(r, org))
		desk_link(&p, "button",
			asked ? desk_text(r, "accounts/new?org=%lld", (long long)asked)
			      : STR("accounts/new"),
			text(r->lang, MESSAGE_DESK_INVITE));
	write_search(&p, asked, choice.words);
	write_table(&p, &choice, asked);
	desk_page_end(&p);
}

/* --- one account --- */

/* An account that may be seen; else it has been answered. Those of no org exist for few. */
static bool find(struct desk_request *r, struct account *ret_account)
{
	int64_t id;
	if (!desk_part_id(r, 0, &id)) {
		desk_not_found(r);
		return false;
	}
	enum err err = account_find(r->office, id, r->arena, ret_account);
	if (err == E_OK)
		err = actor_may(r->office, r->actor, ACT_SEE_ACCOUNTS, STR(""), ret_account->org);
	if (err == E_NOTFOUND || err == E_DENIED)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

static bool manages(struct desk_request *r, const struct account *a)
{
	return a->id != r->actor->account && role_gives(r->actor->role, a->role) &&
	       invites(r, a->org);
}

static void write_facts(struct desk_page *p, const struct account *a)
{
	struct desk_request *r = p->r;
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_DESK_MAIL, a->mail);
	desk_fact(p, MESSAGE_DESK_ACCOUNT_ROLE, desk_role_words(p->lang, a->role));
	desk_fact(p, MESSAGE_DESK_ACCOUNT_ORG, desk_org_name(r, a->org));
	desk_fact(p, MESSAGE_DESK_ACCOUNT_STATE, text(p->lang, state_message(a->state)));
	desk_fact(p, MESSAGE_DESK_ACCOUNT_FACTOR,
		text(p->lang, a->second_factor ? MESSAGE_YES : MESSAGE_NO));
	desk_fact(p, MESSAGE_DESK_ACCOUNT_MADE, desk_time(r, a->made));
	desk_fact(p, MESSAGE_DESK_ACCOUNT_SEEN, seen_words(r, a->seen));
	desk_facts_end(p);
}

static void write_actions(struct desk_page *p, const struct account *a)
{
	desk_form_open(p, "actions", p->r->path);
	if (a->state == ACCOUNT_DISABLED) {
		desk_button(p, "quiet", "do", STR("enable"), MESSAGE_DESK_ACCOUNT_ENABLE);
	} else {
		desk_button(p, "quiet", "do", STR("link"),
			a->state == ACCOUNT_INVITED ? MESSAGE_DESK_ACCOUNT_INVITE_AGAIN
						    : MESSAGE_DESK_ACCOUNT_RESET);
		if (a->second_factor)
			desk_button(
				p, "quiet", "do", STR("factor"), MESSAGE_DESK_ACCOUNT_FACTOR_OFF);
		desk_button(p, "caution", "do", STR("disable"), MESSAGE_DESK_ACCOUNT_DISABLE);
	}
	desk_form_close(p);
}

static void show_account(struct desk_request *r, const struct account *a)
{
	const struct desk_head head = {.place = DESK_PLACE_ACCOUNTS,
		.title = a->name,
		.crumbs = {{STR("accounts"), text(r->lang, MESSAGE_DESK_ACCOUNTS)}},
		.crumb_count = 1};
	struct desk_page p;
	desk_page_begin(&p, r, &head, NULL);
	write_facts(&p, a);
	if (manages(r, a))
		write_actions(&p, a);
	desk_page_end(&p);
}

static void make_link(struct desk_request *r, const struct account *a)
{
	struct token token;
	struct str address, link = STR("");
	enum invitation_kind kind =
		a->state == ACCOUNT_INVITED ? INVITATION_JOIN : INVITATION_RESET;
	if (!desk_site_address(r, &address) || !desk_begin(r))
		return;
	enum err err = invitation_make(r->office, r->actor, a->id, kind, r->now, &token);
	if (err == E_OK) {
		link = desk_one_time_link(r, address, a, &token);
		token_wipe(&token);
		err = desk_link_mail(r, a, kind, link);
	}
	err = desk_end(r, err);
	if (err == E_OK)
		desk_show_link(r, a, kind, link);
	else if (err == E_USAGE)
		desk_redirect(r, r->path, MESSAGE_DESK_ACCOUNT_CHANGED_MEANWHILE);
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

static void change_account(struct desk_request *r, const struct account *a)
{
	struct str wanted = desk_field(r, "do");
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		if (!str_equal(wanted, changes[i].name))
			continue;
		if (!desk_begin(r))
			return;
		enum err err = desk_end(r, changes[i].run(r->office, r->actor, a->id, r->now));
		if (err == E_OK)
			desk_redirect(r, r->path, changes[i].said);
		else
			desk_failed(r, err);
		return;
	}
	if (str_equal(wanted, STR("link")) && a->state != ACCOUNT_DISABLED)
		make_link(r, a);
	else
		desk_redirect(r, r->path, MESSAGE__COUNT);
}

void desk_account(struct desk_request *r)
{
	struct account account;
	if (!find(r, &account))
		return;
	if (!r->posted)
		show_account(r, &account);
	else if (manages(r, &account))
		change_account(r, &account);
	else
		desk_denied(r);
}
