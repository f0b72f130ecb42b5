/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fetch/spool.h"
#include "server/command.h"

/* What the commands on sources share. */

/* The spool of the data folder; with `make` it is made where it is missing. Complains. Without
 * `make`, *ret_none: nobody has made one yet. */
bool source_spool(struct context *c, bool make, struct fetch_spool *ret_spool, bool *ret_none);

/* Reads the source of that name, whose texts lie in `bytes`; complains. */
bool source_read(struct context *c, const struct fetch_spool *spool, const char *name,
	struct writer *bytes, struct source *ret_source);

/* What was said with options goes into the source; complains about what cannot be. */
bool source_take_options(struct context *c, struct source *source);
