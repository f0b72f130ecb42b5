/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/desk.h"

/* Every page of the desk. */

enum desk_method {
	DESK_GET = 1,
	DESK_POST = 2,
	DESK_BOTH = 3 /* the handler looks at r->posted */
};

enum desk_who {
	DESK_SIGNED_IN, /* others are sent to sign in; what they may is asked by the handler */
	DESK_ANYBODY
};

struct desk_route {
	struct str pattern; /* below /desk/LANG/, without a slash at its ends; each * (at most 3)
			       stands for one part of the address that is not empty */
	enum desk_method methods; /* a pattern may have a line for each */
	desk_handler *handle;
	enum desk_who who;
	bool slow;       /* hashes a password, makes a document: more than 50 ms */
	uint64_t upload; /* bytes of a form with files; 0: none are taken */
};

extern const struct desk_route desk_routes[];
extern const size_t desk_route_count;

/* Whole parts come before *, lines above before those below. NULL: there is none; *ret_allowed are
 * the methods of all lines that fit. ret_parts: 3, borrowed from path. */
const struct desk_route *desk_route_find(
	struct str path, enum desk_method method, struct str *ret_parts, unsigned *ret_allowed);
