/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/ip.h"

static void written_is(struct writer *w, const char *expected)
{
	assert_true(str_equal(writer_view_str(w), str_from(expected)));
	writer_clear(w);
}

static void address_forms(void **state)
{
	(void)state;
	static const char *const forms[][2] = {
		{"192.0.2.1", "192.0.2.1"},
		{"0.0.0.0", "0.0.0.0"},
		{"255.255.255.255", "255.255.255.255"},
		{"::ffff:192.0.2.1", "192.0.2.1"},
		{"::FFFF:c000:0201", "192.0.2.1"},
		{"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
		{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
		{"::", "::"},
		{"::1", "::1"},
		{"1::", "1::"},
		{"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
		{"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
	};
	struct writer w;
	struct ip ip;
	writer_init(&w, 100);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		assert_true(ip_parse(str_from(forms[i][0]), &ip));
		writer_ip(&w, ip);
		written_is(&w, forms[i][1]);
	}
	writer_release(&w);
}

static void not_addresses(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4",
		"1.2.3.4 ", " 1.2.3.4", "1.2.3.-4", "1..2.3", ":", ":::", "1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1.2.3",
		"1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0", "[::1]", "1:2:3:4:5:6:7:8:", "1:"};
	struct ip ip;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ip_parse(str_from(bad[i]), &ip));
}

static void units(void **state)
{
	(void)state;
	struct ip ip;
	struct writer w;
	writer_init(&w, 100);
	assert_true(ip_parse(STR("2001:db8:1:2:3:4:5:6"), &ip));
	writer_unit(&w, ip_unit(ip));
	written_is(&w, "2001:db8:1:2::/64");
	assert_true(ip_parse(STR("::ffff:14.160.1.2"), &ip));
	assert_false(ip_unit(ip).v6);
	assert_int_equal(ip_unit(ip).key, 0x0EA00102);
	writer_unit(&w, ip_unit(ip));
	written_is(&w, "14.160.1.2");
	writer_release(&w);
}

static void prefixes(void **state)
{
	(void)state;
	struct prefix p;
	struct ip ip;
	assert_true(prefix_parse(STR("192.0.2.0/24"), &p));
	assert_int_equal(p.length, 120);
	assert_true(ip_parse(STR("192.0.2.255"), &ip));
	assert_true(prefix_contains(p, ip));
	assert_true(ip_parse(STR("192.0.3.0"), &ip));
	assert_false(prefix_contains(p, ip));
	assert_true(prefix_parse(STR("0.0.0.0/0"), &p));
	assert_int_equal(p.length, 96);
	assert_true(prefix_parse(STR("2001:db8::/32"), &p));
	assert_true(prefix_parse(STR("192.0.2.7"), &p));
	assert_true(prefix_is_host(p));
	assert_false(prefix_parse(STR("192.0.2.1/24"), &p));
	assert_false(prefix_parse(STR("192.0.2.0/33"), &p));
	assert_false(prefix_parse(STR("192.0.2.0/"), &p));
	assert_false(prefix_parse(STR("2001:db8::/129"), &p));
}

static void scopes(void **state)
{
	(void)state;
	static const struct {
		const char *ip;
		enum ip_scope scope;
	} cases[] = {
		{"127.0.0.1", IP_SCOPE_LOOPBACK},
		{"::1", IP_SCOPE_LOOPBACK},
		{"10.1.2.3", IP_SCOPE_PRIVATE},
		{"172.31.255.255", IP_SCOPE_PRIVATE},
		{"172.32.0.0", IP_SCOPE_GLOBAL},
		{"100.64.0.1", IP_SCOPE_SHARED},
		{"100.128.0.0", IP_SCOPE_GLOBAL},
		{"224.0.0.1", IP_SCOPE_MULTICAST},
		{"255.255.255.255", IP_SCOPE_MULTICAST},
		{"203.0.113.9", IP_SCOPE_GLOBAL},
		{"0.1.2.3", IP_SCOPE_RESERVED},
		{"240.0.0.1", IP_SCOPE_RESERVED},
		{"14.160.1.2", IP_SCOPE_GLOBAL},
		{"2001:ee0::1", IP_SCOPE_GLOBAL},
		{"2001:db8::1", IP_SCOPE_GLOBAL},
		{"::", IP_SCOPE_RESERVED},
		{"fd00::1", IP_SCOPE_PRIVATE},
		{"fe80::1", IP_SCOPE_PRIVATE},
		{"ff02::1", IP_SCOPE_MULTICAST},
	};
	struct ip ip;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(ip_parse(str_from(cases[i].ip), &ip));
		assert_int_equal(ip_scope(ip), cases[i].scope);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_forms),
		cmocka_unit_test(not_addresses),
		cmocka_unit_test(units),
		cmocka_unit_test(prefixes),
		cmocka_unit_test(scopes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
