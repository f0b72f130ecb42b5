/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue of tools, what counts as a download, and the pages of help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "ask.h"
#include "base/limits.h"
#include "os/file.h"
#include "os/process.h"
#include "os/system.h"
#include "portal/assets.h"
#include "portal/device.h"
#include "portal/download.h"
#include "portal/platform.h"
#include "portal/portal.h"

#define SUM "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct tool tools[] = {
	{.key = STR_INIT("bkav-home"),
		.name = STR_INIT("Bkav <Home>"),
		.maker = {STR_INIT("Công ty Bkav"), STR_INIT("Bkav Company")},
		.purpose = {STR_INIT("Diệt virus"), STR_INIT("Antivirus")},
		.about = {STR_INIT("Quét máy."), STR_INIT("Scans.")},
		.hotline = STR_INIT("(04) 3795 8282 | 1900 571 244"),
		.mail = STR_INIT("Bkav@bkav.com.vn"),
		.platforms = TOOL_WINDOWS,
		.url = STR_INIT("https://maker.example/tool")},
	{.key = STR_INIT("ours"),
		.name = STR_INIT("Ours"),
		.maker = {STR_INIT("Chúng tôi"), STR_INIT("We")},
		.purpose = {STR_INIT("Rà quét"), STR_INIT("Scanner")},
		.about = {STR_INIT("Cho máy chủ."), STR_INIT("For servers.")},
		.platforms = TOOL_WINDOWS | TOOL_LINUX,
		.size = 12345678,
		.sha256 = STR_INIT(SUM),
		.file = STR_INIT("ours.tar.gz")},
};

static const struct site site_contents = {.tools = tools, .tool_count = 2};
static struct http_server *server;
static uint16_t port;
static struct portal_context context;
static struct counters counters;

static const struct http_route other_routes[] = {
	{.path = STR_INIT("/tai/"), .handle = portal_download, .below = true},
	{.path = STR_INIT("/download/"), .handle = portal_download, .below = true},
};

enum {
	OTHERS = sizeof(other_routes) / sizeof(other_routes[0]),
	ROUTES = OTHERS + 2 * PAGE__COUNT * LANG__COUNT
};

static int start(void **state)
{
	static struct prefix loopback;
	static struct http_route routes[ROUTES];
	struct http_settings settings = http_settings_default();
	(void)state;
	context.published = published_new();
	context.once = once_new((struct hash_key){{7}});
	assert_int_equal(
		counters_open(calloc(1, COUNTERS_BYTES), COUNTERS_BYTES, true, &counters), E_OK);
	context.counters = &counters;
	assert_int_equal(
		published_replace(context.published, (struct publication){.site = &site_contents}),
		E_OK);
	memcpy(routes, other_routes, sizeof(other_routes));
	const struct http_site site = {.routes = routes,
		.route_count = OTHERS + page_routes(routes + OTHERS, ROUTES - OTHERS),
		.assets = assets_table(),
		.asset_count = ASSET__COUNT,
		.error = portal_error,
		.context = &context,
		.edition = published_edition(context.published)};
	assert_true(prefix_parse(STR("127.0.0.1"), &loopback));
	settings.proxies = (struct proxies){&loopback, 1};
	assert_int_equal(socket_listen(ip_from_v4(0x7F000001), 0, &settings.socket), E_OK);
	assert_int_equal(socket_port(settings.socket, &port), E_OK);
	assert_int_equal(http_start(&settings, &site, &server), E_OK);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	http_stop(server);
	published_free(context.published);
	once_free(context.once);
	free(counters.memory);
	return 0;
}

static const char *get(const char *target, const char *headers)
{
	return ask_get(port, target, headers);
}

static void has(const char *answer, const char *part)
{
	if (!answer || !strstr(answer, part))
		fail_msg("“%s” is not in: %s", part, answer ? answer : "");
}

static void lacks(const char *answer, const char *part)
{
	if (!answer || strstr(answer, part))
		fail_msg("“%s” is in: %s", part, answer ? answer : "");
}

static void before(const char *answer, const char *first, const char *second)
{
	has(answer, first);
	has(answer, second);
	if (strstr(answer, first) > strstr(answer, second))
		fail_msg("“%s” comes after “%s”", first, second);
}

#define WINDOWS "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/128.0\r\n"
#define PHONE "User-Agent: Mozilla/5.0 (Linux; Android 14; SM-A155F) Chrome/126.0 Mobile\r\n"

static void browsers_say_what_they_run_on(void **state)
{
	(void)state;
	static const struct {
		const char *agent;
		unsigned platform;
	} agents[] = {
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", TOOL_WINDOWS},
		{"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0", TOOL_LINUX},
		{"Mozilla/5.0 (Linux; Android 14; SM-A155F) Chrome/126.0", TOOL_ANDROID},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)", TOOL_IOS},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", TOOL_MACOS},
		{"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)", 0},
		{"Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1)", 0},
		{"curl/7.88.1", 0},
		{"", 0},
	};
	for (size_t i = 0; i < sizeof(agents) / sizeof(agents[0]); i++)
		if (platform_by_agent(str_from(agents[i].agent)) != agents[i].platform)
			fail_msg("%s", agents[i].agent);
	assert_int_equal(platform_by_hint(STR("\"macOS\"")), TOOL_MACOS);
	assert_int_equal(platform_by_hint(STR(" \"Android\" ")), TOOL_ANDROID);
	assert_int_equal(platform_by_hint(STR("\"Chrome OS\"")), 0);
	assert_int_equal(platform_by_hint(STR("Windows")), 0);
}

static void the_visitor_s_machine_comes_first(void **state)
{
	(void)state;
	const char *page = get("/vi/cong-cu", WINDOWS);
	before(page, "Cho máy Windows của bạn", "Cho điện thoại Android");
	before(page, "Cho điện thoại Android", "Cho máy Linux");
	has(page, "Có vẻ bạn đang dùng <strong>Windows</strong>");
	has(page, "Vary: Sec-CH-UA-Platform, User-Agent");
	page = get("/en/tools", PHONE);
	before(page, "For your Android phone", "For Windows computers");
	before(page, "Play Protect", "Bkav &lt;Home&gt;");
	/* What the browser hints comes before its old name. */
	page = get("/en/tools", WINDOWS "Sec-CH-UA-Platform: \"Linux\"\r\n");
	before(page, "For your Linux machine", "For Windows computers");
	/* A wrong guess is mended by a plain link. */
	has(page, "href=\"/en/tools?machine=windows\"");
	page = get("/en/tools?machine=windows", PHONE);
	has(page, "You have chosen <strong>Windows</strong>");
	before(page, "For your Windows computer", "For Android phones");
	page = get("/vi/cong-cu?may=%3Cb%3E", "");
	has(page, "Bạn muốn rà quét máy nào?");
	lacks(page, "của bạn</h2>");
}

static void a_tool_says_who_made_it_and_whom_to_ask(void **state)
{
	(void)state;
	const char *page = get("/vi/cong-cu", WINDOWS);
	has(page, "Bkav &lt;Home&gt;");
	lacks(page, "<Home>");
	has(page, "Công ty Bkav");
	has(page, "href=\"tel:0437958282\">(04) 3795 8282</a>");
	has(page, "href=\"tel:1900571244\">1900 571 244</a>");
	has(page, "href=\"mailto:Bkav@bkav.com.vn\"");
	has(page, "href=\"/tai/bkav-home\"");
	has(page, "maker.example");
	has(page, "12,3 MB");
	has(page, SUM);
	has(page, "Get-FileHash ours.tar.gz");
	has(page, "sha256sum ours.tar.gz");
	lacks(page, "shasum");
	has(get("/en/tools", WINDOWS), "12.3 MB");
	/* Shown whole once, and a way back to it. */
	before(page, "id=\"tool-ours\"", "href=\"#tool-ours\"");
}

static void a_download_goes_on_to_its_maker(void **state)
{
	(void)state;
	has(get("/tai/bkav-home", ""), "HTTP/1.1 302 ");
	has(get("/download/bkav-home", ""), "Location: https://maker.example/tool\r\n");
	has(get("/download/bkav-home", ""), "Referrer-Policy: no-referrer");
	has(get("/tai/nobody", "Accept-Language: en\r\n"), "HTTP/1.1 404 ");
	has(get("/tai/nobody", "Accept-Language: en\r\n"), "Không có trang này");
	has(get("/download/nobody", ""), "There is no such page");
	has(get("/tai/", ""), "HTTP/1.1 404 ");
	has(get("/tai/bkav-home/x", ""), "HTTP/1.1 404 ");
}

static uint64_t total(const char *key)
{
	return counters_get(&counters, str_from(key)).total;
}

static void a_unit_counts_once_a_day(void **state)
{
	(void)state;
	uint64_t had = total("bkav-home");
	(void)get("/tai/bkav-home", "X-Forwarded-For: 14.160.1.2\r\n");
	(void)get("/tai/bkav-home", "X-Forwarded-For: 14.160.1.2\r\n");
	(void)get("/download/bkav-home", "X-Forwarded-For: 14.160.1.2\r\n");
	assert_int_equal(total("bkav-home"), had + 1);
	(void)get("/tai/bkav-home", "X-Forwarded-For: 14.160.1.3\r\n");
	(void)get("/tai/bkav-home", "X-Forwarded-For: 2001:ee0:1:2::1\r\n");
	(void)get("/tai/bkav-home", "X-Forwarded-For: 2001:ee0:1:2::ffff\r\n");
	assert_int_equal(total("bkav-home"), had + 3);
	has(get("/vi/cong-cu", WINDOWS), "lượt từ trang này");
}

static void what_is_no_download_is_not_counted(void **state)
{
	(void)state;
	static const char head[] = "HEAD /tai/bkav-home HTTP/1.1\r\nHost: x\r\n"
				   "X-Forwarded-For: 14.160.2.1\r\nConnection: close\r\n\r\n";
	uint64_t had = total("bkav-home");
	has(ask_bytes(port, head, sizeof(head) - 1), "HTTP/1.1 302 ");
	(void)get("/tai/bkav-home", "X-Forwarded-For: 14.160.2.2\r\nPurpose: prefetch\r\n");
	(void)get("/tai/bkav-home",
		"X-Forwarded-For: 14.160.2.3\r\nSec-Purpose: prefetch;prerender\r\n");
	(void)get("/tai/nobody", "X-Forwarded-For: 14.160.2.4\r\n");
	assert_int_equal(total("bkav-home"), had);
	assert_int_equal(total("nobody"), 0);
	(void)get("/tai/bkav-home", "X-Forwarded-For: 14.160.2.1\r\n");
	assert_int_equal(total("bkav-home"), had + 1);
}

static void a_download_begins_at_its_beginning(void **state)
{
	(void)state;
	assert_true(download_begins(STR(""), STR(""), STR("")));
	assert_true(download_begins(STR(""), STR(""), STR("bytes=0-")));
	assert_true(download_begins(STR(""), STR(""), STR("bytes=0-99, 200-")));
	assert_true(download_begins(STR(""), STR(""), STR("lines=5-")));
	assert_true(download_begins(STR("preview"), STR(""), STR("bytes=x")));
	assert_false(download_begins(STR(""), STR(""), STR("bytes=1-")));
	assert_false(download_begins(STR(""), STR(""), STR("bytes=-500")));
	assert_false(download_begins(STR(""), STR(""), STR("bytes=500-, 0-1")));
	assert_false(download_begins(STR(" Prefetch "), STR(""), STR("")));
	assert_false(download_begins(STR(""), STR("prefetch;prerender"), STR("")));
}

/* --- help --- */

static void every_device_has_a_page_in_both_languages(void **state)
{
	(void)state;
	char target[128];
	for (int i = 0; i < DEVICE__COUNT; i++)
		for (int lang = 0; lang < LANG__COUNT; lang++) {
			struct str slug = device_slug((enum device)i, (enum lang)lang);
			struct str other = device_slug((enum device)i, (enum lang) !lang);
			assert_int_equal(device_find(slug), i);
			snprintf(target, sizeof(target), "%s/%.*s",
				lang == LANG_VI ? "/vi/ra-quet" : "/en/clean", STR_ARG(slug));
			const char *page = get(target, "");
			has(page, "HTTP/1.1 200 ");
			has(page, lang == LANG_VI ? "Nếu bị lại" : "If it comes back");
			snprintf(target, sizeof(target), "hreflang=\"%s\" href=\"%s/%.*s\"",
				lang == LANG_VI ? "en" : "vi",
				lang == LANG_VI ? "/en/clean" : "/vi/ra-quet", STR_ARG(other));
			has(page, target);
		}
	has(get("/vi/ra-quet/router", ""), "HTTP/1.1 404 ");
	has(get("/en/clean/wifi", ""), "HTTP/1.1 404 ");
	has(get("/vi/ra-quet/", ""), "HTTP/1.1 404 ");
	has(get("/vi/ra-quet/wifi/x", ""), "HTTP/1.1 404 ");
}

static void the_guide_leads_to_devices_and_keeps_its_anchors(void **state)
{
	(void)state;
	const char *page = get("/vi/ra-quet", "");
	has(page, "href=\"/vi/ra-quet/may-tinh\"");
	has(page, "href=\"/vi/ra-quet/wifi\"");
	for (int i = 0; i < PLATFORM_ANY; i++) {
		char anchor[64];
		snprintf(anchor, sizeof(anchor), "id=\"%.*s\"",
			STR_ARG(platform_anchor((enum platform)i)));
		has(page, anchor);
	}
}

static void every_family_has_a_page(void **state)
{
	(void)state;
	char part[256];
	assert_true(family_count() > 100);
	for (size_t i = 0; i < family_count(); i++) {
		const struct family *family = family_at(i);
		snprintf(part, sizeof(part), "href=\"/vi/ma-doc/%.*s\"", STR_ARG(family->slug));
		has(get("/vi/ma-doc", ""), part);
		snprintf(part, sizeof(part), "/en/malware/%.*s", STR_ARG(family->slug));
		const char *page = get(part, "");
		has(page, "HTTP/1.1 200 ");
		snprintf(part, sizeof(part), "href=\"%.*s\"", STR_ARG(family->source));
		has(page, "<h1>What is ");
		has(page, "How to remove it");
		has(page, "<dt>Kind</dt>");
		has(page, "<dt>Infects</dt>");
	}
	has(get("/vi/ma-doc/mirai", ""), "href=\"/vi/ra-quet/wifi\"");
	has(get("/vi/ma-doc/emotet", ""), "Geodo, Heodo");
	has(get("/vi/ma-doc/nobody", ""), "HTTP/1.1 404 ");
	has(get("/vi/ma-doc/Mirai", ""), "HTTP/1.1 404 ");
	has(get("/vi/ma-doc/", ""), "HTTP/1.1 404 ");
}

/* As many as there may be, with as much to say as they may have. */
static void a_full_catalogue_is_shown_whole(void **state)
{
	enum {
		TOOLS = 200,
		TEXT = 4000
	};
	static struct tool many[TOOLS];
	static char words[TEXT + 1];
	struct site full = {.tools = many, .tool_count = TOOLS};
	(void)state;
	assert_int_equal(LIMIT_SITE_TOOLS, TOOLS);
	assert_int_equal(LIMIT_SITE_TEXT, TEXT);
	memset(words, 'x', TEXT);
	for (size_t i = 0; i < TOOLS; i++) {
		many[i] = tools[1];
		for (int lang = 0; lang < LANG__COUNT; lang++)
			many[i].purpose[lang] = many[i].about[lang] = str_from(words);
	}
	while (published_replace(context.published, (struct publication){.site = &full}) != E_OK)
		;
	const char *answer = get("/vi/cong-cu", WINDOWS);
	has(answer, "HTTP/1.1 200");
	assert_true(strlen(answer) > 1 << 20);
	has(answer, "</html>");
	while (published_replace(context.published, (struct publication){.site = &site_contents}) !=
		E_OK)
		;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(browsers_say_what_they_run_on),
		cmocka_unit_test(the_visitor_s_machine_comes_first),
		cmocka_unit_test(a_tool_says_who_made_it_and_whom_to_ask),
		cmocka_unit_test(a_full_catalogue_is_shown_whole),
		cmocka_unit_test(a_download_goes_on_to_its_maker),
		cmocka_unit_test(a_unit_counts_once_a_day),
		cmocka_unit_test(what_is_no_download_is_not_counted),
		cmocka_unit_test(a_download_begins_at_its_beginning),
		cmocka_unit_test(every_device_has_a_page_in_both_languages),
		cmocka_unit_test(the_guide_leads_to_devices_and_keeps_its_anchors),
		cmocka_unit_test(every_family_has_a_page),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
