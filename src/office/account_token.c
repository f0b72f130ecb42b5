/* SPDX-License-Identifier: Apache-2.0 */
#include "office/account_token.h"

#include <assert.h>
#include <sodium.h>

#include "os/system.h"

enum {
	ALPHABET = sodium_base64_VARIANT_URLSAFE_NO_PADDING
};

static_assert(crypto_auth_hmacsha256_KEYBYTES == TOKEN_BYTES, "a token is a key");
static_assert(crypto_auth_hmacsha256_BYTES == TOKEN_BYTES, "what a form carries is as long");

void token_make(struct token *ret_token)
{
	system_random(ret_token->bytes, sizeof(ret_token->bytes));
}

void token_wipe(struct token *t)
{
	sodium_memzero(t, sizeof(*t));
}

static void write_text(struct writer *w, const uint8_t bytes[TOKEN_BYTES])
{
	char text[TOKEN_TEXT + 1];
	sodium_bin2base64(text, sizeof(text), bytes, TOKEN_BYTES, ALPHABET);
	writer_str(w, (struct str){text, TOKEN_TEXT});
	sodium_memzero(text, sizeof(text));
}

void token_write(struct writer *w, const struct token *t)
{
	write_text(w, t->bytes);
}

/* libsodium takes some bytes beyond ASCII for letters of its alphabet: only what would be written
 * like that is a token. */
static bool is_written_so(const struct token *t, struct str text)
{
	char right[TOKEN_TEXT + 1];
	sodium_bin2base64(right, sizeof(right), t->bytes, TOKEN_BYTES, ALPHABET);
	bool same = sodium_memcmp(right, text.data, TOKEN_TEXT) == 0;
	sodium_memzero(right, sizeof(right));
	return same;
}

bool token_parse(struct str text, struct token *ret_token)
{
	struct token token;
	size_t size;
	bool good = text.size == TOKEN_TEXT &&
		    sodium_base642bin(token.bytes, sizeof(token.bytes), text.data, text.size, NULL,
			    &size, NULL, ALPHABET) == 0 &&
		    size == TOKEN_BYTES && is_written_so(&token, text);
	if (good)
		*ret_token = token;
	token_wipe(&token);
	return good;
}

void token_hash(const struct token *t, struct token_hash *ret_hash)
{
	crypto_generichash(
		ret_hash->bytes, sizeof(ret_hash->bytes), t->bytes, sizeof(t->bytes), NULL, 0);
}

static void form_bytes(const struct token *t, uint8_t ret_bytes[TOKEN_BYTES])
{
	static const uint8_t purpose[] = "form of the desk";
	crypto_auth_hmacsha256(ret_bytes, purpose, sizeof(purpose) - 1, t->bytes);
}

void token_form_write(struct writer *w, const struct token *t)
{
	uint8_t bytes[TOKEN_BYTES];
	form_bytes(t, bytes);
	write_text(w, bytes);
}

bool token_form_right(const struct token *t, struct str given)
{
	struct token got;
	uint8_t wanted[TOKEN_BYTES];
	if (!token_parse(given, &got))
		return false;
	form_bytes(t, wanted);
	return sodium_memcmp(got.bytes, wanted, TOKEN_BYTES) == 0;
}
