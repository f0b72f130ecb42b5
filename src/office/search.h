/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/account.h"
#include "office/org.h"
#include "office/return.h"

/* What one box finds, with or without diacritics, besides organisations (org_search()). Each takes
 * whose search it is: an actor who acts for an org finds what may be seen of it and below it. */

/* Within a transaction: what an account is found by, after its name or address changed. */
MUST_CHECK enum err account_index(struct office *o, int64_t id);

/* Accounts whose name and mail address have every word; the one whose address it is first.
 * At most `limit`. Texts are borrowed until fn returns. */
MUST_CHECK enum err account_search(struct office *o, const struct actor *actor, struct str words,
	size_t limit, account_fn *fn, void *context);

/* Returns of organisations that org_search() finds, of whatever campaign, newest first. */
struct return_found {
	struct str campaign;
	enum return_state state;
	const struct org *org; /* as it is called today, or was last */
};
typedef enum err return_found_fn(void *context, const struct return_found *found);
MUST_CHECK enum err return_search(struct office *o, const struct actor *actor, struct str words,
	size_t limit, return_found_fn *fn, void *context);

/* Those of one organisation, newest first; `org` of what is found is NULL. */
MUST_CHECK enum err return_each_of(
	struct office *o, int64_t org, return_found_fn *fn, void *context);
