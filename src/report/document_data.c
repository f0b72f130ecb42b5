/* SPDX-License-Identifier: Apache-2.0 */
/* Tables for programs: CSV and JSON. docs/format/document.md */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/document_parts.h"
#include "text/text.h"

enum {
	FIELD_BYTES = 1 << 20,
	EXACT_DIGITS = 17 /* enough for every double */
};

/* The fewest digits that read back as the same number. */
static void write_real(struct writer *w, double value)
{
	char text[40];
	int precision = EXACT_DIGITS - 2;
	int size;
	if (value == 0)
		value = 0; /* never "-0" */
	do
		size = snprintf(text, sizeof(text), "%.*g", precision++, value);
	while (precision <= EXACT_DIGITS && strtod(text, NULL) != value);
	writer_str(w, (struct str){text, (size_t)size});
}

static bool has_number(const struct cell *cell)
{
	return (cell->kind == CELL_COUNT || cell->kind == CELL_SHARE) &&
	       isfinite(cell->number.value);
}

/* --- CSV --- */

/* Signs by which spreadsheets know a formula; East Asian ones take their wide forms too. */
static bool begins_formula(struct str s)
{
	static const struct str signs[] = {STR_INIT("="), STR_INIT("+"), STR_INIT("-"),
		STR_INIT("@"), STR_INIT("＝"), STR_INIT("＋"), STR_INIT("－"), STR_INIT("＠")};
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (str_starts(s, signs[i]))
			return true;
	return false;
}

/* A name may be anybody's invention. An apostrophe goes before what a spreadsheet would run, at the
 * start and behind each character that some of them split fields at whatever the quotes say. */
static void write_guarded(struct writer *w, struct str s)
{
	bool at_start = true;
	for (; s.size > 0; s = (struct str){s.data + 1, s.size - 1}) {
		char c = s.data[0];
		if (at_start && begins_formula(s))
			writer_char(w, '\'');
		if (c == '"')
			writer_char(w, '"');
		writer_char(w, c);
		at_start = memchr(";,|\"", c, 4) != NULL || (at_start && c == ' ');
	}
}

static void write_csv_text(struct writer *w, struct str s)
{
	struct writer clean;
	writer_init(&clean, FIELD_BYTES);
	write_clean(&clean, s);
	if (clean.err != E_OK)
		writer_fail(w, clean.err);
	writer_char(w, '"');
	write_guarded(w, writer_view_str(&clean));
	writer_char(w, '"');
	writer_release(&clean);
}

static void write_csv_value(struct writer *w, const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_TEXT:
		write_csv_text(w, cell->text);
		break;
	case CELL_COUNT:
	case CELL_SHARE:
		if (has_number(cell))
			write_real(w, cell->number.value);
		break;
	case CELL_DATE:
		writer_date(w, cell->date);
		break;
	case CELL_SMALL:
		cell_write_value(w, LANG_VI, cell);
		break;
	case CELL_NOT_KNOWN:
	case CELL__COUNT:
		break;
	}
}

static void write_csv_cell(struct writer *w, const struct column *column, const struct cell *cell)
{
	write_csv_value(w, cell);
	if (!column->interval)
		return;
	bool has = cell_has_interval(cell);
	writer_char(w, ',');
	if (has)
		write_real(w, cell->number.low);
	writer_char(w, ',');
	if (has)
		write_real(w, cell->number.high);
}

static void write_csv_key(struct writer *w, struct str key, const char *suffix)
{
	writer_csv(w, key);
	writer_text(w, suffix);
}

static void write_csv_head(struct writer *w, const struct table *t)
{
	for (size_t i = 0; i < t->column_count; i++) {
		struct str key = t->columns[i].key;
		write_csv_key(w, key, "");
		if (t->columns[i].interval) {
			writer_char(w, ',');
			write_csv_key(w, key, "_low,");
			write_csv_key(w, key, "_high");
		}
		writer_text(w, i + 1 < t->column_count ? "," : "\r\n");
	}
}

void table_write_csv(struct writer *w, const struct table *t)
{
	writer_text(w, "\uFEFF");
	write_csv_head(w, t);
	for (size_t row = 0; row < t->row_count; row++)
		for (size_t i = 0; i < t->column_count; i++) {
			write_csv_cell(w, &t->columns[i], table_cell(t, row, i));
			writer_text(w, i + 1 < t->column_count ? "," : "\r\n");
		}
}

/* --- JSON --- */

static void write_json_real(struct writer *w, bool known, double value)
{
	if (known)
		write_real(w, value);
	else
		writer_text(w, "null");
}

static void write_json_value(struct writer *w, const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_TEXT:
		writer_json(w, cell->text);
		break;
	case CELL_COUNT:
	case CELL_SHARE:
	case CELL_NOT_KNOWN:
		write_json_real(w, has_number(cell), cell->number.value);
		break;
	case CELL_DATE:
	case CELL_SMALL:
		writer_char(w, '"');
		write_csv_value(w, cell);
		writer_char(w, '"');
		break;
	case CELL__COUNT:
		break;
	}
}

/* "KEY_low": */
static void write_json_key(struct writer *w, struct str key, struct str suffix)
{
	struct writer whole;
	writer_init(&whole, FIELD_BYTES);
	writer_str(&whole, key);
	writer_str(&whole, suffix);
	if (whole.err != E_OK)
		writer_fail(w, whole.err);
	writer_json(w, writer_view_str(&whole));
	writer_char(w, ':');
	writer_release(&whole);
}

static void write_json_cell(struct writer *w, const struct column *column, const struct cell *cell)
{
	bool has = cell_has_interval(cell);
	write_json_key(w, column->key, STR(""));
	write_json_value(w, cell);
	if (!column->interval)
		return;
	writer_char(w, ',');
	write_json_key(w, column->key, STR("_low"));
	write_json_real(w, has, cell->number.low);
	writer_char(w, ',');
	write_json_key(w, column->key, STR("_high"));
	write_json_real(w, has, cell->number.high);
}

static void write_json_row(struct writer *w, const struct table *t, size_t row)
{
	writer_text(w, row ? ",{" : "{");
	for (size_t i = 0; i < t->column_count; i++) {
		writer_text(w, i ? "," : "");
		write_json_cell(w, &t->columns[i], table_cell(t, row, i));
	}
	writer_char(w, '}');
}

void table_write_json(struct writer *w, const struct table *t)
{
	writer_text(w, "{\"key\":");
	writer_json(w, t->key);
	writer_text(w, ",\"title\":");
	writer_json(w, t->title);
	writer_text(w, ",\"rows\":[");
	for (size_t row = 0; row < t->row_count; row++)
		write_json_row(w, t, row);
	writer_text(w, "]}\n");
}

static void write_json_member(struct writer *w, const char *key, struct str value)
{
	writer_text(w, key);
	writer_json(w, value);
}

void document_write_json(struct writer *w, const struct document *d)
{
	bool first = true;
	write_json_member(w, "{\"lang\":", lang_code(d->lang));
	write_json_member(w, ",\"title\":", d->title);
	write_json_member(w, ",\"subtitle\":", d->subtitle);
	write_json_member(w, ",\"summary\":", d->summary);
	writer_text(w, ",\"tables\":[");
	for (size_t i = 0; i < d->block_count; i++) {
		if (d->blocks[i].kind != BLOCK_TABLE)
			continue;
		writer_text(w, first ? "" : ",");
		table_write_json(w, &d->blocks[i].table);
		first = false;
	}
	writer_text(w, "]}\n");
}
