/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "format/sheet.h"
#include "office/return.h"

/* A return as a spreadsheet that is filled in elsewhere: what stands in which cell. Column C is
 * filled in, D holds notes; column E is hidden and says what a row is. docs/format/form.md */
enum {
	RETURN_SHEET_LABEL = 1, /* B */
	RETURN_SHEET_VALUE = 2, /* C */
	RETURN_SHEET_NOTE = 3,
	RETURN_SHEET_CODE = 4, /* E1 mark, E2 campaign, E3 organisation, E4 form, E5 draft it was
				  made from; below: a row's key */
	RETURN_SHEET_LINES = 80
};
#define RETURN_SHEET_MARK STR("quetsach-return-1")

/* What a row of the paper is called in column E. */
#define RETURN_SHEET_NUMBER STR("paper:number")
#define RETURN_SHEET_SYMBOL STR("paper:symbol")
#define RETURN_SHEET_DAY STR("paper:day")
#define RETURN_SHEET_SIGNER STR("paper:signer")

struct return_sheet_line {
	struct str key;
	uint32_t row; /* from 1 */
	enum sheet_kind kind;
	struct str value, note;
};

/* Filled by return_sheet_row(); texts lie in the arena. Zeroed but for the arena to begin. */
struct return_sheet {
	struct arena *arena;
	struct str mark, campaign, org, form, draft;
	struct return_sheet_line lines[RETURN_SHEET_LINES];
	size_t count;
};

/* A sheet_row_fn; context is the struct return_sheet. E_LIMIT: more rows than a form can have. */
MUST_CHECK enum err return_sheet_row(
	void *context, uint32_t number, const struct sheet_cell *cells, size_t count);

/* Version of the form it was made with; false: it is none of ours. */
bool return_sheet_form(const struct return_sheet *sheet, int64_t *ret_form);

/* Number of the draft it was made from (return_head.draft); false: it does not say, as those from
 * before. */
bool return_sheet_draft(const struct return_sheet *sheet, int64_t *ret_draft);

/* The content, as a form on the web would send it. ret_rows: for each row of the form the row of
 * the sheet it stands in, 0: nowhere; room for row_count. What is no whole number stays in a form
 * that is none. E_NOMEM. */
MUST_CHECK enum err return_sheet_content(const struct return_sheet *sheet,
	const struct return_form *form, struct return_content *ret_content, uint32_t *ret_rows);
