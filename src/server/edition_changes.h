/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/document.h"
#include "server/evaluation_run.h"
#include "store/edition.h"

/* What an edition says that the one before it did not: goals' reductions, verdicts, net effect. */

/* Of an evaluation, in the order of its goals, the net effect last. What rests on a count that the
 * public is not told is not known. Everything lies in the arena. E_NOMEM. */
MUST_CHECK enum err edition_figures_of(const struct evaluated *e, struct arena *arena,
	struct edition_figure **ret_figures, size_t *ret_count);

struct edition_change {
	struct str key;
	const struct edition_figure *before, *after; /* NULL: not in that edition */
};
struct edition_changes {
	uint32_t number; /* of the edition before */
	struct edition_change *list;
	size_t count;
};

/* Figures are borrowed. Those that read the same have not changed. E_NOMEM. */
MUST_CHECK enum err edition_changes_find(const struct edition_figure *before, size_t before_count,
	const struct edition_figure *after, size_t after_count, struct arena *arena,
	struct edition_changes *ret_changes);

/* A section of its own behind the document's first: what has changed, as a table. The plan tells
 * what the goals are called. E_NOMEM. */
MUST_CHECK enum err edition_changes_insert(const struct edition_changes *changes,
	const struct plan *plan, struct arena *arena, struct document *d);

/* What it is called: the goal in words, or "what the campaign caused". */
struct str edition_figure_title(
	const struct plan *plan, struct str key, enum lang lang, struct arena *arena);
