/* SPDX-License-Identifier: Apache-2.0 */
#include "network/source.h"

enum number_form {
	FORM_NONE,
	FORM_DECIMAL, /* one decimal number: the family is not said */
	FORM_V4,
	FORM_V6
};

/* Up to 128 bits of decimal digits. */
static bool parse_decimal(struct str s, address *ret_value)
{
	address value = 0;
	for (size_t i = 0; i < s.size; i++) {
		unsigned digit = (unsigned)(unsigned char)s.data[i] - '0';
		if (digit > 9 || value > (ADDRESS_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret_value = value;
	return s.size > 0;
}

/* The same of a size that cannot overflow 64 bits: most numbers of most tables. */
static bool parse_short_decimal(struct str s, address *ret_value)
{
	uint64_t value = 0;
	if (s.size == 0 || s.size > 18)
		return parse_decimal(s, ret_value);
	for (size_t i = 0; i < s.size; i++) {
		unsigned digit = (unsigned)(unsigned char)s.data[i] - '0';
		if (digit > 9)
			return false;
		value = value * 10 + digit;
	}
	*ret_value = value;
	return true;
}

static enum number_form parse_end(struct str s, address *ret_value)
{
	struct ip ip;
	if (parse_short_decimal(s, ret_value))
		return FORM_DECIMAL;
	if (!ip_parse(s, &ip))
		return FORM_NONE;
	*ret_value = address_from_ip(ip);
	return ip_is_v4(ip) ? FORM_V4 : FORM_V6;
}

/* Decimal numbers are IPv4 when both fit; IPv6 has no public addresses down there. */
static bool same_family(enum number_form a, enum number_form b, address last, enum family *ret)
{
	if (a != b)
		return false;
	if (a == FORM_DECIMAL)
		*ret = last <= UINT32_MAX ? FAMILY_V4 : FAMILY_V6;
	else
		*ret = a == FORM_V4 ? FAMILY_V4 : FAMILY_V6;
	return true;
}

bool parse_span(struct str first, struct str last, enum family *ret_family, struct range *ret_range,
	enum problem_code *ret_code, bool *ret_about_last)
{
	struct range range = {0};
	enum number_form a = parse_end(first, &range.first);
	enum number_form b = parse_end(last, &range.last);
	*ret_about_last = a != FORM_NONE;
	*ret_code = PROBLEM_BAD_ADDRESS;
	if (a == FORM_NONE || b == FORM_NONE)
		return false;
	*ret_code = PROBLEM_BAD_RANGE;
	if (range.first > range.last || !same_family(a, b, range.last, ret_family))
		return false;
	*ret_range = range;
	return true;
}

static void prefix_range(struct prefix prefix, enum family *ret_family, struct range *ret_range)
{
	*ret_family = ip_is_v4(prefix.ip) && prefix.length >= 96 ? FAMILY_V4 : FAMILY_V6;
	*ret_range = (struct range){0};
	ret_range->first = address_from_ip(prefix.ip);
	ret_range->last = address_from_ip(prefix_last(prefix));
}

bool parse_network(
	struct str s, enum family *ret_family, struct range *ret_range, enum problem_code *ret_code)
{
	struct prefix prefix;
	struct str last;
	bool about_last;
	struct str first = str_cut(s, '-', &last);
	*ret_code = PROBLEM_BAD_PREFIX;
	if (first.size < s.size)
		return parse_span(str_trim(first), str_trim(last), ret_family, ret_range, ret_code,
			&about_last);
	if (!prefix_parse(s, &prefix))
		return false;
	prefix_range(prefix, ret_family, ret_range);
	return true;
}

bool parse_asn(struct str s, uint32_t *ret_asn)
{
	uint64_t value;
	if (s.size > 2 && str_equal_nocase((struct str){s.data, 2}, STR("AS")))
		s = (struct str){s.data + 2, s.size - 2};
	if (!str_to_u64(s, UINT32_MAX, &value))
		return false;
	*ret_asn = (uint32_t)value;
	return true;
}

bool parse_country(struct str s, uint32_t *ret_value)
{
	char code[2];
	if (s.size != 2)
		return false;
	for (int i = 0; i < 2; i++)
		code[i] = (char)(s.data[i] >= 'a' && s.data[i] <= 'z' ? s.data[i] - 32 : s.data[i]);
	*ret_value = country_value((struct str){code, 2});
	return country_value_valid(*ret_value);
}
