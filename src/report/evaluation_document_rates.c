/* SPDX-License-Identifier: Apache-2.0 */
/* Estimator 4: holders and regions by rate. What the public is not told of one of them must not
 * come back through its rate, its rank or the sum of all. */
#include <stdlib.h>

#include "report/evaluation_document_parts.h"

enum {
	CHART_ROWS = 15
};

/* What a rate is per thousand of. */
enum per {
	PER_SUBSCRIBERS,
	PER_ANNOUNCED,
	PER_NOTHING
};

struct rated {
	struct str key, name;
	enum per per;
	uint64_t among; /* subscribers or addresses; 0: not known */
	struct estimate base, end, rate_base, rate_end, reduction;
	enum openness base_open, end_open;
};

struct rated_list {
	struct rated *list;
	size_t count;
};

/* --- what may be told --- */

static void choose(const struct composer *c, struct rated_list *l, double *counts,
	enum openness *openness, bool end)
{
	for (size_t i = 0; i < l->count; i++)
		counts[i] = end ? l->list[i].end.value : l->list[i].base.value;
	choose_open(c, counts, l->count, openness);
	for (size_t i = 0; i < l->count; i++)
		*(end ? &l->list[i].end_open : &l->list[i].base_open) = openness[i];
}

static bool known(const struct rated *r)
{
	return estimate_known(r->rate_end) && r->end_open == OPEN;
}

static int by_rate(const void *a, const void *b)
{
	const struct rated *x = a;
	const struct rated *y = b;
	if (x->per != y->per)
		return x->per < y->per ? -1 : 1;
	if (known(x) != known(y))
		return known(x) ? -1 : 1;
	if (known(x) &&
		(x->rate_end.value < y->rate_end.value || x->rate_end.value > y->rate_end.value))
		return x->rate_end.value < y->rate_end.value ? 1 : -1;
	return str_compare(x->key, y->key);
}

/* Withheld ones stand behind, by name: their place would tell between which rates theirs lies. */
static bool settle(struct composer *c, struct rated_list *l)
{
	double *counts = arena_alloc(c->arena, l->count + 1, sizeof(*counts));
	enum openness *openness = arena_alloc(c->arena, l->count + 1, sizeof(*openness));
	if (!counts || !openness) {
		c->err = c->err == E_OK ? E_NOMEM : c->err;
		return false;
	}
	choose(c, l, counts, openness, false);
	choose(c, l, counts, openness, true);
	if (l->count > 0)
		qsort(l->list, l->count, sizeof(*l->list), by_rate);
	return true;
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
	if (!known(r))
		return cell_unknown();
	while (same > first && !(same[-1].rate_end.value > r->rate_end.value))
		same--;
	return cell_whole((uint64_t)(same - first) + 1);
}

static void add_rated(struct sheet *s, const struct rated *first, const struct rated *r)
{
	const struct composer *c = s->c;
	enum openness base_rate = r->base_open == OPEN ? OPEN : CLOSED;
	enum openness end_rate = r->end_open == OPEN ? OPEN : CLOSED;
	enum openness both = base_rate == OPEN && end_rate == OPEN ? OPEN : CLOSED;
	if (r->per != PER_NOTHING)
		sheet_add(s, rank_cell(first, r));
	sheet_add(s, cell_text(r->name));
	if (r->per != PER_NOTHING)
		sheet_add(s, r->among ? cell_whole(r->among) : cell_unknown());
	sheet_add(s, cell_open(c, r->base_open, cell_number(r->base, DECIMALS_ADDRESSES)));
	sheet_add(s, cell_open(c, r->end_open, cell_number(r->end, DECIMALS_ADDRESSES)));
	if (r->per != PER_NOTHING) {
		sheet_add(s, cell_open(c, base_rate, cell_number(r->rate_base, DECIMALS_RATE)));
		sheet_add(s, cell_open(c, end_rate, cell_number(r->rate_end, DECIMALS_RATE)));
	}
	sheet_add(s, cell_open(c, both, cell_share(r->reduction)));
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

static void add_rates_chart(
	struct composer *c, const struct rated_table *t, const struct rated *list, size_t count)
{
	struct pair_row rows[CHART_ROWS];
	size_t shown = 0;
	for (size_t i = 0; i < count && shown < CHART_ROWS && known(&list[i]); i++)
		rows[shown++] = (struct pair_row){.label = list[i].name,
			.base = list[i].base_open == OPEN ? list[i].rate_base : ESTIMATE_UNKNOWN,
			.end = list[i].rate_end};
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

static void add_rates(
	struct composer *c, const struct rated_table *t, const struct rated *list, size_t count)
{
	struct sheet s;
	if (count == 0)
		return;
	if (t->chart)
		add_rates_chart(c, t, list, count);
	if (!sheet_begin(c, &s, t->key, words(c, t->title), t->columns, t->column_count, count))
		return;
	for (size_t i = 0; i < count; i++)
		add_rated(&s, list, &list[i]);
	sheet_end(&s, joined(c, words(c, t->note), hourly_source(c)));
}

/* --- holders --- */

static bool read_holders(struct composer *c, struct rated_list *ret)
{
	struct rated_list l = {arena_alloc(c->arena, c->e->holder_count + 1, sizeof(*l.list)), 0};
	if (!l.list) {
		c->err = c->err == E_OK ? E_NOMEM : c->err;
		return false;
	}
	for (size_t i = 0; i < c->e->holder_count; i++) {
		const struct holder_result *h = &c->e->holders[i];
		bool rated = estimate_known(h->rate_end) || estimate_known(h->rate_base);
		enum per per = h->per_announced ? PER_ANNOUNCED : PER_SUBSCRIBERS;
		l.list[l.count++] = (struct rated){.key = h->key,
			.name = title_words(c, h->key),
			.per = rated ? per : PER_NOTHING,
			.among = h->per_announced ? h->announced : h->subscribers,
			.base = h->base,
			.end = h->end,
			.rate_base = h->rate_base,
			.rate_end = h->rate_end,
			.reduction = h->reduction};
	}
	*ret = l;
	return settle(c, ret);
}

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
	if (!read_holders(c, &l))
		return;
	for (enum per per = PER_SUBSCRIBERS; per <= PER_NOTHING; per++) {
		size_t to = end_of(&l, from, per);
		add_rates(c, &tables[per], l.list + from, to - from);
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

static const struct region *find_region(const struct composer *c, struct str key)
{
	for (size_t i = 0; i < c->view->region_count; i++)
		if (str_equal(c->view->regions[i].key, key))
			return &c->view->regions[i];
	return NULL;
}

static struct rated rated_region(const struct composer *c, const struct region_result *r)
{
	const struct region *region = find_region(c, r->key);
	struct str name = region ? region->name[c->lang] : r->key;
	return (struct rated){.key = r->key,
		.name = r->key.size > 0 ? name : words(c, MESSAGE_REPORT_NO_REGION),
		.per = PER_ANNOUNCED,
		.among = r->announced,
		.base = r->base,
		.end = r->end,
		.rate_base = r->rate_base,
		.rate_end = r->rate_end,
		.reduction = r->reduction};
}

static bool read_regions(struct composer *c, struct rated_list *ret)
{
	const struct evaluation *e = c->e;
	struct rated_list l = {arena_alloc(c->arena, e->region_count + 2, sizeof(*l.list)), 0};
	if (!l.list) {
		c->err = c->err == E_OK ? E_NOMEM : c->err;
		return false;
	}
	for (size_t i = 0; i < e->region_count; i++)
		l.list[l.count++] = rated_region(c, &e->regions[i]);
	if (estimate_known(e->no_region.base) || estimate_known(e->no_region.end))
		l.list[l.count++] = rated_region(c, &e->no_region);
	*ret = l;
	return settle(c, ret);
}

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
	bool open = r && r->end_open == OPEN;
	/* What is withheld without being small must not be drawn as "<10". */
	return (struct tile){.region = region,
		.value = open ? r->rate_end.value : (double)NAN,
		.small = r && r->end_open == SMALL};
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
	if (!read_regions(c, &l))
		return;
	add_map(c, &l);
	add_rates(c, &table, l.list, l.count);
}
