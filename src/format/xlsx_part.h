/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/problem.h"
#include "base/span.h"

/* One part of a spreadsheet's zip file at a time, as XML events. */

/* Names of elements without what stands before ':'. An error ends the part. attributes: as expat
 * hands them on, for xlsx_attribute(). */
struct xlsx_handler {
	void *context;
	enum err (*start)(void *context, struct str element, const char **attributes);
	enum err (*end)(void *context, struct str element);
	enum err (*text)(void *context, struct str text);
};

/* Empty: not there. name: without what stands before ':'. */
struct str xlsx_attribute(const char **attributes, const char *name);

/* `unpacked` counts on from part to part. E_NOTFOUND: no part of that name; E_SYNTAX, E_LIMIT:
 * `problem` says why, else it is the handler's error. */
MUST_CHECK enum err xlsx_part(struct bytes file, struct str name,
	const struct xlsx_handler *handler, uint64_t *unpacked, struct problem *problem);
