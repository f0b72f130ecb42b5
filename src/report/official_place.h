/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "base/writer.h"

/* The place that stands before the date of a letter, as far as the name of an office tells it, by
 * the rules of Decree 30/2020: "Ủy ban nhân dân thành phố Hải Phòng" → "Hải Phòng", "Quận 5" →
 * "Quận 5". Wards, communes and what else may be called after a person or a number keep what they
 * are. False: the name tells none, and nothing is written. */
bool official_write_place_of(struct writer *w, struct str name);
