/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"
#include "report/document.h"

enum {
	COLUMNS = 3,
	ROWS = 2,
	BLOCKS = 6
};

/* A document with one of everything. */
struct kit {
	struct column columns[COLUMNS];
	struct cell cells[ROWS * COLUMNS];
	struct point points[4];
	struct mark marks[3];
	struct str items[2];
	struct block blocks[BLOCKS];
	struct document document;
	struct arena arena;
	struct writer file;
};

static void fill_table(struct kit *k)
{
	k->columns[0] = (struct column){STR("name"), STR("Tên"), false, false};
	k->columns[1] = (struct column){STR("rate_end"), STR("Tỷ lệ"), true, true};
	k->columns[2] = (struct column){STR("day"), STR("Ngày"), false, false};
	k->cells[0] = (struct cell){.kind = CELL_TEXT, .text = STR("VNPT")};
	k->cells[1] =
		(struct cell){.kind = CELL_SHARE, .decimals = 1, .number = {0.478, 0.41, 0.541}};
	k->cells[2] = (struct cell){.kind = CELL_DATE, .date = {2020, 2, 29}};
	k->cells[3] = (struct cell){.kind = CELL_SMALL};
	k->cells[4] = (struct cell){.kind = CELL_NOT_KNOWN};
	k->cells[5] = (struct cell){
		.kind = CELL_COUNT, .decimals = 6, .number = estimate_exact(-1.0 / 3)};
}

static void fill_chart(struct kit *k)
{
	const struct point points[] = {{1, 2}, {NAN, 3}, {-4.5, 1e300}, {7, 8}};
	memcpy(k->points, points, sizeof(points));
	k->marks[0] = (struct mark){.kind = MARK_LINE,
		.points = k->points,
		.count = 4,
		.size = 2.5,
		.cover = 0.25,
		.dashed = true,
		.hollow = true};
	k->marks[1] = (struct mark){.kind = MARK_BAR,
		.tone = CHART_SOFT,
		.points = k->points + 2,
		.count = 2,
		.base = -1,
		.faint = true};
	k->marks[2] = (struct mark){.kind = MARK_TEXT,
		.points = k->points,
		.count = 1,
		.size = 13,
		.anchor = ANCHOR_END,
		.strong = true,
		.text = STR("ngày 5")};
}

static struct kit *kit_new(void)
{
	struct kit *k = calloc(1, sizeof(*k));
	assert_non_null(k);
	arena_init(&k->arena, LIMIT_DOCUMENT_ARENA);
	writer_init(&k->file, LIMIT_DOCUMENT_FILE);
	fill_table(k);
	fill_chart(k);
	k->items[0] = STR("một");
	k->items[1] = STR("hai");
	const struct chart chart = {720, 320, STR("Hình"), STR("Tả"), STR("id"), k->marks, 3};
	const struct chart narrow = {340, 260, STR("Hình"), STR("Tả"), STR(""), k->marks + 1, 2};
	k->blocks[0] = (struct block){.key = STR("goals"), .text = STR("Mục tiêu")};
	k->blocks[1] = (struct block){.kind = BLOCK_VERDICT,
		.tone = TONE_BAD,
		.text = STR("Chưa đạt"),
		.detail = STR("−50 %")};
	k->blocks[2] = (struct block){.kind = BLOCK_PARAGRAPH, .text = STR("Chữ")};
	k->blocks[3] = (struct block){.kind = BLOCK_LIST, .items = k->items, .item_count = 2};
	k->blocks[4] = (struct block){.kind = BLOCK_TABLE,
		.text = STR("Nguồn"),
		.table = {STR("holders"), STR("Nhà mạng"), k->columns, COLUMNS, k->cells, ROWS}};
	k->blocks[5] = (struct block){
		.kind = BLOCK_CHART, .key = STR("holders"), .chart = chart, .narrow = narrow};
	k->document = (struct document){.lang = LANG_EN,
		.title = STR("Đánh giá"),
		.subtitle = STR("Bản 1"),
		.summary = STR("Một câu."),
		.author = STR("NCSC"),
		.made = {1600000000},
		.blocks = k->blocks,
		.block_count = BLOCKS};
	return k;
}

static void kit_free(struct kit *k)
{
	arena_release(&k->arena);
	writer_release(&k->file);
	free(k);
}

static enum err freeze_and_open(struct kit *k, struct document *ret_document)
{
	writer_clear(&k->file);
	document_freeze(&k->file, &k->document);
	assert_int_equal(writer_end(&k->file), E_OK);
	return document_open(writer_view(&k->file), &k->arena, ret_document);
}

#define assert_same(a, b) assert_true(str_equal(a, b))

/* --- there and back --- */

static void is_frozen_again_as_it_was(const struct kit *k, const struct document *d)
{
	struct writer again;
	writer_init(&again, LIMIT_DOCUMENT_FILE);
	document_freeze(&again, d);
	assert_int_equal(writer_end(&again), E_OK);
	assert_int_equal(again.size, k->file.size);
	assert_memory_equal(again.data, k->file.data, again.size);
	writer_release(&again);
}

static void there_and_back(void **state)
{
	(void)state;
	struct kit *k = kit_new();
	struct document d;
	assert_int_equal(freeze_and_open(k, &d), E_OK);
	is_frozen_again_as_it_was(k, &d);
	assert_int_equal(d.lang, LANG_EN);
	assert_int_equal(d.made.seconds, 1600000000);
	assert_same(d.title, STR("Đánh giá"));
	assert_same(d.author, STR("NCSC"));
	assert_int_equal(d.block_count, BLOCKS);
	assert_int_equal(d.blocks[1].tone, TONE_BAD);
	assert_same(d.blocks[3].items[1], STR("hai"));
	const struct table *t = document_table(&d, STR("holders"));
	assert_non_null(t);
	assert_int_equal(t->row_count, ROWS);
	assert_true(t->columns[1].interval && t->columns[1].numeric && !t->columns[2].numeric);
	assert_true(t->cells[1].number.high == 0.541 && t->cells[5].number.value == -1.0 / 3);
	assert_int_equal(t->cells[2].date.day, 29);
	assert_int_equal(t->cells[3].kind, CELL_SMALL);
	const struct chart *c = &d.blocks[5].chart;
	assert_true(c->width == 720 && c->count == 3 && isnan(c->marks[0].points[1].x));
	assert_true(c->marks[0].cover == 0.25 && c->marks[0].dashed && c->marks[0].hollow);
	assert_int_equal(c->marks[2].anchor, ANCHOR_END);
	assert_true(d.blocks[5].narrow.width == 340 && d.blocks[5].narrow.count == 2);
	kit_free(k);
}

static void nothing_but_a_title(void **state)
{
	(void)state;
	struct kit *k = kit_new();
	struct document d;
	k->document = (struct document){.title = STR("T")};
	assert_int_equal(freeze_and_open(k, &d), E_OK);
	assert_int_equal(d.block_count, 0);
	is_frozen_again_as_it_was(k, &d);
	kit_free(k);
}

/* It may stand behind other bytes: the checksum is of the document alone. */
static void behind_other_bytes(void **state)
{
	(void)state;
	struct kit *k = kit_new();
	struct document d;
	writer_text(&k->file, "before");
	document_freeze(&k->file, &k->document);
	assert_int_equal(writer_end(&k->file), E_OK);
	const struct bytes own = {k->file.data + 6, k->file.size - 6};
	assert_int_equal(document_open(own, &k->arena, &d), E_OK);
	kit_free(k);
}

/* Feeds name malware as they like; a frozen document opens all the same. */
static void what_is_no_text_becomes_text(void **state)
{
	(void)state;
	struct kit *k = kit_new();
	struct document d;
	k->cells[0].text = STR("a\xff\x01"
			       "b\nc\xc2\x85"
			       "d\xed\xa0\x80");
	assert_int_equal(freeze_and_open(k, &d), E_OK);
	assert_same(document_table(&d, STR("holders"))->cells[0].text,
		STR("a\uFFFD\uFFFDb c\uFFFDd\uFFFD\uFFFD\uFFFD"));
	is_frozen_again_as_it_was(k, &d);
	kit_free(k);
}

/* --- mistakes of whoever made it --- */

static void break_title(struct kit *k)
{
	k->document.title = STR("");
}

static void break_language(struct kit *k)
{
	k->document.lang = LANG__COUNT;
}

static void break_time(struct kit *k)
{
	k->document.made.seconds = -1;
}

static void break_section_key(struct kit *k)
{
	k->blocks[0].key = STR("");
}

static void break_heading(struct kit *k)
{
	k->blocks[0].text = STR("");
}

static void break_key(struct kit *k)
{
	k->blocks[4].table.key = STR("../etc");
}

static void break_capital_key(struct kit *k)
{
	k->blocks[4].table.key = STR("Holders");
}

static void break_two_tables(struct kit *k)
{
	k->blocks[3] = k->blocks[4];
}

static void break_two_sections(struct kit *k)
{
	k->blocks[2] = k->blocks[0];
}

static void break_no_columns(struct kit *k)
{
	k->blocks[4].table.column_count = 0;
}

static void break_two_columns(struct kit *k)
{
	k->columns[2].key = k->columns[0].key;
}

static void break_column_title(struct kit *k)
{
	k->columns[1].title = STR("");
}

static void break_decimals(struct kit *k)
{
	k->cells[1].decimals = 7;
}

static void break_infinite(struct kit *k)
{
	k->cells[1].number.high = INFINITY;
}

static void break_day(struct kit *k)
{
	k->cells[2].date = (struct date){2021, 2, 29};
}

static void break_no_month(struct kit *k)
{
	k->cells[2].date = (struct date){2021, 13, 1};
}

static void break_cell_kind(struct kit *k)
{
	k->cells[0].kind = CELL__COUNT;
}

static void break_chart_width(struct kit *k)
{
	k->blocks[5].chart.width = 0;
}

static void break_chart_height(struct kit *k)
{
	k->blocks[5].chart.height = NAN;
}

static void break_chart_title(struct kit *k)
{
	k->blocks[5].chart.title = STR("");
}

static void break_mark_size(struct kit *k)
{
	k->marks[0].size = 1e9;
}

static void break_mark_cover(struct kit *k)
{
	k->marks[0].cover = 1.5;
}

static void break_mark_tone(struct kit *k)
{
	k->marks[0].tone = CHART_TONE__COUNT;
}

static void break_bar(struct kit *k)
{
	k->marks[1].count = 1;
}

static void break_words(struct kit *k)
{
	k->marks[2].count = 0;
}

static void mistakes_are_told_when_freezing(void **state)
{
	(void)state;
	static void (*const breaks[])(struct kit * k) = {break_title, break_language, break_time,
		break_section_key, break_heading, break_key, break_capital_key, break_two_tables,
		break_two_sections, break_no_columns, break_two_columns, break_column_title,
		break_decimals, break_infinite, break_day, break_no_month, break_cell_kind,
		break_chart_width, break_chart_height, break_chart_title, break_mark_size,
		break_mark_cover, break_mark_tone, break_bar, break_words};
	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		struct kit *k = kit_new();
		breaks[i](k);
		document_freeze(&k->file, &k->document);
		assert_int_equal(writer_end(&k->file), E_USAGE);
		kit_free(k);
	}
}

/* --- bytes of an enemy --- */

static void opens_as(struct kit *k, struct bytes bytes, enum err expected)
{
	struct document d = {.block_count = 77};
	assert_int_equal(document_open(bytes, &k->arena, &d), expected);
	assert_int_equal(d.block_count, 77);
}

/* The checksum is put right: what it covers has to be refused by itself. */
static void refused(struct kit *k)
{
	uint64_t sum = htole64(XXH3_64bits(k->file.data + 16, k->file.size - 16));
	memcpy(k->file.data + 8, &sum, sizeof(sum));
	arena_clear(&k->arena);
	opens_as(k, writer_view(&k->file), E_CORRUPT);
}

static struct kit *frozen(void)
{
	struct kit *k = kit_new();
	document_freeze(&k->file, &k->document);
	assert_int_equal(writer_end(&k->file), E_OK);
	return k;
}

/* Where those bytes stand first. */
static uint8_t *find(struct kit *k, const void *bytes, size_t size)
{
	uint8_t *at = memmem(k->file.data, k->file.size, bytes, size);
	assert_non_null(at);
	return at;
}

static void set_u32(uint8_t *at, uint32_t value)
{
	value = htole32(value);
	memcpy(at, &value, sizeof(value));
}

static void no_document(void **state)
{
	(void)state;
	struct kit *k = frozen();
	opens_as(k, (struct bytes){NULL, 0}, E_CORRUPT);
	opens_as(k, (struct bytes){k->file.data, 15}, E_CORRUPT);
	opens_as(k, (struct bytes){k->file.data, 16}, E_CORRUPT);
	k->file.data[0] ^= 1;
	opens_as(k, writer_view(&k->file), E_CORRUPT);
	kit_free(k);
}

static void another_version(void **state)
{
	(void)state;
	struct kit *k = frozen();
	k->file.data[4]++;
	opens_as(k, writer_view(&k->file), E_VERSION);
	kit_free(k);
}

static void any_byte_changed(void **state)
{
	(void)state;
	struct kit *k = frozen();
	for (size_t i = 8; i < k->file.size; i++) {
		k->file.data[i] ^= 0x20;
		opens_as(k, writer_view(&k->file), E_CORRUPT);
		k->file.data[i] ^= 0x20;
	}
	kit_free(k);
}

static void cut_anywhere(void **state)
{
	(void)state;
	struct kit *k = frozen();
	while (k->file.size > 17) {
		k->file.size--;
		refused(k);
	}
	kit_free(k);
}

static void more_behind_it(void **state)
{
	(void)state;
	struct kit *k = frozen();
	writer_u8(&k->file, 0);
	refused(k);
	kit_free(k);
}

/* Title, key, two counts: what stands where is said in docs/format/document.md. */
static uint8_t *counts_of_table(struct kit *k)
{
	return find(k, "Nhà mạng", sizeof("Nhà mạng") - 1) + sizeof("Nhà mạng") - 1;
}

static void a_table_of_four_milliard_rows(void **state)
{
	(void)state;
	struct kit *k = frozen();
	set_u32(counts_of_table(k) + 4, UINT32_MAX);
	refused(k);
	kit_free(k);
}

static void a_table_of_four_milliard_columns(void **state)
{
	(void)state;
	struct kit *k = frozen();
	set_u32(counts_of_table(k), UINT32_MAX);
	refused(k);
	kit_free(k);
}

static void a_text_longer_than_the_file(void **state)
{
	(void)state;
	struct kit *k = frozen();
	set_u32(find(k, "VNPT", 4) - 4, 15000);
	refused(k);
	kit_free(k);
}

static void a_text_of_no_letters(void **state)
{
	(void)state;
	struct kit *k = frozen();
	find(k, "VNPT", 4)[1] = 0x1b;
	refused(k);
	find(k, "V\x1bPT", 4)[1] = 0xff;
	refused(k);
	kit_free(k);
}

static void a_flag_that_is_two(void **state)
{
	(void)state;
	struct kit *k = frozen();
	find(k, "Tỷ lệ", sizeof("Tỷ lệ") - 1)[sizeof("Tỷ lệ") - 1] = 2;
	refused(k);
	kit_free(k);
}

static void blocks_without_end(void **state)
{
	(void)state;
	struct kit *k = frozen();
	set_u32(find(k, "NCSC", 4) + 4, 1999);
	refused(k);
	set_u32(find(k, "NCSC", 4) + 4, UINT32_MAX);
	refused(k);
	kit_free(k);
}

/* A cell of one byte becomes one of 64: the limit is of all tables together. */
static void more_cells_than_memory(void **state)
{
	(void)state;
	enum {
		TABLES = 20,
		MANY = 20000
	};
	struct kit *k = kit_new();
	struct cell *cells = calloc(MANY, sizeof(*cells));
	struct block *blocks = calloc(TABLES, sizeof(*blocks));
	static const char names[] = "abcdefghijklmnopqrst";
	assert_true(cells && blocks);
	for (size_t i = 0; i < MANY; i++)
		cells[i].kind = CELL_SMALL;
	for (size_t i = 0; i < TABLES; i++)
		blocks[i] = (struct block){.kind = BLOCK_TABLE,
			.table = {{names + i, 1}, STR("T"), k->columns, 1, cells, MANY}};
	k->document.blocks = blocks;
	k->document.block_count = 15;
	document_freeze(&k->file, &k->document);
	assert_int_equal(writer_end(&k->file), E_OK);
	writer_clear(&k->file);
	k->document.block_count = TABLES;
	document_freeze(&k->file, &k->document);
	assert_int_equal(writer_end(&k->file), E_USAGE);
	free(cells);
	free(blocks);
	kit_free(k);
}

/* A drawing's path has an end: what could not be drawn does not open. */
static void lines_without_end(void **state)
{
	(void)state;
	enum {
		MOST = 10000
	};
	struct kit *k = kit_new();
	struct document d;
	struct html h;
	struct writer page;
	struct point *points = calloc(MOST + 1, sizeof(*points));
	assert_non_null(points);
	for (size_t i = 0; i <= MOST; i++)
		points[i] = (struct point){i % 2 ? -999999.9 : 999999.9, i % 3 ? -999999.9 : NAN};
	k->marks[0].points = points;
	k->marks[0].count = MOST;
	assert_int_equal(freeze_and_open(k, &d), E_OK);
	writer_init(&page, (size_t)1 << 24);
	html_init_piece(&h, &page);
	document_write_html(&h, &d, &(struct document_places){STR("")});
	assert_int_equal(html_end(&h), E_OK);
	writer_release(&page);
	k->marks[0].count = MOST + 1;
	writer_clear(&k->file);
	document_freeze(&k->file, &k->document);
	assert_int_equal(writer_end(&k->file), E_USAGE);
	free(points);
	kit_free(k);
}

static void without_memory(void **state)
{
	(void)state;
	struct kit *k = frozen();
	arena_release(&k->arena);
	arena_init(&k->arena, 1000);
	opens_as(k, writer_view(&k->file), E_NOMEM);
	kit_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(nothing_but_a_title),
		cmocka_unit_test(behind_other_bytes),
		cmocka_unit_test(what_is_no_text_becomes_text),
		cmocka_unit_test(mistakes_are_told_when_freezing),
		cmocka_unit_test(no_document),
		cmocka_unit_test(another_version),
		cmocka_unit_test(any_byte_changed),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(more_behind_it),
		cmocka_unit_test(a_table_of_four_milliard_rows),
		cmocka_unit_test(a_table_of_four_milliard_columns),
		cmocka_unit_test(a_text_longer_than_the_file),
		cmocka_unit_test(a_text_of_no_letters),
		cmocka_unit_test(a_flag_that_is_two),
		cmocka_unit_test(blocks_without_end),
		cmocka_unit_test(more_cells_than_memory),
		cmocka_unit_test(lines_without_end),
		cmocka_unit_test(without_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
