/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "measure/machines.h"
#include "measure/work.h"

enum {
	WEEK = 7
};

struct machine_report *tools_reports(const struct work *w, struct str tool, size_t *ret_count)
{
	const struct evaluation_input *in = w->input;
	struct machine_report *list = arena_alloc(w->arena, in->report_count + 1, sizeof(*list));
	*ret_count = 0;
	for (size_t i = 0; list && i < in->report_count; i++)
		if (str_equal(in->reports[i].tool, tool))
			list[(*ret_count)++] = in->reports[i];
	return list;
}

static int64_t day_number(struct date d)
{
	return date_instant(d).seconds / SECONDS_PER_DAY;
}

static void stretch(struct days *all, struct days d)
{
	if (days_count(d) == 0)
		return;
	if (!days_set(*all))
		*all = d;
	if (day_number(d.first) < day_number(all->first))
		all->first = d.first;
	if (day_number(d.last) > day_number(all->last))
		all->last = d.last;
}

/* From the first day that the plan speaks of to its last. */
static struct days plan_days(const struct plan *p)
{
	struct days all = {0};
	stretch(&all, (struct days){p->campaign.begins, p->campaign.ends});
	stretch(&all, p->before);
	stretch(&all, p->after);
	stretch(&all, p->baseline);
	for (size_t i = 0; i < p->goal_count; i++)
		stretch(&all, p->goals[i].end);
	return all;
}

/* A week of which some day belongs to the campaign. */
static bool takes_part(const struct machine_report *r, struct days campaign)
{
	return r->infected <= r->machines && days_set(campaign) &&
	       day_number(r->week) + WEEK > day_number(campaign.first) &&
	       day_number(r->week) <= day_number(campaign.last);
}

static int by_tool(const void *a, const void *b)
{
	const struct machine_report *x = a;
	const struct machine_report *y = b;
	int64_t since = day_number(x->week) - day_number(y->week);
	int order = str_compare(x->tool, y->tool);
	if (order == 0)
		order = (since > 0) - (since < 0);
	return order ? order : str_compare(x->unit, y->unit);
}

/* Reports of one tool, by week. */
static enum err tool_of(const struct work *w, const struct machine_report *reports, size_t count,
	struct tool_result *ret)
{
	struct machines m;
	struct tool_result t = {
		.tool = reports[0].tool, .weeks = {reports[0].week, reports[count - 1].week}};
	for (size_t i = 0; i < count; i++) {
		t.runs += reports[i].runs;
		t.cleaned += reports[i].cleaned;
	}
	TRY(machines_rate(reports, count, t.weeks, w->input->seed, w->arena, &m));
	t.machines = m.machines;
	t.infected = m.infected;
	t.rate = m.rate;
	*ret = t;
	return E_OK;
}

static struct machine_report *chosen(const struct work *w, size_t *ret_count)
{
	const struct evaluation_input *in = w->input;
	struct days campaign = plan_days(w->plan);
	struct machine_report *list = arena_alloc(w->arena, in->report_count + 1, sizeof(*list));
	size_t count = 0;
	for (size_t i = 0; list && i < in->report_count; i++)
		if (takes_part(&in->reports[i], campaign))
			list[count++] = in->reports[i];
	if (count > 0)
		qsort(list, count, sizeof(*list), by_tool);
	*ret_count = count;
	return list;
}

enum err tools_evaluate(struct work *w, struct evaluation *e)
{
	size_t count;
	struct machine_report *list = chosen(w, &count);
	e->tools = arena_alloc(w->arena, count + 1, sizeof(*e->tools));
	if (!list || !e->tools)
		return E_NOMEM;
	for (size_t i = 0, next; i < count; i = next) {
		for (next = i + 1; next < count && str_equal(list[i].tool, list[next].tool);)
			next++;
		TRY(tool_of(w, list + i, next - i, &e->tools[e->tool_count++]));
	}
	return E_OK;
}
