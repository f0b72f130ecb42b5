/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/writer.h"
#include "rules/guard.h"

/* Within the engine: libyara. The one part that knows it. */

/* Once in a process, before anything else here; nothing takes it back. */
MUST_CHECK enum err yara_begin(void);

/* Version and word size of the library: what compiled rules are tied to. */
void yara_build(struct writer *w);

/* Compiled rules of several sets. */
struct compiled;
void compiled_free(struct compiled *c);

struct yara_source_text {
	const char *set;  /* namespace */
	const char *text; /* imports and rules */
};

/* E_SYNTAX with libyara's word and line in the text. */
struct yara_complaint {
	uint64_t line;
	char text[256];
};
MUST_CHECK enum err compiled_new(const struct yara_source_text *texts, size_t count,
	struct compiled **ret_compiled, struct yara_complaint *ret_complaint);

/* The same in as little memory as it needs. */
MUST_CHECK enum err compiled_pack(struct compiled **compiled);
MUST_CHECK enum err compiled_save(const struct compiled *c, struct writer *w);
MUST_CHECK enum err compiled_load(struct bytes bytes, struct compiled **ret_compiled);

/* One a thread and shard. */
struct yara_scan;
MUST_CHECK enum err yara_scan_new(struct compiled *c, struct yara_scan **ret_scan);
void yara_scan_free(struct yara_scan *s);

/* Nanoseconds that only ever grow. */
uint64_t yara_clock(void);

/* Each rule that is true and not private. `silently`: as if none of their strings occurred, without
 * looking for them. deadline: of yara_clock(). E_TIMEOUT, E_LIMIT, E_NOMEM. */
typedef void yara_hit_fn(void *context, struct str set, struct str rule, struct str author);
MUST_CHECK enum err yara_scan_bytes(struct yara_scan *s, struct bytes content,
	const struct str externals[EXTERNAL__COUNT], bool silently, uint64_t deadline,
	yara_hit_fn *fn, void *context);
