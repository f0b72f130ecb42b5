/* SPDX-License-Identifier: Apache-2.0 */
/* A feed day by day, and the same judgement of feeds as the evaluation's. */
#include "desk/feeds_days.h"

#include <assert.h>

#include "office/feed_day.h"
#include "report/chart.h"

enum {
	SILENT_DAYS = 2,
	SILENT_TIMES = 3,
	SERIES = 2
};

/* --- as the commands counted them --- */

struct taking {
	struct feeds_days *days;
	uint32_t *hours;
};

static uint32_t number(uint64_t count)
{
	return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

static enum err take_day(void *context, struct str feed, const struct feed_day *day)
{
	struct taking *t = context;
	struct feeds_days *d = t->days;
	int64_t at = day->day - d->from.seconds / SECONDS_PER_DAY;
	(void)feed;
	if (at >= FEEDS_DAYS)
		return E_OK;
	d->v4[at] = number(day->v4);
	d->v6[at] = number(day->v6);
	d->life.days[at] = 1;
	d->life.hours_known = d->life.hours_known || day->hours_known;
	for (size_t h = 0; h < FEEDS_HOURS; h++) {
		t->hours[(size_t)at * FEEDS_HOURS + h] = day->hours[h];
		d->life.hours[(size_t)at * FEEDS_HOURS + h] = day->hours[h] > 0;
	}
	return E_OK;
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
			.v6 = {.hours = d->life.hours_known ? hours : NULL, .days = d->v6}},
		{.scope = COUNT_FEED_OUTSIDE,
			.key = feed,
			.v4 = {.hours = d->life.hours_known ? nothing : NULL, .days = nothing},
			.v6 = {.hours = d->life.hours_known ? nothing : NULL, .days = nothing}}};
	const struct counts counts = {.first = instant_date(d->from),
		.days = FEEDS_DAYS,
		.series = series,
		.series_count = SERIES};
	return health_judge(&counts, feed, r->arena, &d->health);
}

enum err feeds_load_days(struct desk_request *r, struct str feed, struct feeds_days *ret)
{
	int64_t today = r->now.seconds / SECONDS_PER_DAY;
	uint32_t *hours = arena_alloc(r->arena, FEEDS_DAYS * FEEDS_HOURS, sizeof(*hours));
	if (!hours)
		return E_NOMEM;
	memset(hours, 0, FEEDS_DAYS * FEEDS_HOURS * sizeof(*hours));
	*ret = (struct feeds_days){
		.life = {.feed = feed}, .from = {(today - FEEDS_DAYS) * SECONDS_PER_DAY}};
	struct taking t = {ret, hours};
	TRY(feed_days_each(r->office, feed, today - FEEDS_DAYS, take_day, &t));
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
