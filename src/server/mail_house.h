/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/post.h"
#include "mail/address.h"
#include "server/command.h"

/* Where mails of the office come from, as the options of a command and the site say. Mail is on
 * where
 * --mail names a server and --mail-from an address; ret_from is empty else. Texts lie in the
 * command's arena. Says what is wrong. */
bool mail_house_load(struct context *c, struct store *store, struct notice_house *ret_house,
	struct mail_address *ret_from);
