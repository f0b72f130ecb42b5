/* SPDX-License-Identifier: Apache-2.0 */
#include <archive.h>
#include <archive_entry.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/xlsx_read.h"

enum {
	FILE_BYTES = 16 << 20
};

#define WORKBOOK                                                                                   \
	"<workbook xmlns:r=\"x\"><sheets><sheet name=\"kho\" sheetId=\"1\" state=\"hidden\""       \
	" r:id=\"rId1\"/><sheet name=\"Trang 1\" sheetId=\"2\" "                                   \
	"r:id=\"rId2\"/></sheets></workbook>"
#define RELATIONS                                                                                  \
	"<Relationships><Relationship Id=\"rId1\" Type=\"a/worksheet\""                            \
	" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"a/worksheet\""        \
	" Target=\"/xl/worksheets/sheet2.xml\"/><Relationship Id=\"rId3\""                         \
	" Type=\"a/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"rId4\""        \
	" Type=\"a/styles\" Target=\"styles.xml\"/></Relationships>"
#define STYLES                                                                                     \
	"<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"[$-42A]dd/mm/yyyy\"/>"         \
	"<numFmt numFmtId=\"165\" formatCode=\"0 &quot;days&quot;\"/></numFmts><cellStyleXfs>"     \
	"<xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"   \
	"<xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs></styleSheet>"
#define STRINGS                                                                                    \
	"<sst><si><t>Hà Nội</t></si><si><r><t>Tuyên "                                          \
	"</t></r><r><t>Quang</t></r><rPh><t>x</t></rPh>"                                           \
	"</si><si><t/></si></sst>"
#define SHEET(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"

/* --- files made for the purpose --- */

struct made {
	uint8_t *data;
	size_t size;
	struct archive *zip;
};

static void add(struct made *m, const char *name, const char *data, size_t size)
{
	struct archive_entry *entry = archive_entry_new();
	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)size);
	assert_int_equal(archive_write_header(m->zip, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(m->zip, data, size), (la_ssize_t)size);
	archive_entry_free(entry);
}

static void add_text(struct made *m, const char *name, const char *text)
{
	add(m, name, text, strlen(text));
}

static struct made start(void)
{
	struct made m = {.data = malloc(FILE_BYTES), .zip = archive_write_new()};
	assert_non_null(m.data);
	assert_int_equal(archive_write_set_format_zip(m.zip), ARCHIVE_OK);
	return m;
}

static void open_made(struct made *m)
{
	assert_int_equal(
		archive_write_open_memory(m->zip, m->data, FILE_BYTES, &m->size), ARCHIVE_OK);
}

static struct made with_sheet(const char *sheet)
{
	struct made m = start();
	open_made(&m);
	add_text(&m, "xl/workbook.xml", WORKBOOK);
	add_text(&m, "xl/_rels/workbook.xml.rels", RELATIONS);
	add_text(&m, "xl/worksheets/sheet2.xml", sheet);
	add_text(&m, "xl/worksheets/sheet1.xml", SHEET("<row><c><v>7</v></c></row>"));
	add_text(&m, "xl/styles.xml", STYLES);
	add_text(&m, "xl/SharedStrings.xml", STRINGS);
	assert_int_equal(archive_write_close(m.zip), ARCHIVE_OK);
	return m;
}

static void release(struct made *m)
{
	archive_write_free(m->zip);
	free(m->data);
}

/* --- what is read --- */

static enum err take(void *context, uint32_t number, const struct sheet_cell *cells, size_t count)
{
	static const char kinds[] = "tnd!?";
	struct writer *w = context;
	for (size_t i = 0; i < count; i++) {
		writer_sheet_address(w, number, cells[i].column);
		writer_char(w, kinds[cells[i].kind]);
		writer_str(w, cells[i].text);
		writer_char(w, '|');
	}
	writer_char(w, '\n');
	return writer_end(w);
}

static enum err read_as(
	const struct made *m, const char *sheet, struct writer *w, struct problem *problem)
{
	return xlsx_read((struct bytes){m->data, m->size}, str_from(sheet), take, w, problem);
}

static void assert_read(const char *sheet, const char *expected)
{
	struct problem problem;
	struct writer w;
	struct made m = with_sheet(sheet);
	writer_init(&w, 1 << 20);
	assert_int_equal(read_as(&m, "", &w, &problem), E_OK);
	writer_char(&w, '\0');
	assert_string_equal((const char *)w.data, expected);
	writer_release(&w);
	release(&m);
}

static void assert_refused_made(struct made *m, enum problem_code code, const char *field)
{
	struct problem problem;
	struct writer w;
	writer_init(&w, 1 << 20);
	enum err err = read_as(m, "", &w, &problem);
	assert_true(err == E_SYNTAX || err == E_LIMIT);
	assert_int_equal(problem.code, code);
	if (field)
		assert_true(str_equal(problem_field(&problem), str_from(field)));
	writer_release(&w);
	release(m);
}

static void assert_refused(const char *sheet, enum problem_code code, const char *field)
{
	struct made m = with_sheet(sheet);
	assert_refused_made(&m, code, field);
}

static void cells_of_every_kind(void **state)
{
	(void)state;
	assert_read(
		SHEET("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v>"
		      "</c></row><row r=\"3\"><c r=\"B3\" t=\"inlineStr\"><is><t>x &amp; y</t></is>"
		      "</c><c r=\"D3\"><v>0.1</v></c><c r=\"E3\" t=\"b\"><v>1</v></c>"
		      "<c r=\"F3\" t=\"e\"><v>#N/A</v></c><c r=\"AA3\" "
		      "t=\"str\"><f>A1</f><v>f</v></c>"
		      "</row>"),
		"A1tHà Nội|C1tTuyên Quang|\nB3tx & y|D3n0.1|E3!1|F3?#N/A|AA3tf|\n");
}

static void days_by_their_format(void **state)
{
	(void)state;
	assert_read(
		SHEET("<row><c s=\"1\"><v>44119</v></c><c s=\"2\"><v>44119.5</v></c>"
		      "<c s=\"3\"><v>44119</v></c><c><v>44119</v></c><c s=\"1\"><v>1</v></c>"
		      "<c s=\"1\"><v>61</v></c><c s=\"1\"><v>60</v></c><c s=\"1\"><v>-1</v></c>"
		      "<c t=\"d\"><v>2020-10-15T00:00:00</v></c><c s=\"1\"><v>44119.9999999</v></c>"
		      "</row>"),
		"A1d2020-10-15|B1d2020-10-15T12:00:00|C1n44119|D1n44119|E1d1900-01-01|"
		"F1d1900-03-01|G1n60|H1n-1|I1d2020-10-15|J1d2020-10-16|\n");
}

static void what_holds_nothing_does_not_come(void **state)
{
	(void)state;
	assert_read(
		SHEET("<row r=\"2\"><c r=\"A2\" s=\"1\"/></row><row r=\"5\"><c r=\"B5\" t=\"s\">"
		      "<v>2</v></c><c r=\"C5\" t=\"s\"><v>99</v></c><c r=\"XFD5\" s=\"2\"/></row>"
		      "<row r=\"6\"><c r=\"A6\"><v> 1 </v></c></row>"),
		"A6n1|\n");
}

static void names_may_have_prefixes(void **state)
{
	(void)state;
	assert_read("<x:worksheet xmlns:x=\"m\"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row>"
		    "</x:sheetData></x:worksheet>",
		"A1n1|\n");
}

static void a_sheet_by_its_name(void **state)
{
	struct problem problem;
	struct writer w;
	struct made m = with_sheet(SHEET(""));
	(void)state;
	writer_init(&w, 1 << 16);
	assert_int_equal(read_as(&m, "kho", &w, &problem), E_OK);
	assert_true(str_equal(writer_view_str(&w), STR("A1n7|\n")));
	assert_int_equal(read_as(&m, "không có", &w, &problem), E_SYNTAX);
	assert_int_equal(problem.code, PROBLEM_NO_SHEET);
	writer_release(&w);
	release(&m);
}

/* --- hostile --- */

static void billion_laughs(void **state)
{
	(void)state;
	assert_refused("<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><worksheet>&b;"
		       "</worksheet>",
		PROBLEM_BAD_XML, "xl/worksheets/sheet2.xml");
}

static void outside_entity(void **state)
{
	(void)state;
	assert_refused("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><worksheet>&a;"
		       "</worksheet>",
		PROBLEM_BAD_XML, NULL);
	assert_refused("<!DOCTYPE x SYSTEM \"http://example.test/x.dtd\"><worksheet/>",
		PROBLEM_BAD_XML, NULL);
	assert_refused(SHEET("<row><c><v>&undefined;</v></c></row>"), PROBLEM_BAD_XML, NULL);
}

static void broken_xml(void **state)
{
	(void)state;
	assert_refused("<worksheet><sheetData>", PROBLEM_BAD_XML, NULL);
	assert_refused("", PROBLEM_BAD_XML, NULL);
	assert_refused("<worksheet>\xff</worksheet>", PROBLEM_BAD_XML, NULL);
	assert_refused(SHEET("<row><c t=\"s\"><v>x</v></c></row>"), PROBLEM_BAD_XML, "A1");
}

static void out_of_order(void **state)
{
	(void)state;
	assert_refused(SHEET("<row r=\"2\"/><row r=\"1\"/>"), PROBLEM_BAD_XML, NULL);
	assert_refused(SHEET("<row r=\"1\"><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row>"),
		PROBLEM_BAD_XML, "B1");
	assert_refused(SHEET("<c><v>1</v></c>"), PROBLEM_BAD_XML, NULL);
	assert_refused(SHEET("<row r=\"99999999\"/>"), PROBLEM_BAD_XML, NULL);
}

static void a_million_columns(void **state)
{
	(void)state;
	assert_refused(SHEET("<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>"),
		PROBLEM_TOO_MANY_COLUMNS, "XFD1");
	assert_refused(SHEET("<row r=\"1\"><c r=\"ZZZZ1\"><v>1</v></c></row>"),
		PROBLEM_TOO_MANY_COLUMNS, NULL);
}

static void deep_nesting(void **state)
{
	char sheet[8192] = "";
	(void)state;
	for (size_t i = 0; i < 1000; i++)
		memcpy(sheet + 3 * i, "<a>", 4);
	assert_refused(sheet, PROBLEM_BAD_XML, NULL);
}

static struct made of_size(const char *before, char fill, size_t size)
{
	struct made m = start();
	char *text = malloc(size);
	assert_non_null(text);
	memset(text, fill, size);
	memcpy(text, before, strlen(before));
	open_made(&m);
	add_text(&m, "xl/workbook.xml", WORKBOOK);
	add_text(&m, "xl/_rels/workbook.xml.rels", RELATIONS);
	add(&m, "xl/worksheets/sheet2.xml", text, size);
	assert_int_equal(archive_write_close(m.zip), ARCHIVE_OK);
	free(text);
	return m;
}

static void a_bomb(void **state)
{
	(void)state;
	struct made m = of_size("<worksheet>", ' ', LIMIT_SHEET_UNPACKED + 1);
	assert_true(m.size < 1 << 20);
	assert_refused_made(&m, PROBLEM_TOO_LARGE, NULL);
}

static void a_tag_without_end(void **state)
{
	(void)state;
	struct made m = of_size("<worksheet a=\"", 'x', 8 << 20);
	assert_refused_made(&m, PROBLEM_BAD_XML, NULL);
}

static void a_text_too_long(void **state)
{
	(void)state;
	struct made m = of_size("<w><row><c t=\"str\"><v>", 'x', 1 << 20);
	assert_refused_made(&m, PROBLEM_FIELD_TOO_LONG, "A1");
}

/* One long shared text, shown a thousand times. */
static void a_text_shown_too_often(void **state)
{
	struct made m = start();
	struct writer sheet, strings;
	(void)state;
	writer_init(&sheet, 1 << 24);
	writer_init(&strings, 1 << 24);
	writer_text(&strings, "<sst><si><t>");
	for (size_t i = 0; i < LIMIT_SHEET_CELL; i++)
		writer_char(&strings, 'x');
	writer_text(&strings, "</t></si></sst>");
	writer_text(&sheet, "<w><row>");
	for (size_t i = 0; i < 3000; i++)
		writer_text(&sheet, i % 500 == 499 ? "<c t=\"s\"><v>0</v></c></row><row>"
						   : "<c t=\"s\"><v>0</v></c>");
	writer_text(&sheet, "</row></w>");
	open_made(&m);
	add_text(&m, "xl/workbook.xml", WORKBOOK);
	add_text(&m, "xl/_rels/workbook.xml.rels", RELATIONS);
	add(&m, "xl/sharedStrings.xml", (const char *)strings.data, strings.size);
	add(&m, "xl/worksheets/sheet2.xml", (const char *)sheet.data, sheet.size);
	assert_int_equal(archive_write_close(m.zip), ARCHIVE_OK);
	struct problem problem;
	struct writer w;
	writer_init(&w, (size_t)1 << 30);
	assert_int_equal(read_as(&m, "", &w, &problem), E_LIMIT);
	assert_int_equal(problem.code, PROBLEM_TOO_LARGE);
	writer_release(&w);
	writer_release(&sheet);
	writer_release(&strings);
	release(&m);
}

static void no_spreadsheet(void **state)
{
	(void)state;
	struct made m = start();
	open_made(&m);
	add_text(&m, "feed.csv", "a,b\n");
	assert_int_equal(archive_write_close(m.zip), ARCHIVE_OK);
	assert_refused_made(&m, PROBLEM_UNKNOWN_FORMAT, NULL);
	m = with_sheet(SHEET(""));
	m.size /= 2;
	assert_refused_made(&m, PROBLEM_BAD_ARCHIVE, NULL);
	m = start();
	m.size = 9;
	memcpy(m.data, "no zip\n\0\n", 9);
	assert_refused_made(&m, PROBLEM_BAD_ARCHIVE, NULL);
	m = start();
	m.size = 0;
	assert_refused_made(&m, PROBLEM_BAD_ARCHIVE, NULL);
	m = start();
	m.size = 4;
	memcpy(m.data, "PK\x03\x04", 4);
	assert_refused_made(&m, PROBLEM_BAD_ARCHIVE, NULL);
}

static enum err stop_here(
	void *context, uint32_t number, const struct sheet_cell *cells, size_t count)
{
	(void)context;
	(void)number;
	(void)cells;
	(void)count;
	return E_NOSPACE;
}

static void the_caller_may_stop(void **state)
{
	struct problem problem;
	struct made m = with_sheet(SHEET("<row><c><v>1</v></c></row>"));
	(void)state;
	assert_int_equal(
		xlsx_read((struct bytes){m.data, m.size}, STR(""), stop_here, NULL, &problem),
		E_NOSPACE);
	assert_int_equal(problem.code, PROBLEM_NONE);
	release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_of_every_kind),
		cmocka_unit_test(days_by_their_format),
		cmocka_unit_test(what_holds_nothing_does_not_come),
		cmocka_unit_test(names_may_have_prefixes),
		cmocka_unit_test(a_sheet_by_its_name),
		cmocka_unit_test(billion_laughs),
		cmocka_unit_test(outside_entity),
		cmocka_unit_test(broken_xml),
		cmocka_unit_test(out_of_order),
		cmocka_unit_test(a_million_columns),
		cmocka_unit_test(deep_nesting),
		cmocka_unit_test(a_bomb),
		cmocka_unit_test(a_tag_without_end),
		cmocka_unit_test(a_text_too_long),
		cmocka_unit_test(a_text_shown_too_often),
		cmocka_unit_test(no_spreadsheet),
		cmocka_unit_test(the_caller_may_stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
