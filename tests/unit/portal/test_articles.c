/* SPDX-License-Identifier: Apache-2.0 */
/* Articles as pages, through a real server: what is known is filled in, what is not leaves nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ask.h"
#include "base/limits.h"
#include "os/process.h"
#include "os/system.h"
#include "portal/article.h"
#include "portal/portal.h"
#include "portal/spoken.h"

static struct http_server *server;
static uint16_t port;
static struct portal_context context;
static struct http_route routes[4 * PAGE__COUNT];

#define DAY_1 INT64_C(1601510400) /* 2020-10-01 */

static struct article articles[] = {
	{.key = STR_INIT("contact"),
		.kind = ARTICLE_PAGE,
		.title = STR_INIT("Hỏi <ai>?"),
		.summary = STR_INIT("Tóm \"tắt\""),
		.body = STR_INIT(
			"Gọi [{phone}](tel:{phone}).\n\nBáo chí: {press-mail}.\n\n"
			"{no-contact}Chưa có đầu mối.\n\nTừ {begins} đến {ends}: {campaign}."
			"\n\nCủa {organiser}.\n\nTên lạ: {nothing}.\n\n## Phần\n\nXem "
			"[kiểm tra](page:check), [lạ](page:unheard-of)."),
		.published = {DAY_1},
		.updated = {DAY_1 + SECONDS_PER_DAY},
		.version = 3},
	{.key = STR_INIT("careers"),
		.lang = LANG_EN,
		.kind = ARTICLE_PAGE,
		.title = STR_INIT("Only here"),
		.body = STR_INIT("# First\n\n## Second\n"),
		.version = 1},
	{.key = STR_INIT("read-aloud"),
		.kind = ARTICLE_PAGE,
		.title = STR_INIT("Bài đọc"),
		.body = STR_INIT(
			"Vào {address-spoken}.\n\nGọi {phone-spoken}.\n\nTừ {begins-spoken}."),
		.version = 1},
	{.key = STR_INIT("news"),
		.kind = ARTICLE_RELEASE,
		.title = STR_INIT("Tin"),
		.summary = STR_INIT("Về tin"),
		.body = STR_INIT("x"),
		.published = {DAY_1},
		.updated = {DAY_1},
		.version = 1},
	{.key = STR_INIT("later"),
		.kind = ARTICLE_POST,
		.title = STR_INIT("Bài sau"),
		.body = STR_INIT("x"),
		.published = {DAY_1 + SECONDS_PER_DAY},
		.updated = {DAY_1 + 2 * SECONDS_PER_DAY},
		.version = 2},
	{.key = STR_INIT("sooner"),
		.kind = ARTICLE_POST,
		.title = STR_INIT("Bài trước"),
		.body = STR_INIT("x"),
		.published = {DAY_1},
		.updated = {DAY_1},
		.version = 1},
};

static const int64_t v4[] = {1000000, SITE_NOT_KNOWN, 1052479, SITE_NOT_KNOWN};
static const int64_t v6[] = {0, SITE_NOT_KNOWN, 3120, SITE_NOT_KNOWN};
static const struct site_series series[] = {{.key = STR_INIT("top10-daily"),
	.first = {2020, 10, 1},
	.days = 4,
	.v4 = v4,
	.v6 = v6,
	.simulated = true}};

#define ARTICLE_COUNT (sizeof(articles) / sizeof(articles[0]))

static const struct site full = {
	.identity = {.address = STR_INIT("https://quet-sach.example"),
		.organiser = {STR_INIT("Trung tâm <A>"), STR_INIT("Centre")},
		.mail = STR_INIT("a@quetsach.example"),
		.phone = STR_INIT("1900 58 58 50 | +84 24")},
	.campaign = {.key = STR_INIT("vn-2020"),
		.name = {STR_INIT("Chiến dịch"), STR_INIT("Campaign")},
		.begins = {2020, 10, 6},
		.ends = {2020, 11, 24}},
	.articles = articles,
	.article_count = ARTICLE_COUNT,
	.series = series,
	.series_count = 1,
	.built = {DAY_1},
};

/* Nobody has said anything. */
static const struct site bare = {.articles = articles, .article_count = ARTICLE_COUNT};

static void show(const struct site *site)
{
	const struct publication next = {.site = site};
	while (published_replace(context.published, next) != E_OK)
		;
}

static int start(void **state)
{
	struct http_settings settings = http_settings_default();
	(void)state;
	context.published = published_new();
	assert_non_null(context.published);
	const struct http_site served = {.routes = routes,
		.route_count = page_routes(routes, sizeof(routes) / sizeof(routes[0])),
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

/* --- tests --- */

static void what_is_known_is_filled_in(void **state)
{
	(void)state;
	show(&full);
	const char *answer = get("/vi/lien-he");
	has(answer, "HTTP/1.1 200");
	has(answer, "<h1>Hỏi &lt;ai&gt;?</h1><p class=\"lead\">Tóm &quot;tắt&quot;</p>"
		    "<p class=\"meta\">cập nhật 02/10/2020 · phiên bản 3</p>");
	has(answer, "<a href=\"tel:1900585850\">1900 58 58 50</a>");
	has(answer, "Báo chí: a@quetsach.example.");
	has(answer, "Từ 06/10/2020 đến 24/11/2020: Chiến dịch.");
	has(answer, "Của Trung tâm &lt;A&gt;.");
	has(answer, "<a href=\"/vi/kiem-tra\">kiểm tra</a>, lạ.");
	lacks(answer, "Chưa có đầu mối");
	lacks(answer, "Tên lạ");
	has(answer, "<title>Hỏi &lt;ai&gt;? · Quét Sạch</title>");
}

static void what_is_not_known_takes_its_block_away(void **state)
{
	(void)state;
	show(&bare);
	const char *answer = get("/vi/lien-he");
	has(answer, "HTTP/1.1 200");
	lacks(answer, "Gọi");
	lacks(answer, "Báo chí: ");
	lacks(answer, "Từ ");
	lacks(answer, "Của ");
	lacks(answer, "{");
	has(answer, "<p>Chưa có đầu mối.</p>");
}

static void the_highest_heading_follows_the_title(void **state)
{
	(void)state;
	show(&full);
	has(get("/vi/lien-he"), "<h2 id=\"phan\">Phần</h2>");
	const char *answer = get("/en/careers");
	has(answer, "<h2 id=\"first\">First</h2>");
	has(answer, "<h3 id=\"second\">Second</h3>");
}

static void another_language_is_offered(void **state)
{
	(void)state;
	show(&full);
	const char *answer = get("/vi/tuyen-dung");
	has(answer, "HTTP/1.1 404");
	has(answer, "href=\"/en/careers\" hreflang=\"en\">Đọc bản tiếng Anh</a>");
	answer = get("/en/blog/later");
	has(answer, "HTTP/1.1 404");
	has(answer, "href=\"/vi/blog/later\" hreflang=\"vi\">Read it in Vietnamese</a>");
	/* In neither language. */
	answer = get("/vi/giai-phap");
	has(answer, "HTTP/1.1 404");
	lacks(answer, "hreflang=\"en\">Đọc");
}

static void an_article_is_shown_where_its_kind_belongs(void **state)
{
	(void)state;
	show(&full);
	has(get("/vi/bao-chi/news"), "HTTP/1.1 200");
	has(get("/vi/blog/news"), "HTTP/1.1 404");
	has(get("/vi/bao-chi/later"), "HTTP/1.1 404");
	has(get("/vi/blog/contact"), "HTTP/1.1 404");
	has(get("/en/blog/contact"), "HTTP/1.1 404");
	lacks(get("/en/blog/contact"), "Read it in Vietnamese");
	has(get("/vi/blog/"), "HTTP/1.1 404");
	has(get("/vi/blog/%22%3E%3Cscript%3E"), "HTTP/1.1 404");
	lacks(get("/vi/blog/%22%3E%3Cscript%3E"), "<script>");
	has(get("/vi/blog/later"),
		"<p class=\"meta\">02/10/2020 · cập nhật 03/10/2020 · phiên bản 2</p>");
	has(get("/vi/blog/sooner"), "<p class=\"meta\">01/10/2020</p>");
}

static void lists_are_newest_first(void **state)
{
	(void)state;
	show(&full);
	const char *answer = get("/vi/blog");
	const char *later = strstr(answer, "<a href=\"/vi/blog/later\">Bài sau</a>");
	const char *sooner = strstr(answer, "<a href=\"/vi/blog/sooner\">Bài trước</a>");
	assert_non_null(later);
	assert_non_null(sooner);
	assert_true(later < sooner);
	lacks(answer, "/vi/bao-chi/news");
	has(get("/en/blog"), "There are no posts yet.");
}

enum {
	MANY = 5000,        /* LIMIT_SITE_ARTICLES */
	LONG_SUMMARY = 4000 /* LIMIT_SITE_TEXT */
};

/* As many as the site may have, and a summary as long as it may be: the newest stand there. */
static void long_lists_are_cut_not_refused(void **state)
{
	(void)state;
	static struct article many[MANY];
	static char keys[MANY][16];
	static char summary[LONG_SUMMARY];
	const struct site site = {.articles = many, .article_count = MANY};
	assert_int_equal(MANY, LIMIT_SITE_ARTICLES);
	assert_int_equal(LONG_SUMMARY, LIMIT_SITE_TEXT);
	memset(summary, '&', sizeof(summary));
	for (size_t i = 0; i < MANY; i++) {
		(void)snprintf(keys[i], sizeof(keys[i]), "post-%zu", i);
		many[i] = (struct article){.key = str_from(keys[i]),
			.kind = i % 2 ? ARTICLE_RELEASE : ARTICLE_POST,
			.title = str_from(keys[i]),
			.version = 1};
	}
	show(&site);
	has(get("/vi/blog"), "HTTP/1.1 200");
	has(get("/vi/blog"), "/vi/blog/post-0\"");
	has(get("/vi/bao-chi"), "HTTP/1.1 200");
	for (size_t i = 0; i < MANY; i++)
		many[i].summary = (struct str){summary, sizeof(summary)};
	show(&full);
	show(&site);
	has(get("/vi/blog"), "HTTP/1.1 200");
	has(get("/vi/bao-chi"), "HTTP/1.1 200");
}

static void the_press_finds_figures_with_their_meaning(void **state)
{
	(void)state;
	show(&full);
	const char *answer = get("/vi/bao-chi");
	has(answer, "<td class=\"count\">1.052.479</td><td>03/10/2020</td><td>Số địa chỉ IPv4");
	has(answer, "Xin đừng trích dẫn");
	has(answer, "<a href=\"/vi/bao-chi/news\">Tin</a>");
	has(answer, "&lt;iframe");
	has(answer, "/badge/vi.svg");
	has(answer, "/vi/feed.atom");
	has(answer, "download=\"quet-sach.svg\"");
	show(&bare);
	answer = get("/vi/bao-chi");
	has(answer, "Chưa có số liệu nào được công bố.");
	has(answer, "chưa công bố đầu mối báo chí");
	lacks(answer, "&lt;iframe");
	lacks(answer, "Atom");
}

static void the_leaflet_has_what_is_known(void **state)
{
	(void)state;
	show(&full);
	const char *answer = get("/vi/to-roi");
	has(answer, "<strong>quet-sach.example</strong>");
	has(answer, "<strong><a href=\"tel:1900585850\">1900 58 58 50</a> · "
		    "<a href=\"tel:+8424\">+84 24</a></strong>");
	has(answer, "<svg class=\"qr\"");
	show(&bare);
	answer = get("/vi/to-roi");
	lacks(answer, "class=\"qr\"");
	lacks(answer, "Cần giúp đỡ");
	has(answer, "chưa có địa chỉ và mã QR");
}

static void the_script_is_spelled_out(void **state)
{
	(void)state;
	show(&full);
	const char *answer = get("/vi/truyen-thanh");
	has(answer,
		"Vào quy, u, e, tê, gạch nối, ét sì, a, xê, hát, chấm, e, ích xì, a, em mờ, pê, "
		"e lờ, e.");
	has(answer, "Gọi một chín không không, năm tám, năm tám, năm không, hoặc cộng "
		    "tám bốn, hai bốn.");
	has(answer, "Từ ngày mùng sáu tháng mười.");
	has(answer, "<dd>quet-sach.example</dd>");
	show(&bare);
	answer = get("/vi/truyen-thanh");
	lacks(answer, "Vào ");
	lacks(answer, "Gọi ");
}

/* --- spoken words by themselves --- */

typedef void spoken(struct writer *w, enum lang lang, struct str s);

static void says(spoken *speak, enum lang lang, struct str s, const char *expected)
{
	struct writer w;
	writer_init(&w, 4096);
	speak(&w, lang, s);
	assert_int_equal(writer_end(&w), E_OK);
	struct str said = writer_view_str(&w);
	if (!str_equal(said, str_from(expected)))
		fail_msg("“%.*s”, not “%s”", STR_ARG(said), expected);
	writer_release(&w);
}

static void says_day(enum lang lang, struct date date, const char *expected)
{
	struct writer w;
	writer_init(&w, 4096);
	spoken_date(&w, lang, date);
	struct str said = writer_view_str(&w);
	if (!str_equal(said, str_from(expected)))
		fail_msg("“%.*s”, not “%s”", STR_ARG(said), expected);
	writer_release(&w);
}

static void addresses_and_numbers_are_spoken(void **state)
{
	(void)state;
	says(spoken_address, LANG_EN, STR("A1.z:8"), "A, one, dot, Z, colon, eight");
	says(spoken_address, LANG_VI, STR("yw9"), "i dài, vê kép, chín");
	says(spoken_address, LANG_VI, STR(""), "");
	says(spoken_address, LANG_VI, STR("\xff/_"), "");
	says(spoken_phone, LANG_VI, STR("+84 24"), "cộng tám bốn, hai bốn");
	says(spoken_phone, LANG_EN, STR("(04) 37 | 1900"),
		"zero four, three seven, or one nine zero zero");
	says(spoken_phone, LANG_VI, STR(""), "");
}

static void days_are_spoken(void **state)
{
	(void)state;
	says_day(LANG_VI, (struct date){2020, 1, 1}, "ngày mùng một tháng một");
	says_day(LANG_VI, (struct date){2020, 4, 10}, "ngày mùng mười tháng tư");
	says_day(LANG_VI, (struct date){2020, 5, 15}, "ngày mười lăm tháng năm");
	says_day(LANG_VI, (struct date){2020, 10, 21}, "ngày hai mươi mốt tháng mười");
	says_day(LANG_VI, (struct date){2020, 11, 24}, "ngày hai mươi tư tháng mười một");
	says_day(LANG_VI, (struct date){2020, 12, 31}, "ngày ba mươi mốt tháng mười hai");
	says_day(LANG_EN, (struct date){2020, 2, 3}, "the third of February");
	says_day(LANG_EN, (struct date){2020, 12, 31}, "the thirty-first of December");
}

static void a_host_is_what_people_type(void **state)
{
	(void)state;
	assert_true(str_equal(article_host(STR("https://a.vn")), STR("a.vn")));
	assert_true(str_equal(article_host(STR("https://a.vn:8443")), STR("a.vn:8443")));
	assert_true(str_equal(article_host(STR("a.vn")), STR("a.vn")));
	assert_int_equal(article_host(STR("")).size, 0);
}

/* --- pictures --- */

static unsigned load_u24(const uint8_t *b)
{
	return (unsigned)b[0] | (unsigned)b[1] << 8 | (unsigned)b[2] << 16;
}

/* WebP as Chromium writes it (RFC 9649, 2.7): RIFF, size, WEBP, "VP8X", size, flags, width and
 * height less one. */
static void is_picture(const struct http_asset *asset, unsigned width, unsigned height)
{
	const uint8_t *b = asset->body.data;
	assert_true(asset->body.size > 30 && asset->body.size <= 40 * 1024);
	assert_memory_equal(b, "RIFF", 4);
	assert_memory_equal(b + 8, "WEBPVP8X", 8);
	assert_int_equal(load_u24(b + 24) + 1, width);
	assert_int_equal(load_u24(b + 27) + 1, height);
}

static void pictures_of_the_guide_have_their_size(void **state)
{
	size_t found = 0;
	(void)state;
	for (int i = 0; i < ASSET__COUNT; i++) {
		const struct http_asset *asset = &assets_table()[i];
		if (str_ends(asset->path, STR(".webp"))) {
			is_picture(asset, 540, 900);
			found++;
		}
	}
	assert_int_equal(found, 18);
	show(&full);
	has(get("/vi/huong-dan"), "width=\"360\" height=\"600\" loading=\"lazy\"");
	has(get("/en/guide"), "/static/walk-en-seen-");
	lacks(get("/en/guide"), "/static/walk-vi-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_known_is_filled_in),
		cmocka_unit_test(what_is_not_known_takes_its_block_away),
		cmocka_unit_test(the_highest_heading_follows_the_title),
		cmocka_unit_test(another_language_is_offered),
		cmocka_unit_test(an_article_is_shown_where_its_kind_belongs),
		cmocka_unit_test(lists_are_newest_first),
		cmocka_unit_test(long_lists_are_cut_not_refused),
		cmocka_unit_test(the_press_finds_figures_with_their_meaning),
		cmocka_unit_test(the_leaflet_has_what_is_known),
		cmocka_unit_test(the_script_is_spelled_out),
		cmocka_unit_test(addresses_and_numbers_are_spoken),
		cmocka_unit_test(days_are_spoken),
		cmocka_unit_test(a_host_is_what_people_type),
		cmocka_unit_test(pictures_of_the_guide_have_their_size),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
