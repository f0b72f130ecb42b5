/* SPDX-License-Identifier: Apache-2.0 */
/* Standing pages, press releases and posts: articles in one frame. */
#include "portal/article.h"

#include "portal/language.h"
#include "portal/portal.h"

/* --- finding --- */

const struct article *article_of(const struct page *p, enum page_name name)
{
	return site_article(p->publication->site, page_infos[name].key, p->lang);
}

/* The page whose address this is. */
static enum page_name asked_page(const struct http_request *q)
{
	int name = 0;
	enum lang lang = LANG_VI;
	(void)language_of_path(q->path, &lang);
	while (name < PAGE__COUNT && !str_equal(page_path((enum page_name)name, lang), q->path))
		name++;
	return (enum page_name)name;
}

static enum lang other_lang(enum lang lang)
{
	return lang == LANG_VI ? LANG_EN : LANG_VI;
}

static bool stands_in(const struct page *p, struct str key, enum article_kind kind, enum lang lang)
{
	const struct article *article = site_article(p->publication->site, key, lang);
	return article && article->kind == kind;
}

static struct str path_in(struct page *p, enum page_name name, struct str below, enum lang lang)
{
	struct writer w;
	writer_init(&w, 512);
	writer_str(&w, page_path(name, lang));
	if (below.size > 0) {
		writer_char(&w, '/');
		writer_str(&w, below);
	}
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

/* --- its parts --- */

/* "18/06/2026"; "cập nhật 20/06/2026 · phiên bản 3" once it was changed, and always for a page: a
 * page has no day of its own. */
static void write_meta(struct page *p, const struct article *article)
{
	struct html *h = &p->html;
	bool dated = article->kind != ARTICLE_PAGE;
	html_open_class(h, "p", "meta");
	if (dated)
		html_text(h, page_day(p, article->published));
	if (!dated || article->version > 1) {
		if (dated)
			html_text(h, STR(" · "));
		page_words(p, MESSAGE_ARTICLE_UPDATED,
			(const struct page_value[]){
				{STR("day"), page_day(p, article->updated), false},
				{STR("version"), page_number(p, article->version), false}},
			2);
	}
	html_close(h, "p");
}

void article_write_top(struct page *p, enum page_name parent, const struct article *article)
{
	page_crumbs(p, parent, article->title);
	html_leaf(&p->html, "h1", NULL, article->title);
	html_leaf(&p->html, "p", "lead", article->summary);
	write_meta(p, article);
}

/* Whether a text uses "#" itself or begins with "##", its highest headings come below the title. */
static int first_heading(struct str body)
{
	struct str in_text = STR("\n# ");
	bool used = str_starts(body, STR("# ")) || str_find(body, in_text) < body.size;
	return used ? 2 : 1;
}

void article_write_body(struct page *p, const char *css_class, const struct article *article)
{
	const struct markdown how = article_markdown(p, first_heading(article->body));
	html_open_class(&p->html, "div", css_class);
	markdown_write(&p->html, article->body, &how);
	html_close(&p->html, "div");
}

/* --- beside it --- */

struct group {
	enum message title;
	enum page_name pages[6];
};

static const struct group about = {MESSAGE_FOOT_ABOUT,
	{PAGE_HOW, PAGE_MEASURE, PAGE_FIGURES, PAGE_REAL, PAGE_OWNERS, PAGE_PRIVACY}};
static const struct group help = {MESSAGE_FOOT_HELP,
	{PAGE_GUIDE, PAGE_WALK, PAGE_MALWARE, PAGE_TOOLS, PAGE_FIGURES, PAGE_REAL}};

static void write_group(struct page *p, const struct group *g, enum page_name here)
{
	struct html *h = &p->html;
	html_open_class(h, "nav", "card note onward");
	html_attribute(h, "aria-label", text(p->lang, g->title));
	page_say(p, "h2", NULL, g->title);
	html_open(h, "ul");
	for (size_t i = 0; i < sizeof(g->pages) / sizeof(g->pages[0]); i++) {
		const struct page_info *info = &page_infos[g->pages[i]];
		if (g->pages[i] == here || !info->handle)
			continue;
		html_open(h, "li");
		page_link(p, NULL, info->path[p->lang], info->menu);
		html_close(h, "li");
	}
	html_close(h, "ul");
	html_close(h, "nav");
}

/* Every article leads to the one question. */
static void write_next(struct page *p)
{
	html_open_class(&p->html, "section", "after");
	page_say(p, "h2", NULL, MESSAGE_ARTICLE_CHECK);
	page_say(p, "p", NULL, MESSAGE_ARTICLE_CHECK_TEXT);
	html_open_class(&p->html, "p", "actions");
	page_link(p, "button", page_path(PAGE_CHECK, p->lang), MESSAGE_STEP_1_LINK);
	html_close(&p->html, "p");
	html_close(&p->html, "section");
}

static void write_beside(struct page *p, enum page_name name)
{
	html_open_class(&p->html, "div", "beside");
	write_next(p);
	write_group(p, name >= PAGE_HOW ? &about : &help, name);
	html_close(&p->html, "div");
}

/* --- whole pages --- */

static void write_page(struct page *p, const struct page_head *head, const struct article *article)
{
	enum page_name parent = head->below.size > 0 ? head->name : PAGE_HOME;
	struct html *h = &p->html;
	page_write_head(p, head);
	html_open(h, "article");
	html_attribute(h, "class", STR("wrap article reading"));
	article_write_top(p, parent, article);
	html_open_class(h, "div", "two");
	article_write_body(p, "prose", article);
	write_beside(p, head->name);
	html_close(h, "div");
	html_close(h, "article");
	page_end(p);
}

/* In the other language, with its address: a visitor who reads both is not sent back empty. */
static void write_missing(struct page *p, enum page_name name, struct str below)
{
	enum lang other = other_lang(p->lang);
	struct html *h = &p->html;
	html_open_class(h, "div", "wrap article");
	page_crumbs(p, PAGE_HOME, text(p->lang, page_infos[name].menu));
	page_say(p, "h1", NULL, MESSAGE_ARTICLE_MISSING);
	page_say(p, "p", "lead", MESSAGE_ARTICLE_MISSING_TEXT);
	html_open_class(h, "p", "actions");
	html_open_class(h, "a", "button");
	html_attribute(h, "href", path_in(p, name, below, other));
	html_attribute(h, "hreflang", lang_code(other));
	html_text(h, text(p->lang, MESSAGE_ARTICLE_MISSING_LINK));
	html_close(h, "a");
	html_close(h, "p");
	html_close(h, "div");
}

void article_missing(struct page *p, struct http_answer *a, enum page_name name, struct str below)
{
	struct str key = below.size > 0 ? below : page_infos[name].key;
	const struct article *other = site_article(p->publication->site, key, other_lang(p->lang));
	if (!other || (below.size > 0) == (other->kind == ARTICLE_PAGE)) {
		const struct http_request *q = p->request;
		page_abandon(p);
		portal_not_found(q, a);
		return;
	}
	const struct page_head head = {.name = name,
		.title = MESSAGE_ARTICLE_MISSING,
		.description = MESSAGE_ARTICLE_MISSING_TEXT,
		.below = below};
	a->status = 404;
	a->cache = HTTP_NO_STORE;
	page_write_head(p, &head);
	write_missing(p, name, below);
	page_end(p);
}

static struct page_head head_of(
	const struct page *p, enum page_name name, const struct article *article)
{
	return (struct page_head){.name = name,
		.title = page_infos[name].menu,
		.description = page_infos[name].menu,
		.below = article->kind == ARTICLE_PAGE ? STR("") : article->key,
		.title_text = article->title,
		.description_text = article->summary,
		.only_here = !stands_in(p, article->key, article->kind, other_lang(p->lang))};
}

void portal_article(const struct http_request *q, struct http_answer *a)
{
	struct page p;
	enum page_name name = asked_page(q);
	if (name == PAGE__COUNT) {
		portal_not_found(q, a);
		return;
	}
	page_begin(&p, q, a);
	a->cache = HTTP_NO_CACHE;
	const struct article *article = article_of(&p, name);
	if (!article) {
		article_missing(&p, a, name, STR(""));
		return;
	}
	const struct page_head head = head_of(&p, name, article);
	write_page(&p, &head, article);
}

void article_show_below(const struct http_request *q, struct http_answer *a, enum page_name parent,
	enum article_kind kind)
{
	struct page p;
	struct str key = page_below(q, parent);
	page_begin(&p, q, a);
	a->cache = HTTP_NO_CACHE;
	if (!stands_in(&p, key, kind, p.lang)) {
		article_missing(&p, a, parent, key);
		return;
	}
	const struct article *article = site_article(p.publication->site, key, p.lang);
	const struct page_head head = head_of(&p, parent, article);
	write_page(&p, &head, article);
}

/* --- lists --- */

static void write_item(
	struct page *p, enum page_name parent, const char *heading, const struct article *article)
{
	struct html *h = &p->html;
	html_open(h, "li");
	html_leaf(h, "p", "meta", page_day(p, article->published));
	html_open(h, "div");
	html_open(h, heading);
	html_link(h, NULL, path_in(p, parent, article->key, p->lang), article->title);
	html_close(h, heading);
	html_leaf(h, "p", NULL, article->summary);
	html_close(h, "div");
	html_close(h, "li");
}

/* A page has its limit: past this the oldest are left out, which the site map leads to. */
static bool list_has_room(const struct page *p, size_t written)
{
	enum {
		MOST_LISTED = 1000,
		LIST_BYTES = 512 << 10
	};
	return written < MOST_LISTED && p->html.out->size < LIST_BYTES;
}

void article_write_list(struct page *p, enum article_kind kind, enum page_name parent,
	const char *heading, enum message none)
{
	const struct site *site = p->publication->site;
	size_t written = 0;
	for (size_t i = 0; i < site->article_count && list_has_room(p, written); i++) {
		const struct article *article = &site->articles[i];
		if (article->kind != kind || article->lang != p->lang)
			continue;
		if (written++ == 0)
			html_open_class(&p->html, "ol", "articles");
		write_item(p, parent, heading, article);
	}
	if (written > 0)
		html_close(&p->html, "ol");
	else
		page_say(p, "p", NULL, none);
}
