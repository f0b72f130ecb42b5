/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* What a line of shell does, as far as its words tell: nothing is run, nothing opened. Quotes count
 * as white space, so what is handed to `sh -c` is read too. */
struct command {
	struct str program; /* the first path or name started; empty: none */
	struct str why;     /* key of a reason; empty: no sign */
};

struct command command_read(struct str line);

/* In a folder anybody may write to: /tmp, /var/tmp, /dev/shm … */
bool path_is_temporary(struct str path);

/* Its name begins with '.', or it lies in such a folder of the system; in people's own folders
 * hidden folders are usual. */
bool path_is_hidden(struct str path);

/* The sign of a program by its path alone; empty: none. */
struct str path_reason(struct str path);
