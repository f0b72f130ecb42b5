/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/problem.h"
#include "text/text.h"

/* How a command speaks: results to standard output, everything else to standard error, in the
 * operator's language. */
struct console {
	enum lang lang;
	bool json;
	bool terminal;      /* standard error is one: progress is shown */
	struct writer out;  /* results not yet written */
	uint64_t started;   /* monotonic nanoseconds; 0: no progress line is open */
	uint64_t painted;   /* when it was last drawn */
	struct str subject; /* what the progress line is about */
};

void console_init(struct console *c, enum lang lang, bool json);

/* Writes what is left; false when standard output took it not. */
bool console_finish(struct console *c);

/* Hands what was written into c->out to standard output. */
void console_flush(struct console *c);

/* "quetsach: message" on standard error. */
void console_say(
	struct console *c, enum message message, const struct text_arg *args, size_t count);
#define console_say_with(c, message, ...)                                                          \
	console_say(c, message, (const struct text_arg[]){__VA_ARGS__},                            \
		sizeof((const struct text_arg[]){__VA_ARGS__}) / sizeof(struct text_arg))

/* "quetsach: FILE:LINE: field: what is wrong". */
void console_problem(struct console *c, struct str file, const struct problem *problem);

/* A line that shows how far a long job is; nothing in the first second, nothing when piped. */
void console_progress_begin(struct console *c, struct str subject);
void console_progress(struct console *c, uint64_t done, uint64_t total);
void console_progress_end(struct console *c);
