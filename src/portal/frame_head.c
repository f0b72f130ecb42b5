/* SPDX-License-Identifier: Apache-2.0 */
/* What a page says about itself to browsers, search engines and social networks. */
#include "portal/frame.h"

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

/* Runs when the page stands; pages work without it. */
static void write_script(struct html *h)
{
	html_open(h, "script");
	html_attribute(h, "src", assets_table()[ASSET_SITE_JS].path);
	html_flag(h, "defer");
	html_close(h, "script");
}

/* There is a feed where the site knows its own address. */
static void write_feed(struct page *p)
{
	struct html *h = &p->html;
	if (p->publication->site->identity.address.size == 0)
		return;
	html_void(h, "link");
	html_attribute(h, "rel", STR("alternate"));
	html_attribute(h, "type", STR("application/atom+xml"));
	html_attribute(h, "title", text(p->lang, MESSAGE_FEED_TITLE));
	html_attribute(h, "href", p->lang == LANG_VI ? STR("/vi/feed.atom") : STR("/en/feed.atom"));
}

static void write_alternates(struct page *p, const struct page_head *head)
{
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		if (head->only_here && lang != (int)p->lang)
			continue;
		html_void(&p->html, "link");
		html_attribute(&p->html, "rel", STR("alternate"));
		html_attribute(&p->html, "hreflang", lang_code((enum lang)lang));
		html_attribute(
			&p->html, "href", page_url(p, frame_address(p, head, (enum lang)lang)));
	}
}

static void write_property(struct html *h, const char *property, struct str content)
{
	html_void(h, "meta");
	html_attribute(h, "property", str_from(property));
	html_attribute(h, "content", content);
}

/* The picture is made whenever the site is published. */
static void write_picture(struct page *p)
{
	if (p->publication->site->built.seconds == 0)
		return;
	struct str path = p->lang == LANG_VI ? STR("/social/vi.png") : STR("/social/en.png");
	write_property(&p->html, "og:image", page_url(p, path));
	write_property(&p->html, "og:image:type", STR("image/png"));
	write_property(&p->html, "og:image:width", STR("1200"));
	write_property(&p->html, "og:image:height", STR("630"));
	write_property(&p->html, "og:image:alt", text(p->lang, MESSAGE_SOCIAL_ALT));
	write_meta(&p->html, "twitter:card", STR("summary_large_image"));
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
	bool article =
		head->below.size > 0 && (head->name == PAGE_PRESS || head->name == PAGE_BLOG);
	write_property(&p->html, "og:type", article ? STR("article") : STR("website"));
	write_property(&p->html, "og:site_name", STR("Quét Sạch"));
	write_property(&p->html, "og:locale", p->lang == LANG_VI ? STR("vi_VN") : STR("en_GB"));
	write_property(&p->html, "og:title", title);
	write_property(&p->html, "og:description", description);
	write_property(&p->html, "og:url", url);
	write_picture(p);
}

void frame_write_head(struct page *p, const struct page_head *head)
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
	write_file(h, "apple-touch-icon", ASSET_ICON_180_PNG);
	/* Of a preview only what people wrote is looked at. */
	if (p->context->preview.size == 0)
		write_script(h);
	write_feed(p);
	if (head->name != PAGE__COUNT) {
		write_alternates(p, head);
		write_for_networks(p, head, title, description);
	}
	html_close(h, "head");
}
