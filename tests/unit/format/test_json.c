/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/json.h"

/* Tokens of a text, one character a kind and the text of scalars: {k:a s:b} and so on; ends with
 * '!' and the line where the text is refused. */
static void show(struct str text, struct writer *w)
{
	static const char kinds[] = "$nftdsk{}[]";
	struct json j;
	struct json_token t = {.kind = JSON_NULL};
	struct problem problem;
	enum err err = E_OK;
	json_init(&j, text);
	while (err == E_OK && t.kind != JSON_END) {
		err = json_next(&j, &t, &problem);
		if (err != E_OK) {
			writer_char(w, '!');
			writer_str(w, problem_code_name(problem.code));
			writer_decimal(w, problem.line);
			break;
		}
		writer_char(w, kinds[t.kind]);
		writer_str(w, t.text);
		writer_char(w, ' ');
	}
	json_release(&j);
	writer_char(w, '\0');
}

static void check(struct str text, const char *expected)
{
	struct writer w;
	/* Exactly as large as the text, so that a read past it is seen. */
	char *copy = malloc(text.size + 1);
	assert_non_null(copy);
	memcpy(copy, text.data, text.size);
	copy = realloc(copy, text.size ? text.size : 1);
	writer_init(&w, (size_t)1 << 20);
	show((struct str){copy, text.size}, &w);
	assert_string_equal((const char *)w.data, expected);
	writer_release(&w);
	free(copy);
}

static void test_values(void **state)
{
	(void)state;
	check(STR(""), "$ ");
	check(STR(" null true\nfalse "), "n t f $ ");
	check(STR("{}"), "{ } $ ");
	check(STR("[]"), "[ ] $ ");
	check(STR("{\"a\":1,\"b\":[true,null,{\"c\":\"d\"}]}"),
		"{ ka d1 kb [ t n { kc sd } ] } $ ");
	check(STR("{\"a\":1}\n{\"a\":2}\n"), "{ ka d1 } { ka d2 } $ ");
	check(STR("-0.5e+3 0 10E2 -1"), "d-0.5e+3 d0 d10E2 d-1 $ ");
}

static void test_strings(void **state)
{
	(void)state;
	check(STR("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), "s\"\\/\b\f\n\r\t $ ");
	check(STR("\"\\u0041\\u00e9\\u1EA1\""), "sAéạ $ ");
	check(STR("\"\\ud83d\\ude00\""), "s\xF0\x9F\x98\x80 $ ");
	check(STR("\"Hải Phòng\""), "sHải Phòng $ ");
	check(STR("\"\\ud83d\""), "!BAD_JSON1");
	check(STR("\"\\ude00\""), "!BAD_JSON1");
	check(STR("\"\\ud83d\\u0041\""), "!BAD_JSON1");
	check(STR("\"\\u00g0\""), "!BAD_JSON1");
	check(STR("\"\\x\""), "!BAD_JSON1");
	check(STR("\"a\nb\""), "!BAD_JSON1");
	check(STR("\"a"), "!BAD_JSON1");
	check(STR("\"a\\"), "!BAD_JSON1");
	check(STR("\"\xC0\x80\""), "!BAD_UTF81");
	check(STR("\"\xED\xA0\x80\""), "!BAD_UTF81");
	check(STR("\"a\xE1\xBA"), "!BAD_UTF81");
}

static void test_refused(void **state)
{
	(void)state;
	check(STR("{\n\"a\"\n}"), "{ !BAD_JSON3");
	check(STR("{\"a\":}"), "{ ka !BAD_JSON1");
	check(STR("{\"a\":1,}"), "{ ka d1 !BAD_JSON1");
	check(STR("[1,]"), "[ d1 !BAD_JSON1");
	check(STR("[,1]"), "[ !BAD_JSON1");
	check(STR("[1 2]"), "[ d1 !BAD_JSON1");
	check(STR("[1}"), "[ d1 !BAD_JSON1");
	check(STR("{]"), "{ !BAD_JSON1");
	check(STR("]"), "!BAD_JSON1");
	check(STR("[1"), "[ d1 !BAD_JSON1");
	check(STR("{1:2}"), "{ !BAD_JSON1");
	check(STR("{\"a\" 1}"), "{ !BAD_JSON1");
	check(STR("01"), "!BAD_JSON1");
	check(STR("1."), "!BAD_JSON1");
	check(STR(".5"), "!BAD_JSON1");
	check(STR("+1"), "!BAD_JSON1");
	check(STR("1e"), "!BAD_JSON1");
	check(STR("-"), "!BAD_JSON1");
	check(STR("nul"), "!BAD_JSON1");
	check(STR("NaN"), "!BAD_JSON1");
	check(STR("'a'"), "!BAD_JSON1");
	check(STR("// x"), "!BAD_JSON1");
	check(STR("\xEF\xBB\xBF{}"), "!BAD_JSON1");
	check(STR("[1\0]"), "[ d1 !BAD_JSON1");
}

static void test_depth(void **state)
{
	char text[80];
	struct json j;
	struct json_token t;
	struct problem problem;
	enum err err = E_OK;
	(void)state;
	memset(text, '[', sizeof(text));
	json_init(&j, (struct str){text, sizeof(text)});
	for (unsigned depth = 0; err == E_OK; depth++) {
		err = json_next(&j, &t, &problem);
		assert_int_equal(err, depth < LIMIT_JSON_DEPTH ? E_OK : E_LIMIT);
	}
	assert_int_equal(problem.limit, LIMIT_JSON_DEPTH);
	json_release(&j);
}

static void test_skip(void **state)
{
	struct json j;
	struct json_token t;
	struct problem problem;
	(void)state;
	json_init(&j, STR("{\"a\":{\"b\":[1,[2]],\"c\":{}},\"d\":5}"));
	assert_int_equal(json_next(&j, &t, &problem), E_OK);
	assert_int_equal(json_next(&j, &t, &problem), E_OK); /* "a" */
	assert_int_equal(json_next(&j, &t, &problem), E_OK);
	assert_int_equal(t.kind, JSON_OBJECT);
	assert_int_equal(json_skip(&j, &t, &problem), E_OK);
	assert_int_equal(json_next(&j, &t, &problem), E_OK);
	assert_int_equal(t.kind, JSON_KEY);
	assert_true(str_equal(t.text, STR("d")));
	json_release(&j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_skip),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
