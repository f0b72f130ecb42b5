/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "survey/survey.h"

/* What the readers of places share. All of it takes hostile bytes and runs in time of their
 * length. */

struct lines {
	struct str rest;
	uint64_t number; /* of the line last given, from 1 */
	uint64_t next;
	bool joined; /* a backslash at the end of a line goes on with the next */
};

void lines_init(struct lines *l, struct bytes content, bool joined);

/* Trimmed lines that are not empty; a joined one still holds its backslashes and newlines. False at
 * the end. */
bool lines_next(struct lines *l, struct str *ret_line);

/* The same, without those whose first byte is one of `marks`: comments. */
bool lines_next_but(struct lines *l, const char *marks, struct str *ret_line);

/* The word up to white space; *s goes on behind it. Empty at the end. */
struct str take_word(struct str *s);

/* The name behind the last '/'. */
struct str path_name(struct str path);

bool str_contains(struct str s, struct str needle);

/* Whether s is one of a list ending in an empty one. */
bool str_among(struct str s, const struct str *list);

/* Hands on an entry: text cut to LIMIT_PLACE_TEXT bytes, `why` empty: no sign. */
MUST_CHECK enum err give_entry(const struct place_sink *sink, uint64_t line, struct str text,
	struct str program, struct str why);

/* The file as a whole, when it is started itself or for its name: hidden in a folder of its own
 * kind is a sign. */
MUST_CHECK enum err give_file(const struct place_sink *sink, struct str path, struct str program);

/* Only when the file is hidden. */
MUST_CHECK enum err give_hidden(const struct place_sink *sink, struct str path);
