/* SPDX-License-Identifier: Apache-2.0 */
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
	       estimate_known(cell->number) && estimate_has_interval(cell->number);
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
	writer_text(w, " – ");
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
