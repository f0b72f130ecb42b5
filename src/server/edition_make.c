/* SPDX-License-Identifier: Apache-2.0 */
#include "server/edition_make.h"

#include "base/limits.h"
#include "server/site_contents.h"

enum {
	PARTS = LANG__COUNT + 1
};
#define EVALUATION_LIMIT ((size_t)64 << 20)

/* --- parts --- */

static enum err keep_writer(struct writer *w, struct arena *arena, struct bytes *ret_bytes)
{
	struct str copy = {NULL, 0};
	enum err err = writer_end(w);
	if (err == E_OK)
		copy = arena_copy(arena, writer_view_str(w));
	writer_release(w);
	TRY(err);
	if (!copy.data)
		return E_NOMEM;
	*ret_bytes = (struct bytes){(const uint8_t *)copy.data, copy.size};
	return E_OK;
}

enum err edition_freeze(struct store *store, const struct evaluated *evaluated,
	const struct evaluated_look *look, const struct edition_changes *changes, enum lang lang,
	struct arena *arena, struct bytes *ret_bytes)
{
	struct document d;
	struct writer w;
	struct site_identity identity = {0};
	TRY(site_identity_load(store, arena, &identity));
	TRY(evaluated_document(evaluated, look, lang, arena, &d));
	if (changes)
		TRY(edition_changes_insert(changes, &evaluated->plan, arena, &d));
	if (d.author.size == 0)
		d.author = identity.organiser[lang];
	writer_init(&w, LIMIT_EDITION_DOCUMENT);
	document_freeze(&w, &d);
	return keep_writer(&w, arena, ret_bytes);
}

/* What was judged, all of it: for the archive, never published. */
static enum err write_evaluation(
	const struct evaluated *evaluated, struct arena *arena, struct bytes *ret_bytes)
{
	struct writer w;
	writer_init(&w, EVALUATION_LIMIT);
	enum err err = evaluation_json(&w, evaluated, AUDIENCE_STAFF, arena);
	if (err != E_OK)
		writer_fail(&w, err);
	return keep_writer(&w, arena, ret_bytes);
}

static enum err make_parts(struct store *store, const struct evaluated *evaluated,
	const struct edition_made *made, struct arena *arena, struct edition_part *parts)
{
	const struct evaluated_look look = {
		.edition = &made->facts, .audience = AUDIENCE_PUBLIC, .with_holders = true};
	const struct edition_changes *changes = made->changes.number ? &made->changes : NULL;
	parts[0].name = STR("vi.document");
	parts[1].name = STR("en.document");
	parts[2].name = STR("evaluation.json");
	TRY(edition_freeze(store, evaluated, &look, changes, LANG_VI, arena, &parts[0].bytes));
	TRY(edition_freeze(store, evaluated, &look, changes, LANG_EN, arena, &parts[1].bytes));
	return write_evaluation(evaluated, arena, &parts[2].bytes);
}

static enum err list_holders(const struct evaluated *e, struct arena *arena,
	struct edition_holder **ret_holders, size_t *ret_count)
{
	size_t count = e->evaluation.holder_count;
	struct edition_holder *holders = arena_alloc(arena, count + 1, sizeof(*holders));
	if (!holders)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		holders[i].key = e->evaluation.holders[i].key;
		for (int lang = 0; lang < LANG__COUNT; lang++)
			holders[i].title[lang] =
				evaluated_holder(e, holders[i].key, (enum lang)lang);
	}
	*ret_holders = holders;
	*ret_count = count;
	return E_OK;
}

/* --- all of it --- */

/* Full days: the one on which it is made does not count. Without any it is public at once. */
static struct date public_from(const struct edition_order *order)
{
	unsigned days = order->reply_days ? order->reply_days + 1 : 0;
	return instant_date((struct instant){order->now.seconds + (int64_t)days * SECONDS_PER_DAY});
}

static struct edition facts_of(
	const struct edition_order *order, const struct evaluated *e, uint32_t number)
{
	return (struct edition){
		.campaign = order->campaign,
		.number = number,
		.made = order->now,
		.as_of = e->evaluation.as_of,
		.as_of_time = e->as_of_time,
		.public_from = public_from(order),
		.correction = {order->correction[LANG_VI], order->correction[LANG_EN]},
		.simulated = e->evaluation.simulated,
	};
}

static enum err find_changes(struct store *store, struct str campaign, uint32_t before,
	const struct edition_new *new, struct arena *arena, struct edition_changes *changes)
{
	struct edition_figure *figures;
	size_t count;
	changes->number = before;
	if (before == 0)
		return E_OK;
	TRY(store_edition_figures(store, campaign, before, arena, &figures, &count));
	return edition_changes_find(
		figures, count, new->figures, new->figure_count, arena, changes);
}

static enum err keep(struct store *store, const struct edition_order *order,
	const struct evaluated *evaluated, struct arena *arena, struct edition_made *made)
{
	uint32_t before;
	struct edition_part parts[PARTS];
	struct edition_figure *figures;
	struct edition_holder *holders;
	struct edition_new new = {.part_count = PARTS};
	TRY(store_last_edition(store, order->campaign, &before));
	made->facts = facts_of(order, evaluated, before + 1);
	TRY(edition_figures_of(evaluated, arena, &figures, &new.figure_count));
	TRY(list_holders(evaluated, arena, &holders, &new.holder_count));
	new.figures = figures;
	new.holders = holders;
	TRY(find_changes(store, order->campaign, before, &new, arena, &made->changes));
	TRY(make_parts(store, evaluated, made, arena, parts));
	new.facts = made->facts;
	new.parts = parts;
	return store_add_edition(store, &new, order->now);
}

enum err edition_make(struct store *store, const struct edition_order *order, struct arena *arena,
	struct edition_made *ret_made)
{
	enum evaluation_step step;
	struct evaluated *evaluated = arena_alloc(arena, 1, sizeof(*evaluated));
	struct edition_made made = {.changes = {.number = 0}};
	const struct evaluation_order question = {
		.campaign = order->campaign,
		.now = order->now,
		.public_only = true,
		.progress = order->progress,
		.context = order->context,
	};
	if (!evaluated)
		return E_NOMEM;
	TRY(evaluation_run(store, &question, arena, evaluated, &step));
	TRY(keep(store, order, evaluated, arena, &made));
	made.plan = evaluated->plan;
	*ret_made = made;
	return E_OK;
}
