/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/writer.h"
#include "rules/guard.h"

/* Within the engine: which of many literals occur in bytes, all at once, by Vectorscan. The one
 * part that knows it. */

struct literal_set; /* frozen; for any number of threads */
void literal_set_free(struct literal_set *s);

/* Literals are numbered 0 … count − 1. count 0 is fine: nothing ever occurs. E_NOMEM. */
MUST_CHECK enum err literal_set_new(
	const struct literal *literals, uint32_t count, struct literal_set **ret_set);

/* The library's version and what it needs of the processor: what a saved set is tied to. */
struct str literal_set_build(void);

/* For the very version of the library that wrote it; E_VERSION otherwise, E_CORRUPT. */
MUST_CHECK enum err literal_set_save(const struct literal_set *s, struct writer *w);
MUST_CHECK enum err literal_set_load(struct bytes bytes, struct literal_set **ret_set);

/* Room to work in, one a thread, for all of some sets. */
struct literal_scratch;
void literal_scratch_free(struct literal_scratch *scratch);
MUST_CHECK enum err literal_scratch_new(
	struct literal_set *const *sets, size_t count, struct literal_scratch **ret_scratch);

/* Each literal that occurs is told at least once. */
typedef void literal_hit_fn(void *context, uint32_t literal);
MUST_CHECK enum err literal_set_scan(const struct literal_set *s, struct literal_scratch *scratch,
	struct bytes content, literal_hit_fn *fn, void *context);
