/* SPDX-License-Identifier: Apache-2.0 */
#include "text/posix_zone.h"

enum {
	HOURS_MAX = 167,
	TWO_O_CLOCK = 2 * SECONDS_PER_HOUR
};

static bool take(struct str *s, char c)
{
	if (s->size == 0 || s->data[0] != c)
		return false;
	*s = (struct str){s->data + 1, s->size - 1};
	return true;
}

static bool take_number(struct str *s, int max, int *ret_value)
{
	int value = 0;
	size_t digits = 0;
	while (digits < s->size && s->data[digits] >= '0' && s->data[digits] <= '9') {
		value = value * 10 + (s->data[digits] - '0');
		if (value > max)
			return false;
		digits++;
	}
	*s = (struct str){s->data + digits, s->size - digits};
	*ret_value = value;
	return digits > 0;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(struct str *s, int32_t *ret_seconds)
{
	bool negative = take(s, '-');
	int hours;
	int minutes = 0;
	int seconds = 0;
	if (!negative)
		(void)take(s, '+');
	if (!take_number(s, HOURS_MAX, &hours))
		return false;
	if (take(s, ':') && !take_number(s, 59, &minutes))
		return false;
	if (take(s, ':') && !take_number(s, 59, &seconds))
		return false;
	int32_t total = hours * SECONDS_PER_HOUR + minutes * 60 + seconds;
	*ret_seconds = negative ? -total : total;
	return true;
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* "EST" or "<+07>"; the name itself is not kept. */
static bool skip_name(struct str *s)
{
	size_t size = 0;
	if (take(s, '<')) {
		struct str rest;
		size = str_cut(*s, '>', &rest).size;
		bool closed = size < s->size;
		*s = rest;
		return closed && size > 0;
	}
	while (size < s->size && is_letter(s->data[size]))
		size++;
	*s = (struct str){s->data + size, s->size - size};
	return size >= 3;
}

static bool take_weekday(struct str *s, struct zone_change *c)
{
	c->form = CHANGE_WEEKDAY;
	return take_number(s, 12, &c->month) && c->month >= 1 && take(s, '.') &&
	       take_number(s, 5, &c->week) && c->week >= 1 && take(s, '.') &&
	       take_number(s, 6, &c->day);
}

static bool take_change(struct str *s, struct zone_change *c)
{
	bool fine;
	*c = (struct zone_change){.time = TWO_O_CLOCK};
	if (take(s, 'M')) {
		fine = take_weekday(s, c);
	} else if (take(s, 'J')) {
		c->form = CHANGE_JULIAN;
		fine = take_number(s, 365, &c->day) && c->day >= 1;
	} else {
		c->form = CHANGE_DAY;
		fine = take_number(s, 365, &c->day);
	}
	return fine && (!take(s, '/') || take_time(s, &c->time));
}

static bool take_summer(struct str *s, struct posix_zone *z)
{
	z->has_summer = true;
	z->summer = z->standard + SECONDS_PER_HOUR;
	if (!skip_name(s))
		return false;
	if (s->size > 0 && s->data[0] != ',') {
		if (!take_time(s, &z->summer))
			return false;
		z->summer = -z->summer;
	}
	return take(s, ',') && take_change(s, &z->begin) && take(s, ',') && take_change(s, &z->end);
}

bool posix_zone_parse(struct str s, struct posix_zone *ret_zone)
{
	struct posix_zone z = {0};
	if (!skip_name(&s) || !take_time(&s, &z.standard))
		return false;
	z.standard = -z.standard; /* POSIX counts hours west */
	if (s.size > 0 && !take_summer(&s, &z))
		return false;
	if (s.size > 0)
		return false;
	*ret_zone = z;
	return true;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Seconds since 1970 of the day, as if local time were UTC. */
static int64_t change_day(const struct zone_change *c, int year)
{
	int64_t new_year = date_instant((struct date){year, 1, 1}).seconds;
	if (c->form == CHANGE_DAY)
		return new_year + (int64_t)c->day * SECONDS_PER_DAY;
	if (c->form == CHANGE_JULIAN)
		return new_year +
		       (int64_t)(c->day - 1 + (is_leap(year) && c->day >= 60)) * SECONDS_PER_DAY;
	struct date first = {year, c->month, 1};
	int weekday = (date_weekday(first) + 1) % 7; /* 0 = Sunday */
	int day = (c->day - weekday + 7) % 7 + (c->week - 1) * 7;
	int64_t next = date_instant(c->month == 12 ? (struct date){year + 1, 1, 1}
						   : (struct date){year, c->month + 1, 1})
			       .seconds;
	int64_t found = date_instant(first).seconds + (int64_t)day * SECONDS_PER_DAY;
	return found < next ? found : found - 7 * SECONDS_PER_DAY;
}

int32_t posix_zone_offset(const struct posix_zone *z, struct instant t)
{
	if (!z->has_summer)
		return z->standard;
	int year = instant_date((struct instant){t.seconds + z->standard}).year;
	int64_t begin = change_day(&z->begin, year) + z->begin.time - z->standard;
	int64_t end = change_day(&z->end, year) + z->end.time - z->summer;
	bool summer = begin < end ? t.seconds >= begin && t.seconds < end
				  : t.seconds >= begin || t.seconds < end;
	return summer ? z->summer : z->standard;
}
