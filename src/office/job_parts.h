/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/job.h"

/* Within the room: what the files on jobs share. */

#define JOB_COLUMNS                                                                                \
	"id, kind, campaign, org, name, text, input, input_name, lang, due, state, account,"       \
	" asked, begun, ended, tries, held, done, whole, status, said, problems, output,"          \
	" output_name, output_type"

/* Texts lie in the arena. E_CORRUPT: a kind or state that there is none of. */
MUST_CHECK enum err job_row(struct sql *q, struct arena *arena, struct job *ret_job);

/* Its only row, and closes. E_NOTFOUND. */
MUST_CHECK enum err job_only(struct sql *q, struct arena *arena, struct job *ret_job);

/* office/jobs. E_NOTFOUND: not made yet and `make` is false. */
MUST_CHECK enum err job_folder_open(struct office *o, bool make, int *ret_folder);

/* "12.in", "12.out". */
enum {
	JOB_FILE_NAME = 32
};
enum job_file {
	JOB_FILE_IN,
	JOB_FILE_OUT
};
void job_file_name(int64_t id, enum job_file file, char name[JOB_FILE_NAME]);
