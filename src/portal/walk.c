/* SPDX-License-Identifier: Apache-2.0 */
/* The three steps in pictures of our own pages, as script/pictures takes them. */
#include "portal/article.h"
#include "portal/portal.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Of every picture, in CSS pixels: script/pictures cuts them so. */
#define PICTURE_WIDTH "360"
#define PICTURE_HEIGHT "600"

struct shot {
	enum asset picture[LANG__COUNT];
	enum message caption, alt; /* what to do there; what is seen */
};

#define SHOT(NAME)                                                                                 \
	{                                                                                          \
		{ASSET_WALK_VI_##NAME##_WEBP, ASSET_WALK_EN_##NAME##_WEBP}, MESSAGE_WALK_##NAME,   \
			MESSAGE_WALK_##NAME##_ALT                                                  \
	}

static const struct shot open_shots[] = {SHOT(HOME)};
static const struct shot answer_shots[] = {SHOT(SEEN), SHOT(NOT_SEEN), SHOT(UNSAID)};
static const struct shot clean_shots[] = {SHOT(TOOLS), SHOT(TOOL), SHOT(CLEAN), SHOT(DEVICE)};
static const struct shot share_shots[] = {SHOT(SHARE)};

static void write_shot(struct page *p, const struct shot *shot)
{
	struct html *h = &p->html;
	html_open(h, "li");
	html_open(h, "figure");
	html_void(h, "img");
	html_attribute(h, "src", assets_table()[shot->picture[p->lang]].path);
	html_attribute(h, "width", STR(PICTURE_WIDTH));
	html_attribute(h, "height", STR(PICTURE_HEIGHT));
	html_attribute(h, "loading", STR("lazy"));
	html_attribute(h, "decoding", STR("async"));
	html_attribute(h, "alt", text(p->lang, shot->alt));
	page_say(p, "figcaption", NULL, shot->caption);
	html_close(h, "figure");
	html_close(h, "li");
}

static void write_shots(struct page *p, const struct shot *shots, size_t count)
{
	html_open_class(&p->html, "ul", "shots");
	for (size_t i = 0; i < count; i++)
		write_shot(p, &shots[i]);
	html_close(&p->html, "ul");
}

static void open_step(struct page *p, const char *id, enum message number, enum message title)
{
	html_open_class(&p->html, "section", "walk-step");
	html_attribute(&p->html, "id", str_from(id));
	page_say(p, "p", "number", number);
	page_say(p, "h2", NULL, title);
}

static void write_group(struct page *p, enum message title, const struct shot *shots, size_t count)
{
	html_open(&p->html, "div");
	page_say(p, "h3", NULL, title);
	write_shots(p, shots, count);
	html_close(&p->html, "div");
}

static void write_check(struct page *p)
{
	struct str address = p->publication->site->identity.address;
	open_step(p, "check", MESSAGE_STEP_1, MESSAGE_STEP_1_TITLE);
	if (address.size > 0)
		page_say_values(p, "p", NULL, MESSAGE_WALK_ADDRESS,
			{STR("address"), article_host(address), true});
	page_say(p, "p", NULL, MESSAGE_WALK_CHECK);
	html_open_class(&p->html, "div", "walk-row");
	write_group(p, MESSAGE_WALK_OPEN, open_shots, COUNT(open_shots));
	write_group(p, MESSAGE_WALK_ANSWERS, answer_shots, COUNT(answer_shots));
	html_close(&p->html, "div");
	html_close(&p->html, "section");
}

static void write_clean(struct page *p)
{
	open_step(p, "clean", MESSAGE_STEP_2, MESSAGE_STEP_2_TITLE);
	page_say(p, "p", NULL, MESSAGE_WALK_SCAN);
	write_shots(p, clean_shots, COUNT(clean_shots));
	page_say(p, "p", "notice", MESSAGE_WALK_THINGS);
	html_close(&p->html, "section");
}

/* For those who are not on the network. */
static void write_by_word(struct page *p)
{
	static const enum page_name pages[] = {PAGE_LEAFLET, PAGE_ALOUD};
	struct html *h = &p->html;
	html_open(h, "div");
	page_say(p, "h3", NULL, MESSAGE_SHARE_PAPER);
	page_say(p, "p", NULL, MESSAGE_WALK_PAPER);
	html_open_class(h, "ul", "contents");
	for (size_t i = 0; i < COUNT(pages); i++) {
		html_open(h, "li");
		page_link(p, NULL, page_path(pages[i], p->lang), page_infos[pages[i]].menu);
		html_close(h, "li");
	}
	html_close(h, "ul");
	html_close(h, "div");
}

static void write_share(struct page *p)
{
	open_step(p, "share", MESSAGE_STEP_3, MESSAGE_STEP_3_TITLE);
	page_say(p, "p", NULL, MESSAGE_WALK_TELL);
	html_open_class(&p->html, "div", "walk-row");
	write_group(p, MESSAGE_WALK_SEND, share_shots, COUNT(share_shots));
	write_by_word(p);
	html_close(&p->html, "div");
	html_close(&p->html, "section");
}

static void write_contents(struct page *p)
{
	static const struct {
		struct str href;
		enum message title;
	} places[] = {
		{STR_INIT("#check"), MESSAGE_STEP_1_TITLE},
		{STR_INIT("#clean"), MESSAGE_STEP_2_TITLE},
		{STR_INIT("#share"), MESSAGE_STEP_3_TITLE},
	};
	html_open_class(&p->html, "ul", "contents");
	for (size_t i = 0; i < COUNT(places); i++) {
		html_open(&p->html, "li");
		page_link(p, NULL, places[i].href, places[i].title);
		html_close(&p->html, "li");
	}
	html_close(&p->html, "ul");
}

static void write_end(struct page *p)
{
	html_open_class(&p->html, "section", "after");
	page_say(p, "h2", NULL, MESSAGE_WALK_READY);
	html_open_class(&p->html, "p", "actions");
	page_link(p, "button", page_path(PAGE_CHECK, p->lang), MESSAGE_STEP_1_LINK);
	html_close(&p->html, "p");
	html_close(&p->html, "section");
}

void portal_walk(const struct http_request *q, struct http_answer *a)
{
	static const struct page_head head = {.name = PAGE_WALK,
		.title = MESSAGE_WALK_TITLE,
		.description = MESSAGE_WALK_DESCRIPTION};
	struct page p;
	page_begin(&p, q, a);
	a->cache = HTTP_NO_CACHE;
	page_write_head(&p, &head);
	html_open_class(&p.html, "div", "wrap article walk");
	page_crumbs(&p, PAGE_HOME, text(p.lang, MESSAGE_MENU_WALK));
	page_say(&p, "h1", NULL, MESSAGE_WALK_TITLE);
	page_say(&p, "p", "lead", MESSAGE_WALK_LEAD);
	write_contents(&p);
	write_check(&p);
	write_clean(&p);
	write_share(&p);
	write_end(&p);
	page_say(&p, "p", "meta", MESSAGE_WALK_NOTE);
	html_close(&p.html, "div");
	page_end(&p);
}
