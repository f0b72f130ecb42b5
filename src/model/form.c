/* SPDX-License-Identifier: Apache-2.0 */
#include "model/form.h"

#include <assert.h>

#include "base/limits.h"
#include "model/site.h"

#define BYTE_ORDER_MARK STR("\xef\xbb\xbf")

enum {
	ROWS = 64 /* a row is a bit of a word, in lists of organisations */
};

enum part {
	PART_HEAD,
	PART_ROW,
	PART_CHECK
};

struct reader {
	struct str rest;
	uint64_t line; /* of what was read last */
	struct arena *arena;
	struct problem *problem;
	enum part part;
	struct form_row *rows;
	struct form_check *checks;
	struct return_form *form;
	struct form_choice *choices; /* of the row that is read */
	uint64_t row_lines[ROWS];    /* where each row, each check begins */
	uint64_t check_lines[ROWS];
	struct str checks_said[ROWS]; /* rows may come after the check that names them */
};

static enum err refuse(struct reader *r, enum problem_code code, struct str field, struct str got)
{
	problem_set(r->problem, code, field, got);
	r->problem->line = r->line;
	return E_SYNTAX;
}

static enum err refuse_limit(struct reader *r, struct str field, uint64_t limit)
{
	(void)refuse(r, PROBLEM_FIELD_TOO_LONG, field, STR(""));
	r->problem->limit = limit;
	return E_LIMIT;
}

/* --- fields --- */

static bool parse_yes(struct str value, bool *ret)
{
	*ret = str_equal(value, STR("yes"));
	return *ret || str_equal(value, STR("no"));
}

static bool parse_type(struct str value, enum row_type *ret_type)
{
	static const struct str names[] = {
		[ROW_NUMBER] = STR_INIT("number"),
		[ROW_TEXT] = STR_INIT("text"),
		[ROW_DATE] = STR_INIT("date"),
		[ROW_CHOICE] = STR_INIT("choice"),
	};
	static_assert(sizeof(names) / sizeof(names[0]) == ROW_TYPE__COUNT, "a name each");
	for (unsigned i = 0; i < ROW_TYPE__COUNT; i++) {
		if (!str_equal(value, names[i]))
			continue;
		*ret_type = (enum row_type)i;
		return true;
	}
	return false;
}

static bool key_valid(struct str key)
{
	return site_key_valid(key) && key.data[0] >= 'a' && key.data[0] <= 'z';
}

/* "label-vi" in two: what, and the language. */
static bool split_lang(struct str name, struct str *ret_stem, enum lang *ret_lang)
{
	*ret_lang = str_ends(name, STR("-vi")) ? LANG_VI : LANG_EN;
	if (!str_ends(name, STR("-vi")) && !str_ends(name, STR("-en")))
		return false;
	*ret_stem = (struct str){name.data, name.size - 3};
	return true;
}

static struct str *text_slot(struct reader *r, struct str name)
{
	struct str stem;
	enum lang lang;
	if (!split_lang(name, &stem, &lang))
		return NULL;
	if (r->part == PART_HEAD) {
		if (str_equal(stem, STR("title")))
			return &r->form->title[lang];
		return str_equal(stem, STR("section")) ? &r->form->section[lang] : NULL;
	}
	if (r->part == PART_CHECK)
		return str_equal(stem, STR("text"))
			       ? &r->checks[r->form->check_count - 1].text[lang]
			       : NULL;
	struct form_row *row = &r->rows[r->form->row_count - 1];
	if (str_equal(stem, STR("label")))
		return &row->label[lang];
	if (str_equal(stem, STR("help")))
		return &row->help[lang];
	return str_equal(stem, STR("unit")) ? &row->unit[lang] : NULL;
}

/* "key | Nhãn | Label" */
static enum err take_choice(struct reader *r, struct form_row *row, struct str value)
{
	if (row->choice_count == 0)
		r->choices = arena_alloc(r->arena, (size_t)LIMIT_FORM_CHOICES, sizeof(*r->choices));
	if (!r->choices)
		return E_NOMEM;
	if (row->choice_count == LIMIT_FORM_CHOICES)
		return refuse_limit(r, STR("choice"), LIMIT_FORM_CHOICES);
	struct form_choice *choice = &r->choices[row->choice_count++];
	row->choices = r->choices;
	choice->key = str_trim(str_cut(value, '|', &value));
	choice->label[LANG_VI] = str_trim(str_cut(value, '|', &value));
	choice->label[LANG_EN] = str_trim(value);
	if (!key_valid(choice->key) || choice->label[LANG_VI].size == 0 ||
		choice->label[LANG_EN].size == 0)
		return refuse(r, PROBLEM_BAD_FIELD, STR("choice"), choice->key);
	return E_OK;
}

static bool parse_flag(struct form_row *row, struct str name, struct str value, bool *ret_fits)
{
	struct {
		struct str name;
		bool *flag;
	} flags[] = {{STR("required"), &row->required}, {STR("summed"), &row->summed},
		{STR("note"), &row->note}, {STR("listed"), &row->listed}};
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!str_equal(name, flags[i].name))
			continue;
		*ret_fits = parse_yes(value, flags[i].flag);
		return true;
	}
	return false;
}

static enum err take_row_field(struct reader *r, struct str name, struct str value)
{
	struct form_row *row = &r->rows[r->form->row_count - 1];
	bool fits;
	if (str_equal(name, STR("choice")))
		return take_choice(r, row, value);
	if (str_equal(name, STR("type")))
		fits = parse_type(value, &row->type);
	else if (str_equal(name, STR("least")))
		fits = str_to_u64(value, LIMIT_FORM_NUMBER, &row->least);
	else if (str_equal(name, STR("most")))
		fits = str_to_u64(value, LIMIT_FORM_NUMBER, &row->most);
	else if (!parse_flag(row, name, value, &fits))
		return refuse(r, PROBLEM_UNKNOWN_FIELD, STR(""), name);
	return fits ? E_OK : refuse(r, PROBLEM_BAD_FIELD, name, value);
}

static enum err take_check_field(struct reader *r, struct str name, struct str value)
{
	struct form_check *check = &r->checks[r->form->check_count - 1];
	if (!str_equal(name, STR("tells")))
		return refuse(r, PROBLEM_UNKNOWN_FIELD, STR(""), name);
	check->error = str_equal(value, STR("error"));
	if (!check->error && !str_equal(value, STR("warning")))
		return refuse(r, PROBLEM_BAD_FIELD, name, value);
	return E_OK;
}

static enum err begin_row(struct reader *r, struct str key)
{
	if (!key_valid(key))
		return refuse(r, PROBLEM_BAD_FIELD, STR("row"), key);
	if (form_find(r->form, key) < r->form->row_count)
		return refuse(r, PROBLEM_TWICE_FIELD, key, key);
	if (r->form->row_count == LIMIT_FORM_ROWS || r->form->row_count == ROWS)
		return refuse_limit(r, STR("row"), LIMIT_FORM_ROWS);
	r->part = PART_ROW;
	r->row_lines[r->form->row_count] = r->line;
	r->rows[r->form->row_count++] = (struct form_row){.key = key, .most = LIMIT_FORM_NUMBER};
	return E_OK;
}

static enum err begin_check(struct reader *r, struct str said)
{
	size_t index = r->form->check_count;
	if (index == LIMIT_FORM_ROWS || index == ROWS)
		return refuse_limit(r, STR("check"), LIMIT_FORM_ROWS);
	r->part = PART_CHECK;
	r->check_lines[index] = r->line;
	r->checks_said[index] = said;
	r->form->check_count++;
	return E_OK;
}

static enum err take_field(struct reader *r, struct str name, struct str value)
{
	if (value.size > LIMIT_FORM_TEXT)
		return refuse_limit(r, name, LIMIT_FORM_TEXT);
	if (!site_line_valid(value))
		return refuse(r, PROBLEM_CONTROL_CHARACTER, name, STR(""));
	if (str_equal(name, STR("row")))
		return begin_row(r, value);
	if (str_equal(name, STR("check")))
		return begin_check(r, value);
	struct str *slot = text_slot(r, name);
	if (slot && slot->size > 0)
		return refuse(r, PROBLEM_TWICE_FIELD, name, value);
	if (slot) {
		*slot = value;
		return E_OK;
	}
	if (r->part == PART_ROW)
		return take_row_field(r, name, value);
	if (r->part == PART_CHECK)
		return take_check_field(r, name, value);
	return refuse(r, PROBLEM_UNKNOWN_FIELD, STR(""), name);
}

/* --- lines --- */

static bool goes_on(struct str rest)
{
	struct str next;
	struct str line = str_cut(rest, '\n', &next);
	return line.size > 0 && (line.data[0] == ' ' || line.data[0] == '\t') &&
	       str_trim(line).size > 0;
}

static enum err append(struct reader *r, struct str *value, struct str more)
{
	char *joined = arena_alloc(r->arena, value->size + 1 + more.size, 1);
	if (!joined)
		return E_NOMEM;
	memcpy(joined, value->data, value->size);
	joined[value->size] = ' ';
	memcpy(joined + value->size + 1, more.data, more.size);
	*value = (struct str){joined, value->size + 1 + more.size};
	return E_OK;
}

static struct str next_line(struct reader *r)
{
	struct str rest;
	struct str line = str_cut(r->rest, '\n', &rest);
	r->rest = rest;
	return line;
}

static enum err read_field(struct reader *r, struct str line)
{
	struct str value;
	struct str name = str_cut(line, ':', &value);
	if (name.size == line.size)
		return refuse(r, PROBLEM_NOT_A_FIELD, STR(""), line);
	value = str_trim(value);
	uint64_t first = r->line;
	while (goes_on(r->rest)) {
		struct str more = str_trim(next_line(r));
		first++;
		TRY(value.size > LIMIT_FORM_TEXT ? refuse_limit(r, name, LIMIT_FORM_TEXT)
						 : append(r, &value, more));
	}
	enum err err = take_field(r, str_trim(name), value);
	r->line = first;
	return err;
}

static enum err read_lines(struct reader *r)
{
	while (r->rest.size > 0) {
		struct str line = next_line(r);
		r->line++;
		if (str_trim(line).size > 0 && line.data[0] != '#')
			TRY(read_field(r, str_trim(line)));
	}
	return E_OK;
}

/* --- as a whole --- */

static enum err need(struct reader *r, const char *field, const struct str texts[LANG__COUNT])
{
	for (int lang = 0; lang < LANG__COUNT; lang++)
		if (texts[lang].size == 0)
			return refuse(r, PROBLEM_NO_FIELD, str_from(field), STR(""));
	return E_OK;
}

static enum err finish_row(struct reader *r, const struct form_row *row)
{
	TRY(need(r, "label-vi, label-en", row->label));
	if (row->summed && row->type != ROW_NUMBER)
		return refuse(r, PROBLEM_FIELDS_CLASH, STR("summed"), STR("type"));
	if (row->listed && row->type != ROW_NUMBER)
		return refuse(r, PROBLEM_FIELDS_CLASH, STR("listed"), STR("type"));
	if ((row->choice_count > 0) != (row->type == ROW_CHOICE))
		return refuse(r, PROBLEM_FIELDS_CLASH, STR("choice"), STR("type"));
	if (row->least > row->most)
		return refuse(r, PROBLEM_FIELDS_CLASH, STR("least"), STR("most"));
	return E_OK;
}

static bool find_number(const struct return_form *form, struct str key, size_t *ret_row)
{
	*ret_row = form_find(form, str_trim(key));
	return *ret_row < form->row_count && form->rows[*ret_row].type == ROW_NUMBER;
}

static enum err finish_check(struct reader *r, struct form_check *check, struct str said)
{
	struct str right;
	struct str left = str_cut(said, '>', &right);
	if (!find_number(r->form, left, &check->left) ||
		!find_number(r->form, right, &check->right) || check->left == check->right)
		return refuse(r, PROBLEM_BAD_FIELD, STR("check"), said);
	return need(r, "text-vi, text-en", check->text);
}

static enum err finish(struct reader *r)
{
	TRY(need(r, "title-vi, title-en", r->form->title));
	if (r->form->row_count == 0)
		return refuse(r, PROBLEM_NO_FIELD, STR("row"), STR(""));
	for (size_t i = 0; i < r->form->row_count; i++) {
		r->line = r->row_lines[i];
		TRY(finish_row(r, &r->rows[i]));
	}
	for (size_t i = 0; i < r->form->check_count; i++) {
		r->line = r->check_lines[i];
		TRY(finish_check(r, &r->checks[i], r->checks_said[i]));
	}
	return E_OK;
}

enum err form_parse(
	struct str text, struct arena *arena, struct return_form *ret_form, struct problem *problem)
{
	struct return_form form = {.row_count = 0};
	struct reader r = {.arena = arena, .problem = problem, .form = &form};
	*problem = (struct problem){0};
	if (text.size > LIMIT_FORM_FILE)
		return refuse_limit(&r, STR(""), LIMIT_FORM_FILE);
	r.rest = arena_copy(arena, text);
	r.rows = arena_alloc(arena, (size_t)LIMIT_FORM_ROWS, sizeof(*r.rows));
	r.checks = arena_alloc(arena, (size_t)LIMIT_FORM_ROWS, sizeof(*r.checks));
	if (!r.rest.data || !r.rows || !r.checks)
		return E_NOMEM;
	if (str_starts(r.rest, BYTE_ORDER_MARK))
		r.rest = (struct str){r.rest.data + 3, r.rest.size - 3};
	form.rows = r.rows;
	form.checks = r.checks;
	TRY(read_lines(&r));
	TRY(finish(&r));
	*ret_form = form;
	return E_OK;
}

size_t form_find(const struct return_form *form, struct str key)
{
	size_t i = 0;
	while (i < form->row_count && !str_equal(form->rows[i].key, key))
		i++;
	return i;
}
