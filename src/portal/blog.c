/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/article.h"
#include "portal/portal.h"

void portal_blog(const struct http_request *q, struct http_answer *a)
{
	static const struct page_head head = {.name = PAGE_BLOG,
		.title = MESSAGE_BLOG_TITLE,
		.description = MESSAGE_BLOG_DESCRIPTION};
	struct page p;
	page_begin(&p, q, a);
	a->cache = HTTP_NO_CACHE;
	page_write_head(&p, &head);
	html_open_class(&p.html, "div", "wrap article");
	page_crumbs(&p, PAGE_HOME, text(p.lang, MESSAGE_MENU_BLOG));
	page_say(&p, "h1", NULL, MESSAGE_BLOG_TITLE);
	page_say(&p, "p", "lead", MESSAGE_BLOG_LEAD);
	article_write_list(&p, ARTICLE_POST, PAGE_BLOG, "h2", MESSAGE_BLOG_NONE);
	html_close(&p.html, "div");
	page_end(&p);
}

void portal_post(const struct http_request *q, struct http_answer *a)
{
	article_show_below(q, a, PAGE_BLOG, ARTICLE_POST);
}
