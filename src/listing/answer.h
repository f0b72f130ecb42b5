/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "listing/listing.h"

/* The answer to "is this address in a botnet?", decided and written in this one place for the page,
 * the API and the command line. */

enum answer_verdict {
	ANSWER_SEEN,
	ANSWER_NOT_SEEN, /* in the window, by these feeds: which does not mean clean */
	ANSWER_CANNOT_BE_SAID,
	ANSWER__COUNT
};

/* Why it cannot be said. */
enum answer_reason {
	ANSWER_NO_REASON,
	ANSWER_LOOPBACK,    /* the visitor is this machine itself */
	ANSWER_PRIVATE,     /* an address inside a home or office network */
	ANSWER_SHARED,      /* 100.64.0.0/10 */
	ANSWER_SPECIAL,     /* multicast, documentation … */
	ANSWER_MOBILE,      /* a mobile operator's pool: many subscribers at once */
	ANSWER_NAT,         /* carrier NAT: the same */
	ANSWER_NO_LISTING,  /* none published yet */
	ANSWER_OLD_LISTING, /* built more than ANSWER_FRESH_SECONDS ago: silence says nothing */
	ANSWER_REASON__COUNT
};

enum {
	ANSWER_ENTRIES = 16,
	ANSWER_FRESH_SECONDS = 3 * SECONDS_PER_DAY
};

struct answer {
	struct ip ip;
	struct unit unit;
	enum answer_verdict verdict;
	enum answer_reason reason;
	bool listed;     /* has an entry within its window, whatever the verdict */
	uint32_t window; /* seconds looked back for such an address */
	size_t count;    /* entries kept below */
	size_t total;    /* entries there are */
	struct listing_entry entries[ANSWER_ENTRIES]; /* last seen first */
};

/* listing NULL: none published. pool: of the address, from attribution. */
void answer_decide(const struct listing *listing, enum pool pool, struct ip ip, struct instant now,
	struct answer *ret_answer);

/* "seen", "not_seen", "cannot_be_said". */
struct str answer_verdict_name(enum answer_verdict verdict);

/* "loopback", "private" … ; empty for ANSWER_NO_REASON. */
struct str answer_reason_name(enum answer_reason reason);

/* {"ip","unit","answer","listed","sightings":[{"botnet","kind","feed","first_seen","last_seen",
 * "precision"}],"reason","as_of"} without a line end; reason only where there is one, as_of (when
 * the listing was built) only where there is a listing. Times are ISO 8601, UTC. */
void answer_write_json(
	struct writer *w, const struct listing *listing, const struct answer *answer);
