/* SPDX-License-Identifier: Apache-2.0 */
/* Malware families: what each is, and what to do about it. */
#include "model/botnet.h"

#include "portal/device.h"
#include "portal/portal.h"

struct named {
	struct str name;
	enum message message;
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The kinds of tools/botnets.py. */
static const struct named kinds[] = {
	{STR_INIT("adware"), MESSAGE_KIND_ADWARE},
	{STR_INIT("backdoor"), MESSAGE_KIND_BACKDOOR},
	{STR_INIT("banking-trojan"), MESSAGE_KIND_BANKING_TROJAN},
	{STR_INIT("botnet"), MESSAGE_KIND_BOTNET},
	{STR_INIT("click-fraud"), MESSAGE_KIND_CLICK_FRAUD},
	{STR_INIT("ddos-bot"), MESSAGE_KIND_DDOS_BOT},
	{STR_INIT("loader"), MESSAGE_KIND_LOADER},
	{STR_INIT("miner"), MESSAGE_KIND_MINER},
	{STR_INIT("proxy"), MESSAGE_KIND_PROXY},
	{STR_INIT("ransomware"), MESSAGE_KIND_RANSOMWARE},
	{STR_INIT("rat"), MESSAGE_KIND_RAT},
	{STR_INIT("spam-bot"), MESSAGE_KIND_SPAM_BOT},
	{STR_INIT("stealer"), MESSAGE_KIND_STEALER},
	{STR_INIT("virus"), MESSAGE_KIND_VIRUS},
	{STR_INIT("worm"), MESSAGE_KIND_WORM},
};

static const struct named platforms[] = {
	{STR_INIT("windows"), MESSAGE_WINDOWS},
	{STR_INIT("macos"), MESSAGE_MACOS},
	{STR_INIT("android"), MESSAGE_RUNS_ON_ANDROID},
	{STR_INIT("ios"), MESSAGE_RUNS_ON_IOS},
	{STR_INIT("iot"), MESSAGE_IOT},
	{STR_INIT("linux"), MESSAGE_LINUX},
	{STR_INIT("multi"), MESSAGE_RUNS_ON_MULTI},
};

/* What they attack: the order of the page. Two platforms at most. */
static const struct group {
	struct str anchor;
	struct str platforms[2];
	enum message title;
	enum drawing drawing;
} groups[] = {
	{STR_INIT("pc"), {STR_INIT("windows"), STR_INIT("macos")}, MESSAGE_MALWARE_GROUP_PC,
		DRAWING_PC},
	{STR_INIT("phone"), {STR_INIT("android"), STR_INIT("ios")}, MESSAGE_MALWARE_GROUP_PHONE,
		DRAWING_PHONE},
	{STR_INIT("iot"), {STR_INIT("iot"), STR_INIT("iot")}, MESSAGE_MALWARE_GROUP_THINGS,
		DRAWING_CAMERA},
	{STR_INIT("server"), {STR_INIT("linux"), STR_INIT("linux")}, MESSAGE_MALWARE_GROUP_SERVER,
		DRAWING_SERVER},
	{STR_INIT("several"), {STR_INIT("multi"), STR_INIT("multi")}, MESSAGE_MALWARE_GROUP_SEVERAL,
		DRAWING_CLEAN},
};

/* MESSAGE__COUNT: not one of them. */
static enum message find(const struct named *table, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(table[i].name, name))
			return table[i].message;
	return MESSAGE__COUNT;
}

static struct str family_path(struct page *p, const struct family *family)
{
	struct writer w;
	writer_init(&w, 1024);
	writer_str(&w, page_path(PAGE_MALWARE, p->lang));
	writer_char(&w, '/');
	writer_str(&w, family->slug);
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

/* --- the list of all --- */

static bool in_group(const struct family *family, const struct group *group)
{
	return str_equal(family->platform, group->platforms[0]) ||
	       str_equal(family->platform, group->platforms[1]);
}

static size_t group_size(const struct group *group)
{
	size_t size = 0;
	for (size_t i = 0; i < family_count(); i++)
		size += in_group(family_at(i), group);
	return size;
}

static void write_contents(struct page *p)
{
	struct html *h = &p->html;
	html_open_class(h, "ul", "contents");
	for (size_t i = 0; i < COUNT(groups); i++) {
		struct writer href;
		writer_init(&href, 64);
		writer_char(&href, '#');
		writer_str(&href, groups[i].anchor);
		html_open(h, "li");
		page_link(p, NULL, writer_view_str(&href), groups[i].title);
		html_close(h, "li");
		writer_release(&href);
	}
	html_close(h, "ul");
}

static void write_item(struct page *p, const struct family *family)
{
	struct html *h = &p->html;
	enum message kind = find(kinds, COUNT(kinds), family->kind);
	html_open(h, "li");
	html_open(h, "a");
	html_attribute(h, "href", family_path(p, family));
	html_open(h, "strong");
	html_attribute(h, "translate", STR("no"));
	html_text(h, family->name);
	html_close(h, "strong");
	if (kind != MESSAGE__COUNT) {
		html_text(h, STR(" "));
		page_say(p, "span", NULL, kind);
	}
	html_close(h, "a");
	html_close(h, "li");
}

static void write_group(struct page *p, const struct group *group)
{
	struct html *h = &p->html;
	html_open_class(h, "section", "families");
	html_attribute(h, "id", group->anchor);
	html_open_class(h, "div", "families-top");
	page_draw(p, group->drawing);
	page_say(p, "h2", NULL, group->title);
	html_leaf(h, "p", "meta",
		page_count(p, MESSAGE_MALWARE_COUNT_ONE, MESSAGE_MALWARE_COUNT_MANY,
			group_size(group)));
	html_close(h, "div");
	html_open(h, "ul");
	for (size_t i = 0; i < family_count(); i++)
		if (in_group(family_at(i), group))
			write_item(p, family_at(i));
	html_close(h, "ul");
	html_close(h, "section");
}

void portal_malware(const struct http_request *q, struct http_answer *a)
{
	static const struct page_head head = {.name = PAGE_MALWARE,
		.title = MESSAGE_MALWARE_TITLE,
		.description = MESSAGE_MALWARE_DESCRIPTION};
	struct page p;
	page_begin(&p, q, a);
	a->cache = HTTP_NO_CACHE;
	page_write_head(&p, &head);
	html_open_class(&p.html, "div", "wrap article malware");
	page_crumbs(&p, PAGE_HOME, text(p.lang, MESSAGE_MENU_MALWARE));
	page_say(&p, "h1", NULL, MESSAGE_MALWARE_TITLE);
	page_say(&p, "p", "lead", MESSAGE_MALWARE_LEAD);
	write_contents(&p);
	for (size_t i = 0; i < COUNT(groups); i++)
		write_group(&p, &groups[i]);
	html_close(&p.html, "div");
	page_end(&p);
}

/* --- one of them --- */

static struct str joined_aliases(struct page *p, const struct family *family)
{
	struct writer w;
	writer_init(&w, 4096);
	for (size_t i = 0; i < family->alias_count; i++) {
		if (i > 0)
			writer_text(&w, ", ");
		writer_str(&w, family->aliases[i]);
	}
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

/* "Malpedia" for the ones people know by name, else the host. */
static struct str source_name(struct str url)
{
	static const struct {
		struct str host, name;
	} known[] = {
		{STR_INIT("malpedia.caad.fkie.fraunhofer.de"),
			STR_INIT("Malpedia (Fraunhofer FKIE)")},
		{STR_INIT("attack.mitre.org"), STR_INIT("MITRE ATT&CK")},
		{STR_INIT("en.wikipedia.org"), STR_INIT("Wikipedia")},
		{STR_INIT("www.bsi.bund.de"), STR_INIT("BSI")},
		{STR_INIT("www.microsoft.com"), STR_INIT("Microsoft")},
	};
	struct str scheme = STR("https://");
	struct str rest;
	if (!str_starts(url, scheme))
		return url;
	url = (struct str){url.data + scheme.size, url.size - scheme.size};
	struct str host = str_cut(url, '/', &rest);
	for (size_t i = 0; i < COUNT(known); i++)
		if (str_equal(known[i].host, host))
			return known[i].name;
	return host;
}

static void write_row(struct page *p, enum message label, struct str value)
{
	page_say(p, "dt", NULL, label);
	html_leaf(&p->html, "dd", NULL, value);
}

static void write_named(struct page *p, enum message label, enum message value)
{
	if (value != MESSAGE__COUNT)
		write_row(p, label, text(p->lang, value));
}

static void write_facts(struct page *p, const struct family *family)
{
	struct html *h = &p->html;
	html_open_class(h, "section", "card note");
	page_say(p, "h2", NULL, MESSAGE_FAMILY_FACTS);
	html_open_class(h, "dl", "pairs");
	write_named(p, MESSAGE_FAMILY_KIND, find(kinds, COUNT(kinds), family->kind));
	write_named(p, MESSAGE_FAMILY_RUNS_ON, find(platforms, COUNT(platforms), family->platform));
	if (family->alias_count > 0)
		write_row(p, MESSAGE_FAMILY_ALIASES, joined_aliases(p, family));
	page_say(p, "dt", NULL, MESSAGE_FAMILY_SOURCE);
	html_open(h, "dd");
	html_link(h, NULL, family->source, source_name(family->source));
	html_close(h, "dd");
	html_close(h, "dl");
	page_say(p, "p", "meta", MESSAGE_FAMILY_SOURCE_NOTE);
	html_close(h, "section");
}

/* Cameras and routers catch the same malware; what runs anywhere has all pages. */
static bool concerns(enum platform platform, enum device device)
{
	if (platform == PLATFORM_ANY)
		return true;
	return device == device_of(platform) ||
	       (platform == PLATFORM_IOT && device == DEVICE_ROUTER);
}

static void write_devices(struct page *p, enum platform platform)
{
	page_say(p, "h2", "section", MESSAGE_DEVICE_STEPS_LINK);
	html_open_class(&p->html, "ul", "devices");
	for (int i = 0; i < DEVICE__COUNT; i++)
		if (concerns(platform, (enum device)i))
			device_write_card(p, (enum device)i);
	html_close(&p->html, "ul");
}

static void write_todo(struct page *p, const struct family *family)
{
	struct html *h = &p->html;
	enum platform platform = platform_of(family);
	html_open_class(h, "section", "card");
	page_say(p, "h2", NULL, MESSAGE_FAMILY_TODO);
	html_open_class(h, "ol", "todo");
	advice_write(p, platform);
	html_close(h, "ol");
	html_open_class(h, "p", "actions");
	page_link(p, "button", page_path(PAGE_CHECK, p->lang), MESSAGE_STEP_1_LINK);
	html_close(h, "p");
	html_close(h, "section");
}

static struct str with_name(struct page *p, enum message message, const struct family *family)
{
	struct writer w;
	writer_init(&w, 1024);
	text_write(&w, p->lang, message, &(const struct text_arg){STR("name"), family->name}, 1);
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

static void write_family(struct page *p, const struct family *family)
{
	struct html *h = &p->html;
	html_open_class(h, "div", "wrap article");
	page_crumbs(p, PAGE_MALWARE, family->name);
	html_leaf(h, "h1", NULL, with_name(p, MESSAGE_FAMILY_HEADING, family));
	html_leaf(h, "p", "lead", family->about[p->lang]);
	html_open_class(h, "div", "two");
	write_todo(p, family);
	html_open(h, "div");
	write_facts(p, family);
	html_open_class(h, "section", "card note");
	page_say(p, "h2", NULL, MESSAGE_SEEN_SURE);
	page_say(p, "p", NULL, MESSAGE_FAMILY_NOT_SURE);
	html_close(h, "section");
	html_close(h, "div");
	html_close(h, "div");
	write_devices(p, platform_of(family));
	html_close(h, "div");
}

/* By its own address only: its name or an alias would make a second page of it. */
static const struct family *asked(const struct http_request *q)
{
	struct str slug = page_below(q, PAGE_MALWARE);
	for (size_t i = 0; i < family_count(); i++)
		if (str_equal(family_at(i)->slug, slug))
			return family_at(i);
	return NULL;
}

void portal_family(const struct http_request *q, struct http_answer *a)
{
	struct page p;
	const struct family *family = asked(q);
	if (!family) {
		portal_not_found(q, a);
		return;
	}
	page_begin(&p, q, a);
	a->cache = HTTP_NO_CACHE;
	const struct page_head head = {.name = PAGE_MALWARE,
		.title = MESSAGE_MALWARE_TITLE,
		.description = MESSAGE_MALWARE_DESCRIPTION,
		.below = family->slug,
		.title_text = with_name(&p, MESSAGE_FAMILY_TITLE, family),
		.description_text = family->about[p.lang]};
	page_write_head(&p, &head);
	write_family(&p, family);
	page_end(&p);
}
