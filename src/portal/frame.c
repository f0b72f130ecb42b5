/* SPDX-License-Identifier: Apache-2.0 */
/* The frame around every page: its beginning and end. */
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

struct str frame_address(struct page *p, const struct page_head *head, enum lang lang)
{
	if (head->name == PAGE__COUNT)
		return page_path(PAGE_HOME, lang);
	struct writer w;
	writer_init(&w, ADDRESS_LIMIT);
	writer_str(&w, page_path(head->name, lang));
	if (head->below.size > 0) {
		writer_char(&w, '/');
		writer_str(&w, page_below_name(head->name, head->below, lang));
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

void page_write_head(struct page *p, const struct page_head *head)
{
	struct html *h = &p->html;
	frame_write_head(p, head);
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
