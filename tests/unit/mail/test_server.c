/* SPDX-License-Identifier: Apache-2.0 */
#include "mail_test.h"

#include "mail/server.h"

static void takes(const char *text, bool plain, enum mail_transport transport, const char *host,
	uint16_t port)
{
	struct mail_server s;
	struct problem problem;
	assert_int_equal(mail_server_parse(str_from(text), plain, &s, &problem), E_OK);
	assert_int_equal(s.transport, transport);
	if (transport == MAIL_OFF)
		return;
	assert_string_equal(s.host, host);
	assert_int_equal(s.port, port);
}

static void test_taken(void **state)
{
	(void)state;
	takes("none", false, MAIL_OFF, NULL, 0);
	takes("none", true, MAIL_OFF, NULL, 0);
	takes("smtp://mail.example", false, MAIL_STARTTLS, "mail.example", 587);
	takes("smtp://mail.example:25", false, MAIL_STARTTLS, "mail.example", 25);
	takes("smtps://10.0.0.5", false, MAIL_TLS, "10.0.0.5", 465);
	takes("smtps://[2001:db8::5]:4650", false, MAIL_TLS, "2001:db8::5", 4650);
	takes("smtp://127.0.0.1:2525", true, MAIL_PLAIN, "127.0.0.1", 2525);
	takes("smtp://[::1]", true, MAIL_PLAIN, "::1", 587);
	takes("smtp://localhost:25", true, MAIL_PLAIN, "localhost", 25);
	/* Nothing is weaker for being called plain where it need not be. */
	takes("smtps://mail.example", true, MAIL_TLS, "mail.example", 465);
}

static void test_refused(void **state)
{
	static const char *const bad[] = {"", "mail.example", "smtp:", "smtp://", "smtp://:25",
		"smtp://a:", "smtp://a:0", "smtp://a:65536", "smtp://a:25x", "smtp://a b",
		"smtp://a/b", "smtp://u:p@a", "smtp://a?x", "smtp://a#x", "smtp://[::1",
		"smtp://[::1]x", "smtp://[::1]:", "smtp://[1.2.3.4]", "smtp://[a]", "smtp://-a",
		"SMTP://a", "http://a", "smtp://a\nb", "none ", "smtp://::1"};
	struct problem problem;
	struct mail_server s;
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (mail_server_parse(str_from(bad[i]), false, &s, &problem) != E_SYNTAX)
			fail_msg("taken: “%s”", bad[i]);
		assert_int_equal(problem.code, PROBLEM_BAD_FIELD);
	}
}

static void test_plain_stays_here(void **state)
{
	static const char *const bad[] = {"smtp://mail.example", "smtp://10.0.0.1",
		"smtp://127.evil.example", "smtp://[::2]", "smtp://localhost.evil.example"};
	struct problem problem;
	struct mail_server s;
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (mail_server_parse(str_from(bad[i]), true, &s, &problem) != E_SYNTAX)
			fail_msg("taken: “%s”", bad[i]);
		assert_int_equal(problem.code, PROBLEM_FIELDS_CLASH);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_plain_stays_here),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
