/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/growth.h"

#include <math.h>
#include <string.h>

#include "measure/decay.h"

enum {
	PARAMETERS = 4, /* ln K, ln r, t0, γ: the first two stay above 0 that way */
	STEPS = 200,
	SIDE = 4
};

static const double CLOSE = 1e-10; /* relative gain at which a fit has come to rest */
static const double DAMPING_MOST = 1e12;

struct data {
	const double *week, *value; /* value over the largest */
	size_t count;
	double turn; /* T */
};

static double logistic(const double *p, double t)
{
	return exp(p[0]) / (1 + exp(-exp(p[1]) * (t - p[2])));
}

static double curve(const double *p, double turn, double t)
{
	if (t <= turn)
		return logistic(p, t);
	return logistic(p, turn) * exp(-p[3] * (t - turn));
}

/* Derivatives of curve(). Of the decay: those of its height, and of γ. */
static void slopes(const double *p, double turn, double t, double *ret)
{
	double at = fmin(t, turn);
	double f = curve(p, turn, t);
	double r = exp(p[1]);
	double rest = 1 - 1 / (1 + exp(-r * (at - p[2])));
	ret[0] = f;
	ret[1] = f * rest * r * (at - p[2]);
	ret[2] = -f * rest * r;
	ret[3] = t > turn ? -f * (t - turn) : 0;
}

static double squares_of(const struct data *d, const double *p)
{
	double sum = 0;
	for (size_t i = 0; i < d->count; i++) {
		double e = d->value[i] - curve(p, d->turn, d->week[i]);
		sum += e * e;
	}
	return isfinite(sum) ? sum : INFINITY;
}

/* J'J and J'e. */
static void normal_equations(
	const struct data *d, const double *p, double jj[PARAMETERS][PARAMETERS], double *je)
{
	memset(jj, 0, sizeof(double[PARAMETERS][PARAMETERS]));
	memset(je, 0, sizeof(double[PARAMETERS]));
	for (size_t k = 0; k < d->count; k++) {
		double j[PARAMETERS];
		double e = d->value[k] - curve(p, d->turn, d->week[k]);
		slopes(p, d->turn, d->week[k], j);
		for (size_t a = 0; a < PARAMETERS; a++) {
			je[a] += j[a] * e;
			for (size_t b = 0; b < PARAMETERS; b++)
				jj[a][b] += j[a] * j[b];
		}
	}
}

/* Gauss's elimination of (J'J + damping·diag) x = J'e: positive definite, no pivoting. */
static bool damped_step(
	double jj[PARAMETERS][PARAMETERS], const double *je, double damping, double *ret)
{
	double m[PARAMETERS][PARAMETERS + 1];
	for (size_t i = 0; i < PARAMETERS; i++) {
		for (size_t j = 0; j < PARAMETERS; j++)
			m[i][j] = jj[i][j];
		m[i][i] += damping * fmax(jj[i][i], 1e-12);
		m[i][PARAMETERS] = je[i];
	}
	for (size_t i = 0; i < PARAMETERS; i++) {
		if (!(m[i][i] > 1e-300))
			return false;
		for (size_t k = i + 1; k < PARAMETERS; k++) {
			double factor = m[k][i] / m[i][i];
			for (size_t j = i; j <= PARAMETERS; j++)
				m[k][j] -= factor * m[i][j];
		}
	}
	for (size_t i = PARAMETERS; i-- > 0;) {
		ret[i] = m[i][PARAMETERS];
		for (size_t j = i + 1; j < PARAMETERS; j++)
			ret[i] -= m[i][j] * ret[j];
		ret[i] /= m[i][i];
	}
	return true;
}

/* One step that makes the squares smaller, damped until it does; false when none is found. */
static bool improve(const struct data *d, double *p, double *squares, double *damping)
{
	double jj[PARAMETERS][PARAMETERS];
	double je[PARAMETERS];
	normal_equations(d, p, jj, je);
	for (; *damping < DAMPING_MOST; *damping *= 10) {
		double step[PARAMETERS];
		double next[PARAMETERS];
		if (!damped_step(jj, je, *damping, step))
			continue;
		for (size_t i = 0; i < PARAMETERS; i++)
			next[i] = p[i] + step[i];
		double now = squares_of(d, next);
		if (!(now < *squares))
			continue;
		memcpy(p, next, sizeof(next));
		*squares = now;
		*damping = fmax(*damping / 10, 1e-12);
		return true;
	}
	return false;
}

/* Comes to rest where no step helps any more, or helps by next to nothing. */
static bool descend(const struct data *d, double *p, double *ret_squares)
{
	double squares = squares_of(d, p);
	double damping = 1e-3;
	bool rests = false;
	for (int i = 0; i < STEPS && !rests; i++) {
		double before = squares;
		rests = !improve(d, p, &squares, &damping) || before - squares <= CLOSE * before ||
			squares < 1e-24;
	}
	*ret_squares = squares;
	return rests && isfinite(squares);
}

/* K from the largest value, t0 where half of it is reached, r from a rise over the time until T, γ
 * from estimator 5. */
static void start(const struct data *d, const double *a, size_t weeks, double *p)
{
	size_t turn = (size_t)d->turn;
	double half = d->turn / 2;
	struct decay decay = decay_fit(a + turn, weeks - turn);
	for (size_t i = d->count; i-- > 0;)
		if (d->week[i] <= d->turn && d->value[i] >= 0.5)
			half = d->week[i];
	p[0] = 0;
	p[1] = log(4 / fmax(d->turn - half, 1));
	p[2] = half;
	p[3] = estimate_known(decay.gamma) ? decay.gamma.value : 0.01;
}

static size_t known_on_side(const struct data *d, bool after)
{
	size_t count = 0;
	for (size_t i = 0; i < d->count; i++)
		count += (d->week[i] > d->turn) == after;
	return count;
}

static void fit_turn(struct data *d, const double *a, size_t weeks, double top, struct growth *best)
{
	double p[PARAMETERS];
	double squares;
	if (!(d->turn >= 0 && d->turn < (double)weeks))
		return;
	if (known_on_side(d, false) < SIDE || known_on_side(d, true) < SIDE)
		return;
	start(d, a, weeks, p);
	bool converged = descend(d, p, &squares);
	if (!(squares * top * top < best->squares))
		return;
	*best = (struct growth){top * exp(p[0]), exp(p[1]), p[2], p[3], d->turn,
		top * logistic(p, d->turn), squares * top * top, converged};
}

/* Coarsely first, then each week around the best. */
static void try_turns(
	struct data *d, const double *a, size_t weeks, double top, struct growth *best)
{
	size_t stride = weeks / GROWTH_TURNS + 1;
	for (size_t t = 0; t < weeks; t += stride) {
		d->turn = (double)t;
		fit_turn(d, a, weeks, top, best);
	}
	double coarse = best->t;
	for (size_t t = 1; t < stride; t++) {
		d->turn = coarse - (double)t;
		fit_turn(d, a, weeks, top, best);
		d->turn = coarse + (double)t;
		fit_turn(d, a, weeks, top, best);
	}
}

enum err growth_fit(const double *a, size_t weeks, struct arena *arena, struct growth *ret)
{
	double *week = arena_alloc(arena, weeks + 1, sizeof(*week));
	double *value = arena_alloc(arena, weeks + 1, sizeof(*value));
	struct growth best = {NAN, NAN, NAN, NAN, NAN, NAN, INFINITY, false};
	struct data d = {week, value, 0, 0};
	double top = 0;
	if (!week || !value)
		return E_NOMEM;
	for (size_t i = 0; i < weeks; i++) {
		if (isnan(a[i]))
			continue;
		top = fmax(top, a[i]);
		week[d.count] = (double)i;
		value[d.count++] = a[i];
	}
	if (d.count < GROWTH_WEEKS || !(top > 0))
		return E_RANGE;
	for (size_t i = 0; i < d.count; i++)
		value[i] /= top;
	try_turns(&d, a, weeks, top, &best);
	*ret = best;
	return E_OK;
}

double growth_at(const struct growth *g, double week)
{
	if (week <= g->t)
		return g->k / (1 + exp(-g->r * (week - g->t0)));
	return g->h * exp(-g->gamma * (week - g->t));
}
