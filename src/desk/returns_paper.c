/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/returns_paper.h"

#include "office/form.h"
#include "office/org.h"
#include "report/official_place.h"
#include "report/return_document.h"

enum {
	PLACE_BYTES = 1 << 10
};

/* Whoever signs fills in by hand what nobody knows. */
static const char dots[] = "……………………………………";

struct making {
	struct office *o;
	const struct returns_paper *paper;
	struct arena *arena;
	struct return_form form;
	int64_t form_version;
	struct level level;
	struct level earlier; /* child_count 0: none */
	struct rollup rollup;
	struct official official;
	size_t late_room, unopened_room;
	struct rollup_late *late;
	struct rollup_unopened *unopened;
};

struct str returns_name(const struct str name[LANG__COUNT], enum lang lang)
{
	return name[lang].size > 0 ? name[lang] : name[LANG_VI];
}

static struct str campaign_name(const struct returns_paper *paper)
{
	struct str name = returns_name(paper->plan->campaign.name, paper->lang);
	return name.size > 0 ? name : paper->plan->campaign.key;
}

/* --- who asks --- */

struct organiser {
	struct arena *arena;
	struct str name[LANG__COUNT];
	bool failed;
};

static void take_setting(void *context, struct str name, struct str value)
{
	static const struct str names[LANG__COUNT] = {
		[LANG_VI] = STR_INIT("organiser-vi"), [LANG_EN] = STR_INIT("organiser-en")};
	struct organiser *o = context;
	for (enum lang lang = 0; lang < LANG__COUNT; lang++) {
		if (!str_equal(name, names[lang]))
			continue;
		o->name[lang] = arena_copy(o->arena, value);
		o->failed = o->failed || !o->name[lang].data;
	}
}

enum err returns_organiser(
	struct store *store, enum lang lang, struct arena *arena, struct str *ret_name)
{
	struct organiser o = {.arena = arena, .name = {STR(""), STR("")}};
	TRY(store_each_setting(store, take_setting, &o));
	if (o.failed)
		return E_NOMEM;
	*ret_name =
		o.name[lang].size > 0 ? o.name[lang] : o.name[lang == LANG_VI ? LANG_EN : LANG_VI];
	return E_OK;
}

/* --- what an office puts around it --- */

static enum err name_of(struct making *m, int64_t org, struct str *ret_name)
{
	struct org found;
	enum err err = org_find(m->o, org, m->paper->today, m->arena, &found);
	if (err == E_OK)
		*ret_name = returns_name(found.name, m->paper->lang);
	return err;
}

/* As its own name tells, else that of the nearest above it that does. */
static enum err find_place(struct making *m, struct str line, int64_t org)
{
	enum err err = E_OK;
	struct writer w;
	writer_init(&w, PLACE_BYTES);
	while (err == E_OK && org > 0 && w.size == 0) {
		struct org found;
		err = org_find(m->o, org, m->paper->today, m->arena, &found);
		if (err == E_OK && !official_write_place_of(&w, found.name[LANG_VI]))
			err = line_superior(m->o, line, org, &org);
	}
	if (err == E_OK || err == E_NOTFOUND)
		err = writer_end(&w);
	if (err == E_OK)
		m->official.place = arena_copy(m->arena, writer_view_str(&w));
	writer_release(&w);
	return err == E_OK && !m->official.place.data ? E_NOMEM : err;
}

/* The superior in the campaign's line; of who has none, whoever holds the campaigns. */
static enum err find_recipient(
	struct making *m, struct str line, int64_t org, struct str *ret_recipient)
{
	struct official *d = &m->official;
	int64_t superior = 0;
	enum err err = org > 0 ? line_superior(m->o, line, org, &superior) : E_NOTFOUND;
	if (err != E_OK && err != E_NOTFOUND)
		return err;
	if (err == E_OK && superior > 0) {
		TRY(name_of(m, superior, &d->superior));
		*ret_recipient = d->superior;
	} else if (m->paper->organiser.size > 0 && !str_equal(m->paper->organiser, d->body)) {
		*ret_recipient = m->paper->organiser;
	} else {
		*ret_recipient = str_from(dots);
	}
	return E_OK;
}

static void sign(struct official *d)
{
	d->position = text(d->lang, MESSAGE_RETURNS_POSITION);
	d->sign_here = text(d->lang, MESSAGE_RETURNS_SIGN_HERE);
}

static enum err frame(struct making *m, int64_t org)
{
	struct official *d = &m->official;
	struct str line;
	struct str *recipients = arena_alloc(m->arena, 1, sizeof(*recipients));
	struct str *copies = arena_alloc(m->arena, 2, sizeof(*copies));
	if (!recipients || !copies)
		return E_NOMEM;
	d->lang = m->paper->lang;
	d->date = (struct date){m->paper->today.year, m->paper->today.month, 0};
	d->made = m->paper->now;
	if (str_equal(m->paper->plan->campaign.country, STR("VN"))) {
		d->country = text(d->lang, MESSAGE_RETURNS_COUNTRY);
		d->motto = text(d->lang, MESSAGE_RETURNS_MOTTO);
	}
	if (org > 0)
		TRY(name_of(m, org, &d->body));
	else
		d->body = m->paper->organiser.size > 0 ? m->paper->organiser : str_from(dots);
	TRY(return_line(m->o, m->paper->plan->campaign.key, &line));
	TRY(find_place(m, line, org));
	TRY(find_recipient(m, line, org, recipients));
	copies[0] = text(d->lang, MESSAGE_RETURNS_AS_ABOVE);
	copies[1] = text(d->lang, MESSAGE_RETURNS_FILE_COPY);
	d->recipients = recipients;
	d->recipient_count = 1;
	d->copies = copies;
	d->copy_count = 2;
	sign(d);
	return E_OK;
}

/* --- one return --- */

static struct str choice_label(
	const struct form_row *row, const struct answer *answer, enum lang lang)
{
	for (size_t i = 0; i < row->choice_count; i++)
		if (str_equal(row->choices[i].key, answer->value))
			return row->choices[i].label[lang];
	return answer->value;
}

static enum err fill_rows(
	struct making *m, const struct return_content *content, struct unit_return *ret)
{
	enum lang lang = m->paper->lang;
	struct return_row *rows = arena_alloc(m->arena, m->form.row_count + 1, sizeof(*rows));
	if (!rows)
		return E_NOMEM;
	for (size_t i = 0; i < m->form.row_count; i++) {
		const struct form_row *row = &m->form.rows[i];
		const struct answer *answer = &content->answers[i];
		if (row->type == ROW_TEXT) {
			if (ret->assessment.size == 0)
				ret->assessment = answer->value;
			continue;
		}
		struct return_row *to = &rows[ret->row_count++];
		*to = (struct return_row){.label = row->label[lang], .note = answer->note};
		to->declared.known =
			row->type == ROW_NUMBER && answer_number(answer, &to->declared.count);
		if (row->type != ROW_NUMBER && answer->note.size == 0)
			to->note = choice_label(row, answer, lang);
	}
	ret->rows = rows;
	return E_OK;
}

enum err returns_paper_return(struct office *o, const struct returns_paper *paper, int64_t org,
	int64_t version, struct arena *arena, struct official *ret_official)
{
	struct making m = {.o = o, .paper = paper, .arena = arena};
	struct return_head head;
	struct return_content content;
	struct unit_return r = {.campaign = campaign_name(paper)};
	TRY(return_find(o, paper->plan->campaign.key, org, arena, &head));
	TRY(return_load(o, &head, version, arena, &content));
	TRY(form_load(o, head.campaign, content.form, arena, &m.form, &m.form_version));
	TRY(frame(&m, org));
	TRY(fill_rows(&m, &content, &r));
	r.unit = m.official.body;
	m.official.number = content.paper.number;
	m.official.symbol = content.paper.symbol;
	m.official.signer = content.paper.signer;
	if (content.paper.day.year > 0)
		m.official.date = content.paper.day;
	TRY(return_document(&r, arena, &m.official));
	*ret_official = m.official;
	return E_OK;
}

/* --- a level --- */

static struct declared distinct_of(const struct level_sum *sum)
{
	bool all = sum->units > 0 && sum->listed_units == sum->units;
	return (struct declared){all, all ? sum->distinct : 0};
}

static enum err sum_rows(struct making *m)
{
	struct rollup_row *rows = arena_alloc(m->arena, m->form.row_count + 1, sizeof(*rows));
	if (!rows)
		return E_NOMEM;
	for (size_t i = 0; i < m->form.row_count; i++) {
		const struct level_sum *sum = &m->level.sums[i];
		if (!m->form.rows[i].summed)
			continue;
		struct rollup_row *row = &rows[m->rollup.row_count++];
		*row = (struct rollup_row){
			.label = m->form.rows[i].label[m->paper->lang],
			.sum = sum->sum,
			.units = sum->units,
			.distinct = distinct_of(sum),
		};
		if (m->earlier.child_count > 0 && m->earlier.sums[i].units > 0) {
			row->earlier = (struct declared){true, m->earlier.sums[i].sum};
			row->earlier_units = m->earlier.sums[i].units;
		}
	}
	m->rollup.rows = rows;
	return E_OK;
}

static enum err fill_children(struct making *m)
{
	size_t count = m->level.child_count;
	size_t rows = m->form.row_count;
	struct rollup_child *children = arena_alloc(m->arena, count + 1, sizeof(*children));
	struct declared *sums = arena_alloc(m->arena, (count + 1) * (rows + 1), sizeof(*sums));
	if (!children || !sums)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct level_child *c = &m->level.children[i];
		children[i] = (struct rollup_child){
			.name = returns_name(c->name, m->paper->lang),
			.units = level_reported(&c->counts),
			.expected = c->counts.expected,
			.sums = sums,
		};
		for (size_t k = 0; k < rows; k++)
			if (m->form.rows[k].summed)
				*sums++ = (struct declared){c->sums[k].units > 0, c->sums[k].sum};
	}
	m->rollup.children = children;
	m->rollup.child_count = count;
	return E_OK;
}

static enum err keep_name(struct making *m, const struct level_unit *u, struct str *ret_name,
	struct str *ret_superior)
{
	*ret_name = arena_copy(m->arena, returns_name(u->name, m->paper->lang));
	*ret_superior = arena_copy(m->arena, returns_name(u->superior_name, m->paper->lang));
	return ret_name->data && ret_superior->data ? E_OK : E_NOMEM;
}

static struct date local_date(const struct zone *zone, struct instant t)
{
	return instant_date((struct instant){t.seconds + zone_offset(zone, t)});
}

static enum err take_unit(void *context, const struct level_unit *u)
{
	struct making *m = context;
	struct rollup *r = &m->rollup;
	if (u->head.state == RETURN_NONE && r->unopened_count < m->unopened_room) {
		struct rollup_unopened *row = &m->unopened[r->unopened_count++];
		return keep_name(m, u, &row->name, &row->superior);
	}
	bool late = u->timing == TIMING_LATE || u->timing == TIMING_OVERDUE;
	if (u->head.state == RETURN_NONE || !late || r->late_count == m->late_room)
		return E_OK;
	struct rollup_late *row = &m->late[r->late_count++];
	if (u->timing == TIMING_LATE)
		row->submitted = local_date(m->paper->zone, u->head.first_submitted);
	return keep_name(m, u, &row->name, &row->superior);
}

static enum err fill_units(struct making *m, int64_t org)
{
	const struct level_counts *c = &m->level.counts;
	m->late_room = (size_t)(c->late + c->draft + c->sent_back);
	m->unopened_room = (size_t)c->unopened;
	m->late = arena_alloc(m->arena, m->late_room + 1, sizeof(*m->late));
	m->unopened = arena_alloc(m->arena, m->unopened_room + 1, sizeof(*m->unopened));
	if (!m->late || !m->unopened)
		return E_NOMEM;
	TRY(level_each_unit(m->o, m->paper->plan->campaign.key, org, false, LEVEL_ALL,
		m->paper->now, take_unit, m));
	m->rollup.late = m->late;
	m->rollup.unopened = m->unopened;
	return E_OK;
}

/* What the level itself wrote in its own return. */
static enum err fill_assessment(struct making *m, int64_t org)
{
	struct return_head head;
	struct return_content content;
	enum err err = return_find(m->o, m->paper->plan->campaign.key, org, m->arena, &head);
	if (err == E_NOTFOUND)
		return E_OK;
	TRY(err);
	TRY(return_load(m->o, &head, 0, m->arena, &content));
	for (size_t i = 0; i < m->form.row_count && i < content.answer_count; i++)
		if (m->form.rows[i].type == ROW_TEXT && m->rollup.assessment.size == 0)
			m->rollup.assessment = content.answers[i].value;
	return E_OK;
}

enum err returns_level_before(struct office *o, const struct plan *plan, int64_t org,
	const struct return_form *form, int64_t form_version, struct instant now,
	struct arena *arena, struct level *ret_level)
{
	struct level level = {.child_count = 0};
	if (plan->earlier.size > 0) {
		enum err err =
			level_read(o, plan->earlier, org, form, form_version, now, arena, &level);
		if (err != E_OK && err != E_NOTFOUND)
			return err;
		if (err == E_NOTFOUND || level_reported(&level.counts) == 0)
			level.child_count = 0;
	}
	*ret_level = level;
	return E_OK;
}

static enum err fill_earlier(struct making *m, int64_t org)
{
	const struct plan *plan = m->paper->plan;
	TRY(returns_level_before(
		m->o, plan, org, &m->form, m->form_version, m->paper->now, m->arena, &m->earlier));
	if (m->earlier.child_count == 0)
		return E_OK;
	m->rollup.earlier_campaign = plan->earlier;
	m->rollup.earlier_units = level_reported(&m->earlier.counts);
	m->rollup.earlier_expected = m->earlier.counts.expected;
	return E_OK;
}

static void fill_states(struct making *m)
{
	const struct level_counts *c = &m->level.counts;
	m->rollup.by_state[ROLLUP_ON_TIME] = c->on_time;
	m->rollup.by_state[ROLLUP_LATE] = c->late;
	m->rollup.by_state[ROLLUP_OPENED] = c->draft + c->sent_back;
	m->rollup.by_state[ROLLUP_UNOPENED] = c->unopened;
}

enum err returns_paper_level(struct office *o, const struct returns_paper *paper, int64_t org,
	struct arena *arena, struct official *ret_official)
{
	struct making m = {.o = o, .paper = paper, .arena = arena};
	struct str campaign = paper->plan->campaign.key;
	struct deadline deadline = {.kind = DEADLINE_NONE};
	TRY(form_load(o, campaign, -1, arena, &m.form, &m.form_version));
	TRY(level_read(o, campaign, org, &m.form, m.form_version, paper->now, arena, &m.level));
	TRY(frame(&m, org));
	m.rollup.campaign = campaign_name(paper);
	m.rollup.unit = m.official.body;
	m.rollup.as_of = paper->today;
	if (org > 0)
		TRY(deadline_find(o, campaign, org, &deadline));
	m.rollup.deadline = deadline.kind == DEADLINE_DAY ? deadline.day : (struct date){0, 0, 0};
	fill_states(&m);
	TRY(fill_earlier(&m, org));
	TRY(sum_rows(&m));
	TRY(fill_children(&m));
	TRY(fill_units(&m, org));
	TRY(fill_assessment(&m, org));
	TRY(rollup_document(&m.rollup, arena, &m.official));
	*ret_official = m.official;
	return E_OK;
}
