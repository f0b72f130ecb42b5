/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* Where the fields and rows of a stretch of CSV end, found 64 bytes at a time. It trusts that every
 * quote opens or closes a field; the reader checks that, row by row. */
struct csv_stop {
	uint32_t end;    /* number of the row's last field in `ends` */
	uint32_t quotes; /* quotes before the row's end */
};

struct csv_index {
	uint32_t *ends; /* offsets of separators and line feeds outside quotes */
	struct csv_stop *stops;
	uint32_t end_count;
	uint32_t stop_count;
	uint32_t capacity; /* both arrays hold as many: one for each byte and one more */
	uint32_t quote_count;
	bool open; /* the stretch ends inside quotes */
	bool nul;  /* a NUL byte stands in it */
};

/* Indexes data[from … to); offsets count from data. The arrays hold to - from + 1 already. One
 * implementation for each kind of processor: csv_index_sse2.c, csv_index_portable.c. */
void csv_index_fill(
	struct csv_index *x, const char *data, uint32_t from, uint32_t to, char separator);
