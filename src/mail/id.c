/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/id.h"

#include <sodium.h>

static bool is_waited_for(enum mail_kind kind)
{
	return kind == MAIL_PASSWORD_RESET || kind == MAIL_INVITATION || kind == MAIL_TEST;
}

static void add(crypto_generichash_state *state, struct str s)
{
	/* Its length too: two fields never run into one another. */
	const uint64_t size = s.size;
	crypto_generichash_update(state, (const unsigned char *)&size, sizeof(size));
	crypto_generichash_update(state, (const unsigned char *)s.data, s.size);
}

void mail_id_make(enum mail_kind kind, struct str recipient, struct str about, struct date day,
	char ret_id[MAIL_ID_SIZE])
{
	static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
	enum {
		HASHED = MAIL_ID_SIZE - 2
	};
	unsigned char hash[HASHED];
	const unsigned char head[] = {(unsigned char)kind, (unsigned char)(day.year & 0xff),
		(unsigned char)(day.year >> 8 & 0xff), (unsigned char)day.month,
		(unsigned char)day.day};
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, sizeof(hash));
	crypto_generichash_update(&state, head, sizeof(head));
	add(&state, recipient);
	add(&state, about);
	crypto_generichash_final(&state, hash, sizeof(hash));
	ret_id[0] = is_waited_for(kind) ? 'a' : 'b';
	for (size_t i = 0; i < HASHED; i++)
		ret_id[1 + i] = digits[hash[i] & 31];
	ret_id[1 + HASHED] = '\0';
}

bool mail_id_valid(struct str id)
{
	for (size_t i = 0; i < id.size; i++) {
		char c = id.data[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			c != '-')
			return false;
	}
	return id.size > 0 && id.size <= MAIL_ID_LONGEST;
}
