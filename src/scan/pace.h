/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/* How much a scan may take of processors and disk. What was not used for a while is not saved up
 * for longer than a second. */
struct pace {
	unsigned share; /* per cent of the processors, 1 … 100 */
	unsigned processors;
	uint64_t bytes_a_second; /* 0: no limit */
	/* from where it is counted */
	uint64_t processor_from, processor_used;
	uint64_t bytes_from, bytes_done;
};

/* now, used: nanoseconds so far, of a clock and of all processors; bytes read so far. How long to
 * begin nothing new, in nanoseconds. */
uint64_t pace_wait(struct pace *p, uint64_t now, uint64_t used, uint64_t bytes);
