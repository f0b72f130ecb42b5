/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "base/instant.h"
#include "base/lang.h"
#include "base/problem.h"
#include "base/writer.h"

/* What our mails say: messages of po/LANG/mail.po with the values filled in. Plain text. */

enum mail_kind {
	MAIL_INVITATION,
	MAIL_REMINDER_BEFORE,
	MAIL_REMINDER_AFTER,
	MAIL_SENT_BACK,
	MAIL_ACCEPTED,
	MAIL_DIGEST,
	MAIL_PASSWORD_RESET,
	MAIL_TEST,
	MAIL_REMINDERS, /* of several returns */
	MAIL_DIGESTS,   /* of several campaigns */
	MAIL_KIND__COUNT
};

/* What every mail tells. Each value is one line of text, never empty unless it says so. */
struct mail_frame {
	enum lang lang;
	struct str service;  /* who writes: "Quét Sạch – Công an TP Hải Phòng" */
	struct str campaign; /* its name; empty for a mail outside any campaign */
	struct str unit;     /* the unit it is about */
	struct str link;     /* https:// or http://, where to go on; empty where it is not known:
				the page is named instead, but not in an invitation and a reset */
	struct str contact;  /* who can be asked: name, telephone, mail */
};

/* Subject and text; mail_text_init() and text_release() by the caller. */
struct mail_text {
	struct writer subject;
	struct writer text;
};
void mail_text_init(struct mail_text *t);
void mail_text_release(struct mail_text *t);

/* Each fills a cleared `ret_text`. E_SYNTAX with the problem, field named as in the struct, for a
 * value with line ends or other control characters, an empty one or a link that is none; E_LIMIT
 * with the problem past LIMIT_MAIL_VALUE. So no value can pass for a line of ours. */

/* To who shall have an account; the link works once and until `until`, not included. */
MUST_CHECK enum err mail_invitation(const struct mail_frame *frame, struct date until,
	struct mail_text *ret_text, struct problem *problem);

/* `deadline`: "trước ngày", so the day before it is the last one in time; in the campaign's zone.
 */
MUST_CHECK enum err mail_reminder_before(const struct mail_frame *frame, struct date deadline,
	struct mail_text *ret_text, struct problem *problem);
MUST_CHECK enum err mail_reminder_after(const struct mail_frame *frame, struct date deadline,
	struct mail_text *ret_text, struct problem *problem);

/* A return is to be mended. `reason` may have several lines: each is set off. Deadline of year 0:
 * none is set. */
MUST_CHECK enum err mail_sent_back(const struct mail_frame *frame, struct str reason,
	struct date deadline, struct mail_text *ret_text, struct problem *problem);
MUST_CHECK enum err mail_accepted(
	const struct mail_frame *frame, struct mail_text *ret_text, struct problem *problem);

/* Several returns that one person has to see to: a line each, for those that are late too. */
struct mail_due {
	struct str campaign, unit;
	struct str link; /* may be empty */
	struct date deadline;
	bool late;
};
MUST_CHECK enum err mail_reminders(const struct mail_frame *frame, const struct mail_due *due,
	size_t count, struct mail_text *ret_text, struct problem *problem);

/* How it stands below a coordinator. */
struct mail_digest {
	struct date deadline;   /* that comes next; year 0: none */
	uint64_t units;         /* that are to report */
	uint64_t reported;      /* of these */
	uint64_t waiting;       /* returns that the coordinator has yet to look at */
	uint64_t unopened;      /* units that never opened their return */
	const struct str *late; /* names of units that are late, the first of them */
	size_t late_shown;
	uint64_t late_count; /* all that are late */
};
MUST_CHECK enum err mail_digest(const struct mail_frame *frame, const struct mail_digest *digest,
	struct mail_text *ret_text, struct problem *problem);

/* Of several campaigns, one after the other; the frames differ in campaign and link alone. */
MUST_CHECK enum err mail_digests(const struct mail_frame *frames, const struct mail_digest *digests,
	size_t count, struct mail_text *ret_text, struct problem *problem);

/* The link works once, for `minutes`; unit and campaign are not used. */
MUST_CHECK enum err mail_password_reset(const struct mail_frame *frame, uint64_t minutes,
	struct mail_text *ret_text, struct problem *problem);

/* Shows an operator that mail arrives; only service and contact are used. */
MUST_CHECK enum err mail_test(
	const struct mail_frame *frame, struct mail_text *ret_text, struct problem *problem);
