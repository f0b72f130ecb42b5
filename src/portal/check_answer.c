/* SPDX-License-Identifier: Apache-2.0 */
#include "model/botnet.h"
#include "portal/advice.h"
#include "portal/check.h"

enum {
	BOTNETS_SHOWN = 4
};

/* --- what was seen --- */

static void add_entry(struct seen_botnet *b, const struct listing_entry *e)
{
	b->feeds++;
	if (e->first_minute < b->first_minute)
		b->first_minute = e->first_minute;
}

size_t check_botnets(const struct check *c, const struct listing *listing,
	struct seen_botnet *botnets, size_t capacity)
{
	size_t count = 0;
	for (size_t i = 0; i < c->answer.count; i++) {
		const struct listing_entry *e = &c->answer.entries[i];
		struct str name = listing_botnet(listing, e->botnet);
		size_t at = 0;
		while (at < count && !str_equal(botnets[at].name, name))
			at++;
		if (at == capacity)
			continue;
		if (at == count)
			botnets[count++] = (struct seen_botnet){name, family_find(name),
				e->first_minute, e->last_minute, e->precision, 0};
		add_entry(&botnets[at], e);
	}
	return count;
}

static struct str shown_name(const struct page *p, const struct seen_botnet *b)
{
	return str_equal(b->name, STR("unknown")) ? text(p->lang, MESSAGE_BOTNET_UNNAMED) : b->name;
}

/* "Mirai, Conficker" */
static struct str joined_names(struct page *p, const struct seen_botnet *botnets, size_t count)
{
	struct writer w;
	writer_init(&w, 8192);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			writer_text(&w, ", ");
		writer_str(&w, shown_name(p, &botnets[i]));
	}
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

/* To the minute where the feed knows it, else the day: a day is never put at an hour. */
static struct str seen_time(struct page *p, uint32_t minute, enum precision precision)
{
	struct instant t = {(int64_t)minute * 60};
	return precision == PRECISION_SECOND || precision == PRECISION_HOUR ? page_time(p, t)
									    : page_day(p, t);
}

/* --- pieces of the page --- */

static void open_verdict(struct page *p, const char *css_class, enum drawing drawing)
{
	html_open_class(&p->html, "section", css_class);
	html_attribute(&p->html, "aria-labelledby", STR("answer"));
	page_draw(p, drawing);
	html_open(&p->html, "div");
}

static void write_title(struct page *p, enum message title)
{
	html_open(&p->html, "h1");
	html_attribute(&p->html, "id", STR("answer"));
	html_text(&p->html, text(p->lang, title));
	html_close(&p->html, "h1");
}

/* The one next step stands in the answer itself. */
static void close_verdict(struct page *p, enum page_name next, enum message words)
{
	if (page_infos[next].handle) {
		html_open_class(&p->html, "p", "actions");
		page_link(p, "button", page_path(next, p->lang), words);
		html_close(&p->html, "p");
	}
	html_close(&p->html, "div");
	html_close(&p->html, "section");
}

static void write_row(struct page *p, enum message label, struct str value)
{
	page_say(p, "dt", NULL, label);
	html_leaf(&p->html, "dd", NULL, value);
}

static void write_note(struct page *p, enum message title, enum message body)
{
	html_open_class(&p->html, "section", "card note");
	page_say(p, "h2", NULL, title);
	page_say(p, "p", NULL, body);
	html_close(&p->html, "section");
}

static void write_botnet(struct page *p, const struct seen_botnet *b)
{
	html_open_class(&p->html, "dl", "pairs");
	write_row(p, MESSAGE_SEEN_BOTNET, shown_name(p, b));
	write_row(p, MESSAGE_SEEN_FIRST, seen_time(p, b->first_minute, b->precision));
	write_row(p, MESSAGE_SEEN_LAST, seen_time(p, b->last_minute, b->precision));
	write_row(p, MESSAGE_SEEN_FEEDS,
		page_count(p, MESSAGE_FEEDS_ONE, MESSAGE_FEEDS_MANY, b->feeds));
	html_close(&p->html, "dl");
}

static void write_family_link(struct page *p, const struct family *family)
{
	struct writer href;
	if (!page_infos[PAGE_MALWARE].below)
		return;
	writer_init(&href, 256);
	writer_str(&href, page_path(PAGE_MALWARE, p->lang));
	writer_char(&href, '/');
	writer_str(&href, family->slug);
	html_open_class(&p->html, "p", "more");
	page_link(p, NULL, writer_view_str(&href), MESSAGE_SEEN_MORE);
	html_close(&p->html, "p");
	writer_release(&href);
}

static void write_about(struct page *p, const struct seen_botnet *b)
{
	if (!b->family)
		return;
	html_open_class(&p->html, "section", "card note");
	page_say_values(p, "h2", NULL, MESSAGE_SEEN_WHAT_IS, {STR("botnet"), b->name, false});
	html_leaf(&p->html, "p", NULL, b->family->about[p->lang]);
	write_family_link(p, b->family);
	html_close(&p->html, "section");
}

static void write_hotline(struct page *p, const struct holder *holder)
{
	if (holder->hotline.size == 0)
		return;
	html_open(&p->html, "li");
	page_say_values(
		p, "strong", NULL, MESSAGE_TODO_HOTLINE, {STR("holder"), holder->key, false});
	html_text(&p->html, STR(" "));
	page_phone(p, holder->hotline);
	html_close(&p->html, "li");
}

static void write_again(struct page *p, uint32_t window)
{
	html_open(&p->html, "li");
	page_say_values(p, "strong", NULL, MESSAGE_TODO_AGAIN,
		{STR("window"), page_duration(p, window), false});
	html_text(&p->html, STR(" "));
	page_say(p, "span", NULL, MESSAGE_TODO_AGAIN_WHY);
	html_close(&p->html, "li");
}

static void write_actions(struct page *p, enum platform platform)
{
	struct writer href;
	writer_init(&href, 128);
	writer_str(&href, page_path(PAGE_GUIDE, p->lang));
	if (platform != PLATFORM_ANY) {
		writer_char(&href, '#');
		writer_str(&href, platform_anchor(platform));
	}
	html_open_class(&p->html, "p", "actions");
	page_link(p, "button quiet", writer_view_str(&href), MESSAGE_CHECK_GUIDE);
	page_link(p, "button quiet", page_path(PAGE_CHECK, p->lang), MESSAGE_CHECK_AGAIN);
	html_close(&p->html, "p");
	writer_release(&href);
}

/* --- seen --- */

/* Each kind of machine once, in the order of the botnets; the first is the main one. */
static enum platform write_todo(
	struct page *p, const struct check *c, const struct seen_botnet *botnets, size_t count)
{
	bool told[PLATFORM__COUNT] = {false};
	enum platform main_platform = PLATFORM_ANY;
	page_say(p, "h2", NULL, MESSAGE_TODO_TITLE);
	html_open_class(&p->html, "ol", "todo");
	for (size_t i = 0; i < count; i++) {
		enum platform platform = platform_of(botnets[i].family);
		if (i == 0)
			main_platform = platform;
		if (!told[platform])
			advice_write(p, platform);
		told[platform] = true;
	}
	write_hotline(p, &c->of.holder);
	write_again(p, pool_window(c->answer.entries[0].pool));
	html_close(&p->html, "ol");
	return main_platform;
}

static void write_evidence(struct page *p, const struct seen_botnet *botnets, size_t count)
{
	html_open(&p->html, "div");
	html_open_class(&p->html, "section", "card note");
	page_say(p, "h2", NULL, MESSAGE_SEEN_WHY);
	for (size_t i = 0; i < count; i++)
		write_botnet(p, &botnets[i]);
	html_close(&p->html, "section");
	for (size_t i = 0; i < count; i++)
		write_about(p, &botnets[i]);
	write_note(p, MESSAGE_SEEN_SURE, MESSAGE_SEEN_SURE_TEXT);
	html_close(&p->html, "div");
}

void check_write_seen(struct page *p, const struct check *c)
{
	struct seen_botnet botnets[BOTNETS_SHOWN];
	size_t count = check_botnets(c, p->publication->listing, botnets, BOTNETS_SHOWN);
	const struct listing_entry *latest = &c->answer.entries[0];
	open_verdict(p, "verdict seen", DRAWING_SEEN);
	write_title(p, MESSAGE_CHECK_SEEN);
	page_say_values(p, "p", NULL, MESSAGE_CHECK_SEEN_TEXT,
		{STR("window"), page_duration(p, pool_window(latest->pool)), false},
		{STR("botnets"), joined_names(p, botnets, count), true},
		{STR("time"), seen_time(p, latest->last_minute, latest->precision), false});
	close_verdict(p, PAGE_TOOLS, MESSAGE_CHECK_CLEAN_NOW);
	html_open_class(&p->html, "div", "two");
	html_open_class(&p->html, "section", "card");
	write_actions(p, write_todo(p, c, botnets, count));
	html_close(&p->html, "section");
	write_evidence(p, botnets, count);
	html_close(&p->html, "div");
}

/* --- not seen, cannot be said --- */

static void write_anyway(struct page *p)
{
	html_open_class(&p->html, "section", "card");
	page_say(p, "h2", NULL, MESSAGE_TODO_ANYWAY);
	html_open_class(&p->html, "ol", "todo");
	advice_write(p, PLATFORM_ANY);
	html_close(&p->html, "ol");
	write_actions(p, PLATFORM_ANY);
	html_close(&p->html, "section");
}

static void write_listing_note(struct page *p, const struct check *c)
{
	const struct listing_facts *facts = page_facts(p);
	if (!facts)
		return;
	html_open_class(&p->html, "section", "card note");
	page_say(p, "h2", NULL, MESSAGE_LISTING_TITLE);
	html_open_class(&p->html, "dl", "pairs");
	write_row(p, MESSAGE_LISTING_BUILT, page_time(p, facts->built));
	write_row(p, MESSAGE_LISTING_WINDOW, page_duration(p, c->answer.window));
	write_row(p, MESSAGE_LISTING_FEEDS,
		page_count(p, MESSAGE_FEEDS_ONE, MESSAGE_FEEDS_MANY, facts->feeds));
	html_close(&p->html, "dl");
	html_close(&p->html, "section");
}

void check_write_not_seen(struct page *p, const struct check *c)
{
	const struct listing_facts *facts = page_facts(p);
	open_verdict(p, "verdict not-seen", DRAWING_NOT_SEEN);
	write_title(p, MESSAGE_CHECK_NOT_SEEN);
	page_say_values(p, "p", NULL, MESSAGE_CHECK_NOT_SEEN_TEXT,
		{STR("window"), page_duration(p, c->answer.window), false},
		{STR("feeds"), page_count(p, MESSAGE_FEEDS_ONE, MESSAGE_FEEDS_MANY, facts->feeds),
			false});
	page_say(p, "p", "caution", MESSAGE_CHECK_NOT_CLEAN);
	close_verdict(p, PAGE_SHARE, MESSAGE_CHECK_TELL);
	html_open_class(&p->html, "div", "two");
	write_anyway(p);
	html_open(&p->html, "div");
	write_listing_note(p, c);
	write_note(p, MESSAGE_NOT_SEEN_WHY, MESSAGE_NOT_SEEN_WHY_TEXT);
	html_close(&p->html, "div");
	html_close(&p->html, "div");
}

static enum message reason_text(enum answer_reason reason)
{
	static const enum message texts[] = {
		[ANSWER_NO_REASON] = MESSAGE_REASON_SPECIAL,
		[ANSWER_LOOPBACK] = MESSAGE_REASON_LOOPBACK,
		[ANSWER_PRIVATE] = MESSAGE_REASON_PRIVATE,
		[ANSWER_SHARED] = MESSAGE_REASON_SHARED,
		[ANSWER_SPECIAL] = MESSAGE_REASON_SPECIAL,
		[ANSWER_MOBILE] = MESSAGE_REASON_MOBILE,
		[ANSWER_NAT] = MESSAGE_REASON_SHARED,
		[ANSWER_NO_LISTING] = MESSAGE_REASON_NO_LISTING,
		[ANSWER_OLD_LISTING] = MESSAGE_REASON_OLD_LISTING,
	};
	return texts[reason];
}

void check_write_cannot_be_said(struct page *p, const struct check *c)
{
	open_verdict(p, "verdict unsaid", DRAWING_UNSAID);
	write_title(p, MESSAGE_CHECK_CANNOT_BE_SAID);
	page_say(p, "p", NULL, reason_text(c->answer.reason));
	page_say(p, "p", "caution", MESSAGE_CHECK_NOT_CLEAN);
	close_verdict(p, PAGE_GUIDE, MESSAGE_CHECK_SCAN);
	html_open_class(&p->html, "div", "two");
	write_anyway(p);
	html_open(&p->html, "div");
	write_listing_note(p, c);
	write_note(p, MESSAGE_UNSAID_SURE, MESSAGE_UNSAID_SURE_TEXT);
	html_close(&p->html, "div");
	html_close(&p->html, "div");
}
