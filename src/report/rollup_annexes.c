/* SPDX-License-Identifier: Apache-2.0 */
/* Annexes of a roll-up: every child, who is late, who never opened the letter. */
#include "report/return_document_parts.h"

enum {
	FIXED_COLUMNS = 3, /* ordinal, name, completeness; then one a row of the roll-up */
	ROWS_ACROSS = 4,   /* of the roll-up that fit beside each other on a sheet */
	NAMED_ROWS = 2,    /* as many titles can stand above their columns in full */
	LATE_COLUMNS = 4,
	UNOPENED_COLUMNS = 3
};

/* Rows of the roll-up that one table shows. */
struct part {
	size_t from, to;
};

static struct str row_title(struct script *s, const struct rollup *r, size_t row)
{
	if (r->row_count <= NAMED_ROWS)
		return r->rows[row].label;
	return script_say_one(s, MESSAGE_ROLLUP_PAPER_ITEM, "number", script_number(s, row + 1));
}

static void fill_child(
	struct script *s, const struct rollup *r, struct part part, size_t child, struct cell *at)
{
	const struct rollup_child *c = &r->children[child];
	at[0] = cell_of_count(child + 1);
	at[1] = cell_of_text(c->name);
	at[2] = cell_of_text(script_complete(s, MESSAGE_ROLLUP_PAPER_OF, c->units, c->expected));
	for (size_t row = part.from; row < part.to; row++)
		at[FIXED_COLUMNS + row - part.from] = cell_of_declared(c->sums[row]);
}

/* The level's own sums: children may overlap, and the level may report itself. */
static void fill_total(struct script *s, const struct rollup *r, struct part part, struct cell *at)
{
	uint64_t units = r->by_state[ROLLUP_ON_TIME] + r->by_state[ROLLUP_LATE];
	uint64_t expected = units + r->by_state[ROLLUP_OPENED] + r->by_state[ROLLUP_UNOPENED];
	at[0] = cell_of_text(STR(""));
	at[1] = cell_of_text(script_words(s, MESSAGE_ROLLUP_PAPER_CHILD_TOTAL));
	at[2] = cell_of_text(script_complete(s, MESSAGE_ROLLUP_PAPER_OF, units, expected));
	for (size_t row = part.from; row < part.to; row++)
		at[FIXED_COLUMNS + row - part.from] = cell_of_declared(
			(struct declared){r->rows[row].units > 0, r->rows[row].sum});
}

static struct str part_title(struct script *s, const struct rollup *r, struct part part)
{
	if (r->row_count <= ROWS_ACROSS)
		return script_words(s, MESSAGE_ROLLUP_PAPER_CHILDREN_TABLE);
	const struct text_arg args[] = {{STR("from"), script_number(s, part.from + 1)},
		{STR("to"), script_number(s, part.to)}};
	return script_say(s, MESSAGE_ROLLUP_PAPER_CHILDREN_PART, args, 2);
}

static void add_part(struct script *s, const struct rollup *r, struct part part)
{
	static const char *const keys[ROWS_ACROSS] = {"row_1", "row_2", "row_3", "row_4"};
	size_t columns = FIXED_COLUMNS + part.to - part.from;
	struct cell *cells = script_cells(s, r->child_count + 1, columns);
	struct column *heads = script_columns(s, columns);
	script_add(s, OFFICIAL_TABLE, script_words(s, MESSAGE_ROLLUP_PAPER_CHILD_NOTE));
	if (s->err != E_OK)
		return;
	heads[0] = column_of(s, "stt", MESSAGE_RETURN_PAPER_ORDINAL, true);
	heads[1] = column_of(s, "unit", MESSAGE_ROLLUP_PAPER_CHILD, false);
	heads[2] = column_of(s, "complete", MESSAGE_ROLLUP_PAPER_CHILD_COMPLETE, false);
	for (size_t row = part.from; row < part.to; row++)
		heads[FIXED_COLUMNS + row - part.from] =
			(struct column){.key = str_from(keys[row - part.from]),
				.title = row_title(s, r, row),
				.numeric = true};
	for (size_t i = 0; i < r->child_count; i++)
		fill_child(s, r, part, i, &cells[i * columns]);
	fill_total(s, r, part, &cells[r->child_count * columns]);
	struct official_block *b = &s->blocks[s->count - 1];
	b->total = true;
	b->table = (struct table){
		STR("children"), part_title(s, r, part), heads, columns, cells, r->child_count + 1};
}

/* What "Mục 3" stands for. */
static void add_legend(struct script *s, const struct rollup *r)
{
	for (size_t row = 0; r->row_count > NAMED_ROWS && row < r->row_count; row++) {
		const struct text_arg args[] = {{STR("number"), script_number(s, row + 1)},
			{STR("label"), r->rows[row].label}};
		script_add(
			s, OFFICIAL_ITEM, script_say(s, MESSAGE_ROLLUP_PAPER_ITEM_NAMED, args, 2));
	}
}

static void give_annex(
	const struct script *s, enum message title, struct official_annex *annexes, size_t *count)
{
	annexes[(*count)++] =
		(struct official_annex){.title = script_words(s, title), .body = script_blocks(s)};
}

enum err rollup_annex_children(const struct rollup *r, struct arena *arena, enum lang lang,
	struct official_annex *annexes, size_t *count)
{
	if (r->child_count == 0 || r->row_count == 0)
		return E_OK;
	struct script s = script_of(arena, lang, 2 * r->row_count);
	add_legend(&s, r);
	for (size_t from = 0; from < r->row_count; from += ROWS_ACROSS) {
		size_t to = from + ROWS_ACROSS;
		add_part(&s, r, (struct part){from, to < r->row_count ? to : r->row_count});
	}
	give_annex(&s, MESSAGE_ROLLUP_PAPER_CHILDREN, annexes, count);
	return s.err;
}

enum err rollup_annex_late(const struct rollup *r, struct arena *arena, enum lang lang,
	struct official_annex *annexes, size_t *count)
{
	if (r->late_count == 0)
		return E_OK;
	struct script s = script_of(arena, lang, 1);
	struct cell *cells = script_cells(&s, r->late_count, LATE_COLUMNS);
	struct column *columns = script_columns(&s, LATE_COLUMNS);
	script_add(&s, OFFICIAL_TABLE, STR(""));
	if (s.err != E_OK)
		return s.err;
	columns[0] = column_of(&s, "stt", MESSAGE_RETURN_PAPER_ORDINAL, true);
	columns[1] = column_of(&s, "unit", MESSAGE_ROLLUP_PAPER_CHILD, false);
	columns[2] = column_of(&s, "superior", MESSAGE_ROLLUP_PAPER_SUPERIOR, false);
	columns[3] = column_of(&s, "submitted", MESSAGE_ROLLUP_PAPER_SUBMITTED, false);
	for (size_t i = 0; i < r->late_count; i++) {
		const struct rollup_late *late = &r->late[i];
		struct cell *at = &cells[i * LATE_COLUMNS];
		at[0] = cell_of_count(i + 1);
		at[1] = cell_of_text(late->name);
		at[2] = cell_of_text(late->superior);
		at[3] = late->submitted.year > 0
				? (struct cell){.kind = CELL_DATE, .date = late->submitted}
				: cell_of_text(script_words(&s, MESSAGE_ROLLUP_PAPER_NOT_SENT));
	}
	s.blocks[0].table =
		(struct table){STR("late"), script_words(&s, MESSAGE_ROLLUP_PAPER_LATE_TABLE),
			columns, LATE_COLUMNS, cells, r->late_count};
	give_annex(&s, MESSAGE_ROLLUP_PAPER_LATE, annexes, count);
	return E_OK;
}

enum err rollup_annex_unopened(const struct rollup *r, struct arena *arena, enum lang lang,
	struct official_annex *annexes, size_t *count)
{
	if (r->unopened_count == 0)
		return E_OK;
	struct script s = script_of(arena, lang, 1);
	struct cell *cells = script_cells(&s, r->unopened_count, UNOPENED_COLUMNS);
	struct column *columns = script_columns(&s, UNOPENED_COLUMNS);
	script_add(&s, OFFICIAL_TABLE, STR(""));
	if (s.err != E_OK)
		return s.err;
	columns[0] = column_of(&s, "stt", MESSAGE_RETURN_PAPER_ORDINAL, true);
	columns[1] = column_of(&s, "unit", MESSAGE_ROLLUP_PAPER_CHILD, false);
	columns[2] = column_of(&s, "superior", MESSAGE_ROLLUP_PAPER_SUPERIOR, false);
	for (size_t i = 0; i < r->unopened_count; i++) {
		struct cell *at = &cells[i * UNOPENED_COLUMNS];
		at[0] = cell_of_count(i + 1);
		at[1] = cell_of_text(r->unopened[i].name);
		at[2] = cell_of_text(r->unopened[i].superior);
	}
	s.blocks[0].table = (struct table){STR("unopened"),
		script_words(&s, MESSAGE_ROLLUP_PAPER_UNOPENED_TABLE), columns, UNOPENED_COLUMNS,
		cells, r->unopened_count};
	give_annex(&s, MESSAGE_ROLLUP_PAPER_UNOPENED, annexes, count);
	return E_OK;
}
