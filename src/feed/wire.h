/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "feed/feed.h"

/* The messages a parse process sends: it is not trusted, so reading checks every value. */

/* New entries of both tables since the counts last sent, then the batch. */
void wire_write_batch(struct writer *w, const struct batch *batch, const struct text_table *names,
	size_t names_sent, const struct text_table *columns, size_t columns_sent);

/* Fills batch (cleared first) and adds to the tables. Everything within the bounds of struct batch
 * afterwards, whatever the bytes were. */
MUST_CHECK enum err wire_read_batch(struct cursor *c, struct batch *batch, struct text_table *names,
	struct text_table *columns);

void wire_write_problem(struct writer *w, const struct problem *problem);
MUST_CHECK enum err wire_read_problem(struct cursor *c, struct problem *ret_problem);

void wire_write_totals(struct writer *w, const struct feed_totals *totals);

/* totals->format points into the registry. */
MUST_CHECK enum err wire_read_totals(struct cursor *c, struct feed_totals *ret_totals);

void wire_write_options(struct writer *w, const struct feed_options *options);

/* Texts borrow from the bytes under the cursor. */
MUST_CHECK enum err wire_read_options(struct cursor *c, struct feed_options *ret_options);
