/* SPDX-License-Identifier: Apache-2.0 */
/* The frame around every page: its beginning, head and end. */
#include "portal/frame.h"
#include "portal/language.h"

enum {
	ARENA_LIMIT = 256 << 10,
	ADDRESS_LIMIT = 2048
};

void page_begin_bare(struct page *p, const struct http_request *q, struct http_answer *a)
{
	*p = (struct page){.request = q, .context = q->context};
	if (!language_of_path(q->path, &p->lang))
		p->lang = LANG_VI;
	p->publication = published_acquire(p->context->published);
	arena_init(&p->arena, ARENA_LIMIT);
	html_init_piece(&p->html, a->body);
}

void page_begin(struct page *p, const struct http_request *q, struct http_answer *a)
{
	page_begin_bare(p, q, a);
	if (!language_of_path(q->path, &p->lang))
		p->lang = language_accepted(http_header(q, "Accept-Language"));
	a->language = p->lang == LANG_VI ? "vi" : "en";
	html_init_document(&p->html, a->body);
}

static void write_meta(struct html *h, const char *name, struct str content)
{
	html_void(h, "meta");
	html_attribute(h, "name", str_from(name));
	html_attribute(h, "content", content);
}

static void write_file(struct html *h, const char *rel, enum asset asset)
{
	html_void(h, "link");
	html_attribute(h, "rel", str_from(rel));
	html_attribute(h, "href", assets_table()[asset].path);
}

struct str frame_address(struct page *p, const struct page_head *head, enum lang lang)
{
	if (head->name == PAGE__COUNT)
		return page_path(PAGE_HOME, lang);
	struct writer w;
	writer_init(&w, ADDRESS_LIMIT);
	writer_str(&w, page_path(head->name, lang));
	if (head->below.size > 0) {
		writer_char(&w, '/');
		writer_str(&w, head->below);
	}
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

struct str page_url(struct page *p, struct str path)
{
	struct writer w;
	writer_init(&w, ADDRESS_LIMIT);
	writer_str(&w, p->publication->site->identity.address);
	writer_str(&w, path);
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

static void write_alternates(struct page *p, const struct page_head *head)
{
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		if (head->only_here && lang != (int)p->lang)
			continue;
		html_void(&p->html, "link");
		html_attribute(&p->html, "rel", STR("alternate"));
		html_attribute(&p->html, "hreflang", lang_code((enum lang)lang));
		html_attribute(&p->html, "href", page_url(p, frame_address(p, head, (enum lang)lang)));
	}
}

static void write_property(struct html *h, const char *property, struct str content)
{
	html_void(h, "meta");
	html_attribute(h, "property", str_from(property));
	html_attribute(h, "content", content);
}

/* Open Graph (ogp.me); addresses in it must be whole, so without the site's own there is none. */
static void write_for_networks(
	struct page *p, const struct page_head *head, struct str title, struct str description)
{
	struct str url = page_url(p, frame_address(p, head, p->lang));
	if (p->publication->site->identity.address.size == 0)
		return;
	html_void(&p->html, "link");
	html_attribute(&p->html, "rel", STR("canonical"));
	html_attribute(&p->html, "href", url);
	write_property(&p->html, "og:type", STR("website"));
	write_property(&p->html, "og:site_name", STR("Quét Sạch"));
	write_property(&p->html, "og:locale", p->lang == LANG_VI ? STR("vi_VN") : STR("en_GB"));
	write_property(&p->html, "og:title", title);
	write_property(&p->html, "og:description", description);
	write_property(&p->html, "og:url", url);
}

static void write_html_head(struct page *p, const struct page_head *head)
{
	struct html *h = &p->html;
	struct str title = head->title_text.size ? head->title_text : text(p->lang, head->title);
	struct str description = head->description_text.size ? head->description_text
							     : text(p->lang, head->description);
	html_open(h, "html");
	html_attribute(h, "lang", lang_code(p->lang));
	html_open(h, "head");
	html_void(h, "meta");
	html_attribute(h, "charset", STR("utf-8"));
	write_meta(h, "viewport", STR("width=device-width, initial-scale=1"));
	write_meta(h, "color-scheme", STR("light dark"));
	write_meta(h, "description", description);
	html_open(h, "title");
	html_text(h, title);
	html_text(h, STR(" · Quét Sạch"));
	html_close(h, "title");
	write_file(h, "stylesheet", ASSET_SITE_CSS);
	write_file(h, "icon", ASSET_MARK_SVG);
	if (head->name != PAGE__COUNT) {
		write_alternates(p, head);
		write_for_networks(p, head, title, description);
	}
	html_close(h, "head");
}

void page_write_head(struct page *p, const struct page_head *head)
{
	struct html *h = &p->html;
	write_html_head(p, head);
	html_open(h, "body");
	frame_write_top(p, head);
	html_open(h, "main");
	html_attribute(h, "id", STR("main"));
}

static void release(struct page *p)
{
	arena_release(&p->arena);
	published_release(p->context->published, p->publication);
}

void page_end(struct page *p)
{
	struct html *h = &p->html;
	html_close(h, "main");
	frame_write_foot(p);
	html_close(h, "body");
	html_close(h, "html");
	/* A mistake sticks in the body's writer, where the server looks. */
	(void)!html_end(h);
	release(p);
}

void page_end_bare(struct page *p)
{
	(void)!html_end(&p->html);
	release(p);
}

void page_abandon(struct page *p)
{
	writer_clear(p->html.out);
	release(p);
}
