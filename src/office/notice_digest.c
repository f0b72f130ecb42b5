/* SPDX-License-Identifier: Apache-2.0 */
/* What a day brings to coordinators: how it stands below them. All levels are counted in one pass
 * over the units of a campaign, by the rules of rollup.h. */
#include <stdio.h>
#include <stdlib.h>

#include "office/notice_parts.h"
#include "office/return_parts.h"
#include "office/rollup.h"

enum {
	LATE_SHOWN = 20,
	COUNTS_BYTES = 160,
	BATCH = 100,
	LEVELS = 64,
	SCRATCH_BYTES = 4 << 20,
	OPEN_DAYS = 28, /* after the last deadline returns are still waited for */
	WEEK = 7,
	SATURDAY = 5
};

/* One campaign in the mail of one coordinator. */
struct section {
	const struct notice_campaign *campaign;
	struct mail_digest digest;
	char counts[COUNTS_BYTES];
	struct section *next;
};

struct coordinator {
	int64_t account, org;
	struct str mail, name;
	enum lang lang;
	struct section *sections, **end;
	size_t section_count;
};

/* A unit of the line, and what stands at and below it. */
struct place {
	int64_t org, superior;
	struct level_counts counts;
	struct watch *watch; /* somebody gets a digest about it */
};
struct watch {
	struct str (*late)[LANG__COUNT];
	size_t late_shown;
	struct date next; /* deadline that comes next; year 0: none */
};

struct digesting {
	struct office *o;
	const struct notice_round *round;
	struct arena *arena;
	struct notice_tally *tally;
	struct coordinator *people;
	size_t people_count;
	struct place *places; /* by org */
	size_t place_count;
	bool open; /* returns of the campaign in hand are waited for */
};

/* --- coordinators --- */

static enum err count_people(struct digesting *g, size_t *ret_count)
{
	struct sql q;
	sql_open(&q, &g->o->db,
		"SELECT count(*) FROM account WHERE role = ? AND state = ? AND digest = 1");
	sql_int(&q, ROLE_COORDINATOR);
	sql_int(&q, ACCOUNT_ACTIVE);
	*ret_count = sql_row(&q) ? (size_t)sql_get_count(&q, 0) : 0;
	return sql_close(&q);
}

static enum err read_people(struct digesting *g)
{
	struct sql q;
	size_t room;
	TRY(count_people(g, &room));
	g->people = arena_alloc(g->arena, room + 1, sizeof(*g->people));
	if (!g->people)
		return E_NOMEM;
	sql_open(&q, &g->o->db,
		"SELECT id, org, mail, lang FROM account"
		" WHERE role = ? AND state = ? AND digest = 1 AND org IS NOT NULL ORDER BY id");
	sql_int(&q, ROLE_COORDINATOR);
	sql_int(&q, ACCOUNT_ACTIVE);
	while (g->people_count < room && sql_row(&q)) {
		struct coordinator *c = &g->people[g->people_count++];
		*c = (struct coordinator){.account = sql_get(&q, 0),
			.org = sql_get(&q, 1),
			.mail = arena_copy(g->arena, sql_get_str(&q, 2)),
			.lang = sql_get(&q, 3) == LANG_EN ? LANG_EN : LANG_VI};
		c->end = &c->sections;
	}
	return sql_close(&q);
}

/* --- counting --- */

static enum err read_places(struct digesting *g, struct str campaign)
{
	struct sql q;
	struct str line;
	size_t room = 0;
	TRY(return_line(g->o, campaign, &line));
	sql_open(&q, &g->o->db, "SELECT count(*) FROM org_line WHERE campaign = ?");
	sql_str(&q, line);
	if (sql_row(&q))
		room = (size_t)sql_get_count(&q, 0);
	TRY(sql_close(&q));
	g->place_count = 0;
	g->places = calloc(room + 1, sizeof(*g->places));
	if (!g->places)
		return E_NOMEM;
	sql_open(&q, &g->o->db,
		"SELECT org, superior FROM org_line WHERE campaign = ? ORDER BY org");
	sql_str(&q, line);
	while (g->place_count < room && sql_row(&q))
		g->places[g->place_count++] =
			(struct place){.org = sql_get(&q, 0), .superior = sql_get(&q, 1)};
	return sql_close(&q);
}

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	return (x->org > y->org) - (x->org < y->org);
}

static struct place *find_place(const struct digesting *g, int64_t org)
{
	const struct place wanted = {.org = org};
	return org == 0 ? NULL
			: bsearch(&wanted, g->places, g->place_count, sizeof(*g->places),
				  compare_places);
}

static enum err watch_places(struct digesting *g)
{
	for (size_t i = 0; i < g->people_count; i++) {
		struct place *p = find_place(g, g->people[i].org);
		if (!p || p->watch)
			continue;
		p->watch = arena_alloc(g->arena, 1, sizeof(*p->watch));
		if (p->watch)
			p->watch->late = arena_alloc(g->arena, LATE_SHOWN, sizeof(*p->watch->late));
		if (!p->watch || !p->watch->late)
			return E_NOMEM;
	}
	return E_OK;
}

static void count(struct level_counts *c, const struct level_unit *u)
{
	c->expected++;
	c->received += u->head.received.seconds > 0;
	c->on_time += u->timing == TIMING_ON_TIME;
	c->late += u->timing == TIMING_LATE;
	c->overdue += u->timing == TIMING_OVERDUE;
	c->submitted += u->head.state == RETURN_SUBMITTED;
	c->accepted += u->head.state == RETURN_ACCEPTED;
	c->sent_back += u->head.state == RETURN_SENT_BACK;
	c->draft += u->head.state == RETURN_DRAFT;
	c->unopened += u->head.state == RETURN_NONE;
}

static bool is_before(struct date a, struct date b)
{
	return date_instant(a).seconds < date_instant(b).seconds;
}

static void look(struct digesting *g, struct watch *w, const struct level_unit *u,
	const struct str name[LANG__COUNT])
{
	bool comes = u->deadline.kind == DEADLINE_DAY &&
		     is_before(g->round->today, u->deadline.day) &&
		     !return_state_counts(u->head.state);
	if (comes && (w->next.year == 0 || is_before(u->deadline.day, w->next)))
		w->next = u->deadline.day;
	if (u->timing != TIMING_OVERDUE || w->late_shown == LATE_SHOWN)
		return;
	w->late[w->late_shown][LANG_VI] = name[LANG_VI];
	w->late[w->late_shown++][LANG_EN] = name[LANG_EN];
}

/* Into what it is and all that it stands below. */
static enum err take_unit(void *context, const struct level_unit *u)
{
	struct digesting *g = context;
	struct str name[LANG__COUNT] = {STR(""), STR("")};
	struct place *p = find_place(g, u->org);
	if (u->timing == TIMING_OVERDUE) {
		name[LANG_VI] = arena_copy(g->arena, u->name[LANG_VI]);
		name[LANG_EN] = arena_copy(g->arena, u->name[LANG_EN]);
		if (!name[LANG_VI].data || !name[LANG_EN].data)
			return E_NOMEM;
	}
	for (int level = 0; p && level < LEVELS; level++) {
		count(&p->counts, u);
		if (p->watch)
			look(g, p->watch, u, name);
		p = find_place(g, p->superior);
	}
	return E_OK;
}

/* --- who is told what --- */

struct told {
	bool ever;
	struct date day;
	bool same; /* it stood as it stands now */
};

static enum err read_told(struct digesting *g, const struct coordinator *c, const struct section *s,
	struct told *ret_told)
{
	struct sql q;
	*ret_told = (struct told){.ever = false};
	sql_open(&q, &g->o->db,
		"SELECT day, counts FROM notice_digest WHERE account = ? AND campaign = ?");
	sql_int(&q, c->account);
	sql_str(&q, s->campaign->key);
	if (sql_row(&q))
		*ret_told = (struct told){true, day_column_read(sql_get_str(&q, 0)),
			str_equal(sql_get_str(&q, 1), str_from(s->counts))};
	return sql_close(&q);
}

/* While returns are waited for on each working day, else once a week; never the same again. What
 * stood still since before anybody was told is no news either. */
static bool is_news(const struct digesting *g, const struct told *told)
{
	int64_t days = (date_instant(g->round->today).seconds - date_instant(told->day).seconds) /
		       SECONDS_PER_DAY;
	if (told->same)
		return false;
	if (g->open)
		return date_weekday(g->round->today) < SATURDAY && (!told->ever || days > 0);
	return told->ever && days >= WEEK;
}

static void write_counts(struct section *s, const struct level_counts *c)
{
	snprintf(s->counts, sizeof(s->counts), "%llu %llu %llu %llu %llu %llu %llu",
		(unsigned long long)c->expected, (unsigned long long)level_reported(c),
		(unsigned long long)c->submitted, (unsigned long long)c->accepted,
		(unsigned long long)c->sent_back, (unsigned long long)c->unopened,
		(unsigned long long)c->overdue);
}

static enum err fill_digest(
	struct digesting *g, const struct coordinator *c, const struct place *p, struct section *s)
{
	struct str *late = arena_alloc(g->arena, LATE_SHOWN, sizeof(*late));
	if (!late)
		return E_NOMEM;
	for (size_t i = 0; i < p->watch->late_shown; i++)
		late[i] = notice_name(p->watch->late[i], c->lang, STR("–"));
	s->digest = (struct mail_digest){.deadline = p->watch->next,
		.units = p->counts.expected,
		.reported = level_reported(&p->counts),
		.waiting = p->counts.submitted,
		.unopened = p->counts.unopened,
		.late = late,
		.late_shown = p->watch->late_shown,
		.late_count = p->counts.overdue};
	return E_OK;
}

static enum err consider(
	struct digesting *g, struct coordinator *c, const struct notice_campaign *campaign)
{
	struct told told;
	const struct place *p = find_place(g, c->org);
	if (!p || p->counts.expected == 0)
		return E_OK;
	struct section *s = arena_alloc(g->arena, 1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	*s = (struct section){.campaign = campaign};
	write_counts(s, &p->counts);
	TRY(read_told(g, c, s, &told));
	if (!is_news(g, &told))
		return E_OK;
	TRY(fill_digest(g, c, p, s));
	*c->end = s;
	c->end = &s->next;
	c->section_count++;
	return E_OK;
}

static enum err find_open(struct digesting *g, struct str campaign)
{
	struct sql q;
	struct date last = {0};
	sql_open(&q, &g->o->db,
		"SELECT coalesce(max(day), '') FROM deadline WHERE campaign = ? AND kind = ?");
	sql_str(&q, campaign);
	sql_int(&q, DEADLINE_DAY);
	if (sql_row(&q))
		last = day_column_read(sql_get_str(&q, 0));
	TRY(sql_close(&q));
	g->open = last.year > 0 && date_instant(g->round->today).seconds <=
					   date_instant(last).seconds + OPEN_DAYS * SECONDS_PER_DAY;
	return E_OK;
}

static enum err digest_campaign(struct digesting *g, const struct notice_campaign *campaign)
{
	TRY(find_open(g, campaign->key));
	enum err err = read_places(g, campaign->key);
	if (err == E_OK)
		err = watch_places(g);
	if (err == E_OK)
		err = level_each_unit(
			g->o, campaign->key, 0, false, LEVEL_ALL, g->round->now, take_unit, g);
	for (size_t i = 0; err == E_OK && i < g->people_count; i++)
		err = consider(g, &g->people[i], campaign);
	free(g->places);
	g->places = NULL;
	return err;
}

/* --- the mail --- */

static enum err find_name(struct digesting *g, const struct coordinator *c, struct str *ret_name)
{
	struct sql q;
	struct str name[LANG__COUNT] = {STR(""), STR("")};
	sql_open(&q, &g->o->db,
		"SELECT name_vi, name_en FROM org_version WHERE org = ? ORDER BY since DESC LIMIT "
		"1");
	sql_int(&q, c->org);
	if (sql_row(&q)) {
		name[LANG_VI] = arena_copy(g->arena, sql_get_str(&q, 0));
		name[LANG_EN] = arena_copy(g->arena, sql_get_str(&q, 1));
	}
	TRY(sql_close(&q));
	*ret_name = notice_name(name, c->lang, STR("–"));
	return E_OK;
}

static enum err note_told(struct digesting *g, const struct coordinator *c)
{
	struct day_column today = day_column(g->round->today);
	for (const struct section *s = c->sections; s; s = s->next) {
		struct sql q;
		sql_open(&q, &g->o->db,
			"INSERT INTO notice_digest (account, campaign, day, counts)"
			" VALUES (?1, ?2, ?3, ?4) ON CONFLICT (account, campaign) DO UPDATE SET"
			" day = ?3, counts = ?4");
		sql_int(&q, c->account);
		sql_str(&q, s->campaign->key);
		sql_str(&q, day_column_str(&today));
		sql_str(&q, str_from(s->counts));
		TRY(sql_run(&q));
	}
	return E_OK;
}

static enum err compose(
	struct digesting *g, const struct coordinator *c, struct str name, struct mail_text *text)
{
	struct problem problem;
	size_t i = 0;
	struct mail_frame *frames = arena_alloc(g->arena, c->section_count, sizeof(*frames));
	struct mail_digest *digests = arena_alloc(g->arena, c->section_count, sizeof(*digests));
	const struct notice_house *house = g->round->house;
	if (!frames || !digests)
		return E_NOMEM;
	for (const struct section *s = c->sections; s; s = s->next, i++) {
		digests[i] = s->digest;
		frames[i] = (struct mail_frame){.lang = c->lang,
			.service = house->service[c->lang],
			.campaign = notice_name(s->campaign->name, c->lang, s->campaign->key),
			.unit = name};
		TRY(notice_address(house, c->lang, s->campaign->key, "/roll-up/", c->org, g->arena,
			&frames[i].link));
		TRY(notice_contact_above(
			g->o, house, s->campaign->key, c->org, g->arena, &frames[i].contact));
	}
	return c->section_count == 1
		       ? mail_digest(frames, digests, text, &problem)
		       : mail_digests(frames, digests, c->section_count, text, &problem);
}

static enum err put(struct digesting *g, const struct coordinator *c, struct str name)
{
	struct mail_text text;
	char about[64];
	struct date today = g->round->today;
	snprintf(about, sizeof(about), "%04d-%02d-%02d", today.year, today.month, today.day);
	mail_text_init(&text);
	enum err err = compose(g, c, name, &text);
	if (err == E_OK) {
		const struct notice_mail mail = {
			.kind = c->section_count == 1 ? MAIL_DIGEST : MAIL_DIGESTS,
			.recipient = c->mail,
			.lang = c->lang,
			.about = str_from(about),
			.text = &text};
		err = notice_put(g->o, g->round->house, &mail, g->round->now, NULL);
	}
	mail_text_release(&text);
	return err == E_SYNTAX || err == E_LIMIT ? E_OK : err;
}

static enum err tell(struct digesting *g, const struct coordinator *c)
{
	struct str name;
	TRY(find_name(g, c, &name));
	if (!g->round->dry) {
		TRY(note_told(g, c));
		TRY(put(g, c, name));
	}
	const struct notice notice = {.kind = NOTICE_DIGEST,
		.recipient = c->mail,
		.lang = c->lang,
		.returns = c->section_count,
		.campaign = c->sections->campaign->key,
		.org = c->org,
		.unit = name,
		.deadline = c->sections->digest.deadline};
	g->tally->mails++;
	return g->round->tell ? g->round->tell(g->round->context, &notice) : E_OK;
}

static enum err tell_batch(struct digesting *g, size_t *at)
{
	enum err err = E_OK;
	for (size_t i = 0; err == E_OK && i < BATCH && *at < g->people_count; i++, ++*at)
		if (g->people[*at].section_count > 0)
			err = tell(g, &g->people[*at]);
	return err;
}

enum err notice_digests(struct office *o, const struct notice_round *round, struct arena *arena,
	struct notice_tally *tally)
{
	struct digesting g = {.o = o, .round = round, .arena = arena, .tally = tally};
	size_t at = 0;
	TRY(read_people(&g));
	if (g.people_count == 0)
		return E_OK;
	for (size_t i = 0; i < round->campaign_count; i++)
		TRY(digest_campaign(&g, &round->campaigns[i]));
	while (at < g.people_count) {
		if (!round->dry)
			TRY(office_begin(o));
		enum err err = tell_batch(&g, &at);
		TRY(round->dry ? err : office_end(o, err));
	}
	return E_OK;
}
