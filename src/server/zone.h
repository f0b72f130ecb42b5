/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"
#include "server/command.h"
#include "text/text.h"

/* A time zone by its IANA name; NULL: this machine does not know it. Given back with zone_free().
 */
struct zone *zone_load(struct str name);

/* --zone, else that of the data folder's country (os/zone_file.h). In the context's arena; {NULL}
 * without memory. */
struct str zone_name(struct context *c, const struct store *store);
