/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "feed/column_map.h"
#include "feed/commented_csv.h"
#include "parse.h"

/* --- the map --- */

static void test_map(void **state)
{
	struct column_map map;
	struct problem problem;
	(void)state;
	assert_int_equal(column_map_parse(STR("time=When, ip = Source IP ,botnet=#7,separator=;,"
					      "zone=+07:00,time-format=DD/MM/YYYY HH:MM:SS"),
				 &map, &problem),
		E_OK);
	assert_true(str_equal(map.columns[MAP_TIME].text, STR("When")));
	assert_true(str_equal(map.columns[MAP_ADDRESS].text, STR("Source IP")));
	assert_int_equal(map.columns[MAP_ADDRESS].number, 0);
	assert_int_equal(map.columns[MAP_BOTNET].number, 7);
	assert_false(map.columns[MAP_PORT].given);
	assert_int_equal(map.separator, ';');
	assert_true(map.header);
	assert_int_equal(map.time.style, TIME_PATTERN);
	assert_int_equal(map.time.zone, 7 * 3600);

	assert_int_equal(column_map_parse(STR("ip=#1,first=#2,last=#3,separator=,,zone=-03:30"),
				 &map, &problem),
		E_OK);
	assert_false(map.header);
	assert_int_equal(map.separator, ',');
	assert_int_equal(map.time.zone, -(3 * 3600 + 1800));
	assert_int_equal(column_map_parse(STR("ip=#1,time=#2,header=yes"), &map, &problem), E_OK);
	assert_true(map.header);
}

static void test_wrong_maps(void **state)
{
	static const struct {
		const char *map;
		enum problem_code code;
		const char *field;
		const char *got;
	} cases[] = {
		{"", PROBLEM_NO_FIELD, "ip", ""},
		{"ip=a,last=b", PROBLEM_NO_FIELD, "time", ""},
		{"ip=a,clock=b", PROBLEM_NO_FIELD, "time", ""},
		{"ip=a,first=b", PROBLEM_NO_FIELD, "time", ""},
		{"ip=a,time=", PROBLEM_BAD_FIELD, "time", ""},
		{"ip=a,time", PROBLEM_BAD_FIELD, "time", ""},
		{"ip=#0,time=b", PROBLEM_BAD_FIELD, "ip", "#0"},
		{"ip=#x,time=b", PROBLEM_BAD_FIELD, "ip", "#x"},
		{"ip=#99999999999999999999,time=b", PROBLEM_BAD_FIELD, "ip",
			"#99999999999999999999"},
		{"ip=a,ip=c,time=b", PROBLEM_TWICE_FIELD, "ip", "c"},
		{"address=a,time=b", PROBLEM_UNKNOWN_FIELD, "map", "address"},
		{"=a,time=b", PROBLEM_UNKNOWN_FIELD, "map", ""},
		{"ip=a,time=b,separator=xy", PROBLEM_BAD_FIELD, "separator", "xy"},
		{"ip=a,time=b,header=maybe", PROBLEM_BAD_FIELD, "header", "maybe"},
		{"ip=a,time=b,header=no", PROBLEM_BAD_FIELD, "header", "no"},
		{"ip=a,time=b,zone=Asia/Ho_Chi_Minh", PROBLEM_BAD_FIELD, "zone",
			"Asia/Ho_Chi_Minh"},
		{"ip=a,time=b,zone=+15:00", PROBLEM_BAD_FIELD, "zone", "+15:00"},
		{"ip=a,time=b,time-format=DD/MM", PROBLEM_BAD_FIELD, "time-format", "DD/MM"},
		{"ip=a,time=b,time-format=DD/MM/YYYY DD", PROBLEM_BAD_FIELD, "time-format",
			"DD/MM/YYYY DD"},
		{"ip=a,time=b,time-format=DD/MON/MM/YYYY", PROBLEM_BAD_FIELD, "time-format",
			"DD/MON/MM/YYYY"},
		{"ip=a,time=b,time-format=DD/MM/YYYY AM", PROBLEM_BAD_FIELD, "time-format",
			"DD/MM/YYYY AM"},
		{"ip=a,time=b,time-format=YYYY-MM-DD HH", PROBLEM_BAD_FIELD, "time-format",
			"YYYY-MM-DD HH"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct column_map map;
		struct problem problem = {.code = PROBLEM_NONE};
		assert_int_equal(
			column_map_parse(str_from(cases[i].map), &map, &problem), E_SYNTAX);
		assert_int_equal(problem.code, cases[i].code);
		assert_true(str_equal(problem_field(&problem), str_from(cases[i].field)));
		assert_true(str_equal(problem_got(&problem), str_from(cases[i].got)));
	}
}

/* --- times --- */

struct time_case {
	const char *format; /* NULL: any */
	int32_t zone;
	const char *value;
	int64_t first; /* -1: refused */
	int64_t last;
	bool day;
};

static const struct time_case times[] = {
	{NULL, 0, "2026-08-01 00:00:01", 1785542401, 1785542401, false},
	{NULL, 25200, "2026-08-01 07:00:01", 1785542401, 1785542401, false},
	{NULL, 25200, "2026-08-01T00:00:01Z", 1785542401, 1785542401, false},
	{NULL, 25200, "2026-08-01T02:00:01.5+02:00", 1785542401, 1785542401, false},
	{NULL, 25200, "2026-07-31T22:00:01-02:00", 1785542401, 1785542401, false},
	{NULL, 0, "2026-08-01", 1785542400, 1785628799, true},
	{NULL, 25200, "2026-08-01", 1785517200, 1785603599, false},
	{NULL, 25200, "1785542401", 1785542401, 1785542401, false},
	{NULL, 0, "1785542401.75", 1785542401, 1785542401, false},
	{NULL, 0, "1785542401999", 1785542401, 1785542401, false},
	/* A spreadsheet's number of a day is no second of 1970, a day in eight digits neither. */
	{NULL, 0, "46235", -1, 0, false},
	{NULL, 0, "46235.25", -1, 0, false},
	{NULL, 0, "20260801", 1785542400, 1785628799, true},
	{NULL, 25200, "20260801", 1785517200, 1785603599, false},
	{NULL, 0, "20261301", -1, 0, false},
	{NULL, 0, "99999999", -1, 0, false},
	{NULL, 0, "100000000", 100000000, 100000000, false},
	{NULL, 0, "20260801000001", 1785542401, 1785542401, false},
	{NULL, 25200, "20260801070001", 1785542401, 1785542401, false},
	{NULL, 0, "20260801000061", -1, 0, false},
	{NULL, 0, "12345678901234", -1, 0, false},
	{"excel", 0, "46235", 1785542400, 1785628799, true},
	{"excel", 25200, "46235", 1785517200, 1785603599, false},
	{"excel", 0, "46235.75", 1785607200, 1785607200, false},
	{"excel", 25200, "46235,75", 1785582000, 1785582000, false},
	{"Excel", 0, "46235.0000115741", 1785542401, 1785542401, false},
	{"excel", 0, "46235.99999999999999999", 1785628799, 1785628799, false},
	{"excel", 0, "25568", -1, 0, false},
	{"excel", 0, "1785542401", -1, 0, false},
	{"excel", 0, "46235.", -1, 0, false},
	{"excel", 0, "46235.1e3", -1, 0, false},
	{"excel", 0, "2026-08-01", -1, 0, false},
	{NULL, 0, "1785542401.", -1, 0, false},
	{NULL, 0, "1785542401.x", -1, 0, false},
	{NULL, 0, "99999999999999999999", -1, 0, false},
	{NULL, 0, "", -1, 0, false},
	{NULL, 0, "01/08/2026 00:00:01", -1, 0, false},
	{NULL, 0, "2026-08-01 00:00", 1785542400, 1785542459, false},
	{NULL, 25200, "2026-08-01T07:00", 1785542400, 1785542459, false},
	{NULL, 25200, "2026-08-01T02:00+02:00", 1785542400, 1785542459, false},
	{NULL, 0, "2026-08-01 00:00x", -1, 0, false},
	{NULL, 0, "2026-08-01 24:00", -1, 0, false},
	{"iso", 0, "1785542401", -1, 0, false},
	{"epoch", 0, "2026-08-01", -1, 0, false},
	{"epoch", 0, "12", 12, 12, false},
	{"milliseconds", 0, "12345", 12, 12, false},
	{"DD/MM/YYYY HH:MM:SS", 0, "01/08/2026 00:00:01", 1785542401, 1785542401, false},
	{"DD/MM/YYYY HH:MM:SS", 25200, "1/8/2026 7:00:01", 1785542401, 1785542401, false},
	{"DD/MM/YYYY HH:MM", 0, "1/8/2026 0:00", 1785542400, 1785542459, false},
	{"MM-DD-YYYY", 0, "08-01-2026", 1785542400, 1785628799, true},
	{"DD/MON/YYYY:HH:MM:SS +0300", 10800, "01/Aug/2026:03:00:01 +0300", 1785542401, 1785542401,
		false},
	{"MON DD, YYYY HH:MM AM", 0, "aug 1, 2026 12:00 AM", 1785542400, 1785542459, false},
	{"DD-MON-YYYY", 0, "1-AUG-2026", 1785542400, 1785628799, true},
	{"DD-MON-YYYY", 0, "1-Aou-2026", -1, 0, false},
	{"DD-MON-YYYY", 0, "1-Au", -1, 0, false},
	{"YYYY-MM-DD HH:MM:SS EAT", 10800, "2026-08-01 03:00:01 EAT", 1785542401, 1785542401,
		false},
	{"YYYY-MM-DD HH:MM:SS EAT", 10800, "2026-08-01 03:00:01 UTC", -1, 0, false},
	{"YYYYMMDDTHHMMSS", 0, "20260801T000001", 1785542401, 1785542401, false},
	{"DD/MM/YYYY HH:MM:SS", 0, "29/02/2026 00:00:00", -1, 0, false},
	{"DD/MM/YYYY HH:MM:SS", 0, "29/02/2024 00:00:00", 1709164800, 1709164800, false},
	{"DD/MM/YYYY HH:MM:SS", 0, "01/13/2026 00:00:00", -1, 0, false},
	{"DD/MM/YYYY HH:MM:SS", 0, "01/08/2026 24:00:00", -1, 0, false},
	{"DD/MM/YYYY HH:MM:SS", 0, "01/08/2026 00:60:00", -1, 0, false},
	{"DD/MM/YYYY HH:MM:SS", 0, "01/08/2026 00:00:00 PM", -1, 0, false},
	{"DD/MM/YYYY HH:MM:SS", 0, "01/08/2026", -1, 0, false},
	{"MM/DD/YYYY HH:MM:SS AM", 0, "8/1/2026 12:00:01 AM", 1785542401, 1785542401, false},
	{"MM/DD/YYYY HH:MM:SS AM", 0, "8/1/2026 1:00:01 pm", 1785589201, 1785589201, false},
	{"DD/MM/YYYY HH:MM:SS AM", 0, "01/08/2026 12:00:01 CH", 1785585601, 1785585601, false},
	{"DD/MM/YYYY HH:MM AM", 0, "01/08/2026 12:00 SA", 1785542400, 1785542459, false},
	{"MM/DD/YYYY HH:MM:SS AM", 0, "8/1/2026 13:00:01 PM", -1, 0, false},
	{"MM/DD/YYYY HH:MM:SS AM", 0, "8/1/2026 0:00:01 AM", -1, 0, false},
	{"MM/DD/YYYY HH:MM:SS AM", 0, "8/1/2026 1:00:01 XM", -1, 0, false},
	{"MM/DD/YYYY HH:MM:SS AM", 0, "8/1/2026 1:00:01 ", -1, 0, false},
	{"DD/MM/YYYY", 0, "01/08/26", -1, 0, false},
	{"DD/MM/YYYY", 0, "/08/2026", -1, 0, false},
};

static void test_times(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		const struct time_case *t = &times[i];
		struct time_format format = {.zone = t->zone};
		struct time_read read;
		if (t->format)
			assert_true(time_format_parse(str_from(t->format), &format));
		bool good = time_format_read(&format, str_from(t->value), &read);
		assert_int_equal(good, t->first >= 0);
		if (!good)
			continue;
		assert_int_equal(read.first, t->first);
		assert_int_equal(read.last, t->last);
		assert_int_equal(read.day, t->day);
	}
}

/* --- files --- */

static struct parsed parsed;

static void parse(const char *map, const char *format, const char *text, size_t step)
{
	struct feed_options options = plain_options("anything.csv");
	options.map = str_from(map);
	options.format = str_from(format);
	options.kind_set = true;
	options.kind = KIND_INFECTED;
	parse_text(&parsed, &options, str_from(text), step);
}

static void assert_refused(enum problem_code code, const char *field, const char *got)
{
	assert_int_not_equal(parsed.err, E_OK);
	assert_int_equal(parsed.refusal.code, code);
	assert_true(str_equal(problem_field(&parsed.refusal), str_from(field)));
	assert_true(str_equal(problem_got(&parsed.refusal), str_from(got)));
	parsed_release(&parsed);
}

static void test_separators(void **state)
{
	static const char separators[] = {',', ';', '\t', '|'};
	(void)state;
	for (size_t i = 0; i < sizeof(separators); i++) {
		char text[] =
			"\n# no, header; yet\ntime,ip,note\n2026-08-01 00:00:01,14.225.1.2,x\n";
		for (char *at = strstr(text, "time"); *at; at++)
			if (*at == ',')
				*at = separators[i];
		parse("time=time,ip=ip", "", text, i + 1);
		assert_int_equal(parsed.err, E_OK);
		assert_int_equal(parsed.row_count, 1);
		assert_true(str_equal(parsed_extra(&parsed, 0, "note"), STR("x")));
		parsed_release(&parsed);
	}
	/* Commas inside say nothing where the columns are found otherwise. */
	parse("time=time,ip=ip", "", "a,b,c,d;time;ip\n1,2,3,4;1785542401;14.225.1.2\n", 7);
	assert_int_equal(parsed.row_count, 1);
	assert_true(str_equal(parsed_extra(&parsed, 0, "a,b,c,d"), STR("1,2,3,4")));
	parsed_release(&parsed);
}

static void test_refusals(void **state)
{
	(void)state;
	parse("time=when,ip=ip", "", "time,ip,note\n1785542401,14.225.1.2,\n", 4096);
	assert_refused(PROBLEM_NO_MAPPED_COLUMN, "when", "time, ip, note");
	parse("time=#1,ip=#4", "", "1785542401,14.225.1.2,\n", 4096);
	assert_refused(PROBLEM_NO_MAPPED_COLUMN, "#4", "#1, #2, #3");
	parse("time=#1", "", "1785542401,14.225.1.2,\n", 4096);
	assert_refused(PROBLEM_NO_FIELD, "ip", "");
	parse("", "mapped-csv", "1785542401,14.225.1.2,\n", 4096);
	assert_refused(PROBLEM_NO_FIELD, "ip", "");
	parse("time=#1,ip=#2", "plain-list", "1785542401,14.225.1.2,\n", 4096);
	assert_refused(PROBLEM_FIELDS_CLASH, "map", "plain-list");
	parse("time=#1,ip=#2", "", "time,ip\nnow,here\n", 4096);
	assert_refused(PROBLEM_TOO_MANY_BAD, "", "2");
}

static void assert_first(
	const char *time, const char *address, const char *extra, const char *value)
{
	struct instant wanted;
	struct prefix at;
	assert_int_equal(parsed.err, E_OK);
	assert_true(parsed.row_count > 0);
	assert_true(instant_parse(str_from(time), &wanted));
	assert_int_equal(parsed.rows[0].time.from.seconds, wanted.seconds);
	assert_true(prefix_parse(str_from(address), &at));
	assert_int_equal(ip_compare(parsed.rows[0].at.ip, at.ip), 0);
	if (extra)
		assert_true(str_equal(parsed_extra(&parsed, 0, extra), str_from(value)));
	parsed_release(&parsed);
}

/* As programs write it: Excel's first line, names in a comment, day and time apart, all digits. */
static void test_real_shapes(void **state)
{
	(void)state;
	parse("time=Time,ip=Source address", "",
		"\xEF\xBB\xBFsep=;\r\nTime;Source address;Threat\r\n2026-08-01 "
		"10:00:00;14.225.1.2;a,b,c,d\r\n",
		5);
	assert_first("2026-08-01T10:00:00Z", "14.225.1.2", "Threat", "a,b,c,d");
	parse("time=ts,ip=id.orig_h", "",
		"#separator \\x09\n#fields\tts\tid.orig_h\tservice\n#types\ttime\taddr\tstring\n"
		"1785578400.5\t14.225.1.2\tdns\n#close\tx\n",
		7);
	assert_first("2026-08-01T10:00:00Z", "14.225.1.2", "service", "dns");
	parse("time=Firstseen (UTC),ip=IP", "",
		"# A list, of hosts\n#\n# Firstseen (UTC),IP,Status\n"
		"2026-08-01 10:00:00,14.225.1.2,online\n# END\n",
		7);
	assert_first("2026-08-01T10:00:00Z", "14.225.1.2", "Status", "online");
	parse("time=date,clock=time,ip=srcip,zone=+07:00", "",
		"date,time,srcip\n2026-08-01,17:00:00,14.225.1.2\n", 7);
	assert_first("2026-08-01T10:00:00Z", "14.225.1.2", NULL, NULL);
	parse("time=#2,ip=#1", "", "# all digits\n014.225.001.002\t2026-08-01\tx\n", 7);
	assert_first("2026-08-01T00:00:00Z", "14.225.1.2", "column_3", "x");
	parse("time=#2,ip=#1", "", "14.025.1.2\t2026-08-01\tx\n", 7);
	assert_refused(PROBLEM_TOO_MANY_BAD, "", "1");
}

/* More than what is recognised by, and than a window: who named a wrong key is told the right ones.
 */
static void test_json_keys(void **state)
{
	struct writer w;
	(void)state;
	writer_init(&w, (size_t)4 << 20);
	for (unsigned wrong = 0; wrong < 2; wrong++) {
		writer_clear(&w);
		writer_text(
			&w, "{\"count\":2,\"data\":[{\"seen\":1785542401,\"note\":\"no address\"}");
		for (unsigned i = 0; i < 40000; i++)
			writer_text(&w, ",{\"address\":null,\"seen\":1785542401}");
		writer_text(&w, ",\n{\"address\":\"14.225.1.2\",\"seen\":1785542401}\n]}\n\n");
		struct feed_options options = plain_options("x.json");
		options.map = wrong ? STR("time=seen,ip=ip") : STR("time=seen,ip=address");
		options.kind_set = true;
		parse_text(&parsed, &options, writer_view_str(&w), 70001);
		if (wrong) {
			assert_refused(PROBLEM_NO_MAPPED_COLUMN, "ip", "seen, note");
			continue;
		}
		assert_int_equal(parsed.totals.skipped, 40001);
		assert_first("2026-08-01T00:00:01Z", "14.225.1.2", NULL, NULL);
	}
	writer_release(&w);
}

/* As Excel saves "Unicode text" and PowerShell redirects: both orders of bytes, any cut. A
 * character outside the first 65,536 is a pair; half of one is none. */
static void test_utf16(void **state)
{
	static const char text[] =
		"time\tip\tnote\n1785542401\t14.225.1.2\tTh\x1e\xe1\xd8\x3d\xdc\x1f"
		"\xd8\x3d-\xdc\x1f\n";
	(void)state;
	for (unsigned big = 0; big < 2; big++) {
		struct writer w;
		writer_init(&w, 4096);
		writer_str(&w, big ? STR("\xFE\xFF") : STR("\xFF\xFE"));
		for (size_t i = 0; i + 1 < sizeof(text); i++) {
			uint8_t c = (uint8_t)text[i];
			bool pair = c == 0x1E || c == 0xD8 || c == 0xDC;
			uint8_t high = pair ? c : 0;
			uint8_t low = pair ? (uint8_t)text[++i] : c;
			writer_u8(&w, big ? high : low);
			writer_u8(&w, big ? low : high);
		}
		for (size_t step = 1; step < 9; step++) {
			struct feed_options options = plain_options("x.csv");
			options.map = STR("time=time,ip=ip");
			options.kind_set = true;
			parse_text(&parsed, &options, writer_view_str(&w), step);
			assert_first("2026-08-01T00:00:01Z", "14.225.1.2", "note",
				"Th\xE1\xBB\xA1\xF0\x9F\x90\x9F\xEF\xBF\xBD-\xEF\xBF\xBD");
		}
		writer_release(&w);
	}
	/* A mark alone, and half a character at the end. */
	parse("time=time,ip=ip", "", "\xFF\xFE", 1);
	assert_refused(PROBLEM_EMPTY_FILE, "", "");
	parse("time=#1,ip=#2", "", "x", 1);
	assert_refused(PROBLEM_NO_MAPPED_COLUMN, "#2", "#1");
}

/* A table that tells no time is of the day that its name or the operator tells. */
static void test_no_time(void **state)
{
	struct feed_options options = plain_options("export-2026-08-01.csv");
	struct str text = STR("ip,malware\n14.225.1.2,mirai\n");
	(void)state;
	options.map = STR("ip=ip,botnet=malware");
	options.kind_set = true;
	parse_text(&parsed, &options, text, 7);
	assert_int_equal(parsed.rows[0].precision, PRECISION_DAY);
	assert_first("2026-08-01T00:00:00Z", "14.225.1.2", NULL, NULL);
	options.observed_set = true;
	options.observed = (struct date){2026, 7, 30};
	parse_text(&parsed, &options, text, 7);
	assert_first("2026-07-30T00:00:00Z", "14.225.1.2", NULL, NULL);
	options.observed_set = false;
	options.file_name = STR("export.csv");
	parse_text(&parsed, &options, text, 7);
	assert_refused(PROBLEM_NO_DATE, "", "");
}

/* A recognised format is not asked where a map is given; nothing private is kept. */
static void test_map_goes_first(void **state)
{
	(void)state;
	parse("time=timestamp,ip=dst_ip,botnet=infection", "",
		"timestamp,src_ip,dst_ip,infection,username\n"
		"2026-08-01 00:00:01,14.225.1.2,178.162.203.211,mirai,anna\n",
		4096);
	assert_int_equal(parsed.err, E_OK);
	assert_true(str_equal(parsed.format, STR("mapped-csv")));
	assert_true(str_equal(parsed_extra(&parsed, 0, "src_ip"), STR("14.225.1.2")));
	assert_null(parsed_extra(&parsed, 0, "username").data);
	parsed_release(&parsed);
}

/* --- lines with commas below comments --- */

static void test_split(void **state)
{
	static const struct {
		const char *line;
		int count; /* -1: refused */
		const char *fields[4];
	} cases[] = {
		{"", 1, {""}},
		{",", 2, {"", ""}},
		{" a , b ", 2, {"a", "b"}},
		{"\"a\", \"b,c\",\t\"\"", 3, {"a", "b,c", ""}},
		{"\"a \"quoted\" word\", b", 2, {"a \"quoted\" word", "b"}},
		{"\"a\\\"\", b", 2, {"a\\\"", "b"}},
		{"a\"b,c", 2, {"a\"b", "c"}},
		{"\"a", -1, {""}},
		{"\"a\" b, c", -1, {""}},
		{"a,b,c,d,e", 5, {"a", "b", "c", "d"}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str fields[4];
		uint32_t count = 0;
		bool good = commented_split(str_from(cases[i].line), 0, fields, 4, &count);
		assert_int_equal(good, cases[i].count >= 0);
		for (uint32_t at = 0; good && at < count && at < 4; at++)
			assert_true(str_equal(fields[at], str_from(cases[i].fields[at])));
		if (good)
			assert_int_equal(count, cases[i].count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_wrong_maps),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_separators),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_map_goes_first),
		cmocka_unit_test(test_real_shapes),
		cmocka_unit_test(test_json_keys),
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_no_time),
		cmocka_unit_test(test_split),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
