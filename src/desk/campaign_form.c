/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a campaign's returns: changed, looked at, saved as a version. */
#include "desk/campaign_form.h"

#include "base/limits.h"
#include "desk/campaign.h"

struct form_page {
	struct desk_request *r;
	struct returns_campaign campaign;
	struct str path;
	struct return_form stands; /* the newest version, or the one asked for */
	int64_t version, newest;
	struct edited_form edited;
	const struct return_form *preview; /* NULL: none */
	bool may_change;
};

/* --- what stands --- */

static enum err load_versions(struct form_page *f)
{
	struct desk_request *r = f->r;
	uint64_t wanted;
	struct str key = f->campaign.plan.campaign.key;
	bool asked = str_to_u64(desk_argument(r, "version"), UINT32_MAX, &wanted);
	TRY(form_load(r->office, key, -1, r->arena, &f->stands, &f->newest));
	f->version = f->newest;
	return asked ? form_load(r->office, key, (int64_t)wanted, r->arena, &f->stands, &f->version)
		     : E_OK;
}

static bool load(struct form_page *f)
{
	struct desk_request *r = f->r;
	if (!campaign_open(r, &f->campaign))
		return false;
	f->path = campaign_path(r, f->campaign.plan.campaign.key, "/form");
	enum err err = load_versions(f);
	f->may_change = campaign_may_change(r) && f->version == f->newest;
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

/* --- shown --- */

static void write_preview(struct desk_page *p, const struct form_page *f)
{
	struct desk_request *r = f->r;
	const struct return_form *form = f->preview;
	struct answer *answers = arena_alloc(r->arena, form->row_count, sizeof(*answers));
	const struct returns_page page = {.r = r, .form = *form, .content = {.answers = answers}};
	if (!answers)
		return;
	html_open_class(&p->html, "section", "preview card");
	html_attribute(&p->html, "id", STR("preview"));
	desk_say(p, "h2", NULL, MESSAGE_DESK_FORMS_PREVIEW);
	html_leaf(&p->html, "h3", NULL, form->title[r->lang]);
	if (form->section[r->lang].size > 0)
		html_leaf(&p->html, "p", NULL, form->section[r->lang]);
	for (size_t i = 0; i < form->row_count; i++)
		returns_write_row(p, &page, i);
	for (size_t i = 0; i < form->check_count; i++)
		desk_notice(p, form->checks[i].error ? DESK_LATE : DESK_WAITS,
			desk_words(r, MESSAGE_DESK_FORMS_PREVIEW_CHECK,
				(const struct text_arg[]){
					{STR("text"), form->checks[i].text[r->lang]}},
				1));
	html_close(&p->html, "section");
}

static enum err write_version(void *context, const struct form_version *version)
{
	struct desk_page *p = context;
	struct desk_request *r = p->r;
	desk_row_begin(p);
	desk_cell_link(p,
		desk_text(r, "%.*s?version=%lld", STR_ARG(p->table->path),
			(long long)version->version),
		desk_number(r, (uint64_t)version->version));
	desk_cell(p, version->made.seconds > 0 ? desk_time(r, version->made)
					       : text(r->lang, MESSAGE_DESK_FORMS_APPENDIX));
	desk_cell(p, version->author);
	desk_cell(p, desk_number(r, version->returns));
	desk_row_end(p);
	return E_OK;
}

static void write_versions(struct desk_page *p, const struct form_page *f)
{
	struct desk_request *r = f->r;
	const struct desk_column columns[] = {
		{NULL, text(r->lang, MESSAGE_DESK_FORMS_VERSION), false},
		{NULL, text(r->lang, MESSAGE_DESK_FORMS_MADE), false},
		{NULL, text(r->lang, MESSAGE_DESK_FORMS_AUTHOR), false},
		{NULL, text(r->lang, MESSAGE_DESK_FORMS_RETURNS), true}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_FORMS_VERSIONS),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.path = f->path};
	desk_say(p, "h2", NULL, MESSAGE_DESK_FORMS_VERSIONS);
	desk_say(p, "p", "hint", MESSAGE_DESK_FORMS_VERSIONS_TEXT);
	desk_table_begin(p, &table);
	enum err err =
		form_each_version(r->office, f->campaign.plan.campaign.key, write_version, p);
	desk_table_end(p);
	if (err != E_OK)
		writer_fail(p->html.out, err);
	desk_link(p, NULL,
		desk_text(r, "%.*s?version=%lld&as=text", STR_ARG(f->path), (long long)f->version),
		text(r->lang, MESSAGE_DESK_FORMS_AS_TEXT));
}

static void write_editor(struct desk_page *p, const struct form_page *f)
{
	struct desk_request *r = f->r;
	desk_form_open(p, "editor", f->path);
	/* A press of Enter takes the first button of a form: this one keeps and loses nothing. */
	html_open_class(&p->html, "button", "aside");
	html_attribute(&p->html, "name", STR("do"));
	html_attribute(&p->html, "value", STR("preview"));
	html_attribute(&p->html, "tabindex", STR("-1"));
	html_text(&p->html, text(r->lang, MESSAGE_DESK_FORMS_LOOK));
	html_close(&p->html, "button");
	desk_hidden(p, "version", desk_text(r, "%lld", (long long)f->newest));
	edited_write(p, &f->edited, f->path);
	html_open_class(&p->html, "p", "actions");
	desk_button(p, NULL, "do", STR("save"), MESSAGE_DESK_FORMS_SAVE);
	desk_button(p, "quiet", "do", STR("preview"), MESSAGE_DESK_FORMS_LOOK);
	html_close(&p->html, "p");
	desk_form_close(p);
}

static void show(struct form_page *f, const struct desk_problems *problems)
{
	struct desk_page p;
	struct desk_request *r = f->r;
	const struct desk_head head = {.place = DESK_PLACE_CAMPAIGNS,
		.title = text(r->lang, MESSAGE_DESK_FORMS_TITLE),
		.crumbs = {returns_crumb(r, &f->campaign)},
		.crumb_count = 1};
	desk_page_begin(&p, r, &head, problems);
	campaign_write_links(&p, f->campaign.plan.campaign.key, CAMPAIGN_FORM);
	if (f->version != f->newest)
		desk_notice(&p, DESK_WAITS, text(r->lang, MESSAGE_DESK_FORMS_OLD_VERSION));
	desk_say(&p, "p", NULL, MESSAGE_DESK_FORMS_TEXT);
	if (f->preview)
		write_preview(&p, f);
	if (f->may_change)
		write_editor(&p, f);
	write_versions(&p, f);
	desk_page_end(&p);
}

/* --- sent --- */

/* What our own look did not find: the reader of forms has the last word. */
static enum err parse(struct form_page *f, struct str form_text, struct return_form *ret,
	struct desk_problems *problems)
{
	struct writer w;
	struct problem problem;
	struct desk_request *r = f->r;
	enum err err = form_parse(form_text, r->arena, ret, &problem);
	if (err != E_SYNTAX && err != E_LIMIT)
		return err;
	writer_init(&w, LIMIT_FORM_FILE);
	text_problem(&w, r->lang, &problem);
	desk_problem_add_text(problems, "", arena_copy(r->arena, writer_view_str(&w)));
	writer_release(&w);
	return err;
}

/* Another text that says the same is no version. */
static bool same_form(struct form_page *f, struct str form_text)
{
	struct edited_form *stands = arena_alloc(f->r->arena, 1, sizeof(*stands));
	if (!stands)
		return false;
	edited_from_form(f->r, &f->stands, stands);
	return str_equal(edited_text(f->r, stands), form_text);
}

static void save(struct form_page *f, struct str form_text, struct desk_problems *problems)
{
	struct desk_request *r = f->r;
	struct problem problem;
	int64_t version;
	uint64_t base = 0;
	(void)desk_field_number(r, "version", UINT32_MAX, &base);
	if ((int64_t)base != f->newest) {
		desk_problem_add(r, problems, "", MESSAGE_DESK_FORMS_CLASH);
		show(f, problems);
		return;
	}
	if (same_form(f, form_text)) {
		desk_redirect(r, f->path, MESSAGE_DESK_FORMS_SAME);
		return;
	}
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, form_set(r->office, f->campaign.plan.campaign.key, form_text,
					   r->actor, r->now, r->arena, &version, &problem));
	if (err == E_OK)
		desk_redirect(r, f->path, MESSAGE_DESK_SAVED);
	else
		desk_failed(r, err);
}

static void take(struct form_page *f)
{
	struct desk_request *r = f->r;
	struct desk_problems problems = {.count = 0};
	struct return_form *form = arena_alloc(r->arena, 1, sizeof(*form));
	struct str button = desk_field(r, "do");
	bool saving = str_equal(button, STR("save"));
	if (!form) {
		desk_failed(r, E_NOMEM);
		return;
	}
	edited_from_request(r, &f->edited);
	if (edited_press(r, &f->edited, button)) {
		show(f, NULL);
		return;
	}
	struct str form_text = edited_text(r, &f->edited);
	edited_check(r, &f->edited, &problems);
	if (problems.count == 0 && parse(f, form_text, form, &problems) == E_OK)
		f->preview = form;
	if (saving && f->preview)
		save(f, form_text, &problems);
	else
		show(f, &problems);
}

/* As it was set, to be kept or changed elsewhere: `quetsach form set` takes it. */
static void give_text(struct form_page *f)
{
	struct str form_text;
	struct desk_request *r = f->r;
	struct str key = f->campaign.plan.campaign.key;
	enum err err =
		form_load_text(r->office, key, f->version, r->arena, &form_text, &f->version);
	if (err != E_OK) {
		desk_failed(r, err);
		return;
	}
	writer_str(r->answer->body, form_text);
	r->answer->content_type = "text/plain; charset=utf-8";
	r->answer->save_as =
		desk_text(r, "form-%.*s-%lld.txt", STR_ARG(key), (long long)f->version);
}

void desk_campaign_form(struct desk_request *r)
{
	struct form_page *f = arena_alloc(r->arena, 1, sizeof(*f));
	if (!f) {
		desk_failed(r, E_NOMEM);
		return;
	}
	*f = (struct form_page){.r = r};
	if (!load(f))
		return;
	if (r->posted) {
		take(f);
		return;
	}
	if (str_equal(desk_argument(r, "as"), STR("text"))) {
		give_text(f);
		return;
	}
	edited_from_form(r, &f->stands, &f->edited);
	if (!f->may_change)
		f->preview = &f->stands;
	show(f, NULL);
}
