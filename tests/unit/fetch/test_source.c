/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch_test.h"

#include "base/limits.h"
#include "fetch/item.h"
#include "fetch/source.h"
#include "fetch/state.h"
#include "fetch/taken.h"

static struct source sample(void)
{
	struct source s = source_new(STR("abuse"), SOURCE_URL);
	s.address = STR("https://h/{secret}/x");
	s.auth = AUTH_HEADER;
	s.header = STR("Auth-Key");
	s.secret_file = STR("/etc/quetsach/key: x");
	s.observed = OBSERVED_TODAY;
	s.catch_up = 3;
	s.paused = true;
	return s;
}

static void test_source_again(void **state)
{
	const struct source s = sample();
	struct source got;
	struct writer w;
	(void)state;
	writer_init(&w, LIMIT_FETCH_FILE);
	source_write(&w, &s);
	assert_int_equal(writer_end(&w), E_OK);
	assert_int_equal(source_parse(writer_view(&w), &got), E_OK);
	assert_str(got.name, s.name);
	assert_str(got.header, s.header);
	assert_str(got.secret_file, s.secret_file);
	assert_int_equal(got.auth, AUTH_HEADER);
	assert_int_equal(got.observed, OBSERVED_TODAY);
	assert_int_equal(got.catch_up, 3);
	assert_true(got.paused);
	for (size_t i = 0; i < w.size; i++) {
		w.data[i] ^= 1;
		assert_int_not_equal(source_parse(writer_view(&w), &got), E_OK);
		w.data[i] ^= 1;
		assert_int_not_equal(source_parse((struct bytes){w.data, i}, &got), E_OK);
	}
	writer_release(&w);
}

static void test_line_ends(void **state)
{
	struct source s = sample();
	struct writer w;
	(void)state;
	s.botnet = STR("a\nb");
	writer_init(&w, LIMIT_FETCH_FILE);
	source_write(&w, &s);
	assert_int_equal(writer_end(&w), E_SYNTAX);
	writer_release(&w);
}

static void test_words(void **state)
{
	enum source_auth auth;
	struct str header;
	(void)state;
	assert_true(source_auth_parse(STR("header:X-Key"), &auth, &header));
	assert_str(header, STR("X-Key"));
	assert_false(source_auth_parse(STR("header:"), &auth, &header));
	assert_false(source_auth_parse(STR("header"), &auth, &header));
	assert_false(source_auth_parse(STR("header:a\r\nb"), &auth, &header));
	assert_false(source_auth_parse(STR("header:a: b"), &auth, &header));
	assert_false(source_auth_parse(STR("basic:x"), &auth, &header));
	assert_false(source_auth_parse(STR(""), &auth, &header));
	assert_true(source_name_valid(STR("a.b_c-1")));
	assert_false(source_name_valid(STR(".a")));
	assert_false(source_name_valid(STR("a/b")));
	assert_false(source_name_valid(STR("Ab")));
	assert_true(source_list_has(STR(""), STR("x")));
	assert_true(source_list_has(STR("a, x ,b"), STR("x")));
	assert_false(source_list_has(STR("a,xx"), STR("x")));
}

static void test_state_again(void **state)
{
	struct source_state s = {.tried = {1700000000},
		.failures = 4,
		.bytes = 5,
		.file = "x.csv",
		.digest = {0xde, 0xad},
		.etag = "\"x\"",
		.words = "máy chủ trả lời HTTP 503"};
	struct source_state got;
	struct writer w;
	(void)state;
	writer_init(&w, LIMIT_FETCH_FILE);
	source_state_write(&w, &s);
	assert_int_equal(source_state_parse(writer_view(&w), &got), E_OK);
	assert_memory_equal(&got.digest, &s.digest, sizeof(s.digest));
	assert_string_equal(got.words, s.words);
	assert_string_equal(got.etag, s.etag);
	assert_int_equal(got.failures, 4);
	assert_int_equal(got.fetched.seconds, 0);
	writer_release(&w);
}

static void test_item_names(void **state)
{
	static const char *const bad[] = {"", ".", "..", ".about", "a/b", "/x", "a\tb"};
	struct item item = {0}, got;
	struct writer w;
	(void)state;
	writer_init(&w, LIMIT_FETCH_FILE);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		writer_clear(&w);
		item.file = str_from(bad[i]);
		item_write(&w, &item);
		assert_int_equal(item_parse(writer_view(&w), &got), E_CORRUPT);
	}
	writer_clear(&w);
	item.file = STR("x.csv");
	item.reason = STR("lý do");
	item_write(&w, &item);
	assert_int_equal(item_parse(writer_view(&w), &got), E_OK);
	assert_str(got.reason, item.reason);
	writer_release(&w);
}

static void test_taken(void **state)
{
	struct taken t;
	struct writer w;
	(void)state;
	taken_init(&t);
	assert_false(taken_has(&t, STR("b")));
	assert_int_equal(taken_add(&t, STR("b")), E_OK);
	assert_int_equal(taken_add(&t, STR("a")), E_OK);
	assert_int_equal(taken_add(&t, STR("a\nb")), E_SYNTAX);
	assert_true(taken_has(&t, STR("b")));
	writer_init(&w, LIMIT_FETCH_FILE);
	taken_write(&w, &t, false);
	assert_int_equal(taken_parse(&t, &w), E_OK);
	assert_int_equal(t.count, 2);
	/* What the source does not offer any more is forgotten. */
	assert_true(taken_has(&t, STR("a")));
	taken_write(&w, &t, false);
	assert_int_equal(taken_parse(&t, &w), E_OK);
	assert_false(taken_has(&t, STR("b")));
	assert_true(taken_has(&t, STR("a")));
	taken_release(&t);
	writer_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_source_again),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_state_again),
		cmocka_unit_test(test_item_names),
		cmocka_unit_test(test_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
