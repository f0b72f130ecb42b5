/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/lang.h"
#include "base/problem.h"
#include "base/writer.h"

/* What a campaign asks of each organisation, as data. Made from a text (docs/format/form.md); a
 * change of the text makes a version, and a return keeps the one it was made with. Texts are
 * borrowed, those of a parsed form lie in the arena. */

enum row_type {
	ROW_NUMBER, /* whole, 0 … LIMIT_FORM_NUMBER */
	ROW_TEXT,   /* several lines */
	ROW_DATE,
	ROW_CHOICE,
	ROW_TYPE__COUNT
};

struct form_choice {
	struct str key;
	struct str label[LANG__COUNT];
};

struct form_row {
	struct str key; /* [a-z][a-z0-9-]*; the same through all versions and campaigns */
	enum row_type type;
	struct str label[LANG__COUNT];
	struct str help[LANG__COUNT]; /* may be empty, as may be the unit */
	struct str unit[LANG__COUNT];
	bool required;
	bool summed; /* numbers only: the levels above add it up */
	bool note;   /* has a "Ghi chú" beside it */
	bool listed; /* a list of organisations with their tax codes may stand behind its number */
	uint64_t least, most;              /* numbers only */
	const struct form_choice *choices; /* choices only */
	size_t choice_count;
};

/* "deployed > informed": what is told when two numbers stand so. */
struct form_check {
	size_t left, right; /* indexes of number rows: left > right */
	bool error;         /* else a warning, which the sender may confirm */
	struct str text[LANG__COUNT];
};

struct return_form {
	struct str title[LANG__COUNT];
	struct str section[LANG__COUNT]; /* above the table: "Thông tin số liệu" */
	const struct form_row *rows;
	size_t row_count;
	const struct form_check *checks;
	size_t check_count;
};

/* Appendix II of the letter of 2020 (data/forms/appendix-2.txt): its words in Vietnamese, English
 * beside them. As text. */
struct str form_appendix_two(void);

/* E_SYNTAX, E_LIMIT with the problem (line, field, what was got); E_NOMEM. */
MUST_CHECK enum err form_parse(struct str text, struct arena *arena, struct return_form *ret_form,
	struct problem *problem);

/* Index of a row, or row_count. */
size_t form_find(const struct return_form *form, struct str key);

/* --- what is filled in --- */

/* One a row of the form, in its order. Value: as typed, or as form_answer_tidy() left it: a number
 * in digits, a day as YYYY-MM-DD, a choice's key. Empty: not filled in. */
struct answer {
	struct str value;
	struct str note;
};

/* A whole number as people write it: digits, or groups of three with '.', ',', a space or a space
 * that does not break between them, all the same. At most LIMIT_FORM_NUMBER. */
bool form_number_parse(struct str s, uint64_t *ret_value);

/* False: not filled in, or no number. */
bool answer_number(const struct answer *answer, uint64_t *ret_value);

enum answer_finding_kind {
	ANSWER_MISSING,    /* error: required */
	ANSWER_NOT_NUMBER, /* error */
	ANSWER_TOO_SMALL,  /* error: below least */
	ANSWER_TOO_LARGE,  /* error: above most */
	ANSWER_NOT_DATE,   /* error */
	ANSWER_NOT_CHOICE, /* error */
	ANSWER_TOO_LONG,   /* error: bytes of a text or a note */
	ANSWER_BAD_TEXT,   /* error: control characters or no UTF-8 */
	ANSWER_CHECK,      /* a check of the form; error or warning as it says */
	ANSWER_TENFOLD,    /* warning: ten times the campaign before, or a tenth of it */
	ANSWER_ALL_ZERO,   /* warning: zero everywhere; row is row_count */
	ANSWER_FINDING__COUNT
};
struct str answer_finding_name(enum answer_finding_kind kind); /* "not-number" */

struct answer_finding {
	enum answer_finding_kind kind;
	bool error;                  /* cannot be sent; else: can be confirmed */
	size_t row;                  /* index */
	size_t check;                /* CHECK: index */
	uint64_t limit, got, before; /* TOO_SMALL, TOO_LARGE: limit; TENFOLD: before and got */
};

/* The number of a campaign before, by row; known false: not asked or not said then. */
struct number_before {
	bool known;
	uint64_t value;
};

/* Looks at all answers and writes what it found, at most one error a row, then the warnings; the
 * array has room for form_findings_most(). `before` may be NULL. */
size_t form_findings_most(const struct return_form *form);
size_t form_check_answers(const struct return_form *form, const struct answer *answers,
	const struct number_before *before, struct answer_finding *ret_findings);

/* Values as they are kept: numbers without separators, days and keys trimmed, line ends \n. What is
 * wrong stays as typed, so that a draft gives back what somebody wrote. E_NOMEM. */
MUST_CHECK enum err form_answer_tidy(const struct form_row *row, struct arena *arena,
	struct answer given, struct answer *ret_answer);
