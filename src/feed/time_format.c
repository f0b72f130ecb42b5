/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/time_format.h"

/* --- the pattern --- */

enum part {
	PART_YEAR,
	PART_MONTH,
	PART_MONTH_NAME,
	PART_DAY,
	PART_HOUR,
	PART_MINUTE,
	PART_SECOND,
	PART_HALF, /* of the day */
	PART__COUNT
};

/* The part that the pattern goes on with, or PART__COUNT for text. */
static enum part next_part(struct str *pattern, bool hour_seen)
{
	static const struct {
		struct str letters;
		enum part part;
	} parts[] = {
		{STR_INIT("YYYY"), PART_YEAR},
		{STR_INIT("DD"), PART_DAY},
		{STR_INIT("HH"), PART_HOUR},
		{STR_INIT("SS"), PART_SECOND},
		{STR_INIT("MM"), PART_MONTH},
		{STR_INIT("MON"), PART_MONTH_NAME},
		{STR_INIT("AM"), PART_HALF},
	};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct str letters = parts[i].letters;
		if (!str_starts(*pattern, letters))
			continue;
		*pattern = (struct str){pattern->data + letters.size, pattern->size - letters.size};
		return parts[i].part == PART_MONTH && hour_seen ? PART_MINUTE : parts[i].part;
	}
	return PART__COUNT;
}

static struct str without_first(struct str s)
{
	return (struct str){s.data + 1, s.size - 1};
}

static bool pattern_is_whole(struct str pattern)
{
	bool seen[PART__COUNT] = {false};
	while (pattern.size > 0) {
		enum part part = next_part(&pattern, seen[PART_HOUR]);
		if (part == PART__COUNT) {
			pattern = without_first(pattern);
			continue;
		}
		if (seen[part])
			return false;
		seen[part] = true;
	}
	return seen[PART_YEAR] && seen[PART_MONTH] != seen[PART_MONTH_NAME] && seen[PART_DAY] &&
	       seen[PART_HOUR] == seen[PART_MINUTE] &&
	       (!(seen[PART_SECOND] || seen[PART_HALF]) || seen[PART_MINUTE]);
}

/* Four digits of a year, one or two of the others. */
static bool take_number(struct str *value, enum part part, int *ret_number)
{
	size_t most = part == PART_YEAR ? 4 : 2;
	size_t count = 0;
	int number = 0;
	for (; count < most && value->size > 0; count++) {
		unsigned digit = (unsigned)value->data[0] - '0';
		if (digit > 9)
			break;
		number = number * 10 + (int)digit;
		*value = without_first(*value);
	}
	*ret_number = number;
	return count == most || (part != PART_YEAR && count > 0);
}

/* Its first three letters in English. */
static bool take_month(struct str *value, int *ret_month)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	if (value->size < 3)
		return false;
	struct str word = {value->data, 3};
	*value = (struct str){value->data + 3, value->size - 3};
	for (int i = 0; i < 12; i++) {
		if (str_equal_nocase(word, (struct str){months + (size_t)3 * i, 3})) {
			*ret_month = i + 1;
			return true;
		}
	}
	return false;
}

/* In English, or as Windows writes them in Vietnamese: sáng, chiều. */
static bool take_half(struct str *value, int *ret_half)
{
	if (value->size < 2)
		return false;
	struct str word = {value->data, 2};
	*ret_half = str_equal_nocase(word, STR("PM")) || str_equal_nocase(word, STR("CH"));
	*value = (struct str){value->data + 2, value->size - 2};
	return *ret_half || str_equal_nocase(word, STR("AM")) || str_equal_nocase(word, STR("SA"));
}

/* 12 AM is midnight, 12 PM is noon. */
static bool set_half(int *parts)
{
	int hour = parts[PART_HOUR];
	parts[PART_HOUR] = hour % 12 + 12 * parts[PART_HALF];
	return hour >= 1 && hour <= 12;
}

static bool day_exists(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return month >= 1 && month <= 12 && day >= 1 &&
	       day <= days[month - 1] + (month == 2 && leap);
}

static void set_day(const struct time_format *f, struct date day, struct time_read *ret)
{
	ret->first = date_instant(day).seconds - f->zone;
	ret->last = ret->first + SECONDS_PER_DAY - 1;
	ret->day = f->zone == 0;
}

static bool set_parts(
	const struct time_format *f, const int *parts, const bool *seen, struct time_read *ret)
{
	const struct date day = {parts[PART_YEAR], parts[PART_MONTH], parts[PART_DAY]};
	if (!day_exists(day.year, day.month, day.day) || parts[PART_HOUR] > 23 ||
		parts[PART_MINUTE] > 59 || parts[PART_SECOND] > 59)
		return false;
	set_day(f, day, ret);
	if (!seen[PART_HOUR])
		return true;
	ret->first += parts[PART_HOUR] * 3600 + parts[PART_MINUTE] * 60 + parts[PART_SECOND];
	ret->last = seen[PART_SECOND] ? ret->first : ret->first + 59;
	ret->day = false;
	return true;
}

static bool take_part(struct str *value, enum part part, int *parts)
{
	if (part == PART_MONTH_NAME)
		return take_month(value, &parts[PART_MONTH]);
	return part == PART_HALF ? take_half(value, &parts[part])
				 : take_number(value, part, &parts[part]);
}

static bool read_pattern(const struct time_format *f, struct str value, struct time_read *ret)
{
	int parts[PART__COUNT] = {0};
	bool seen[PART__COUNT] = {false};
	struct str pattern = f->pattern;
	while (pattern.size > 0) {
		char text = pattern.data[0];
		enum part part = next_part(&pattern, seen[PART_HOUR]);
		if (part != PART__COUNT) {
			seen[part] = true;
			if (!take_part(&value, part, parts))
				return false;
			continue;
		}
		if (value.size == 0 || value.data[0] != text)
			return false;
		pattern = without_first(pattern);
		value = without_first(value);
	}
	return value.size == 0 && (!seen[PART_HALF] || set_half(parts)) &&
	       set_parts(f, parts, seen, ret);
}

/* --- the others --- */

static bool has_offset(struct str s)
{
	for (size_t i = 10; i < s.size; i++)
		if (s.data[i] == 'Z' || s.data[i] == 'z' || s.data[i] == '+' || s.data[i] == '-')
			return true;
	return false;
}

/* "2026-08-01 18:02", an offset behind or not: ":00" goes in where seconds would stand. */
static bool without_seconds(struct str value, struct instant *ret_instant)
{
	enum {
		MINUTES = 16,
		LONGEST = 32
	};
	struct writer w;
	bool shape = value.size >= MINUTES && value.size <= LONGEST && value.data[13] == ':' &&
		     (value.size == MINUTES || memchr("Zz+-", value.data[MINUTES], 4));
	if (!shape)
		return false;
	writer_init(&w, 64);
	writer_str(&w, (struct str){value.data, MINUTES});
	writer_text(&w, ":00");
	writer_str(&w, (struct str){value.data + MINUTES, value.size - MINUTES});
	bool good = w.err == E_OK && instant_parse(writer_view_str(&w), ret_instant);
	writer_release(&w);
	return good;
}

static bool read_iso(const struct time_format *f, struct str value, struct time_read *ret)
{
	struct instant t;
	struct date day;
	int64_t length = 0;
	if (date_parse(value, &day)) {
		set_day(f, day, ret);
		return true;
	}
	if (without_seconds(value, &t))
		length = 59;
	else if (!instant_parse(value, &t))
		return false;
	ret->first = t.seconds - (has_offset(value) ? 0 : f->zone);
	ret->last = ret->first + length;
	ret->day = false;
	return true;
}

/* Seconds or thousandths; a fraction is cut off. */
static bool read_number(struct str value, uint64_t unit, struct time_read *ret)
{
	struct str fraction;
	uint64_t number;
	uint64_t ignored;
	struct str whole = str_cut(value, '.', &fraction);
	if (!str_to_u64(whole, UINT64_C(1) << 52, &number))
		return false;
	if (whole.size < value.size && !str_to_u64(fraction, UINT64_MAX, &ignored))
		return false;
	ret->first = (int64_t)(number / unit);
	ret->last = ret->first;
	ret->day = false;
	return true;
}

/* "20260801", "20260801070001": nothing between the parts. */
static bool read_digits(const struct time_format *f, struct str value, struct time_read *ret)
{
	struct time_format digits = *f;
	digits.pattern = value.size == 8 ? STR("YYYYMMDD") : STR("YYYYMMDDHHMMSS");
	return read_pattern(&digits, value, ret);
}

/* Twelve digits and more are milliseconds since March 1973, or seconds after the year 5138, but
 * fourteen are a date and a time. Fewer than nine are no seconds: eight are a date, five a
 * spreadsheet's number of a day. */
static bool read_any(const struct time_format *f, struct str value, struct time_read *ret)
{
	uint64_t number;
	struct str fraction;
	struct str whole = str_cut(value, '.', &fraction);
	if (!str_to_u64(whole, UINT64_C(1) << 52, &number))
		return read_iso(f, value, ret);
	if (value.size == 8 || value.size == 14)
		return value.size == whole.size && read_digits(f, value, ret);
	return whole.size >= 9 && read_number(value, whole.size >= 12 ? 1000 : 1, ret);
}

/* Parts of a day as seconds, to the nearest that is still of the day. */
static bool read_part_of_day(struct str fraction, int64_t *ret_seconds)
{
	uint64_t number = 0;
	uint64_t one = 1;
	for (size_t i = 0; i < fraction.size; i++) {
		unsigned digit = (unsigned)fraction.data[i] - '0';
		if (digit > 9)
			return false;
		if (i < 12) {
			number = number * 10 + digit;
			one *= 10;
		}
	}
	int64_t seconds = (int64_t)((number * SECONDS_PER_DAY + one / 2) / one);
	*ret_seconds = seconds < SECONDS_PER_DAY ? seconds : SECONDS_PER_DAY - 1;
	return fraction.size > 0;
}

/* Days since 30 December 1899, as spreadsheets keep them; the decimal sign may be a comma. */
static bool read_serial(const struct time_format *f, struct str value, struct time_read *ret)
{
	enum {
		DAY_1970 = 25569,
		DAY_2106 = 75278
	};
	struct str fraction;
	uint64_t day;
	int64_t seconds;
	char sign = memchr(value.data, ',', value.size) ? ',' : '.';
	struct str whole = str_cut(value, sign, &fraction);
	if (!str_to_u64(whole, DAY_2106, &day) || day < DAY_1970)
		return false;
	ret->first = (int64_t)(day - DAY_1970) * SECONDS_PER_DAY - f->zone;
	ret->last = ret->first + SECONDS_PER_DAY - 1;
	ret->day = f->zone == 0;
	if (whole.size == value.size)
		return true;
	if (!read_part_of_day(fraction, &seconds))
		return false;
	ret->first += seconds;
	ret->last = ret->first;
	ret->day = false;
	return true;
}

bool time_format_read(const struct time_format *format, struct str value, struct time_read *ret)
{
	switch (format->style) {
	case TIME_ANY:
		return read_any(format, value, ret);
	case TIME_ISO:
		return read_iso(format, value, ret);
	case TIME_SECONDS:
		return read_number(value, 1, ret);
	case TIME_MILLISECONDS:
		return read_number(value, 1000, ret);
	case TIME_PATTERN:
		return format->serial ? read_serial(format, value, ret)
				      : read_pattern(format, value, ret);
	}
	return false;
}

bool time_format_parse(struct str text, struct time_format *format)
{
	static const struct {
		struct str name;
		enum time_style style;
	} names[] = {
		{STR_INIT("iso"), TIME_ISO},
		{STR_INIT("epoch"), TIME_SECONDS},
		{STR_INIT("milliseconds"), TIME_MILLISECONDS},
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_equal_nocase(text, names[i].name)) {
			format->style = names[i].style;
			return true;
		}
	}
	format->style = TIME_PATTERN;
	format->pattern = text;
	format->serial = str_equal_nocase(text, STR("excel"));
	return format->serial || pattern_is_whole(text);
}

bool time_zone_parse(struct str text, int32_t *ret_seconds)
{
	struct str minutes;
	uint64_t h;
	uint64_t m = 0;
	if (str_equal_nocase(text, STR("Z")) || str_equal_nocase(text, STR("UTC"))) {
		*ret_seconds = 0;
		return true;
	}
	if (text.size < 2 || (text.data[0] != '+' && text.data[0] != '-'))
		return false;
	struct str hours = str_cut(without_first(text), ':', &minutes);
	bool has_minutes = hours.size + 1 < text.size;
	if (!str_to_u64(hours, 14, &h) ||
		(has_minutes && (minutes.size != 2 || !str_to_u64(minutes, 59, &m))))
		return false;
	int32_t seconds = (int32_t)(h * 3600 + m * 60);
	*ret_seconds = text.data[0] == '-' ? -seconds : seconds;
	return true;
}
