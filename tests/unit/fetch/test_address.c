/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch_test.h"

#include "fetch/address.h"
#include "fetch/state.h"

static void test_valid(void **state)
{
	static const char *const good[] = {"http://h", "https://h/", "https://h:8443/a/b?c=d&e=f",
		"https://[2001:db8::1]/x", "https://h/{YYYY}-{MM}-{DD}.csv",
		"https://h/{secret}/x"};
	static const char *const bad[] = {"", "h", "//h/x", "ftp://h/x", "file:///etc/passwd",
		"https://", "https:///x", "http://?x", "https://u:p@h/x", "https://u@h",
		"https://h/ x", "https://h/x\r\nX: y", "https://h/x#y", "https://h/\xc3\xa9",
		"https://h\\@e/x", "HTTPS://h/x", "gopher://h", "https://h/\"x"};
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!address_valid(str_from(good[i])))
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (address_valid(str_from(bad[i])))
			fail_msg("taken: %s", bad[i]);
}

static void test_here(void **state)
{
	(void)state;
	assert_true(address_is_here(STR("http://localhost:80/x")));
	assert_true(address_is_here(STR("http://127.0.0.1/x")));
	assert_true(address_is_here(STR("http://[::1]:8080/x")));
	assert_false(address_is_here(STR("http://127.example/x")));
	assert_false(address_is_here(STR("http://localhost.example/x")));
	assert_false(address_is_here(STR("http://example/127.0.0.1")));
}

static void check_made(const char *from, const char *secret, const char *expected)
{
	const struct date day = {2026, 1, 9};
	struct writer w;
	writer_init(&w, 1000);
	address_write(&w, str_from(from), &day, str_from(secret));
	assert_str(writer_view_str(&w), str_from(expected));
	writer_release(&w);
}

static void test_places(void **state)
{
	(void)state;
	check_made("https://h/{YYYY}/{MM}/{DD}/x-{YYYY}{MM}{DD}", "",
		"https://h/2026/01/09/x-20260109");
	check_made("https://h/{secret}/x", "k", "https://h/k/x");
	/* What was put in is not looked at again. */
	check_made("https://h/{secret}/x", "{YYYY}{secret}", "https://h/{YYYY}{secret}/x");
	check_made("https://h/{secret}/{Y}{", "", "https://h/{secret}/{Y}{");
	assert_true(address_has_day(STR("{DD}{MM}{YYYY}")));
	assert_false(address_has_day(STR("{MM}{YYYY}")));
	assert_true(address_has_half_a_day(STR("{MM}{YYYY}")));
	assert_true(address_has_half_a_day(STR("https://h/YYYY/x")));
	assert_false(address_has_half_a_day(STR("https://h/YYYY-MM-DD/x")));
	check_made("https://h/x-YYYY-MM-DD.txt", "", "https://h/x-2026-01-09.txt");
}

static void check_name(const char *from, bool dated, const char *expected)
{
	const struct date day = {2026, 1, 9};
	struct writer w;
	writer_init(&w, FETCH_NAME);
	address_file_name(&w, str_from(from), dated ? &day : NULL, STR("source"));
	assert_int_equal(writer_end(&w), E_OK);
	assert_str(writer_view_str(&w), str_from(expected));
	writer_release(&w);
}

static void test_names(void **state)
{
	char longest[400];
	(void)state;
	check_name("https://h/a/b.csv?c=/d", false, "b.csv");
	check_name("https://h/a/", false, "source");
	check_name("https://h", false, "source");
	check_name("https://h/..", false, "source");
	check_name("https://h/.hidden", false, "hidden");
	check_name("https://h/a%2F..%2Fb", false, "a_2F.._2Fb");
	check_name("../../etc/passwd", false, "passwd");
	check_name("https://h/list.txt", true, "2026-01-09-list.txt");
	check_name("https://h/list-2026-01-08.txt", true, "list-2026-01-08.txt");
	memset(longest, '-', sizeof(longest));
	memcpy(longest + sizeof(longest) - 8, ".csv.gz", 8);
	struct writer w;
	writer_init(&w, FETCH_NAME - 1);
	const struct date day = {2026, 1, 9};
	address_file_name(&w, str_from(longest), &day, STR("source"));
	assert_int_equal(writer_end(&w), E_OK);
	assert_true(str_ends(writer_view_str(&w), STR(".csv.gz")));
	/* Cut in front of a dot, and with a day of its own. */
	writer_clear(&w);
	longest[sizeof(longest) - 1 - (FETCH_NAME - 12)] = '.';
	memcpy(longest + sizeof(longest) - 40, "2026-01-08", 10);
	address_file_name(&w, str_from(longest), &day, STR("source"));
	assert_int_equal(writer_view_str(&w).data[0], '_');
	writer_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_here),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
