/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/document.h"

/* Within the room: what the shapes of a document share, and the head of a frozen one
 * (docs/format/document.md). */
enum {
	DOCUMENT_MAGIC = 0x4f445351, /* "QSDO" */
	DOCUMENT_VERSION = 1,
	DOCUMENT_CHECKED_FROM = 16 /* the checksum covers what follows it */
};

/* Whether the cell has an interval to show. */
bool cell_has_interval(const struct cell *cell);

/* The two parts of cell_write(): "47,8 %" and "(41,0 % – 54,1 %)", without the space between. The
 * second only where cell_has_interval(). */
void cell_write_value(struct writer *w, enum lang lang, const struct cell *cell);
void cell_write_interval(struct writer *w, enum lang lang, const struct cell *cell);

/* Names of malware are as feeds wrote them. Tab and line ends become a space; other control
 * characters and bytes that are no UTF-8 become U+FFFD. */
void write_clean(struct writer *w, struct str s);
bool is_clean(struct str s); /* write_clean() would change nothing */

static inline const struct cell *table_cell(const struct table *t, size_t row, size_t column)
{
	return &t->cells[row * t->column_count + column];
}

/* The style sheet of a page that stands alone; made at build from web/style. */
struct bytes document_style(void);
