/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parse.h"

static struct parsed parsed;

static void parse(const char *file_name, const char *text)
{
	const struct feed_options options = plain_options(file_name);
	parse_text(&parsed, &options, str_from(text), 7);
}

static void assert_day(size_t row, int year, int month, int day)
{
	int64_t first = date_instant((struct date){year, month, day}).seconds;
	assert_int_equal(parsed.rows[row].time.from.seconds, first);
	assert_int_equal(parsed.rows[row].time.to.seconds, first + 86399);
	assert_int_equal(parsed.rows[row].precision, PRECISION_DAY);
}

static void assert_at(size_t row, const char *text)
{
	struct prefix wanted;
	assert_true(prefix_parse(str_from(text), &wanted));
	assert_int_equal(ip_compare(parsed.rows[row].at.ip, wanted.ip), 0);
	assert_int_equal(parsed.rows[row].at.length, wanted.length);
}

static void test_plain(void **state)
{
	(void)state;
	parse("2020-10-15.txt", "# one\n; two\n// three\n! four\n\n1.2.3.4\r\n"
				"  5.6.7.8  # seen twice\n2001:ee0::7\n6.0.0.0/8\n"
				"1.2.3.4:8080\n[2001:ee0::8]:443\n9.9.9.9");
	assert_int_equal(parsed.err, E_OK);
	assert_true(str_equal(parsed.format, STR("plain-list")));
	assert_int_equal(parsed.totals.skipped, 0);
	assert_int_equal(parsed.row_count, 7);
	assert_at(0, "1.2.3.4");
	assert_day(0, 2020, 10, 15);
	assert_int_equal(parsed.rows[0].kind, KIND_BLOCKLISTED);
	assert_at(1, "5.6.7.8");
	assert_at(2, "2001:ee0::7");
	assert_at(3, "6.0.0.0/8");
	assert_at(4, "1.2.3.4");
	assert_int_equal(parsed.rows[4].port, 8080);
	assert_at(5, "2001:ee0::8");
	assert_int_equal(parsed.rows[5].port, 443);
	assert_at(6, "9.9.9.9");
	parsed_release(&parsed);
}

/* Both shapes the URLhaus filter had in October 2020. */
static void test_filter_rules(void **state)
{
	(void)state;
	parse("list.txt", "! Updated: Thu, 15 Oct 2020 00:10:57 UTC\n"
			  "||1.2.3.4^\n||5.6.7.8^$all\n||5.252.194.29/ja/http/arm$all\n"
			  "||31.128.173.853.zhzy999.net/images/n.exe$all\nexample.com\n"
			  "||example.com^\nhttps://example.com/x\n1.2.3.5\n||127.0.0.1^\n");
	assert_int_equal(parsed.err, E_OK);
	assert_int_equal(parsed.row_count, 3);
	assert_at(0, "1.2.3.4");
	assert_at(1, "5.6.7.8");
	assert_at(2, "1.2.3.5");
	assert_day(0, 2020, 10, 15);
	assert_int_equal(parsed.totals.skipped, 5);
	assert_int_equal(parsed.totals.rejected, 1);
	assert_int_equal(parsed.problems[0].code, PROBLEM_NOT_A_MACHINE);
	parsed_release(&parsed);
}

/* AlienVault's list, and URLs without a scheme beside addresses as Maltrail writes them. */
static void test_comments_and_paths(void **state)
{
	(void)state;
	parse("2016-11-10.txt", "1.2.3.4#4#2#Malicious Host#CN#Hai Phong#22.5,114.1#3\n"
				"1.2.3.5 # Scanning Host\n1.2.3.6:443/foo\n1.2.3.7/i\n"
				"/admin/gate.php\nexample.com/a.exe\n1.2.3.8:8080\n"
				"1.2.3.0/240\n1.2.3.9:443/\nnot/this\n");
	assert_int_equal(parsed.err, E_OK);
	assert_int_equal(parsed.row_count, 3);
	assert_at(0, "1.2.3.4");
	assert_at(1, "1.2.3.5");
	assert_at(2, "1.2.3.8");
	assert_int_equal(parsed.rows[2].port, 8080);
	assert_int_equal(parsed.totals.skipped, 4);
	assert_int_equal(parsed.totals.rejected, 3);
	parsed_release(&parsed);
}

/* As people send addresses to each other. */
static void test_defanged(void **state)
{
	(void)state;
	parse("2026-08-01.txt",
		"1[.]2[.]3[.]4\n1.2.3[.]5\n1(.)2(.)3(.)6\n1[dot]2[dot]3[dot]7\n1{.}2{.}3{.}8\n"
		"2001[:]678::1\n1[.]2[.]3[.]0/24\n1[.]2[.]3[.]9:80\n[2001:678::2]:80\n"
		"bad[.]example\nhxxp://1[.]2[.]3[.]4/x\n1[,]2[,]3[,]4\n1[.]2[.]3[.]256\n"
		"1[.2.3.4\n");
	assert_int_equal(parsed.err, E_OK);
	assert_int_equal(parsed.row_count, 9);
	assert_at(0, "1.2.3.4");
	assert_at(1, "1.2.3.5");
	assert_at(2, "1.2.3.6");
	assert_at(3, "1.2.3.7");
	assert_at(4, "1.2.3.8");
	assert_at(5, "2001:678::1");
	assert_at(6, "1.2.3.0/24");
	assert_at(7, "1.2.3.9");
	assert_int_equal(parsed.rows[7].port, 80);
	assert_at(8, "2001:678::2");
	assert_int_equal(parsed.totals.skipped, 2);
	assert_int_equal(parsed.totals.rejected, 3);
	parsed_release(&parsed);
}

static void test_blocks(void **state)
{
	(void)state;
	parse("block.txt", "#    updated: Tue Dec 15 15:33:38 2015 UTC\n"
			   "Start\tEnd\tNetblock\tAttacks\tName\tCountry\temail\n"
			   "43.229.53.0\t43.229.53.255\t24\t788\tJapan Inet\tJP\ta@example.com\n"
			   "194.63.140.0\t194.63.140.255\t24\t585\t\t\t\n"
			   "194.63.140.0\t194.63.141.255\t24\t585\n"
			   "127.0.0.0\t127.0.0.255\t24\t585\n");
	assert_int_equal(parsed.err, E_OK);
	assert_int_equal(parsed.row_count, 2);
	assert_at(0, "43.229.53.0/24");
	assert_day(0, 2015, 12, 15);
	assert_at(1, "194.63.140.0/24");
	assert_int_equal(parsed.totals.skipped, 0);
	assert_int_equal(parsed.totals.rejected, 2);
	parsed_release(&parsed);
}

static void test_day_in_header(void **state)
{
	static const struct {
		const char *comment;
		int year, month, day;
	} cases[] = {
		{"! Updated: Thu, 01 Oct 2020 00:11:40 UTC", 2020, 10, 1},
		{"# Last update: Sat, 22 Aug 2026 03:00:29 +0200", 2026, 8, 22},
		{"# Last update: Sat, 22 Aug 2026 01:00:29 +0200", 2026, 8, 21},
		{"; Last-Modified: Tue, 16 May 2023 11:22:23 GMT", 2023, 5, 16},
		{"# Last updated: 2021-03-04 05:06:07 UTC          #", 2021, 3, 4},
		{"# Source File Date: Fri Oct 23 13:45:29 UTC 2015", 2015, 10, 23},
		{"// Last updated 2016-11-10\t", 2016, 11, 10},
		{"\xEF\xBB\xBF# Last update: Sat, 22 Aug 2026 01:00:29 +0200", 2026, 8, 21},
		{"# Generated 2016-11-14 23:02:04 UTC", 2016, 11, 14},
		{"# Generated on 2019-02-13 10:32:07 UTC      #", 2019, 2, 13},
		{"## Feed generated at: 2016-11-12 18:17", 2016, 11, 12},
		{"# Last updated: 2026-02-26 12:05:20 (UTC)   #", 2026, 2, 26},
		{"# Generated by FireHOL's update-ipsets.sh", 0, 0, 0},
		{"# automatically updated daily since 3 Jan 2015", 0, 0, 0},
		{"# Expires: Thu, 01 Oct 2020 00:11:40 UTC", 0, 0, 0},
		{"# Updated: Thu, 31 Feb 2020 00:11:40 UTC", 0, 0, 0},
		{"# Updated: daily", 0, 0, 0},
	};
	struct writer w;
	(void)state;
	writer_init(&w, 4096);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		writer_clear(&w);
		writer_text(&w, cases[i].comment);
		writer_text(&w, "\n1.2.3.4\n");
		writer_char(&w, '\0');
		parse("list.txt", (const char *)w.data);
		if (cases[i].year) {
			assert_int_equal(parsed.err, E_OK);
			assert_day(0, cases[i].year, cases[i].month, cases[i].day);
		} else {
			assert_int_equal(parsed.refusal.code, PROBLEM_NO_DATE);
		}
		parsed_release(&parsed);
	}
	writer_release(&w);
}

static void test_who_says_the_day(void **state)
{
	struct feed_options options = plain_options("2020-10-15.txt");
	struct str text = STR("! Updated: Fri, 16 Oct 2020 00:11:40 UTC\n1.2.3.4\n");
	(void)state;
	parse_text(&parsed, &options, text, 100);
	assert_day(0, 2020, 10, 15);
	parsed_release(&parsed);
	options.observed_set = true;
	options.observed = (struct date){2020, 10, 17};
	options.kind_set = true;
	options.kind = KIND_MALWARE_HOST;
	options.botnet = STR("mozi");
	parse_text(&parsed, &options, text, 100);
	assert_day(0, 2020, 10, 17);
	assert_int_equal(parsed.rows[0].kind, KIND_MALWARE_HOST);
	assert_true(str_equal(parsed.rows[0].name, STR("mozi")));
	parsed_release(&parsed);
}

static void test_ipsum(void **state)
{
	(void)state;
	parse("ipsum.txt", "# Last update: Sat, 22 Aug 2026 03:00:29 +0200\n#\n"
			   "# IP\tnumber of (black)lists\n77.90.185.20\t10\n2.57.122.53\t9\n");
	assert_int_equal(parsed.err, E_OK);
	assert_true(str_equal(parsed.format, STR("ipsum")));
	assert_int_equal(parsed.row_count, 2);
	assert_true(str_equal(parsed_extra(&parsed, 0, "hits"), STR("10")));
	assert_true(str_equal(parsed_extra(&parsed, 1, "hits"), STR("9")));
	assert_day(0, 2026, 8, 22);
	parsed_release(&parsed);
}

static void test_firehol(void **state)
{
	(void)state;
	parse("feodo.ipset", "#\n# feodo\n#\n# ipv4 hash:ip ipset\n"
			     "# Source File Date: Fri Oct 23 13:45:29 UTC 2015\n#\n"
			     "# This File Date  : Sat Oct 24 13:45:29 UTC 2015\n#\n"
			     "2.50.11.28\n5.39.222.172\n");
	assert_int_equal(parsed.err, E_OK);
	assert_true(str_equal(parsed.format, STR("firehol")));
	assert_day(1, 2015, 10, 23);
	parsed_release(&parsed);
}

static void test_drop(void **state)
{
	(void)state;
	parse("drop.txt", "; Spamhaus DROP List 2023/05/16 - (c) 2023 The Spamhaus Project\n"
			  "; Last-Modified: Tue, 16 May 2023 11:22:23 GMT\n"
			  "1.10.16.0/20 ; SBL256894\n1.19.0.0/16 ; SBL434604\n");
	assert_int_equal(parsed.err, E_OK);
	assert_true(str_equal(parsed.format, STR("spamhaus-drop")));
	assert_at(0, "1.10.16.0/20");
	assert_day(0, 2023, 5, 16);
	assert_true(str_equal(parsed_extra(&parsed, 1, "sblid"), STR("SBL434604")));
	parsed_release(&parsed);
}

/* The day comes last. */
static void test_drop_json(void **state)
{
	(void)state;
	parse("drop_v4.json",
		"{\"cidr\":\"1.10.16.0/20\",\"sblid\":\"SBL256894\",\"rir\":\"apnic\"}\n"
		"{\"cidr\":\"2001:678:738::/48\",\"sblid\":\"SBL1\",\"rir\":\"ripencc\"}\n"
		"{\"type\":\"metadata\",\"timestamp\":1684236143,\"size\":2,\"records\":2,"
		"\"copyright\":\"(c) 2023 The Spamhaus Project SLU\"}\n");
	assert_int_equal(parsed.err, E_OK);
	assert_true(str_equal(parsed.format, STR("spamhaus-drop-json")));
	assert_int_equal(parsed.row_count, 2);
	assert_int_equal(parsed.totals.skipped, 0);
	assert_at(1, "2001:678:738::/48");
	assert_day(0, 2023, 5, 16);
	assert_day(1, 2023, 5, 16);
	assert_true(str_equal(parsed_extra(&parsed, 0, "rir"), STR("apnic")));
	parsed_release(&parsed);
}

static void test_registry(void **state)
{
	(void)state;
	size_t count = feed_format_count();
	assert_true(count >= 30);
	for (size_t i = 0; i < count; i++) {
		assert_true(feed_name_valid(feed_format_name(i)));
		assert_true(feed_format_title(i).size > 0);
		for (size_t j = 0; j < i; j++)
			assert_false(str_equal(feed_format_name(i), feed_format_name(j)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_filter_rules),
		cmocka_unit_test(test_comments_and_paths),
		cmocka_unit_test(test_defanged),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_day_in_header),
		cmocka_unit_test(test_who_says_the_day),
		cmocka_unit_test(test_ipsum),
		cmocka_unit_test(test_firehol),
		cmocka_unit_test(test_drop),
		cmocka_unit_test(test_drop_json),
		cmocka_unit_test(test_registry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
