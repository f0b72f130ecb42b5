/* SPDX-License-Identifier: Apache-2.0 */
/* Campaigns as an organisation sees them, and what all below it have declared. */
#include "base/limits.h"
#include "desk/returns.h"
#include "store/plan.h"
#include "store/site_content.h"

enum {
	SHOWN = 50 /* units of a page */
};

static struct str rollup_path(
	struct desk_request *r, struct str campaign, int64_t org, const char *more)
{
	return desk_text(
		r, "campaigns/%.*s/roll-up/%lld%s", STR_ARG(campaign), (long long)org, more);
}

/* --- campaigns --- */

static void write_campaign(void *context, const struct campaign *campaign)
{
	struct desk_page *p = context;
	struct str name = returns_name(campaign->name, p->lang);
	desk_row_begin(p);
	desk_cell_link(p, desk_text(p->r, "campaigns/%.*s", STR_ARG(campaign->key)),
		name.size > 0 ? name : campaign->key);
	desk_cell(p, desk_date(p->r, campaign->begins));
	desk_cell(p, desk_date(p->r, campaign->ends));
	desk_row_end(p);
}

void desk_returns_campaigns(struct desk_request *r)
{
	struct desk_page p;
	struct store *store = desk_store(r);
	const struct desk_head head = {
		.place = DESK_PLACE_CAMPAIGNS, .title = text(r->lang, MESSAGE_DESK_CAMPAIGNS)};
	const struct desk_column columns[] = {
		{NULL, text(r->lang, MESSAGE_DESK_RETURN_CAMPAIGN), false},
		{NULL, text(r->lang, MESSAGE_DESK_CAMPAIGN_BEGINS), false},
		{NULL, text(r->lang, MESSAGE_DESK_CAMPAIGN_ENDS), false}};
	const struct desk_table table = {.caption = head.title,
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.path = STR("campaigns")};
	if (!store)
		return;
	desk_page_begin(&p, r, &head, NULL);
	desk_table_begin(&p, &table);
	enum err err = store_each_campaign(store, write_campaign, &p);
	desk_table_end(&p);
	if (err != E_OK)
		writer_fail(p.html.out, err);
	desk_page_end(&p);
}

/* A reporter has one return to fill in, a coordinator a level to look after. */
void desk_returns_campaign(struct desk_request *r)
{
	struct returns_campaign campaign;
	int64_t org = r->actor->org;
	if (!returns_find_campaign(r, 0, &campaign))
		return;
	struct str key = campaign.plan.campaign.key;
	if (actor_may(r->office, r->actor, ACT_SEE_ROLL_UP, campaign.line, org) == E_OK)
		desk_redirect(r, rollup_path(r, key, org, ""), MESSAGE__COUNT);
	else if (actor_may(r->office, r->actor, ACT_SEE_RETURN, campaign.line, org) == E_OK)
		desk_redirect(r, returns_path(r, key, org, ""), MESSAGE__COUNT);
	else
		desk_not_found(r);
}

/* --- a level --- */

struct level_page {
	struct desk_request *r;
	struct returns_campaign campaign;
	int64_t org; /* 0: everything */
	struct str name;
	struct return_form form;
	int64_t form_version;
	struct level level;
	/* of the list of units */
	enum level_choice choice;
	size_t skip, seen;
	struct desk_page *p;
};

static bool parse_org(struct desk_request *r, int64_t *ret_org)
{
	*ret_org = 0;
	return str_equal(r->part[1], STR("0")) || desk_part_id(r, 1, ret_org);
}

static enum err load_level(struct level_page *l)
{
	struct desk_request *r = l->r;
	struct org org;
	struct str key = l->campaign.plan.campaign.key;
	l->name = l->campaign.name;
	if (l->org > 0) {
		TRY(org_find(r->office, l->org, desk_today(r), r->arena, &org));
		l->name = returns_name(org.name, r->lang);
	}
	TRY(form_load(r->office, key, -1, r->arena, &l->form, &l->form_version));
	return level_read(
		r->office, key, l->org, &l->form, l->form_version, r->now, r->arena, &l->level);
}

static bool begin_level(struct desk_request *r, struct level_page *ret)
{
	*ret = (struct level_page){.r = r};
	if (!parse_org(r, &ret->org)) {
		desk_not_found(r);
		return false;
	}
	if (!returns_find_campaign(r, 0, &ret->campaign) ||
		!desk_may(r, ACT_SEE_ROLL_UP, ret->campaign.line, ret->org))
		return false;
	enum err err = load_level(ret);
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

static struct str of(struct desk_request *r, uint64_t part, uint64_t whole)
{
	return desk_text(
		r, "%.*s / %.*s", STR_ARG(desk_number(r, part)), STR_ARG(desk_number(r, whole)));
}

static void write_completeness(struct desk_page *p, const struct level_page *l)
{
	const struct level_counts *c = &l->level.counts;
	struct desk_request *r = l->r;
	desk_facts_begin(p);
	desk_fact(p, MESSAGE_DESK_ROLLUP_REPORTED, of(r, level_reported(c), c->expected));
	desk_fact(p, MESSAGE_DESK_ROLLUP_LATE, desk_number(r, c->late));
	desk_fact(p, MESSAGE_DESK_ROLLUP_OVERDUE, desk_number(r, c->overdue));
	desk_fact(p, MESSAGE_DESK_ROLLUP_WAITING, desk_number(r, c->submitted));
	desk_fact(p, MESSAGE_DESK_ROLLUP_SENT_BACK, desk_number(r, c->sent_back));
	desk_fact(p, MESSAGE_DESK_ROLLUP_UNOPENED, desk_number(r, c->unopened));
	desk_fact(p, MESSAGE_DESK_ROLLUP_RECEIVED, of(r, c->received, c->expected));
	desk_facts_end(p);
}

static struct str once(struct desk_request *r, const struct level_sum *sum)
{
	if (sum->listed_units == 0)
		return STR("–");
	if (sum->listed_units == sum->units)
		return desk_number(r, sum->distinct);
	return desk_text(r, "%.*s (%.*s)", STR_ARG(desk_number(r, sum->distinct)),
		STR_ARG(of(r, sum->listed_units, sum->units)));
}

static void write_sums(struct desk_page *p, const struct level_page *l)
{
	struct desk_request *r = l->r;
	const struct desk_column columns[] = {
		{NULL, text(r->lang, MESSAGE_RETURNS_COLUMN_LABEL), false},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_SUM), true},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_OF), true},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_ONCE), true}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_ROLLUP_SUMS),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0])};
	desk_say(p, "h2", NULL, MESSAGE_DESK_ROLLUP_SUMS);
	desk_table_begin(p, &table);
	for (size_t i = 0; i < l->form.row_count; i++) {
		const struct level_sum *sum = &l->level.sums[i];
		if (!l->form.rows[i].summed)
			continue;
		desk_row_begin(p);
		desk_cell(p, l->form.rows[i].label[r->lang]);
		desk_cell(p, desk_number(r, sum->sum));
		desk_cell(p, of(r, sum->units, l->level.counts.expected));
		desk_cell(p, once(r, sum));
		desk_row_end(p);
	}
	desk_table_end(p);
	desk_say(p, "p", "hint", MESSAGE_DESK_ROLLUP_OVERLAP);
}

/* --- what lies directly below --- */

enum {
	SUM_COLUMNS = 4 /* of a form with more, the first: the document has all */
};

static void write_child(struct desk_page *p, const struct level_page *l, size_t index)
{
	struct desk_request *r = l->r;
	const struct level_child *c = &l->level.children[index];
	struct str key = l->campaign.plan.campaign.key;
	bool leaf = c->org == l->org || c->counts.expected + c->counts.excused <= 1;
	size_t shown = 0;
	desk_row_begin(p);
	desk_cell_link(p, leaf ? returns_path(r, key, c->org, "") : rollup_path(r, key, c->org, ""),
		returns_name(c->name, r->lang));
	desk_cell(p, of(r, level_reported(&c->counts), c->counts.expected));
	desk_cell(p, desk_number(r, c->counts.overdue));
	for (size_t i = 0; i < l->form.row_count && shown < SUM_COLUMNS; i++) {
		if (!l->form.rows[i].summed)
			continue;
		desk_cell(p, c->sums[i].units > 0 ? desk_number(r, c->sums[i].sum) : STR("–"));
		shown++;
	}
	desk_row_end(p);
}

static void write_children(struct desk_page *p, const struct level_page *l)
{
	struct desk_request *r = l->r;
	struct desk_column columns[3 + SUM_COLUMNS] = {
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_UNIT), false},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_REPORTED), true},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_OVERDUE), true}};
	size_t count = 3;
	for (size_t i = 0; i < l->form.row_count && count < 3 + SUM_COLUMNS; i++)
		if (l->form.rows[i].summed)
			columns[count++] =
				(struct desk_column){NULL, l->form.rows[i].label[r->lang], true};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_ROLLUP_BELOW),
		.columns = columns,
		.column_count = count,
		.path = rollup_path(r, l->campaign.plan.campaign.key, l->org, "")};
	uint64_t page = desk_page_number(r);
	size_t from = page > 0 && page - 1 < l->level.child_count ? (size_t)(page - 1) * SHOWN : 0;
	desk_say(p, "h2", NULL, MESSAGE_DESK_ROLLUP_BELOW);
	desk_table_begin(p, &table);
	for (size_t i = from; i < l->level.child_count && i < from + SHOWN; i++)
		write_child(p, l, i);
	desk_table_end(p);
	desk_pages(p, &table, page, (l->level.child_count + SHOWN - 1) / SHOWN);
}

/* --- who is late, who waits --- */

static enum err write_unit(void *context, const struct level_unit *u)
{
	struct level_page *l = context;
	struct desk_request *r = l->r;
	if (l->seen++ >= SHOWN)
		return E_OK;
	desk_row_begin(l->p);
	desk_cell_link(l->p, returns_path(r, l->campaign.plan.campaign.key, u->org, ""),
		arena_copy(r->arena, returns_name(u->name, r->lang)));
	desk_cell(l->p, arena_copy(r->arena, returns_name(u->superior_name, r->lang)));
	desk_cell_open(l->p);
	desk_tag(l->p, returns_tone(u->head.state, u->timing),
		returns_state_words(u->head.state, r->lang));
	desk_cell_close(l->p);
	desk_cell(
		l->p, u->deadline.kind == DEADLINE_DAY ? desk_date(r, u->deadline.day) : STR("–"));
	desk_row_end(l->p);
	return E_OK;
}

static void write_units(struct desk_page *p, struct level_page *l)
{
	struct desk_request *r = l->r;
	const struct desk_column columns[] = {
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_UNIT), false},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_SUPERIOR), false},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_STATE), false},
		{NULL, text(r->lang, MESSAGE_DESK_RETURN_DEADLINE), false}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_ROLLUP_WHO),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0])};
	struct str key = l->campaign.plan.campaign.key;
	static const struct {
		const char *query;
		enum message words;
	} choices[] = {{"?show=overdue", MESSAGE_DESK_ROLLUP_OVERDUE},
		{"?show=waiting", MESSAGE_DESK_ROLLUP_WAITING},
		{"?show=late", MESSAGE_DESK_ROLLUP_LATE},
		{"?show=sent-back", MESSAGE_DESK_ROLLUP_SENT_BACK},
		{"?show=unopened", MESSAGE_DESK_ROLLUP_UNOPENED}};
	desk_say(p, "h2", NULL, MESSAGE_DESK_ROLLUP_WHO);
	html_open_class(&p->html, "p", "actions");
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		desk_link(p, "button quiet", rollup_path(r, key, l->org, choices[i].query),
			text(r->lang, choices[i].words));
	html_close(&p->html, "p");
	if (!level_choice_parse(desk_argument(r, "show"), &l->choice))
		return;
	l->p = p;
	desk_table_begin(p, &table);
	enum err err =
		level_each_unit(r->office, key, l->org, false, l->choice, r->now, write_unit, l);
	desk_table_end(p);
	if (err != E_OK)
		writer_fail(p->html.out, err);
	desk_say_values(p, "p", "hint", MESSAGE_DESK_ROLLUP_SHOWN,
		{STR("shown"), desk_number(r, l->seen < SHOWN ? l->seen : SHOWN)},
		{STR("all"), desk_number(r, l->seen)});
}

void desk_rollup(struct desk_request *r)
{
	struct level_page l;
	struct desk_page p;
	if (!begin_level(r, &l))
		return;
	struct str key = l.campaign.plan.campaign.key;
	const struct desk_head head = {
		.place = DESK_PLACE_CAMPAIGNS,
		.title = desk_words(r, MESSAGE_DESK_ROLLUP_TITLE,
			(const struct text_arg[]){{STR("unit"), l.name}}, 1),
		.crumbs = {returns_crumb(r, &l.campaign)},
		.crumb_count = 1,
		.wide = true,
	};
	desk_page_begin(&p, r, &head, NULL);
	write_completeness(&p, &l);
	html_open_class(&p.html, "p", "actions");
	desk_link(&p, "button quiet", rollup_path(r, key, l.org, "/document"),
		text(r->lang, MESSAGE_DESK_ROLLUP_DOCUMENT));
	if (r->actor->org > 0 && r->actor->org == l.org)
		desk_link(&p, "button quiet", returns_path(r, key, l.org, ""),
			text(r->lang, MESSAGE_DESK_ROLLUP_OWN));
	html_close(&p.html, "p");
	write_sums(&p, &l);
	write_children(&p, &l);
	write_units(&p, &l);
	desk_page_end(&p);
}

/* A file that needs no other, for A4: whoever opens it can print it. */
void desk_rollup_document(struct desk_request *r)
{
	struct returns_campaign campaign;
	struct official official;
	int64_t org;
	if (!parse_org(r, &org)) {
		desk_not_found(r);
		return;
	}
	if (!returns_find_campaign(r, 0, &campaign) ||
		!desk_may(r, ACT_SEE_ROLL_UP, campaign.line, org))
		return;
	const struct returns_paper paper = {
		&campaign.plan, r->lang, desk_today(r), r->now, r->zone};
	enum err err = returns_paper_level(r->office, &paper, org, r->arena, &official);
	if (err == E_NOTFOUND) {
		desk_not_found(r);
		return;
	}
	if (err != E_OK) {
		desk_failed(r, err);
		return;
	}
	official_write_page(r->answer->body, &official);
	r->answer->save_as = desk_text(
		r, "roll-up-%.*s-%lld.html", STR_ARG(campaign.plan.campaign.key), (long long)org);
}
