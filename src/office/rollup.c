/* SPDX-License-Identifier: Apache-2.0 */
#include "office/rollup.h"

#include <assert.h>

#include "base/checked.h"
#include "office/org.h"
#include "office/return_parts.h"

/* Everything at and below an org, each under the child it belongs to; the level itself is a child
 * of its own. ?2 line, ?3 the level. */
#define PLACED                                                                                     \
	"WITH placed AS (SELECT ?3 AS child, ?3 AS org, 0 AS distance WHERE ?3 > 0 UNION ALL"      \
	" SELECT c.below, a.below, a.distance + 1 FROM org_above c CROSS JOIN org_above a"         \
	" WHERE c.campaign = ?2 AND c.above = ?3 AND c.distance = 1 AND a.campaign = ?2"           \
	" AND a.above = c.below)"

/* What an org was called last; ?N is the day. */
#define NAME_JOIN(alias, org, day)                                                                 \
	" LEFT JOIN org_version " alias " ON " alias ".id = (SELECT id FROM org_version"           \
	" WHERE org = " org " AND since <= " day " ORDER BY since DESC LIMIT 1)"

struct reading {
	struct office *o;
	struct arena *arena;
	struct str campaign, line;
	int64_t org;
	int64_t depth; /* of the level, from the top: 0 there, −1 above it */
	const struct return_form *form;
	struct instant now;
	struct day_column today;
	struct level *level;
	struct level_child *children;
	struct level_sum *totals;
	struct level_sum *sums; /* of the children, one after another */
	size_t *slots;          /* open addressing: index of a child + 1 */
	size_t slot_mask;
	bool lists; /* somebody has given one */
};

static enum err find_depth(struct reading *r)
{
	struct sql q;
	r->depth = -1;
	if (r->org == 0)
		return E_OK;
	sql_open(&q, &r->o->db,
		"SELECT distance - 1 FROM org_above WHERE campaign = ? AND below = ? AND above = "
		"0");
	sql_str(&q, r->line);
	sql_int(&q, r->org);
	bool found = sql_row(&q);
	if (found)
		r->depth = sql_get(&q, 0);
	TRY(sql_close(&q));
	return found ? E_OK : E_NOTFOUND;
}

/* --- children --- */

static enum err keep_texts(struct arena *arena, struct str *texts[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		*texts[i] = arena_copy(arena, *texts[i]);
		if (!texts[i]->data)
			return E_NOMEM;
	}
	return E_OK;
}

static enum err count_children(struct reading *r, size_t *ret_count)
{
	struct sql q;
	sql_open(&q, &r->o->db,
		"SELECT count(*) FROM org_above WHERE campaign = ? AND above = ? AND distance <= 1"
		" AND below > 0");
	sql_str(&q, r->line);
	sql_int(&q, r->org);
	*ret_count = sql_row(&q) ? (size_t)sql_get_count(&q, 0) : 0;
	return sql_close(&q);
}

static enum err allocate(struct reading *r, size_t count)
{
	size_t rows = r->form->row_count;
	size_t slots = 16;
	size_t sums;
	while (slots < 2 * count)
		slots *= 2;
	if (!checked_multiply(count, rows, &sums))
		return E_LIMIT;
	r->children = arena_alloc(r->arena, count + 1, sizeof(*r->children));
	r->sums = arena_alloc(r->arena, sums + 1, sizeof(*r->sums));
	r->totals = arena_alloc(r->arena, rows + 1, sizeof(*r->totals));
	r->slots = arena_alloc(r->arena, slots, sizeof(*r->slots));
	r->slot_mask = slots - 1;
	return r->children && r->sums && r->totals && r->slots ? E_OK : E_NOMEM;
}

static size_t slot_of(const struct reading *r, int64_t org)
{
	size_t at = (size_t)((uint64_t)org * UINT64_C(0x9e3779b97f4a7c15) >> 20) & r->slot_mask;
	while (r->slots[at] && r->children[r->slots[at] - 1].org != org)
		at = (at + 1) & r->slot_mask;
	return at;
}

static enum err add_child(struct reading *r, struct sql *q)
{
	size_t index = r->level->child_count;
	struct level_child *c = &r->children[index];
	*c = (struct level_child){
		.org = sql_get(q, 0),
		.code = sql_get_str(q, 1),
		.name = {sql_get_str(q, 2), sql_get_str(q, 3)},
		.sums = r->sums + index * r->form->row_count,
	};
	struct str *texts[] = {&c->code, &c->name[LANG_VI], &c->name[LANG_EN]};
	TRY(keep_texts(r->arena, texts, 3));
	r->slots[slot_of(r, c->org)] = index + 1;
	r->level->child_count++;
	return E_OK;
}

static enum err read_children(struct reading *r)
{
	struct sql q;
	size_t count;
	enum err err = E_OK;
	TRY(count_children(r, &count));
	TRY(allocate(r, count));
	sql_open(&q, &r->o->db,
		"SELECT o.id, o.code, coalesce(v.name_vi, o.code), coalesce(v.name_en, '')"
		" FROM org_above a JOIN org o ON o.id = a.below" NAME_JOIN("v", "o.id",
			"?3") " WHERE a.campaign = ?1 AND a.above = ?2 AND a.distance <= 1"
			      " ORDER BY a.distance, name_key(v.name_vi), o.id");
	sql_str(&q, r->line);
	sql_int(&q, r->org);
	sql_str(&q, day_column_str(&r->today));
	while (err == E_OK && r->level->child_count < count && sql_row(&q))
		err = add_child(r, &q);
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* --- how they stand --- */

static void count_one(struct level_counts *c, enum return_state state, enum return_timing timing,
	bool received, bool excused)
{
	if (excused) {
		c->excused++;
		return;
	}
	c->expected++;
	c->received += received;
	c->on_time += timing == TIMING_ON_TIME;
	c->late += timing == TIMING_LATE;
	c->overdue += timing == TIMING_OVERDUE;
	c->submitted += state == RETURN_SUBMITTED;
	c->accepted += state == RETURN_ACCEPTED;
	c->sent_back += state == RETURN_SENT_BACK;
	c->draft += state == RETURN_DRAFT;
	c->unopened += state == RETURN_NONE;
}

static enum return_state stored_state(int64_t stored)
{
	return stored > 0 && stored < RETURN_STATE__COUNT ? (enum return_state)stored : RETURN_NONE;
}

/* Columns: child, state, first submitted, received, deadline, list. */
static void count_row(struct reading *r, struct sql *q)
{
	size_t slot = r->slots[slot_of(r, sql_get(q, 0))];
	enum return_state state = stored_state(sql_get(q, 1));
	struct deadline deadline = deadline_row(q, 5);
	enum return_timing timing =
		return_timing(state, (struct instant){sql_get(q, 2)}, &deadline, r->now);
	bool received = sql_get(q, 3) > 0;
	bool excused = deadline.kind == DEADLINE_EXCUSED && !return_state_counts(state);
	if (slot == 0)
		return;
	r->lists = r->lists || sql_get(q, 4) > 0;
	count_one(&r->children[slot - 1].counts, state, timing, received, excused);
	count_one(&r->level->counts, state, timing, received, excused);
}

static enum err read_counts(struct reading *r)
{
	struct sql q;
	sql_open(&q, &r->o->db,
		PLACED " SELECT p.child, coalesce(s.state, 0), coalesce(s.first_submitted, 0),"
		       " coalesce(s.received, 0), coalesce(s.list, 0), " DEADLINE_COLUMNS
		       " FROM placed p LEFT JOIN returns s ON s.campaign = ?1 AND s.org = "
		       "p.org" DEADLINE_JOIN("p.org", "p.distance + ?4"));
	sql_str(&q, r->campaign);
	sql_str(&q, r->line);
	sql_int(&q, r->org);
	sql_int(&q, r->depth);
	while (sql_row(&q))
		count_row(r, &q);
	return sql_close(&q);
}

/* --- what they declared --- */

static enum err add_number(struct level_sum *sum, uint64_t number, bool listed)
{
	sum->units++;
	sum->listed_units += listed;
	if (__builtin_add_overflow(sum->sum, number, &sum->sum))
		return E_LIMIT;
	sum->listed_sum += listed ? number : 0;
	return E_OK;
}

/* Columns: child, field, number, has a list. */
static enum err add_row(struct reading *r, struct sql *q)
{
	size_t slot = r->slots[slot_of(r, sql_get(q, 0))];
	size_t row = form_find(r->form, sql_get_str(q, 1));
	uint64_t number = sql_get_count(q, 2);
	bool listed = sql_get(q, 3) != 0;
	if (slot == 0 || row == r->form->row_count || !r->form->rows[row].summed)
		return E_OK;
	TRY(add_number(&r->sums[(slot - 1) * r->form->row_count + row], number, listed));
	return add_number(&r->totals[row], number, listed);
}

static enum err read_sums(struct reading *r)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &r->o->db,
		PLACED
		" SELECT p.child, a.field, a.number, s.list > 0 AND EXISTS"
		" (SELECT 1 FROM return_listed l WHERE l.list = s.list AND l.field = a.field)"
		" FROM placed p CROSS JOIN returns s ON s.campaign = ?1 AND s.org = p.org"
		" AND s.state IN (2, 4)"
		" CROSS JOIN return_answer a ON a.id = s.id AND a.version = s.versions"
		" WHERE a.number IS NOT NULL");
	sql_str(&q, r->campaign);
	sql_str(&q, r->line);
	sql_int(&q, r->org);
	while (err == E_OK && sql_row(&q))
		err = add_row(r, &q);
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* Organisations with a tax code, each once over the whole level. */
static enum err read_distinct(struct reading *r)
{
	struct sql q;
	if (!r->lists)
		return E_OK;
	sql_open(&q, &r->o->db,
		PLACED " SELECT l.field, count(DISTINCT l.tax_code)"
		       " FROM placed p CROSS JOIN returns s ON s.campaign = ?1 AND s.org = p.org"
		       " AND s.state IN (2, 4)"
		       " CROSS JOIN return_listed l ON l.list = s.list GROUP BY l.field");
	sql_str(&q, r->campaign);
	sql_str(&q, r->line);
	sql_int(&q, r->org);
	while (sql_row(&q)) {
		size_t row = form_find(r->form, sql_get_str(&q, 0));
		if (row < r->form->row_count)
			r->totals[row].distinct = sql_get_count(&q, 1);
	}
	return sql_close(&q);
}

enum err level_read(struct office *o, struct str campaign, int64_t org,
	const struct return_form *form, int64_t form_version, struct instant now,
	struct arena *arena, struct level *ret_level)
{
	struct level level = {.org = org, .campaign = campaign, .form = form_version};
	struct reading r = {.o = o,
		.arena = arena,
		.campaign = campaign,
		.org = org,
		.form = form,
		.now = now,
		.today = day_column(instant_date(now)),
		.level = &level};
	TRY(return_line(o, campaign, &r.line));
	TRY(find_depth(&r));
	TRY(read_children(&r));
	TRY(read_counts(&r));
	TRY(read_sums(&r));
	TRY(read_distinct(&r));
	level.children = r.children;
	level.sums = r.totals;
	*ret_level = level;
	return E_OK;
}

/* --- how they stand, and nothing more --- */

/* Columns: org, state, first submitted, received, deadline. */
static void count_standing(struct reading *r, struct sql *q, struct level_standing *standing)
{
	enum return_state state = stored_state(sql_get(q, 1));
	struct deadline deadline = deadline_row(q, 4);
	enum return_timing timing =
		return_timing(state, (struct instant){sql_get(q, 2)}, &deadline, r->now);
	bool excused = deadline.kind == DEADLINE_EXCUSED && !return_state_counts(state);
	count_one(&standing->counts, state, timing, sql_get(q, 3) > 0, excused);
	standing->below_submitted += sql_get(q, 0) != r->org && state == RETURN_SUBMITTED;
	if (deadline.kind == DEADLINE_DAY && deadline.end.seconds > standing->last.end.seconds)
		standing->last = deadline;
}

enum err level_stand(struct office *o, struct str campaign, int64_t org, struct instant now,
	struct level_standing *ret_standing)
{
	struct sql q;
	struct level_standing standing = {.below_submitted = 0};
	struct reading r = {.o = o, .org = org, .now = now};
	TRY(return_line(o, campaign, &r.line));
	TRY(find_depth(&r));
	/* Each by the index that holds all that is asked: a country is looked through here whenever
	 * somebody comes to their first page. */
	sql_open(&q, &o->db,
		"SELECT a.below, coalesce(s.state, 0), coalesce(s.first_submitted, 0),"
		" coalesce(s.received, 0), " DEADLINE_COLUMNS
		" FROM org_above a INDEXED BY org_below LEFT JOIN returns s INDEXED BY "
		"returns_standing ON s.campaign = ?1 AND s.org = a.below" DEADLINE_JOIN(
			"a.below", "a.distance + ?4") " WHERE a.campaign = ?2 AND a.above = ?3"
						      " AND a.below > 0");
	sql_str(&q, campaign);
	sql_str(&q, r.line);
	sql_int(&q, org);
	sql_int(&q, r.depth);
	while (sql_row(&q))
		count_standing(&r, &q, &standing);
	TRY(sql_close(&q));
	*ret_standing = standing;
	return E_OK;
}

/* --- one by one --- */

bool level_choice_parse(struct str name, enum level_choice *ret_choice)
{
	static const struct str names[] = {
		[LEVEL_ALL] = STR_INIT("all"),
		[LEVEL_OVERDUE] = STR_INIT("overdue"),
		[LEVEL_LATE] = STR_INIT("late"),
		[LEVEL_UNOPENED] = STR_INIT("unopened"),
		[LEVEL_WAITING] = STR_INIT("waiting"),
		[LEVEL_SENT_BACK] = STR_INIT("sent-back"),
	};
	static_assert(sizeof(names) / sizeof(names[0]) == LEVEL_CHOICE__COUNT, "a name each");
	for (unsigned i = 0; i < LEVEL_CHOICE__COUNT; i++) {
		if (!str_equal(names[i], name))
			continue;
		*ret_choice = (enum level_choice)i;
		return true;
	}
	return false;
}

static bool chosen(enum level_choice choice, const struct level_unit *u)
{
	switch (choice) {
	case LEVEL_OVERDUE:
		return u->timing == TIMING_OVERDUE;
	case LEVEL_LATE:
		return u->timing == TIMING_LATE;
	case LEVEL_UNOPENED:
		return u->head.state == RETURN_NONE;
	case LEVEL_WAITING:
		return u->head.state == RETURN_SUBMITTED;
	case LEVEL_SENT_BACK:
		return u->head.state == RETURN_SENT_BACK;
	case LEVEL_ALL:
	case LEVEL_CHOICE__COUNT:
		break;
	}
	return true;
}

enum {
	UNIT_HEAD = 8,
	UNIT_DEADLINE = UNIT_HEAD + RETURN_COLUMN_COUNT
};

static struct level_unit unit_row(struct sql *q, struct str campaign, struct instant now)
{
	struct level_unit u = {
		.org = sql_get(q, 0),
		.superior = sql_get(q, 1),
		.depth = (unsigned)sql_get_count(q, 2),
		.code = sql_get_str(q, 3),
		.name = {sql_get_str(q, 4), sql_get_str(q, 5)},
		.superior_name = {sql_get_str(q, 6), sql_get_str(q, 7)},
		.head = return_row(q, UNIT_HEAD),
		.deadline = deadline_row(q, UNIT_DEADLINE),
	};
	u.head.campaign = campaign;
	u.head.org = u.org;
	u.timing = return_timing(u.head.state, u.head.first_submitted, &u.deadline, now);
	return u;
}

static enum err each_row(struct sql *q, struct str campaign, enum level_choice choice,
	struct instant now, level_unit_fn *fn, void *context)
{
	enum err err = E_OK;
	while (err == E_OK && sql_row(q)) {
		struct level_unit u = unit_row(q, campaign, now);
		bool excused =
			u.deadline.kind == DEADLINE_EXCUSED && !return_state_counts(u.head.state);
		if (!excused && chosen(choice, &u))
			err = fn(context, &u);
	}
	enum err closed = sql_close(q);
	return err == E_OK ? closed : err;
}

enum err level_each_unit(struct office *o, struct str campaign, int64_t org, bool direct,
	enum level_choice choice, struct instant now, level_unit_fn *fn, void *context)
{
	struct sql q;
	struct reading r = {.o = o, .org = org};
	struct day_column today = day_column(instant_date(now));
	TRY(return_line(o, campaign, &r.line));
	TRY(find_depth(&r));
	sql_open(&q, &o->db,
		"SELECT o.id, l.superior, a.distance, o.code, coalesce(v.name_vi, o.code),"
		" coalesce(v.name_en, ''), coalesce(w.name_vi, ''), coalesce(w.name_en, ''),"
		" " RETURN_COLUMNS ", " DEADLINE_COLUMNS
		" FROM org_above a JOIN org o ON o.id = a.below"
		" JOIN org_line l ON l.campaign = ?2 AND l.org = a.below"
		" LEFT JOIN returns r ON r.campaign = ?1 AND r.org = a.below" DEADLINE_JOIN(
			"a.below", "a.distance + ?5") NAME_JOIN("v", "o.id", "?6") NAME_JOIN("w",
			"l.superior", "?6") " WHERE a.campaign = ?2 AND a.above = "
					    "?3 AND (?4 = 0 OR a.distance = 1)"
					    " ORDER BY a.distance, name_key(v.name_vi), o.id");
	sql_str(&q, campaign);
	sql_str(&q, r.line);
	sql_int(&q, org);
	sql_int(&q, direct);
	sql_int(&q, r.depth);
	sql_str(&q, day_column_str(&today));
	return each_row(&q, campaign, choice, now, fn, context);
}
