/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <poll.h>

#include "office/job_work.h"
#include "os/process.h"
#include "server/clerk_command.h"

/* One job at work: its commands one after the other, listened to, never waited for. */

enum {
	CLERK_POLLS = 3 /* places of poll() that one takes */
};

struct clerk_run {
	struct office *office; /* borrowed */
	int files;             /* the folder clerk/, borrowed */
	const char *configuration;
	bool active;
	struct job job;
	struct arena arena;
	struct clerk_plan plan;
	char name[32];   /* of its folder in clerk/: "12" */
	char folder[48]; /* the same from the data folder: "clerk/12" */
	size_t step;
	struct child child;
	int output, complaints; /* what the command says; -1: it has ended that */
	struct writer said, problems;
	struct writer line; /* a complaint that has not ended yet */
	bool busy;          /* another command has the folder */
	uint64_t deadline;  /* monotonic */
	bool late;
};

void clerk_run_init(
	struct clerk_run *r, struct office *office, int files, const char *configuration);
void clerk_run_release(struct clerk_run *r);

/* Takes the next job of a lane and starts it. E_NOTFOUND: none is due. */
MUST_CHECK enum err clerk_run_take(struct clerk_run *r, enum job_lane lane);

/* Fills CLERK_POLLS places; looked at after poll() in the same order. An error is of the office:
 * the job is as it was. */
void clerk_run_wait(const struct clerk_run *r, struct pollfd *on);
MUST_CHECK enum err clerk_run_act(struct clerk_run *r, const struct pollfd *on);

/* When its time is over, monotonic; UINT64_MAX: it does nothing. */
uint64_t clerk_run_deadline(const struct clerk_run *r);

/* Kills what it runs, with its children; the job waits again. */
void clerk_run_stop(struct clerk_run *r);
