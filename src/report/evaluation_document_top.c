/* SPDX-License-Identifier: Apache-2.0 */
/* Estimator 12: ten botnets, as frozen at baseline and as they are at the end. */
#include "report/evaluation_document_parts.h"

struct top_table {
	struct str key;
	enum message title;
	const struct botnet_result *list;
	size_t count;
	const struct top_sum *sum;
	const struct window_openness *open; /* one a botnet */
	struct window_openness sum_open;
};

static struct cell count_cell(const struct composer *c, enum openness open, struct estimate e)
{
	return cell_open(c, open, cell_number(e, DECIMALS_ADDRESSES));
}

static void add_botnet(struct sheet *s, const struct botnet_result *b, struct window_openness open)
{
	sheet_add(s, cell_text(b->name));
	sheet_add(s, count_cell(s->c, open.base, b->base));
	sheet_add(s, count_cell(s->c, open.end, b->end));
	sheet_add(s, cell_open(s->c, openness_of_both(open), cell_share(b->reduction)));
}

static void add_sum(struct sheet *s, const struct top_table *t)
{
	const struct composer *c = s->c;
	sheet_add(s, cell_words(c, MESSAGE_REPORT_ADDED_UP));
	sheet_add(s, count_cell(c, t->sum_open.base, t->sum->base));
	sheet_add(s, count_cell(c, t->sum_open.end, t->sum->end));
	sheet_add(s, cell_open(c, openness_of_both(t->sum_open), cell_share(t->sum->reduction)));
}

static void add_top_chart(struct composer *c, const struct top_table *t)
{
	struct pair_row rows[PLAN_TOP];
	size_t count = 0;
	for (size_t i = 0; i < t->count && count < PLAN_TOP; i++) {
		const struct botnet_result *b = &t->list[i];
		rows[count++] = (struct pair_row){.label = b->name,
			.base = t->open[i].base == OPEN ? b->base : ESTIMATE_UNKNOWN,
			.end = t->open[i].end == OPEN ? b->end : ESTIMATE_UNKNOWN};
	}
	const struct pairs pairs = {.base_label = words(c, MESSAGE_REPORT_BASE),
		.end_label = words(c, MESSAGE_REPORT_END),
		.rows = rows,
		.row_count = count,
		.decimals = DECIMALS_ADDRESSES};
	const struct drawing d = {.key = t->key,
		.title = words(c, t->title),
		.caption = words(c, MESSAGE_REPORT_PAIRS_CAPTION),
		.build = draw_pairs,
		.what = &pairs};
	add_chart(c, &d);
}

static void add_top_table(struct composer *c, const struct top_table *t)
{
	static const struct column_words columns[] = {
		{STR_INIT("name"), MESSAGE_COLUMN_BOTNET, false, false},
		{STR_INIT("base"), MESSAGE_COLUMN_BASE, true, true},
		{STR_INIT("end"), MESSAGE_COLUMN_END, true, true},
		{STR_INIT("reduction"), MESSAGE_COLUMN_REDUCTION, true, true},
	};
	struct sheet s;
	if (!sheet_begin(c, &s, t->key, words(c, t->title), columns,
		    sizeof(columns) / sizeof(columns[0]), t->count + 1))
		return;
	for (size_t i = 0; i < t->count; i++)
		add_botnet(&s, &t->list[i], t->open[i]);
	add_sum(&s, t);
	sheet_end(&s, joined(c, words(c, MESSAGE_REPORT_TWICE), hourly_source(c)));
}

static void say_list(struct composer *c, const struct top_table *t)
{
	add_top_chart(c, t);
	add_top_table(c, t);
}

void say_top(struct composer *c)
{
	const struct evaluation *e = c->e;
	const struct top_openness open = top_openness(c->view->audience, e);
	const struct top_table frozen = {.key = STR("top-frozen"),
		.title = MESSAGE_TABLE_TOP_FROZEN,
		.list = e->top_frozen,
		.count = e->top_frozen_count,
		.sum = &e->frozen_sum,
		.open = open.frozen,
		.sum_open = open.frozen_sum};
	const struct top_table current = {.key = STR("top-current"),
		.title = MESSAGE_TABLE_TOP_CURRENT,
		.list = e->top_current,
		.count = e->top_current_count,
		.sum = &e->current_sum,
		.open = open.current,
		.sum_open = open.current_sum};
	add_section(c, STR("botnets"), MESSAGE_REPORT_BOTNETS);
	add_words(c, MESSAGE_REPORT_BOTNETS_WHY);
	if (frozen.count > 0)
		say_list(c, &frozen);
	else
		add_words(c, MESSAGE_REPORT_NOT_FROZEN);
	if (current.count > 0)
		say_list(c, &current);
	else
		add_words(c, MESSAGE_REPORT_NO_BOTNETS);
}
