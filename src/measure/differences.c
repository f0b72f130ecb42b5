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

static double mean_within(const double *a, size_t from, size_t to)
{
	struct running r = {0};
	for (size_t i = from; i < to; i++)
		if (a[i] > 0)
			running_add(&r, a[i]);
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

/* What all holders of a group had before and after; then how far each is from changing like all. */
struct group {
	double before, after, count;
	double squares; /* Σ (y − R x)²/x, R = Σy/Σx */
	struct running slope;
};

struct holder {
	double before, after;
	bool known;
};

static struct holder holder_of(const double *a, size_t weeks, size_t before, size_t after)
{
	struct holder h = {mean_within(a, 0, before), mean_within(a, after, weeks), false};
	h.known = !isnan(h.before) && !isnan(h.after);
	return h;
}

static void add_holder(struct group *g, const struct holder *h, const double *a, size_t before)
{
	double slope = log_slope(a, before);
	g->before += h->before;
	g->after += h->after;
	g->count++;
	if (!isnan(slope))
		running_add(&g->slope, slope);
}

static void add_distance(struct group *g, const struct holder *h)
{
	double off = h->after - g->after / g->before * h->before;
	g->squares += off * off / h->before;
}

/* A difference with Student's interval. */
static struct estimate spread(double difference, double error, double df)
{
	double half = student_quantile(0.975, df) * error;
	return (struct estimate){difference, difference - half, difference + half};
}

static bool enough(double controls, double treated)
{
	return controls >= DIFFERENCES_HOLDERS && treated >= DIFFERENCES_HOLDERS;
}

/* Of ln R, where variances grow with size: of holders as of hosts. */
static double group_error(const struct group *g)
{
	return sqrt(g->squares / (g->count - 1) / g->before) * g->before / g->after;
}

static void compare_changes(struct differences *d, const struct group *g)
{
	if (!enough(g[0].count, g[1].count))
		return;
	double control = group_error(&g[0]);
	double treated = group_error(&g[1]);
	d->delta = log(g[1].after / g[1].before) - log(g[0].after / g[0].before);
	d->error = hypot(control, treated);
	d->df = welch_df(treated, g[1].count - 1, control, g[0].count - 1);
	struct estimate delta = spread(d->delta, d->error, d->df);
	d->effect = (struct estimate){-expm1(delta.value), -expm1(delta.high), -expm1(delta.low)};
}

static void compare_slopes(
	struct differences *d, const struct running *control, const struct running *treated)
{
	if (!enough(control->count, treated->count))
		return;
	double a = running_error(control);
	double b = running_error(treated);
	d->apart = spread(treated->mean - control->mean, hypot(a, b),
		welch_df(b, treated->count - 1, a, control->count - 1));
}

struct differences differences_fit(const double *a, const bool *treated, size_t holders,
	size_t weeks, size_t before, size_t after)
{
	struct group groups[2] = {0}; /* controls, treated */
	struct differences d = {ESTIMATE_UNKNOWN, NAN, NAN, NAN, 0, 0, ESTIMATE_UNKNOWN};
	for (size_t i = 0; i < holders; i++) {
		struct holder h = holder_of(a + i * weeks, weeks, before, after);
		if (h.known)
			add_holder(&groups[treated[i]], &h, a + i * weeks, before);
	}
	for (size_t i = 0; i < holders; i++) {
		struct holder h = holder_of(a + i * weeks, weeks, before, after);
		if (h.known)
			add_distance(&groups[treated[i]], &h);
	}
	compare_changes(&d, groups);
	compare_slopes(&d, &groups[0].slope, &groups[1].slope);
	d.controls = (size_t)groups[0].count;
	d.treated = (size_t)groups[1].count;
	return d;
}
