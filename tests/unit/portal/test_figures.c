/* SPDX-License-Identifier: Apache-2.0 */
/* The public figures through a real server: addresses, editions, tables, files, and what must not
 * be shown. */
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "api/api.h"
#include "ask.h"
#include "base/limits.h"
#include "os/process.h"
#include "os/system.h"
#include "portal/figures.h"
#include "portal/portal.h"

enum {
	OTHER_ROUTES = 3,
	ROUTES = 5 * PAGE__COUNT
};

#define DAY_1 INT64_C(1601510400) /* 2020-10-01 */

static struct http_server *server;
static uint16_t port;
static struct portal_context context;
static struct http_route routes[ROUTES] = {
	{STR_INIT("/api/v1/evaluations"), api_evaluations, HTTP_ANYONE, false, true},
	{STR_INIT("/api/v1/evaluations/"), api_evaluation, HTTP_ANYONE, true, false},
	{STR_INIT("/sitemap.xml"), portal_sitemap, HTTP_ANYONE, false, true},
};
static char folder[] = "/tmp/quetsach-figures-XXXXXX";

/* --- what is published --- */

static struct writer frozen[LANG__COUNT];

static void freeze(enum lang lang, struct str title, struct str section)
{
	const struct column columns[] = {{.key = STR("goal"), .title = STR("Mục tiêu <1>")},
		{.key = STR("reduction"), .title = STR("%"), .interval = true, .numeric = true}};
	const struct cell cells[] = {{.kind = CELL_TEXT, .text = STR("=A1 & <b>")},
		{.kind = CELL_SHARE, .decimals = 1, .number = {0.478, 0.41, 0.541}}};
	const struct block blocks[] = {
		{.kind = BLOCK_SECTION, .key = STR("goals-part"), .text = section},
		{.kind = BLOCK_VERDICT, .tone = TONE_UNSAID, .text = STR("<i>?</i>")},
		{.kind = BLOCK_TABLE,
			.table = {.key = STR("goals"),
				.title = STR("G"),
				.columns = columns,
				.column_count = 2,
				.cells = cells,
				.row_count = 1}}};
	const struct document document = {.lang = lang,
		.title = title,
		.subtitle = STR("2020"),
		.summary = STR("S & S"),
		.blocks = blocks,
		.block_count = 3};
	writer_init(&frozen[lang], 1 << 20);
	document_freeze(&frozen[lang], &document);
	assert_int_equal(writer_end(&frozen[lang]), E_OK);
}

static const struct edition_reply replies[] = {{.holder = STR_INIT("vnpt"),
	.title = {STR_INIT("VNPT <x>"), STR_INIT("VNPT <y>")},
	.text = STR_INIT("Chúng tôi <script>alert(1)</script>\nkhông đồng ý."),
	.lang = STR_INIT("vi"),
	.made = {DAY_1 + SECONDS_PER_DAY}}};

static const int64_t v4[] = {1000000, SITE_NOT_KNOWN, 1052479};
static const int64_t v6[] = {0, SITE_NOT_KNOWN, 3120};

/* The first waits for its day, which is far; then two editions, one of another campaign, and the
 * provisional one. */
static struct site_edition editions[] = {
	{.facts = {.campaign = STR_INIT("vn-2020"),
		 .number = 3,
		 .made = {DAY_1 + 300},
		 .as_of = 9,
		 .public_from = {2999, 1, 1}},
		.files = true},
	{.facts = {.campaign = STR_INIT("vn-2020"),
		 .number = 2,
		 .made = {DAY_1 + 200},
		 .as_of = 8,
		 .public_from = {2020, 10, 6},
		 .correction = {STR_INIT("Sửa <bảng> 1"), STR_INIT("Corrects <table> 1")}},
		.replies = replies,
		.reply_count = 1,
		.files = true},
	{.facts = {.campaign = STR_INIT("vn-2020"),
		 .number = 1,
		 .made = {DAY_1 + 100},
		 .as_of = 7,
		 .public_from = {2020, 10, 5}}},
	{.facts = {.campaign = STR_INIT("trial"),
		 .number = 1,
		 .made = {DAY_1},
		 .public_from = {2020, 10, 5},
		 .simulated = true},
		.files = true},
	{.facts = {.campaign = STR_INIT("vn-2020"), .made = {DAY_1 + 400}, .as_of = 10}},
};
static struct site_series series[] = {{.key = STR_INIT("top10-daily"),
	.first = {2020, 10, 1},
	.days = 3,
	.v4 = v4,
	.v6 = v6,
	.as_of = 10}};

enum {
	EDITIONS = sizeof(editions) / sizeof(editions[0]),
	WAITING = 0,
	CORRECTED = 1,
	FIRST = 2,
	PROVISIONAL = EDITIONS - 1
};

static struct site full = {
	.identity = {.address = STR_INIT("https://quetsach.example")},
	.campaign = {.key = STR_INIT("vn-2020"),
		.name = {STR_INIT("Chiến dịch"), STR_INIT("Campaign")},
		.begins = {2020, 10, 2},
		.ends = {2020, 11, 24}},
	.series = series,
	.series_count = 1,
	.editions = editions,
	.edition_count = EDITIONS,
	.built = {DAY_1},
};

static void show(const struct site *site)
{
	const struct publication next = {.site = site};
	while (published_replace(context.published, next) != E_OK)
		;
}

/* --- a server over it --- */

static void say_error(const struct http_request *q, struct http_answer *a)
{
	if (str_starts(q->path, STR("/api/")))
		api_error(q, a);
	else
		portal_error(q, a);
}

static void write_file(const char *name)
{
	char path[256];
	(void)snprintf(path, sizeof(path), "%s/editions/%s", folder, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fprintf(file, "%s", name) > 0);
	assert_int_equal(fclose(file), 0);
}

static void make_files(void)
{
	static const char *const names[] = {"vn-2020-2.vi.pdf", "vn-2020-2.en.xlsx",
		"vn-2020-2.json", "vn-2020-3.json", "trial-1.vi.pdf"};
	char path[256];
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/editions", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		write_file(names[i]);
}

static int start(void **state)
{
	struct http_settings settings = http_settings_default();
	(void)state;
	make_files();
	freeze(LANG_VI, STR("Đánh giá <V>"), STR("Mục tiêu & hạn"));
	freeze(LANG_EN, STR("Evaluation <V>"), STR("Goals & terms"));
	for (size_t i = 0; i < EDITIONS; i++)
		for (int lang = 0; lang < LANG__COUNT; lang++)
			editions[i].document[lang] = writer_view(&frozen[lang]);
	context.published = published_new();
	assert_non_null(context.published);
	size_t count = OTHER_ROUTES + page_routes(routes + OTHER_ROUTES, ROUTES - OTHER_ROUTES);
	const struct http_site served = {.routes = routes,
		.route_count = count,
		.assets = assets_table(),
		.asset_count = ASSET__COUNT,
		.error = say_error,
		.context = &context,
		.edition = published_edition(context.published)};
	settings.folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(socket_listen(ip_from_v4(0x7F000001), 0, &settings.socket), E_OK);
	assert_int_equal(socket_port(settings.socket, &port), E_OK);
	assert_int_equal(http_start(&settings, &served, &server), E_OK);
	return 0;
}

static int stop(void **state)
{
	char command[300];
	(void)state;
	http_stop(server);
	published_free(context.published);
	for (int lang = 0; lang < LANG__COUNT; lang++)
		writer_release(&frozen[lang]);
	static const char *const names[] = {"editions/vn-2020-2.vi.pdf",
		"editions/vn-2020-2.en.xlsx", "editions/vn-2020-2.json", "editions/vn-2020-3.json",
		"editions/trial-1.vi.pdf"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(command, sizeof(command), "%s/%s", folder, names[i]);
		assert_int_equal(unlink(command), 0);
	}
	(void)snprintf(command, sizeof(command), "%s/editions", folder);
	assert_int_equal(rmdir(command), 0);
	return rmdir(folder);
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

/* --- addresses --- */

static void addresses_have_one_spelling(void **state)
{
	struct figures_asked asked;
	(void)state;
	assert_true(figures_asked_parse(STR("vn-2020-12"), &asked));
	assert_int_equal(asked.kind, FIGURES_EDITION);
	assert_true(str_equal(asked.campaign, STR("vn-2020")));
	assert_int_equal(asked.number, 12);
	assert_true(figures_asked_parse(STR("vn-0/goals.csv"), &asked));
	assert_int_equal(asked.kind, FIGURES_TABLE);
	assert_true(str_equal(asked.key, STR("goals")));
	assert_int_equal(asked.format, FIGURES_CSV);
	assert_true(figures_asked_parse(STR("vn-1/vn-1.xlsx"), &asked));
	assert_int_equal(asked.kind, FIGURES_FILE);
	assert_int_equal(asked.format, FIGURES_XLSX);
	assert_true(figures_asked_parse(STR("top10-daily.json"), &asked));
	assert_int_equal(asked.kind, FIGURES_SERIES);
	assert_true(str_equal(asked.key, STR("top10-daily")));
}

static void other_addresses_are_none(void **state)
{
	static const char *const names[] = {"", "-", "vn", "vn-", "-1", "vn-01", "vn-00", "vn-1/",
		"vn-1x", "VN-1", "vn-4294967296", "vn-+1", "vn- 1", "vn-1/goals", "vn-1/.csv",
		"vn-1/goals.pdf", "vn-1/vn-1.csv", "vn-1/vn-2.pdf", "vn-1/goals.csv/",
		"vn-1/../goals.csv", "vn-1//goals.csv", "../vn-1", "vn-1/a/b.csv", ".csv",
		"top10-daily.pdf", "top10-daily.CSV", "top10_daily.csv", "a.b.csv", "vn-1/a.b.csv",
		"vn-1/\xe1\xba\xa3.csv"};
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct figures_asked asked;
		if (figures_asked_parse(str_from(names[i]), &asked))
			fail_msg("“%s” is taken", names[i]);
	}
}

/* --- the page --- */

static void the_newest_public_edition_is_shown(void **state)
{
	(void)state;
	show(&full);
	const char *answer = get("/vi/so-lieu");
	has(answer, "HTTP/1.1 200");
	has(answer, "<h1>Số liệu</h1>");
	has(answer, "Đánh giá &lt;V&gt;");
	has(answer, "<h2 class=\"section\" id=\"goals-part\">Mục tiêu &amp; hạn</h2>");
	has(answer, "<a href=\"#goals-part\">Mục tiêu &amp; hạn</a>");
	has(answer, "<dd>Bản số 2</dd>");
	/* Its document says what it corrects; the list of all does not say it again. */
	lacks(answer, "Sửa &lt;bảng&gt; 1");
	has(answer, "Bạn đang xem bản này.");
	has(answer, "href=\"/vi/so-lieu/vn-2020-2/goals.csv\"");
	has(answer, "href=\"/vi/so-lieu/vn-2020-2/vn-2020-2.pdf\"");
	has(answer, "VNPT &lt;x&gt;");
	has(answer, "Chúng tôi &lt;script&gt;alert(1)&lt;/script&gt;\nkhông đồng ý.");
	has(answer, "<strong>1.052.479</strong> địa chỉ IPv4 khác nhau được ghi nhận trong ngày "
		    "03/10/2020");
	has(answer, "<th scope=\"row\">02/10/2020</th><td class=\"count\">không rõ</td>");
	lacks(answer, "<title>DỮ LIỆU");
	answer = get("/en/figures");
	has(answer, "Evaluation &lt;V&gt;");
	has(answer, "VNPT &lt;y&gt;");
	has(answer, "<blockquote class=\"as-written\" lang=\"vi\">");
	has(get("/en/figures/vn-2020-1"), "Corrects &lt;table&gt; 1");
}

static void every_edition_is_listed_but_the_waiting(void **state)
{
	(void)state;
	show(&full);
	const char *answer = get("/vi/so-lieu");
	has(answer, "href=\"/vi/so-lieu/vn-2020-1\"");
	has(answer, "href=\"/vi/so-lieu/vn-2020-2\" aria-current=\"true\"");
	has(answer, "href=\"/vi/so-lieu/trial-1\"");
	has(answer, "href=\"/vi/so-lieu/vn-2020-0\"");
	has(answer, "Bản đầu tiên.");
	lacks(answer, "vn-2020-3");
	answer = get("/sitemap.xml");
	has(answer, "https://quetsach.example/vi/so-lieu/vn-2020-1</loc>");
	has(answer, "https://quetsach.example/en/figures/trial-1</loc>");
	lacks(answer, "vn-2020-3");
	lacks(answer, "vn-2020-0");
}

static void an_edition_keeps_its_address(void **state)
{
	(void)state;
	show(&full);
	const char *answer = get("/vi/so-lieu/vn-2020-1");
	has(answer, "HTTP/1.1 200");
	has(answer, "<title>Đánh giá &lt;V&gt; · vn-2020-1 · Quét Sạch</title>");
	has(answer, "<h1>Đánh giá &lt;V&gt;</h1>");
	has(answer, "Đã có bản mới hơn:");
	has(answer, "content=\"S &amp; S\"");
	has(answer, "hreflang=\"en\" lang=\"en\">");
	has(answer, "href=\"/en/figures/vn-2020-1\"");
	lacks(answer, "1.052.479");
	lacks(answer, ".pdf"); /* it has no files */
	answer = get("/en/figures/vn-2020-0");
	has(answer, "HTTP/1.1 200");
	has(answer, "Please do not quote it");
}

static void made_up_data_says_so(void **state)
{
	(void)state;
	series[0].simulated = true;
	show(&full);
	const char *answer = get("/vi/so-lieu");
	has(answer, "<title>DỮ LIỆU MÔ PHỎNG: Số liệu công khai");
	has(answer, "Đừng trích dẫn.");
	has(answer, "<h3><strong class=\"made-up\">DỮ LIỆU MÔ PHỎNG</strong> Địa chỉ");
	has(get("/vi/so-lieu/top10-daily.csv"), "filename=\"mo-phong-top10-daily.csv\"");
	has(get("/en/figures/trial-1"), "<title>SIMULATED DATA: Evaluation &lt;V&gt; · trial-1");
	has(get("/en/figures/trial-1/goals.csv"), "filename=\"simulated-trial-1-goals.csv\"");
	has(get("/vi/so-lieu/trial-1/trial-1.pdf"), "filename=\"mo-phong-trial-1.vi.pdf\"");
	series[0].simulated = false;
}

static void what_is_not_there_is_not_shown(void **state)
{
	static const char *const targets[] = {"/vi/so-lieu/vn-2020-3", "/vi/so-lieu/vn-2020-4",
		"/vi/so-lieu/vn-2020-3/goals.csv", "/vi/so-lieu/vn-2020-3/vn-2020-3.json",
		"/vi/so-lieu/vn-2020-1/vn-2020-1.pdf", "/vi/so-lieu/vn-2020-0/vn-2020-0.json",
		"/vi/so-lieu/vn-2020-2/vn-2020-2.xlsx", "/vi/so-lieu/vn-2020-1/none.csv",
		"/vi/so-lieu/none.csv", "/vi/so-lieu/..%2f..%2fsite-1", "/vi/so-lieu/vn-2020-1%00",
		"/vi/so-lieu/vn-2020-2/..%2fsite.json", "/vi/so-lieu/%3Cscript%3E-1",
		"/api/v1/evaluations/vn-2020/3", "/api/v1/evaluations/vn-2020/0",
		"/api/v1/evaluations/vn-2020/02", "/api/v1/evaluations/vn-2020",
		"/api/v1/evaluations/vn-2020/", "/api/v1/evaluations//1",
		"/api/v1/evaluations/..%2f/1", "/api/v1/evaluations/vn-2020/1"};
	(void)state;
	show(&full);
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		const char *answer = get(targets[i]);
		has(answer, "HTTP/1.1 404");
		lacks(answer, "<script>");
		lacks(answer, "Content-Disposition");
	}
}

static void without_a_campaign_there_are_series_alone(void **state)
{
	struct site bare = full;
	(void)state;
	bare.campaign = (struct campaign){.key = STR("")};
	bare.edition_count = 0;
	show(&bare);
	const char *answer = get("/vi/so-lieu");
	has(answer, "HTTP/1.1 200");
	has(answer, "1.052.479");
	has(answer, "Chưa có bản đánh giá chiến dịch nào được công bố.");
	lacks(answer, "figures-editions");
	has(get("/api/v1/evaluations"), "\"evaluations\":[]");
	bare.series_count = 0;
	show(&bare);
	has(get("/en/figures"), "No figure has been published yet.");
	show(&full);
}

/* Provisional figures until the first edition is public. */
static void the_provisional_one_stands_in(void **state)
{
	struct site early = full;
	(void)state;
	early.editions = &editions[PROVISIONAL];
	early.edition_count = 1;
	show(&early);
	const char *answer = get("/vi/so-lieu");
	has(answer, "<dd>Bản tạm tính</dd>");
	has(answer, "href=\"/vi/so-lieu/vn-2020-0/goals.json\"");
	has(get("/vi/so-lieu/vn-2020-0/goals.json"), "filename=\"tam-tinh-goals.json\"");
	show(&full);
}

static void a_document_of_another_version_leaves_the_rest(void **state)
{
	static const uint8_t garbage[] = "not a document";
	struct site_edition broken = editions[FIRST];
	struct site site = full;
	(void)state;
	broken.document[LANG_VI] = (struct bytes){garbage, sizeof(garbage)};
	site.editions = &broken;
	site.edition_count = 1;
	show(&site);
	const char *answer = get("/vi/so-lieu");
	has(answer, "HTTP/1.1 200");
	has(answer, "Hiện chưa đọc được bản đánh giá này.");
	has(answer, "1.052.479");
	has(get("/vi/so-lieu/vn-2020-1/goals.csv"), "HTTP/1.1 404");
	show(&full);
}

/* Holders of a large country: a page of more than 1 MiB. */
static void a_large_evaluation_is_shown_whole(void **state)
{
	enum {
		HOLDERS = 20000
	};
	static struct cell cells[2 * HOLDERS];
	const struct column columns[] = {{.key = STR("name"), .title = STR("Nhà mạng")},
		{.key = STR("reduction"), .title = STR("%"), .interval = true, .numeric = true}};
	(void)state;
	for (size_t i = 0; i < HOLDERS; i++) {
		cells[2 * i] = (struct cell){.kind = CELL_TEXT, .text = STR("Công ty cổ phần")};
		cells[2 * i + 1] = (struct cell){
			.kind = CELL_SHARE, .decimals = 1, .number = {0.478, 0.41, 0.541}};
	}
	const struct block block = {.kind = BLOCK_TABLE,
		.table = {.key = STR("holders"),
			.title = STR("Nhà mạng"),
			.columns = columns,
			.column_count = 2,
			.cells = cells,
			.row_count = HOLDERS}};
	const struct document document = {
		.lang = LANG_VI, .title = STR("Lớn"), .blocks = &block, .block_count = 1};
	struct writer large;
	writer_init(&large, LIMIT_EDITION_DOCUMENT);
	document_freeze(&large, &document);
	assert_int_equal(writer_end(&large), E_OK);
	struct site_edition edition = editions[FIRST];
	struct site site = full;
	edition.document[LANG_VI] = writer_view(&large);
	site.editions = &edition;
	site.edition_count = 1;
	show(&site);
	const char *answer = get("/vi/so-lieu/vn-2020-1");
	has(answer, "HTTP/1.1 200");
	assert_true(strlen(answer) > 1 << 20);
	has(answer, "</html>");
	show(&full);
	writer_release(&large);
}

/* --- to take along --- */

static void tables_are_taken_along(void **state)
{
	(void)state;
	show(&full);
	const char *answer = get("/vi/so-lieu/vn-2020-2/goals.csv");
	has(answer, "HTTP/1.1 200");
	has(answer, "Content-Type: text/csv; charset=utf-8");
	has(answer, "Access-Control-Allow-Origin: *");
	has(answer, "filename=\"vn-2020-2-goals.csv\"");
	has(answer, "ETag: \"");
	has(answer, "\xef\xbb\xbf");
	has(answer, "goal,reduction,reduction_low,reduction_high\r\n");
	has(answer, ",0.478,0.41,0.541\r\n");
	lacks(answer, "\n=A1");
	answer = get("/en/figures/vn-2020-1/goals.json");
	has(answer, "Content-Type: application/json");
	has(answer, "\"reduction\":0.478");
	answer = get("/vi/so-lieu/top10-daily.csv");
	has(answer, "day,v4,v6\r\n2020-10-01,1000000,0\r\n2020-10-02,,\r\n2020-10-03,1052479,3120");
	answer = get("/en/figures/top10-daily.json");
	has(answer, "{\"day\":\"2020-10-02\",\"v4\":null,\"v6\":null}");
}

static void files_are_taken_along(void **state)
{
	(void)state;
	show(&full);
	const char *answer = get("/vi/so-lieu/vn-2020-2/vn-2020-2.pdf");
	has(answer, "HTTP/1.1 200");
	has(answer, "Content-Type: application/pdf");
	has(answer, "filename=\"vn-2020-2.vi.pdf\"");
	has(answer, "\r\n\r\nvn-2020-2.vi.pdf");
	answer = ask_get(port, "/en/figures/vn-2020-2/vn-2020-2.xlsx", "Range: bytes=0-6\r\n");
	has(answer, "HTTP/1.1 206");
	has(answer, "\r\n\r\nvn-2020");
	has(get("/en/figures/vn-2020-2/vn-2020-2.json"), "Access-Control-Allow-Origin: *");
}

static void programs_find_editions(void **state)
{
	(void)state;
	show(&full);
	const char *answer = get("/api/v1/evaluations");
	has(answer, "Access-Control-Allow-Origin: *");
	has(answer, "\"campaign\":\"vn-2020\",\"number\":2,\"provisional\":false");
	has(answer, "\"page\":{\"vi\":\"/vi/so-lieu/vn-2020-2\",\"en\":\"/en/figures/vn-2020-2\"},"
		    "\"data\":\"/api/v1/evaluations/vn-2020/2\"");
	has(answer, "\"correction\":{\"vi\":\"Sửa <bảng> 1\"");
	has(answer, "\"number\":0,\"provisional\":true");
	lacks(answer, "\"number\":3");
	answer = get("/api/v1/evaluations/vn-2020/2");
	has(answer, "Content-Type: application/json");
	has(answer, "Access-Control-Allow-Origin: *");
	has(answer, "\r\n\r\nvn-2020-2.json");
	has(get("/api/v1/evaluations/vn-2020/latest"), "\r\n\r\nvn-2020-2.json");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_have_one_spelling),
		cmocka_unit_test(other_addresses_are_none),
		cmocka_unit_test(the_newest_public_edition_is_shown),
		cmocka_unit_test(every_edition_is_listed_but_the_waiting),
		cmocka_unit_test(an_edition_keeps_its_address),
		cmocka_unit_test(made_up_data_says_so),
		cmocka_unit_test(what_is_not_there_is_not_shown),
		cmocka_unit_test(without_a_campaign_there_are_series_alone),
		cmocka_unit_test(the_provisional_one_stands_in),
		cmocka_unit_test(a_document_of_another_version_leaves_the_rest),
		cmocka_unit_test(a_large_evaluation_is_shown_whole),
		cmocka_unit_test(tables_are_taken_along),
		cmocka_unit_test(files_are_taken_along),
		cmocka_unit_test(programs_find_editions),
	};
	return cmocka_run_group_tests_name("portal/figures", tests, start, stop);
}
