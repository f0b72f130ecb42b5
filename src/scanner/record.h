/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "model/finding.h"

/* What a scan has said, kept for what is written at its end. Of very many only the first are kept
 * (LIMIT_SCAN_KEPT, LIMIT_SCAN_EXAMPLES); all are counted. */

struct kept_finding {
	struct finding finding;
	struct kept_finding *next;
};

struct kept_more {
	struct found_more more;
	struct kept_more *next;
};

struct kept_unscanned {
	struct not_scanned what;
	struct kept_unscanned *next;
};

struct unscanned_group {
	uint64_t count;
	struct kept_unscanned *first, *last;
	size_t kept;
};

struct record {
	struct arena arena;
	struct kept_finding *first, *last;
	uint64_t findings, kept; /* told one by one */
	struct kept_more *first_more, *last_more;
	uint64_t more_kept;
	uint64_t more; /* parts that were found in and not told one by one */
	struct unscanned_group groups[UNSCANNED__COUNT];
	uint64_t unscanned; /* of all groups */
	uint64_t foreign;   /* folders on other disks */
};

void record_init(struct record *r);
void record_release(struct record *r);

void record_finding(struct record *r, const struct finding *f);
void record_found_more(struct record *r, const struct found_more *more);
void record_unscanned(struct record *r, const struct not_scanned *what);
