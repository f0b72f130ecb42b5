/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/command.h"
#include "server/parse_client.h"

/* Folders and standard input for `quetsach ingest`. */

/* Takes one open file in and reports it; `shown` is what people see and the store keeps. */
typedef void ingest_open_fn(void *context, struct str shown, int fd);

/* A file could not be taken in; it has been told. */
typedef void ingest_failed_fn(void *context, struct str shown);

struct ingest_sources {
	struct context *context;
	struct parse_client *client;
	ingest_open_fn *open;
	ingest_failed_fn *failed;
	void *taker;
};

/* Every file below the folder, in the order of names; of a MISP feed (manifest.json) its events, in
 * the order of their timestamps, and what else lies there is named. The folder stays the caller's.
 */
void ingest_folder(const struct ingest_sources *s, const char *path, int folder);

/* All of standard input, kept in the data folder without a name meanwhile. */
void ingest_input(const struct ingest_sources *s, struct str shown);
