/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/decline.h"

#include <string.h>

#include "measure/statistics.h"

enum {
	COLUMNS = DECLINE_COLUMNS,
	LEVEL = COLUMNS - 1, /* the last column */
	DAYS_PER_WEEK = 7
};

/* Bounds of the grid: standard deviation of u over that of e. */
static const double RATIO_LOW = 0.01;
static const double RATIO_HIGH = 10;

/* Half of the prior lies below: a walk of 0.35 noises a day. */
static const double PRIOR_SCALE = 0.35;

/* κ. Where those who are infected infect others, nothing pulls a departure back; where new ones
 * come at a rate of their own, it fades as fast as hosts are cleaned. Nobody knows beforehand
 * which. */
static const struct {
	double pull, prior;
} pulls[DECLINE_PULLS] = {{0, 0.5}, {0.005, 0.5 / 3}, {0.015, 0.5 / 3}, {0.045, 0.5 / 3}};

/* One row of the regression on differences: a day, and the known day before it as far as it still
 * counts. */
struct row {
	double z;
	double x[COLUMNS];
	double variance; /* in variances of e */
	double shared;   /* of e that the row before has, too */
};

static void add_weekday(double *x, unsigned weekday, double sign)
{
	if (weekday < DAYS_PER_WEEK - 1) {
		x[1 + weekday] += sign;
		return;
	}
	for (unsigned j = 1; j < LEVEL; j++)
		x[j] -= sign;
}

/* Regressors of ln A on a day, times `sign`. */
static void add_regressors(double *x, size_t day, unsigned weekday, double sign)
{
	x[0] += sign * (double)day / DAYS_PER_WEEK;
	add_weekday(x, (unsigned)((weekday + day) % DAYS_PER_WEEK), sign);
	x[LEVEL] += sign;
}

/* Variance of the sum of `days` u, each of which fades, in variances of u. */
static double gathered(double stay, double days)
{
	return stay < 1 ? (1 - pow(stay, 2 * days)) / (1 - stay * stay) : days;
}

static bool next_known(const double *level, size_t begins, size_t *day)
{
	while (*day < begins && isnan(level[*day]))
		++*day;
	return *day < begins;
}

/* Sums of X'V⁻¹X, X'V⁻¹z, z'V⁻¹z and ln |V|. V is tridiagonal, so its factor is made row by row. */
struct sums {
	double xx[COLUMNS][COLUMNS];
	double xz[COLUMNS];
	double zz;
	double log_v;
	struct row last; /* whitened, not divided by pivot */
	double pivot;
	size_t count;
};

static void add_row(struct sums *s, const struct row *r)
{
	double carry = s->count > 0 ? r->shared / s->pivot : 0;
	struct row w = {.z = r->z + carry * s->last.z};
	for (size_t i = 0; i < COLUMNS; i++)
		w.x[i] = r->x[i] + carry * s->last.x[i];
	s->pivot = r->variance - carry * r->shared;
	for (size_t i = 0; i < COLUMNS; i++) {
		for (size_t j = 0; j <= i; j++)
			s->xx[i][j] += w.x[i] * w.x[j] / s->pivot;
		s->xz[i] += w.x[i] * w.z / s->pivot;
	}
	s->zz += w.z * w.z / s->pivot;
	s->log_v += log(s->pivot);
	s->last = w;
	s->count++;
}

/* What the nodes are fitted to. */
struct past {
	const double *level;
	size_t begins;
	unsigned weekday;
	double mean;          /* of ln A */
	double middle, slope; /* line through ln A: value `mean` at `middle` */
};

/* Fewer hosts scatter more: variances grow as 1/level along a falling trend. Of a rising one they
 * are left alone, on the safe side. */
static double swelling(const struct past *p, size_t day)
{
	return p->slope < 0 ? exp(p->slope * (p->middle - (double)day)) : 1;
}

/* The first known day: how far from the trend it is, is anybody's guess when nothing pulls. */
static void add_first(
	struct sums *s, const struct past *p, const struct decline_node *n, size_t day)
{
	double swells = swelling(p, day);
	struct row r = {.z = log(p->level[day])};
	if (!(n->stay < 1))
		return;
	add_regressors(r.x, day, p->weekday, 1);
	r.variance = swells * (1 + n->ratio / (1 - n->stay * n->stay));
	add_row(s, &r);
}

static void add_rows(struct sums *s, const struct past *p, const struct decline_node *n)
{
	size_t since = 0;
	if (!next_known(p->level, p->begins, &since))
		return;
	add_first(s, p, n, since);
	for (size_t day = since + 1; next_known(p->level, p->begins, &day); since = day++) {
		double gap = (double)(day - since);
		double left = pow(n->stay, gap);
		double before = swelling(p, since);
		double swells = swelling(p, day);
		struct row r = {.z = log(p->level[day]) - left * log(p->level[since]),
			.variance = n->ratio * gathered(n->stay, gap) * (before + swells) / 2 +
				    swells + left * left * before,
			.shared = left * before};
		add_regressors(r.x, day, p->weekday, 1);
		add_regressors(r.x, since, p->weekday, -left);
		add_row(s, &r);
	}
	/* Without a pull the level is not to be told: any will do. */
	if (!(n->stay < 1))
		s->xx[LEVEL][LEVEL] = 1;
}

/* False when a pivot is lost: some weekday was never seen. */
static bool cholesky(double root[COLUMNS][COLUMNS], double xx[COLUMNS][COLUMNS])
{
	for (size_t i = 0; i < COLUMNS; i++) {
		for (size_t j = 0; j <= i; j++) {
			double sum = xx[i][j];
			for (size_t k = 0; k < j; k++)
				sum -= root[i][k] * root[j][k];
			if (i != j)
				root[i][j] = sum / root[j][j];
			else if (sum > 1e-9 * xx[i][i])
				root[i][i] = sqrt(sum);
			else
				return false;
		}
	}
	return true;
}

/* y = root⁻¹ x. */
static void solve_lower(const double (*root)[COLUMNS], const double *x, double *y)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		y[i] = x[i];
		for (size_t k = 0; k < i; k++)
			y[i] -= root[i][k] * y[k];
		y[i] /= root[i][i];
	}
}

static void solve(const double (*root)[COLUMNS], const double *x, double *y)
{
	double half[COLUMNS];
	solve_lower(root, x, half);
	for (size_t i = COLUMNS; i-- > 0;) {
		y[i] = half[i];
		for (size_t k = i + 1; k < COLUMNS; k++)
			y[i] -= root[k][i] * y[k];
		y[i] /= root[i][i];
	}
}

static double dot(const double *a, const double *b)
{
	double sum = 0;
	for (size_t i = 0; i < COLUMNS; i++)
		sum += a[i] * b[i];
	return sum;
}

/* Fits at the node's ratio; weight is the logarithm of the restricted likelihood here. */
static bool fit_node(struct decline_node *n, const struct past *p)
{
	struct sums s = {0};
	add_rows(&s, p, n);
	double df = (double)s.count - (n->stay < 1 ? COLUMNS : COLUMNS - 1);
	if (!(df > 0) || !cholesky(n->root, s.xx))
		return false;
	double log_x = 0;
	solve(n->root, s.xz, n->beta);
	double squares = fmax(s.zz - dot(s.xz, n->beta), 1e-12);
	for (size_t i = 0; i < COLUMNS; i++) {
		log_x += 2 * log(n->root[i][i]);
		n->last_x[i] = s.last.x[i] / s.pivot;
	}
	n->noise = squares / df;
	n->last_residual = (s.last.z - dot(s.last.x, n->beta)) / s.pivot;
	n->last_weight = 1 / s.pivot;
	n->weight = -0.5 * (s.log_v + log_x + df * log(squares));
	return true;
}

/* A half Cauchy prior for the ratio of the standard deviations of u and e, on a logarithmic grid
 * (A. Gelman, Bayesian Analysis 1, 2006). */
static double log_prior(double deviation)
{
	double x = deviation / PRIOR_SCALE;
	return log(deviation) - log1p(x * x);
}

static bool fit_grid(struct decline *d, const struct past *p, double *ret_top)
{
	double step = log(RATIO_HIGH / RATIO_LOW) / (DECLINE_RATIOS - 1);
	*ret_top = -INFINITY;
	for (size_t i = 0; i < DECLINE_NODES; i++) {
		struct decline_node *n = &d->nodes[i];
		double deviation = RATIO_LOW * exp(step * (double)(i % DECLINE_RATIOS));
		n->ratio = deviation * deviation;
		n->stay = 1 - pulls[i / DECLINE_RATIOS].pull;
		if (!fit_node(n, p))
			return false;
		n->weight += log_prior(deviation) + log(pulls[i / DECLINE_RATIOS].prior);
		*ret_top = fmax(*ret_top, n->weight);
	}
	return true;
}

static bool fit_nodes(struct decline *d, const struct past *p)
{
	double top;
	double total = 0;
	if (!fit_grid(d, p, &top))
		return false;
	for (size_t i = 0; i < DECLINE_NODES; i++)
		total += d->nodes[i].weight = exp(d->nodes[i].weight - top);
	for (size_t i = 0; i < DECLINE_NODES; i++)
		d->nodes[i].weight /= total;
	return true;
}

/* Mixture of t over the nodes. */
struct mixture {
	double centre[DECLINE_NODES], error[DECLINE_NODES];
};

static double probability(const struct decline *d, const struct mixture *m, double x)
{
	double sum = 0;
	for (size_t i = 0; i < DECLINE_NODES; i++)
		if (d->nodes[i].weight > 1e-9)
			sum += d->nodes[i].weight *
			       student_probability((x - m->centre[i]) / m->error[i], d->df);
	return sum;
}

static double quantile(const struct decline *d, const struct mixture *m, double p)
{
	double low = INFINITY;
	double high = -INFINITY;
	double t = student_quantile(0.9999, d->df);
	for (size_t i = 0; i < DECLINE_NODES; i++) {
		low = fmin(low, m->centre[i] - t * m->error[i]);
		high = fmax(high, m->centre[i] + t * m->error[i]);
	}
	for (int i = 0; i < 50; i++) {
		double middle = (low + high) / 2;
		if (probability(d, m, middle) < p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

static struct estimate summary(const struct decline *d, const struct mixture *m)
{
	double value = 0;
	for (size_t i = 0; i < DECLINE_NODES; i++)
		value += d->nodes[i].weight * m->centre[i];
	return (struct estimate){value, quantile(d, m, 0.025), quantile(d, m, 0.975)};
}

static struct estimate rate_of(struct decline *d)
{
	static const double first[COLUMNS] = {1};
	struct mixture m;
	for (size_t i = 0; i < DECLINE_NODES; i++) {
		struct decline_node *n = &d->nodes[i];
		double half[COLUMNS];
		solve_lower(n->root, first, half);
		m.centre[i] = -n->beta[0];
		m.error[i] = sqrt(n->noise * dot(half, half));
	}
	return summary(d, &m);
}

static bool enough(const double *level, size_t begins, size_t *ret_known)
{
	size_t first = begins;
	size_t known = 0;
	for (size_t i = 0; i < begins; i++) {
		if (isnan(level[i]))
			continue;
		if (!(level[i] > 0))
			return false;
		if (first == begins)
			first = i;
		known++;
	}
	*ret_known = known;
	return begins - first >= DECLINE_DAYS && known >= DECLINE_KNOWN;
}

static struct past past_of(const double *level, size_t begins, unsigned weekday)
{
	struct past p = {level, begins, weekday, 0, 0, 0};
	double xx = 0, xy = 0, known = 0;
	for (size_t i = 0; i < begins; i++) {
		if (isnan(level[i]))
			continue;
		p.mean += log(level[i]);
		p.middle += (double)i;
		known++;
	}
	p.mean /= known;
	p.middle /= known;
	for (size_t i = 0; i < begins; i++) {
		if (isnan(level[i]))
			continue;
		xx += ((double)i - p.middle) * ((double)i - p.middle);
		xy += ((double)i - p.middle) * (log(level[i]) - p.mean);
	}
	p.slope = xy / xx;
	return p;
}

static size_t last_known(const double *level, size_t begins)
{
	while (isnan(level[begins - 1]))
		begins--;
	return begins - 1;
}

bool decline_fit(const double *level, size_t begins, unsigned weekday, struct decline *ret)
{
	struct decline d = {.weekday = weekday};
	size_t known;
	if (!enough(level, begins, &known))
		return false;
	struct past past = past_of(level, begins, weekday);
	d.df = (double)known - COLUMNS;
	if (!fit_nodes(&d, &past))
		return false;
	d.mean = past.mean;
	d.last_day = last_known(level, begins);
	d.last = log(level[d.last_day]);
	d.last_swelling = swelling(&past, d.last_day);
	d.rate = rate_of(&d);
	*ret = d;
	return true;
}

/* What is left of the last day's departure: `left`. */
static double node_expected(
	const struct decline *d, const struct decline_node *n, const double *x, double left)
{
	return dot(x, n->beta) + left * (d->last - d->last_swelling * n->last_residual);
}

/* Regressors of ln A on a later day less those of the last. */
static double regressors_after(
	const struct decline *d, const struct decline_node *n, size_t day, double *x)
{
	double left = pow(n->stay, (double)day - (double)d->last_day);
	add_regressors(x, day, d->weekday, 1);
	add_regressors(x, d->last_day, d->weekday, -left);
	return left;
}

double decline_expected(const struct decline *d, size_t day)
{
	double sum = 0;
	for (size_t i = 0; i < DECLINE_NODES; i++) {
		const struct decline_node *n = &d->nodes[i];
		double x[COLUMNS] = {0};
		double left = regressors_after(d, n, day, x);
		sum += n->weight * node_expected(d, n, x, left);
	}
	return exp(sum);
}

/* What is to be forecast: the mean of ln A over some later days. */
struct target {
	size_t from, to;
	double actual;
	double count;
};

static bool aim(
	const struct decline *d, const double *level, size_t from, size_t to, struct target *ret)
{
	struct target t = {.from = from, .to = to};
	for (size_t day = from; day < to; day++) {
		if (isnan(level[day]))
			continue;
		if (!(level[day] > 0) || day <= d->last_day)
			return false;
		t.actual += log(level[day]);
		t.count++;
	}
	if (!(t.count > 0))
		return false;
	t.actual /= t.count;
	*ret = t;
	return true;
}

/* The forecast of one node. */
struct forecast {
	double x[COLUMNS];
	double left;  /* of the last day's departure */
	double drift; /* variance of the gathered u, in variances of u */
};

/* The u gathered until a day fade until a later one: with sums of what fades, each pair of days is
 * counted once. */
static struct forecast forecast_of(const struct decline *d, const struct decline_node *n,
	const double *level, const struct target *t)
{
	struct forecast f = {.left = 0};
	double shared = 0; /* covariance of the day with the sum of those before it */
	size_t before = d->last_day;
	for (size_t day = t->from; day < t->to; day++) {
		if (isnan(level[day]))
			continue;
		double own = gathered(n->stay, (double)(day - d->last_day));
		shared *= pow(n->stay, (double)(day - before));
		f.left += regressors_after(d, n, day, f.x) / t->count;
		f.drift += own + 2 * shared;
		shared += own;
		before = day;
	}
	for (size_t i = 0; i < COLUMNS; i++)
		f.x[i] /= t->count;
	f.drift /= t->count * t->count;
	return f;
}

/* Universal kriging: the e of the last day is the one error that past and future share. */
static double departure_error(const struct decline *d, const struct decline_node *n,
	const struct forecast *f, double count, double end)
{
	double shifted[COLUMNS];
	double half[COLUMNS];
	double last = f->left * d->last_swelling;
	for (size_t i = 0; i < COLUMNS; i++)
		shifted[i] = f->x[i] + last * n->last_x[i];
	solve_lower(n->root, shifted, half);
	double variance = n->ratio * f->drift * (d->last_swelling + end) / 2 + end / count +
			  f->left * last - last * last * n->last_weight + dot(half, half);
	return sqrt(n->noise * variance);
}

struct estimate decline_departure(
	const struct decline *d, const double *level, size_t from, size_t to)
{
	struct target t;
	struct mixture m;
	if (!aim(d, level, from, to, &t))
		return ESTIMATE_UNKNOWN;
	double end = fmax(exp(d->mean - t.actual), d->last_swelling);
	for (size_t i = 0; i < DECLINE_NODES; i++) {
		const struct decline_node *n = &d->nodes[i];
		struct forecast f = forecast_of(d, n, level, &t);
		m.centre[i] = t.actual - node_expected(d, n, f.x, f.left);
		m.error[i] = departure_error(d, n, &f, t.count, end);
	}
	return summary(d, &m);
}
