/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/world.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "simulate/world_parts.h"

const struct world_botnet world_botnets[WORLD_BOTNETS] = {
	{STR_INIT("mirai"), 23},
	{STR_INIT("andromeda"), 80},
	{STR_INIT("conficker"), 80},
	{STR_INIT("sality"), 443},
	{STR_INIT("mozi"), 6881},
	{STR_INIT("ramnit"), 443},
	{STR_INIT("virut"), 80},
	{STR_INIT("necurs"), 443},
	{STR_INIT("tofsee"), 443},
	{STR_INIT("lethic"), 8000},
	{STR_INIT("nymaim"), 80},
	{STR_INIT("xorddos"), 3504},
};

/* Of all slots, how many are infected on the first day: the rest is where new infections go. */
static const double first_infected = 2.0 / 3;

/* The most that a day of the campaign can clean. */
static const double clean_most = 0.95;

/* An infected host is on for 19.65 hours of a day on average: seven of ten always, the others ten
 * hours on 19 days of 20 (host.c). */
static const double hours_on = 0.7 * 24 + 0.3 * 0.95 * 10;

struct dice world_dice(
	const struct world *w, enum dice_purpose purpose, uint32_t slot, uint32_t day)
{
	struct dice d = {w->key ^ ((uint64_t)slot << 32 | day << 4 | purpose)};
	d.state = dice_next(&d);
	return d;
}

const struct feed_day *world_feed_day(const struct world *w, uint32_t day, uint32_t feed)
{
	return &w->feed_days[(size_t)day * WORLD_FEEDS + feed];
}

double world_clean(const struct world *w, enum world_kind kind, const struct world_holder *holder,
	uint32_t day)
{
	bool works = kind == WITH_CAMPAIGN && holder->treated && day >= w->scenario.campaign;
	return w->clean[works ? WITH_CAMPAIGN : WITHOUT_CAMPAIGN];
}

uint32_t world_address(const struct world_holder *holder, uint32_t group, uint8_t index)
{
	uint64_t at = (uint64_t)group * holder->group_addresses + index;
	return holder->first_address +
	       (uint32_t)((at * holder->stride + holder->offset) % holder->addresses);
}

uint32_t world_effect_from(const struct scenario *s)
{
	return s->campaign + 7 < s->days ? s->days - 7 : s->campaign;
}

/* --- infections --- */

/* New infections come so that without a campaign the expected number falls by γ a week exactly. */
static void set_arrivals(struct world *w)
{
	double keep = 1 - w->clean[WITHOUT_CAMPAIGN];
	double day = exp(-w->scenario.decline / 7);
	double share = w->infected;
	for (uint32_t i = 1; i < w->scenario.days; i++) {
		w->arrive[i] = (share * day - share * keep) / (1 - share);
		share *= day;
	}
}

/* Expected effect in a treated holder when a day of the campaign cleans `clean`. */
static double expected_effect(const struct world *w, double clean)
{
	double with = w->infected;
	double without = w->infected;
	double sum_with = 0;
	double sum_without = 0;
	uint32_t from = world_effect_from(&w->scenario);
	for (uint32_t day = 1; day < w->scenario.days; day++) {
		double hazard = day >= w->scenario.campaign ? clean : w->clean[WITHOUT_CAMPAIGN];
		with = with * (1 - hazard) + (1 - with) * w->arrive[day];
		without =
			without * (1 - w->clean[WITHOUT_CAMPAIGN]) + (1 - without) * w->arrive[day];
		sum_with += day >= from ? with : 0;
		sum_without += day >= from ? without : 0;
	}
	return sum_without > 0 ? 1 - sum_with / sum_without : 0;
}

/* By bisection: the effect grows with the hazard. */
static enum err set_campaign(struct world *w)
{
	double low = w->clean[WITHOUT_CAMPAIGN];
	double high = clean_most;
	w->clean[WITH_CAMPAIGN] = low;
	if (w->scenario.effect == 0)
		return E_OK;
	if (expected_effect(w, high) < w->scenario.effect)
		return E_RANGE;
	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;
		if (expected_effect(w, middle) < w->scenario.effect)
			low = middle;
		else
			high = middle;
	}
	w->clean[WITH_CAMPAIGN] = high;
	return E_OK;
}

static enum err set_hazards(struct world *w)
{
	const struct scenario *s = &w->scenario;
	w->infected = first_infected;
	w->clean[WITHOUT_CAMPAIGN] = s->turnover + 1 - exp(-s->decline / 7);
	w->contact = (uint8_t)fmin(round(256 * s->reports / hours_on), 250);
	if (w->contact == 0)
		w->contact = 1;
	set_arrivals(w);
	return set_campaign(w);
}

enum err world_new(const struct scenario *scenario, struct world **ret_world)
{
	if (!scenario_valid(scenario))
		return E_RANGE;
	struct world *w = calloc(1, sizeof(*w));
	if (!w)
		return E_NOMEM;
	struct dice seed = {scenario->seed};
	w->scenario = *scenario;
	w->key = dice_next(&seed);
	w->arrive = calloc(scenario->days, sizeof(*w->arrive));
	w->feed_days = calloc((size_t)scenario->days * WORLD_FEEDS, sizeof(*w->feed_days));
	enum err err = w->arrive && w->feed_days ? world_set_holders(w, first_infected) : E_NOMEM;
	if (err == E_OK)
		err = set_hazards(w);
	if (err != E_OK) {
		world_free(w);
		return err;
	}
	world_set_feeds(w);
	*ret_world = w;
	return E_OK;
}

void world_free(struct world *w)
{
	if (!w)
		return;
	free(w->arrive);
	free(w->feed_days);
	free(w);
}
