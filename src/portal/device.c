/* SPDX-License-Identifier: Apache-2.0 */
/* One page for each kind of device: what to look for, what to do, when to call somebody. */
#include "portal/device.h"

#include <assert.h>

#include "model/holder.h"
#include "portal/portal.h"

struct step {
	enum message what, how;
	struct str commands; /* one a line; empty: none */
};

struct part {
	enum message title;
	enum message note; /* MESSAGE__COUNT: none */
	const struct step *steps;
	size_t count;
};

struct points {
	const enum message *items;
	size_t count;
};

struct device_page {
	struct str slug[LANG__COUNT];
	enum drawing drawing;
	enum message name, card; /* where others lead here */
	enum message title, description, lead;
	enum message urgent; /* MESSAGE__COUNT: none */
	struct points signs;
	const struct part *parts;
	size_t part_count;
	struct points again, call;
	struct str tools; /* the section of the page of tools; empty: no tool helps */
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define STEP(name)                                                                                 \
	{                                                                                          \
		MESSAGE_##name, MESSAGE_##name##_HOW,                                              \
		{                                                                                  \
			"", 0                                                                      \
		}                                                                                  \
	}
#define STEP_WITH(name, commands)                                                                  \
	{                                                                                          \
		MESSAGE_##name, MESSAGE_##name##_HOW, STR_INIT(commands)                           \
	}
#define PART(title, note, steps)                                                                   \
	{                                                                                          \
		MESSAGE_##title, note, steps, COUNT(steps)                                         \
	}
#define POINTS(array)                                                                              \
	{                                                                                          \
		array, COUNT(array)                                                                \
	}

/* --- computers --- */

static const enum message pc_signs[] = {
	MESSAGE_PC_SIGN_1, MESSAGE_PC_SIGN_2, MESSAGE_PC_SIGN_3, MESSAGE_PC_SIGN_4};
static const struct step pc_windows[] = {STEP(PC_WINDOWS_1), STEP(PC_WINDOWS_2), STEP(PC_WINDOWS_3),
	STEP(PC_WINDOWS_4), STEP(PC_WINDOWS_5), STEP(PC_WINDOWS_6), STEP(PC_WINDOWS_7),
	STEP(PC_WINDOWS_8)};
static const struct step pc_mac[] = {
	STEP(PC_MAC_1), STEP(PC_MAC_2), STEP(PC_MAC_3), STEP(PC_MAC_4)};
static const struct part pc_parts[] = {
	PART(PC_WINDOWS, MESSAGE_PC_WINDOWS_NOTE, pc_windows),
	PART(PC_MAC, MESSAGE__COUNT, pc_mac),
};
static const enum message pc_again[] = {MESSAGE_PC_AGAIN_1, MESSAGE_PC_AGAIN_2, MESSAGE_PC_AGAIN_3};
static const enum message pc_call[] = {MESSAGE_PC_CALL_1, MESSAGE_PC_CALL_2, MESSAGE_PC_CALL_3};

/* --- Wi-Fi routers --- */

static const enum message router_signs[] = {
	MESSAGE_ROUTER_SIGN_1, MESSAGE_ROUTER_SIGN_2, MESSAGE_ROUTER_SIGN_3, MESSAGE_ROUTER_SIGN_4};
static const struct step router_steps[] = {STEP(ROUTER_1), STEP(ROUTER_2), STEP(ROUTER_3),
	STEP(ROUTER_4), STEP(ROUTER_5), STEP(ROUTER_6), STEP(ROUTER_7), STEP(ROUTER_8)};
static const struct part router_parts[] = {PART(ROUTER_STEPS, MESSAGE__COUNT, router_steps)};
static const enum message router_again[] = {
	MESSAGE_ROUTER_AGAIN_1, MESSAGE_ROUTER_AGAIN_2, MESSAGE_ROUTER_AGAIN_3};
static const enum message router_call[] = {MESSAGE_ROUTER_CALL_1, MESSAGE_ROUTER_CALL_2};

/* --- cameras --- */

static const enum message camera_signs[] = {
	MESSAGE_CAMERA_SIGN_1, MESSAGE_CAMERA_SIGN_2, MESSAGE_CAMERA_SIGN_3, MESSAGE_CAMERA_SIGN_4};
static const struct step camera_steps[] = {STEP(CAMERA_1), STEP(CAMERA_2), STEP(CAMERA_3),
	STEP(CAMERA_4), STEP(CAMERA_5), STEP(CAMERA_6)};
static const struct part camera_parts[] = {PART(CAMERA_STEPS, MESSAGE__COUNT, camera_steps)};
static const enum message camera_again[] = {
	MESSAGE_CAMERA_AGAIN_1, MESSAGE_CAMERA_AGAIN_2, MESSAGE_CAMERA_AGAIN_3};
static const enum message camera_call[] = {MESSAGE_CAMERA_CALL_1, MESSAGE_CAMERA_CALL_2};

/* --- phones --- */

static const enum message phone_signs[] = {
	MESSAGE_PHONE_SIGN_1, MESSAGE_PHONE_SIGN_2, MESSAGE_PHONE_SIGN_3, MESSAGE_PHONE_SIGN_4};
static const struct step phone_android[] = {STEP(PHONE_ANDROID_1), STEP(PHONE_ANDROID_2),
	STEP(PHONE_ANDROID_3), STEP(PHONE_ANDROID_4), STEP(PHONE_ANDROID_5), STEP(PHONE_ANDROID_6)};
static const struct step phone_iphone[] = {
	STEP(PHONE_IPHONE_1), STEP(PHONE_IPHONE_2), STEP(PHONE_IPHONE_3), STEP(PHONE_IPHONE_4)};
static const struct step phone_tv[] = {STEP(PHONE_TV_1), STEP(PHONE_TV_2), STEP(PHONE_TV_3)};
static const struct part phone_parts[] = {
	PART(PHONE_ANDROID, MESSAGE_PHONE_ANDROID_NOTE, phone_android),
	PART(PHONE_IPHONE, MESSAGE__COUNT, phone_iphone),
	PART(PHONE_TV, MESSAGE__COUNT, phone_tv),
};
static const enum message phone_again[] = {
	MESSAGE_PHONE_AGAIN_1, MESSAGE_PHONE_AGAIN_2, MESSAGE_PHONE_AGAIN_3};
static const enum message phone_call[] = {
	MESSAGE_PHONE_CALL_1, MESSAGE_PHONE_CALL_2, MESSAGE_PHONE_CALL_3};

/* --- servers: every command only reads --- */

#define RECORD_STATE                                                                               \
	"date -u; uptime; who -a\n"                                                                \
	"ps auxwwf\n"                                                                              \
	"ss -tunap\n"                                                                              \
	"ls -l /proc/[0-9]*/exe 2>/dev/null | grep deleted\n"                                      \
	"last -Faiw | head -100"
#define LOOK_WHERE_IT_STAYS                                                                        \
	"for u in $(cut -d: -f1 /etc/passwd); do\n"                                                \
	"  crontab -l -u \"$u\" 2>/dev/null; done\n"                                               \
	"ls -la /etc/cron* /etc/systemd/system\n"                                                  \
	"systemctl list-timers --all\n"                                                            \
	"cat /etc/ld.so.preload\n"                                                                 \
	"find / -xdev -name authorized_keys -ls\n"                                                 \
	"find /var/www /tmp /var/tmp /dev/shm -type f -mtime -30 -ls"
#define COMPARE_FILES                                                                              \
	"dpkg --verify   # Debian, Ubuntu\n"                                                       \
	"rpm -Va         # RHEL, Rocky, Alma"
#define SCAN "clamscan -ri --exclude-dir='^/(proc|sys)' /"
#define LOOK_AT_WINDOWS                                                                            \
	"Get-NetTCPConnection -State Established |\n"                                              \
	"  Sort-Object RemoteAddress\n"                                                            \
	"Get-ScheduledTask | Where-Object State -ne Disabled\n"                                    \
	"Get-LocalGroupMember Administrators\n"                                                    \
	"Get-MpThreatDetection"

static const enum message server_signs[] = {
	MESSAGE_SERVER_SIGN_1, MESSAGE_SERVER_SIGN_2, MESSAGE_SERVER_SIGN_3, MESSAGE_SERVER_SIGN_4};
static const struct step server_keep[] = {
	STEP(SERVER_KEEP_1), STEP(SERVER_KEEP_2), STEP_WITH(SERVER_KEEP_3, RECORD_STATE)};
static const struct step server_find[] = {STEP_WITH(SERVER_FIND_1, LOOK_WHERE_IT_STAYS),
	STEP_WITH(SERVER_FIND_2, COMPARE_FILES), STEP_WITH(SERVER_FIND_3, SCAN),
	STEP_WITH(SERVER_FIND_4, LOOK_AT_WINDOWS)};
static const struct step server_mend[] = {STEP(SERVER_MEND_1), STEP(SERVER_MEND_2),
	STEP(SERVER_MEND_3), STEP(SERVER_MEND_4), STEP(SERVER_MEND_5)};
static const struct part server_parts[] = {
	PART(SERVER_KEEP, MESSAGE__COUNT, server_keep),
	PART(SERVER_FIND, MESSAGE__COUNT, server_find),
	PART(SERVER_MEND, MESSAGE__COUNT, server_mend),
};
static const enum message server_again[] = {MESSAGE_SERVER_AGAIN_1, MESSAGE_SERVER_AGAIN_2};
static const enum message server_call[] = {
	MESSAGE_SERVER_CALL_1, MESSAGE_SERVER_CALL_2, MESSAGE_SERVER_CALL_3};

/* --- all of them --- */

#define WORDS(prefix)                                                                              \
	.name = MESSAGE_##prefix##_NAME, .card = MESSAGE_##prefix##_CARD,                          \
	.title = MESSAGE_##prefix##_TITLE, .description = MESSAGE_##prefix##_DESCRIPTION,          \
	.lead = MESSAGE_##prefix##_LEAD
#define LISTS(prefix)                                                                              \
	.signs = POINTS(prefix##_signs), .parts = prefix##_parts,                                  \
	.part_count = COUNT(prefix##_parts), .again = POINTS(prefix##_again),                      \
	.call = POINTS(prefix##_call)

static const struct device_page pages[] = {
	[DEVICE_PC] = {.slug = {STR_INIT("may-tinh"), STR_INIT("pc")},
		.drawing = DRAWING_PC,
		WORDS(PC),
		.urgent = MESSAGE_PC_URGENT_TEXT,
		LISTS(pc),
		.tools = STR_INIT("windows")},
	[DEVICE_ROUTER] = {.slug = {STR_INIT("wifi"), STR_INIT("router")},
		.drawing = DRAWING_ROUTER,
		WORDS(ROUTER),
		.urgent = MESSAGE__COUNT,
		LISTS(router)},
	[DEVICE_CAMERA] = {.slug = {STR_INIT("camera"), STR_INIT("camera")},
		.drawing = DRAWING_CAMERA,
		WORDS(CAMERA),
		.urgent = MESSAGE_CAMERA_URGENT_TEXT,
		LISTS(camera)},
	[DEVICE_PHONE] = {.slug = {STR_INIT("dien-thoai"), STR_INIT("phone")},
		.drawing = DRAWING_PHONE,
		WORDS(PHONE_DEVICE),
		.urgent = MESSAGE_PHONE_URGENT_TEXT,
		LISTS(phone),
		.tools = STR_INIT("android")},
	[DEVICE_SERVER] = {.slug = {STR_INIT("may-chu"), STR_INIT("server")},
		.drawing = DRAWING_SERVER,
		WORDS(SERVER),
		.urgent = MESSAGE_SERVER_URGENT_TEXT,
		LISTS(server),
		.tools = STR_INIT("linux")},
};

static_assert(COUNT(pages) == DEVICE__COUNT, "a page for every kind of device");

struct str device_slug(enum device device, enum lang lang)
{
	return pages[device].slug[lang];
}

enum device device_find(struct str slug)
{
	for (int i = 0; i < DEVICE__COUNT * LANG__COUNT; i++)
		if (str_equal(pages[i / LANG__COUNT].slug[i % LANG__COUNT], slug))
			return (enum device)(i / LANG__COUNT);
	return DEVICE__COUNT;
}

enum message device_title(enum device device)
{
	return pages[device].name;
}

enum device device_of(enum platform platform)
{
	static const enum device devices[] = {
		[PLATFORM_WINDOWS] = DEVICE_PC,
		[PLATFORM_IOT] = DEVICE_CAMERA,
		[PLATFORM_PHONE] = DEVICE_PHONE,
		[PLATFORM_MACOS] = DEVICE_PC,
		[PLATFORM_LINUX] = DEVICE_SERVER,
		[PLATFORM_ANY] = DEVICE__COUNT,
	};
	static_assert(COUNT(devices) == PLATFORM__COUNT, "a device for every platform");
	return devices[platform];
}

static struct str path_of(struct page *p, struct str before, char between, struct str after)
{
	struct writer w;
	writer_init(&w, 1024);
	writer_str(&w, before);
	writer_char(&w, between);
	writer_str(&w, after);
	struct str kept = page_keep(p, &w);
	writer_release(&w);
	return kept;
}

struct str device_path(struct page *p, enum device device)
{
	return path_of(p, page_path(PAGE_GUIDE, p->lang), '/', pages[device].slug[p->lang]);
}

void device_write_card(struct page *p, enum device device)
{
	struct html *h = &p->html;
	html_open(h, "li");
	html_open_class(h, "a", "card device");
	html_attribute(h, "href", device_path(p, device));
	page_draw(p, pages[device].drawing);
	html_open(h, "span");
	page_say(p, "strong", NULL, pages[device].name);
	page_say(p, "span", NULL, pages[device].card);
	html_close(h, "span");
	html_close(h, "a");
	html_close(h, "li");
}

/* --- the page --- */

static void write_top(struct page *p, const struct device_page *d)
{
	html_open_class(&p->html, "div", "device-top");
	page_draw(p, d->drawing);
	html_open(&p->html, "div");
	page_say(p, "p", "number", MESSAGE_STEP_2);
	page_say(p, "h1", NULL, d->title);
	html_close(&p->html, "div");
	html_close(&p->html, "div");
	page_say(p, "p", "lead", d->lead);
}

static void write_urgent(struct page *p, const struct device_page *d)
{
	if (d->urgent == MESSAGE__COUNT)
		return;
	html_open_class(&p->html, "section", "notice caution");
	page_say(p, "h2", NULL, MESSAGE_DEVICE_URGENT);
	page_say(p, "p", NULL, d->urgent);
	html_close(&p->html, "section");
}

static void write_points(
	struct page *p, const char *css_class, enum message title, const struct points *points)
{
	html_open_class(&p->html, "section", css_class);
	page_say(p, "h2", NULL, title);
	html_open(&p->html, "ul");
	for (size_t i = 0; i < points->count; i++)
		page_say(p, "li", NULL, points->items[i]);
	html_close(&p->html, "ul");
}

/* tabindex: a line that is wider than the page is scrolled by keyboard too. */
static void write_commands(struct page *p, struct str commands)
{
	html_open(&p->html, "pre");
	html_attribute(&p->html, "tabindex", STR("0"));
	html_leaf(&p->html, "code", NULL, commands);
	html_close(&p->html, "pre");
}

static void write_step(struct page *p, const struct step *step)
{
	html_open(&p->html, "li");
	page_say(p, "strong", NULL, step->what);
	html_text(&p->html, STR(" "));
	page_say(p, "span", NULL, step->how);
	if (step->commands.size > 0)
		write_commands(p, step->commands);
	html_close(&p->html, "li");
}

static void write_part(struct page *p, const struct part *part)
{
	html_open_class(&p->html, "section", "card plain");
	page_say(p, "h2", NULL, part->title);
	if (part->note != MESSAGE__COUNT)
		page_say(p, "p", "meta", part->note);
	html_open_class(&p->html, "ol", "todo");
	for (size_t i = 0; i < part->count; i++)
		write_step(p, &part->steps[i]);
	html_close(&p->html, "ol");
	html_close(&p->html, "section");
}

static void write_signs(struct page *p, const struct device_page *d)
{
	html_open_class(&p->html, "div", "two");
	write_points(p, "signs", MESSAGE_DEVICE_SIGNS, &d->signs);
	page_say(p, "p", "meta", MESSAGE_DEVICE_SIGNS_NOTE);
	html_close(&p->html, "section");
	write_urgent(p, d);
	html_close(&p->html, "div");
}

static void write_help(struct page *p, const struct device_page *d)
{
	html_open(&p->html, "div");
	write_points(p, "card note", MESSAGE_DEVICE_AGAIN, &d->again);
	html_close(&p->html, "section");
	write_points(p, "card note", MESSAGE_DEVICE_CALL, &d->call);
	page_say(p, "p", "fraud", MESSAGE_DEVICE_FRAUD);
	html_close(&p->html, "section");
	html_close(&p->html, "div");
}

static void write_matter(struct page *p, const struct device_page *d)
{
	html_open_class(&p->html, "div", "two");
	html_open(&p->html, "div");
	for (size_t i = 0; i < d->part_count; i++)
		write_part(p, &d->parts[i]);
	html_close(&p->html, "div");
	write_help(p, d);
	html_close(&p->html, "div");
}

void device_write_after(struct page *p, struct str tools)
{
	html_open_class(&p->html, "section", "after");
	page_say(p, "h2", NULL, MESSAGE_GUIDE_AFTER_TITLE);
	page_say_values(p, "p", NULL, MESSAGE_GUIDE_AFTER,
		{STR("dynamic"), page_duration(p, pool_window(POOL_DYNAMIC)), false},
		{STR("static"), page_duration(p, pool_window(POOL_STATIC)), false});
	html_open_class(&p->html, "p", "actions");
	page_link(p, "button", page_path(PAGE_CHECK, p->lang), MESSAGE_CHECK_AGAIN);
	if (tools.size > 0)
		page_link(p, "button quiet", path_of(p, page_path(PAGE_TOOLS, p->lang), '#', tools),
			MESSAGE_DEVICE_TOOLS);
	html_close(&p->html, "p");
	html_close(&p->html, "section");
}

static void write_others(struct page *p, enum device current)
{
	html_open_class(&p->html, "section", "others");
	page_say(p, "h2", "section", MESSAGE_DEVICE_OTHERS);
	html_open_class(&p->html, "ul", "devices");
	for (int i = 0; i < DEVICE__COUNT; i++)
		if (i != (int)current)
			device_write_card(p, (enum device)i);
	html_close(&p->html, "ul");
	html_close(&p->html, "section");
}

/* A name of the other language leads to no page of this one: one address a page. */
static enum device asked(const struct page *p)
{
	struct str slug = page_below(p->request, PAGE_GUIDE);
	enum device device = device_find(slug);
	if (device == DEVICE__COUNT || !str_equal(device_slug(device, p->lang), slug))
		return DEVICE__COUNT;
	return device;
}

void portal_device(const struct http_request *q, struct http_answer *a)
{
	struct page p;
	page_begin(&p, q, a);
	enum device device = asked(&p);
	if (device == DEVICE__COUNT) {
		page_abandon(&p);
		portal_not_found(q, a);
		return;
	}
	const struct device_page *d = &pages[device];
	const struct page_head head = {.name = PAGE_GUIDE,
		.title = d->title,
		.description = d->description,
		.below = device_slug(device, p.lang)};
	a->cache = HTTP_NO_CACHE;
	page_write_head(&p, &head);
	html_open_class(&p.html, "div", "wrap article");
	page_crumbs(&p, PAGE_GUIDE, text(p.lang, d->name));
	write_top(&p, d);
	write_signs(&p, d);
	write_matter(&p, d);
	device_write_after(&p, d->tools);
	write_others(&p, device);
	html_close(&p.html, "div");
	page_end(&p);
}
