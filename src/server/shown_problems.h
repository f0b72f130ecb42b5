/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "program/console.h"

/* Shows the bad rows of a file that the parser tells one by one (LIMIT_PROBLEMS_SHOWN at most; to a
 * program that keeps them, FEED_PROBLEMS_TOLD), then how many more there were. */
struct shown_problems {
	struct console *console;
	struct str file;
	uint64_t count;
};

void shown_problems_begin(struct shown_problems *s, struct console *console, struct str file);

/* For callbacks: context is the struct shown_problems. */
void shown_problems_take(void *context, const struct problem *problem);
/* rejected: bad rows in all, 0 where the file was refused as a whole. */
void shown_problems_end(struct shown_problems *s, uint64_t rejected);
