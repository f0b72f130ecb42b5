/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "base/instant.h"
#include "mail/template.h"

/* The name of one mail, the same whenever it is made anew: as a file in the folder of waiting mail,
 * and in Message-ID. So whoever hands mails over can do so again after a crash. */
enum {
	MAIL_ID_SIZE = 27, /* what mail_id_make() gives, with its end */
	MAIL_ID_LONGEST = 64
};

/* 26 characters. `about` tells apart what one person may get of one kind on one day: campaign and
 * unit, the number of a link. Mails that somebody waits for sort before the others, and so are sent
 * first. */
void mail_id_make(enum mail_kind kind, struct str recipient, struct str about, struct date day,
	char ret_id[MAIL_ID_SIZE]);

/* 1 to 64 letters, digits and '-'. */
bool mail_id_valid(struct str id);
