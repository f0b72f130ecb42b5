/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of organisations, level by level, and finding one of them. */
#include "desk/units.h"

enum {
	ROWS = 50 /* of a page */
};

struct str desk_unit_path(struct desk_request *r, int64_t org, const char *behind)
{
	return desk_text(r, "orgs/%lld%s", (long long)org, behind);
}

struct str desk_unit_name(const struct desk_request *r, const struct org *org)
{
	return r->lang == LANG_EN && org->name[LANG_EN].size > 0 ? org->name[LANG_EN]
								 : org->name[LANG_VI];
}

bool desk_unit_seen(struct desk_request *r, int64_t org)
{
	return actor_may(r->office, r->actor, ACT_SEE_ORG, STR(""), org) == E_OK;
}

/* --- one of them --- */

static enum err keep_last(void *context, const struct org *org)
{
	*(struct date *)context = org->since;
	return E_OK;
}

/* As it was last known, or will first be. */
static enum err find_any_day(struct desk_request *r, int64_t id, struct org *ret_org)
{
	struct date since = {0};
	enum err err = org_find(r->office, id, desk_today(r), r->arena, ret_org);
	if (err != E_NOTFOUND)
		return err;
	TRY(org_each_version(r->office, id, keep_last, &since));
	return since.year ? org_find(r->office, id, since, r->arena, ret_org) : E_NOTFOUND;
}

/* A new day may bring changes that were entered before. False: it has been answered. */
static bool keep_today(struct desk_request *r)
{
	enum err err = org_keep_today(r->office, desk_today(r));
	if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

bool desk_unit_find(struct desk_request *r, enum act act, struct org *ret_org)
{
	int64_t id;
	if (!desk_part_id(r, 0, &id)) {
		desk_not_found(r);
		return false;
	}
	if (!keep_today(r))
		return false;
	if (!desk_may(r, act, STR(""), id))
		return false;
	enum err err = find_any_day(r, id, ret_org);
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

/* The nearest are the most telling: what does not fit is left out at the top. */
void desk_unit_way(struct desk_request *r, const struct org *org, bool self, struct desk_head *head)
{
	struct org way[DESK_CRUMBS];
	struct org at = *org;
	size_t count = 0;
	if (self)
		way[count++] = *org;
	while (at.parent && count + 1 < DESK_CRUMBS && desk_unit_seen(r, at.parent) &&
		find_any_day(r, at.parent, &at) == E_OK)
		way[count++] = at;
	head->crumbs[head->crumb_count++] =
		(struct desk_crumb){STR("orgs"), text(r->lang, MESSAGE_DESK_MENU_ORGS)};
	while (count > 0) {
		const struct org *one = &way[--count];
		head->crumbs[head->crumb_count++] =
			(struct desk_crumb){desk_unit_path(r, one->id, ""), desk_unit_name(r, one)};
	}
}

/* --- tables --- */

struct rows {
	struct desk_page *page;
	uint64_t skip, shown, all;
	bool places; /* what each stands below is said */
};

static void write_below(struct desk_page *p, int64_t id)
{
	uint64_t count = 0;
	enum err err = org_count_below(p->r->office, STR(""), id, &count);
	desk_cell(p, err == E_OK && count > 0 ? desk_number(p->r, count) : STR(""));
}

static void write_place(struct desk_page *p, int64_t parent)
{
	struct org above;
	struct desk_request *r = p->r;
	bool seen = parent && desk_unit_seen(r, parent) &&
		    org_find(r->office, parent, desk_today(r), r->arena, &above) == E_OK;
	desk_cell(p, seen ? desk_unit_name(r, &above) : STR(""));
}

static enum err write_row(void *context, const struct org *org)
{
	struct rows *rows = context;
	struct desk_page *p = rows->page;
	uint64_t at = rows->all++;
	if (at < rows->skip || rows->shown >= ROWS)
		return E_OK;
	rows->shown++;
	desk_row_begin(p);
	desk_cell_link(p, desk_unit_path(p->r, org->id, ""), desk_unit_name(p->r, org));
	desk_cell(p, org->code);
	if (rows->places)
		write_place(p, org->parent);
	desk_cell(p, org->level);
	write_below(p, org->id);
	desk_row_end(p);
	return E_OK;
}

enum {
	MOST_COLUMNS = 5
};

static size_t make_columns(
	struct desk_request *r, bool places, struct desk_column columns[MOST_COLUMNS])
{
	size_t count = 0;
	columns[count++] =
		(struct desk_column){NULL, text(r->lang, MESSAGE_DESK_UNITS_NAME), false};
	columns[count++] =
		(struct desk_column){NULL, text(r->lang, MESSAGE_DESK_UNITS_CODE), false};
	if (places)
		columns[count++] =
			(struct desk_column){NULL, text(r->lang, MESSAGE_DESK_UNITS_PLACE), false};
	columns[count++] =
		(struct desk_column){NULL, text(r->lang, MESSAGE_DESK_UNITS_LEVEL), false};
	columns[count++] =
		(struct desk_column){NULL, text(r->lang, MESSAGE_DESK_UNITS_COUNT), true};
	return count;
}

/* Counts first: an empty table says nothing. */
static enum err count_row(void *context, const struct org *org)
{
	(void)org;
	++*(uint64_t *)context;
	return E_OK;
}

void desk_unit_table(struct desk_page *p, int64_t parent, struct str path)
{
	uint64_t all = 0;
	struct desk_request *r = p->r;
	struct desk_column columns[MOST_COLUMNS];
	uint64_t page = desk_page_number(r);
	struct rows rows = {.page = p, .skip = (page - 1) * ROWS};
	enum err err = org_each_child(r->office, parent, desk_today(r), count_row, &all);
	if (err != E_OK || all == 0) {
		desk_say(p, "p", "hint", MESSAGE_DESK_UNITS_NONE_BELOW);
		return;
	}
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_UNITS_BELOW),
		.columns = columns,
		.column_count = make_columns(r, false, columns),
		.path = path};
	desk_table_begin(p, &table);
	err = org_each_child(r->office, parent, desk_today(r), write_row, &rows);
	desk_table_end(p);
	if (err == E_OK)
		desk_pages(p, &table, page, (all + ROWS - 1) / ROWS);
}

/* --- finding --- */

static void write_search(struct desk_page *p, struct str words)
{
	const struct desk_input input = {.name = "q",
		.label = text(p->lang, MESSAGE_DESK_UNITS_SEARCH),
		.hint = text(p->lang, MESSAGE_DESK_UNITS_SEARCH_HINT),
		.value = words,
		.type = "search"};
	desk_form_open_get(p, NULL, STR("orgs"));
	desk_input(p, &input);
	desk_button(p, "quiet", NULL, STR(""), MESSAGE_DESK_UNITS_FIND);
	desk_form_close(p);
}

/* Letters and digits as they are, the rest by number: for a link. */
static struct str escape(struct desk_request *r, struct str words)
{
	struct writer w;
	writer_init(&w, 4096);
	for (size_t i = 0; i < words.size; i++) {
		static const char digits[] = "0123456789ABCDEF";
		unsigned char c = (unsigned char)words.data[i];
		bool plain =
			(c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		writer_char(&w, plain ? (char)c : '%');
		if (plain)
			continue;
		writer_char(&w, digits[c >> 4]);
		writer_char(&w, digits[c & 15]);
	}
	struct str copy = arena_copy(r->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static enum err find(
	struct desk_request *r, struct str words, uint64_t skip, org_fn *fn, void *context)
{
	return org_search(
		r->office, r->actor->org, words, (size_t)skip, (size_t)ROWS + 1, fn, context);
}

static enum err write_found(struct desk_page *p, struct str words)
{
	uint64_t found = 0;
	struct desk_request *r = p->r;
	struct desk_column columns[MOST_COLUMNS];
	uint64_t page = desk_page_number(r);
	uint64_t skip = (page - 1) * ROWS;
	struct rows rows = {.page = p, .places = true};
	TRY(find(r, words, skip, count_row, &found));
	if (found == 0) {
		desk_say_values(
			p, "p", "lead", MESSAGE_DESK_UNITS_NOT_FOUND, {STR("words"), words});
		return E_OK;
	}
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_UNITS_FOUND),
		.columns = columns,
		.column_count = make_columns(r, true, columns),
		.path = STR("orgs"),
		.query = desk_text(r, "q=%.*s", STR_ARG(escape(r, words)))};
	desk_table_begin(p, &table);
	TRY(find(r, words, skip, write_row, &rows));
	desk_table_end(p);
	desk_pages(p, &table, page, found > ROWS ? page + 1 : page);
	return E_OK;
}

/* --- the page --- */

static void write_tree(struct desk_page *p)
{
	uint64_t count = 0;
	struct desk_request *r = p->r;
	if (org_count_below(r->office, STR(""), 0, &count) == E_OK && count > 0)
		desk_say_values(p, "p", "lead", MESSAGE_DESK_UNITS_ALL,
			{STR("count"), desk_number(r, count)});
	desk_unit_table(p, 0, STR("orgs"));
	if (actor_may(r->office, r->actor, ACT_CHANGE_ORG, STR(""), 0) == E_OK)
		desk_link(p, "button quiet", STR("orgs/new?under=0"),
			text(r->lang, MESSAGE_DESK_UNITS_ADD_TOP));
}

void desk_units(struct desk_request *r)
{
	struct desk_page p;
	enum err err = E_OK;
	struct str words = desk_argument(r, "q");
	const struct desk_head head = {.place = DESK_PLACE_ORGS,
		.title = text(r->lang, MESSAGE_DESK_MENU_ORGS),
		.wide = true};
	if (!keep_today(r))
		return;
	/* Who acts for one org begins there. */
	if (r->actor->org && words.size == 0) {
		desk_redirect(r, desk_unit_path(r, r->actor->org, ""), MESSAGE__COUNT);
		return;
	}
	/* Who has no org and does not see all sees none. */
	if (!r->actor->org && !desk_may(r, ACT_SEE_ORG, STR(""), 0))
		return;
	desk_page_begin(&p, r, &head, NULL);
	write_search(&p, words);
	if (words.size > 0)
		err = write_found(&p, words);
	else
		write_tree(&p);
	if (err != E_OK)
		desk_say(&p, "p", "lead", MESSAGE_DESK_UNITS_NONE_BELOW);
	desk_page_end(&p);
}

void desk_unit_wrong(
	struct desk_request *r, struct desk_problems *problems, const struct problem *problem)
{
	static const char *const fields[] = {"code", "name_vi", "name_en", "level", "kind",
		"tax_code", "mail", "phone", "since", "parent", "name", "prefix"};
	struct writer w;
	const char *field = "";
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (str_equal(problem_field(problem), str_from(fields[i])))
			field = fields[i];
	writer_init(&w, 4096);
	text_problem(&w, r->lang, problem);
	desk_problem_add_text(problems, field, arena_copy(r->arena, writer_view_str(&w)));
	writer_release(&w);
}
