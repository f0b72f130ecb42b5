/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/health.h"

#include <math.h>

#include "measure/hourly.h"
#include "measure/statistics.h"

enum {
	NEAR_DAYS = 10, /* on either side, for what an hour usually has */
	SIDE = 5,       /* days on either side of a day that may be odd */
	SIDE_LEAST = 3, /* fewer are too few for a step as well */
	BLOCK = 7,      /* days on either side of a step */
	BLOCK_LEAST = 4,
	BRINK = 3, /* days on either side that show whether it came overnight */
	WEEK = 7
};

static const double EXPECTED = 10;
static const double ODD = 0.0953;  /* ln 1.1 */
static const double STEP = 0.0953; /* ln 1.1 */
static const double ERRORS = 5;
static const double ODD_ERRORS = 4; /* on either side of the day */
static const double CLEAR = 3;      /* errors at which outside speaks for itself */
static const double OVERNIGHT = 0.7;

/* Inside and outside, summed: reports of slot s of day d; a slot is an hour or a day. */
struct volume {
	const uint32_t *inside, *outside; /* NULL: none */
	size_t days, slots;
};

static double volume_at(const struct volume *v, size_t day, size_t slot)
{
	size_t i = day * v->slots + slot;
	return (v->inside ? (double)v->inside[i] : 0) + (v->outside ? (double)v->outside[i] : 0);
}

static double volume_of_day(const struct volume *v, size_t day)
{
	double sum = 0;
	for (size_t s = 0; s < v->slots; s++)
		sum += volume_at(v, day, s);
	return sum;
}

/* Mean of the slot over days around that have any report; `busy`: sums of the days. */
static double usual(const struct volume *v, const double *busy, size_t day, size_t slot)
{
	double sum = 0;
	double count = 0;
	size_t from = day > NEAR_DAYS ? day - NEAR_DAYS : 0;
	for (size_t d = from; d < v->days && d <= day + NEAR_DAYS; d++) {
		if (!(busy[d] > 0))
			continue;
		sum += volume_at(v, d, slot);
		count++;
	}
	return count > 0 ? sum / count : INFINITY;
}

/* Marks runs of empty slots in which EXPECTED were to come as dead. */
static void find_dead(const struct volume *v, const double *busy, uint8_t *alive)
{
	size_t count = v->days * v->slots;
	for (size_t i = 0; i < count;) {
		alive[i] = 1;
		if (volume_at(v, i / v->slots, i % v->slots) > 0) {
			i++;
			continue;
		}
		double missed = 0;
		size_t end = i;
		for (; end < count && !(volume_at(v, end / v->slots, end % v->slots) > 0); end++)
			missed += usual(v, busy, end / v->slots, end % v->slots);
		for (; i < end; i++)
			alive[i] = missed < EXPECTED;
	}
}

static const struct count_values *feed_values(
	const struct counts *c, enum count_scope scope, struct str feed, bool nets6)
{
	const struct count_series *s = counts_find(c, scope, feed);
	if (!s)
		return NULL;
	return nets6 ? &s->v6 : &s->v4;
}

static bool any(const uint32_t *x, size_t count)
{
	for (size_t i = 0; x && i < count; i++)
		if (x[i] > 0)
			return true;
	return false;
}

/* IPv4 unless the feed has only the other. */
static void volumes_of(
	const struct counts *c, struct str feed, struct volume *ret_days, struct volume *ret_hours)
{
	for (int nets6 = 0; nets6 < 2; nets6++) {
		const struct count_values *in = feed_values(c, COUNT_FEED_INSIDE, feed, nets6);
		const struct count_values *out = feed_values(c, COUNT_FEED_OUTSIDE, feed, nets6);
		*ret_days =
			(struct volume){in ? in->days : NULL, out ? out->days : NULL, c->days, 1};
		*ret_hours = (struct volume){
			in ? in->hours : NULL, out ? out->hours : NULL, c->days, HOURS};
		if (any(ret_days->inside, c->days) || any(ret_days->outside, c->days))
			return;
	}
}

static void find_ends(struct health *h, const double *busy, size_t days)
{
	for (size_t d = 0; d < days; d++) {
		if (!(busy[d] > 0))
			continue;
		if (!h->reports)
			h->first = d;
		h->last = d;
		h->reports = true;
	}
}

/* A day is whole when enough of its hours are alive. */
static void find_whole_days(struct health *h, size_t days)
{
	for (size_t d = 0; d < days; d++) {
		size_t alive = 0;
		for (size_t s = 0; s < HOURS; s++)
			alive += h->hours[d * HOURS + s];
		h->days[d] = alive >= HEALTH_DAY_HOURS;
	}
}

/* ln of the uniques of whole days, or of the means of their hours, freed of weekdays, one side of
 * the border. */
struct side {
	double *ln;   /* of the k-th whole day */
	double noise; /* standard deviation from day to day; INFINITY: no such side */
};

struct sides {
	struct side inside, outside;
	size_t *day; /* index of the k-th whole day */
	size_t count;
};

static double median_within(const double *x, size_t from, size_t to)
{
	double copy[2 * NEAR_DAYS];
	size_t count = to - from;
	for (size_t i = 0; i < count; i++)
		copy[i] = x[from + i];
	return median_of(copy, count);
}

/* Takes from each weekday the median of its distance from the week around it. */
static void free_of_weekdays(double *ln, const size_t *day, size_t count, double *work)
{
	double of_day[WEEK];
	if (count < 3 * WEEK)
		return;
	for (size_t w = 0; w < WEEK; w++) {
		size_t found = 0;
		for (size_t k = WEEK / 2; k + WEEK / 2 < count; k++)
			if (day[k] % WEEK == w)
				work[found++] =
					ln[k] - median_within(ln, k - WEEK / 2, k + WEEK / 2 + 1);
		of_day[w] = found >= 3 ? median_of(work, found) : 0;
	}
	for (size_t k = 0; k < count; k++)
		ln[k] -= of_day[day[k] % WEEK];
}

static double noise_of(const double *ln, size_t count, double *work)
{
	for (size_t k = 1; k < count; k++)
		work[k - 1] = ln[k] - ln[k - 1];
	return count > 2 ? spread_of(work, count - 1) / sqrt(2) : 0;
}

/* For working in; as many of each as there are days. */
struct work {
	double *values, *other;
};

/* From values of each day; no side when a whole day has none. */
static void measure_side(struct side *side, const struct sides *s, const struct work *w)
{
	for (size_t k = 0; k < s->count; k++) {
		side->ln[k] = log(w->values[s->day[k]] + 0.5);
		if (!isfinite(side->ln[k]))
			return;
	}
	free_of_weekdays(side->ln, s->day, s->count, w->other);
	side->noise = noise_of(side->ln, s->count, w->other);
}

static void measure_uniques(struct side *side, const uint32_t *counts, size_t days,
	const struct sides *s, const struct work *w)
{
	side->noise = INFINITY;
	if (!counts || !any(counts, days))
		return;
	for (size_t d = 0; d < days; d++)
		w->values[d] = counts[d];
	measure_side(side, s, w);
}

/* A mean has the counting error of a single hour: the hours of a day see mostly the same hosts, so
 * 24 of them say little more. */
static void measure_hours(struct side *side, const struct volume *v, const uint32_t *counts,
	const struct sides *s, const uint8_t *alive, const struct work *w)
{
	side->noise = INFINITY;
	if (!counts || !any(counts, v->days * HOURS))
		return;
	hourly_days(counts, alive, v->days, w->values);
	measure_side(side, s, w);
}

/* A change of ln with its standard error. */
struct change {
	double by, error;
};

/* Both sides weighed by precision. */
struct common {
	double by, errors; /* change, and over its standard error */
	bool shared;       /* neither side stayed as it was */
	bool clear;        /* outside shows it alone */
};

static bool stayed(struct change c, double common)
{
	bool still = fabs(c.by) <= fmax(2 * c.error, STEP / 2) || c.by * common < 0;
	return still && fabs(c.by - common) > 2.5 * c.error;
}

static struct common weigh(struct change in, struct change out)
{
	double a = 1 / (in.error * in.error);
	double b = 1 / (out.error * out.error);
	struct common c = {0};
	if (!(a + b > 0))
		return c;
	c.by = ((a > 0 ? a * in.by : 0) + (b > 0 ? b * out.by : 0)) / (a + b);
	c.errors = fabs(c.by) * sqrt(a + b);
	c.clear = b > 0 && fabs(out.by) >= CLEAR * out.error;
	c.shared = !(a > 0 && stayed(in, c.by)) && !(b > 0 && stayed(out, c.by));
	return c;
}

/* Difference of medians of the blocks [from, at) and [at, to). */
static struct change change_at(const struct side *s, size_t from, size_t at, size_t to)
{
	if (isinf(s->noise))
		return (struct change){0, INFINITY};
	double before = median_within(s->ln, from, at);
	double after = median_within(s->ln, at, to);
	double sizes = 1 / (double)(at - from) + 1 / (double)(to - at);
	double scatter = M_PI_2 * sizes * s->noise * s->noise;
	double counting = exp(-before) + exp(-after);
	return (struct change){after - before, sqrt(fmax(scatter, counting))};
}

/* Of a day against what is usual by so many others. */
static struct change oddness(const struct side *s, size_t k, double usually, size_t others)
{
	if (isinf(s->noise))
		return (struct change){0, INFINITY};
	double scatter = (1 + M_PI_2 / (double)others) * s->noise * s->noise;
	double counting = exp(-s->ln[k]) + exp(-usually);
	return (struct change){s->ln[k] - usually, sqrt(fmax(scatter, counting))};
}

static bool is_odd(struct common c, double errors)
{
	return c.shared && c.errors >= errors && fabs(c.by) >= ODD;
}

/* Against the days [from, to). */
static struct common oddness_against(const struct sides *s, size_t k, size_t from, size_t to)
{
	size_t n = to - from;
	return weigh(oddness(&s->inside, k, median_within(s->inside.ln, from, to), n),
		oddness(&s->outside, k, median_within(s->outside.ln, from, to), n));
}

/* Against the same weekday of the two weeks before and after. */
static struct common oddness_of_weekday(const struct sides *s, size_t k, size_t *ret_weeks)
{
	double in[4];
	double out[4];
	size_t n = 0;
	for (size_t i = k > 2 * WEEK ? k - 2 * WEEK : 0; i < s->count && n < 4; i++) {
		size_t apart =
			s->day[i] > s->day[k] ? s->day[i] - s->day[k] : s->day[k] - s->day[i];
		if (apart != WEEK && apart != 2 * WEEK)
			continue;
		in[n] = s->inside.ln[i];
		out[n++] = s->outside.ln[i];
	}
	*ret_weeks = n;
	return weigh(oddness(&s->inside, k, median_of(in, n), n),
		oddness(&s->outside, k, median_of(out, n), n));
}

/* A weekend is no trouble: its like has to be different. */
static bool as_its_weekday(const struct sides *s, size_t k, double by)
{
	size_t weeks;
	struct common c = oddness_of_weekday(s, k, &weeks);
	return weeks > 0 && !(is_odd(c, ODD_ERRORS) && c.by * by > 0);
}

static bool odd_day(const struct sides *s, size_t k)
{
	size_t from = k > SIDE ? k - SIDE : 0;
	size_t to = k + 1 + SIDE < s->count ? k + 1 + SIDE : s->count;
	if (k - from < SIDE_LEAST || to - (k + 1) < SIDE_LEAST)
		return false;
	struct common before = oddness_against(s, k, from, k);
	struct common after = oddness_against(s, k, k + 1, to);
	return is_odd(before, ODD_ERRORS) && is_odd(after, ODD_ERRORS) &&
	       before.by * after.by > 0 && !as_its_weekday(s, k, before.by);
}

/* The first (last) `days` are all odd beside the five that follow (went before), to one side. */
static bool odd_end(const struct sides *s, size_t days, bool last)
{
	size_t first = last ? s->count - days : 0;
	size_t from = last ? first - SIDE : days;
	double by = 0;
	for (size_t k = first; k < first + days; k++) {
		struct common c = oddness_against(s, k, from, from + SIDE);
		if (!is_odd(c, ERRORS) || c.by * by < 0 || as_its_weekday(s, k, c.by))
			return false;
		by = c.by;
	}
	return true;
}

/* Both views have the same days. */
struct views {
	struct sides list[2];
	size_t count;
};

static void drop(struct views *v, size_t k)
{
	size_t last = v->list[0].count - 1;
	for (size_t d = k; d < last; d++)
		v->list[0].day[d] = v->list[0].day[d + 1];
	for (size_t i = 0; i < v->count; i++) {
		struct sides *s = &v->list[i];
		for (size_t d = k; d < last; d++) {
			s->inside.ln[d] = s->inside.ln[d + 1];
			s->outside.ln[d] = s->outside.ln[d + 1];
		}
		s->count--;
	}
}

static void leave_out(struct health *h, size_t day)
{
	h->days[day] = 0;
	for (size_t i = 0; h->hours && i < HOURS; i++)
		h->hours[day * HOURS + i] = 0;
}

/* Marks first, drops afterwards: an odd day must not make its neighbours look even. */
static bool drop_odd_days(struct health *h, struct views *v)
{
	bool found = false;
	size_t count = v->list[0].count;
	for (size_t k = 0; k < count; k++)
		for (size_t i = 0; i < v->count; i++)
			h->odd[v->list[0].day[k]] |= odd_day(&v->list[i], k);
	for (size_t k = count; k-- > 0;) {
		size_t day = v->list[0].day[k];
		if (!h->odd[day])
			continue;
		leave_out(h, day);
		drop(v, k);
		found = true;
	}
	return found;
}

static void measure_noise(struct side *side, size_t count, double *work)
{
	if (!isinf(side->noise))
		side->noise = noise_of(side->ln, count, work);
}

/* Without the oddest days their neighbours are seen for what they are, and so is the noise. */
static void find_odd_days(struct health *h, struct views *v, double *work)
{
	while (drop_odd_days(h, v))
		for (size_t i = 0; i < v->count; i++) {
			measure_noise(&v->list[i].inside, v->list[i].count, work);
			measure_noise(&v->list[i].outside, v->list[i].count, work);
		}
}

static bool step_between(const struct health *h, size_t first, size_t last)
{
	for (size_t i = 0; i < h->step_count; i++)
		if (h->steps[i].day >= first && h->steps[i].day <= last)
			return true;
	return false;
}

/* Whether what happened at the very end was a dip or a step nobody knows yet: too few days for a
 * step are left out. */
static void leave_out_end(struct health *h, const struct sides *s, bool last)
{
	for (size_t days = SIDE_LEAST; days > 0; days--) {
		if (s->count < days + SIDE || !odd_end(s, days, last))
			continue;
		size_t from = last ? s->count - days - SIDE : 0;
		if (step_between(h, s->day[from], s->day[from + days + SIDE - 1]))
			return;
		for (size_t i = 0; i < days; i++) {
			size_t day = s->day[last ? s->count - 1 - i : i];
			h->odd[day] = true;
			leave_out(h, day);
		}
		return;
	}
}

static struct common common_change(const struct sides *s, size_t at, size_t block)
{
	size_t from = at > block ? at - block : 0;
	size_t to = at + block < s->count ? at + block : s->count;
	return weigh(change_at(&s->inside, from, at, to), change_at(&s->outside, from, at, to));
}

/* Medians hardly move with the day of the step: it is where neighbours differ most. */
static size_t sharpen(const struct sides *s, size_t at, double *ret_by)
{
	size_t best = at;
	double most = 0;
	for (size_t k = at > BRINK ? at - BRINK : 1; k <= at + BRINK && k < s->count; k++) {
		double by = common_change(s, k, 1).by;
		if (fabs(by) <= fabs(most))
			continue;
		most = by;
		best = k;
	}
	*ret_by = most;
	return best;
}

/* Most of the change lies within three days, and half of it between two. */
static bool overnight(const struct sides *s, size_t at, double by)
{
	double brink = common_change(s, at, BRINK).by / by;
	double night;
	(void)sharpen(s, at, &night);
	return brink >= OVERNIGHT && night / by >= 0.5;
}

/* How many errors the change before the k-th whole day is worth; 0: no step. */
static double step_at(const struct sides *s, size_t at, double *ret_by)
{
	struct common c = common_change(s, at, BLOCK);
	if (!c.shared || c.errors < ERRORS || fabs(c.by) < STEP)
		return 0;
	if (!c.clear && !overnight(s, at, c.by))
		return 0;
	*ret_by = c.by;
	return c.errors;
}

static bool near_known_step(const struct health *h, const size_t *at, size_t k)
{
	for (size_t i = 0; i < h->step_count; i++) {
		size_t apart = at[i] > k ? at[i] - k : k - at[i];
		if (apart < BLOCK)
			return true;
	}
	return false;
}

/* A step before the k-th whole day of one view. */
struct step {
	const struct sides *view;
	size_t at;
	double errors, by;
};

/* A clearer step of the view takes the place of *best. */
static void look_for_step(
	const struct health *h, const struct sides *view, const size_t *at, struct step *best)
{
	for (size_t k = BLOCK_LEAST; k + BLOCK_LEAST <= view->count; k++) {
		struct step s = {.view = view, .at = k};
		if (near_known_step(h, at, k))
			continue;
		s.errors = step_at(view, k, &s.by);
		if (s.errors > best->errors)
			*best = s;
	}
}

/* The clearest first; what lies within a week of it is its shadow, in the other view as well. Both
 * have the same days. */
static void find_steps(struct health *h, const struct views *v)
{
	size_t at[HEALTH_STEPS] = {0};
	while (h->step_count < HEALTH_STEPS) {
		struct step best = {0};
		double night;
		for (size_t i = 0; i < v->count; i++)
			look_for_step(h, &v->list[i], at, &best);
		if (!best.view)
			return;
		size_t k = sharpen(best.view, best.at, &night);
		at[h->step_count] = k;
		h->steps[h->step_count++] = (struct health_step){best.view->day[k], exp(best.by)};
	}
}

static enum err make_room(struct sides *s, size_t days, struct arena *arena)
{
	s->inside.ln = arena_alloc(arena, days, sizeof(double));
	s->outside.ln = arena_alloc(arena, days, sizeof(double));
	return s->inside.ln && s->outside.ln ? E_OK : E_NOMEM;
}

/* Hours of one side alone say less than the days of both. */
static bool same_sides(const struct sides *a, const struct sides *b)
{
	return isinf(a->inside.noise) == isinf(b->inside.noise) &&
	       isinf(a->outside.noise) == isinf(b->outside.noise);
}

/* The same days seen by their hours. False: the feed knows none, or not on both sides. */
static bool view_hours(const struct health *h, const struct volume *hours, const struct sides *days,
	const struct work *w, struct sides *ret)
{
	if (!h->hours)
		return false;
	ret->day = days->day;
	ret->count = days->count;
	measure_hours(&ret->inside, hours, hours->inside, ret, h->hours, w);
	measure_hours(&ret->outside, hours, hours->outside, ret, h->hours, w);
	return same_sides(ret, days);
}

/* A host that is in contact half of the day is seen on that day by a feed that misses half of it as
 * well. When coverage changes, uniques of a day hardly do, and means of hours do fully: odd days
 * and steps are looked for in both. */
static enum err judge_days(
	struct health *h, const struct volume *v, const struct volume *hours, struct arena *arena)
{
	struct views views = {.list = {{.day = arena_alloc(arena, v->days, sizeof(size_t))}}};
	struct sides *s = &views.list[0];
	struct work w = {arena_alloc(arena, v->days, sizeof(double)),
		arena_alloc(arena, v->days, sizeof(double))};
	if (!s->day || !w.values || !w.other)
		return E_NOMEM;
	TRY(make_room(&views.list[0], v->days, arena));
	TRY(make_room(&views.list[1], v->days, arena));
	for (size_t d = 0; d < v->days; d++)
		if (h->days[d] && d >= h->first && d <= h->last)
			s->day[s->count++] = d;
	measure_uniques(&s->inside, v->inside, v->days, s, &w);
	measure_uniques(&s->outside, v->outside, v->days, s, &w);
	views.count = view_hours(h, hours, s, &w, &views.list[1]) ? 2 : 1;
	find_odd_days(h, &views, w.other);
	find_steps(h, &views);
	for (size_t i = 0; i < views.count; i++) {
		leave_out_end(h, &views.list[i], false);
		leave_out_end(h, &views.list[i], true);
	}
	return E_OK;
}

enum err health_judge(
	const struct counts *c, struct str feed, struct arena *arena, struct health *ret)
{
	struct health h = {.feed = feed};
	struct volume days;
	struct volume hours;
	size_t room = c->days > 0 ? c->days : 1;
	volumes_of(c, feed, &days, &hours);
	double *busy = arena_alloc(arena, room, sizeof(*busy));
	h.days = arena_alloc(arena, room, 1);
	h.odd = arena_alloc(arena, room, sizeof(*h.odd));
	if (!busy || !h.days || !h.odd)
		return E_NOMEM;
	for (size_t d = 0; d < c->days; d++)
		busy[d] = volume_of_day(&days, d);
	find_ends(&h, busy, c->days);
	if (hours.inside || hours.outside) {
		h.hours = arena_alloc(arena, room, HOURS);
		if (!h.hours)
			return E_NOMEM;
		find_dead(&hours, busy, h.hours);
		find_whole_days(&h, c->days);
	} else {
		find_dead(&days, busy, h.days);
	}
	if (h.reports)
		TRY(judge_days(&h, &days, &hours, arena));
	*ret = h;
	return E_OK;
}

double health_share(const struct health *h, size_t from, size_t to)
{
	size_t slots = h->hours ? HOURS : 1;
	const uint8_t *alive = h->hours ? h->hours : h->days;
	double sum = 0;
	for (size_t i = from * slots; i < to * slots; i++)
		sum += alive[i];
	return to > from ? sum / (double)((to - from) * slots) : 0;
}

const struct health_step *health_step_within(const struct health *h, size_t from, size_t to)
{
	const struct health_step *found = NULL;
	for (size_t i = 0; i < h->step_count; i++) {
		const struct health_step *s = &h->steps[i];
		if (s->day > from && s->day < to && (!found || s->day < found->day))
			found = s;
	}
	return found;
}
