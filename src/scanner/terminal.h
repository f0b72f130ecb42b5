/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "scan/scan.h"
#include "scanner/report.h"

enum {
	TERMINAL_EXPLAINED = 256
};

/* What a person at a terminal sees: findings at once, how far it is, a summary. */
struct terminal {
	struct console *console; /* results go to its out */
	struct scan_report *report;
	size_t columns;          /* of standard output; 0: no terminal */
	size_t progress_columns; /* of standard error; 0: no progress */
	bool colour;
	bool painted;                              /* a line of progress stands there */
	const char *explained[TERMINAL_EXPLAINED]; /* what was said once: of families, of advice */
	size_t explained_count;
	uint64_t awake, last; /* nanoseconds: pauses do not count; monotonic */
	/* When files came in turn, after what starts and what runs, and what had been read by
	 * then: how fast files go says nothing of the rest. */
	uint64_t files_awake, files_bytes;
};

void terminal_init(struct terminal *t, struct console *console, struct scan_report *report);

void terminal_finding(struct terminal *t, const struct finding *f);
/* That there were more of one file than are told. */
void terminal_found_more(struct terminal *t, const struct found_more *more);
void terminal_progress(struct terminal *t, const struct scan_progress *p);

/* Nanoseconds since terminal_init() in which the program ran: stopped by Ctrl-Z or asleep with the
 * machine it does not. To be asked several times a second. */
uint64_t terminal_awake(struct terminal *t);

/* Takes the line of progress away, before something else is written. */
void terminal_clear(struct terminal *t);

void terminal_summary(struct terminal *t);

/* "set:rule path" of each match, for comparison with other engines. */
void terminal_pairs(struct terminal *t, const struct finding *f);
