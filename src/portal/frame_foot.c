/* SPDX-License-Identifier: Apache-2.0 */
/* Below every page: who speaks, and the way to what the menu does not name. */
#include "portal/frame.h"

enum {
	PAGES_IN_GROUP = 5
};

struct group {
	enum message title;
	enum page_name pages[PAGES_IN_GROUP];
	size_t count;
};

static const struct group groups[] = {
	{MESSAGE_FOOT_STEPS, {PAGE_CHECK, PAGE_TOOLS, PAGE_SHARE}, 3},
	{MESSAGE_FOOT_HELP, {PAGE_GUIDE, PAGE_WALK, PAGE_MALWARE}, 3},
	{MESSAGE_FOOT_PRESS, {PAGE_FIGURES, PAGE_PRESS, PAGE_LEAFLET, PAGE_ALOUD}, 4},
	{MESSAGE_FOOT_ABOUT, {PAGE_HOW, PAGE_MEASURE, PAGE_REAL, PAGE_OWNERS, PAGE_PRIVACY}, 5},
};

static void write_group(struct page *p, const struct group *g)
{
	size_t written = 0;
	for (size_t i = 0; i < g->count; i++) {
		const struct page_info *info = &page_infos[g->pages[i]];
		if (!info->handle)
			continue;
		if (written++ == 0) {
			html_open(&p->html, "div");
			page_say(p, "h2", NULL, g->title);
			html_open(&p->html, "ul");
		}
		html_open(&p->html, "li");
		page_link(p, NULL, info->path[p->lang], info->menu);
		html_close(&p->html, "li");
	}
	if (written > 0) {
		html_close(&p->html, "ul");
		html_close(&p->html, "div");
	}
}

static void write_groups(struct page *p)
{
	html_open(&p->html, "nav");
	html_attribute(&p->html, "aria-label", text(p->lang, MESSAGE_FOOT_LABEL));
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		write_group(p, &groups[i]);
	html_close(&p->html, "nav");
}

static void write_who(struct page *p)
{
	const struct site *site = p->publication->site;
	const struct site_identity *who = &site->identity;
	struct str name = site->campaign.name[p->lang];
	html_open_class(&p->html, "div", "who");
	html_leaf(&p->html, "p", "campaign",
		name.size > 0 ? name : text(p->lang, MESSAGE_FOOTER_CAMPAIGN));
	if (who->organiser[p->lang].size > 0)
		html_leaf(&p->html, "p", NULL, who->organiser[p->lang]);
	if (who->phone.size > 0) {
		html_open(&p->html, "p");
		page_phone(p, who->phone);
		html_close(&p->html, "p");
	}
	if (who->mail.size > 0) {
		html_open(&p->html, "p");
		page_mail(p, who->mail);
		html_close(&p->html, "p");
	}
	html_close(&p->html, "div");
}

static void write_attribution(struct page *p)
{
	struct html *h = &p->html;
	if (!p->publication->network)
		return;
	html_open(h, "p");
	html_text(h, text(p->lang, MESSAGE_FOOTER_ATTRIBUTION));
	html_text(h, STR(" RouteViews, "));
	html_link(h, NULL, STR("https://db-ip.com"), STR("DB-IP"));
	html_text(h, STR(", NRO (CC BY 4.0)."));
	html_close(h, "p");
}

void frame_write_foot(struct page *p)
{
	html_open_class(&p->html, "footer", "foot");
	html_open_class(&p->html, "div", "wrap");
	write_who(p);
	write_groups(p);
	html_open_class(&p->html, "div", "small-print");
	page_say(p, "p", NULL, MESSAGE_FOOTER_PRIVACY);
	write_attribution(p);
	html_close(&p->html, "div");
	html_close(&p->html, "div");
	html_close(&p->html, "footer");
}
