/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "os/file.h"
#include "scan/scan.h"
#include "scanner/verified_pack.h"

/* The engine of a pack, ready to be handed to a scan: from the state folder where it was kept for
 * this very pack and program, else compiled and kept. What is kept counts only with the
 * authentication that our key made (docs/format/scan.md); anything else is compiled anew. */

enum {
	PACK_ID = 256 /* bytes of a pack's name that are kept */
};

/* What is kept of the pack beside its engine. */
struct engine_facts_kept {
	char id[PACK_ID];
	uint64_t version;
	struct instant made, expires;
	uint64_t rules, left_out; /* compiled; refused by the engine */
};

struct prepared_engine {
	struct engine_facts_kept facts;
	struct bytes bytes;
	int file; /* 0: none */
	uint64_t offset;
	uint8_t id[ENGINE_ID];
	bool compiled; /* not found ready */
	struct mapping mapping;
	struct writer memory;
};

/* `anew`: compiled whatever is kept, as when the libraries are of another version than that was
 * made for. While it compiles, what comes in `signals` (signals_open(); -1: nothing) ends the
 * process with `status`, and nothing is kept. False after a complaint. Release in any case. */
bool prepared_engine_load(struct prepared_engine *e, struct console *console,
	const struct state *state, struct verified_pack *pack, bool anew, int signals, int status);
void prepared_engine_release(struct prepared_engine *e);

/* Whether what another user's scans keep in their folder below `root` is an engine made with the
 * key beside it. It holds the rules' texts, which the rules fit: no malware, whatever pack it is
 * of. A file that only has the name, or was changed, is looked at like any other. */
bool prepared_engine_made_in(const char *root, const char *folder);
