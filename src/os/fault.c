/* SPDX-License-Identifier: Apache-2.0 */
#include "os/fault.h"

#include <assert.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/span.h"

static struct {
	enum fault fault;
	uint64_t call;
	_Atomic uint64_t calls;
} plan;

void fault_stop(void)
{
	kill(getpid(), SIGKILL);
	_exit(137);
}

void fault_plan(enum fault fault, uint64_t call)
{
	plan.fault = fault;
	plan.call = call;
	plan.calls = 0;
}

uint64_t fault_calls(void)
{
	return plan.calls;
}

/* Before main(): no thread runs yet. */
__attribute__((constructor)) static void fault_read_plan(void)
{
	static const struct str names[] = {
		STR_INIT("none"), STR_INIT("stop"), STR_INIT("tear"), STR_INIT("full")};
	static_assert(sizeof(names) / sizeof(names[0]) == FAULT__COUNT, "a name for each");
	const char *text = getenv("QUETSACH_FAULT");
	struct str number;
	uint64_t call;
	if (!text)
		return;
	struct str name = str_cut(str_from(text), ':', &number);
	if (!str_to_u64(number, UINT64_MAX, &call))
		return;
	for (unsigned i = 0; i < FAULT__COUNT; i++)
		if (str_equal(name, names[i]))
			fault_plan((enum fault)i, call);
}

enum fault fault_next(void)
{
	uint64_t call = atomic_fetch_add(&plan.calls, 1) + 1;
	switch (plan.fault) {
	case FAULT_STOP:
		if (call == plan.call)
			fault_stop();
		return FAULT_NONE;
	case FAULT_TEAR:
		return call == plan.call ? FAULT_TEAR : FAULT_NONE;
	case FAULT_FULL:
		return plan.call && call >= plan.call ? FAULT_FULL : FAULT_NONE;
	case FAULT_NONE:
	case FAULT__COUNT:
		break;
	}
	return FAULT_NONE;
}
