/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"
#include "base/writer.h"

/* A secret that whoever holds it may act with: of a session, a one-time link, a known device. 32
 * random bytes; the holder has them as text, the database only their hash, so that who reads the
 * database holds none. Wiped by token_wipe() when it is no longer needed. */
enum {
	TOKEN_BYTES = 32,
	TOKEN_TEXT = 43 /* base64url (RFC 4648, 5) without padding: for cookies and paths */
};

struct token {
	uint8_t bytes[TOKEN_BYTES];
};

struct token_hash {
	uint8_t bytes[TOKEN_BYTES];
};

void token_make(struct token *ret_token);
void token_wipe(struct token *t);
void token_write(struct writer *w, const struct token *t);

/* False where it is not TOKEN_TEXT characters of that alphabet, and only these. */
bool token_parse(struct str text, struct token *ret_token);

/* BLAKE2b. The hash is what is looked up: no comparison whose time tells a byte of the secret. */
void token_hash(const struct token *t, struct token_hash *ret_hash);

/* The token against forgery of a form that the holder of `t` is shown: HMAC-SHA-256 of the page's
 * purpose under the token, as base64url; nothing of it is stored. Of a session's cookie, of a
 * link's cookie, and before the login of a cookie that was made for that alone. token_form_right()
 * compares in constant time. */
void token_form_write(struct writer *w, const struct token *t);
bool token_form_right(const struct token *t, struct str given);
