/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a form that is changed: each row unfolds, buttons stand in it. */
#include "desk/campaign_form.h"

struct fields {
	struct desk_page *p;
	const struct edited_form *f;
	struct str path;
	char what; /* 'r' or 'c' */
	size_t index;
};

static bool in_problems(const struct fields *f)
{
	const struct desk_problems *problems = f->p->problems;
	struct str begin = desk_text(f->p->r, "%c%zu-", f->what, f->index);
	for (size_t i = 0; problems && i < problems->count; i++)
		if (str_starts(str_from(problems->list[i].field), begin))
			return true;
	return false;
}

/* Sends the whole form and comes back to where one was. */
static void write_press(
	const struct fields *f, const char *css_class, struct str value, enum message words)
{
	struct desk_page *p = f->p;
	struct html *h = &p->html;
	html_open(h, "button");
	html_attribute(h, "class", desk_text(p->r, "button %s", css_class));
	html_attribute(h, "name", STR("do"));
	html_attribute(h, "value", value);
	html_attribute(h, "formaction",
		desk_address(p->r, desk_text(p->r, "%.*s#rows", STR_ARG(f->path))));
	html_text(h, text(p->lang, words));
	html_close(h, "button");
}

/* --- single fields --- */

static void write_line(const struct fields *f, const char *name, enum message label,
	enum message hint, struct str value, bool optional)
{
	struct desk_page *p = f->p;
	const struct desk_input input = {
		.name = edited_field(p->r, f->what, f->index, name),
		.label = text(p->lang, label),
		.hint = hint == MESSAGE__COUNT ? STR("") : text(p->lang, hint),
		.value = value,
		.optional = optional,
	};
	desk_input(p, &input);
}

static void write_both(const struct fields *f, const char *vi, const char *en,
	enum message label_vi, enum message label_en, const struct str value[], bool optional)
{
	html_open_class(&f->p->html, "div", "beside");
	write_line(f, vi, label_vi, MESSAGE__COUNT, value[LANG_VI], optional);
	write_line(f, en, label_en, MESSAGE__COUNT, value[LANG_EN], optional);
	html_close(&f->p->html, "div");
}

/* Sentences: room for all of one. Ends of lines become spaces. */
static void write_sentence(const struct fields *f, const char *name, enum message label,
	struct str value, bool optional)
{
	struct desk_page *p = f->p;
	const struct desk_input input = {
		.name = edited_field(p->r, f->what, f->index, name),
		.label = text(p->lang, label),
		.value = value,
		.optional = optional,
		.large = true,
	};
	desk_input(p, &input);
}

static void write_sentences(const struct fields *f, const char *vi, const char *en,
	enum message label_vi, enum message label_en, const struct str value[], bool optional)
{
	html_open_class(&f->p->html, "div", "beside");
	write_sentence(f, vi, label_vi, value[LANG_VI], optional);
	write_sentence(f, en, label_en, value[LANG_EN], optional);
	html_close(&f->p->html, "div");
}

static void write_tick(const struct fields *f, const char *name, enum message label, bool ticked)
{
	const struct desk_input input = {
		.name = edited_field(f->p->r, f->what, f->index, name),
		.label = text(f->p->lang, label),
	};
	desk_checkbox(f->p, &input, ticked);
}

static enum message type_message(struct str type)
{
	if (str_equal(type, STR("text")))
		return MESSAGE_DESK_FORMS_TYPE_TEXT;
	if (str_equal(type, STR("date")))
		return MESSAGE_DESK_FORMS_TYPE_DATE;
	return str_equal(type, STR("choice")) ? MESSAGE_DESK_FORMS_TYPE_CHOICE
					      : MESSAGE_DESK_FORMS_TYPE_NUMBER;
}

static void write_type(const struct fields *f, struct str type)
{
	static const struct str names[] = {
		STR_INIT("number"), STR_INIT("text"), STR_INIT("date"), STR_INIT("choice")};
	struct desk_page *p = f->p;
	struct desk_option options[4];
	const struct desk_input input = {
		.name = edited_field(p->r, f->what, f->index, "type"),
		.label = text(p->lang, MESSAGE_DESK_FORMS_TYPE),
		.value = type,
	};
	for (size_t i = 0; i < 4; i++)
		options[i] = (struct desk_option){
			names[i], text(p->lang, type_message(names[i])), STR("")};
	desk_select(p, &input, options, 4);
}

static void write_key(const struct fields *f, const struct edited_row *row)
{
	struct desk_page *p = f->p;
	if (row->was.size == 0) {
		write_line(f, "key", MESSAGE_DESK_FORMS_KEY, MESSAGE_DESK_FORMS_KEY_HINT, row->key,
			false);
		return;
	}
	desk_hidden(p, edited_field(p->r, 'r', f->index, "was"), row->was);
	html_open_class(&p->html, "p", "hint");
	html_text(&p->html, text(p->lang, MESSAGE_DESK_FORMS_KEY));
	html_text(&p->html, STR(": "));
	html_leaf(&p->html, "code", NULL, row->was);
	html_close(&p->html, "p");
}

/* --- a row --- */

static void write_summary(const struct fields *f, const struct edited_row *row)
{
	struct desk_page *p = f->p;
	struct str label = row->label[p->lang].size > 0 ? row->label[p->lang]
							: text(p->lang, MESSAGE_DESK_FORMS_ROW_NEW);
	html_open(&p->html, "summary");
	html_leaf(
		&p->html, "span", NULL, desk_text(p->r, "%zu. %.*s", f->index + 1, STR_ARG(label)));
	html_text(&p->html, STR(" "));
	desk_tag(p, in_problems(f) ? DESK_LATE : DESK_PLAIN,
		text(p->lang,
			in_problems(f) ? MESSAGE_DESK_FORMS_ROW_WRONG : type_message(row->type)));
	html_close(&p->html, "summary");
}

static void write_moves(const struct fields *f)
{
	struct desk_request *r = f->p->r;
	html_open_class(&f->p->html, "p", "actions");
	if (f->index > 0)
		write_press(f, "quiet", desk_text(r, "up-%zu", f->index), MESSAGE_DESK_FORMS_UP);
	if (f->index + 1 < f->f->row_count)
		write_press(
			f, "quiet", desk_text(r, "down-%zu", f->index), MESSAGE_DESK_FORMS_DOWN);
	write_press(f, "caution", desk_text(r, "remove-%zu", f->index), MESSAGE_DESK_FORMS_REMOVE);
	html_close(&f->p->html, "p");
}

static void write_choices(const struct fields *f, const struct edited_row *row)
{
	struct desk_page *p = f->p;
	const struct desk_input choices = {
		.name = edited_field(p->r, 'r', f->index, "choices"),
		.label = text(p->lang, MESSAGE_DESK_FORMS_CHOICES),
		.hint = text(p->lang, MESSAGE_DESK_FORMS_CHOICES_HINT),
		.value = row->choices,
		.optional = true,
		.large = true,
	};
	desk_input(p, &choices);
}

static void write_numbers(const struct fields *f, const struct edited_row *row)
{
	struct desk_page *p = f->p;
	html_open_class(&p->html, "fieldset", "field");
	desk_say(p, "legend", NULL, MESSAGE_DESK_FORMS_NUMBERS);
	html_open_class(&p->html, "div", "beside");
	write_line(f, "least", MESSAGE_DESK_FORMS_LEAST, MESSAGE__COUNT, row->least, true);
	write_line(f, "most", MESSAGE_DESK_FORMS_MOST, MESSAGE__COUNT, row->most, true);
	html_close(&p->html, "div");
	write_tick(f, "summed", MESSAGE_DESK_FORMS_SUMMED, row->summed);
	write_tick(f, "listed", MESSAGE_DESK_FORMS_LISTED, row->listed);
	html_close(&p->html, "fieldset");
}

static void write_row(const struct fields *f, const struct edited_row *row)
{
	struct html *h = &f->p->html;
	html_open_class(h, "details", "edited card");
	if (row->fresh || in_problems(f))
		html_flag(h, "open");
	write_summary(f, row);
	html_open_class(h, "div", "edited-fields");
	write_both(f, "label_vi", "label_en", MESSAGE_DESK_FORMS_LABEL_VI,
		MESSAGE_DESK_FORMS_LABEL_EN, row->label, false);
	write_sentences(f, "help_vi", "help_en", MESSAGE_DESK_FORMS_HELP_VI,
		MESSAGE_DESK_FORMS_HELP_EN, row->help, true);
	write_type(f, row->type);
	write_tick(f, "required", MESSAGE_DESK_FORMS_REQUIRED, row->required);
	write_tick(f, "note", MESSAGE_DESK_FORMS_NOTE, row->note);
	write_both(f, "unit_vi", "unit_en", MESSAGE_DESK_FORMS_UNIT_VI, MESSAGE_DESK_FORMS_UNIT_EN,
		row->unit, true);
	write_numbers(f, row);
	write_choices(f, row);
	write_key(f, row);
	write_moves(f);
	html_close(h, "div");
	html_close(h, "details");
}

/* --- a check --- */

static void write_side(
	const struct fields *f, const char *name, enum message label, struct str value)
{
	struct desk_page *p = f->p;
	struct desk_option options[EDITED_ROWS + 1];
	size_t count = 0;
	const struct desk_input input = {.name = edited_field(p->r, 'c', f->index, name),
		.label = text(p->lang, label),
		.value = value};
	options[count++] = (struct desk_option){STR(""), STR("–"), STR("")};
	for (size_t i = 0; i < f->f->row_count; i++) {
		const struct edited_row *row = &f->f->rows[i];
		if (str_equal(row->type, STR("number")))
			options[count++] = (struct desk_option){row->key,
				desk_text(p->r, "%zu. %.*s", i + 1, STR_ARG(row->label[p->lang])),
				STR("")};
	}
	desk_select(p, &input, options, count);
}

static void write_check(const struct fields *f, const struct edited_check *check)
{
	struct desk_page *p = f->p;
	const struct desk_input tells = {.name = edited_field(p->r, 'c', f->index, "tells"),
		.label = text(p->lang, MESSAGE_DESK_FORMS_CHECK_TELLS),
		.value = check->error ? STR("error") : STR("warning")};
	const struct desk_option options[] = {
		{STR("warning"), text(p->lang, MESSAGE_DESK_FORMS_CHECK_WARNING), STR("")},
		{STR("error"), text(p->lang, MESSAGE_DESK_FORMS_CHECK_ERROR), STR("")}};
	html_open_class(&p->html, "div", "edited card edited-fields");
	write_side(f, "left", MESSAGE_DESK_FORMS_CHECK_LEFT, check->left);
	write_side(f, "right", MESSAGE_DESK_FORMS_CHECK_RIGHT, check->right);
	desk_radios(p, &tells, options, 2);
	write_sentences(f, "text_vi", "text_en", MESSAGE_DESK_FORMS_CHECK_VI,
		MESSAGE_DESK_FORMS_CHECK_EN, check->text, false);
	html_open_class(&p->html, "p", "actions");
	write_press(f, "caution", desk_text(p->r, "remove-check-%zu", f->index),
		MESSAGE_DESK_FORMS_CHECK_REMOVE);
	html_close(&p->html, "p");
	html_close(&p->html, "div");
}

/* --- all of it --- */

static void write_head_line(
	struct desk_page *p, const char *name, enum message label, struct str value, bool optional)
{
	const struct desk_input input = {
		.name = name, .label = text(p->lang, label), .value = value, .optional = optional};
	desk_input(p, &input);
}

void edited_write(struct desk_page *p, const struct edited_form *f, struct str path)
{
	struct html *h = &p->html;
	struct fields fields = {p, f, path, 'r', 0};
	desk_hidden(p, "rows", desk_text(p->r, "%zu", f->row_count));
	desk_hidden(p, "checks", desk_text(p->r, "%zu", f->check_count));
	write_head_line(p, "title_vi", MESSAGE_DESK_FORMS_TITLE_VI, f->title[LANG_VI], false);
	write_head_line(p, "title_en", MESSAGE_DESK_FORMS_TITLE_EN, f->title[LANG_EN], false);
	write_head_line(p, "section_vi", MESSAGE_DESK_FORMS_SECTION_VI, f->section[LANG_VI], true);
	write_head_line(p, "section_en", MESSAGE_DESK_FORMS_SECTION_EN, f->section[LANG_EN], true);
	html_open(h, "h2");
	html_attribute(h, "id", STR("rows"));
	html_text(h, text(p->lang, MESSAGE_DESK_FORMS_ROWS));
	html_close(h, "h2");
	for (size_t i = 0; i < f->row_count; i++) {
		fields.index = i;
		write_row(&fields, &f->rows[i]);
	}
	write_press(&fields, "quiet", STR("add"), MESSAGE_DESK_FORMS_ADD);
	desk_say(p, "h2", NULL, MESSAGE_DESK_FORMS_CHECKS);
	desk_say(p, "p", "hint", MESSAGE_DESK_FORMS_CHECKS_TEXT);
	fields.what = 'c';
	for (size_t i = 0; i < f->check_count; i++) {
		fields.index = i;
		write_check(&fields, &f->checks[i]);
	}
	write_press(&fields, "quiet", STR("add-check"), MESSAGE_DESK_FORMS_CHECK_ADD);
}
