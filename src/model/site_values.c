/* SPDX-License-Identifier: Apache-2.0 */
/* What texts of the site must be, whoever wrote them. */
#include "base/limits.h"
#include "base/writer.h"
#include "model/site.h"

enum {
	HOST_MOST = 253, /* RFC 1035 */
	MAIL_MOST = 254, /* RFC 5321 */
	PHONE_MOST = 40,
	PHONE_LEAST = 3, /* digits: "113" */
	FILE_MOST = 120,
	ZONE_MOST = 64,
	PORT_MOST = 65535,
	SHA256_DIGITS = 64
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* Letters, digits and those of `more`. */
static bool made_of(struct str s, const char *more)
{
	for (size_t i = 0; i < s.size; i++)
		if (!is_letter(s.data[i]) && !is_digit(s.data[i]) && !is_one_of(s.data[i], more))
			return false;
	return true;
}

/* Control characters: U+0000 … U+001F, U+007F … U+009F. */
static bool is_control(const char *at, size_t length)
{
	unsigned char first = (unsigned char)at[0];
	if (length == 1)
		return first < 0x20 || first == 0x7f;
	return first == 0xc2 && (unsigned char)at[1] < 0xa0;
}

static bool is_text(struct str s, const char *allowed)
{
	for (size_t i = 0; i < s.size;) {
		size_t length = utf8_length((struct str){s.data + i, s.size - i});
		if (length == 0)
			return false;
		if (is_control(s.data + i, length) && !is_one_of(s.data[i], allowed))
			return false;
		i += length;
	}
	return true;
}

bool site_line_valid(struct str s)
{
	return s.size <= LIMIT_SITE_TEXT && is_text(s, "");
}

bool site_body_valid(struct str s)
{
	return s.size <= LIMIT_SITE_BODY && is_text(s, "\n\t");
}

static bool is_host(struct str s)
{
	if (s.size == 0 || s.size > HOST_MOST || !made_of(s, ".-"))
		return false;
	return !is_one_of(s.data[0], ".-") && !is_one_of(s.data[s.size - 1], ".-") &&
	       str_find(s, STR("..")) == s.size;
}

/* "host" or "host:port". */
static bool is_authority(struct str s)
{
	uint64_t port = 1;
	struct str digits;
	struct str host = str_cut(s, ':', &digits);
	if (host.size != s.size && (!str_to_u64(digits, PORT_MOST, &port) || port == 0))
		return false;
	return is_host(host);
}

static bool cut_authority(struct str url, struct str *ret_authority, struct str *ret_rest)
{
	static const struct str scheme = STR_INIT("https://");
	size_t at = scheme.size;
	if (!str_starts(url, scheme) || url.size > LIMIT_SITE_TEXT)
		return false;
	while (at < url.size && !is_one_of(url.data[at], "/?#"))
		at++;
	*ret_authority = (struct str){url.data + scheme.size, at - scheme.size};
	*ret_rest = (struct str){url.data + at, url.size - at};
	return true;
}

bool site_url_valid(struct str s)
{
	struct str authority, rest;
	return cut_authority(s, &authority, &rest) && is_authority(authority) &&
	       made_of(rest, "-._~:/?#[]@!$&'()*+,;=%");
}

bool site_address_valid(struct str s)
{
	struct str authority, rest;
	return cut_authority(s, &authority, &rest) && is_authority(authority) && rest.size == 0;
}

bool site_mail_valid(struct str s)
{
	struct str host;
	struct str name = str_cut(s, '@', &host);
	return s.size <= MAIL_MOST && name.size > 0 && made_of(name, ".!#$%&'*+-/=?^_`{|}~") &&
	       is_host(host) && memchr(host.data, '.', host.size) != NULL;
}

static bool is_number(struct str s)
{
	size_t digits = 0;
	for (size_t i = 0; i < s.size; i++) {
		if (!is_digit(s.data[i]) && !is_one_of(s.data[i], " +().-"))
			return false;
		digits += is_digit(s.data[i]);
	}
	return s.size <= PHONE_MOST && digits >= PHONE_LEAST;
}

bool site_phone_valid(struct str s)
{
	bool valid = str_trim(s).size == s.size && s.size > 0 && s.data[s.size - 1] != '|';
	while (valid && s.size > 0)
		valid = is_number(str_trim(str_cut(s, '|', &s)));
	return valid;
}

bool site_sha256_valid(struct str s)
{
	for (size_t i = 0; i < s.size; i++)
		if (!is_digit(s.data[i]) && !(s.data[i] >= 'a' && s.data[i] <= 'f'))
			return false;
	return s.size == SHA256_DIGITS;
}

bool site_file_valid(struct str s)
{
	return s.size > 0 && s.size <= FILE_MOST && s.data[0] != '.' && made_of(s, "._+-");
}

bool site_country_valid(struct str s)
{
	for (size_t i = 0; i < s.size; i++)
		if (s.data[i] < 'A' || s.data[i] > 'Z')
			return false;
	return s.size == 2;
}

bool site_zone_valid(struct str s)
{
	return s.size > 0 && s.size <= ZONE_MOST && is_letter(s.data[0]) && made_of(s, "_+-/") &&
	       s.data[s.size - 1] != '/' && str_find(s, STR("//")) == s.size;
}

bool site_date_valid(struct date d)
{
	if (d.year < 1970 || d.year > 2105 || d.month < 1 || d.month > 12 || d.day < 1 ||
		d.day > 31)
		return false;
	struct date again = instant_date(date_instant(d));
	return again.month == d.month && again.day == d.day;
}
