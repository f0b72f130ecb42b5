/* SPDX-License-Identifier: Apache-2.0 */
/* A feed day by day, and the same judgement of feeds as the evaluation's. */
#include "desk/feeds_days.h"

#include <assert.h>

#include "report/chart.h"

enum {
	SILENT_DAYS = 2,
	SILENT_TIMES = 3,
	SERIES = 2
};

/* --- counted --- */

struct tally {
	const struct feeds_days *days;
	struct unit_set *day, *hours[FEEDS_HOURS];
	bool hours_known;
};

static enum err gather(struct unit_set **set, const struct unit_set *units)
{
	if (!*set)
		*set = unit_set_new();
	return *set ? unit_set_gather(*set, units) : E_NOMEM;
}

static enum err take_set(void *context, const struct store_set *set)
{
	struct tally *t = context;
	int64_t seconds = set->bucket.from.seconds % SECONDS_PER_DAY;
	if (set->precision == PRECISION_SPAN)
		return E_OK;
	if (set->precision == PRECISION_HOUR) {
		t->hours_known = true;
		TRY(gather(&t->hours[seconds / SECONDS_PER_HOUR], set->units));
	}
	return gather(&t->day, set->units);
}

static enum err settle(struct unit_set *set, uint32_t *ret_v4, uint32_t *ret_v6)
{
	if (!set)
		return E_OK;
	TRY(unit_set_settle(set));
	*ret_v4 = (uint32_t)unit_set_count_v4(set);
	*ret_v6 = (uint32_t)unit_set_count_v6(set);
	return E_OK;
}

static enum err close_day(struct tally *t, struct feeds_days *d, size_t day, uint32_t *hours)
{
	uint32_t nets;
	TRY(settle(t->day, &d->v4[day], &d->v6[day]));
	d->life.days[day] = t->day != NULL;
	for (size_t h = 0; h < FEEDS_HOURS; h++) {
		TRY(settle(t->hours[h], &hours[day * FEEDS_HOURS + h], &nets));
		d->life.hours[day * FEEDS_HOURS + h] = t->hours[h] != NULL;
	}
	d->life.hours_known = d->life.hours_known || t->hours_known;
	return E_OK;
}

static void release(struct tally *t)
{
	unit_set_free(t->day);
	for (size_t h = 0; h < FEEDS_HOURS; h++)
		unit_set_free(t->hours[h]);
}

static enum err count_day(
	struct store *store, struct str feed, struct feeds_days *d, size_t day, uint32_t *hours)
{
	struct tally t = {.days = d};
	int64_t from = d->from.seconds + (int64_t)day * SECONDS_PER_DAY;
	const struct store_query query = {.time = {{from}, {from + SECONDS_PER_DAY}}, .feed = feed};
	enum err err = store_each_set(store, &query, take_set, &t);
	if (err == E_OK)
		err = close_day(&t, d, day, hours);
	release(&t);
	return err;
}

/* No country is known here: all addresses are inside, and nothing outside says anything. */
static enum err judge(
	struct desk_request *r, struct str feed, struct feeds_days *d, const uint32_t *hours)
{
	static const uint32_t nothing[FEEDS_DAYS * FEEDS_HOURS];
	const struct count_series series[SERIES] = {
		{.scope = COUNT_FEED_INSIDE,
			.key = feed,
			.v4 = {.hours = d->life.hours_known ? hours : NULL, .days = d->v4},
			.v6 = {.days = d->v6}},
		{.scope = COUNT_FEED_OUTSIDE,
			.key = feed,
			.v4 = {.hours = d->life.hours_known ? nothing : NULL, .days = nothing},
			.v6 = {.days = nothing}}};
	const struct counts counts = {.first = instant_date(d->from),
		.days = FEEDS_DAYS,
		.series = series,
		.series_count = SERIES};
	return health_judge(&counts, feed, r->arena, &d->health);
}

enum err feeds_count_days(
	struct desk_request *r, struct store *store, struct str feed, struct feeds_days *ret)
{
	int64_t today = r->now.seconds - r->now.seconds % SECONDS_PER_DAY;
	uint32_t *hours = arena_alloc(r->arena, FEEDS_DAYS * FEEDS_HOURS, sizeof(*hours));
	if (!hours)
		return E_NOMEM;
	memset(hours, 0, FEEDS_DAYS * FEEDS_HOURS * sizeof(*hours));
	*ret = (struct feeds_days){
		.life = {.feed = feed}, .from = {today - (int64_t)FEEDS_DAYS * SECONDS_PER_DAY}};
	for (size_t day = 0; day < FEEDS_DAYS; day++)
		TRY(count_day(store, feed, ret, day, hours));
	return judge(r, feed, ret, hours);
}

/* --- asked --- */

struct date feeds_day(const struct feeds_days *d, size_t day)
{
	return instant_date((struct instant){d->from.seconds + (int64_t)day * SECONDS_PER_DAY});
}

uint64_t feeds_hours(const struct feeds_days *d, size_t day)
{
	uint64_t hours = 0;
	for (size_t h = 0; h < FEEDS_HOURS; h++)
		hours += d->life.hours[day * FEEDS_HOURS + h];
	return hours;
}

static const struct health_step *step_on(const struct feeds_days *d, size_t day)
{
	for (size_t i = 0; i < d->health.step_count; i++)
		if (d->health.steps[i].day == day)
			return &d->health.steps[i];
	return NULL;
}

struct str feeds_day_words(struct desk_request *r, const struct feeds_days *d, size_t day)
{
	if (step_on(d, day))
		return text(r->lang, MESSAGE_DESK_FEED_DAY_STEP);
	if (d->health.reports && d->health.odd[day])
		return text(r->lang, MESSAGE_DESK_FEED_DAY_ODD);
	return d->life.days[day] ? STR("") : text(r->lang, MESSAGE_DESK_FEED_DAY_NONE);
}

bool feeds_is_silent(const struct feed_info *info, struct instant last, struct instant now)
{
	int64_t usual = (int64_t)info->frequency * SILENT_TIMES;
	int64_t least = (int64_t)SILENT_DAYS * SECONDS_PER_DAY;
	return now.seconds - last.seconds > (usual > least ? usual : least);
}

enum message feeds_kind_message(enum kind kind)
{
	static const enum message messages[] = {
		[KIND_INFECTED] = MESSAGE_DESK_FEED_KIND_INFECTED,
		[KIND_C2] = MESSAGE_DESK_FEED_KIND_C2,
		[KIND_MALWARE_HOST] = MESSAGE_DESK_FEED_KIND_MALWARE_HOST,
		[KIND_BLOCKLISTED] = MESSAGE_DESK_FEED_KIND_BLOCKLISTED,
		[KIND_ATTACK_SOURCE] = MESSAGE_DESK_FEED_KIND_ATTACK_SOURCE,
	};
	static_assert(sizeof(messages) / sizeof(messages[0]) == KIND__COUNT, "words each");
	return messages[kind];
}

/* --- shown --- */

enum {
	CHART_WIDTH = 640,
	CHART_HEIGHT = 150,
	CHART_TOP = 22,  /* the largest number stands above */
	CHART_FOOT = 24, /* the first and the last day below */
	TEXT_SIZE = 13
};

struct drawing {
	struct mark marks[FEEDS_DAYS + 3];
	struct point points[2 * (FEEDS_DAYS + 3)];
	size_t count;
};

static void add_bar(struct drawing *d, struct box box, enum chart_tone tone)
{
	struct point *at = &d->points[2 * d->count];
	at[0] = (struct point){box.left, box.top};
	at[1] = (struct point){box.right, box.bottom};
	d->marks[d->count++] = (struct mark){
		.kind = MARK_BAR, .tone = tone, .points = at, .count = 2, .text = STR("")};
}

static void add_text(struct drawing *d, struct point at, enum mark_anchor anchor, struct str words)
{
	d->points[2 * d->count] = at;
	d->marks[d->count] = (struct mark){.kind = MARK_TEXT,
		.tone = CHART_SOFT,
		.points = &d->points[2 * d->count],
		.count = 1,
		.size = TEXT_SIZE,
		.anchor = anchor,
		.text = words};
	d->count++;
}

static uint32_t units(const struct feeds_days *d, size_t day)
{
	return d->v4[day] > d->v6[day] ? d->v4[day] : d->v6[day];
}

void feeds_write_chart(struct desk_page *p, const struct feeds_days *d)
{
	struct desk_request *r = p->r;
	struct drawing *drawing = arena_alloc(r->arena, 1, sizeof(*drawing));
	uint32_t most = 1;
	double step = (double)CHART_WIDTH / FEEDS_DAYS;
	double base = CHART_HEIGHT - CHART_FOOT;
	if (!drawing)
		return;
	drawing->count = 0;
	for (size_t i = 0; i < FEEDS_DAYS; i++)
		most = units(d, i) > most ? units(d, i) : most;
	for (size_t i = 0; i < FEEDS_DAYS; i++) {
		double height = (base - CHART_TOP) * units(d, i) / most;
		bool odd = step_on(d, i) || (d->health.reports && d->health.odd[i]);
		if (units(d, i) > 0)
			add_bar(drawing,
				(struct box){step * (double)i + 1, base - height,
					step * (double)(i + 1) - 1, base},
				odd ? CHART_ACCENT : CHART_MAIN);
	}
	add_text(drawing, (struct point){0, TEXT_SIZE}, ANCHOR_START, desk_number(r, most));
	add_text(drawing, (struct point){0, CHART_HEIGHT - 6}, ANCHOR_START,
		desk_date(r, feeds_day(d, 0)));
	add_text(drawing, (struct point){CHART_WIDTH, CHART_HEIGHT - 6}, ANCHOR_END,
		desk_date(r, feeds_day(d, FEEDS_DAYS - 1)));
	const struct chart chart = {.width = CHART_WIDTH,
		.height = CHART_HEIGHT,
		.title = text(r->lang, MESSAGE_DESK_FEED_CHART),
		.description = text(r->lang, MESSAGE_DESK_FEED_CHART_TEXT),
		.id = STR("feed-days"),
		.marks = drawing->marks,
		.count = drawing->count};
	html_open_class(&p->html, "figure", "feed-chart");
	chart_write_svg(&p->html, &chart);
	html_close(&p->html, "figure");
}

static void write_step(struct desk_page *p, const struct feeds_days *d, const struct health_step *s)
{
	struct desk_request *r = p->r;
	struct writer w;
	writer_init(&w, 64);
	text_decimal(&w, r->lang, s->ratio, 1);
	const struct text_arg args[] = {{STR("day"), desk_date(r, feeds_day(d, s->day))},
		{STR("ratio"), arena_copy(r->arena, writer_view_str(&w))}};
	writer_release(&w);
	html_leaf(&p->html, "li", NULL, desk_words(r, MESSAGE_DESK_FEED_FLAG_STEP, args, 2));
}

static size_t count_days(const struct feeds_days *d, bool odd)
{
	size_t count = 0;
	for (size_t i = 0; i < FEEDS_DAYS; i++) {
		bool inside = d->health.reports && i > d->health.first && i < d->health.last;
		count += odd ? d->health.reports && d->health.odd[i] : inside && !d->life.days[i];
	}
	return count;
}

void feeds_write_flags(struct desk_page *p, const struct feeds_days *d)
{
	struct desk_request *r = p->r;
	size_t odd = count_days(d, true);
	size_t none = count_days(d, false);
	if (!d->health.reports) {
		desk_say(p, "p", NULL, MESSAGE_DESK_FEED_NOT_ALIVE);
		return;
	}
	desk_say(p, "h2", NULL, MESSAGE_DESK_FEED_FLAGS);
	html_open(&p->html, "ul");
	for (size_t i = 0; i < d->health.step_count; i++)
		write_step(p, d, &d->health.steps[i]);
	if (odd > 0)
		desk_say_values(p, "li", NULL, MESSAGE_DESK_FEED_FLAG_ODD,
			{STR("count"), desk_number(r, odd)});
	if (none > 0)
		desk_say_values(p, "li", NULL, MESSAGE_DESK_FEED_FLAG_NONE,
			{STR("count"), desk_number(r, none)});
	if (d->health.last + 1 < FEEDS_DAYS)
		desk_say_values(p, "li", NULL, MESSAGE_DESK_FEED_FLAG_STOPPED,
			{STR("day"), desk_date(r, feeds_day(d, d->health.last))});
	if (!d->life.hours_known)
		desk_say(p, "li", NULL, MESSAGE_DESK_FEED_FLAG_DAYS_ONLY);
	if (d->health.step_count == 0 && odd == 0 && none == 0 && d->health.last + 1 == FEEDS_DAYS)
		desk_say(p, "li", NULL, MESSAGE_DESK_FEED_FLAG_FINE);
	html_close(&p->html, "ul");
	desk_say(p, "p", "hint", MESSAGE_DESK_FEED_FLAGS_TEXT);
}
