/* SPDX-License-Identifier: Apache-2.0 */
/* The roll-up of a level: sums of what was declared, and beside every sum how complete it is. */
#include <math.h>

#include "report/return_document_parts.h"

enum {
	OTHER_BLOCKS = 24, /* besides the lines of the assessment */
	SUM_COLUMNS = 5,
	STATE_COLUMNS = 4,
	COMPARED_COLUMNS = 7,
	MOST_ANNEXES = 3
};

static uint64_t reported(const struct rollup *r)
{
	return r->by_state[ROLLUP_ON_TIME] + r->by_state[ROLLUP_LATE];
}

static uint64_t expected(const struct rollup *r)
{
	return reported(r) + r->by_state[ROLLUP_OPENED] + r->by_state[ROLLUP_UNOPENED];
}

static void set_table(struct script *s, const char *key, enum message title,
	const struct column *columns, size_t column_count, const struct cell *cells, size_t rows)
{
	s->blocks[s->count - 1].table = (struct table){
		str_from(key), script_words(s, title), columns, column_count, cells, rows};
}

/* --- 1: what the level says --- */

static void add_general(struct script *s, const struct rollup *r)
{
	script_add(s, OFFICIAL_HEADING, script_words(s, MESSAGE_RETURN_PAPER_GENERAL));
	script_add(s, OFFICIAL_ITEM, script_say_one(s, MESSAGE_RETURN_PAPER_UNIT, "unit", r->unit));
	if (script_lines(r->assessment) == 0)
		return;
	script_add(s, OFFICIAL_ITEM, script_words(s, MESSAGE_ROLLUP_PAPER_ASSESSMENT));
	script_add_lines(s, r->assessment);
}

/* --- 2: the sums --- */

static void add_completeness(struct script *s, const struct rollup *r)
{
	struct writer share;
	const struct str date = script_date(s, r->as_of);
	if (expected(r) == 0) {
		script_add(s, OFFICIAL_PARAGRAPH,
			script_say_one(s, MESSAGE_ROLLUP_PAPER_NOBODY, "date", date));
		return;
	}
	writer_init(&share, 40);
	text_percent(&share, s->lang, (double)reported(r) / (double)expected(r), 1);
	const struct text_arg args[] = {{STR("date"), date},
		{STR("complete"), script_complete(s, MESSAGE_ROLLUP_PAPER_COMPLETE, reported(r),
					  expected(r))},
		{STR("share"), writer_view_str(&share)}};
	script_add(s, OFFICIAL_PARAGRAPH, script_say(s, MESSAGE_ROLLUP_PAPER_REPORTED, args, 3));
	writer_release(&share);
}

static struct str row_note(struct script *s, const struct rollup_row *row)
{
	if (!row->distinct.known)
		return STR("");
	return script_say_one(
		s, MESSAGE_ROLLUP_PAPER_DISTINCT, "count", script_number(s, row->distinct.count));
}

/* Nobody declared it: no sum. */
static struct declared sum_of(const struct rollup_row *row)
{
	return (struct declared){row->units > 0, row->sum};
}

static void add_sums(struct script *s, const struct rollup *r)
{
	struct cell *cells = script_cells(s, r->row_count, SUM_COLUMNS);
	struct column *columns = script_columns(s, SUM_COLUMNS);
	script_add(s, OFFICIAL_TABLE, script_words(s, MESSAGE_ROLLUP_PAPER_CAPTION));
	if (s->err != E_OK)
		return;
	columns[0] = column_of(s, "stt", MESSAGE_RETURN_PAPER_ORDINAL, true);
	columns[1] = column_of(s, "content", MESSAGE_RETURN_PAPER_CONTENT, false);
	columns[2] = column_of(s, "sum", MESSAGE_RETURN_PAPER_COUNT, true);
	columns[3] = column_of(s, "declared_by", MESSAGE_ROLLUP_PAPER_DECLARED_BY, false);
	columns[4] = column_of(s, "note", MESSAGE_RETURN_PAPER_NOTE, false);
	for (size_t i = 0; i < r->row_count; i++) {
		struct cell *row = &cells[i * SUM_COLUMNS];
		row[0] = cell_of_count(i + 1);
		row[1] = cell_of_text(r->rows[i].label);
		row[2] = cell_of_declared(sum_of(&r->rows[i]));
		row[3] = cell_of_text(script_complete(
			s, MESSAGE_ROLLUP_PAPER_COMPLETE, r->rows[i].units, expected(r)));
		row[4] = cell_of_text(row_note(s, &r->rows[i]));
	}
	set_table(s, "sums", MESSAGE_ROLLUP_PAPER_TABLE, columns, SUM_COLUMNS, cells, r->row_count);
}

/* --- 3: who has reported --- */

static struct cell share_of(uint64_t units, uint64_t all)
{
	if (all == 0)
		return (struct cell){.kind = CELL_NOT_KNOWN};
	return (struct cell){.kind = CELL_SHARE,
		.decimals = 1,
		.number = {(double)units / (double)all, NAN, NAN}};
}

static void add_states(struct script *s, const struct rollup *r)
{
	static const enum message names[ROLLUP_STATE__COUNT + 1] = {
		MESSAGE_ROLLUP_PAPER_STATE_ON_TIME, MESSAGE_ROLLUP_PAPER_STATE_LATE,
		MESSAGE_ROLLUP_PAPER_STATE_OPENED, MESSAGE_ROLLUP_PAPER_STATE_UNOPENED,
		MESSAGE_ROLLUP_PAPER_STATE_ALL};
	struct cell *cells = script_cells(s, ROLLUP_STATE__COUNT + 1, STATE_COLUMNS);
	struct column *columns = script_columns(s, STATE_COLUMNS);
	struct str note = STR("");
	if (r->deadline.year > 0)
		note = script_say_one(
			s, MESSAGE_ROLLUP_PAPER_DEADLINE, "date", script_date(s, r->deadline));
	script_add(s, OFFICIAL_HEADING, script_words(s, MESSAGE_ROLLUP_PAPER_PROGRESS));
	script_add(s, OFFICIAL_TABLE, note);
	if (s->err != E_OK)
		return;
	columns[0] = column_of(s, "stt", MESSAGE_RETURN_PAPER_ORDINAL, true);
	columns[1] = column_of(s, "state", MESSAGE_ROLLUP_PAPER_STATE, false);
	columns[2] = column_of(s, "units", MESSAGE_ROLLUP_PAPER_STATE_UNITS, true);
	columns[3] = column_of(s, "share", MESSAGE_ROLLUP_PAPER_SHARE, true);
	for (size_t i = 0; i <= ROLLUP_STATE__COUNT; i++) {
		struct cell *row = &cells[i * STATE_COLUMNS];
		uint64_t units = i < ROLLUP_STATE__COUNT ? r->by_state[i] : expected(r);
		row[0] = i < ROLLUP_STATE__COUNT ? cell_of_count(i + 1) : cell_of_text(STR(""));
		row[1] = cell_of_text(script_words(s, names[i]));
		row[2] = cell_of_count(units);
		row[3] = share_of(units, expected(r));
	}
	set_table(s, "states", MESSAGE_ROLLUP_PAPER_STATE_TABLE, columns, STATE_COLUMNS, cells,
		ROLLUP_STATE__COUNT + 1);
	s->blocks[s->count - 1].total = true;
}

/* --- 4: beside an earlier campaign --- */

static struct cell change_of(const struct rollup_row *row)
{
	if (row->units == 0 || !row->earlier.known || row->earlier.count == 0)
		return (struct cell){.kind = CELL_NOT_KNOWN};
	double then = (double)row->earlier.count, now = (double)row->sum;
	return (struct cell){
		.kind = CELL_SHARE, .decimals = 1, .number = {(now - then) / then, NAN, NAN}};
}

/* Whether another number of units declared then. */
static bool others_declared(const struct rollup *r)
{
	for (size_t i = 0; i < r->row_count; i++)
		if (r->rows[i].earlier.known && r->rows[i].earlier_units != r->rows[i].units)
			return true;
	return false;
}

static void fill_compared(struct cell *cells, const struct rollup *r)
{
	for (size_t i = 0; i < r->row_count; i++) {
		const struct rollup_row *row = &r->rows[i];
		struct cell *at = &cells[i * COMPARED_COLUMNS];
		at[0] = cell_of_count(i + 1);
		at[1] = cell_of_text(row->label);
		at[2] = cell_of_declared(row->earlier);
		at[3] = cell_of_declared((struct declared){row->earlier.known, row->earlier_units});
		at[4] = cell_of_declared(sum_of(row));
		at[5] = cell_of_count(row->units);
		at[6] = change_of(row);
	}
}

static void add_comparison(struct script *s, const struct rollup *r)
{
	if (r->earlier_campaign.size == 0)
		return;
	struct cell *cells = script_cells(s, r->row_count, COMPARED_COLUMNS);
	struct column *columns = script_columns(s, COMPARED_COLUMNS);
	struct str earlier = script_complete(
		s, MESSAGE_ROLLUP_PAPER_COMPLETE, r->earlier_units, r->earlier_expected);
	script_add(s, OFFICIAL_HEADING,
		script_say_one(
			s, MESSAGE_ROLLUP_PAPER_COMPARISON, "campaign", r->earlier_campaign));
	script_add(s, OFFICIAL_TABLE,
		script_say_one(s,
			others_declared(r) ? MESSAGE_ROLLUP_PAPER_COMPARISON_NOTE
					   : MESSAGE_ROLLUP_PAPER_COMPARISON_SAME,
			"earlier", earlier));
	if (s->err != E_OK)
		return;
	columns[0] = column_of(s, "stt", MESSAGE_RETURN_PAPER_ORDINAL, true);
	columns[1] = column_of(s, "content", MESSAGE_RETURN_PAPER_CONTENT, false);
	columns[2] = column_of(s, "earlier", MESSAGE_ROLLUP_PAPER_EARLIER, true);
	columns[3] = column_of(s, "earlier_units", MESSAGE_ROLLUP_PAPER_EARLIER_UNITS, true);
	columns[4] = column_of(s, "now", MESSAGE_ROLLUP_PAPER_NOW, true);
	columns[5] = column_of(s, "now_units", MESSAGE_ROLLUP_PAPER_NOW_UNITS, true);
	columns[6] = column_of(s, "change", MESSAGE_ROLLUP_PAPER_CHANGE, true);
	fill_compared(cells, r);
	set_table(s, "compared", MESSAGE_ROLLUP_PAPER_COMPARISON_TABLE, columns, COMPARED_COLUMNS,
		cells, r->row_count);
}

/* --- the whole --- */

static void add_body(struct script *s, const struct rollup *r, size_t annexes)
{
	script_add_opening(s, &r->order, r->unit, MESSAGE_ROLLUP_PAPER_OPENING,
		MESSAGE_ROLLUP_PAPER_OPENING_PLAIN);
	add_general(s, r);
	script_add(s, OFFICIAL_HEADING, script_words(s, MESSAGE_RETURN_PAPER_FIGURES));
	add_completeness(s, r);
	add_sums(s, r);
	add_states(s, r);
	add_comparison(s, r);
	script_add(s, OFFICIAL_PARAGRAPH,
		script_say_one(s,
			annexes > 0 ? MESSAGE_ROLLUP_PAPER_CLOSING
				    : MESSAGE_ROLLUP_PAPER_CLOSING_PLAIN,
			"unit", r->unit));
}

enum err rollup_document(const struct rollup *r, struct arena *arena, struct official *document)
{
	struct script s =
		script_of(arena, document->lang, OTHER_BLOCKS + script_lines(r->assessment));
	struct official_annex *annexes = arena_alloc(arena, MOST_ANNEXES, sizeof(*annexes));
	if (!annexes)
		return E_NOMEM;
	size_t count = 0;
	TRY(rollup_annex_children(r, arena, document->lang, annexes, &count));
	TRY(rollup_annex_late(r, arena, document->lang, annexes, &count));
	TRY(rollup_annex_unopened(r, arena, document->lang, annexes, &count));
	add_body(&s, r, count);
	struct str subject =
		script_say_one(&s, MESSAGE_ROLLUP_PAPER_SUBJECT, "campaign", r->campaign);
	if (s.err != E_OK)
		return s.err;
	document->kind = OFFICIAL_REPORT;
	document->title = script_words(&s, MESSAGE_ROLLUP_PAPER_TITLE);
	document->subject = subject;
	document->body_blocks = script_blocks(&s);
	document->annexes = annexes;
	document->annex_count = count;
	return E_OK;
}
