/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "simulate/simulated_counts.h"

static struct scenario small(uint64_t seed)
{
	struct scenario s = scenario_default();
	s.seed = seed;
	s.hosts = 400;
	s.days = 56;
	s.campaign = 28;
	s.reports = 1;
	return s;
}

/* Infections alone: without anybody looking it takes no time. */
static void live(const struct scenario *s, struct world **ret_world, struct truth *ret_truth)
{
	struct world *w;
	assert_int_equal(world_new(s, &w), E_OK);
	assert_int_equal(truth_init(ret_truth, s->days), E_OK);
	for (size_t i = 0; i < WORLD_HOLDERS; i++) {
		const struct world_holder *h = &w->holders[i];
		for (uint32_t slot = h->first_slot; slot < h->first_slot + h->slots; slot++) {
			struct host host = {0};
			struct host_traits traits;
			host_traits(w, h, slot, &traits);
			for (uint32_t day = 0; day < s->days; day++) {
				host_night(w, h, slot, day, &host);
				truth_add(ret_truth, w, &traits, day, &host);
			}
		}
	}
	*ret_world = w;
}

static double effect_of(const struct scenario *s)
{
	struct world *w;
	struct truth t;
	live(s, &w, &t);
	double effect = truth_effect(&t, w, s->days - 7, s->days - 1, true);
	truth_release(&t);
	world_free(w);
	return effect;
}

enum {
	SEEDS = 30
};

/* Asked effects come out on average. One run of 400 hosts scatters by about 0.03 (the binomial
 * error of some 350 hosts in the coupled worlds); the mean of 30 by 0.006: four times that. */
static void effect_is_as_asked(void **state)
{
	(void)state;
	static const double asked[] = {0.1, 0.5, 0.8};
	for (size_t i = 0; i < 3; i++) {
		double sum = 0;
		for (uint64_t seed = 1; seed <= SEEDS; seed++) {
			struct scenario s = small(seed);
			s.effect = asked[i];
			s.controls = i == 2 ? 0.4 : 0;
			sum += effect_of(&s);
		}
		assert_true(fabs(sum / SEEDS - asked[i]) < 0.024);
	}
}

/* Without an effect both worlds are one, host for host. */
static void no_effect_no_difference(void **state)
{
	(void)state;
	struct scenario s = small(3);
	struct world *w;
	struct truth t;
	live(&s, &w, &t);
	size_t size = s.days * WORLD_HOLDERS * sizeof(uint32_t);
	assert_memory_equal(t.by_holder[WITH_CAMPAIGN], t.by_holder[WITHOUT_CAMPAIGN], size);
	truth_release(&t);
	world_free(w);
}

/* Before it begins, and where it leaves holders alone, the campaign changes nobody; elsewhere it
 * only takes away. */
static void worlds_are_coupled(void **state)
{
	(void)state;
	struct scenario s = small(4);
	struct world *w;
	struct truth t;
	uint32_t controls = 0;
	s.effect = 0.5;
	s.controls = 0.4;
	live(&s, &w, &t);
	for (uint32_t day = 0; day < s.days; day++) {
		for (size_t i = 0; i < WORLD_HOLDERS; i++) {
			size_t at = (size_t)day * WORLD_HOLDERS + i;
			uint32_t with = t.by_holder[WITH_CAMPAIGN][at];
			uint32_t without = t.by_holder[WITHOUT_CAMPAIGN][at];
			if (day < s.campaign || !w->holders[i].treated)
				assert_int_equal(with, without);
			assert_true(with <= without);
		}
	}
	for (size_t i = 0; i < WORLD_INSIDE; i++)
		controls += w->holders[i].treated ? 0 : w->holders[i].slots;
	assert_in_range(controls, 150, 330); /* 40 % of 600 slots, by whole holders */
	truth_release(&t);
	world_free(w);
}

/* ln(hosts) of the last and first week over 30 seeds of 2,000 hosts: each mean is known to 0.003
 * and 0.004, so their difference over 7 weeks gives γ to 0.0007; three times that. */
static void decline_is_as_asked(void **state)
{
	(void)state;
	double first = 0;
	double last = 0;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct scenario s = small(seed);
		struct world *w;
		struct truth t;
		s.hosts = 2000;
		s.decline = 0.05;
		live(&s, &w, &t);
		for (uint32_t i = 0; i < 7; i++) {
			first += truth_hosts(&t, w, i, WITHOUT_CAMPAIGN, false);
			last += truth_hosts(&t, w, s.days - 7 + i, WITHOUT_CAMPAIGN, false);
		}
		truth_release(&t);
		world_free(w);
	}
	assert_true(fabs(first / (SEEDS * 7 * 2000) - 1 + 0.05 * 3 / 7) < 0.012);
	assert_true(fabs(log(first / last) / 7 - 0.05) < 0.0021);
}

static const struct world_holder *holder_of(const struct world *w, struct str key)
{
	for (size_t i = 0; i < WORLD_HOLDERS; i++)
		if (str_equal(w->holders[i].key, key))
			return &w->holders[i];
	fail();
	return NULL;
}

/* Every moment of the window lies in one lease: so the sum over lines of d/(d+W), the weights of
 * estimator 8, is the number of lines, W/E[d] + 1 leases each. 20,000 leases: within 3 %. */
static void leases_have_their_length(void **state)
{
	(void)state;
	static const struct {
		struct str key;
		double mean;
	} cases[] = {{STR_INIT("sim-days-24h-1"), 24}, {STR_INIT("sim-days-36h"), 36},
		{STR_INIT("sim-days-48h"), 48}, {STR_INIT("sim-hours-8h"), 8},
		{STR_INIT("sim-minutes-90m"), 1.5}};
	static double hours[20000];
	struct scenario s = small(1);
	struct world *w;
	assert_int_equal(world_new(&s, &w), E_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double lines = 0;
		const struct world_holder *h = holder_of(w, cases[i].key);
		simulated_leases(w, h, 168, hours, 20000);
		for (size_t j = 0; j < 20000; j++) {
			assert_true(hours[j] > 0);
			if (h->lease == LEASE_DAYS)
				assert_true(fmod(hours[j], 24) == 0);
			lines += hours[j] / (hours[j] + 168);
		}
		double expected = 20000 * cases[i].mean / (cases[i].mean + 168);
		assert_true(fabs(lines / expected - 1) < 0.03);
	}
	simulated_leases(w, holder_of(w, STR("sim-static-1")), 168, hours, 1);
	assert_true(hours[0] == LEASE_EVER);
	world_free(w);
}

/* Addresses that a host is given, watched every hour, change as often as the leases say: within
 * 5 % over 300 hosts × 56 days (some 3,500 to 45,000 changes). */
static void hosts_change_addresses(void **state)
{
	(void)state;
	static const struct str keys[] = {STR_INIT("sim-days-24h-1"), STR_INIT("sim-days-48h"),
		STR_INIT("sim-hours-8h"), STR_INIT("sim-static-1")};
	struct scenario s = small(1);
	struct world *w;
	s.hosts = 3000;
	s.reports = 16;
	assert_int_equal(world_new(&s, &w), E_OK);
	for (size_t i = 0; i < 4; i++) {
		const struct world_holder *h = holder_of(w, keys[i]);
		double hours = 0;
		double changes = 0;
		for (uint32_t n = 0; n < 300; n++) {
			struct host host = {.infected = 1 << WITH_CAMPAIGN};
			struct host_traits traits;
			struct host_day day;
			host_traits(w, h, h->first_slot + n % h->slots, &traits);
			traits.on = (1 << 24) - 1;
			traits.sometimes = false;
			traits.contact = 250;
			for (uint32_t d = 0; d < s.days; d++) {
				uint8_t address = host.address;
				uint32_t end = host.lease_end;
				host_live(w, &traits, d, &host, &day);
				for (uint32_t left = day.hours; left; left &= left - 1) {
					uint8_t now = day.address[__builtin_ctz(left)];
					changes += end != 0 && now != address;
					address = now;
					end = 1;
				}
			}
			hours += s.days * 24;
		}
		double expected = h->lease == LEASE_STATIC ? 0 : hours / h->mean_hours;
		/* Of leases of 8 hours, those that end within the hour are not seen. */
		if (h->lease == LEASE_HOURS)
			expected = hours * (1 - exp(-1 / h->mean_hours));
		assert_true(fabs(changes - expected) <= 0.05 * expected);
	}
	world_free(w);
}

/* No two groups share an address, and every address belongs to its holder. */
static void addresses_are_ones_own(void **state)
{
	(void)state;
	static uint8_t taken[1 << 16];
	struct scenario s = small(9);
	struct world *w;
	assert_int_equal(world_new(&s, &w), E_OK);
	for (size_t i = 0; i < WORLD_HOLDERS; i++) {
		const struct world_holder *h = &w->holders[i];
		memset(taken, 0, sizeof(taken));
		assert_in_range(h->addresses, 1, sizeof(taken));
		for (uint32_t at = 0; at < h->addresses; at++) {
			uint32_t v4 = world_address(
				h, at / h->group_addresses, (uint8_t)(at % h->group_addresses));
			assert_in_range(v4 - h->first_address, 0, h->addresses - 1);
			assert_int_equal(taken[v4 - h->first_address]++, 0);
		}
		if (i > 0 && i != WORLD_INSIDE)
			assert_int_equal(h->first_address,
				w->holders[i - 1].first_address + w->holders[i - 1].addresses);
	}
	world_free(w);
}

static void impossible_is_refused(void **state)
{
	(void)state;
	struct world *w;
	struct scenario s = small(1);
	s.campaign = s.days - 1;
	s.effect = 0.95; /* a day cleans at most 95 of 100, and new ones come */
	assert_int_equal(world_new(&s, &w), E_RANGE);
	s = small(1);
	s.days = 1;
	assert_int_equal(world_new(&s, &w), E_RANGE);
	s = small(1);
	s.effect = NAN;
	assert_int_equal(world_new(&s, &w), E_RANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(effect_is_as_asked),
		cmocka_unit_test(no_effect_no_difference),
		cmocka_unit_test(worlds_are_coupled),
		cmocka_unit_test(decline_is_as_asked),
		cmocka_unit_test(leases_have_their_length),
		cmocka_unit_test(hosts_change_addresses),
		cmocka_unit_test(addresses_are_ones_own),
		cmocka_unit_test(impossible_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
