/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "model/finding.h"
#include "rules/pack.h"
#include "unpack/unpack.h"

/* One scan of a machine: walk → parse workers without rights → report. The walker opens by
 * descriptor and hands descriptors on; workers hold one file each and may do nothing; a worker that
 * dies, hangs or eats memory makes its file "not scanned" and is replaced. */

struct scan_order {
	const char *const *paths;
	size_t path_count;
	const char *root; /* "/" or an alternative root; survey places are below it */
	bool processes, places, connections, quick;
	bool cross_mounts;
	const char *const *excludes; /* patterns of paths */
	size_t exclude_count;
	struct bytes engine;    /* engine_save(): authenticated */
	const char *cache_file; /* verdict cache; NULL: none */
	bool resume;
	struct unpack_limits limits;
	uint64_t file_size_most;
	unsigned workers; /* 0: as many as processors */
	unsigned file_milliseconds;
	unsigned processor_share; /* per cent, 1 … 100 */
	uint64_t bytes_a_second;  /* 0: no limit */
	bool all_matches;
};

struct scan_progress {
	uint64_t files, bytes, files_expected, bytes_expected; /* expected 0: not known yet */
	struct str path;                                       /* being looked at */
};

/* Called in the order things are found, in the process that asked. */
struct scan_sink {
	void *context;
	void (*finding)(void *context, const struct finding *finding);
	void (*not_scanned)(void *context, const struct not_scanned *what);
	void (*progress)(void *context, const struct scan_progress *progress); /* a few a second */
	bool (*stop)(void *context); /* the person wants to end: what is done is kept */
};

MUST_CHECK enum err scan_run(const struct scan_order *order, const struct scan_sink *sink,
	struct scan_totals *ret_totals);
