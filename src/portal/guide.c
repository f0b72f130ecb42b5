/* SPDX-License-Identifier: Apache-2.0 */
/* The way to each kind of device, and the short version for those in a hurry. */
#include "portal/device.h"
#include "portal/portal.h"

static void write_devices(struct page *p)
{
	html_open_class(&p->html, "section", "guide-devices");
	page_say(p, "h2", "unseen", MESSAGE_GUIDE_DEVICES);
	html_open_class(&p->html, "ul", "devices");
	for (int i = 0; i < DEVICE__COUNT; i++)
		device_write_card(p, (enum device)i);
	html_close(&p->html, "ul");
	html_close(&p->html, "section");
}

static void write_link(struct page *p, enum device device)
{
	html_open(&p->html, "p");
	html_open(&p->html, "a");
	html_attribute(&p->html, "href", device_path(p, device));
	html_text(&p->html, text(p->lang, MESSAGE_DEVICE_STEPS_LINK));
	html_text(&p->html, STR(": "));
	html_text(&p->html, text(p->lang, device_title(device)));
	html_close(&p->html, "a");
	html_close(&p->html, "p");
}

/* The check's answers lead to these parts by their anchors. */
static void write_part(struct page *p, enum platform platform)
{
	html_open_class(&p->html, "section", "card plain");
	html_attribute(&p->html, "id", platform_anchor(platform));
	page_say(p, "h3", NULL, platform_title(platform));
	html_open_class(&p->html, "ol", "todo");
	advice_write(p, platform);
	html_close(&p->html, "ol");
	html_open_class(&p->html, "div", "more");
	if (platform == PLATFORM_IOT)
		write_link(p, DEVICE_ROUTER);
	write_link(p, device_of(platform));
	html_close(&p->html, "div");
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
	html_open_class(&p.html, "div", "wrap article guide");
	page_crumbs(&p, PAGE_HOME, text(p.lang, MESSAGE_MENU_GUIDE));
	page_say(&p, "p", "number", MESSAGE_STEP_2);
	page_say(&p, "h1", NULL, MESSAGE_GUIDE_TITLE);
	page_say(&p, "p", "lead", MESSAGE_GUIDE_LEAD);
	write_devices(&p);
	page_say(&p, "h2", "section", MESSAGE_GUIDE_SHORT);
	html_open_class(&p.html, "div", "guide-parts");
	for (int i = 0; i < PLATFORM_ANY; i++)
		write_part(&p, (enum platform)i);
	device_write_after(&p, STR(""));
	html_close(&p.html, "div");
	html_close(&p.html, "div");
	page_end(&p);
}
