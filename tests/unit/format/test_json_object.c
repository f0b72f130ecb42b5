/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/json_object.h"

static void holds(struct writer *w, const char *expected)
{
	assert_int_equal(writer_end(w), E_OK);
	if (!str_equal(writer_view_str(w), str_from(expected)))
		fail_msg("got %.*s, expected %s", STR_ARG(writer_view_str(w)), expected);
	writer_release(w);
}

static void begin(struct object *o, struct writer *w)
{
	writer_init(w, 1024);
	object_init(o, w);
	object_open(o, NULL);
}

static void commas_stand_between_and_nowhere_else(void **state)
{
	struct writer w;
	struct object o;
	(void)state;
	begin(&o, &w);
	object_open_array(&o, "none");
	object_close_array(&o);
	object_open_array(&o, "some");
	object_text(&o, NULL, STR("a"));
	object_open(&o, NULL);
	object_close(&o);
	object_number(&o, NULL, UINT64_MAX);
	object_close_array(&o);
	object_open(&o, "in");
	object_flag(&o, "yes", true);
	object_null(&o, "nothing");
	object_close(&o);
	object_flag(&o, "no", false);
	object_close(&o);
	holds(&w, "{\"none\":[],\"some\":[\"a\",{},18446744073709551615],"
		  "\"in\":{\"yes\":true,\"nothing\":null},\"no\":false}");
}

static void text_and_times_are_as_json_has_them(void **state)
{
	struct writer w;
	struct object o;
	(void)state;
	begin(&o, &w);
	object_text(&o, "t", STR("\"\\\n\xFFé"));
	object_instant(&o, "i", (struct instant){1601510400});
	object_date(&o, "d", (struct date){2020, 10, 1});
	object_close(&o);
	holds(&w, "{\"t\":\"\\\"\\\\\\n\xEF\xBF\xBDé\",\"i\":\"2020-10-01T00:00:00Z\","
		  "\"d\":\"2020-10-01\"}");
}

static void what_nobody_said_is_left_out(void **state)
{
	static const struct str nothing[LANG__COUNT] = {{NULL, 0}, {NULL, 0}};
	static const struct str one[LANG__COUNT] = {{NULL, 0}, STR_INIT("x")};
	struct writer w;
	struct object o;
	(void)state;
	begin(&o, &w);
	object_text_if_any(&o, "a", STR(""));
	object_texts(&o, "b", nothing);
	object_texts(&o, "c", one);
	object_text_if_any(&o, "d", STR("y"));
	object_close(&o);
	holds(&w, "{\"c\":{\"en\":\"x\"},\"d\":\"y\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_stand_between_and_nowhere_else),
		cmocka_unit_test(text_and_times_are_as_json_has_them),
		cmocka_unit_test(what_nobody_said_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
