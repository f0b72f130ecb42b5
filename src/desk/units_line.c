/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of reporting: who reports to whom in a campaign, where that is not the tree. */
#include "desk/export.h"
#include "desk/units.h"
#include "store/site_content.h"

enum {
	ROWS = 100,
	EXCEPTIONS = 1000
};

static struct str campaign_name(struct desk_request *r, const struct campaign *campaign)
{
	struct str name = campaign->name[r->lang];
	return name.size > 0 ? name : campaign->name[LANG_VI];
}

static struct desk_head head_of(struct desk_request *r, bool lines)
{
	struct desk_head head = {.place = DESK_PLACE_ORGS,
		.title = text(r->lang, MESSAGE_DESK_UNITS_LINES),
		.wide = true};
	head.crumbs[head.crumb_count++] =
		(struct desk_crumb){STR("orgs"), text(r->lang, MESSAGE_DESK_MENU_ORGS)};
	if (lines)
		head.crumbs[head.crumb_count++] = (struct desk_crumb){
			STR("orgs/lines"), text(r->lang, MESSAGE_DESK_UNITS_LINES)};
	return head;
}

/* --- of all campaigns --- */

static void write_campaign(void *context, const struct campaign *campaign)
{
	bool has = false;
	struct desk_page *p = context;
	struct desk_request *r = p->r;
	struct str key = arena_copy(r->arena, campaign->key);
	struct str name = arena_copy(r->arena, campaign_name(r, campaign));
	if (line_exists(r->office, key, &has) != E_OK)
		writer_fail(p->html.out, E_IO);
	desk_row_begin(p);
	desk_cell_link(p, desk_text(r, "orgs/lines/%.*s", STR_ARG(key)), name);
	desk_cell(p, key);
	desk_cell(
		p, text(r->lang, has ? MESSAGE_DESK_UNITS_LINE_OWN : MESSAGE_DESK_UNITS_LINE_TREE));
	desk_row_end(p);
}

void desk_unit_lines(struct desk_request *r)
{
	struct desk_page p;
	const struct desk_head head = head_of(r, false);
	const struct desk_column columns[] = {
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_CAMPAIGN), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_KEY), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_LINE), false}};
	const struct desk_table table = {.caption = head.title,
		.columns = columns,
		.column_count = 3,
		.path = STR("orgs/lines")};
	if (!desk_may(r, ACT_CHANGE_CAMPAIGN, STR(""), 0))
		return;
	struct store *store = desk_store(r);
	if (!store)
		return;
	desk_page_begin(&p, r, &head, NULL);
	desk_say(&p, "p", "lead", MESSAGE_DESK_UNITS_LINES_LEAD);
	desk_table_begin(&p, &table);
	if (store_each_campaign(store, write_campaign, &p) != E_OK)
		writer_fail(p.html.out, E_IO);
	desk_table_end(&p);
	desk_page_end(&p);
}

/* --- of one --- */

struct line {
	struct desk_request *r;
	struct str key, name;
	bool found, has;
	int64_t org, superior, before; /* what is to move, to whom, from whom */
	struct str path;
	struct desk_problems problems;
};

static void find_campaign(void *context, const struct campaign *campaign)
{
	struct line *line = context;
	if (!str_equal(campaign->key, line->key))
		return;
	line->found = true;
	line->name = arena_copy(line->r->arena, campaign_name(line->r, campaign));
}

/* False: it has been answered. */
static bool find_line(struct desk_request *r, struct line *line)
{
	if (!desk_unit_keep_today(r) || !desk_may(r, ACT_CHANGE_CAMPAIGN, STR(""), 0))
		return false;
	struct store *store = desk_store(r);
	if (!store)
		return false;
	*line = (struct line){.r = r, .key = r->part[0]};
	enum err err = store_each_campaign(store, find_campaign, line);
	if (err == E_OK && line->found)
		err = line_exists(r->office, line->key, &line->has);
	if (err != E_OK)
		desk_failed(r, err);
	else if (!line->found)
		desk_not_found(r);
	line->path = desk_text(r, "orgs/lines/%.*s", STR_ARG(line->key));
	return err == E_OK && line->found;
}

static struct str mark_of(const struct line *line)
{
	return desk_text(line->r, "%lld", (long long)line->before);
}

static enum err find_code(
	struct line *line, const char *field, bool top, int64_t *ret_id, struct problem *problem)
{
	struct str code = desk_field(line->r, field);
	*ret_id = 0;
	if (top && code.size == 0)
		return E_OK;
	enum err err = org_id_of(line->r->office, code, ret_id);
	if (err != E_NOTFOUND)
		return err;
	problem_set(problem, PROBLEM_UNIT_UNKNOWN, str_from(field), code);
	return E_SYNTAX;
}

/* Without a superior at the top. Tried first and undone; done only where it still reports to whom
 * the page said. */
static enum err move(struct line *line, bool keeps, struct problem *problem)
{
	struct desk_request *r = line->r;
	const struct audit_entry by = actor_entry(r->actor, r->now, "line.move");
	TRY(find_code(line, "units", false, &line->org, problem));
	TRY(find_code(line, "superior", true, &line->superior, problem));
	enum err err = line_superior(r->office, line->key, line->org, &line->before);
	if (err != E_OK && err != E_NOTFOUND)
		return err;
	if (keeps && !str_equal(desk_field(r, "mark"), mark_of(line)))
		return E_EXISTS;
	TRY(line_move(r->office, line->key, line->org, line->superior, &by, problem));
	return keeps ? E_OK : E_USAGE;
}

static enum err start(struct line *line)
{
	struct date day;
	struct desk_request *r = line->r;
	const struct audit_entry by = actor_entry(r->actor, r->now, "line.start");
	if (!date_parse(desk_field(r, "day"), &day) || day.year < 1900)
		return E_RANGE;
	return line_start(r->office, line->key, day, &by);
}

/* The unit, how many go with it, from whom to whom. */
static void show_check(const struct line *line)
{
	uint64_t below = 0;
	struct desk_page p;
	struct desk_request *r = line->r;
	struct desk_head head = head_of(r, true);
	if (org_count_below(r->office, line->key, line->org, &below) != E_OK)
		below = 0;
	head.title = desk_words(r, MESSAGE_DESK_UNITS_LINE_OF,
		(const struct text_arg[]){{STR("campaign"), line->name}}, 1);
	desk_page_begin(&p, r, &head, NULL);
	desk_say(&p, "p", "lead", MESSAGE_DESK_UNITS_CHECK_LEAD);
	desk_facts_begin(&p);
	desk_fact(&p, MESSAGE_DESK_UNITS_LINE_MOVE, desk_unit_title(r, line->org));
	desk_fact(&p, MESSAGE_DESK_UNITS_COUNT, desk_number(r, below));
	desk_fact(&p, MESSAGE_DESK_UNITS_LINE_REPORTS,
		desk_text(r, "%.*s → %.*s", STR_ARG(desk_unit_title(r, line->before)),
			STR_ARG(desk_unit_title(r, line->superior))));
	desk_facts_end(&p);
	desk_form_open(&p, NULL, line->path);
	desk_hidden(&p, "mark", mark_of(line));
	desk_hidden(&p, "units", desk_field(r, "units"));
	desk_hidden(&p, "superior", desk_field(r, "superior"));
	html_open_class(&p.html, "p", "actions");
	desk_button(&p, NULL, "step", STR("move"), MESSAGE_DESK_UNITS_LINE_MOVE);
	desk_button(&p, "quiet", "step", STR("back"), MESSAGE_DESK_UNITS_BACK);
	html_close(&p.html, "p");
	desk_form_close(&p);
	desk_page_end(&p);
}

/* False: it is to be shown again. */
static bool change(struct line *line)
{
	struct problem problem = {0};
	struct desk_request *r = line->r;
	struct str step = desk_field(r, "step");
	bool keeps = str_equal(step, STR("move"));
	if (str_equal(step, STR("back")))
		return false;
	if (!desk_begin(r))
		return true;
	enum err err = desk_end(
		r, str_equal(step, STR("start")) ? start(line) : move(line, keeps, &problem));
	if (err == E_OK) {
		desk_redirect(r, line->path, MESSAGE_DESK_SAVED);
		return true;
	}
	if (err == E_USAGE && !keeps && line->org) {
		show_check(line);
		return true;
	}
	if (err == E_EXISTS)
		desk_problem_add(r, &line->problems, "", MESSAGE_DESK_UNITS_CHANGED_BETWEEN);
	else if (err == E_RANGE)
		problem_set(&problem, PROBLEM_BAD_DAY, STR("day"), desk_field(r, "day"));
	if (problem.code != PROBLEM_NONE)
		desk_unit_wrong(r, &line->problems, &problem);
	if (line->problems.count > 0)
		return false;
	desk_failed(r, err);
	return true;
}

/* --- shown --- */

static void write_start(struct desk_page *p, const struct line *line)
{
	const struct desk_input day = {.name = "day",
		.label = text(p->lang, MESSAGE_DESK_UNITS_LINE_DAY),
		.hint = text(p->lang, MESSAGE_DESK_UNITS_LINE_DAY_HINT),
		.value = p->r->posted ? desk_field(p->r, "day") : desk_unit_today_text(p->r),
		.type = "date",
		.width = 14};
	desk_say(p, "p", "lead", MESSAGE_DESK_UNITS_LINE_TREE_LEAD);
	desk_form_open(p, "card", line->path);
	desk_input(p, &day);
	desk_button(p, NULL, "step", STR("start"), MESSAGE_DESK_UNITS_LINE_START);
	desk_form_close(p);
}

static void write_move(struct desk_page *p, const struct line *line)
{
	struct desk_request *r = p->r;
	const struct desk_input unit = {.name = "units",
		.label = text(p->lang, MESSAGE_DESK_UNITS_LINE_UNIT),
		.value = r->posted ? desk_field(r, "units") : desk_argument(r, "unit"),
		.width = 20};
	const struct desk_input superior = {.name = "superior",
		.label = text(p->lang, MESSAGE_DESK_UNITS_LINE_SUPERIOR),
		.hint = text(p->lang, MESSAGE_DESK_UNITS_PARENT_HINT),
		.value = desk_field(r, "superior"),
		.width = 20};
	desk_form_open(p, "card", line->path);
	desk_input(p, &unit);
	desk_input(p, &superior);
	desk_button(p, NULL, "step", STR("check"), MESSAGE_DESK_UNITS_SHOW_WHAT);
	desk_form_close(p);
}

static enum err write_difference(void *context, int64_t org, int64_t tree, int64_t superior)
{
	struct desk_page *p = context;
	struct desk_request *r = p->r;
	desk_row_begin(p);
	desk_cell_link(p, desk_unit_path(r, org, ""), desk_unit_title(r, org));
	desk_cell(p, desk_unit_title(r, tree));
	desk_cell(p, desk_unit_title(r, superior));
	desk_row_end(p);
	return E_OK;
}

static enum err count_difference(void *context, int64_t org, int64_t tree, int64_t superior)
{
	(void)org;
	(void)tree;
	(void)superior;
	++*(uint64_t *)context;
	return E_OK;
}

static enum err export_difference(void *context, int64_t org, int64_t tree, int64_t superior)
{
	struct desk_export *e = context;
	desk_export_cell(e, desk_unit_title(e->r, org));
	desk_export_cell(e, desk_unit_title(e->r, tree));
	desk_export_cell(e, desk_unit_title(e->r, superior));
	return desk_export_state(e);
}

static void write_differences(struct desk_page *p, const struct line *line)
{
	uint64_t count = 0;
	struct desk_request *r = p->r;
	const struct desk_column columns[] = {{NULL, text(r->lang, MESSAGE_DESK_UNITS_NAME), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_LINE_IN_TREE), false},
		{NULL, text(r->lang, MESSAGE_DESK_UNITS_LINE_REPORTS), false}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_UNITS_LINE_OTHERS),
		.columns = columns,
		.column_count = 3,
		.path = line->path,
		.exports = true};
	enum err err =
		line_each_difference(r->office, line->key, EXCEPTIONS, count_difference, &count);
	if (desk_export_asked(r)) {
		struct desk_export e;
		desk_export_begin(&e, r, &table, STR("tuyen-bao-cao"));
		err = line_each_difference(
			r->office, line->key, SIZE_MAX >> 1, export_difference, &e);
		desk_export_end(&e, err);
		return;
	}
	desk_say(p, "h2", NULL, MESSAGE_DESK_UNITS_LINE_OTHERS);
	if (err != E_OK || count == 0) {
		desk_say(p, "p", "hint", MESSAGE_DESK_UNITS_LINE_NO_OTHERS);
		return;
	}
	desk_table_begin(p, &table);
	err = line_each_difference(r->office, line->key, EXCEPTIONS, write_difference, p);
	if (err != E_OK)
		writer_fail(p->html.out, err);
	desk_table_end(p);
}

void desk_unit_line(struct desk_request *r)
{
	struct line line;
	struct desk_page p = {.r = r, .lang = r->lang};
	if (!find_line(r, &line))
		return;
	if (r->posted && change(&line))
		return;
	if (line.has && desk_export_asked(r)) {
		write_differences(&p, &line);
		return;
	}
	struct desk_head head = head_of(r, true);
	head.title = desk_words(r, MESSAGE_DESK_UNITS_LINE_OF,
		(const struct text_arg[]){{STR("campaign"), line.name}}, 1);
	desk_page_begin(&p, r, &head, &line.problems);
	if (line.has) {
		desk_say(&p, "p", "lead", MESSAGE_DESK_UNITS_LINE_OWN_LEAD);
		write_move(&p, &line);
		write_differences(&p, &line);
	} else {
		write_start(&p, &line);
	}
	desk_page_end(&p);
}
