/* SPDX-License-Identifier: Apache-2.0 */
/* Campaigns as an organisation sees them, and what all below it have declared. */
#include "desk/rollup.h"
#include "base/limits.h"
#include "desk/campaign.h"
#include "desk/jobs.h"
#include "store/plan.h"
#include "store/site_content.h"

enum {
	SHOWN = 50 /* units of a page */
};

struct str rollup_path(struct desk_request *r, struct str campaign, int64_t org, const char *more)
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
	campaign_write_new(&p);
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
	struct rollup_page at;
	struct level level;
	struct level earlier; /* child_count 0: none */
};

static bool parse_org(struct desk_request *r, int64_t *ret_org)
{
	*ret_org = 0;
	return str_equal(r->part[1], STR("0")) || desk_part_id(r, 1, ret_org);
}

static enum err find_name(struct rollup_page *l)
{
	struct org org;
	struct desk_request *r = l->r;
	l->name = l->campaign.name;
	if (l->org == 0)
		return E_OK;
	TRY(org_find(r->office, l->org, desk_today(r), r->arena, &org));
	l->name = returns_name(org.name, r->lang);
	return E_OK;
}

bool rollup_open(struct desk_request *r, struct rollup_page *ret)
{
	*ret = (struct rollup_page){.r = r};
	if (!parse_org(r, &ret->org)) {
		desk_not_found(r);
		return false;
	}
	if (!returns_find_campaign(r, 0, &ret->campaign) ||
		!desk_may(r, ACT_SEE_ROLL_UP, ret->campaign.line, ret->org))
		return false;
	enum err err = find_name(ret);
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

static struct str title_of(struct rollup_page *l)
{
	return desk_words(l->r, MESSAGE_DESK_ROLLUP_TITLE,
		(const struct text_arg[]){{STR("unit"), l->name}}, 1);
}

void rollup_begin_page(
	struct desk_page *p, struct rollup_page *l, struct str title, bool below, bool wide)
{
	struct desk_request *r = l->r;
	const struct desk_head head = {
		.place = DESK_PLACE_CAMPAIGNS,
		.title = title,
		.crumbs = {returns_crumb(r, &l->campaign),
			{rollup_path(r, l->campaign.plan.campaign.key, l->org, ""), title_of(l)}},
		.crumb_count = below ? 2 : 1,
		.wide = wide,
	};
	desk_page_begin(p, r, &head, NULL);
}

static enum err load_level(struct level_page *l)
{
	struct desk_request *r = l->at.r;
	const struct plan *plan = &l->at.campaign.plan;
	TRY(form_load(
		r->office, plan->campaign.key, -1, r->arena, &l->at.form, &l->at.form_version));
	TRY(level_read(r->office, plan->campaign.key, l->at.org, &l->at.form, l->at.form_version,
		r->now, r->arena, &l->level));
	return returns_level_before(r->office, plan, l->at.org, &l->at.form, l->at.form_version,
		r->now, r->arena, &l->earlier);
}

static bool begin_level(struct desk_request *r, struct level_page *ret)
{
	*ret = (struct level_page){.at = {.r = r}};
	if (!rollup_open(r, &ret->at))
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
	struct desk_request *r = l->at.r;
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
	struct desk_request *r = l->at.r;
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
	for (size_t i = 0; i < l->at.form.row_count; i++) {
		const struct level_sum *sum = &l->level.sums[i];
		if (!l->at.form.rows[i].summed)
			continue;
		desk_row_begin(p);
		desk_cell(p, l->at.form.rows[i].label[r->lang]);
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
	struct desk_request *r = l->at.r;
	const struct level_child *c = &l->level.children[index];
	struct str key = l->at.campaign.plan.campaign.key;
	bool leaf = c->org == l->at.org || c->counts.expected + c->counts.excused <= 1;
	size_t shown = 0;
	desk_row_begin(p);
	desk_cell_link(p, leaf ? returns_path(r, key, c->org, "") : rollup_path(r, key, c->org, ""),
		returns_name(c->name, r->lang));
	desk_cell(p, of(r, level_reported(&c->counts), c->counts.expected));
	desk_cell(p, desk_number(r, c->counts.overdue));
	for (size_t i = 0; i < l->at.form.row_count && shown < SUM_COLUMNS; i++) {
		if (!l->at.form.rows[i].summed)
			continue;
		desk_cell(p, c->sums[i].units > 0 ? desk_number(r, c->sums[i].sum) : STR("–"));
		shown++;
	}
	desk_row_end(p);
}

static void write_children(struct desk_page *p, const struct level_page *l)
{
	struct desk_request *r = l->at.r;
	struct desk_column columns[3 + SUM_COLUMNS] = {
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_UNIT), false},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_REPORTED), true},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_OVERDUE), true}};
	size_t count = 3;
	for (size_t i = 0; i < l->at.form.row_count && count < 3 + SUM_COLUMNS; i++)
		if (l->at.form.rows[i].summed)
			columns[count++] =
				(struct desk_column){NULL, l->at.form.rows[i].label[r->lang], true};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_ROLLUP_BELOW),
		.columns = columns,
		.column_count = count,
		.path = rollup_path(r, l->at.campaign.plan.campaign.key, l->at.org, "")};
	uint64_t page = desk_page_number(r);
	size_t from = page > 0 && page - 1 < l->level.child_count ? (size_t)(page - 1) * SHOWN : 0;
	desk_say(p, "h2", NULL, MESSAGE_DESK_ROLLUP_BELOW);
	desk_table_begin(p, &table);
	for (size_t i = from; i < l->level.child_count && i < from + SHOWN; i++)
		write_child(p, l, i);
	desk_table_end(p);
	desk_pages(p, &table, page, (l->level.child_count + SHOWN - 1) / SHOWN);
}

/* --- then and now --- */

/* "+12", "−3": of sums, which is no change of the result where others declared them. */
static struct str change_of(struct desk_request *r, uint64_t then, uint64_t now)
{
	if (now >= then)
		return desk_text(
			r, "%s%.*s", now > then ? "+" : "", STR_ARG(desk_number(r, now - then)));
	return desk_text(r, "−%.*s", STR_ARG(desk_number(r, then - now)));
}

static void write_comparison(struct desk_page *p, const struct level_page *l)
{
	struct desk_request *r = l->at.r;
	const struct desk_column columns[] = {
		{NULL, text(r->lang, MESSAGE_RETURNS_COLUMN_LABEL), false},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_THEN), true},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_THEN_OF), true},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_NOW), true},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_NOW_OF), true},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_CHANGE), true}};
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_ROLLUP_COMPARED),
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0])};
	if (l->earlier.child_count == 0)
		return;
	desk_say_values(p, "h2", NULL, MESSAGE_DESK_ROLLUP_COMPARED_WITH,
		{STR("campaign"), l->at.campaign.plan.earlier});
	desk_table_begin(p, &table);
	for (size_t i = 0; i < l->at.form.row_count; i++) {
		const struct level_sum *then = &l->earlier.sums[i];
		const struct level_sum *now = &l->level.sums[i];
		if (!l->at.form.rows[i].summed)
			continue;
		bool both = then->units > 0 && now->units > 0;
		desk_row_begin(p);
		desk_cell(p, l->at.form.rows[i].label[r->lang]);
		desk_cell(p, then->units > 0 ? desk_number(r, then->sum) : STR("–"));
		desk_cell(p, of(r, then->units, l->earlier.counts.expected));
		desk_cell(p, now->units > 0 ? desk_number(r, now->sum) : STR("–"));
		desk_cell(p, of(r, now->units, l->level.counts.expected));
		desk_cell(p, both ? change_of(r, then->sum, now->sum) : STR("–"));
		desk_row_end(p);
	}
	desk_table_end(p);
	desk_say(p, "p", "hint", MESSAGE_DESK_ROLLUP_COMPARED_HINT);
}

/* --- the page --- */

static void write_doing(struct desk_page *p, struct level_page *l)
{
	struct desk_request *r = l->at.r;
	struct str key = l->at.campaign.plan.campaign.key;
	bool own = r->actor->org > 0 && r->actor->org == l->at.org;
	bool judge = l->level.counts.submitted > 0 && r->actor->role != ROLE_AUDITOR;
	if (!own && !judge)
		return;
	html_open_class(&p->html, "p", "actions");
	if (judge)
		desk_link(p, "button", rollup_path(r, key, l->at.org, "/accept"),
			text(r->lang, MESSAGE_DESK_ACCEPT_LINK));
	if (own)
		desk_link(p, "button quiet", returns_path(r, key, l->at.org, ""),
			text(r->lang, MESSAGE_DESK_ROLLUP_OWN));
	html_close(&p->html, "p");
}

void desk_rollup(struct desk_request *r)
{
	struct level_page l;
	struct desk_page p;
	if (!begin_level(r, &l))
		return;
	struct str key = l.at.campaign.plan.campaign.key;
	rollup_begin_page(&p, &l.at, title_of(&l.at), false, true);
	campaign_write_links(&p, key, CAMPAIGN_RETURNS);
	write_completeness(&p, &l);
	write_doing(&p, &l);
	write_sums(&p, &l);
	write_comparison(&p, &l);
	/* What is done with a level stands above the table, which may be long. */
	desk_say(&p, "h2", NULL, MESSAGE_DESK_ROLLUP_WHO);
	rollup_write_lists(&p, &l.at, &l.level.counts);
	returns_write_papers(&p, rollup_path(r, key, l.at.org, "/document"));
	write_children(&p, &l);
	desk_page_end(&p);
}

/* The clerk makes files; a page that can be printed is made here. */
static void order_document(struct rollup_page *l)
{
	int64_t id;
	struct desk_request *r = l->r;
	bool xlsx = str_equal(desk_field(r, "do"), STR("xlsx"));
	const struct job_order order = {.kind = xlsx ? JOB_DOCUMENT_XLSX : JOB_DOCUMENT_PDF,
		.campaign = l->campaign.plan.campaign.key,
		.org = l->org,
		.name = STR(""),
		.text = STR(""),
		.input_name = STR(""),
		.lang = r->lang};
	if (!desk_begin(r))
		return;
	enum err err = desk_end(r, job_add(r->office, r->actor, &order, r->now, &id));
	if (err == E_LIMIT)
		desk_redirect(r, rollup_path(r, l->campaign.plan.campaign.key, l->org, ""),
			MESSAGE_DESK_RETURN_TOO_MANY_JOBS);
	else if (err != E_OK)
		desk_failed(r, err);
	else
		desk_job_follow(r, id, desk_text(r, "jobs/%lld/output", (long long)id));
}

void desk_rollup_document(struct desk_request *r)
{
	struct rollup_page l;
	struct returns_paper paper;
	struct official official;
	if (!rollup_open(r, &l))
		return;
	if (r->posted) {
		order_document(&l);
		return;
	}
	if (!returns_find_paper(r, &l.campaign, &paper))
		return;
	enum err err = returns_paper_level(r->office, &paper, l.org, r->arena, &official);
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err != E_OK)
		desk_failed(r, err);
	else
		official_write_page(r->answer->body, &official);
}
