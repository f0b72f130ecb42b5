/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/mean.h"

#include "measure/statistics.h"

/* Correlation of neighbours beyond this cannot be told from a walk. */
static const double CORRELATION_MOST = 0.9;

struct residuals {
	double squares, products; /* Σe², Σe_d·e_{d+1} over neighbours that are both known */
	size_t pairs, count;
};

/* Line through (index, day) over the known days. */
static void fit(const double *day, size_t count, double *ret_at_0, double *ret_slope)
{
	double x = 0, y = 0, xx = 0, xy = 0, n = 0;
	for (size_t i = 0; i < count; i++) {
		if (isnan(day[i]))
			continue;
		double at = (double)i;
		n++;
		x += at;
		y += day[i];
		xx += at * at;
		xy += at * day[i];
	}
	double spread = n * xx - x * x;
	*ret_slope = spread > 0 ? (n * xy - x * y) / spread : 0;
	*ret_at_0 = (y - *ret_slope * x) / n;
}

static struct residuals residuals_of(const double *day, size_t count)
{
	struct residuals r = {0};
	double at_0;
	double slope;
	double before = NAN;
	fit(day, count, &at_0, &slope);
	for (size_t i = 0; i < count; i++) {
		double e = day[i] - (at_0 + slope * (double)i);
		if (!isnan(e)) {
			r.squares += e * e;
			r.count++;
		}
		if (!isnan(e) && !isnan(before)) {
			r.products += e * before;
			r.pairs++;
		}
		before = e;
	}
	return r;
}

static double correlation(const struct residuals *r)
{
	if (r->pairs == 0 || !(r->squares > 0))
		return 0;
	double n = (double)r->count;
	double raw = r->products / (double)r->pairs / (r->squares / n);
	return fmin(fmax(raw + (1 + 4 * raw) / n, 0), CORRELATION_MOST);
}

struct mean mean_of_days(const double *day, size_t count)
{
	struct mean m = {NAN, NAN, NAN};
	double sum = 0;
	size_t known = 0;
	for (size_t i = 0; i < count; i++) {
		if (isnan(day[i]))
			continue;
		sum += day[i];
		known++;
	}
	if (known == 0)
		return m;
	m.value = sum / (double)known;
	if (known < MEAN_DAYS)
		return m;
	struct residuals r = residuals_of(day, count);
	double c = correlation(&r);
	double swelling = (1 + c) / (1 - c);
	double df = (double)known - 2;
	m.error = sqrt(r.squares / df * swelling / (double)known);
	m.df = fmax(df / swelling, 1);
	return m;
}

/* NAN where one of the seven is not known. */
static double week_around(const double *day, size_t i)
{
	double sum = 0;
	for (size_t k = i - MEAN_WEEK / 2; k <= i + MEAN_WEEK / 2; k++)
		sum += day[k];
	return sum / MEAN_WEEK;
}

struct weekdays weekdays_of(const double *day, size_t count)
{
	struct weekdays w = {{0}};
	size_t found[MEAN_WEEK] = {0};
	for (size_t i = MEAN_WEEK / 2; i + MEAN_WEEK / 2 < count; i++) {
		double around = week_around(day, i);
		if (!(around > 0))
			continue;
		w.factor[i % MEAN_WEEK] += day[i] / around;
		found[i % MEAN_WEEK]++;
	}
	for (size_t k = 0; k < MEAN_WEEK; k++) {
		w.factor[k] /= (double)found[k];
		if (found[k] < 3 || !(w.factor[k] > 0))
			return (struct weekdays){{1, 1, 1, 1, 1, 1, 1}};
	}
	return w;
}

void mean_free_of_weekdays(
	struct mean *m, double *day, size_t count, const struct weekdays *w, size_t from)
{
	for (size_t i = 0; i < count; i++)
		day[i] /= w->factor[(from + i) % MEAN_WEEK];
	struct mean freed = mean_of_days(day, count);
	m->error = freed.error;
	m->df = freed.df;
}

struct mean mean_scaled(struct mean m, double factor)
{
	return (struct mean){m.value * factor, m.error * fabs(factor), m.df};
}

struct estimate mean_estimate(struct mean m)
{
	if (isnan(m.error))
		return estimate_exact(m.value);
	double half = student_quantile(0.975, m.df) * m.error;
	return (struct estimate){m.value, fmax(m.value - half, 0), m.value + half};
}

struct estimate mean_ratio(struct mean end, struct mean base)
{
	if (!(base.value > 0) || isnan(end.value))
		return ESTIMATE_UNKNOWN;
	double ratio = end.value / base.value;
	if (isnan(end.error) || isnan(base.error) || !(ratio > 0))
		return estimate_exact(ratio);
	double a = end.error / end.value;
	double b = base.error / base.value;
	double half = student_quantile(0.975, welch_df(a, end.df, b, base.df)) * hypot(a, b);
	return (struct estimate){ratio, ratio * exp(-half), ratio * exp(half)};
}

struct estimate mean_reduction(struct mean end, struct mean base)
{
	struct estimate r = mean_ratio(end, base);
	return (struct estimate){1 - r.value, 1 - r.high, 1 - r.low};
}
