/* SPDX-License-Identifier: Apache-2.0 */
/* Estimator 12: ten botnets, as frozen at baseline and as they are at the end. */
#include "report/evaluation_document_parts.h"

enum window {
	BASE,
	END,
	WINDOWS
};

struct top_table {
	struct str key;
	enum message title;
	const struct botnet_result *list;
	size_t count;
	const struct top_sum *sum;
	bool open[WINDOWS]; /* of the sum */
};

static double count_in(const struct botnet_result *b, enum window window)
{
	return window == BASE ? b->base.value : b->end.value;
}

static bool listed(const struct top_table *t, struct str name)
{
	for (size_t i = 0; i < t->count; i++)
		if (str_equal(t->list[i].name, name))
			return true;
	return false;
}

/* What is withheld of a list: how many, how much together, and how many are in no other list. */
struct hidden {
	size_t count, alone;
	double together;
};

static struct hidden hidden_in(const struct composer *c, const struct top_table *t,
	const struct top_table *other, enum window window)
{
	struct hidden h = {0};
	for (size_t i = 0; i < t->count; i++) {
		double count = count_in(&t->list[i], window);
		if (!is_small(c, count))
			continue;
		h.count++;
		h.together += count;
		h.alone += !listed(other, t->list[i].name);
	}
	return h;
}

static bool keeps(const struct hidden *h)
{
	return h->count == 0 || h->together >= SMALL_CELL;
}

/* A sum less what stands above it is what is withheld: it stays only where that is several botnets.
 * Two sums less each other must not leave a single one either. */
static void open_sums(const struct composer *c, struct top_table *frozen, struct top_table *current)
{
	for (enum window w = BASE; w < WINDOWS; w++) {
		struct hidden f = hidden_in(c, frozen, current, w);
		struct hidden n = hidden_in(c, current, frozen, w);
		frozen->open[w] = keeps(&f);
		current->open[w] = keeps(&n);
		if (frozen->open[w] && f.alone + n.alone == 1)
			current->open[w] = false;
	}
}

static struct cell count_cell(const struct composer *c, struct estimate e)
{
	return cell_open(
		c, is_small(c, e.value) ? SMALL : OPEN, cell_number(e, DECIMALS_ADDRESSES));
}

static void add_botnet(struct sheet *s, const struct botnet_result *b)
{
	bool small = is_small(s->c, b->base.value) || is_small(s->c, b->end.value);
	sheet_add(s, cell_text(b->name));
	sheet_add(s, count_cell(s->c, b->base));
	sheet_add(s, count_cell(s->c, b->end));
	sheet_add(s, cell_open(s->c, small ? CLOSED : OPEN, cell_share(b->reduction)));
}

static void add_sum(struct sheet *s, const struct top_table *t)
{
	const struct composer *c = s->c;
	bool base = t->open[BASE] && !is_small(c, t->sum->base.value);
	bool end = t->open[END] && !is_small(c, t->sum->end.value);
	sheet_add(s, cell_words(c, MESSAGE_REPORT_ADDED_UP));
	sheet_add(s,
		cell_open(c, base ? OPEN : CLOSED, cell_number(t->sum->base, DECIMALS_ADDRESSES)));
	sheet_add(
		s, cell_open(c, end ? OPEN : CLOSED, cell_number(t->sum->end, DECIMALS_ADDRESSES)));
	sheet_add(s, cell_open(c, base && end ? OPEN : CLOSED, cell_share(t->sum->reduction)));
}

static void add_top_chart(struct composer *c, const struct top_table *t)
{
	struct pair_row rows[PLAN_TOP];
	size_t count = 0;
	for (size_t i = 0; i < t->count && count < PLAN_TOP; i++) {
		const struct botnet_result *b = &t->list[i];
		rows[count++] = (struct pair_row){.label = b->name,
			.base = is_small(c, b->base.value) ? ESTIMATE_UNKNOWN : b->base,
			.end = is_small(c, b->end.value) ? ESTIMATE_UNKNOWN : b->end};
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
		add_botnet(&s, &t->list[i]);
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
	struct top_table frozen = {.key = STR("top-frozen"),
		.title = MESSAGE_TABLE_TOP_FROZEN,
		.list = e->top_frozen,
		.count = e->top_frozen_count,
		.sum = &e->frozen_sum};
	struct top_table current = {.key = STR("top-current"),
		.title = MESSAGE_TABLE_TOP_CURRENT,
		.list = e->top_current,
		.count = e->top_current_count,
		.sum = &e->current_sum};
	open_sums(c, &frozen, &current);
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
