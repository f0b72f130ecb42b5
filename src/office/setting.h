/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/actor.h"

/* What operators decide about the office as a whole: numbers by name, each with a range and what
 * holds until somebody says otherwise. */
enum setting {
	SETTING_REMIND_BEFORE_FIRST, /* days before a deadline; 0: not at all */
	SETTING_REMIND_BEFORE_LAST,
	SETTING_REMIND_AFTER_FIRST, /* days after it; 0: not at all */
	SETTING_REMIND_AFTER_EVERY, /* then again after so many days */
	SETTING_REMIND_AFTER_MOST,  /* so often at most */
	SETTING_DIGEST,             /* 1: coordinators get digests; 0: nobody does */
	SETTING_MAIL_HOUR,          /* of the day, from which on mails of that day are made */
	SETTING__COUNT
};

struct setting_form {
	struct str name; /* "remind-before-first" */
	int64_t least, most, usual;
};
const struct setting_form *setting_form(enum setting setting);
bool setting_parse(struct str name, enum setting *ret_setting);

struct settings {
	int64_t of[SETTING__COUNT];
};
MUST_CHECK enum err settings_read(struct office *o, struct settings *ret_settings);

/* Within a transaction; writes its audit entry where it changes something. E_RANGE. */
MUST_CHECK enum err setting_put(struct office *o, const struct actor *by, enum setting setting,
	int64_t value, struct instant now);
