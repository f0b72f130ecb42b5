/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "mail/template.h"
#include "office/notice.h"

/* Within the room: what the files on notices share. */

enum {
	NOTICE_PEOPLE = 8 /* of one unit get its mails; more need not */
};

struct notice_person {
	struct str mail;
	enum lang lang;
};

/* Who gets the mails about a unit in a campaign: its contact, else its reporters, else its
 * coordinators, else its own address. Texts lie in the arena. */
MUST_CHECK enum err notice_people(struct office *o, struct str campaign, int64_t org,
	struct arena *arena, struct notice_person people[NOTICE_PEOPLE], size_t *ret_count);

/* "Nguyễn Văn An, 0225 3823 456, an@haiphong.example": who answers for `org`; an empty one where
 * nobody is known. In the arena. */
MUST_CHECK enum err notice_contact(struct office *o, struct str campaign, int64_t org,
	struct arena *arena, struct str *ret_contact);

/* The same for the units above it, from the nearest; the house's own where none has one. */
MUST_CHECK enum err notice_contact_above(struct office *o, const struct notice_house *house,
	struct str campaign, int64_t org, struct arena *arena, struct str *ret_contact);

/* "https://…/desk/vi/campaigns/KEY/returns/12" in the arena; "" where there is no address. */
MUST_CHECK enum err notice_address(const struct notice_house *house, enum lang lang,
	struct str campaign, const char *part, int64_t org, struct arena *arena,
	struct str *ret_address);

/* Puts one mail, within a transaction. *ret_added may be NULL. */
struct notice_mail {
	enum mail_kind kind;
	struct str recipient;
	enum lang lang;
	struct str about; /* tells apart: the occasion */
	const struct mail_text *text;
	struct instant until;
};
MUST_CHECK enum err notice_put(struct office *o, const struct notice_house *house,
	const struct notice_mail *mail, struct instant now, bool *ret_added);

/* --- notice_digest.c --- */
MUST_CHECK enum err notice_digests(struct office *o, const struct notice_round *round,
	struct arena *arena, struct notice_tally *tally);
