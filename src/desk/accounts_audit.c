/* SPDX-License-Identifier: Apache-2.0 */
/* Who did what: newest first. */
#include "desk/accounts.h"
#include "desk/audit_details.h"
#include "desk/audit_words.h"
#include "desk/desk_parts.h"
#include "desk/export.h"
#include "office/audit.h"

enum {
	PAGE = 50,
	EXPORTED = 100000,
	VERBS = 80,
	COLUMNS = 6
};

/* --- rows --- */

struct audit_rows {
	struct desk_page *page;     /* or */
	struct desk_export *export; /* these */
	size_t count;
	int64_t last;
	bool more;
};

static enum err write_row(void *context, const struct audit_entry *e)
{
	struct audit_rows *rows = context;
	struct desk_page *p = rows->page;
	struct desk_request *r = p->r;
	struct audit_thing thing = audit_thing_of(r, e->object);
	if (rows->count == PAGE) {
		rows->more = true;
		return E_OK;
	}
	rows->count++;
	rows->last = e->id;
	desk_row_begin(p);
	desk_cell(p, desk_time(r, e->at));
	desk_cell(p, e->actor);
	desk_cell(p, audit_verb_words(p->lang, e->what));
	if (thing.path.size > 0)
		desk_cell_link(p, thing.path, thing.words);
	else
		desk_cell(p, thing.words);
	desk_cell(p, desk_org_name(r, e->org));
	desk_cell(p, audit_detail_words(r, e->what, e->detail));
	desk_row_end(p);
	return E_OK;
}

static enum err export_row(void *context, const struct audit_entry *e)
{
	struct audit_rows *rows = context;
	struct desk_export *x = rows->export;
	desk_export_time(x, e->at);
	desk_export_cell(x, e->actor);
	desk_export_cell(x, audit_verb_words(x->r->lang, e->what));
	desk_export_cell(x, audit_thing_of(x->r, e->object).words);
	desk_export_cell(x, desk_org_name(x->r, e->org));
	desk_export_cell(x, audit_detail_words(x->r, e->what, e->detail));
	return desk_export_state(x);
}

/* --- the choice --- */

/* The first instant of a day where the desk is; 0 for what is no day. */
static struct instant day_begins(struct desk_request *r, const char *name, int more)
{
	struct date day;
	if (!date_parse(desk_argument(r, name), &day))
		return (struct instant){0};
	struct instant utc = {date_instant(day).seconds + (int64_t)more * SECONDS_PER_DAY};
	return (struct instant){utc.seconds - zone_offset(r->zone, utc)};
}

static bool read_filter(struct desk_request *r, struct audit_filter *ret_filter)
{
	int64_t org;
	uint64_t before = 0;
	if (!desk_org_argument(r, &org))
		return false;
	if (org == 0)
		org = r->actor->org;
	if (!desk_may(r, ACT_SEE_AUDIT, STR(""), org))
		return false;
	(void)str_to_u64(desk_argument(r, "before"), INT64_MAX, &before);
	*ret_filter = (struct audit_filter){.org = org,
		.actor = desk_argument(r, "who"),
		.what = desk_argument(r, "what"),
		.from = day_begins(r, "from", 0),
		.to = day_begins(r, "to", 1),
		.before = (int64_t)before,
		.limit = PAGE + 1};
	return true;
}

static void write_day(struct desk_page *p, const char *name, enum message label)
{
	const struct desk_input input = {.name = name,
		.label = text(p->lang, label),
		.value = desk_argument(p->r, name),
		.type = "date"};
	desk_input(p, &input);
}

static void write_verbs(struct desk_page *p)
{
	struct desk_option options[VERBS] = {{STR(""), text(p->lang, MESSAGE_DESK_ANY), STR("")}};
	size_t count = 1;
	const struct desk_input input = {.name = "what",
		.label = text(p->lang, MESSAGE_DESK_AUDIT_WHAT),
		.value = desk_argument(p->r, "what")};
	for (size_t i = 0; i < audit_verb_count && count < VERBS; i++)
		options[count++] = (struct desk_option){
			audit_verbs[i].what, text(p->lang, audit_verbs[i].words), STR("")};
	desk_select(p, &input, options, count);
}

static void write_search(struct desk_page *p)
{
	struct desk_request *r = p->r;
	const struct desk_input who = {.name = "who",
		.label = text(p->lang, MESSAGE_DESK_AUDIT_ACTOR),
		.value = desk_argument(r, "who"),
		.type = "search"};
	desk_form_open_get(p, "account-search", STR("audit"));
	if (desk_argument(r, "org").size > 0)
		desk_hidden(p, "org", desk_argument(r, "org"));
	desk_input(p, &who);
	write_verbs(p);
	write_day(p, "from", MESSAGE_DESK_AUDIT_FROM);
	write_day(p, "to", MESSAGE_DESK_AUDIT_TO);
	desk_button(p, "quiet", NULL, STR(""), MESSAGE_DESK_ACCOUNTS_SEARCH_DO);
	desk_form_close(p);
}

/* --- the page --- */

static struct desk_table make_table(
	struct desk_request *r, struct desk_column columns[COLUMNS], struct str query)
{
	const struct desk_column wanted[COLUMNS] = {
		{NULL, text(r->lang, MESSAGE_DESK_AUDIT_TIME), false},
		{NULL, text(r->lang, MESSAGE_DESK_AUDIT_ACTOR), false},
		{NULL, text(r->lang, MESSAGE_DESK_AUDIT_WHAT), false},
		{NULL, text(r->lang, MESSAGE_DESK_AUDIT_OBJECT), false},
		{NULL, text(r->lang, MESSAGE_DESK_ACCOUNT_ORG), false},
		{NULL, text(r->lang, MESSAGE_DESK_AUDIT_DETAIL), false}};
	memcpy(columns, wanted, sizeof(wanted));
	return (struct desk_table){.caption = text(r->lang, MESSAGE_DESK_AUDIT),
		.columns = columns,
		.column_count = COLUMNS,
		.path = STR("audit"),
		.query = query,
		.exports = true};
}

static void export_audit(
	struct desk_request *r, const struct desk_table *table, struct audit_filter filter)
{
	struct desk_export e;
	struct audit_rows rows = {.export = &e};
	filter.before = 0;
	filter.limit = EXPORTED;
	desk_export_begin(&e, r, table, STR("audit"));
	desk_export_end(&e, audit_each_of(r->office, &filter, export_row, &rows));
}

static void write_table(
	struct desk_page *p, const struct desk_table *table, const struct audit_filter *filter)
{
	struct desk_request *r = p->r;
	struct audit_rows rows = {.page = p};
	desk_table_begin(p, table);
	enum err err = audit_each_of(r->office, filter, write_row, &rows);
	if (err != E_OK)
		writer_fail(p->html.out, err);
	desk_table_end(p);
	if (rows.count == 0)
		desk_say(p, "p", NULL, MESSAGE_DESK_AUDIT_NONE);
	if (rows.more)
		desk_link(p, "button quiet",
			desk_text(r, "audit?%.*s%sbefore=%lld", STR_ARG(table->query),
				table->query.size > 0 ? "&" : "", (long long)rows.last),
			text(p->lang, MESSAGE_DESK_AUDIT_OLDER));
}

void desk_audit(struct desk_request *r)
{
	static const char *const kept[] = {"org", "who", "what", "from", "to"};
	struct desk_column columns[COLUMNS];
	struct audit_filter filter;
	if (!read_filter(r, &filter))
		return;
	const struct desk_table table =
		make_table(r, columns, desk_query(r, kept, sizeof(kept) / sizeof(kept[0])));
	if (desk_export_asked(r)) {
		export_audit(r, &table, filter);
		return;
	}
	const struct desk_head head = {.place = DESK_PLACE_AUDIT,
		.title = text(r->lang, MESSAGE_DESK_AUDIT),
		.wide = true};
	struct desk_page p;
	desk_page_begin(&p, r, &head, NULL);
	if (filter.org)
		desk_say_values(&p, "p", "lead", MESSAGE_DESK_AUDIT_OF,
			{STR("unit"), desk_org_name(r, filter.org)});
	else
		desk_say(&p, "p", "lead", MESSAGE_DESK_AUDIT_LEAD);
	write_search(&p);
	write_table(&p, &table, &filter);
	desk_page_end(&p);
}
