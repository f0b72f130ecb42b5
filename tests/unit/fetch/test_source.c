/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch_test.h"

#include "base/limits.h"
#include "fetch/item.h"
#include "fetch/source.h"
#include "fetch/state.h"
#include "fetch/taken.h"
#include "fetch/why.h"
#include "format/sealed.h"

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
		.why = WHY_STATUS_BROKEN,
		.words = "HTTP 503"};
	struct source_state got;
	struct writer w;
	(void)state;
	writer_init(&w, LIMIT_FETCH_FILE);
	source_state_write(&w, &s);
	assert_int_equal(source_state_parse(writer_view(&w), &got), E_OK);
	assert_memory_equal(&got.digest, &s.digest, sizeof(s.digest));
	assert_string_equal(got.words, s.words);
	assert_int_equal(got.why, WHY_STATUS_BROKEN);
	assert_string_equal(got.etag, s.etag);
	assert_int_equal(got.failures, 4);
	assert_int_equal(got.fetched.seconds, 0);
	writer_release(&w);
}

/* What an older version wrote down were words; they stay as they are. */
static void test_state_of_before(void **state)
{
	struct source_state s = {.failures = 1, .why = WHY_SAID, .words = "không nối được"}, got;
	struct writer w, body, old;
	struct str rest, line;
	(void)state;
	writer_init(&w, LIMIT_FETCH_FILE);
	writer_init(&body, LIMIT_FETCH_FILE);
	writer_init(&old, LIMIT_FETCH_FILE);
	source_state_write(&w, &s);
	(void)str_cut(writer_view_str(&w), '\n', &rest);
	while (rest.size > 0) {
		line = str_cut(rest, '\n', &rest);
		if (str_starts(line, STR("why: ")))
			continue;
		writer_str(&body, line);
		writer_char(&body, '\n');
	}
	sealed_write(&old, &body, STR("quetsach-source-state 1 "));
	assert_int_equal(source_state_parse(writer_view(&old), &got), E_OK);
	assert_int_equal(got.why, WHY_SAID);
	assert_string_equal(got.words, s.words);
	writer_release(&w);
	writer_release(&body);
	writer_release(&old);
}

static struct str said(struct writer *w, enum lang lang, enum source_why why)
{
	writer_clear(w);
	source_why_write(w, lang, why, STR("HTTP 404"));
	return writer_view_str(w);
}

static void test_why_in_both_languages(void **state)
{
	struct writer w;
	(void)state;
	writer_init(&w, 4096);
	for (size_t i = 0; i < SOURCE_WHY__COUNT; i++) {
		enum source_why got;
		assert_true(source_why_parse(source_why_name((enum source_why)i), &got));
		assert_int_equal(got, i);
		assert_int_equal(said(&w, LANG_VI, (enum source_why)i).size > 0, i != WHY_NONE);
	}
	assert_false(source_why_parse(STR("?"), &(enum source_why){WHY_NONE}));
	assert_true(str_starts(said(&w, LANG_VI, WHY_STATUS_MISSING), STR("máy chủ")));
	assert_true(str_starts(said(&w, LANG_EN, WHY_STATUS_MISSING), STR("the server")));
	writer_release(&w);
}

static struct str refused(struct writer *w, enum lang lang, struct str reason)
{
	writer_clear(w);
	refusal_write(w, lang, reason);
	return writer_view_str(w);
}

static void test_refusal_in_both_languages(void **state)
{
	struct refusal r = {.code = STR("UNKNOWN_FORMAT"), .got = STR("a\tb\nc"), .limit = 7};
	struct writer reason, w;
	(void)state;
	writer_init(&reason, 4096);
	writer_init(&w, 4096);
	r.field = STR("");
	refusal_pack(&reason, &r);
	struct str line = writer_view_str(&reason);
	assert_null(memchr(line.data, '\n', line.size));
	struct str words = refused(&w, LANG_VI, line);
	assert_true(str_find(words, STR("không nhận ra")) < words.size);
	assert_true(str_find(words, STR("a b c")) < words.size);
	words = refused(&w, LANG_EN, line);
	assert_true(str_find(words, STR("not recognised")) < words.size);
	/* What an older version kept are words. */
	assert_str(refused(&w, LANG_EN, STR("tệp trống")), STR("tệp trống"));
	assert_str(refused(&w, LANG_EN, STR("EMPTY_FILE\tx")), STR("EMPTY_FILE\tx"));
	writer_release(&reason);
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
		cmocka_unit_test(test_state_of_before),
		cmocka_unit_test(test_why_in_both_languages),
		cmocka_unit_test(test_refusal_in_both_languages),
		cmocka_unit_test(test_item_names),
		cmocka_unit_test(test_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
