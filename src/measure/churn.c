/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/churn.h"

#include "base/dice.h"
#include "measure/statistics.h"

enum {
	BOOTSTRAPS = 1000
};

/* What a sample of durations says hosts per address are. */
typedef double share_fn(double sum, double sum_share, size_t count, double window);

static double share_of_active(double sum, double sum_share, size_t count, double window)
{
	(void)sum;
	(void)window;
	return sum_share / (double)count;
}

static double share_of_leases(double sum, double sum_share, size_t count, double window)
{
	double mean = sum / (double)count;
	(void)sum_share;
	return mean / (mean + window);
}

static double share(const double *hours, size_t count, double window, share_fn *fn)
{
	double sum = 0;
	double sum_share = 0;
	for (size_t i = 0; i < count; i++) {
		sum += hours[i];
		sum_share += hours[i] / (hours[i] + window);
	}
	return fn(sum, sum_share, count, window);
}

static double drawn_share(
	const double *hours, size_t count, double window, share_fn *fn, struct dice *dice)
{
	double sum = 0;
	double sum_share = 0;
	for (size_t i = 0; i < count; i++) {
		double d = hours[dice_below(dice, count)];
		sum += d;
		sum_share += d / (d + window);
	}
	return fn(sum, sum_share, count, window);
}

static struct estimate correct(uint64_t addresses, const double *hours, size_t count, double window,
	uint64_t seed, share_fn *fn)
{
	double drawn[BOOTSTRAPS];
	struct dice dice = {seed};
	double n = (double)addresses;
	if (count == 0 || !(window > 0))
		return ESTIMATE_UNKNOWN;
	for (size_t i = 0; i < count; i++)
		if (!(hours[i] > 0))
			return ESTIMATE_UNKNOWN;
	for (size_t i = 0; i < BOOTSTRAPS; i++)
		drawn[i] = drawn_share(hours, count, window, fn, &dice);
	sort_values(drawn, BOOTSTRAPS);
	return (struct estimate){n * share(hours, count, window, fn),
		n * quantile_of(drawn, BOOTSTRAPS, 0.025),
		n * quantile_of(drawn, BOOTSTRAPS, 0.975)};
}

struct estimate churn_from_active(
	uint64_t addresses, const double *hours, size_t count, double window, uint64_t seed)
{
	return correct(addresses, hours, count, window, seed, share_of_active);
}

struct estimate churn_from_leases(
	uint64_t addresses, const double *hours, size_t count, double window, uint64_t seed)
{
	return correct(addresses, hours, count, window, seed, share_of_leases);
}
