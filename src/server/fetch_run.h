/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fetch/spool.h"
#include "server/command.h"

/* One round of fetching, by the process that holds the lock of the spool and stands in the data
 * folder. */
struct fetch_run {
	struct context *context;
	struct fetch_spool spool;
	struct arena arena; /* of one source */
	bool again;         /* also what was taken already */
	uint64_t sources, files, failed;
	uint64_t ingested, refused;
};

/* What became of one source this time. */
struct fetching {
	struct fetch_run *run;
	const struct source *source;
	struct source_state state;
	struct taken taken;
	struct writer secret;
	int authorities; /* -1: those of the machine */
	uint64_t files, missing;
	bool newest_missing;
	enum source_why why;  /* it failed; WHY_NONE: it did not */
	struct str what;      /* the value in its words */
	uint64_t retry_after; /* seconds, as the server asks */
};

/* When it is due next; now or before: it is. INT64_MAX: never (paused). */
struct instant fetch_due(const struct source *source, const struct source_state *state);

/* Fetches all there is of one source into the spool, and notes how it went. An error: of our own
 * disk or memory. */
MUST_CHECK enum err fetch_run_source(struct fetch_run *r, const struct source *source);

/* Drops halves that nobody will go on with and refused files that have been kept long enough. */
MUST_CHECK enum err fetch_run_sweep(struct fetch_run *r);

/* Counts what is kept of it because nothing could be read from it. */
MUST_CHECK enum err fetch_run_count_refused(struct fetch_run *r, const struct source *source);

/* --- between the files of the run --- */

struct fetch_wanted {
	struct str address; /* with the day, without the secret */
	struct str full;    /* with it */
	struct str called;  /* what the file is named after */
	struct str key;     /* it is remembered by; empty: by the state's validators */
	const struct date *day;
	bool plain; /* without the source's authentication */
};

/* E_OK with f->why where it failed; *ret_missing: the server has none (yet). */
MUST_CHECK enum err fetch_one(
	struct fetching *f, const struct fetch_wanted *wanted, bool *ret_missing);

/* The item for one file of the source. */
struct item fetch_item_of(
	struct fetching *f, struct str file, struct str address, const struct date *day);

enum {
	FETCH_DAY = 40
};

/* What day its list is of, by what the source says now and not when it was fetched; in ret_day or
 * borrowed from the item. */
struct str fetch_observed_again(
	const struct source *source, const struct item *item, char ret_day[FETCH_DAY]);

MUST_CHECK enum err fetch_folder(struct fetching *f);
MUST_CHECK enum err fetch_reports(struct fetching *f);

/* Keeps why, and the value in its words. */
void fetch_failed(struct fetching *f, enum source_why why, struct str what);
struct transfer_result;
void fetch_failed_by(struct fetching *f, const struct transfer_result *result);
