/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/ip.h"
#include "office/account_token.h"
#include "office/office.h"

/* Slows guessing without giving anybody a way to lock others out. Failures are counted for an
 * account from one address unit, for the unit, and for the account from everywhere; past a number
 * of free ones each doubles the time until the next may be tried. A browser that has come in before
 * holds a device cookie (OWASP: Slow Down Online Guessing Attacks with Device Cookies) and has a
 * count of its own that others cannot drive up. Whoever is kept from a new device by others can
 * still come in by a known one, or by a link sent to their mail address, which makes the browser a
 * known device. The counts are data of attempt.c. */
enum attempt_kind {
	ATTEMPT_PASSWORD,
	ATTEMPT_FACTOR, /* second factor, recovery code */
	ATTEMPT_LINK,   /* asking for a link by mail: counted by attempt_take() alone */
	ATTEMPT_KIND__COUNT
};

struct attempt {
	enum attempt_kind kind;
	struct str mail; /* as typed; whether there is such an account makes no difference */
	struct unit unit;
	const struct token *device; /* of the device cookie; NULL: none came */
};

/* Within a transaction of its own, before the password is looked at. *ret_wait 0: go on; it is
 * counted as failed at once, so that a thousand at the same moment are a thousand. Else seconds
 * until the next may be tried, and nothing was counted: answer without looking at the password
 * (429, Retry-After). */
MUST_CHECK enum err attempt_take(
	struct office *o, const struct attempt *a, struct instant now, uint32_t *ret_wait);

/* Within a transaction: it was right after all. Clears the counts of this account from here and
 * takes this one off the others. */
MUST_CHECK enum err attempt_right(struct office *o, const struct attempt *a, struct instant now);

/* Within a transaction, once somebody is wholly in and has no known device: the cookie's token.
 * __Host-desk-device; HttpOnly; SameSite=Lax; Max-Age of LIMIT_DEVICE_DAYS days. It proves nothing
 * but that its holder came in once. An account has at most LIMIT_DEVICES, the oldest are
 * forgotten. */
MUST_CHECK enum err device_add(
	struct office *o, int64_t account, struct instant now, struct token *ret_device);

/* Whether it is one of that account's. */
MUST_CHECK enum err device_known(struct office *o, struct str mail, const struct token *device,
	struct instant now, bool *ret_known);

/* Within a transaction: forgets old counts and devices; at most LIMIT_ATTEMPTS counts stay. Called
 * by attempt_take() itself now and then. */
MUST_CHECK enum err attempt_sweep(struct office *o, struct instant now);
