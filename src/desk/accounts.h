/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"
#include "office/account.h"
#include "office/account_token.h"
#include "office/invitation.h"

/* What the pages on accounts share. */

struct str desk_role_words(enum lang lang, enum role role);

/* A tag: invited, active, disabled. */
void desk_account_state(struct desk_page *p, enum account_state state);

/* The unit's name today in the page's language; "–" for none. */
struct str desk_org_name(struct desk_request *r, int64_t org);

/* "?org=12" as an id: true, and 0 where it is absent. False: it is none; answered. */
bool desk_org_argument(struct desk_request *r, int64_t *ret_org);

/* "https://…" of the site, empty where it is not set; false: it has been answered. Before a
 * transaction. */
bool desk_site_address(struct desk_request *r, struct str *ret_address);

/* "https://…/desk/vi/invitation/…", in the person's language. */
struct str desk_one_time_link(struct desk_request *r, struct str address,
	const struct account *account, const struct token *token);

/* Within a transaction: a mail that holds it, where the address of the site is known. */
MUST_CHECK enum err desk_link_mail(struct desk_request *r, const struct account *account,
	enum invitation_kind kind, struct str link);

/* Shown once, to be handed over. */
void desk_show_link(struct desk_request *r, const struct account *account,
	enum invitation_kind kind, struct str link);
