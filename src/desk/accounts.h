/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"
#include "desk/post.h"
#include "office/account.h"
#include "office/account_token.h"
#include "office/invitation.h"

/* What the pages on accounts share. */

struct str desk_role_words(enum lang lang, enum role role);

/* A tag: invited, active, disabled. */
void desk_account_state(struct desk_page *p, enum account_state state);

struct str desk_account_state_words(enum lang lang, enum account_state state);

/* "08:15 22/10/2020", "–" for never. */
struct str desk_seen_words(struct desk_request *r, struct instant seen);

/* May the actor make accounts for that org; have to do with that account? Asked quietly. */
bool desk_invites(struct desk_request *r, int64_t org);
bool desk_manages(struct desk_request *r, const struct account *a);

/* The roles that the actor may give, as a choice. */
size_t desk_role_options(struct desk_request *r, struct desk_option options[ROLE__COUNT]);

/* The unit by its code, where one may invite for it: another is as one that does not exist. A role
 * without a unit has none: *ret_wrong where that is not so. */
MUST_CHECK enum err desk_org_by_code(
	struct desk_request *r, enum role role, struct str code, int64_t *ret_org, bool *ret_wrong);

/* The unit's name today in the page's language; "–" for none. */
struct str desk_org_name(struct desk_request *r, int64_t org);

/* "?org=12" as an id: true, and 0 where it is absent. False: it is none; answered. */
bool desk_org_argument(struct desk_request *r, int64_t *ret_org);

/* "https://…/desk/vi/invitation/…", in the person's language; without the address of the site where
 * none is set. */
struct str desk_one_time_link(struct desk_request *r, const struct notice_house *house,
	const struct account *account, const struct token *token);

/* Within a transaction: makes a link, and a mail that holds it where it is to be sent. */
MUST_CHECK enum err desk_make_link(struct desk_request *r, const struct notice_house *house,
	const struct account *account, enum invitation_kind kind, bool send, struct str *ret_link);

/* Why links cannot go out by mail; nothing where they can. */
void desk_say_links(struct desk_page *p, const struct notice_house *house);

/* Shown once, to be handed over. */
void desk_show_link(struct desk_request *r, const struct notice_house *house,
	const struct account *account, enum invitation_kind kind, struct str link);

void desk_account_links(struct desk_request *r); /* accounts/links */
