/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/machines.h"

#include <stdlib.h>

#include "base/dice.h"
#include "measure/statistics.h"

enum {
	DRAWS = 2000
};

/* Sums of one unit in two windows. */
struct unit {
	struct str key;
	double machines[2], infected[2];
};

struct units {
	struct unit *list;
	size_t count;
};

static int by_key(const void *a, const void *b)
{
	const struct unit *x = a;
	const struct unit *y = b;
	return str_compare(x->key, y->key);
}

/* One entry a report first, then one a unit. A report that says more infected than machines is no
 * report. */
static enum err collect(const struct machine_report *reports, size_t count,
	const struct days windows[2], struct arena *arena, struct units *ret)
{
	struct unit *list = arena_alloc(arena, count > 0 ? count : 1, sizeof(*list));
	size_t units = 0;
	if (!list)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		list[i].key = reports[i].unit;
		for (size_t w = 0; w < 2; w++) {
			if (!days_contain(windows[w], reports[i].week) ||
				reports[i].infected > reports[i].machines)
				continue;
			list[i].machines[w] = (double)reports[i].machines;
			list[i].infected[w] = (double)reports[i].infected;
		}
	}
	if (count > 0)
		qsort(list, count, sizeof(*list), by_key);
	for (size_t i = 0; i < count; i++) {
		if (units == 0 || !str_equal(list[units - 1].key, list[i].key)) {
			list[units++] = list[i];
			continue;
		}
		for (size_t w = 0; w < 2; w++) {
			list[units - 1].machines[w] += list[i].machines[w];
			list[units - 1].infected[w] += list[i].infected[w];
		}
	}
	*ret = (struct units){list, units};
	return E_OK;
}

static void keep_those_in_both(struct units *u)
{
	size_t kept = 0;
	for (size_t i = 0; i < u->count; i++)
		if (u->list[i].machines[0] > 0 && u->list[i].machines[1] > 0)
			u->list[kept++] = u->list[i];
	u->count = kept;
}

static double rate(const struct unit *sum, size_t w)
{
	return sum->infected[w] / sum->machines[w];
}

static double reduction(const struct unit *sum, size_t w)
{
	(void)w;
	return 1 - rate(sum, 1) / rate(sum, 0);
}

static void add(struct unit *sum, const struct unit *u)
{
	for (size_t w = 0; w < 2; w++) {
		sum->machines[w] += u->machines[w];
		sum->infected[w] += u->infected[w];
	}
}

typedef double figure_fn(const struct unit *sum, size_t w);

/* Percentiles of the figure over drawn units, stretched by √(n/(n−1)) about the value: a draw of n
 * units scatters that much too little. */
static struct estimate bootstrap(const struct units *u, figure_fn *figure, size_t w, uint64_t seed)
{
	struct unit all = {0};
	double drawn[DRAWS];
	size_t count = 0;
	struct dice dice = {seed};
	for (size_t i = 0; i < u->count; i++)
		add(&all, &u->list[i]);
	double value = figure(&all, w);
	if (u->count < MACHINES_UNITS || !isfinite(value))
		return estimate_exact(isfinite(value) ? value : NAN);
	for (size_t i = 0; i < DRAWS; i++) {
		struct unit sum = {0};
		for (size_t k = 0; k < u->count; k++)
			add(&sum, &u->list[dice_below(&dice, u->count)]);
		double x = figure(&sum, w);
		if (isfinite(x))
			drawn[count++] = x;
	}
	double stretch = sqrt((double)u->count / ((double)u->count - 1));
	sort_values(drawn, count);
	return (struct estimate){value,
		value + stretch * (quantile_of(drawn, count, 0.025) - value),
		value + stretch * (quantile_of(drawn, count, 0.975) - value)};
}

static struct machines summary(const struct units *u, size_t w, uint64_t seed)
{
	struct machines m = {0};
	for (size_t i = 0; i < u->count; i++) {
		m.units += u->list[i].machines[w] > 0;
		m.machines += (uint64_t)u->list[i].machines[w];
		m.infected += (uint64_t)u->list[i].infected[w];
	}
	m.rate = bootstrap(u, rate, w, seed);
	m.rate.low = fmax(m.rate.low, isnan(m.rate.low) ? NAN : 0);
	m.rate.high = isnan(m.rate.high) ? NAN : fmin(m.rate.high, 1);
	return m;
}

enum err machines_rate(const struct machine_report *reports, size_t count, struct days window,
	uint64_t seed, struct arena *arena, struct machines *ret)
{
	struct units u;
	TRY(collect(reports, count, (const struct days[]){window, window}, arena, &u));
	keep_those_in_both(&u);
	*ret = summary(&u, 0, seed);
	return E_OK;
}

enum err machines_reduction(const struct machine_report *reports, size_t count, struct days base,
	struct days end, uint64_t seed, struct arena *arena, struct machines *ret_base,
	struct machines *ret_end, struct estimate *ret_reduction)
{
	struct units u;
	TRY(collect(reports, count, (const struct days[]){base, end}, arena, &u));
	keep_those_in_both(&u);
	*ret_base = summary(&u, 0, seed);
	*ret_end = summary(&u, 1, seed);
	*ret_reduction = bootstrap(&u, reduction, 0, seed);
	return E_OK;
}
