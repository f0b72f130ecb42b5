/* SPDX-License-Identifier: Apache-2.0 */
/* Estimator 4: holders and regions by rate. */
#include "report/evaluation_document_parts.h"

enum {
	CHART_ROWS = 15
};

static const struct region *find_region(const struct composer *c, struct str key)
{
	for (size_t i = 0; i < c->view->region_count; i++)
		if (str_equal(c->view->regions[i].key, key))
			return &c->view->regions[i];
	return NULL;
}

/* Lines of one table, and what they are called. */
struct lines {
	const struct rated *list;
	size_t count;
	bool regions;
};

static struct str name_of(const struct composer *c, const struct lines *l, const struct rated *r)
{
	if (!l->regions)
		return title_words(c, r->key);
	if (r->key.size == 0)
		return words(c, MESSAGE_REPORT_NO_REGION);
	const struct region *region = find_region(c, r->key);
	return region ? region->name[c->lang] : r->key;
}

static bool settled(struct composer *c, enum err err)
{
	if (err != E_OK && c->err == E_OK)
		c->err = err;
	return err == E_OK;
}

/* Those of one kind stand together: [from, to). */
static size_t end_of(const struct rated_list *l, size_t from, enum per per)
{
	while (from < l->count && l->list[from].per == per)
		from++;
	return from;
}

/* --- tables --- */

static struct cell rank_cell(const struct rated *first, const struct rated *r)
{
	const struct rated *same = r;
	if (!rated_is_ranked(r))
		return cell_unknown();
	while (same > first && !(same[-1].rate_end.value > r->rate_end.value))
		same--;
	return cell_whole((uint64_t)(same - first) + 1);
}

static enum openness rate_openness(enum openness count)
{
	return count == OPEN ? OPEN : CLOSED;
}

static void add_rated(struct sheet *s, const struct lines *l, const struct rated *r)
{
	const struct composer *c = s->c;
	struct window_openness open = r->open;
	if (r->per != PER_NOTHING)
		sheet_add(s, rank_cell(l->list, r));
	sheet_add(s, cell_text(name_of(c, l, r)));
	if (r->per != PER_NOTHING)
		sheet_add(s, r->among ? cell_whole(r->among) : cell_unknown());
	sheet_add(s, cell_open(c, open.base, cell_number(r->base, DECIMALS_ADDRESSES)));
	sheet_add(s, cell_open(c, open.end, cell_number(r->end, DECIMALS_ADDRESSES)));
	if (r->per != PER_NOTHING) {
		sheet_add(s, cell_open(c, rate_openness(open.base),
				     cell_number(r->rate_base, DECIMALS_RATE)));
		sheet_add(s, cell_open(c, rate_openness(open.end),
				     cell_number(r->rate_end, DECIMALS_RATE)));
	}
	sheet_add(s, cell_open(c, openness_of_both(open), cell_share(r->reduction)));
}

/* What a table of one kind is called and made of. */
struct rated_table {
	struct str key;
	enum message title, note;
	const struct column_words *columns;
	size_t column_count;
	bool chart;
};

static const struct column_words subscriber_columns[] = {
	{STR_INIT("rank"), MESSAGE_COLUMN_RANK, false, true},
	{STR_INIT("name"), MESSAGE_COLUMN_HOLDER, false, false},
	{STR_INIT("subscribers"), MESSAGE_COLUMN_SUBSCRIBERS, false, true},
	{STR_INIT("base"), MESSAGE_COLUMN_BASE, true, true},
	{STR_INIT("end"), MESSAGE_COLUMN_END, true, true},
	{STR_INIT("rate_base"), MESSAGE_COLUMN_RATE_BASE, true, true},
	{STR_INIT("rate_end"), MESSAGE_COLUMN_RATE_END, true, true},
	{STR_INIT("reduction"), MESSAGE_COLUMN_REDUCTION, true, true},
};

static const struct column_words announced_columns[] = {
	{STR_INIT("rank"), MESSAGE_COLUMN_RANK, false, true},
	{STR_INIT("name"), MESSAGE_COLUMN_HOLDER, false, false},
	{STR_INIT("announced"), MESSAGE_COLUMN_ANNOUNCED, false, true},
	{STR_INIT("base"), MESSAGE_COLUMN_BASE, true, true},
	{STR_INIT("end"), MESSAGE_COLUMN_END, true, true},
	{STR_INIT("rate_base"), MESSAGE_COLUMN_RATE_BASE, true, true},
	{STR_INIT("rate_end"), MESSAGE_COLUMN_RATE_END, true, true},
	{STR_INIT("reduction"), MESSAGE_COLUMN_REDUCTION, true, true},
};

static const struct column_words region_columns[] = {
	{STR_INIT("rank"), MESSAGE_COLUMN_RANK, false, true},
	{STR_INIT("name"), MESSAGE_COLUMN_REGION, false, false},
	{STR_INIT("announced"), MESSAGE_COLUMN_ANNOUNCED, false, true},
	{STR_INIT("base"), MESSAGE_COLUMN_BASE, true, true},
	{STR_INIT("end"), MESSAGE_COLUMN_END, true, true},
	{STR_INIT("rate_base"), MESSAGE_COLUMN_RATE_BASE, true, true},
	{STR_INIT("rate_end"), MESSAGE_COLUMN_RATE_END, true, true},
	{STR_INIT("reduction"), MESSAGE_COLUMN_REDUCTION, true, true},
};

static const struct column_words plain_columns[] = {
	{STR_INIT("name"), MESSAGE_COLUMN_HOLDER, false, false},
	{STR_INIT("base"), MESSAGE_COLUMN_BASE, true, true},
	{STR_INIT("end"), MESSAGE_COLUMN_END, true, true},
	{STR_INIT("reduction"), MESSAGE_COLUMN_REDUCTION, true, true},
};

static void add_rates_chart(struct composer *c, const struct rated_table *t, const struct lines *l)
{
	struct pair_row rows[CHART_ROWS];
	size_t shown = 0;
	for (size_t i = 0; i < l->count && shown < CHART_ROWS && rated_is_ranked(&l->list[i]); i++)
		rows[shown++] = (struct pair_row){.label = name_of(c, l, &l->list[i]),
			.base = l->list[i].open.base == OPEN ? l->list[i].rate_base
							     : ESTIMATE_UNKNOWN,
			.end = l->list[i].rate_end};
	const struct pairs pairs = {.base_label = words(c, MESSAGE_REPORT_BASE),
		.end_label = words(c, MESSAGE_REPORT_END),
		.rows = rows,
		.row_count = shown,
		.decimals = DECIMALS_RATE};
	const struct drawing d = {.key = t->key,
		.title = words(c, t->title),
		.caption = words(c, MESSAGE_REPORT_RATES_CAPTION),
		.build = draw_pairs,
		.what = &pairs};
	if (shown > 0)
		add_chart(c, &d);
}

static void add_rates(struct composer *c, const struct rated_table *t, const struct lines *l)
{
	struct sheet s;
	if (l->count == 0)
		return;
	if (t->chart)
		add_rates_chart(c, t, l);
	if (!sheet_begin(c, &s, t->key, words(c, t->title), t->columns, t->column_count, l->count))
		return;
	for (size_t i = 0; i < l->count; i++)
		add_rated(&s, l, &l->list[i]);
	sheet_end(&s, joined(c, words(c, t->note), hourly_source(c)));
}

/* --- holders --- */

static void add_holders(struct composer *c)
{
	static const struct rated_table tables[] = {
		[PER_SUBSCRIBERS] = {STR_INIT("holders"), MESSAGE_TABLE_HOLDERS,
			MESSAGE_REPORT_PER_SUBSCRIBERS, subscriber_columns,
			sizeof(subscriber_columns) / sizeof(subscriber_columns[0]), true},
		[PER_ANNOUNCED] = {STR_INIT("holders-announced"), MESSAGE_TABLE_HOLDERS_ANNOUNCED,
			MESSAGE_REPORT_PER_ANNOUNCED, announced_columns,
			sizeof(announced_columns) / sizeof(announced_columns[0]), true},
		[PER_NOTHING] = {STR_INIT("holders-unrated"), MESSAGE_TABLE_HOLDERS_UNRATED,
			MESSAGE_REPORT_PER_NOTHING, plain_columns,
			sizeof(plain_columns) / sizeof(plain_columns[0]), false},
	};
	struct rated_list l;
	size_t from = 0;
	if (!settled(c, rated_holders(c->view->audience, c->e, c->arena, &l)))
		return;
	for (enum per per = PER_SUBSCRIBERS; per <= PER_NOTHING; per++) {
		size_t to = end_of(&l, from, per);
		const struct lines lines = {l.list + from, to - from, false};
		add_rates(c, &tables[per], &lines);
		from = to;
	}
}

void say_holders(struct composer *c)
{
	const struct edition *edition = c->view->edition;
	add_section(c, STR("holders"), MESSAGE_REPORT_HOLDERS);
	if (!c->view->with_holders) {
		bool dated = edition && edition->public_from.year != 0;
		struct text_arg day = {
			STR("day"), dated ? date_words(c, edition->public_from) : STR("")};
		add_paragraph(c,
			compose(c,
				dated ? MESSAGE_REPORT_HOLDERS_FROM : MESSAGE_REPORT_HOLDERS_LATER,
				&day, 1));
		return;
	}
	add_words(c, MESSAGE_REPORT_HOLDERS_WHY);
	if (c->e->holder_count == 0)
		add_words(c, MESSAGE_REPORT_NO_HOLDERS);
	add_holders(c);
}

/* --- regions --- */

static const struct rated *find_rated(const struct rated_list *l, struct str key)
{
	for (size_t i = 0; i < l->count; i++)
		if (str_equal(l->list[i].key, key))
			return &l->list[i];
	return NULL;
}

/* A square for every region; islands drawn apart have the figures of whom they belong to. */
static struct tile tile_of(const struct rated_list *l, const struct region *region)
{
	struct str owner = region->part_of.size > 0 ? region->part_of : region->key;
	const struct rated *r = find_rated(l, owner);
	bool open = r && r->open.end == OPEN;
	/* What is withheld without being small must not be drawn as "<10". */
	return (struct tile){.region = region,
		.value = open ? r->rate_end.value : (double)NAN,
		.small = r && r->open.end == SMALL};
}

static void add_map(struct composer *c, const struct rated_list *l)
{
	size_t count = c->view->region_count;
	struct tile *tiles = arena_alloc(c->arena, count + 1, sizeof(*tiles));
	if (!tiles) {
		c->err = c->err == E_OK ? E_NOMEM : c->err;
		return;
	}
	for (size_t i = 0; i < count; i++)
		tiles[i] = tile_of(l, &c->view->regions[i]);
	const struct tile_map map = {
		.tiles = tiles, .tile_count = count, .decimals = DECIMALS_RATE};
	const struct drawing d = {.key = STR("regions"),
		.title = words(c, MESSAGE_TABLE_REGIONS),
		.caption = words(c, MESSAGE_REPORT_MAP_CAPTION),
		.build = draw_tiles,
		.what = &map};
	if (count > 0)
		add_chart(c, &d);
}

void say_regions(struct composer *c)
{
	static const struct rated_table table = {STR_INIT("regions"), MESSAGE_TABLE_REGIONS,
		MESSAGE_REPORT_REGIONS_NOTE, region_columns,
		sizeof(region_columns) / sizeof(region_columns[0]), false};
	struct rated_list l;
	if (c->e->region_count == 0)
		return;
	add_section(c, STR("regions"), MESSAGE_REPORT_REGIONS);
	add_words(c, MESSAGE_REPORT_REGIONS_WHY);
	if (!settled(c, rated_regions(c->view->audience, c->e, c->arena, &l)))
		return;
	const struct lines lines = {l.list, l.count, true};
	add_map(c, &l);
	add_rates(c, &table, &lines);
}
