/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "model/edition.h"
#include "store/store.h"

/* Published evaluations, kept for good: an edition, what it was made of and what holders say of it
 * can be added, never changed or deleted; the catalogue itself refuses. Values are checked by
 * whoever puts them in. */

/* What an edition consists of, by name. Frozen when it is made: "vi.document", "en.document",
 * "evaluation.json". Added once, when it becomes public: what lies in public/editions behind
 * CAMPAIGN-NUMBER and a point ("vi.pdf", "en.xlsx", "json"). */
struct edition_part {
	struct str name;
	struct bytes bytes;
};

/* What the next edition is compared with. */
struct edition_figure {
	struct str key;          /* goal's key, or EDITION_NET_EFFECT */
	struct str verdict;      /* verdict_name(); empty: none is given */
	double value, low, high; /* NAN: not known */
};
#define EDITION_NET_EFFECT STR(":net-effect")

/* Who may reply, with the titles of that day. */
struct edition_holder {
	struct str key;
	struct str title[LANG__COUNT];
};

struct edition_new {
	struct edition facts;
	const struct edition_part *parts;
	size_t part_count;
	const struct edition_figure *figures;
	size_t figure_count;
	const struct edition_holder *holders;
	size_t holder_count;
};

/* Wholly or not at all. facts.number must be the next one of its campaign: else E_EXISTS. */
MUST_CHECK enum err store_add_edition(
	struct store *s, const struct edition_new *edition, struct instant now);

/* The number of the newest one; 0: there is none. */
MUST_CHECK enum err store_last_edition(struct store *s, struct str campaign, uint32_t *ret_number);

/* By campaign and number; campaign empty: of all. Texts are borrowed for the call. */
typedef enum err store_edition_fn(void *context, const struct edition *edition);
MUST_CHECK enum err store_each_edition(
	struct store *s, struct str campaign, store_edition_fn *fn, void *context);

/* The rest is asked of one edition: E_NOTFOUND where there is none such. Results lie in the arena.
 */
MUST_CHECK enum err store_find_edition(struct store *s, struct str campaign, uint32_t number,
	struct arena *arena, struct edition *ret_edition);
MUST_CHECK enum err store_edition_figures(struct store *s, struct str campaign, uint32_t number,
	struct arena *arena, struct edition_figure **ret_figures, size_t *ret_count);
/* All of them, by key; texts are borrowed for the call. */
typedef enum err store_edition_holder_fn(void *context, const struct edition_holder *holder);
MUST_CHECK enum err store_each_edition_holder(struct store *s, struct str campaign, uint32_t number,
	store_edition_holder_fn *fn, void *context);
MUST_CHECK enum err store_edition_holder(struct store *s, struct str campaign, uint32_t number,
	struct str key, struct arena *arena, struct edition_holder *ret_holder);

/* A part, held against its SHA-256: E_NOTFOUND, E_CORRUPT. */
MUST_CHECK enum err store_edition_part(struct store *s, struct str campaign, uint32_t number,
	struct str name, struct arena *arena, struct bytes *ret_bytes);
bool store_edition_has_part(struct store *s, struct str campaign, uint32_t number, struct str name);

/* All of them or none. E_EXISTS: one is there already. */
MUST_CHECK enum err store_add_edition_parts(struct store *s, struct str campaign, uint32_t number,
	const struct edition_part *parts, size_t count, struct instant now);

/* E_DENIED once the UTC day of `now` has reached public_from: then it stands as it is. */
MUST_CHECK enum err store_put_edition_reply(struct store *s, struct str campaign, uint32_t number,
	const struct edition_reply *reply, struct str author, struct instant now);

/* By the time they were made. A later one takes the place of the same holder's before; with
 * history all of them. */
struct edition_reply_entry {
	struct edition_reply reply;
	struct str author;
	bool current;
};
typedef enum err store_edition_reply_fn(void *context, const struct edition_reply_entry *entry);
MUST_CHECK enum err store_each_edition_reply(struct store *s, struct str campaign, uint32_t number,
	bool history, store_edition_reply_fn *fn, void *context);

/* Whether it is for everybody: the UTC day has come. */
bool edition_is_public(const struct edition *edition, struct instant now);

/* public/editions/CAMPAIGN-NUMBER.NAME, for everybody to read. What is there with the same bytes
 * stays. */
MUST_CHECK enum err store_publish_edition_part(
	struct store *s, struct str campaign, uint32_t number, const struct edition_part *part);

/* Whether a file of that name and size is there; its bytes are not looked at. */
bool store_edition_part_is_public(
	struct store *s, struct str campaign, uint32_t number, struct str name);

/* Number of the last change that an evaluation may depend on: all but texts of the site and the
 * editions themselves. */
MUST_CHECK enum err store_evaluation_change(struct store *s, uint64_t *ret_change);
