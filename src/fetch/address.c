/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/address.h"

#include "base/ip.h"
#include "base/limits.h"
#include "fetch/state.h"

static const struct str plain = STR_INIT("http://");
static const struct str secure = STR_INIT("https://");
static const struct str whole = STR_INIT("YYYY-MM-DD");

static struct str behind(struct str s, size_t size)
{
	return (struct str){s.data + size, s.size - size};
}

bool address_is_plain(struct str s)
{
	return str_starts(s, plain);
}

/* Host and port, or empty. */
static struct str authority_of(struct str s)
{
	size_t size = str_starts(s, plain)    ? plain.size
		      : str_starts(s, secure) ? secure.size
					      : s.size;
	struct str rest = behind(s, size);
	size_t end = 0;
	while (end < rest.size && rest.data[end] != '/' && rest.data[end] != '?')
		end++;
	return (struct str){rest.data, end};
}

bool address_valid(struct str s)
{
	struct str authority = authority_of(s);
	if (s.size > LIMIT_FETCH_ADDRESS || authority.size == 0 ||
		memchr(authority.data, '@', authority.size))
		return false;
	for (size_t i = 0; i < s.size; i++) {
		unsigned char c = (unsigned char)s.data[i];
		if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\' || c == '"')
			return false;
	}
	return true;
}

bool address_is_here(struct str s)
{
	struct str authority = authority_of(s), rest;
	struct ip ip;
	if (str_starts(authority, STR("[::1]")))
		return true;
	struct str host = str_cut(authority, ':', &rest);
	if (str_equal_nocase(host, STR("localhost")))
		return true;
	return str_starts(host, STR("127.")) && ip_parse(host, &ip);
}

static bool has(struct str s, struct str part)
{
	return str_find(s, part) < s.size;
}

bool address_has_day(struct str s)
{
	return has(s, whole) ||
	       (has(s, STR("{YYYY}")) && has(s, STR("{MM}")) && has(s, STR("{DD}")));
}

bool address_has_half_a_day(struct str s)
{
	return !address_has_day(s) &&
	       (has(s, STR("YYYY")) || has(s, STR("{MM}")) || has(s, STR("{DD}")));
}

bool address_has_secret(struct str s)
{
	return has(s, STR("{secret}"));
}

/* The placeholder at the front written; its length, 0 where there is none. */
static size_t write_place(struct writer *w, struct str s, const struct date *day, struct str secret)
{
	if (day && str_starts(s, whole)) {
		writer_date(w, *day);
		return whole.size;
	}
	if (day && str_starts(s, STR("{YYYY}"))) {
		writer_padded(w, (uint64_t)day->year, 4);
		return 6;
	}
	if (day && (str_starts(s, STR("{MM}")) || str_starts(s, STR("{DD}")))) {
		writer_padded(w, (uint64_t)(s.data[1] == 'M' ? day->month : day->day), 2);
		return 4;
	}
	if (secret.size > 0 && str_starts(s, STR("{secret}"))) {
		writer_str(w, secret);
		return 8;
	}
	return 0;
}

void address_write(struct writer *w, struct str s, const struct date *day, struct str secret)
{
	for (size_t at = 0; at < s.size;) {
		size_t size = write_place(w, behind(s, at), day, secret);
		if (size == 0)
			writer_char(w, s.data[at++]);
		at += size;
	}
}

static bool name_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-' || c == '+';
}

static struct str last_part(struct str s)
{
	struct str authority = authority_of(s), rest;
	/* What is no address is a name already. */
	if (authority.size > 0)
		s = behind(s, (size_t)(authority.data + authority.size - s.data));
	struct str path = str_cut(s, '?', &rest);
	while (memchr(path.data ? path.data : "", '/', path.size))
		(void)str_cut(path, '/', &path);
	return path;
}

void address_file_name(
	struct writer *w, struct str address, const struct date *day, struct str otherwise)
{
	struct date found;
	struct str name = last_part(address);
	size_t most = FETCH_NAME - 12;
	while (name.size > 0 && name.data[0] == '.')
		name = behind(name, 1);
	/* The end says more than the beginning: the ending of a packed file. */
	if (name.size > most)
		name = behind(name, name.size - most);
	if (name.size == 0)
		name = otherwise;
	bool dated = day && !date_find(name, &found);
	if (dated) {
		writer_date(w, *day);
		writer_char(w, '-');
	}
	for (size_t i = 0; i < name.size && i < most; i++)
		writer_char(w, name_letter(name.data[i]) && (i > 0 || dated || name.data[i] != '.')
				       ? name.data[i]
				       : '_');
}
