/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a return, and what was sent with it. */
#include "desk/returns.h"

const char *returns_field(struct desk_request *r, const char *kind, struct str key)
{
	const char *name = arena_cstr(r->arena, desk_text(r, "%s-%.*s", kind, STR_ARG(key)));
	return name ? name : "";
}

static void write_choice(
	struct desk_page *p, const struct desk_input *input, const struct form_row *row)
{
	struct desk_option options[64];
	size_t count = 0;
	options[count++] = (struct desk_option){STR(""), STR("–"), STR("")};
	for (size_t i = 0; i < row->choice_count && count < 64; i++)
		options[count++] = (struct desk_option){
			row->choices[i].key, row->choices[i].label[p->lang], STR("")};
	desk_select(p, input, options, count);
}

void returns_write_row(struct desk_page *p, const struct returns_page *page, size_t index)
{
	struct desk_request *r = page->r;
	const struct form_row *row = &page->form.rows[index];
	const struct desk_input input = {
		.name = returns_field(r, "row", row->key),
		.label = row->unit[p->lang].size > 0
				 ? desk_text(r, "%.*s (%.*s)", STR_ARG(row->label[p->lang]),
					   STR_ARG(row->unit[p->lang]))
				 : row->label[p->lang],
		.hint = row->help[p->lang],
		.value = page->content.answers[index].value,
		.type = row->type == ROW_DATE ? "date" : NULL,
		.inputmode = row->type == ROW_NUMBER ? "numeric" : NULL,
		.width = row->type == ROW_NUMBER ? 14 : 0,
		.optional = !row->required,
		.large = row->type == ROW_TEXT,
	};
	if (row->type == ROW_CHOICE)
		write_choice(p, &input, row);
	else
		desk_input(p, &input);
	const struct desk_input note = {
		.name = returns_field(r, "note", row->key),
		.label = text(p->lang, MESSAGE_RETURNS_COLUMN_NOTE),
		.value = page->content.answers[index].note,
		.optional = true,
	};
	if (row->note)
		desk_input(p, &note);
}

/* A part that most need not open; it is, where something stands in it. */
static void open_part(struct desk_page *p, bool open, enum message words)
{
	html_open_class(&p->html, "details", "unfold");
	if (open)
		html_flag(&p->html, "open");
	desk_say(p, "summary", NULL, words);
}

static void write_paper_fields(struct desk_page *p, const struct returns_page *page)
{
	const struct paper *paper = &page->content.paper;
	struct desk_request *r = page->r;
	struct str day = paper->day.year > 0 ? desk_text(r, "%04d-%02d-%02d", paper->day.year,
						       paper->day.month, paper->day.day)
					     : STR("");
	const struct desk_input inputs[] = {
		{.name = "paper-number",
			.label = text(p->lang, MESSAGE_RETURNS_PAPER_NUMBER),
			.value = paper->number,
			.width = 10,
			.optional = true},
		{.name = "paper-symbol",
			.label = text(p->lang, MESSAGE_RETURNS_PAPER_SYMBOL),
			.value = paper->symbol,
			.width = 20,
			.optional = true},
		{.name = "paper-day",
			.label = text(p->lang, MESSAGE_DESK_RETURN_PAPER_DAY),
			.value = day,
			.type = "date",
			.width = 14,
			.optional = true},
		{.name = "paper-signer",
			.label = text(p->lang, MESSAGE_RETURNS_PAPER_SIGNER),
			.value = paper->signer,
			.optional = true},
	};
	open_part(p,
		paper->number.size > 0 || paper->symbol.size > 0 || paper->signer.size > 0 ||
			paper->day.year > 0,
		MESSAGE_RETURNS_PAPER);
	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++)
		desk_input(p, &inputs[i]);
	html_close(&p->html, "details");
}

/* What the script says when it has saved by itself; empty without one. */
static void write_autosave(struct desk_page *p)
{
	struct html *h = &p->html;
	html_open_class(h, "p", "said");
	html_attribute(h, "aria-live", STR("polite"));
	html_attribute(h, "data-kept", text(p->lang, MESSAGE_DESK_RETURN_KEPT));
	html_attribute(h, "data-clash", text(p->lang, MESSAGE_DESK_RETURN_KEPT_NOT));
	html_attribute(h, "data-out", text(p->lang, MESSAGE_DESK_RETURN_KEPT_OUT));
	html_attribute(h, "data-closed", text(p->lang, MESSAGE_DESK_RETURN_KEPT_CLOSED));
	html_close(h, "p");
}

void returns_write_form(struct desk_page *p, const struct returns_page *page)
{
	struct desk_request *r = page->r;
	r->answer->asks = true; /* the script that saves by itself */
	desk_form_open(
		p, "return autosave", returns_path(r, page->head.campaign, page->org.id, ""));
	desk_hidden(p, "draft", desk_text(r, "%lld", (long long)page->head.draft));
	for (size_t i = 0; i < page->form.row_count; i++)
		returns_write_row(p, page, i);
	write_paper_fields(p, page);
	html_open_class(&p->html, "div", "actions");
	desk_button(p, NULL, "do", STR("check"), MESSAGE_DESK_RETURN_CHECK);
	desk_button(p, "quiet", "do", STR("save"), MESSAGE_DESK_RETURN_SAVE);
	html_close(&p->html, "div");
	write_autosave(p);
	desk_form_close(p);
}

/* --- what was sent --- */

static struct date sent_day(const struct desk_request *r)
{
	struct date day;
	return date_parse(desk_field(r, "paper-day"), &day) ? day : (struct date){0, 0, 0};
}

static enum err read_sent(struct returns_page *page, struct return_content *sent)
{
	struct desk_request *r = page->r;
	struct answer *answers = arena_alloc(r->arena, page->form.row_count, sizeof(*answers));
	if (!answers)
		return E_NOMEM;
	for (size_t i = 0; i < page->form.row_count; i++) {
		struct str key = page->form.rows[i].key;
		answers[i].value = desk_field(r, returns_field(r, "row", key));
		answers[i].note = desk_field(r, returns_field(r, "note", key));
	}
	*sent = (struct return_content){.form = page->content.form,
		.answers = answers,
		.answer_count = page->form.row_count,
		.list = page->content.list,
		.paper = {desk_field(r, "paper-number"), desk_field(r, "paper-symbol"),
			desk_field(r, "paper-signer"), sent_day(r)}};
	return E_OK;
}

enum err returns_save(struct returns_page *page, struct return_content *sent, int64_t *ret_draft)
{
	struct desk_request *r = page->r;
	uint64_t base = 0;
	TRY(read_sent(page, sent));
	(void)desk_field_number(r, "draft", INT32_MAX, &base);
	if (!desk_begin(r))
		return E_IO;
	enum err err = return_open(r->office, page->head.campaign, page->org.id, r->actor, r->now,
		r->arena, &page->head);
	if (err == E_OK)
		err = return_save(r->office, &page->head, (int64_t)base, sent, r->actor, r->now,
			r->arena, ret_draft);
	return desk_end(r, err);
}
