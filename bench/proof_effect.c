/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "measure/evaluation.h"
#include "measure/panel.h"
#include "measure/statistics.h"
#include "simulate/simulated_counts.h"

/* Holds the evaluation against made-up campaigns whose truth is known, seeds FIRST … LAST:
 *
 *	proof_effect decline|controls|feeds [FIRST LAST [HOSTS]]
 *
 * decline: no controls; effects 0, 0.15, 0.3, 0.5 in turn; the decline before stands in for what
 * would have been. controls: the same with half the hosts' holders left alone. feeds: no infection
 * changes beyond chance, while feeds start late, stop, go dark, dip and double. Prints one JSON
 *line a run, then the summary. Ten weeks before, ten weeks of campaign; the last week of each
 *compared.
 */
enum study {
	STUDY_DECLINE,
	STUDY_CONTROLS,
	STUDY_FEEDS,
	STUDY__COUNT
};

enum {
	WEEK = 7,
	CAMPAIGN = 70,
	DAYS = 140,
	LEASES = 400, /* measured leases of each holder */
	SERIES_MOST = 64,
	GOALS = 4
};

static const char *const study_names[STUDY__COUNT] = {"decline", "controls", "feeds"};

/* All of one run. */
struct run {
	struct scenario scenario;
	struct simulated_counts made;
	struct plan plan;
	struct counts counts;
	struct count_series series[SERIES_MOST];
	struct holder_facts facts[WORLD_INSIDE];
	double leases[WORLD_INSIDE][LEASES];
	struct arena arena;
	struct evaluation evaluation;
};

/* What all runs come to. */
struct proof {
	enum study study;
	size_t runs, intervals, held, too_high, too_low;
	size_t claimed;     /* intervals without 0 where the effect is 0 */
	size_t claimed_met; /* … that say the campaign took something away */
	size_t nothing;     /* runs of effect 0 with an interval */
	size_t met[GOALS], not_met[GOALS], unsaid[GOALS];
	size_t empty_panel;
	double *concurrent_errors, *daily_errors, *widths; /* [run] */
	size_t concurrent_count, width_count;
};

static struct date day_at(const struct run *r, uint32_t index)
{
	return instant_date((struct instant){
		date_instant(r->scenario.first).seconds + (int64_t)index * SECONDS_PER_DAY});
}

static struct days window(const struct run *r, uint32_t first, uint32_t count)
{
	return (struct days){day_at(r, first), day_at(r, first + count - 1)};
}

static void set_scenario(struct run *r, enum study study, uint64_t seed, uint32_t hosts)
{
	static const double effects[] = {0, 0.15, 0.3, 0.5};
	r->scenario = scenario_default();
	r->scenario.seed = seed;
	r->scenario.first = (struct date){2020, 6, 1};
	r->scenario.days = DAYS;
	r->scenario.hosts = hosts;
	r->scenario.campaign = CAMPAIGN;
	r->scenario.effect = study == STUDY_FEEDS ? 0 : effects[seed % 4];
	r->scenario.decline = study == STUDY_FEEDS ? 0 : 0.009;
	r->scenario.controls = study == STUDY_CONTROLS ? 0.5 : 0;
	r->scenario.feed_changes = study == STUDY_FEEDS;
}

static void set_plan(struct run *r)
{
	static const struct {
		enum estimator estimator;
		double share;
	} goals[GOALS] = {{ESTIMATOR_HOURLY, 0.5}, {ESTIMATOR_DAILY, 0.5},
		{ESTIMATOR_CONCURRENT, 0.5}, {ESTIMATOR_HOURLY, 0.1}};
	struct plan *p = &r->plan;
	*p = (struct plan){.baseline = window(r, CAMPAIGN - WEEK, WEEK),
		.before = window(r, 0, CAMPAIGN),
		.goal_count = GOALS};
	p->campaign.begins = day_at(r, CAMPAIGN);
	p->campaign.ends = day_at(r, DAYS - 1);
	for (size_t i = 0; i < GOALS; i++)
		p->goals[i] = (struct goal){.kind = GOAL_ADDRESSES,
			.estimator = goals[i].estimator,
			.share = goals[i].share,
			.end = window(r, DAYS - WEEK, WEEK)};
}

static void add_series(
	struct run *r, enum count_scope scope, struct str key, const struct simulated_series *s)
{
	r->series[r->counts.series_count++] = (struct count_series){
		.scope = scope,
		.key = key,
		.v4 = {s->hours, s->days, s->base, s->end},
	};
}

static void wrap_counts(struct run *r)
{
	const struct simulated_counts *m = &r->made;
	r->counts = (struct counts){.first = r->scenario.first,
		.days = DAYS,
		.base = r->plan.baseline,
		.end = r->plan.goals[0].end,
		.series = r->series,
		.as_of = 1,
		.attribution = r->scenario.first};
	add_series(r, COUNT_ALL, STR(""), &m->all);
	add_series(r, COUNT_BLOCKLISTED, STR(""), &m->feeds_inside[WORLD_LIST]);
	for (size_t i = 0; i < WORLD_BOTNETS; i++)
		add_series(r, COUNT_BOTNET, world_botnets[i].name, &m->botnets[i]);
	for (size_t i = 0; i < WORLD_INSIDE; i++)
		add_series(r, COUNT_HOLDER, m->world->holders[i].key, &m->holders[i]);
	for (size_t i = 0; i < WORLD_LIST; i++) {
		struct str name = m->world->feeds[i].name;
		add_series(r, COUNT_FEED_INSIDE, name, &m->feeds_inside[i]);
		add_series(r, COUNT_FEED_OUTSIDE, name, &m->feeds_outside[i]);
	}
}

static void set_facts(struct run *r)
{
	const struct world *w = r->made.world;
	for (size_t i = 0; i < WORLD_INSIDE; i++) {
		const struct world_holder *h = &w->holders[i];
		simulated_leases(w, h, WEEK * 24, r->leases[i], LEASES);
		r->facts[i] = (struct holder_facts){.key = h->key,
			.subscribers = h->subscribers,
			.announced = h->addresses,
			.leases = r->leases[i],
			.lease_count = LEASES,
			.treated = h->treated};
	}
}

static enum err count(struct run *r, uint32_t feeds)
{
	struct simulated_panel panel = {
		feeds, {CAMPAIGN - WEEK, CAMPAIGN - 1}, {DAYS - WEEK, DAYS - 1}};
	simulated_counts_release(&r->made);
	TRY(simulation_counts(&r->scenario, &panel, &r->made));
	wrap_counts(r);
	return E_OK;
}

static uint32_t feeds_of(const struct run *r, const struct panel *panel)
{
	uint32_t feeds = 0;
	for (size_t i = 0; i < WORLD_LIST; i++) {
		const struct panel_feed *feed = panel_find(panel, r->made.world->feeds[i].name);
		feeds |= feed && feed->in ? 1U << i : 0;
	}
	return feeds;
}

/* As the product does: the panel first, then everything else with its feeds. */
static enum err live(struct run *r, uint32_t *ret_feeds)
{
	static const uint32_t all = (1U << WORLD_LIST) - 1;
	struct panel panel;
	set_plan(r);
	TRY(count(r, all));
	TRY(panel_choose(&r->counts, &r->plan, &r->arena, &panel));
	*ret_feeds = feeds_of(r, &panel);
	if (*ret_feeds != all)
		TRY(count(r, *ret_feeds));
	set_facts(r);
	struct evaluation_input input = {.plan = &r->plan,
		.counts = &r->counts,
		.holders = r->facts,
		.holder_count = WORLD_INSIDE,
		.now = date_instant(day_at(r, DAYS + 1)),
		.seed = r->scenario.seed};
	return evaluate(&input, &r->arena, &r->evaluation);
}

/* --- against the truth --- */

static void note_effect(struct proof *p, struct estimate effect, double truth, bool nothing)
{
	if (!estimate_has_interval(effect))
		return;
	bool claimed = effect.low > 0 || effect.high < 0;
	p->intervals++;
	p->held += effect.low <= truth && truth <= effect.high;
	p->too_high += effect.low > truth;
	p->too_low += effect.high < truth;
	p->nothing += nothing;
	p->claimed += nothing && claimed;
	p->claimed_met += nothing && effect.low > 0;
	p->widths[p->width_count++] = effect.high - effect.low;
}

/* Both windows of the churn-corrected goal, and the daily mean beside it, against the mean number
 * of infected hosts. */
static void note_hosts(struct proof *p, const struct run *r)
{
	const struct evaluation *e = &r->evaluation;
	for (int end = 0; end < 2; end++) {
		uint32_t first = end ? DAYS - WEEK : CAMPAIGN - WEEK;
		double hosts = 0;
		for (uint32_t day = first; day < first + WEEK; day++)
			hosts += truth_hosts(
				&r->made.truth, r->made.world, day, WITH_CAMPAIGN, false);
		hosts /= WEEK;
		double daily = (end ? e->goals[1].end : e->goals[1].base).x.value;
		double corrected = (end ? e->goals[2].end : e->goals[2].base).x.value;
		if (isnan(daily) || isnan(corrected))
			continue;
		p->daily_errors[p->concurrent_count] = daily / hosts - 1;
		p->concurrent_errors[p->concurrent_count++] = corrected / hosts - 1;
	}
}

static void note(struct proof *p, const struct run *r, uint32_t feeds)
{
	const struct evaluation *e = &r->evaluation;
	bool treated = e->attribution.method == METHOD_DIFFERENCES;
	double truth = truth_effect(&r->made.truth, r->made.world, DAYS - WEEK, DAYS - 1, treated);
	struct estimate effect = e->attribution.net_effect;
	p->runs++;
	p->empty_panel += feeds == 0;
	note_effect(p, effect, truth, r->scenario.effect == 0);
	note_hosts(p, r);
	for (size_t i = 0; i < GOALS; i++) {
		p->met[i] += e->goals[i].verdict == VERDICT_MET;
		p->not_met[i] += e->goals[i].verdict == VERDICT_NOT_MET;
		p->unsaid[i] += e->goals[i].verdict == VERDICT_CANNOT_BE_SAID;
	}
	printf("{\"seed\":%llu,\"study\":\"%s\",\"asked\":%.2f,\"truth\":%.5f,\"method\":\"%.*s\",",
		(unsigned long long)r->scenario.seed, study_names[p->study], r->scenario.effect,
		truth, STR_ARG(attribution_method_name(e->attribution.method)));
	if (estimate_has_interval(effect))
		printf("\"effect\":[%.5f,%.5f,%.5f],", effect.low, effect.value, effect.high);
	printf("\"panel\":%u}\n", feeds);
}

static double median(double *values, size_t count)
{
	sort_values(values, count);
	return quantile_of(values, count, 0.5);
}

static void absolute(double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values[i] = fabs(values[i]);
}

static void summarise(struct proof *p)
{
	double corrected_bias = median(p->concurrent_errors, p->concurrent_count);
	double daily_bias = median(p->daily_errors, p->concurrent_count);
	absolute(p->concurrent_errors, p->concurrent_count);
	absolute(p->daily_errors, p->concurrent_count);
	printf("{\"summary\":\"%s\",\"runs\":%zu,\"intervals\":%zu,\"held\":%zu,\"above_truth\":%"
	       "zu,"
	       "\"below_truth\":%zu,\"median_width\":%.4f,\n",
		study_names[p->study], p->runs, p->intervals, p->held, p->too_high, p->too_low,
		median(p->widths, p->width_count));
	printf(" \"no_effect\":{\"intervals\":%zu,\"claimed\":%zu,\"claimed_taken_away\":%zu},"
	       "\"empty_panels\":%zu,\n",
		p->nothing, p->claimed, p->claimed_met, p->empty_panel);
	printf(" \"hosts\":{\"windows\":%zu,\"corrected\":{\"median\":%.4f,\"median_error\":%.4f},"
	       "\"daily\":{\"median\":%.4f,\"median_error\":%.4f}},\n \"goals\":[",
		p->concurrent_count, corrected_bias,
		median(p->concurrent_errors, p->concurrent_count), daily_bias,
		median(p->daily_errors, p->concurrent_count));
	for (size_t i = 0; i < GOALS; i++)
		printf("%s{\"met\":%zu,\"not_met\":%zu,\"cannot_be_said\":%zu}", i ? "," : "",
			p->met[i], p->not_met[i], p->unsaid[i]);
	printf("]}\n");
}

/* --- command line --- */

static bool read_study(const char *word, enum study *ret_study)
{
	for (int i = 0; i < STUDY__COUNT; i++) {
		if (strcmp(word, study_names[i]) != 0)
			continue;
		*ret_study = (enum study)i;
		return true;
	}
	return false;
}

static uint64_t number(int argc, char **argv, int at, uint64_t fallback)
{
	uint64_t value;
	if (at >= argc || !str_to_u64(str_from(argv[at]), UINT32_MAX, &value))
		return fallback;
	return value;
}

static enum err prove(struct proof *p, struct run *r, uint64_t first, uint64_t last, uint32_t hosts)
{
	for (uint64_t seed = first; seed <= last; seed++) {
		uint32_t feeds;
		arena_clear(&r->arena);
		set_scenario(r, p->study, seed, hosts);
		TRY(live(r, &feeds));
		note(p, r, feeds);
	}
	summarise(p);
	return E_OK;
}

int main(int argc, char **argv)
{
	struct proof p = {0};
	uint64_t first = number(argc, argv, 2, 1);
	uint64_t last = number(argc, argv, 3, 20);
	uint32_t hosts = (uint32_t)number(argc, argv, 4, 3000);
	if (argc < 2 || !read_study(argv[1], &p.study) || last < first) {
		fprintf(stderr,
			"usage: proof_effect decline|controls|feeds [FIRST LAST [HOSTS]]\n");
		return 2;
	}
	size_t runs = last - first + 1;
	struct run *r = calloc(1, sizeof(*r));
	p.widths = calloc(runs, sizeof(double));
	p.concurrent_errors = calloc(2 * runs, sizeof(double));
	p.daily_errors = calloc(2 * runs, sizeof(double));
	enum err err = E_NOMEM;
	if (r && p.widths && p.concurrent_errors && p.daily_errors) {
		arena_init(&r->arena, (size_t)1 << 30);
		err = prove(&p, r, first, last, hosts);
		simulated_counts_release(&r->made);
		arena_release(&r->arena);
	}
	if (err != E_OK)
		fprintf(stderr, "proof_effect: %d\n", err);
	free(r);
	free(p.widths);
	free(p.concurrent_errors);
	free(p.daily_errors);
	return err == E_OK ? 0 : 2;
}
