/* SPDX-License-Identifier: Apache-2.0 */
#include "mail_test.h"

#include "mail/address.h"

static void test_taken(void **state)
{
	static const char *const addresses[] = {"a@b", "an.nguyen@haiphong.gov.vn",
		"o'brien+tag@example.org", "root@localhost", "x_y=z@a-b.c1.example"};
	struct problem problem;
	struct mail_address a;
	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		assert_int_equal(
			mail_address_parse(str_from(addresses[i]), STR("to"), &a, &problem), E_OK);
		assert_string_equal(a.text, addresses[i]);
	}
	assert_str(mail_address_domain(&a), STR("a-b.c1.example"));
}

static void test_refused(void **state)
{
	static const struct str hostile[] = {STR_INIT(""), STR_INIT("@"), STR_INIT("a@"),
		STR_INIT("@b"), STR_INIT("a"), STR_INIT("a@b@c"), STR_INIT("a b@c"),
		STR_INIT(".a@b"), STR_INIT("a.@b"), STR_INIT("a..b@c"), STR_INIT("a@b..c"),
		STR_INIT("a@.b"), STR_INIT("a@b."), STR_INIT("a@-b"), STR_INIT("a@b-"),
		STR_INIT("a@b_c"), STR_INIT("\"a b\"@c"), STR_INIT("a@[127.0.0.1]"),
		STR_INIT("<a@b>"), STR_INIT("a@b>"), STR_INIT("a@b,c@d"), STR_INIT("a,b@c"),
		STR_INIT("a@b\r\nRCPT TO:<x@y>"), STR_INIT("a\r\nBcc: x@y@b"), STR_INIT("a@b\n"),
		STR_INIT("a@b\0c"), STR_INIT("a\0b@c"), STR_INIT(" a@b"), STR_INIT("a@b "),
		STR_INIT("nguyễn@example.org"), STR_INIT("a@\xc3\x28.vn"), STR_INIT("a@b\x7f"),
		STR_INIT("a@ví dụ.vn"), STR_INIT("a@\xe2\x80\xae.vn")};
	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct problem problem = {.code = PROBLEM_NONE};
		struct mail_address a = {"untouched"};
		if (mail_address_parse(hostile[i], STR("to"), &a, &problem) != E_SYNTAX)
			fail_msg("taken: number %zu, “%.*s”", i, STR_ARG(hostile[i]));
		assert_int_equal(problem.code, PROBLEM_BAD_MAIL_ADDRESS);
		assert_str(problem_field(&problem), STR("to"));
		assert_string_equal(a.text, "untouched");
	}
}

static void test_international(void **state)
{
	struct problem problem;
	struct mail_address a;
	(void)state;
	assert_int_equal(
		mail_address_parse(STR("lien-he@hảiphòng.vn"), STR("to"), &a, &problem), E_OK);
	assert_string_equal(a.text, "lien-he@xn--hiphng-6wa8191d.vn");
	/* The same word with its marks apart is the same domain. */
	assert_int_equal(mail_address_parse(STR("lien-he@ha\xcc\x89ipho\xcc\x80ng.vn"), STR("to"),
				 &a, &problem),
		E_OK);
	assert_string_equal(a.text, "lien-he@xn--hiphng-6wa8191d.vn");
}

static void test_lengths(void **state)
{
	char text[400];
	struct problem problem;
	struct mail_address a;
	(void)state;
	memset(text, 'a', sizeof(text));
	text[64] = '@';
	for (size_t i = 65 + 60; i < sizeof(text); i += 61)
		text[i] = '.';
	assert_int_equal(
		mail_address_parse((struct str){text, 254}, STR("to"), &a, &problem), E_OK);
	assert_int_equal(
		mail_address_parse((struct str){text, 255}, STR("to"), &a, &problem), E_SYNTAX);
	memset(text, 'a', 65);
	text[65] = '@';
	assert_int_equal(
		mail_address_parse((struct str){text, 70}, STR("to"), &a, &problem), E_SYNTAX);
	memset(text + 2, 'a', 64);
	text[1] = '@';
	assert_int_equal(
		mail_address_parse((struct str){text, 2 + 63}, STR("to"), &a, &problem), E_OK);
	assert_int_equal(
		mail_address_parse((struct str){text, 2 + 64}, STR("to"), &a, &problem), E_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_international),
		cmocka_unit_test(test_lengths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
