/* SPDX-License-Identifier: Apache-2.0 */
#include "server/site_contents.h"

#include <stdlib.h>

#include "base/limits.h"
#include "server/embedded.h"
#include "site/site_file.h"
#include "site/source.h"
#include "text/text.h"

/* --- the program's own --- */

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
	const struct embedded_file *file, struct arena *arena, struct article_version *ret_version)
{
	struct problem problem;
	struct article a;
	TRY(article_read(file_text(file), arena, &a, &problem));
	if (!split_name(file->name, &a.lang, &a.key))
		return E_CORRUPT;
	a.updated = a.published;
	a.version = 1;
	*ret_version = (struct article_version){.article = a, .author = STR(SITE_OURS)};
	return E_OK;
}

static enum err read_tool(
	const struct embedded_file *file, struct arena *arena, struct tool *ret_tool)
{
	struct problem problem;
	struct tool t;
	TRY(tool_read(file_text(file), arena, &t, &problem));
	(void)str_cut(str_from(file->name), '/', &t.key);
	*ret_tool = t;
	return E_OK;
}

enum err site_default_article(
	struct str key, enum lang lang, struct arena *arena, struct article_version *ret_version)
{
	for (size_t i = 0; i < page_file_count; i++) {
		enum lang file_lang;
		struct str file_key;
		if (split_name(page_files[i].name, &file_lang, &file_key) && file_lang == lang &&
			str_equal(file_key, key))
			return read_article(&page_files[i], arena, ret_version);
	}
	return E_NOTFOUND;
}

enum err site_default_tool(struct str key, struct arena *arena, struct tool *ret_tool)
{
	for (size_t i = 0; i < tool_file_count; i++) {
		struct str file_key;
		(void)str_cut(str_from(tool_files[i].name), '/', &file_key);
		if (str_equal(file_key, key))
			return read_tool(&tool_files[i], arena, ret_tool);
	}
	return E_NOTFOUND;
}

/* --- copies that outlive the catalogue's rows --- */

struct gather {
	struct arena *arena;
	enum err err; /* of callbacks, which cannot return one */
	struct site_article_list articles;
	struct site_tool_list tools;
	struct site_identity identity;
	struct campaign campaign;
	struct date today;
};

static struct str keep(struct gather *g, struct str s)
{
	struct str copy = s.size > 0 ? arena_copy(g->arena, s) : STR("");
	if (!copy.data && g->err == E_OK)
		g->err = E_NOMEM;
	return copy;
}

static void keep_languages(struct gather *g, struct str texts[LANG__COUNT])
{
	for (int i = 0; i < LANG__COUNT; i++)
		texts[i] = keep(g, texts[i]);
}

static void expect(struct gather *g, bool valid)
{
	if (!valid && g->err == E_OK)
		g->err = E_CORRUPT;
}

static bool has_room(struct gather *g, size_t count, uint64_t limit)
{
	if (count >= limit && g->err == E_OK)
		g->err = E_LIMIT;
	return g->err == E_OK;
}

/* --- articles --- */

/* A first version counts as made when it is dated; no version as made before that. */
static struct instant shown_update(const struct article *a)
{
	bool later = a->version > 1 && a->updated.seconds > a->published.seconds;
	return later ? a->updated : a->published;
}

static void take_article(void *context, const struct article_version *version)
{
	struct gather *g = context;
	struct site_article_list *list = &g->articles;
	if (!has_room(g, list->count, LIMIT_SITE_ARTICLES))
		return;
	struct article_version v = *version;
	v.article.key = keep(g, v.article.key);
	v.article.title = keep(g, v.article.title);
	v.article.summary = keep(g, v.article.summary);
	v.article.body = keep(g, v.article.body);
	v.author = keep(g, v.author);
	v.article.updated = shown_update(&v.article);
	expect(g, site_article_valid(&v.article));
	list->versions[list->count++] = v;
}

static bool has_article(const struct site_article_list *list, size_t count, const struct article *a)
{
	for (size_t i = 0; i < count; i++)
		if (list->versions[i].article.lang == a->lang &&
			str_equal(list->versions[i].article.key, a->key))
			return true;
	return false;
}

static enum err add_default_articles(struct gather *g)
{
	struct site_article_list *list = &g->articles;
	size_t said = list->count;
	for (size_t i = 0; i < page_file_count; i++) {
		struct article_version v;
		TRY(read_article(&page_files[i], g->arena, &v));
		if (has_article(list, said, &v.article))
			continue;
		if (!has_room(g, list->count, LIMIT_SITE_ARTICLES))
			return g->err;
		list->versions[list->count++] = v;
	}
	return E_OK;
}

static int compare_versions(const void *a, const void *b)
{
	const struct article_version *x = a;
	const struct article_version *y = b;
	return site_article_order(&x->article, &y->article);
}

enum err site_articles_load(
	struct store *store, struct arena *arena, struct site_article_list *ret_list)
{
	struct gather g = {.arena = arena};
	struct site_article_list *list = &g.articles;
	list->versions = arena_alloc(arena, LIMIT_SITE_ARTICLES, sizeof(*list->versions));
	list->ours = arena_alloc(arena, LIMIT_SITE_ARTICLES, sizeof(*list->ours));
	if (!list->versions || !list->ours)
		return E_NOMEM;
	TRY(store_each_article(store, take_article, &g));
	TRY(g.err);
	/* A version of the operator's own has another author, or a number past the first. */
	TRY(add_default_articles(&g));
	if (list->count > 0)
		qsort(list->versions, list->count, sizeof(*list->versions), compare_versions);
	for (size_t i = 0; i < list->count; i++)
		list->ours[i] = list->versions[i].article.version == 1 &&
				str_equal(list->versions[i].author, STR(SITE_OURS));
	*ret_list = *list;
	return E_OK;
}

/* --- tools --- */

static void take_tool(void *context, const struct tool_entry *entry)
{
	struct gather *g = context;
	struct site_tool_list *list = &g->tools;
	if (!has_room(g, list->count, LIMIT_SITE_TOOLS))
		return;
	struct tool_entry e = *entry;
	e.tool.key = keep(g, e.tool.key);
	e.tool.name = keep(g, e.tool.name);
	keep_languages(g, e.tool.maker);
	keep_languages(g, e.tool.purpose);
	keep_languages(g, e.tool.about);
	e.tool.hotline = keep(g, e.tool.hotline);
	e.tool.mail = keep(g, e.tool.mail);
	e.tool.sha256 = keep(g, e.tool.sha256);
	e.tool.url = keep(g, e.tool.url);
	e.tool.file = keep(g, e.tool.file);
	list->entries[list->count++] = e;
}

static size_t find_tool(const struct site_tool_list *list, size_t from, struct str key)
{
	size_t i = from;
	while (i < list->count && !str_equal(list->entries[i].tool.key, key))
		i++;
	return i;
}

static enum err add_default_tools(struct gather *g)
{
	struct site_tool_list *list = &g->tools;
	for (size_t i = 0; i < tool_file_count; i++) {
		struct tool_entry e = {.withdrawn = false};
		TRY(read_tool(&tool_files[i], g->arena, &e.tool));
		if (find_tool(list, 0, e.tool.key) < list->count)
			continue;
		if (!has_room(g, list->count, LIMIT_SITE_TOOLS))
			return g->err;
		list->ours[list->count] = true;
		list->entries[list->count++] = e;
	}
	return E_OK;
}

static void swap_tools(struct site_tool_list *list, size_t a, size_t b)
{
	struct tool_entry entry = list->entries[a];
	bool ours = list->ours[a];
	list->entries[a] = list->entries[b];
	list->ours[a] = list->ours[b];
	list->entries[b] = entry;
	list->ours[b] = ours;
}

/* By key, where the operator says nothing. At most LIMIT_SITE_TOOLS of them. */
static void sort_tools(struct site_tool_list *list)
{
	for (size_t i = 1; i < list->count; i++)
		for (size_t at = i; at > 0 && str_compare(list->entries[at - 1].tool.key,
						      list->entries[at].tool.key) > 0;
			at--)
			swap_tools(list, at - 1, at);
}

struct ordering {
	struct site_tool_list *list;
	size_t placed;
};

/* Moves the tool forward to the next place; the others keep their order. */
static void place_tool(void *context, struct str key)
{
	struct ordering *o = context;
	size_t at = find_tool(o->list, o->placed, key);
	if (at == o->list->count)
		return;
	for (; at > o->placed; at--)
		swap_tools(o->list, at - 1, at);
	o->placed++;
}

enum err site_tools_load(struct store *store, struct arena *arena, struct site_tool_list *ret_list)
{
	struct gather g = {.arena = arena};
	struct ordering ordering = {&g.tools, 0};
	g.tools.entries = arena_alloc(arena, LIMIT_SITE_TOOLS, sizeof(*g.tools.entries));
	g.tools.ours = arena_alloc(arena, LIMIT_SITE_TOOLS, sizeof(*g.tools.ours));
	if (!g.tools.entries || !g.tools.ours)
		return E_NOMEM;
	TRY(store_each_tool(store, take_tool, &g));
	TRY(g.err);
	TRY(add_default_tools(&g));
	sort_tools(&g.tools);
	TRY(store_each_ordered_tool(store, place_tool, &ordering));
	*ret_list = g.tools;
	return E_OK;
}

/* --- identity and campaign --- */

struct str *site_identity_field(struct site_identity *i, struct str name)
{
	const struct {
		struct str name;
		struct str *value;
	} fields[] = {
		{STR("address"), &i->address},
		{STR("organiser-vi"), &i->organiser[LANG_VI]},
		{STR("organiser-en"), &i->organiser[LANG_EN]},
		{STR("mail"), &i->mail},
		{STR("phone"), &i->phone},
		{STR("press-mail"), &i->press_mail},
		{STR("press-phone"), &i->press_phone},
	};
	for (size_t k = 0; k < sizeof(fields) / sizeof(fields[0]); k++)
		if (str_equal(fields[k].name, name))
			return fields[k].value;
	return NULL;
}

static void take_setting(void *context, struct str name, struct str value)
{
	struct gather *g = context;
	struct str *field = site_identity_field(&g->identity, name);
	if (field)
		*field = keep(g, value);
}

enum err site_identity_load(
	struct store *store, struct arena *arena, struct site_identity *ret_identity)
{
	struct gather g = {.arena = arena};
	TRY(store_each_setting(store, take_setting, &g));
	expect(&g, site_identity_valid(&g.identity));
	TRY(g.err);
	*ret_identity = g.identity;
	return E_OK;
}

/* 2: it runs; 1: it is to come; 0: it is over. */
static int stage(const struct campaign *c, struct date today)
{
	int64_t now = date_instant(today).seconds;
	if (date_instant(c->ends).seconds < now)
		return 0;
	return date_instant(c->begins).seconds <= now ? 2 : 1;
}

/* They come in the order they begin: of those to come the first is kept, else the last. */
static void take_campaign(void *context, const struct campaign *campaign)
{
	struct gather *g = context;
	int before = g->campaign.key.size > 0 ? stage(&g->campaign, g->today) : -1;
	int now = stage(campaign, g->today);
	bool ends_later = before == 0 && date_instant(campaign->ends).seconds >=
						 date_instant(g->campaign.ends).seconds;
	if (now < before || (now == before && !ends_later && now != 2))
		return;
	struct campaign c = *campaign;
	c.key = keep(g, c.key);
	keep_languages(g, c.name);
	c.country = keep(g, c.country);
	c.zone = keep(g, c.zone);
	expect(g, site_campaign_valid(&c));
	g->campaign = c;
}

enum err site_campaign_load(
	struct store *store, struct arena *arena, struct instant now, struct campaign *ret_campaign)
{
	struct gather g = {.arena = arena, .today = instant_date(now)};
	TRY(store_each_campaign(store, take_campaign, &g));
	TRY(g.err);
	*ret_campaign = g.campaign;
	return E_OK;
}

/* --- what is shown --- */

static enum err show_articles(struct store *store, struct arena *arena, struct site *site)
{
	struct site_article_list list;
	TRY(site_articles_load(store, arena, &list));
	struct article *shown = arena_alloc(arena, list.count + 1, sizeof(*shown));
	if (!shown)
		return E_NOMEM;
	for (size_t i = 0; i < list.count; i++)
		if (!list.versions[i].withdrawn)
			shown[site->article_count++] = list.versions[i].article;
	site->articles = shown;
	return E_OK;
}

/* A tool that cannot be got yet waits for its file. */
static enum err show_tools(struct store *store, struct arena *arena, struct site *site)
{
	struct site_tool_list list;
	TRY(site_tools_load(store, arena, &list));
	struct tool *shown = arena_alloc(arena, list.count + 1, sizeof(*shown));
	if (!shown)
		return E_NOMEM;
	for (size_t i = 0; i < list.count; i++) {
		const struct tool *t = &list.entries[i].tool;
		if (list.entries[i].withdrawn || (t->url.size == 0 && t->file.size == 0))
			continue;
		if (!site_tool_valid(t))
			return E_CORRUPT;
		shown[site->tool_count++] = *t;
	}
	site->tools = shown;
	return E_OK;
}

enum err site_contents_load(struct store *store, struct arena *arena, struct site *ret_site)
{
	struct site site = {.built = ret_site->built};
	TRY(show_articles(store, arena, &site));
	TRY(show_tools(store, arena, &site));
	TRY(site_identity_load(store, arena, &site.identity));
	TRY(site_campaign_load(store, arena, site.built, &site.campaign));
	*ret_site = site;
	return E_OK;
}
