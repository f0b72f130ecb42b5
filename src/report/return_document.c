/* SPDX-License-Identifier: Apache-2.0 */
/* One unit's return: the letter's Appendix II. */
#include "report/return_document_parts.h"

enum {
	OTHER_BLOCKS = 8, /* besides the lines of the assessment */
	COLUMNS = 4
};

static void add_general(struct script *s, const struct unit_return *r)
{
	script_add(s, OFFICIAL_HEADING, script_words(s, MESSAGE_RETURN_PAPER_GENERAL));
	script_add(s, OFFICIAL_ITEM, script_say_one(s, MESSAGE_RETURN_PAPER_UNIT, "unit", r->unit));
	script_add(s, OFFICIAL_ITEM, script_words(s, MESSAGE_RETURN_PAPER_ASSESSMENT));
	if (script_lines(r->assessment) > 0)
		script_add_lines(s, r->assessment);
	else
		script_add(
			s, OFFICIAL_PARAGRAPH, script_words(s, MESSAGE_RETURN_PAPER_NO_ASSESSMENT));
}

static void add_figures(struct script *s, const struct unit_return *r)
{
	struct cell *cells = script_cells(s, r->row_count, COLUMNS);
	struct column *columns = script_columns(s, COLUMNS);
	script_add(s, OFFICIAL_HEADING, script_words(s, MESSAGE_RETURN_PAPER_FIGURES));
	script_add(s, OFFICIAL_TABLE, STR(""));
	if (s->err != E_OK)
		return;
	columns[0] = column_of(s, "stt", MESSAGE_RETURN_PAPER_ORDINAL, true);
	columns[1] = column_of(s, "content", MESSAGE_RETURN_PAPER_CONTENT, false);
	columns[2] = column_of(s, "count", MESSAGE_RETURN_PAPER_COUNT, true);
	columns[3] = column_of(s, "note", MESSAGE_RETURN_PAPER_NOTE, false);
	for (size_t i = 0; i < r->row_count; i++) {
		struct cell *row = &cells[i * COLUMNS];
		row[0] = cell_of_count(i + 1);
		row[1] = cell_of_text(r->rows[i].label);
		row[2] = cell_of_declared(r->rows[i].declared);
		row[3] = cell_of_text(r->rows[i].note);
	}
	s->blocks[s->count - 1].table = (struct table){STR("return"),
		script_words(s, MESSAGE_RETURN_PAPER_TABLE), columns, COLUMNS, cells, r->row_count};
}

enum err return_document(
	const struct unit_return *r, struct arena *arena, struct official *document)
{
	struct script s =
		script_of(arena, document->lang, OTHER_BLOCKS + script_lines(r->assessment));
	script_add_opening(&s, &r->order, r->unit, MESSAGE_RETURN_PAPER_OPENING,
		MESSAGE_RETURN_PAPER_OPENING_PLAIN);
	add_general(&s, r);
	add_figures(&s, r);
	script_add(&s, OFFICIAL_PARAGRAPH,
		script_say_one(&s, MESSAGE_RETURN_PAPER_CLOSING, "unit", r->unit));
	if (s.err != E_OK)
		return s.err;
	document->kind = OFFICIAL_REPORT;
	document->title = script_words(&s, MESSAGE_RETURN_PAPER_TITLE);
	document->subject = r->campaign;
	document->body_blocks = script_blocks(&s);
	document->annexes = NULL;
	document->annex_count = 0;
	return E_OK;
}
