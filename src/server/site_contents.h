/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "model/site.h"
#include "store/site_content.h"

/* The contents of the site as they stand now: the program's own, and what the operator has said
 * before them. Texts lie in the arena or in the program. E_CORRUPT: the catalogue holds what no
 * command would have taken. */

/* Author of the program's own texts. */
#define SITE_OURS "quetsach"

/* The newest version of each, withdrawn ones too, in the site's order. */
struct site_article_list {
	struct article_version *versions;
	bool *ours; /* the program's own, which nobody has changed */
	size_t count;
};
MUST_CHECK enum err site_articles_load(
	struct store *store, struct arena *arena, struct site_article_list *ret_list);

/* Withdrawn ones too, in the order they are shown. */
struct site_tool_list {
	struct tool_entry *entries;
	bool *ours;
	size_t count;
};
MUST_CHECK enum err site_tools_load(
	struct store *store, struct arena *arena, struct site_tool_list *ret_list);

/* By the names of `quetsach site set`; NULL: no such setting. */
struct str *site_identity_field(struct site_identity *identity, struct str name);
MUST_CHECK enum err site_identity_load(
	struct store *store, struct arena *arena, struct site_identity *ret_identity);

/* The campaign that the site speaks of: the one that runs, else the next to begin, else the one
 * that ended last. Without any its key is empty. */
MUST_CHECK enum err site_campaign_load(struct store *store, struct arena *arena, struct instant now,
	struct campaign *ret_campaign);

/* All that is shown at ret_site->built, which the caller sets; figures are left out. */
MUST_CHECK enum err site_contents_load(
	struct store *store, struct arena *arena, struct site *ret_site);

/* What the program has under a key; E_NOTFOUND. */
MUST_CHECK enum err site_default_article(
	struct str key, enum lang lang, struct arena *arena, struct article_version *ret_version);
MUST_CHECK enum err site_default_tool(struct str key, struct arena *arena, struct tool *ret_tool);
