/* SPDX-License-Identifier: Apache-2.0 */
/* Writing: a new text, a text's next version. */
#include "base/limits.h"
#include "desk/desk_parts.h"
#include "desk/site.h"
#include "format/markdown_slug.h"

/* What the form holds. */
struct edit_form {
	struct draft draft;
	struct str due; /* as it was typed */
};

/* --- shown --- */

static void write_line(struct desk_page *p, const char *name, enum message label, enum message hint,
	struct str value, bool large)
{
	const struct desk_input input = {.name = name,
		.label = text(p->lang, label),
		.hint = hint == MESSAGE__COUNT ? STR("") : text(p->lang, hint),
		.value = value,
		.large = large};
	desk_input(p, &input);
}

static void write_kind(struct desk_page *p, enum article_kind kind)
{
	const struct desk_input input = {.name = "kind",
		.label = text(p->lang, MESSAGE_DESK_SITE_KIND),
		.value = article_kind_name(kind)};
	const struct desk_option options[] = {
		{article_kind_name(ARTICLE_RELEASE), text(p->lang, MESSAGE_DESK_SITE_KIND_RELEASE),
			STR("")},
		{article_kind_name(ARTICLE_POST), text(p->lang, MESSAGE_DESK_SITE_KIND_POST),
			STR("")}};
	/* A page of the menu is one for good. */
	if (kind == ARTICLE_PAGE)
		desk_hidden(p, "kind", article_kind_name(kind));
	else
		desk_radios(p, &input, options, 2);
}

static void write_when(struct desk_page *p, struct str value)
{
	const struct desk_input input = {.name = "date",
		.label = text(p->lang, MESSAGE_DESK_SITE_WHEN),
		.hint = text(p->lang, MESSAGE_DESK_SITE_WHEN_HINT),
		.value = value,
		.type = "datetime-local",
		.width = 20,
		.optional = true};
	desk_input(p, &input);
}

struct example {
	struct str sign;
	enum message words;
};

/* What one needs of Markdown, beside the field that takes it. */
static void write_help(struct desk_page *p)
{
	static const struct example examples[] = {
		{STR_INIT("## …"), MESSAGE_DESK_SITE_HELP_HEADING},
		{STR_INIT("**…**"), MESSAGE_DESK_SITE_HELP_STRONG},
		{STR_INIT("- …"), MESSAGE_DESK_SITE_HELP_LIST},
		{STR_INIT("1. …"), MESSAGE_DESK_SITE_HELP_STEPS},
		{STR_INIT("[…](https://…)"), MESSAGE_DESK_SITE_HELP_LINK},
		{STR_INIT("[…](page:check)"), MESSAGE_DESK_SITE_HELP_PAGE},
		{STR_INIT("{press-mail}"), MESSAGE_DESK_SITE_HELP_VALUE},
	};
	struct html *h = &p->html;
	html_open_class(h, "details", "site-help");
	desk_say(p, "summary", NULL, MESSAGE_DESK_SITE_HELP);
	html_open_class(h, "dl", "rows");
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		html_open(h, "div");
		html_open(h, "dt");
		html_leaf(h, "code", NULL, examples[i].sign);
		html_close(h, "dt");
		desk_say(p, "dd", NULL, examples[i].words);
		html_close(h, "div");
	}
	html_close(h, "dl");
	html_close(h, "details");
}

static void write_buttons(struct desk_page *p)
{
	html_open_class(&p->html, "div", "site-actions");
	desk_button(p, NULL, "then", STR("stay"), MESSAGE_DESK_SITE_SAVE);
	desk_button(p, "quiet", "then", STR("preview"), MESSAGE_DESK_SITE_SAVE_PREVIEW);
	desk_button(p, "quiet", "then", STR("publish"), MESSAGE_DESK_SITE_SAVE_PUBLISH);
	html_close(&p->html, "div");
}

/* Saved a moment ago beside somebody else's: both are kept. */
static void write_beside(struct desk_page *p, const struct edit_form *f)
{
	struct desk_request *r = p->r;
	uint64_t beside;
	struct draft other;
	if (!str_to_u64(desk_argument(r, "beside"), INT32_MAX, &beside) || beside == 0 ||
		draft_find(r->office, f->draft.key, f->draft.lang, (int64_t)beside, r->arena,
			&other) != E_OK)
		return;
	struct html *h = &p->html;
	html_open_class(h, "div", "notice caution");
	desk_say_values(p, "p", NULL, MESSAGE_DESK_SITE_BESIDE, {STR("who"), other.author},
		{STR("time"), desk_time(r, other.saved)});
	html_open(h, "p");
	desk_link(p, NULL,
		desk_text(r, "%.*s?from=d%llu&to=d%lld",
			STR_ARG(site_text_path(r, f->draft.key, f->draft.lang, "/compare")),
			(unsigned long long)beside, (long long)f->draft.version),
		text(r->lang, MESSAGE_DESK_SITE_BESIDE_LINK));
	html_close(h, "p");
	html_close(h, "div");
}

static void write_links(struct desk_page *p, const struct site_row *row, enum lang lang)
{
	struct desk_request *r = p->r;
	enum lang other = lang == LANG_VI ? LANG_EN : LANG_VI;
	struct html *h = &p->html;
	html_open_class(h, "p", "site-actions");
	site_write_stand(p, &row->lang[lang]);
	desk_link(p, NULL, site_text_path(r, row->key, lang, "/preview"),
		text(r->lang, MESSAGE_DESK_SITE_PREVIEW));
	desk_link(p, NULL, site_text_path(r, row->key, lang, "/history"),
		text(r->lang, MESSAGE_DESK_SITE_HISTORY));
	desk_link(p, NULL, site_text_path(r, row->key, other, ""),
		text(r->lang, other == LANG_VI ? MESSAGE_DESK_SITE_TO_VIETNAMESE
					       : MESSAGE_DESK_SITE_TO_ENGLISH));
	html_close(h, "p");
}

static void show(struct desk_request *r, const struct site_row *row, const struct edit_form *f,
	const struct desk_problems *problems)
{
	struct desk_page p;
	const struct draft *d = &f->draft;
	struct desk_head head = site_head(r, row,
		desk_words(r, MESSAGE_DESK_SITE_EDIT_TITLE,
			&(const struct text_arg){
				STR("language"), text(r->lang, site_lang_message(d->lang))},
			1));
	desk_page_begin(&p, r, &head, problems);
	write_beside(&p, f);
	write_links(&p, row, d->lang);
	desk_form_open(&p, "card site-edit", site_text_path(r, d->key, d->lang, ""));
	desk_hidden(&p, "base", desk_text(r, "%lld", (long long)d->version));
	write_line(&p, "title", MESSAGE_DESK_SITE_TITLE, MESSAGE__COUNT, d->title, false);
	write_kind(&p, d->kind);
	write_line(&p, "summary", MESSAGE_DESK_SITE_SUMMARY, MESSAGE_DESK_SITE_SUMMARY_HINT,
		d->summary, true);
	write_line(&p, "text", MESSAGE_DESK_SITE_TEXT, MESSAGE_DESK_SITE_TEXT_HINT, d->body, true);
	write_help(&p);
	write_when(&p, f->due);
	write_buttons(&p);
	desk_form_close(&p);
	desk_page_end(&p);
}

/* --- sent --- */

static enum article_kind kind_sent(struct desk_request *r, enum article_kind before)
{
	enum article_kind kind;
	bool known = article_kind_parse(desk_field(r, "kind"), &kind);
	/* Neither becomes the other: a page has an address of its own. */
	return known && (kind == ARTICLE_PAGE) == (before == ARTICLE_PAGE) ? kind : before;
}

static bool take_fields(struct desk_request *r, struct edit_form *f, struct desk_problems *problems)
{
	uint64_t base = 0;
	struct draft *d = &f->draft;
	(void)desk_field_number(r, "base", INT32_MAX, &base);
	d->base = (int64_t)base;
	d->origin = 0;
	d->title = site_one_line(r, desk_field(r, "title"));
	d->summary = site_one_line(r, desk_field(r, "summary"));
	d->body = desk_field_raw(r, "text");
	d->kind = kind_sent(r, d->kind);
	f->due = desk_field(r, "date");
	d->due = (struct instant){0};
	if (f->due.size > 0 && !site_time_parse(r, f->due, &d->due))
		desk_problem_add(r, problems, "date", MESSAGE_DESK_SITE_BAD_TIME);
	return problems->count == 0;
}

static bool save_draft(struct desk_request *r, struct draft *d, int64_t *ret_beside,
	struct desk_problems *problems)
{
	int64_t version = 0;
	*ret_beside = 0;
	if (!desk_begin(r))
		return false;
	enum err err =
		desk_end(r, draft_save(r->office, r->actor, d, r->now, &version, ret_beside));
	d->version = version;
	if (err == E_LIMIT)
		desk_problem_add(r, problems, "text", MESSAGE_DESK_SITE_TOO_MUCH);
	else if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK || err == E_LIMIT;
}

/* It is kept whatever is wrong with it: then only publishing has to wait. */
static void go_on(struct desk_request *r, const struct draft *d, int64_t beside)
{
	struct str then = desk_field(r, "then");
	if (beside > 0)
		desk_redirect(r,
			desk_text(r, "%.*s?beside=%lld",
				STR_ARG(site_text_path(r, d->key, d->lang, "")), (long long)beside),
			MESSAGE__COUNT);
	else if (str_equal(then, STR("preview")))
		desk_redirect(r, site_text_path(r, d->key, d->lang, "/preview"), MESSAGE__COUNT);
	else if (str_equal(then, STR("publish")))
		desk_redirect(r, site_text_path(r, d->key, d->lang, "/publish"), MESSAGE__COUNT);
	else
		desk_redirect(r, site_text_path(r, d->key, d->lang, ""), MESSAGE_DESK_SITE_SAVED);
}

/* True: it has been answered. */
static bool save(struct desk_request *r, struct edit_form *f, struct desk_problems *problems)
{
	int64_t beside;
	struct str made;
	if (!take_fields(r, f, problems))
		return false;
	if (!save_draft(r, &f->draft, &beside, problems))
		return true;
	if (problems->count > 0)
		return false;
	if (str_equal(desk_field(r, "then"), STR("publish")) && beside == 0) {
		enum err err = site_make_text(r, &f->draft, problems, &made);
		if (err == E_SYNTAX)
			return false;
		if (err != E_OK) {
			desk_failed(r, err);
			return true;
		}
	}
	go_on(r, &f->draft, beside);
	return true;
}

/* What is edited: the newest draft, else what is published, else nothing yet. */
static bool load_form(
	struct desk_request *r, const struct site_row *row, enum lang lang, struct edit_form *f)
{
	const struct site_state *s = &row->lang[lang];
	enum err err = site_load_version(r, row->key, lang, STR(""), &f->draft);
	if (err == E_NOTFOUND) {
		f->draft = (struct draft){.key = row->key, .lang = lang};
		f->draft.kind = site_kind(&row->lang[lang == LANG_VI ? LANG_EN : LANG_VI]);
		err = E_OK;
	}
	f->draft.key = row->key;
	if (s->draft.version == 0)
		f->draft.version = 0;
	f->due = site_time_value(r, f->draft.due);
	if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

void desk_site_edit(struct desk_request *r)
{
	struct site_row row;
	struct edit_form f = {0};
	enum lang lang;
	struct desk_problems problems = {.count = 0};
	if (!site_find_text(r, ACT_CHANGE_SITE, &row, &lang) || !load_form(r, &row, lang, &f))
		return;
	if (r->posted && save(r, &f, &problems))
		return;
	show(r, &row, &f, &problems);
}

/* --- a new one --- */

struct new_form {
	struct str title, key;
	enum article_kind kind;
	enum lang lang;
};

static void show_new(
	struct desk_request *r, const struct new_form *f, const struct desk_problems *problems)
{
	struct desk_page p;
	const struct desk_head head = site_head(r, NULL, text(r->lang, MESSAGE_DESK_SITE_NEW));
	const struct desk_input key = {.name = "key",
		.label = text(r->lang, MESSAGE_DESK_SITE_KEY),
		.hint = text(r->lang, MESSAGE_DESK_SITE_KEY_HINT),
		.value = f->key,
		.width = 40,
		.optional = true};
	const struct desk_input lang = {.name = "lang",
		.label = text(r->lang, MESSAGE_DESK_SITE_FIRST_LANG),
		.value = lang_code(f->lang)};
	const struct desk_option langs[] = {
		{STR("vi"), text(r->lang, MESSAGE_DESK_SITE_VIETNAMESE), STR("")},
		{STR("en"), text(r->lang, MESSAGE_DESK_SITE_ENGLISH), STR("")}};
	desk_page_begin(&p, r, &head, problems);
	desk_form_open(&p, "card site-edit", STR("pages/new"));
	write_kind(&p, f->kind);
	desk_radios(&p, &lang, langs, 2);
	write_line(&p, "title", MESSAGE_DESK_SITE_TITLE, MESSAGE__COUNT, f->title, false);
	desk_input(&p, &key);
	desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_SITE_BEGIN);
	desk_form_close(&p);
	desk_page_end(&p);
}

/* "Ra mắt cổng" → "ra-mat-cong". */
static struct str key_of(struct desk_request *r, struct str title)
{
	struct slugs *slugs = arena_alloc(r->arena, 1, sizeof(*slugs));
	if (!slugs)
		return STR("");
	slugs->count = 0;
	return slug_make(slugs, r->arena, title);
}

static bool is_taken(struct desk_request *r, struct str key, enum err *ret_err)
{
	struct site_row **rows;
	size_t count = 0;
	*ret_err = site_rows(r, &rows, &count);
	for (size_t i = 0; *ret_err == E_OK && i < count; i++)
		if (str_equal(rows[i]->key, key))
			return true;
	return false;
}

static void take_new(struct desk_request *r, struct new_form *f, struct desk_problems *problems)
{
	f->title = site_one_line(r, desk_field(r, "title"));
	f->key = desk_field(r, "key");
	if (!article_kind_parse(desk_field(r, "kind"), &f->kind) || f->kind == ARTICLE_PAGE)
		f->kind = ARTICLE_RELEASE;
	if (!lang_parse(desk_field(r, "lang"), &f->lang))
		f->lang = LANG_VI;
	if (f->title.size == 0)
		desk_problem_add(r, problems, "title", MESSAGE_DESK_SITE_MISSING);
	if (f->key.size == 0)
		f->key = key_of(r, f->title);
	if (f->title.size > 0 && !site_key_valid(f->key))
		desk_problem_add(r, problems, "key", MESSAGE_DESK_SITE_BAD_KEY);
}

/* True: it has been answered. */
static bool begin_new(struct desk_request *r, struct new_form *f, struct desk_problems *problems)
{
	int64_t beside;
	enum err err = E_OK;
	take_new(r, f, problems);
	if (problems->count > 0)
		return false;
	/* "new" has a page of its own. */
	bool taken = str_equal(f->key, STR("new")) || is_taken(r, f->key, &err);
	if (taken) {
		desk_problem_add(r, problems, "key", MESSAGE_DESK_SITE_KEY_TAKEN);
		return false;
	}
	if (err != E_OK) {
		desk_failed(r, err);
		return true;
	}
	struct draft d = {.key = f->key, .lang = f->lang, .kind = f->kind, .title = f->title};
	if (save_draft(r, &d, &beside, problems) && problems->count == 0)
		desk_redirect(r, site_text_path(r, d.key, d.lang, ""), MESSAGE__COUNT);
	return problems->count == 0;
}

void desk_site_new(struct desk_request *r)
{
	struct new_form f = {.kind = ARTICLE_RELEASE, .lang = r->lang};
	struct desk_problems problems = {.count = 0};
	if (!desk_may(r, ACT_CHANGE_SITE, STR(""), 0))
		return;
	if (r->posted && begin_new(r, &f, &problems))
		return;
	show_new(r, &f, &problems);
}
