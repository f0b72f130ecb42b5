/* SPDX-License-Identifier: Apache-2.0 */
/* Until when returns are to be in: of each level of the line, and of single units. */
#include "desk/campaign.h"

enum {
	SHOWN = 50 /* units with a deadline of their own on a page */
};

struct due_page {
	struct desk_request *r;
	struct returns_campaign campaign;
	struct deadline_level levels[DEADLINE_LEVELS];
	size_t level_count;
	bool may_change;
	/* of the list of units */
	struct desk_page *p;
	size_t skip, seen;
	/* as it was sent, or asked for */
	struct str level, unit, how, day;
};

static struct str path_of(const struct due_page *d)
{
	return campaign_path(d->r, d->campaign.plan.campaign.key, "/deadlines");
}

/* --- read --- */

static enum err take_level(void *context, const struct deadline_level *level)
{
	struct due_page *d = context;
	if (d->level_count == DEADLINE_LEVELS)
		return E_OK;
	struct deadline_level *kept = &d->levels[d->level_count++];
	*kept = *level;
	kept->called = arena_copy(d->r->arena, level->called);
	return kept->called.data ? E_OK : E_NOMEM;
}

static bool load(struct due_page *d)
{
	struct desk_request *r = d->r;
	if (!campaign_open(r, &d->campaign))
		return false;
	d->may_change = campaign_may_change(r);
	enum err err = deadline_each_level(
		r->office, d->campaign.plan.campaign.key, desk_today(r), take_level, d);
	if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

/* --- words --- */

/* "trước ngày 22/10/2020 (ngày cuối cùng: 21/10/2020)" */
static struct str due_words(struct desk_request *r, const struct deadline *deadline)
{
	switch (deadline->kind) {
	case DEADLINE_NONE:
		return text(r->lang, MESSAGE_DESK_DUE_NONE);
	case DEADLINE_EXCUSED:
		return text(r->lang, MESSAGE_DESK_DUE_EXCUSED);
	case DEADLINE_DAY:
		break;
	}
	return desk_words(r, MESSAGE_DESK_DUE_BEFORE,
		(const struct text_arg[]){{STR("day"), desk_date(r, deadline->day)},
			{STR("last"), desk_date(r, campaign_day_before(deadline->day))}},
		2);
}

/* "Cấp 1 (tỉnh)" */
static struct str level_words(struct desk_request *r, const struct deadline_level *level)
{
	const struct text_arg args[] = {
		{STR("level"), desk_number(r, level->level + 1)}, {STR("called"), level->called}};
	return desk_words(r,
		level->called.size > 0 ? MESSAGE_DESK_DUE_LEVEL_CALLED : MESSAGE_DESK_DUE_LEVEL,
		args, 2);
}

/* --- shown --- */

static void write_level(struct desk_page *p, const struct due_page *d, size_t index)
{
	struct desk_request *r = d->r;
	const struct deadline_level *level = &d->levels[index];
	desk_row_begin(p);
	desk_cell(p, level_words(r, level));
	desk_cell(p, desk_number(r, level->orgs));
	desk_cell(p, due_words(r, &level->deadline));
	desk_cell(p, desk_number(r, level->own));
	desk_cell(p, desk_number(r, level->excused));
	if (d->may_change) {
		desk_cell_open(p);
		desk_link(p, NULL,
			desk_text(r, "%.*s?level=%u#how", STR_ARG(path_of(d)), level->level),
			text(r->lang, MESSAGE_DESK_DUE_SET));
		desk_cell_close(p);
	}
	desk_row_end(p);
}

static void write_levels(struct desk_page *p, const struct due_page *d)
{
	struct desk_request *r = d->r;
	const struct desk_column columns[] = {
		{NULL, text(r->lang, MESSAGE_DESK_DUE_COLUMN_LEVEL), false},
		{NULL, text(r->lang, MESSAGE_DESK_DUE_COLUMN_UNITS), true},
		{NULL, text(r->lang, MESSAGE_DESK_DUE_COLUMN_DAY), false},
		{NULL, text(r->lang, MESSAGE_DESK_DUE_COLUMN_OWN), true},
		{NULL, text(r->lang, MESSAGE_DESK_DUE_COLUMN_EXCUSED), true},
		{NULL, text(r->lang, MESSAGE_DESK_DUE_COLUMN_CHANGE), false}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_DUE_TITLE),
		.columns = columns,
		.column_count = d->may_change ? 6 : 5};
	if (d->level_count == 0) {
		desk_notice(p, DESK_WAITS, text(r->lang, MESSAGE_DESK_DUE_NO_UNITS));
		return;
	}
	desk_table_begin(p, &table);
	for (size_t i = 0; i < d->level_count; i++)
		write_level(p, d, i);
	desk_table_end(p);
}

static void write_how(struct desk_page *p, const struct due_page *d, bool for_level)
{
	struct desk_request *r = d->r;
	const struct desk_input how = {.name = for_level ? "how" : "unit-how",
		.label = text(r->lang, MESSAGE_DESK_DUE_HOW),
		.value = d->how.size > 0 ? d->how : STR("day")};
	const struct desk_option options[] = {
		{STR("day"), text(r->lang, MESSAGE_DESK_DUE_HOW_DAY), STR("")},
		{STR("excused"), text(r->lang, MESSAGE_DESK_DUE_HOW_EXCUSED), STR("")},
		{STR("none"),
			text(r->lang,
				for_level ? MESSAGE_DESK_DUE_HOW_NONE : MESSAGE_DESK_DUE_HOW_LEVEL),
			STR("")}};
	const struct desk_input day = {.name = for_level ? "day" : "unit-day",
		.label = text(r->lang, MESSAGE_DESK_DUE_DAY),
		.hint = text(r->lang, MESSAGE_DESK_DUE_DAY_HINT),
		.value = d->day,
		.type = "date",
		.width = 14};
	desk_radios(p, &how, options, 3);
	desk_input(p, &day);
}

static void write_level_form(struct desk_page *p, const struct due_page *d)
{
	struct desk_request *r = d->r;
	struct desk_option options[DEADLINE_LEVELS];
	const struct desk_input level = {.name = "level",
		.label = text(r->lang, MESSAGE_DESK_DUE_COLUMN_LEVEL),
		.value = d->level};
	for (size_t i = 0; i < d->level_count; i++)
		options[i] = (struct desk_option){desk_text(r, "%u", d->levels[i].level),
			level_words(r, &d->levels[i]), STR("")};
	desk_say(p, "h2", NULL, MESSAGE_DESK_DUE_FOR_LEVEL);
	desk_form_open(p, "card", path_of(d));
	desk_select(p, &level, options, d->level_count);
	write_how(p, d, true);
	desk_button(p, NULL, "do", STR("level"), MESSAGE_DESK_SAVE);
	desk_form_close(p);
}

static void write_unit_form(struct desk_page *p, const struct due_page *d)
{
	struct desk_request *r = d->r;
	const struct desk_input unit = {.name = "unit",
		.label = text(r->lang, MESSAGE_DESK_DUE_UNIT_CODE),
		.hint = text(r->lang, MESSAGE_DESK_DUE_UNIT_HINT),
		.value = d->unit,
		.width = 20};
	desk_say(p, "h2", NULL, MESSAGE_DESK_DUE_FOR_UNIT);
	desk_form_open(p, "card", path_of(d));
	desk_input(p, &unit);
	write_how(p, d, false);
	desk_button(p, NULL, "do", STR("unit"), MESSAGE_DESK_SAVE);
	desk_form_close(p);
}

/* --- units with one of their own --- */

static enum err write_own(void *context, const struct deadline_entry *entry)
{
	struct due_page *d = context;
	struct desk_page *p = d->p;
	struct desk_request *r = d->r;
	struct org org;
	if (entry->org == 0 || d->seen++ < d->skip || d->seen > d->skip + SHOWN)
		return E_OK;
	enum err err = org_find(r->office, entry->org, desk_today(r), r->arena, &org);
	bool there = err == E_OK;
	if (!there && err != E_NOTFOUND)
		return err;
	desk_row_begin(p);
	desk_cell_link(p, desk_text(r, "orgs/%lld", (long long)entry->org),
		there ? returns_name(org.name, r->lang)
		      : desk_text(r, "%lld", (long long)entry->org));
	desk_cell(p, there ? org.code : STR(""));
	desk_cell(p, due_words(r, &entry->deadline));
	if (d->may_change && there) {
		desk_cell_open(p);
		desk_form_open(p, "single", path_of(d));
		desk_hidden(p, "unit", org.code);
		desk_hidden(p, "unit-how", STR("none"));
		desk_button(p, "quiet", "do", STR("unit"), MESSAGE_DESK_DUE_AS_LEVEL);
		desk_form_close(p);
		desk_cell_close(p);
	}
	desk_row_end(p);
	return E_OK;
}

static void write_owns(struct desk_page *p, struct due_page *d)
{
	struct desk_request *r = d->r;
	uint64_t own = 0;
	uint64_t page = desk_page_number(r);
	const struct desk_column columns[] = {{NULL, text(r->lang, MESSAGE_DESK_DUE_UNIT), false},
		{NULL, text(r->lang, MESSAGE_DESK_DUE_UNIT_CODE), false},
		{NULL, text(r->lang, MESSAGE_DESK_DUE_COLUMN_DAY), false},
		{NULL, text(r->lang, MESSAGE_DESK_DUE_COLUMN_CHANGE), false}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_DUE_OWN),
		.columns = columns,
		.column_count = d->may_change ? 4 : 3,
		.path = path_of(d)};
	for (size_t i = 0; i < d->level_count; i++)
		own += d->levels[i].own + d->levels[i].excused;
	if (own == 0)
		return;
	d->p = p;
	d->skip = (size_t)(page - 1) * SHOWN;
	desk_say(p, "h2", NULL, MESSAGE_DESK_DUE_OWN);
	desk_table_begin(p, &table);
	enum err err = deadline_each(r->office, d->campaign.plan.campaign.key, write_own, d);
	desk_table_end(p);
	if (err != E_OK)
		writer_fail(p->html.out, err);
	desk_pages(p, &table, page, (own + SHOWN - 1) / SHOWN);
}

static void show(struct due_page *d, const struct desk_problems *problems)
{
	struct desk_page p;
	struct desk_request *r = d->r;
	const struct desk_head head = {.place = DESK_PLACE_CAMPAIGNS,
		.title = text(r->lang, MESSAGE_DESK_DUE_TITLE),
		.crumbs = {returns_crumb(r, &d->campaign)},
		.crumb_count = 1};
	desk_page_begin(&p, r, &head, problems);
	campaign_write_links(&p, d->campaign.plan.campaign.key, CAMPAIGN_DEADLINES);
	desk_say_values(&p, "p", NULL, MESSAGE_DESK_DUE_TEXT,
		{STR("zone"), d->campaign.plan.campaign.zone});
	write_levels(&p, d);
	if (d->may_change && d->level_count > 0) {
		write_level_form(&p, d);
		write_unit_form(&p, d);
	}
	write_owns(&p, d);
	desk_page_end(&p);
}

/* --- sent --- */

/* False: it is to be shown again, or has been answered. */
static bool read_deadline(struct due_page *d, bool for_level, struct deadline *ret,
	struct desk_problems *problems, bool *ret_answered)
{
	struct zone *zone;
	struct desk_request *r = d->r;
	d->how = desk_field(r, for_level ? "how" : "unit-how");
	d->day = desk_field(r, for_level ? "day" : "unit-day");
	*ret = (struct deadline){.kind = DEADLINE_NONE};
	if (str_equal(d->how, STR("excused")))
		ret->kind = DEADLINE_EXCUSED;
	if (!str_equal(d->how, STR("day")))
		return true;
	ret->kind = DEADLINE_DAY;
	if (!date_parse(d->day, &ret->day) || ret->day.year < 1970 || ret->day.year > 2105) {
		desk_problem_add(
			r, problems, for_level ? "day" : "unit-day", MESSAGE_DESK_DUE_BAD_DAY);
		return false;
	}
	if (!campaign_zone(r, d->campaign.plan.campaign.zone, &zone)) {
		*ret_answered = true;
		return false;
	}
	ret->end = deadline_instant(ret->day, zone_offset, zone);
	zone_free(zone);
	return true;
}

static enum err put_level(
	struct due_page *d, const struct deadline *deadline, struct desk_problems *problems)
{
	uint64_t level;
	struct desk_request *r = d->r;
	d->level = desk_field(r, "level");
	if (!str_to_u64(d->level, DEADLINE_LEVELS - 1, &level)) {
		desk_problem_add(r, problems, "level", MESSAGE_DESK_DUE_NO_LEVEL);
		return E_SYNTAX;
	}
	return deadline_set_level(r->office, d->campaign.plan.campaign.key, (unsigned)level,
		deadline, r->actor, r->now);
}

static enum err put_unit(
	struct due_page *d, const struct deadline *deadline, struct desk_problems *problems)
{
	struct org org;
	struct desk_request *r = d->r;
	d->unit = desk_field(r, "unit");
	enum err err = org_find_code(r->office, d->unit, desk_today(r), r->arena, &org);
	if (err == E_OK)
		err = deadline_set_org(r->office, d->campaign.plan.campaign.key, org.id, deadline,
			r->actor, r->now);
	if (err == E_NOTFOUND) {
		desk_problem_add(r, problems, "unit", MESSAGE_DESK_DUE_NO_UNIT);
		err = E_SYNTAX;
	}
	return err;
}

/* False: to be shown again, with what is wrong. */
static bool save(struct due_page *d, struct desk_problems *problems)
{
	struct deadline deadline;
	struct desk_request *r = d->r;
	bool answered = false;
	bool for_level = !str_equal(desk_field(r, "do"), STR("unit"));
	if (!read_deadline(d, for_level, &deadline, problems, &answered))
		return answered;
	if (!desk_begin(r))
		return true;
	enum err err = desk_end(r,
		for_level ? put_level(d, &deadline, problems) : put_unit(d, &deadline, problems));
	if (err == E_RANGE)
		desk_problem_add(
			r, problems, for_level ? "day" : "unit-day", MESSAGE_DESK_DUE_ORDER);
	if (err == E_RANGE || err == E_SYNTAX)
		return false;
	if (err == E_OK)
		desk_redirect(r, path_of(d), MESSAGE_DESK_SAVED);
	else
		desk_failed(r, err);
	return true;
}

void desk_campaign_deadlines(struct desk_request *r)
{
	struct due_page d = {.r = r};
	struct desk_problems problems = {.count = 0};
	if (!load(&d))
		return;
	if (r->posted && save(&d, &problems))
		return;
	if (!r->posted)
		d.level = desk_argument(r, "level");
	show(&d, &problems);
}
