/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/desk.h"

/* The audit keeps what was done in words of the code, which stay the same for ever: "version 3, on
 * behalf", "level 1: 2026-10-22". These say it as people do; what they do not know stays as it is.
 * In the arena. */
struct str audit_detail_words(struct desk_request *r, struct str what, struct str detail);

/* What it was done to. */
struct audit_thing {
	struct str path; /* empty: no link */
	struct str words;
};
struct audit_thing audit_thing_of(struct desk_request *r, struct str object);
