/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/invitation.h"

/* Accounts and open links as tables show them: a choice, sorted, a page of it. */

enum account_order {
	ACCOUNT_BY_MAIL,
	ACCOUNT_BY_NAME,
	ACCOUNT_BY_ROLE,
	ACCOUNT_BY_STATE,
	ACCOUNT_BY_SEEN,
	ACCOUNT_ORDER__COUNT
};
/* "mail", "-seen": the other way round. False, and by mail, where it is none of them. */
bool account_order_parse(struct str sort, enum account_order *ret_order, bool *ret_down);

struct account_filter {
	int64_t org;      /* it and all that stands below it today; 0: everybody */
	struct str words; /* stand in mail or name, letters of ASCII without case; empty: any */
	int role;         /* enum role; -1: any */
	int state;        /* enum account_state; -1: any */
};
struct account_slice {
	enum account_order order;
	bool down;
	size_t skip, limit;
};

MUST_CHECK enum err account_count(
	struct office *o, const struct account_filter *filter, uint64_t *ret_count);

/* Texts are borrowed until fn returns. */
MUST_CHECK enum err account_each_of(struct office *o, const struct account_filter *filter,
	const struct account_slice *slice, account_fn *fn, void *context);

/* Links that are open, of the accounts of `org` and all below it (0: of everybody), newest first;
 * `account` is whole, made_by_mail "" where it was the operator at the machine. */
struct open_link {
	struct invitation invitation;
	struct str made_by_mail;
};
typedef enum err open_link_fn(void *context, const struct open_link *link);
MUST_CHECK enum err open_link_each(struct office *o, int64_t org, struct instant now, size_t skip,
	size_t limit, open_link_fn *fn, void *context);
MUST_CHECK enum err open_link_count(
	struct office *o, int64_t org, struct instant now, uint64_t *ret_count);

/* One of them; texts lie in the arena. E_NOTFOUND: closed, ended or none. */
MUST_CHECK enum err open_link_find(struct office *o, int64_t id, struct instant now,
	struct arena *arena, struct account *ret_account);
