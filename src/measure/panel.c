/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/panel.h"

#include <math.h>
#include <stdlib.h>

/* From the baseline to the last end that lies within the counts. */
struct stretch {
	bool base_known;
	size_t base_from, base_to, end;
};

static struct stretch stretch_of(const struct counts *c, const struct plan *plan)
{
	struct stretch s = {.end = c->days};
	size_t last = 0;
	s.base_known = counts_days(c, plan->baseline, &s.base_from, &s.base_to);
	for (size_t i = 0; i < plan->goal_count; i++) {
		size_t from;
		size_t to;
		if (counts_days(c, plan->goals[i].end, &from, &to) && to > last)
			last = to;
	}
	if (last > 0)
		s.end = last;
	return s;
}

static bool alive_at_ends(const struct counts *c, const struct plan *plan, const struct health *h)
{
	for (size_t i = 0; i < plan->goal_count; i++) {
		size_t from;
		size_t to;
		if (counts_days(c, plan->goals[i].end, &from, &to) &&
			health_share(h, from, to) < PANEL_ALIVE)
			return false;
	}
	return true;
}

static const struct health_step *largest_step(const struct health *h)
{
	const struct health_step *found = NULL;
	for (size_t i = 0; i < h->step_count; i++)
		if (!found || fabs(log(h->steps[i].ratio)) > fabs(log(found->ratio)))
			found = &h->steps[i];
	return found;
}

static bool chosen(const struct plan *plan, struct str feed)
{
	for (size_t i = 0; i < plan->panel_count; i++)
		if (str_equal(plan->panel[i], feed))
			return true;
	return false;
}

static void judge(struct panel_feed *f, const struct counts *c, const struct plan *plan,
	const struct stretch *s)
{
	f->down = (s->base_known &&
			  health_share(&f->health, s->base_from, s->base_to) < PANEL_ALIVE) ||
		  !alive_at_ends(c, plan, &f->health);
	f->step = largest_step(&f->health);
	f->changed = health_step_within(&f->health, s->base_from, s->end) != NULL;
	if (plan->panel_count > 0)
		f->in = chosen(plan, f->health.feed);
	else
		f->in = f->health.reports && !f->down && !f->changed;
}

static void join(struct panel *p, const struct health *h, size_t days, size_t base)
{
	for (size_t d = 0; d < days; d++)
		p->days[d] &= h->days[d];
	for (size_t i = 0; h->hours && i < days * HOURS; i++)
		p->hours[i] &= h->hours[i];
	for (size_t i = 0; i < h->step_count; i++)
		if (h->steps[i].day <= base && h->steps[i].day > p->steady)
			p->steady = h->steps[i].day;
}

static void join_members(struct panel *p, const struct counts *c, size_t base)
{
	bool knows_hours = false;
	for (size_t i = 0; i < p->count; i++) {
		if (!p->feeds[i].in)
			continue;
		knows_hours |= p->feeds[i].health.hours != NULL;
		for (size_t d = 0; p->members == 0 && d < c->days; d++)
			p->days[d] = 1;
		for (size_t k = 0; p->members == 0 && k < c->days * HOURS; k++)
			p->hours[k] = 1;
		join(p, &p->feeds[i].health, c->days, base);
		p->members++;
	}
	if (!knows_hours)
		p->hours = NULL;
}

static int by_name(const void *a, const void *b)
{
	const struct panel_feed *x = a;
	const struct panel_feed *y = b;
	return str_compare(x->health.feed, y->health.feed);
}

/* Names of the feeds, each once. */
static void list_feeds(struct panel *p, const struct counts *c)
{
	for (size_t i = 0; i < c->series_count; i++) {
		const struct count_series *s = &c->series[i];
		if (s->scope == COUNT_FEED_INSIDE || s->scope == COUNT_FEED_OUTSIDE)
			p->feeds[p->count++].health.feed = s->key;
	}
	if (p->count > 0)
		qsort(p->feeds, p->count, sizeof(*p->feeds), by_name);
	size_t kept = 0;
	for (size_t i = 0; i < p->count; i++)
		if (kept == 0 ||
			!str_equal(p->feeds[kept - 1].health.feed, p->feeds[i].health.feed))
			p->feeds[kept++] = p->feeds[i];
	p->count = kept;
}

enum err panel_choose(
	const struct counts *c, const struct plan *plan, struct arena *arena, struct panel *ret)
{
	struct panel p = {0};
	struct stretch s = stretch_of(c, plan);
	p.feeds = arena_alloc(arena, c->series_count + 1, sizeof(*p.feeds));
	p.hours = arena_alloc(arena, c->days + 1, HOURS);
	p.days = arena_alloc(arena, c->days + 1, 1);
	if (!p.feeds || !p.hours || !p.days)
		return E_NOMEM;
	list_feeds(&p, c);
	for (size_t i = 0; i < p.count; i++) {
		struct panel_feed *f = &p.feeds[i];
		TRY(health_judge(c, f->health.feed, arena, &f->health));
		judge(f, c, plan, &s);
	}
	join_members(&p, c, s.base_from);
	*ret = p;
	return E_OK;
}

const struct panel_feed *panel_find(const struct panel *p, struct str feed)
{
	for (size_t i = 0; i < p->count; i++)
		if (str_equal(p->feeds[i].health.feed, feed))
			return &p->feeds[i];
	return NULL;
}
