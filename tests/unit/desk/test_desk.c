/* SPDX-License-Identifier: Apache-2.0 */
/* What the desk makes of addresses and cookies, and that its pages escape what is not ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "desk/desk_parts.h"
#include "desk/page.h"
#include "desk/routes.h"

#define assert_str(got, expected)                                                                  \
	do {                                                                                       \
		struct str got_ = (got);                                                           \
		assert_int_equal(got_.size, strlen(expected));                                     \
		assert_memory_equal(got_.data ? got_.data : "", expected, got_.size);              \
	} while (0)

/* --- the table of routes --- */

static bool has_star(struct str pattern)
{
	return memchr(pattern.data, '*', pattern.size) != NULL;
}

/* The pattern with something for each star is found, and is this line's; nothing above hides it. */
static void every_route_is_reached(void **state)
{
	(void)state;
	for (size_t i = 0; i < desk_route_count; i++) {
		const struct desk_route *route = &desk_routes[i];
		enum desk_method method = route->methods & DESK_GET ? DESK_GET : DESK_POST;
		struct str parts[3];
		unsigned allowed;
		assert_ptr_equal(desk_route_find(route->pattern, method, parts, &allowed), route);
		assert_int_equal(allowed & route->methods, route->methods);
		if (has_star(route->pattern))
			assert_str(parts[0], "*");
		else
			assert_int_equal(parts[0].size, 0);
	}
}

static void patterns_are_well_formed(void **state)
{
	(void)state;
	for (size_t i = 0; i < desk_route_count; i++) {
		struct str pattern = desk_routes[i].pattern;
		size_t stars = 0;
		for (size_t k = 0; k < pattern.size; k++)
			stars += pattern.data[k] == '*';
		assert_true(stars <= 3);
		assert_false(str_starts(pattern, STR("/")) || str_ends(pattern, STR("/")));
		assert_true(desk_routes[i].handle != NULL);
		/* A file comes with a form or not at all. */
		assert_true(desk_routes[i].upload == 0 || desk_routes[i].methods & DESK_POST);
	}
}

static void what_is_no_route_is_none(void **state)
{
	(void)state;
	static const char *const paths[] = {"/", "orgs/", "/orgs", "orgs//", "orgs//change", "Orgs",
		"orgs/1/change/", "orgs/1/change/2", "accounts/1/2", "campaigns/a/returns/",
		"campaigns//returns/1", "campaigns/a/returns/1/files/x/y", "invitation/",
		"nothing"};
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct str parts[3];
		unsigned allowed = 7;
		struct str path = str_from(paths[i]);
		assert_null(desk_route_find(path, DESK_GET, parts, &allowed));
		assert_null(desk_route_find(path, DESK_POST, parts, &allowed));
		assert_int_equal(allowed, 0);
	}
}

static void whole_parts_come_first(void **state)
{
	(void)state;
	struct str parts[3];
	unsigned allowed;
	const struct desk_route *route =
		desk_route_find(STR("orgs/new"), DESK_GET, parts, &allowed);
	assert_str(route->pattern, "orgs/new");
	route = desk_route_find(
		STR("campaigns/vn/returns/12/files/abc"), DESK_GET, parts, &allowed);
	assert_non_null(route);
	assert_str(parts[0], "vn");
	assert_str(parts[1], "12");
	assert_str(parts[2], "abc");
	assert_null(desk_route_find(STR("logout"), DESK_GET, parts, &allowed));
	assert_int_equal(allowed, DESK_POST);
}

/* --- addresses --- */

static void addresses_are_split(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		bool ours;
		enum lang lang;
		const char *below;
	} cases[] = {
		{"/desk/vi/", true, LANG_VI, ""},
		{"/desk/en/orgs/12", true, LANG_EN, "orgs/12"},
		{"/desk/en//x", true, LANG_EN, "/x"},
		{"/desk/en", false, LANG_VI, ""},
		{"/desk/", false, LANG_VI, ""},
		{"/desk/de/", false, LANG_VI, ""},
		{"/desk//", false, LANG_VI, ""},
		{"/desk/vien/", false, LANG_VI, ""},
		{"/deskvi/", false, LANG_VI, ""},
		{"", false, LANG_VI, ""},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum lang lang = LANG_VI;
		struct str below = STR("");
		bool ours = desk_path_split(str_from(cases[i].path), &lang, &below);
		assert_int_equal(ours, cases[i].ours);
		assert_int_equal(lang, cases[i].lang);
		assert_str(below, cases[i].below);
	}
}

/* What may be sent back in a header field: nothing that leads elsewhere or ends the line. */
static void only_plain_paths_are_sent_back(void **state)
{
	(void)state;
	static const char *const plain[] = {
		"", "orgs", "orgs/12", "campaigns/vn-2020/returns/7", "a_b.c"};
	static const char *const others[] = {"/evil.example", "//evil.example", "orgs/", "a//b",
		"https://evil", "a?b", "a#b", "a b", "a\r\nb", "a\\b", "\xc3\xa9", "a%2fb", "a\"",
		"<b>", "@evil"};
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		assert_true(desk_path_is_plain(str_from(plain[i])));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(desk_path_is_plain(str_from(others[i])));
	assert_false(desk_path_is_plain((struct str){"a\0b", 3}));
	/* One so long that a link could not hold it. */
	char long_one[1025];
	memset(long_one, 'a', sizeof(long_one));
	assert_true(desk_path_is_plain((struct str){long_one, 1024}));
	assert_false(desk_path_is_plain((struct str){long_one, 1025}));
}

/* --- one request, without a server --- */

struct scene {
	struct arena arena;
	struct writer body;
	struct http_request http;
	struct http_answer answer;
	struct desk_request r;
};

static int begin(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	assert_non_null(s);
	arena_init(&s->arena, 1 << 20);
	writer_init(&s->body, 1 << 20);
	s->answer = (struct http_answer){.status = 200, .body = &s->body};
	s->r = (struct desk_request){.http = &s->http,
		.answer = &s->answer,
		.arena = &s->arena,
		.path = STR("orgs/12"),
		.token = STR("TOKEN"),
		.lang = LANG_EN};
	*state = s;
	return 0;
}

static int end(void **state)
{
	struct scene *s = *state;
	arena_release(&s->arena);
	writer_release(&s->body);
	free(s);
	return 0;
}

static bool says(const struct scene *s, const char *part)
{
	struct str body = writer_view_str(&s->body);
	return str_find(body, str_from(part)) < body.size;
}

static void an_id_is_a_number_from_one(void **state)
{
	struct scene *s = *state;
	static const char *const wrong[] = {"", "0", "-1", "+1", " 1", "1 ", "01x", "1e3", "0x1",
		"9223372036854775808", "99999999999999999999", "*", "\xd9\xa1"};
	int64_t id = 77;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		s->r.part[1] = str_from(wrong[i]);
		assert_false(desk_part_id(&s->r, 1, &id));
	}
	assert_false(desk_part_id(&s->r, 3, &id));
	assert_int_equal(id, 77);
	s->r.part[1] = STR("9223372036854775807");
	assert_true(desk_part_id(&s->r, 1, &id));
	assert_true(id == INT64_MAX);
}

static void cookies_are_few(void **state)
{
	struct scene *s = *state;
	for (int i = 0; i < HTTP_COOKIES + 3; i++)
		desk_forget_cookie(&s->r, DESK_SAID_COOKIE);
	assert_int_equal(s->answer.cookie_count, HTTP_COOKIES);
	assert_true(s->answer.cookies[0].forget);
}

/* A cookie's value is a token's text or a number: what http_cookie may hold. */
static void a_cookie_of_a_token_reads_back(void **state)
{
	struct scene *s = *state;
	struct token token, again;
	token_make(&token);
	desk_set_token(&s->r, DESK_DEVICE_COOKIE, &token, 60);
	assert_int_equal(s->answer.cookie_count, 1);
	assert_str(s->answer.cookies[0].name, DESK_DEVICE_COOKIE);
	assert_true(token_parse(s->answer.cookies[0].value, &again));
	assert_memory_equal(token.bytes, again.bytes, sizeof(token.bytes));
}

static void an_answer_leads_only_below_the_desk(void **state)
{
	struct scene *s = *state;
	desk_redirect(&s->r, STR("orgs/12?x=y"), MESSAGE__COUNT);
	assert_int_equal(s->answer.status, 303);
	assert_string_equal(s->answer.location, "/desk/en/orgs/12?x=y");
	assert_int_equal(s->answer.cookie_count, 0);
	desk_redirect(&s->r, STR("self"), MESSAGE_DESK_SAVED);
	assert_string_equal(s->answer.location, "/desk/en/self");
	assert_int_equal(s->answer.cookie_count, 1);
}

/* Whatever stands in names, values, problems and the address comes out as text. */
static void what_is_not_ours_is_text(void **state)
{
	struct scene *s = *state;
	struct str bad = STR("\"'><script>alert(1)</script>&amp;\x01\xff");
	struct desk_problems problems = {.count = 0};
	const struct desk_head head = {
		.title = bad, .crumbs = {{STR("orgs"), bad}}, .crumb_count = 1};
	const struct desk_input input = {.name = "name", .label = bad, .hint = bad, .value = bad};
	const struct desk_option option = {bad, bad, bad};
	const struct desk_column columns[] = {{"name", bad, false}};
	const struct desk_table table = {
		.caption = bad, .columns = columns, .column_count = 1, .path = STR("orgs")};
	struct desk_page p;
	s->r.said = bad;
	s->r.path = bad;
	desk_problem_add_text(&problems, "name", bad);
	desk_page_begin(&p, &s->r, &head, &problems);
	desk_form_open(&p, NULL, STR("orgs"));
	desk_input(&p, &input);
	desk_select(&p, &input, &option, 1);
	desk_radios(&p, &input, &option, 1);
	desk_checkbox(&p, &input, true);
	desk_hidden(&p, "hidden", bad);
	desk_form_close(&p);
	desk_table_begin(&p, &table);
	desk_row_begin(&p);
	desk_cell_link(&p, STR("orgs/1"), bad);
	desk_row_end(&p);
	desk_table_end(&p);
	desk_notice(&p, DESK_LATE, bad);
	desk_page_end(&p);
	assert_int_equal(writer_end(&s->body), E_OK);
	assert_int_equal(s->answer.status, 400);
	assert_false(says(s, "<script>alert"));
	assert_false(says(s, "\"'>"));
	assert_false(says(s, "\x01"));
	assert_false(says(s, "\xff"));
	assert_true(says(s, "&lt;script&gt;"));
	/* The switch of languages does not repeat an address that is not plain. */
	assert_true(says(s, "href=\"/desk/vi/\""));
}

/* Each form that changes something carries the token; one that asks does not. */
static void forms_carry_the_token(void **state)
{
	struct scene *s = *state;
	const struct desk_head head = {.title = STR("x")};
	struct desk_page p;
	desk_page_begin(&p, &s->r, &head, NULL);
	desk_form_open_get(&p, NULL, STR("orgs"));
	desk_form_close(&p);
	assert_false(says(s, "TOKEN"));
	desk_button_form(&p, NULL, STR("logout"), MESSAGE_DESK_LOGOUT);
	assert_true(says(s, "name=\"token\" value=\"TOKEN\""));
	desk_page_end(&p);
	assert_int_equal(writer_end(&s->body), E_OK);
}

static void more_problems_than_fit_are_left_out(void **state)
{
	struct scene *s = *state;
	struct desk_problems problems = {.count = 0};
	for (int i = 0; i < DESK_PROBLEMS + 9; i++)
		desk_problem_add(&s->r, &problems, "name", MESSAGE_DESK_NAME_MISSING);
	assert_int_equal(problems.count, DESK_PROBLEMS);
}

static void a_text_too_long_is_none(void **state)
{
	struct scene *s = *state;
	char long_one[5000];
	memset(long_one, 'a', sizeof(long_one));
	struct str got = desk_text(&s->r, "%.*s", (int)sizeof(long_one), long_one);
	assert_int_equal(got.size, 0);
	assert_str(desk_text(&s->r, "%d", 7), "7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_is_reached),
		cmocka_unit_test(patterns_are_well_formed),
		cmocka_unit_test(what_is_no_route_is_none),
		cmocka_unit_test(whole_parts_come_first),
		cmocka_unit_test(addresses_are_split),
		cmocka_unit_test(only_plain_paths_are_sent_back),
		cmocka_unit_test_setup_teardown(an_id_is_a_number_from_one, begin, end),
		cmocka_unit_test_setup_teardown(cookies_are_few, begin, end),
		cmocka_unit_test_setup_teardown(a_cookie_of_a_token_reads_back, begin, end),
		cmocka_unit_test_setup_teardown(an_answer_leads_only_below_the_desk, begin, end),
		cmocka_unit_test_setup_teardown(what_is_not_ours_is_text, begin, end),
		cmocka_unit_test_setup_teardown(forms_carry_the_token, begin, end),
		cmocka_unit_test_setup_teardown(more_problems_than_fit_are_left_out, begin, end),
		cmocka_unit_test_setup_teardown(a_text_too_long_is_none, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
