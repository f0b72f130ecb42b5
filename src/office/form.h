/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/form.h"
#include "office/actor.h"

/* Forms of campaigns, version by version. A campaign that nobody gave one has Appendix II of the
 * letter, as version 0. */

/* Within a transaction; writes its audit entry. What stands already makes no new version.
 * E_SYNTAX, E_LIMIT with the problem. */
MUST_CHECK enum err form_set(struct office *o, struct str campaign, struct str text,
	const struct actor *actor, struct instant now, struct arena *arena, int64_t *ret_version,
	struct problem *problem);

/* version < 0: the newest. E_NOTFOUND: no such version. */
MUST_CHECK enum err form_load(struct office *o, struct str campaign, int64_t version,
	struct arena *arena, struct return_form *ret_form, int64_t *ret_version);

/* A version that was set, newest first, and how many returns have it now. */
struct form_version {
	int64_t version;
	struct instant made;
	struct str author;
	uint64_t returns;
};
typedef enum err form_version_fn(void *context, const struct form_version *version);
MUST_CHECK enum err form_each_version(
	struct office *o, struct str campaign, form_version_fn *fn, void *context);

/* As it was set. */
MUST_CHECK enum err form_load_text(struct office *o, struct str campaign, int64_t version,
	struct arena *arena, struct str *ret_text, int64_t *ret_version);
