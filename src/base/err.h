/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What can go wrong, for code. People are told with a message of room text and, for bad input, a
 * struct problem. E_OK is 0. */
enum err {
	E_OK,
	E_NOMEM,     /* the system has no memory left */
	E_LIMIT,     /* passes a limit of data/limits.def */
	E_RANGE,     /* a number outside what its type or field allows */
	E_SYNTAX,    /* bytes that are not of the format */
	E_UNKNOWN,   /* of no format, name or kind we know */
	E_TRUNCATED, /* ends too early */
	E_CORRUPT,   /* our own stored data fails its checksum or its rules */
	E_VERSION,   /* our own stored data, of a version this program cannot read */
	E_NOTFOUND,
	E_EXISTS,
	E_AMBIGUOUS, /* more than one thing fits what was asked */
	E_DENIED,    /* no right to it */
	E_BUSY,      /* another process holds it */
	E_NOSPACE,   /* the disk is full */
	E_IO,        /* any other failure of a file, socket or process; see errno */
	E_TIMEOUT,
	E_CRASHED, /* a helper process died */
	E_USAGE,   /* the caller of a command asked for something that makes no sense */
	ERR__COUNT
};

/* A function that can fail returns enum err and is declared MUST_CHECK; results come last as
 * ret_x and stay untouched on failure. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Short lower-case English name for logs, e.g. "no space". Never NULL. */
const char *err_name(enum err err);

/* Return from the calling function when the expression fails. */
#define TRY(expr)                                                                                  \
	do {                                                                                       \
		enum err try_err_ = (expr);                                                        \
		if (try_err_ != E_OK)                                                              \
			return try_err_;                                                           \
	} while (0)
