/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"

/* What a table of the desk shows, all of its pages, as a file to keep: ?as=csv or ?as=xlsx at the
 * address of the table, with the same filter and sorting. The handler asks for rights as ever, then
 * writes rows here instead of a page:
 *
 *	if (desk_export_asked(r)) {
 *		struct desk_export e;
 *		desk_export_begin(&e, r, &table, STR("don-vi"));
 *		err = org_each_…(…, write_export_row, &e);
 *		desk_export_end(&e, err);
 *		return;
 *	}
 *
 * and says `.exports = true` in its struct desk_table, so that links stand below it. Every cell is
 * text: what begins like a formula stays what it is. */
enum desk_export_format {
	DESK_EXPORT_NONE, /* a page is asked for */
	DESK_EXPORT_CSV,  /* UTF-8 with a mark, RFC 4180 */
	DESK_EXPORT_XLSX
};
enum desk_export_format desk_export_asked(const struct desk_request *r);

struct desk_export {
	struct desk_request *r;
	enum desk_export_format format;
	struct str name, title;
	const struct desk_column *columns;
	size_t column_count;
	struct arena arena;  /* of texts that a spreadsheet waits for */
	struct writer cells; /* struct str each */
	size_t column, rows;
	enum err err;
};

/* Of the columns of the table, whose caption names the sheet. The file is called
 * "NAME-2026-11-23.csv": letters, digits and hyphens. */
void desk_export_begin(struct desk_export *e, struct desk_request *r,
	const struct desk_table *table, struct str name);

/* Cells in the order of the columns; the last of a row ends it. Nothing has to be kept. */
void desk_export_cell(struct desk_export *e, struct str text);
void desk_export_number(struct desk_export *e, uint64_t value); /* "1052479" */
void desk_export_date(struct desk_export *e, struct date d);    /* "2020-10-22"; none: empty */
void desk_export_time(struct desk_export *e, struct instant t); /* local; 0: empty */

/* E_LIMIT: more than LIMIT_DESK_EXPORT_ROWS, or memory: rows need not go on. */
MUST_CHECK enum err desk_export_state(const struct desk_export *e);

/* Answers with the file, or says what failed. Begun exports have to be ended. */
void desk_export_end(struct desk_export *e, enum err err);

/* The head of an answer whose body is such a file already. */
void desk_export_answer(struct desk_request *r, struct str name, enum desk_export_format format);

/* --- addresses of tables --- */

/* Of a word in a query: "ba+dinh" has no way to be misread. In the arena. */
struct str desk_escape(struct desk_request *r, struct str words);

/* "q=abc&state=late": those arguments of this address that stand there and are not empty, for
 * struct desk_table's query. */
struct str desk_query(struct desk_request *r, const char *const *names, size_t count);

/* How many pages hold so many rows; at least 1. */
uint64_t desk_page_count(uint64_t rows, uint64_t rows_a_page);
