/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/qr.h"

enum {
	LONGEST = 500
};

struct fixture {
	struct writer w;
	struct html h;
};

static int set_up(void **state)
{
	static struct fixture f;
	writer_init(&f.w, 100000);
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

static bool has(const struct fixture *f, const char *needle)
{
	struct str all = writer_view_str(&f->w);
	return str_find(all, str_from(needle)) < all.size;
}

static void an_address_is_a_small_picture_with_a_name(void **state)
{
	struct fixture *f = *state;
	qr_write(&f->h, STR("https://quetsach.example/vi/"), STR("Mã QR <của> trang"));
	assert_int_equal(html_end(&f->h), E_OK);
	/* 29 modules: version 3; and 4 of quiet zone on each side. */
	assert_true(has(f, "<svg class=\"qr\" viewBox=\"0 0 37 37\" role=\"img\""));
	assert_true(has(f, "<title>Mã QR &lt;của&gt; trang</title>"));
	/* The finder pattern's first row: dark 7, and 7 again at the other end. */
	assert_true(has(f, "d=\"M4 4.5h7m"));
	assert_false(has(f, "style"));
	assert_in_range(f->w.size, 500, 4000);
}

static void long_text_is_refused_not_cut(void **state)
{
	struct fixture *f = *state;
	static char text[LONGEST + 1];
	memset(text, 'x', sizeof(text));
	qr_write(&f->h, (struct str){text, LONGEST}, STR("t"));
	assert_int_equal(html_end(&f->h), E_OK);
	qr_write(&f->h, (struct str){text, LONGEST + 1}, STR("t"));
	assert_int_equal(writer_end(&f->w), E_LIMIT);
}

static void a_code_of_nothing_is_a_mistake(void **state)
{
	struct fixture *f = *state;
	qr_write(&f->h, STR(""), STR("t"));
	assert_int_equal(writer_end(&f->w), E_USAGE);
}

#define IT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IT(an_address_is_a_small_picture_with_a_name),
		IT(long_text_is_refused_not_cut),
		IT(a_code_of_nothing_is_a_mistake),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
