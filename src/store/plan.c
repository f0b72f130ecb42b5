/* SPDX-License-Identifier: Apache-2.0 */
#include "store/plan.h"

#include "base/checked.h"
#include "base/limits.h"
#include "store/catalogue.h"
#include "store/site_content.h"

/* --- days: NULL where they are not set --- */

static void bind_days(struct sql *q, struct days d)
{
	if (days_set(d)) {
		sql_int(q, date_instant(d.first).seconds);
		sql_int(q, date_instant(d.last).seconds);
		return;
	}
	sql_null(q);
	sql_null(q);
}

static struct days get_days(struct sql *q, int column)
{
	if (sql_is_null(q, column) || sql_is_null(q, column + 1))
		return (struct days){0};
	return (struct days){instant_date((struct instant){sql_get(q, column)}),
		instant_date((struct instant){sql_get(q, column + 1)})};
}

static int64_t until(uint64_t as_of)
{
	return as_of > 0 && as_of < INT64_MAX ? (int64_t)as_of : INT64_MAX;
}

/* --- saving a plan --- */

static enum err put_goal(struct store *s, int64_t plan, size_t position, const struct goal *g)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO plan_goal (plan, position, key, name_vi, name_en, kind, estimator,"
		" share, end_first, end_last, nets6, series) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)");
	sql_int(&q, plan);
	sql_count(&q, position);
	sql_str(&q, g->key);
	sql_str(&q, g->name[LANG_VI]);
	sql_str(&q, g->name[LANG_EN]);
	sql_int(&q, g->kind);
	sql_int(&q, g->estimator);
	sql_real(&q, g->share);
	bind_days(&q, g->end);
	sql_int(&q, g->nets6);
	sql_str(&q, g->series);
	return sql_run(&q);
}

static enum err put_feed(struct store *s, int64_t plan, size_t position, struct str feed)
{
	struct sql q;
	sql_open(&q, &s->db, "INSERT INTO plan_feed (plan, position, feed) VALUES (?, ?, ?)");
	sql_int(&q, plan);
	sql_count(&q, position);
	sql_str(&q, feed);
	return sql_run(&q);
}

static enum err put_version(struct store *s, const struct plan *plan, int64_t change)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO plan (campaign, before_first, before_last, after_first, after_last,"
		" base_first, base_last, earlier, added) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
	sql_str(&q, plan->campaign.key);
	bind_days(&q, plan->before);
	bind_days(&q, plan->after);
	bind_days(&q, plan->baseline);
	sql_str(&q, plan->earlier);
	sql_int(&q, change);
	TRY(sql_run(&q));
	int64_t id = database_last_id(&s->db);
	for (size_t i = 0; i < plan->goal_count; i++)
		TRY(put_goal(s, id, i, &plan->goals[i]));
	for (size_t i = 0; i < plan->panel_count; i++)
		TRY(put_feed(s, id, i, plan->panel[i]));
	return E_OK;
}

enum err store_put_plan(struct store *s, const struct plan *plan, struct instant now)
{
	int64_t change;
	TRY(store_begin(s, now, "site plan", &change));
	enum err err = campaign_put(s, &plan->campaign, change);
	if (err == E_OK)
		err = put_version(s, plan, change);
	return store_end(s, err);
}

/* --- reading a plan --- */

struct reading {
	struct arena *arena;
	struct plan *plan;
	bool found;
	enum err err;
};

static struct str keep(struct reading *r, struct str text)
{
	struct str copy = arena_copy(r->arena, text);
	if (!copy.data)
		r->err = E_NOMEM;
	return copy;
}

static void take_campaign(void *context, const struct campaign *c)
{
	struct reading *r = context;
	if (!str_equal(c->key, r->plan->campaign.key))
		return;
	r->found = true;
	r->plan->campaign = *c;
	r->plan->campaign.key = keep(r, c->key);
	r->plan->campaign.country = keep(r, c->country);
	r->plan->campaign.zone = keep(r, c->zone);
	for (int i = 0; i < LANG__COUNT; i++)
		r->plan->campaign.name[i] = keep(r, c->name[i]);
}

static enum err read_version(struct store *s, struct reading *r, int64_t *ret_id)
{
	struct sql q;
	*ret_id = 0;
	sql_open(&q, &s->db,
		"SELECT id, before_first, before_last, after_first, after_last, base_first,"
		" base_last, earlier FROM plan WHERE campaign = ? ORDER BY id DESC LIMIT 1");
	sql_str(&q, r->plan->campaign.key);
	if (sql_row(&q)) {
		*ret_id = sql_get(&q, 0);
		r->plan->before = get_days(&q, 1);
		r->plan->after = get_days(&q, 3);
		r->plan->baseline = get_days(&q, 5);
		r->plan->earlier = keep(r, sql_get_str(&q, 7));
	}
	return sql_close(&q);
}

static bool get_goal(struct reading *r, struct sql *q, struct goal *ret_goal)
{
	int64_t kind = sql_get(q, 3), estimator = sql_get(q, 4);
	if (kind < 0 || kind >= GOAL__COUNT || estimator < 0 || estimator >= ESTIMATOR__COUNT)
		return false;
	*ret_goal = (struct goal){
		.key = keep(r, sql_get_str(q, 0)),
		.name = {[LANG_VI] = keep(r, sql_get_str(q, 1)),
			[LANG_EN] = keep(r, sql_get_str(q, 2))},
		.kind = (enum goal_kind)kind,
		.estimator = (enum estimator)estimator,
		.share = sql_get_real(q, 5),
		.end = get_days(q, 6),
		.nets6 = sql_get(q, 8) != 0,
		.series = keep(r, sql_get_str(q, 9)),
	};
	return true;
}

static enum err read_goals(struct store *s, struct reading *r, int64_t id)
{
	struct sql q;
	struct plan *p = r->plan;
	sql_open(&q, &s->db,
		"SELECT key, name_vi, name_en, kind, estimator, share, end_first, end_last, nets6,"
		" series FROM plan_goal WHERE plan = ? ORDER BY position");
	sql_int(&q, id);
	while (r->err == E_OK && sql_row(&q)) {
		bool room = p->goal_count < PLAN_GOALS;
		if (room && get_goal(r, &q, &p->goals[p->goal_count]))
			p->goal_count++;
		else
			r->err = E_CORRUPT;
	}
	TRY(sql_close(&q));
	return r->err;
}

static enum err read_names(struct store *s, struct reading *r, const char *text, int64_t id,
	struct str *names, size_t most, size_t *ret_count)
{
	struct sql q;
	size_t count = 0;
	sql_open(&q, &s->db, text);
	sql_int(&q, id);
	while (r->err == E_OK && sql_row(&q)) {
		if (count < most)
			names[count++] = keep(r, sql_get_str(&q, 0));
		else
			r->err = E_CORRUPT;
	}
	TRY(sql_close(&q));
	*ret_count = count;
	return r->err;
}

static enum err read_top(struct store *s, struct reading *r)
{
	struct sql q;
	int64_t id = 0;
	sql_open(&q, &s->db,
		"SELECT id, as_of FROM plan_top WHERE campaign = ? ORDER BY id DESC LIMIT 1");
	sql_str(&q, r->plan->campaign.key);
	if (sql_row(&q)) {
		id = sql_get(&q, 0);
		r->plan->frozen_as_of = sql_get_count(&q, 1);
	}
	TRY(sql_close(&q));
	return read_names(s, r,
		"SELECT botnet FROM plan_top_botnet WHERE top = ? ORDER BY position", id,
		r->plan->top, PLAN_TOP, &r->plan->top_count);
}

enum err store_find_plan(
	struct store *s, struct str key, struct arena *arena, struct plan *ret_plan)
{
	int64_t id;
	struct plan plan = {.campaign = {.key = key}, .earlier = STR("")};
	struct reading r = {.arena = arena, .plan = &plan};
	TRY(store_each_campaign(s, take_campaign, &r));
	if (!r.found)
		return E_NOTFOUND;
	TRY(read_version(s, &r, &id));
	TRY(read_goals(s, &r, id));
	TRY(read_names(s, &r, "SELECT feed FROM plan_feed WHERE plan = ? ORDER BY position", id,
		plan.panel, PLAN_PANEL, &plan.panel_count));
	TRY(read_top(s, &r));
	TRY(r.err);
	*ret_plan = plan;
	return E_OK;
}

enum err store_plan_history(struct store *s, struct str key, struct store_plan_history *ret_history)
{
	struct sql q;
	struct store_plan_history h = {0};
	sql_open(&q, &s->db,
		"SELECT count(*), coalesce(min(added), 0), coalesce(max(added), 0),"
		" (SELECT count(*) FROM plan_top WHERE campaign = ?1) FROM plan"
		" WHERE campaign = ?1");
	sql_str(&q, key);
	if (sql_row(&q)) {
		h.versions = sql_get_count(&q, 0);
		h.first = sql_get_count(&q, 1);
		h.last = sql_get_count(&q, 2);
		h.frozen = sql_get_count(&q, 3);
	}
	TRY(sql_close(&q));
	*ret_history = h;
	return E_OK;
}

/* --- the frozen ten --- */

static enum err put_top(struct store *s, struct str key, const struct str *top, size_t count,
	uint64_t as_of, int64_t change)
{
	struct sql q;
	sql_open(&q, &s->db, "INSERT INTO plan_top (campaign, as_of, added) VALUES (?, ?, ?)");
	sql_str(&q, key);
	sql_count(&q, as_of);
	sql_int(&q, change);
	TRY(sql_run(&q));
	int64_t id = database_last_id(&s->db);
	for (size_t i = 0; i < count; i++) {
		sql_open(&q, &s->db,
			"INSERT INTO plan_top_botnet (top, position, botnet) VALUES (?, ?, ?)");
		sql_int(&q, id);
		sql_count(&q, i);
		sql_str(&q, top[i]);
		TRY(sql_run(&q));
	}
	return E_OK;
}

enum err store_freeze_plan(struct store *s, struct str key, const struct str *top, size_t count,
	uint64_t as_of, struct instant now)
{
	int64_t change;
	TRY(store_begin(s, now, "site plan", &change));
	return store_end(s, put_top(s, key, top, count, as_of, change));
}

/* --- figures --- */

static enum err put_figure(
	struct store *s, const struct figure_entry *e, struct instant now, int64_t change)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO figure (series, day, window_first, window_last, value, source, author,"
		" withdrawn, made, added) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	sql_str(&q, e->series);
	sql_int(&q, date_instant(e->day).seconds);
	bind_days(&q, e->window);
	sql_real(&q, e->value);
	sql_str(&q, e->source);
	sql_str(&q, e->author);
	sql_int(&q, e->withdrawn);
	sql_int(&q, now.seconds);
	sql_int(&q, change);
	return sql_run(&q);
}

enum err store_put_figure(struct store *s, const struct figure_entry *entry, struct instant now)
{
	int64_t change;
	TRY(store_begin(s, now, "site figure", &change));
	return store_end(s, put_figure(s, entry, now, change));
}

enum err store_each_figure(
	struct store *s, uint64_t as_of, bool history, store_figure_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &s->db,
		"SELECT series, day, window_first, window_last, value, source, author, withdrawn,"
		" made, id = max(id) OVER (PARTITION BY series, day) FROM figure WHERE added <= ?"
		" ORDER BY series, day, id");
	sql_int(&q, until(as_of));
	while (err == E_OK && sql_row(&q)) {
		const struct figure_entry e = {
			.series = sql_get_str(&q, 0),
			.day = instant_date((struct instant){sql_get(&q, 1)}),
			.window = get_days(&q, 2),
			.value = sql_get_real(&q, 4),
			.source = sql_get_str(&q, 5),
			.author = sql_get_str(&q, 6),
			.withdrawn = sql_get(&q, 7) != 0,
			.made = {sql_get(&q, 8)},
			.current = sql_get(&q, 9) != 0 && sql_get(&q, 7) == 0,
		};
		if (history || e.current)
			err = fn(context, &e);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* --- holders --- */

static enum err put_note(
	struct store *s, const struct holder_note *n, struct instant now, int64_t change)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO holder_note (holder, subscribers, treated, source, author, made, "
		"added)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)");
	sql_str(&q, n->holder);
	sql_count(&q, n->subscribers);
	sql_int(&q, n->treated);
	sql_str(&q, n->source);
	sql_str(&q, n->author);
	sql_int(&q, now.seconds);
	sql_int(&q, change);
	return sql_run(&q);
}

enum err store_put_holder_note(struct store *s, const struct holder_note *note, struct instant now)
{
	int64_t change;
	TRY(store_begin(s, now, "site holder", &change));
	return store_end(s, put_note(s, note, now, change));
}

enum err store_each_holder_note(
	struct store *s, uint64_t as_of, store_holder_note_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &s->db,
		"SELECT holder, subscribers, treated, source, author, made FROM holder_note"
		" WHERE id IN (SELECT max(id) FROM holder_note WHERE added <= ? GROUP BY holder)"
		" ORDER BY holder");
	sql_int(&q, until(as_of));
	while (err == E_OK && sql_row(&q)) {
		const struct holder_note n = {
			.holder = sql_get_str(&q, 0),
			.subscribers = sql_get_count(&q, 1),
			.treated = sql_get(&q, 2) != 0,
			.source = sql_get_str(&q, 3),
			.author = sql_get_str(&q, 4),
			.made = {sql_get(&q, 5)},
		};
		err = fn(context, &n);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* As little-endian bits of doubles, one after the other. */
static enum err write_hours(struct writer *w, const struct holder_leases *l)
{
	for (size_t i = 0; i < l->count; i++) {
		uint64_t bits;
		memcpy(&bits, &l->hours[i], sizeof(bits));
		writer_u64(w, bits);
	}
	return writer_end(w);
}

static enum err put_leases(struct store *s, const struct holder_leases *l, struct bytes hours,
	struct instant now, int64_t change)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO holder_lease (holder, hours, source, author, made, added)"
		" VALUES (?, ?, ?, ?, ?, ?)");
	sql_str(&q, l->holder);
	sql_blob(&q, hours);
	sql_str(&q, l->source);
	sql_str(&q, l->author);
	sql_int(&q, now.seconds);
	sql_int(&q, change);
	return sql_run(&q);
}

enum err store_put_holder_leases(
	struct store *s, const struct holder_leases *leases, struct instant now)
{
	int64_t change;
	struct writer hours;
	writer_init(&hours, LIMIT_HOLDER_LEASES * sizeof(double));
	enum err err = write_hours(&hours, leases);
	if (err == E_OK)
		err = store_begin(s, now, "site holder", &change);
	if (err == E_OK)
		err = store_end(s, put_leases(s, leases, writer_view(&hours), now, change));
	writer_release(&hours);
	return err;
}

static enum err give_leases(
	struct sql *q, struct arena *memory, store_holder_leases_fn *fn, void *context)
{
	struct cursor c;
	struct bytes blob = sql_get_blob(q, 1);
	size_t count = blob.size / sizeof(uint64_t);
	double *hours = arena_alloc(memory, count + 1, sizeof(*hours));
	if (!hours)
		return E_NOMEM;
	cursor_init(&c, blob);
	for (size_t i = 0; i < count; i++) {
		uint64_t bits = cursor_u64(&c);
		memcpy(&hours[i], &bits, sizeof(bits));
		if (!(hours[i] > 0))
			return E_CORRUPT;
	}
	const struct holder_leases l = {
		sql_get_str(q, 0), hours, count, sql_get_str(q, 2), sql_get_str(q, 3)};
	return fn(context, &l);
}

enum err store_each_holder_leases(
	struct store *s, uint64_t as_of, store_holder_leases_fn *fn, void *context)
{
	struct sql q;
	struct arena memory;
	enum err err = E_OK;
	arena_init(&memory, 2 * LIMIT_HOLDER_LEASES * sizeof(double));
	sql_open(&q, &s->db,
		"SELECT holder, hours, source, author FROM holder_lease WHERE id IN (SELECT max(id)"
		" FROM holder_lease WHERE added <= ? GROUP BY holder) ORDER BY holder");
	sql_int(&q, until(as_of));
	while (err == E_OK && sql_row(&q)) {
		arena_clear(&memory);
		err = give_leases(&q, &memory, fn, context);
	}
	enum err closed = sql_close(&q);
	arena_release(&memory);
	return err == E_OK ? closed : err;
}
