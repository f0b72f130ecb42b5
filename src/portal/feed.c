/* SPDX-License-Identifier: Apache-2.0 */
/* Atom (RFC 4287): press releases and posts, newest first. */
#include "portal/article.h"
#include "portal/portal.h"

enum {
	ENTRIES = 30,
	/* Room for what is escaped twice; what is longer comes with its summary alone. */
	CONTENT_BYTES = 128 << 10,
	CONTENTS_BYTES = 512 << 10
};

struct feed {
	struct page page;
	struct markdown how; /* articles are read in pages */
	const struct article *entries[ENTRIES];
	size_t count;
};

static void write_instant(struct page *p, const char *element, struct instant t)
{
	struct writer w;
	writer_init(&w, 64);
	writer_instant(&w, t);
	html_leaf(&p->html, element, NULL, page_keep(p, &w));
	writer_release(&w);
}

static void write_link(struct page *p, const char *rel, const char *type, struct str href)
{
	html_void(&p->html, "link");
	html_attribute(&p->html, "rel", str_from(rel));
	html_attribute(&p->html, "type", str_from(type));
	html_attribute(&p->html, "href", href);
}

/* --- which --- */

static bool belongs(const struct feed *f, const struct article *article)
{
	return article->lang == f->page.lang && article->kind != ARTICLE_PAGE;
}

static void insert(struct feed *f, const struct article *article)
{
	size_t at = f->count < ENTRIES ? f->count++ : ENTRIES - 1;
	for (; at > 0 && f->entries[at - 1]->published.seconds < article->published.seconds; at--)
		f->entries[at] = f->entries[at - 1];
	f->entries[at] = article;
}

static void choose(struct feed *f)
{
	const struct site *site = f->page.publication->site;
	for (size_t i = 0; i < site->article_count; i++) {
		const struct article *article = &site->articles[i];
		bool room = f->count < ENTRIES ||
			    f->entries[ENTRIES - 1]->published.seconds < article->published.seconds;
		if (belongs(f, article) && room)
			insert(f, article);
	}
}

static struct instant last_change(const struct feed *f)
{
	struct instant last = {0};
	for (size_t i = 0; i < f->count; i++)
		if (f->entries[i]->updated.seconds > last.seconds)
			last = f->entries[i]->updated;
	return last.seconds ? last : f->page.publication->site->built;
}

/* --- one entry --- */

/* Readers show an article away from our site: its links to our pages must be whole. */
static struct str whole_address(void *context, struct str name)
{
	struct feed *f = context;
	struct str path = f->how.page(f->how.context, name);
	bool picture = str_starts(name, STR("picture:"));
	return path.size == 0 || picture ? path : page_url(&f->page, path);
}

static struct str value_of(void *context, struct str name)
{
	struct feed *f = context;
	return f->how.value(f->how.context, name);
}

static void write_content(struct feed *f, const struct article *article, struct str url)
{
	struct html *h = &f->page.html;
	/* Not made to be thrown away: thirty of the longest would take seconds. */
	if (h->out->size >= CONTENTS_BYTES || article->body.size > CONTENT_BYTES)
		return;
	struct writer content;
	struct html piece;
	const struct markdown how = {
		.heading = 2, .value = value_of, .page = whole_address, .context = f};
	writer_init(&content, CONTENT_BYTES);
	html_init_piece(&piece, &content);
	markdown_write(&piece, article->body, &how);
	if (html_end(&piece) == E_OK && h->out->size + content.size < CONTENTS_BYTES) {
		html_open(h, "content");
		html_attribute(h, "type", STR("html"));
		html_attribute(h, "xml:base", url);
		html_text(h, writer_view_str(&content));
		html_close(h, "content");
	}
	writer_release(&content);
}

static struct str article_url(struct page *p, const struct article *article)
{
	struct writer w;
	writer_init(&w, 1024);
	writer_str(&w, page_path(article->kind == ARTICLE_POST ? PAGE_BLOG : PAGE_PRESS, p->lang));
	writer_char(&w, '/');
	writer_str(&w, article->key);
	struct str path = page_keep(p, &w);
	writer_release(&w);
	return page_url(p, path);
}

/* RFC 4151: "tag:quetsach.vn,2026:vi/release/phat-dong". What is part of it never changes with a
 * later version, nor with the way the site's addresses are made. */
static void write_id(struct page *p, const struct article *article)
{
	struct writer w;
	struct str host = article_host(p->publication->site->identity.address);
	struct str rest;
	writer_init(&w, 1024);
	writer_text(&w, "tag:");
	/* Without the port: a tag has no place for it. */
	writer_str(&w, str_cut(host, ':', &rest));
	writer_text(&w, ",2026:");
	writer_str(&w, lang_code(p->lang));
	if (article) {
		writer_char(&w, '/');
		writer_str(&w, article_kind_name(article->kind));
		writer_char(&w, '/');
		writer_str(&w, article->key);
	}
	html_leaf(&p->html, "id", NULL, page_keep(p, &w));
	writer_release(&w);
}

static void write_entry(struct feed *f, const struct article *article)
{
	struct html *h = &f->page.html;
	struct str url = article_url(&f->page, article);
	html_open(h, "entry");
	write_id(&f->page, article);
	html_leaf(h, "title", NULL, article->title);
	write_link(&f->page, "alternate", "text/html", url);
	write_instant(&f->page, "published", article->published);
	write_instant(&f->page, "updated", article->updated);
	html_leaf(h, "summary", NULL, article->summary);
	write_content(f, article, url);
	html_close(h, "entry");
}

/* --- the feed --- */

static void write_author(struct page *p)
{
	const struct site_identity *identity = &p->publication->site->identity;
	struct str name = identity->organiser[p->lang];
	html_open(&p->html, "author");
	html_leaf(&p->html, "name", NULL, name.size ? name : STR("Quét Sạch"));
	html_leaf(&p->html, "uri", NULL, page_url(p, page_path(PAGE_HOME, p->lang)));
	html_close(&p->html, "author");
}

static void write_feed(struct feed *f)
{
	struct page *p = &f->page;
	struct html *h = &p->html;
	struct str self = page_url(p, p->request->path);
	html_init_xml(h, h->out);
	html_open(h, "feed");
	html_attribute(h, "xmlns", STR("http://www.w3.org/2005/Atom"));
	html_attribute(h, "xml:lang", lang_code(p->lang));
	write_id(p, NULL);
	html_leaf(h, "title", NULL, text(p->lang, MESSAGE_FEED_TITLE));
	html_leaf(h, "subtitle", NULL, text(p->lang, MESSAGE_FEED_SUBTITLE));
	write_link(p, "self", "application/atom+xml", self);
	write_link(p, "alternate", "text/html", page_url(p, page_path(PAGE_HOME, p->lang)));
	html_leaf(h, "icon", NULL, page_url(p, STR("/favicon.ico")));
	write_instant(p, "updated", last_change(f));
	write_author(p);
	for (size_t i = 0; i < f->count; i++)
		write_entry(f, f->entries[i]);
	html_close(h, "feed");
}

/* Without the site's own address an entry could have no lasting id, nor a link that leads anywhere
 * from a reader: there is no feed yet. */
void portal_feed(const struct http_request *q, struct http_answer *a)
{
	struct feed f = {.count = 0};
	page_begin_bare(&f.page, q, a);
	a->content_type = "application/atom+xml; charset=utf-8";
	a->language = f.page.lang == LANG_VI ? "vi" : "en";
	a->cache = HTTP_NO_CACHE;
	if (f.page.publication->site->identity.address.size == 0) {
		page_abandon(&f.page);
		portal_not_found(q, a);
		return;
	}
	f.how = article_markdown(&f.page, 2);
	choose(&f);
	write_feed(&f);
	page_end_bare(&f.page);
}
