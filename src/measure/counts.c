/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/counts.h"

const struct count_series *counts_find(
	const struct counts *c, enum count_scope scope, struct str key)
{
	for (size_t i = 0; i < c->series_count; i++)
		if (c->series[i].scope == scope && str_equal(c->series[i].key, key))
			return &c->series[i];
	return NULL;
}

bool counts_day(const struct counts *c, struct date day, size_t *ret_index)
{
	int64_t index =
		(date_instant(day).seconds - date_instant(c->first).seconds) / SECONDS_PER_DAY;
	if (index < 0 || (uint64_t)index >= c->days)
		return false;
	*ret_index = (size_t)index;
	return true;
}

bool counts_days(const struct counts *c, struct days d, size_t *ret_from, size_t *ret_to)
{
	size_t from;
	size_t last;
	if (days_count(d) == 0 || !counts_day(c, d.first, &from) || !counts_day(c, d.last, &last))
		return false;
	*ret_from = from;
	*ret_to = last + 1;
	return true;
}
