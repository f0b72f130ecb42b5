/* SPDX-License-Identifier: Apache-2.0 */
/* What an authenticator computes, and how it is told the secret. */
#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include "office/second_factor.h"

enum {
	SHA1_BYTES = 20,
	MILLION = 1000000 /* FACTOR_DIGITS decimal digits */
};

/* RFC 4226, 5.3: four bytes at the place that the last half byte names, without their sign. */
void factor_code(const struct factor_secret *s, uint64_t step, char ret_digits[FACTOR_DIGITS + 1])
{
	uint8_t counter[8], mac[SHA1_BYTES] = {0};
	unsigned size = sizeof(mac);
	for (size_t i = 0; i < sizeof(counter); i++)
		counter[i] = (uint8_t)(step >> (8 * (sizeof(counter) - 1 - i)));
	HMAC(EVP_sha1(), s->bytes, sizeof(s->bytes), counter, sizeof(counter), mac, &size);
	const uint8_t *at = mac + (mac[SHA1_BYTES - 1] & 0x0f);
	uint32_t number = ((uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 |
				  (uint32_t)at[2] << 8 | at[3]) %
			  MILLION;
	for (size_t i = FACTOR_DIGITS; i > 0; i--, number /= 10)
		ret_digits[i - 1] = (char)('0' + number % 10);
	ret_digits[FACTOR_DIGITS] = '\0';
	sodium_memzero(mac, sizeof(mac));
}

/* RFC 4648, 6; 20 bytes come out even. A space after every `group` characters, 0: none. */
static void write_base32(struct writer *w, const struct factor_secret *s, size_t group)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	size_t written = 0;
	static_assert(FACTOR_SECRET % 5 == 0, "no padding");
	for (size_t i = 0; i < sizeof(s->bytes); i += 5) {
		uint64_t bits = 0;
		for (size_t k = 0; k < 5; k++)
			bits = bits << 8 | s->bytes[i + k];
		for (unsigned k = 0; k < 8; k++, written++) {
			if (group > 0 && written > 0 && written % group == 0)
				writer_char(w, ' ');
			writer_char(w, alphabet[bits >> (35 - 5 * k) & 31]);
		}
	}
}

void factor_write_secret(struct writer *w, const struct factor_secret *s)
{
	write_base32(w, s, 4);
}

/* RFC 3986, 2.3 */
static void write_encoded(struct writer *w, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.size; i++) {
		unsigned char c = (unsigned char)s.data[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
		if (plain) {
			writer_char(w, (char)c);
			continue;
		}
		writer_char(w, '%');
		writer_char(w, digits[c >> 4]);
		writer_char(w, digits[c & 15]);
	}
}

void factor_write_uri(
	struct writer *w, const struct factor_secret *s, struct str issuer, struct str mail)
{
	writer_text(w, "otpauth://totp/");
	write_encoded(w, issuer);
	writer_char(w, ':');
	write_encoded(w, mail);
	writer_text(w, "?secret=");
	write_base32(w, s, 0);
	writer_text(w, "&issuer=");
	write_encoded(w, issuer);
}
