/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "portal/page.h"

/* What other sites may show of ours, with the code to copy: badge, live figure, picture. `url` is
 * the home page's, whole. */
void share_write_for_sites(struct page *p, struct str url);
