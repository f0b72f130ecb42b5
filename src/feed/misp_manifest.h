/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/cursor.h"
#include "base/err.h"
#include "base/problem.h"
#include "base/writer.h"

/* manifest.json of a MISP feed's folder: {"UUID":{"timestamp":"1602720000","info":…}, …}. The event
 * UUID stands in UUID.json beside it. */
enum {
	MISP_UUID_SIZE = 36
};

struct misp_manifest_event {
	char uuid[MISP_UUID_SIZE + 1]; /* hexadecimal digits and hyphens, as it stands there */
	uint64_t timestamp;            /* seconds since 1970; 0: not said */
};

struct misp_manifest {
	struct misp_manifest_event *events; /* by timestamp, then UUID */
	size_t count;
};

/* By the first bytes of it. */
bool misp_manifest_recognise(struct str head);

/* What is no event of that form is counted in *ret_rejected. E_SYNTAX, E_LIMIT with `problem`:
 * no JSON, more than LIMIT_MANIFEST_EVENTS. */
MUST_CHECK enum err misp_manifest_parse(struct str text, struct arena *arena,
	struct misp_manifest *ret_manifest, uint64_t *ret_rejected, struct problem *problem);

/* The wire form between the parse process and who asked. Reading checks all of it. */
void misp_manifest_write(struct writer *w, const struct misp_manifest *manifest);
MUST_CHECK enum err misp_manifest_read(
	struct cursor *c, struct arena *arena, struct misp_manifest *ret_manifest);
