/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ip.h"

static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};

struct ip ip_from_v4(uint32_t host_order)
{
	return ip_from_halves(0, UINT64_C(0xFFFF00000000) | host_order);
}

struct ip ip_from_halves(uint64_t high, uint64_t low)
{
	struct ip ip;
	for (int i = 0; i < 8; i++) {
		ip.octets[i] = (uint8_t)(high >> (56 - 8 * i));
		ip.octets[8 + i] = (uint8_t)(low >> (56 - 8 * i));
	}
	return ip;
}

bool ip_is_v4(struct ip ip)
{
	return memcmp(ip.octets, mapped, sizeof(mapped)) == 0;
}

static uint64_t half(const uint8_t *octets)
{
	uint64_t value = 0;
	for (int i = 0; i < 8; i++)
		value = value << 8 | octets[i];
	return value;
}

uint64_t ip_high(struct ip ip)
{
	return half(ip.octets);
}

uint64_t ip_low(struct ip ip)
{
	return half(ip.octets + 8);
}

uint32_t ip_v4(struct ip ip)
{
	return (uint32_t)ip_low(ip);
}

int ip_compare(struct ip a, struct ip b)
{
	return memcmp(a.octets, b.octets, sizeof(a.octets));
}

static bool parse_octet(const char **at, const char *end, unsigned *ret_value)
{
	const char *start = *at;
	unsigned value = 0;
	while (*at < end && **at >= '0' && **at <= '9' && *at - start < 3)
		value = value * 10 + (unsigned)(*(*at)++ - '0');
	if (*at == start || value > 255 || (*at - start > 1 && *start == '0'))
		return false;
	*ret_value = value;
	return true;
}

static bool parse_v4(struct str s, uint32_t *ret_value)
{
	const char *at = s.data;
	const char *end = s.data + s.size;
	uint32_t value = 0;
	for (int part = 0; part < 4; part++) {
		unsigned octet;
		if (part > 0 && (at == end || *at++ != '.'))
			return false;
		if (!parse_octet(&at, end, &octet))
			return false;
		value = value << 8 | octet;
	}
	if (at != end)
		return false;
	*ret_value = value;
	return true;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Up to four hex digits; returns how many. */
static size_t parse_group(struct str s, uint16_t *ret_value)
{
	size_t at = 0;
	unsigned value = 0;
	while (at < s.size && at < 4 && hex_value(s.data[at]) >= 0)
		value = value << 4 | (unsigned)hex_value(s.data[at++]);
	*ret_value = (uint16_t)value;
	return at;
}

struct v6_groups {
	uint16_t groups[8];
	int count;
	int gap; /* index of "::", -1 without one */
};

/* One group, or the dotted tail that fills two. Returns bytes read, 0 on failure. */
static size_t parse_v6_part(struct str s, struct v6_groups *g)
{
	uint16_t value;
	uint32_t dotted;
	size_t size = parse_group(s, &value);
	if (g->count <= 6 && parse_v4(s, &dotted)) {
		g->groups[g->count++] = (uint16_t)(dotted >> 16);
		g->groups[g->count++] = (uint16_t)dotted;
		return s.size;
	}
	if (size == 0 || g->count == 8)
		return 0;
	g->groups[g->count++] = value;
	return size;
}

static bool parse_v6_groups(struct str s, struct v6_groups *g)
{
	size_t at = 0;
	if (str_starts(s, STR("::"))) {
		g->gap = 0;
		at = 2;
	}
	while (at < s.size) {
		size_t size = parse_v6_part((struct str){s.data + at, s.size - at}, g);
		at += size;
		if (size == 0)
			return false;
		if (at == s.size)
			break;
		if (s.data[at++] != ':' || at == s.size)
			return false;
		if (s.data[at] != ':')
			continue;
		if (g->gap >= 0)
			return false;
		g->gap = g->count;
		at++;
	}
	return g->gap >= 0 ? g->count < 8 : g->count == 8;
}

static bool parse_v6(struct str s, struct ip *ret_ip)
{
	struct v6_groups g = {.gap = -1};
	struct ip ip = {{0}};
	if (s.size < 2 || !parse_v6_groups(s, &g))
		return false;
	for (int i = 0; i < g.count; i++) {
		int slot = g.gap >= 0 && i >= g.gap ? i + 8 - g.count : i;
		ip.octets[2 * slot] = (uint8_t)(g.groups[i] >> 8);
		ip.octets[2 * slot + 1] = (uint8_t)g.groups[i];
	}
	*ret_ip = ip;
	return true;
}

bool ip_parse(struct str s, struct ip *ret_ip)
{
	uint32_t v4;
	if (parse_v4(s, &v4)) {
		*ret_ip = ip_from_v4(v4);
		return true;
	}
	return parse_v6(s, ret_ip);
}

static void write_v4(struct writer *w, uint32_t v4)
{
	for (int shift = 24; shift >= 0; shift -= 8) {
		writer_decimal(w, v4 >> shift & 255);
		if (shift)
			writer_char(w, '.');
	}
}

static void write_group(struct writer *w, unsigned group)
{
	static const char hex[] = "0123456789abcdef";
	bool started = false;
	for (int shift = 12; shift >= 0; shift -= 4) {
		unsigned digit = group >> shift & 15;
		if (digit || started || shift == 0)
			writer_char(w, hex[digit]);
		started = started || digit;
	}
}

/* The first longest run of two or more zero groups: RFC 5952, 4.2. */
static int longest_gap(const unsigned *groups, int *ret_length)
{
	int best = -1;
	int best_length = 1;
	for (int i = 0; i < 8; i++) {
		int length = 0;
		while (i + length < 8 && groups[i + length] == 0)
			length++;
		if (length > best_length) {
			best = i;
			best_length = length;
		}
	}
	*ret_length = best_length;
	return best;
}

void writer_ip(struct writer *w, struct ip ip)
{
	unsigned groups[8];
	int length;
	if (ip_is_v4(ip)) {
		write_v4(w, ip_v4(ip));
		return;
	}
	for (int i = 0; i < 8; i++)
		groups[i] = (unsigned)ip.octets[2 * i] << 8 | ip.octets[2 * i + 1];
	int gap = longest_gap(groups, &length);
	for (int i = 0; i < 8; i++) {
		if (i == gap) {
			writer_text(w, "::");
			i += length - 1;
			continue;
		}
		write_group(w, groups[i]);
		if (i < 7 && i + 1 != gap)
			writer_char(w, ':');
	}
}

struct unit ip_unit(struct ip ip)
{
	if (ip_is_v4(ip))
		return (struct unit){.key = ip_v4(ip), .v6 = false};
	return (struct unit){.key = ip_high(ip), .v6 = true};
}

struct ip unit_ip(struct unit unit)
{
	return unit.v6 ? ip_from_halves(unit.key, 0) : ip_from_v4((uint32_t)unit.key);
}

void writer_unit(struct writer *w, struct unit unit)
{
	writer_ip(w, unit_ip(unit));
	if (unit.v6)
		writer_text(w, "/64");
}

static struct ip host_mask(unsigned length)
{
	uint64_t high = length >= 64 ? 0 : UINT64_MAX >> length;
	uint64_t low = length >= 128 ? 0 : length <= 64 ? UINT64_MAX : UINT64_MAX >> (length - 64);
	return ip_from_halves(high, low);
}

bool prefix_parse(struct str s, struct prefix *ret_prefix)
{
	struct prefix p;
	struct str digits;
	uint64_t length = 0;
	struct str address = str_cut(s, '/', &digits);
	if (!ip_parse(address, &p.ip))
		return false;
	bool bare = address.size == s.size;
	bool dotted = ip_is_v4(p.ip) && memchr(address.data, ':', address.size) == NULL;
	if (!bare && (!str_to_u64(digits, dotted ? 32 : 128, &length) || digits.size > 3))
		return false;
	p.length = (uint8_t)(bare ? 128 : dotted ? 96 + length : length);
	struct ip hosts = host_mask(p.length);
	for (int i = 0; i < 16; i++)
		if (p.ip.octets[i] & hosts.octets[i])
			return false;
	*ret_prefix = p;
	return true;
}

struct ip prefix_last(struct prefix prefix)
{
	struct ip hosts = host_mask(prefix.length);
	for (int i = 0; i < 16; i++)
		hosts.octets[i] |= prefix.ip.octets[i];
	return hosts;
}

bool prefix_contains(struct prefix prefix, struct ip ip)
{
	return ip_compare(prefix.ip, ip) <= 0 && ip_compare(ip, prefix_last(prefix)) <= 0;
}

bool prefix_is_host(struct prefix prefix)
{
	return prefix.length == 128;
}

void writer_prefix(struct writer *w, struct prefix prefix)
{
	bool v4 = ip_is_v4(prefix.ip) && prefix.length >= 96;
	writer_ip(w, prefix.ip);
	writer_char(w, '/');
	writer_decimal(w, v4 ? prefix.length - 96U : prefix.length);
}

struct special {
	uint64_t high;
	uint64_t low;
	uint8_t length;
	enum ip_scope scope;
};

#define V4(a, b, c, d, n, scope)                                                                   \
	{                                                                                          \
		0, UINT64_C(0xFFFF00000000) | (uint64_t)(a) << 24 | (b) << 16 | (c) << 8 | (d),    \
			96 + (n), scope                                                            \
	}

/* IANA IPv4 and IPv6 Special-Purpose Address Registries; more specific entries first. Prefixes for
 * documentation and benchmarks are left out: no machine has them, and training, examples and tests
 * use them as if some did. */
static const struct special specials[] = {
	V4(0, 0, 0, 0, 8, IP_SCOPE_RESERVED),
	V4(10, 0, 0, 0, 8, IP_SCOPE_PRIVATE),
	V4(100, 64, 0, 0, 10, IP_SCOPE_SHARED),
	V4(127, 0, 0, 0, 8, IP_SCOPE_LOOPBACK),
	V4(169, 254, 0, 0, 16, IP_SCOPE_PRIVATE),
	V4(172, 16, 0, 0, 12, IP_SCOPE_PRIVATE),
	V4(192, 0, 0, 0, 24, IP_SCOPE_RESERVED),
	V4(192, 168, 0, 0, 16, IP_SCOPE_PRIVATE),
	V4(224, 0, 0, 0, 4, IP_SCOPE_MULTICAST),
	V4(255, 255, 255, 255, 32, IP_SCOPE_MULTICAST),
	V4(240, 0, 0, 0, 4, IP_SCOPE_RESERVED),
	{0, 1, 128, IP_SCOPE_LOOPBACK},
	{0, 0, 128, IP_SCOPE_RESERVED},
	{UINT64_C(0x0100000000000000), 0, 64, IP_SCOPE_RESERVED},
	{UINT64_C(0x5F00000000000000), 0, 16, IP_SCOPE_RESERVED},
	{UINT64_C(0xFC00000000000000), 0, 7, IP_SCOPE_PRIVATE},
	{UINT64_C(0xFE80000000000000), 0, 10, IP_SCOPE_PRIVATE},
	{UINT64_C(0xFF00000000000000), 0, 8, IP_SCOPE_MULTICAST},
};

/* In numbers, since every row of every feed asks. */
static bool special_contains(const struct special *s, uint64_t high, uint64_t low)
{
	if (s->length <= 64)
		return (high ^ s->high) >> (64 - s->length) == 0;
	return high == s->high && (low ^ s->low) >> (128 - s->length) == 0;
}

/* Most addresses lie in 2000::/3, or are IPv4 and begin with a number that no special range does:
 * that spares every row of every feed the walk along them. */
static bool plainly_global(const uint8_t octets[16])
{
	if (memcmp(octets, mapped, sizeof(mapped)) != 0)
		return octets[0] >> 5 == 1;
	switch (octets[sizeof(mapped)]) {
	case 0:
	case 10:
	case 100:
	case 127:
	case 169:
	case 172:
	case 192:
		return false;
	default:
		return octets[sizeof(mapped)] < 224;
	}
}

enum ip_scope ip_scope(struct ip ip)
{
	if (plainly_global(ip.octets))
		return IP_SCOPE_GLOBAL;
	uint64_t high = ip_high(ip);
	uint64_t low = ip_low(ip);
	for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++)
		if (special_contains(&specials[i], high, low))
			return specials[i].scope;
	return IP_SCOPE_GLOBAL;
}
