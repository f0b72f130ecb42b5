/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "base/writer.h"

/* Tables of an engine as they lie in its file: rows of one size, and one table of all names, of
 * which rows say u32 where and u32 how long. Numbers are little-endian. */

uint32_t row_u32(const uint8_t *place);

/* u64 size, then the rows. */
void rows_save(struct writer *w, struct bytes rows);

/* Borrowed from the cursor, which fails with E_CORRUPT unless it is whole rows. */
struct bytes rows_load(struct cursor *in, size_t row);

/* The name a row speaks of; the cursor fails with E_CORRUPT where it is not within the names. */
void row_check_text(struct cursor *in, struct bytes names, const uint8_t *place);
struct str row_text(struct bytes names, const uint8_t *place);
