/* SPDX-License-Identifier: Apache-2.0 */
#include "office/second_factor_key.h"

#include <assert.h>
#include <sodium.h>

#include "os/file.h"
#include "os/system.h"

static const char key_name[] = "second-factor.key";

struct key {
	uint8_t bytes[crypto_secretbox_KEYBYTES];
};

struct content {
	uint8_t account[8]; /* so that nobody's secret can be put in another's place */
	struct factor_secret secret;
};

static_assert(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + sizeof(struct content) ==
		      FACTOR_SEALED,
	"what is sealed has that size");

static enum err load_key(struct office *o, struct key *ret_key)
{
	int fd = -1;
	size_t size = 0;
	TRY(file_open_private(o->folder, key_name, false, &fd));
	enum err err = file_read(fd, ret_key->bytes, sizeof(ret_key->bytes), &size);
	file_close(&fd);
	if (err == E_OK && size != sizeof(ret_key->bytes))
		err = E_CORRUPT;
	return err;
}

/* Whole or not at all; who comes second takes what the first made. */
static enum err make_key(struct office *o)
{
	struct key key;
	struct file_new file;
	TRY(file_new_begin(o->folder, &file));
	system_random(&key, sizeof(key));
	enum err err = file_write(file.fd, (struct bytes){key.bytes, sizeof(key.bytes)});
	sodium_memzero(&key, sizeof(key));
	if (err == E_OK)
		err = file_new_commit(&file, key_name, false);
	file_new_abort(&file);
	return err == E_EXISTS ? E_OK : err;
}

static enum err have_key(struct office *o, struct key *ret_key)
{
	enum err err = load_key(o, ret_key);
	if (err != E_NOTFOUND)
		return err;
	TRY(make_key(o));
	return load_key(o, ret_key);
}

static void put_account(uint8_t bytes[8], int64_t account)
{
	for (size_t i = 0; i < 8; i++)
		bytes[i] = (uint8_t)((uint64_t)account >> (8 * i));
}

enum err factor_seal(struct office *o, int64_t account, const struct factor_secret *s,
	struct sealed_secret *ret_sealed)
{
	struct key key;
	struct content content = {.secret = *s};
	uint8_t *nonce = ret_sealed->bytes;
	enum err err = have_key(o, &key);
	if (err == E_OK) {
		put_account(content.account, account);
		system_random(nonce, crypto_secretbox_NONCEBYTES);
		crypto_secretbox_easy(nonce + crypto_secretbox_NONCEBYTES,
			(const uint8_t *)&content, sizeof(content), nonce, key.bytes);
	}
	sodium_memzero(&key, sizeof(key));
	sodium_memzero(&content, sizeof(content));
	return err;
}

enum err factor_unseal(
	struct office *o, int64_t account, struct bytes sealed, struct factor_secret *ret_secret)
{
	struct key key;
	struct content content;
	uint8_t wanted[8];
	if (sealed.size != FACTOR_SEALED)
		return E_CORRUPT;
	put_account(wanted, account);
	enum err err = load_key(o, &key);
	if (err == E_OK &&
		(crypto_secretbox_open_easy((uint8_t *)&content,
			 sealed.data + crypto_secretbox_NONCEBYTES,
			 sealed.size - crypto_secretbox_NONCEBYTES, sealed.data, key.bytes) != 0 ||
			memcmp(content.account, wanted, sizeof(wanted)) != 0))
		err = E_CORRUPT;
	if (err == E_OK)
		*ret_secret = content.secret;
	sodium_memzero(&key, sizeof(key));
	sodium_memzero(&content, sizeof(content));
	return err;
}
