/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"

/* Text on a terminal: columns are counted as terminals do, letters of East Asia as two, combining
 * marks as none. Text must be printable. */

size_t text_columns(struct str s);

/* A paragraph in lines of at most `columns` (0: one line), each behind `indent` spaces, the last
 * one ended. Words are not cut. */
void write_wrapped(struct writer *w, struct str paragraph, size_t indent, size_t columns);

/* The same without the spaces of the first line, which something stands in already. */
void write_hanging(struct writer *w, struct str paragraph, size_t indent, size_t columns);

/* A word and what explains it, which begins at column `at` (in the next line where the word reaches
 * that far) and is wrapped there. */
void write_explained(
	struct writer *w, struct str word, struct str explanation, size_t at, size_t columns);

/* In at most `columns`, its beginning given up for "…": of a path the end says more. */
void write_cut(struct writer *w, struct str s, size_t columns);
