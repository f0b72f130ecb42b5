/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "model/plan.h"
#include "store/store.h"

/* What campaigns promise, and what people enter by hand beside the sightings. Nothing is
 * overwritten: each save is a row of its own, the newest counts, and the change number says which
 * one counted at any as_of. Values are checked by whoever puts them in. */

/* --- plans --- */
/* The campaign itself and a new version of its plan; the frozen list is left as it is. */
MUST_CHECK enum err store_put_plan(struct store *s, const struct plan *plan, struct instant now);

/* Texts lie in the arena. E_NOTFOUND: no campaign of that key. */
MUST_CHECK enum err store_find_plan(
	struct store *s, struct str key, struct arena *arena, struct plan *ret_plan);

/* How many versions a plan has, and how often its list was frozen. */
struct store_plan_history {
	uint64_t versions, frozen;
	uint64_t first, last; /* change numbers of the versions; 0: none */
};
MUST_CHECK enum err store_plan_history(
	struct store *s, struct str key, struct store_plan_history *ret_history);

/* The ten largest botnets of the baseline, made from the sightings of as_of. */
MUST_CHECK enum err store_freeze_plan(struct store *s, struct str key, const struct str *top,
	size_t count, uint64_t as_of, struct instant now);

/* --- figures that others published --- */
struct figure_entry {
	struct str series; /* as an article's key */
	struct date day;
	struct days window; /* not set: whoever published it did not say */
	double value;
	struct str source; /* where it stands */
	struct str author; /* who entered it */
	bool withdrawn;    /* entered by mistake: none of that day stands */
	struct instant made;
	bool current; /* in history: the one that counts for its day */
};
typedef enum err store_figure_fn(void *context, const struct figure_entry *entry);
MUST_CHECK enum err store_put_figure(
	struct store *s, const struct figure_entry *entry, struct instant now);

/* By series, day, then as entered; as_of 0: now. Without history only those that count. */
MUST_CHECK enum err store_each_figure(
	struct store *s, uint64_t as_of, bool history, store_figure_fn *fn, void *context);

/* --- what is known of holders --- */
struct holder_note {
	struct str holder;
	uint64_t subscribers; /* 0: not known */
	bool treated;         /* its subscribers were told, or sites blocked */
	struct str source;
	struct str author;
	struct instant made;
};
typedef enum err store_holder_note_fn(void *context, const struct holder_note *note);
MUST_CHECK enum err store_put_holder_note(
	struct store *s, const struct holder_note *note, struct instant now);

/* The newest of each holder, by key. */
MUST_CHECK enum err store_each_holder_note(
	struct store *s, uint64_t as_of, store_holder_note_fn *fn, void *context);

/* Durations of address leases in hours: a set replaces the one before. */
struct holder_leases {
	struct str holder;
	const double *hours;
	size_t count;
	struct str source;
	struct str author;
};
typedef enum err store_holder_leases_fn(void *context, const struct holder_leases *leases);
MUST_CHECK enum err store_put_holder_leases(
	struct store *s, const struct holder_leases *leases, struct instant now);
MUST_CHECK enum err store_each_holder_leases(
	struct store *s, uint64_t as_of, store_holder_leases_fn *fn, void *context);
