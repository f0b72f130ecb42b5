/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "model/site.h"

/* public/site: what the portal shows besides the listing, frozen in one file. Magic, version and
 * checksum in front; docs/format/site.md. */
void site_write(struct writer *w, const struct site *site);

/* Texts point into `file`, which must outlive *ret_site; tables lie in the arena. Whatever was in
 * the file, what comes out keeps the promises of model/site.h. E_CORRUPT, E_VERSION, E_NOMEM. */
MUST_CHECK enum err site_open(struct bytes file, struct arena *arena, struct site *ret_site);
