/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/site.h"
#include "store/store.h"

/* What the operator says on the public site, with everything that was said before. Texts handed to
 * callbacks are borrowed for the call. Values are checked by whoever puts them in. */

/* --- settings: name and value --- */
typedef void store_setting_fn(void *context, struct str name, struct str value);

/* An empty value takes the setting away. */
MUST_CHECK enum err store_put_setting(
	struct store *s, struct str name, struct str value, struct instant now);
MUST_CHECK enum err store_each_setting(struct store *s, store_setting_fn *fn, void *context);

/* --- campaigns, by key --- */
typedef void store_campaign_fn(void *context, const struct campaign *campaign);
MUST_CHECK enum err store_put_campaign(
	struct store *s, const struct campaign *campaign, struct instant now);

/* In the order they begin. */
MUST_CHECK enum err store_each_campaign(struct store *s, store_campaign_fn *fn, void *context);

/* --- articles: every save is a new version, nothing is overwritten --- */
struct article_version {
	struct article article; /* `updated` is when the version was made */
	struct str author;
	uint32_t origin; /* the version it was restored from; 0: none */
	bool withdrawn;  /* not shown, nor anything before it */
};
typedef void store_article_fn(void *context, const struct article_version *version);

/* `version` gives everything but article.version and article.updated. `before` (may be NULL)
 * becomes version 1 where there is none yet: the text that it takes the place of. */
MUST_CHECK enum err store_add_article(struct store *s, const struct article_version *version,
	const struct article_version *before, struct instant now, uint32_t *ret_version);

/* The newest version of each key and language, in that order. */
MUST_CHECK enum err store_each_article(struct store *s, store_article_fn *fn, void *context);

/* One version, 0: the newest. Calls fn once, or E_NOTFOUND. */
MUST_CHECK enum err store_find_article(struct store *s, struct str key, enum lang lang,
	uint32_t version, store_article_fn *fn, void *context);

/* All versions, oldest first. */
MUST_CHECK enum err store_each_article_version(
	struct store *s, struct str key, enum lang lang, store_article_fn *fn, void *context);

/* --- tools --- */
struct tool_entry {
	struct tool tool;
	bool withdrawn;
};
typedef void store_tool_fn(void *context, const struct tool_entry *entry);
MUST_CHECK enum err store_put_tool(
	struct store *s, const struct tool_entry *entry, struct instant now);

/* By key. */
MUST_CHECK enum err store_each_tool(struct store *s, store_tool_fn *fn, void *context);
MUST_CHECK enum err store_find_tool(
	struct store *s, struct str key, store_tool_fn *fn, void *context);

/* Which come first, and in which order; replaces the order before. E_EXISTS: a key twice. */
typedef void store_tool_key_fn(void *context, struct str key);
MUST_CHECK enum err store_order_tools(
	struct store *s, const struct str *keys, size_t count, struct instant now);
MUST_CHECK enum err store_each_ordered_tool(struct store *s, store_tool_key_fn *fn, void *context);

/* --- files that visitors download: public/downloads/SHA256 --- */
enum {
	DOWNLOAD_NAME_SIZE = 65 /* 64 hex digits and NUL */
};
struct store_download {
	char sha256[DOWNLOAD_NAME_SIZE];
	uint64_t size;
};

/* Copies the open file from where it stands; durable and readable by the portal when this returns
 * E_OK. Until a tool names it, store_retain() takes it for a stray. E_RANGE: empty; E_LIMIT. */
MUST_CHECK enum err store_add_download(
	struct store *s, int fd, struct store_download *ret_download);

/* E_NOTFOUND: not held. */
MUST_CHECK enum err store_download_size(struct store *s, struct str sha256, uint64_t *ret_size);

/* Number of the last change that was not one of the site's contents: what figures are made from. */
MUST_CHECK enum err store_sightings_change(struct store *s, uint64_t *ret_change);
