/* SPDX-License-Identifier: Apache-2.0 */
/* Units that end, merge, split: what will happen is shown first, by doing it and undoing it. */
#include "desk/units.h"
#include "office/account.h"
#include "office/org_list.h"

enum {
	SIBLINGS = 200, /* to tick; of more the codes are typed */
	MOST_UNITS = 64 /* as LIMIT_ORG_SUCCESSORS has it */
};

enum change_kind {
	CHANGE_END,
	CHANGE_MERGE,
	CHANGE_SPLIT
};

static const struct {
	const char *what; /* of the audit */
	enum message title, check_title, lead, done, button;
} kinds[] = {
	[CHANGE_END] = {"org.end", MESSAGE_DESK_UNITS_END_THIS, MESSAGE_DESK_UNITS_END_CHECK,
		MESSAGE_DESK_UNITS_END_LEAD, MESSAGE_DESK_UNITS_END_DONE,
		MESSAGE_DESK_UNITS_END_DO},
	[CHANGE_MERGE] = {"org.merge", MESSAGE_DESK_UNITS_MERGE, MESSAGE_DESK_UNITS_MERGE_CHECK,
		MESSAGE_DESK_UNITS_MERGE_LEAD, MESSAGE_DESK_UNITS_MERGE_DONE,
		MESSAGE_DESK_UNITS_MERGE_DO},
	[CHANGE_SPLIT] = {"org.split", MESSAGE_DESK_UNITS_SPLIT_THIS,
		MESSAGE_DESK_UNITS_SPLIT_CHECK, MESSAGE_DESK_UNITS_SPLIT_LEAD,
		MESSAGE_DESK_UNITS_SPLIT_DONE, MESSAGE_DESK_UNITS_SPLIT_DO},
};

struct units {
	struct org list[MOST_UNITS];
	size_t count;
};

struct change {
	struct desk_request *r;
	enum change_kind kind;
	struct units from, into;
	struct date day;
	struct str path;
	struct desk_head head;
	struct desk_problems problems;
};

/* --- what was sent --- */

static void refuse(
	struct change *c, enum problem_code code, const char *field, struct str got, uint64_t limit)
{
	struct problem problem;
	problem_set(&problem, code, str_from(field), got);
	problem.limit = limit;
	desk_unit_wrong(c->r, &c->problems, &problem);
}

/* Whoever may not change it is told that there is no such unit. What ends has to stand below what
 * they may change, too: one's own unit is not one's own to end. */
static bool may_take(struct desk_request *r, const struct org *org, bool ends)
{
	if (actor_may(r->office, r->actor, ACT_CHANGE_ORG, STR(""), org->id) != E_OK)
		return false;
	if (!ends)
		return true;
	return org->parent ? actor_may(r->office, r->actor, ACT_CHANGE_ORG, STR(""), org->parent) ==
				     E_OK
			   : r->actor->org == 0;
}

static bool has(const struct units *units, int64_t id)
{
	for (size_t i = 0; i < units->count; i++)
		if (units->list[i].id == id)
			return true;
	return false;
}

/* As it is on the day before, from which it would end; or on the day. */
static enum err find_code(struct change *c, struct str code, bool ends, struct org *ret_org)
{
	struct desk_request *r = c->r;
	struct instant at = {date_instant(c->day).seconds - (ends ? SECONDS_PER_DAY : 0)};
	return org_find_code(r->office, code, instant_date(at), r->arena, ret_org);
}

static void take_code(
	struct change *c, struct units *units, struct str code, const char *field, bool ends)
{
	struct org org;
	enum err err = find_code(c, code, ends, &org);
	if (err != E_OK || !may_take(c->r, &org, ends))
		refuse(c, PROBLEM_UNIT_UNKNOWN, field, code, 0);
	else if (units->count == MOST_UNITS)
		refuse(c, PROBLEM_TOO_MANY_ROWS, field, code, MOST_UNITS);
	else if (!has(units, org.id))
		units->list[units->count++] = org;
}

/* Codes between spaces, commas, semicolons or on lines of their own. */
static void take_codes(
	struct change *c, struct units *units, struct str codes, const char *field, bool ends)
{
	size_t from = 0;
	for (size_t i = 0; i <= codes.size; i++) {
		if (i < codes.size && !strchr(" ,;\n\t", codes.data[i]))
			continue;
		if (i > from)
			take_code(c, units, (struct str){codes.data + from, i - from}, field, ends);
		from = i + 1;
	}
}

static void need(struct change *c, const struct units *units, const char *field)
{
	if (units->count == 0 && c->problems.count == 0)
		refuse(c, PROBLEM_NO_FIELD, field, STR(""), 0);
}

static void take_merge(struct change *c)
{
	struct str code;
	struct desk_request *r = c->r;
	for (size_t i = 0; desk_field_nth(r, "unit", i, &code); i++)
		take_code(c, &c->from, code, "units", true);
	take_codes(c, &c->from, desk_field(r, "units"), "units", true);
	need(c, &c->from, "units");
	take_codes(c, &c->into, desk_field(r, "into"), "into", false);
	need(c, &c->into, "into");
}

static void take_form(struct change *c)
{
	struct desk_request *r = c->r;
	struct str day = desk_field(r, "day");
	if (!date_parse(day, &c->day) || c->day.year < 1900) {
		refuse(c, PROBLEM_BAD_DAY, "day", day, 0);
		return;
	}
	if (c->kind == CHANGE_MERGE) {
		take_merge(c);
	} else if (c->kind == CHANGE_SPLIT) {
		take_codes(c, &c->into, desk_field(r, "into"), "into", false);
		need(c, &c->into, "into");
	}
}

/* --- done --- */

static enum err apply(struct change *c, struct problem *problem)
{
	int64_t ids[MOST_UNITS];
	struct desk_request *r = c->r;
	bool merges = c->kind == CHANGE_MERGE;
	const struct units *units = merges ? &c->from : &c->into;
	const struct audit_entry by = actor_entry(r->actor, r->now, kinds[c->kind].what);
	/* The day here may have begun before that of UTC. */
	TRY(org_advance(r->office, desk_today(r)));
	for (size_t i = 0; i < units->count; i++)
		ids[i] = units->list[i].id;
	if (merges)
		return org_merge(
			r->office, ids, units->count, c->into.list[0].id, c->day, &by, problem);
	if (c->kind == CHANGE_SPLIT)
		return org_split(
			r->office, c->from.list[0].id, ids, units->count, c->day, &by, problem);
	return org_end(r->office, c->from.list[0].id, c->day, &by, problem);
}

/* Of all that is touched, as it is now: what the check page showed has to be still so. */
static struct str mark_of(struct change *c)
{
	struct desk_request *r = c->r;
	struct str from = desk_unit_mark(r, c->from.list, c->from.count, NULL);
	struct str into = desk_unit_mark(r, c->into.list, c->into.count, NULL);
	uint64_t below = 0, sum = 0;
	for (size_t i = 0; i < c->from.count; i++)
		if (org_count_below(r->office, STR(""), c->from.list[i].id, &below) == E_OK)
			sum += below;
	return desk_text(r, "%.*s%.*s%llu", STR_ARG(from), STR_ARG(into), (unsigned long long)sum);
}

/* Within a transaction: what was looked up before it began is looked up again. */
static enum err look_again(struct change *c)
{
	struct units from = c->from;
	c->from.count = c->into.count = 0;
	take_form(c);
	if (c->kind != CHANGE_MERGE)
		c->from = from;
	for (size_t i = 0; c->kind != CHANGE_MERGE && i < from.count; i++)
		TRY(org_find(c->r->office, from.list[i].id, desk_today(c->r), c->r->arena,
			&c->from.list[i]));
	return c->problems.count > 0 ? E_EXISTS : E_OK;
}

static enum err try_it(struct change *c, bool keeps, struct problem *problem)
{
	TRY(look_again(c));
	if (keeps && !str_equal(mark_of(c), desk_field(c->r, "mark")))
		return E_EXISTS;
	TRY(apply(c, problem));
	return keeps ? E_OK : E_USAGE;
}

/* False: it has been answered. What is wrong is in the problems. */
static bool run(struct change *c, bool keeps)
{
	struct desk_request *r = c->r;
	struct problem problem = {0};
	if (!desk_begin(r))
		return false;
	enum err err = desk_end(r, try_it(c, keeps, &problem));
	if (err == E_OK || (err == E_USAGE && !keeps))
		return true;
	if (err == E_EXISTS && c->problems.count == 0)
		desk_problem_add(r, &c->problems, "", MESSAGE_DESK_UNITS_CHANGED_BETWEEN);
	else if (err == E_SYNTAX && problem.code != PROBLEM_NONE)
		desk_unit_wrong(r, &c->problems, &problem);
	if (c->problems.count > 0)
		return true;
	desk_failed(r, err);
	return false;
}

/* --- the form --- */

static void write_tick(struct desk_page *p, const struct org *org, size_t nth, bool ticked)
{
	struct html *h = &p->html;
	struct str id = desk_text(p->r, "unit-%zu", nth);
	html_open_class(h, "div", "choice");
	html_void(h, "input");
	html_attribute(h, "type", STR("checkbox"));
	html_attribute(h, "id", id);
	html_attribute(h, "name", STR("unit"));
	html_attribute(h, "value", org->code);
	if (ticked)
		html_flag(h, "checked");
	html_open(h, "label");
	html_attribute(h, "for", id);
	html_text(h, desk_unit_name(p->r, org));
	html_text(h, STR(" ("));
	html_text(h, org->code);
	html_text(h, STR(")"));
	html_close(h, "label");
	html_close(h, "div");
}

struct ticks {
	struct desk_page *page;
	const struct change *change;
	struct str asked; /* the code that the address names */
	size_t nth;
};

static enum err write_sibling(void *context, const struct org *org)
{
	struct ticks *t = context;
	bool asked = str_equal(org->code, t->asked);
	write_tick(t->page, org, t->nth++, has(&t->change->from, org->id) || asked);
	return E_OK;
}

/* What stands beside the unit of the address, to tick. */
static void write_siblings(struct desk_page *p, const struct change *c)
{
	struct org org;
	uint64_t count = 0;
	struct desk_request *r = p->r;
	struct ticks ticks = {p, c, desk_argument(r, "units"), 1};
	if (ticks.asked.size == 0 ||
		org_find_code(r->office, ticks.asked, desk_today(r), r->arena, &org) != E_OK ||
		!may_take(r, &org, true))
		return;
	const struct org_choice choice = {
		.day = desk_today(r), .children = true, .parent = org.parent, .limit = SIBLINGS};
	if (org_list_count(r->office, &choice, &count) != E_OK || count > SIBLINGS)
		return;
	html_open_class(&p->html, "fieldset", "field ticks");
	desk_say(p, "legend", NULL, MESSAGE_DESK_UNITS_MERGE_TICK);
	if (org_list(r->office, &choice, write_sibling, &ticks) != E_OK)
		writer_fail(p->html.out, E_IO);
	html_close(&p->html, "fieldset");
}

static void write_fields(struct desk_page *p, const struct change *c)
{
	struct desk_request *r = p->r;
	struct str units = r->posted ? desk_field(r, "units") : STR("");
	bool merges = c->kind == CHANGE_MERGE;
	const struct desk_input from = {.name = "units",
		.label = text(r->lang, MESSAGE_DESK_UNITS_MERGE_CODES),
		.hint = text(r->lang, MESSAGE_DESK_UNITS_CODES_HINT),
		.value = units,
		.large = true,
		.optional = desk_argument(r, "units").size > 0};
	const struct desk_input into = {.name = "into",
		.label = text(r->lang,
			merges ? MESSAGE_DESK_UNITS_MERGE_INTO : MESSAGE_DESK_UNITS_SPLIT_INTO),
		.hint = text(r->lang, merges ? MESSAGE_DESK_UNITS_MERGE_INTO_HINT
					     : MESSAGE_DESK_UNITS_SPLIT_INTO_HINT),
		.value = desk_field(r, "into"),
		.width = merges ? 20 : 0,
		.large = !merges};
	const struct desk_input day = {.name = "day",
		.label = text(r->lang, MESSAGE_DESK_UNITS_SINCE_FIELD),
		.hint = text(r->lang, MESSAGE_DESK_UNITS_DAY_HINT),
		.value = r->posted ? desk_field(r, "day") : desk_unit_today_text(r),
		.type = "date",
		.width = 14};
	if (merges) {
		write_siblings(p, c);
		desk_input(p, &from);
	}
	if (c->kind != CHANGE_END)
		desk_input(p, &into);
	desk_input(p, &day);
}

static void show_form(struct change *c)
{
	struct desk_page p;
	desk_page_begin(&p, c->r, &c->head, &c->problems);
	desk_say(&p, "p", "lead", kinds[c->kind].lead);
	desk_form_open(&p, "card", c->path);
	write_fields(&p, c);
	desk_button(&p, NULL, "step", STR("check"), MESSAGE_DESK_UNITS_SHOW_WHAT);
	desk_form_close(&p);
	desk_page_end(&p);
}

/* --- what will happen --- */

static enum err count_account(void *context, const struct account *account)
{
	(void)account;
	++*(uint64_t *)context;
	return E_OK;
}

static struct str title_of(struct desk_request *r, const struct org *org)
{
	return desk_text(r, "%.*s (%.*s)", STR_ARG(desk_unit_name(r, org)), STR_ARG(org->code));
}

/* How much hangs on what ends. */
static void write_ending(struct desk_page *p, const struct change *c, const struct org *org)
{
	struct desk_request *r = p->r;
	uint64_t direct = 0, below = 0, accounts = 0;
	const struct org_choice children = {
		.day = desk_today(r), .children = true, .parent = org->id};
	const struct account_choice people = {.org = org->id, .limit = 1000};
	enum err err = org_list_count(r->office, &children, &direct);
	if (err == E_OK)
		err = org_count_below(r->office, STR(""), org->id, &below);
	if (err == E_OK)
		err = account_each(r->office, &people, count_account, &accounts);
	if (err != E_OK)
		writer_fail(p->html.out, err);
	desk_say_values(p, "li", NULL, MESSAGE_DESK_UNITS_WILL_END, {STR("unit"), title_of(r, org)},
		{STR("day"), desk_date(r, c->day)});
	if (c->kind == CHANGE_MERGE && below > 0)
		desk_say_values(p, "li", NULL, MESSAGE_DESK_UNITS_WILL_MOVE,
			{STR("count"), desk_number(r, direct)}, {STR("all"), desk_number(r, below)},
			{STR("unit"), title_of(r, &c->into.list[0])});
	if (accounts > 0)
		desk_say_values(p, "li", NULL, MESSAGE_DESK_UNITS_WILL_ACCOUNTS,
			{STR("count"), desk_number(r, accounts)}, {STR("unit"), title_of(r, org)});
}

static void write_what(struct desk_page *p, const struct change *c)
{
	struct desk_request *r = p->r;
	const struct org *first = &c->from.list[0];
	bool goes_on = c->kind == CHANGE_SPLIT && has(&c->into, first->id);
	html_open_class(&p->html, "ul", "will");
	for (size_t i = 0; i < c->from.count && !goes_on; i++)
		write_ending(p, c, &c->from.list[i]);
	for (size_t i = 0; i < c->into.count; i++)
		if (c->kind == CHANGE_SPLIT && c->into.list[i].id != first->id)
			desk_say_values(p, "li", NULL, MESSAGE_DESK_UNITS_WILL_SPLIT,
				{STR("from"), title_of(r, first)},
				{STR("unit"), title_of(r, &c->into.list[i])});
	if (c->kind == CHANGE_MERGE)
		desk_say_values(p, "li", NULL, MESSAGE_DESK_UNITS_WILL_STAND,
			{STR("unit"), title_of(r, &c->into.list[0])});
	if (goes_on)
		desk_say_values(p, "li", NULL, MESSAGE_DESK_UNITS_WILL_GO_ON,
			{STR("unit"), title_of(r, first)});
	html_close(&p->html, "ul");
	desk_say(p, "p", "hint", MESSAGE_DESK_UNITS_WILL_HISTORY);
}

static struct str codes_of(struct desk_request *r, const struct units *units)
{
	struct str codes = STR("");
	for (size_t i = 0; i < units->count; i++)
		codes = desk_text(r, "%.*s%s%.*s", STR_ARG(codes), i ? " " : "",
			STR_ARG(units->list[i].code));
	return codes;
}

static void show_check(struct change *c)
{
	struct desk_page p;
	struct desk_request *r = c->r;
	c->head.title = text(r->lang, kinds[c->kind].check_title);
	desk_page_begin(&p, r, &c->head, NULL);
	desk_say(&p, "p", "lead", MESSAGE_DESK_UNITS_CHECK_LEAD);
	write_what(&p, c);
	desk_form_open(&p, NULL, c->path);
	desk_hidden(&p, "mark", mark_of(c));
	desk_hidden(&p, "units", codes_of(r, &c->from));
	desk_hidden(&p, "into", codes_of(r, &c->into));
	desk_hidden(&p, "day", desk_field(r, "day"));
	html_open_class(&p.html, "p", "actions");
	desk_button(&p, NULL, "step", STR("do"), kinds[c->kind].button);
	desk_button(&p, "quiet", "step", STR("back"), MESSAGE_DESK_UNITS_BACK);
	html_close(&p.html, "p");
	desk_form_close(&p);
	desk_page_end(&p);
}

/* --- pages --- */

static void work(struct change *c)
{
	struct desk_request *r = c->r;
	struct str step = desk_field(r, "step");
	bool keeps = str_equal(step, STR("do"));
	if (!r->posted || str_equal(step, STR("back"))) {
		show_form(c);
		return;
	}
	take_form(c);
	if (c->problems.count == 0 && !run(c, keeps))
		return;
	if (c->problems.count > 0) {
		show_form(c);
	} else if (keeps) {
		int64_t to = c->kind == CHANGE_END ? c->from.list[0].id : c->into.list[0].id;
		desk_redirect(r, desk_unit_path(r, to, ""), kinds[c->kind].done);
	} else {
		show_check(c);
	}
}

static bool is_today(struct desk_request *r, int64_t id)
{
	struct org org;
	return org_find(r->office, id, desk_today(r), r->arena, &org) == E_OK;
}

static void change_one(struct desk_request *r, enum change_kind kind, const char *behind)
{
	struct change c = {.r = r, .kind = kind};
	if (!desk_unit_find(r, ACT_CHANGE_ORG, &c.from.list[0]))
		return;
	const struct org *org = &c.from.list[0];
	c.from.count = 1;
	if (!may_take(r, org, true) || !is_today(r, org->id)) {
		desk_denied(r);
		return;
	}
	c.day = desk_today(r);
	c.head = (struct desk_head){
		.place = DESK_PLACE_ORGS, .title = text(r->lang, kinds[kind].title)};
	desk_unit_way(r, org, true, &c.head);
	c.path = desk_unit_path(r, org->id, behind);
	work(&c);
}

void desk_unit_end(struct desk_request *r)
{
	change_one(r, CHANGE_END, "/end");
}

void desk_unit_split(struct desk_request *r)
{
	change_one(r, CHANGE_SPLIT, "/split");
}

void desk_unit_merge(struct desk_request *r)
{
	struct change c = {.r = r, .kind = CHANGE_MERGE, .path = STR("orgs/merge")};
	if (!desk_unit_keep_today(r) || !desk_may(r, ACT_CHANGE_ORG, STR(""), r->actor->org))
		return;
	c.day = desk_today(r);
	c.head = (struct desk_head){
		.place = DESK_PLACE_ORGS, .title = text(r->lang, kinds[CHANGE_MERGE].title)};
	c.head.crumbs[c.head.crumb_count++] =
		(struct desk_crumb){STR("orgs"), text(r->lang, MESSAGE_DESK_MENU_ORGS)};
	work(&c);
}
