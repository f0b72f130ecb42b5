/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* What the scanner keeps on a machine from one run to the next, in a folder that only its user can
 * enter: /var/lib/quetsach-scan for root, else $XDG_STATE_HOME/quetsach-scan. */

enum {
	STATE_KEY = 32,
	STATE_PATH = 4096
};

struct state {
	int folder; /* -1: nothing is kept */
	char path[STATE_PATH];
	uint8_t key[STATE_KEY]; /* what is kept is authenticated with it */
};

/* Makes what is missing. path NULL: the usual folder. E_DENIED: the folder or the key is somebody
 * else's, or others may enter or read it; E_NOTFOUND: no home; E_IO. On failure the folder is -1
 * and the path says which it was.
 */
MUST_CHECK enum err state_open(struct state *s, const char *path);
void state_close(struct state *s);

/* "PATH/name"; empty without a folder or where it is too long. */
void state_file(const struct state *s, const char *name, char ret_path[STATE_PATH]);

/* Where packs and the campaign's public key are installed: /var/lib/quetsach-scan/packs, else
 * $XDG_DATA_HOME/quetsach-scan/packs. Empty: no home. */
void state_packs(char ret_path[STATE_PATH]);

/* The newest version of a pack that was used here, 0: none. `who`: key and pack, without spaces. */
MUST_CHECK enum err state_newest(const struct state *s, struct str who, uint64_t *ret_version);
MUST_CHECK enum err state_used(const struct state *s, struct str who, uint64_t version);
