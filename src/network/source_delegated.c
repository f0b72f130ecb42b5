/* SPDX-License-Identifier: Apache-2.0 */
#include "base/instant.h"
#include "network/source.h"

/* What the registries have given to whom, as each publishes it every day: a version line, sums, and
 * "apnic|VN|ipv4|203.0.113.0|256|20100816|allocated". IPv4 by the number of addresses, which need
 * be no power of two, IPv6 by the length of the prefix. The extended form has more columns behind.
 */

enum {
	REGISTRY,
	COUNTRY,
	TYPE,
	START,
	VALUE,
	DATE,
	STATUS,
	FIELDS
};

static const struct str registries[] = {
	STR_INIT("afrinic"), STR_INIT("apnic"), STR_INIT("arin"), STR_INIT("iana"),
	STR_INIT("lacnic"), STR_INIT("ripencc"), STR_INIT("nro"), /* all of them in one */
};

/* Fields behind the last one we know stay with it. */
static size_t split(struct str line, struct str *ret_fields)
{
	size_t count = 0;
	bool more = true;
	while (more && count < FIELDS) {
		struct str rest;
		struct str field = str_cut(line, '|', &rest);
		more = field.size < line.size;
		ret_fields[count++] = str_trim(field);
		line = rest;
	}
	return count;
}

static bool is_registry(struct str s)
{
	for (size_t i = 0; i < sizeof(registries) / sizeof(registries[0]); i++)
		if (str_equal(s, registries[i]))
			return true;
	return false;
}

/* "2|apnic|20261009|89444|19830613|20261008|+1000" */
static bool is_version(const struct str *fields, size_t count)
{
	return count == FIELDS && str_starts(fields[0], STR("2")) && is_registry(fields[1]);
}

static bool is_record(const struct str *fields, size_t count)
{
	return count >= DATE && is_registry(fields[REGISTRY]) &&
	       (str_equal(fields[TYPE], STR("ipv4")) || str_equal(fields[TYPE], STR("ipv6")) ||
		       str_equal(fields[TYPE], STR("asn")));
}

bool delegated_recognise(struct str line)
{
	struct str fields[FIELDS];
	size_t count = split(str_trim(line), fields);
	return is_version(fields, count) || is_record(fields, count);
}

/* The last day it tells of: 20261008. */
static void take_day(struct parser *p, struct str s)
{
	char text[10];
	struct date day;
	if (s.size != 8)
		return;
	for (size_t i = 0, at = 0; i < 8; i++) {
		if (i == 4 || i == 6)
			text[at++] = '-';
		text[at++] = s.data[i];
	}
	if (date_parse((struct str){text, sizeof(text)}, &day) && date_instant(day).seconds > 0)
		p->built = (uint64_t)date_instant(day).seconds;
}

static bool span_v4(struct range *range, struct str value)
{
	uint64_t addresses;
	if (!str_to_u64(value, UINT64_C(1) << 32, &addresses) || addresses == 0 ||
		addresses - 1 > UINT32_MAX - (uint64_t)range->first)
		return false;
	range->last = range->first + (addresses - 1);
	return true;
}

static bool span_v6(struct range *range, struct str value)
{
	uint64_t length;
	if (!str_to_u64(value, 128, &length) || length == 0)
		return false;
	address rest = length == 128 ? 0 : ADDRESS_MAX >> length;
	range->last = range->first | rest;
	return (range->first & rest) == 0;
}

/* False: the row is bad, and told. */
static bool read_range(struct parser *p, struct place place, const struct str *fields,
	enum family *ret_family, struct range *ret_range)
{
	struct ip ip;
	bool v4 = str_equal(fields[TYPE], STR("ipv4"));
	if (!ip_parse(fields[START], &ip) || ip_is_v4(ip) != v4) {
		parser_reject(p, place, PROBLEM_BAD_ADDRESS, STR("start"), fields[START]);
		return false;
	}
	*ret_family = v4 ? FAMILY_V4 : FAMILY_V6;
	*ret_range = (struct range){.first = address_from_ip(ip)};
	if (v4 ? span_v4(ret_range, fields[VALUE]) : span_v6(ret_range, fields[VALUE]))
		return true;
	parser_reject(p, place, PROBLEM_BAD_RANGE, STR("value"), fields[VALUE]);
	return false;
}

/* What is reserved or still to be had is nobody's, and so are AS numbers here: they say who got a
 * number, not where its networks are. */
static bool concerns_us(const struct str *fields, size_t count)
{
	bool given = count < FIELDS || str_starts(fields[STATUS], STR("allocated")) ||
		     str_starts(fields[STATUS], STR("assigned"));
	return given && !str_equal(fields[TYPE], STR("asn")) &&
	       !str_equal(fields[COUNTRY], STR("*")) && !str_equal(fields[COUNTRY], STR("ZZ")) &&
	       fields[COUNTRY].size > 0;
}

static enum err parse_line(struct parser *p, struct place place, struct str line)
{
	struct str fields[FIELDS];
	enum family family;
	struct range range;
	uint32_t country;
	size_t count = split(line, fields);
	if (is_version(fields, count)) {
		take_day(p, fields[DATE]);
		return E_OK;
	}
	if (!is_record(fields, count)) {
		parser_reject(p, place, PROBLEM_UNKNOWN_FORMAT, STR(""), line);
		return E_OK;
	}
	if (!concerns_us(fields, count))
		return E_OK;
	if (!parse_country(fields[COUNTRY], &country)) {
		parser_reject(p, place, PROBLEM_BAD_COUNTRY, STR("country"), fields[COUNTRY]);
		return E_OK;
	}
	if (!read_range(p, place, fields, &family, &range))
		return E_OK;
	range.value = country;
	return parser_accept(p, family, &range);
}

enum err parse_delegated(struct parser *p)
{
	struct str rest = p->text;
	struct place place = {1, 0};
	p->table.info.kind = NETWORK_COUNTRY;
	while (rest.size > 0) {
		size_t before = rest.size;
		struct str line = str_trim(str_cut(rest, '\n', &rest));
		if (line.size > 0 && line.data[0] != '#')
			TRY(parse_line(p, place, line));
		place.line++;
		place.offset += before - rest.size;
	}
	return E_OK;
}
