/* SPDX-License-Identifier: Apache-2.0 */
#include "http/fields.h"

#include "base/limits.h"

static struct str drop(struct str s, size_t count)
{
	return (struct str){s.data + count, s.size - count};
}

/* --- Accept-Encoding --- */

enum {
	Q_FULL = 1000,
	Q_NOT_NAMED = -1
};

/* "0", "0.25", "1.000" in thousandths; what is none counts as not welcome. */
static int weight(struct str s)
{
	int value = 0;
	int scale = Q_FULL;
	if (s.size == 0 || s.size > 5 || s.data[0] < '0' || s.data[0] > '1' ||
		(s.size > 1 && s.data[1] != '.'))
		return 0;
	for (size_t i = 0; i < s.size; i++) {
		if (i == 1)
			continue;
		if (s.data[i] < '0' || s.data[i] > '9')
			return 0;
		value += (s.data[i] - '0') * scale;
		scale /= 10;
	}
	return value <= Q_FULL ? value : 0;
}

/* The q of "gzip;q=0.5". */
static int element_weight(struct str parameters)
{
	while (parameters.size > 0) {
		struct str value;
		struct str one = str_cut(parameters, ';', &parameters);
		struct str name = str_trim(str_cut(one, '=', &value));
		if (str_equal_nocase(name, STR("q")))
			return weight(str_trim(value));
	}
	return Q_FULL;
}

bool field_accepts_gzip(struct str accept_encoding)
{
	int gzip = Q_NOT_NAMED;
	int identity = Q_NOT_NAMED;
	int any = Q_NOT_NAMED;
	while (accept_encoding.size > 0) {
		struct str parameters;
		struct str element = str_cut(accept_encoding, ',', &accept_encoding);
		struct str name = str_trim(str_cut(element, ';', &parameters));
		int q = element_weight(parameters);
		if (str_equal_nocase(name, STR("gzip")) || str_equal_nocase(name, STR("x-gzip")))
			gzip = q;
		else if (str_equal_nocase(name, STR("identity")))
			identity = q;
		else if (str_equal(name, STR("*")))
			any = q;
	}
	gzip = gzip == Q_NOT_NAMED ? any : gzip;
	return gzip > 0 && gzip >= identity;
}

/* --- entity tags --- */

static struct str skip_separators(struct str s)
{
	while (s.size > 0 && (s.data[0] == ' ' || s.data[0] == '\t' || s.data[0] == ','))
		s = drop(s, 1);
	return s;
}

bool field_lists_tag(struct str list, struct str tag, bool weak)
{
	list = str_trim(list);
	if (str_equal(list, STR("*")))
		return true;
	for (list = skip_separators(list); list.size > 0; list = skip_separators(list)) {
		bool is_weak = str_starts(list, STR("W/"));
		if (is_weak)
			list = drop(list, 2);
		if (list.size == 0 || list.data[0] != '"')
			return false;
		size_t size = 1;
		while (size < list.size && list.data[size] != '"')
			size++;
		if (size == list.size)
			return false;
		if ((weak || !is_weak) && str_equal((struct str){list.data, size + 1}, tag))
			return true;
		list = drop(list, size + 1);
	}
	return false;
}

/* --- ranges --- */

/* Digits, all of them; a number past what we can hold is as good as the largest. */
static bool number(struct str s, uint64_t *ret_value)
{
	uint64_t value = 0;
	if (s.size == 0)
		return false;
	for (size_t i = 0; i < s.size; i++) {
		if (s.data[i] < '0' || s.data[i] > '9')
			return false;
		uint64_t digit = (uint64_t)(s.data[i] - '0');
		value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
	}
	*ret_value = value;
	return true;
}

/* "-500": the last 500 bytes. */
static enum range_asked suffix(struct str s, uint64_t size, struct byte_range *ret_part)
{
	uint64_t length;
	if (!number(s, &length))
		return RANGE_WHOLE;
	if (length == 0 || size == 0)
		return RANGE_OUTSIDE;
	length = length < size ? length : size;
	*ret_part = (struct byte_range){size - length, length};
	return RANGE_PART;
}

enum range_asked field_range(struct str range, uint64_t size, struct byte_range *ret_part)
{
	struct str set;
	struct str last_text;
	uint64_t first;
	uint64_t last = UINT64_MAX;
	if (!str_equal_nocase(str_trim(str_cut(range, '=', &set)), STR("bytes")))
		return RANGE_WHOLE;
	set = str_trim(set);
	if (set.size > 0 && set.data[0] == '-')
		return suffix(drop(set, 1), size, ret_part);
	struct str first_text = str_cut(set, '-', &last_text);
	if (first_text.size == set.size || !number(first_text, &first) ||
		(last_text.size > 0 && !number(last_text, &last)) || last < first)
		return RANGE_WHOLE;
	if (first >= size)
		return RANGE_OUTSIDE;
	last = last < size ? last : size - 1;
	*ret_part = (struct byte_range){first, last - first + 1};
	return RANGE_PART;
}

/* --- dates --- */

static const char days[] = "MonTueWedThuFriSatSun";
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* Where the three letters stand in a list of such, from 1; 0: nowhere. */
static int name_index(const char *names, struct str s)
{
	for (int i = 0; names[(ptrdiff_t)i * 3]; i++)
		if (str_equal((struct str){names + (ptrdiff_t)i * 3, 3}, s))
			return i + 1;
	return 0;
}

static struct str part(struct str s, size_t at, size_t size)
{
	return (struct str){s.data + at, size};
}

/* Digits at a place; -1 where they are none. */
static int digits(struct str s, size_t at, size_t size)
{
	uint64_t value;
	return number(part(s, at, size), &value) ? (int)value : -1;
}

static bool date_fits(struct str s)
{
	static const char form[] = "___, __ ___ ____ __:__:__ GMT";
	if (s.size != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < s.size; i++)
		if (form[i] != '_' && form[i] != s.data[i])
			return false;
	return true;
}

bool field_date(struct str s, struct instant *ret_instant)
{
	if (!date_fits(s) || name_index(days, part(s, 0, 3)) == 0)
		return false;
	struct date d = {digits(s, 12, 4), name_index(months, part(s, 8, 3)), digits(s, 5, 2)};
	int hour = digits(s, 17, 2);
	int minute = digits(s, 20, 2);
	int second = digits(s, 23, 2);
	if (d.year < 1 || d.month == 0 || d.day < 1 || d.day > 31 || hour < 0 || hour > 23 ||
		minute < 0 || minute > 59 || second < 0 || second > 60)
		return false;
	struct instant t = {date_instant(d).seconds + (int64_t)hour * SECONDS_PER_HOUR +
			    (int64_t)minute * 60 + second};
	/* A leap second may begin the year 10000, which has no such form. */
	if (instant_date(t).year != d.year && d.year == 9999)
		return false;
	*ret_instant = t;
	return true;
}

void field_write_date(struct writer *w, struct instant t)
{
	struct date d = instant_date(t);
	uint64_t second = (uint64_t)(t.seconds - date_instant(d).seconds);
	writer_str(w, part(str_from(days), (size_t)date_weekday(d) * 3, 3));
	writer_text(w, ", ");
	writer_padded(w, (uint64_t)d.day, 2);
	writer_char(w, ' ');
	writer_str(w, part(str_from(months), (size_t)(d.month - 1) * 3, 3));
	writer_char(w, ' ');
	writer_padded(w, (uint64_t)d.year, 4);
	writer_char(w, ' ');
	writer_padded(w, second / 3600, 2);
	writer_char(w, ':');
	writer_padded(w, second / 60 % 60, 2);
	writer_char(w, ':');
	writer_padded(w, second % 60, 2);
	writer_text(w, " GMT");
}

/* --- Content-Disposition --- */

static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

/* After the last '/' or '\', and not too long. */
static struct str plain_name(struct str name)
{
	for (size_t i = name.size; i-- > 0;) {
		if (name.data[i] == '/' || name.data[i] == '\\') {
			name = drop(name, i + 1);
			break;
		}
	}
	if (name.size > LIMIT_HTTP_FILE_NAME)
		name.size = LIMIT_HTTP_FILE_NAME;
	return name;
}

/* One character of the name in the form for all browsers, or percent-escaped. */
static void write_character(struct writer *w, struct str c, bool utf8)
{
	static const char hex[] = "0123456789ABCDEF";
	bool plain = c.size == 1 && (is_alphanumeric(c.data[0]) || is_one_of(c.data[0], "._-"));
	bool shown = c.size == 1 && is_one_of(c.data[0], " ()+,");
	bool bad = c.size == 0 || (c.size == 1 && (c.data[0] < ' ' || c.data[0] == '\x7f'));
	if (plain || (!utf8 && shown)) {
		writer_char(w, c.data[0]);
	} else if (!utf8 || bad) {
		writer_char(w, '_');
	} else {
		for (size_t i = 0; i < c.size; i++) {
			writer_char(w, '%');
			writer_char(w, hex[(uint8_t)c.data[i] >> 4]);
			writer_char(w, hex[(uint8_t)c.data[i] & 15]);
		}
	}
}

static void write_name(struct writer *w, struct str name, bool utf8)
{
	while (name.size > 0) {
		size_t size = utf8_length(name);
		write_character(w, part(name, 0, size), utf8);
		name = drop(name, size ? size : 1);
	}
}

void field_write_disposition(struct writer *w, struct str name)
{
	name = plain_name(name);
	writer_text(w, "attachment");
	if (name.size == 0)
		return;
	writer_text(w, "; filename=\"");
	write_name(w, name, false);
	writer_text(w, "\"; filename*=UTF-8''");
	write_name(w, name, true);
}

struct str field_cookie(struct str cookies, struct str name)
{
	while (cookies.size > 0) {
		struct str value;
		struct str pair = str_trim(str_cut(cookies, ';', &cookies));
		if (str_equal(str_cut(pair, '=', &value), name))
			return value;
	}
	return STR("");
}
