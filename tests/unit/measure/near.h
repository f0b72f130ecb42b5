/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "measure/estimate.h"

/* The values differ by no more than `within`; NAN is near nothing. */
#define assert_near(got, wanted, within) assert_near_(got, wanted, within, __FILE__, __LINE__)

static inline void assert_near_(
	double got, double wanted, double within, const char *file, int line)
{
	if (fabs(got - wanted) <= within)
		return;
	print_error("got %.12g, wanted %.12g within %g\n", got, wanted, within);
	_fail(file, line);
}

#define assert_estimate(e, value, low, high, within)                                               \
	assert_estimate_(e, value, low, high, within, __FILE__, __LINE__)

static inline void assert_estimate_(struct estimate e, double value, double low, double high,
	double within, const char *file, int line)
{
	assert_near_(e.value, value, within, file, line);
	assert_near_(e.low, low, within, file, line);
	assert_near_(e.high, high, within, file, line);
}

#define assert_unknown(e) assert_false(estimate_known(e))
