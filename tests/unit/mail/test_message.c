/* SPDX-License-Identifier: Apache-2.0 */
#include "mail_test.h"

#include "base/limits.h"
#include "mail/id.h"
#include "mail/message.h"

static const struct instant when = {1603238399}; /* 2020-10-20 23:59:59 UTC, a Tuesday */

static struct mail_message sample(void)
{
	return (struct mail_message){.id = STR("b0123456789abcdefghjkmnpqr"),
		.from = STR("quetsach@haiphong.example"),
		.from_name = STR("Quét Sạch"),
		.to = STR("an@phuong-1.example"),
		.lang = LANG_VI,
		.subject = STR("Nhắc hạn báo cáo"),
		.text = STR("Chào bạn,\n\nHạn: trước thứ Năm.\n")};
}

static enum err compose(const struct mail_message *m, struct writer *w, struct problem *problem)
{
	writer_clear(w);
	return mail_compose(m, when, w, problem);
}

static void test_whole(void **state)
{
	struct mail_message m = sample();
	struct problem problem;
	struct writer w;
	(void)state;
	writer_init(&w, LIMIT_MAIL_FILE);
	assert_int_equal(compose(&m, &w, &problem), E_OK);
	assert_str(writer_view_str(&w),
		STR("From: =?UTF-8?B?UXXDqXQgU+G6oWNo?=\r\n <quetsach@haiphong.example>\r\n"
		    "To: an@phuong-1.example\r\n"
		    "Subject: =?UTF-8?B?Tmjhuq9jIGjhuqFuIGLDoW8gY8Ohbw==?=\r\n"
		    "Date: Tue, 20 Oct 2020 23:59:59 +0000\r\n"
		    "Message-ID: <b0123456789abcdefghjkmnpqr@haiphong.example>\r\n"
		    "Auto-Submitted: auto-generated\r\n"
		    "Content-Language: vi\r\n"
		    "MIME-Version: 1.0\r\n"
		    "Content-Type: text/plain; charset=utf-8\r\n"
		    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
		    "Ch=C3=A0o b=E1=BA=A1n,\r\n\r\n"
		    "H=E1=BA=A1n: tr=C6=B0=E1=BB=9Bc th=E1=BB=A9 N=C4=83m.\r\n"));
	writer_release(&w);
}

/* Lines of at most 76, CRLF and nothing else, ASCII only. */
static void check_lines(struct str s)
{
	while (s.size > 0) {
		size_t end = str_find(s, STR("\r\n"));
		assert_true(end < s.size);
		assert_true(end <= 76);
		for (size_t i = 0; i < end; i++)
			assert_true(s.data[i] >= ' ' && s.data[i] <= '~');
		s = (struct str){s.data + end + 2, s.size - end - 2};
	}
}

static void test_long_lines(void **state)
{
	static const char letters[] = "ằ€😀aăđ ";
	char text[900];
	struct problem problem;
	struct writer w;
	(void)state;
	writer_init(&w, LIMIT_MAIL_FILE);
	for (size_t start = 0; start < 80; start++) {
		struct mail_message m = sample();
		memset(text, 'x', start);
		size_t size = start;
		while (size + sizeof(letters) < sizeof(text)) {
			memcpy(text + size, letters, sizeof(letters) - 1);
			size += sizeof(letters) - 1;
		}
		m.text = m.subject = m.from_name = (struct str){text, size};
		assert_int_equal(compose(&m, &w, &problem), E_OK);
		check_lines(writer_view_str(&w));
	}
	writer_release(&w);
}

static void test_text_of_traps(void **state)
{
	struct mail_message m = sample();
	struct problem problem;
	struct writer w;
	(void)state;
	writer_init(&w, LIMIT_MAIL_FILE);
	m.text = STR("From me\n.\n..x\nend \nend\t\na=b\n\n\tindented\nlast");
	assert_int_equal(compose(&m, &w, &problem), E_OK);
	struct str all = writer_view_str(&w);
	size_t at = str_find(all, STR("\r\n\r\n")) + 4;
	assert_str((struct str){all.data + at, all.size - at},
		STR("=46rom "
		    "me\r\n=2E\r\n=2E.x\r\nend=20\r\nend=09\r\na="
		    "3Db\r\n\r\n\tindented\r\nlast\r\n"));
	writer_release(&w);
}

static void test_one_form(void **state)
{
	struct mail_message m = sample();
	struct problem problem;
	struct writer w;
	(void)state;
	writer_init(&w, LIMIT_MAIL_FILE);
	m.text = STR("e\xcc\x82\xcc\x81\n"); /* e, circumflex, acute: ế */
	assert_int_equal(compose(&m, &w, &problem), E_OK);
	assert_holds(writer_view_str(&w), STR("\r\n\r\n=E1=BA=BF\r\n"));
	writer_release(&w);
}

static void test_plain_words_stay(void **state)
{
	struct mail_message m = sample();
	struct problem problem;
	struct writer w;
	(void)state;
	writer_init(&w, LIMIT_MAIL_FILE);
	m.from_name = STR("Clean Sweep");
	m.subject = STR("Reminder");
	assert_int_equal(compose(&m, &w, &problem), E_OK);
	assert_holds(writer_view_str(&w), STR("From: Clean Sweep\r\n <quetsach@"));
	assert_holds(writer_view_str(&w), STR("Subject: Reminder\r\n"));
	/* What looks encoded must not be taken for it; a comma would be two people. */
	m.subject = STR("=?UTF-8?B?eA==?=");
	m.from_name = STR("Sweep, Inc. <evil@example>");
	assert_int_equal(compose(&m, &w, &problem), E_OK);
	assert_holds(writer_view_str(&w), STR("Subject: =?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=\r\n"));
	assert_holds(writer_view_str(&w), STR("From: =?UTF-8?B?"));
	m.from_name = STR("");
	assert_int_equal(compose(&m, &w, &problem), E_OK);
	assert_holds(writer_view_str(&w), STR("From: quetsach@haiphong.example\r\n"));
	writer_release(&w);
}

static void refused(const struct mail_message *m, enum problem_code code, struct str field)
{
	struct problem problem = {.code = PROBLEM_NONE};
	struct writer w;
	writer_init(&w, LIMIT_MAIL_FILE);
	enum err err = mail_compose(m, when, &w, &problem);
	assert_int_equal(err, code == PROBLEM_FIELD_TOO_LONG ? E_LIMIT : E_SYNTAX);
	assert_int_equal(problem.code, code);
	assert_str(problem_field(&problem), field);
	assert_int_equal(w.size, 0);
	writer_release(&w);
}

static void test_injection(void **state)
{
	static const struct str hostile[] = {STR_INIT("a\r\nBcc: x@y"), STR_INIT("a\nb"),
		STR_INIT("a\rb"), STR_INIT("a\0b"), STR_INIT("a\x1b[31m"), STR_INIT("a\x7f"),
		STR_INIT("a\tb"), STR_INIT("a\xc2\x85"),
		STR_INIT("a\xe2\x80\xa8"
			 "b"),
		STR_INIT("a\xe2\x80\xae"
			 "b")};
	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct mail_message m = sample();
		m.subject = hostile[i];
		refused(&m, PROBLEM_CONTROL_CHARACTER, STR("subject"));
		m = sample();
		m.from_name = hostile[i];
		refused(&m, PROBLEM_CONTROL_CHARACTER, STR("from-name"));
		m = sample();
		m.to = hostile[i];
		refused(&m, PROBLEM_BAD_MAIL_ADDRESS, STR("to"));
		m.to = sample().to;
		m.from = hostile[i];
		refused(&m, PROBLEM_BAD_MAIL_ADDRESS, STR("from"));
		m = sample();
		m.id = hostile[i];
		refused(&m, PROBLEM_BAD_FIELD, STR("id"));
	}
}

static void test_bad_text(void **state)
{
	static char much[(64 << 10) + 1];
	struct mail_message m = sample();
	(void)state;
	m.text = STR("a\rb");
	refused(&m, PROBLEM_CONTROL_CHARACTER, STR("text"));
	m.text = HOSTILE("a\0b");
	refused(&m, PROBLEM_CONTROL_CHARACTER, STR("text"));
	m.text = STR("\xc3\x28");
	refused(&m, PROBLEM_BAD_UTF8, STR("text"));
	memset(much, 'a', sizeof(much));
	m.text = (struct str){much, sizeof(much)};
	refused(&m, PROBLEM_FIELD_TOO_LONG, STR("text"));
	m = sample();
	m.subject = (struct str){much, LIMIT_MAIL_SUBJECT + 1};
	refused(&m, PROBLEM_FIELD_TOO_LONG, STR("subject"));
	m = sample();
	m.subject = STR("\xed\xa0\x80");
	refused(&m, PROBLEM_BAD_UTF8, STR("subject"));
}

static void test_names_of_mails(void **state)
{
	static const char *const bad[] = {"", "a/b", "..", ".tmp-1", "a b", "a@b", "a_b"};
	const struct date day = {2020, 10, 20}, next = {2020, 10, 21};
	char a[MAIL_ID_SIZE], b[MAIL_ID_SIZE];
	(void)state;
	mail_id_make(MAIL_REMINDER_BEFORE, STR("an@b"), STR("vn-2020 7"), day, a);
	assert_int_equal(strlen(a), 26);
	assert_true(mail_id_valid(str_from(a)));
	mail_id_make(MAIL_REMINDER_BEFORE, STR("an@b"), STR("vn-2020 7"), day, b);
	assert_string_equal(a, b);
	mail_id_make(MAIL_REMINDER_AFTER, STR("an@b"), STR("vn-2020 7"), day, b);
	assert_string_not_equal(a, b);
	mail_id_make(MAIL_REMINDER_BEFORE, STR("an@b"), STR("vn-2020 7"), next, b);
	assert_string_not_equal(a, b);
	mail_id_make(MAIL_REMINDER_BEFORE, STR("an@bv"), STR("n-2020 7"), day, b);
	assert_string_not_equal(a, b);
	/* Somebody sits and waits for this one. */
	mail_id_make(MAIL_PASSWORD_RESET, STR("an@b"), STR("1"), day, b);
	assert_true(strcmp(b, a) < 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(mail_id_valid(str_from(bad[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_text_of_traps),
		cmocka_unit_test(test_one_form),
		cmocka_unit_test(test_plain_words_stay),
		cmocka_unit_test(test_injection),
		cmocka_unit_test(test_bad_text),
		cmocka_unit_test(test_names_of_mails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
