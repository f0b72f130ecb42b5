/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/writer.h"
#include "format/sheet.h"
#include "format/xlsx_part.h"

/* Within the room: what is known of a workbook before its sheet is read. */
struct xlsx_book {
	struct bytes file;
	struct problem *problem;
	struct arena arena;
	uint64_t unpacked;
	bool from_1904;     /* days are counted from 1904-01-01 */
	struct str sheet;   /* name of the part that holds the wanted sheet */
	struct str strings; /* of the shared texts; may be empty */
	struct str styles;  /* of the number formats; may be empty */

	struct writer texts;     /* shared, one behind the other */
	struct writer text_ends; /* u32 each */

	struct writer style_is_day; /* u8 for each style of cells */
};

/* xlsx_book.c: where the parts are, shared texts, styles. */
MUST_CHECK enum err xlsx_book_read(struct xlsx_book *b, struct str sheet);

/* Text i; empty where there is none. */
struct str xlsx_shared_text(const struct xlsx_book *b, uint64_t i);

/* xlsx_day.c: is this a format that shows a day? */
bool xlsx_format_is_day(struct str code);
bool xlsx_builtin_is_day(uint64_t format);

/* "2020-10-15" or "2020-10-15T09:30:00" for a number of days; false where it is none. */
bool xlsx_day_write(struct writer *w, struct str number, bool from_1904);
