/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/survival.h"

#include <stdlib.h>

#include "measure/statistics.h"

#define ROUNDING 1e-12

/* Ended before censored at the same time: the censored were still at risk. */
static int by_length(const void *a, const void *b)
{
	const struct lifetime *x = a;
	const struct lifetime *y = b;
	if (x->length < y->length || x->length > y->length)
		return x->length < y->length ? -1 : 1;
	return y->ended - x->ended;
}

static bool valid(const struct lifetime *lives, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!(lives[i].length >= 0))
			return false;
	return true;
}

static struct estimate bounds(double s, double greenwood)
{
	if (!(s > 0 && s < 1))
		return estimate_exact(s);
	double half = normal_quantile(0.975) * sqrt(greenwood) / fabs(log(s));
	return (struct estimate){s, pow(s, exp(half)), pow(s, exp(-half))};
}

/* First time at which the given bound of S is at or under ½. Exactly one half is often reached, and
 * a product of ratios may then lie above it by its rounding. */
static double crossing(const struct survival *s, double (*bound)(const struct estimate *e))
{
	for (size_t i = 0; i < s->count; i++)
		if (bound(&s->steps[i].surviving) <= 0.5 + ROUNDING)
			return s->steps[i].time;
	return NAN;
}

static double value(const struct estimate *e)
{
	return e->value;
}

static double low(const struct estimate *e)
{
	return isnan(e->low) ? e->value : e->low;
}

static double high(const struct estimate *e)
{
	return isnan(e->high) ? e->value : e->high;
}

static void add_steps(struct survival *s, const struct lifetime *lives, size_t count)
{
	double surviving = 1;
	double greenwood = 0;
	uint64_t at_risk = 0;
	for (size_t i = 0; i < count; i++)
		at_risk += lives[i].count;
	for (size_t i = 0; i < count;) {
		size_t same = i;
		uint64_t ended = 0;
		uint64_t gone = 0;
		for (; same < count && !(lives[same].length > lives[i].length); same++) {
			ended += lives[same].ended ? lives[same].count : 0;
			gone += lives[same].count;
		}
		double risk = (double)at_risk;
		if (ended > 0) {
			double left = risk - (double)ended;
			surviving *= left / risk;
			greenwood += (double)ended / (risk * left);
			s->steps[s->count++] = (struct survival_step){lives[i].length, at_risk,
				ended, bounds(surviving, greenwood),
				surviving > 0 ? surviving * sqrt(greenwood) : NAN};
		}
		at_risk -= gone;
		i = same;
	}
}

enum err survival_fit(
	struct lifetime *lives, size_t count, struct arena *arena, struct survival *ret)
{
	struct survival s = {.count = 0};
	if (!valid(lives, count))
		return E_RANGE;
	s.steps = arena_alloc(arena, count > 0 ? count : 1, sizeof(*s.steps));
	if (!s.steps)
		return E_NOMEM;
	if (count > 0)
		qsort(lives, count, sizeof(*lives), by_length);
	add_steps(&s, lives, count);
	s.median = (struct estimate){crossing(&s, value), crossing(&s, low), crossing(&s, high)};
	*ret = s;
	return E_OK;
}

struct estimate survival_at(const struct survival *s, double time)
{
	struct estimate e = estimate_exact(1);
	for (size_t i = 0; i < s->count && s->steps[i].time <= time; i++)
		e = s->steps[i].surviving;
	return e;
}
