/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/pace.h"

enum {
	SECOND = 1000000000
};

/* Nanoseconds that `work` takes at `rate` a nanosecond, against those that have passed. */
static uint64_t owed(uint64_t *from, uint64_t *done, uint64_t now, uint64_t work, double rate)
{
	double takes = (double)(work - *done) / rate;
	double passed = (double)(now - *from);
	if (takes > passed)
		return (uint64_t)(takes - passed);
	if (passed - takes > SECOND) {
		*from = now - SECOND;
		*done = work;
	}
	return 0;
}

uint64_t pace_wait(struct pace *p, uint64_t now, uint64_t used, uint64_t bytes)
{
	uint64_t wait = 0;
	if (p->share < 100)
		wait = owed(&p->processor_from, &p->processor_used, now, used,
			p->share / 100.0 * p->processors);
	if (p->bytes_a_second > 0) {
		uint64_t reading = owed(&p->bytes_from, &p->bytes_done, now, bytes,
			(double)p->bytes_a_second / SECOND);
		wait = reading > wait ? reading : wait;
	}
	return wait;
}
