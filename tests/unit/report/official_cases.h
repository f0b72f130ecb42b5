/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "report/return_document.h"

/* Official documents for tests: made-up figures, names as long as real ones are. */
enum official_case {
	CASE_LETTER,       /* công văn, one recipient, one page */
	CASE_LONG_LETTER,  /* long names, several recipients, two signing lines */
	CASE_RETURN,       /* one unit's Appendix II, not yet numbered */
	CASE_LONG_RETURN,  /* an assessment of pages, many rows */
	CASE_ROLLUP,       /* 34 children, late units, an earlier campaign */
	CASE_ROLLUP_EN,    /* the same as a plain letter */
	CASE_EMPTY_ROLLUP, /* nobody has reported, nobody is late */
	CASE_WIDE_ROLLUP,  /* seven rows */
	CASE_HOSTILE,      /* no text is what it should be */
	OFFICIAL_CASE__COUNT
};

enum {
	CASE_CHILDREN = 34
};

const char *official_case_name(enum official_case c);

/* Everything lies in the arena or stands still. E_NOMEM. */
MUST_CHECK enum err official_case_make(
	enum official_case c, struct arena *arena, struct official *ret_document);
