/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/client.h"

static struct prefix trusted[2];
static const struct proxies proxies = {trusted, 2};

static int set_up(void **state)
{
	(void)state;
	assert_true(prefix_parse(STR("127.0.0.1"), &trusted[0]));
	assert_true(prefix_parse(STR("10.0.0.0/8"), &trusted[1]));
	return 0;
}

struct expectation {
	const char *x_forwarded_for;
	const char *forwarded;
	enum err err;
	const char *client;
};

static void expect(const char *peer_text, const struct expectation *e)
{
	struct ip peer;
	struct ip client = {0};
	struct ip expected;
	assert_true(ip_parse(str_from(peer_text), &peer));
	enum err err = client_address(
		peer, str_from(e->x_forwarded_for), str_from(e->forwarded), &proxies, &client);
	if (err != e->err)
		fail_msg("%s | %s: %s", e->x_forwarded_for, e->forwarded, err_name(err));
	if (err != E_OK)
		return;
	assert_true(ip_parse(str_from(e->client), &expected));
	if (ip_compare(client, expected) != 0)
		fail_msg("%s | %s: another address", e->x_forwarded_for, e->forwarded);
}

static void strangers_speak_for_themselves(void **state)
{
	(void)state;
	const struct expectation lies = {"14.160.1.2", "for=14.160.1.2", E_OK, "8.8.8.8"};
	const struct expectation garbage = {"x", "y", E_OK, "2001:db8::1"};
	expect("8.8.8.8", &lies);
	expect("2001:db8::1", &garbage);
}

static void rightmost_untrusted_counts(void **state)
{
	(void)state;
	static const struct expectation cases[] = {
		{"", "", E_OK, "127.0.0.1"},
		{"14.160.1.2", "", E_OK, "14.160.1.2"},
		{"1.1.1.1, 14.160.1.2", "", E_OK, "14.160.1.2"},
		{"1.1.1.1,14.160.1.2 , 10.1.2.3", "", E_OK, "14.160.1.2"},
		{"10.9.9.9, 10.1.2.3", "", E_OK, "10.9.9.9"},
		{"lie, 14.160.1.2", "", E_OK, "14.160.1.2"},
		{"14.160.1.2:8080", "", E_OK, "14.160.1.2"},
		{"[2001:db8::5]:443", "", E_OK, "2001:db8::5"},
		{"[2001:db8::5]", "", E_OK, "2001:db8::5"},
		{"2001:db8::5", "", E_OK, "2001:db8::5"},
		{"::ffff:14.160.1.2", "", E_OK, "14.160.1.2"},
		{"unknown", "", E_SYNTAX, ""},
		{"14.160.1.2, unknown", "", E_SYNTAX, ""},
		{"14.160.1.2,", "", E_OK, "14.160.1.2"},
		{",14.160.1.2, ,", "", E_SYNTAX, ""},
		{"14.160.1.2 1.1.1.1", "", E_SYNTAX, ""},
		{"[14.160.1.2", "", E_SYNTAX, ""},
		{"[14.160.1.2]x", "", E_SYNTAX, ""},
		{"14.160.1.2:http", "", E_SYNTAX, ""},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect("127.0.0.1", &cases[i]);
}

/* RFC 7239, 4 and 6, its examples among them. */
static void forwarded_is_read(void **state)
{
	(void)state;
	static const struct expectation cases[] = {
		{"", "for=14.160.1.2", E_OK, "14.160.1.2"},
		{"", "For=\"[2001:db8:cafe::17]:4711\"", E_OK, "2001:db8:cafe::17"},
		{"", "for=192.0.2.60;proto=http;by=203.0.113.43", E_OK, "192.0.2.60"},
		{"", "for=192.0.2.43, for=198.51.100.17", E_OK, "198.51.100.17"},
		{"", "for=192.0.2.43,for=198.51.100.17 ; by=10.0.0.1, for=10.0.0.7", E_OK,
			"198.51.100.17"},
		{"", "for=\"_gazonk\"", E_SYNTAX, ""},
		{"", "for=_hidden, for=_SEVKISEK", E_SYNTAX, ""},
		{"", "proto=https", E_SYNTAX, ""},
		{"", "for=14.160.1.2:_port", E_OK, "14.160.1.2"},
		{"", "for=\"14.160.1.2\\:80\"", E_OK, "14.160.1.2"},
		{"", "for=\"14.160.1.2", E_SYNTAX, ""},
		{"", "for=\"14.160.1.2\"x", E_SYNTAX, ""},
		{"", "\\", E_SYNTAX, ""},
		{"", ";;", E_SYNTAX, ""},
		{"", "host=\"a,for=1.1.1.1\";for=14.160.1.2", E_OK, "14.160.1.2"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect("10.0.0.1", &cases[i]);
}

static void both_headers_must_agree(void **state)
{
	(void)state;
	static const struct expectation cases[] = {
		{"14.160.1.2", "for=14.160.1.2", E_OK, "14.160.1.2"},
		{"14.160.1.2", "for=14.160.1.3", E_AMBIGUOUS, ""},
		{"14.160.1.2", "for=_x", E_SYNTAX, ""},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect("127.0.0.1", &cases[i]);
}

static void too_many_hops_are_refused(void **state)
{
	(void)state;
	struct writer w;
	writer_init(&w, 4096);
	for (int i = 0; i <= CLIENT_HOPS; i++)
		writer_text(&w, "10.0.0.1,");
	writer_char(&w, '\0');
	const struct expectation e = {(const char *)w.data, "", E_LIMIT, ""};
	expect("127.0.0.1", &e);
	writer_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strangers_speak_for_themselves),
		cmocka_unit_test(rightmost_untrusted_counts),
		cmocka_unit_test(forwarded_is_read),
		cmocka_unit_test(both_headers_must_agree),
		cmocka_unit_test(too_many_hops_are_refused),
	};
	return cmocka_run_group_tests(tests, set_up, NULL);
}
