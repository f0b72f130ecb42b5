/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

static struct network *small(struct writer *image)
{
	struct writer tables[] = {
		table_of(STR("10.0.0.0,10.0.255.255,100,Wide\n10.0.1.0,10.0.1.255,200,Narrow\n"
			     "10.0.2.0,10.0.2.255,0,Nobody\n200.0.0.0,255.255.255.255,300,High\n"
			     "2001:db8::,2001:db8:0:ffff:ffff:ffff:ffff:ffff,400,Six\n"
			     "2001:db8:0:1::,2001:db8:0:1:ffff:ffff:ffff:ffff,401,Net\n"),
			""),
		table_of(STR("9.0.0.0,10.255.255.255,VN\n11.0.0.0,11.0.0.255,LA\n"
			     "2001:db8::,2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,VN\n"),
			""),
		table_of(STR("10.0.0.0/16\n11.0.0.128/25\n"), "VN"),
		table_of(STR("holder,title_vi,title_en,asns,pool,subscribers,hotline\n"
			     "Alpha,An Pha,Alpha Co,100 200,dynamic,5,1800 1\nBeta,,,300 "
			     "999,static,,\n"),
			"VN"),
		table_of(STR("prefix,pool\n10.0.3.0/24,mobile\n10.0.3.7/32,unknown\n"), "VN"),
	};
	return network_of(tables, sizeof(tables) / sizeof(tables[0]), image);
}

static void look_up(void **state)
{
	(void)state;
	static const struct {
		const char *ip;
		uint32_t asn;
		const char *name, *country, *holder;
		enum pool pool;
	} asked[] = {
		{"10.0.0.0", 100, "Wide", "VN", "Alpha", POOL_DYNAMIC},
		{"10.0.1.0", 200, "Narrow", "VN", "Alpha", POOL_DYNAMIC},
		{"10.0.1.255", 200, "Narrow", "VN", "Alpha", POOL_DYNAMIC},
		{"10.0.2.0", 0, "", "VN", "", POOL_UNKNOWN},
		{"10.0.3.0", 100, "Wide", "VN", "Alpha", POOL_MOBILE},
		{"10.0.3.7", 100, "Wide", "VN", "Alpha", POOL_UNKNOWN},
		{"10.0.255.255", 100, "Wide", "VN", "Alpha", POOL_DYNAMIC},
		/* Ranges say VN, but VN has a list for IPv4 and that is not on it. */
		{"10.1.0.0", 0, "", "", "", POOL_UNKNOWN},
		{"11.0.0.127", 0, "", "LA", "", POOL_UNKNOWN},
		{"11.0.0.128", 0, "", "VN", "", POOL_UNKNOWN},
		{"0.0.0.0", 0, "", "", "", POOL_UNKNOWN},
		{"255.255.255.255", 300, "High", "", "Beta", POOL_STATIC},
		{"::ffff:200.0.0.0", 300, "High", "", "Beta", POOL_STATIC},
		{"2001:db8::1", 400, "Six", "VN", "", POOL_UNKNOWN},
		{"2001:db8:0:1::", 401, "Net", "VN", "", POOL_UNKNOWN},
		{"2001:db8:0:2::", 400, "Six", "VN", "", POOL_UNKNOWN},
		{"2001:db8:1::", 0, "", "VN", "", POOL_UNKNOWN},
		{"2001:db9::", 0, "", "", "", POOL_UNKNOWN},
		{"::", 0, "", "", "", POOL_UNKNOWN},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0, "", "", "", POOL_UNKNOWN},
	};
	struct writer image;
	struct network *n = small(&image);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct attribution a = network_look_up(n, ip_of(asked[i].ip));
		if (a.asn != asked[i].asn)
			fail_msg("%s: AS%u", asked[i].ip, a.asn);
		same_text(a.as_name, asked[i].name);
		same_text(a.country, asked[i].country);
		same_text(a.holder.key, asked[i].holder);
		assert_int_equal(a.pool, asked[i].pool);
	}
	network_close(n);
	writer_release(&image);
}

static void names_and_holders(void **state)
{
	(void)state;
	struct writer image;
	struct network *n = small(&image);
	same_text(network_as_name(n, 401), "Net");
	same_text(network_as_name(n, 999), "");
	same_text(network_as_name(n, 12345), "");
	same_text(network_asn_holder(n, 999), "Beta");
	same_text(network_asn_holder(n, 400), "");
	same_text(network_asn_holder(n, 7), "");
	struct holder alpha = network_holder(n, STR("Alpha"));
	same_text(alpha.title_vi, "An Pha");
	same_text(alpha.title_en, "Alpha Co");
	same_text(alpha.hotline, "1800 1");
	same_text(alpha.country, "VN");
	assert_int_equal(alpha.subscribers, 5);
	assert_int_equal(alpha.pool, POOL_DYNAMIC);
	same_text(network_holder(n, STR("Gamma")).key, "");
	network_close(n);
	writer_release(&image);
}

static void addresses_of_a_country(void **state)
{
	(void)state;
	struct writer image;
	struct network *n = small(&image);
	assert_int_equal(network_country_size(n, STR("VN")), 65536 + 128);
	assert_int_equal(network_country_size(n, STR("LA")), 128);
	assert_int_equal(network_country_size(n, STR("KH")), 0);
	assert_int_equal(network_country_address(n, STR("VN"), 0), 0x0a000000);
	assert_int_equal(network_country_address(n, STR("VN"), 65535), 0x0a00ffff);
	assert_int_equal(network_country_address(n, STR("VN"), 65536), 0x0b000080);
	assert_int_equal(network_country_address(n, STR("VN"), 65663), 0x0b0000ff);
	network_close(n);
	writer_release(&image);
}

static struct unit_set *some_units(void)
{
	static const uint32_t v4[] = {0, 0x09ffffff, 0x0a000000, 0x0a0001ff, 0x0a0002ff, 0x0a00ffff,
		0x0a010000, 0x0b00007f, 0x0b000080, 0x0b0000ff, 0x0b000100, 0xffffffff};
	static const uint64_t v6[] = {0, 0x20010db800000000, 0x20010db800000001, 0x20010db80000ffff,
		0x20010db800010000, 0x20010db900000000, UINT64_MAX};
	struct unit_set *s = unit_set_new();
	assert_non_null(s);
	assert_int_equal(unit_set_add_v4(s, v4, sizeof(v4) / sizeof(v4[0])), E_OK);
	assert_int_equal(unit_set_add_v6(s, v6, sizeof(v6) / sizeof(v6[0])), E_OK);
	return s;
}

static void keep_country(void **state)
{
	(void)state;
	struct writer image;
	struct network *n = small(&image);
	struct unit_set *s = some_units();
	assert_int_equal(network_keep_country(n, STR("KH"), s), E_NOTFOUND);
	assert_int_equal(unit_set_count_v4(s), 12);
	assert_int_equal(network_keep_country(n, STR("VN"), s), E_OK);
	assert_int_equal(unit_set_count_v4(s), 6);
	assert_int_equal(unit_set_count_v6(s), 4);
	assert_true(unit_set_contains(s, (struct unit){0x0a000000, false}));
	assert_true(unit_set_contains(s, (struct unit){0x0b000080, false}));
	assert_false(unit_set_contains(s, (struct unit){0x0b00007f, false}));
	assert_false(unit_set_contains(s, (struct unit){0x0a010000, false}));
	unit_set_free(s);
	network_close(n);
	writer_release(&image);
}

static void count_asns(void **state)
{
	(void)state;
	static const struct asn_count expected[] = {
		{0, 8, 4}, {100, 2, 0}, {200, 1, 0}, {300, 1, 0}, {400, 0, 2}, {401, 0, 1}};
	struct writer image;
	struct network *n = small(&image);
	struct unit_set *s = some_units();
	struct asn_count *counts;
	size_t count;
	assert_int_equal(network_count_asns(n, s, &counts, &count), E_OK);
	assert_int_equal(count, sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(counts[i].asn, expected[i].asn);
		assert_int_equal(counts[i].v4, expected[i].v4);
		assert_int_equal(counts[i].v6, expected[i].v6);
	}
	free(counts);
	unit_set_free(s);
	network_close(n);
	writer_release(&image);
}

/* A later table takes the place of the part that an earlier one of its kind has, no more. */
static void later_tables(void **state)
{
	(void)state;
	struct writer image;
	struct writer tables[] = {
		table_of(STR("1.0.0.0,1.0.0.255,1,old\n2.0.0.0,2.0.0.255,2,old\n2001:db8::,2001:"
			     "db8::9,3,"
			     "six\n"),
			""),
		table_of(STR("1.0.0.0,1.0.0.255,1,new\n"), ""),
		table_of(STR("holder,asns\nA,1\n"), "VN"),
		table_of(STR("holder,asns\nB,3\n"), "LA"),
		table_of(STR("holder,asns\nC,1\n"), "VN"),
	};
	struct network *n = network_of(tables, sizeof(tables) / sizeof(tables[0]), &image);
	same_text(network_look_up(n, ip_of("1.0.0.1")).as_name, "new");
	same_text(network_look_up(n, ip_of("1.0.0.1")).holder.key, "C");
	assert_int_equal(network_look_up(n, ip_of("2.0.0.1")).asn, 0);
	assert_int_equal(network_look_up(n, ip_of("2001:db8::")).asn, 3);
	same_text(network_look_up(n, ip_of("2001:db8::")).holder.key, "B");
	network_close(n);
	writer_release(&image);
}

static void nothing_known(void **state)
{
	(void)state;
	struct writer image;
	struct network *n = network_of(NULL, 0, &image);
	struct unit_set *s = some_units();
	struct asn_count *counts;
	size_t count;
	assert_int_equal(network_look_up(n, ip_of("1.0.0.1")).asn, 0);
	assert_int_equal(network_look_up(n, ip_of("2001:db8::")).asn, 0);
	assert_int_equal(network_keep_country(n, STR("VN"), s), E_NOTFOUND);
	assert_int_equal(network_count_asns(n, s, &counts, &count), E_OK);
	assert_int_equal(count, 1);
	assert_int_equal(counts[0].v4, 12);
	free(counts);
	unit_set_free(s);
	network_close(n);
	writer_release(&image);
}

static void damaged_image(void **state)
{
	(void)state;
	struct writer image;
	struct network *n = small(&image);
	network_close(n);
	for (size_t i = 0; i < image.size; i += i < 4096 ? 1 : 4093) {
		image.data[i] ^= 1;
		assert_int_not_equal(network_open(writer_view(&image), &n), E_OK);
		image.data[i] ^= 1;
		assert_int_not_equal(network_open((struct bytes){image.data, i}, &n), E_OK);
	}
	writer_release(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(look_up),
		cmocka_unit_test(names_and_holders),
		cmocka_unit_test(addresses_of_a_country),
		cmocka_unit_test(keep_country),
		cmocka_unit_test(count_asns),
		cmocka_unit_test(later_tables),
		cmocka_unit_test(nothing_known),
		cmocka_unit_test(damaged_image),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
