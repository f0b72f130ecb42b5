/* SPDX-License-Identifier: Apache-2.0 */
/* The contents of the site for the desk, which knows neither the program's own texts nor the
 * portal.
 */
#include "server/desk_contents.h"

#include "base/limits.h"
#include "portal/assets.h"
#include "portal/preview.h"
#include "server/counters_file.h"
#include "server/site_contents.h"

static void begin(struct arena *arena)
{
	arena_init(arena, 4 * LIMIT_SITE_FILE);
}

static bool is_ours(const struct article_version *v)
{
	return v->article.version == 1 && str_equal(v->author, STR(SITE_OURS));
}

/* --- articles --- */

static enum err each_article(struct store *s, desk_article_fn *fn, void *context)
{
	struct arena arena;
	struct site_article_list list = {.count = 0};
	begin(&arena);
	enum err err = site_articles_load(s, &arena, &list);
	for (size_t i = 0; err == E_OK && i < list.count; i++)
		err = fn(context, &list.versions[i], list.ours[i]);
	arena_release(&arena);
	return err;
}

struct telling {
	desk_article_fn *fn;
	void *context;
	size_t count;
	enum err err;
};

static void tell(void *context, const struct article_version *version)
{
	struct telling *t = context;
	t->count++;
	if (t->err == E_OK)
		t->err = t->fn(t->context, version, is_ours(version));
}

static enum err each_version(
	struct store *s, struct str key, enum lang lang, desk_article_fn *fn, void *context)
{
	struct arena arena;
	struct article_version ours;
	struct telling t = {.fn = fn, .context = context};
	begin(&arena);
	enum err err = store_each_article_version(s, key, lang, tell, &t);
	if (err == E_OK && t.count == 0 && site_default_article(key, lang, &arena, &ours) == E_OK)
		tell(&t, &ours);
	arena_release(&arena);
	return err == E_OK ? t.err : err;
}

struct keeping {
	struct arena *arena;
	struct article_version version;
	bool failed;
};

static struct str keep(struct keeping *k, struct str s)
{
	struct str copy = arena_copy(k->arena, s);
	k->failed = k->failed || !copy.data;
	return copy;
}

static void keep_version(void *context, const struct article_version *version)
{
	struct keeping *k = context;
	k->version = *version;
	k->version.article.key = keep(k, version->article.key);
	k->version.article.title = keep(k, version->article.title);
	k->version.article.summary = keep(k, version->article.summary);
	k->version.article.body = keep(k, version->article.body);
	k->version.author = keep(k, version->author);
}

static enum err find_article(struct store *s, struct str key, enum lang lang, uint32_t version,
	struct arena *arena, struct article_version *ret_version)
{
	struct keeping k = {.arena = arena};
	enum err err = store_find_article(s, key, lang, version, keep_version, &k);
	if (err == E_OK && k.failed)
		err = E_NOMEM;
	if (err == E_NOTFOUND && version <= 1)
		err = site_default_article(key, lang, arena, &k.version);
	TRY(err);
	k.version.article.key = key;
	*ret_version = k.version;
	return E_OK;
}

/* --- tools --- */

static int64_t downloads_of(const struct counters_copy *copy, enum err err, struct str key)
{
	if (err == E_NOTFOUND)
		return 0;
	return err == E_OK ? (int64_t)counters_get(&copy->counters, key).total : -1;
}

static enum err each_tool(struct store *s, const char *folder, desk_tool_fn *fn, void *context)
{
	struct arena arena;
	struct counters_copy copy = {0};
	struct site_tool_list list = {.count = 0};
	enum err counted = counters_file_read(folder, &copy);
	begin(&arena);
	enum err err = site_tools_load(s, &arena, &list);
	for (size_t i = 0; err == E_OK && i < list.count; i++)
		err = fn(context, &list.entries[i], list.ours[i],
			downloads_of(&copy, counted, list.entries[i].tool.key));
	arena_release(&arena);
	counters_copy_release(&copy);
	return err;
}

/* --- preview --- */

static enum err preview(struct store *s, const struct http_request *q, struct http_answer *a,
	const struct article *article, const struct zone *zone, struct str back)
{
	struct arena arena;
	struct site site = {.built = q->now};
	begin(&arena);
	enum err err = site_contents_load(s, &arena, &site);
	if (err == E_OK) {
		const struct portal_preview what = {
			.site = &site, .article = article, .zone = zone, .back = back};
		err = portal_preview(q, a, &what);
	}
	arena_release(&arena);
	return err;
}

const struct desk_contents desk_contents = {
	.each_article = each_article,
	.each_version = each_version,
	.find_article = find_article,
	.each_tool = each_tool,
	.preview = preview,
	.assets = assets_table,
	.asset_count = ASSET__COUNT,
};
