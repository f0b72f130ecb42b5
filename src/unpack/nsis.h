/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* Installers made with NSIS: what hangs behind the program from its "first header" on. Names of
 * files are in a script of theirs; members are called by their number. */

/* Offset of the first header, content.size where there is none. */
size_t nsis_find(struct bytes content);
MUST_CHECK enum err nsis_open(struct unpacking *u, struct bytes from_header);
