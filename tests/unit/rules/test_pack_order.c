/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/licence.h"
#include "rules/pack_order.h"

static void assert_text(struct str got, const char *want)
{
	assert_int_equal(got.size, strlen(want));
	assert_memory_equal(got.data, want, got.size);
}

static void hashes_stand_in_order_once_a_set(void **state)
{
	struct pack_hash list[] = {
		{DIGEST_SHA256, {9}, 5, STR_INIT("z"), 0},
		{DIGEST_MD5, {2}, 5, STR_INIT("b"), 0},
		{DIGEST_MD5, {2}, 5, STR_INIT("a"), 1},
		{DIGEST_MD5, {2}, 5, STR_INIT("a"), 0},
		{DIGEST_MD5, {1}, 7, STR_INIT("x"), 0},
		{DIGEST_MD5, {1}, 0, STR_INIT("y"), 0},
		{DIGEST_MD5, {3}, 7, STR_INIT("x"), 0},
		{DIGEST_MD5, {3}, 8, STR_INIT("x"), 0},
	};
	size_t count = sizeof(list) / sizeof(list[0]);
	(void)state;
	pack_hashes_order(list, &count);
	assert_int_equal(count, 5);
	/* One line knew another size, or none: both are looked for. */
	assert_int_equal(list[0].digest[0], 1);
	assert_int_equal(list[0].size, 0);
	assert_text(list[0].name, "x");
	assert_text(list[1].name, "a");
	assert_int_equal(list[1].size, 5);
	assert_int_equal(list[2].set, 1);
	assert_int_equal(list[3].size, 0);
	assert_int_equal(list[4].kind, DIGEST_SHA256);
	count = 0;
	pack_hashes_order(NULL, &count);
	assert_int_equal(count, 0);
}

static void indicators_stand_in_order_once_a_set(void **state)
{
	struct pack_indicator list[] = {
		{INDICATOR_FILE, STR_INIT("a"), STR_INIT("n"), 0},
		{INDICATOR_DOMAIN, STR_INIT("b.example"), STR_INIT("n"), 0},
		{INDICATOR_DOMAIN, STR_INIT("b.example"), STR_INIT("m"), 0},
		{INDICATOR_DOMAIN, STR_INIT("b.example"), STR_INIT("m"), 1},
		{INDICATOR_DOMAIN, STR_INIT("a.example"), STR_INIT("n"), 1},
	};
	size_t count = sizeof(list) / sizeof(list[0]);
	(void)state;
	pack_indicators_order(list, &count);
	assert_int_equal(count, 4);
	assert_text(list[0].value, "a.example");
	assert_text(list[1].name, "m");
	assert_int_equal(list[2].set, 1);
	assert_int_equal(list[3].kind, INDICATOR_FILE);
}

static void the_last_page_of_a_family_stays(void **state)
{
	struct pack_page list[] = {
		{STR_INIT("mozi"), LANG_VI, STR_INIT("1")},
		{STR_INIT("mirai"), LANG_EN, STR_INIT("2")},
		{STR_INIT("mirai"), LANG_VI, STR_INIT("3")},
		{STR_INIT("mozi"), LANG_VI, STR_INIT("4")},
		{STR_INIT("mirai"), LANG_VI, STR_INIT("5")},
	};
	size_t count = sizeof(list) / sizeof(list[0]);
	(void)state;
	pack_pages_order(list, &count);
	assert_int_equal(count, 3);
	assert_text(list[0].text, "5");
	assert_text(list[1].text, "2");
	assert_text(list[2].text, "4");
}

static void names_are_plain(void **state)
{
	(void)state;
	assert_true(pack_name_valid(STR("Neo23x0_a-b")));
	assert_false(pack_name_valid(STR("")));
	assert_false(pack_name_valid(STR("a b")));
	assert_false(pack_name_valid(STR("../a")));
	assert_false(pack_name_valid(
		STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
}

static void licences_are_known_by_their_words(void **state)
{
	static const struct {
		const char *text, *name, *holder;
	} cases[] = {
		{"MIT License\n\nCopyright (c) 2020 ReversingLabs\n\nPermission is hereby "
		 "granted, free of charge, to any person obtaining a copy of this software, to "
		 "deal in the Software without restriction",
			"MIT", "ReversingLabs"},
		{"# Detection Rule License (DRL) 1.1\n\nPermission is hereby granted, free of "
		 "charge, to deal in the Rules",
			"DRL-1.1", ""},
		{"Copyright (c) 2014-2018 ESET spol. s r.o.\nRedistribution and use in source and "
		 "binary forms, with or without modification, are permitted",
			"BSD-2-Clause", "ESET spol. s r.o."},
		{"Copyright 2001, 2003 X Y\nRedistribution and use in source and binary forms. "
		 "Neither the name may be used to endorse or promote products",
			"BSD-3-Clause", "X Y"},
		{"  Apache License\n  Version 2.0, January 2004\n Copyright [yyyy] [name of "
		 "copyright owner]",
			"Apache-2.0", ""},
		{"GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991", "GPL-2.0", ""},
		{"GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3 ... GNU GENERAL PUBLIC LICENSE",
			"LGPL-3.0", ""},
		{"SPDX-License-Identifier: EUPL-1.2\n\nwords", "EUPL-1.2", ""},
		{"\n## Our own terms\n", "Our own terms", ""},
		{"", "", ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_text(licence_name(str_from(cases[i].text)), cases[i].name);
		assert_text(licence_holder(str_from(cases[i].text)), cases[i].holder);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_stand_in_order_once_a_set),
		cmocka_unit_test(indicators_stand_in_order_once_a_set),
		cmocka_unit_test(the_last_page_of_a_family_stays),
		cmocka_unit_test(names_are_plain),
		cmocka_unit_test(licences_are_known_by_their_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
