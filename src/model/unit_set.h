/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "base/err.h"
#include "base/ip.h"

/* A set of counting units: IPv4 addresses in a Roaring bitmap, IPv6 /64s in a sorted array. The two
 * are counted apart, always. */
struct unit_set;

struct unit_set *unit_set_new(void); /* NULL without memory */
void unit_set_free(struct unit_set *s);
void unit_set_clear(struct unit_set *s);

/* A new set with all that `from` has, which is empty afterwards; NULL without memory. */
struct unit_set *unit_set_take(struct unit_set *from);

/* v4 in ascending order is fastest; any order works. */
MUST_CHECK enum err unit_set_add_v4(struct unit_set *s, const uint32_t *addresses, size_t count);
MUST_CHECK enum err unit_set_add_v6(struct unit_set *s, const uint64_t *nets, size_t count);
bool unit_set_contains(const struct unit_set *s, struct unit unit);

/* s ∪= other, s ∩= other. */
MUST_CHECK enum err unit_set_unite(struct unit_set *s, const struct unit_set *other);
MUST_CHECK enum err unit_set_intersect(struct unit_set *s, const struct unit_set *other);

/* For a union of many sets: unit_set_gather() is unit_set_unite() at a fraction of the price, but
 * until unit_set_settle() the set is good for nothing but gathering more (and clearing, freeing).
 * Settling a settled set does nothing. */
MUST_CHECK enum err unit_set_gather(struct unit_set *s, const struct unit_set *other);

/* The IPv4 addresses that `within` has too, and all the /64s. */
MUST_CHECK enum err unit_set_gather_within(
	struct unit_set *s, const struct unit_set *other, const struct unit_set *within);

/* /64s as they are stored, u64 each. */
MUST_CHECK enum err unit_set_gather_nets(struct unit_set *s, struct bytes nets);

/* IPv4 addresses in portable Roaring that this program has written: it is believed. */
MUST_CHECK enum err unit_set_gather_page(struct unit_set *s, struct bytes roaring);
MUST_CHECK enum err unit_set_settle(struct unit_set *s);

/* Both ends belong to the range: cheap however wide it is. */
MUST_CHECK enum err unit_set_add_range_v4(struct unit_set *s, uint32_t first, uint32_t last);

/* Leaves the IPv4 addresses that `other` has too; and the /64s that lie in one of the ranges, both
 * ends included, which ascend and do not touch. */
void unit_set_keep_v4(struct unit_set *s, const struct unit_set *other);
void unit_set_keep_v6(
	struct unit_set *s, const uint64_t *first, const uint64_t *last, size_t ranges);

/* How many IPv4 addresses the two have in common, without making the set of them. */
uint64_t unit_set_common_v4(const struct unit_set *s, const struct unit_set *other);

uint64_t unit_set_count_v4(const struct unit_set *s);

/* Of a range, both ends included. */
uint64_t unit_set_count_range_v4(const struct unit_set *s, uint32_t first, uint32_t last);
uint64_t unit_set_count_v6(const struct unit_set *s);

/* Ascending runs of v4 addresses: fills `buffer` with the next up to `capacity` from *position on
 * (start with 0), moves *position past them; 0 at the end. */
size_t unit_set_read_v4(
	const struct unit_set *s, uint64_t *position, uint32_t *buffer, size_t capacity);

/* All /64s, ascending, borrowed until the set changes. */
const uint64_t *unit_set_v6(const struct unit_set *s, size_t *ret_count);

/* The stored form: docs/format/derived.md. Reading checks every bound and every order: the bytes
 * may be anything. */
void unit_set_write(const struct unit_set *s, struct writer *w);
MUST_CHECK enum err unit_set_read(struct cursor *c, struct unit_set **ret_set);
