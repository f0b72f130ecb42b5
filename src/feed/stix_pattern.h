/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* Addresses in a pattern of STIX, as far as they are read: comparisons joined by OR, each an
 * address by itself or, joined by AND, with its port, its protocol, its name or its kind. */
enum stix_side {
	STIX_SIDE_NONE, /* ipv4-addr:value, ipv6-addr:value */
	STIX_SIDE_TO,   /* network-traffic:dst_ref.value */
	STIX_SIDE_FROM, /* network-traffic:src_ref.value */
	STIX_SIDE__COUNT
};

struct stix_match {
	struct str address; /* or a range; borrowed from the pattern */
	struct str port;    /* of that address; empty: any */
	struct str protocol;
	enum stix_side side;
};

typedef enum err stix_match_fn(void *context, const struct stix_match *match);

enum stix_reading {
	STIX_READ,       /* fn was called for every address; parts that are none were passed over */
	STIX_OTHER,      /* of something else: a hash, a name, an address of a page */
	STIX_UNREADABLE, /* it holds an address, but says more of it than we read; fn was not called
			  */
	STIX_READING__COUNT
};

/* An error is fn's. */
MUST_CHECK enum err stix_pattern_read(
	struct str pattern, stix_match_fn *fn, void *context, enum stix_reading *ret_reading);
