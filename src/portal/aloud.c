/* SPDX-License-Identifier: Apache-2.0 */
/* The script for loudspeakers: an article set large, with what the reader must know first. */
#include "portal/article.h"
#include "portal/portal.h"

static void write_before(struct page *p)
{
	static const enum message tips[] = {
		MESSAGE_ALOUD_TIP_1, MESSAGE_ALOUD_TIP_2, MESSAGE_ALOUD_TIP_3, MESSAGE_ALOUD_TIP_4};
	struct html *h = &p->html;
	html_open_class(h, "section", "card note");
	page_say(p, "h2", NULL, MESSAGE_ALOUD_BEFORE);
	html_open(h, "ul");
	for (size_t i = 0; i < sizeof(tips) / sizeof(tips[0]); i++)
		page_say(p, "li", NULL, tips[i]);
	html_close(h, "ul");
	html_close(h, "section");
}

static void write_row(struct page *p, enum message label, struct str value)
{
	if (value.size == 0)
		return;
	page_say(p, "dt", NULL, label);
	html_leaf(&p->html, "dd", NULL, value);
}

/* As they are written, for who reads out to compare with. */
static void write_written(struct page *p)
{
	const struct site_identity *who = &p->publication->site->identity;
	struct html *h = &p->html;
	if (who->address.size == 0 && who->phone.size == 0)
		return;
	html_open_class(h, "section", "card note");
	page_say(p, "h2", NULL, MESSAGE_ALOUD_WRITTEN);
	html_open_class(h, "dl", "pairs");
	write_row(p, MESSAGE_ALOUD_ADDRESS, article_host(who->address));
	write_row(p, MESSAGE_ALOUD_PHONE, who->phone);
	html_close(h, "dl");
	html_close(h, "section");
}

static void write_print(struct page *p)
{
	html_open_class(&p->html, "div", "actions");
	html_attribute(&p->html, "data-print", text(p->lang, MESSAGE_PRINT));
	html_close(&p->html, "div");
}

static void write_script(struct page *p, const struct article *article)
{
	struct html *h = &p->html;
	html_open(h, "article");
	html_attribute(h, "class", STR("wrap article reading"));
	article_write_top(p, PAGE_HOME, article);
	write_print(p);
	html_open_class(h, "div", "two");
	article_write_body(p, "prose script", article);
	html_open_class(h, "div", "beside");
	write_before(p);
	write_written(p);
	html_close(h, "div");
	html_close(h, "div");
	html_close(h, "article");
}

void portal_aloud(const struct http_request *q, struct http_answer *a)
{
	struct page p;
	page_begin(&p, q, a);
	a->cache = HTTP_NO_CACHE;
	const struct article *article = article_of(&p, PAGE_ALOUD);
	if (!article) {
		article_missing(&p, a, PAGE_ALOUD, STR(""));
		return;
	}
	const struct page_head head = {.name = PAGE_ALOUD,
		.title = MESSAGE_MENU_ALOUD,
		.description = MESSAGE_MENU_ALOUD,
		.title_text = article->title,
		.description_text = article->summary};
	page_write_head(&p, &head);
	write_script(&p, article);
	page_end(&p);
}
