/* SPDX-License-Identifier: Apache-2.0 */
/* The first page: what is late, what waits. */
#include "desk/work.h"
#include "desk/desk_parts.h"
#include "desk/jobs.h"
#include "desk/returns.h"
#include "office/rollup.h"
#include "store/site_content.h"

enum {
	SHOWN = 20 /* of each list; the campaign's own page has all */
};

struct work_line {
	int64_t org;
	struct str name, campaign, campaign_name;
	struct date deadline; /* year 0: none */
};

struct work_list {
	struct desk_request *r;
	enum level_choice choice;
	bool direct; /* only units right below */
	struct work_list
		*own; /* NULL, or where their own return goes while it is theirs to hand in */
	struct work_line lines[SHOWN];
	size_t count;
	bool more;
	enum err err;
	struct str campaign, campaign_name; /* that is being looked through */
};

static struct str keep(struct work_list *w, struct str s)
{
	struct str kept = arena_copy(w->r->arena, s);
	if (!kept.data)
		w->err = E_NOMEM;
	return kept.data ? kept : STR("");
}

static enum err add_line(struct work_list *w, const struct level_unit *unit)
{
	bool dated = unit->deadline.kind == DEADLINE_DAY;
	w->more = w->count == SHOWN;
	if (w->more)
		return E_OK;
	w->lines[w->count++] = (struct work_line){.org = unit->org,
		.name = keep(w, returns_name(unit->name, w->r->lang)),
		.campaign = w->campaign,
		.campaign_name = w->campaign_name,
		.deadline = dated ? unit->deadline.day : (struct date){0, 0, 0}};
	return w->err;
}

/* Handed in by them next, and not among the overdue already. */
static bool is_due(const struct level_unit *unit)
{
	enum return_state state = unit->head.state;
	return unit->depth == 0 && unit->timing != TIMING_OVERDUE &&
	       (state == RETURN_NONE || state == RETURN_DRAFT || state == RETURN_SENT_BACK);
}

static enum err take_unit(void *context, const struct level_unit *unit)
{
	struct work_list *w = context;
	if (!w->own)
		return add_line(w, unit);
	if (unit->timing == TIMING_OVERDUE)
		return add_line(w, unit);
	if (!is_due(unit))
		return E_OK;
	w->own->campaign = w->campaign;
	w->own->campaign_name = w->campaign_name;
	return add_line(w->own, unit);
}

static void take_campaign(void *context, const struct campaign *campaign)
{
	struct work_list *w = context;
	struct str name = returns_name(campaign->name, w->r->lang);
	int64_t org = w->r->actor->org;
	/* Nothing is asked of anybody before it begins. */
	if (w->err != E_OK ||
		date_instant(campaign->begins).seconds > date_instant(desk_today(w->r)).seconds)
		return;
	w->campaign = keep(w, campaign->key);
	w->campaign_name = keep(w, name.size > 0 ? name : campaign->key);
	enum err err = level_each_unit(
		w->r->office, w->campaign, org, w->direct, w->choice, w->r->now, take_unit, w);
	/* Not every campaign concerns everybody. */
	if (err != E_OK && err != E_NOTFOUND)
		w->err = err;
}

static bool gather(struct work_list *w)
{
	struct store *store = desk_store(w->r);
	if (!store)
		return false;
	enum err err = store_each_campaign(store, take_campaign, w);
	if (err == E_OK)
		err = w->err;
	if (err != E_OK)
		desk_failed(w->r, err);
	return err == E_OK;
}

/* --- writing --- */

static void write_line(struct desk_page *p, const struct work_line *line)
{
	desk_row_begin(p);
	desk_cell_link(p, returns_path(p->r, line->campaign, line->org, ""), line->name);
	desk_cell_link(
		p, desk_text(p->r, "campaigns/%.*s", STR_ARG(line->campaign)), line->campaign_name);
	desk_cell(p, line->deadline.year > 0 ? desk_date(p->r, line->deadline) : STR("–"));
	desk_row_end(p);
}

static void write_list(struct desk_page *p, const struct work_list *w, enum message title)
{
	const struct desk_column columns[] = {{NULL, text(p->lang, MESSAGE_DESK_WORK_UNIT), false},
		{NULL, text(p->lang, MESSAGE_DESK_WORK_CAMPAIGN), false},
		{NULL, text(p->lang, MESSAGE_DESK_RETURN_DEADLINE), false}};
	const struct desk_table table = {.caption = text(p->lang, title),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.path = STR("")};
	if (w->count == 0)
		return;
	desk_say(p, "h2", NULL, title);
	desk_table_begin(p, &table);
	for (size_t i = 0; i < w->count; i++)
		write_line(p, &w->lines[i]);
	desk_table_end(p);
	if (w->more)
		desk_say(p, "p", "hint", MESSAGE_DESK_WORK_MORE);
}

void work_line(struct desk_page *p, struct str path, struct str words)
{
	html_open(&p->html, "li");
	desk_link(p, NULL, path, words);
	html_close(&p->html, "li");
}

/* What is loaded before the page begins: a failure is answered by itself. */
struct work_page {
	struct work_list own, late, waiting;
	struct work_stands *stands; /* NULL: not for them */
	struct work_watch *watch;
};

static bool load(struct desk_request *r, struct work_page *w)
{
	enum err err = E_OK;
	enum role role = r->actor->role;
	bool oversees = role == ROLE_OPERATOR || role == ROLE_AUDITOR;
	bool leads = role == ROLE_COORDINATOR;
	/* One look at all below finds both. */
	w->late = (struct work_list){.r = r, .choice = LEVEL_ALL, .own = &w->own};
	w->waiting = (struct work_list){.r = r, .choice = LEVEL_WAITING, .direct = true};
	w->own = (struct work_list){.r = r};
	if (((leads || role == ROLE_REPORTER) && !gather(&w->late)) ||
		(leads && !gather(&w->waiting)))
		return false;
	if ((leads || oversees) && !desk_store(r))
		return false;
	if (leads || oversees)
		err = work_stands_load(r, &w->stands);
	if (err == E_OK && oversees)
		err = work_watch_load(r, &w->watch);
	if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

static void write_work(struct desk_page *p, const struct work_page *w)
{
	bool any = w->own.count + w->late.count + w->waiting.count > 0;
	if (w->stands)
		any |= work_stands_write(p, w->stands);
	write_list(p, &w->late, MESSAGE_DESK_WORK_LATE);
	write_list(p, &w->own, MESSAGE_DESK_WORK_OWN);
	write_list(p, &w->waiting, MESSAGE_DESK_WORK_WAITS);
	if (w->watch)
		any |= work_watch_write(p, w->watch);
	any |= desk_jobs_write_work(p);
	if (!any)
		desk_say(p, "p", NULL, MESSAGE_DESK_WORK_NOTHING);
}

void desk_work(struct desk_request *r)
{
	const struct desk_head head = {
		.place = DESK_PLACE_WORK, .title = text(r->lang, MESSAGE_DESK_MENU_WORK)};
	struct work_page *w = arena_alloc(r->arena, 1, sizeof(*w));
	struct desk_page p;
	if (!w) {
		desk_failed(r, E_NOMEM);
		return;
	}
	*w = (struct work_page){.stands = NULL};
	if (!load(r, w))
		return;
	desk_page_begin(&p, r, &head, NULL);
	desk_say_values(&p, "p", "lead", MESSAGE_DESK_WORK_HELLO, {STR("name"), r->actor->name},
		{STR("date"), desk_date(r, desk_today(r))});
	write_work(&p, w);
	desk_page_end(&p);
}
