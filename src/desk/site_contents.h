/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "http/http.h"
#include "store/site_content.h"
#include "text/text.h"

/* What the whole program knows of the public site and the desk does not: texts that come with it,
 * how the portal shows one, what visitors fetched. The server gives it (desk_settings.contents). */

/* `ours`: it comes with the program, and nobody has changed it. Texts are borrowed until fn
 * returns. */
typedef enum err desk_article_fn(void *context, const struct article_version *version, bool ours);

/* downloads −1: not known. */
typedef enum err desk_tool_fn(
	void *context, const struct tool_entry *entry, bool ours, int64_t downloads);

struct desk_contents {
	/* The newest version of each, withdrawn ones too, in the site's order. */
	enum err (*each_article)(struct store *s, desk_article_fn *fn, void *context);

	/* All versions of one, oldest first; of a text that nobody has changed ours. */
	enum err (*each_version)(struct store *s, struct str key, enum lang lang,
		desk_article_fn *fn, void *context);

	/* version 0: the newest. Texts lie in the arena. E_NOTFOUND. */
	enum err (*find_article)(struct store *s, struct str key, enum lang lang, uint32_t version,
		struct arena *arena, struct article_version *ret_version);

	/* Withdrawn ones too, in the order they are shown. `folder`: the data folder. */
	enum err (*each_tool)(struct store *s, const char *folder, desk_tool_fn *fn, void *context);

	/* Answers as the portal would with that article on the site (portal/preview.h). */
	enum err (*preview)(struct store *s, const struct http_request *q, struct http_answer *a,
		const struct article *article, const struct zone *zone, struct str back);

	/* What such answers ask for besides. */
	const struct http_asset *(*assets)(void);
	size_t asset_count;
};
