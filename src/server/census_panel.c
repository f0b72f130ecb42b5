/* SPDX-License-Identifier: Apache-2.0 */
/* The second pass: with the feeds of the panel all that is measured. Sets of one botnet are cut
 * down to the country first, so that every union after that is of less. */
#include <stdlib.h>

#include "model/botnet.h"
#include "server/census_parts.h"

/* The botnets that are asked for by name, then all others, then what is blocklisted. */
enum {
	GROUPS = 2 * PLAN_TOP + 2
};

struct group {
	struct str botnet;
	bool frozen, current;
	bool lasting;                  /* of the ten whose durations are asked */
	struct census_line *line;      /* NULL: of the others */
	struct unit_set *hours[HOURS]; /* of the day at hand */
	struct unit_set *day;          /* first what knows only its day, then all of it */
	struct unit_set *windows[WINDOW__COUNT];
};

/* Whose unions are asked for: groups of both lists, of one, of none. Each is united apart, so that
 * nothing is united twice. */
enum part {
	PART_BOTH,
	PART_FROZEN,
	PART_CURRENT,
	PART_OTHERS,
	PART__COUNT
};

/* The counts of one hour, day or window. */
struct sums {
	uint64_t all[CENSUS__COUNT], frozen[CENSUS__COUNT], current[CENSUS__COUNT];
};

struct panel_pass {
	struct census_work *w;
	struct group groups[GROUPS];
	size_t group_count; /* without the last */
	struct group *others, *blocklisted;
	struct census_line *all, *frozen, *current; /* NULL: nobody asks */
	struct census_pile parts[PART__COUNT];
	struct census_line *holders[CENSUS_HOLDERS];
	struct census_durations *durations; /* NULL: there are no ten */
	bool hours_known;
	size_t day;
	enum census_window window;
};

static bool among(const struct str *names, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(names[i], name))
			return true;
	return false;
}

/* --- which groups and series there are --- */

static enum err add_botnet(struct panel_pass *p, struct str name)
{
	const struct plan *plan = p->w->question->plan;
	for (size_t i = 0; i < p->group_count; i++)
		if (str_equal(p->groups[i].botnet, name))
			return E_OK;
	struct group *g = &p->groups[p->group_count++];
	g->botnet = name;
	g->frozen = among(plan->top, plan->top_count, name);
	g->current = among(p->w->current, p->w->current_count, name);
	g->lasting = plan->top_count > 0 ? g->frozen : g->current;
	g->line = census_line_new(p->w, COUNT_BOTNET, name);
	return g->line ? E_OK : E_NOMEM;
}

static enum err begin(struct panel_pass *p)
{
	struct census_work *w = p->w;
	const struct plan *plan = w->question->plan;
	p->all = census_line_new(w, COUNT_ALL, STR(""));
	if (plan->top_count > 0)
		p->frozen = census_line_new(w, COUNT_TOP_FROZEN, STR(""));
	if (w->current_count > 0)
		p->current = census_line_new(w, COUNT_TOP_CURRENT, STR(""));
	if (!p->all || (plan->top_count > 0 && !p->frozen) || (w->current_count > 0 && !p->current))
		return E_NOMEM;
	for (size_t i = 0; i < plan->top_count; i++)
		TRY(add_botnet(p, plan->top[i]));
	for (size_t i = 0; i < w->current_count; i++)
		TRY(add_botnet(p, w->current[i]));
	if (p->group_count > 0)
		TRY(census_durations_new(w, p->group_count, &p->durations));
	p->others = &p->groups[p->group_count++];
	p->blocklisted = &p->groups[p->group_count];
	for (size_t i = 0; i < w->holder_count; i++) {
		p->holders[i] = census_line_new(w, COUNT_HOLDER, w->holders[i].key);
		if (!p->holders[i])
			return E_NOMEM;
	}
	return E_OK;
}

static void release(struct panel_pass *p)
{
	for (size_t i = 0; i < GROUPS; i++) {
		struct group *g = &p->groups[i];
		for (size_t h = 0; h < HOURS; h++)
			unit_set_free(g->hours[h]);
		unit_set_free(g->day);
		unit_set_free(g->windows[WINDOW_BASE]);
		unit_set_free(g->windows[WINDOW_END]);
	}
	for (int i = 0; i < PART__COUNT; i++)
		census_pile_release(&p->parts[i]);
	census_durations_free(p->durations);
}

/* --- a set comes --- */

/* Only where something is blocklisted is there a series of it. */
static enum err begin_blocklisted(struct panel_pass *p)
{
	struct group *g = p->blocklisted;
	if (!g)
		return E_USAGE;
	if (!g->line)
		g->line = census_line_new(p->w, COUNT_BLOCKLISTED, STR(""));
	return g->line ? E_OK : E_NOMEM;
}

/* NULL: of a feed outside the panel. */
static struct group *group_of(struct panel_pass *p, const struct store_set *set)
{
	bool mapped;
	struct census_work *w = p->w;
	const struct census_feed *feed = census_find_feed(w, set->feed);
	if (set->kind == KIND_BLOCKLISTED)
		return feed ? p->blocklisted : NULL;
	if (!feed || !feed->in_panel)
		return NULL;
	struct str name = names_resolve(w->names, set->name, &mapped);
	struct group *g = p->groups;
	while (g < p->others && !str_equal(g->botnet, name))
		g++;
	return g;
}

static enum err take_set(void *context, const struct store_set *set)
{
	struct panel_pass *p = context;
	struct group *g = group_of(p, set);
	size_t hour = census_hour(set);
	if (!g)
		return E_OK;
	if (g == p->blocklisted)
		TRY(begin_blocklisted(p));
	else if (hour < HOURS)
		p->hours_known = true;
	if (g->line && hour < HOURS)
		g->line->hours_known = true;
	return census_gather(hour < HOURS ? &g->hours[hour] : &g->day, set->units, p->w->country);
}

/* --- an hour, a day, a window is over --- */

/* Takes what is in the set. */
static enum err join(struct panel_pass *p, const struct group *g, struct unit_set *units)
{
	enum part part = PART_OTHERS;
	if (g == p->blocklisted) {
		unit_set_clear(units);
		return E_OK;
	}
	if (g->frozen)
		part = g->current ? PART_BOTH : PART_FROZEN;
	else if (g->current)
		part = PART_CURRENT;
	return census_pile_add(&p->parts[part], units);
}

/* The current ten: the only union that the others are not made from. */
static enum err count_current(const struct panel_pass *p, uint64_t counts[CENSUS__COUNT])
{
	const struct unit_set *both = census_pile_union(&p->parts[PART_BOTH]);
	const struct unit_set *alone = census_pile_union(&p->parts[PART_CURRENT]);
	struct unit_set *united = NULL;
	enum err err = E_OK;
	if (both && alone) {
		err = census_gather(&united, both, NULL);
		if (err == E_OK)
			err = unit_set_unite(united, alone);
	}
	if (err == E_OK)
		census_count(NULL, united ? united : both ? both : alone, counts);
	unit_set_free(united);
	return err;
}

/* All are in the pile of PART_BOTH afterwards. */
static enum err add_up(struct panel_pass *p, struct sums *sums)
{
	struct census_pile *all = &p->parts[PART_BOTH];
	for (int i = 0; i < PART__COUNT; i++)
		TRY(census_pile_unite(&p->parts[i]));
	TRY(count_current(p, sums->current));
	TRY(census_pile_move(all, &p->parts[PART_FROZEN]));
	TRY(census_pile_unite(all));
	census_count(NULL, census_pile_union(all), sums->frozen);
	TRY(census_pile_move(all, &p->parts[PART_CURRENT]));
	TRY(census_pile_move(all, &p->parts[PART_OTHERS]));
	TRY(census_pile_unite(all));
	census_count(NULL, census_pile_union(all), sums->all);
	return E_OK;
}

/* What a holder has of all. */
static void count_holder(const struct panel_pass *p, size_t i, uint64_t counts[CENSUS__COUNT])
{
	census_count(p->w->areas[i], census_pile_union(&p->parts[PART_BOTH]), counts);
}

static enum err close_group_hour(struct panel_pass *p, struct group *g, size_t hour)
{
	uint64_t counts[CENSUS__COUNT];
	struct unit_set *units = g->hours[hour];
	if (!units)
		return E_OK;
	TRY(census_settle(units, p->w->country));
	census_count(NULL, units, counts);
	if (g->line)
		census_put_hour(g->line, p->day, hour, counts);
	if (counts[CENSUS_V4] + counts[CENSUS_V6] > 0)
		TRY(census_gather(&g->day, units, NULL));
	return join(p, g, units);
}

static enum err close_hour(struct panel_pass *p, size_t hour)
{
	struct sums sums;
	uint64_t counts[CENSUS__COUNT];
	for (size_t i = 0; i <= p->group_count; i++)
		TRY(close_group_hour(p, &p->groups[i], hour));
	TRY(add_up(p, &sums));
	census_put_hour(p->all, p->day, hour, sums.all);
	if (p->frozen)
		census_put_hour(p->frozen, p->day, hour, sums.frozen);
	if (p->current)
		census_put_hour(p->current, p->day, hour, sums.current);
	for (size_t i = 0; i < p->w->holder_count; i++) {
		count_holder(p, i, counts);
		census_put_hour(p->holders[i], p->day, hour, counts);
	}
	census_regions_hour(p->w, p->day, hour, census_pile_union(&p->parts[PART_BOTH]), sums.all);
	census_pile_empty(&p->parts[PART_BOTH]);
	return E_OK;
}

static enum err close_group_day(struct panel_pass *p, struct group *g)
{
	uint64_t counts[CENSUS__COUNT];
	if (!g->day)
		return E_OK;
	TRY(census_settle(g->day, p->w->country));
	census_count(NULL, g->day, counts);
	if (g->line)
		census_put_day(g->line, p->day, counts);
	if (g->lasting)
		TRY(census_durations_day(p->durations, p->day, (size_t)(g - p->groups), g->day));
	for (int k = 0; k < WINDOW__COUNT; k++)
		if (census_in_window(p->w, (enum census_window)k, p->day))
			TRY(census_gather(&g->windows[k], g->day, NULL));
	return join(p, g, g->day);
}

static enum err close_day(struct panel_pass *p)
{
	struct sums sums;
	uint64_t counts[CENSUS__COUNT];
	for (size_t hour = 0; hour < HOURS; hour++)
		TRY(close_hour(p, hour));
	for (size_t i = 0; i <= p->group_count; i++)
		TRY(close_group_day(p, &p->groups[i]));
	TRY(add_up(p, &sums));
	census_put_day(p->all, p->day, sums.all);
	if (p->frozen)
		census_put_day(p->frozen, p->day, sums.frozen);
	if (p->current)
		census_put_day(p->current, p->day, sums.current);
	for (size_t i = 0; i < p->w->holder_count; i++) {
		count_holder(p, i, counts);
		census_put_day(p->holders[i], p->day, counts);
	}
	census_regions_day(p->w, p->day, census_pile_union(&p->parts[PART_BOTH]), sums.all);
	census_pile_empty(&p->parts[PART_BOTH]);
	return E_OK;
}

static enum err take_span(void *context, const struct store_set *set)
{
	struct panel_pass *p = context;
	struct group *g = group_of(p, set);
	if (g == p->blocklisted)
		TRY(begin_blocklisted(p));
	return g ? census_gather(&g->windows[p->window], set->units, p->w->country) : E_OK;
}

static enum err add_spans(struct panel_pass *p)
{
	struct store_query query = census_window_query(p->w, p->w->windows[p->window]);
	query.kinds |= 1 << KIND_BLOCKLISTED;
	TRY(store_each_set(p->w->store, &query, take_span, p));
	for (size_t i = 0; i <= p->group_count; i++)
		TRY(census_settle(p->groups[i].windows[p->window], p->w->country));
	return E_OK;
}

static void put_window(
	struct census_line *line, enum census_window window, const uint64_t counts[CENSUS__COUNT])
{
	for (int f = 0; line && f < CENSUS__COUNT; f++)
		line->windows[window][f] = counts[f];
}

static enum err close_window(struct panel_pass *p)
{
	struct sums sums;
	const enum census_window k = p->window;
	TRY(add_spans(p));
	for (size_t i = 0; i <= p->group_count; i++) {
		struct group *g = &p->groups[i];
		if (g->line)
			census_count(NULL, g->windows[k], g->line->windows[k]);
		if (g->windows[k])
			TRY(join(p, g, g->windows[k]));
	}
	TRY(add_up(p, &sums));
	put_window(p->all, k, sums.all);
	put_window(p->frozen, k, sums.frozen);
	put_window(p->current, k, sums.current);
	for (size_t i = 0; i < p->w->holder_count; i++)
		count_holder(p, i, p->holders[i]->windows[k]);
	census_regions_window(p->w, k, census_pile_union(&p->parts[PART_BOTH]), sums.all);
	census_pile_empty(&p->parts[PART_BOTH]);
	return E_OK;
}

/* --- all of it --- */

/* An hour without a sighting is known when the panel knows hours at all. */
static void spread_hours_known(struct panel_pass *p)
{
	for (size_t i = 0; i < p->group_count; i++)
		if (p->groups[i].line)
			p->groups[i].line->hours_known = p->hours_known;
	struct census_line *const sums[] = {p->all, p->frozen, p->current};
	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		if (sums[i])
			sums[i]->hours_known = p->hours_known;
	for (size_t i = 0; i < p->w->holder_count; i++)
		p->holders[i]->hours_known = p->hours_known;
	census_regions_hours_known(p->w, p->hours_known);
}

static enum err count(struct panel_pass *p)
{
	struct census_work *w = p->w;
	TRY(begin(p));
	for (; p->day < w->days; p->day++) {
		struct store_query query = census_day_query(w, p->day);
		query.kinds |= 1 << KIND_BLOCKLISTED;
		TRY(store_each_set(w->store, &query, take_set, p));
		TRY(close_day(p));
		census_step(w);
	}
	for (int k = 0; k < WINDOW__COUNT; k++) {
		p->window = (enum census_window)k;
		if (days_set(w->windows[k]))
			TRY(close_window(p));
	}
	spread_hours_known(p);
	return p->durations ? census_durations_take(w, p->durations) : E_OK;
}

enum err census_count_panel(struct census_work *w)
{
	struct panel_pass *p = calloc(1, sizeof(*p));
	if (!p)
		return E_NOMEM;
	p->w = w;
	enum err err = count(p);
	release(p);
	free(p);
	return err;
}
