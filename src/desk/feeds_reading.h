/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"

/* How the files of a feed or of a source are read, in words and as fields. */

/* Facts of an open list: the format, and of a map which column is what. */
void reading_facts(struct desk_page *p, struct str format, struct str map);

/* Fields "format" and "map". */
void reading_fields(struct desk_page *p, struct str format, struct str map);

/* What `quetsach feed set` would refuse, each at its field. */
void reading_check(
	struct desk_request *r, struct str format, struct str map, struct desk_problems *problems);
