/* SPDX-License-Identifier: Apache-2.0 */
#include "office/org_import.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "office/org_columns.h"
#include "office/org_list.h"
#include "office/org_parts.h"

enum {
	ARENA_BYTES = 512 << 20,
	BLOCK_ROWS = 1024,
	DETAIL_BYTES = 4096
};

struct import_row {
	uint32_t number;
	struct str cells[COLUMN__COUNT]; /* as they stand */
	struct org org;
	bool ends;  /* it says nothing but that it ends */
	bool fresh; /* there never was such an org */
	bool wrong;
};

struct org_import {
	org_problem_fn *on_problem;
	void *context;
	struct arena arena;
	struct import_row **blocks; /* of BLOCK_ROWS each, so that rows never move */
	size_t block_count, block_room;
	size_t count;
	struct import_row **by_code;
	bool header;
	int64_t columns[COLUMN__COUNT]; /* where each stands; -1: nowhere */
	struct office *office;
	struct org_import_totals totals;
};

static struct import_row *row_at(const struct org_import *in, size_t i)
{
	return &in->blocks[i / BLOCK_ROWS][i % BLOCK_ROWS];
}

/* --- what is wrong --- */

/* "parent (B12)" */
static void tell(struct org_import *in, struct import_row *row, struct problem *problem)
{
	struct writer field;
	struct str name = problem_field(problem);
	writer_init(&field, 128);
	writer_str(&field, name);
	for (size_t i = 0; row && i < COLUMN__COUNT; i++) {
		if (in->columns[i] < 0 || !str_equal(name, org_export_column(i)))
			continue;
		writer_text(&field, " (");
		writer_sheet_address(&field, row->number, (uint32_t)in->columns[i]);
		writer_char(&field, ')');
	}
	struct problem told;
	problem_set(&told, problem->code, writer_view_str(&field), problem_got(problem));
	told.line = row ? row->number : problem->line;
	told.offset = 0;
	told.limit = problem->limit;
	writer_release(&field);
	if (row)
		row->wrong = true;
	in->totals.wrong++;
	in->on_problem(in->context, &told);
}

static void tell_column(struct org_import *in, struct import_row *row, enum problem_code code,
	enum org_column column, struct str got)
{
	struct problem problem;
	problem_set(&problem, code, org_export_column(column), got);
	problem.line = 0;
	problem.limit = 0;
	tell(in, row, &problem);
}

/* What a function about this row answered: told and passed over, or handed on. */
static enum err judge(
	struct org_import *in, struct import_row *row, enum err err, struct problem *problem)
{
	if (err != E_SYNTAX)
		return err;
	tell(in, row, problem);
	return E_OK;
}

/* --- reading --- */

enum err org_import_new(org_problem_fn *on_problem, void *context, struct org_import **ret_import)
{
	struct org_import *in = calloc(1, sizeof(*in));
	if (!in)
		return E_NOMEM;
	in->on_problem = on_problem;
	in->context = context;
	arena_init(&in->arena, ARENA_BYTES);
	for (size_t i = 0; i < COLUMN__COUNT; i++)
		in->columns[i] = -1;
	*ret_import = in;
	return E_OK;
}

void org_import_free(struct org_import *import)
{
	if (!import)
		return;
	arena_release(&import->arena);
	free(import);
}

static void take_header(
	struct org_import *in, uint32_t number, const struct sheet_cell *cells, size_t count)
{
	struct problem problem;
	in->header = true;
	for (size_t i = 0; i < count; i++) {
		enum org_column column;
		enum problem_code code = PROBLEM_NONE;
		if (!org_column_parse(cells[i].text, &column))
			code = PROBLEM_UNKNOWN_FIELD;
		else if (in->columns[column] >= 0)
			code = PROBLEM_TWICE_COLUMN;
		else
			in->columns[column] = cells[i].column;
		if (code == PROBLEM_NONE)
			continue;
		problem_set(&problem, code, cells[i].text, cells[i].text);
		problem.line = number;
		problem.limit = 0;
		tell(in, NULL, &problem);
	}
	if (in->columns[COLUMN_CODE] < 0)
		tell_column(in, NULL, PROBLEM_NO_COLUMN, COLUMN_CODE, STR(""));
}

static enum err new_row(struct org_import *in, struct import_row **ret_row)
{
	if (in->count >= LIMIT_ORGS)
		return E_LIMIT;
	if (in->count == in->block_count * BLOCK_ROWS) {
		if (!in->blocks) {
			in->block_room = LIMIT_ORGS / BLOCK_ROWS + 1;
			in->blocks = arena_alloc(
				&in->arena, in->block_room, sizeof(struct import_row *));
		}
		if (!in->blocks || in->block_count == in->block_room)
			return E_NOMEM;
		struct import_row *block = arena_alloc(&in->arena, BLOCK_ROWS, sizeof(*block));
		if (!block)
			return E_NOMEM;
		in->blocks[in->block_count++] = block;
	}
	*ret_row = row_at(in, in->count++);
	return E_OK;
}

enum err org_import_row(
	void *context, uint32_t number, const struct sheet_cell *cells, size_t count)
{
	struct org_import *in = context;
	struct import_row *row;
	if (!in->header) {
		take_header(in, number, cells, count);
		return E_OK;
	}
	TRY(new_row(in, &row));
	row->number = number;
	for (size_t i = 0; i < COLUMN__COUNT; i++) {
		const struct sheet_cell *cell =
			in->columns[i] < 0 ? NULL
					   : sheet_cell_at(cells, count, (uint32_t)in->columns[i]);
		row->cells[i] = arena_copy(&in->arena, cell ? str_trim(cell->text) : STR(""));
		if (!row->cells[i].data)
			return E_NOMEM;
	}
	return E_OK;
}

/* --- rows by themselves --- */

static int compare_codes(const void *a, const void *b)
{
	const struct import_row *const *left = a;
	const struct import_row *const *right = b;
	int order = str_compare((*left)->cells[COLUMN_CODE], (*right)->cells[COLUMN_CODE]);
	if (order != 0)
		return order;
	return (*left)->number < (*right)->number ? -1 : 1;
}

static enum err sort_rows(struct org_import *in)
{
	in->by_code = arena_alloc(&in->arena, in->count + 1, sizeof(struct import_row *));
	if (!in->by_code)
		return E_NOMEM;
	for (size_t i = 0; i < in->count; i++)
		in->by_code[i] = row_at(in, i);
	qsort(in->by_code, in->count, sizeof(struct import_row *), compare_codes);
	for (size_t i = 1; i < in->count; i++) {
		struct import_row *row = in->by_code[i];
		struct str code = row->cells[COLUMN_CODE];
		struct problem problem;
		if (code.size == 0 || !str_equal(code, in->by_code[i - 1]->cells[COLUMN_CODE]))
			continue;
		problem_set(&problem, PROBLEM_UNIT_TWICE, STR("code"), code);
		problem.limit = in->by_code[i - 1]->number;
		tell(in, row, &problem);
	}
	return E_OK;
}

static struct import_row *find_row(const struct org_import *in, struct str code)
{
	size_t low = 0;
	size_t high = in->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_compare(in->by_code[middle]->cells[COLUMN_CODE], code);
		if (order == 0)
			return in->by_code[middle];
		low = order < 0 ? middle + 1 : low;
		high = order < 0 ? high : middle;
	}
	return NULL;
}

static bool read_day(
	struct org_import *in, struct import_row *row, enum org_column column, struct date *ret_day)
{
	struct str text = row->cells[column];
	if (text.size == 0 || org_day_parse(text, ret_day))
		return true;
	tell_column(in, row, PROBLEM_BAD_DAY, column, text);
	return false;
}

/* A column that is not in the table leaves what was; a cell that is empty takes it away. */
static void fill(struct org_import *in, struct import_row *row, const struct org *before)
{
	struct org *org = &row->org;
	*org = *before;
	const struct {
		enum org_column column;
		struct str *text;
	} texts[] = {{COLUMN_NAME_VI, &org->name[LANG_VI]}, {COLUMN_NAME_EN, &org->name[LANG_EN]},
		{COLUMN_LEVEL, &org->level}, {COLUMN_TAX_CODE, &org->tax_code},
		{COLUMN_MAIL, &org->mail}, {COLUMN_PHONE, &org->phone}};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (in->columns[texts[i].column] >= 0)
			*texts[i].text = row->cells[texts[i].column];
	org->code = row->cells[COLUMN_CODE];
	org->until = (struct date){0};
	if (in->columns[COLUMN_KIND] >= 0 && !org_kind_parse(row->cells[COLUMN_KIND], &org->kind))
		tell_column(in, row, PROBLEM_BAD_FIELD, COLUMN_KIND, row->cells[COLUMN_KIND]);
}

static bool all_columns(const struct org_import *in)
{
	for (size_t i = COLUMN_PARENT; i <= COLUMN_PHONE; i++)
		if (in->columns[i] < 0)
			return false;
	return true;
}

struct str org_import_effect_name(enum org_import_effect effect)
{
	static const struct str names[] = {[ORG_IMPORT_CREATES] = STR_INIT("new"),
		[ORG_IMPORT_CHANGES] = STR_INIT("changed"),
		[ORG_IMPORT_ENDS] = STR_INIT("ended")};
	static_assert(sizeof(names) / sizeof(names[0]) == ORG_IMPORT__COUNT, "a name each");
	return names[effect];
}

static bool before_or_on(struct date a, struct date b)
{
	return date_instant(a).seconds <= date_instant(b).seconds;
}

static enum err read_row(
	struct org_import *in, struct import_row *row, const struct org_import_options *options)
{
	struct org before = {.parent = options->under};
	struct problem problem = {0};
	struct date since = options->day;
	struct date until = {0};
	if (!read_day(in, row, COLUMN_SINCE, &since) || !read_day(in, row, COLUMN_UNTIL, &until))
		return E_OK;
	if (!all_columns(in)) {
		enum err err = org_find_code(
			in->office, row->cells[COLUMN_CODE], since, &in->arena, &before);
		if (err != E_OK && err != E_NOTFOUND)
			return err;
	}
	fill(in, row, &before);
	row->ends = until.year && row->cells[COLUMN_SINCE].size == 0 &&
		    before_or_on(until, options->day);
	row->org.since = since;
	row->org.until = until;
	if (row->wrong || row->ends)
		return E_OK;
	return judge(in, row, org_clean(&row->org, &in->arena, &row->org, &problem), &problem);
}

/* --- rows together --- */

/* The id of a code in the table or of one that is known already. */
static enum err find_id(struct org_import *in, struct str code, int64_t *ret_id)
{
	const struct import_row *row = find_row(in, code);
	if (row && row->org.id) {
		*ret_id = row->org.id;
		return E_OK;
	}
	return org_id_of(in->office, code, ret_id);
}

/* May the actor change it? What has ended is theirs whose it was. */
static enum err may_change(
	struct org_import *in, const struct actor *actor, int64_t org, bool *ret_may)
{
	bool there;
	if (!actor) {
		*ret_may = true;
		return E_OK;
	}
	enum err err = actor_may(in->office, actor, ACT_CHANGE_ORG, STR(""), org);
	*ret_may = err == E_OK;
	if (err != E_NOTFOUND || actor->role != ROLE_COORDINATOR || org == 0)
		return err == E_NOTFOUND || err == E_DENIED ? E_OK : err;
	TRY(line_is_below(in->office, STR(""), 0, org, &there));
	return there ? E_OK : org_was_below(in->office, actor->org, org, (struct date){0}, ret_may);
}

/* A code that is somebody else's is told as the form tells it: taken. */
static enum err check_right(
	struct org_import *in, struct import_row *row, const struct actor *actor)
{
	bool may;
	TRY(may_change(in, actor, row->org.id, &may));
	if (!may)
		tell_column(in, row, PROBLEM_UNIT_CODE_TAKEN, COLUMN_CODE, row->cells[COLUMN_CODE]);
	return E_OK;
}

static enum err give_id(
	struct org_import *in, struct import_row *row, const struct org_import_options *options)
{
	struct str code = row->cells[COLUMN_CODE];
	if (row->wrong)
		return E_OK;
	if (code.size == 0) {
		tell_column(in, row, PROBLEM_NO_FIELD, COLUMN_CODE, STR(""));
		return E_OK;
	}
	enum err err = org_id_of(in->office, code, &row->org.id);
	if (err == E_OK)
		return check_right(in, row, options->actor);
	if (err != E_NOTFOUND)
		return err;
	row->fresh = true;
	if (!row->ends)
		return org_new(in->office, &row->org, &row->org.id);
	tell_column(in, row, PROBLEM_UNIT_UNKNOWN, COLUMN_CODE, code);
	return E_OK;
}

static enum err place_before(struct org_import *in, struct import_row *row, int64_t *ret_parent)
{
	struct org before;
	enum err err = org_find(in->office, row->org.id, row->org.since, &in->arena, &before);
	*ret_parent = err == E_OK ? before.parent : 0;
	return err == E_NOTFOUND ? E_OK : err;
}

/* One's own place is not one's own to change: the cell says what is, or nothing. */
static enum err keep_own_place(
	struct org_import *in, struct import_row *row, const struct actor *actor)
{
	int64_t given = 0;
	struct str parent = row->cells[COLUMN_PARENT];
	TRY(place_before(in, row, &row->org.parent));
	if (in->columns[COLUMN_PARENT] < 0 || parent.size == 0 || !actor->org)
		return E_OK;
	enum err err = find_id(in, parent, &given);
	if (err != E_OK && err != E_NOTFOUND)
		return err;
	if (err == E_NOTFOUND || given != row->org.parent)
		tell_column(in, row, PROBLEM_UNIT_UNKNOWN, COLUMN_PARENT, parent);
	return E_OK;
}

/* It stays where it was, or comes below what the actor may change or what is of this table. */
static enum err check_place(
	struct org_import *in, struct import_row *row, const struct actor *actor)
{
	bool may;
	int64_t before;
	struct str parent = row->cells[COLUMN_PARENT];
	const struct import_row *above = parent.size ? find_row(in, parent) : NULL;
	if (!actor || (above && above->fresh))
		return E_OK;
	TRY(place_before(in, row, &before));
	if (!row->fresh && before == row->org.parent)
		return E_OK;
	TRY(may_change(in, actor, row->org.parent, &may));
	if (!may)
		tell_column(in, row, PROBLEM_UNIT_UNKNOWN, COLUMN_PARENT, parent);
	return E_OK;
}

static enum err give_parent(
	struct org_import *in, struct import_row *row, const struct org_import_options *options)
{
	struct str parent = row->cells[COLUMN_PARENT];
	bool own = options->actor && options->actor->org == row->org.id;
	if (row->wrong || row->ends)
		return E_OK;
	if (own)
		return keep_own_place(in, row, options->actor);
	if (in->columns[COLUMN_PARENT] >= 0) {
		row->org.parent = options->under;
		enum err err = parent.size ? find_id(in, parent, &row->org.parent) : E_OK;
		if (err != E_OK && err != E_NOTFOUND)
			return err;
		if (err == E_NOTFOUND)
			tell_column(in, row, PROBLEM_UNIT_UNKNOWN, COLUMN_PARENT, parent);
	}
	return row->wrong ? E_OK : check_place(in, row, options->actor);
}

/* Empty: at the top, or it cannot be said. */
static struct str code_of(struct org_import *in, int64_t id)
{
	struct writer w;
	struct str code = STR("");
	writer_init(&w, LIMIT_ORG_CODE);
	if (id && org_write_code(in->office, id, &w) == E_OK)
		code = arena_copy(&in->arena, writer_view_str(&w));
	writer_release(&w);
	return code.data ? code : STR("");
}

/* before: NULL where nothing was, or it is of no matter. */
static void tell_change(struct org_import *in, const struct org_import_options *options,
	const struct import_row *row, enum org_import_effect effect, const struct org *before)
{
	if (!options->on_change)
		return;
	const struct org_import_change change = {.line = row->number,
		.effect = effect,
		.org = &row->org,
		.before = before,
		.parent = code_of(in, row->org.parent),
		.parent_before = before ? code_of(in, before->parent) : STR("")};
	options->on_change(options->change_context, &change);
}

static enum err end_row(struct org_import *in, const struct import_row *row,
	const struct org_import_options *options)
{
	struct sql q;
	struct day_text until = day_text(row->org.until);
	sql_open(&q, &in->office->db,
		"SELECT EXISTS (SELECT 1 FROM org_version WHERE org = ? AND until > ?)");
	sql_int(&q, row->org.id);
	sql_str(&q, day_str(&until));
	bool due = sql_row(&q) && sql_get(&q, 0) != 0;
	TRY(sql_close(&q));
	in->totals.ended += due;
	in->totals.unchanged += !due;
	if (due)
		tell_change(in, options, row, ORG_IMPORT_ENDS, NULL);
	return due ? org_cut(in->office, row->org.id, row->org.until) : E_OK;
}

static enum err keep_row(struct org_import *in, const struct import_row *row,
	const struct org_import_options *options)
{
	enum org_change change;
	struct org before;
	enum err was = E_NOTFOUND;
	if (row->wrong)
		return E_OK;
	if (row->ends)
		return end_row(in, row, options);
	if (options->on_change && !row->fresh)
		was = org_find(in->office, row->org.id, row->org.since, &in->arena, &before);
	if (was != E_OK && was != E_NOTFOUND)
		return was;
	TRY(org_keep(in->office, &row->org, &change));
	in->totals.created += change == ORG_CREATED;
	in->totals.changed += change == ORG_CHANGED;
	in->totals.unchanged += change == ORG_UNCHANGED;
	if (change != ORG_UNCHANGED)
		tell_change(in, options, row,
			change == ORG_CREATED ? ORG_IMPORT_CREATES : ORG_IMPORT_CHANGES,
			was == E_OK ? &before : NULL);
	return E_OK;
}

/* Codes between spaces, commas or semicolons. */
static struct str next_code(struct str *rest)
{
	size_t from = 0;
	while (from < rest->size && strchr(" ,;", rest->data[from]))
		from++;
	size_t to = from;
	while (to < rest->size && !strchr(" ,;", rest->data[to]))
		to++;
	struct str code = {rest->data + from, to - from};
	*rest = (struct str){rest->data + to, rest->size - to};
	return code;
}

static enum err succeed_by(struct org_import *in, struct import_row *row, struct str code,
	const struct org_successor *how, const struct org_import_options *options,
	const struct audit_entry *by)
{
	bool may = true;
	struct org_successor successor = *how;
	const struct import_row *there = find_row(in, code);
	enum err err = find_id(in, code, &successor.to);
	if (err == E_OK && !(there && there->fresh))
		err = may_change(in, options->actor, successor.to, &may);
	if (err == E_NOTFOUND || !may) {
		tell_column(in, row, PROBLEM_UNIT_UNKNOWN, COLUMN_SUCCESSOR, code);
		return E_OK;
	}
	return err == E_OK ? org_successor_put(in->office, &successor, by) : err;
}

static enum err succeed(struct org_import *in, struct import_row *row,
	const struct org_import_options *options, const struct audit_entry *by)
{
	struct str codes = row->cells[COLUMN_SUCCESSOR];
	struct str rest = codes;
	(void)next_code(&rest);
	bool several = next_code(&rest).size > 0;
	const struct org_successor how = {.from = row->org.id,
		.day = row->org.until.year ? row->org.until : row->org.since,
		.how = several ? ORG_SPLIT : ORG_MERGED};
	for (struct str code = next_code(&codes); code.size > 0; code = next_code(&codes))
		TRY(succeed_by(in, row, code, &how, options, by));
	return E_OK;
}

static enum err take_rows(struct org_import *in, const struct org_import_options *options,
	const struct audit_entry *by)
{
	TRY(sort_rows(in));
	for (size_t i = 0; i < in->count; i++)
		TRY(read_row(in, row_at(in, i), options));
	for (size_t i = 0; i < in->count; i++)
		TRY(give_id(in, row_at(in, i), options));
	for (size_t i = 0; i < in->count; i++)
		TRY(give_parent(in, row_at(in, i), options));
	if (in->totals.wrong > 0)
		return E_SYNTAX;
	for (size_t i = 0; i < in->count; i++)
		TRY(keep_row(in, row_at(in, i), options));
	for (size_t i = 0; i < in->count; i++)
		TRY(succeed(in, row_at(in, i), options, by));
	return in->totals.wrong > 0 ? E_SYNTAX : E_OK;
}

/* --- the whole --- */

/* "clerk/12/units.csv": where it lay for a moment tells nobody anything. */
static struct str base_name(struct str path)
{
	struct str name = path;
	while (path.size > 0)
		name = str_cut(path, '/', &path);
	return name;
}

static enum err note(struct org_import *in, const struct org_import_options *options,
	const struct audit_entry *by)
{
	struct writer w;
	struct audit_entry entry = *by;
	writer_init(&w, DETAIL_BYTES);
	writer_text(&w, "created ");
	writer_decimal(&w, in->totals.created);
	writer_text(&w, ", changed ");
	writer_decimal(&w, in->totals.changed);
	writer_text(&w, ", ended ");
	writer_decimal(&w, in->totals.ended);
	entry.what = STR("org.import");
	entry.object = base_name(options->name);
	entry.detail = writer_view_str(&w);
	enum err err = writer_end(&w);
	if (err == E_OK)
		err = audit_add(in->office, &entry);
	writer_release(&w);
	return err;
}

/* What the rows say together, and with what was there. */
static enum err check_whole(struct org_import *in)
{
	int64_t wrong = 0;
	struct problem problem = {0};
	enum err err = org_check(in->office, 0, &wrong, &problem);
	if (err != E_SYNTAX)
		return err;
	for (size_t i = 0; i < in->count; i++) {
		struct import_row *row = row_at(in, i);
		if (row->org.id != wrong)
			continue;
		tell(in, row, &problem);
		return E_SYNTAX;
	}
	/* One that is not in the table: what it stands below is, and ends. */
	struct str above = problem_got(&problem);
	struct import_row *row = find_row(in, above);
	if (row && problem.code == PROBLEM_UNIT_NOT_THEN)
		err = org_refuse(in->office, &problem, PROBLEM_UNIT_HAS_BELOW, "until", wrong);
	tell(in, row, &problem);
	return err;
}

enum err org_import_apply(struct org_import *in, struct office *o,
	const struct org_import_options *options, const struct audit_entry *by,
	struct org_import_totals *ret_totals)
{
	struct day_text today;
	in->office = o;
	in->totals.rows = in->count;
	if (!in->header) {
		struct problem problem = {.code = PROBLEM_EMPTY_FILE};
		tell(in, NULL, &problem);
	}
	*ret_totals = in->totals;
	if (in->totals.wrong > 0)
		return E_SYNTAX;
	enum err err = org_advance(o, instant_date(by->at));
	if (err == E_OK)
		err = take_rows(in, options, by);
	bool changed = in->totals.created + in->totals.changed + in->totals.ended > 0;
	if (err == E_OK && changed)
		err = check_whole(in);
	if (err == E_OK && changed)
		err = org_tree_day(o, &today);
	if (err == E_OK && changed)
		err = line_rebuild(o, STR(""), &today);
	if (err == E_OK && changed)
		err = note(in, options, by);
	*ret_totals = in->totals;
	return err;
}
