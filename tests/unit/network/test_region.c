/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of regions, parts of address space, files of regions. */
#include "base/limits.h"
#include "kit.h"
#include "network/partition.h"
#include "network/region_file.h"

static enum err parse(struct str text, const char *country, bool asked, struct seen *seen,
	struct network_table_info *info, struct problem *problem)
{
	const struct network_source source = {
		.file_name = STR("file"), .country = str_from(country), .regions = asked};
	struct writer w;
	writer_init(&w, SIZE_MAX);
	*seen = (struct seen){0};
	*problem = (struct problem){0};
	enum err err = network_table_parse(&source, str_bytes(text), see, seen, &w, info, problem);
	writer_release(&w);
	return err;
}

static void columns_people_have(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool asked;
		uint64_t rows;
	} files[] = {
		{"start,end,province63,isp\n1.52.0.0,1.52.3.255,30,FPT\n1.52.4.0,1.52.4.255,42,"
		 "FPT\n",
			false, 2},
		{"prefix,region\n1.52.0.0/22,Hà Nội\n", false, 1},
		{"ip_from,ip_to,country_code,region_name\n16777216,16777471,VN,Ha Noi\n"
		 "16777472,16777727,LA,Vientiane\n16777728,16777983,VN,-\n",
			true, 1},
		{"network,subdivision_1_iso_code\n2001:ee0::/32,HN\n", false, 1},
		{"1.52.0.0,1.52.3.255,30\n1.52.4.0,1.52.4.255,42\n", true, 2},
		{"# comment\n1.52.0.0/22,30\n", true, 1},
		/* IP2Location's DB3, DB-IP's cities: no header */
		{"\"0\",\"9\",\"-\",\"-\",\"-\",\"-\"\n"
		 "\"20185088\",\"20185343\",\"VN\",\"Viet Nam\",\"Ha Noi\",\"Hanoi\"\n"
		 "\"20185344\",\"20185599\",\"LA\",\"Laos\",\"Vientiane\",\"Vientiane\"\n",
			true, 1},
		{"1.52.0.0,1.52.0.255,AS,VN,Hanoi,\"Hanoi\",21.0,105.8\n"
		 "1.53.0.0,1.53.0.255,AS,LA,Vientiane,\"Vientiane\",18.0,102.6\n",
			true, 1},
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct seen seen;
		struct problem problem;
		struct network_table_info info;
		assert_int_equal(parse(str_from(files[i].text), "VN", files[i].asked, &seen, &info,
					 &problem),
			E_OK);
		assert_int_equal(info.kind, NETWORK_REGION);
		assert_int_equal(info.rows, files[i].rows);
		assert_int_equal(info.rejected, 0);
		assert_string_equal(info.country, "VN");
	}
}

/* Columns of a country or of ASes go first unless regions are asked for. */
static void what_is_not_asked_for(void **state)
{
	(void)state;
	struct seen seen;
	struct problem problem;
	struct network_table_info info;
	struct str both = STR("start,end,country,region\n1.52.0.0,1.52.3.255,VN,30\n");
	assert_int_equal(parse(both, "VN", false, &seen, &info, &problem), E_OK);
	assert_int_equal(info.kind, NETWORK_COUNTRY);
	assert_int_equal(parse(both, "VN", true, &seen, &info, &problem), E_OK);
	assert_int_equal(info.kind, NETWORK_REGION);
	assert_int_equal(
		parse(STR("1.52.0.0,1.52.3.255,Thing\n"), "VN", false, &seen, &info, &problem),
		E_UNKNOWN);
	assert_int_equal(
		parse(STR("prefix,region\n1.52.0.0/22,30\n"), "", false, &seen, &info, &problem),
		E_SYNTAX);
	assert_int_equal(problem.code, PROBLEM_NO_COUNTRY);
}

static void bad_rows_are_told(void **state)
{
	(void)state;
	struct seen seen;
	struct problem problem;
	struct network_table_info info;
	char text[400];
	(void)snprintf(text, sizeof(text),
		"start,end,region\n1.1.1.1,1.1.1.9,01\n1.1.2.9,1.1.2.1,01\nx,1.1.1.9,01\n"
		"1.1.3.1,1.1.3.9,%0*d\n1.1.4.1,1.1.4.9,\xff\n1.1.5.1,1.1.5.9\n",
		(int)LIMIT_REGION_KEY + 1, 1);
	assert_int_equal(parse(str_from(text), "VN", false, &seen, &info, &problem), E_OK);
	assert_int_equal(info.rows, 1);
	assert_int_equal(info.rejected, 5);
	assert_int_equal(seen.count[PROBLEM_BAD_RANGE], 1);
	assert_int_equal(seen.count[PROBLEM_BAD_ADDRESS], 1);
	assert_int_equal(seen.count[PROBLEM_NAME_TOO_LONG], 1);
	assert_int_equal(seen.count[PROBLEM_BAD_UTF8], 1);
	assert_int_equal(seen.count[PROBLEM_FIELD_COUNT], 1);
	assert_int_equal(seen.last.line, 7);
}

static void too_many_words(void **state)
{
	(void)state;
	struct seen seen;
	struct problem problem;
	struct network_table_info info;
	struct writer w;
	writer_init(&w, 1 << 20);
	writer_text(&w, "prefix,region\n");
	for (unsigned i = 0; i <= LIMIT_TABLE_REGIONS; i++) {
		writer_text(&w, "10.");
		writer_decimal(&w, i / 256);
		writer_char(&w, '.');
		writer_decimal(&w, i % 256);
		writer_text(&w, ".0/24,r");
		writer_decimal(&w, i);
		writer_char(&w, '\n');
	}
	assert_int_equal(parse(writer_view_str(&w), "VN", false, &seen, &info, &problem), E_LIMIT);
	assert_int_equal(problem.code, PROBLEM_TOO_MANY_NAMES);
	writer_release(&w);
}

/* Two countries, a wide range with a narrow one inside, IPv6 that begins within a /64. */
static struct network *made_up(struct writer *image)
{
	struct writer tables[] = {
		table_of(STR("start,end,region\n10.0.0.0,10.0.255.255,01\n10.0.1.0,10.0.1.255,79\n"
			     "2001:db8::,2001:db8:0:3:ffff:ffff:ffff:ffff,01\n"
			     "2001:db8:0:4:8000::,2001:db8:0:5:ffff:ffff:ffff:ffff,48\n"),
			"VN"),
		table_of(STR("prefix,region\n11.0.0.0/24,VTE\n"), "LA"),
		table_of(STR("9.255.0.0,10.0.1.127,VN\n11.0.0.0,11.0.0.255,LA\n"), ""),
	};
	return network_of(tables, sizeof(tables) / sizeof(tables[0]), image);
}

static void looked_up(void **state)
{
	(void)state;
	struct writer image;
	struct network *n = made_up(&image);
	same_text(network_look_up(n, ip_of("10.0.0.7")).region, "01");
	same_text(network_look_up(n, ip_of("10.0.1.7")).region, "79");
	same_text(network_look_up(n, ip_of("10.0.2.0")).region, "01");
	same_text(network_look_up(n, ip_of("11.0.0.255")).region, "VTE");
	same_text(network_look_up(n, ip_of("12.0.0.0")).region, "");
	same_text(network_look_up(n, ip_of("2001:db8:0:5::1")).region, "48");
	assert_int_equal(network_region_count(n), 4);
	same_text(network_region(n, 0).country, "VN");
	same_text(network_region(n, 3).key, "VTE");
	same_text(network_region(n, 4).key, "");
	network_close(n);
	writer_release(&image);
}

/* Parts 0: 01 and 48, 1: 79; VTE is in none. */
static void counted_like_looked_up(void **state)
{
	(void)state;
	enum {
		EVERY = 13
	};
	struct writer image;
	struct partition *p;
	struct area *area;
	const uint32_t parts[] = {0, 1, 0, UINT32_MAX};
	uint64_t v4[2] = {9, 9};
	uint64_t v6[2] = {9, 9};
	uint64_t wanted[2] = {0, 0};
	struct network *n = made_up(&image);
	struct unit_set *s = unit_set_new();
	for (uint32_t a = 0x09fff000; a < 0x0b000200; a += EVERY) {
		struct str region = network_look_up(n, ip_from_v4(a)).region;
		assert_int_equal(unit_set_add_v4(s, &a, 1), E_OK);
		wanted[0] += str_equal(region, STR("01"));
		wanted[1] += str_equal(region, STR("79"));
	}
	for (uint64_t net = 0x20010db800000000; net < 0x20010db800000008; net++)
		assert_int_equal(unit_set_add_v6(s, &net, 1), E_OK);
	assert_int_equal(partition_new(n, parts, 2, &p), E_OK);
	partition_count(p, s, v4, v6);
	assert_int_equal(v4[0], wanted[0]);
	assert_int_equal(v4[1], wanted[1]);
	assert_int_equal(v6[0], 5);
	assert_int_equal(v6[1], 0);
	partition_sizes(p, NULL, v4);
	assert_int_equal(v4[0], 65536 - 256);
	assert_int_equal(v4[1], 256);
	assert_int_equal(area_new_country(n, STR("VN"), &area), E_OK);
	partition_sizes(p, area, v4);
	assert_int_equal(v4[0], 256);
	assert_int_equal(v4[1], 128);
	area_free(area);
	partition_free(p);
	unit_set_free(s);
	network_close(n);
	writer_release(&image);
}

/* A set so large that bitmaps are laid over it. */
static void counted_by_bitmaps(void **state)
{
	(void)state;
	struct writer image;
	struct partition *p;
	const uint32_t parts[] = {0, 1, 0, UINT32_MAX};
	uint64_t v4[2] = {9, 9};
	uint64_t v6[2] = {9, 9};
	struct network *n = made_up(&image);
	struct unit_set *s = unit_set_new();
	assert_int_equal(unit_set_add_range_v4(s, 0x09f00000, 0x0a000180), E_OK);
	assert_int_equal(partition_new(n, parts, 2, &p), E_OK);
	partition_count(p, s, v4, v6);
	assert_int_equal(v4[0], 256);
	assert_int_equal(v4[1], 129);
	assert_int_equal(v6[0] + v6[1], 0);
	partition_free(p);
	partition_free(NULL);
	unit_set_free(s);
	network_close(n);
	writer_release(&image);
}

static void nothing_known(void **state)
{
	(void)state;
	struct writer image;
	struct partition *p;
	uint64_t v4[1] = {9};
	uint64_t v6[1] = {9};
	const uint32_t address = 7;
	const uint64_t net = 7;
	struct network *n = network_of(NULL, 0, &image);
	struct unit_set *s = unit_set_new();
	assert_int_equal(unit_set_add_v4(s, &address, 1), E_OK);
	assert_int_equal(unit_set_add_v6(s, &net, 1), E_OK);
	assert_int_equal(network_region_count(n), 0);
	assert_int_equal(partition_new(n, NULL, 1, &p), E_OK);
	partition_count(p, s, v4, v6);
	assert_int_equal(v4[0] + v6[0], 0);
	partition_sizes(p, NULL, v4);
	assert_int_equal(v4[0], 0);
	partition_free(p);
	unit_set_free(s);
	network_close(n);
	writer_release(&image);
}

/* --- files of regions --- */

#define HEAD "key,name_vi,name_en,short,column,row,part_of,also\n"

static void good_file(void **state)
{
	(void)state;
	struct arena arena;
	struct problem problem;
	const struct region *list;
	const struct region *again;
	size_t count;
	struct cursor c;
	struct writer w;
	arena_init(&arena, 1 << 22);
	assert_int_equal(
		region_file_parse(STR("\xef\xbb\xbf# mine\n" HEAD "01,Hà Nội,Hanoi,HN,3,3,,VN-HN\n"
				      "48,Đà Nẵng,Da Nang,ĐN,5,8,,\n"
				      "48-HS,Hoàng Sa,Hoang Sa,HS,8,8,48,\n"
				      "77,\"Bà Rịa – Vũng Tàu\",Ba Ria,VT,4,15,,Ba_Ria-Vung_Tau\n"),
			&arena, &list, &count, &problem),
		E_OK);
	assert_int_equal(count, 4);
	assert_int_equal(list[1].row, 8);
	same_text(list[2].part_of, "48");
	assert_int_equal(regions_find(list, count, STR("1")), 0);
	assert_int_equal(regions_find(list, count, STR("ha-noi")), 0);
	assert_int_equal(regions_find(list, count, STR("Hà Nội")), 0);
	assert_int_equal(regions_find(list, count, STR("vn-hn")), 0);
	assert_int_equal(regions_find(list, count, STR("DA NANG")), 1);
	assert_int_equal(regions_find(list, count, STR("Ba Ria - Vung Tau")), 3);
	assert_int_equal(regions_find(list, count, STR("")), count);
	writer_init(&w, 1 << 20);
	regions_write(&w, list, count);
	cursor_init(&c, writer_view(&w));
	assert_int_equal(regions_read(&c, &arena, &again, &count), E_OK);
	assert_int_equal(count, 4);
	same_text(again[3].also, "Ba_Ria-Vung_Tau");
	for (size_t size = 0; size < w.size; size++) {
		cursor_init(&c, (struct bytes){w.data, size});
		assert_int_not_equal(regions_read(&c, &arena, &again, &count), E_OK);
	}
	writer_release(&w);
	arena_release(&arena);
}

static void bad_files(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum problem_code code;
		uint64_t line;
		const char *field;
	} files[] = {
		{"", PROBLEM_EMPTY_FILE, 0, ""},
		{HEAD, PROBLEM_EMPTY_FILE, 0, ""},
		{"key,name_vi,name_en,short,column\n", PROBLEM_NO_COLUMN, 1, "row"},
		{HEAD "01,a,a,HN,40,3,,\n", PROBLEM_BAD_NUMBER, 2, "column"},
		{HEAD "01,a,a,HN,4,-3,,\n", PROBLEM_BAD_NUMBER, 2, "row"},
		{HEAD "01,a,a,HaNoi,4,3,,\n", PROBLEM_BAD_FIELD, 2, "short"},
		{HEAD "01,a,a,,4,3,,\n", PROBLEM_BAD_FIELD, 2, "short"},
		{HEAD ",a,a,HN,4,3,,\n", PROBLEM_BAD_FIELD, 2, "key"},
		{HEAD "01,a\x01,a,HN,4,3,,\n", PROBLEM_BAD_FIELD, 2, "name_vi"},
		{HEAD "01,a,a,HN,4,3,,\n\n01,b,b,B,4,4,,\n", PROBLEM_REGION_TWICE, 4, "key"},
		{HEAD "01,a,a,HN,4,3,,\n02,b,b,B,4,3,,\n", PROBLEM_SAME_SQUARE, 3, "column"},
		{HEAD "01,a,a,HN,4,3,02,\n", PROBLEM_PART_OF_NONE, 2, "part_of"},
		{HEAD "01,a,a,HN,4,3,01,\n", PROBLEM_PART_OF_NONE, 2, "part_of"},
		{HEAD "01,a,a,HN,4,3\n", PROBLEM_FIELD_COUNT, 2, ""},
		{HEAD "01,\"a,a,HN,4,3,,\n", PROBLEM_BAD_QUOTE, 2, ""},
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct arena arena;
		struct problem problem;
		const struct region *list;
		size_t count;
		arena_init(&arena, 1 << 20);
		assert_int_not_equal(
			region_file_parse(str_from(files[i].text), &arena, &list, &count, &problem),
			E_OK);
		assert_int_equal(problem.code, files[i].code);
		assert_int_equal(problem.line, files[i].line);
		if (files[i].field[0])
			same_text(problem_field(&problem), files[i].field);
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_people_have),
		cmocka_unit_test(what_is_not_asked_for),
		cmocka_unit_test(bad_rows_are_told),
		cmocka_unit_test(too_many_words),
		cmocka_unit_test(looked_up),
		cmocka_unit_test(counted_like_looked_up),
		cmocka_unit_test(counted_by_bitmaps),
		cmocka_unit_test(nothing_known),
		cmocka_unit_test(good_file),
		cmocka_unit_test(bad_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
