/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/problem.h"
#include "base/span.h"
#include "base/writer.h"
#include "format/csv_index.h"

/* A CSV reader (RFC 4180) over windows that the caller moves along its input. A row without quotes
 * is split where it lies, by an index of separators made 64 bytes at a time. Lines end in LF or
 * CRLF; quotes may hold both and doubled quotes; a quote inside an unquoted field is text. */
struct csv {
	struct csv_index index;
	const char *window;
	size_t size;
	size_t begin;    /* where the next row begins */
	size_t indexed;  /* the index covers [begin of its first row, indexed) */
	size_t step;     /* bytes to index at once: small again where the quotes misled the index */
	uint32_t stop;   /* next row end of the index */
	uint32_t end;    /* next field end */
	uint32_t quotes; /* passed so far in the index */
	bool last;       /* nothing follows the window */
	bool skipping;   /* inside a row that is too long */
	char separator;
	uint64_t offset;        /* of the window in the input */
	uint64_t line;          /* of `begin`, from 1 */
	struct writer unquoted; /* a row whose quotes had to be taken out */
	struct writer unquoted_ends;
};

/* Borrowed until the next call. Field i ends at ends[i] and begins one past the end before. */
struct csv_row {
	const char *base;
	const uint32_t *ends;
	uint32_t begin;
	uint32_t count;
	bool quoted; /* some fields still stand in their quotes; csv_field() takes them off */
	uint64_t line;
	uint64_t offset;
	struct bytes raw; /* as it stands in the input, without the line end */
};

static inline struct str csv_field(const struct csv_row *row, uint32_t i)
{
	uint32_t from = i ? row->ends[i - 1] + 1 : row->begin;
	uint32_t to = row->ends[i];
	if (row->quoted && from < to && row->base[from] == '"') {
		from++;
		to--;
	}
	return (struct str){row->base + from, to - from};
}

void csv_init(struct csv *c, char separator);
void csv_release(struct csv *c);

/* The next stretch of input: it must begin with what csv_used() left of the window before. */
void csv_window(struct csv *c, struct str window, bool last);

/* E_OK: a row (an empty line is a row of one empty field). E_SYNTAX: a bad row, `problem` says why;
 * ask again. E_TRUNCATED: the window holds no further whole row. E_NOMEM. A row longer than
 * LIMIT_ROW_BYTES is a bad row, so windows of that size always move on. */
MUST_CHECK enum err csv_next(struct csv *c, struct csv_row *ret_row, struct problem *problem);

/* Bytes of the window that are done with. */
size_t csv_used(const struct csv *c);
