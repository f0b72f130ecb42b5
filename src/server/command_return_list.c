/* SPDX-License-Identifier: Apache-2.0 */
/* Organisations behind the numbers of a return, by tax code: taken from a table. */
#include <fcntl.h>

#include "base/limits.h"
#include "format/json_object.h"
#include "office/form.h"
#include "office/org_fold.h"
#include "os/file.h"
#include "server/command_return.h"
#include "server/command_site.h"
#include "server/parse_client.h"
#include "server/shown_problems.h"

enum {
	ROWS = 64,
	NONE = -1
};

struct listing {
	struct return_command *r;
	const char *path;
	struct org org;
	struct return_head head;
	struct return_form form;
	struct return_content content;
	bool header;
	int64_t code, name;    /* columns; NONE: nowhere */
	int64_t columns[ROWS]; /* of each row of the form */
	struct listed_org *orgs;
	size_t count;
	uint64_t wrong;
	struct shown_problems problems;
};

/* --- what is wrong --- */

static void tell(
	struct listing *t, enum problem_code code, uint32_t line, int64_t column, struct str got)
{
	struct problem problem;
	struct writer cell;
	writer_init(&cell, 32);
	if (column >= 0)
		writer_sheet_address(&cell, line, (uint32_t)column);
	problem_set(&problem, code, writer_view_str(&cell), got);
	writer_release(&cell);
	problem.line = line;
	problem.offset = problem.limit = 0;
	t->wrong++;
	shown_problems_take(&t->problems, &problem);
}

/* --- the first row says what stands where --- */

static bool same(struct str a, struct str b)
{
	struct writer fold_a, fold_b;
	writer_init(&fold_a, 64 << 10);
	writer_init(&fold_b, 64 << 10);
	bool equal = org_fold(&fold_a, a) == E_OK && org_fold(&fold_b, b) == E_OK &&
		     str_equal(writer_view_str(&fold_a), writer_view_str(&fold_b));
	writer_release(&fold_a);
	writer_release(&fold_b);
	return equal;
}

static bool is_called(struct str cell, struct str key, enum message message)
{
	return same(cell, key) || same(cell, text(LANG_VI, message)) ||
	       same(cell, text(LANG_EN, message));
}

static int64_t *slot_of(struct listing *t, struct str cell)
{
	if (is_called(cell, STR("tax code"), MESSAGE_RETURNS_LIST_CODE))
		return &t->code;
	if (is_called(cell, STR("name"), MESSAGE_RETURNS_LIST_NAME))
		return &t->name;
	for (size_t i = 0; i < t->form.row_count && i < ROWS; i++) {
		const struct form_row *row = &t->form.rows[i];
		if (row->listed && (same(cell, row->key) || same(cell, row->label[LANG_VI]) ||
					   same(cell, row->label[LANG_EN])))
			return &t->columns[i];
	}
	return NULL;
}

static void take_header(
	struct listing *t, uint32_t line, const struct sheet_cell *cells, size_t count)
{
	bool any = false;
	t->header = true;
	for (size_t i = 0; i < count; i++) {
		int64_t *slot = slot_of(t, cells[i].text);
		if (!slot)
			tell(t, PROBLEM_UNKNOWN_FIELD, line, NONE, cells[i].text);
		else if (*slot >= 0)
			tell(t, PROBLEM_TWICE_COLUMN, line, cells[i].column, cells[i].text);
		else
			*slot = cells[i].column;
	}
	for (size_t i = 0; i < ROWS; i++)
		any = any || t->columns[i] >= 0;
	struct problem problem;
	enum lang lang = t->r->c->console.lang;
	if (t->code >= 0 && any)
		return;
	problem_set(&problem, PROBLEM_NO_COLUMN,
		text(lang, t->code < 0 ? MESSAGE_RETURNS_LIST_CODE : MESSAGE_RETURNS_LIST_ROW),
		STR(""));
	problem.line = line;
	problem.offset = problem.limit = 0;
	t->wrong++;
	shown_problems_take(&t->problems, &problem);
}

/* --- then an organisation a row --- */

static struct str cell_text(const struct sheet_cell *cells, size_t count, int64_t column)
{
	const struct sheet_cell *cell =
		column >= 0 ? sheet_cell_at(cells, count, (uint32_t)column) : NULL;
	return cell ? cell->text : STR("");
}

/* "x", "1", "có", whatever people tick with; what says no is none. */
static bool is_ticked(struct str cell)
{
	static const char *const none[] = {"0", "-", "khong", "k", "no", "n"};
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (same(cell, str_from(none[i])))
			return false;
	return str_trim(cell).size > 0;
}

/* A spreadsheet takes a tax code for a number, and its leading zeros with it. */
static enum err tidy_code(struct listing *t, const struct sheet_cell *cell, struct str *ret_code)
{
	char digits[14];
	struct writer w;
	writer_init(&w, 32);
	if (cell->kind == SHEET_NUMBER && cell->text.size < 10 && cell->text.size > 7)
		for (size_t i = cell->text.size; i < 10; i++)
			writer_char(&w, '0');
	writer_str(&w, cell->text);
	bool right = writer_end(&w) == E_OK && tax_code_tidy(writer_view_str(&w), digits);
	writer_release(&w);
	*ret_code = right ? arena_copy(&t->r->c->arena, str_from(digits)) : STR("");
	return right && !ret_code->data ? E_NOMEM : E_OK;
}

static enum err take_row(void *context, uint32_t line, const struct sheet_cell *cells, size_t count)
{
	struct listing *t = context;
	struct listed_org org = {.rows = 0};
	if (!t->header) {
		take_header(t, line, cells, count);
		return E_OK;
	}
	if (t->code < 0)
		return E_OK;
	const struct sheet_cell *code = sheet_cell_at(cells, count, (uint32_t)t->code);
	if (!code) {
		tell(t, PROBLEM_NO_FIELD, line, t->code, STR(""));
		return E_OK;
	}
	TRY(tidy_code(t, code, &org.tax_code));
	if (org.tax_code.size == 0) {
		tell(t, PROBLEM_BAD_FIELD, line, t->code, code->text);
		return E_OK;
	}
	for (size_t i = 0; i < t->form.row_count && i < ROWS; i++)
		if (is_ticked(cell_text(cells, count, t->columns[i])))
			org.rows |= UINT64_C(1) << i;
	if (t->count == LIMIT_RETURN_LISTED)
		return E_LIMIT;
	org.name = arena_copy(&t->r->c->arena, cell_text(cells, count, t->name));
	t->orgs[t->count++] = org;
	return org.name.data ? E_OK : E_NOMEM;
}

static bool read_table(struct listing *t)
{
	int fd = -1;
	struct parse_client *client;
	struct problem problem = {0};
	struct context *c = t->r->c;
	shown_problems_begin(&t->problems, &c->console, str_from(t->path));
	enum err err = file_open_read(AT_FDCWD, t->path, &fd);
	if (err == E_OK)
		err = parse_client_start(&client);
	if (err == E_OK) {
		err = parse_client_sheet(client, fd, STR(""), take_row, t, &problem);
		parse_client_stop(client);
	}
	file_close(&fd);
	shown_problems_end(&t->problems, t->wrong);
	if (problem.code != PROBLEM_NONE)
		site_refuse_file(c, str_from(t->path), &problem);
	else if (err != E_OK)
		context_failed(c, str_from(t->path), err);
	else if (t->wrong == 0 && t->count == 0)
		return_command_refuse(t->r, MESSAGE_RETURNS_LIST_EMPTY, str_from(t->path));
	return err == E_OK && t->wrong == 0 && t->count > 0;
}

/* --- into the draft --- */

/* The form of the draft, so that its columns are found; nothing is changed yet. */
static enum err load_form(struct listing *t)
{
	int64_t version;
	struct return_command *r = t->r;
	struct str key = r->plan.campaign.key;
	enum err err = return_find(&r->office, key, t->org.id, &r->c->arena, &t->head);
	if (err == E_NOTFOUND)
		return form_load(&r->office, key, -1, &r->c->arena, &t->form, &version);
	TRY(err);
	TRY(return_load(&r->office, &t->head, 0, &r->c->arena, &t->content));
	return form_load(&r->office, key, t->content.form, &r->c->arena, &t->form, &version);
}

static enum err save(struct listing *t)
{
	size_t bad;
	int64_t draft;
	struct return_command *r = t->r;
	struct arena *arena = &r->c->arena;
	TRY(return_open(&r->office, r->plan.campaign.key, t->org.id, &r->actor, r->c->now, arena,
		&t->head));
	TRY(return_load(&r->office, &t->head, 0, arena, &t->content));
	TRY(return_list_add(
		&r->office, &t->form, t->orgs, t->count, r->c->now, &t->content.list, &bad));
	return return_save(&r->office, &t->head, t->head.draft, &t->content, &r->actor, r->c->now,
		arena, &draft);
}

static void say_taken(struct listing *t)
{
	struct context *c = t->r->c;
	struct object o;
	if (!c->console.json) {
		site_say_with(c, MESSAGE_RETURNS_LISTED, {STR("code"), t->org.code},
			context_number_text(c, "rows", t->count));
		return;
	}
	object_init(&o, &c->console.out);
	object_open(&o, NULL);
	object_text(&o, "org", t->org.code);
	object_number(&o, "listed", t->count);
	object_close(&o);
	writer_char(&c->console.out, '\n');
}

static int take(struct return_command *r)
{
	struct listing t = {.r = r, .path = r->c->options.words[2], .code = NONE, .name = NONE};
	for (size_t i = 0; i < ROWS; i++)
		t.columns[i] = NONE;
	t.orgs = arena_alloc(&r->c->arena, LIMIT_RETURN_LISTED, sizeof(*t.orgs));
	if (!return_command_org(r, 1, &t.org) || !return_command_may(r, ACT_FILL_RETURN, t.org.id))
		return EXIT_FAILED;
	enum err err = t.orgs ? load_form(&t) : E_NOMEM;
	if (err != E_OK)
		return return_command_failed(r, err);
	if (!read_table(&t))
		return EXIT_FAILED;
	err = office_begin(&r->office);
	if (err != E_OK)
		return return_command_failed(r, err);
	err = office_end(&r->office, save(&t));
	if (err != E_OK)
		return return_command_failed(r, err);
	say_taken(&t);
	return EXIT_FINE;
}

int command_return_organisations(struct context *context)
{
	struct return_command r;
	int status = return_command_begin(&r, context, true) ? take(&r) : EXIT_FAILED;
	return_command_end(&r);
	return status;
}
