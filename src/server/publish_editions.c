/* SPDX-License-Identifier: Apache-2.0 */
#include "server/publish_editions.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "report/picture.h"
#include "server/edition_files.h"
#include "site/site_file.h"

/* One place is for the provisional one. */
#define EDITIONS ((size_t)LIMIT_SITE_EDITIONS - 1)
#define EDITIONS_BYTES ((size_t)LIMIT_SITE_FILE / 2)

/* --- files --- */

static void warn(const struct edition *e, const char *event, enum err err)
{
	fprintf(stderr, "quetsach: event=%s edition=%.*s-%u reason=%s\n", event,
		STR_ARG(e->campaign), e->number, err_name(err));
}

static enum err make_parts(
	struct store *store, const struct edition *e, struct instant now, struct arena *arena)
{
	struct edition_part parts[EDITION_PUBLIC_PARTS];
	for (size_t i = 0; i < EDITION_PUBLIC_PARTS; i++) {
		parts[i].name = edition_public_part(i);
		TRY(edition_part_make(store, e, parts[i].name, arena, &parts[i].bytes));
	}
	return store_add_edition_parts(
		store, e->campaign, e->number, parts, EDITION_PUBLIC_PARTS, now);
}

/* The last one is made with all the others. */
static bool has_parts(struct store *store, const struct edition *e)
{
	return store_edition_has_part(
		store, e->campaign, e->number, edition_public_part(EDITION_PUBLIC_PARTS - 1));
}

static enum err put_parts(
	struct store *store, const struct edition *e, bool whole, struct arena *arena)
{
	for (size_t i = 0; i < EDITION_PUBLIC_PARTS; i++) {
		struct edition_part part = {.name = edition_public_part(i)};
		if (!whole &&
			store_edition_part_is_public(store, e->campaign, e->number, part.name))
			continue;
		arena_clear(arena);
		TRY(store_edition_part(
			store, e->campaign, e->number, part.name, arena, &part.bytes));
		TRY(store_publish_edition_part(store, e->campaign, e->number, &part));
	}
	return E_OK;
}

/* Whether all of its files are there now. */
static bool publish_files(
	struct store *store, const struct edition *e, struct instant now, bool whole)
{
	struct arena arena;
	enum err err = E_OK;
	if (!has_parts(store, e) && !picture_fonts_suffice())
		return false; /* the pictures of the site have said so */
	arena_init(&arena, (size_t)1 << 30);
	if (!has_parts(store, e))
		err = make_parts(store, e, now, &arena);
	if (err == E_OK)
		err = put_parts(store, e, whole, &arena);
	arena_release(&arena);
	if (err != E_OK)
		warn(e, "no-edition-files", err);
	return err == E_OK;
}

/* --- editions --- */

struct gathering {
	struct store *store;
	struct arena *arena;
	struct instant now;
	struct site_edition *list;
	size_t count, capacity;
};

static enum err count_edition(void *context, const struct edition *e)
{
	struct gathering *g = context;
	g->capacity += edition_is_public(e, g->now);
	return E_OK;
}

static enum err take_edition(void *context, const struct edition *e)
{
	struct gathering *g = context;
	if (!edition_is_public(e, g->now))
		return E_OK;
	return store_find_edition(
		g->store, e->campaign, e->number, g->arena, &g->list[g->count++].facts);
}

static int compare(const void *a, const void *b)
{
	return site_edition_order(a, b);
}

static enum err load_edition(struct gathering *g, struct site_edition *e)
{
	struct edition_reply *replies;
	const struct edition *f = &e->facts;
	TRY(store_edition_part(g->store, f->campaign, f->number, STR("vi.document"), g->arena,
		&e->document[LANG_VI]));
	TRY(store_edition_part(g->store, f->campaign, f->number, STR("en.document"), g->arena,
		&e->document[LANG_EN]));
	TRY(edition_replies_load(g->store, f, g->arena, &replies, &e->reply_count));
	e->replies = replies;
	return E_OK;
}

/* The newest ones, as many as fit. One that is damaged must not keep the others back. */
static enum err load_editions(struct gathering *g, bool whole)
{
	size_t bytes = 0;
	size_t kept = 0;
	for (size_t i = 0; i < g->count; i++) {
		struct site_edition e = g->list[i];
		e.files = publish_files(g->store, &e.facts, g->now, whole);
		if (kept == EDITIONS || bytes > EDITIONS_BYTES)
			continue;
		enum err err = load_edition(g, &e);
		if (err == E_NOMEM)
			return err;
		if (err != E_OK) {
			warn(&e.facts, "no-edition", err);
			continue;
		}
		bytes += e.document[LANG_VI].size + e.document[LANG_EN].size;
		g->list[kept] = e;
		kept += bytes <= EDITIONS_BYTES;
	}
	g->count = kept;
	return E_OK;
}

enum err publish_editions(struct store *store, struct arena *arena, bool whole, struct site *site)
{
	struct gathering g = {.store = store, .arena = arena, .now = site->built};
	TRY(store_each_edition(store, STR(""), count_edition, &g));
	/* One more: the provisional one may follow. */
	g.list = arena_alloc(arena, g.capacity + 1, sizeof(*g.list));
	if (!g.list)
		return E_NOMEM;
	TRY(store_each_edition(store, STR(""), take_edition, &g));
	if (g.count > 0)
		qsort(g.list, g.count, sizeof(*g.list), compare);
	TRY(load_editions(&g, whole));
	site->editions = g.list;
	site->edition_count = g.count;
	return E_OK;
}
