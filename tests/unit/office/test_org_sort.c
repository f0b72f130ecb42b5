/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "office/org.h"
#include "office/org_sort.h"
#include "org_scene.h"

static int compare(const char *a, const char *b)
{
	struct writer first, second;
	writer_init(&first, 1 << 10);
	writer_init(&second, 1 << 10);
	assert_int_equal(org_sort_key(&first, str_from(a)), E_OK);
	assert_int_equal(org_sort_key(&second, str_from(b)), E_OK);
	size_t size = first.size < second.size ? first.size : second.size;
	int by = memcmp(first.data, second.data, size);
	if (by == 0)
		by = (first.size > second.size) - (first.size < second.size);
	writer_release(&first);
	writer_release(&second);
	return by;
}

static void names_stand_as_in_the_alphabet(void **state)
{
	static const char *const names[] = {"", "2 tháng 9", "10 tháng 10", "An Giang", "Ăn",
		"Ân Thi", "Bà Rịa", "Bắc Ninh", "Cà Mau", "Cao Bằng", "Cần Thơ", "Dầu Tiếng",
		"Duyên Hải", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Đồng Nai", "Đồng Tháp", "Ea Súp",
		"Gia Lai", "Hà Nội", "Hà Tĩnh", "Hải Phòng", "Hồ Chí Minh", "Huế", "Hưng Yên",
		"Ô Môn", "Ơn", "Phường 2", "Phường 02 Đông", "Phường 10", "Tân An", "Uông Bí",
		"Ứng Hòa", "Vĩnh Long", "Zürich", "Москва"};
	(void)state;
	for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++)
		assert_true(compare(names[i - 1], names[i]) < 0);
}

static void tones_tell_apart_what_letters_do_not(void **state)
{
	static const char *const names[] = {"ma", "mà", "mả", "mã", "má", "mạ"};
	(void)state;
	for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++)
		assert_true(compare(names[i - 1], names[i]) < 0);
	assert_true(compare("má", "mạ xanh") < 0);
	assert_true(compare("mạ a", "ma b") < 0); /* a letter further on weighs more */
}

static void case_spaces_and_composition_do_not_matter(void **state)
{
	(void)state;
	assert_int_equal(compare("ĐẮK  LẮK ", "đắk_lắk "), 0);
	assert_int_equal(compare("ề", "e\u0302\u0300"), 0);
	assert_int_equal(compare("ự", "u\u0323\u031b"), 0);
	assert_int_equal(compare("Phường 07", "Phường 7"), 0);
	assert_true(compare("Số 999999999999", "Số 1000000000000") != 0);
}

static void what_is_no_text_is_refused(void **state)
{
	struct writer w;
	(void)state;
	writer_init(&w, 1 << 10);
	assert_int_equal(org_sort_key(&w, STR("\xc4")), E_SYNTAX);
	assert_int_equal(org_sort_key(&w, STR("a\xff")), E_SYNTAX);
	writer_release(&w);
}

struct codes {
	char text[64];
	size_t size;
};

static enum err take_code(void *context, const struct org *org)
{
	struct codes *codes = context;
	memcpy(codes->text + codes->size, org->code.data, org->code.size);
	codes->size += org->code.size;
	return E_OK;
}

static void put(struct office_scene *scene, const char *code, const char *name)
{
	int64_t id;
	struct problem problem;
	const struct org org = {.code = str_from(code),
		.name = {[LANG_VI] = str_from(name), [LANG_EN] = STR("")},
		.level = STR(""),
		.tax_code = STR(""),
		.mail = STR(""),
		.phone = STR(""),
		.since = org_scene_day("2020-01-01")};
	assert_int_equal(office_begin(&scene->office), E_OK);
	enum err err = org_put(&scene->office, &org, &org_scene_by, &id, &problem);
	assert_int_equal(office_end(&scene->office, err), E_OK);
}

static void lists_of_the_office_are_sorted_so(void **state)
{
	struct office_scene scene;
	struct codes children = {.size = 0}, found = {.size = 0};
	(void)state;
	office_scene_begin(&scene);
	put(&scene, "1", "Thành phố Hồ Chí Minh");
	put(&scene, "2", "Thành phố Đà Nẵng");
	put(&scene, "3", "Thành phố Cần Thơ");
	put(&scene, "4", "Thành phố Hà Nội");
	assert_int_equal(
		org_each_child(&scene.office, 0, org_scene_day("2026-01-01"), take_code, &children),
		E_OK);
	assert_string_equal(children.text, "3241");
	assert_int_equal(
		org_search(&scene.office, 0, STR("thanh pho"), 1, 2, take_code, &found), E_OK);
	assert_string_equal(found.text, "24");
	office_scene_end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_stand_as_in_the_alphabet),
		cmocka_unit_test(tones_tell_apart_what_letters_do_not),
		cmocka_unit_test(case_spaces_and_composition_do_not_matter),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(lists_of_the_office_are_sorted_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
