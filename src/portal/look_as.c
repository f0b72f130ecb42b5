/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/look_as.h"

#include "portal/advice.h"

enum {
	LISTED_SHOWN = 3,
	TRIES = 400 /* a page must not cost more than this many look-ups */
};

bool look_as_allowed(const struct publication *publication)
{
	if (!publication->listing)
		return false;
	const struct listing_facts *facts = listing_facts(publication->listing);
	for (uint32_t i = 0; i < facts->feeds; i++)
		if (!listing_feed_simulated(publication->listing, (uint8_t)i))
			return false;
	return facts->simulated;
}

static void write_link(struct page *p, struct ip ip, enum message label, struct str botnet)
{
	struct writer href;
	writer_init(&href, 256);
	writer_str(&href, page_path(PAGE_CHECK, p->lang));
	writer_text(&href, "?as=");
	writer_ip(&href, ip);
	html_open(&p->html, "li");
	html_open(&p->html, "a");
	html_attribute(&p->html, "href", writer_view_str(&href));
	html_attribute(&p->html, "rel", STR("nofollow"));
	html_leaf(&p->html, "span", "ip", page_ip(p, ip));
	html_text(&p->html, STR(" "));
	page_words(p, label, &(const struct page_value){STR("botnet"), botnet, false}, 1);
	html_close(&p->html, "a");
	html_close(&p->html, "li");
	writer_release(&href);
}

static struct check decide(const struct page *p, struct ip ip)
{
	struct check c = {.ip = ip};
	check_decide(&c, p->publication, p->request->now);
	return c;
}

/* Listed addresses spread over the listing, one for each kind of machine that comes. */
static struct ip write_listed(struct page *p)
{
	const struct listing *l = p->publication->listing;
	uint64_t count = listing_facts(l)->v4;
	struct ip first = {0};
	bool shown[PLATFORM__COUNT] = {false};
	size_t links = 0;
	for (uint64_t i = 0; i < TRIES && i < count && links < LISTED_SHOWN; i++) {
		struct seen_botnet botnet;
		struct ip ip = unit_ip(listing_unit(l, i * (count / TRIES + 1) % count));
		struct check c = decide(p, ip);
		if (c.answer.verdict != ANSWER_SEEN || check_botnets(&c, l, &botnet, 1) == 0)
			continue;
		enum platform platform = platform_of(botnet.family);
		if (shown[platform])
			continue;
		shown[platform] = true;
		if (links++ == 0)
			first = ip;
		write_link(p, ip, MESSAGE_LOOK_AS_LISTED, botnet.name);
	}
	return first;
}

/* The next address after `from` with that verdict. */
static void write_next(
	struct page *p, struct ip from, enum answer_verdict verdict, enum message label)
{
	for (uint32_t i = 1; i < TRIES; i++) {
		struct ip ip = ip_from_v4(ip_v4(from) + i);
		struct check c = decide(p, ip);
		if (c.answer.verdict == verdict) {
			write_link(p, ip, label, STR(""));
			return;
		}
	}
}

void look_as_write(struct page *p)
{
	if (!look_as_allowed(p->publication))
		return;
	html_open_class(&p->html, "section", "look-as");
	html_attribute(&p->html, "aria-labelledby", STR("look-as"));
	html_open(&p->html, "h2");
	html_attribute(&p->html, "id", STR("look-as"));
	html_text(&p->html, text(p->lang, MESSAGE_LOOK_AS_TITLE));
	html_close(&p->html, "h2");
	page_say(p, "p", NULL, MESSAGE_LOOK_AS_TEXT);
	html_open(&p->html, "ul");
	struct ip listed = write_listed(p);
	if (ip_is_v4(listed))
		write_next(p, listed, ANSWER_NOT_SEEN, MESSAGE_LOOK_AS_NOT_LISTED);
	write_link(p, ip_from_v4(0x64400001), MESSAGE_LOOK_AS_SHARED, STR(""));
	html_close(&p->html, "ul");
	html_close(&p->html, "section");
}
