/* SPDX-License-Identifier: Apache-2.0 */
#include "server/edition_changes.h"

#include "report/evaluation_disclosure.h"
#include "report/evaluation_words.h"
#include "server/plan_options.h"

enum {
	CHANGE_COLUMNS = 5,
	CELL_BYTES = 256,
	DECIMALS = 1 /* of shares, as everywhere in the document */
};

/* --- figures of an evaluation --- */

static struct edition_figure figure_of(
	struct str key, struct str verdict, struct estimate e, bool secret)
{
	struct estimate shown = secret ? ESTIMATE_UNKNOWN : e;
	return (struct edition_figure){key, verdict, shown.value, shown.low, shown.high};
}

enum err edition_figures_of(const struct evaluated *e, struct arena *arena,
	struct edition_figure **ret_figures, size_t *ret_count)
{
	const struct evaluation *v = &e->evaluation;
	struct edition_figure *figures = arena_alloc(arena, v->goal_count + 1, sizeof(*figures));
	if (!figures)
		return E_NOMEM;
	for (size_t i = 0; i < v->goal_count; i++)
		figures[i] = figure_of(v->goals[i].goal->key, verdict_name(v->goals[i].verdict),
			v->goals[i].reduction,
			openness_of_both(goal_openness(AUDIENCE_PUBLIC, v, &v->goals[i])) != OPEN);
	figures[v->goal_count] = figure_of(EDITION_NET_EFFECT, STR(""), v->attribution.net_effect,
		attribution_openness(AUDIENCE_PUBLIC, v) != OPEN);
	*ret_figures = figures;
	*ret_count = v->goal_count + 1;
	return E_OK;
}

/* --- cells --- */

static struct cell share_cell(const struct edition_figure *f)
{
	struct estimate e = f ? (struct estimate){f->value, f->low, f->high} : ESTIMATE_UNKNOWN;
	if (!estimate_known(e))
		return (struct cell){.kind = CELL_NOT_KNOWN};
	return (struct cell){.kind = CELL_SHARE, .decimals = DECIMALS, .number = e};
}

static struct cell verdict_cell(const struct edition_figure *f, enum lang lang)
{
	for (int v = 0; f && v < VERDICT__COUNT; v++)
		if (str_equal(f->verdict, verdict_name((enum verdict)v)))
			return (struct cell){.kind = CELL_TEXT,
				.text = text(lang, verdict_message((enum verdict)v))};
	return (struct cell){.kind = CELL_NOT_KNOWN};
}

/* --- what has changed --- */

static bool reads_same(const struct edition_figure *a, const struct edition_figure *b)
{
	struct writer x, y;
	const struct cell before = share_cell(a);
	const struct cell after = share_cell(b);
	writer_init(&x, CELL_BYTES);
	writer_init(&y, CELL_BYTES);
	cell_write(&x, LANG_EN, &before);
	cell_write(&y, LANG_EN, &after);
	bool same = str_equal(writer_view_str(&x), writer_view_str(&y)) &&
		    str_equal(a->verdict, b->verdict);
	writer_release(&x);
	writer_release(&y);
	return same;
}

static const struct edition_figure *find(
	const struct edition_figure *figures, size_t count, struct str key)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(figures[i].key, key))
			return &figures[i];
	return NULL;
}

enum err edition_changes_find(const struct edition_figure *before, size_t before_count,
	const struct edition_figure *after, size_t after_count, struct arena *arena,
	struct edition_changes *ret_changes)
{
	struct edition_change *list =
		arena_alloc(arena, before_count + after_count + 1, sizeof(*list));
	size_t count = 0;
	if (!list)
		return E_NOMEM;
	for (size_t i = 0; i < after_count; i++) {
		const struct edition_figure *old = find(before, before_count, after[i].key);
		if (!old || !reads_same(old, &after[i]))
			list[count++] = (struct edition_change){after[i].key, old, &after[i]};
	}
	for (size_t i = 0; i < before_count; i++)
		if (!find(after, after_count, before[i].key))
			list[count++] = (struct edition_change){before[i].key, &before[i], NULL};
	ret_changes->list = list;
	ret_changes->count = count;
	return E_OK;
}

/* --- as a section --- */

struct str edition_figure_title(
	const struct plan *plan, struct str key, enum lang lang, struct arena *arena)
{
	if (str_equal(key, EDITION_NET_EFFECT))
		return text(lang, MESSAGE_EDITION_NET_EFFECT);
	for (size_t i = 0; i < plan->goal_count; i++)
		if (str_equal(plan->goals[i].key, key))
			return plan_goal_words(arena, lang, &plan->goals[i]);
	return key;
}

static struct column column(
	enum lang lang, struct str key, enum message title, bool numeric, bool interval)
{
	return (struct column){
		.key = key, .title = text(lang, title), .interval = interval, .numeric = numeric};
}

static struct column *columns_of(enum lang lang, struct arena *arena)
{
	struct column *c = arena_alloc(arena, CHANGE_COLUMNS, sizeof(*c));
	if (!c)
		return NULL;
	c[0] = column(lang, STR("figure"), MESSAGE_EDITION_COLUMN_FIGURE, false, false);
	c[1] = column(lang, STR("before"), MESSAGE_EDITION_COLUMN_BEFORE, true, true);
	c[2] = column(lang, STR("after"), MESSAGE_EDITION_COLUMN_AFTER, true, true);
	c[3] = column(
		lang, STR("verdict_before"), MESSAGE_EDITION_COLUMN_VERDICT_BEFORE, false, false);
	c[4] = column(
		lang, STR("verdict_after"), MESSAGE_EDITION_COLUMN_VERDICT_AFTER, false, false);
	return c;
}

static void fill_row(
	struct cell *row, const struct edition_change *change, struct str title, enum lang lang)
{
	row[0] = (struct cell){.kind = CELL_TEXT, .text = title};
	row[1] = share_cell(change->before);
	row[2] = share_cell(change->after);
	row[3] = verdict_cell(change->before, lang);
	row[4] = verdict_cell(change->after, lang);
}

static enum err table_block(const struct edition_changes *changes, const struct plan *plan,
	enum lang lang, struct arena *arena, struct block *ret_block)
{
	struct column *columns = columns_of(lang, arena);
	struct cell *cells =
		arena_alloc(arena, changes->count * CHANGE_COLUMNS + 1, sizeof(*cells));
	if (!columns || !cells)
		return E_NOMEM;
	for (size_t i = 0; i < changes->count; i++)
		fill_row(&cells[i * CHANGE_COLUMNS], &changes->list[i],
			edition_figure_title(plan, changes->list[i].key, lang, arena), lang);
	*ret_block = (struct block){
		.kind = BLOCK_TABLE,
		.table =
			{
				.key = STR("changes"),
				.title = text(lang, MESSAGE_EDITION_CHANGES_TABLE),
				.columns = columns,
				.column_count = CHANGE_COLUMNS,
				.cells = cells,
				.row_count = changes->count,
			},
	};
	return E_OK;
}

static enum err paragraph(const struct edition_changes *changes, enum lang lang,
	struct arena *arena, struct block *ret_block)
{
	struct writer w, number;
	writer_init(&w, CELL_BYTES * 4);
	writer_init(&number, CELL_BYTES);
	text_number(&number, lang, changes->number);
	text_write(&w, lang,
		changes->count ? MESSAGE_EDITION_CHANGES_SOME : MESSAGE_EDITION_CHANGES_NONE,
		(const struct text_arg[]){{STR("number"), writer_view_str(&number)}}, 1);
	struct str said = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	writer_release(&number);
	*ret_block = (struct block){.kind = BLOCK_PARAGRAPH, .text = said};
	return said.data ? E_OK : E_NOMEM;
}

/* In front of the second section; at the end of a document that has none. */
static size_t place_in(const struct document *d)
{
	size_t sections = 0;
	for (size_t i = 0; i < d->block_count; i++) {
		sections += d->blocks[i].kind == BLOCK_SECTION;
		if (sections == 2)
			return i;
	}
	return d->block_count;
}

enum err edition_changes_insert(const struct edition_changes *changes, const struct plan *plan,
	struct arena *arena, struct document *d)
{
	size_t at = place_in(d);
	size_t own = changes->count ? 3 : 2;
	struct block *blocks = arena_alloc(arena, d->block_count + own, sizeof(*blocks));
	if (!blocks)
		return E_NOMEM;
	for (size_t i = 0; i < d->block_count; i++)
		blocks[i < at ? i : i + own] = d->blocks[i];
	blocks[at] = (struct block){.kind = BLOCK_SECTION,
		.key = STR("changes"),
		.text = text(d->lang, MESSAGE_EDITION_CHANGES)};
	TRY(paragraph(changes, d->lang, arena, &blocks[at + 1]));
	if (changes->count)
		TRY(table_block(changes, plan, d->lang, arena, &blocks[at + 2]));
	d->blocks = blocks;
	d->block_count += own;
	return E_OK;
}
