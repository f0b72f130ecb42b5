/* SPDX-License-Identifier: Apache-2.0 */
/* Above every page: banner, brand, menu, switch of language. */
#include "portal/frame.h"
#include "portal/language.h"

static void write_simulated_banner(struct page *p)
{
	const struct listing_facts *facts = page_facts(p);
	if (!facts || !facts->simulated)
		return;
	html_open_class(&p->html, "aside", "simulated");
	html_attribute(&p->html, "aria-label", text(p->lang, MESSAGE_SIMULATED_TITLE));
	html_open_class(&p->html, "p", "wrap");
	html_leaf(&p->html, "strong", NULL, text(p->lang, MESSAGE_SIMULATED_TITLE));
	html_text(&p->html, STR(" "));
	html_text(&p->html, text(p->lang, MESSAGE_SIMULATED_TEXT));
	html_close(&p->html, "p");
	html_close(&p->html, "aside");
}

/* Nobody sees this page yet. */
static void write_preview_note(struct page *p)
{
	struct str back = p->context->preview;
	if (back.size == 0)
		return;
	html_open_class(&p->html, "aside", "simulated");
	html_attribute(&p->html, "aria-label", text(p->lang, MESSAGE_PREVIEW_TITLE));
	html_open_class(&p->html, "p", "wrap");
	html_leaf(&p->html, "strong", NULL, text(p->lang, MESSAGE_PREVIEW_TITLE));
	html_text(&p->html, STR(" "));
	html_text(&p->html, text(p->lang, MESSAGE_PREVIEW_TEXT));
	html_text(&p->html, STR(" "));
	html_link(&p->html, NULL, back, text(p->lang, MESSAGE_PREVIEW_BACK));
	html_close(&p->html, "p");
	html_close(&p->html, "aside");
}

static void write_brand(struct page *p)
{
	html_open_class(&p->html, "a", "brand");
	html_attribute(&p->html, "href", page_path(PAGE_HOME, p->lang));
	page_draw(p, DRAWING_MARK);
	html_leaf(&p->html, "span", NULL, STR("Quét Sạch"));
	html_close(&p->html, "a");
}

/* Marked where we are: "page" on the page itself, "true" on what lies below it. */
static void write_menu_link(struct page *p, enum page_name name, const struct page_head *head)
{
	struct html *h = &p->html;
	html_open(h, "li");
	html_open(h, "a");
	html_attribute(h, "href", page_path(name, p->lang));
	if (name == head->name)
		html_attribute(h, "aria-current", head->below.size > 0 ? STR("true") : STR("page"));
	html_text(h, text(p->lang, page_infos[name].menu));
	html_close(h, "a");
	html_close(h, "li");
}

static void write_menu(struct page *p, const char *css_class, const struct page_head *head)
{
	struct html *h = &p->html;
	html_open_class(h, "nav", css_class);
	html_attribute(h, "aria-label", text(p->lang, MESSAGE_MENU_LABEL));
	html_open(h, "ul");
	for (int name = 0; name <= PAGE_CAREERS; name++)
		if (page_infos[name].handle)
			write_menu_link(p, (enum page_name)name, head);
	html_close(h, "ul");
	html_close(h, "nav");
}

/* The style shows one of the two menus. A single one could not be folded on a phone and open on a
 * screen without a script. */
static void write_small_menu(struct page *p, const struct page_head *head)
{
	html_open_class(&p->html, "details", "small-menu");
	page_say(p, "summary", NULL, MESSAGE_MENU_OPEN);
	write_menu(p, NULL, head);
	html_close(&p->html, "details");
}

/* To the same page in the other language. */
static void write_switch(struct page *p, const struct page_head *head)
{
	enum lang other = p->lang == LANG_VI ? LANG_EN : LANG_VI;
	struct html *h = &p->html;
	html_open_class(h, "a", "language");
	html_attribute(h, "href",
		head->only_here && head->name != PAGE__COUNT ? page_path(head->name, other)
							     : frame_address(p, head, other));
	html_attribute(h, "hreflang", lang_code(other));
	html_attribute(h, "lang", lang_code(other));
	html_text(h, text(other, MESSAGE_LANGUAGE_NAME));
	html_close(h, "a");
}

/* On paper a page says where it comes from. */
static void write_printed(struct page *p, const struct page_head *head)
{
	if (p->publication->site->identity.address.size > 0)
		html_leaf(&p->html, "p", "printed", page_url(p, frame_address(p, head, p->lang)));
}

void frame_write_top(struct page *p, const struct page_head *head)
{
	struct html *h = &p->html;
	html_link(h, "skip", STR("#main"), text(p->lang, MESSAGE_SKIP));
	write_simulated_banner(p);
	write_preview_note(p);
	html_open_class(h, "header", "site");
	html_open_class(h, "div", "wrap");
	write_brand(p);
	write_printed(p, head);
	write_menu(p, "menu", head);
	write_switch(p, head);
	write_small_menu(p, head);
	html_close(h, "div");
	html_close(h, "header");
}
