/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

static enum err parse(const char *text, const char *country, struct network_table_info *info,
	struct seen *seen, struct problem *problem)
{
	struct network_source source = {.file_name = STR("file"), .country = str_from(country)};
	struct writer w;
	writer_init(&w, SIZE_MAX);
	*seen = (struct seen){0};
	*problem = (struct problem){0};
	enum err err = network_table_parse(
		&source, str_bytes(str_from(text)), see, seen, &w, info, problem);
	writer_release(&w);
	return err;
}

static void recognised(void **state)
{
	(void)state;
	static const struct {
		const char *text, *country;
		enum network_table_kind kind;
		unsigned rows;
		bool v4, v6;
		const char *of;
	} files[] = {
		{"16777216,16777471,13335,\"Cloudflare, Inc.\"\n", "", NETWORK_ASN, 1, true, false,
			""},
		{"1.0.0.0,1.0.0.255,13335,x\r\n2001:200::,2001:200::ffff,2500,y\r\n", "",
			NETWORK_ASN, 2, true, true, ""},
		{"1.0.0.0,1.0.0.255,AS13335\n", "", NETWORK_ASN, 1, true, false, ""},
		{"start,end,asn,name\n1.0.0.0,1.0.0.255,13335,x\n", "", NETWORK_ASN, 1, true, false,
			""},
		{"network,autonomous_system_number,autonomous_system_organization\n1.0.0.0/"
		 "24,1,a\n",
			"", NETWORK_ASN, 1, true, false, ""},
		{"42540528726795050063891204319802818560,42540528806023212578155541913346768895,"
		 "6939,HE"
		 "\n",
			"", NETWORK_ASN, 1, false, true, ""},
		{"16777216,16777471,AU\n16777472,16778239,cn\n", "", NETWORK_COUNTRY, 2, true,
			false, ""},
		{"\xef\xbb\xbfip_range_start,ip_range_end,country_code\n::,::1,VN\n", "",
			NETWORK_COUNTRY, 1, false, true, ""},
		{"1.0.0.0,1.0.0.255,-\n1.0.1.0,1.0.1.255,VN\n", "", NETWORK_COUNTRY, 1, true, false,
			""},
		{"# Country: Vietnam (VN)\n#\n1.52.0.0/14\n", "", NETWORK_PREFIX, 1, true, false,
			"VN"},
		{"1.52.0.0/14 # FPT\n\n2001:dc8::/32\n", "vn", NETWORK_PREFIX, 2, true, true, "VN"},
		{"# Country: Vietnam (VN)\n1.52.0.0 - 1.52.0.9\n", "LA", NETWORK_PREFIX, 1, true,
			false, "LA"},
		{"holder,asns,pool\nA,1 2 AS3,static\nB,,\n", "VN", NETWORK_HOLDER, 2, false, false,
			"VN"},
		{"holder,asns,country\nA,1,VN\nB,2,LA\n", "", NETWORK_HOLDER, 2, false, false, ""},
		{"prefix,pool,source\n1.52.0.0/14,mobile,x\n", "VN", NETWORK_HOLDER, 1, true, false,
			"VN"},
		{"2|apnic|20261009|4|19830613|20261008|+1000\napnic|*|ipv4|*|2|summary\n"
		 "apnic|VN|asn|7552|1|20100816|allocated\n"
		 "apnic|VN|ipv4|14.160.0.0|2097152|20100816|allocated\n"
		 "apnic||ipv4|1.2.3.0|256||available\n"
		 "apnic|VN|ipv4|1.2.4.0|256|20100816|reserved\n"
		 "apnic|VN|ipv6|2001:ee0::|32|20100816|assigned|A91\n",
			"", NETWORK_COUNTRY, 2, true, true, ""},
		/* iptoasn.com */
		{"1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET - Cloudflare, Inc.\n"
		 "1.0.1.0\t1.0.3.255\t0\tNone\tNot routed\n",
			"", NETWORK_ASN, 2, true, false, ""},
		{"1.0.0.0\t1.0.0.255\tUS\n1.0.1.0\t1.0.3.255\tNone\n", "", NETWORK_COUNTRY, 1, true,
			false, ""},
		/* CAIDA */
		{"1.0.0.0\t24\t13335\n1.0.4.0\t22\t38803_56203\n1.0.8.0\t24\t1,2\n", "",
			NETWORK_ASN, 3, true, false, ""},
		{"2001:200::\t32\t2500\n", "", NETWORK_ASN, 1, false, true, ""},
		/* IP2Location, DB-IP */
		{"\"0\",\"16777215\",\"-\",\"-\"\n"
		 "\"16777216\",\"16777471\",\"US\",\"United States\"\n",
			"", NETWORK_COUNTRY, 1, true, false, ""},
		{"\"16777216\",\"16777471\",\"1.0.0.0/24\",\"13335\",\"Cloudflare, Inc.\"\n", "",
			NETWORK_ASN, 1, true, false, ""},
		{"1.0.0.0,1.0.0.255,OC,AU,Queensland,\"South Brisbane\",-27.4767,153.017\n", "",
			NETWORK_COUNTRY, 1, true, false, ""},
		{"nonsense\n1.52.0.0/14\n", "VN", NETWORK_PREFIX, 1, true, false, "VN"},
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct network_table_info info;
		struct problem problem;
		struct seen seen;
		enum err err = parse(files[i].text, files[i].country, &info, &seen, &problem);
		if (err != E_OK)
			fail_msg("%zu: %s", i, err_name(err));
		assert_int_equal(info.kind, files[i].kind);
		assert_int_equal(info.rows, files[i].rows);
		assert_int_equal(info.has_v4, files[i].v4);
		assert_int_equal(info.has_v6, files[i].v6);
		assert_string_equal(info.country, files[i].of);
	}
}

static void bad_rows(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		enum problem_code code;
		const char *field, *got;
	} rows[] = {
		{"2.0.0.0,1.0.0.0,1,a\n", PROBLEM_BAD_RANGE, "start", "2.0.0.0"},
		{"1.0.0.0,2001:db8::,1,a\n", PROBLEM_BAD_RANGE, "end", "2001:db8::"},
		{"1.0.0.0,1.0.0.256,1,a\n", PROBLEM_BAD_ADDRESS, "end", "1.0.0.256"},
		{"x,1.0.0.255,1,a\n", PROBLEM_BAD_ADDRESS, "start", "x"},
		{"1.0.0.0,340282366920938463463374607431768211456,1,a\n", PROBLEM_BAD_ADDRESS,
			"end", "340282366920938463463374607431768211456"},
		{"1.0.0.0,1.0.0.255,4294967296,a\n", PROBLEM_BAD_ASN, "asn", "4294967296"},
		{"1.0.0.0,1.0.0.255,-1,a\n", PROBLEM_BAD_ASN, "asn", "-1"},
		{"1.0.0.0,1.0.0.255,1\n", PROBLEM_FIELD_COUNT, "", "3"},
		{"1.0.0.0,1.0.0.255,1,a,b\n", PROBLEM_FIELD_COUNT, "", "5"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct network_table_info info;
		struct problem problem;
		struct seen seen;
		char text[200];
		(void)snprintf(text, sizeof(text), "1.0.0.0,1.0.0.255,1,a\n%s", rows[i].row);
		assert_int_equal(parse(text, "", &info, &seen, &problem), E_OK);
		assert_int_equal(info.rows, 1);
		assert_int_equal(info.rejected, 1);
		assert_int_equal(seen.last.code, rows[i].code);
		assert_int_equal(seen.last.line, 2);
		assert_int_equal(seen.last.offset, 22);
		if (rows[i].code != PROBLEM_BAD_RANGE)
			same_text(problem_field(&seen.last), rows[i].field);
		if (rows[i].code != PROBLEM_BAD_RANGE)
			same_text(problem_got(&seen.last), rows[i].got);
	}
}

static void bad_lines(void **state)
{
	(void)state;
	struct network_table_info info;
	struct problem problem;
	struct seen seen;
	assert_int_equal(
		parse("1.52.0.0/14\n1.52.0.1/14\n1.2.3.4/33\n9-8\n", "VN", &info, &seen, &problem),
		E_OK);
	assert_int_equal(info.rows, 1);
	assert_int_equal(info.rejected, 3);
	assert_int_equal(seen.count[PROBLEM_BAD_PREFIX], 2);
	assert_int_equal(seen.count[PROBLEM_BAD_RANGE], 1);
	assert_int_equal(seen.last.line, 4);
}

/* Counts that are no power of two, and rows that are none. */
static void delegated(void **state)
{
	(void)state;
	static const char text[] = "2|apnic|20261009|4|19830613|20261008|+1000\n"
				   "apnic|VN|ipv4|27.64.0.0|768|20100816|allocated\n"
				   "apnic|LA|ipv4|27.64.3.0|1|20100816|allocated\n";
	static const char bad[] = "apnic|VN|ipv4|27.64.0.0|256|20100816|allocated\n"
				  "apnic|VN|ipv4|255.255.255.0|257|20100816|allocated\n"
				  "apnic|VN|ipv4|27.64.0.0|0|20100816|allocated\n"
				  "apnic|VN|ipv6|2001:ee0::1|32|20100816|allocated\n"
				  "apnic|VN|ipv4|27.64.0|256|20100816|allocated\n"
				  "apnic|VNM|ipv4|27.64.0.0|256|20100816|allocated\n"
				  "garbage\n";
	struct network_table_info info;
	struct problem problem;
	struct seen seen;
	struct writer w = table_of(str_from(text), "");
	struct writer image;
	struct network *n;
	struct bytes table = writer_view(&w);
	writer_init(&image, SIZE_MAX);
	assert_int_equal(network_compile(&table, 1, &image), E_OK);
	assert_int_equal(network_open(writer_view(&image), &n), E_OK);
	same_text(network_look_up(n, ip_of("27.64.2.255")).country, "VN");
	same_text(network_look_up(n, ip_of("27.64.3.0")).country, "LA");
	same_text(network_look_up(n, ip_of("27.64.3.1")).country, "");
	network_close(n);
	writer_release(&image);
	writer_release(&w);
	assert_int_equal(parse(text, "", &info, &seen, &problem), E_OK);
	assert_int_equal(info.built.seconds, date_instant((struct date){2026, 10, 8}).seconds);
	assert_int_equal(parse(bad, "", &info, &seen, &problem), E_OK);
	assert_int_equal(info.rows, 1);
	assert_int_equal(seen.count[PROBLEM_BAD_RANGE], 3);
	assert_int_equal(seen.count[PROBLEM_BAD_ADDRESS], 1);
	assert_int_equal(seen.count[PROBLEM_BAD_COUNTRY], 1);
	assert_int_equal(seen.count[PROBLEM_UNKNOWN_FORMAT], 1);
}

static void bad_holders(void **state)
{
	(void)state;
	struct network_table_info info;
	struct problem problem;
	struct seen seen;
	assert_int_equal(parse("holder,asns,country,pool,subscribers\nA,1,VN,static,9\n"
			       "B,x,VN,,\nC,1,Vietnam,,\nD,1,VN,cable,\nE,1,VN,nat,many\n",
				 "", &info, &seen, &problem),
		E_OK);
	assert_int_equal(info.rows, 1);
	assert_int_equal(info.rejected, 4);
	assert_int_equal(seen.count[PROBLEM_BAD_ASN], 1);
	assert_int_equal(seen.count[PROBLEM_BAD_COUNTRY], 1);
	assert_int_equal(seen.count[PROBLEM_BAD_POOL], 1);
	assert_int_equal(seen.count[PROBLEM_BAD_NUMBER], 1);
}

static void refused(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum err err;
		enum problem_code code;
	} files[] = {
		{"", E_SYNTAX, PROBLEM_EMPTY_FILE},
		{"\n# only words\n\n", E_SYNTAX, PROBLEM_EMPTY_FILE},
		{"1.52.0.0/14\n", E_SYNTAX, PROBLEM_NO_COUNTRY},
		{"a,b,c\nd,e,f\n", E_UNKNOWN, PROBLEM_UNKNOWN_FORMAT},
		{"start,end,asn\n1,0,1\n", E_SYNTAX, PROBLEM_TOO_MANY_BAD},
		{"start,end,asn\n", E_SYNTAX, PROBLEM_TOO_MANY_BAD},
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct network_table_info info;
		struct problem problem;
		struct seen seen;
		assert_int_equal(parse(files[i].text, "", &info, &seen, &problem), files[i].err);
		assert_int_equal(problem.code, files[i].code);
	}
}

/* From 100 rows on the share decides: 10 of 100 pass, 11 do not. */
static void share_of_bad_rows(void **state)
{
	(void)state;
	for (int bad = 10; bad <= 11; bad++) {
		struct network_table_info info;
		struct problem problem;
		struct seen seen;
		struct writer text;
		writer_init(&text, 1 << 20);
		for (int i = 0; i < 100; i++)
			writer_text(&text, i < 100 - bad ? "1.0.0.0/8\n" : "1.0.0.1/8\n");
		writer_char(&text, 0);
		enum err err = parse((const char *)text.data, "VN", &info, &seen, &problem);
		assert_int_equal(err, bad == 10 ? E_OK : E_SYNTAX);
		if (bad == 11) {
			assert_int_equal(problem.code, PROBLEM_TOO_MANY_BAD);
			same_text(problem_got(&problem), "11");
		}
		writer_release(&text);
	}
}

/* No byte of a table may change unseen. */
static void damaged_table(void **state)
{
	(void)state;
	struct writer w = table_of(STR("1.0.0.0,1.0.0.255,1,a\n2001:db8::,2001:db8::9,2,b\n"), "");
	struct network_table_info info;
	for (size_t i = 0; i < w.size; i++) {
		w.data[i] ^= 0x10;
		assert_int_not_equal(network_table_check(writer_view(&w), &info), E_OK);
		w.data[i] ^= 0x10;
		assert_int_not_equal(network_table_check((struct bytes){w.data, i}, &info), E_OK);
	}
	assert_int_equal(network_table_check(writer_view(&w), &info), E_OK);
	writer_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recognised),
		cmocka_unit_test(bad_rows),
		cmocka_unit_test(bad_lines),
		cmocka_unit_test(delegated),
		cmocka_unit_test(bad_holders),
		cmocka_unit_test(refused),
		cmocka_unit_test(share_of_bad_rows),
		cmocka_unit_test(damaged_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
