/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "portal/pages.h"

/* Whether crawlers may read a page. The check speaks about whoever asks: they would keep the answer
 * to their own address. */
bool robots_may_see(enum page_name name);
