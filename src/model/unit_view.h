/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "base/err.h"

/* A stored set of units (unit_set_write()) looked at where it lies, without making it: for whoever
 * counts much and keeps little. */
struct unit_view {
	struct bytes v4;   /* portable Roaring */
	struct bytes nets; /* /64s, u64 each, strictly ascending */
};

/* Checks every bound and every order: the bytes may be anything. Borrows. */
MUST_CHECK enum err unit_view_read(struct cursor *c, struct unit_view *ret_view);

/* What a set has of one /16 of IPv4. */
enum unit_page_form {
	PAGE_VALUES, /* lower halves, u16 each, ascending */
	PAGE_BITS,   /* 65,536 bits, little-endian u64 */
	PAGE_RUNS    /* u16 count, then (first, how many follow it), u16 each */
};

struct unit_page {
	const uint8_t *data;
	uint32_t count; /* addresses, 1 … 65,536 */
	uint16_t high;  /* their upper half */
	enum unit_page_form form;
};

/* Walks the pages, ascending. Fields are its own. */
struct unit_pages {
	struct bytes v4;
	size_t at;                            /* of the next page */
	const uint8_t *keys, *offsets, *runs; /* one of each page; offsets, runs: or NULL */
	uint32_t count, done;
	int32_t before;
	enum err err;
};
void unit_pages_begin(struct unit_pages *pages, struct bytes v4);

/* False at the end. */
bool unit_pages_next(struct unit_pages *pages, struct unit_page *ret_page);
