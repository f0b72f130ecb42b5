/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* Two versions of a text, line beside line: the fewest lines that went and came (E. Myers, An
 * O(ND) Difference Algorithm, 1986), and lines that took another's place beside each other. */
enum compare_kind {
	COMPARE_SAME,
	COMPARE_CHANGED, /* one line took the other's place */
	COMPARE_REMOVED,
	COMPARE_ADDED
};

struct compare_row {
	enum compare_kind kind;
	struct str left, right;       /* without their line ends; borrowed from the texts */
	size_t left_line, right_line; /* 1 …; 0: none on this side */
};

enum {
	COMPARE_LINES = 50000, /* of a text */
	COMPARE_EDITS = 1000   /* past these what lies between what is the same in front and at the
				  end counts as changed */
};

/* Rows lie in the arena. E_LIMIT: a text has too many lines; E_NOMEM. */
MUST_CHECK enum err compare_texts(struct str left, struct str right, struct arena *arena,
	const struct compare_row **ret_rows, size_t *ret_count);

/* What differs within a changed line: whole characters between what is the same in front and at the
 * end. */
struct compare_middle {
	struct str before;      /* the same on both sides */
	struct str left, right; /* not the same; one may be empty */
	struct str after;
};
struct compare_middle compare_line(struct str left, struct str right);
