/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/truth.h"

#include <stdlib.h>

enum err truth_init(struct truth *t, uint32_t days)
{
	*t = (struct truth){.days = days};
	for (int kind = 0; kind < WORLD__COUNT; kind++)
		t->by_holder[kind] = calloc((size_t)days * WORLD_HOLDERS, sizeof(uint32_t));
	t->by_botnet = calloc((size_t)days * WORLD_BOTNETS, sizeof(uint32_t));
	if (t->by_holder[WITH_CAMPAIGN] && t->by_holder[WITHOUT_CAMPAIGN] && t->by_botnet)
		return E_OK;
	truth_release(t);
	return E_NOMEM;
}

void truth_release(struct truth *t)
{
	for (int kind = 0; kind < WORLD__COUNT; kind++)
		free(t->by_holder[kind]);
	free(t->by_botnet);
	*t = (struct truth){0};
}

void truth_add(struct truth *t, const struct world *w, const struct host_traits *traits,
	uint32_t day, const struct host *host)
{
	size_t holder = (size_t)(traits->holder - w->holders);
	for (int kind = 0; kind < WORLD__COUNT; kind++)
		t->by_holder[kind][(size_t)day * WORLD_HOLDERS + holder] +=
			host_infected(host, (enum world_kind)kind);
	if (!traits->inside || !host_infected(host, WITH_CAMPAIGN))
		return;
	for (uint32_t left = traits->botnets; left != 0; left &= left - 1)
		t->by_botnet[(size_t)day * WORLD_BOTNETS + (uint32_t)__builtin_ctz(left)]++;
}

uint32_t truth_hosts(const struct truth *t, const struct world *w, uint32_t day,
	enum world_kind kind, bool treated)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < WORLD_INSIDE; i++)
		if (!treated || w->holders[i].treated)
			sum += t->by_holder[kind][(size_t)day * WORLD_HOLDERS + i];
	return sum;
}

double truth_effect(
	const struct truth *t, const struct world *w, uint32_t first, uint32_t last, bool treated)
{
	uint64_t with = 0;
	uint64_t without = 0;
	for (uint32_t day = first; day <= last && day < t->days; day++) {
		with += truth_hosts(t, w, day, WITH_CAMPAIGN, treated);
		without += truth_hosts(t, w, day, WITHOUT_CAMPAIGN, treated);
	}
	return without > 0 ? 1 - (double)with / (double)without : 0;
}
