/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"

#include <errno.h>

#include "os/system.h"
#include "os/zone_file.h"

static void test_clock(void **state)
{
	(void)state;
	struct instant year_2024 = date_instant((struct date){2024, 1, 1});
	assert_true(system_now().seconds > year_2024.seconds);
	uint64_t before = system_monotonic();
	usleep(2000);
	uint64_t passed = system_monotonic() - before;
	assert_true(passed >= 2000000 && passed < UINT64_C(60000000000));
}

static void test_random(void **state)
{
	(void)state;
	uint8_t a[300] = {0};
	uint8_t b[300] = {0};
	system_random(a, sizeof(a));
	system_random(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
}

static void test_use(void **state)
{
	(void)state;
	assert_true(system_peak_memory() > 100000);
	assert_true(system_processors() >= 1);
}

static void test_login(void **state)
{
	(void)state;
	char name[LOGIN_NAME_SIZE];
	system_login(name);
	assert_in_range(strlen(name), 1, sizeof(name) - 1);
}

static void test_err(void **state)
{
	(void)state;
	assert_int_equal(system_err(ENOSPC), E_NOSPACE);
	assert_int_equal(system_err(EDQUOT), E_NOSPACE);
	assert_int_equal(system_err(ENOENT), E_NOTFOUND);
	assert_int_equal(system_err(EEXIST), E_EXISTS);
	assert_int_equal(system_err(EACCES), E_DENIED);
	assert_int_equal(system_err(EADDRINUSE), E_BUSY);
	assert_int_equal(system_err(ENOMEM), E_NOMEM);
	assert_int_equal(system_err(EBADF), E_IO);
}

static void test_zone_file(void **state)
{
	(void)state;
	static const char *const none[] = {"", "/etc/localtime", "../../../etc/localtime", "Asia/",
		"Asia/../UTC", "Asia/Nowhere", ".", "Asia", "Asia/Ho Chi Minh"};
	/* The second is a link to Etc/UTC. */
	static const char *const known[] = {"Asia/Ho_Chi_Minh", "UTC", "Etc/GMT+7"};
	struct writer w;
	writer_init(&w, ZONE_FILE_BYTES);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(zone_file_load(str_from(none[i]), &w), E_NOTFOUND);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		writer_clear(&w);
		assert_int_equal(zone_file_load(str_from(known[i]), &w), E_OK);
		assert_memory_equal(writer_view(&w).data, "TZif", 4);
	}
	writer_release(&w);
}

static void test_zone_of_country(void **state)
{
	(void)state;
	static const struct {
		const char *country, *zone;
	} cases[] = {
		{"VN", "Asia/Ho_Chi_Minh"},
		{"KE", "Africa/Nairobi"},
		{"PE", "America/Lima"},
		{"US", "UTC"}, /* many */
		{"XX", "UTC"}, /* none */
		{"", "UTC"},
		{"# ", "UTC"},
	};
	char zone[ZONE_NAME_SIZE];
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		zone_of_country(str_from(cases[i].country), zone);
		assert_string_equal(zone, cases[i].zone);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_use),
		cmocka_unit_test(test_login),
		cmocka_unit_test(test_err),
		cmocka_unit_test(test_zone_file),
		cmocka_unit_test(test_zone_of_country),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
