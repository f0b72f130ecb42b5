/* SPDX-License-Identifier: Apache-2.0 */
/* Step 3: the site's address to take along. Plain links and text; no other site is asked anything
 * until the visitor goes there. */
#include "portal/share.h"

#include "format/qr.h"
#include "portal/portal.h"

enum {
	LINK_LIMIT = 4096
};

/* RFC 3986, 2.3: all but the unreserved characters as %XX. */
static void write_percent(struct writer *w, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.size; i++) {
		unsigned char c = (unsigned char)s.data[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
			c == '~') {
			writer_char(w, (char)c);
		} else {
			writer_char(w, '%');
			writer_char(w, hex[c >> 4]);
			writer_char(w, hex[c & 15]);
		}
	}
}

/* One way to tell others: an address of theirs, then the words, then ours. */
struct way {
	enum message name;
	struct str before_words; /* empty: the words are not told */
	struct str before_url;
};

static const struct way ways[] = {
	{MESSAGE_SHARE_FACEBOOK, STR_INIT(""),
		STR_INIT("https://www.facebook.com/sharer/sharer.php?u=")},
	{MESSAGE_SHARE_TELEGRAM, STR_INIT(""), STR_INIT("https://t.me/share/url?url=")},
	{MESSAGE_SHARE_X, STR_INIT("https://x.com/intent/post?text="), STR_INIT("&url=")},
	{MESSAGE_SHARE_SMS, STR_INIT("sms:?body="), STR_INIT("%20")},
	{MESSAGE_SHARE_MAIL, STR_INIT("mailto:?body="), STR_INIT("%20")},
};

static void write_way(struct page *p, const struct way *way, struct str url)
{
	struct writer href;
	writer_init(&href, LINK_LIMIT);
	if (way->before_words.size > 0) {
		writer_str(&href, way->before_words);
		write_percent(&href, text(p->lang, MESSAGE_SHARE_WORDS));
	}
	writer_str(&href, way->before_url);
	write_percent(&href, url);
	html_open(&p->html, "li");
	page_link(p, "button quiet", page_keep(p, &href), way->name);
	html_close(&p->html, "li");
	writer_release(&href);
}

static void write_ways(struct page *p, struct str url)
{
	html_open_class(&p->html, "ul", "ways");
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		write_way(p, &ways[i], url);
	html_close(&p->html, "ul");
	page_say(p, "p", NULL, MESSAGE_SHARE_ZALO);
}

/* The browser's own sheet needs a script: site.js puts the button here where there is one. A
 * relative address is the page the browser knows. */
static void write_sheet(struct page *p, struct str url)
{
	html_open_class(&p->html, "div", "actions");
	html_attribute(&p->html, "data-share", text(p->lang, MESSAGE_SHARE_BUTTON));
	html_attribute(&p->html, "data-text", text(p->lang, MESSAGE_SHARE_WORDS));
	html_attribute(&p->html, "data-url", url);
	html_close(&p->html, "div");
}

static void write_qr(struct page *p, struct str url)
{
	html_open(&p->html, "figure");
	qr_write(&p->html, url, text(p->lang, MESSAGE_SHARE_QR));
	page_say(p, "figcaption", NULL, MESSAGE_SHARE_QR_TEXT);
	html_close(&p->html, "figure");
}

static void write_address(struct page *p, struct str url)
{
	html_open_class(&p->html, "section", "take");
	html_open(&p->html, "div");
	page_copy_field(p, "address", MESSAGE_SHARE_ADDRESS, url, 1);
	write_ways(p, url);
	html_close(&p->html, "div");
	write_qr(p, url);
	html_close(&p->html, "section");
}

/* --- for other sites --- */

/* Code to copy comes from the same writer as the page: it cannot forget to escape either. */
static struct str keep_code(struct page *p, struct html *h, struct writer *w)
{
	(void)!html_end(h);
	struct str kept = page_keep(p, w);
	writer_release(w);
	return kept;
}

static void write_picture(
	struct html *h, struct str path, const char *width, const char *height, struct str alt)
{
	html_void(h, "img");
	html_attribute(h, "src", path);
	html_attribute(h, "width", str_from(width));
	html_attribute(h, "height", str_from(height));
	html_attribute(h, "loading", STR("lazy"));
	html_attribute(h, "alt", alt);
}

static void write_badge_picture(struct page *p, struct html *h, struct str path)
{
	write_picture(h, path, "236", "44", text(p->lang, MESSAGE_BADGE_LABEL));
}

static struct str badge_path(const struct page *p)
{
	return p->lang == LANG_VI ? STR("/badge/vi.svg") : STR("/badge/en.svg");
}

static struct str badge_code(struct page *p, struct str url)
{
	struct writer w;
	struct html h;
	writer_init(&w, LINK_LIMIT);
	html_init_piece(&h, &w);
	html_open(&h, "a");
	html_attribute(&h, "href", url);
	write_badge_picture(p, &h, page_url(p, badge_path(p)));
	html_close(&h, "a");
	return keep_code(p, &h, &w);
}

static void open_offer(struct page *p, enum message title, enum message body)
{
	html_open_class(&p->html, "section", "card plain");
	page_say(p, "h3", NULL, title);
	page_say(p, "p", NULL, body);
}

static void write_badge(struct page *p, struct str url)
{
	open_offer(p, MESSAGE_SHARE_BADGE, MESSAGE_SHARE_BADGE_TEXT);
	html_open_class(&p->html, "p", "preview");
	write_badge_picture(p, &p->html, badge_path(p));
	html_close(&p->html, "p");
	page_copy_field(p, "badge", MESSAGE_SHARE_CODE, badge_code(p, url), 4);
	html_close(&p->html, "section");
}

static struct str figure_path(const struct page *p)
{
	return p->lang == LANG_VI ? STR("/vi/nhung/so-lieu") : STR("/en/embed/figure");
}

static struct str figure_code(struct page *p)
{
	struct writer w;
	struct html h;
	writer_init(&w, LINK_LIMIT);
	html_init_piece(&h, &w);
	html_open(&h, "iframe");
	html_attribute(&h, "src", page_url(p, figure_path(p)));
	html_attribute(&h, "width", STR("320"));
	html_attribute(&h, "height", STR("180"));
	html_attribute(&h, "frameborder", STR("0"));
	html_attribute(&h, "loading", STR("lazy"));
	html_attribute(&h, "title", text(p->lang, MESSAGE_EMBED_TITLE));
	html_close(&h, "iframe");
	return keep_code(p, &h, &w);
}

static void write_figure(struct page *p)
{
	if (!site_series(p->publication->site, STR("top10-daily")))
		return;
	open_offer(p, MESSAGE_SHARE_FIGURE, MESSAGE_SHARE_FIGURE_TEXT);
	html_open_class(&p->html, "p", "more");
	page_link(p, NULL, figure_path(p), MESSAGE_SHARE_FIGURE_LOOK);
	html_close(&p->html, "p");
	page_copy_field(p, "figure", MESSAGE_SHARE_CODE, figure_code(p), 4);
	html_close(&p->html, "section");
}

/* Made whenever the site is published. */
static void write_social(struct page *p)
{
	if (p->publication->site->built.seconds == 0)
		return;
	open_offer(p, MESSAGE_SHARE_PICTURE, MESSAGE_SHARE_PICTURE_TEXT);
	html_open_class(&p->html, "p", "social");
	write_picture(&p->html, p->lang == LANG_VI ? STR("/social/vi.png") : STR("/social/en.png"),
		"1200", "630", text(p->lang, MESSAGE_SOCIAL_ALT));
	html_close(&p->html, "p");
	html_close(&p->html, "section");
}

void share_write_for_sites(struct page *p, struct str url)
{
	html_open_class(&p->html, "section", "others");
	page_say(p, "h2", "section", MESSAGE_SHARE_SITES);
	html_open_class(&p->html, "div", "sites");
	write_badge(p, url);
	write_figure(p);
	write_social(p);
	html_close(&p->html, "div");
	html_close(&p->html, "section");
}

/* --- without a network --- */

static void write_paper(struct page *p)
{
	static const enum page_name pages[] = {PAGE_LEAFLET, PAGE_ALOUD, PAGE_WALK};
	html_open_class(&p->html, "section", "others");
	page_say(p, "h2", "section", MESSAGE_SHARE_PAPER);
	page_say(p, "p", NULL, MESSAGE_SHARE_PAPER_TEXT);
	html_open_class(&p->html, "ul", "contents");
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (!page_infos[pages[i]].handle)
			continue;
		html_open(&p->html, "li");
		page_link(p, NULL, page_path(pages[i], p->lang), page_infos[pages[i]].menu);
		html_close(&p->html, "li");
	}
	html_close(&p->html, "ul");
	html_close(&p->html, "section");
}

void portal_share(const struct http_request *q, struct http_answer *a)
{
	static const struct page_head head = {.name = PAGE_SHARE,
		.title = MESSAGE_SHARE_TITLE,
		.description = MESSAGE_SHARE_DESCRIPTION};
	struct page p;
	page_begin(&p, q, a);
	a->cache = HTTP_NO_CACHE;
	page_write_head(&p, &head);
	struct str url = page_url(&p, page_path(PAGE_HOME, p.lang));
	html_open_class(&p.html, "div", "wrap article");
	page_crumbs(&p, PAGE_HOME, text(p.lang, MESSAGE_MENU_SHARE));
	page_say(&p, "p", "number", MESSAGE_STEP_3);
	page_say(&p, "h1", NULL, MESSAGE_SHARE_TITLE);
	page_say(&p, "p", "lead", MESSAGE_SHARE_LEAD);
	write_sheet(&p, url);
	if (p.publication->site->identity.address.size > 0) {
		write_address(&p, url);
		write_paper(&p);
		share_write_for_sites(&p, url);
	} else {
		page_say(&p, "p", NULL, MESSAGE_SHARE_BY_HAND);
		write_paper(&p);
	}
	html_close(&p.html, "div");
	page_end(&p);
}
