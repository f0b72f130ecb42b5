/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/jobs.h"

/* Within the desk: jobs in words. */

/* A state with what is to be known of it: held, cancelled. */
enum message desk_job_state_message(const struct job *job);
enum desk_tone desk_job_tone(const struct job *job);

/* One sentence on what that means for who asked. */
enum message desk_job_state_says(const struct job *job);

/* "vn-2026, Thành phố Hà Nội, don-vi.csv": what it is about; in the arena. */
struct str desk_job_about(struct desk_request *r, const struct job *job);

/* What its command said: counts, what is to be mended. */
void desk_job_write_result(struct desk_page *p, const struct job *job);

/* What is to be mended, with the way to all of it as a file. */
void desk_job_write_problems(struct desk_page *p, const struct job *job);
void desk_job_export_problems(struct desk_request *r, const struct job *job);

/* The page where such work is asked for, below /desk/LANG/: "files/upload"; "": none. */
struct str desk_job_came_from(struct desk_request *r, const struct job *job);
