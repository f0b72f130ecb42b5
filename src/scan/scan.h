/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "model/finding.h"
#include "rules/pack.h"
#include "unpack/unpack.h"

/* One scan of a machine: walk → parse workers without rights → report. The walker opens by
 * descriptor and hands descriptors on; workers hold the files they are given and may do nothing; a
 * worker that dies, hangs or eats memory makes its file "not scanned" and is replaced.
 * docs/design/scan.md */

enum {
	ENGINE_ID = 32
};

/* What is 0, NULL or empty is as said, so orders made by naming members stay whole. */
struct scan_order {
	const char *const *paths;
	size_t path_count;
	const char *root; /* "/" or an alternative root; survey places are below it. NULL: "/" */
	/* quick: besides the paths, folders where malware is dropped first. */
	bool processes, places, connections, quick;
	const int32_t *pids; /* only these processes; none: all but our own */
	size_t pid_count;
	bool cross_mounts; /* /proc, /sys and their like never are */
	/* Patterns of whole paths: * any bytes, also '/'; ? one byte. A folder's leaves out all
	 * that is below it. */
	const char *const *excludes;
	size_t exclude_count;
	/* Pack, engine, quarantine: these files, and all below these folders, by device and inode.
	 * The verdict cache and its key are left out anyway. Missing ones are fine. */
	const char *const *own;
	size_t own_count;

	struct bytes engine; /* engine_save(): authenticated */
	/* Where the same bytes lie, to be mapped instead of copied: a descriptor (0: none) of a
	 * file that only we may write, and the offset in it. */
	int engine_file;
	uint64_t engine_offset;
	uint8_t engine_id[ENGINE_ID]; /* of pack and engine: the cache's verdicts are theirs */

	const char *cache_file; /* verdict cache, its key beside it (".key"); NULL: none */
	/* An interrupted scan leaves what it found clean in the cache, so the same order goes on
	 * where it stopped. True: says so to the person, nothing else. */
	bool resume;
	unsigned settled_seconds;    /* a file changed later than that is not cached; 0: usual */
	struct unpack_limits limits; /* 0 members: usual ones */
	uint64_t file_size_most;     /* 0: usual */
	uint64_t memory_most;        /* of a worker, besides the engine; 0: usual */
	unsigned workers;            /* 0: as many as processors */
	unsigned file_milliseconds;  /* processor time of one file; 0: usual */
	unsigned processor_share;    /* per cent of the processors, 1 … 100; 0: all */
	uint64_t bytes_a_second;     /* 0: no limit */
	bool usual_priority;         /* else the lowest for processor and disk */
	bool all_matches;
	const char *second_socket; /* clamd's, for a second opinion; NULL: none */
};

struct scan_progress {
	uint64_t files, bytes, files_expected, bytes_expected; /* expected 0: not known yet */
	struct str path;                                       /* being looked at */
};

/* Called in the order things are found, in the process that asked. Those marked optional may be
 * NULL. */
struct scan_sink {
	void *context;
	void (*finding)(void *context, const struct finding *finding);
	/* Optional: after at most LIMIT_SCAN_FOUND of one object, how many more there are. */
	void (*found_more)(void *context, const struct found_more *more);
	void (*not_scanned)(void *context, const struct not_scanned *what);
	void (*progress)(void *context, const struct scan_progress *progress); /* a few a second */
	bool (*stop)(void *context);   /* the person wants to end: what is done is kept */
	bool (*paused)(void *context); /* optional: nothing new is begun while true */
	/* Optional: a folder that was left out as another file system. */
	void (*foreign)(void *context, struct str path);
	/* Optional: a cache that was not believed, E_CORRUPT, E_DENIED or E_VERSION; the scan goes
	 * on without it. E_VERSION is no harm: another pack's. */
	void (*cache_ignored)(void *context, enum err why);
};

enum {
	SCAN_DESCRIPTORS = 48 /* that a scan has to be allowed to have open at once */
};

/* Totals count things on disk, once each: one archive with three infected members is one infected
 * file. A file may be counted as infected and as not scanned: some members were, others not.
 * E_NOTFOUND: a path that is not there, nothing was scanned; E_CRASHED: workers could not be
 * started; E_CORRUPT: the engine; E_NOMEM, E_IO. */
MUST_CHECK enum err scan_run(const struct scan_order *order, const struct scan_sink *sink,
	struct scan_totals *ret_totals);

/* What main() becomes when its arguments are "--role" "parse": makes workers, never returns. */
_Noreturn void scan_parse_role(void);
