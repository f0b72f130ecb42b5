/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/problem.h"
#include "text/text.h"

/* How a program speaks: results to standard output, everything else to standard error, in the
 * operator's language. */
struct console {
	const char *program; /* what messages begin with */
	enum lang lang;
	bool json;
	bool terminal; /* standard error is one: progress is shown */
	bool told; /* standard error is read by a program: each complaint, and progress, as one line
		      of JSON: {"file","line","field","code","got","text"}, {"error","text"},
		      {"done","whole"} */
	struct writer out;  /* results not yet written */
	uint64_t started;   /* monotonic nanoseconds; 0: no progress line is open */
	uint64_t painted;   /* when it was last drawn */
	struct str subject; /* what the progress line is about */
};

void console_init(struct console *c, const char *program, enum lang lang, bool json);

/* The language asked for by its code, else that of the locale. */
enum lang console_lang(struct str wanted);

/* Writes what is left; false when standard output took it not. */
bool console_finish(struct console *c);

/* Hands what was written into c->out to standard output. */
void console_flush(struct console *c);

/* "PROGRAM: message" on standard error. */
void console_say(
	struct console *c, enum message message, const struct text_arg *args, size_t count);
#define console_say_with(c, message, ...)                                                          \
	console_say(c, message, (const struct text_arg[]){__VA_ARGS__},                            \
		sizeof((const struct text_arg[]){__VA_ARGS__}) / sizeof(struct text_arg))

/* "PROGRAM: FILE:LINE: field: what is wrong". */
void console_problem(struct console *c, struct str file, const struct problem *problem);

/* "PROGRAM: WHAT: why", with the system's word (errno) where it adds something. */
void console_failed(struct console *c, struct str what, enum err err);

/* The same in other words: {what}, {why} and {system} are filled. */
void console_failed_as(struct console *c, enum message message, struct str what, enum err err);

/* A line that shows how far a long job is; nothing in the first second, nothing when piped. */
void console_progress_begin(struct console *c, struct str subject);
void console_progress(struct console *c, uint64_t done, uint64_t total);
void console_progress_end(struct console *c);
