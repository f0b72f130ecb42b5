/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/lang.h"
#include "base/span.h"

/* A part of a country, as figures by region name it, and its place on a map of equal squares.
 * Which regions there are is data: 63 provinces then, 34 now. Texts are borrowed. */
struct region {
	struct str key; /* as tables of regions give it: "01", "VN-HN" */
	struct str name[LANG__COUNT];
	struct str short_name; /* at most 4 letters, inside its square */
	uint8_t column, row;   /* of its square, from 0; below REGION_GRID */
};

enum {
	REGION_GRID = 40
};
