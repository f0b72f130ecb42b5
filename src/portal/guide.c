/* SPDX-License-Identifier: Apache-2.0 */
#include "model/holder.h"
#include "portal/advice.h"
#include "portal/portal.h"

static void write_contents(struct page *p)
{
	html_open_class(&p->html, "ul", "contents");
	for (int i = 0; i < PLATFORM_ANY; i++) {
		struct writer href;
		writer_init(&href, 64);
		writer_char(&href, '#');
		writer_str(&href, platform_anchor((enum platform)i));
		html_open(&p->html, "li");
		page_link(p, NULL, writer_view_str(&href), platform_title((enum platform)i));
		html_close(&p->html, "li");
		writer_release(&href);
	}
	html_close(&p->html, "ul");
}

static void write_part(struct page *p, enum platform platform)
{
	html_open_class(&p->html, "section", "card");
	html_attribute(&p->html, "id", platform_anchor(platform));
	page_say(p, "h2", NULL, platform_title(platform));
	html_open_class(&p->html, "ol", "todo");
	advice_write(p, platform);
	html_close(&p->html, "ol");
	html_close(&p->html, "section");
}

static void write_after(struct page *p)
{
	html_open_class(&p->html, "section", "after");
	page_say(p, "h2", NULL, MESSAGE_GUIDE_AFTER_TITLE);
	page_say_values(p, "p", NULL, MESSAGE_GUIDE_AFTER,
		{STR("dynamic"), page_duration(p, pool_window(POOL_DYNAMIC)), false},
		{STR("static"), page_duration(p, pool_window(POOL_STATIC)), false});
	html_open_class(&p->html, "p", "actions");
	page_link(p, "button", page_path(PAGE_CHECK, p->lang), MESSAGE_CHECK_AGAIN);
	html_close(&p->html, "p");
	html_close(&p->html, "section");
}

void portal_guide(const struct http_request *q, struct http_answer *a)
{
	static const struct page_head head = {.name = PAGE_GUIDE,
		.title = MESSAGE_GUIDE_TITLE,
		.description = MESSAGE_GUIDE_DESCRIPTION};
	struct page p;
	page_begin(&p, q, a);
	a->cache = HTTP_NO_CACHE;
	page_write_head(&p, &head);
	html_open_class(&p.html, "div", "wrap article");
	page_say(&p, "p", "number", MESSAGE_STEP_2);
	page_say(&p, "h1", NULL, MESSAGE_GUIDE_TITLE);
	page_say(&p, "p", "lead", MESSAGE_GUIDE_LEAD);
	write_contents(&p);
	html_open_class(&p.html, "div", "parts");
	for (int i = 0; i < PLATFORM_ANY; i++)
		write_part(&p, (enum platform)i);
	write_after(&p);
	html_close(&p.html, "div");
	html_close(&p.html, "div");
	page_end(&p);
}
