/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/writer.h"
#include "rules/guard.h"

/* Within the engine: which of many patterns occur in bytes, all at once, by Hyperscan. The one
 * part that knows it. */

/* Whether the library finds all there is. Vectorscan 5.4.9 overlooks texts, by where in memory the
 * content stands; Hyperscan, up to 5.4.2, was never seen to. docs/design/prefilter.md */
bool pattern_library_sound(void);

struct pattern_set; /* frozen; for any number of threads */
void pattern_set_free(struct pattern_set *s);

/* Whether an expression can be in a set. */
bool pattern_accepted(struct bytes expression);

/* numbers[i] is what patterns[i] is told as; they may be any. count 0 is fine. E_NOMEM, E_LIMIT. */
MUST_CHECK enum err pattern_set_new(const struct pattern *patterns, const uint32_t *numbers,
	uint32_t count, struct pattern_set **ret_set);

/* The library's version and what it needs of the processor: what a saved set is tied to. */
void pattern_set_build(struct writer *w);

/* For the very version of the library that wrote it; E_VERSION otherwise, E_CORRUPT. What is read
 * is used where it stands, and borrowed, where it is aligned as it was in the writer: to 64 bytes.
 */
MUST_CHECK enum err pattern_set_save(const struct pattern_set *s, struct writer *w);
MUST_CHECK enum err pattern_set_load(struct bytes bytes, struct pattern_set **ret_set);

/* Room to work in, one a thread, for those sets it was made to fit; that reads a set whole and
 * checks it. E_NOMEM, E_CORRUPT. */
struct pattern_scratch;
void pattern_scratch_free(struct pattern_scratch *scratch);
MUST_CHECK enum err pattern_scratch_new(struct pattern_scratch **ret_scratch);
MUST_CHECK enum err pattern_scratch_fit(
	struct pattern_scratch *scratch, const struct pattern_set *set);

/* Each pattern that occurs is told at least once; some may be told that do not. */
typedef void pattern_hit_fn(void *context, uint32_t number);
MUST_CHECK enum err pattern_set_scan(const struct pattern_set *s, struct pattern_scratch *scratch,
	struct bytes content, pattern_hit_fn *fn, void *context);
