/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Which (first second, identity) pairs were seen: 64-bit mixes in open addressing. Identity is a
 * keyed hash already, so a false match among n pairs has the odds n² / 2⁶⁵ (5 M: one in a
 * million), and nobody outside can aim for one. */
struct identity_set {
	uint64_t *slots; /* 0: empty */
	unsigned bits;   /* 2^bits slots */
	size_t count;
	uint64_t *marks; /* one bit a slot, made at the first mark */
};

enum {
	IDENTITY_MOST = 16384 /* pairs handed over at once */
};

void identity_set_init(struct identity_set *s);
void identity_set_release(struct identity_set *s);

/* The mixes of `count` pairs. */
void identity_mix(
	const uint32_t *first, const uint64_t *identity, size_t count, uint64_t *ret_mixes);

/* fresh[i]: pair i was not in the set, nor earlier among these. All are in it afterwards. */
MUST_CHECK enum err identity_set_add(
	struct identity_set *s, const uint64_t *mixes, size_t count, bool *ret_fresh);

/* found[i]: pair i is in the set. */
void identity_set_find(
	const struct identity_set *s, const uint64_t *mixes, size_t count, bool *ret_found);

/* Marks those that are in the set; how many of them were there, and how many marked newly. */
MUST_CHECK enum err identity_set_mark(struct identity_set *s, const uint64_t *mixes, size_t count,
	uint64_t *ret_found, uint64_t *ret_newly);
