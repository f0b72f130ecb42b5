/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "measure/evaluation.h"
#include "report/document_parts.h"
#include "text/text.h"

const struct table *document_table(const struct document *d, struct str key)
{
	for (size_t i = 0; i < d->block_count; i++) {
		const struct block *b = &d->blocks[i];
		if (b->kind == BLOCK_TABLE && str_equal(b->table.key, key))
			return &b->table;
	}
	return NULL;
}

static void write_number(struct writer *w, enum lang lang, const struct cell *cell, double number)
{
	if (cell->kind == CELL_SHARE)
		text_percent(w, lang, number, cell->decimals);
	else
		text_decimal(w, lang, number, cell->decimals);
}

bool cell_has_interval(const struct cell *cell)
{
	return (cell->kind == CELL_COUNT || cell->kind == CELL_SHARE) &&
	       estimate_known(cell->number) && isfinite(cell->number.low) &&
	       isfinite(cell->number.high);
}

void cell_write_value(struct writer *w, enum lang lang, const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_TEXT:
		writer_str(w, cell->text);
		break;
	case CELL_COUNT:
	case CELL_SHARE:
		write_number(w, lang, cell, cell->number.value);
		break;
	case CELL_DATE:
		text_date(w, lang, cell->date);
		break;
	case CELL_SMALL:
		writer_char(w, '<');
		writer_decimal(w, SMALL_CELL);
		break;
	case CELL_NOT_KNOWN:
		writer_text(w, "–");
		break;
	case CELL__COUNT:
		break;
	}
}

void cell_write_interval(struct writer *w, enum lang lang, const struct cell *cell)
{
	writer_char(w, '(');
	write_number(w, lang, cell, cell->number.low);
	/* Broken after the dash, if at all. */
	writer_text(w, "\u00a0– ");
	write_number(w, lang, cell, cell->number.high);
	writer_char(w, ')');
}

void cell_write(struct writer *w, enum lang lang, const struct cell *cell)
{
	cell_write_value(w, lang, cell);
	if (!cell_has_interval(cell))
		return;
	writer_char(w, ' ');
	cell_write_interval(w, lang, cell);
}

/* --- text --- */

/* Length of a character that no line of text may have: control characters, U+0080 … U+009F, bytes
 * that are not UTF-8. 0: it may. */
static size_t unfit_length(struct str s)
{
	size_t length = utf8_length(s);
	unsigned char first = (unsigned char)s.data[0];
	if (length == 0)
		return 1;
	if (length == 1)
		return first < 0x20 || first == 0x7F ? 1 : 0;
	return length == 2 && first == 0xC2 && (unsigned char)s.data[1] < 0xA0 ? 2 : 0;
}

void write_clean(struct writer *w, struct str s)
{
	while (s.size > 0) {
		size_t unfit = unfit_length(s);
		size_t length = unfit ? unfit : utf8_length(s);
		bool space = unfit == 1 && memchr("\t\n\r", s.data[0], 3) != NULL;
		if (unfit)
			writer_text(w, space ? " " : "\xEF\xBF\xBD");
		else
			writer_str(w, (struct str){s.data, length});
		s = (struct str){s.data + length, s.size - length};
	}
}

bool is_clean(struct str s)
{
	for (size_t i = 0; i < s.size;) {
		struct str rest = {s.data + i, s.size - i};
		if (unfit_length(rest) > 0)
			return false;
		i += utf8_length(rest);
	}
	return true;
}
