/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/plan.h"
#include "office/rollup.h"
#include "report/official.h"
#include "store/site_content.h"
#include "text/text.h"

/* The documents of returns, filled in from the office: what room report lays out. Everything lies
 * in the arena. Their number and day are left to whoever signs, where no paper is recorded. */
struct returns_paper {
	const struct plan *plan; /* the campaign: name, country, the earlier one */
	enum lang lang;
	struct date today; /* where the campaign is */
	struct instant now;
	const struct zone *zone; /* of the campaign; NULL: UTC */
	struct str organiser;    /* of the campaigns, as the site names it; empty: not known */
};

/* Its name in that language, else in the other; lies in the arena. */
MUST_CHECK enum err returns_organiser(
	struct store *store, enum lang lang, struct arena *arena, struct str *ret_name);

/* A level and everything below it. E_NOTFOUND: not in the campaign's line. */
MUST_CHECK enum err returns_paper_level(struct office *o, const struct returns_paper *paper,
	int64_t org, struct arena *arena, struct official *ret_official);

/* One return; version 0: the draft. E_NOTFOUND: nobody has opened it, or no such version. */
MUST_CHECK enum err returns_paper_return(struct office *o, const struct returns_paper *paper,
	int64_t org, int64_t version, struct arena *arena, struct official *ret_official);

/* The same level in the campaign's earlier one, by the rows of this form; child_count 0: there is
 * none, or nothing had come. */
MUST_CHECK enum err returns_level_before(struct office *o, const struct plan *plan, int64_t org,
	const struct return_form *form, int64_t form_version, struct instant now,
	struct arena *arena, struct level *ret_level);

/* A name in that language, else in Vietnamese. */
struct str returns_name(const struct str name[LANG__COUNT], enum lang lang);
