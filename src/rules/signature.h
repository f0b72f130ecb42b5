/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"
#include "base/writer.h"

/* minisign's files (https://jedisct1.github.io/minisign/): keys and signatures of four lines,
 * Ed25519 over the file's BLAKE2b-512 ("ED") or over the file ("Ed", read only), the trusted
 * comment signed too. `minisign -Vm` verifies what we sign and the other way round. */

enum {
	SIGNATURE_PUBLIC_KEY = 32,
	SIGNATURE_KEY_ID = 8,
	SIGNATURE_COMMENT = 512 /* longest trusted comment */
};

struct public_key {
	uint8_t id[SIGNATURE_KEY_ID];
	uint8_t key[SIGNATURE_PUBLIC_KEY];
};

/* "untrusted comment: …\nRWQ…", or the second line alone. E_SYNTAX. */
MUST_CHECK enum err public_key_parse(struct str text, struct public_key *ret_key);
void public_key_write(struct writer *w, const struct public_key *key);

/* An unlocked secret key; secret_key_wipe() when done. */
struct secret_key {
	uint8_t id[SIGNATURE_KEY_ID];
	uint8_t key[64];
};
void secret_key_wipe(struct secret_key *key);

/* A key file as minisign makes it: password empty for one that is not encrypted. E_DENIED: wrong
 * password; E_SYNTAX; E_NOMEM (scrypt). */
MUST_CHECK enum err secret_key_parse(
	struct str text, struct str password, struct secret_key *ret_key);

/* Whether such a file asks for a password. */
bool secret_key_locked(struct str text);

/* seed: 32 random bytes, key id and salt are drawn from `random` by the caller. */
struct key_seed {
	uint8_t seed[32], id[SIGNATURE_KEY_ID], salt[32];
};
MUST_CHECK enum err key_pair_make(const struct key_seed *seed, struct str password,
	struct writer *secret_file, struct public_key *ret_public);

/* The .minisig file. Comment: "version:7 expires:2027-01-01 file:x". */
MUST_CHECK enum err signature_make(const struct secret_key *key, struct bytes file,
	struct str trusted_comment, struct writer *ret_signature);

/* E_DENIED: not signed with this key, or not this file; E_SYNTAX. The comment (borrowed from
 * `signature`) only once all of it has been verified. */
MUST_CHECK enum err signature_verify(const struct public_key *key, struct bytes file,
	struct str signature, struct str *ret_trusted_comment);
