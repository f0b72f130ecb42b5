/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"
#include "text/text.h"

/* A time zone by its IANA name; NULL: this machine does not know it. Given back with zone_free().
 */
struct zone *zone_load(struct str name);
