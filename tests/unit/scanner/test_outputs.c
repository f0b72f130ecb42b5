/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/json.h"
#include "scanner/json_lines.h"
#include "scanner/page.h"
#include "scanner/sarif.h"

static const struct rule_match matches[] = {
	{STR_INIT("quetsach"), STR_INIT("QS_A"), STR_INIT("An"), STR_INIT("Mirai"), true},
	{STR_INIT("x"), STR_INIT("B"), STR_INIT(""), STR_INIT(""), false},
};

static struct finding a_finding(void)
{
	return (struct finding){.outcome = OUTCOME_INFECTED,
		.path = STR("/tmp/a\xff<b>"),
		.object = STR(" → c"),
		.family = STR("Mirai"),
		.matches = matches,
		.match_count = 2,
		.match_total = 3,
		.sha256 = STR("00ff")};
}

static void holds(struct writer *w, const char *expected)
{
	assert_int_equal(writer_end(w), E_OK);
	if (!str_equal(writer_view_str(w), str_from(expected)))
		fail_msg("got %.*s, expected %s", STR_ARG(writer_view_str(w)), expected);
	writer_release(w);
}

static void lines(void **state)
{
	struct writer w;
	const struct finding f = a_finding();
	const struct not_scanned what = {.reason = UNSCANNED_PACKED,
		.path = STR("/p"),
		.object = STR(" → q"),
		.about = STR("ASPack")};
	(void)state;
	writer_init(&w, 4096);
	json_finding(&w, &f);
	holds(&w, "{\"type\":\"finding\",\"path\":\"/tmp/a\uFFFD<b>\","
		  "\"path_base64\":\"L3RtcC9h/zxiPg==\",\"object\":\" → "
		  "c\",\"kind\":\"file\",\"outcome\":\"infected\","
		  "\"family\":\"Mirai\",\"rules\":[{\"set\":\"quetsach\",\"rule\":\"QS_A\","
		  "\"author\":"
		  "\"An\"},{\"set\":\"x\",\"rule\":\"B\",\"author\":\"\"}],\"rules_total\":3,"
		  "\"hashes\":{\"sha256\":\"00ff\"}}\n");
	writer_init(&w, 4096);
	json_unscanned(&w, &what);
	holds(&w, "{\"type\":\"not_scanned\",\"path\":\"/"
		  "p\",\"kind\":\"file\",\"reason\":\"packed\",\"object\":\" → "
		  "q\","
		  "\"about\":\"ASPack\"}\n");
}

/* A whole report of made-up things. */
struct scene {
	struct settings settings;
	struct engine_facts_kept pack;
	struct verified_pack verified;
	struct scan_report report;
};

static void scene_begin(struct scene *s)
{
	*s = (struct scene){.pack = {.id = "p<q", .version = 7, .expires = {2000000000}}};
	s->verified.opened = true;
	s->report = (struct scan_report){.lang = LANG_VI,
		.settings = &s->settings,
		.pack = &s->pack,
		.verified = &s->verified,
		.host = STR("máy <1>"),
		.began = {1600000000}};
	record_init(&s->report.record);
}

static void reads_as_json(struct writer *w)
{
	struct json j;
	struct json_token token;
	struct problem problem;
	json_init(&j, writer_view_str(w));
	do
		assert_int_equal(json_next(&j, &token, &problem), E_OK);
	while (token.kind != JSON_END);
	json_release(&j);
}

static void has(struct writer *w, const char *words, bool expected)
{
	bool there = str_find(writer_view_str(w), str_from(words)) < w->size;
	if (there != expected)
		fail_msg("“%s” is %s", words, there ? "there" : "missing");
}

static void documents(void **state)
{
	struct scene s;
	struct writer w;
	const struct finding f = a_finding();
	(void)state;
	scene_begin(&s);
	record_finding(&s.report.record, &f);
	for (int i = 0; i < UNSCANNED__COUNT; i++)
		record_unscanned(&s.report.record,
			&(struct not_scanned){.reason = (enum unscanned)i, .path = STR("/x<y")});
	s.report.totals = (struct scan_totals){.files = 5, .infected = 1, .not_scanned = 19};

	writer_init(&w, 16 << 20);
	sarif_write(&w, &s.report);
	assert_int_equal(writer_end(&w), E_OK);
	reads_as_json(&w);
	has(&w, "file:///tmp/a%FF%3Cb%3E", true);
	writer_clear(&w);
	page_write(&w, &s.report);
	assert_int_equal(writer_end(&w), E_OK);
	has(&w, "<b>", false);
	has(&w, "/tmp/a\\xff&lt;b&gt; → c", true);
	has(&w, "máy &lt;1&gt;", true);
	writer_release(&w);
	record_release(&s.report.record);
}

static struct finding a_process(void)
{
	static const struct rule_match match = {
		.set = STR_INIT("processes"), .rule = STR_INIT("hides-text")};
	return (struct finding){.kind = OBJECT_PROCESS,
		.outcome = OUTCOME_SUSPICIOUS,
		.path = STR("process 12 (a<b)"),
		.object = STR("memory at 0x7f"),
		.pid = 12,
		.program = STR("/tmp/a<b"),
		.owner = STR("lan"),
		.matches = &match,
		.match_count = 1,
		.match_total = 1};
}

static struct finding a_line(void)
{
	static const struct rule_match match = {
		.set = STR_INIT("places"), .rule = STR_INIT("fetches-and-runs")};
	return (struct finding){.kind = OBJECT_PLACE,
		.outcome = OUTCOME_SUSPICIOUS,
		.path = STR("/mnt/etc/crontab"),
		.object = STR("line 3: curl <x> | sh"),
		.matches = &match,
		.match_count = 1,
		.match_total = 1};
}

/* What runs and what starts is told in people's words, and apart for programs. */
static void survey(void **state)
{
	struct scene s;
	struct writer w;
	const struct finding process = a_process();
	const struct finding line = a_line();
	(void)state;
	scene_begin(&s);
	s.settings.root = "/mnt";
	record_finding(&s.report.record, &process);
	record_finding(&s.report.record, &line);
	s.report.totals = (struct scan_totals){.suspicious = 2, .places = 7};
	writer_init(&w, 16 << 20);
	page_write(&w, &s.report);
	assert_int_equal(writer_end(&w), E_OK);
	has(&w, "chương trình đang chạy a&lt;b (số 12)", true);
	has(&w, "/tmp/a&lt;b, bằng tài khoản lan.", true);
	has(&w, "/mnt/etc/crontab, dòng 3", true);
	has(&w, "curl &lt;x&gt; | sh", true);
	has(&w, "theo giờ hẹn", true);
	has(&w, "tải một chương trình từ mạng về", true);
	has(&w, "Điều đáng ngờ trong cách máy chạy", true);
	has(&w, "7 nơi tự chạy", true);
	writer_clear(&w);
	sarif_write(&w, &s.report);
	reads_as_json(&w);
	has(&w, "\"uri\":\"file:///tmp/a%3Cb\"", true);
	has(&w, "\"fullyQualifiedName\":\"process 12 (a<b) memory at 0x7f\"", true);
	writer_clear(&w);
	json_finding(&w, &process);
	has(&w, "\"process\":{\"pid\":12,\"program\":\"/tmp/a<b\",\"owner\":\"lan\"}", true);
	writer_release(&w);
	record_release(&s.report.record);
}

static struct finding of_reason(const char *path, const struct rule_match *match)
{
	return (struct finding){.kind = OBJECT_PLACE,
		.outcome = OUTCOME_SUSPICIOUS,
		.path = str_from(path),
		.matches = match,
		.match_count = 1,
		.match_total = 1};
}

/* Files that are odd themselves are not told under what starts by itself. */
static void odd_files(void **state)
{
	static const struct rule_match all[] = {
		{.set = STR_INIT("places"), .rule = STR_INIT("package-file-altered")},
		{.set = STR_INIT("places"), .rule = STR_INIT("set-user-elsewhere")},
		{.set = STR_INIT("places"), .rule = STR_INIT("set-user-of-no-package")},
	};
	struct scene s;
	struct writer w;
	(void)state;
	scene_begin(&s);
	for (size_t i = 0; i < 3; i++) {
		const struct finding f = of_reason("/usr/bin/x", &all[i]);
		record_finding(&s.report.record, &f);
	}
	s.report.totals.suspicious = 3;
	writer_init(&w, 16 << 20);
	page_write(&w, &s.report);
	assert_int_equal(writer_end(&w), E_OK);
	has(&w, "Tệp của phần mềm đã bị thay đổi", true);
	has(&w, "Chương trình được trao toàn quyền trên máy", true);
	has(&w, "Điều đáng ngờ trong cách máy chạy", false);
	writer_release(&w);
	record_release(&s.report.record);
}

/* A page stays one that a browser opens, however much was found and of however many kinds. */
static void large_page(void **state)
{
	struct scene s;
	struct writer w;
	char path[64], family[32];
	struct finding f = a_finding();
	(void)state;
	scene_begin(&s);
	for (unsigned i = 0; i < 10000; i++) {
		(void)snprintf(path, sizeof(path), "/srv/%u", i);
		(void)snprintf(family, sizeof(family), "kind-%u", i % 2 ? i : 0);
		f.path = str_from(path);
		f.family = str_from(family);
		record_finding(&s.report.record, &f);
	}
	s.report.totals.infected = 10000;
	writer_init(&w, 16 << 20);
	page_write(&w, &s.report);
	assert_int_equal(writer_end(&w), E_OK);
	assert_true(w.size < 2 << 20);
	has(&w, "Ngoài ra còn 4.901 phát hiện nữa", true);
	has(&w, "--json", true);
	writer_release(&w);
	record_release(&s.report.record);
}

/* A machine full of findings must not fill the memory; none of them is forgotten in the count. */
static void very_many(void **state)
{
	struct record r;
	const struct finding f = a_finding();
	const struct not_scanned what = {.reason = UNSCANNED_DENIED, .path = STR("/p")};
	(void)state;
	record_init(&r);
	for (uint64_t i = 0; i < LIMIT_SCAN_KEPT + 10; i++) {
		record_finding(&r, &f);
		record_unscanned(&r, &what);
	}
	assert_int_equal(r.findings, LIMIT_SCAN_KEPT + 10);
	assert_int_equal(r.kept, LIMIT_SCAN_KEPT);
	assert_int_equal(r.groups[UNSCANNED_DENIED].count, LIMIT_SCAN_KEPT + 10);
	assert_int_equal(r.groups[UNSCANNED_DENIED].kept, LIMIT_SCAN_EXAMPLES);
	record_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(documents),
		cmocka_unit_test(very_many),
		cmocka_unit_test(survey),
		cmocka_unit_test(odd_files),
		cmocka_unit_test(large_page),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
