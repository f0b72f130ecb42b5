/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/site.h"
#include "office/actor.h"

/* Texts of the public site while people write them. Every saved state is a version, which stays;
 * what visitors see is the catalogue's (store/site_content.h), and gets there by a job. */
struct draft {
	struct str key; /* as an article's */
	enum lang lang;
	int64_t version; /* 1 …, of this key and language */
	int64_t base;    /* the version it was written from; 0: none */
	int64_t origin;  /* the version that it is again; 0: none */
	enum article_kind kind;
	struct str title, summary, body; /* as they were typed: perhaps not fit to be published */
	struct instant due;              /* when it is to be published, and dated; 0: at once */
	struct instant saved;
	struct str author; /* their mail address then */
};

/* Within a transaction; saves the next version, and writes the audit entry. What equals the newest
 * is that one. *ret_beside: the newest version that somebody saved since `base`, which d was not
 * written from; 0: none. Both are kept. version, saved and author are not read. E_LIMIT: a text
 * over LIMIT_FORM_BYTES. */
MUST_CHECK enum err draft_save(struct office *o, const struct actor *by, const struct draft *d,
	struct instant now, int64_t *ret_version, int64_t *ret_beside);

/* version 0: the newest. Texts lie in the arena. E_NOTFOUND. */
MUST_CHECK enum err draft_find(struct office *o, struct str key, enum lang lang, int64_t version,
	struct arena *arena, struct draft *ret_draft);

/* Texts are borrowed until fn returns; `body` is empty: there may be much of it. */
typedef enum err draft_fn(void *context, const struct draft *d);

/* All versions of one, newest first, from before `before` (0: the newest), at most `limit`. */
MUST_CHECK enum err draft_each(struct office *o, struct str key, enum lang lang, int64_t before,
	size_t limit, draft_fn *fn, void *context);

/* The newest of each key and language, by these. */
MUST_CHECK enum err draft_each_newest(struct office *o, draft_fn *fn, void *context);

/* What was asked of the clerk for a text last. */
struct draft_order {
	struct str key;
	enum lang lang;
	int64_t job;
	int64_t version; /* of the draft that was to be published; 0: it was to be withdrawn */
};

/* Within a transaction, that of job_add(). */
MUST_CHECK enum err draft_ordered(struct office *o, const struct draft_order *order);

/* *ret_order.job 0: nothing was ever asked; its key is not filled. */
MUST_CHECK enum err draft_last_order(
	struct office *o, struct str key, enum lang lang, struct draft_order *ret_order);

/* The last of each key and language. Texts are borrowed until fn returns. */
typedef enum err draft_order_fn(void *context, const struct draft_order *order);
MUST_CHECK enum err draft_each_order(struct office *o, draft_order_fn *fn, void *context);
