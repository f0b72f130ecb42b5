/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/cursor.h"
#include "base/writer.h"
#include "rules/pack.h"

/* Within the engine: hash lists and names of files, as tables that stay where they were read from.
 */

/* By kind of digest: rows "digest, size of the file or 0, set, name", ordered by their bytes; sizes
 * that any row names. */
struct engine_lists {
	struct bytes rows[DIGEST__COUNT];
	struct bytes sizes[DIGEST__COUNT]; /* u64, ascending */
	struct bytes patterns;             /* rows "set, text, name" of names with * or ? */
	struct bytes files;                /* the same without, ordered by lower case text */
	struct bytes names;                /* texts that rows point into */
};

/* What is listed: its name and set. */
typedef void listed_fn(void *context, struct str name, uint32_t set);

MUST_CHECK enum err lists_make(
	const struct pack *pack, struct arena *arena, struct engine_lists *ret_lists);
void lists_save(const struct engine_lists *lists, struct writer *w);

/* Borrows what the cursor reads. Failures are the cursor's. */
void lists_load(struct cursor *in, uint32_t set_count, struct engine_lists *ret_lists);

size_t lists_hash_count(const struct engine_lists *lists);

/* Whether a digest of content of that size can be listed. */
bool lists_ask(const struct engine_lists *lists, enum digest_kind kind, uint64_t size);
void lists_find_digest(const struct engine_lists *lists, enum digest_kind kind,
	const uint8_t *digest, uint64_t size, listed_fn *fn, void *context);

/* Names without a slash in either case, paths as they are written. */
void lists_find_file(const struct engine_lists *lists, struct str name, struct str path,
	listed_fn *fn, void *context);
