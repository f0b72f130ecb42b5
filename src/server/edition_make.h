/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/edition_changes.h"

/* A frozen edition of a campaign's evaluation: public figures only, in both languages. */
struct edition_order {
	struct str campaign; /* key; its plan is sound */
	struct instant now;
	unsigned reply_days;                /* full days that holders have it before the public */
	struct str correction[LANG__COUNT]; /* both or neither: neither is for the first */
	census_progress_fn *progress;       /* NULL: nobody wants to know */
	void *context;
};

struct edition_made {
	struct edition facts;
	struct plan plan;
	struct edition_changes changes; /* against the edition before; number 0: there is none */
};

/* Evaluates, and keeps it all in one transaction. Everything lies in the arena. Errors of
 * evaluation_run(); E_LIMIT: a document is too large. */
MUST_CHECK enum err edition_make(struct store *store, const struct edition_order *order,
	struct arena *arena, struct edition_made *ret_made);

/* The evaluation's public document, frozen. `changes` may be NULL. Bytes lie in the arena. */
MUST_CHECK enum err edition_freeze(struct store *store, const struct evaluated *evaluated,
	const struct evaluated_look *look, const struct edition_changes *changes, enum lang lang,
	struct arena *arena, struct bytes *ret_bytes);
