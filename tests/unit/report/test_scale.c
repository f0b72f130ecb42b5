/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/chart.h"
#include "report/scale.h"

static void is(struct scale s, double low, double high, double step)
{
	assert_true(fabs(s.low - low) < step * 1e-6);
	assert_true(fabs(s.high - high) < step * 1e-6);
	assert_true(fabs(s.step - step) < step * 1e-6);
}

static void steps_are_round(void **state)
{
	(void)state;
	is(scale_cover(0, 10, 5), 0, 10, 2);
	is(scale_cover(0, 10.1, 5), 0, 15, 5);
	is(scale_cover(0, 2014512, 5), 0, 2500000, 500000);
	is(scale_cover(0, 1e12, 5), 0, 1e12, 2e11);
	is(scale_cover(0, 3, 5), 0, 3, 1);
	is(scale_cover(0, 1, 5), 0, 1, .2);
	is(scale_cover(-7, 12, 5), -10, 15, 5);
	is(scale_cover(-7, 12, 4), -10, 20, 10);
}

static void hostile_ends_make_an_axis(void **state)
{
	(void)state;
	is(scale_cover(0, 0, 5), 0, 1, .2);
	is(scale_cover(7, 7, 1), 7, 8, 1);
	is(scale_cover(NAN, INFINITY, 5), 0, 1, .2);
	struct scale tiny = scale_cover(1e12, 1e12 + 1e-3, 5);
	assert_true(tiny.high > tiny.low && tiny.step > 0);
}

static void never_more_steps_than_asked(void **state)
{
	(void)state;
	for (int most = 1; most <= 8; most++)
		for (double high = .001; high < 1e13; high *= 1.37) {
			struct scale s = scale_cover(0, high, most);
			assert_true(scale_ticks(&s) <= (size_t)most + 1);
			assert_true(s.low <= 0 && s.high >= high * (1 - 1e-9));
			s = scale_cover(-high / 3, high, most + 1);
			assert_true(scale_ticks(&s) <= (size_t)most + 2);
			assert_true(s.low <= -high / 3 * (1 - 1e-9) && s.high >= high * (1 - 1e-9));
		}
}

static void values_are_placed_between_the_ends(void **state)
{
	(void)state;
	struct scale s = scale_cover(0, 10, 5);
	assert_true(fabs(scale_place(&s, 2.5, 100, 0) - 75) < 1e-9);
	assert_true(fabs(scale_tick(&s, 3) - 6) < 1e-9);
	assert_int_equal(scale_ticks(&s), 6);
}

static void tick_is(double value, double step, const char *vi, const char *en)
{
	const char *const expected[] = {[LANG_VI] = vi, [LANG_EN] = en};
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		uint8_t bytes[64];
		struct writer w = {.data = bytes, .capacity = 64, .limit = 64};
		const struct scale s = {0, 10 * step, step};
		scale_write_tick(&w, (enum lang)lang, &s, value);
		writer_char(&w, '\0');
		assert_int_equal(writer_end(&w), E_OK);
		assert_string_equal((const char *)bytes, expected[lang]);
	}
}

static void ticks_are_short(void **state)
{
	(void)state;
	tick_is(0, 1, "0", "0");
	tick_is(.2, .1, "0,2", "0.2");
	tick_is(850, 50, "850", "850");
	tick_is(1000, 500, "1 nghìn", "1 k");
	tick_is(20000, 5000, "20 nghìn", "20 k");
	tick_is(1500000, 500000, "1,5 triệu", "1.5 M");
	tick_is(1050000, 50000, "1,05 triệu", "1.05 M");
	tick_is(1e12, 2e11, "1.000 tỷ", "1,000 bn");
	tick_is(-5, 5, "−5", "−5");
	tick_is(-1e-20, .1, "0", "0");
	tick_is(.004, .002, "0,004", "0.004");
	tick_is(.0000005, .0000005, "0,0000005", "0.0000005");
	tick_is(3 * .1, .1, "0,3", "0.3");
	tick_is(NAN, 1, "0", "0");
	tick_is(1e300, 1, "0", "0");
}

/* From a millionth to a billion: neighbours never read the same. */
static void no_two_ticks_are_alike(void **state)
{
	(void)state;
	for (double high = 1e-6; high < 1e10; high *= 1.3) {
		struct scale s = scale_cover(0, high, 6);
		char before[64] = "";
		for (size_t i = 0; i < scale_ticks(&s); i++) {
			char label[64];
			struct writer w = {.data = (uint8_t *)label, .capacity = 64, .limit = 64};
			scale_write_tick(&w, LANG_VI, &s, scale_tick(&s, i));
			writer_char(&w, '\0');
			assert_int_equal(writer_end(&w), E_OK);
			assert_string_not_equal(label, before);
			memcpy(before, label, sizeof(before));
		}
	}
}

/* --- days --- */

static void ticks_are(struct day_axis axis, const char *expected)
{
	struct arena arena;
	struct day_tick *ticks = NULL;
	size_t count = 0;
	char bytes[2000];
	struct writer w = {.data = (uint8_t *)bytes, .capacity = 2000, .limit = 2000};
	arena_init(&arena, (size_t)1 << 20);
	axis.text_size = 13;
	assert_int_equal(day_axis_ticks(&axis, &arena, &ticks, &count), E_OK);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			writer_char(&w, ' ');
		writer_decimal(&w, ticks[i].day);
		writer_char(&w, '=');
		writer_str(&w, ticks[i].label);
	}
	writer_char(&w, '\0');
	assert_string_equal(bytes, expected);
	arena_release(&arena);
}

static void months_where_there_are_many_days(void **state)
{
	(void)state;
	ticks_are((struct day_axis){{2020, 6, 16}, 200, 600, 0},
		"15=7/2020 46=8/2020 77=9/2020 107=10/2020 138=11/2020 168=12/2020 199=1/2021");
	ticks_are((struct day_axis){{2020, 6, 16}, 200, 280, 0},
		"15=7/2020 77=9/2020 138=11/2020 199=1/2021");
	ticks_are(
		(struct day_axis){{2020, 6, 16}, 200, 200, 0}, "15=7/2020 107=10/2020 199=1/2021");
	ticks_are((struct day_axis){{2019, 2, 1}, 731, 340, 0},
		"150=7/2019 334=1/2020 516=7/2020 700=1/2021");
}

static void days_where_there_are_few(void **state)
{
	(void)state;
	ticks_are((struct day_axis){{2020, 2, 28}, 3, 300, 0}, "0=28/2 1=29/2 2=1/3");
	ticks_are((struct day_axis){{2020, 10, 15}, 1, 300, 0}, "0=15/10");
	ticks_are((struct day_axis){{2020, 10, 1}, 31, 280, 0},
		"0=1/10 7=8/10 14=15/10 21=22/10 28=29/10");
}

/* However long and narrow, labels do not run into each other. */
static void labels_keep_apart(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, (size_t)1 << 26);
	for (size_t days = 1; days < 40000; days += 1 + days / 7)
		for (double width = 40; width < 2000; width *= 1.7) {
			struct day_axis axis = {{1999, 12, 30}, days, width, 13};
			struct day_tick *ticks = NULL;
			size_t count = 0;
			assert_int_equal(day_axis_ticks(&axis, &arena, &ticks, &count), E_OK);
			assert_true(count <= DAY_TICKS);
			for (size_t i = 1; i < count; i++)
				assert_true((double)(ticks[i].day - ticks[i - 1].day) * width /
						    (double)(days - 1) >=
					    chart_text_width(ticks[i].label, 13));
		}
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_are_round),
		cmocka_unit_test(hostile_ends_make_an_axis),
		cmocka_unit_test(never_more_steps_than_asked),
		cmocka_unit_test(values_are_placed_between_the_ends),
		cmocka_unit_test(ticks_are_short),
		cmocka_unit_test(no_two_ticks_are_alike),
		cmocka_unit_test(months_where_there_are_many_days),
		cmocka_unit_test(days_where_there_are_few),
		cmocka_unit_test(labels_keep_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
