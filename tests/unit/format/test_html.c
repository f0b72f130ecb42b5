/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/html.h"

struct fixture {
	struct writer w;
	struct html h;
};

static int set_up(void **state)
{
	static struct fixture f;
	writer_init(&f.w, 10000);
	html_init_piece(&f.h, &f.w);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	writer_release(&f->w);
	return 0;
}

static void holds(struct fixture *f, const char *expected)
{
	assert_int_equal(html_end(&f->h), E_OK);
	assert_true(str_equal(writer_view_str(&f->w), str_from(expected)));
}

static void text_and_attributes_are_escaped(void **state)
{
	struct fixture *f = *state;
	html_open(&f->h, "p");
	html_attribute(&f->h, "title", STR("\"><script>'&"));
	html_text(&f->h, STR("<b> Quét & sạch"));
	html_close(&f->h, "p");
	holds(f, "<p title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\">&lt;b&gt; Quét &amp; sạch</p>");
}

static void bad_bytes_become_replacement_characters(void **state)
{
	struct fixture *f = *state;
	html_text(&f->h, STR("a\x01\xFFz\xC2\x85y\tx\xEF\xBF\xBF"));
	holds(f, "a\xEF\xBF\xBD\xEF\xBF\xBDz\xEF\xBF\xBDy\tx\xEF\xBF\xBD");
}

static void void_elements_are_not_closed(void **state)
{
	struct fixture *f = *state;
	html_open(&f->h, "p");
	html_void(&f->h, "br");
	html_leaf(&f->h, "b", "x", STR("1"));
	html_close(&f->h, "p");
	holds(f, "<p><br><b class=\"x\">1</b></p>");
}

static void in_xml_they_close_themselves(void **state)
{
	struct fixture *f = *state;
	html_init_xml(&f->h, &f->w);
	html_open(&f->h, "feed");
	html_void(&f->h, "link");
	html_attribute(&f->h, "href", STR("/"));
	html_leaf(&f->h, "id", NULL, STR("1"));
	html_void(&f->h, "link");
	html_close(&f->h, "feed");
	holds(f, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		 "<feed><link href=\"/\"/><id>1</id><link/></feed>");
}

static void leaving_open_fails(void **state)
{
	struct fixture *f = *state;
	html_open(&f->h, "p");
	assert_int_equal(html_end(&f->h), E_USAGE);
}

static void closing_another_fails(void **state)
{
	struct fixture *f = *state;
	html_open(&f->h, "p");
	html_close(&f->h, "div");
	assert_int_equal(html_end(&f->h), E_USAGE);
}

static void late_attributes_fail(void **state)
{
	struct fixture *f = *state;
	html_open(&f->h, "p");
	html_text(&f->h, STR("x"));
	html_attribute(&f->h, "class", STR("y"));
	html_close(&f->h, "p");
	assert_int_equal(html_end(&f->h), E_USAGE);
}

static void void_and_open_are_not_mixed_up(void **state)
{
	struct fixture *f = *state;
	html_open(&f->h, "br");
	assert_int_equal(writer_end(&f->w), E_USAGE);
	writer_clear(&f->w);
	html_init_piece(&f->h, &f->w);
	html_void(&f->h, "p");
	assert_int_equal(html_end(&f->h), E_USAGE);
}

static void depth_is_bounded(void **state)
{
	struct fixture *f = *state;
	for (int i = 0; i < HTML_DEPTH + 1; i++)
		html_open(&f->h, "div");
	assert_int_equal(writer_end(&f->w), E_USAGE);
}

static bool link_passes(struct fixture *f, const char *href)
{
	writer_clear(&f->w);
	html_init_piece(&f->h, &f->w);
	html_link(&f->h, NULL, str_from(href), STR("x"));
	return html_end(&f->h) == E_OK;
}

static void addresses_that_run_code_or_leave_fail(void **state)
{
	struct fixture *f = *state;
	static const char *const good[] = {
		"/", "/vi/", "#top", "?as=1", "https://db-ip.com", "mailto:a@b.vn", "tel:18001166"};
	static const char *const bad[] = {"javascript:alert(1)", "//evil.example",
		"/\\evil.example", "data:text/html,x", "", " /x", "vbscript:x", "JAVASCRIPT:x"};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(link_passes(f, good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(link_passes(f, bad[i]));
}

static void inline_code_fails(void **state)
{
	struct fixture *f = *state;
	html_open(&f->h, "p");
	html_attribute(&f->h, "onclick", STR("x()"));
	assert_int_equal(writer_end(&f->w), E_USAGE);
	writer_clear(&f->w);
	html_init_piece(&f->h, &f->w);
	html_open(&f->h, "p");
	html_attribute(&f->h, "style", STR("color:red"));
	assert_int_equal(writer_end(&f->w), E_USAGE);
}

#define IT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IT(text_and_attributes_are_escaped),
		IT(bad_bytes_become_replacement_characters),
		IT(void_elements_are_not_closed),
		IT(in_xml_they_close_themselves),
		IT(leaving_open_fails),
		IT(closing_another_fails),
		IT(late_attributes_fail),
		IT(void_and_open_are_not_mixed_up),
		IT(depth_is_bounded),
		IT(addresses_that_run_code_or_leave_fail),
		IT(inline_code_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
