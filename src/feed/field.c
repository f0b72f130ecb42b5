/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/field.h"

static int two_digits(const char *s)
{
	unsigned tens = (unsigned)s[0] - '0';
	unsigned ones = (unsigned)s[1] - '0';
	return tens <= 9 && ones <= 9 ? (int)(tens * 10 + ones) : 99;
}

static bool time_on_known_day(const struct field_time *t, struct str s, uint32_t *ret_second)
{
	if (s.size != 19 || memcmp(s.data, t->day, sizeof(t->day)) != 0 || s.data[13] != ':' ||
		s.data[16] != ':')
		return false;
	int hour = two_digits(s.data + 11);
	int minute = two_digits(s.data + 14);
	int second = two_digits(s.data + 17);
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*ret_second = t->midnight + (uint32_t)(hour * 3600 + minute * 60 + second);
	return true;
}

bool field_time_parse(struct field_time *t, struct str s, uint32_t *ret_second)
{
	struct instant instant;
	struct instant midnight;
	if (t->known && time_on_known_day(t, s, ret_second))
		return true;
	if (!instant_parse(s, &instant))
		return false;
	*ret_second = (uint32_t)instant.seconds;
	char start[20] = "0000-00-00 00:00:00";
	memcpy(start, s.data, sizeof(t->day));
	t->known = instant_parse((struct str){start, 19}, &midnight) &&
		   midnight.seconds + SECONDS_PER_DAY <= UINT32_MAX;
	t->midnight = t->known ? (uint32_t)midnight.seconds : 0;
	memcpy(t->day, s.data, sizeof(t->day));
	return true;
}

/* "[.]" and its like at the beginning: what it stands for, and how long it is; 0: nothing. */
static size_t defanged_sign(struct str s, char *ret_sign)
{
	static const struct {
		struct str text;
		char sign;
	} signs[] = {
		{STR_INIT("[.]"), '.'},
		{STR_INIT("(.)"), '.'},
		{STR_INIT("{.}"), '.'},
		{STR_INIT("[dot]"), '.'},
		{STR_INIT("(dot)"), '.'},
		{STR_INIT("[:]"), ':'},
	};
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (str_starts(s, signs[i].text)) {
			*ret_sign = signs[i].sign;
			return signs[i].text.size;
		}
	}
	return 0;
}

struct str field_refang(struct str s, char text[FIELD_DEFANGED_MOST])
{
	size_t size = 0;
	size_t at = 0;
	while (at < s.size && s.data[at] != '[' && s.data[at] != '(' && s.data[at] != '{')
		at++;
	if (at == s.size || s.size > FIELD_DEFANGED_MOST)
		return s;
	at = 0;
	while (at < s.size) {
		size_t skip = defanged_sign((struct str){s.data + at, s.size - at}, &text[size]);
		if (skip == 0)
			text[size] = s.data[at];
		at += skip ? skip : 1;
		size++;
	}
	return size < s.size ? (struct str){text, size} : s;
}

bool field_port_parse(struct str s, uint16_t *ret_port)
{
	uint32_t port = 0;
	if (s.size > 5)
		return false;
	for (size_t i = 0; i < s.size; i++) {
		unsigned digit = (unsigned)s.data[i] - '0';
		if (digit > 9)
			return false;
		port = port * 10 + digit;
	}
	if (port > UINT16_MAX)
		return false;
	*ret_port = (uint16_t)port;
	return true;
}

/* IANA protocol numbers of what feeds name. */
static const struct {
	struct str name;
	uint8_t number;
} protocols[] = {
	{STR_INIT("tcp"), 6},
	{STR_INIT("udp"), 17},
	{STR_INIT("icmp"), 1},
	{STR_INIT("gre"), 47},
	{STR_INIT("ipv6-icmp"), 58},
	{STR_INIT("icmp6"), 58},
	{STR_INIT("sctp"), 132},
	{STR_INIT("igmp"), 2},
	{STR_INIT("esp"), 50},
};

bool field_protocol_parse(struct str s, uint8_t *ret_protocol)
{
	uint64_t number = 0;
	if (s.size > 0 && !str_to_u64(s, UINT8_MAX, &number)) {
		size_t i = 0;
		size_t count = sizeof(protocols) / sizeof(protocols[0]);
		while (i < count && !str_equal_nocase(s, protocols[i].name))
			i++;
		if (i == count)
			return false;
		number = protocols[i].number;
	}
	*ret_protocol = (uint8_t)number;
	return true;
}

/* Private and shared addresses are: networks have sinkholes of their own, and published samples
 * hide their addresses so. They are never listed. */
static bool may_be_a_machine(struct ip ip)
{
	enum ip_scope scope = ip_scope(ip);
	return scope == IP_SCOPE_GLOBAL || scope == IP_SCOPE_PRIVATE || scope == IP_SCOPE_SHARED;
}

enum problem_code field_source_parse(struct str s, bool ranges, struct prefix *ret_prefix)
{
	struct prefix p = {.length = 128};
	if (ranges && s.size > 0 && memchr(s.data, '/', s.size)) {
		struct str rest;
		if (!ip_parse(str_cut(s, '/', &rest), &p.ip))
			return PROBLEM_BAD_ADDRESS;
		if (!prefix_parse(s, &p))
			return PROBLEM_BAD_PREFIX;
	} else if (!ip_parse(s, &p.ip)) {
		return PROBLEM_BAD_ADDRESS;
	}
	/* Neither end may lie in a special range; one in the middle of a listed range does no harm.
	 */
	if (!may_be_a_machine(p.ip) || (p.length < 128 && !may_be_a_machine(prefix_last(p))))
		return PROBLEM_NOT_A_MACHINE;
	*ret_prefix = p;
	return PROBLEM_NONE;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool contains_nocase(struct str s, struct str part)
{
	for (size_t at = 0; at + part.size <= s.size; at++) {
		size_t i = 0;
		while (i < part.size && lower(s.data[at + i]) == part.data[i])
			i++;
		if (i == part.size)
			return true;
	}
	return false;
}

static struct str last_part(struct str key)
{
	struct str rest = key;
	while (rest.size > 0)
		key = str_cut(rest, '.', &rest);
	return key;
}

bool field_private(struct str key)
{
	static const struct str inside[] = {STR_INIT("password"), STR_INIT("passwd"),
		STR_INIT("username"), STR_INIT("user_name"), STR_INIT("credential")};
	static const struct str whole[] = {STR_INIT("user"), STR_INIT("pass"), STR_INIT("pwd"),
		STR_INIT("login"), STR_INIT("account")};
	struct str part = last_part(key);
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		if (contains_nocase(key, inside[i]))
			return true;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		if (str_equal_nocase(part, whole[i]))
			return true;
	return false;
}
