/* SPDX-License-Identifier: Apache-2.0 */
/* By hand, then beside the plainest computation there is: every address by itself, its days in an
 * array. A third one, in Python and from the stored rows: tests/flow/test_evaluate.py. */
#include "measure/durations.h"

#include <string.h>

#include "infection.h"
#include "near.h"

enum {
	DAYS_MOST = 90,
	ADDRESSES = 600,
	BOTNETS = 3,
	GROUPS = 4
};

struct scene {
	bool seen[BOTNETS][ADDRESSES][DAYS_MOST];
	uint8_t lit[DAYS_MOST];
	struct duration_stretch stretches[8];
	struct duration_question question;
	struct duration_result results[2];
	unsigned gaps[GROUPS];
};

/* Address i is i × 10; groups take turns along the stretches. */
static uint32_t address_of(size_t i)
{
	return (uint32_t)i * 10;
}

static struct scene *scene_new(size_t days)
{
	struct scene *s = test_calloc(1, sizeof(*s));
	memset(s->lit, 1, sizeof(s->lit));
	s->question = (struct duration_question){.days = days,
		.lit = s->lit,
		.windows = {{0, days / 2}, {days / 2, days}},
		.stretches = s->stretches,
		.stretch_count = 1,
		.groups = 1,
		.botnets = BOTNETS};
	return s;
}

static void see(struct scene *s, size_t botnet, size_t address, size_t from, size_t to)
{
	for (size_t d = from; d < to; d++)
		s->seen[botnet][address][d] = true;
}

/* Every other address, from `first` on. */
static struct durations *count_some(const struct scene *s, size_t first)
{
	uint32_t addresses[ADDRESSES];
	struct durations *d = durations_new(&s->question);
	assert_non_null(d);
	for (size_t day = 0; day < s->question.days; day++)
		for (size_t b = 0; b < BOTNETS; b++) {
			size_t count = 0;
			for (size_t i = first; i < ADDRESSES; i += 2)
				if (s->seen[b][i][day])
					addresses[count++] = address_of(i);
			if (count > 0)
				assert_int_equal(durations_day(d, day, b, addresses, count), E_OK);
		}
	return d;
}

/* In two halves, which are joined. */
static void run(struct scene *s)
{
	struct arena arena;
	struct durations *d = count_some(s, 0), *other = count_some(s, 1);
	arena_init(&arena, 1 << 24);
	assert_int_equal(durations_join(d, other), E_OK);
	assert_int_equal(durations_finish(d, &arena, s->results), E_OK);
	for (size_t g = 0; g < s->question.groups; g++)
		s->gaps[g] = durations_gap(d, g);
	durations_free(d);
	durations_free(other);
	arena_release(&arena);
}

/* 40 days. A hundred addresses seen twice in a row say that G is 1. */
static struct scene *scene_by_hand(void)
{
	struct scene *s = scene_new(40);
	s->question.windows[0].from = 5;
	for (size_t i = 0; i < 120; i++)
		see(s, 2, 100 + i, 2, 4);
	return s;
}

static void ended_open_and_unclear(void **state)
{
	(void)state;
	struct scene *s = scene_by_hand();
	see(s, 0, 1, 0, 12);  /* began before the data */
	see(s, 0, 2, 6, 9);   /* three days */
	see(s, 1, 2, 6, 16);  /* ten days, another botnet */
	see(s, 0, 3, 8, 9);   /* one day … */
	see(s, 0, 3, 10, 11); /* … and another */
	see(s, 0, 4, 12, 40); /* open */
	see(s, 0, 5, 12, 39); /* ends on the last day but one: that is known */
	see(s, 0, 6, 30, 40); /* open, began in the end window */
	see(s, 0, 7, 39, 40); /* watched for no day */
	run(s);
	assert_int_equal(s->gaps[0], 1);
	assert_int_equal(s->results[0].episodes, 6);
	assert_int_equal(s->results[0].open, 1);
	assert_int_equal(s->results[0].unclear, 0);
	/* 1, 1, 3, 10, 27, 27+: S = 4/6 after 1, 3/6 after 3. */
	assert_near(s->results[0].median.value, 3, 0);
	assert_near(s->results[0].after_14.value, 2.0 / 6, 1e-12);
	assert_int_equal(s->results[1].episodes, 2);
	assert_int_equal(s->results[1].open, 2);
	assert_unknown(s->results[1].median);
	assert_unknown(s->results[1].after_14);
	test_free(s);
}

static void what_was_there_before_is_left_out(void **state)
{
	(void)state;
	struct scene *s = scene_by_hand();
	s->question.windows[0].from = 0;
	see(s, 0, 1, 0, 12);
	see(s, 0, 2, 1, 3);
	run(s);
	assert_int_equal(s->results[0].unclear, 1);
	assert_int_equal(s->results[0].episodes, 121);
	test_free(s);
}

/* Nobody is seen on a dark day; who is, is seen. */
static void dark_days_end_nothing(void **state)
{
	(void)state;
	struct scene *s = scene_by_hand();
	memset(s->lit + 10, 0, 20);
	see(s, 0, 1, 8, 10);
	see(s, 0, 1, 30, 33);
	see(s, 0, 2, 15, 16);
	see(s, 0, 3, 8, 10);
	see(s, 0, 3, 14, 15);
	run(s);
	assert_int_equal(s->gaps[0], 1);
	assert_int_equal(s->results[0].episodes, 3);
	assert_int_equal(s->results[0].open, 0);
	assert_near(s->results[0].median.value, 7, 0);
	assert_near(s->results[0].after_14.value, 1.0 / 3, 1e-12);
	test_free(s);
}

/* Nine of ten come every day, the tenth every third: the 95th percentile is three days. Of the two
 * groups only one has enough of them to say so. */
static void gaps_belong_to_groups(void **state)
{
	(void)state;
	struct scene *s = scene_new(40);
	s->stretches[1] = (struct duration_stretch){address_of(300), 1};
	s->stretches[2] = (struct duration_stretch){address_of(400), 2};
	s->question.stretch_count = s->question.groups = 3;
	for (size_t i = 0; i < 100; i++) {
		see(s, 0, i, 3, 13);
		for (size_t d = 2; d <= 23; d += i < 50 ? 3 : 1)
			see(s, 0, 300 + i, d, d + 1);
	}
	see(s, 0, 500, 10, 11);
	see(s, 0, 500, 12, 14);
	run(s);
	assert_int_equal(s->gaps[0], 1);
	assert_int_equal(s->gaps[1], 3);
	assert_int_equal(s->gaps[2], 3); /* 350 of 2302 are three days */
	assert_int_equal(s->results[0].episodes, 101);
	assert_int_equal(s->results[0].unclear, 100);
	assert_int_equal(s->results[1].episodes, 0);
	test_free(s);
}

static void nobody_at_all(void **state)
{
	(void)state;
	struct scene *s = scene_new(1);
	run(s);
	assert_int_equal(s->results[0].episodes + s->results[0].unclear, 0);
	assert_unknown(s->results[0].median);
	assert_unknown(s->results[1].after_14);
	test_free(s);
}

/* --- the plainest computation --- */

struct plain {
	struct scene *s;
	uint64_t times[GROUPS][DAYS_MOST + 1];
	size_t clock[DAYS_MOST];
	uint64_t ended[2][DAYS_MOST + 1], open[2][DAYS_MOST + 1], unclear[2];
};

static size_t plain_group(const struct scene *s, size_t address)
{
	size_t group = 0;
	for (size_t k = 0; k < s->question.stretch_count; k++)
		if (s->stretches[k].first <= address_of(address))
			group = s->stretches[k].group;
	return group;
}

static void plain_times(struct plain *p, size_t botnet, size_t address)
{
	size_t before = DAYS_MOST;
	for (size_t d = 0; d < p->s->question.days; d++) {
		if (!p->s->seen[botnet][address][d])
			continue;
		if (before < DAYS_MOST) {
			size_t time = p->clock[d] - p->clock[before];
			p->times[plain_group(p->s, address)][time > 0 ? time : 1]++;
		}
		before = d;
	}
}

static unsigned plain_percentile(const uint64_t *times)
{
	uint64_t all = 0;
	uint64_t sum = 0;
	for (size_t t = 0; t <= DAYS_MOST; t++)
		all += times[t];
	for (unsigned t = 1; t < 14; t++) {
		sum += times[t];
		if (20 * sum >= 19 * all)
			return t;
	}
	return 14;
}

static void plain_episode(struct plain *p, size_t gap, size_t first, size_t last)
{
	size_t days = p->s->question.days;
	for (size_t k = 0; k < 2; k++) {
		if (first < p->s->question.windows[k].from || first >= p->s->question.windows[k].to)
			continue;
		size_t watched = days;
		while (watched > 0 && p->clock[days - 1] - p->clock[watched - 1] < gap)
			watched--;
		if (p->clock[first] <= gap)
			p->unclear[k]++;
		else if (p->clock[days - 1] - p->clock[last] >= gap)
			p->ended[k][last - first + 1]++;
		else
			p->open[k][watched > first ? watched - first : 0]++;
	}
}

static void plain_episodes(struct plain *p, size_t botnet, size_t address, size_t gap)
{
	size_t first = DAYS_MOST;
	size_t last = 0;
	for (size_t d = 0; d < p->s->question.days; d++) {
		if (!p->s->seen[botnet][address][d])
			continue;
		if (first < DAYS_MOST && p->clock[d] - p->clock[last] > gap) {
			plain_episode(p, gap, first, last);
			first = d;
		}
		first = first < DAYS_MOST ? first : d;
		last = d;
	}
	if (first < DAYS_MOST)
		plain_episode(p, gap, first, last);
}

static double plain_survival(const struct plain *p, size_t window, size_t time)
{
	double s = 1;
	for (size_t t = 0; t <= time; t++) {
		uint64_t at_risk = 0;
		for (size_t later = t; later <= DAYS_MOST; later++)
			at_risk += p->ended[window][later] + p->open[window][later];
		if (at_risk > 0)
			s *= 1 - (double)p->ended[window][t] / (double)at_risk;
	}
	return s;
}

static void compare(const struct plain *p, size_t window)
{
	const struct duration_result *r = &p->s->results[window];
	uint64_t episodes = 0;
	uint64_t open = 0;
	for (size_t t = 0; t <= DAYS_MOST; t++) {
		episodes += p->ended[window][t] + p->open[window][t];
		open += p->open[window][t];
	}
	assert_int_equal(r->episodes, episodes);
	assert_int_equal(r->open, open);
	assert_int_equal(r->unclear, p->unclear[window]);
	if (!isnan(r->after_14.value))
		assert_near(r->after_14.value, plain_survival(p, window, 14), 1e-9);
	if (isnan(r->median.value)) {
		assert_true(plain_survival(p, window, DAYS_MOST) > 0.5);
	} else {
		size_t median = (size_t)r->median.value;
		assert_true(plain_survival(p, window, median) <= 0.5 + 1e-9);
		assert_true(plain_survival(p, window, median - 1) > 0.5 - 1e-9);
	}
}

static void run_plain(struct scene *s)
{
	struct plain *p = test_calloc(1, sizeof(*p));
	uint64_t all[DAYS_MOST + 1] = {0};
	p->s = s;
	for (size_t d = 0; d < s->question.days; d++)
		p->clock[d] = (d ? p->clock[d - 1] : 0) + s->lit[d];
	for (size_t b = 0; b < BOTNETS; b++)
		for (size_t i = 0; i < ADDRESSES; i++)
			plain_times(p, b, i);
	for (size_t g = 0; g < GROUPS; g++)
		for (size_t t = 0; t <= DAYS_MOST; t++)
			all[t] += p->times[g][t];
	for (size_t g = 0; g < s->question.groups; g++) {
		uint64_t times = 0;
		for (size_t t = 0; t <= DAYS_MOST; t++)
			times += p->times[g][t];
		assert_int_equal(s->gaps[g], plain_percentile(times < 100 ? all : p->times[g]));
	}
	for (size_t b = 0; b < BOTNETS; b++)
		for (size_t i = 0; i < ADDRESSES; i++)
			plain_episodes(p, b, i, s->gaps[plain_group(s, i)]);
	compare(p, 0);
	compare(p, 1);
	test_free(p);
}

/* Hosts come and go; each group is in contact as often as it likes; days go dark. */
static void fill(struct scene *s, struct dice *dice)
{
	for (size_t d = 0; d < s->question.days; d++)
		s->lit[d] = dice_chance(dice, 0.9);
	for (size_t b = 0; b < BOTNETS; b++)
		for (size_t i = 0; i < ADDRESSES; i++) {
			double contact = 0.2 + 0.25 * (double)plain_group(s, i);
			bool infected = dice_chance(dice, 0.3);
			for (size_t d = 0; d < s->question.days; d++) {
				s->seen[b][i][d] =
					infected && dice_chance(dice, s->lit[d] ? contact : 0.1);
				if (dice_chance(dice, 0.06))
					infected = !infected && dice_chance(dice, 0.5);
			}
		}
}

static void random_ones_agree(void **state)
{
	(void)state;
	static const uint32_t groups[] = {3, 0, 1, 0, 2, 1};
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct dice dice = {seed * 7919};
		struct scene *s = scene_new(20 + seed * 70 / 40);
		s->question.stretch_count = 6;
		s->question.groups = GROUPS;
		for (size_t k = 0; k < 6; k++)
			s->stretches[k] = (struct duration_stretch){
				address_of(k * (ADDRESSES / 6 + seed % 3)), groups[k]};
		s->question.windows[0].from = seed % 2 ? 0 : 8;
		s->question.windows[0].to = 12 + seed % 5;
		s->question.windows[1].from = s->question.days - seed % 9;
		fill(s, &dice);
		run(s);
		run_plain(s);
		test_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ended_open_and_unclear),
		cmocka_unit_test(what_was_there_before_is_left_out),
		cmocka_unit_test(dark_days_end_nothing),
		cmocka_unit_test(gaps_belong_to_groups),
		cmocka_unit_test(nobody_at_all),
		cmocka_unit_test(random_ones_agree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
