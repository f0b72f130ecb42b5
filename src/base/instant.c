/* SPDX-License-Identifier: Apache-2.0 */
#include "base/instant.h"

#include <assert.h>

static const struct str precision_names[] = {
	[PRECISION_SECOND] = STR_INIT("second"),
	[PRECISION_HOUR] = STR_INIT("hour"),
	[PRECISION_DAY] = STR_INIT("day"),
	[PRECISION_SPAN] = STR_INIT("span"),
};

static_assert(sizeof(precision_names) / sizeof(precision_names[0]) == PRECISION__COUNT,
	"one name per precision");

struct str precision_name(enum precision precision)
{
	return precision_names[precision];
}

bool precision_parse(struct str name, enum precision *ret_precision)
{
	for (int i = 0; i < PRECISION__COUNT; i++) {
		if (str_equal(name, precision_names[i])) {
			*ret_precision = (enum precision)i;
			return true;
		}
	}
	return false;
}

static int64_t floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days from civil and back, by 400-year eras that begin on 1 March: Howard Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms". */
static int64_t days_from_date(struct date d)
{
	int64_t year = d.year - (d.month <= 2);
	int64_t era = floor_divide(year, 400);
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

static struct date date_from_days(int64_t days)
{
	days += 719468;
	int64_t era = floor_divide(days, 146097);
	int64_t doe = days - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t shifted = (5 * doy + 2) / 153;
	int month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
	return (struct date){
		.year = (int)(yoe + era * 400 + (month <= 2)),
		.month = month,
		.day = (int)(doy - (153 * shifted + 2) / 5 + 1),
	};
}

struct date instant_date(struct instant t)
{
	return date_from_days(floor_divide(t.seconds, SECONDS_PER_DAY));
}

struct instant date_instant(struct date d)
{
	return (struct instant){days_from_date(d) * SECONDS_PER_DAY};
}

int date_weekday(struct date d)
{
	int64_t days = days_from_date(d) + 3; /* 1970-01-01 was a Thursday */
	return (int)(days - floor_divide(days, 7) * 7);
}

/* `width` digits at s.data[at]; -1 where they are not. */
static int digits_at(struct str s, size_t at, size_t width)
{
	int value = 0;
	if (at + width > s.size)
		return -1;
	for (size_t i = at; i < at + width; i++) {
		if (s.data[i] < '0' || s.data[i] > '9')
			return -1;
		value = value * 10 + (s.data[i] - '0');
	}
	return value;
}

static bool date_valid(struct date d)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (d.year < 0 || d.month < 1 || d.month > 12 || d.day < 1)
		return false;
	bool leap = (d.year % 4 == 0 && d.year % 100 != 0) || d.year % 400 == 0;
	return d.day <= lengths[d.month - 1] + (d.month == 2 && leap);
}

/* At s.data[at], with `gap` characters between the parts. */
static bool date_at(struct str s, size_t at, size_t gap, struct date *ret_date)
{
	struct date d = {digits_at(s, at, 4), digits_at(s, at + 4 + gap, 2),
		digits_at(s, at + 6 + 2 * gap, 2)};
	if (!date_valid(d))
		return false;
	*ret_date = d;
	return true;
}

bool date_parse(struct str s, struct date *ret_date)
{
	return s.size == 10 && s.data[4] == '-' && s.data[7] == '-' && date_at(s, 0, 1, ret_date);
}

static bool digit_at(struct str s, size_t at)
{
	return at < s.size && s.data[at] >= '0' && s.data[at] <= '9';
}

static bool date_found_at(struct str s, size_t at, struct date *ret_date)
{
	if (at > 0 && digit_at(s, at - 1))
		return false;
	bool separated = at + 10 <= s.size && (s.data[at + 4] == '-' || s.data[at + 4] == '_') &&
			 s.data[at + 4] == s.data[at + 7];
	if (separated)
		return !digit_at(s, at + 10) && date_at(s, at, 1, ret_date);
	return !digit_at(s, at + 8) && date_at(s, at, 0, ret_date);
}

bool date_find(struct str s, struct date *ret_date)
{
	for (size_t at = 0; at + 8 <= s.size; at++)
		if (date_found_at(s, at, ret_date))
			return true;
	return false;
}

/* ±hh:mm, ±hhmm, ±hh (as PostgreSQL writes it), Z or nothing. */
static bool offset_parse(struct str s, int64_t *ret_seconds)
{
	if (s.size == 0 || str_equal(s, STR("Z"))) {
		*ret_seconds = 0;
		return true;
	}
	bool colon = s.size == 6 && s.data[3] == ':';
	bool hours_only = s.size == 3;
	int hours = digits_at(s, 1, 2);
	int minutes = hours_only ? 0 : digits_at(s, colon ? 4 : 3, 2);
	if ((s.data[0] != '+' && s.data[0] != '-') ||
		(!hours_only && s.size != (colon ? 6U : 5U)) || hours < 0 || hours > 14 ||
		minutes < 0 || minutes > 59)
		return false;
	*ret_seconds = (s.data[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	return true;
}

static struct str skip_fraction(struct str s)
{
	if (s.size < 2 || s.data[0] != '.')
		return s;
	size_t at = 1;
	while (digit_at(s, at))
		at++;
	return at > 1 ? (struct str){s.data + at, s.size - at} : s;
}

bool instant_parse(struct str s, struct instant *ret_instant)
{
	struct date d;
	int64_t offset;
	if (s.size < 19 || s.data[4] != '-' || s.data[7] != '-' || s.data[13] != ':' ||
		s.data[16] != ':' || (s.data[10] != ' ' && s.data[10] != 'T') ||
		!date_at(s, 0, 1, &d))
		return false;
	int hour = digits_at(s, 11, 2);
	int minute = digits_at(s, 14, 2);
	int second = digits_at(s, 17, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
		return false;
	if (!offset_parse(skip_fraction((struct str){s.data + 19, s.size - 19}), &offset))
		return false;
	int64_t seconds = date_instant(d).seconds + hour * 3600 + minute * 60 + second - offset;
	if (seconds < 0 || seconds > UINT32_MAX)
		return false;
	*ret_instant = (struct instant){seconds};
	return true;
}

void writer_date(struct writer *w, struct date d)
{
	writer_padded(w, (uint64_t)d.year, 4);
	writer_char(w, '-');
	writer_padded(w, (uint64_t)d.month, 2);
	writer_char(w, '-');
	writer_padded(w, (uint64_t)d.day, 2);
}

void writer_instant(struct writer *w, struct instant t)
{
	struct date d = instant_date(t);
	uint64_t second = (uint64_t)(t.seconds - date_instant(d).seconds);
	writer_date(w, d);
	writer_char(w, 'T');
	writer_padded(w, second / 3600, 2);
	writer_char(w, ':');
	writer_padded(w, second / 60 % 60, 2);
	writer_char(w, ':');
	writer_padded(w, second % 60, 2);
	writer_char(w, 'Z');
}
