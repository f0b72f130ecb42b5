/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/second_factor.h"

/* Within the room: secrets as the database holds them, under the key of the file
 * office/second-factor.key. */
enum {
	FACTOR_SEALED = 24 + 16 + 8 + FACTOR_SECRET /* nonce, tag, account, secret */
};

struct sealed_secret {
	uint8_t bytes[FACTOR_SEALED];
};

/* The key is made where there is none. */
MUST_CHECK enum err factor_seal(struct office *o, int64_t account, const struct factor_secret *s,
	struct sealed_secret *ret_sealed);

/* E_CORRUPT: of another account, or not under this key. E_NOTFOUND: the key is gone. */
MUST_CHECK enum err factor_unseal(
	struct office *o, int64_t account, struct bytes sealed, struct factor_secret *ret_secret);
