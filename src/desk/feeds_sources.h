/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"

/* The sources that feeds are fetched from by themselves, and how it goes with them: a heading and a
 * table; nothing where there are none. `feed`: only its own; empty: all. */
void feeds_write_sources(struct desk_page *p, struct str feed);
