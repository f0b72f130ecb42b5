/* SPDX-License-Identifier: Apache-2.0 */
#include "server/site_contents.h"

#include "base/limits.h"
#include "server/embedded.h"
#include "site/site_file.h"
#include "site/source.h"
#include "text/text.h"

/* "vi/services" → language and key. */
static bool split_name(const char *name, enum lang *ret_lang, struct str *ret_key)
{
	return lang_parse(str_cut(str_from(name), '/', ret_key), ret_lang);
}

static struct str file_text(const struct embedded_file *file)
{
	return (struct str){(const char *)file->bytes.data, file->bytes.size};
}

static enum err read_article(
	const struct embedded_file *file, struct arena *arena, struct article *ret_article)
{
	struct problem problem;
	struct article a;
	TRY(article_read(file_text(file), arena, &a, &problem));
	if (!split_name(file->name, &a.lang, &a.key))
		return E_CORRUPT;
	a.updated = a.published;
	a.version = 1;
	*ret_article = a;
	return E_OK;
}

static enum err read_tool(
	const struct embedded_file *file, struct arena *arena, struct tool *ret_tool)
{
	struct problem problem;
	struct tool t;
	TRY(tool_read(file_text(file), arena, &t, &problem));
	str_cut(str_from(file->name), '/', &t.key);
	*ret_tool = t;
	return E_OK;
}

enum err site_default_article(
	struct str key, enum lang lang, struct arena *arena, struct article *ret_article)
{
	for (size_t i = 0; i < page_file_count; i++) {
		enum lang file_lang;
		struct str file_key;
		if (split_name(page_files[i].name, &file_lang, &file_key) && file_lang == lang &&
			str_equal(file_key, key))
			return read_article(&page_files[i], arena, ret_article);
	}
	return E_NOTFOUND;
}

enum err site_default_tool(struct str key, struct arena *arena, struct tool *ret_tool)
{
	for (size_t i = 0; i < tool_file_count; i++) {
		struct str file_key;
		str_cut(str_from(tool_files[i].name), '/', &file_key);
		if (str_equal(file_key, key))
			return read_tool(&tool_files[i], arena, ret_tool);
	}
	return E_NOTFOUND;
}

struct gather {
	struct arena *arena;
	struct article *articles;
	size_t article_count;
	struct tool *tools;
	size_t tool_count;
};

static enum err add_default_articles(struct gather *g)
{
	for (size_t i = 0; i < page_file_count; i++) {
		if (g->article_count == LIMIT_SITE_ARTICLES)
			return E_LIMIT;
		TRY(read_article(&page_files[i], g->arena, &g->articles[g->article_count]));
		g->article_count++;
	}
	return E_OK;
}

static enum err add_default_tools(struct gather *g)
{
	for (size_t i = 0; i < tool_file_count; i++) {
		if (g->tool_count == LIMIT_SITE_TOOLS)
			return E_LIMIT;
		TRY(read_tool(&tool_files[i], g->arena, &g->tools[g->tool_count]));
		g->tool_count++;
	}
	return E_OK;
}

enum err site_contents_load(struct store *store, struct arena *arena, struct site *ret_site)
{
	struct gather g = {.arena = arena};
	(void)store;
	g.articles = arena_alloc(arena, LIMIT_SITE_ARTICLES, sizeof(*g.articles));
	g.tools = arena_alloc(arena, LIMIT_SITE_TOOLS, sizeof(*g.tools));
	if (!g.articles || !g.tools)
		return E_NOMEM;
	TRY(add_default_articles(&g));
	TRY(add_default_tools(&g));
	site_sort_articles(g.articles, g.article_count);
	ret_site->articles = g.articles;
	ret_site->article_count = g.article_count;
	ret_site->tools = g.tools;
	ret_site->tool_count = g.tool_count;
	return E_OK;
}
