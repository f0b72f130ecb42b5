/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/ip.h"
#include "office/office.h"

/* Who did what, when: written with each change, in its transaction, and never changed or removed
 * (the database refuses). Values are bound, texts are for people who look for what happened. */
struct audit_entry {
	int64_t id;
	struct instant at;
	int64_t account;   /* 0: the operator at the machine, or the program itself */
	struct str actor;  /* as they were called then: "lan@example.vn", "operator" */
	struct str what;   /* "return.submit", "account.invite": a verb of what.def */
	struct str object; /* what it was done to: "org 12", "return vn-2026/12" */
	int64_t org;       /* whose; 0: nobody's */
	struct str detail; /* "state: draft → submitted"; never a secret */
};

/* Within a transaction of office_begin(). */
MUST_CHECK enum err audit_add(struct office *o, const struct audit_entry *entry);

typedef enum err audit_fn(void *context, const struct audit_entry *entry);

/* Newest first, from before `before` (0: the newest), at most `limit`; org 0: of everybody. Texts
 * are borrowed until fn returns. */
MUST_CHECK enum err audit_each(
	struct office *o, int64_t org, int64_t before, size_t limit, audit_fn *fn, void *context);

/* The same with a choice; what is empty or 0 chooses everything. */
struct audit_filter {
	int64_t org;      /* it and all that stands below it today */
	struct str actor; /* stands in what they were called, letters of ASCII without case */
	struct str what;  /* a verb; one that ends in '.': all of that kind, "account." */
	struct instant from, to; /* `to` is not included */
	int64_t before;
	size_t limit;
};
MUST_CHECK enum err audit_each_of(
	struct office *o, const struct audit_filter *filter, audit_fn *fn, void *context);
