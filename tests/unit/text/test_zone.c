/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/posix_zone.h"
#include "text/text.h"

#define ZERO4 "\0\0\0\0"
#define RESERVED ZERO4 ZERO4 ZERO4 "\0\0\0"

/* TZif 2 with one type (UTC+7), no transition, then the rule. */
#define HEADER                                                                                     \
	"TZif2" RESERVED ZERO4 ZERO4 ZERO4 ZERO4 "\0\0\0\1"                                        \
	"\0\0\0\4"
#define TYPE                                                                                       \
	"\0\0\x62\x70"                                                                             \
	"\0\0"                                                                                     \
	"+07\0"
static const char fixed[] = HEADER TYPE HEADER TYPE "\n<+07>-7\n";

/* TZif 1: UTC until 1000, an hour east from then on. */
static const char version1[] = "TZif\0" RESERVED ZERO4 ZERO4 ZERO4 "\0\0\0\1"
			       "\0\0\0\2"
			       "\0\0\0\2"
			       "\0\0\x03\xE8"
			       "\1"
			       "\0\0\0\0\0\0"
			       "\0\0\x0E\x10\0\0"
			       "A\0";

static struct bytes whole(const char *data, size_t size)
{
	return (struct bytes){(const uint8_t *)data, size};
}

static void local_time_is_written(void **state)
{
	(void)state;
	struct zone *z = NULL;
	struct writer w;
	struct instant t;
	writer_init(&w, 100);
	assert_int_equal(zone_parse(whole(fixed, sizeof(fixed) - 1), &z), E_OK);
	assert_true(instant_parse(STR("2020-12-11 16:41:59"), &t));
	assert_int_equal(zone_offset(z, t), 7 * 3600);
	text_time(&w, LANG_VI, z, t);
	assert_true(str_equal(writer_view_str(&w), STR("23:41 11/12/2020")));
	writer_clear(&w);
	text_time(&w, LANG_VI, NULL, t);
	assert_true(str_equal(writer_view_str(&w), STR("16:41 11/12/2020")));
	writer_release(&w);
	zone_free(z);
}

static void every_cut_is_refused(void **state)
{
	(void)state;
	struct zone *z = NULL;
	for (size_t size = 0; size < sizeof(fixed) - 1; size++)
		assert_int_not_equal(zone_parse(whole(fixed, size), &z), E_OK);
	assert_null(z);
}

static void transitions_of_version_1(void **state)
{
	(void)state;
	struct zone *z = NULL;
	assert_int_equal(zone_parse(whole(version1, sizeof(version1) - 1), &z), E_OK);
	assert_int_equal(zone_offset(z, (struct instant){999}), 0);
	assert_int_equal(zone_offset(z, (struct instant){1000}), 3600);
	zone_free(z);
}

static void offset_is(const char *rule, const char *when, int32_t expected)
{
	struct posix_zone z;
	struct instant t;
	assert_true(posix_zone_parse(str_from(rule), &z));
	assert_true(instant_parse(str_from(when), &t));
	assert_int_equal(posix_zone_offset(&z, t), expected);
}

static void rules_of_summer_time(void **state)
{
	(void)state;
	static const char berlin[] = "CET-1CEST,M3.5.0,M10.5.0/3";
	offset_is(berlin, "2024-03-31 00:59:59", 3600);
	offset_is(berlin, "2024-03-31 01:00:00", 7200);
	offset_is(berlin, "2024-10-27 00:59:59", 7200);
	offset_is(berlin, "2024-10-27 01:00:00", 3600);
	/* The south, where summer spans the new year. */
	static const char sydney[] = "AEST-10AEDT,M10.1.0,M4.1.0/3";
	offset_is(sydney, "2024-01-01 00:00:00", 39600);
	offset_is(sydney, "2024-07-01 00:00:00", 36000);
	/* Ireland: the "summer" rule is winter and lies behind standard time. */
	static const char dublin[] = "IST-1GMT0,M10.5.0,M3.5.0/1";
	offset_is(dublin, "2024-01-01 00:00:00", 0);
	offset_is(dublin, "2024-07-01 00:00:00", 3600);
	offset_is("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "2024-01-01 00:00:00", -10800);
	offset_is("XXX0YYY,J60,J300", "2024-03-01 02:00:00", 3600);
	offset_is("XXX0YYY,J60,J300", "2024-03-01 01:59:59", 0);
	offset_is("XXX0YYY,59,300", "2024-02-29 02:00:00", 3600);
}

static void bad_rules_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "X", "AB-7", "<+07", "<>-7", "XXX", "XXX-168",
		"XXX-7 ", "XXX0YYY", "XXX0YYY,M13.1.0,M1.1.0", "XXX0YYY,M1.6.0,M1.1.0",
		"XXX0YYY,J0,J1", "XXX0YYY,366,1", "XXX0:60"};
	struct posix_zone z;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(posix_zone_parse(str_from(bad[i]), &z));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(local_time_is_written),
		cmocka_unit_test(every_cut_is_refused),
		cmocka_unit_test(transitions_of_version_1),
		cmocka_unit_test(rules_of_summer_time),
		cmocka_unit_test(bad_rules_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
