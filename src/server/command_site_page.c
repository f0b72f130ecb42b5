/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "format/markdown.h"
#include "server/command_site.h"
#include "site/site_file.h"
#include "site/source.h"

/* One article in one language, as a command finds it. */
struct page_work {
	struct context *context;
	struct store *store;
	struct str key;
	enum lang lang;
	struct article_version version; /* the one asked for */
	struct article_version ours;    /* the program's own */
	bool has_ours;
	enum err err;
};

/* --lang, which is the article's; Vietnamese where it is not given. */
static bool read_lang(struct context *c, enum lang *ret_lang)
{
	struct str got = options_str(&c->options, "lang");
	*ret_lang = LANG_VI;
	if (got.size == 0 || lang_parse(got, ret_lang))
		return true;
	console_say_with(&c->console, MESSAGE_CLI_BAD_VALUE, {STR("option"), STR("lang")},
		{STR("got"), got}, {STR("allowed"), STR("vi|en")});
	return false;
}

static struct str keep(struct page_work *p, struct str text)
{
	struct str copy = arena_copy(&p->context->arena, text);
	if (!copy.data)
		p->err = E_NOMEM;
	return copy;
}

static void take_version(void *context, const struct article_version *version)
{
	struct page_work *p = context;
	p->version = *version;
	p->version.article.key = p->key;
	p->version.article.title = keep(p, version->article.title);
	p->version.article.summary = keep(p, version->article.summary);
	p->version.article.body = keep(p, version->article.body);
	p->version.author = keep(p, version->author);
}

/* The version asked for, 0: the newest. Before the operator's first, the program's own is 1. */
static enum err find_version(struct page_work *p, uint32_t number)
{
	enum err err = store_find_article(p->store, p->key, p->lang, 0, take_version, p);
	if (err == E_OK && number > 0)
		err = store_find_article(p->store, p->key, p->lang, number, take_version, p);
	else if (err == E_NOTFOUND && p->has_ours && number <= 1) {
		p->version = p->ours;
		err = E_OK;
	}
	return err == E_OK ? p->err : err;
}

static bool begin(struct page_work *p, struct context *c, struct str key, enum store_mode mode)
{
	*p = (struct page_work){.context = c, .key = key};
	if (!read_lang(c, &p->lang))
		return false;
	if (!site_key_valid(key)) {
		site_refuse(c, MESSAGE_SITE_BAD_KEY, key);
		return false;
	}
	if (!context_store(c, mode, &p->store))
		return false;
	p->has_ours = site_default_article(key, p->lang, &c->arena, &p->ours) == E_OK;
	return true;
}

static struct text_arg lang_arg(enum lang lang)
{
	return (struct text_arg){STR("lang"), lang_code(lang)};
}

static int refuse_page(const struct page_work *p, enum err err)
{
	if (err != E_NOTFOUND)
		return context_store_failed(p->context, p->store, err);
	console_say_with(
		&p->context->console, MESSAGE_PAGE_NONE, {STR("key"), p->key}, lang_arg(p->lang));
	return EXIT_FAILED;
}

static void write_saved(const struct page_work *p, enum message message, uint32_t number)
{
	struct context *c = p->context;
	struct writer *w = &c->console.out;
	if (!c->console.json) {
		site_say_with(c, message, {STR("key"), p->key}, lang_arg(p->lang),
			context_number_text(c, "version", number));
		return;
	}
	writer_char(w, '{');
	site_json_str(w, "key", p->key, true);
	site_json_str(w, "lang", lang_code(p->lang), false);
	site_json_number(w, "version", number);
	writer_text(w, "}\n");
}

static int save(struct page_work *p, const struct article_version *next, enum message message)
{
	uint32_t number = 0;
	enum err err = store_add_article(
		p->store, next, p->has_ours ? &p->ours : NULL, p->context->now, &number);
	int status = site_changed(p->context, p->store, err);
	if (status == EXIT_FINE)
		write_saved(p, message, number);
	return status;
}

/* --- set --- */

static bool same_text(const struct article *a, const struct article *b)
{
	return a->kind == b->kind && str_equal(a->title, b->title) &&
	       str_equal(a->summary, b->summary) && str_equal(a->body, b->body) &&
	       a->published.seconds == b->published.seconds;
}

static int set_page(struct page_work *p, const struct article *article, struct str author)
{
	struct article_version next = {.article = *article, .author = author};
	enum err err = find_version(p, 0);
	if (err != E_OK && err != E_NOTFOUND)
		return refuse_page(p, err);
	next.article.key = p->key;
	next.article.lang = p->lang;
	/* Without a date of its own it keeps the one it had. */
	if (next.article.published.seconds == 0)
		next.article.published =
			err == E_OK ? p->version.article.published : p->context->now;
	if (err == E_OK && !p->version.withdrawn && same_text(&next.article, &p->version.article)) {
		write_saved(p, MESSAGE_PAGE_SAME, p->version.article.version);
		return EXIT_FINE;
	}
	return save(p, &next, MESSAGE_PAGE_SAVED);
}

/* The portal gives up on what grows past its limits: it must not come so far. */
static bool can_be_shown(struct str body)
{
	const struct markdown how = {.heading = 2};
	return markdown_fits(body, LIMIT_HTTP_PAGE, &how);
}

int command_page_set(struct context *context)
{
	struct page_work p;
	struct str text, key, author;
	struct article article;
	struct problem problem = {0};
	const char *path = context->options.words[0];
	if (!site_file_key(context, path, &key) || !site_author(context, &author) ||
		!site_load_file(context, path, &text))
		return EXIT_FAILED;
	enum err err = article_read(text, &context->arena, &article, &problem);
	if (err == E_SYNTAX)
		return site_refuse_file(context, str_from(path), &problem);
	if (err != E_OK)
		return context_failed(context, str_from(path), err);
	if (!can_be_shown(article.body))
		return site_refuse(context, MESSAGE_PAGE_TOO_MUCH, str_from(path));
	if (!begin(&p, context, key, STORE_WRITE))
		return EXIT_FAILED;
	int status = set_page(&p, &article, author);
	store_close(p.store);
	return status;
}

/* --- restore, withdraw --- */

static int restore_page(struct page_work *p, uint32_t number, struct str author)
{
	enum err err = find_version(p, number);
	if (err != E_OK)
		return refuse_page(p, err);
	struct article_version next = p->version;
	next.author = author;
	next.origin = number;
	next.withdrawn = false;
	return save(p, &next, MESSAGE_PAGE_SAVED);
}

int command_page_restore(struct context *context)
{
	struct page_work p;
	uint64_t number;
	struct str author;
	if (!options_has(&context->options, "number"))
		return site_refuse(context, MESSAGE_PAGE_WHICH, STR("--version"));
	if (!context_number(context, "number", 1, UINT32_MAX, 0, &number) ||
		!site_author(context, &author) ||
		!begin(&p, context, str_from(context->options.words[0]), STORE_WRITE))
		return EXIT_FAILED;
	int status = restore_page(&p, (uint32_t)number, author);
	store_close(p.store);
	return status;
}

static int withdraw_page(struct page_work *p, struct str author)
{
	enum err err = find_version(p, 0);
	if (err != E_OK)
		return refuse_page(p, err);
	if (p->version.withdrawn) {
		write_saved(p, MESSAGE_PAGE_WITHDRAWN_ALREADY, p->version.article.version);
		return EXIT_FINE;
	}
	struct article_version next = p->version;
	next.author = author;
	next.origin = 0;
	next.withdrawn = true;
	return save(p, &next, MESSAGE_PAGE_WITHDRAWN);
}

int command_page_withdraw(struct context *context)
{
	struct page_work p;
	struct str author;
	if (!site_author(context, &author) ||
		!begin(&p, context, str_from(context->options.words[0]), STORE_WRITE))
		return EXIT_FAILED;
	int status = withdraw_page(&p, author);
	store_close(p.store);
	return status;
}

/* --- show, list, history --- */

static void write_json(struct writer *w, const struct article_version *v, bool ours, bool with_text)
{
	const struct article *a = &v->article;
	writer_char(w, '{');
	site_json_str(w, "key", a->key, true);
	site_json_str(w, "lang", lang_code(a->lang), false);
	site_json_str(w, "kind", article_kind_name(a->kind), false);
	site_json_str(w, "title", a->title, false);
	site_json_number(w, "version", a->version);
	site_json_instant(w, "published", a->published);
	site_json_instant(w, "made", a->updated);
	site_json_str(w, "author", v->author, false);
	if (v->origin > 0)
		site_json_number(w, "restored_from", v->origin);
	site_json_flag(w, "withdrawn", v->withdrawn);
	site_json_flag(w, "ours", ours);
	if (with_text) {
		site_json_str(w, "summary", a->summary, false);
		site_json_str(w, "body", a->body, false);
	}
	writer_text(w, "}\n");
}

int command_page_show(struct context *context)
{
	struct page_work p;
	uint64_t number;
	struct writer *w = &context->console.out;
	if (!context_number(context, "number", 1, UINT32_MAX, 0, &number) ||
		!begin(&p, context, str_from(context->options.words[0]), STORE_READ))
		return EXIT_FAILED;
	enum err err = find_version(&p, (uint32_t)number);
	int status = err == E_OK ? EXIT_FINE : refuse_page(&p, err);
	store_close(p.store);
	if (err != E_OK)
		return status;
	bool ours = p.has_ours && str_equal(p.version.author, STR(SITE_OURS));
	if (context->console.json)
		write_json(w, &p.version, ours, true);
	else
		article_write(w, &p.version.article);
	return status;
}

static struct text_arg time_arg(struct context *c, const char *name, struct instant t)
{
	struct writer w;
	writer_init(&w, 64);
	writer_instant(&w, t);
	struct text_arg arg = {str_from(name), arena_copy(&c->arena, writer_view_str(&w))};
	writer_release(&w);
	return arg;
}

static enum message state_of(const struct article_version *v, bool ours)
{
	if (v->withdrawn)
		return MESSAGE_PAGE_STATE_WITHDRAWN;
	if (v->origin > 0)
		return MESSAGE_PAGE_STATE_RESTORED;
	return ours ? MESSAGE_PAGE_STATE_OURS : MESSAGE_PAGE_STATE_EDITED;
}

static struct text_arg state_arg(struct context *c, const struct article_version *v, bool ours)
{
	struct writer w;
	writer_init(&w, 256);
	text_write(&w, c->console.lang, state_of(v, ours),
		(const struct text_arg[]){context_number_text(c, "from", v->origin)}, 1);
	struct text_arg arg = {STR("state"), arena_copy(&c->arena, writer_view_str(&w))};
	writer_release(&w);
	return arg;
}

static void write_line(
	struct context *c, enum message message, const struct article_version *v, bool ours)
{
	const struct article *a = &v->article;
	site_say_with(c, message, {STR("key"), a->key}, lang_arg(a->lang),
		{STR("kind"), article_kind_name(a->kind)}, {STR("title"), a->title},
		context_number_text(c, "version", a->version), {STR("author"), v->author},
		time_arg(c, "made", a->updated), state_arg(c, v, ours));
}

int command_page_list(struct context *context)
{
	struct store *store;
	struct site_article_list list;
	struct console *c = &context->console;
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	enum err err = site_articles_load(store, &context->arena, &list);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	for (size_t i = 0; err == E_OK && i < list.count; i++) {
		if (c->json)
			write_json(&c->out, &list.versions[i], list.ours[i], false);
		else
			write_line(context, MESSAGE_PAGE_LINE, &list.versions[i], list.ours[i]);
	}
	return status;
}

struct history {
	struct page_work *page;
	size_t count;
};

static void show_version(void *context, const struct article_version *version)
{
	struct history *h = context;
	struct context *c = h->page->context;
	bool ours = version->article.version == 1 && str_equal(version->author, STR(SITE_OURS));
	h->count++;
	if (c->console.json)
		write_json(&c->console.out, version, ours, false);
	else
		write_line(c, MESSAGE_PAGE_VERSION, version, ours);
}

int command_page_history(struct context *context)
{
	struct page_work p;
	struct history history = {&p, 0};
	if (!begin(&p, context, str_from(context->options.words[0]), STORE_READ))
		return EXIT_FAILED;
	enum err err = store_each_article_version(p.store, p.key, p.lang, show_version, &history);
	if (err == E_OK && history.count == 0 && p.has_ours)
		show_version(&history, &p.ours);
	else if (err == E_OK && history.count == 0)
		err = E_NOTFOUND;
	int status = err == E_OK ? EXIT_FINE : refuse_page(&p, err);
	store_close(p.store);
	return status;
}
