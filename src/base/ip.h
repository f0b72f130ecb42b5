/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"
#include "base/writer.h"

/* One IPv4 or IPv6 address, always 16 bytes in network order; IPv4 in its mapped form
 * ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so that "mapped" and plain IPv4 are one and the same. */
struct ip {
	uint8_t octets[16];
};

struct ip ip_from_v4(uint32_t host_order);
struct ip ip_from_halves(uint64_t high, uint64_t low);
bool ip_is_v4(struct ip ip);

/* Host order; only where ip_is_v4(). */
uint32_t ip_v4(struct ip ip);
uint64_t ip_high(struct ip ip);
uint64_t ip_low(struct ip ip);

/* By number; every IPv4 address (as mapped) compares within ::ffff:0:0/96. */
int ip_compare(struct ip a, struct ip b);

/* Dotted IPv4 (four decimal parts, no leading zeros), IPv6 per RFC 4291 with mapped addresses
 * folded into IPv4. No zone, no brackets, no space. */
bool ip_parse(struct str s, struct ip *ret_ip);

/* RFC 5952 for IPv6, dotted for IPv4. */
void writer_ip(struct writer *w, struct ip ip);

/* What the campaign counts: an IPv4 address or an IPv6 /64. `key` is the address in host order, or
 * the upper 64 bits. The two are never summed together. */
struct unit {
	uint64_t key;
	bool v6;
};

struct unit ip_unit(struct ip ip);

/* The address itself, or the first of the /64. */
struct ip unit_ip(struct unit unit);

/* "192.0.2.1" or "2001:db8::/64". */
void writer_unit(struct writer *w, struct unit unit);

/* `length` counts in the 128-bit form: 96 + n for IPv4 /n. */
struct prefix {
	struct ip ip; /* host bits are zero */
	uint8_t length;
};

/* "192.0.2.0/24", "2001:db8::/32", or a bare address (/32, /128). False also when host bits are
 * set. */
bool prefix_parse(struct str s, struct prefix *ret_prefix);
struct ip prefix_last(struct prefix prefix);
bool prefix_contains(struct prefix prefix, struct ip ip);
bool prefix_is_host(struct prefix prefix);

/* With the length as people write it: /24 for IPv4. */
void writer_prefix(struct writer *w, struct prefix prefix);

/* What an address is for, by the IANA special-purpose registries (RFC 6890 and successors). */
enum ip_scope {
	IP_SCOPE_GLOBAL, /* also documentation (RFC 5737, 3849) and benchmarks */
	IP_SCOPE_LOOPBACK,
	IP_SCOPE_PRIVATE,   /* RFC 1918, unique local, link local */
	IP_SCOPE_SHARED,    /* 100.64.0.0/10, carrier NAT (RFC 6598) */
	IP_SCOPE_MULTICAST, /* also 255.255.255.255 */
	IP_SCOPE_RESERVED,  /* "this network", discard-only, class E … */
	IP_SCOPE__COUNT
};

enum ip_scope ip_scope(struct ip ip);
