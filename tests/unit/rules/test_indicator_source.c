/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/indicator_source.h"

enum {
	MOST = 64
};

struct kit {
	struct arena arena;
	struct pack_indicator list[MOST];
	struct pack_indicators found;
	struct problem problems[MOST];
	size_t problem_count;
};

static int set_up(void **state)
{
	static struct kit k;
	k = (struct kit){0};
	k.found = (struct pack_indicators){.list = k.list, .capacity = MOST};
	arena_init(&k.arena, 1 << 20);
	*state = &k;
	return 0;
}

static int tear_down(void **state)
{
	struct kit *k = *state;
	arena_release(&k->arena);
	return 0;
}

static void take_problem(void *context, const struct problem *problem)
{
	struct kit *k = context;
	assert_true(k->problem_count < MOST);
	k->problems[k->problem_count++] = *problem;
}

static enum err read(struct kit *k, const char *text)
{
	return indicator_source_read(
		str_from(text), 2, STR("list"), &k->arena, take_problem, k, &k->found);
}

static void assert_text(struct str got, const char *want)
{
	assert_int_equal(got.size, strlen(want));
	assert_memory_equal(got.data, want, got.size);
}

static void values_are_made_whole(void **state)
{
	static const struct {
		const char *value;
		enum indicator_kind kind;
		const char *want;
	} cases[] = {
		{"203.0.113.7", INDICATOR_ADDRESS, "203.0.113.7"},
		{"203.0.113[.]7", INDICATOR_ADDRESS, "203.0.113.7"},
		{"203.0.113.7:23", INDICATOR_ADDRESS, "203.0.113.7:23"},
		{"203[.]0[.]113[.]7[:]23", INDICATOR_ADDRESS, "203.0.113.7:23"},
		{"203.0.113.0/24", INDICATOR_ADDRESS, "203.0.113.0/24"},
		{"203.0.113.7/32", INDICATOR_ADDRESS, "203.0.113.7"},
		{"2001:DB8::1", INDICATOR_ADDRESS, "2001:db8::1"},
		{"[2001:db8::1]:443", INDICATOR_ADDRESS, "[2001:db8::1]:443"},
		{"2001:db8::/48", INDICATOR_ADDRESS, "2001:db8::/48"},
		{"hxxp://203.0.113.7:8080/", INDICATOR_ADDRESS, "203.0.113.7:8080"},
		{"ip:203.0.113.7", INDICATOR_ADDRESS, "203.0.113.7"},
		{"Evil.Example.NET", INDICATOR_DOMAIN, "evil.example.net"},
		{"evil[.]example(.)net", INDICATOR_DOMAIN, "evil.example.net"},
		{"evil[dot]example.net.", INDICATOR_DOMAIN, "evil.example.net"},
		{"*.evil.example", INDICATOR_DOMAIN, "evil.example"},
		{"hxxps[://]evil.example", INDICATOR_DOMAIN, "evil.example"},
		{"evil.example:8080", INDICATOR_DOMAIN, "evil.example"},
		{"_dmarc.evil-x.example", INDICATOR_DOMAIN, "_dmarc.evil-x.example"},
		{"xn--bcher-kva.example", INDICATOR_DOMAIN, "xn--bcher-kva.example"},
		{"evil.com.vn", INDICATOR_DOMAIN, "evil.com.vn"},
		{"domain:run.sh", INDICATOR_DOMAIN, "run.sh"},
		{"run.sh", INDICATOR_DOMAIN, "run.sh"},
		{"file:run.sh", INDICATOR_FILE, "run.sh"},
		{"file:kdevtmpfsi", INDICATOR_FILE, "kdevtmpfsi"},
		{"/tmp/.x*", INDICATOR_FILE, NULL},
		{"/tmp/.xm*rig", INDICATOR_FILE, "/tmp/.xm*rig"},
		{"svchost64.exe", INDICATOR_FILE, "svchost64.exe"},
		{"%APPDATA%\\x\\evil.dll", INDICATOR_FILE, "%APPDATA%\\x\\evil.dll"},
		{"~/.config/evil", INDICATOR_FILE, "~/.config/evil"},
	};
	struct kit *k = *state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum indicator_kind kind = INDICATOR__COUNT;
		struct str value = {NULL, 0};
		enum problem_code problem;
		bool good = indicator_parse(
			str_from(cases[i].value), &k->arena, &kind, &value, &problem);
		if (good != (cases[i].want != NULL))
			fail_msg("%s", cases[i].value);
		if (good) {
			assert_int_equal(kind, cases[i].kind);
			assert_text(value, cases[i].want);
		}
	}
}

static void what_would_hit_the_innocent_is_refused(void **state)
{
	static const struct {
		const char *value;
		enum problem_code code;
	} cases[] = {
		{"127.0.0.1", PROBLEM_NOT_A_MACHINE},
		{"192.168.1.1:80", PROBLEM_NOT_A_MACHINE},
		{"0.0.0.0", PROBLEM_NOT_A_MACHINE},
		{"255.255.255.255", PROBLEM_NOT_A_MACHINE},
		{"::1", PROBLEM_NOT_A_MACHINE},
		{"0.0.0.0/0", PROBLEM_TOO_WIDE},
		{"8.0.0.0/8", PROBLEM_TOO_WIDE},
		{"2000::/3", PROBLEM_TOO_WIDE},
		{"com.vn", PROBLEM_TOO_WIDE},
		{"*.co.uk", PROBLEM_TOO_WIDE},
		{"file:*", PROBLEM_TOO_WIDE},
		{"/*/*", PROBLEM_TOO_WIDE},
		{"/home/*", PROBLEM_TOO_WIDE},
		{"C:\\Users\\*\\a", PROBLEM_TOO_WIDE},
		{"file:ab", PROBLEM_TOO_WIDE},
		{"https://example.net/evil.exe", PROBLEM_PAGE_ADDRESS},
		{"hxxp://user@example.net", PROBLEM_PAGE_ADDRESS},
		{"http://example.net?x", PROBLEM_PAGE_ADDRESS},
		{"203.0.113.7/24", PROBLEM_BAD_ADDRESS},
		{"203.0.113.300", PROBLEM_BAD_ADDRESS},
		{"203.0.113.7:0", PROBLEM_BAD_PORT},
		{"203.0.113.7:65536", PROBLEM_BAD_PORT},
		{"203.0.113.7:http", PROBLEM_BAD_PORT},
		{"", PROBLEM_BAD_INDICATOR},
		{"word", PROBLEM_BAD_INDICATOR},
		{"two words.example", PROBLEM_BAD_INDICATOR},
		{"-evil.example", PROBLEM_BAD_INDICATOR},
		{"evil..example", PROBLEM_BAD_INDICATOR},
		{"evil.example1", PROBLEM_BAD_INDICATOR},
		{"tiếng.vn", PROBLEM_BAD_INDICATOR},
		{"ip:word", PROBLEM_BAD_ADDRESS},
		{"file:", PROBLEM_BAD_INDICATOR},
		{"file:bell\a-and-more", PROBLEM_BAD_INDICATOR},
		{"file:latin\xe9-letters", PROBLEM_BAD_INDICATOR},
	};
	struct kit *k = *state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum indicator_kind kind;
		struct str value;
		enum problem_code problem;
		if (indicator_parse(str_from(cases[i].value), &k->arena, &kind, &value, &problem))
			fail_msg("%s taken", cases[i].value);
		if (problem != cases[i].code)
			fail_msg("%s: %d, wanted %d", cases[i].value, problem, cases[i].code);
	}
}

static void lines_carry_names(void **state)
{
	struct kit *k = *state;
	assert_int_equal(read(k, "# c\n203.0.113.7;Mirai C2\nevil.example, Some name\n"
				 "evil2.example # talk\n0.0.0.0 evil3.example\nevil4.example\n"),
		E_OK);
	assert_int_equal(k->problem_count, 0);
	assert_int_equal(k->found.count, 5);
	assert_text(k->list[0].name, "Mirai C2");
	assert_int_equal(k->list[0].set, 2);
	assert_text(k->list[1].name, "Some name");
	assert_text(k->list[2].name, "talk");
	assert_text(k->list[3].value, "evil3.example");
	assert_text(k->list[4].name, "list");
}

static void misp_tables_are_read(void **state)
{
	struct kit *k = *state;
	assert_int_equal(read(k, "type,value,comment,to_ids\nip-dst,203.0.113.7,a,1\n"
				 "ip-dst|port,203.0.113.8|23,b,True\n"
				 "ip-src|port,2001:db8::1|23,b,1\n"
				 "domain|ip,evil.example|203.0.113.9,c,1\n"
				 "filename,kdevtmpfsi,d,1\nmd5,x,e,1\n"
				 "hostname,not for detection.example,f,0\n"
				 "url,http://example.net/x,g,1\ndomain,,h,1\n"),
		E_OK);
	assert_int_equal(k->found.count, 5);
	assert_text(k->list[1].value, "203.0.113.8:23");
	assert_text(k->list[2].value, "[2001:db8::1]:23");
	assert_text(k->list[3].value, "evil.example");
	assert_int_equal(k->list[4].kind, INDICATOR_FILE);
	assert_text(k->list[4].name, "d");
	assert_int_equal(k->found.passed_over, 1);
	assert_int_equal(k->problem_count, 2);
	assert_int_equal(k->problems[0].code, PROBLEM_PAGE_ADDRESS);
	assert_int_equal(k->problems[0].line, 9);
	assert_int_equal(k->problems[1].code, PROBLEM_NO_FIELD);
}

/* Who was broken into is no sign of malware for whoever talks to it. */
static void threatfox_tables_are_read(void **state)
{
	struct kit *k = *state;
	assert_int_equal(
		read(k, "# ThreatFox\r\n# \"first_seen_utc\",\"ioc_value\",\"ioc_type\","
			"\"malware_printable\",\"is_compromised\"\r\n"
			"\"2026-08-01\", \"8.8.4.4:23\", \"ip:port\", \"Mirai\", \"False\"\r\n"
			"\"2026-08-01\", \"evil.example\", \"domain\", \"None\", \"False\"\r\n"
			"\"2026-08-01\", \"shop.example\", \"domain\", \"Mirai\", \"True\"\r\n"
			"# Number of entries: 3\r\n"),
		E_OK);
	assert_int_equal(k->problem_count, 0);
	assert_int_equal(k->found.count, 2);
	assert_text(k->list[0].value, "8.8.4.4:23");
	assert_text(k->list[0].name, "Mirai");
	assert_text(k->list[1].value, "evil.example");
	assert_text(k->list[1].name, "list");
	assert_int_equal(k->found.passed_over, 1);
}

static void no_more_than_there_is_room_for(void **state)
{
	struct kit *k = *state;
	k->found.capacity = 1;
	assert_int_equal(read(k, "a.example\nb.example\n"), E_LIMIT);
	assert_int_equal(k->found.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(values_are_made_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_would_hit_the_innocent_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lines_carry_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(misp_tables_are_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(threatfox_tables_are_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_more_than_there_is_room_for, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
