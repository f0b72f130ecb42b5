/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "portal/check.h"
#include "portal/page.h"

/* Trying the check with made-up data. Only where every feed of the listing is simulated: with one
 * real feed in it, ?as= would be a way to ask about other people's addresses. */
bool look_as_allowed(const struct publication *publication);

/* Links to a few addresses with different answers. */
void look_as_write(struct page *p);
