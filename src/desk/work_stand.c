/* SPDX-License-Identifier: Apache-2.0 */
/* How far the returns of a level are, on its first page. */
#include "desk/desk_parts.h"
#include "desk/feeds.h"
#include "desk/returns.h"
#include "desk/rollup.h"
#include "desk/work.h"
#include "store/site_content.h"

enum {
	CAMPAIGNS = 200,
	SHOWN = 3 /* that began last: each counts a whole country */
};

struct campaign_stand {
	struct str key, name;
	struct level_standing standing;
};

struct work_stands {
	struct desk_request *r;
	struct campaign_stand list[CAMPAIGNS]; /* in the order they begin */
	size_t count, open;
	struct campaign_stand *shown[SHOWN];
};

static void take_campaign(void *context, const struct campaign *campaign)
{
	struct work_stands *s = context;
	struct str name = returns_name(campaign->name, s->r->lang);
	if (s->count == CAMPAIGNS)
		return;
	struct campaign_stand *stand = &s->list[s->count++];
	stand->key = arena_copy(s->r->arena, campaign->key);
	stand->name = name.size > 0 ? arena_copy(s->r->arena, name) : stand->key;
}

/* Somebody is to report, and not everything has come and been judged. */
static bool is_open(const struct level_standing *s)
{
	const struct level_counts *c = &s->counts;
	bool asked = s->last.kind == DEADLINE_DAY || c->unopened < c->expected;
	return asked && (c->submitted > 0 || level_reported(c) < c->expected);
}

static enum err count(struct work_stands *s, struct campaign_stand *stand)
{
	struct desk_request *r = s->r;
	enum err err = level_stand(r->office, stand->key, r->actor->org, r->now, &stand->standing);
	/* Not every campaign concerns everybody. */
	if (err == E_NOTFOUND)
		return E_OK;
	/* One's own return has a line of its own. */
	bool level = stand->standing.counts.expected > (r->actor->org > 0 ? 1 : 0);
	if (err == E_OK && level && is_open(&stand->standing))
		s->shown[s->open++] = stand;
	return err;
}

enum err work_stands_load(struct desk_request *r, struct work_stands **ret_stands)
{
	struct store *store = desk_store(r);
	struct work_stands *s = arena_alloc(r->arena, 1, sizeof(*s));
	if (!store || !s)
		return store ? E_NOMEM : E_IO;
	*s = (struct work_stands){.r = r};
	TRY(store_each_campaign(store, take_campaign, s));
	for (size_t i = s->count; i-- > 0 && s->open < SHOWN;)
		TRY(count(s, &s->list[i]));
	*ret_stands = s;
	return E_OK;
}

/* --- written --- */

static void write_bar(struct desk_page *p, const struct campaign_stand *stand)
{
	struct html *h = &p->html;
	struct desk_request *r = p->r;
	const struct level_counts *c = &stand->standing.counts;
	uint64_t reported = level_reported(c);
	double share = c->expected > 0 ? (double)reported / (double)c->expected : 0;
	const struct text_arg args[] = {{STR("reported"), desk_number(r, reported)},
		{STR("expected"), desk_number(r, c->expected)},
		{STR("share"), feeds_percent(r, share, 0)}};
	/* The words beside it say the same. */
	html_open_class(h, "progress", "work-bar");
	html_attribute(h, "aria-hidden", STR("true"));
	html_attribute(h, "value", desk_text(r, "%llu", (unsigned long long)reported));
	html_attribute(h, "max", desk_text(r, "%llu", (unsigned long long)c->expected));
	html_close(h, "progress");
	html_open_class(h, "ul", "work-lines");
	work_line(p, rollup_path(r, stand->key, r->actor->org, ""),
		desk_words(r, MESSAGE_DESK_WORK_REPORTED, args, 3));
}

static void write_count(struct desk_page *p, const struct campaign_stand *stand, uint64_t count,
	const char *list, enum message words)
{
	struct desk_request *r = p->r;
	const struct text_arg args[] = {{STR("count"), desk_number(r, count)}};
	if (count > 0)
		work_line(p, rollup_path(r, stand->key, r->actor->org, list),
			desk_words(r, words, args, 1));
}

static void write_last(struct desk_page *p, const struct campaign_stand *stand)
{
	struct desk_request *r = p->r;
	const struct deadline *last = &stand->standing.last;
	const struct text_arg args[] = {{STR("day"), desk_date(r, last->day)}};
	bool past = last->end.seconds <= r->now.seconds;
	bool above = r->actor->org == 0;
	if (last->kind != DEADLINE_DAY)
		return;
	work_line(p,
		above ? desk_text(r, "campaigns/%.*s/deadlines", STR_ARG(stand->key))
		      : rollup_path(r, stand->key, r->actor->org, "/units"),
		desk_words(r, past ? MESSAGE_DESK_WORK_LAST_WAS : MESSAGE_DESK_WORK_LAST, args, 1));
}

static void write_stand(struct desk_page *p, const struct campaign_stand *stand)
{
	const struct level_standing *s = &stand->standing;
	html_open_class(&p->html, "section", "card work-stand");
	html_open(&p->html, "h3");
	desk_link(p, NULL, desk_text(p->r, "campaigns/%.*s", STR_ARG(stand->key)), stand->name);
	html_close(&p->html, "h3");
	write_bar(p, stand);
	write_count(p, stand, s->counts.overdue, "/units?show=overdue", MESSAGE_DESK_WORK_OVERDUE);
	/* Auditors judge nobody. */
	if (p->r->actor->role != ROLE_AUDITOR)
		write_count(p, stand, s->below_submitted, "/accept", MESSAGE_DESK_WORK_TO_JUDGE);
	write_last(p, stand);
	html_close(&p->html, "ul");
	html_close(&p->html, "section");
}

bool work_stands_write(struct desk_page *p, const struct work_stands *stands)
{
	if (stands->open == 0)
		return false;
	desk_say(p, "h2", NULL, MESSAGE_DESK_WORK_STANDS);
	for (size_t i = 0; i < stands->open; i++)
		write_stand(p, stands->shown[i]);
	return true;
}
