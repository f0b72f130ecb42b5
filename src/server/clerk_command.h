/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "office/job.h"
#include "os/process.h"

/* What a job asks for as words of our own command line: one visible table, no shell. Everything
 * that people wrote stands behind "--" or in "--name=value" of a name that its kind allows. */
enum {
	CLERK_WORDS = CHILD_ARGUMENTS,
	CLERK_STEPS = 32
};

struct clerk_step {
	const char *words[CLERK_WORDS + 1]; /* NULL at its end, without the program's name */
};

/* Commands to be run one after the other, until one fails. */
struct clerk_plan {
	struct clerk_step *steps;
	size_t count;
	uint32_t seconds;                    /* each may take */
	const char *output;                  /* the file it makes; NULL: none */
	struct str output_name, output_type; /* as it is offered */
	struct str text;                     /* to be put into the file `text_path` first */
	const char *text_path;               /* NULL: none */
};

/* What it is made from besides the job. */
struct clerk_paper {
	const char *folder;        /* of its files: "clerk/12" */
	const char *input;         /* its file there; NULL: none came */
	struct str org;            /* the code of the job's org; empty: none */
	const char *configuration; /* NULL: where it usually is */
};

/* All lies in the arena. E_USAGE: no command can be made of it. */
MUST_CHECK enum err clerk_plan_make(const struct job *job, const struct clerk_paper *paper,
	struct arena *arena, struct clerk_plan *ret_plan);
