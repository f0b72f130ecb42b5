/* SPDX-License-Identifier: Apache-2.0 */
/* The pages and the API through a real server, with listings of real and of simulated feeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

struct made {
	struct writer file;
	struct listing *listing;
};

static struct made real, simulated, mixed, old;

static void endless(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	writer_fail(a->body, E_LIMIT);
}

static const struct http_route routes[] = {
	{.path = STR_INIT("/en/endless"), .handle = endless, .guard = HTTP_ANYONE},
	{.path = STR_INIT("/api/v1/check"), .handle = api_check, .guard = HTTP_SAME_SITE},
	{.path = STR_INIT("/"), .handle = portal_root, .guard = HTTP_ANYONE},
	{.path = STR_INIT("/vi/"), .handle = portal_home, .guard = HTTP_ANYONE},
	{.path = STR_INIT("/vi/kiem-tra"), .handle = portal_check, .guard = HTTP_SAME_SITE},
	{.path = STR_INIT("/en/check"), .handle = portal_check, .guard = HTTP_SAME_SITE},
	{.path = STR_INIT("/healthz"), .handle = api_health, .guard = HTTP_ANYONE},
};

/* 14.160.1.2 by the first feed, 14.160.1.3 by the second. */
static void make(struct made *m, bool first_simulated, bool second_simulated, int64_t age)
{
	int64_t now = system_now().seconds;
	struct listing_builder *b = listing_builder_new();
	struct listing_facts facts = {
		.built = {now - age}, .simulated = first_simulated || second_simulated, .feeds = 2};
	struct listing_entry e = {.first_minute = (uint32_t)(now / 60) - 600,
		.last_minute = (uint32_t)(now / 60) - 60,
		.kind = KIND_INFECTED,
		.pool = POOL_DYNAMIC,
		.precision = PRECISION_SECOND};
	uint8_t feeds[2];
	assert_int_equal(listing_builder_feed(b, STR("one"), first_simulated, &feeds[0]), E_OK);
	assert_int_equal(listing_builder_feed(b, STR("two"), second_simulated, &feeds[1]), E_OK);
	assert_int_equal(listing_builder_botnet(b, STR("<Mirai>"), &e.botnet), E_OK);
	for (uint32_t i = 0; i < 2; i++) {
		e.unit = ip_unit(ip_from_v4(0x0EA00102 + i));
		e.feed = feeds[i];
		assert_int_equal(listing_builder_add(b, &e, 1), E_OK);
	}
	writer_init(&m->file, 1 << 20);
	assert_int_equal(listing_builder_write(b, &facts, &m->file), E_OK);
	listing_builder_free(b);
	assert_int_equal(listing_open(writer_view(&m->file), &m->listing), E_OK);
}

static void show(const struct made *m)
{
	const struct publication next = {.listing = m ? m->listing : NULL};
	while (published_replace(context.published, next) != E_OK)
		;
}

static int start(void **state)
{
	static struct prefix loopback;
	context.published = published_new();
	struct http_settings settings = http_settings_default();
	const struct http_site site = {.routes = routes,
		.route_count = sizeof(routes) / sizeof(routes[0]),
		.assets = assets_table(),
		.asset_count = ASSET__COUNT,
		.error = portal_error,
		.context = &context,
		.edition = published_edition(context.published)};
	(void)state;
	make(&real, false, false, 60);
	make(&simulated, true, true, 60);
	make(&mixed, true, false, 60);
	make(&old, false, false, 4 * SECONDS_PER_DAY);
	assert_non_null(context.published);
	assert_true(prefix_parse(STR("127.0.0.1"), &loopback));
	settings.proxies = (struct proxies){&loopback, 1};
	assert_int_equal(socket_listen(ip_from_v4(0x7F000001), 0, &settings.socket), E_OK);
	assert_int_equal(socket_port(settings.socket, &port), E_OK);
	assert_int_equal(http_start(&settings, &site, &server), E_OK);
	return 0;
}

static int stop(void **state)
{
	struct made *all[] = {&real, &simulated, &mixed, &old};
	(void)state;
	http_stop(server);
	published_free(context.published);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		listing_close(all[i]->listing);
		writer_release(&all[i]->file);
	}
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
	if (strstr(answer, part))
		fail_msg("“%s” is in: %s", part, answer);
}

#define FROM_LISTED "X-Forwarded-For: 14.160.1.2\r\n"
#define FROM_OTHER "X-Forwarded-For: 14.160.9.9\r\n"

static void the_three_answers(void **state)
{
	(void)state;
	show(&real);
	has(get("/vi/kiem-tra", FROM_LISTED), "Có dấu hiệu nhiễm mã độc");
	has(get("/en/check", FROM_LISTED), "Signs of a malware infection");
	has(get("/en/check", FROM_OTHER), "Not seen in a botnet");
	has(get("/en/check", FROM_OTHER), "does not mean that your machines are clean");
	has(get("/en/check", FROM_OTHER), "2 sources");
	has(get("/en/check", ""), "Cannot be said for this address");
	has(get("/en/check", FROM_LISTED), "Cache-Control: no-store");
	/* Names come from feeds: anything may stand in them. */
	has(get("/en/check", FROM_LISTED), "&lt;Mirai&gt;");
	lacks(get("/en/check", FROM_LISTED), "<Mirai>");
}

static void silence_of_no_or_old_listing_says_nothing(void **state)
{
	(void)state;
	show(NULL);
	has(get("/en/check", FROM_OTHER), "No list has been published yet");
	has(get("/api/v1/check", FROM_OTHER), "\"reason\":\"no_listing\"");
	has(get("/healthz", ""), "HTTP/1.1 503 ");
	has(get("/vi/", ""), "Chưa có danh sách nào");
	show(&old);
	has(get("/en/check", FROM_OTHER), "more than 3 days old");
	has(get("/api/v1/check", FROM_OTHER), "\"reason\":\"old_listing\"");
	has(get("/api/v1/check", FROM_LISTED), "\"answer\":\"seen\"");
}

static void the_api_answers_for_the_asker_only(void **state)
{
	(void)state;
	show(&real);
	const char *answer = get("/api/v1/check", FROM_LISTED);
	has(answer, "{\"ip\":\"14.160.1.2\",\"unit\":\"14.160.1.2\",\"answer\":\"seen\","
		    "\"listed\":true,\"sightings\":[{\"botnet\":\"<Mirai>\",\"kind\":\"infected\","
		    "\"feed\":\"one\",");
	has(answer, "Content-Type: application/json");
	has(answer, "Cache-Control: no-store");
	lacks(answer, "Access-Control");
	has(get("/api/v1/check?ip=14.160.1.2", FROM_OTHER), "HTTP/1.1 403 ");
	has(get("/api/v1/check?ip", FROM_OTHER), "HTTP/1.1 403 ");
	has(get("/api/v1/check?as=14.160.1.2", FROM_OTHER), "HTTP/1.1 403 ");
	has(get("/api/v1/check?ip=14.160.1.2", FROM_LISTED), "{\"error\":{\"code\":\"forbidden\"");
	has(get("/api/v1/check", FROM_LISTED "Sec-Fetch-Site: cross-site\r\n"), "HTTP/1.1 403 ");
	has(get("/healthz", ""), "\"status\":\"ok\",\"listing_built\":\"");
	has(get("/healthz", ""), "\"listing_entries\":2,");
}

static void looking_as_another_needs_simulated_feeds_alone(void **state)
{
	(void)state;
	show(&simulated);
	has(get("/vi/kiem-tra", FROM_OTHER), "DỮ LIỆU MÔ PHỎNG");
	has(get("/vi/kiem-tra", FROM_OTHER), "?as=14.160.1.2");
	has(get("/en/check?as=14.160.1.2", FROM_OTHER), "Signs of a malware infection");
	has(get("/en/check?as=14.160.9.9", FROM_LISTED), "Not seen in a botnet");
	has(get("/en/check?as=100.64.0.1", FROM_LISTED), "Cannot be said");
	has(get("/en/check?as=%3Cb%3E", FROM_LISTED), "HTTP/1.1 400 ");
	has(get("/en/check?as=", FROM_LISTED), "HTTP/1.1 400 ");
	show(&mixed);
	has(get("/vi/", FROM_OTHER), "DỮ LIỆU MÔ PHỎNG");
	has(get("/en/check?as=14.160.1.3", FROM_OTHER), "HTTP/1.1 400 ");
	lacks(get("/en/check", FROM_OTHER), "?as=");
	show(&real);
	has(get("/en/check?as=14.160.1.2", FROM_OTHER), "HTTP/1.1 400 ");
	lacks(get("/en/check?as=14.160.1.2", FROM_OTHER), "Signs of");
	lacks(get("/vi/", FROM_OTHER), "DỮ LIỆU MÔ PHỎNG");
}

static void the_root_redirects(void **state)
{
	(void)state;
	has(get("/", ""), "HTTP/1.1 302 ");
	has(get("/", ""), "Location: /vi/");
	has(get("/", "Accept-Language: en\r\n"), "Location: /en/");
	has(get("/", ""), "Vary: Accept-Language");
}

static void errors_speak_the_page_s_language(void **state)
{
	(void)state;
	has(get("/en/x", ""), "There is no such page");
	has(get("/vi/x", "Accept-Language: en\r\n"), "Không có trang này");
	has(get("/x", "Accept-Language: en\r\n"), "There is no such page");
	has(get("/en/endless", ""), "This page is too large for us to show");
	has(get("/vi/kiem-tra", "Sec-Fetch-Site: cross-site\r\n"), "Hãy mở trang kiểm tra từ đây");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_three_answers),
		cmocka_unit_test(silence_of_no_or_old_listing_says_nothing),
		cmocka_unit_test(the_api_answers_for_the_asker_only),
		cmocka_unit_test(looking_as_another_needs_simulated_feeds_alone),
		cmocka_unit_test(the_root_redirects),
		cmocka_unit_test(errors_speak_the_page_s_language),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
