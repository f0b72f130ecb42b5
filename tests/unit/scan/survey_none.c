/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/survey.h"
const struct place *survey_places(size_t *n)
{
	*n = 0;
	return 0;
}
