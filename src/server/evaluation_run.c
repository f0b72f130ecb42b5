/* SPDX-License-Identifier: Apache-2.0 */
#include "server/evaluation_run.h"

#include "base/limits.h"
#include "server/evaluation_parts.h"
#include "server/site_contents.h"
#include "server/zone.h"
#include "store/plan.h"
#include "store/site_content.h"

enum {
	SEED = 1 /* of bootstraps: the same data give the same figures */
};

/* --- what is known of holders --- */

struct facts {
	struct arena *arena;
	struct holder_facts *list;
	size_t count;
};

static struct holder_facts *find(const struct facts *f, struct str key)
{
	for (size_t i = 0; i < f->count; i++)
		if (str_equal(f->list[i].key, key))
			return &f->list[i];
	return NULL;
}

static enum err take_note(void *context, const struct holder_note *note)
{
	struct holder_facts *h = find(context, note->holder);
	if (!h)
		return E_OK;
	h->subscribers = note->subscribers ? note->subscribers : h->subscribers;
	h->treated = note->treated;
	return E_OK;
}

static enum err take_leases(void *context, const struct holder_leases *leases)
{
	const struct facts *f = context;
	struct holder_facts *h = find(f, leases->holder);
	if (!h)
		return E_OK;
	double *hours = arena_alloc(f->arena, leases->count, sizeof(*hours));
	if (!hours)
		return E_NOMEM;
	memcpy(hours, leases->hours, leases->count * sizeof(*hours));
	h->leases = hours;
	h->lease_count = leases->count;
	return E_OK;
}

static enum err load_facts(
	struct store *store, const struct census *census, uint64_t as_of, struct facts *f)
{
	f->list = arena_alloc(f->arena, census->holder_count + 1, sizeof(*f->list));
	if (!f->list)
		return E_NOMEM;
	for (size_t i = 0; i < census->holder_count; i++)
		f->list[f->count++] = (struct holder_facts){.key = census->holders[i].key,
			.subscribers = census->holders[i].subscribers,
			.announced = census->holders[i].announced};
	TRY(store_each_holder_note(store, as_of, take_note, f));
	return store_each_holder_leases(store, as_of, take_leases, f);
}

/* --- figures of others --- */

struct figures {
	struct arena *arena;
	struct stated_figure *list;
	size_t count;
};

static enum err count_figure(void *context, const struct figure_entry *e)
{
	size_t *count = context;
	(void)e;
	return ++*count > LIMIT_STATED_FIGURES ? E_LIMIT : E_OK;
}

static enum err take_figure(void *context, const struct figure_entry *e)
{
	struct figures *f = context;
	struct str series = arena_copy(f->arena, e->series);
	if (!series.data)
		return E_NOMEM;
	f->list[f->count++] = (struct stated_figure){
		.series = series, .day = e->day, .window = e->window, .value = e->value};
	return E_OK;
}

static enum err load_figures(struct store *store, uint64_t as_of, struct figures *f)
{
	size_t count = 0;
	TRY(store_each_figure(store, as_of, false, count_figure, &count));
	f->list = arena_alloc(f->arena, count + 1, sizeof(*f->list));
	if (!f->list)
		return E_NOMEM;
	return store_each_figure(store, as_of, false, take_figure, f);
}

/* --- names for people --- */

struct titles {
	struct arena *arena;
	struct titled *list;
	size_t count, capacity;
	bool full; /* without memory */
};

static void count_tool(void *context, const struct tool_entry *entry)
{
	struct titles *t = context;
	(void)entry;
	t->capacity++;
}

static void take_tool(void *context, const struct tool_entry *entry)
{
	struct titles *t = context;
	struct str key = arena_copy(t->arena, entry->tool.key);
	struct str name = arena_copy(t->arena, entry->tool.name);
	t->full = t->full || t->count == t->capacity || !key.data || !name.data;
	if (!t->full)
		t->list[t->count++] = (struct titled){key, {name, name}};
}

static enum err load_titles(struct store *store, struct arena *arena, struct evaluated *e)
{
	struct titles t = {.arena = arena, .capacity = e->census.holder_count};
	TRY(store_each_tool(store, count_tool, &t));
	t.list = arena_alloc(arena, t.capacity + 1, sizeof(*t.list));
	if (!t.list)
		return E_NOMEM;
	for (size_t i = 0; i < e->census.holder_count; i++) {
		const struct census_holder *h = &e->census.holders[i];
		t.list[t.count++] = (struct titled){h->key, {h->title[LANG_VI], h->title[LANG_EN]}};
	}
	TRY(store_each_tool(store, take_tool, &t));
	e->titles = t.list;
	e->title_count = t.count;
	return t.full ? E_NOMEM : E_OK;
}

/* --- all of it --- */

static enum err load_organiser(struct store *store, struct arena *arena, struct evaluated *e)
{
	struct site_identity identity;
	TRY(site_identity_load(store, arena, &identity));
	for (int lang = 0; lang < LANG__COUNT; lang++)
		e->organiser[lang] = identity.organiser[lang];
	return E_OK;
}

static enum err choose_change(struct store *store, const struct evaluation_order *order,
	uint64_t *ret_change, struct instant *ret_when)
{
	if (order->as_of == 0)
		return store_change(store, ret_change, ret_when);
	*ret_change = order->as_of;
	return store_change_time(store, order->as_of, ret_when);
}

/* A plan whose days all lie ahead has nothing to count yet: it is judged without counts. */
static enum err count(struct store *store, const struct evaluation_order *order, uint64_t change,
	struct arena *arena, struct evaluated *e)
{
	const struct census_question question = {
		.plan = &e->plan,
		.as_of = change,
		.last = instant_date((struct instant){order->now.seconds - SECONDS_PER_DAY}),
		.public_only = order->public_only,
		.progress = order->progress,
		.context = order->context,
	};
	enum err err = census_make(store, &question, arena, &e->census);
	if (err != E_RANGE)
		return err;
	e->census = (struct census){.counts = {.first = e->plan.campaign.begins, .as_of = change}};
	return E_OK;
}

static enum err judge(struct store *store, const struct evaluation_order *order,
	struct arena *arena, struct evaluated *e)
{
	struct facts facts = {.arena = arena};
	struct figures figures = {.arena = arena};
	const struct machine_report *reports;
	const struct region_facts *regions;
	size_t report_count;
	uint64_t as_of = e->census.counts.as_of;
	TRY(load_facts(store, &e->census, as_of, &facts));
	TRY(load_figures(store, as_of, &figures));
	TRY(evaluation_load_reports(store, as_of, arena, &reports, &report_count));
	TRY(evaluation_load_regions(arena, e, &regions));
	const struct evaluation_input input = {
		.plan = &e->plan,
		.counts = &e->census.counts,
		.holders = facts.list,
		.holder_count = facts.count,
		.regions = regions,
		.region_count = e->census.region_count,
		.reports = reports,
		.report_count = report_count,
		.stated = figures.list,
		.stated_count = figures.count,
		.durations = e->census.durations,
		.duration_count = e->census.duration_count,
		.now = order->now,
		.seed = SEED,
		.simulated = e->census.simulated,
		.retained = e->census.retained,
	};
	return evaluate(&input, arena, &e->evaluation);
}

enum err evaluation_run(struct store *store, const struct evaluation_order *order,
	struct arena *arena, struct evaluated *ret, enum evaluation_step *ret_step)
{
	uint64_t change;
	*ret = (struct evaluated){0};
	*ret_step = EVALUATION_PLAN;
	TRY(store_find_plan(store, order->campaign, arena, &ret->plan));
	*ret_step = EVALUATION_CHANGE;
	TRY(choose_change(store, order, &change, &ret->as_of_time));
	*ret_step = EVALUATION_COUNT;
	TRY(count(store, order, change, arena, ret));
	TRY(load_titles(store, arena, ret));
	TRY(load_organiser(store, arena, ret));
	return judge(store, order, arena, ret);
}

enum err evaluated_document(const struct evaluated *e, const struct evaluated_look *look,
	enum lang lang, struct arena *arena, struct document *ret_document)
{
	struct date tables = e->census.counts.attribution;
	struct zone *zone = zone_load(e->plan.campaign.zone);
	const struct evaluation_view view = {
		.evaluation = &e->evaluation,
		.edition = look->edition,
		.as_of_time = e->as_of_time,
		.attribution = tables.year > 1970 ? tables : (struct date){0},
		.zone = zone,
		.titles = e->titles,
		.title_count = e->title_count,
		.regions = e->regions,
		.region_count = e->region_count,
		.audience = look->audience,
		.with_holders = look->with_holders,
	};
	enum err err = evaluation_document(&view, lang, arena, ret_document);
	zone_free(zone);
	if (err == E_OK)
		ret_document->author = e->organiser[lang];
	return err;
}

struct str evaluated_holder(const struct evaluated *e, struct str key, enum lang lang)
{
	for (size_t i = 0; i < e->census.holder_count; i++) {
		const struct census_holder *h = &e->census.holders[i];
		if (str_equal(h->key, key) && h->title[lang].size > 0)
			return h->title[lang];
	}
	return key;
}

const struct region *evaluated_region(const struct evaluated *e, struct str key)
{
	for (size_t i = 0; i < e->region_count; i++)
		if (str_equal(e->regions[i].key, key))
			return &e->regions[i];
	return NULL;
}

bool evaluated_all_met(const struct evaluated *e)
{
	for (size_t i = 0; i < e->evaluation.goal_count; i++)
		if (e->evaluation.goals[i].verdict != VERDICT_MET)
			return false;
	return e->evaluation.goal_count > 0;
}
