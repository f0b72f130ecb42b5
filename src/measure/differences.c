/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/differences.h"

#include "measure/statistics.h"

/* Mean and variance as values come in (B. P. Welford 1962). */
struct running {
	double mean, squares, count;
};

static void running_add(struct running *r, double x)
{
	double before = x - r->mean;
	r->count++;
	r->mean += before / r->count;
	r->squares += before * (x - r->mean);
}

static double running_error(const struct running *r)
{
	return sqrt(r->squares / (r->count - 1) / r->count);
}

static double log_mean(const double *a, size_t from, size_t to)
{
	struct running r = {0};
	for (size_t i = from; i < to; i++)
		if (a[i] > 0)
			running_add(&r, log(a[i]));
	return r.count > 0 ? r.mean : NAN;
}

/* Slope of ln A over the weeks before. */
static double log_slope(const double *a, size_t weeks)
{
	double x = 0, y = 0, xx = 0, xy = 0, n = 0;
	for (size_t i = 0; i < weeks; i++) {
		if (!(a[i] > 0))
			continue;
		double at = (double)i;
		n++;
		x += at;
		y += log(a[i]);
		xx += at * at;
		xy += at * log(a[i]);
	}
	return n >= 3 ? (n * xy - x * y) / (n * xx - x * x) : NAN;
}

struct groups {
	struct running change[2], slope[2]; /* controls, treated */
};

static void add_holder(
	struct groups *g, const double *a, bool treated, size_t weeks, size_t before, size_t after)
{
	double change = log_mean(a, after, weeks) - log_mean(a, 0, before);
	double slope = log_slope(a, before);
	if (isnan(change))
		return;
	running_add(&g->change[treated], change);
	if (!isnan(slope))
		running_add(&g->slope[treated], slope);
}

/* Mean of treated less mean of controls. */
static struct estimate compare(const struct running *group, double *ret_error, double *ret_df)
{
	if (group[0].count < DIFFERENCES_HOLDERS || group[1].count < DIFFERENCES_HOLDERS)
		return ESTIMATE_UNKNOWN;
	double control = running_error(&group[0]);
	double treated = running_error(&group[1]);
	double difference = group[1].mean - group[0].mean;
	*ret_error = hypot(control, treated);
	*ret_df = welch_df(treated, group[1].count - 1, control, group[0].count - 1);
	double half = student_quantile(0.975, *ret_df) * *ret_error;
	return (struct estimate){difference, difference - half, difference + half};
}

struct differences differences_fit(const double *a, const bool *treated, size_t holders,
	size_t weeks, size_t before, size_t after)
{
	struct groups g = {0};
	struct differences d = {ESTIMATE_UNKNOWN, NAN, NAN, NAN, 0, 0, ESTIMATE_UNKNOWN};
	double error;
	double df;
	for (size_t i = 0; i < holders; i++)
		add_holder(&g, a + i * weeks, treated[i], weeks, before, after);
	struct estimate delta = compare(g.change, &d.error, &d.df);
	d.delta = delta.value;
	d.effect = (struct estimate){-expm1(delta.value), -expm1(delta.high), -expm1(delta.low)};
	d.controls = (size_t)g.change[0].count;
	d.treated = (size_t)g.change[1].count;
	d.apart = compare(g.slope, &error, &df);
	return d;
}
