/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/peak.h"

#include <math.h>

void peak_normalise(const double *x, size_t count, double *ret)
{
	double top = 0;
	for (size_t i = 0; i < count; i++)
		top = fmax(top, x[i]); /* fmax passes over NAN */
	for (size_t i = 0; i < count; i++)
		ret[i] = top > 0 ? x[i] / top : NAN;
}
