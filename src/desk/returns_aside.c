/* SPDX-License-Identifier: Apache-2.0 */
/* Two drafts of one return side by side: field by field one of them is chosen. */
#include "desk/returns.h"

struct choosing {
	struct returns_page page;
	struct return_content other; /* what was put aside */
	struct return_aside aside;   /* by whom, when */
	size_t differing;
	bool closed; /* accepted: it takes no change, what was typed waits for it to come back */
};

static enum err find_aside(void *context, const struct return_aside *aside)
{
	struct choosing *c = context;
	if (aside->number != c->aside.number)
		return E_OK;
	c->aside.at = aside->at;
	c->aside.actor = arena_copy(c->page.r->arena, aside->actor);
	return c->aside.actor.data ? E_OK : E_NOMEM;
}

/* Each with the rows of the draft's form: a form that has changed meanwhile is followed by key. */
static enum err load_other(struct choosing *c)
{
	struct returns_page *page = &c->page;
	struct desk_request *r = page->r;
	struct return_form form;
	struct return_content other;
	int64_t version;
	c->closed = page->head.state == RETURN_ACCEPTED;
	if (c->closed)
		TRY(returns_load_version(page, page->head.versions));
	TRY(return_load(r->office, &page->head, c->aside.number, r->arena, &other));
	TRY(form_load(r->office, page->head.campaign, other.form, r->arena, &form, &version));
	struct answer *answers = arena_alloc(r->arena, page->form.row_count, sizeof(*answers));
	if (!answers)
		return E_NOMEM;
	for (size_t i = 0; i < page->form.row_count; i++) {
		size_t row = form_find(&form, page->form.rows[i].key);
		answers[i] = row < form.row_count ? other.answers[row]
						  : (struct answer){STR(""), STR("")};
	}
	c->other = other;
	c->other.answers = answers;
	c->other.answer_count = page->form.row_count;
	return return_each_aside(r->office, page->head.id, find_aside, c);
}

static bool begin(struct desk_request *r, struct choosing *c)
{
	uint64_t number;
	*c = (struct choosing){.differing = 0};
	if (!returns_load_page(r, &c->page) ||
		!desk_may(r, ACT_FILL_RETURN, c->page.campaign.line, c->page.org.id))
		return false;
	bool is_number = str_to_u64(r->part[2], UINT16_MAX, &number) && number > 0;
	c->aside.number = is_number ? -(int64_t)number : -1;
	enum err err = is_number && c->page.head.id > 0 ? load_other(c) : E_NOTFOUND;
	if (err == E_NOTFOUND)
		desk_redirect(r, returns_path(r, c->page.head.campaign, c->page.org.id, ""),
			MESSAGE_DESK_RETURN_CHOSEN);
	else if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

struct waiting {
	struct desk_page *p;
	const struct returns_page *page;
};

static enum err write_waiting(void *context, const struct return_aside *aside)
{
	const struct waiting *w = context;
	struct desk_request *r = w->page->r;
	const struct return_head *head = &w->page->head;
	struct html *h = &w->p->html;
	html_open_class(h, "p", "notice caution");
	html_text(h, desk_words(r, MESSAGE_DESK_RETURN_ASIDE_WAITS,
			     (const struct text_arg[]){{STR("name"), aside->actor},
				     {STR("time"), desk_time(r, aside->at)}},
			     2));
	html_text(h, STR(" "));
	desk_link(w->p, NULL,
		desk_text(r, "%.*s/%lld",
			STR_ARG(returns_path(r, head->campaign, head->org, "/aside")),
			(long long)-aside->number),
		text(r->lang, MESSAGE_DESK_RETURN_ASIDE_COMPARE));
	html_close(h, "p");
	return E_OK;
}

void returns_write_asides(struct desk_page *p, const struct returns_page *page)
{
	struct waiting w = {p, page};
	if (page->head.id == 0 || !page->may_fill)
		return;
	enum err err = return_each_aside(page->r->office, page->head.id, write_waiting, &w);
	if (err != E_OK)
		writer_fail(p->html.out, err);
}

/* --- side by side --- */

static void write_pair(struct desk_page *p, struct choosing *c, const char *name, struct str label,
	struct str kept, struct str other)
{
	const struct desk_option options[] = {
		{STR("kept"), text(p->lang, MESSAGE_DESK_RETURN_ASIDE_KEPT),
			kept.size > 0 ? kept : STR("–")},
		{STR("other"), text(p->lang, MESSAGE_DESK_RETURN_ASIDE_OTHER),
			other.size > 0 ? other : STR("–")}};
	const struct desk_input input = {.name = name, .label = label, .value = STR("kept")};
	c->differing++;
	if (!c->closed) {
		desk_radios(p, &input, options, 2);
		return;
	}
	desk_row_begin(p);
	desk_cell(p, label);
	desk_cell(p, options[0].hint);
	desk_cell(p, options[1].hint);
	desk_row_end(p);
}

static void write_rows(struct desk_page *p, struct choosing *c)
{
	const struct returns_page *page = &c->page;
	for (size_t i = 0; i < page->form.row_count; i++) {
		const struct form_row *row = &page->form.rows[i];
		const struct answer *kept = &page->content.answers[i];
		const struct answer *other = &c->other.answers[i];
		struct str note = desk_text(p->r, "%.*s – %.*s", STR_ARG(row->label[p->lang]),
			STR_ARG(text(p->lang, MESSAGE_RETURNS_COLUMN_NOTE)));
		if (!str_equal(kept->value, other->value))
			write_pair(p, c, returns_field(p->r, "row", row->key), row->label[p->lang],
				returns_shown(page, &page->content, i),
				returns_shown(page, &c->other, i));
		if (!str_equal(kept->note, other->note))
			write_pair(p, c, returns_field(p->r, "note", row->key), note, kept->note,
				other->note);
	}
}

static bool same_day(struct date a, struct date b)
{
	return a.year == b.year && (a.year == 0 || (a.month == b.month && a.day == b.day));
}

static void write_paper(struct desk_page *p, struct choosing *c)
{
	const struct paper *a = &c->page.content.paper;
	const struct paper *b = &c->other.paper;
	if (!str_equal(a->number, b->number))
		write_pair(p, c, "paper-number", text(p->lang, MESSAGE_RETURNS_PAPER_NUMBER),
			a->number, b->number);
	if (!str_equal(a->symbol, b->symbol))
		write_pair(p, c, "paper-symbol", text(p->lang, MESSAGE_RETURNS_PAPER_SYMBOL),
			a->symbol, b->symbol);
	if (!same_day(a->day, b->day))
		write_pair(p, c, "paper-day", text(p->lang, MESSAGE_DESK_RETURN_PAPER_DAY),
			desk_date(p->r, a->day), desk_date(p->r, b->day));
	if (!str_equal(a->signer, b->signer))
		write_pair(p, c, "paper-signer", text(p->lang, MESSAGE_RETURNS_PAPER_SIGNER),
			a->signer, b->signer);
}

static void write_closed(struct desk_page *p, struct choosing *c)
{
	const struct desk_column columns[] = {
		{NULL, text(p->lang, MESSAGE_RETURNS_COLUMN_LABEL), false},
		{NULL, text(p->lang, MESSAGE_RETURN_STATE_ACCEPTED), false},
		{NULL, text(p->lang, MESSAGE_DESK_RETURN_ASIDE_TYPED), false}};
	const struct desk_table table = {
		.caption = text(p->lang, MESSAGE_DESK_RETURN_ASIDE_DIFFERS),
		.columns = columns,
		.column_count = 3};
	desk_table_begin(p, &table);
	write_rows(p, c);
	write_paper(p, c);
	desk_table_end(p);
}

static void write_difference(struct desk_page *p, struct choosing *c)
{
	if (c->closed) {
		write_closed(p, c);
	} else {
		write_rows(p, c);
		write_paper(p, c);
	}
	if (c->differing == 0)
		desk_say(p, "p", NULL, MESSAGE_DESK_RETURN_ASIDE_SAME);
}

static void write_buttons(struct desk_page *p, const struct choosing *c)
{
	html_open_class(&p->html, "div", "actions");
	if (c->differing > 0 && !c->closed)
		desk_button(p, NULL, "do", STR("choose"), MESSAGE_DESK_RETURN_ASIDE_SAVE);
	desk_button(p, "quiet", "do", STR("drop"),
		c->closed ? MESSAGE_DESK_RETURN_ASIDE_DROP_TYPED : MESSAGE_DESK_RETURN_ASIDE_DROP);
	html_close(&p->html, "div");
}

static void show(struct choosing *c, const struct desk_problems *problems)
{
	struct desk_page p;
	const struct returns_page *page = &c->page;
	struct desk_request *r = page->r;
	struct str path = returns_path(r, page->head.campaign, page->org.id, "");
	const struct desk_head head = {
		.place = DESK_PLACE_CAMPAIGNS,
		.title = text(r->lang, c->closed ? MESSAGE_DESK_RETURN_ASIDE_TYPED
						 : MESSAGE_DESK_RETURN_ASIDE_TITLE),
		.crumbs = {returns_crumb(r, &page->campaign),
			{path, returns_name(page->org.name, r->lang)}},
		.crumb_count = 2,
	};
	desk_page_begin(&p, r, &head, problems);
	desk_say_values(&p, "p", NULL,
		c->closed ? MESSAGE_DESK_RETURN_ASIDE_CLOSED : MESSAGE_DESK_RETURN_ASIDE_TEXT,
		{STR("name"), c->aside.actor}, {STR("time"), desk_time(r, c->aside.at)});
	desk_form_open(&p, "return",
		desk_text(r, "%.*s/aside/%lld", STR_ARG(path), (long long)-c->aside.number));
	desk_hidden(&p, "draft", desk_text(r, "%lld", (long long)page->head.draft));
	write_difference(&p, c);
	write_buttons(&p, c);
	desk_form_close(&p);
	desk_page_end(&p);
}

/* --- the choice --- */

static bool other_chosen(struct desk_request *r, const char *name)
{
	return str_equal(desk_field(r, name), STR("other"));
}

static enum err chosen(const struct choosing *c, struct return_content *ret_content)
{
	struct desk_request *r = c->page.r;
	const struct paper *other = &c->other.paper;
	struct return_content content = c->page.content;
	struct answer *answers = arena_alloc(r->arena, content.answer_count, sizeof(*answers));
	if (!answers)
		return E_NOMEM;
	for (size_t i = 0; i < content.answer_count; i++) {
		struct str key = c->page.form.rows[i].key;
		bool value = other_chosen(r, returns_field(r, "row", key));
		bool note = other_chosen(r, returns_field(r, "note", key));
		answers[i].value = value ? c->other.answers[i].value : content.answers[i].value;
		answers[i].note = note ? c->other.answers[i].note : content.answers[i].note;
	}
	content.answers = answers;
	if (other_chosen(r, "paper-number"))
		content.paper.number = other->number;
	if (other_chosen(r, "paper-symbol"))
		content.paper.symbol = other->symbol;
	if (other_chosen(r, "paper-day"))
		content.paper.day = other->day;
	if (other_chosen(r, "paper-signer"))
		content.paper.signer = other->signer;
	*ret_content = content;
	return E_OK;
}

static enum err change(const struct choosing *c, const struct return_content *content, bool save)
{
	uint64_t base = 0;
	int64_t draft;
	struct desk_request *r = c->page.r;
	(void)desk_field_number(r, "draft", INT32_MAX, &base);
	if (save)
		TRY(return_save(r->office, &c->page.head, (int64_t)base, content, r->actor, r->now,
			r->arena, &draft));
	return return_drop_aside(r->office, &c->page.head, c->aside.number, r->actor, r->now);
}

static void take(struct choosing *c)
{
	struct desk_request *r = c->page.r;
	struct return_content content = {.form = 0};
	struct desk_problems problems = {.count = 0};
	bool save = str_equal(desk_field(r, "do"), STR("choose"));
	if (save && chosen(c, &content) != E_OK) {
		desk_failed(r, E_NOMEM);
		return;
	}
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, change(c, &content, save));
	if (err == E_EXISTS) {
		desk_problem_add(r, &problems, "", MESSAGE_DESK_RETURN_CHANGED);
		show(c, &problems);
	} else if (err == E_DENIED) {
		desk_redirect(r,
			desk_text(r, "%.*s/%lld",
				STR_ARG(returns_path(
					r, c->page.head.campaign, c->page.org.id, "/aside")),
				(long long)-c->aside.number),
			MESSAGE_DESK_RETURN_CLOSED);
	} else if (err != E_OK && err != E_NOTFOUND) {
		desk_failed(r, err);
	} else {
		desk_redirect(r, returns_path(r, c->page.head.campaign, c->page.org.id, ""),
			MESSAGE_DESK_RETURN_CHOSEN);
	}
}

void desk_returns_aside(struct desk_request *r)
{
	struct choosing c;
	if (!begin(r, &c))
		return;
	if (r->posted)
		take(&c);
	else
		show(&c, NULL);
}
