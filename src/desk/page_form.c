/* SPDX-License-Identifier: Apache-2.0 */
/* Forms: each field with its label, hint and error (GOV.UK Design System). */
#include "desk/page.h"

static void open_form(struct desk_page *p, const char *css_class, struct str path, bool post)
{
	struct html *h = &p->html;
	html_open(h, "form");
	if (css_class)
		html_attribute(h, "class", str_from(css_class));
	html_attribute(h, "method", post ? STR("post") : STR("get"));
	html_attribute(h, "action", desk_address(p->r, path));
	/* Browsers' own words are neither ours nor in one language with the page. */
	html_flag(h, "novalidate");
}

void desk_form_open(struct desk_page *p, const char *css_class, struct str path)
{
	open_form(p, css_class, path, true);
	desk_hidden(p, "token", p->r->token);
}

void desk_form_open_files(struct desk_page *p, const char *css_class, struct str path)
{
	open_form(p, css_class, path, true);
	html_attribute(&p->html, "enctype", STR("multipart/form-data"));
	desk_hidden(p, "token", p->r->token);
}

void desk_form_open_get(struct desk_page *p, const char *css_class, struct str path)
{
	open_form(p, css_class, path, false);
}

void desk_form_close(struct desk_page *p)
{
	html_close(&p->html, "form");
}

void desk_hidden(struct desk_page *p, const char *name, struct str value)
{
	struct html *h = &p->html;
	html_void(h, "input");
	html_attribute(h, "type", STR("hidden"));
	html_attribute(h, "name", str_from(name));
	html_attribute(h, "value", value);
}

/* --- one field --- */

static const struct desk_problem *problem_of(const struct desk_page *p, const char *field)
{
	for (size_t i = 0; p->problems && i < p->problems->count; i++)
		if (strcmp(p->problems->list[i].field, field) == 0)
			return &p->problems->list[i];
	return NULL;
}

static void write_hint(struct desk_page *p, const struct desk_input *input)
{
	struct html *h = &p->html;
	if (input->hint.size == 0)
		return;
	html_open_class(h, "p", "hint");
	html_attribute(h, "id", desk_text(p->r, "%s-hint", input->name));
	html_text(h, input->hint);
	html_close(h, "p");
}

static void write_error(struct desk_page *p, const struct desk_input *input)
{
	const struct desk_problem *problem = problem_of(p, input->name);
	struct html *h = &p->html;
	if (!problem)
		return;
	html_open_class(h, "p", "error");
	html_attribute(h, "id", desk_text(p->r, "%s-error", input->name));
	html_leaf(h, "span", "aside", text(p->lang, MESSAGE_DESK_ERROR));
	html_text(h, STR(" "));
	html_text(h, problem->text);
	html_close(h, "p");
}

/* aria-describedby and aria-invalid of the control whose start tag is open. */
static void describe(struct desk_page *p, const struct desk_input *input)
{
	bool wrong = problem_of(p, input->name) != NULL;
	bool hint = input->hint.size > 0;
	struct html *h = &p->html;
	if (wrong || hint)
		html_attribute(h, "aria-describedby",
			desk_text(p->r, "%s%s%s%s%s", hint ? input->name : "", hint ? "-hint" : "",
				hint && wrong ? " " : "", wrong ? input->name : "",
				wrong ? "-error" : ""));
	if (wrong)
		html_attribute(h, "aria-invalid", STR("true"));
}

static void write_label_words(struct desk_page *p, const struct desk_input *input)
{
	html_text(&p->html, input->label);
	if (!input->optional)
		return;
	html_text(&p->html, STR(" "));
	html_leaf(&p->html, "span", "optional", text(p->lang, MESSAGE_DESK_OPTIONAL));
}

static void begin_field(struct desk_page *p, const struct desk_input *input)
{
	struct html *h = &p->html;
	html_open_class(h, "div", problem_of(p, input->name) ? "field wrong" : "field");
	html_open(h, "label");
	html_attribute(h, "for", str_from(input->name));
	write_label_words(p, input);
	html_close(h, "label");
	write_hint(p, input);
	write_error(p, input);
}

static void name_control(struct desk_page *p, const struct desk_input *input)
{
	struct html *h = &p->html;
	html_attribute(h, "id", str_from(input->name));
	html_attribute(h, "name", str_from(input->name));
	describe(p, input);
}

static void write_area(struct desk_page *p, const struct desk_input *input)
{
	struct html *h = &p->html;
	html_open(h, "textarea");
	name_control(p, input);
	html_attribute(h, "rows", STR("6"));
	/* The first line end behind the start tag is not the field's. */
	if (input->value.size > 0 && input->value.data[0] == '\n')
		html_text(h, STR("\n"));
	html_text(h, input->value);
	html_close(h, "textarea");
}

static void write_line(struct desk_page *p, const struct desk_input *input)
{
	struct html *h = &p->html;
	bool secret = input->type && strcmp(input->type, "password") == 0;
	html_void(h, "input");
	html_attribute(h, "type", str_from(input->type ? input->type : "text"));
	name_control(p, input);
	html_attribute(
		h, "autocomplete", str_from(input->autocomplete ? input->autocomplete : "off"));
	html_attribute(h, "spellcheck", STR("false"));
	if (input->inputmode)
		html_attribute(h, "inputmode", str_from(input->inputmode));
	if (input->width > 0)
		html_attribute(h, "size", desk_text(p->r, "%u", input->width));
	if (input->width > 0)
		html_attribute(h, "class", STR("narrow"));
	/* A password never goes back. */
	if (!secret && input->value.size > 0)
		html_attribute(h, "value", input->value);
}

void desk_input(struct desk_page *p, const struct desk_input *input)
{
	begin_field(p, input);
	if (input->large)
		write_area(p, input);
	else
		write_line(p, input);
	html_close(&p->html, "div");
}

void desk_select(struct desk_page *p, const struct desk_input *input,
	const struct desk_option *options, size_t count)
{
	struct html *h = &p->html;
	begin_field(p, input);
	html_open(h, "select");
	name_control(p, input);
	for (size_t i = 0; i < count; i++) {
		html_open(h, "option");
		html_attribute(h, "value", options[i].value);
		if (str_equal(options[i].value, input->value))
			html_flag(h, "selected");
		html_text(h, options[i].label);
		html_close(h, "option");
	}
	html_close(h, "select");
	html_close(h, "div");
}

void desk_file_input(struct desk_page *p, const struct desk_input *input, const char *accept)
{
	struct html *h = &p->html;
	begin_field(p, input);
	html_void(h, "input");
	html_attribute(h, "type", STR("file"));
	name_control(p, input);
	if (accept)
		html_attribute(h, "accept", str_from(accept));
	html_close(h, "div");
}

/* --- several to choose from --- */

/* The first has the field's own id: the summary of errors leads there. */
static struct str choice_id(struct desk_page *p, const struct desk_input *input, size_t nth)
{
	return nth == 0 ? str_from(input->name) : desk_text(p->r, "%s-%zu", input->name, nth + 1);
}

static void write_choice(struct desk_page *p, const struct desk_input *input,
	const struct desk_option *option, size_t nth)
{
	struct html *h = &p->html;
	struct str id = choice_id(p, input, nth);
	html_open_class(h, "div", "choice");
	html_void(h, "input");
	html_attribute(h, "type", STR("radio"));
	html_attribute(h, "id", id);
	html_attribute(h, "name", str_from(input->name));
	html_attribute(h, "value", option->value);
	if (option->hint.size > 0)
		html_attribute(h, "aria-describedby", desk_text(p->r, "%.*s-hint", STR_ARG(id)));
	if (str_equal(option->value, input->value))
		html_flag(h, "checked");
	html_open(h, "label");
	html_attribute(h, "for", id);
	html_text(h, option->label);
	html_close(h, "label");
	if (option->hint.size > 0) {
		html_open_class(h, "p", "hint");
		html_attribute(h, "id", desk_text(p->r, "%.*s-hint", STR_ARG(id)));
		html_text(h, option->hint);
		html_close(h, "p");
	}
	html_close(h, "div");
}

void desk_radios(struct desk_page *p, const struct desk_input *input,
	const struct desk_option *options, size_t count)
{
	struct html *h = &p->html;
	html_open_class(h, "fieldset", problem_of(p, input->name) ? "field wrong" : "field");
	describe(p, input);
	html_open(h, "legend");
	write_label_words(p, input);
	html_close(h, "legend");
	write_hint(p, input);
	write_error(p, input);
	for (size_t i = 0; i < count; i++)
		write_choice(p, input, &options[i], i);
	html_close(h, "fieldset");
}

void desk_checkbox(struct desk_page *p, const struct desk_input *input, bool checked)
{
	struct html *h = &p->html;
	html_open_class(
		h, "div", problem_of(p, input->name) ? "field choice wrong" : "field choice");
	html_void(h, "input");
	html_attribute(h, "type", STR("checkbox"));
	name_control(p, input);
	html_attribute(h, "value", STR("1"));
	if (checked)
		html_flag(h, "checked");
	html_open(h, "label");
	html_attribute(h, "for", str_from(input->name));
	write_label_words(p, input);
	html_close(h, "label");
	write_hint(p, input);
	write_error(p, input);
	html_close(h, "div");
}

/* --- buttons --- */

void desk_button(struct desk_page *p, const char *css_class, const char *name, struct str value,
	enum message words)
{
	struct html *h = &p->html;
	html_open(h, "button");
	html_attribute(
		h, "class", css_class ? desk_text(p->r, "button %s", css_class) : STR("button"));
	if (name) {
		html_attribute(h, "name", str_from(name));
		html_attribute(h, "value", value);
	}
	html_text(h, text(p->lang, words));
	html_close(h, "button");
}

void desk_button_form(
	struct desk_page *p, const char *css_class, struct str path, enum message words)
{
	desk_form_open(p, "single", path);
	desk_button(p, css_class, NULL, STR(""), words);
	desk_form_close(p);
}
