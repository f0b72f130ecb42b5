/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "program/console.h"
#include "rules/pack.h"
#include "rules/signature.h"
#include "scanner/options.h"
#include "scanner/state.h"

/* A rule pack whose signature the campaign's key has made. All that is used of it are the very
 * bytes that were verified. */

enum {
	PACK_HASH = 32
};

struct verified_pack {
	char path[STATE_PATH], signature[STATE_PATH];
	struct public_key key;
	char key_file[STATE_PATH]; /* where it is installed, or as it was given */
	struct writer file;
	struct str comment;       /* trusted */
	struct writer comment_of; /* where it stands */
	uint8_t hash[PACK_HASH];  /* BLAKE2b of the file */
	struct arena arena;
	struct pack pack; /* once opened */
	bool opened;
};

/* Finds, reads and verifies it; false after a complaint. Release in any case. */
bool verified_pack_load(
	struct verified_pack *v, struct console *console, const struct settings *settings);
void verified_pack_release(struct verified_pack *v);

/* Takes it apart, once. */
MUST_CHECK enum err verified_pack_open(struct verified_pack *v);
