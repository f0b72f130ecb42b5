/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/account.h"

/* Codes of an authenticator (TOTP, RFC 6238: SHA-1, 30 s, 6 digits, what every one of them can),
 * and ten codes on paper for the day the telephone is gone. Secrets lie in the database enciphered
 * under office/second-factor.key (mode 0600, made when first needed), which no backup of the
 * database holds. Guesses go through attempt.h first. */
enum {
	FACTOR_SECRET = 20, /* RFC 4226, R6 */
	FACTOR_DIGITS = 6,
	FACTOR_STEP = 30, /* seconds */
	RECOVERY_CODES = 10,
	RECOVERY_TEXT = 19 /* "K7QF-2MZP-XW4D-9RTA": 80 bits */
};

struct factor_secret {
	uint8_t bytes[FACTOR_SECRET];
};

struct recovery_codes {
	char text[RECOVERY_CODES][RECOVERY_TEXT + 1];
};

struct factor_state {
	bool on;      /* confirmed */
	bool pending; /* begun, not confirmed */
	unsigned recovery_left;
};

MUST_CHECK enum err factor_state(struct office *o, int64_t account, struct factor_state *ret_state);

/* Whether somebody of that role must have one to come in: a setting, at first for operators and
 * coordinators. */
MUST_CHECK enum err factor_required(struct office *o, enum role role, bool *ret_required);

/* The secret that was begun and is not confirmed, to be shown: E_NOTFOUND where there is none. The
 * caller wipes it. */
MUST_CHECK enum err factor_pending(
	struct office *o, int64_t account, struct factor_secret *ret_secret);

/* "otpauth://totp/Issuer:mail?secret=…&issuer=…" for a QR code; base32 in groups of four to be
 * typed. */
void factor_write_uri(
	struct writer *w, const struct factor_secret *s, struct str issuer, struct str mail);
void factor_write_secret(struct writer *w, const struct factor_secret *s);

/* The code of one step of FACTOR_STEP seconds since 1970. */
void factor_code(const struct factor_secret *s, uint64_t step, char ret_digits[FACTOR_DIGITS + 1]);

/* --- within a transaction --- */

MUST_CHECK enum err factor_require(struct office *o, const struct actor *by, enum role role,
	bool required, struct instant now);

/* Makes a secret anew that waits for its first code; one in use stays in use until then. */
MUST_CHECK enum err factor_begin(struct office *o, int64_t account, struct instant now);

/* The first code: from now on it is asked for. Other sessions than `keep` end. E_DENIED: a wrong
 * code; E_NOTFOUND: nothing was begun. The codes are shown once; the caller wipes them. */
MUST_CHECK enum err factor_confirm(struct office *o, const struct actor *by, int64_t account,
	struct str code, int64_t keep, struct instant now, struct recovery_codes *ret_codes);

/* A code of the authenticator, one step early or late, spaces are fine; each works once. E_DENIED.
 */
MUST_CHECK enum err factor_check(
	struct office *o, int64_t account, struct str code, struct instant now);

/* A code on paper, in any case of letters, with or without dashes; each works once. E_DENIED. */
MUST_CHECK enum err factor_recover(
	struct office *o, int64_t account, struct str code, struct instant now);

/* Ten new codes instead of all old ones. */
MUST_CHECK enum err factor_new_codes(struct office *o, const struct actor *by, int64_t account,
	struct instant now, struct recovery_codes *ret_codes);

/* By themselves after account_prove_again(), or by who manages them when all is lost. */
MUST_CHECK enum err factor_remove(
	struct office *o, const struct actor *by, int64_t account, struct instant now);
