/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Within room os: a list of what a role may call; anything else kills the process. Errors stick:
 * filter_enter() tells. */
struct filter {
	scmp_filter_ctx context;
	int failed; /* negative errno of libseccomp, 0 */
};

void filter_init(struct filter *f);
void filter_allow(struct filter *f, const int *calls, size_t count);

/* Answers with errno `number` instead of killing. */
void filter_refuse(struct filter *f, int call, int number);

/* EACCES when argument `index` has this bit. */
void filter_refuse_flag(struct filter *f, int call, unsigned index, uint64_t bit);

/* Allowed when argument `index`, masked, has this value. */
void filter_allow_when(struct filter *f, int call, unsigned index, uint64_t mask, uint64_t value);

/* Memory, clocks, locks, signals within, reading and writing what is open: what each role needs. */
void filter_allow_common(struct filter *f);

/* Threads of this process, never another process. */
void filter_allow_threads(struct filter *f);

/* Loads it for this process and releases; E_IO when the kernel refuses. */
MUST_CHECK enum err filter_enter(struct filter *f);

/* Before any filter: no core, no debugger, no new rights; E_USAGE when threads run already. */
MUST_CHECK enum err sandbox_harden(unsigned descriptors);
