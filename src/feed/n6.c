/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/n6.h"

/* What is not here says nothing of an infection, an attack or its machinery: amplifier, phish,
 * vulnerable, leak, and dns-query and flow, which say themselves that they judge nothing. */
static const struct {
	struct str category;
	enum kind kind;
} categories[] = {
	{STR_INIT("bots"), KIND_INFECTED},
	{STR_INIT("cnc"), KIND_C2},
	{STR_INIT("malurl"), KIND_MALWARE_HOST},
	{STR_INIT("backdoor"), KIND_MALWARE_HOST},
	{STR_INIT("scanning"), KIND_ATTACK_SOURCE},
	{STR_INIT("server-exploit"), KIND_ATTACK_SOURCE},
	{STR_INIT("dos-attacker"), KIND_ATTACK_SOURCE},
};

bool n6_take_category(struct record *r, struct str category)
{
	for (size_t i = 0; i < sizeof(categories) / sizeof(categories[0]); i++) {
		if (str_equal(category, categories[i].category)) {
			record_kind(r, categories[i].kind);
			return true;
		}
	}
	return false;
}

static bool same_day(int64_t a, int64_t b)
{
	return a / SECONDS_PER_DAY == b / SECONDS_PER_DAY;
}

enum err n6_take_times(struct record *r, struct str time, struct str until)
{
	if (time.size == 0)
		return E_OK;
	TRY(record_time(r, STR("time"), time));
	uint32_t first = record_first(r);
	if (until.size == 0)
		return E_OK;
	TRY(record_time(r, STR("until"), until));
	uint32_t last = record_first(r);
	if (last >= first && same_day(first, last)) {
		TRY(record_member(r, STR("until"), until));
		return record_second(r, STR("time"), time, first);
	}
	return record_span(r, STR("until"), until, first, last);
}

void n6_take_identity(struct record *r, struct str id, struct str raw, struct str address)
{
	record_identity_of(r, id.size > 0 ? id : raw, address);
}
