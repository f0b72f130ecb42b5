/* SPDX-License-Identifier: Apache-2.0 */
#include "model/botnet.h"
#include "model/holder.h"
#include "portal/home.h"
#include "report/series_chart.h"

/* --- the card beside the question --- */

size_t series_latest(const struct site_series *s)
{
	size_t day = s->days;
	while (day > 0 && s->v4[day - 1] == SITE_NOT_KNOWN)
		day--;
	return day > 0 ? day - 1 : s->days;
}

static struct str series_day(struct page *p, const struct site_series *s, size_t day)
{
	struct instant first = date_instant(s->first);
	return page_day(p, (struct instant){first.seconds + (int64_t)day * SECONDS_PER_DAY});
}

static void write_fact(struct page *p, enum message label, struct str value)
{
	html_open(&p->html, "div");
	page_say(p, "dt", NULL, label);
	html_leaf(&p->html, "dd", NULL, value);
	html_close(&p->html, "div");
}

static void write_facts(struct page *p)
{
	const struct listing_facts *facts = page_facts(p);
	html_open_class(&p->html, "div", "card facts");
	page_draw(p, DRAWING_SWEEP);
	page_say(p, "h2", NULL, MESSAGE_HOME_FACTS_TITLE);
	if (facts) {
		html_open_class(&p->html, "dl", "rows");
		write_fact(p, MESSAGE_HOME_FACT_BUILT, page_time(p, facts->built));
		write_fact(p, MESSAGE_HOME_FACT_FEEDS,
			page_count(p, MESSAGE_FEEDS_ONE, MESSAGE_FEEDS_MANY, facts->feeds));
		write_fact(
			p, MESSAGE_HOME_FACT_DYNAMIC, page_duration(p, pool_window(POOL_DYNAMIC)));
		write_fact(p, MESSAGE_HOME_FACT_STATIC, page_duration(p, pool_window(POOL_STATIC)));
		html_close(&p->html, "dl");
	} else {
		page_say(p, "p", NULL, MESSAGE_HOME_NO_LISTING);
	}
	html_close(&p->html, "div");
}

static void write_spark(struct page *p, const struct site_series *s)
{
	const struct series_values values = series_values(s, false);
	const struct series_look look = {.lang = p->lang,
		.width = 340,
		.height = 130,
		.title = text(p->lang, MESSAGE_HOME_LIVE_SPARK),
		.id = STR("live")};
	struct chart chart;
	if (sparkline_build(&p->arena, &values, &look, &chart) == E_OK)
		chart_write_svg(&p->html, &chart);
}

/* A figure never stands without its day, its unit and the way it was counted. */
static void write_live(struct page *p, const struct site_series *s, size_t day)
{
	html_open_class(&p->html, "div", "card live");
	page_say(p, "h2", NULL, MESSAGE_HOME_LIVE_TITLE);
	if (s->simulated)
		page_say(p, "strong", "made-up", MESSAGE_SIMULATED_TITLE);
	html_leaf(&p->html, "p", "figure", page_number(p, (uint64_t)s->v4[day]));
	page_say_values(
		p, "p", NULL, MESSAGE_HOME_LIVE_DAY, {STR("day"), series_day(p, s, day), false});
	if (s->v6[day] > 0)
		page_say_values(p, "p", NULL, MESSAGE_HOME_LIVE_V6,
			{STR("count"), page_number(p, (uint64_t)s->v6[day]), false});
	write_spark(p, s);
	html_open_class(&p->html, "p", "more");
	page_link(p, NULL, page_path(PAGE_FIGURES, p->lang), MESSAGE_FIGURES_ALL);
	html_close(&p->html, "p");
	html_close(&p->html, "div");
}

/* NULL: nothing is known yet. */
static const struct site_series *live_series(const struct page *p)
{
	const struct site_series *s = site_series(p->publication->site, STR("top10-daily"));
	return s && series_latest(s) < s->days ? s : NULL;
}

void home_write_card(struct page *p)
{
	const struct site_series *s = live_series(p);
	if (s)
		write_live(p, s, series_latest(s));
	else
		write_facts(p);
}

/* Once, wherever the figures of the page are. */
static void write_way_to_figures(struct page *p)
{
	if (live_series(p))
		return;
	html_open_class(&p->html, "p", "more below-strip");
	page_link(p, NULL, page_path(PAGE_FIGURES, p->lang), MESSAGE_FIGURES_ALL);
	html_close(&p->html, "p");
}

/* --- the strip below --- */

enum campaign_phase campaign_phase(const struct campaign *c, struct date today, uint64_t *ret_days)
{
	int64_t now = date_instant(today).seconds;
	int64_t begins = date_instant(c->begins).seconds;
	int64_t ends = date_instant(c->ends).seconds;
	if (c->key.size == 0)
		return CAMPAIGN_NONE;
	if (now > ends)
		return CAMPAIGN_AFTER;
	*ret_days = (uint64_t)((now < begins ? begins - now : ends - now + SECONDS_PER_DAY) /
			       SECONDS_PER_DAY);
	return now < begins ? CAMPAIGN_BEFORE : CAMPAIGN_DURING;
}

static void write_figure(struct page *p, struct str value, enum message label)
{
	html_open(&p->html, "div");
	page_say(p, "dt", NULL, label);
	html_leaf(&p->html, "dd", NULL, value);
	html_close(&p->html, "div");
}

static void write_counter(struct page *p, uint64_t value, enum message one, enum message many)
{
	write_figure(p, page_number(p, value), value == 1 ? one : many);
}

static void write_days(struct page *p)
{
	const struct campaign *c = &p->publication->site->campaign;
	struct instant now = p->request->now;
	uint64_t days = 0;
	now.seconds += zone_offset(p->context->zone, now);
	switch (campaign_phase(c, instant_date(now), &days)) {
	case CAMPAIGN_NONE:
		break;
	case CAMPAIGN_BEFORE:
		write_counter(p, days, MESSAGE_DAYS_BEFORE_ONE, MESSAGE_DAYS_BEFORE);
		break;
	case CAMPAIGN_DURING:
		write_counter(p, days, MESSAGE_DAYS_LEFT_ONE, MESSAGE_DAYS_LEFT);
		break;
	case CAMPAIGN_AFTER:
		write_figure(p, page_day(p, date_instant(c->ends)), MESSAGE_DAYS_ENDED);
		break;
	}
}

void home_write_strip(struct page *p)
{
	const struct listing_facts *facts = page_facts(p);
	html_open_class(&p->html, "div", "wrap");
	html_open_class(&p->html, "dl", "strip");
	write_days(p);
	/* How many are listed is no public figure: feeds that answer a visitor need not be public.
	 */
	if (facts)
		write_counter(p, facts->feeds, MESSAGE_STRIP_FEEDS_ONE, MESSAGE_STRIP_FEEDS_MANY);
	write_counter(p, family_count(), MESSAGE_FAMILIES_ONE, MESSAGE_FAMILIES_MANY);
	html_close(&p->html, "dl");
	write_way_to_figures(p);
	html_close(&p->html, "div");
}
