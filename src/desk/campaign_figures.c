/* SPDX-License-Identifier: Apache-2.0 */
/* How a campaign's goals stand: the provisional evaluation as the site shows it, and what was
 * published. Figures are read where they were frozen, never made here. */
#include <fcntl.h>

#include "desk/campaign.h"
#include "desk/desk_parts.h"
#include "desk/editions.h"
#include "desk/jobs.h"
#include "office/job.h"
#include "os/file.h"
#include "report/document.h"
#include "site/site_file.h"
#include "store/edition.h"
#include "store/site_content.h"

enum {
	DOCUMENT_BYTES = 256 << 20
};

struct figures_page {
	struct desk_request *r;
	struct returns_campaign campaign;
	struct store *store;
	struct str address; /* of the site; empty: not said */
	struct desk_page *p;
	uint64_t editions;
};

/* --- the provisional evaluation --- */

static struct str cell_text(struct desk_request *r, const struct cell *cell)
{
	struct writer w;
	writer_init(&w, 4096);
	cell_write(&w, r->lang, cell);
	struct str copy = arena_copy(r->arena, writer_view_str(&w));
	writer_release(&w);
	return copy.data ? copy : STR("");
}

static void write_table(struct desk_page *p, const struct table *t)
{
	struct desk_request *r = p->r;
	struct desk_column *columns = arena_alloc(r->arena, t->column_count, sizeof(*columns));
	if (!columns)
		return;
	for (size_t i = 0; i < t->column_count; i++)
		columns[i] = (struct desk_column){
			NULL, arena_copy(r->arena, t->columns[i].title), t->columns[i].numeric};
	const struct desk_table table = {.caption = arena_copy(r->arena, t->title),
		.columns = columns,
		.column_count = t->column_count};
	desk_table_begin(p, &table);
	for (size_t row = 0; row < t->row_count; row++) {
		desk_row_begin(p);
		for (size_t i = 0; i < t->column_count; i++)
			desk_cell(p, cell_text(r, &t->cells[row * t->column_count + i]));
		desk_row_end(p);
	}
	desk_table_end(p);
}

static enum err write_document(
	struct desk_page *p, const struct site_edition *e, struct arena *arena)
{
	struct document document;
	TRY(document_open(e->document[p->lang], arena, &document));
	const struct table *goals = document_table(&document, STR("goals"));
	html_leaf(&p->html, "p", "hint", document.subtitle);
	if (goals)
		write_table(p, goals);
	else
		html_leaf(&p->html, "p", NULL, document.summary);
	return E_OK;
}

/* E_NOTFOUND: the site speaks of another campaign, or there is no site yet. */
static enum err write_standing(struct figures_page *f, struct bytes file, struct arena *arena)
{
	struct site site;
	TRY(site_open(file, arena, &site));
	const struct site_edition *e = site_edition(&site, f->campaign.plan.campaign.key, 0);
	return e ? write_document(f->p, e, arena) : E_NOTFOUND;
}

static enum err write_provisional(struct figures_page *f)
{
	struct arena arena;
	struct mapping file;
	struct desk_request *r = f->r;
	int fd = -1;
	struct str path = desk_text(r, "%s/public/site", r->desk->settings.folder);
	TRY(file_open_read(AT_FDCWD, path.data, &fd));
	enum err err = file_map(fd, &file);
	file_close(&fd);
	TRY(err);
	arena_init(&arena, DOCUMENT_BYTES);
	err = write_standing(f, file.bytes, &arena);
	arena_release(&arena);
	file_unmap(&file);
	return err;
}

static void write_making(struct figures_page *f)
{
	struct desk_page *p = f->p;
	struct desk_request *r = f->r;
	html_open_class(&p->html, "p", "actions");
	if (f->address.size > 0)
		html_link(&p->html, "button quiet",
			desk_text(r, "%.*s/%.*s/%s", STR_ARG(f->address),
				STR_ARG(lang_code(r->lang)),
				r->lang == LANG_VI ? "so-lieu" : "figures"),
			text(r->lang, MESSAGE_DESK_FIGURES_OPEN));
	html_close(&p->html, "p");
	if (f->address.size == 0)
		desk_say(p, "p", "hint", MESSAGE_DESK_FIGURES_NO_ADDRESS);
	if (!campaign_may_change(r))
		return;
	desk_form_open(p, NULL, campaign_path(r, f->campaign.plan.campaign.key, "/figures"));
	desk_say(p, "p", "hint", MESSAGE_DESK_FIGURES_MAKE_TEXT);
	desk_button(p, "quiet", NULL, STR(""), MESSAGE_DESK_FIGURES_MAKE);
	desk_form_close(p);
}

/* --- what was published --- */

static enum message verdict_message(struct str verdict)
{
	if (str_equal(verdict, STR("met")))
		return MESSAGE_DESK_FIGURES_MET;
	return str_equal(verdict, STR("not_met")) ? MESSAGE_DESK_FIGURES_NOT_MET
						  : MESSAGE_DESK_FIGURES_CANNOT;
}

static struct str goal_words(struct figures_page *f, struct str key)
{
	const struct plan *plan = &f->campaign.plan;
	enum lang lang = f->r->lang;
	for (size_t i = 0; i < plan->goal_count; i++)
		if (str_equal(plan->goals[i].key, key) && plan->goals[i].name[lang].size > 0)
			return plan->goals[i].name[lang];
	return str_equal(key, EDITION_NET_EFFECT) ? text(lang, MESSAGE_DESK_FIGURES_NET) : key;
}

static void write_figure(struct figures_page *f, const struct edition_figure *figure)
{
	struct desk_page *p = f->p;
	struct writer w;
	writer_init(&w, 64);
	text_percent(&w, p->lang, -figure->value, 1);
	const struct text_arg args[] = {{STR("goal"), goal_words(f, figure->key)},
		{STR("verdict"), figure->verdict.size > 0
					 ? text(p->lang, verdict_message(figure->verdict))
					 : STR("–")},
		{STR("change"), arena_copy(f->r->arena, writer_view_str(&w))}};
	writer_release(&w);
	html_leaf(&p->html, "div", NULL, desk_words(f->r, MESSAGE_DESK_FIGURES_REDUCTION, args, 3));
}

static enum err write_edition(void *context, const struct edition *edition)
{
	struct figures_page *f = context;
	struct desk_page *p = f->p;
	struct desk_request *r = f->r;
	struct edition_figure *figures;
	size_t count;
	f->editions++;
	TRY(store_edition_figures(f->store, f->campaign.plan.campaign.key, edition->number,
		r->arena, &figures, &count));
	desk_row_begin(p);
	desk_cell_link(p, editions_path(r, f->campaign.plan.campaign.key, edition->number, ""),
		desk_number(r, edition->number));
	desk_cell(p, desk_time(r, edition->made));
	desk_cell_open(p);
	html_text(&p->html, desk_date(r, edition->public_from));
	html_text(&p->html, STR(" "));
	editions_write_state(p, edition);
	desk_cell_close(p);
	desk_cell(p, desk_number(r, edition->as_of));
	desk_cell_open(p);
	for (size_t i = 0; i < count; i++)
		write_figure(f, &figures[i]);
	desk_cell_close(p);
	desk_row_end(p);
	return E_OK;
}

static void write_publish(struct desk_page *p, const struct figures_page *f, uint32_t last)
{
	struct desk_request *r = p->r;
	if (last == 0)
		desk_say(p, "p", NULL, MESSAGE_DESK_FIGURES_NONE);
	html_open_class(&p->html, "p", "actions");
	if (campaign_may_change(r))
		desk_link(p, "button quiet", editions_path(r, f->campaign.plan.campaign.key, 0, ""),
			text(r->lang, last == 0 ? MESSAGE_DESK_EDITION_PUBLISH
						: MESSAGE_DESK_EDITION_CORRECT_LINK));
	desk_link(p, "button quiet", STR("series"), text(r->lang, MESSAGE_DESK_SERIES_TITLE));
	html_close(&p->html, "p");
}

static enum err write_editions(struct figures_page *f)
{
	struct desk_page *p = f->p;
	const struct desk_column columns[] = {
		{NULL, text(p->lang, MESSAGE_DESK_FIGURES_EDITION), false},
		{NULL, text(p->lang, MESSAGE_DESK_FIGURES_MADE), false},
		{NULL, text(p->lang, MESSAGE_DESK_FIGURES_PUBLIC), false},
		{NULL, text(p->lang, MESSAGE_DESK_FIGURES_CHANGE), true},
		{NULL, text(p->lang, MESSAGE_DESK_FIGURES_VERDICTS), false}};
	const struct desk_table table = {.caption = text(p->lang, MESSAGE_DESK_FIGURES_EDITIONS),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0])};
	uint32_t last;
	TRY(store_last_edition(f->store, f->campaign.plan.campaign.key, &last));
	desk_say(p, "h2", NULL, MESSAGE_DESK_FIGURES_EDITIONS);
	write_publish(p, f, last);
	if (last == 0)
		return E_OK;
	desk_table_begin(p, &table);
	enum err err =
		store_each_edition(f->store, f->campaign.plan.campaign.key, write_edition, f);
	desk_table_end(p);
	return err;
}

/* --- the page --- */

static void take_setting(void *context, struct str name, struct str value)
{
	struct figures_page *f = context;
	if (str_equal(name, STR("address")))
		f->address = arena_copy(f->r->arena, value);
}

static void show(struct figures_page *f)
{
	struct desk_page p;
	struct desk_request *r = f->r;
	const struct desk_head head = {.place = DESK_PLACE_CAMPAIGNS,
		.title = text(r->lang, MESSAGE_DESK_FIGURES_TITLE),
		.crumbs = {returns_crumb(r, &f->campaign)},
		.crumb_count = 1,
		.wide = true};
	f->p = &p;
	desk_page_begin(&p, r, &head, NULL);
	campaign_write_links(&p, f->campaign.plan.campaign.key, CAMPAIGN_FIGURES);
	desk_say(&p, "h2", NULL, MESSAGE_DESK_FIGURES_PROVISIONAL);
	desk_say(&p, "p", NULL, MESSAGE_DESK_FIGURES_PROVISIONAL_TEXT);
	enum err err = write_provisional(f);
	if (err == E_NOTFOUND)
		desk_say(&p, "p", NULL, MESSAGE_DESK_FIGURES_NO_PROVISIONAL);
	write_making(f);
	if (err == E_OK || err == E_NOTFOUND)
		err = write_editions(f);
	if (err != E_OK)
		writer_fail(p.html.out, err);
	desk_page_end(&p);
	f->p = NULL;
}

void desk_campaign_figures(struct desk_request *r)
{
	struct figures_page f = {.r = r, .address = STR("")};
	if (!campaign_open(r, &f.campaign))
		return;
	f.store = desk_store(r);
	if (!f.store)
		return;
	if (r->posted) {
		const struct job_order order = {.kind = JOB_PUBLISH,
			.campaign = STR(""),
			.name = STR(""),
			.text = STR(""),
			.input_name = STR(""),
			.lang = r->lang};
		desk_job_start(
			r, &order, campaign_path(r, f.campaign.plan.campaign.key, "/figures"));
		return;
	}
	enum err err = store_each_setting(f.store, take_setting, &f);
	if (err != E_OK)
		desk_failed(r, err);
	else
		show(&f);
}
