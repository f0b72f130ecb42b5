/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/account.h"
#include "office/account_token.h"
#include "office/invitation.h"
#include "server/command_site.h"

/* What the commands on accounts share. */
struct user_desk {
	struct context *context;
	struct office office;
	struct str address;   /* of the site, "https://…"; empty: not set */
	struct actor machine; /* the operator at it, or for whom the command is run */
};

/* The office of the data folder, made where it is missing and `write`; says what failed. */
bool user_desk_open(struct context *context, bool write, struct user_desk *ret_desk);
void user_desk_close(struct user_desk *d);

/* Says what the database complains of; EXIT_FAILED. */
int user_failed(struct user_desk *d, enum err err);

/* The account that the first word names; says so where there is none. */
bool user_find(struct user_desk *d, struct account *ret_account);

/* --org CODE of today: 0 where it is not given; says so where there is none. */
bool user_org(struct user_desk *d, int64_t *ret_org);

/* "01", or "#12" where it is not there today; "" for 0. Lives as long as the command. */
struct str user_org_code(struct user_desk *d, int64_t org);

/* Prints a one-time link: the person's language, whose and until when. */
void user_print_link(struct user_desk *d, const struct account *account, enum invitation_kind kind,
	const struct token *token);
