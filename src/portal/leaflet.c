/* SPDX-License-Identifier: Apache-2.0 */
/* One A4 page for notice boards; on screen the same sheet with how to print it. */
#include "format/qr.h"
#include "portal/article.h"
#include "portal/portal.h"

/* --- the sheet, from top to bottom --- */

static void write_who(struct page *p)
{
	const struct site *site = p->publication->site;
	struct html *h = &p->html;
	html_open_class(h, "div", "sheet-top");
	html_open_class(h, "p", "sheet-name");
	page_draw(p, DRAWING_MARK);
	html_leaf(h, "strong", NULL, STR("Quét Sạch"));
	html_close(h, "p");
	html_open_class(h, "p", "sheet-who");
	struct str campaign = site->campaign.name[p->lang];
	struct str organiser = site->identity.organiser[p->lang];
	if (campaign.size > 0)
		html_leaf(h, "strong", NULL, campaign);
	if (organiser.size > 0)
		html_leaf(h, "span", NULL, organiser);
	html_close(h, "p");
	html_close(h, "div");
}

static void write_step(struct page *p, enum drawing drawing, enum message title, enum message body)
{
	struct html *h = &p->html;
	html_open(h, "li");
	page_draw(p, drawing);
	html_open(h, "div");
	page_say(p, "h3", NULL, title);
	page_say(p, "p", NULL, body);
	html_close(h, "div");
	html_close(h, "li");
}

static void write_steps(struct page *p)
{
	html_open_class(&p->html, "ol", "sheet-steps");
	write_step(p, DRAWING_CHECK, MESSAGE_LEAFLET_STEP_1, MESSAGE_LEAFLET_STEP_1_TEXT);
	write_step(p, DRAWING_CLEAN, MESSAGE_LEAFLET_STEP_2, MESSAGE_LEAFLET_STEP_2_TEXT);
	write_step(p, DRAWING_SHARE, MESSAGE_LEAFLET_STEP_3, MESSAGE_LEAFLET_STEP_3_TEXT);
	html_close(&p->html, "ol");
}

/* Where to go: for the camera of a phone, and for a keyboard. */
static void write_address(struct page *p)
{
	struct str address = p->publication->site->identity.address;
	struct html *h = &p->html;
	if (address.size == 0)
		return;
	html_open_class(h, "div", "sheet-code");
	qr_write(h, page_url(p, page_path(PAGE_HOME, p->lang)), text(p->lang, MESSAGE_SHARE_QR));
	page_say(p, "p", "meta", MESSAGE_SHARE_QR_TEXT);
	html_close(h, "div");
}

static void write_host(struct page *p)
{
	struct str address = p->publication->site->identity.address;
	if (address.size == 0)
		return;
	html_open_class(&p->html, "p", "sheet-line");
	page_say(p, "span", NULL, MESSAGE_LEAFLET_ADDRESS);
	html_text(&p->html, STR(" "));
	html_leaf(&p->html, "strong", NULL, article_host(address));
	html_close(&p->html, "p");
}

static void write_phone(struct page *p)
{
	struct str phone = p->publication->site->identity.phone;
	if (phone.size == 0)
		return;
	html_open_class(&p->html, "p", "sheet-line");
	page_say(p, "span", NULL, MESSAGE_LEAFLET_PHONE);
	html_text(&p->html, STR(" "));
	html_open(&p->html, "strong");
	page_phone(p, phone);
	html_close(&p->html, "strong");
	html_close(&p->html, "p");
}

static void write_never(struct page *p)
{
	static const enum message things[] = {MESSAGE_LEAFLET_NEVER_1, MESSAGE_LEAFLET_NEVER_2,
		MESSAGE_LEAFLET_NEVER_3, MESSAGE_LEAFLET_NEVER_4};
	struct html *h = &p->html;
	html_open_class(h, "div", "sheet-never");
	page_say(p, "h3", NULL, MESSAGE_LEAFLET_NEVER);
	html_open(h, "ul");
	for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++)
		page_say(p, "li", NULL, things[i]);
	html_close(h, "ul");
	page_say(p, "p", NULL, MESSAGE_LEAFLET_FRAUD);
	html_close(h, "div");
}

static void write_bottom(struct page *p)
{
	struct html *h = &p->html;
	html_open_class(h, "div", "sheet-bottom");
	write_address(p);
	html_open_class(h, "div", "sheet-lines");
	write_host(p);
	write_phone(p);
	write_never(p);
	html_close(h, "div");
	html_close(h, "div");
}

static void write_sheet(struct page *p)
{
	struct html *h = &p->html;
	html_open_class(h, "section", "sheet");
	html_attribute(h, "aria-label", text(p->lang, MESSAGE_LEAFLET_TITLE));
	write_who(p);
	page_say(p, "h2", NULL, MESSAGE_HOME_TITLE);
	page_say(p, "p", "sheet-what", MESSAGE_LEAFLET_WHAT);
	write_steps(p);
	write_bottom(p);
	html_close(h, "section");
}

/* --- the page --- */

static void write_how(struct page *p)
{
	struct html *h = &p->html;
	html_open_class(h, "div", "sheet-how card plain");
	html_open_class(h, "div", "actions");
	html_attribute(h, "data-print", text(p->lang, MESSAGE_PRINT));
	html_close(h, "div");
	page_say(p, "p", NULL, MESSAGE_LEAFLET_HOW);
	if (p->publication->site->identity.address.size == 0)
		page_say(p, "p", "notice caution", MESSAGE_LEAFLET_NO_ADDRESS);
	html_close(h, "div");
}

void portal_leaflet(const struct http_request *q, struct http_answer *a)
{
	static const struct page_head head = {.name = PAGE_LEAFLET,
		.title = MESSAGE_LEAFLET_TITLE,
		.description = MESSAGE_LEAFLET_LEAD};
	struct page p;
	page_begin(&p, q, a);
	a->cache = HTTP_NO_CACHE;
	page_write_head(&p, &head);
	html_open_class(&p.html, "div", "wrap article leaflet");
	page_crumbs(&p, PAGE_HOME, text(p.lang, MESSAGE_MENU_LEAFLET));
	page_say(&p, "h1", NULL, MESSAGE_LEAFLET_TITLE);
	page_say(&p, "p", "lead", MESSAGE_LEAFLET_LEAD);
	html_open_class(&p.html, "div", "leaflet-row");
	write_sheet(&p);
	write_how(&p);
	html_close(&p.html, "div");
	html_close(&p.html, "div");
	page_end(&p);
}
