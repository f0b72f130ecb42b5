/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/writer.h"

/* A literal that may hold NUL, as text. */
#define HOSTILE(literal) ((struct str){"" literal, sizeof(literal) - 1})

static inline void assert_str(struct str got, struct str expected)
{
	if (str_equal(got, expected))
		return;
	fail_msg("got “%.*s”, expected “%.*s”", STR_ARG(got), STR_ARG(expected));
}

static inline void assert_holds(struct str text, struct str part)
{
	if (str_find(text, part) == text.size)
		fail_msg("“%.*s” is not in “%.*s”", STR_ARG(part), STR_ARG(text));
}
