/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <assert.h>
#include <stddef.h>

static const char *const names[] = {
	[E_OK] = "ok",
	[E_NOMEM] = "no memory",
	[E_LIMIT] = "over a limit",
	[E_RANGE] = "out of range",
	[E_SYNTAX] = "bad syntax",
	[E_UNKNOWN] = "unknown",
	[E_TRUNCATED] = "truncated",
	[E_CORRUPT] = "corrupt",
	[E_VERSION] = "unknown version",
	[E_NOTFOUND] = "not found",
	[E_EXISTS] = "exists already",
	[E_AMBIGUOUS] = "ambiguous",
	[E_DENIED] = "denied",
	[E_BUSY] = "busy",
	[E_NOSPACE] = "no space",
	[E_IO] = "input/output error",
	[E_TIMEOUT] = "timed out",
	[E_CRASHED] = "helper process died",
	[E_USAGE] = "usage",
};

static_assert(sizeof(names) / sizeof(names[0]) == ERR__COUNT, "one name per error");

const char *err_name(enum err err)
{
	if ((size_t)err >= ERR__COUNT)
		return "unknown error";
	return names[err];
}
