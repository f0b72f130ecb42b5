/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "model/site.h"

struct sample {
	const char *text;
	bool valid;
};

static void try_all(bool (*valid)(struct str s), const struct sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (valid(str_from(samples[i].text)) != samples[i].valid)
			fail_msg("\"%s\" should be %d", samples[i].text, samples[i].valid);
}
#define TRY_ALL(valid, samples) try_all(valid, samples, sizeof(samples) / sizeof((samples)[0]))

static void lines(void **state)
{
	(void)state;
	static const struct sample samples[] = {
		{"", true},
		{"Quét Sạch – 30 ngày", true},
		{"a\tb", false},
		{"a\nb", false},
		{"a\x7f", false},
		{"a\xc2\x85" /* U+0085 */, false},
		{"a\xc2\xa0" /* U+00A0 */, true},
		{"\xc0\x80", false},
		{"\xed\xa0\x80", false},
		{"\xff", false},
	};
	TRY_ALL(site_line_valid, samples);
	assert_false(site_line_valid(STR("a\0b")));
	assert_true(site_body_valid(STR("a\n\tb")));
	assert_false(site_body_valid(STR("a\rb")));
	assert_false(site_body_valid(STR("a\0b")));
}

static void addresses(void **state)
{
	(void)state;
	static const struct sample urls[] = {
		{"https://a.vn", true},
		{"https://a.vn:8443/x/y?z=1&u=%20#f", true},
		{"http://a.vn/", false},
		{"https://", false},
		{"https:///x", false},
		{"https://a.vn:0/", false},
		{"https://a.vn:65536/", false},
		{"https://a.vn:/", false},
		{"https://user@a.vn/", false},
		{"https://a..vn/", false},
		{"https://-a.vn/", false},
		{"https://a.vn/a b", false},
		{"https://a.vn/\"><script>", false},
		{"https://a.vn/\xc3\xa9", false},
		{"javascript:alert(1)", false},
	};
	static const struct sample roots[] = {
		{"https://a.vn", true},
		{"https://a.vn:8443", true},
		{"https://a.vn/", false},
		{"https://a.vn?x", false},
		{"", false},
	};
	TRY_ALL(site_url_valid, urls);
	TRY_ALL(site_address_valid, roots);
}

static void contacts(void **state)
{
	(void)state;
	static const struct sample mails[] = {
		{"lien.he+1@quetsach.vn", true},
		{"a@b", false},
		{"@b.vn", false},
		{"a@b.vn@c.vn", false},
		{"a b@c.vn", false},
		{"a@b.vn\r\nBcc: c@d.vn", false},
		{"", false},
	};
	static const struct sample phones[] = {
		{"113", true},
		{"+84 (24) 3640-4421", true},
		{"1900 58 58 50 | 024.3795 8282", true},
		{"11", false},
		{"1900 BKAV", false},
		{" 113", false},
		{"113 |", false},
		{"113||114", false},
		{"", false},
	};
	TRY_ALL(site_mail_valid, mails);
	TRY_ALL(site_phone_valid, phones);
}

static void names(void **state)
{
	(void)state;
	static const struct sample files[] = {
		{"BkavHome-1.0_x64+vn.exe", true},
		{".htaccess", false},
		{"../a", false},
		{"a/b", false},
		{"a\"b", false},
		{"", false},
	};
	static const struct sample zones[] = {
		{"Asia/Ho_Chi_Minh", true},
		{"UTC", true},
		{"Etc/GMT+7", true},
		{"../../etc/passwd", false},
		{"/etc/passwd", false},
		{"Asia//X", false},
		{"Asia/", false},
		{"", false},
	};
	static const struct sample sums[] = {
		{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", true},
		{"E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", false},
		{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85", false},
		{"", false},
	};
	TRY_ALL(site_file_valid, files);
	TRY_ALL(site_zone_valid, zones);
	TRY_ALL(site_sha256_valid, sums);
	assert_true(site_country_valid(STR("VN")));
	assert_false(site_country_valid(STR("vn")));
}

static void dates(void **state)
{
	(void)state;
	assert_true(site_date_valid((struct date){2024, 2, 29}));
	assert_false(site_date_valid((struct date){2023, 2, 29}));
	assert_false(site_date_valid((struct date){2020, 0, 1}));
	assert_false(site_date_valid((struct date){2020, 13, 1}));
	assert_false(site_date_valid((struct date){1969, 12, 31}));
	assert_false(site_date_valid((struct date){65535, 1, 1}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(addresses),
		cmocka_unit_test(contacts),
		cmocka_unit_test(names),
		cmocka_unit_test(dates),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
