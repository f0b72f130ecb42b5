/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/daily.h"

void daily_days(const uint32_t *days, const uint8_t *alive, size_t count, double *ret_day)
{
	for (size_t i = 0; i < count; i++)
		ret_day[i] = alive[i] ? (double)days[i] : NAN;
}

struct mean daily_window(const uint32_t *days, const uint8_t *alive, size_t count, double *day)
{
	daily_days(days, alive, count, day);
	return mean_of_days(day, count);
}
