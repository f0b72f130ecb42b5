/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of a day level by level, and all units of a choice as one list. */
#include "desk/export.h"
#include "desk/units.h"
#include "office/org_import.h"
#include "office/org_list.h"

enum {
	ROWS = 100, /* of a page */
	MOST_COLUMNS = 7,
	LEVELS = 40
};

/* --- what is asked for --- */

/* What the address says of a list; texts are borrowed from it. */
struct listing {
	struct org_choice choice;
	struct desk_problems problems;
	bool today; /* no other day was asked for */
	bool flat;  /* one list, not a level of the tree */
};

static const char *const arguments[] = {"q", "level", "kind", "state", "day", "list"};
enum {
	ARGUMENTS = sizeof(arguments) / sizeof(arguments[0])
};

static const struct state {
	struct str value;
	enum org_standing standing;
	enum message words;
} states[] = {
	{STR_INIT(""), ORG_IS_THERE, MESSAGE_DESK_UNITS_STATE_THERE},
	{STR_INIT("ended"), ORG_HAS_ENDED, MESSAGE_DESK_UNITS_STATE_ENDED},
	{STR_INIT("coming"), ORG_IS_TO_COME, MESSAGE_DESK_UNITS_STATE_COMING},
	{STR_INIT("any"), ORG_ANY_STANDING, MESSAGE_DESK_UNITS_STATE_ANY},
};
enum {
	STATES = sizeof(states) / sizeof(states[0])
};

static const struct {
	struct str key;
	enum org_order order;
} orders[] = {
	{STR_INIT("name"), ORG_BY_NAME},
	{STR_INIT("code"), ORG_BY_CODE},
	{STR_INIT("level"), ORG_BY_LEVEL},
	{STR_INIT("since"), ORG_BY_SINCE},
	{STR_INIT("until"), ORG_BY_UNTIL},
};

static void read_order(struct desk_request *r, struct org_choice *choice)
{
	struct str sort = desk_sort(r);
	choice->down = str_starts(sort, STR("-"));
	if (choice->down)
		sort = (struct str){sort.data + 1, sort.size - 1};
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (str_equal(sort, orders[i].key))
			choice->order = orders[i].order;
}

bool desk_unit_day(struct desk_request *r, struct date *ret_day, struct desk_problems *problems)
{
	struct problem problem;
	struct str given = desk_argument(r, "day");
	*ret_day = desk_today(r);
	if (given.size == 0)
		return false;
	if (date_parse(given, ret_day) && ret_day->year >= 1900)
		return date_instant(*ret_day).seconds != date_instant(desk_today(r)).seconds;
	*ret_day = desk_today(r);
	problem_set(&problem, PROBLEM_BAD_DAY, STR("day"), given);
	desk_unit_wrong(r, problems, &problem);
	return false;
}

static void read_listing(struct desk_request *r, struct listing *l)
{
	struct str kind = desk_argument(r, "kind");
	struct org_choice *choice = &l->choice;
	l->today = !desk_unit_day(r, &choice->day, &l->problems);
	choice->above = r->actor->org;
	choice->words = desk_argument(r, "q");
	choice->level = desk_argument(r, "level");
	choice->by_kind = kind.size > 0;
	choice->kind = str_equal(kind, STR("enterprise")) ? ORG_ENTERPRISE : ORG_AGENCY;
	for (size_t i = 0; i < STATES; i++)
		if (str_equal(desk_argument(r, "state"), states[i].value))
			choice->standing = states[i].standing;
	read_order(r, choice);
	l->flat = choice->words.size > 0 || choice->level.size > 0 || choice->by_kind ||
		  choice->standing != ORG_IS_THERE || desk_argument(r, "list").size > 0;
	choice->skip = (size_t)((desk_page_number(r) - 1) * ROWS);
	choice->limit = ROWS;
}

/* --- tables --- */

struct rows {
	struct desk_page *page;
	const struct org_choice *choice;
	bool flat, today;
};

static void write_below(struct desk_page *p, int64_t id)
{
	uint64_t count = 0;
	enum err err = org_count_below(p->r->office, STR(""), id, &count);
	desk_cell(p, err == E_OK && count > 0 ? desk_number(p->r, count) : STR(""));
}

/* What it stood below then. */
static void write_place(struct desk_page *p, const struct org *org, struct date day)
{
	struct org above;
	struct desk_request *r = p->r;
	if (org->until.year && date_instant(org->until).seconds <= date_instant(day).seconds)
		day = org->since;
	bool seen = org->parent && org->id != r->actor->org && desk_unit_seen(r, org->parent) &&
		    org_find(r->office, org->parent, day, r->arena, &above) == E_OK;
	desk_cell(p, seen ? desk_unit_name(r, &above) : STR(""));
}

/* Of another day, with that day: the page of a unit shows itself as it was then. */
static struct str path_of(const struct rows *rows, int64_t id)
{
	struct desk_request *r = rows->page->r;
	struct date day = rows->choice->day;
	return rows->today ? desk_unit_path(r, id, "")
			   : desk_unit_path(r, id,
				     desk_text(r, "?day=%04d-%02u-%02u", day.year,
					     (unsigned)day.month, (unsigned)day.day)
					     .data);
}

static enum err write_row(void *context, const struct org *org)
{
	struct rows *rows = context;
	struct desk_page *p = rows->page;
	struct desk_request *r = p->r;
	struct str name = arena_copy(r->arena, desk_unit_name(r, org));
	desk_row_begin(p);
	if (rows->today || desk_unit_seen(r, org->id))
		desk_cell_link(p, path_of(rows, org->id), name);
	else
		desk_cell(p, name);
	desk_cell(p, org->code);
	if (rows->flat)
		write_place(p, org, rows->choice->day);
	desk_cell(p, org->level);
	if (rows->flat)
		desk_cell(p, desk_date(r, org->since));
	if (rows->flat || !rows->today)
		desk_cell(p, org->until.year ? desk_date(r, org->until) : STR(""));
	if (!rows->flat && rows->today)
		write_below(p, org->id);
	desk_row_end(p);
	return name.data ? E_OK : E_NOMEM;
}

static size_t make_columns(const struct rows *rows, struct desk_column columns[MOST_COLUMNS])
{
	size_t count = 0;
	enum lang lang = rows->page->r->lang;
	const struct desk_column all[] = {
		{"name", text(lang, MESSAGE_DESK_UNITS_NAME), false},
		{"code", text(lang, MESSAGE_DESK_UNITS_CODE), false},
		{NULL, text(lang, MESSAGE_DESK_UNITS_PLACE), false},
		{"level", text(lang, MESSAGE_DESK_UNITS_LEVEL), false},
		{"since", text(lang, MESSAGE_DESK_UNITS_SINCE), false},
		{"until", text(lang, MESSAGE_DESK_UNITS_UNTIL), false},
		{NULL, text(lang, MESSAGE_DESK_UNITS_COUNT), true},
	};
	const bool shown[] = {true, true, rows->flat, true, rows->flat, rows->flat || !rows->today,
		!rows->flat && rows->today};
	for (size_t i = 0; i < MOST_COLUMNS; i++)
		if (shown[i])
			columns[count++] = all[i];
	return count;
}

/* One page of what was chosen; `none` where there is nothing. */
static void write_table(struct desk_page *p, const struct org_choice *choice, struct rows *rows,
	struct desk_table table, enum message none)
{
	uint64_t all = 0;
	struct desk_request *r = p->r;
	struct desk_column columns[MOST_COLUMNS];
	enum err err = org_list_count(r->office, choice, &all);
	if (err == E_OK && rows->flat)
		desk_say_values(p, "p", "lead", MESSAGE_DESK_UNITS_FOUND_COUNT,
			{STR("count"), desk_number(r, all)});
	if (err != E_OK || all == 0) {
		desk_say(p, "p", "hint", none);
		return;
	}
	table.columns = columns;
	table.column_count = make_columns(rows, columns);
	desk_table_begin(p, &table);
	err = org_list(r->office, choice, write_row, rows);
	if (err != E_OK)
		writer_fail(p->html.out, err);
	desk_table_end(p);
	desk_pages(p, &table, desk_page_number(r), desk_page_count(all, ROWS));
}

void desk_unit_table(struct desk_page *p, int64_t parent, struct date day, struct str path)
{
	static const char *const kept[] = {"day"};
	struct desk_request *r = p->r;
	struct date today = desk_today(r);
	struct org_choice choice = {.day = day,
		.children = true,
		.parent = parent,
		.skip = (size_t)((desk_page_number(r) - 1) * ROWS),
		.limit = ROWS};
	struct rows rows = {.page = p,
		.choice = &choice,
		.today = date_instant(day).seconds == date_instant(today).seconds};
	read_order(r, &choice);
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_UNITS_BELOW),
		.path = path,
		.query = desk_query(r, kept, 1),
		.sort = desk_sort(r),
		.exports = true};
	write_table(p, &choice, &rows, table, MESSAGE_DESK_UNITS_NONE_BELOW);
}

/* --- as a file --- */

struct exported {
	struct desk_export export;
	struct desk_request *r;
	bool today;
};

static void export_parent(struct exported *e, const struct org *org)
{
	struct str code = STR("");
	struct desk_request *r = e->r;
	bool seen = org->parent && org->id != r->actor->org &&
		    (e->today || desk_unit_seen(r, org->parent));
	if (seen && org_code_of(r->office, org->parent, r->arena, &code) != E_OK)
		code = STR("");
	desk_export_cell(&e->export, code);
}

/* In the order of org_export_column(): the file can be taken in again. */
static enum err export_row(void *context, const struct org *org)
{
	struct exported *e = context;
	struct desk_export *out = &e->export;
	desk_export_cell(out, org->code);
	export_parent(e, org);
	desk_export_cell(out, org->name[LANG_VI]);
	desk_export_cell(out, org->name[LANG_EN]);
	desk_export_cell(out, org->level);
	desk_export_cell(out, org->kind == ORG_ENTERPRISE ? STR("enterprise") : STR("agency"));
	desk_export_cell(out, org->tax_code);
	desk_export_cell(out, org->mail);
	desk_export_cell(out, org->phone);
	desk_export_date(out, org->since);
	desk_export_date(out, org->until);
	return desk_export_state(out);
}

void desk_unit_export(struct desk_request *r, struct org_choice *choice)
{
	struct exported e = {.r = r};
	struct desk_column columns[ORG_EXPORT_COLUMNS];
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_MENU_ORGS),
		.columns = columns,
		.column_count = ORG_EXPORT_COLUMNS};
	for (size_t i = 0; i < ORG_EXPORT_COLUMNS; i++)
		columns[i] = (struct desk_column){NULL, org_export_column(i), false};
	e.today = date_instant(choice->day).seconds == date_instant(desk_today(r)).seconds;
	choice->skip = 0;
	choice->limit = SIZE_MAX >> 1;
	desk_export_begin(&e.export, r, &table, STR("don-vi"));
	desk_export_end(&e.export, org_list(r->office, choice, export_row, &e));
}

/* --- filter --- */

struct levels {
	struct desk_request *r;
	struct desk_option *options;
	size_t count;
};

static enum err take_level(void *context, struct str level)
{
	struct levels *l = context;
	struct str copy = arena_copy(l->r->arena, level);
	if (!copy.data)
		return E_NOMEM;
	l->options[l->count++] = (struct desk_option){copy, copy, STR("")};
	return E_OK;
}

static void write_level_field(struct desk_page *p, struct str value)
{
	struct desk_option options[LEVELS + 1];
	struct levels levels = {p->r, options, 1};
	const struct desk_input input = {
		.name = "level", .label = text(p->lang, MESSAGE_DESK_UNITS_LEVEL), .value = value};
	options[0] = (struct desk_option){STR(""), text(p->lang, MESSAGE_DESK_UNITS_ANY), STR("")};
	if (org_each_level(p->r->office, LEVELS, take_level, &levels) == E_OK)
		desk_select(p, &input, options, levels.count);
}

static void write_kind_field(struct desk_page *p)
{
	const struct desk_input input = {.name = "kind",
		.label = text(p->lang, MESSAGE_DESK_UNITS_KIND),
		.value = desk_argument(p->r, "kind")};
	const struct desk_option options[] = {
		{STR(""), text(p->lang, MESSAGE_DESK_UNITS_ANY), STR("")},
		{STR("agency"), text(p->lang, MESSAGE_DESK_UNITS_AGENCY), STR("")},
		{STR("enterprise"), text(p->lang, MESSAGE_DESK_UNITS_ENTERPRISE), STR("")}};
	desk_select(p, &input, options, 3);
}

static void write_state_field(struct desk_page *p)
{
	struct desk_option options[STATES];
	const struct desk_input input = {.name = "state",
		.label = text(p->lang, MESSAGE_DESK_UNITS_STATE),
		.value = desk_argument(p->r, "state")};
	for (size_t i = 0; i < STATES; i++)
		options[i] = (struct desk_option){
			states[i].value, text(p->lang, states[i].words), STR("")};
	desk_select(p, &input, options, STATES);
}

static void write_filter(struct desk_page *p, const struct listing *l)
{
	const struct desk_input words = {.name = "q",
		.label = text(p->lang, MESSAGE_DESK_UNITS_SEARCH),
		.value = l->choice.words,
		.type = "search"};
	const struct desk_input day = {.name = "day",
		.label = text(p->lang, MESSAGE_DESK_UNITS_AS_OF),
		.value = desk_argument(p->r, "day"),
		.type = "date"};
	desk_form_open_get(p, "choose", STR("orgs"));
	desk_input(p, &words);
	write_level_field(p, l->choice.level);
	write_kind_field(p);
	write_state_field(p);
	desk_input(p, &day);
	desk_hidden(p, "list", STR("1"));
	desk_button(p, "quiet", NULL, STR(""), MESSAGE_DESK_UNITS_FIND);
	desk_form_close(p);
}

/* --- the page --- */

static void write_list(struct desk_page *p, const struct listing *l)
{
	struct desk_request *r = p->r;
	struct rows rows = {p, &l->choice, true, l->today};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_UNITS_FOUND),
		.path = STR("orgs"),
		.query = desk_query(r, arguments, ARGUMENTS),
		.sort = desk_sort(r),
		.exports = true};
	write_table(p, &l->choice, &rows, table, MESSAGE_DESK_UNITS_NOT_FOUND);
}

static void write_actions(struct desk_page *p)
{
	struct desk_request *r = p->r;
	bool changes =
		actor_may(r->office, r->actor, ACT_CHANGE_ORG, STR(""), r->actor->org) == E_OK;
	if (!changes)
		return;
	html_open_class(&p->html, "p", "actions");
	if (!r->actor->org)
		desk_link(p, "button quiet", STR("orgs/new?under=0"),
			text(r->lang, MESSAGE_DESK_UNITS_ADD_TOP));
	desk_link(p, "button quiet", STR("orgs/import"), text(r->lang, MESSAGE_DESK_UNITS_IMPORT));
	desk_link(p, "button quiet", STR("orgs/merge"), text(r->lang, MESSAGE_DESK_UNITS_MERGE));
	if (!r->actor->org)
		desk_link(p, "button quiet", STR("orgs/lines"),
			text(r->lang, MESSAGE_DESK_UNITS_LINES));
	html_close(&p->html, "p");
}

static void write_tree(struct desk_page *p, const struct listing *l)
{
	uint64_t count = 0;
	struct desk_request *r = p->r;
	struct org_choice all = {.day = l->choice.day};
	bool counted = org_list_count(r->office, &all, &count) == E_OK;
	if (counted && count == 0) {
		desk_notice(p, DESK_PLAIN,
			text(r->lang, l->today ? MESSAGE_DESK_UNITS_EMPTY
					       : MESSAGE_DESK_UNITS_EMPTY_THEN));
		return;
	}
	if (counted) {
		desk_say_values(p, "p", "lead", MESSAGE_DESK_UNITS_ALL,
			{STR("count"), desk_number(r, count)});
		desk_link(
			p, NULL, STR("orgs?list=1"), text(r->lang, MESSAGE_DESK_UNITS_ALL_AS_LIST));
	}
	desk_unit_table(p, 0, l->choice.day, STR("orgs"));
}

void desk_unit_as_of(struct desk_page *p, struct date day, struct str path)
{
	struct html *h = &p->html;
	html_open_class(h, "div", "notice caution as-of");
	desk_say_values(
		p, "p", NULL, MESSAGE_DESK_UNITS_AS_OF_DAY, {STR("day"), desk_date(p->r, day)});
	desk_link(p, NULL, path, text(p->lang, MESSAGE_DESK_UNITS_TO_TODAY));
	html_close(h, "div");
}

static void begin_at_own(struct desk_request *r)
{
	static const char *const kept[] = {"day"};
	struct str query = desk_query(r, kept, 1);
	struct str behind = query.size > 0 ? desk_text(r, "?%.*s", STR_ARG(query)) : STR("");
	desk_redirect(r, desk_unit_path(r, r->actor->org, behind.data), MESSAGE__COUNT);
}

void desk_units(struct desk_request *r)
{
	struct desk_page p;
	struct listing l = {.today = true};
	const struct desk_head head = {.place = DESK_PLACE_ORGS,
		.title = text(r->lang, MESSAGE_DESK_MENU_ORGS),
		.wide = true};
	if (!desk_unit_keep_today(r))
		return;
	read_listing(r, &l);
	/* Who acts for one org begins there; only coordinators see more. */
	if (r->actor->org && (r->actor->role != ROLE_COORDINATOR ||
				     (!l.flat && !desk_export_asked(r) && l.problems.count == 0))) {
		begin_at_own(r);
		return;
	}
	/* Who has no org and does not see all sees none. */
	if (!r->actor->org && !desk_may(r, ACT_SEE_ORG, STR(""), 0))
		return;
	if (desk_export_asked(r)) {
		desk_unit_export(r, &l.choice);
		return;
	}
	desk_page_begin(&p, r, &head, &l.problems);
	write_actions(&p);
	write_filter(&p, &l);
	if (!l.today)
		desk_unit_as_of(&p, l.choice.day, STR("orgs"));
	if (l.flat)
		write_list(&p, &l);
	else
		write_tree(&p, &l);
	desk_page_end(&p);
}
