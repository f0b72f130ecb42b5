/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/console.h"

/* Shows the first LIMIT_PROBLEMS_SHOWN bad rows of a file and counts the others. */
struct shown_problems {
	struct console *console;
	struct str file;
	uint64_t count;
};

void shown_problems_begin(struct shown_problems *s, struct console *console, struct str file);

/* For callbacks: context is the struct shown_problems. */
void shown_problems_take(void *context, const struct problem *problem);
void shown_problems_end(struct shown_problems *s);
