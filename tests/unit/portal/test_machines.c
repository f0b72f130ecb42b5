/* SPDX-License-Identifier: Apache-2.0 */
/* What the portal gives to programs and to other sites' pages, through a real server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "api/api.h"
#include "ask.h"
#include "os/process.h"
#include "os/system.h"
#include "portal/assets.h"
#include "portal/portal.h"

static struct http_server *server;
static uint16_t port;
static struct portal_context context;

static const struct http_route routes[] = {
	{.path = STR_INIT("/vi/feed.atom"), .handle = portal_feed, .shared = true},
	{.path = STR_INIT("/en/feed.atom"), .handle = portal_feed, .shared = true},
	{.path = STR_INIT("/sitemap.xml"), .handle = portal_sitemap, .shared = true},
	{.path = STR_INIT("/robots.txt"), .handle = portal_robots, .shared = true},
	{.path = STR_INIT("/.well-known/security.txt"), .handle = portal_security, .shared = true},
	{.path = STR_INIT("/favicon.ico"), .handle = portal_icon, .shared = true},
	{.path = STR_INIT("/badge/vi.svg"), .handle = portal_badge, .shared = true},
	{.path = STR_INIT("/badge/en.svg"), .handle = portal_badge, .shared = true},
	{.path = STR_INIT("/vi/nhung/so-lieu"), .handle = portal_embed, .shared = true},
	{.path = STR_INIT("/en/embed/figure"), .handle = portal_embed, .shared = true},
	{.path = STR_INIT("/api/v1/figures"), .handle = api_figures, .shared = true},
	{.path = STR_INIT("/api/v1/tools"), .handle = api_tools, .shared = true},
	{.path = STR_INIT("/api/v1/campaign"), .handle = api_campaign, .shared = true},
	{.path = STR_INIT("/vi/"), .handle = portal_home, .shared = true},
};

/* --- a site --- */

#define DAY_1 INT64_C(1601510400) /* 2020-10-01 */

static const int64_t v4[] = {1000000, SITE_NOT_KNOWN, 1052479, SITE_NOT_KNOWN};
static const int64_t v6[] = {0, SITE_NOT_KNOWN, 3120, SITE_NOT_KNOWN};
static const struct site_series series[] = {{.key = STR_INIT("top10-daily"),
	.first = {2020, 10, 1},
	.days = 4,
	.v4 = v4,
	.v6 = v6,
	.as_of = 412,
	.simulated = true}};

static const struct tool tools[] = {
	{.key = STR_INIT("one"),
		.name = STR_INIT("One \"Scanner\""),
		.maker = {STR_INIT("Công ty"), STR_INIT("Company")},
		.platforms = TOOL_WINDOWS | TOOL_LINUX,
		.url = STR_INIT("https://example.com/one")},
	{.key = STR_INIT("two"), .name = STR_INIT("Two"), .size = 5, .file = STR_INIT("two.exe")},
};

enum {
	POSTS = 40
};
static struct article articles[POSTS + 3];
static char keys[POSTS][8];

/* Forty posts a day apart, a press release in both languages after them, a standing page. */
static void make_articles(void)
{
	for (int i = 0; i < POSTS; i++) {
		(void)snprintf(keys[i], sizeof(keys[i]), "post-%d", POSTS - i);
		articles[i] = (struct article){.key = str_from(keys[i]),
			.lang = LANG_VI,
			.kind = ARTICLE_POST,
			.title = STR("Bài viết"),
			.body = STR("x"),
			.published = {DAY_1 - (int64_t)i * SECONDS_PER_DAY},
			.updated = {DAY_1},
			.version = 1};
	}
	struct article release = {.key = STR("start"),
		.lang = LANG_VI,
		.kind = ARTICLE_RELEASE,
		.title = STR("Mạng <xanh> & \"sạch\""),
		.summary = STR("Tóm tắt"),
		.body = STR("Hãy [kiểm tra](page:check) & xem <b>thử</b> \xEF\xBF\xBF."),
		.published = {DAY_1 + SECONDS_PER_DAY},
		.updated = {DAY_1 + 2 * SECONDS_PER_DAY},
		.version = 2};
	articles[POSTS] = release;
	release.lang = LANG_EN;
	articles[POSTS + 1] = release;
	articles[POSTS + 2] = (struct article){.key = STR("how-it-works"),
		.lang = LANG_VI,
		.kind = ARTICLE_PAGE,
		.title = STR("t"),
		.updated = {DAY_1}};
}

static struct site site = {
	.identity = {.address = STR_INIT("https://quetsach.example"),
		.organiser = {STR_INIT("Trung tâm"), STR_INIT("Centre")},
		.mail = STR_INIT("an ninh@quetsach.example")},
	.campaign = {.key = STR_INIT("vn-2020"),
		.name = {STR_INIT("Chiến dịch"), STR_INIT("Campaign")},
		.country = STR_INIT("VN"),
		.zone = STR_INIT("Asia/Ho_Chi_Minh"),
		.begins = {2020, 10, 6},
		.ends = {2020, 11, 6}},
	.articles = articles,
	.article_count = POSTS + 3,
	.tools = tools,
	.tool_count = 2,
	.series = series,
	.series_count = 1,
	.built = {DAY_1},
};

static void show(const struct site *shown)
{
	const struct publication next = {.site = shown};
	while (published_replace(context.published, next) != E_OK)
		;
}

static int start(void **state)
{
	struct http_settings settings = http_settings_default();
	(void)state;
	make_articles();
	context.published = published_new();
	assert_non_null(context.published);
	const struct http_site served = {.routes = routes,
		.route_count = sizeof(routes) / sizeof(routes[0]),
		.assets = assets_table(),
		.asset_count = ASSET__COUNT,
		.error = portal_error,
		.context = &context,
		.edition = published_edition(context.published)};
	assert_int_equal(socket_listen(ip_from_v4(0x7F000001), 0, &settings.socket), E_OK);
	assert_int_equal(socket_port(settings.socket, &port), E_OK);
	assert_int_equal(http_start(&settings, &served, &server), E_OK);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	http_stop(server);
	published_free(context.published);
	return 0;
}

static const char *get(const char *target)
{
	return ask_get(port, target, "");
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

static size_t count(const char *answer, const char *part)
{
	size_t found = 0;
	for (const char *at = answer; at && (at = strstr(at, part)); at += strlen(part))
		found++;
	return found;
}

/* --- tests --- */

static void the_feed_has_the_newest_thirty(void **state)
{
	(void)state;
	show(&site);
	const char *answer = get("/vi/feed.atom");
	has(answer, "Content-Type: application/atom+xml");
	assert_int_equal(count(answer, "<entry>"), 30);
	has(answer, "<entry><id>tag:quetsach.example,2026:vi/release/start</id>"
		    "<title>Mạng &lt;xanh&gt; &amp; &quot;sạch&quot;</title>");
	has(answer, "<published>2020-10-02T00:00:00Z</published>"
		    "<updated>2020-10-03T00:00:00Z</updated><summary>Tóm tắt</summary>");
	has(answer, "rel=\"self\" type=\"application/atom+xml\" "
		    "href=\"https://quetsach.example/vi/feed.atom\"");
	has(answer, "<author><name>Trung tâm</name>");
	has(answer, ":vi/post/post-40<");
	has(answer, ":vi/post/post-12<");
	lacks(answer, ":vi/post/post-11<");
	lacks(answer, "how-it-works");
	/* The feed changed when its last changed entry did. */
	has(answer, "</id><title>Quét Sạch");
	has(answer, "<updated>2020-10-03T00:00:00Z</updated><author>");
}

static void an_entry_s_links_are_whole_and_its_text_escaped_twice(void **state)
{
	(void)state;
	show(&site);
	const char *answer = get("/en/feed.atom");
	assert_int_equal(count(answer, "<entry>"), 1);
	has(answer, "<content type=\"html\" xml:base=\"https://quetsach.example/en/press/start\">");
	has(answer, "href=&quot;https://quetsach.example/en/check&quot;");
	has(answer, "&amp;amp; xem &amp;lt;b&amp;gt;");
	/* U+FFFF is no character of XML. */
	lacks(answer, "\xEF\xBF\xBF");
}

static void nothing_has_an_address_before_the_site_has(void **state)
{
	(void)state;
	show(NULL);
	has(get("/vi/feed.atom"), "HTTP/1.1 404 ");
	has(get("/sitemap.xml"), "HTTP/1.1 404 ");
	has(get("/.well-known/security.txt"), "HTTP/1.1 404 ");
	has(get("/robots.txt"), "User-agent: *\nDisallow: /api/\n");
	lacks(get("/robots.txt"), "Sitemap:");
	lacks(get("/vi/"), "og:image");
	lacks(get("/vi/"), "feed.atom");
	has(get("/vi/nhung/so-lieu"), "Chưa có số liệu nào được công bố");
	has(get("/api/v1/figures"), "{\"figures\":[]}");
	has(get("/api/v1/tools"), "{\"tools\":[]}");
	has(get("/api/v1/campaign"), "{\"identity\":{}}");
}

static void the_map_has_every_page_in_both_languages(void **state)
{
	(void)state;
	show(&site);
	const char *answer = get("/sitemap.xml");
	has(answer, "Content-Type: application/xml");
	has(answer, "<url><loc>https://quetsach.example/vi/</loc>");
	has(answer, "<xhtml:link rel=\"alternate\" hreflang=\"en\" "
		    "href=\"https://quetsach.example/en/\"></xhtml:link>");
	/* It is about whoever asks. */
	lacks(answer, "/vi/kiem-tra<");
	has(answer, "/vi/cach-hoat-dong</loc><lastmod>2020-10-01T00:00:00Z</lastmod>");
	/* No article, no page. */
	lacks(answer, "/en/how-it-works<");
	has(answer, "/vi/blog/post-1</loc>");
	assert_int_equal(count(answer, "/bao-chi/start</loc>"), 1);
	has(answer, "https://quetsach.example/en/malware/mirai</loc>");
	has(answer, "hreflang=\"en\" href=\"https://quetsach.example/en/clean/pc\"");
}

static void crawlers_and_finders_are_told(void **state)
{
	(void)state;
	show(&site);
	has(get("/robots.txt"), "Disallow: /vi/kiem-tra\nDisallow: /en/check\n\n"
				"Sitemap: https://quetsach.example/sitemap.xml\n");
	const char *answer = get("/.well-known/security.txt");
	has(answer, "Content-Type: text/plain; charset=utf-8");
	has(answer, "Contact: mailto:an%20ninh@quetsach.example\nExpires: 2");
	has(answer, "T00:00:00Z\nPreferred-Languages: vi, en\n"
		    "Canonical: https://quetsach.example/.well-known/security.txt\n");
	has(get("/favicon.ico"), "Content-Type: image/png");
}

static void other_sites_may_show_the_badge_and_the_figure(void **state)
{
	(void)state;
	show(&site);
	const char *badge = get("/badge/en.svg");
	has(badge, "Content-Type: image/svg+xml");
	has(badge, "I have checked");
	has(badge, "Cross-Origin-Resource-Policy: cross-origin");
	lacks(badge, "style=");
	has(get("/badge/vi.svg"), "Tôi đã kiểm tra");
	const char *figure = get("/vi/nhung/so-lieu");
	/* The last day that is known, not the last. */
	has(figure, "1.052.479");
	has(figure, "03/10/2020");
	has(figure, "3.120");
	has(figure, "DỮ LIỆU MÔ PHỎNG");
	has(figure, "<svg");
	lacks(figure, "<script");
	has(figure, "frame-ancestors *");
	has(get("/en/embed/figure"), "1,052,479");
}

static void figures_are_for_every_site_s_scripts(void **state)
{
	(void)state;
	show(&site);
	const char *answer = get("/api/v1/figures");
	has(answer, "Access-Control-Allow-Origin: *");
	has(answer, "{\"day\":\"2020-10-02\",\"v4\":null,\"v6\":null},"
		    "{\"day\":\"2020-10-03\",\"v4\":1052479,\"v6\":3120}");
	has(answer, "\"as_of\":412,\"simulated\":true");
	lacks(get("/api/v1/tools"), "Access-Control");
	lacks(get("/vi/nhung/so-lieu"), "Access-Control");
}

static void the_catalogue_and_the_campaign_are_data(void **state)
{
	(void)state;
	show(&site);
	const char *answer = get("/api/v1/tools");
	has(answer, "{\"key\":\"one\",\"name\":\"One \\\"Scanner\\\"\","
		    "\"maker\":{\"vi\":\"Công ty\",\"en\":\"Company\"},"
		    "\"platforms\":[\"windows\",\"linux\"],\"url\":\"https://example.com/one\"},"
		    "{\"key\":\"two\",\"name\":\"Two\",\"platforms\":[],\"size\":5,"
		    "\"file\":\"two.exe\"}]}");
	has(get("/api/v1/campaign"),
		"\"begins\":\"2020-10-06\",\"ends\":\"2020-11-06\",\"phase\":\"after\"}}");
}

static void a_page_s_head_names_picture_and_feed(void **state)
{
	(void)state;
	show(&site);
	const char *answer = get("/vi/");
	has(answer, "content=\"https://quetsach.example/social/vi.png\"");
	has(answer, "type=\"application/atom+xml\"");
	has(answer, "rel=\"apple-touch-icon\"");
	has(answer, "content=\"summary_large_image\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_feed_has_the_newest_thirty),
		cmocka_unit_test(an_entry_s_links_are_whole_and_its_text_escaped_twice),
		cmocka_unit_test(nothing_has_an_address_before_the_site_has),
		cmocka_unit_test(the_map_has_every_page_in_both_languages),
		cmocka_unit_test(crawlers_and_finders_are_told),
		cmocka_unit_test(other_sites_may_show_the_badge_and_the_figure),
		cmocka_unit_test(figures_are_for_every_site_s_scripts),
		cmocka_unit_test(the_catalogue_and_the_campaign_are_data),
		cmocka_unit_test(a_page_s_head_names_picture_and_feed),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
