/* SPDX-License-Identifier: Apache-2.0 */
#include "report/chart.h"
#include "report/scale.h"

enum {
	FEW_DAYS = 62, /* up to so many the ticks are days */
	MONTHS_PER_YEAR = 12
};

/* Labels take their own width times this. */
static const double apart = 1.3;

static struct date day_at(const struct day_axis *axis, size_t day)
{
	struct instant t = date_instant(axis->first);
	t.seconds += (int64_t)day * SECONDS_PER_DAY;
	return instant_date(t);
}

/* Steps that are enough for labels as wide as `widest`: the first of `steps` that leaves room, and
 * multiples of the last. */
static size_t step_for(const struct day_axis *axis, struct str widest, double per_step,
	const size_t *steps, size_t count)
{
	double room = chart_text_width(widest, axis->text_size) * apart;
	for (size_t i = 0; i < count; i++)
		if (per_step * (double)steps[i] >= room)
			return steps[i];
	size_t step = steps[count - 1];
	while (per_step * (double)step < room && step < ((size_t)1 << 30))
		step *= 2;
	return step;
}

static double width_of_days(const struct day_axis *axis, double days)
{
	return axis->days > 1 ? axis->width * days / (double)(axis->days - 1) : axis->width;
}

struct ticks {
	struct arena *arena;
	struct day_tick *list;
	size_t count;
};

static enum err add(struct ticks *t, size_t day, int before, int after)
{
	uint8_t bytes[32];
	struct writer w = {.data = bytes, .capacity = sizeof(bytes), .limit = sizeof(bytes)};
	if (t->count == DAY_TICKS)
		return E_OK;
	writer_decimal(&w, (uint64_t)before);
	writer_char(&w, '/');
	writer_decimal(&w, (uint64_t)after);
	struct str label = arena_copy(t->arena, writer_view_str(&w));
	if (!label.data)
		return E_NOMEM;
	t->list[t->count++] = (struct day_tick){day, label};
	return E_OK;
}

static enum err add_days(const struct day_axis *axis, struct ticks *t)
{
	static const size_t steps[] = {1, 2, 7, 14, 28};
	size_t step = step_for(axis, STR("30/12"), width_of_days(axis, 1), steps,
		sizeof(steps) / sizeof(steps[0]));
	for (size_t day = 0; day < axis->days; day += step) {
		struct date d = day_at(axis, day);
		TRY(add(t, day, d.day, d.month));
	}
	return E_OK;
}

/* Months are counted from year 0, so that steps of 3 begin in January, April … */
static enum err add_months(const struct day_axis *axis, struct ticks *t)
{
	static const size_t steps[] = {1, 2, 3, 6, 12, 24, 60, 120};
	size_t step = step_for(axis, STR("12/2020"), width_of_days(axis, 28), steps,
		sizeof(steps) / sizeof(steps[0]));
	int64_t first = date_instant(axis->first).seconds;
	int64_t last = first + (int64_t)(axis->days - 1) * SECONDS_PER_DAY;
	size_t month = (size_t)axis->first.year * MONTHS_PER_YEAR + (size_t)axis->first.month - 1;
	for (month = (month + step - 1) / step * step;; month += step) {
		struct date d = {
			(int)(month / MONTHS_PER_YEAR), (int)(month % MONTHS_PER_YEAR) + 1, 1};
		int64_t at = date_instant(d).seconds;
		if (at > last)
			return E_OK;
		if (at >= first)
			TRY(add(t, (size_t)((at - first) / SECONDS_PER_DAY), d.month, d.year));
	}
}

enum err day_axis_ticks(const struct day_axis *axis, struct arena *arena,
	struct day_tick **ret_ticks, size_t *ret_count)
{
	struct ticks t = {
		.arena = arena, .list = arena_alloc(arena, DAY_TICKS, sizeof(struct day_tick))};
	if (!t.list)
		return E_NOMEM;
	TRY(axis->days <= FEW_DAYS ? add_days(axis, &t) : add_months(axis, &t));
	*ret_ticks = t.list;
	*ret_count = t.count;
	return E_OK;
}
