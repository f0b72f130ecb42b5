/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/fields.h"

static void gzip_is_sent_to_those_who_want_it(void **state)
{
	(void)state;
	static const char *const welcome[] = {"gzip", "gzip, deflate, br", "deflate,gzip;q=1.0",
		"*", "GZIP;Q=0.001", "br;q=1, *;q=0.5", "x-gzip", "identity;q=0, gzip;q=0.1",
		"gzip ; q=0.8 , identity;q=0.8", "identity;q=0, *"};
	static const char *const unwelcome[] = {"", "br", "gzip;q=0", "gzip;q=0.000", "identity",
		"*;q=0", "gzip;q=0, *", "gzip;q=0.5, identity", "gzip;q=x", "gzip;q=", "gzip;q=1.5",
		"gzip;q=2", "gzip;q=-1", "gzip;q=0.0001", "gzipped", "g zip", ";q=1", ",,,"};
	for (size_t i = 0; i < sizeof(welcome) / sizeof(welcome[0]); i++)
		if (!field_accepts_gzip(str_from(welcome[i])))
			fail_msg("refused: %s", welcome[i]);
	for (size_t i = 0; i < sizeof(unwelcome) / sizeof(unwelcome[0]); i++)
		if (field_accepts_gzip(str_from(unwelcome[i])))
			fail_msg("taken: %s", unwelcome[i]);
}

static void tags_are_whole_members_of_the_list(void **state)
{
	(void)state;
	static const struct {
		const char *list;
		bool weak, strong;
	} cases[] = {
		{"\"a1\"", true, true},
		{"W/\"a1\"", true, false},
		{"*", true, true},
		{" * ", true, true},
		{"\"b\", \"a1\"", true, true},
		{"\"b\",W/\"a1\",\"c\"", true, false},
		{", ,\"a1\"", true, true},
		{"\"a,1\", \"a1\"", true, true},
		{"", false, false},
		{"a1", false, false},
		{"\"a1", false, false},
		{"\"xa1\"", false, false},
		{"\"a1x\"", false, false},
		{"\"b\" x \"a1\"", false, false},
		{"w/\"a1\"", false, false},
		{"W/", false, false},
		{"\"\"", false, false},
		{"\"*\"", false, false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str list = str_from(cases[i].list);
		if (field_lists_tag(list, STR("\"a1\""), true) != cases[i].weak ||
			field_lists_tag(list, STR("\"a1\""), false) != cases[i].strong)
			fail_msg("%s", cases[i].list);
	}
}

static void ranges_are_cut_to_what_is_there(void **state)
{
	(void)state;
	static const struct {
		const char *range;
		uint64_t size;
		enum range_asked asked;
		uint64_t first, length;
	} cases[] = {
		{"bytes=0-0", 10, RANGE_PART, 0, 1},
		{"bytes=2-5", 10, RANGE_PART, 2, 4},
		{"bytes=5-", 10, RANGE_PART, 5, 5},
		{"bytes=9-99", 10, RANGE_PART, 9, 1},
		{"bytes=-3", 10, RANGE_PART, 7, 3},
		{"bytes=-30", 10, RANGE_PART, 0, 10},
		{"BYTES = 0-4", 10, RANGE_PART, 0, 5},
		{"bytes=0-99999999999999999999999", 10, RANGE_PART, 0, 10},
		{"bytes=10-", 10, RANGE_OUTSIDE, 0, 0},
		{"bytes=10-20", 10, RANGE_OUTSIDE, 0, 0},
		{"bytes=-0", 10, RANGE_OUTSIDE, 0, 0},
		{"bytes=0-", 0, RANGE_OUTSIDE, 0, 0},
		{"bytes=-1", 0, RANGE_OUTSIDE, 0, 0},
		{"bytes=99999999999999999999999-", 10, RANGE_OUTSIDE, 0, 0},
		{"", 10, RANGE_WHOLE, 0, 0},
		{"bytes", 10, RANGE_WHOLE, 0, 0},
		{"bytes=", 10, RANGE_WHOLE, 0, 0},
		{"bytes=-", 10, RANGE_WHOLE, 0, 0},
		{"bytes=5", 10, RANGE_WHOLE, 0, 0},
		{"bytes=5-4", 10, RANGE_WHOLE, 0, 0},
		{"bytes=--5", 10, RANGE_WHOLE, 0, 0},
		{"bytes=0-1,3-4", 10, RANGE_WHOLE, 0, 0},
		{"bytes=0-1-2", 10, RANGE_WHOLE, 0, 0},
		{"bytes=a-b", 10, RANGE_WHOLE, 0, 0},
		{"bytes=0x1-2", 10, RANGE_WHOLE, 0, 0},
		{"items=0-1", 10, RANGE_WHOLE, 0, 0},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct byte_range part = {0};
		enum range_asked asked =
			field_range(str_from(cases[i].range), cases[i].size, &part);
		if (asked != cases[i].asked || part.first != cases[i].first ||
			part.size != cases[i].length)
			fail_msg("%s of %d", cases[i].range, (int)cases[i].size);
	}
}

static void dates_are_read_as_written(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "Sun, 06 Nov 1994 08:49:37",
		"Sun Nov  6 08:49:37 1994", "Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
		"Sun, 06 nov 1994 08:49:37 GMT", "Sux, 06 Nov 1994 08:49:37 GMT",
		"Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 06 Nov 0000 08:49:37 GMT"};
	struct instant t;
	struct writer w;
	assert_true(field_date(STR("Sun, 06 Nov 1994 08:49:37 GMT"), &t));
	assert_int_equal(t.seconds, 784111777);
	writer_init(&w, 64);
	for (int64_t seconds = 0; seconds < INT64_C(4000000000); seconds += 86399 * 17) {
		writer_clear(&w);
		field_write_date(&w, (struct instant){seconds});
		assert_true(field_date(writer_view_str(&w), &t));
		assert_int_equal(t.seconds, seconds);
	}
	writer_release(&w);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (field_date(str_from(bad[i]), &t))
			fail_msg("read: %s", bad[i]);
}

static void expect_name(struct str name, const char *expected)
{
	struct writer w;
	writer_init(&w, 4096);
	field_write_disposition(&w, name);
	if (!str_equal(writer_view_str(&w), str_from(expected)))
		fail_msg("%.*s, not %s", STR_ARG(writer_view_str(&w)), expected);
	writer_release(&w);
}

static void names_of_files_are_only_names(void **state)
{
	(void)state;
	expect_name(STR(""), "attachment");
	expect_name(STR("BkavHome.exe"),
		"attachment; filename=\"BkavHome.exe\"; filename*=UTF-8''BkavHome.exe");
	expect_name(STR("diệt mã.exe"), "attachment; filename=\"di_t m_.exe\"; "
					"filename*=UTF-8''di%E1%BB%87t%20m%C3%A3.exe");
	expect_name(STR("a\"b;c'd%.exe"), "attachment; filename=\"a_b_c_d_.exe\"; "
					  "filename*=UTF-8''a%22b%3Bc%27d%25.exe");
	expect_name(STR("x\r\nSet-Cookie: a=b"), "attachment; filename=\"x__Set-Cookie_ a_b\"; "
						 "filename*=UTF-8''x__Set-Cookie%3A%20a%3Db");
	expect_name(STR("../../etc/passwd"),
		"attachment; filename=\"passwd\"; filename*=UTF-8''passwd");
	expect_name(STR("C:\\windows\\x"), "attachment; filename=\"x\"; filename*=UTF-8''x");
	expect_name(STR("a\xff\x01\x7f\0z"),
		"attachment; filename=\"a____z\"; filename*=UTF-8''a____z");
	expect_name(STR("folder/"), "attachment");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gzip_is_sent_to_those_who_want_it),
		cmocka_unit_test(tags_are_whole_members_of_the_list),
		cmocka_unit_test(ranges_are_cut_to_what_is_there),
		cmocka_unit_test(dates_are_read_as_written),
		cmocka_unit_test(names_of_files_are_only_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
