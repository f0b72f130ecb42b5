/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "match/engine.h"
#include "scan/scan.h"

/* Real scans of a scratch folder: the test program is also its own parse process. */
struct scanning {
	char path[64];        /* the scratch folder */
	struct writer engine; /* engine_save() of the rules */
	struct scan_order order;
	struct scan_totals totals;
	const char *paths[4];

	/* what was told, a line each: "infected PATH|OBJECT RULE" or "PATH|OBJECT REASON ABOUT" */
	const char *only; /* findings whose line holds it; NULL: all */
	char found[256][600];
	size_t found_count;
	char missed[256][600];
	size_t missed_count;
	enum err cache_ignored;
	unsigned progresses;
	uint64_t expected_files;
	/* to interrupt: asked so many times it says yes */
	unsigned stop_after, stop_asked;
	void (*on_stop_asked)(struct scanning *s);
};

/* Scratch folder and an engine of one set, ours, of these rules. */
void scanning_begin(struct scanning *s, const char *rules);
void scanning_begin_listed(struct scanning *s, const char *rules,
	const struct pack_indicator *indicators, size_t count);
void scanning_end(struct scanning *s);

/* path/name with these bytes. */
void scanning_file(struct scanning *s, const char *name, const void *data, size_t size);
void scanning_folder(struct scanning *s, const char *name);
void scanning_path(const struct scanning *s, const char *name, char ret[512]);

/* One scan of the scratch folder (or of order.paths); E_OK expected. */
void scanning_run(struct scanning *s);
bool scanning_found(const struct scanning *s, const char *part);
bool scanning_missed(const struct scanning *s, const char *part);
