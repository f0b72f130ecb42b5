/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/job.h"

/* The clerk's side of jobs. There is one clerk: it holds a lock. Each of these is a transaction of
 * its own, so none of them may be called within one. */

/* What takes an hour must not hold up an officer's sheet: two are worked on at a time, one of each
 * lane. */
enum job_lane {
	JOB_LANE_SHORT,
	JOB_LANE_LONG,
	JOB_LANE__COUNT
};

/* The one that is due longest is running from now on. E_NOTFOUND: none is due. */
MUST_CHECK enum err job_take(struct office *o, enum job_lane lane, struct instant now,
	struct arena *arena, struct job *ret_job);

/* When the first of a lane that waits is due; seconds INT64_MAX: none waits. */
MUST_CHECK enum err job_next_due(struct office *o, enum job_lane lane, struct instant *ret_instant);

MUST_CHECK enum err job_progress(struct office *o, int64_t id, uint64_t done, uint64_t whole);

/* It waits again until `due`. held: another command has the folder; that, and an end of the clerk
 * that was asked for, is no try. */
MUST_CHECK enum err job_put_back(struct office *o, int64_t id, bool held, struct instant due);

struct job_result {
	bool done;                           /* JOB_DONE, else JOB_FAILED */
	int status;                          /* exit status, or JOB_STATUS_… */
	struct str said, problems;           /* cut at LIMIT_JOB_SAID */
	int output;                          /* of the file it made; -1: none */
	struct str output_name, output_type; /* of that */
};

/* Its output is on the disk before anybody is told that it is done; the input is gone, but of a
 * table that was checked and has nothing wrong: job_input_open(). */
MUST_CHECK enum err job_finish(
	struct office *o, int64_t id, const struct job_result *result, struct instant now);

/* Before the first is taken: those that a clerk which died was at wait again; the third time they
 * have failed. */
MUST_CHECK enum err job_recover(struct office *o, struct instant now);

/* Those that ended LIMIT_JOB_DAYS ago go, with their files; and files that belong to none. */
MUST_CHECK enum err job_sweep(struct office *o, struct instant now);
