/* SPDX-License-Identifier: Apache-2.0 */
#include "model/machine_result.h"

#include "base/limits.h"
#include "model/site.h"

enum {
	WEEK = 7,
	FIRST_YEAR = 1970,
	LAST_YEAR = 2105,
	THURSDAY = 3
};

static const uint64_t most = UINT32_MAX;

struct str machine_result_fault(const struct machine_result *r, uint64_t *ret_limit)
{
	const struct {
		struct str field;
		uint64_t value, limit;
	} numbers[] = {
		{STR("scan_runs"), r->runs, most},
		{STR("machines"), r->machines, r->runs},
		{STR("infected"), r->infected, r->machines},
		{STR("cleaned"), r->cleaned, r->machines},
	};
	*ret_limit = 0;
	if (!site_key_valid(r->tool))
		return STR("tool");
	if (r->week.year < FIRST_YEAR || r->week.year > LAST_YEAR || date_weekday(r->week) != 0)
		return STR("week");
	if (r->region.size > LIMIT_REGION_KEY || !site_line_valid(r->region))
		return STR("region");
	if (r->platform.size > 0 && !site_key_valid(r->platform))
		return STR("platform");
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		*ret_limit = numbers[i].limit;
		if (numbers[i].value > numbers[i].limit)
			return numbers[i].field;
	}
	return STR("");
}

/* --- weeks --- */

static struct date moved(struct date d, int days)
{
	int64_t seconds = date_instant(d).seconds + (int64_t)days * SECONDS_PER_DAY;
	return instant_date((struct instant){seconds});
}

struct date week_monday(struct date day)
{
	return moved(day, -date_weekday(day));
}

/* "2020-W41", "2020W41": week 1 is the one with 4 January (ISO 8601). */
static bool iso_parse(struct str s, struct date *ret_monday)
{
	uint64_t year;
	uint64_t week;
	struct str rest;
	struct str first = str_cut(s, 'W', &rest);
	if (first.size == 5 && first.data[4] == '-')
		first.size = 4;
	if (first.size != 4 || rest.size != 2 || !str_to_u64(first, LAST_YEAR, &year) ||
		!str_to_u64(rest, 53, &week) || week == 0 || year < FIRST_YEAR)
		return false;
	struct date monday = week_monday((struct date){(int)year, 1, 4});
	monday = moved(monday, WEEK * ((int)week - 1));
	*ret_monday = monday;
	return moved(monday, THURSDAY).year == (int)year;
}

/* "07/10/2020", as people write it in Vietnam. */
static bool slashes_parse(struct str s, struct date *ret_day)
{
	char text[10];
	if (s.size != 10 || s.data[2] != '/' || s.data[5] != '/')
		return false;
	memcpy(text, s.data + 6, 4);
	memcpy(text + 5, s.data + 3, 2);
	memcpy(text + 8, s.data, 2);
	text[4] = text[7] = '-';
	return date_parse((struct str){text, sizeof(text)}, ret_day);
}

bool week_parse(struct str s, struct date *ret_monday)
{
	struct date day;
	s = str_trim(s);
	if (!date_parse(s, &day) && !slashes_parse(s, &day) && !iso_parse(s, &day))
		return false;
	if (day.year < FIRST_YEAR || day.year > LAST_YEAR)
		return false;
	day = week_monday(day);
	*ret_monday = day;
	return day.year >= FIRST_YEAR;
}

/* --- the wire --- */

void machine_results_write(struct writer *w, const struct machine_result *list, size_t count)
{
	writer_u32(w, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		const struct machine_result *r = &list[i];
		writer_string(w, r->tool);
		writer_string(w, r->region);
		writer_string(w, r->platform);
		writer_u32(w, (uint32_t)(date_instant(r->week).seconds / SECONDS_PER_DAY));
		writer_u64(w, r->runs);
		writer_u64(w, r->machines);
		writer_u64(w, r->infected);
		writer_u64(w, r->cleaned);
	}
}

static struct machine_result read_one(struct cursor *c)
{
	uint64_t limit;
	struct machine_result r = {.tool = cursor_string(c, LIMIT_SITE_KEY)};
	r.region = cursor_string(c, LIMIT_REGION_KEY);
	r.platform = cursor_string(c, LIMIT_SITE_KEY);
	r.week = instant_date((struct instant){(int64_t)cursor_u32(c) * SECONDS_PER_DAY});
	r.runs = cursor_u64(c);
	r.machines = cursor_u64(c);
	r.infected = cursor_u64(c);
	r.cleaned = cursor_u64(c);
	if (c->err == E_OK && machine_result_fault(&r, &limit).size > 0)
		cursor_fail(c, E_CORRUPT);
	return r;
}

enum err machine_results_read(
	struct cursor *c, struct arena *arena, struct machine_result **ret_list, size_t *ret_count)
{
	size_t count = cursor_u32(c);
	if (c->err != E_OK || count > LIMIT_RESULT_ROWS)
		return c->err != E_OK ? c->err : E_LIMIT;
	struct machine_result *list = arena_alloc(arena, count + 1, sizeof(*list));
	if (!list)
		return E_NOMEM;
	for (size_t i = 0; i < count && c->err == E_OK; i++)
		list[i] = read_one(c);
	TRY(cursor_end(c));
	*ret_list = list;
	*ret_count = count;
	return E_OK;
}
