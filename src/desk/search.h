/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"

/* One box for everything: "search?q=". Only what the actor may see is looked through. */
void desk_search(struct desk_request *r);

/* The box itself, for the frame. */
void desk_search_box(struct desk_page *p);
