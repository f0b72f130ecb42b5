/* SPDX-License-Identifier: Apache-2.0 */
/* What a day brings: reminders of returns that are due. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "office/notice_parts.h"
#include "office/return_parts.h"
#include "office/rollup.h"
#include "office/setting.h"

enum {
	OCCASION_BYTES = 40,
	BATCH = 200, /* mails of one transaction: nobody waits long for it */
	ABOUT_BYTES = 64 << 10,
	SCRATCH_BYTES = 4 << 20,
	FIRST_ROOM = 256
};

static_assert(NOTICE_KIND__COUNT == 3, "every kind has a name below");

struct str notice_kind_name(enum notice_kind kind)
{
	static const struct str names[] = {
		STR_INIT("before"), STR_INIT("after"), STR_INIT("digest")};
	return names[kind];
}

/* A return that is to be reminded of, and one that somebody is to get a mail about. */
struct due {
	const struct notice_campaign *campaign;
	int64_t org;
	struct str code, name[LANG__COUNT];
	struct deadline deadline;
	bool late;
	char occasion[OCCASION_BYTES];
};
struct errand {
	struct notice_person to;
	size_t due;
};

struct day {
	struct office *o;
	const struct notice_round *round;
	struct arena *arena;
	struct settings settings;
	struct notice_tally *tally;
	const struct notice_campaign *campaign; /* that is being looked through */
	struct due *dues;
	size_t due_count, due_room;
	struct errand *errands;
	size_t errand_count, errand_room;
	struct arena scratch; /* of one mail */
};

static enum err grow(void **list, size_t *room, size_t count, size_t size)
{
	size_t bytes;
	if (count < *room)
		return E_OK;
	size_t wanted = *room ? 2 * *room : FIRST_ROOM;
	if (!checked_multiply(wanted, size, &bytes))
		return E_LIMIT;
	void *bigger = realloc(*list, bytes);
	if (!bigger)
		return E_NOMEM;
	*list = bigger;
	*room = wanted;
	return E_OK;
}

/* --- which returns --- */

static int64_t days_between(struct date from, struct date to)
{
	return (date_instant(to).seconds - date_instant(from).seconds) / SECONDS_PER_DAY;
}

/* Days before the deadline by which one is reminded, the nearest that has come; 0: none has. So a
 * day on which nothing ran is made good on the next. */
static int64_t step_before(const struct settings *s, int64_t left)
{
	int64_t first = s->of[SETTING_REMIND_BEFORE_FIRST];
	int64_t last = s->of[SETTING_REMIND_BEFORE_LAST];
	int64_t near = first < last ? first : last;
	int64_t far = first < last ? last : first;
	return left <= near ? near : left <= far ? far : 0;
}

/* Which of the reminders after the deadline is the last that has come, from 1; 0: none, or all have
 * been. */
static int64_t step_after(const struct settings *s, int64_t past)
{
	int64_t first = s->of[SETTING_REMIND_AFTER_FIRST];
	if (first == 0 || past < first)
		return 0;
	int64_t step = (past - first) / s->of[SETTING_REMIND_AFTER_EVERY] + 1;
	return step <= s->of[SETTING_REMIND_AFTER_MOST] ? step : 0;
}

static bool find_occasion(const struct day *d, struct due *due)
{
	struct date day = due->deadline.day;
	int64_t left = days_between(d->round->today, day);
	int64_t step = left > 0 ? step_before(&d->settings, left) : step_after(&d->settings, -left);
	due->late = left <= 0;
	snprintf(due->occasion, sizeof(due->occasion), "%04d-%02d-%02d %s %lld", day.year,
		day.month, day.day, due->late ? "after" : "before", (long long)step);
	return step > 0;
}

static enum err keep_due(struct day *d, const struct level_unit *unit, struct due *due)
{
	void *list = d->dues;
	struct str *texts[] = {&due->code, &due->name[LANG_VI], &due->name[LANG_EN]};
	due->code = unit->code;
	due->name[LANG_VI] = unit->name[LANG_VI];
	due->name[LANG_EN] = unit->name[LANG_EN];
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i] = arena_copy(d->arena, *texts[i]);
		if (!texts[i]->data)
			return E_NOMEM;
	}
	TRY(grow(&list, &d->due_room, d->due_count, sizeof(*d->dues)));
	d->dues = list;
	d->dues[d->due_count++] = *due;
	return E_OK;
}

/* Who has submitted once and was sent back knows: they were told with the reason. */
static enum err take_unit(void *context, const struct level_unit *unit)
{
	struct day *d = context;
	struct due due = {.campaign = d->campaign, .org = unit->org, .deadline = unit->deadline};
	bool silent = unit->head.state == RETURN_NONE || unit->head.state == RETURN_DRAFT;
	if (!silent || unit->head.first_submitted.seconds > 0 ||
		unit->deadline.kind != DEADLINE_DAY || !find_occasion(d, &due))
		return E_OK;
	return keep_due(d, unit, &due);
}

/* Campaigns whose deadlines are all long past, or far ahead, are not even looked through. */
static enum err may_be_due(struct day *d, const struct notice_campaign *campaign, bool *ret_may)
{
	struct sql q;
	struct date first = {0}, last = {0};
	const struct settings *s = &d->settings;
	sql_open(&q, &d->o->db,
		"SELECT coalesce(min(day), ''), coalesce(max(day), '') FROM deadline"
		" WHERE campaign = ? AND kind = ?");
	sql_str(&q, campaign->key);
	sql_int(&q, DEADLINE_DAY);
	if (sql_row(&q)) {
		first = day_column_read(sql_get_str(&q, 0));
		last = day_column_read(sql_get_str(&q, 1));
	}
	TRY(sql_close(&q));
	*ret_may = first.year > 0 &&
		   (step_before(s, days_between(d->round->today, first)) > 0 ||
			   days_between(d->round->today, first) <= 0) &&
		   days_between(last, d->round->today) <
			   s->of[SETTING_REMIND_AFTER_FIRST] +
				   s->of[SETTING_REMIND_AFTER_EVERY] *
					   s->of[SETTING_REMIND_AFTER_MOST] +
				   1;
	return E_OK;
}

static enum err find_dues(struct day *d)
{
	for (size_t i = 0; i < d->round->campaign_count; i++) {
		bool may;
		d->campaign = &d->round->campaigns[i];
		TRY(may_be_due(d, d->campaign, &may));
		if (may)
			TRY(level_each_unit(d->o, d->campaign->key, 0, false, LEVEL_ALL,
				d->round->now, take_unit, d));
	}
	return E_OK;
}

/* --- to whom --- */

static enum err add_errands(struct day *d, size_t due)
{
	struct notice_person people[NOTICE_PEOPLE];
	size_t count;
	TRY(notice_people(
		d->o, d->dues[due].campaign->key, d->dues[due].org, d->arena, people, &count));
	d->tally->unreached += count == 0;
	for (size_t i = 0; i < count; i++) {
		void *list = d->errands;
		TRY(grow(&list, &d->errand_room, d->errand_count, sizeof(*d->errands)));
		d->errands = list;
		d->errands[d->errand_count++] = (struct errand){people[i], due};
	}
	return E_OK;
}

/* A person's together; within one in the order in which they were found. */
static int compare_errands(const void *a, const void *b)
{
	const struct errand *x = a, *y = b;
	int by_mail = str_compare(x->to.mail, y->to.mail);
	return by_mail ? by_mail : (x->due > y->due) - (x->due < y->due);
}

static size_t same_person(const struct day *d, size_t from)
{
	size_t end = from + 1;
	while (end < d->errand_count &&
		str_equal(d->errands[end].to.mail, d->errands[from].to.mail))
		end++;
	return end;
}

/* --- one mail --- */

/* Notes it, within the transaction, where it is still to be done: nobody was told of that occasion,
 * and nothing has been submitted since it was found. */
static enum err claim(struct day *d, const struct errand *e, bool *ret_mine)
{
	struct sql q;
	const struct due *due = &d->dues[e->due];
	sql_open(&q, &d->o->db,
		d->round->dry
			? "SELECT 1 WHERE ?5 >= 0 AND NOT EXISTS (SELECT 1 FROM notice_done"
			  " WHERE campaign = ?1 AND org = ?2 AND occasion = ?3 AND recipient = ?4)"
			: "INSERT INTO notice_done (campaign, org, occasion, recipient, at)"
			  " SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM returns"
			  " WHERE campaign = ?1 AND org = ?2 AND first_submitted > 0)"
			  " ON CONFLICT DO NOTHING");
	sql_str(&q, due->campaign->key);
	sql_int(&q, due->org);
	sql_str(&q, str_from(due->occasion));
	sql_str(&q, e->to.mail);
	sql_int(&q, d->round->now.seconds);
	if (d->round->dry) {
		*ret_mine = sql_row(&q);
		return sql_close(&q);
	}
	TRY(sql_run(&q));
	*ret_mine = database_changes(&d->o->db) > 0;
	return E_OK;
}

struct reminder {
	const struct notice_person *to;
	struct mail_due *dues;
	const struct due **of;
	size_t count;
	bool late;
	struct instant until;
	struct writer about;
};

static enum err add_line(struct day *d, struct reminder *r, const struct due *due)
{
	enum lang lang = r->to->lang;
	struct mail_due *line = &r->dues[r->count];
	*line = (struct mail_due){
		.campaign = notice_name(due->campaign->name, lang, due->campaign->key),
		.unit = notice_name(due->name, lang, due->code),
		.deadline = due->deadline.day,
		.late = due->late};
	TRY(notice_address(d->round->house, lang, due->campaign->key, "/returns/", due->org,
		&d->scratch, &line->link));
	r->of[r->count++] = due;
	r->late = r->late || due->late;
	if (due->deadline.end.seconds > r->until.seconds)
		r->until = due->deadline.end;
	writer_str(&r->about, due->campaign->key);
	writer_char(&r->about, ' ');
	writer_decimal(&r->about, (uint64_t)due->org);
	writer_char(&r->about, ' ');
	writer_text(&r->about, due->occasion);
	writer_char(&r->about, '\n');
	return E_OK;
}

static enum err compose(struct day *d, const struct reminder *r, struct mail_text *text)
{
	struct problem problem;
	const struct mail_due *only = &r->dues[0];
	enum lang lang = r->to->lang;
	struct mail_frame frame = {.lang = lang,
		.service = d->round->house->service[lang],
		.campaign = only->campaign,
		.unit = only->unit,
		.link = only->link};
	TRY(notice_contact_above(d->o, d->round->house, r->of[0]->campaign->key, r->of[0]->org,
		&d->scratch, &frame.contact));
	if (r->count > 1)
		return mail_reminders(&frame, r->dues, r->count, text, &problem);
	return only->late ? mail_reminder_after(&frame, only->deadline, text, &problem)
			  : mail_reminder_before(&frame, only->deadline, text, &problem);
}

static enum err put(struct day *d, const struct reminder *r, bool *ret_added)
{
	struct mail_text text;
	TRY(writer_end(&r->about));
	mail_text_init(&text);
	enum err err = compose(d, r, &text);
	if (err == E_OK) {
		const struct notice_mail mail = {.kind = r->count > 1 ? MAIL_REMINDERS
							 : r->late    ? MAIL_REMINDER_AFTER
								      : MAIL_REMINDER_BEFORE,
			.recipient = r->to->mail,
			.lang = r->to->lang,
			.about = writer_view_str(&r->about),
			.text = &text,
			/* A reminder of what is past has no end of its own. */
			.until = r->late ? (struct instant){0} : r->until};
		err = notice_put(d->o, d->round->house, &mail, d->round->now, ret_added);
	}
	mail_text_release(&text);
	/* A name that no mail can hold costs its own mail, not those of all others. */
	return err == E_SYNTAX || err == E_LIMIT ? E_OK : err;
}

static enum err tell(struct day *d, const struct reminder *r)
{
	const struct notice notice = {.kind = r->late ? NOTICE_AFTER : NOTICE_BEFORE,
		.recipient = r->to->mail,
		.lang = r->to->lang,
		.returns = r->count,
		.campaign = r->of[0]->campaign->key,
		.org = r->of[0]->org,
		.unit = r->dues[0].unit,
		.deadline = r->dues[0].deadline};
	d->tally->mails++;
	d->tally->returns += r->count;
	return d->round->tell ? d->round->tell(d->round->context, &notice) : E_OK;
}

static enum err remind(struct day *d, size_t from, size_t end)
{
	bool added = false;
	struct reminder r = {.to = &d->errands[from].to,
		.dues = arena_alloc(&d->scratch, end - from, sizeof(*r.dues)),
		.of = arena_alloc(&d->scratch, end - from, sizeof(const struct due *))};
	if (!r.dues || !r.of)
		return E_NOMEM;
	writer_init(&r.about, ABOUT_BYTES);
	enum err err = E_OK;
	for (size_t i = from; err == E_OK && i < end; i++) {
		bool mine = false;
		err = claim(d, &d->errands[i], &mine);
		if (err == E_OK && mine)
			err = add_line(d, &r, &d->dues[d->errands[i].due]);
	}
	if (err == E_OK && r.count > 0 && !d->round->dry)
		err = put(d, &r, &added);
	if (err == E_OK && r.count > 0 && (added || d->round->dry))
		err = tell(d, &r);
	writer_release(&r.about);
	arena_clear(&d->scratch);
	return err;
}

/* --- all of them --- */

static enum err remind_batch(struct day *d, size_t *at)
{
	enum err err = E_OK;
	for (size_t i = 0; err == E_OK && i < BATCH && *at < d->errand_count; i++) {
		size_t end = same_person(d, *at);
		err = remind(d, *at, end);
		*at = end;
	}
	return err;
}

static enum err remind_all(struct day *d)
{
	size_t at = 0;
	if (d->errand_count > 0)
		qsort(d->errands, d->errand_count, sizeof(*d->errands), compare_errands);
	while (at < d->errand_count) {
		if (!d->round->dry)
			TRY(office_begin(d->o));
		enum err err = remind_batch(d, &at);
		TRY(d->round->dry ? err : office_end(d->o, err));
	}
	return E_OK;
}

static enum err reminders(struct day *d)
{
	arena_init(&d->scratch, SCRATCH_BYTES);
	enum err err = find_dues(d);
	for (size_t i = 0; err == E_OK && i < d->due_count; i++)
		err = add_errands(d, i);
	if (err == E_OK)
		err = remind_all(d);
	arena_release(&d->scratch);
	free(d->dues);
	free(d->errands);
	return err;
}

/* --- the day --- */

static enum err day_seen(struct day *d, bool *ret_seen)
{
	struct sql q;
	struct day_column today = day_column(d->round->today);
	sql_open(&q, &d->o->db, "SELECT 1 FROM notice_day WHERE what = 'day' AND day = ?");
	sql_str(&q, day_column_str(&today));
	*ret_seen = sql_row(&q);
	return sql_close(&q);
}

static enum err mark_day(struct day *d)
{
	struct sql q;
	struct day_column today = day_column(d->round->today);
	TRY(office_begin(d->o));
	sql_open(&q, &d->o->db,
		"INSERT INTO notice_day (what, day) VALUES ('day', ?1)"
		" ON CONFLICT (what) DO UPDATE SET day = ?1");
	sql_str(&q, day_column_str(&today));
	return office_end(d->o, sql_run(&q));
}

enum err notice_due(struct office *o, const struct notice_round *round, struct arena *arena,
	struct notice_tally *ret_tally)
{
	struct day d = {.o = o, .round = round, .arena = arena, .tally = ret_tally};
	bool seen = false;
	*ret_tally = (struct notice_tally){0};
	if (!round->house->on && !round->dry)
		return E_OK;
	TRY(settings_read(o, &d.settings));
	if (!round->at_once) {
		if (round->hour < d.settings.of[SETTING_MAIL_HOUR])
			return E_OK;
		TRY(day_seen(&d, &seen));
	}
	if (seen)
		return E_OK;
	if (round->reminders)
		TRY(reminders(&d));
	if (round->digests && d.settings.of[SETTING_DIGEST])
		TRY(notice_digests(o, round, arena, ret_tally));
	return round->at_once || round->dry ? E_OK : mark_day(&d);
}
