/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/official.h"

/* What units declare in a campaign, as official documents: the return of one unit (the letter's
 * Appendix II), and the roll-up of a level. Pure: from plain values, whoever keeps them.
 *
 * The caller fills in what an office puts around it (language, names, number, place, date,
 * recipients, copies, signer); these functions fill in kind, title, subject, body and annexes.
 * Texts of the result are the caller's or lie in the arena. Numbers are whole and at most 2^53. */

/* A number that may not have been given. */
struct declared {
	bool known;
	uint64_t count;
};

/* The letter that asked for it: "2049/STTTT-CNTT", 06/10/2020, "Sở Thông tin và Truyền thông". An
 * empty number: none is named. */
struct reference {
	struct str number;
	struct date date;
	struct str body;
};

/* --- (a) one unit --- */

struct return_row {
	struct str label; /* "Tổng số cơ quan, … nhận được thông tin về chiến dịch" */
	struct declared declared;
	struct str note; /* Ghi chú */
};

struct unit_return {
	struct str campaign; /* "Chiến dịch rà soát và bóc gỡ mã độc trên toàn quốc năm 2020" */
	struct str unit;       /* "Ủy ban nhân dân phường Máy Tơ" */
	struct str assessment; /* free text; lines are paragraphs; may be empty */
	struct reference order;
	const struct return_row *rows;
	size_t row_count;
};

/* E_NOMEM. */
MUST_CHECK enum err return_document(
	const struct unit_return *r, struct arena *arena, struct official *document);

/* --- (b) a level --- */

struct rollup_row {
	struct str label;
	uint64_t sum;   /* of the numbers declared */
	uint64_t units; /* that declared it */
	/* Organisations counted once, where all lists with tax codes are there. */
	struct declared distinct;
	/* Of the same row in the earlier campaign; not known: no such row. */
	struct declared earlier;
	uint64_t earlier_units; /* that declared it then */
};

enum rollup_state {
	ROLLUP_ON_TIME,
	ROLLUP_LATE,     /* sent after its deadline */
	ROLLUP_OPENED,   /* opened, nothing sent */
	ROLLUP_UNOPENED, /* never opened */
	ROLLUP_STATE__COUNT
};

/* A child of the level, with everything below it. */
struct rollup_child {
	struct str name;
	uint64_t units;              /* that have reported … */
	uint64_t expected;           /* … of so many */
	const struct declared *sums; /* one a row of the roll-up */
};

/* A unit that has not reported in time. */
struct rollup_late {
	struct str name;
	struct str superior;   /* may be empty */
	struct date submitted; /* year 0: nothing has come */
};

/* A unit that has not opened the letter. */
struct rollup_unopened {
	struct str name;
	struct str superior; /* may be empty */
};

struct rollup {
	struct str campaign;
	struct str unit;       /* whose roll-up it is: "thành phố Hải Phòng" */
	struct str assessment; /* may be empty; lines are paragraphs */
	struct reference order;
	struct date as_of;    /* what has come up to the end of this day is in it */
	struct date deadline; /* before this day; year 0: none */
	/* units = on_time + late; expected = units + opened + unopened */
	uint64_t by_state[ROLLUP_STATE__COUNT];
	const struct rollup_row *rows;
	size_t row_count;
	const struct rollup_child *children;
	size_t child_count;
	const struct rollup_late *late; /* sent late, and not sent though opened */
	size_t late_count;
	const struct rollup_unopened *unopened;
	size_t unopened_count;
	struct str earlier_campaign; /* empty: no comparison */
	uint64_t earlier_units, earlier_expected;
};

/* E_NOMEM. */
MUST_CHECK enum err rollup_document(
	const struct rollup *r, struct arena *arena, struct official *document);
