/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "report/document.h"
#include "server/edition_make.h"
#include "server/publish_editions.h"
#include "store/plan.h"

/* --- the one of before --- */

static struct bytes keep_bytes(struct arena *arena, struct bytes bytes)
{
	struct str copy = arena_copy(arena, (struct str){(const char *)bytes.data, bytes.size});
	return (struct bytes){(const uint8_t *)copy.data, copy.data ? bytes.size : 0};
}

/* One that this program could not open was written by another. */
static bool can_be_opened(const struct site_edition *e)
{
	struct arena arena;
	struct document d;
	bool fine = true;
	arena_init(&arena, (size_t)64 << 20);
	for (int lang = 0; lang < LANG__COUNT && fine; lang++)
		fine = document_open(e->document[lang], &arena, &d) == E_OK;
	arena_release(&arena);
	return fine;
}

static bool still_true(const struct site_edition *e, const struct site *site, uint64_t change)
{
	int64_t day = site->built.seconds / SECONDS_PER_DAY;
	return e->facts.as_of >= change && e->facts.made.seconds / SECONDS_PER_DAY == day &&
	       can_be_opened(e);
}

/* E_NOTFOUND: there is none that stands. */
static enum err take_over(struct store *store, struct arena *arena, const struct site *before,
	const struct site *site, struct site_edition *ret_edition)
{
	uint64_t change;
	const struct site_edition *old =
		before ? site_edition(before, site->campaign.key, 0) : NULL;
	TRY(store_evaluation_change(store, &change));
	if (!old || !still_true(old, site, change))
		return E_NOTFOUND;
	struct site_edition e = *old;
	e.facts.campaign = site->campaign.key;
	e.replies = NULL;
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		e.facts.correction[lang] = STR("");
		e.document[lang] = keep_bytes(arena, old->document[lang]);
		if (!e.document[lang].data)
			return E_NOMEM;
	}
	*ret_edition = e;
	return E_OK;
}

/* --- made anew --- */

struct simulated {
	bool all;
};

static void look_at_feed(void *context, const struct feed_info *feed)
{
	struct simulated *s = context;
	s->all = s->all && feed->simulated;
}

/* Of real data holders are not named before they could reply. */
static enum err all_simulated(struct store *store, const struct evaluation *e, bool *ret_simulated)
{
	struct simulated s = {e->simulated};
	for (size_t i = 0; i < e->feed_count && s.all; i++)
		if (e->feeds[i].in_panel)
			TRY(store_find_feed(store, e->feeds[i].feed, look_at_feed, &s));
	*ret_simulated = s.all;
	return E_OK;
}

static enum err evaluate_today(struct store *store, struct arena *work, struct arena *arena,
	const struct site *site, struct site_edition *ret_edition)
{
	enum evaluation_step step;
	struct evaluated *evaluated = arena_alloc(work, 1, sizeof(*evaluated));
	const struct evaluation_order order = {
		.campaign = site->campaign.key, .now = site->built, .public_only = true};
	if (!evaluated)
		return E_NOMEM;
	TRY(evaluation_run(store, &order, work, evaluated, &step));
	struct site_edition e = {
		.facts = {.campaign = site->campaign.key,
			.made = site->built,
			.as_of = evaluated->evaluation.as_of,
			.as_of_time = evaluated->as_of_time,
			.public_from = instant_date(site->built),
			.correction = {STR(""), STR("")},
			.simulated = evaluated->evaluation.simulated},
	};
	struct evaluated_look look = {.edition = &e.facts, .audience = AUDIENCE_PUBLIC};
	TRY(all_simulated(store, &evaluated->evaluation, &look.with_holders));
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		struct bytes frozen;
		TRY(edition_freeze(store, evaluated, &look, NULL, (enum lang)lang, work, &frozen));
		e.document[lang] = keep_bytes(arena, frozen);
		if (!e.document[lang].data)
			return E_NOMEM;
	}
	*ret_edition = e;
	return E_OK;
}

static enum err make_anew(struct store *store, struct arena *arena, const struct site *site,
	struct site_edition *ret_edition)
{
	struct arena work;
	arena_init(&work, (size_t)1 << 30);
	enum err err = evaluate_today(store, &work, arena, site, ret_edition);
	arena_release(&work);
	return err;
}

/* E_NOTFOUND: no campaign, or none that can be measured. */
static enum err has_sound_plan(struct store *store, const struct site *site)
{
	struct arena arena;
	struct plan plan;
	size_t goal;
	if (site->campaign.key.size == 0)
		return E_NOTFOUND;
	arena_init(&arena, (size_t)16 << 20);
	enum err err = store_find_plan(store, site->campaign.key, &arena, &plan);
	if (err == E_OK && plan_check(&plan, &goal) != PLAN_SOUND)
		err = E_NOTFOUND;
	arena_release(&arena);
	return err;
}

enum err publish_provisional(
	struct store *store, struct arena *arena, const struct site *before, struct site *site)
{
	struct site_edition e;
	struct site_edition *list;
	enum err err = has_sound_plan(store, site);
	if (err != E_OK)
		return err == E_NOTFOUND ? E_OK : err;
	err = take_over(store, arena, before, site, &e);
	if (err == E_NOTFOUND)
		err = make_anew(store, arena, site, &e);
	if (err != E_OK) {
		fprintf(stderr,
			"quetsach: event=no-provisional-evaluation campaign=%.*s reason=%s\n",
			STR_ARG(site->campaign.key), err_name(err));
		return E_OK;
	}
	list = arena_alloc(arena, site->edition_count + 1, sizeof(*list));
	if (!list)
		return E_NOMEM;
	for (size_t i = 0; i < site->edition_count; i++)
		list[i] = site->editions[i];
	list[site->edition_count++] = e;
	site->editions = list;
	return E_OK;
}
