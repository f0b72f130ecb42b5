/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/durations.h"

#include <stdlib.h>

#include "measure/survival.h"
#include "model/unit_set.h"

enum {
	WINDOWS = 2,
	LONGER = DURATIONS_GAP + 1,
	GAPS = LONGER + 1, /* differences from one G to the next: 1 … LONGER */
	NONE = 0           /* no older beginning */
};

static const double PERCENTILE = 0.95;

/* An address that was seen within the last DURATIONS_GAP days. `start` is where its episode began
 * for the smallest G. */
struct running {
	uint32_t address;
	uint16_t start, last;
	uint32_t older; /* index of a beginning; NONE: `start` holds for every G */
};

/* For G ≥ gap the episode began at `start` already. Gaps rise along the list. */
struct beginning {
	uint16_t start, gap;
	uint32_t older;
};

struct botnet {
	struct running *list;  /* by address */
	struct running *spare; /* the list being written */
	size_t count, capacity, spare_capacity;
	struct unit_set *ever; /* all it had */
};

/* Episodes of one group and window. */
struct tally {
	int64_t *ended; /* GAPS × (days + 1): differences over G, by length */
	int64_t *open;  /* the same, by day of beginning */
	int64_t unclear[GAPS];
};

/* Sightings of one group, and the times between them. */
struct times {
	uint64_t seen, begun, distinct;
	uint64_t by_gap[GAPS]; /* 2 … DURATIONS_GAP are counted, 1 and LONGER follow */
};

struct durations {
	struct duration_question question;
	uint16_t *clock;       /* days that count up to each, it included */
	struct tally *tallies; /* groups × WINDOWS */
	struct times *times;   /* of each group */
	unsigned *gaps;        /* G of each group */
	struct botnet *botnets;
	uint32_t *fresh; /* addresses that began today */
	size_t fresh_count, fresh_capacity;
	struct unit_set *fresh_set;   /* for working in */
	struct beginning *beginnings; /* [NONE] is none */
	uint32_t beginning_count, beginning_capacity;
	uint32_t unused; /* beginnings given back, linked by `older` */
};

/* --- from beginning to end --- */

static bool make_tables(struct durations *d)
{
	const struct duration_question *q = &d->question;
	d->clock = calloc(q->days + 1, sizeof(*d->clock));
	d->tallies = calloc(q->groups * WINDOWS + 1, sizeof(*d->tallies));
	d->times = calloc(q->groups + 1, sizeof(*d->times));
	d->gaps = calloc(q->groups + 1, sizeof(*d->gaps));
	d->botnets = calloc(q->botnets + 1, sizeof(*d->botnets));
	d->fresh_set = unit_set_new();
	if (!d->clock || !d->tallies || !d->times || !d->gaps || !d->botnets || !d->fresh_set)
		return false;
	for (size_t i = 0; i < q->groups * WINDOWS; i++) {
		d->tallies[i].ended = calloc(GAPS * (q->days + 1), sizeof(int64_t));
		d->tallies[i].open = calloc(GAPS * (q->days + 1), sizeof(int64_t));
		if (!d->tallies[i].ended || !d->tallies[i].open)
			return false;
	}
	for (size_t i = 0; i < q->botnets; i++) {
		d->botnets[i].ever = unit_set_new();
		if (!d->botnets[i].ever)
			return false;
	}
	return true;
}

struct durations *durations_new(const struct duration_question *q)
{
	struct durations *d = calloc(1, sizeof(*d));
	if (!d)
		return NULL;
	d->question = *q;
	if (q->days > UINT16_MAX || !make_tables(d)) {
		durations_free(d);
		return NULL;
	}
	for (size_t i = 0; i < q->days; i++)
		d->clock[i] = (uint16_t)((i ? d->clock[i - 1] : 0) + (q->lit[i] != 0));
	d->beginning_count = 1;
	return d;
}

void durations_free(struct durations *d)
{
	if (!d)
		return;
	for (size_t i = 0; d->tallies && i < d->question.groups * WINDOWS; i++) {
		free(d->tallies[i].ended);
		free(d->tallies[i].open);
	}
	for (size_t i = 0; d->botnets && i < d->question.botnets; i++) {
		free(d->botnets[i].list);
		free(d->botnets[i].spare);
		unit_set_free(d->botnets[i].ever);
	}
	free(d->clock);
	free(d->tallies);
	free(d->times);
	free(d->gaps);
	free(d->botnets);
	free(d->fresh);
	unit_set_free(d->fresh_set);
	free(d->beginnings);
	free(d);
}

/* --- groups --- */

/* Addresses are asked in ascending order: *at is the stretch of the last one. */
static size_t stretch_of(const struct durations *d, uint32_t address, size_t *at)
{
	const struct duration_stretch *s = d->question.stretches;
	size_t low = *at;
	size_t high = d->question.stretch_count;
	if (low + 1 < high && s[low + 1].first <= address)
		while (high - low > 1) {
			size_t middle = low + (high - low) / 2;
			if (s[middle].first <= address)
				low = middle;
			else
				high = middle;
		}
	*at = low;
	return low;
}

static uint32_t group_of(const struct durations *d, uint32_t address, size_t *at)
{
	return d->question.stretches[stretch_of(d, address, at)].group;
}

/* How many of ascending addresses each group has. */
static void count_groups(const struct durations *d, const uint32_t *addresses, size_t count,
	uint64_t *(*counter)(struct times *t))
{
	const struct duration_question *q = &d->question;
	size_t at = 0;
	for (size_t i = 0; i < count;) {
		size_t s = stretch_of(d, addresses[i], &at);
		size_t low = i;
		size_t high = count;
		while (s + 1 < q->stretch_count && high - low > 1) {
			size_t middle = low + (high - low) / 2;
			if (addresses[middle] < q->stretches[s + 1].first)
				low = middle;
			else
				high = middle;
		}
		*counter(&d->times[q->stretches[s].group]) += high - i;
		i = high;
	}
}

static uint64_t *seen(struct times *t)
{
	return &t->seen;
}

static uint64_t *begun(struct times *t)
{
	return &t->begun;
}

static uint64_t *distinct(struct times *t)
{
	return &t->distinct;
}

/* --- episodes end --- */

static void add(int64_t *by_gap, size_t width, size_t low, size_t high, size_t column)
{
	if (low > high)
		return;
	by_gap[low * width + column]++;
	by_gap[(high + 1) * width + column]--;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* One episode, the same for every G from `low` to `high`: as far as G reaches back to the first
 * day its beginning is not known; as far as it reaches to the end of the data, its end. */
static void put_episode(const struct durations *d, uint32_t group, size_t low, size_t high,
	uint16_t start, uint16_t last)
{
	const struct duration_question *q = &d->question;
	size_t before = d->clock[start];
	size_t after = d->clock[q->days - 1] - d->clock[last];
	for (size_t k = 0; k < WINDOWS; k++) {
		struct tally *t = &d->tallies[group * WINDOWS + k];
		if (start < q->windows[k].from || start >= q->windows[k].to)
			continue;
		size_t known = before > 0 ? least(high, before - 1) : 0;
		add(t->unclear, 1, low > before ? low : before ? before : 1, high, 0);
		add(t->ended, q->days + 1, low, least(known, after), last - start + 1U);
		add(t->open, q->days + 1, low > after ? low : after + 1, known, start);
	}
}

static void give_back(struct durations *d, uint32_t at)
{
	d->beginnings[at].older = d->unused;
	d->unused = at;
}

/* Puts the episodes of every G below `gap`. Returns where that of the others began; r->older is
 * what lies before it. */
static uint16_t put_below(struct durations *d, uint32_t group, struct running *r, size_t gap)
{
	size_t low = 1;
	uint16_t start = r->start;
	while (r->older != NONE && d->beginnings[r->older].gap < gap) {
		struct beginning b = d->beginnings[r->older];
		put_episode(d, group, low, b.gap - 1U, start, r->last);
		give_back(d, r->older);
		low = b.gap;
		start = b.start;
		r->older = b.older;
	}
	put_episode(d, group, low, gap - 1, start, r->last);
	return start;
}

/* --- a day --- */

static enum err take_beginning(struct durations *d, uint32_t *ret_at)
{
	if (d->unused != NONE) {
		*ret_at = d->unused;
		d->unused = d->beginnings[d->unused].older;
		return E_OK;
	}
	if (d->beginning_count >= d->beginning_capacity) {
		uint32_t capacity = d->beginning_capacity ? 2 * d->beginning_capacity : 1024;
		struct beginning *grown =
			reallocarray(d->beginnings, capacity, sizeof(*d->beginnings));
		if (!grown || capacity < d->beginning_capacity)
			return E_NOMEM;
		d->beginnings = grown;
		d->beginning_capacity = capacity;
	}
	*ret_at = d->beginning_count++;
	return E_OK;
}

/* Seen again after `gap` days: for larger G nothing happened. */
static enum err resume(
	struct durations *d, uint32_t group, struct running *r, uint16_t gap, uint16_t day)
{
	uint32_t at;
	uint16_t start = put_below(d, group, r, gap);
	d->times[group].by_gap[gap]++;
	if (r->older == NONE || d->beginnings[r->older].gap > gap) {
		TRY(take_beginning(d, &at));
		d->beginnings[at] = (struct beginning){start, gap, r->older};
		r->older = at;
	}
	r->start = r->last = day;
	return E_OK;
}

static enum err reserve(struct durations *d, struct botnet *b, size_t fresh)
{
	size_t running = b->count + fresh;
	if (running > b->spare_capacity) {
		free(b->spare);
		b->spare_capacity = 0;
		b->spare = reallocarray(NULL, running + running / 8, sizeof(*b->spare));
		if (!b->spare)
			return E_NOMEM;
		b->spare_capacity = running + running / 8;
	}
	if (fresh > d->fresh_capacity) {
		free(d->fresh);
		d->fresh_capacity = 0;
		d->fresh = reallocarray(NULL, fresh, sizeof(*d->fresh));
		if (!d->fresh)
			return E_NOMEM;
		d->fresh_capacity = fresh;
	}
	return E_OK;
}

/* The merge of a botnet's list with the day's addresses. */
struct merge {
	struct durations *d;
	uint16_t day;
	uint16_t recent, kept;      /* last days seen that are no gap, and not too long ago */
	const uint32_t *next, *end; /* addresses not yet taken */
	struct running *out;
	size_t at; /* stretch of the last address whose group was asked */
};

static struct merge merge_on(struct durations *d, size_t day, struct botnet *b)
{
	struct merge m = {.d = d, .day = (uint16_t)day, .recent = (uint16_t)day, .out = b->spare};
	while (m.recent > 0 && d->clock[day] - d->clock[m.recent - 1] <= 1)
		m.recent--;
	for (m.kept = m.recent; m.kept > 0; m.kept--)
		if (d->clock[day] - d->clock[m.kept - 1] > DURATIONS_GAP)
			break;
	return m;
}

static void begin_next(struct merge *m)
{
	*m->out++ = (struct running){*m->next, m->day, m->day, NONE};
	m->d->fresh[m->d->fresh_count++] = *m->next++;
}

/* Not on the day before: it resumes, begins anew, or is over. */
static enum err take_gap(struct merge *m, struct running r, bool is_seen)
{
	struct durations *d = m->d;
	uint32_t group = group_of(d, r.address, &m->at);
	if (r.last >= m->kept) {
		TRY(resume(d, group, &r, (uint16_t)(d->clock[m->day] - d->clock[r.last]), m->day));
		*m->out++ = r;
		return E_OK;
	}
	(void)put_below(d, group, &r, LONGER);
	if (is_seen) {
		m->next--;
		begin_next(m);
	}
	return E_OK;
}

/* Nearly all the time of durations passes here. Whether an address is seen again nobody can
 * foresee: that must not be a branch. And a changed copy of the row would be written in parts and
 * read as a whole, which processors wait for. */
static enum err merge_list(struct merge *m, const struct running *list, size_t count)
{
	const struct running *end = list + count;
	while (list < end && m->next < m->end) {
		const struct running *r = list;
		if (*m->next < r->address) {
			begin_next(m);
			continue;
		}
		unsigned is_seen = *m->next == r->address;
		list++;
		m->next += is_seen;
		if ((is_seen & (r->last < m->recent)) | (r->last < m->kept)) {
			TRY(take_gap(m, *r, is_seen));
			continue;
		}
		m->out->address = r->address;
		m->out->start = r->start;
		m->out->last = is_seen ? m->day : r->last;
		m->out->older = r->older;
		m->out++;
	}
	for (; list < end; list++) {
		if (list->last < m->kept)
			TRY(take_gap(m, *list, false));
		else
			*m->out++ = *list;
	}
	while (m->next < m->end)
		begin_next(m);
	return E_OK;
}

/* A set of their own first: put one by one among those that are there, each would move many. */
static enum err add_ever(struct durations *d, struct botnet *b)
{
	unit_set_clear(d->fresh_set);
	TRY(unit_set_add_v4(d->fresh_set, d->fresh, d->fresh_count));
	return unit_set_gather(b->ever, d->fresh_set);
}

enum err durations_day(
	struct durations *d, size_t day, size_t botnet, const uint32_t *addresses, size_t count)
{
	struct botnet *b = &d->botnets[botnet];
	TRY(reserve(d, b, count));
	d->fresh_count = 0;
	struct merge m = merge_on(d, day, b);
	m.next = addresses;
	m.end = addresses + count;
	TRY(merge_list(&m, b->list, b->count));
	count_groups(d, addresses, count, seen);
	count_groups(d, d->fresh, d->fresh_count, begun);
	TRY(add_ever(d, b));
	struct running *list = b->list;
	size_t capacity = b->capacity;
	b->count = (size_t)(m.out - b->spare);
	b->list = b->spare;
	b->capacity = b->spare_capacity;
	b->spare = list;
	b->spare_capacity = capacity;
	return E_OK;
}

/* --- the end --- */

static void close_botnet(struct durations *d, struct botnet *b)
{
	size_t at = 0;
	for (size_t i = 0; i < b->count; i++) {
		uint32_t group = group_of(d, b->list[i].address, &at);
		(void)put_below(d, group, &b->list[i], LONGER);
	}
	b->count = 0;
}

static enum err count_distinct(struct durations *d, struct unit_set *ever)
{
	uint32_t addresses[4096];
	uint64_t position = 0;
	size_t count;
	TRY(unit_set_settle(ever));
	while ((count = unit_set_read_v4(ever, &position, addresses, 4096)) > 0)
		count_groups(d, addresses, count, distinct);
	unit_set_clear(ever);
	return E_OK;
}

/* Nothing is left to be done twice. */
static enum err close_botnets(struct durations *d)
{
	for (size_t i = 0; i < d->question.botnets; i++) {
		close_botnet(d, &d->botnets[i]);
		TRY(count_distinct(d, d->botnets[i].ever));
	}
	return E_OK;
}

static void add_times(struct times *t, const struct times *other)
{
	t->seen += other->seen;
	t->begun += other->begun;
	t->distinct += other->distinct;
	for (size_t g = 0; g < GAPS; g++)
		t->by_gap[g] += other->by_gap[g];
}

static void add_tally(struct tally *t, const struct tally *other, size_t cells)
{
	for (size_t i = 0; i < cells; i++) {
		t->ended[i] += other->ended[i];
		t->open[i] += other->open[i];
	}
	for (size_t g = 0; g < GAPS; g++)
		t->unclear[g] += other->unclear[g];
}

enum err durations_join(struct durations *d, struct durations *other)
{
	const struct duration_question *q = &d->question;
	TRY(close_botnets(other));
	for (size_t i = 0; i < q->groups; i++)
		add_times(&d->times[i], &other->times[i]);
	for (size_t i = 0; i < q->groups * WINDOWS; i++)
		add_tally(&d->tallies[i], &other->tallies[i], GAPS * (q->days + 1));
	return E_OK;
}

/* What is left of all times between sightings. */
static void add_up_times(struct times *t)
{
	uint64_t known = 0;
	t->by_gap[LONGER] = t->begun - t->distinct;
	for (size_t g = 2; g <= DURATIONS_GAP; g++)
		known += t->by_gap[g];
	t->by_gap[1] = t->seen - t->begun - known;
}

static uint64_t all_times(const struct times *t)
{
	uint64_t sum = 0;
	for (size_t g = 1; g <= LONGER; g++)
		sum += t->by_gap[g];
	return sum;
}

static unsigned percentile_of(const struct times *t)
{
	uint64_t sum = 0;
	double wanted = PERCENTILE * (double)all_times(t);
	for (unsigned g = 1; g < DURATIONS_GAP; g++) {
		sum += t->by_gap[g];
		if ((double)sum >= wanted)
			return g;
	}
	return DURATIONS_GAP;
}

static void choose_gaps(struct durations *d)
{
	struct times all = {0};
	for (size_t i = 0; i < d->question.groups; i++) {
		add_up_times(&d->times[i]);
		for (size_t g = 1; g <= LONGER; g++)
			all.by_gap[g] += d->times[i].by_gap[g];
	}
	for (size_t i = 0; i < d->question.groups; i++) {
		bool enough = all_times(&d->times[i]) >= DURATIONS_TIMES;
		d->gaps[i] = percentile_of(enough ? &d->times[i] : &all);
	}
}

unsigned durations_gap(const struct durations *d, size_t group)
{
	return d->gaps[group];
}

/* Counts for one G out of differences. */
static uint64_t sum_up_to(const int64_t *by_gap, size_t width, size_t gap, size_t column)
{
	int64_t sum = 0;
	for (size_t g = 1; g <= gap; g++)
		sum += by_gap[g * width + column];
	return (uint64_t)sum;
}

/* How long one that began on day `start` was watched: up to the last day that is followed by G
 * days that count. */
static size_t watched(const struct durations *d, size_t start, size_t gap)
{
	size_t end = d->question.days;
	while (end > start && (size_t)(d->clock[d->question.days - 1] - d->clock[end - 1]) < gap)
		end--;
	return end - start;
}

/* Lifetimes by length, ended ones first. */
struct lives {
	uint64_t *ended, *open; /* days + 1 each */
};

static void collect(const struct durations *d, size_t group, size_t window, struct lives *l,
	struct duration_result *r)
{
	const struct tally *t = &d->tallies[group * WINDOWS + window];
	size_t width = d->question.days + 1;
	size_t gap = d->gaps[group];
	for (size_t i = 0; i < width; i++) {
		uint64_t ended = sum_up_to(t->ended, width, gap, i);
		uint64_t open = sum_up_to(t->open, width, gap, i);
		l->ended[i] += ended;
		if (open > 0)
			l->open[watched(d, i, gap)] += open;
		r->episodes += ended + open;
		r->open += open;
	}
	r->unclear += sum_up_to(t->unclear, 1, gap, 0);
}

/* S at a time that nobody was watched for is not known. */
static struct estimate surviving(
	const struct survival *s, const struct lifetime *lives, size_t count, double time)
{
	struct estimate e = survival_at(s, time);
	for (size_t i = 0; i < count; i++)
		if (lives[i].length >= time)
			return e;
	return e.value > 0 ? ESTIMATE_UNKNOWN : e;
}

static enum err fit(
	const struct lives *l, size_t width, struct arena *arena, struct duration_result *r)
{
	struct survival s;
	size_t count = 0;
	struct lifetime *lives = arena_alloc(arena, 2 * width, sizeof(*lives));
	if (!lives)
		return E_NOMEM;
	for (size_t i = 0; i < width; i++) {
		if (l->ended[i] > 0)
			lives[count++] = (struct lifetime){(double)i, true, l->ended[i]};
		if (l->open[i] > 0)
			lives[count++] = (struct lifetime){(double)i, false, l->open[i]};
	}
	TRY(survival_fit(lives, count, arena, &s));
	r->median = s.median;
	r->after_14 = surviving(&s, lives, count, DURATIONS_AFTER);
	return E_OK;
}

static enum err judge(
	struct durations *d, size_t window, struct arena *arena, struct duration_result *ret)
{
	size_t width = d->question.days + 1;
	struct lives l = {arena_alloc(arena, width, sizeof(*l.ended)),
		arena_alloc(arena, width, sizeof(*l.open))};
	struct duration_result r = {.median = ESTIMATE_UNKNOWN, .after_14 = ESTIMATE_UNKNOWN};
	if (!l.ended || !l.open)
		return E_NOMEM;
	for (size_t i = 0; i < d->question.groups; i++)
		collect(d, i, window, &l, &r);
	TRY(fit(&l, width, arena, &r));
	*ret = r;
	return E_OK;
}

enum err durations_finish(struct durations *d, struct arena *arena, struct duration_result ret[2])
{
	TRY(close_botnets(d));
	choose_gaps(d);
	for (size_t k = 0; k < WINDOWS; k++)
		TRY(judge(d, k, arena, &ret[k]));
	return E_OK;
}
