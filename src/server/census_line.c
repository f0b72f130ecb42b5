/* SPDX-License-Identifier: Apache-2.0 */
#include "server/census_parts.h"

struct census_line *census_line_new(struct census_work *w, enum count_scope scope, struct str key)
{
	struct census_line *line = arena_alloc(w->arena, 1, sizeof(*line));
	if (!line || w->line_count == CENSUS_LINES)
		return NULL;
	*line = (struct census_line){.scope = scope, .key = key};
	for (int f = 0; f < CENSUS__COUNT; f++) {
		line->hours[f] = arena_alloc(w->arena, w->days * HOURS, sizeof(uint32_t));
		line->days[f] = arena_alloc(w->arena, w->days, sizeof(uint32_t));
		if (!line->hours[f] || !line->days[f])
			return NULL;
	}
	w->lines[w->line_count++] = line;
	return line;
}

void census_count(
	const struct area *area, const struct unit_set *set, uint64_t ret_counts[CENSUS__COUNT])
{
	ret_counts[CENSUS_V4] = ret_counts[CENSUS_V6] = 0;
	if (!set)
		return;
	ret_counts[CENSUS_V4] = area ? area_count_v4(area, set) : unit_set_count_v4(set);
	ret_counts[CENSUS_V6] = area ? area_count_v6(area, set) : unit_set_count_v6(set);
}

static uint32_t narrow(uint64_t count)
{
	return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

void census_put_hour(
	struct census_line *line, size_t day, size_t hour, const uint64_t counts[CENSUS__COUNT])
{
	for (int f = 0; f < CENSUS__COUNT; f++)
		line->hours[f][day * HOURS + hour] = narrow(counts[f]);
}

void census_put_day(struct census_line *line, size_t day, const uint64_t counts[CENSUS__COUNT])
{
	for (int f = 0; f < CENSUS__COUNT; f++)
		line->days[f][day] = narrow(counts[f]);
}

static struct count_values values_of(const struct census_line *line, enum census_family family)
{
	return (struct count_values){
		.hours = line->hours_known ? line->hours[family] : NULL,
		.days = line->days[family],
		.base = line->windows[WINDOW_BASE][family],
		.end = line->windows[WINDOW_END][family],
	};
}

enum err census_take_lines(struct census_work *w, struct counts *ret_counts)
{
	struct count_series *series = arena_alloc(w->arena, w->line_count + 1, sizeof(*series));
	if (!series)
		return E_NOMEM;
	for (size_t i = 0; i < w->line_count; i++) {
		const struct census_line *line = w->lines[i];
		series[i] = (struct count_series){.scope = line->scope,
			.key = line->key,
			.v4 = values_of(line, CENSUS_V4),
			.v6 = values_of(line, CENSUS_V6)};
	}
	*ret_counts = (struct counts){
		.first = instant_date(w->from),
		.days = w->days,
		.base = w->windows[WINDOW_BASE],
		.end = w->windows[WINDOW_END],
		.series = series,
		.series_count = w->line_count,
		.as_of = w->question->as_of,
		.attribution = w->image.newest,
	};
	return E_OK;
}
