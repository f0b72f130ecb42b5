/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/preview.h"

#include "base/arena.h"
#include "portal/context.h"
#include "portal/pages.h"

enum {
	ADDRESS_LIMIT = 1024
};

/* --- the site with the article in it --- */

static bool is_same(const struct article *a, const struct article *b)
{
	return a->lang == b->lang && str_equal(a->key, b->key);
}

/* In front of the others: its own page does not care, and no list is shown. */
static enum err put_in(const struct portal_preview *what, struct arena *arena, struct site *site)
{
	const struct site *before = what->site;
	struct article *articles = arena_alloc(arena, before->article_count + 1, sizeof(*articles));
	size_t count = 1;
	if (!articles)
		return E_NOMEM;
	articles[0] = *what->article;
	for (size_t i = 0; i < before->article_count; i++)
		if (!is_same(&before->articles[i], what->article))
			articles[count++] = before->articles[i];
	*site = *before;
	site->articles = articles;
	site->article_count = count;
	return E_OK;
}

/* --- its page --- */

static enum page_name page_of(const struct article *article)
{
	switch (article->kind) {
	case ARTICLE_RELEASE:
		return PAGE_PRESS;
	case ARTICLE_POST:
		return PAGE_BLOG;
	case ARTICLE_PAGE:
	case ARTICLE__COUNT:
		break;
	}
	return page_find(article->key);
}

static enum err ask(const struct http_request *q, struct http_answer *a,
	const struct article *article, struct portal_context *context)
{
	enum page_name name = page_of(article);
	bool below = article->kind != ARTICLE_PAGE;
	struct writer path;
	if (name == PAGE__COUNT || !page_infos[name].handle)
		return E_NOTFOUND;
	writer_init(&path, ADDRESS_LIMIT);
	writer_str(&path, page_path(name, article->lang));
	if (below) {
		writer_char(&path, '/');
		writer_str(&path, article->key);
	}
	enum err err = writer_end(&path);
	if (err == E_OK) {
		/* As shared answers are made: of the request nothing is seen but its path. */
		const struct http_request request = {.path = writer_view_str(&path),
			.client = q->client,
			.now = q->now,
			.context = context};
		http_handler *handle = below ? page_infos[name].below : page_infos[name].handle;
		handle(&request, a);
	}
	writer_release(&path);
	return err;
}

enum err portal_preview(
	const struct http_request *q, struct http_answer *a, const struct portal_preview *what)
{
	struct arena arena;
	struct site site;
	struct portal_context context = {.zone = what->zone, .preview = what->back};
	arena_init(&arena, SIZE_MAX);
	enum err err = put_in(what, &arena, &site);
	context.published = err == E_OK ? published_new() : NULL;
	if (err == E_OK && !context.published)
		err = E_NOMEM;
	if (err == E_OK)
		err = published_replace(context.published, (struct publication){.site = &site});
	if (err == E_OK)
		err = ask(q, a, what->article, &context);
	a->cache = HTTP_NO_STORE;
	published_free(context.published);
	arena_release(&arena);
	return err;
}
