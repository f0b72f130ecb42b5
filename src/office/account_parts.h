/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/account.h"

/* What the files on accounts share; within the room. */

/* Columns of an account in the order that account_read() takes them, from `first` on. */
#define ACCOUNT_COLUMNS                                                                            \
	"account.id, account.mail, account.name, account.role, coalesce(account.org, 0),"          \
	" account.lang, account.state, account.made, account.seen, account.password_set,"          \
	" EXISTS (SELECT 1 FROM second_factor AS f WHERE f.account = account.id"                   \
	" AND f.secret IS NOT NULL), account.digest"
enum {
	ACCOUNT_COLUMN_COUNT = 12
};

/* Texts are the statement's own, until its next row. */
struct account account_read(struct sql *q, int first);

/* The texts copied into the arena; E_NOMEM. */
MUST_CHECK enum err account_keep(struct arena *arena, struct account *a);

/* Writes "what" into the audit about an account: object "account 12 lan@example.vn", its org. */
MUST_CHECK enum err account_log(struct office *o, const struct actor *by, int64_t id,
	const char *what, struct str detail, struct instant now);

/* One statement with two numbers for parameters, run to its end. */
MUST_CHECK enum err office_run(struct office *o, const char *text, int64_t first, int64_t second);

/* Ends open links of an account. */
MUST_CHECK enum err invitation_close_all(struct office *o, int64_t account);
