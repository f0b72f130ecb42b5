/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "model/finding.h"

/* What there is to look at on a machine besides files: the places from which programs are started,
 * processes, connections. Each place is one row of a table (survey_places.c) with its reader;
 * readers take bytes that may be hostile and run in the process without rights. */

/* How bad an entry is by itself, whatever the file it names turns out to be. */
enum entry_sign {
	SIGN_NONE,
	SIGN_SUSPICIOUS, /* runs from a folder anybody may write to, fetches and runs, hides */
	SIGN__COUNT
};

struct place_entry {
	uint64_t line;      /* from 1; 0: the whole file */
	struct str text;    /* the entry as it stands, for people */
	struct str program; /* path of what it starts; empty: none recognised */
	enum entry_sign sign;
	struct str why; /* key of a message: "runs-from-tmp" */
};

struct place_sink {
	void *context;
	enum err (*entry)(void *context, const struct place_entry *entry);
};

typedef enum err place_reader_fn(struct bytes content, struct str path, const struct place_sink *s);

struct place {
	struct str key;     /* "cron-system" */
	struct str pattern; /* below the root, with * for a name or a part of one: "root/.bashrc" */
	place_reader_fn *read;
	bool windows; /* of a mounted Windows disk */
};

/* The table. */
const struct place *survey_places(size_t *ret_count);
