/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "model/site.h"
#include "store/store.h"

/* Articles, tools, identity and campaign as they stand now: the program's own, and what the
 * operator has said before them. In the order the site wants them. Texts lie in the arena or in the
 * program. */
MUST_CHECK enum err site_contents_load(
	struct store *store, struct arena *arena, struct site *ret_site);

/* What the program has under a key; E_NOTFOUND. */
MUST_CHECK enum err site_default_article(
	struct str key, enum lang lang, struct arena *arena, struct article *ret_article);
MUST_CHECK enum err site_default_tool(struct str key, struct arena *arena, struct tool *ret_tool);
