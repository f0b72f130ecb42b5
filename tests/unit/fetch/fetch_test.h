/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/span.h"

#define assert_str(got, expected)                                                                  \
	do {                                                                                       \
		struct str got_ = (got), expected_ = (expected);                                   \
		assert_int_equal(got_.size, expected_.size);                                       \
		if (expected_.size > 0)                                                            \
			assert_memory_equal(got_.data, expected_.data, expected_.size);            \
	} while (0)
