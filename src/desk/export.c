/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/export.h"

#include "base/limits.h"
#include "format/xlsx_write.h"

enum {
	KEPT_BYTES = 256 << 20,
	SHEET_TEXT = 32000, /* bytes of a cell: spreadsheets take a little more */
	SHEET_NAME = 31
};

enum desk_export_format desk_export_asked(const struct desk_request *r)
{
	struct str as = desk_argument(r, "as");
	if (str_equal(as, STR("csv")))
		return DESK_EXPORT_CSV;
	return str_equal(as, STR("xlsx")) ? DESK_EXPORT_XLSX : DESK_EXPORT_NONE;
}

/* --- writing --- */

/* A text that is longer than a spreadsheet's cell ends in an ellipsis there. */
static struct str fitting(struct desk_export *e, struct str text)
{
	struct writer w;
	size_t size = SHEET_TEXT;
	if (text.size <= SHEET_TEXT)
		return arena_copy(&e->arena, text);
	while (size > 0 && ((unsigned char)text.data[size] & 0xC0) == 0x80)
		size--;
	writer_init(&w, SHEET_TEXT + 8);
	writer_str(&w, (struct str){text.data, size});
	writer_text(&w, "…");
	struct str copy = arena_copy(&e->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static void keep(struct desk_export *e, struct str text)
{
	struct str copy = text.size ? fitting(e, text) : STR("");
	if (!copy.data)
		e->err = E_LIMIT;
	writer_bytes(&e->cells, (struct bytes){(const uint8_t *)&copy, sizeof(copy)});
	if (e->cells.err != E_OK)
		e->err = e->cells.err;
}

static void write_csv(struct desk_export *e, struct str text)
{
	struct writer *w = e->r->answer->body;
	writer_text(w, e->column ? "," : "");
	writer_csv(w, text);
	if (e->column + 1 == e->column_count)
		writer_text(w, "\r\n");
	if (w->err != E_OK)
		e->err = w->err;
}

void desk_export_begin(struct desk_export *e, struct desk_request *r,
	const struct desk_table *table, struct str name)
{
	*e = (struct desk_export){.r = r,
		.format = desk_export_asked(r),
		.name = name,
		.title = table->caption,
		.columns = table->columns,
		.column_count = table->column_count};
	arena_init(&e->arena, KEPT_BYTES);
	writer_init(&e->cells, KEPT_BYTES);
	writer_clear(r->answer->body);
	if (e->format != DESK_EXPORT_CSV)
		return;
	writer_text(r->answer->body, "\xEF\xBB\xBF"); /* spreadsheets ask for it */
	for (size_t i = 0; i < e->column_count; i++) {
		write_csv(e, e->columns[i].label);
		e->column++;
	}
	e->column = 0;
}

void desk_export_cell(struct desk_export *e, struct str text)
{
	if (e->column == 0 && ++e->rows > LIMIT_DESK_EXPORT_ROWS)
		e->err = E_LIMIT;
	if (e->err != E_OK)
		return;
	if (e->format == DESK_EXPORT_CSV)
		write_csv(e, text);
	else
		keep(e, text);
	e->column = e->column + 1 < e->column_count ? e->column + 1 : 0;
}

void desk_export_number(struct desk_export *e, uint64_t value)
{
	struct writer w;
	writer_init(&w, 32);
	writer_decimal(&w, value);
	desk_export_cell(e, writer_view_str(&w));
	writer_release(&w);
}

void desk_export_date(struct desk_export *e, struct date d)
{
	struct writer w;
	writer_init(&w, 32);
	if (d.year)
		writer_date(&w, d);
	desk_export_cell(e, writer_view_str(&w));
	writer_release(&w);
}

void desk_export_time(struct desk_export *e, struct instant t)
{
	struct writer w;
	writer_init(&w, 64);
	if (t.seconds) {
		struct instant local = {t.seconds + zone_offset(e->r->zone, t)};
		int64_t minutes = local.seconds % SECONDS_PER_DAY / 60;
		writer_date(&w, instant_date(local));
		writer_char(&w, ' ');
		writer_padded(&w, (uint64_t)minutes / 60, 2);
		writer_char(&w, ':');
		writer_padded(&w, (uint64_t)minutes % 60, 2);
	}
	desk_export_cell(e, writer_view_str(&w));
	writer_release(&w);
}

enum err desk_export_state(const struct desk_export *e)
{
	return e->err;
}

/* --- the answer --- */

/* What a sheet's name may not hold becomes a space. */
static struct str sheet_name(struct desk_export *e)
{
	struct str name = e->title;
	if (name.size > SHEET_NAME) {
		name.size = SHEET_NAME;
		while (name.size > 0 && ((unsigned char)name.data[name.size] & 0xC0) == 0x80)
			name.size--;
	}
	char *at = arena_alloc(&e->arena, SHEET_NAME, 1);
	for (size_t i = 0; at && i < name.size; i++)
		at[i] = memchr("[]:*?/\\", name.data[i], 7) ? ' ' : name.data[i];
	return at && name.size ? (struct str){at, name.size} : STR("1");
}

static enum err write_xlsx(struct desk_export *e)
{
	enum err err = E_NOMEM;
	struct str *labels = arena_alloc(&e->arena, e->column_count, sizeof(*labels));
	for (size_t i = 0; labels && i < e->column_count; i++)
		labels[i] = e->columns[i].label;
	const struct xlsx_sheet sheet = {
		.name = sheet_name(e),
		.columns = labels,
		.column_count = e->column_count,
		.cells = (const struct str *)(const void *)e->cells.data,
		.row_count = e->cells.size / sizeof(struct str) / e->column_count,
	};
	if (labels)
		err = xlsx_write(&sheet, 1, e->r->answer->body);
	return err;
}

void desk_export_answer(struct desk_request *r, struct str name, enum desk_export_format format)
{
	struct writer w;
	bool csv = format == DESK_EXPORT_CSV;
	writer_init(&w, 256);
	writer_str(&w, name);
	writer_char(&w, '-');
	writer_date(&w, desk_today(r));
	writer_text(&w, csv ? ".csv" : ".xlsx");
	r->answer->save_as = arena_copy(r->arena, writer_view_str(&w));
	writer_release(&w);
	r->answer->content_type =
		csv ? "text/csv; charset=utf-8"
		    : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

void desk_export_end(struct desk_export *e, enum err err)
{
	struct desk_request *r = e->r;
	if (err == E_OK)
		err = e->err;
	if (err == E_OK && e->format != DESK_EXPORT_CSV)
		err = write_xlsx(e);
	writer_release(&e->cells);
	arena_release(&e->arena);
	if (err != E_OK)
		desk_failed(r, err);
	else
		desk_export_answer(r, e->name, e->format);
}
