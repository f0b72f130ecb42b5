/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts of a unit and of all below it: who there is, and one of them. */
#include "desk/accounts.h"

#include "desk/desk_parts.h"
#include "desk/export.h"
#include "office/account_list.h"
#include "office/org.h"

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

struct str desk_account_state_words(enum lang lang, enum account_state state)
{
	return text(lang, state_message(state));
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

struct str desk_seen_words(struct desk_request *r, struct instant seen)
{
	return seen.seconds ? desk_time(r, seen) : STR("–");
}

bool desk_invites(struct desk_request *r, int64_t org)
{
	return actor_may(r->office, r->actor, ACT_INVITE, STR(""), org) == E_OK;
}

bool desk_manages(struct desk_request *r, const struct account *a)
{
	return a->id != r->actor->account && role_gives(r->actor->role, a->role) &&
	       desk_invites(r, a->org);
}

/* --- the list --- */

struct account_rows {
	struct desk_page *page;     /* or */
	struct desk_export *export; /* these */
};

static enum err write_row(void *context, const struct account *a)
{
	struct account_rows *rows = context;
	struct desk_page *p = rows->page;
	struct desk_request *r = p->r;
	desk_row_begin(p);
	desk_cell_link(p, desk_text(r, "accounts/%lld", (long long)a->id), a->mail);
	desk_cell(p, a->name);
	desk_cell(p, desk_role_words(p->lang, a->role));
	desk_cell(p, desk_org_name(r, a->org));
	desk_cell_open(p);
	desk_account_state(p, a->state);
	desk_cell_close(p);
	desk_cell(p, desk_seen_words(r, a->seen));
	desk_row_end(p);
	return E_OK;
}

static enum err export_row(void *context, const struct account *a)
{
	struct account_rows *rows = context;
	struct desk_export *e = rows->export;
	struct desk_request *r = e->r;
	desk_export_cell(e, a->mail);
	desk_export_cell(e, a->name);
	desk_export_cell(e, desk_role_words(r->lang, a->role));
	desk_export_cell(e, desk_org_name(r, a->org));
	desk_export_cell(e, text(r->lang, state_message(a->state)));
	desk_export_time(e, a->seen);
	return desk_export_state(e);
}

/* "Any", then each of them. */
static void write_roles(struct desk_page *p, struct str chosen)
{
	struct desk_option options[ROLE__COUNT + 1] = {
		{STR(""), text(p->lang, MESSAGE_DESK_ANY), STR("")}};
	const struct desk_input input = {
		.name = "role", .label = text(p->lang, MESSAGE_DESK_ACCOUNT_ROLE), .value = chosen};
	for (enum role role = 0; role < ROLE__COUNT; role++)
		options[role + 1] = (struct desk_option){
			role_name(role), desk_role_words(p->lang, role), STR("")};
	desk_select(p, &input, options, ROLE__COUNT + 1);
}

static void write_states(struct desk_page *p, struct str chosen)
{
	struct desk_option options[ACCOUNT_STATE__COUNT + 1] = {
		{STR(""), text(p->lang, MESSAGE_DESK_ANY), STR("")}};
	const struct desk_input input = {.name = "state",
		.label = text(p->lang, MESSAGE_DESK_ACCOUNT_STATE),
		.value = chosen};
	for (enum account_state state = 0; state < ACCOUNT_STATE__COUNT; state++)
		options[state + 1] = (struct desk_option){
			account_state_name(state), text(p->lang, state_message(state)), STR("")};
	desk_select(p, &input, options, ACCOUNT_STATE__COUNT + 1);
}

static void write_search(struct desk_page *p, int64_t org)
{
	const struct desk_input input = {.name = "q",
		.label = text(p->lang, MESSAGE_DESK_ACCOUNTS_SEARCH),
		.value = desk_argument(p->r, "q"),
		.type = "search"};
	desk_form_open_get(p, "account-search", STR("accounts"));
	if (org)
		desk_hidden(p, "org", desk_text(p->r, "%lld", (long long)org));
	desk_input(p, &input);
	write_roles(p, desk_argument(p->r, "role"));
	write_states(p, desk_argument(p->r, "state"));
	desk_button(p, "quiet", NULL, STR(""), MESSAGE_DESK_ACCOUNTS_SEARCH_DO);
	desk_form_close(p);
}

/* What is asked for; words that name nothing choose everything. */
static struct account_filter read_filter(struct desk_request *r, int64_t org)
{
	struct account_filter f = {
		.org = org, .words = desk_argument(r, "q"), .role = -1, .state = -1};
	enum role role;
	if (role_parse(desk_argument(r, "role"), &role))
		f.role = (int)role;
	for (enum account_state state = 0; state < ACCOUNT_STATE__COUNT; state++)
		if (str_equal(desk_argument(r, "state"), account_state_name(state)))
			f.state = (int)state;
	return f;
}

enum {
	COLUMNS = 6
};

static struct desk_table make_table(
	struct desk_request *r, struct desk_column columns[COLUMNS], struct str query)
{
	const struct desk_column wanted[COLUMNS] = {
		{"mail", text(r->lang, MESSAGE_DESK_MAIL), false},
		{"name", text(r->lang, MESSAGE_DESK_ACCOUNT_NAME), false},
		{"role", text(r->lang, MESSAGE_DESK_ACCOUNT_ROLE), false},
		{NULL, text(r->lang, MESSAGE_DESK_ACCOUNT_ORG), false},
		{"state", text(r->lang, MESSAGE_DESK_ACCOUNT_STATE), false},
		{"seen", text(r->lang, MESSAGE_DESK_ACCOUNT_SEEN), false}};
	memcpy(columns, wanted, sizeof(wanted));
	return (struct desk_table){.caption = text(r->lang, MESSAGE_DESK_ACCOUNTS),
		.columns = columns,
		.column_count = COLUMNS,
		.path = STR("accounts"),
		.query = query,
		.sort = desk_sort(r).size > 0 ? desk_sort(r) : STR("mail"),
		.exports = true};
}

static void export_accounts(
	struct desk_request *r, const struct desk_table *table, const struct account_filter *filter)
{
	struct desk_export e;
	struct account_rows rows = {.export = &e};
	struct account_slice slice = {.limit = SIZE_MAX / 2};
	(void)account_order_parse(desk_sort(r), &slice.order, &slice.down);
	desk_export_begin(&e, r, table, STR("accounts"));
	desk_export_end(&e, account_each_of(r->office, filter, &slice, export_row, &rows));
}

static void write_table(
	struct desk_page *p, const struct desk_table *table, const struct account_filter *filter)
{
	struct desk_request *r = p->r;
	struct account_rows rows = {.page = p};
	uint64_t all = 0, page = desk_page_number(r);
	struct account_slice slice = {.skip = (size_t)(page - 1) * PAGE, .limit = PAGE};
	(void)account_order_parse(desk_sort(r), &slice.order, &slice.down);
	enum err err = account_count(r->office, filter, &all);
	if (err == E_OK && all == 0) {
		desk_say(p, "p", NULL, MESSAGE_DESK_ACCOUNTS_NONE);
		return;
	}
	desk_say_values(
		p, "p", "hint", MESSAGE_DESK_ACCOUNTS_COUNT, {STR("count"), desk_number(r, all)});
	desk_table_begin(p, table);
	if (err == E_OK)
		err = account_each_of(r->office, filter, &slice, write_row, &rows);
	if (err != E_OK)
		writer_fail(p->html.out, err);
	desk_table_end(p);
	desk_pages(p, table, page, desk_page_count(all, PAGE));
}

static void write_ways(struct desk_page *p, int64_t asked, int64_t org)
{
	struct desk_request *r = p->r;
	html_open_class(&p->html, "p", "actions");
	if (desk_invites(r, org))
		desk_link(p, "button",
			asked ? desk_text(r, "accounts/new?org=%lld", (long long)asked)
			      : STR("accounts/new"),
			text(r->lang, MESSAGE_DESK_INVITE));
	desk_link(p, "button quiet", STR("accounts/links"), text(r->lang, MESSAGE_DESK_LINKS));
	html_close(&p->html, "p");
}

void desk_accounts(struct desk_request *r)
{
	static const char *const kept[] = {"org", "q", "role", "state"};
	struct desk_column columns[COLUMNS];
	int64_t asked, org;
	if (!desk_org_argument(r, &asked))
		return;
	org = asked ? asked : r->actor->org;
	if (!desk_may(r, ACT_SEE_ACCOUNTS, STR(""), org))
		return;
	const struct account_filter filter = read_filter(r, org);
	const struct desk_table table =
		make_table(r, columns, desk_query(r, kept, sizeof(kept) / sizeof(kept[0])));
	if (desk_export_asked(r)) {
		export_accounts(r, &table, &filter);
		return;
	}
	struct desk_head head = {.place = DESK_PLACE_ACCOUNTS,
		.title = text(r->lang, MESSAGE_DESK_ACCOUNTS),
		.wide = true};
	struct desk_page p;
	desk_page_begin(&p, r, &head, NULL);
	if (org)
		desk_say_values(&p, "p", "lead", MESSAGE_DESK_ACCOUNTS_OF,
			{STR("unit"), desk_org_name(r, org)});
	write_ways(&p, asked, org);
	write_search(&p, asked);
	write_table(&p, &table, &filter);
	desk_page_end(&p);
}
