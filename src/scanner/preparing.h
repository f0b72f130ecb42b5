/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <pthread.h>

#include "program/console.h"

/* While something long goes on that cannot be asked how far it is: a line on the terminal that
 * tells the time so far, and an answer to whoever wants to stop. */

struct preparing {
	struct console *console;
	int signals; /* signals_open() */
	int status;
	int ours, theirs; /* closed: it is over */
	uint64_t began;
	bool painted, runs;
	pthread_t thread;
};

/* From now until the end a signal to stop ends the process with `status` after a word: nothing may
 * be going on that must not be left half-done. Where no thread can be had there is no line and no
 * answer. The caller writes nothing to the console meanwhile. */
void preparing_begin(struct preparing *p, struct console *console, int signals, int status);
void preparing_end(struct preparing *p);
