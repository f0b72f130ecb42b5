/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/* Faults on purpose, for tests: every call that changes the disk (create, write, fsync, rename,
 * delete, make a folder) asks fault_next() first. Built without tests (-Dtests=false) there are no
 * faults (fault_none.c). Environment QUETSACH_FAULT=stop:K (or tear, full) plans one for the K-th
 * call, from 1. */
enum fault {
	FAULT_NONE,
	FAULT_STOP, /* the process is gone before the call (SIGKILL) */
	FAULT_TEAR, /* half of a write reaches the file, then the process is gone */
	FAULT_FULL, /* ENOSPC, from this call on */
	FAULT__COUNT
};

/* Counts one call; returns FAULT_NONE, FAULT_TEAR (write half, then fault_stop()) or FAULT_FULL. */
enum fault fault_next(void);

/* Replaces the plan and starts counting anew. */
void fault_plan(enum fault fault, uint64_t call);
uint64_t fault_calls(void);
_Noreturn void fault_stop(void);
