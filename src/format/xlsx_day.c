/* SPDX-License-Identifier: Apache-2.0 */
/* Days in spreadsheets are numbers whose format shows them as days. */
#include "base/instant.h"
#include "format/xlsx_parts.h"

enum {
	LAST_DAY = 2958465,        /* 9999-12-31 */
	LEAP_THAT_WAS_NOT = 60,    /* 1900-02-29, which spreadsheets believe in */
	DAYS_1900_TO_1904 = 1462,  /* between the two ways of counting */
	DAYS_1900_TO_1970 = 25569, /* from 1899-12-30 */
	FRACTION_DIGITS = 12
};

bool xlsx_builtin_is_day(uint64_t format)
{
	return (format >= 14 && format <= 17) || format == 22 || (format >= 27 && format <= 31) ||
	       format == 36 || (format >= 50 && format <= 54) || format == 57 || format == 58;
}

/* What stands in quotes, in brackets or behind a backslash is shown as it is. */
static struct str pass_over(struct str code)
{
	char first = code.data[0];
	struct str rest = {code.data + 1, code.size - 1};
	if (first == '"' || first == '[')
		(void)str_cut(rest, first == '"' ? '"' : ']', &rest);
	else if ((first == '\\' || first == '_' || first == '*') && rest.size > 0)
		rest = (struct str){rest.data + 1, rest.size - 1};
	return rest;
}

bool xlsx_format_is_day(struct str code)
{
	while (code.size > 0 && code.data[0] != ';') {
		if (strchr("yYdD", code.data[0]) && code.data[0])
			return true;
		code = pass_over(code);
	}
	return false;
}

/* Digits, then perhaps a point and digits: whole days and seconds of the day. */
static bool split_number(struct str number, uint64_t *ret_days, uint64_t *ret_seconds)
{
	struct str fraction;
	double part = 0, place = 0.1;
	struct str whole = str_cut(number, '.', &fraction);
	if (!str_to_u64(whole, LAST_DAY, ret_days))
		return false;
	for (size_t i = 0; i < fraction.size; i++, place /= 10) {
		if (fraction.data[i] < '0' || fraction.data[i] > '9')
			return false;
		if (i < FRACTION_DIGITS)
			part += (fraction.data[i] - '0') * place;
	}
	*ret_seconds = (uint64_t)(part * SECONDS_PER_DAY + 0.5);
	return true;
}

bool xlsx_day_write(struct writer *w, struct str number, bool from_1904)
{
	uint64_t days, seconds;
	if (!split_number(number, &days, &seconds))
		return false;
	if (from_1904)
		days += DAYS_1900_TO_1904;
	if (days == LEAP_THAT_WAS_NOT || days > LAST_DAY || days == 0)
		return false;
	days += days < LEAP_THAT_WAS_NOT; /* before it they count one too few */
	int64_t at = ((int64_t)days - DAYS_1900_TO_1970) * SECONDS_PER_DAY + (int64_t)seconds;
	writer_date(w, instant_date((struct instant){at}));
	seconds %= SECONDS_PER_DAY;
	if (seconds == 0)
		return true;
	writer_char(w, 'T');
	writer_padded(w, seconds / 3600, 2);
	writer_char(w, ':');
	writer_padded(w, seconds / 60 % 60, 2);
	writer_char(w, ':');
	writer_padded(w, seconds % 60, 2);
	return true;
}
