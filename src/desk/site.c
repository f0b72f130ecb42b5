/* SPDX-License-Identifier: Apache-2.0 */
/* How the texts of the public site stand: drafts of the office, versions of the catalogue, jobs. */
#include "desk/site.h"

#include <stdlib.h>

#include "base/limits.h"
#include "desk/desk_parts.h"

enum {
	JOB_ARENA = 4 << 20,
	ROWS_FIRST = 64
};

/* --- one text --- */

enum site_stand site_stand(const struct site_state *s, struct instant now)
{
	bool publishes = s->order.version > 0;
	if (s->job.id && (s->job.state == JOB_WAITING || s->job.state == JOB_RUNNING)) {
		if (!publishes)
			return SITE_BEING_WITHDRAWN;
		bool waits = s->job.state == JOB_WAITING && s->job.order.due.seconds > now.seconds;
		return waits ? SITE_SCHEDULED : SITE_BEING_PUBLISHED;
	}
	if (s->job.id && s->job.state == JOB_FAILED && s->job.status != JOB_STATUS_CANCELLED)
		return SITE_FAILED;
	if (s->has_version)
		return s->version.withdrawn ? SITE_WITHDRAWN : SITE_PUBLISHED;
	return s->draft.version > 0 ? SITE_DRAFT : SITE_NOTHING;
}

bool site_is_ahead(const struct site_state *s)
{
	bool done = !s->job.id || s->job.state == JOB_DONE;
	return s->draft.version > 0 && !(done && s->order.version == s->draft.version);
}

struct str site_title(const struct site_state *s)
{
	if (s->draft.version > 0 && s->draft.title.size > 0)
		return s->draft.title;
	return s->has_version ? s->version.article.title : STR("");
}

enum article_kind site_kind(const struct site_state *s)
{
	return s->draft.version > 0 ? s->draft.kind : s->version.article.kind;
}

struct instant site_last_change(const struct site_state *s, struct str *ret_author)
{
	bool draft = s->draft.version > 0 &&
		     s->draft.saved.seconds >= s->version.article.updated.seconds;
	*ret_author = draft ? s->draft.author : s->version.author;
	if (!draft && !s->has_version)
		*ret_author = STR("");
	return draft ? s->draft.saved : s->version.article.updated;
}

/* --- all of them --- */

struct gathering {
	struct desk_request *r;
	struct site_row **rows; /* by key */
	size_t count, capacity;
	struct str only; /* a key; empty: all */
};

static bool keep(struct gathering *g, struct str *s)
{
	*s = arena_copy(g->r->arena, *s);
	return s->data != NULL;
}

static enum err make_room(struct gathering *g)
{
	if (g->count < g->capacity)
		return E_OK;
	size_t capacity = g->capacity ? 2 * g->capacity : ROWS_FIRST;
	struct site_row **rows = arena_alloc(g->r->arena, capacity, sizeof(struct site_row *));
	if (!rows)
		return E_NOMEM;
	for (size_t i = 0; i < g->count; i++)
		rows[i] = g->rows[i];
	g->rows = rows;
	g->capacity = capacity;
	return E_OK;
}

/* Where the key stands, or would. */
static size_t place_of(const struct gathering *g, struct str key, bool *ret_there)
{
	size_t low = 0;
	size_t high = g->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (str_compare(g->rows[middle]->key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_there = low < g->count && str_equal(g->rows[low]->key, key);
	return low;
}

static enum err row_of(struct gathering *g, struct str key, struct site_row **ret_row)
{
	bool there;
	size_t at = place_of(g, key, &there);
	if (!there) {
		struct site_row *row = arena_alloc(g->r->arena, 1, sizeof(*row));
		TRY(make_room(g));
		if (!row)
			return E_NOMEM;
		*row = (struct site_row){.key = key};
		if (!keep(g, &row->key))
			return E_NOMEM;
		for (size_t i = g->count++; i > at; i--)
			g->rows[i] = g->rows[i - 1];
		g->rows[at] = row;
	}
	*ret_row = g->rows[at];
	return E_OK;
}

static bool is_asked(const struct gathering *g, struct str key)
{
	return g->only.size == 0 || str_equal(g->only, key);
}

static enum err take_article(void *context, const struct article_version *version, bool ours)
{
	struct gathering *g = context;
	struct site_row *row;
	if (!is_asked(g, version->article.key))
		return E_OK;
	TRY(row_of(g, version->article.key, &row));
	struct site_state *state = &row->lang[version->article.lang];
	state->version = *version;
	state->has_version = true;
	state->ours = ours;
	struct article_version *v = &state->version;
	v->article.key = row->key;
	v->article.summary = v->article.body = STR("");
	return keep(g, &v->article.title) && keep(g, &v->author) ? E_OK : E_NOMEM;
}

static enum err take_draft(void *context, const struct draft *draft)
{
	struct gathering *g = context;
	struct site_row *row;
	if (!is_asked(g, draft->key))
		return E_OK;
	TRY(row_of(g, draft->key, &row));
	struct draft *d = &row->lang[draft->lang].draft;
	*d = *draft;
	d->key = row->key;
	d->summary = STR("");
	return keep(g, &d->title) && keep(g, &d->author) ? E_OK : E_NOMEM;
}

static enum err take_order(void *context, const struct draft_order *order)
{
	struct gathering *g = context;
	struct site_row *row;
	if (!is_asked(g, order->key))
		return E_OK;
	TRY(row_of(g, order->key, &row));
	row->lang[order->lang].order = *order;
	row->lang[order->lang].order.key = row->key;
	return E_OK;
}

/* Its texts are large and not looked at. */
static enum err take_job(struct gathering *g, struct arena *arena, struct site_state *state)
{
	struct job job;
	if (state->order.job == 0)
		return E_OK;
	arena_clear(arena);
	enum err err = job_find(g->r->office, state->order.job, arena, &job);
	if (err == E_NOTFOUND)
		return E_OK;
	TRY(err);
	state->job = (struct job){.id = job.id,
		.order = {.kind = job.order.kind, .due = job.order.due},
		.state = job.state,
		.status = job.status,
		.ended = job.ended};
	return E_OK;
}

static enum err take_jobs(struct gathering *g)
{
	struct arena arena;
	enum err err = E_OK;
	arena_init(&arena, JOB_ARENA);
	for (size_t i = 0; err == E_OK && i < g->count; i++)
		for (int lang = 0; err == E_OK && lang < LANG__COUNT; lang++)
			err = take_job(g, &arena, &g->rows[i]->lang[lang]);
	arena_release(&arena);
	return err;
}

static enum err gather(struct gathering *g)
{
	struct desk_request *r = g->r;
	const struct desk_contents *contents = r->desk->settings.contents;
	struct store *store = NULL;
	struct desk_thread *t = desk_thread(r->desk);
	if (!t || !contents)
		return E_UNKNOWN;
	if (!t->store)
		TRY(store_open(str_from(r->desk->settings.folder), STORE_READ, &t->store));
	store = t->store;
	TRY(contents->each_article(store, take_article, g));
	TRY(draft_each_newest(r->office, take_draft, g));
	TRY(draft_each_order(r->office, take_order, g));
	return take_jobs(g);
}

enum err site_rows(struct desk_request *r, struct site_row ***ret_rows, size_t *ret_count)
{
	struct gathering g = {.r = r};
	TRY(gather(&g));
	*ret_rows = g.rows;
	*ret_count = g.count;
	return E_OK;
}

bool site_find_row(struct desk_request *r, enum act act, struct site_row *ret_row)
{
	struct gathering g = {.r = r, .only = r->part[0]};
	if (!desk_may(r, act, STR(""), 0))
		return false;
	if (!site_key_valid(r->part[0])) {
		desk_not_found(r);
		return false;
	}
	enum err err = gather(&g);
	if (err != E_OK)
		desk_failed(r, err);
	else if (g.count == 0)
		desk_not_found(r);
	else
		*ret_row = *g.rows[0];
	return err == E_OK && g.count > 0;
}

bool site_find_text(
	struct desk_request *r, enum act act, struct site_row *ret_row, enum lang *ret_lang)
{
	if (!desk_may(r, act, STR(""), 0))
		return false;
	if (!lang_parse(r->part[1], ret_lang)) {
		desk_not_found(r);
		return false;
	}
	return site_find_row(r, act, ret_row);
}

bool site_may_change(struct desk_request *r)
{
	return actor_may(r->office, r->actor, ACT_CHANGE_SITE, STR(""), 0) == E_OK;
}

/* --- versions --- */

static enum err load_published(struct desk_request *r, struct str key, enum lang lang,
	uint32_t version, struct draft *ret_draft)
{
	struct article_version v;
	struct desk_thread *t = desk_thread(r->desk);
	const struct desk_contents *contents = r->desk->settings.contents;
	if (!t || !contents)
		return E_UNKNOWN;
	if (!t->store)
		TRY(store_open(str_from(r->desk->settings.folder), STORE_READ, &t->store));
	TRY(contents->find_article(t->store, key, lang, version, r->arena, &v));
	*ret_draft = (struct draft){.key = key,
		.lang = lang,
		.kind = v.article.kind,
		.title = v.article.title,
		.summary = v.article.summary,
		.body = v.article.body,
		.due = v.article.kind == ARTICLE_PAGE ? (struct instant){0} : v.article.published,
		.saved = v.article.updated,
		.author = v.author};
	return E_OK;
}

enum err site_load_version(struct desk_request *r, struct str key, enum lang lang, struct str name,
	struct draft *ret_draft)
{
	uint64_t number = 0;
	struct str digits = name.size > 0 ? (struct str){name.data + 1, name.size - 1} : STR("");
	if (name.size > 0 && (!str_to_u64(digits, UINT32_MAX, &number) || number == 0))
		return E_NOTFOUND;
	if (name.size > 0 && name.data[0] == 'p')
		return load_published(r, key, lang, (uint32_t)number, ret_draft);
	if (name.size > 0 && name.data[0] != 'd')
		return E_NOTFOUND;
	enum err err = draft_find(r->office, key, lang, (int64_t)number, r->arena, ret_draft);
	if (err == E_NOTFOUND && name.size == 0)
		err = load_published(r, key, lang, 0, ret_draft);
	return err;
}
