/* SPDX-License-Identifier: Apache-2.0 */
#include "report/evaluation_document.h"

#include "report/evaluation_document_parts.h"

struct days end_window(const struct evaluation *e)
{
	if (e->attribution.goal)
		return e->attribution.goal->end;
	for (size_t i = 0; i < e->goal_count; i++)
		if (days_set(e->goals[i].goal->end))
			return e->goals[i].goal->end;
	return (struct days){0};
}

/* --- what is said at the top --- */

static struct str goals_summary(struct composer *c)
{
	size_t counts[VERDICT__COUNT] = {0};
	if (c->e->goal_count == 0)
		return words(c, MESSAGE_REPORT_NO_GOAL);
	if (c->e->goal_count == 1)
		return goal_sentence(c, &c->e->goals[0]);
	for (size_t i = 0; i < c->e->goal_count; i++)
		counts[c->e->goals[i].verdict]++;
	return compose_with(c, MESSAGE_REPORT_SUMMARY_GOALS,
		{STR("count"), number_words(c, (double)c->e->goal_count, 0)},
		{STR("met"), number_words(c, (double)counts[VERDICT_MET], 0)},
		{STR("not_met"), number_words(c, (double)counts[VERDICT_NOT_MET], 0)},
		{STR("unsaid"), number_words(c, (double)counts[VERDICT_CANNOT_BE_SAID], 0)});
}

static bool published(const struct composer *c)
{
	return c->view->edition && c->view->edition->number > 0;
}

static struct str subtitle_words(struct composer *c)
{
	const struct edition *edition = c->view->edition;
	struct instant made = edition ? edition->made : c->e->made;
	struct text_arg args[] = {
		{STR("number"), number_words(c, published(c) ? edition->number : 0, 0)},
		{STR("made"), time_words(c, made)},
		{STR("as_of"), time_words(c, c->view->as_of_time)},
	};
	return compose(c,
		published(c) ? MESSAGE_REPORT_SUBTITLE_EDITION
			     : MESSAGE_REPORT_SUBTITLE_PROVISIONAL,
		args, sizeof(args) / sizeof(args[0]));
}

static void say_notices(struct composer *c)
{
	const struct edition *edition = c->view->edition;
	if (c->e->simulated || (edition && edition->simulated))
		add_verdict(c, TONE_UNSAID, words(c, MESSAGE_REPORT_SIMULATED_DETAIL),
			words(c, MESSAGE_REPORT_SIMULATED));
	if (!published(c))
		add_verdict(c, TONE_UNSAID, words(c, MESSAGE_REPORT_PROVISIONAL_DETAIL),
			words(c, MESSAGE_REPORT_PROVISIONAL));
	if (edition && edition->correction[c->lang].size > 0)
		add_verdict(c, TONE_PLAIN, edition->correction[c->lang],
			words(c, MESSAGE_REPORT_CORRECTED));
}

/* One line a goal, where the summary only counts them. */
static void list_goals(struct composer *c)
{
	struct items items;
	if (c->e->goal_count < 2 || !items_begin(c, &items))
		return;
	for (size_t i = 0; i < c->e->goal_count; i++)
		items_add(&items, goal_sentence(c, &c->e->goals[i]));
	items_end(c, &items);
}

static void say_head(struct composer *c, struct document *d)
{
	struct text_arg name = {STR("name"), c->e->plan->campaign.name[c->lang]};
	d->lang = c->lang;
	d->made = c->view->edition ? c->view->edition->made : c->e->made;
	d->title = compose(c, MESSAGE_REPORT_TITLE, &name, 1);
	d->subtitle = subtitle_words(c);
	d->summary = joined(c, goals_summary(c), cause_sentence(c));
	say_notices(c);
	add_section(c, STR("summary"), MESSAGE_REPORT_SUMMARY);
	add_paragraph(c, d->summary);
	list_goals(c);
	add_words(c, MESSAGE_REPORT_SUMMARY_ADDRESS);
}

enum err evaluation_document(const struct evaluation_view *view, enum lang lang,
	struct arena *arena, struct document *ret_document)
{
	struct composer c = {
		.view = view, .e = view->evaluation, .lang = lang, .arena = arena, .err = E_OK};
	struct document d = {0};
	c.blocks = arena_alloc(arena, DOCUMENT_BLOCKS + 1, sizeof(*c.blocks));
	if (!c.blocks)
		return E_NOMEM;
	say_head(&c, &d);
	say_goals(&c);
	say_cause(&c);
	say_top(&c);
	say_holders(&c);
	say_regions(&c);
	say_machines(&c);
	say_blocklisted(&c);
	say_durations(&c);
	say_stated(&c);
	say_feeds(&c);
	say_method(&c);
	d.blocks = c.blocks;
	d.block_count = c.count;
	if (c.err == E_OK)
		*ret_document = d;
	return c.err;
}
