/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"
#include "unpack/unpack.h"

/* Within room unpack: the walk through one file, and what a kind of container is to it. Errors that
 * these functions give are the walk's own (a limit, the time, the sink): pass them on. */
struct unpacking;

struct container {
	struct str name;
	struct str magic; /* at offset `at`; empty: recognise decides alone */
	size_t at;
	bool (*recognise)(struct bytes content); /* besides the magic; NULL: the magic is enough */
	/* Hands its members to the walk and says what it could not. */
	enum err (*open)(struct unpacking *u, const struct container *self, struct bytes content);
	int which; /* for kinds that share a function */
	bool weak; /* recognised by little: what cannot be opened was none, and nothing is said */
};

/* A member: its name (made up from its number when empty), its content in pieces, its end. */
MUST_CHECK enum err unpacking_begin(struct unpacking *u, struct str name);
MUST_CHECK enum err unpacking_add(struct unpacking *u, struct bytes piece);
MUST_CHECK enum err unpacking_add_zeros(struct unpacking *u, uint64_t size);

/* Hands over what came and looks inside it. `outcome` says how reading it went: E_OK; else what
 * came is handed over, not looked into, and said to be not all of it: E_DENIED encrypted, E_UNKNOWN
 * unsupported, E_NOMEM, all others damaged. */
MUST_CHECK enum err unpacking_end(struct unpacking *u, enum err outcome, struct str about);

/* The same, and looks inside it as `also` besides: what only its container can tell. */
MUST_CHECK enum err unpacking_end_as(
	struct unpacking *u, enum err outcome, struct str about, const struct container *also);

/* What came of the member so far, until more comes. */
struct bytes unpacking_view(const struct unpacking *u);

/* Exchanges what came of the member for an empty buffer: for what goes through several filters. The
 * caller releases both in the end. */
void unpacking_take(struct unpacking *u, struct writer *into);

/* A member that lies in the container as it is: borrowed, not copied. */
MUST_CHECK enum err unpacking_slice(struct unpacking *u, struct str name, struct bytes content);

/* A member that could not be read at all. */
MUST_CHECK enum err unpacking_miss(
	struct unpacking *u, struct str name, enum unscanned reason, struct str about);

/* What is wrong with the container that is being opened. */
void unpacking_fault(struct unpacking *u, enum unscanned reason, struct str about);

/* Opens a part of the container that has no name of its own, what is appended to a program. It
 * counts as a depth. */
MUST_CHECK enum err unpacking_inside(struct unpacking *u, struct bytes part);

/* What the container that is being opened is called. */
struct str unpacking_name(const struct unpacking *u);

/* E_OK, or why to end: asks whether the time is up. Call often. */
MUST_CHECK enum err unpacking_check(struct unpacking *u);
