/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

/* Estimator 7: x(t)/max x, for comparing the shapes of countries and holders. NAN stays NAN; all
 * NAN when the largest is not above 0. ret: `count` values, may be x itself. */
void peak_normalise(const double *x, size_t count, double *ret);
