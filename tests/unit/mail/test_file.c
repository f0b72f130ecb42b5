/* SPDX-License-Identifier: Apache-2.0 */
#include "mail_test.h"

#include "base/limits.h"
#include "mail/file.h"

static const struct mail_file sample = {.from = STR_INIT("a@b.example"),
	.to = STR_INIT("c@d.example"),
	.queued = {1603238399},
	.until = {1603324799},
	.message = STR_INIT("Subject: x\r\n\r\nbody\r\n")};

static void test_mail_again(void **state)
{
	struct mail_file got;
	struct writer w;
	(void)state;
	writer_init(&w, LIMIT_MAIL_FILE);
	mail_file_write(&w, &sample);
	assert_int_equal(writer_end(&w), E_OK);
	assert_int_equal(mail_file_parse(writer_view(&w), &got), E_OK);
	assert_str(got.from, sample.from);
	assert_str(got.to, sample.to);
	assert_str(got.message, sample.message);
	assert_int_equal(got.queued.seconds, sample.queued.seconds);
	assert_int_equal(got.until.seconds, sample.until.seconds);
	writer_release(&w);
}

/* A byte changed, or the end lost, anywhere. */
static void test_damage(void **state)
{
	struct mail_file got;
	struct writer w;
	(void)state;
	writer_init(&w, LIMIT_MAIL_FILE);
	mail_file_write(&w, &sample);
	for (size_t i = 0; i < w.size; i++) {
		w.data[i] ^= 1;
		enum err err = mail_file_parse(writer_view(&w), &got);
		assert_true(err == E_CORRUPT || err == E_VERSION);
		w.data[i] ^= 1;
		err = mail_file_parse((struct bytes){w.data, i}, &got);
		assert_true(err == E_CORRUPT || err == E_VERSION);
	}
	assert_int_equal(mail_file_parse(writer_view(&w), &got), E_OK);
	writer_release(&w);
	assert_int_equal(mail_file_parse(str_bytes(STR("quetsach-mail 2 0\n")), &got), E_VERSION);
}

static void test_state_again(void **state)
{
	struct mail_state in = {.attempts = 7, .last = {100}, .next = {200}, .until = {300}}, out;
	struct mail_file none;
	struct writer w;
	(void)state;
	mail_state_say(&in, STR("451 chờ một lát: đang bận"));
	writer_init(&w, LIMIT_MAIL_FILE);
	mail_state_write(&w, &in);
	assert_int_equal(mail_state_parse(writer_view(&w), &out), E_OK);
	assert_int_equal(out.attempts, 7);
	assert_int_equal(out.last.seconds, 100);
	assert_int_equal(out.next.seconds, 200);
	assert_int_equal(out.until.seconds, 300);
	assert_string_equal(out.words, in.words);
	/* One kind is never taken for the other. */
	assert_int_equal(mail_file_parse(writer_view(&w), &none), E_CORRUPT);
	writer_clear(&w);
	mail_file_write(&w, &sample);
	assert_int_equal(mail_state_parse(writer_view(&w), &out), E_CORRUPT);
	writer_release(&w);
}

static void test_words_of_strangers(void **state)
{
	struct mail_state s = {.words = ""};
	char much[1000];
	(void)state;
	mail_state_say(&s, HOSTILE("550 no\r\nattempts: 0\x1b[2J\0\xff ạ"));
	assert_string_equal(s.words, "550 no??attempts: 0?[2J?? ạ");
	for (size_t i = 0; i < sizeof(much); i++)
		much[i] = "ạ"[i % 3];
	mail_state_say(&s, (struct str){much, sizeof(much)});
	size_t size = strlen(s.words);
	assert_true(size < MAIL_WORDS && size > MAIL_WORDS - 6 && size % 3 == 0);
}

static void test_patience(void **state)
{
	static const int64_t waits[] = {60, 60, 300, 900, 3600, 7200, 7200};
	(void)state;
	for (uint64_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		assert_int_equal(mail_patience(i, 0), waits[i]);
		assert_in_range(mail_patience(i, 255), waits[i], waits[i] + waits[i] / 4);
	}
	assert_int_equal(mail_patience(UINT64_MAX, 0), 7200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mail_again),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_state_again),
		cmocka_unit_test(test_words_of_strangers),
		cmocka_unit_test(test_patience),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
