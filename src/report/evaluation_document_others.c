/* SPDX-License-Identifier: Apache-2.0 */
/* Machines that reported, addresses on blocklists, how long infections lasted, figures of others.
 */
#include "report/evaluation_document_parts.h"

/* --- estimator 15 --- */

static struct cell count_cell(const struct composer *c, enum openness open, uint64_t count)
{
	return cell_open(c, open, cell_whole(count));
}

static void add_tool(struct sheet *s, const struct tool_result *t)
{
	struct composer *c = s->c;
	const struct tool_openness open = tool_openness(c->view->audience, t);
	sheet_add(s, t->tool.size ? cell_text(title_words(c, t->tool))
				  : cell_words(c, MESSAGE_REPORT_OUR_SCANNER));
	sheet_add(s, cell_day(t->weeks.first));
	sheet_add(s, cell_day(t->weeks.last));
	sheet_add(s, count_cell(c, open.runs, t->runs));
	sheet_add(s, count_cell(c, open.machines, t->machines));
	sheet_add(s, count_cell(c, open.infected, t->infected));
	sheet_add(s, count_cell(c, open.cleaned, t->cleaned));
	sheet_add(s, cell_open(c, open.rate, cell_share(t->rate)));
}

void say_machines(struct composer *c)
{
	static const struct column_words columns[] = {
		{STR_INIT("tool"), MESSAGE_COLUMN_TOOL, false, false},
		{STR_INIT("from"), MESSAGE_COLUMN_FIRST_WEEK, false, false},
		{STR_INIT("to"), MESSAGE_COLUMN_LAST_WEEK, false, false},
		{STR_INIT("scan_runs"), MESSAGE_COLUMN_SCAN_RUNS, false, true},
		{STR_INIT("machines"), MESSAGE_COLUMN_MACHINES, false, true},
		{STR_INIT("infected"), MESSAGE_COLUMN_INFECTED, false, true},
		{STR_INIT("cleaned"), MESSAGE_COLUMN_CLEANED, false, true},
		{STR_INIT("rate"), MESSAGE_COLUMN_INFECTED_SHARE, true, true},
	};
	struct sheet s;
	add_section(c, STR("machines"), MESSAGE_REPORT_MACHINES);
	if (c->e->tool_count == 0) {
		add_words(c, MESSAGE_REPORT_NO_MACHINES);
		return;
	}
	add_words(c, MESSAGE_REPORT_MACHINES_WHY);
	if (!sheet_begin(c, &s, STR("machines"), words(c, MESSAGE_TABLE_MACHINES), columns,
		    sizeof(columns) / sizeof(columns[0]), c->e->tool_count))
		return;
	for (size_t i = 0; i < c->e->tool_count; i++)
		add_tool(&s, &c->e->tools[i]);
	sheet_end(&s, words(c, MESSAGE_REPORT_MACHINES_NOTE));
}

/* --- a series of its own --- */

void say_blocklisted(struct composer *c)
{
	static const struct column_words columns[] = {
		{STR_INIT("monday"), MESSAGE_COLUMN_MONDAY, false, false},
		{STR_INIT("blocklisted"), MESSAGE_COLUMN_BLOCKLISTED, false, true},
	};
	struct sheet s;
	size_t known = 0;
	for (size_t i = 0; i < c->e->week_count; i++)
		known += !isnan(c->e->weeks[i].blocklisted);
	add_section(c, STR("blocklisted"), MESSAGE_REPORT_BLOCKLISTED);
	if (known == 0) {
		add_words(c, MESSAGE_REPORT_NO_BLOCKLISTS);
		return;
	}
	add_words(c, MESSAGE_REPORT_BLOCKLISTED_WHY);
	add_blocklisted_chart(c);
	if (!sheet_begin(c, &s, STR("blocklisted"), words(c, MESSAGE_TABLE_BLOCKLISTED), columns,
		    sizeof(columns) / sizeof(columns[0]), c->e->week_count))
		return;
	for (size_t i = 0; i < c->e->week_count; i++) {
		const struct week_result *w = &c->e->weeks[i];
		sheet_add(&s, cell_day(w->monday));
		sheet_add(&s,
			cell_open(c, count_openness(c->view->audience, w->blocklisted),
				cell_number(estimate_exact(w->blocklisted), DECIMALS_ADDRESSES)));
	}
	sheet_end(&s, words(c, MESSAGE_REPORT_BLOCKLISTED_NOTE));
}

/* --- estimator 9 --- */

static void add_duration(struct sheet *s, size_t index, const struct duration_result *d)
{
	const struct composer *c = s->c;
	const struct duration_openness open = duration_openness(c->view->audience, d);
	sheet_add(s, cell_words(c, index == 0 ? MESSAGE_REPORT_BASE : MESSAGE_REPORT_END));
	sheet_add(s, cell_day(d->days.first));
	sheet_add(s, cell_day(d->days.last));
	sheet_add(s, count_cell(c, open.episodes, d->episodes));
	sheet_add(s, count_cell(c, open.open, d->open));
	sheet_add(s, count_cell(c, open.unclear, d->unclear));
	sheet_add(s, cell_open(c, open.median, cell_number(d->median, DECIMALS_DAYS)));
	sheet_add(s, cell_open(c, open.after_14, cell_share(d->after_14)));
}

void say_durations(struct composer *c)
{
	static const struct column_words columns[] = {
		{STR_INIT("window"), MESSAGE_COLUMN_BEGAN_IN, false, false},
		{STR_INIT("from"), MESSAGE_COLUMN_FROM, false, false},
		{STR_INIT("to"), MESSAGE_COLUMN_TO, false, false},
		{STR_INIT("episodes"), MESSAGE_COLUMN_EPISODES, false, true},
		{STR_INIT("open"), MESSAGE_COLUMN_STILL_OPEN, false, true},
		{STR_INIT("unclear"), MESSAGE_COLUMN_UNCLEAR, false, true},
		{STR_INIT("median"), MESSAGE_COLUMN_MEDIAN_DAYS, true, true},
		{STR_INIT("after_14"), MESSAGE_COLUMN_AFTER_14, true, true},
	};
	struct sheet s;
	add_section(c, STR("durations"), MESSAGE_REPORT_DURATIONS);
	if (c->e->duration_count == 0) {
		add_words(c, MESSAGE_REPORT_NO_DURATIONS);
		return;
	}
	add_words(c, MESSAGE_REPORT_DURATIONS_WHY);
	if (!sheet_begin(c, &s, STR("durations"), words(c, MESSAGE_TABLE_DURATIONS), columns,
		    sizeof(columns) / sizeof(columns[0]), c->e->duration_count))
		return;
	for (size_t i = 0; i < c->e->duration_count; i++)
		add_duration(&s, i, &c->e->durations[i]);
	sheet_end(&s, words(c, MESSAGE_REPORT_DURATIONS_NOTE));
}

/* --- as others published them --- */

/* Against the figure before it of the same series: of two different days. */
static struct estimate change_of(const struct evaluation *e, size_t index)
{
	const struct stated_figure *f = &e->stated[index];
	if (index == 0 || !str_equal(e->stated[index - 1].series, f->series) ||
		!(e->stated[index - 1].value > 0))
		return ESTIMATE_UNKNOWN;
	return estimate_exact(f->value / e->stated[index - 1].value - 1);
}

/* A place in a table is no quantity. */
static bool is_ranking(const struct evaluation *e, struct str series)
{
	for (size_t i = 0; i < e->goal_count; i++)
		if (e->goals[i].goal->kind == GOAL_RANKING &&
			str_equal(e->goals[i].goal->series, series))
			return true;
	return false;
}

static struct cell change_cell(const struct evaluation *e, size_t index)
{
	struct cell cell = cell_share(change_of(e, index));
	if (is_ranking(e, e->stated[index].series))
		return cell_unknown();
	cell.decimals = DECIMALS_CHANGE;
	return cell;
}

/* As many digits as somebody gave. */
static struct cell figure_cell(double value)
{
	bool whole = fabs(value) >= 1e15 || value == floor(value);
	return cell_number(estimate_exact(value), whole ? 0 : DECIMALS_RATIO);
}

void say_stated(struct composer *c)
{
	static const struct column_words columns[] = {
		{STR_INIT("series"), MESSAGE_COLUMN_SERIES, false, false},
		{STR_INIT("day"), MESSAGE_COLUMN_DAY, false, false},
		{STR_INIT("value"), MESSAGE_COLUMN_VALUE, false, true},
		{STR_INIT("change"), MESSAGE_COLUMN_CHANGE, false, true},
		{STR_INIT("window_from"), MESSAGE_COLUMN_COUNTED_FROM, false, false},
		{STR_INIT("window_to"), MESSAGE_COLUMN_COUNTED_TO, false, false},
	};
	struct sheet s;
	size_t unstated = 0;
	if (c->e->stated_count == 0)
		return;
	add_section(c, STR("stated"), MESSAGE_REPORT_STATED);
	add_words(c, MESSAGE_REPORT_STATED_WHY);
	if (!sheet_begin(c, &s, STR("stated"), words(c, MESSAGE_TABLE_STATED), columns,
		    sizeof(columns) / sizeof(columns[0]), c->e->stated_count))
		return;
	for (size_t i = 0; i < c->e->stated_count; i++) {
		const struct stated_figure *f = &c->e->stated[i];
		unstated += !days_set(f->window);
		sheet_add(&s, cell_text(title_words(c, f->series)));
		sheet_add(&s, cell_day(f->day));
		sheet_add(&s, figure_cell(f->value));
		sheet_add(&s, change_cell(c->e, i));
		sheet_add(&s, cell_day(f->window.first));
		sheet_add(&s, cell_day(f->window.last));
	}
	sheet_end(&s,
		words(c, unstated ? MESSAGE_REPORT_STATED_UNSTATED : MESSAGE_REPORT_STATED_NOTE));
}
