/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"
#include "office/job.h"

/* Work outside a request as people see it: what they asked for, how far it is, what came of it. */

/* Answers with a redirect: waits up to 1.5 s for the job to end, then goes to `then` (below
 * /desk/LANG/) if it is done and that is not empty, else to its own page, which shows how far it
 * is, what the command said, what is wrong in which line, and the file. What came of a table of
 * units has a page of its own, where it goes in any case. After desk_end() only. The
 * caller's route must be slow: this waits on the thread it is called on. */
void desk_job_follow(struct desk_request *r, int64_t id, struct str then);

/* Adds one in a transaction of its own and follows it. E_LIMIT of job_add() and failures are
 * answered too. */
void desk_job_start(struct desk_request *r, const struct job_order *order, struct str then);

/* "Nhập đơn vị", for tables and titles. */
enum message desk_job_kind_message(enum job_kind kind);

/* Its page below /desk/LANG/: "jobs/12". */
struct str desk_job_path(struct desk_request *r, int64_t id);

/* The job whose id the address has first. False: it has been answered. What they may not see is not
 * there. */
bool desk_job_find(struct desk_request *r, struct job *ret_job);

/* For the work list: how many of mine (of an operator: of everybody's) failed within seven days,
 * run and wait, with a link to each list. False: there are none, and nothing was written. */
bool desk_jobs_write_work(struct desk_page *p);

/* Have I (has anybody, for an operator) ever asked for any? */
bool desk_jobs_any(struct desk_request *r);

void desk_jobs(struct desk_request *r);       /* jobs */
void desk_job(struct desk_request *r);        /* jobs/ID */
void desk_job_cancel(struct desk_request *r); /* jobs/ID/cancel */
void desk_job_output(struct desk_request *r); /* jobs/ID/output */
