/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/writer.h"
#include "unpack/container_compound.h"
#include "unpack/unpack.h"

/* What came out, one line a member or reason. */
struct record {
	struct writer text;
	uint64_t asked, patience; /* questions whether the time is up; 0: never up */
	enum err answer;
};

static enum err member(void *context, struct str path, struct bytes content)
{
	struct record *r = context;
	writer_str(&r->text, STR("member"));
	writer_str(&r->text, path);
	writer_char(&r->text, ' ');
	writer_decimal(&r->text, content.size);
	writer_char(&r->text, '\n');
	return r->answer;
}

static void unscanned(void *context, struct str path, enum unscanned reason, struct str about)
{
	struct record *r = context;
	(void)about;
	writer_str(&r->text, unscanned_name(reason));
	writer_str(&r->text, path);
	writer_char(&r->text, '\n');
}

static bool stop(void *context)
{
	struct record *r = context;
	return ++r->asked > r->patience && r->patience > 0;
}

static const struct unpack_limits some = {
	.depth = 4, .members = 10, .member_size = 1000, .total = 100000, .ratio = 1000};

static enum err run(struct record *r, struct bytes content, const struct unpack_limits *limits)
{
	const struct unpack_sink sink = {r, member, unscanned, stop};
	writer_clear(&r->text);
	r->asked = 0;
	return unpack(content, STR("name.bin"), limits, &sink);
}

static void expect(struct record *r, struct bytes content, const struct unpack_limits *limits,
	const char *text)
{
	assert_int_equal(run(r, content, limits), E_OK);
	writer_u8(&r->text, 0);
	assert_string_equal((const char *)r->text.data, text);
}

/* A tar of `count` files named a, b, c … of `size` bytes each. */
static void write_tar(struct writer *w, unsigned count, size_t size)
{
	size_t blocks = (size + 511) / 512;
	for (unsigned i = 0; i < count; i++) {
		uint8_t *head = writer_reserve(w, 512 + blocks * 512);
		unsigned sum = 0;
		memset(head, 0, 512 + blocks * 512);
		memset(head + 512, 'x', size);
		head[0] = (uint8_t)('a' + i);
		assert_true(snprintf((char *)head + 124, 12, "%011zo", size) > 0);
		memset(head + 148, ' ', 8);
		for (size_t k = 0; k < 512; k++)
			sum += head[k];
		assert_true(snprintf((char *)head + 148, 8, "%06o", sum) > 0);
	}
	memset(writer_reserve(w, 1024), 0, 1024);
}

static int set_up(void **state)
{
	struct record *r = calloc(1, sizeof(*r));
	writer_init(&r->text, SIZE_MAX);
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct record *r = *state;
	writer_release(&r->text);
	free(r);
	return 0;
}

static void test_plain_files_have_no_members(void **state)
{
	expect(*state, (struct bytes){NULL, 0}, &some, "");
	expect(*state, str_bytes(STR("hello")), &some, "");
	assert_int_equal(unpack_recognise(str_bytes(STR("hello"))).size, 0);
}

static void test_what_a_file_looks_like(void **state)
{
	struct writer w;
	(void)state;
	writer_init(&w, SIZE_MAX);
	write_tar(&w, 1, 5);
	assert_true(str_equal(unpack_recognise(writer_view(&w)), STR("tar")));
	writer_clear(&w);
	writer_str(&w, STR("\177ELF"));
	memset(writer_reserve(&w, 500), 0, 500);
	assert_int_equal(unpack_recognise(writer_view(&w)).size, 0);
	memcpy(w.data + 200, "UPX!", 4);
	assert_true(str_equal(unpack_recognise(writer_view(&w)), STR("ELF, packed with UPX")));
	writer_release(&w);
}

static void test_members_and_their_limit(void **state)
{
	struct writer w;
	struct unpack_limits limits = some;
	writer_init(&w, SIZE_MAX);
	write_tar(&w, 3, 5);
	expect(*state, writer_view(&w), &limits, "member → a 5\nmember → b 5\nmember → c 5\n");
	limits.members = 2;
	expect(*state, writer_view(&w), &limits, "member → a 5\nmember → b 5\nmembers\n");
	limits.depth = 0;
	expect(*state, writer_view(&w), &limits, "");
	writer_release(&w);
}

/* What is cut is looked at and said. */
static void test_size_and_total(void **state)
{
	struct writer w;
	struct unpack_limits limits = some;
	writer_init(&w, SIZE_MAX);
	write_tar(&w, 2, 1500);
	expect(*state, writer_view(&w), &limits,
		"size → a\nmember → a 1000\nsize → b\nmember → b 1000\n");
	limits.member_size = 2000;
	limits.total = 1600;
	expect(*state, writer_view(&w), &limits, "member → a 1500\nexpansion → b\n");
	writer_release(&w);
}

static void test_nested_tars_reach_the_depth(void **state)
{
	struct writer inner, outer;
	struct unpack_limits limits = some;
	writer_init(&inner, SIZE_MAX);
	writer_init(&outer, SIZE_MAX);
	write_tar(&inner, 1, 5);
	write_tar(&outer, 1, inner.size);
	memcpy(outer.data + 512, inner.data, inner.size);
	limits.member_size = 10000;
	expect(*state, writer_view(&outer), &limits, "member → a 2048\nmember → a → a 5\n");
	limits.depth = 1;
	expect(*state, writer_view(&outer), &limits, "member → a 2048\ndepth → a\n");
	writer_release(&inner);
	writer_release(&outer);
}

/* After that nothing more comes, and it is no error. */
static void test_time_is_up(void **state)
{
	struct record *r = *state;
	struct writer w;
	writer_init(&w, SIZE_MAX);
	write_tar(&w, 9, 5);
	for (uint64_t patience = 1; patience < 30; patience++) {
		r->patience = patience;
		assert_int_equal(run(r, writer_view(&w), &some), E_OK);
		struct str text = writer_view_str(&r->text);
		size_t at = str_find(text, STR("time"));
		assert_true(at < text.size);
		assert_int_equal(
			str_find((struct str){text.data + at, text.size - at}, STR("member")),
			text.size - at);
	}
	writer_release(&w);
}

static void test_the_sinks_error_ends_it(void **state)
{
	struct record *r = *state;
	struct writer w;
	writer_init(&w, SIZE_MAX);
	write_tar(&w, 9, 5);
	r->answer = E_IO;
	assert_int_equal(run(r, writer_view(&w), &some), E_IO);
	assert_true(str_equal(writer_view_str(&r->text), STR("member → a 5\n")));
	writer_release(&w);
}

static void test_installers_names(void **state)
{
	static const struct {
		const char *raw, *plain;
	} names[] = {
		{"\u4840\u3F3F\u4577\u446C\u3E6A\u44B2\u482F", "!_StringPool"},
		{"\u4840\u3F7F\u4164\u422F\u4836", "!_Tables"},
		{"\x05SummaryInformation", "\x05SummaryInformation"},
		{"tài liệu", "tài liệu"},
		{"", ""},
	};
	char buffer[64];
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct str plain =
			compound_plain_name(str_from(names[i].raw), buffer, sizeof(buffer));
		assert_int_equal(plain.size, strlen(names[i].plain));
		assert_memory_equal(plain.data, names[i].plain, plain.size);
	}
	assert_true(compound_plain_name(str_from(names[0].raw), buffer, 8).size <= 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_plain_files_have_no_members, set_up, tear_down),
		cmocka_unit_test(test_what_a_file_looks_like),
		cmocka_unit_test_setup_teardown(test_members_and_their_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_size_and_total, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_nested_tars_reach_the_depth, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_time_is_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_sinks_error_ends_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_installers_names, set_up, tear_down),
	};
	return unpack_warm_up() != E_OK || cmocka_run_group_tests(tests, NULL, NULL);
}
