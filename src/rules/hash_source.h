/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rules/pack.h"
#include "rules/source_lines.h"

/* Lists of hashes: ClamAV's .hdb and .hsb (hash:size:name, hash:*:name:73), a hash a line with or
 * without a word about it behind ";", "," or a space, what sha256sum writes, MISP's CSV export,
 * ThreatFox's. MD5, SHA-1 and SHA-256 are told by their length. docs/format/pack.md */

struct pack_hashes {
	struct pack_hash *list;
	size_t count, capacity; /* the caller makes the room: hash_source_most() */
	uint64_t passed_over;   /* entries of tables that are no hashes */
};

/* At most so many hashes can come out of a text. */
size_t hash_source_most(struct str text);

/* Appends what the text holds, as of `set`; a hash without a name is called `fallback`. Names lie
 * in the arena. Bad lines are told and passed over. E_NOMEM, E_LIMIT (no room). */
MUST_CHECK enum err hash_source_read(struct str text, uint32_t set, struct str fallback,
	struct arena *arena, source_problem_fn *on_problem, void *context,
	struct pack_hashes *hashes);
