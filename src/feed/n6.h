/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/record.h"

/* What the JSON and CSV of n6 share: within room feed only. */

/* The kind of a category is the row's; false: nothing of ours, count the row as skipped. */
bool n6_take_category(struct record *r, struct str category);

/* Events of many sightings say when the last was. On one day it is the time of the first; over
 * midnight a span. `until` may be empty. */
MUST_CHECK enum err n6_take_times(struct record *r, struct str time, struct str until);

/* An event's id and which of its addresses; without an id the row as it stands. */
void n6_take_identity(struct record *r, struct str id, struct str raw, struct str address);
