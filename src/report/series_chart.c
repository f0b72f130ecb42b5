/* SPDX-License-Identifier: Apache-2.0 */
#include "report/series_chart.h"

struct series_values series_values(const struct site_series *s, bool v6)
{
	return (struct series_values){v6 ? s->v6 : s->v4, s->days, s->first};
}

bool series_facts(const struct series_values *values, struct series_facts *ret_facts)
{
	struct series_facts facts = {.most = -1};
	for (size_t day = 0; day < values->days; day++) {
		int64_t count = values->counts[day];
		if (count < 0)
			continue;
		if (facts.most < 0)
			facts.first = day;
		if (count > facts.most) {
			facts.most = count;
			facts.most_day = day;
		}
		facts.last = day;
		facts.latest = count;
	}
	if (facts.most < 0)
		return false;
	*ret_facts = facts;
	return true;
}

struct date series_date(const struct series_values *values, size_t day)
{
	struct instant t = date_instant(values->first);
	t.seconds += (int64_t)day * SECONDS_PER_DAY;
	return instant_date(t);
}
