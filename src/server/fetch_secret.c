/* SPDX-License-Identifier: Apache-2.0 */
#include "server/fetch_secret.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/limits.h"
#include "os/entry.h"
#include "os/file.h"

enum {
	OTHERS = 07,
	DIGEST = 32
};

void fetch_secret_init(struct writer *into)
{
	writer_init(into, LIMIT_FETCH_SECRET);
}

void fetch_secret_forget(struct writer *into)
{
	if (into->data)
		explicit_bzero(into->data, into->capacity);
	writer_release(into);
}

static enum err check_mode(const char *path)
{
	struct entry_facts facts;
	int fd;
	TRY(file_open_read(AT_FDCWD, path, &fd));
	enum err err = descriptor_facts(fd, &facts);
	file_close(&fd);
	TRY(err);
	return (facts.mode & OTHERS) != 0 ? E_DENIED : E_OK;
}

/* All of its room at once, so that growing leaves no copy behind. */
enum err fetch_secret_load(const char *path, struct writer *into)
{
	TRY(check_mode(path));
	if (!writer_reserve(into, LIMIT_FETCH_SECRET))
		return E_NOMEM;
	into->size = 0;
	TRY(file_load(AT_FDCWD, path, into));
	return fetch_secret_line(into).size > 0 ? E_OK : E_TRUNCATED;
}

struct str fetch_secret_line(const struct writer *secret)
{
	struct str rest;
	return str_trim(str_cut(writer_view_str(secret), '\n', &rest));
}

bool fetch_secret_pair(const struct writer *secret, struct str *ret_key, struct str *ret_secret)
{
	struct str rest = writer_view_str(secret), value;
	struct str key = STR(""), hidden = STR("");
	while (rest.size > 0) {
		struct str line = str_cut(rest, '\n', &rest);
		struct str name = str_trim(str_cut(line, '=', &value));
		if (str_equal(name, STR("key")))
			key = str_trim(value);
		else if (str_equal(name, STR("secret")))
			hidden = str_trim(value);
	}
	*ret_key = key;
	*ret_secret = hidden;
	return key.size > 0 && hidden.size > 0;
}

enum err fetch_secret_sign(struct str secret, struct str message, char ret_hex[65])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	struct bytes bytes = str_bytes(message);
	if (!HMAC(EVP_sha256(), secret.data, (int)secret.size, bytes.data, bytes.size, digest,
		    &size) ||
		size != DIGEST)
		return E_NOMEM;
	for (size_t i = 0; i < DIGEST; i++) {
		ret_hex[2 * i] = digits[digest[i] >> 4];
		ret_hex[2 * i + 1] = digits[digest[i] & 15];
	}
	ret_hex[64] = '\0';
	return E_OK;
}
