/* SPDX-License-Identifier: Apache-2.0 */
/* A form of returns in work: from what stands, from what was sent, after a button, as text. */
#include <assert.h>

#include "base/limits.h"
#include "desk/campaign_form.h"
#include "model/site.h"

static const char *const type_names[] = {"number", "text", "date", "choice"};
static_assert(sizeof(type_names) / sizeof(type_names[0]) == ROW_TYPE__COUNT, "a name each");

const char *edited_field(struct desk_request *r, char what, size_t index, const char *name)
{
	return desk_text(r, "%c%zu-%s", what, index, name).data;
}

/* --- from what stands --- */

static struct str keep(struct desk_request *r, struct writer *w)
{
	struct str copy = writer_end(w) == E_OK ? arena_copy(r->arena, writer_view_str(w))
						: (struct str){NULL, 0};
	writer_release(w);
	return copy.data ? copy : STR("");
}

static struct str choice_lines(struct desk_request *r, const struct form_row *row)
{
	struct writer w;
	writer_init(&w, LIMIT_FORM_FILE);
	for (size_t i = 0; i < row->choice_count; i++) {
		writer_str(&w, row->choices[i].key);
		for (int lang = 0; lang < LANG__COUNT; lang++) {
			writer_text(&w, " | ");
			writer_str(&w, row->choices[i].label[lang]);
		}
		writer_char(&w, '\n');
	}
	return keep(r, &w);
}

static struct str number_text(struct desk_request *r, uint64_t value, uint64_t unsaid)
{
	return value == unsaid ? STR("") : desk_text(r, "%llu", (unsigned long long)value);
}

static void take_row(struct desk_request *r, const struct form_row *row, struct edited_row *e)
{
	*e = (struct edited_row){
		.was = row->key,
		.key = row->key,
		.type = str_from(type_names[row->type]),
		.least = number_text(r, row->least, 0),
		.most = number_text(r, row->most, LIMIT_FORM_NUMBER),
		.choices = choice_lines(r, row),
		.required = row->required,
		.summed = row->summed,
		.note = row->note,
		.listed = row->listed,
	};
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		e->label[lang] = row->label[lang];
		e->help[lang] = row->help[lang];
		e->unit[lang] = row->unit[lang];
	}
}

void edited_from_form(
	struct desk_request *r, const struct return_form *form, struct edited_form *ret)
{
	ret->row_count = form->row_count < EDITED_ROWS ? form->row_count : EDITED_ROWS;
	ret->check_count = form->check_count < EDITED_CHECKS ? form->check_count : EDITED_CHECKS;
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		ret->title[lang] = form->title[lang];
		ret->section[lang] = form->section[lang];
	}
	for (size_t i = 0; i < ret->row_count; i++)
		take_row(r, &form->rows[i], &ret->rows[i]);
	for (size_t i = 0; i < ret->check_count; i++) {
		const struct form_check *check = &form->checks[i];
		ret->checks[i] = (struct edited_check){.left = form->rows[check->left].key,
			.right = form->rows[check->right].key,
			.error = check->error,
			.text = {check->text[LANG_VI], check->text[LANG_EN]}};
	}
}

/* --- from what was sent: on one line, for a value must not begin another field --- */

static void both(struct desk_request *r, char what, size_t index, const char *vi, const char *en,
	struct str ret[LANG__COUNT])
{
	ret[LANG_VI] = desk_field_line(r, edited_field(r, what, index, vi));
	ret[LANG_EN] = desk_field_line(r, edited_field(r, what, index, en));
}

static bool ticked(struct desk_request *r, size_t index, const char *name)
{
	return desk_field(r, edited_field(r, 'r', index, name)).size > 0;
}

static void read_row(struct desk_request *r, size_t i, struct edited_row *row)
{
	*row = (struct edited_row){
		.was = desk_field_line(r, edited_field(r, 'r', i, "was")),
		.key = desk_field_line(r, edited_field(r, 'r', i, "key")),
		.type = desk_field_line(r, edited_field(r, 'r', i, "type")),
		.least = desk_field_line(r, edited_field(r, 'r', i, "least")),
		.most = desk_field_line(r, edited_field(r, 'r', i, "most")),
		.choices = desk_field(r, edited_field(r, 'r', i, "choices")),
		.required = ticked(r, i, "required"),
		.summed = ticked(r, i, "summed"),
		.note = ticked(r, i, "note"),
		.listed = ticked(r, i, "listed"),
	};
	/* What is added up is found by its key, through all versions and campaigns. */
	if (row->was.size > 0)
		row->key = row->was;
	both(r, 'r', i, "label_vi", "label_en", row->label);
	both(r, 'r', i, "help_vi", "help_en", row->help);
	both(r, 'r', i, "unit_vi", "unit_en", row->unit);
}

void edited_from_request(struct desk_request *r, struct edited_form *ret)
{
	uint64_t rows = 0, checks = 0;
	(void)desk_field_number(r, "rows", EDITED_ROWS, &rows);
	(void)desk_field_number(r, "checks", EDITED_CHECKS, &checks);
	ret->row_count = (size_t)rows;
	ret->check_count = (size_t)checks;
	ret->title[LANG_VI] = desk_field_line(r, "title_vi");
	ret->title[LANG_EN] = desk_field_line(r, "title_en");
	ret->section[LANG_VI] = desk_field_line(r, "section_vi");
	ret->section[LANG_EN] = desk_field_line(r, "section_en");
	for (size_t i = 0; i < ret->row_count; i++)
		read_row(r, i, &ret->rows[i]);
	for (size_t i = 0; i < ret->check_count; i++) {
		struct edited_check *check = &ret->checks[i];
		check->left = desk_field_line(r, edited_field(r, 'c', i, "left"));
		check->right = desk_field_line(r, edited_field(r, 'c', i, "right"));
		check->error = str_equal(
			desk_field_line(r, edited_field(r, 'c', i, "tells")), STR("error"));
		both(r, 'c', i, "text_vi", "text_en", check->text);
	}
}

/* --- buttons --- */

static bool key_taken(const struct edited_form *f, struct str key)
{
	for (size_t i = 0; i < f->row_count; i++)
		if (str_equal(f->rows[i].key, key))
			return true;
	return false;
}

static void add_row(struct desk_request *r, struct edited_form *f)
{
	struct str key = STR("");
	if (f->row_count == EDITED_ROWS)
		return;
	for (size_t n = f->row_count + 1; key.size == 0 || key_taken(f, key); n++)
		key = desk_text(r, "row-%zu", n);
	f->rows[f->row_count++] = (struct edited_row){
		.key = key, .type = STR("number"), .summed = true, .note = true, .fresh = true};
}

static void swap_rows(struct edited_form *f, size_t a, size_t b)
{
	if (a >= f->row_count || b >= f->row_count)
		return;
	struct edited_row row = f->rows[a];
	f->rows[a] = f->rows[b];
	f->rows[b] = row;
}

static void remove_row(struct edited_form *f, size_t at)
{
	if (at >= f->row_count)
		return;
	f->row_count--;
	memmove(&f->rows[at], &f->rows[at + 1], (f->row_count - at) * sizeof(f->rows[0]));
}

static void remove_check(struct edited_form *f, size_t at)
{
	if (at >= f->check_count)
		return;
	f->check_count--;
	memmove(&f->checks[at], &f->checks[at + 1], (f->check_count - at) * sizeof(f->checks[0]));
}

/* "up-3" is "up-" and 3. */
static bool pressed(struct str button, struct str verb, size_t *ret_index)
{
	uint64_t index;
	if (!str_starts(button, verb))
		return false;
	button = (struct str){button.data + verb.size, button.size - verb.size};
	if (!str_to_u64(button, EDITED_ROWS, &index))
		return false;
	*ret_index = (size_t)index;
	return true;
}

bool edited_press(struct desk_request *r, struct edited_form *f, struct str button)
{
	size_t i;
	if (str_equal(button, STR("add")))
		add_row(r, f);
	else if (str_equal(button, STR("add-check")) && f->check_count < EDITED_CHECKS)
		f->checks[f->check_count++] = (struct edited_check){.error = false};
	else if (pressed(button, STR("up-"), &i) && i > 0)
		swap_rows(f, i - 1, i);
	else if (pressed(button, STR("down-"), &i))
		swap_rows(f, i, i + 1);
	else if (pressed(button, STR("remove-check-"), &i))
		remove_check(f, i);
	else if (pressed(button, STR("remove-"), &i))
		remove_row(f, i);
	else
		return false;
	return true;
}

/* --- as text --- */

static void write_field(struct writer *w, const char *name, struct str value)
{
	if (value.size == 0)
		return;
	writer_text(w, name);
	writer_text(w, ": ");
	writer_str(w, value);
	writer_char(w, '\n');
}

static void write_both(struct writer *w, const char *vi, const char *en, const struct str value[])
{
	write_field(w, vi, value[LANG_VI]);
	write_field(w, en, value[LANG_EN]);
}

static void write_flag(struct writer *w, const char *name, bool said)
{
	write_field(w, name, said ? STR("yes") : STR(""));
}

static void write_row(struct writer *w, const struct edited_row *row)
{
	bool number = str_equal(row->type, STR("number"));
	writer_char(w, '\n');
	write_field(w, "row", row->key);
	write_field(w, "type", row->type);
	write_both(w, "label-vi", "label-en", row->label);
	write_both(w, "help-vi", "help-en", row->help);
	write_both(w, "unit-vi", "unit-en", row->unit);
	write_flag(w, "required", row->required);
	write_flag(w, "note", row->note);
	write_flag(w, "summed", row->summed && number);
	write_flag(w, "listed", row->listed && number);
	write_field(w, "least", number ? row->least : STR(""));
	write_field(w, "most", number ? row->most : STR(""));
	struct str rest = str_equal(row->type, STR("choice")) ? row->choices : STR("");
	while (rest.size > 0)
		write_field(w, "choice", str_trim(str_cut(rest, '\n', &rest)));
}

struct str edited_text(struct desk_request *r, const struct edited_form *f)
{
	struct writer w;
	writer_init(&w, LIMIT_FORM_FILE);
	write_both(&w, "title-vi", "title-en", f->title);
	write_both(&w, "section-vi", "section-en", f->section);
	for (size_t i = 0; i < f->row_count; i++)
		write_row(&w, &f->rows[i]);
	for (size_t i = 0; i < f->check_count; i++) {
		const struct edited_check *check = &f->checks[i];
		writer_text(&w, "\ncheck: ");
		writer_str(&w, check->left);
		writer_text(&w, " > ");
		writer_str(&w, check->right);
		writer_char(&w, '\n');
		write_field(&w, "tells", check->error ? STR("error") : STR("warning"));
		write_both(&w, "text-vi", "text-en", check->text);
	}
	return keep(r, &w);
}

/* --- what is wrong --- */

struct checking {
	struct desk_request *r;
	const struct edited_form *f;
	struct desk_problems *problems;
};

static void wrong(struct checking *c, char what, size_t index, const char *name, enum message m)
{
	const struct text_arg arg = {STR("row"), desk_number(c->r, index + 1)};
	desk_problem_add_text(
		c->problems, edited_field(c->r, what, index, name), desk_words(c->r, m, &arg, 1));
}

static void need_both(struct checking *c, char what, size_t index, const char *vi, const char *en,
	const struct str value[])
{
	if (value[LANG_VI].size == 0)
		wrong(c, what, index, vi,
			what == 'r' ? MESSAGE_DESK_FORMS_NEED_VI
				    : MESSAGE_DESK_FORMS_CHECK_NEED_VI);
	if (value[LANG_EN].size == 0)
		wrong(c, what, index, en,
			what == 'r' ? MESSAGE_DESK_FORMS_NEED_EN
				    : MESSAGE_DESK_FORMS_CHECK_NEED_EN);
}

static bool key_fine(struct str key)
{
	return site_key_valid(key) && key.data[0] >= 'a' && key.data[0] <= 'z';
}

static bool choices_fine(struct str rest)
{
	size_t count = 0;
	while (rest.size > 0) {
		struct str line = str_trim(str_cut(rest, '\n', &rest));
		if (line.size == 0)
			continue;
		struct str more;
		count++;
		if (!key_fine(str_trim(str_cut(line, '|', &more))) ||
			str_trim(str_cut(more, '|', &more)).size == 0 || str_trim(more).size == 0)
			return false;
	}
	return count > 0 && count <= LIMIT_FORM_CHOICES;
}

static void check_limits(struct checking *c, size_t i)
{
	uint64_t least = 0, most = LIMIT_FORM_NUMBER;
	const struct edited_row *row = &c->f->rows[i];
	if (row->least.size > 0 && !str_to_u64(row->least, LIMIT_FORM_NUMBER, &least))
		wrong(c, 'r', i, "least", MESSAGE_DESK_FORMS_BAD_NUMBER);
	else if (row->most.size > 0 && !str_to_u64(row->most, LIMIT_FORM_NUMBER, &most))
		wrong(c, 'r', i, "most", MESSAGE_DESK_FORMS_BAD_NUMBER);
	else if (least > most)
		wrong(c, 'r', i, "most", MESSAGE_DESK_FORMS_LEAST_MOST);
}

static void check_row(struct checking *c, size_t i)
{
	const struct edited_row *row = &c->f->rows[i];
	need_both(c, 'r', i, "label_vi", "label_en", row->label);
	if (!key_fine(row->key))
		wrong(c, 'r', i, "key", MESSAGE_DESK_FORMS_BAD_KEY);
	for (size_t j = 0; j < i; j++)
		if (str_equal(c->f->rows[j].key, row->key))
			wrong(c, 'r', i, "key", MESSAGE_DESK_FORMS_KEY_TWICE);
	if (str_equal(row->type, STR("choice")) && !choices_fine(row->choices))
		wrong(c, 'r', i, "choices", MESSAGE_DESK_FORMS_BAD_CHOICES);
	if (str_equal(row->type, STR("number")))
		check_limits(c, i);
}

static bool is_number(const struct edited_form *f, struct str key)
{
	for (size_t i = 0; i < f->row_count; i++)
		if (str_equal(f->rows[i].key, key))
			return str_equal(f->rows[i].type, STR("number"));
	return false;
}

void edited_check(
	struct desk_request *r, const struct edited_form *f, struct desk_problems *problems)
{
	struct checking c = {r, f, problems};
	if (f->title[LANG_VI].size == 0)
		desk_problem_add(r, problems, "title_vi", MESSAGE_DESK_FORMS_NEED_TITLE);
	if (f->title[LANG_EN].size == 0)
		desk_problem_add(r, problems, "title_en", MESSAGE_DESK_FORMS_NEED_TITLE);
	if (f->row_count == 0)
		desk_problem_add(r, problems, "", MESSAGE_DESK_FORMS_NO_ROW);
	for (size_t i = 0; i < f->row_count; i++)
		check_row(&c, i);
	for (size_t i = 0; i < f->check_count; i++) {
		const struct edited_check *check = &f->checks[i];
		if (!is_number(f, check->left) || !is_number(f, check->right) ||
			str_equal(check->left, check->right))
			wrong(&c, 'c', i, "left", MESSAGE_DESK_FORMS_CHECK_ROWS);
		need_both(&c, 'c', i, "text_vi", "text_en", check->text);
	}
}
