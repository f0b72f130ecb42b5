/* SPDX-License-Identifier: Apache-2.0 */
#include "store/download.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "base/limits.h"
#include "store/catalogue.h"

enum {
	CHUNK = 1 << 20,
	DIGEST_SIZE = 32
};

const char downloads_name[] = "downloads";

enum err downloads_open(const struct data_folder *f, int *ret_folder)
{
	return folder_open(f->parts[FOLDER_PUBLIC], downloads_name, ret_folder);
}

enum err downloads_make(const struct data_folder *f, int *ret_folder)
{
	int folder;
	enum err err = folder_make(f->parts[FOLDER_PUBLIC], downloads_name);
	if (err != E_OK && err != E_EXISTS)
		return err;
	TRY(downloads_open(f, &folder));
	err = folder_share(folder, false);
	if (err == E_OK)
		*ret_folder = folder;
	else
		file_close(&folder);
	return err;
}

static void write_hex(const uint8_t digest[DIGEST_SIZE], char ret_hex[DOWNLOAD_NAME_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	for (int i = 0; i < DIGEST_SIZE; i++) {
		ret_hex[2 * i] = digits[digest[i] >> 4];
		ret_hex[2 * i + 1] = digits[digest[i] & 15];
	}
	ret_hex[2 * DIGEST_SIZE] = '\0';
}

/* --- taking one in --- */

struct copying {
	int from;
	int to;
	EVP_MD_CTX *digest;
	uint8_t *chunk;
};

static enum err copy_chunks(const struct copying *c, uint64_t *ret_size)
{
	uint64_t total = 0;
	for (;;) {
		size_t size;
		TRY(file_read(c->from, c->chunk, CHUNK, &size));
		if (size == 0)
			break;
		total += size;
		if (total > LIMIT_DOWNLOAD_BYTES)
			return E_LIMIT;
		if (EVP_DigestUpdate(c->digest, c->chunk, size) != 1)
			return E_NOMEM;
		TRY(file_write(c->to, (struct bytes){c->chunk, size}));
	}
	*ret_size = total;
	return total > 0 ? E_OK : E_RANGE;
}

static enum err copy(int from, int to, struct store_download *d)
{
	uint8_t digest[DIGEST_SIZE];
	struct copying c = {from, to, EVP_MD_CTX_new(), malloc(CHUNK)};
	enum err err = E_NOMEM;
	if (c.digest && c.chunk && EVP_DigestInit_ex(c.digest, EVP_sha256(), NULL) == 1)
		err = copy_chunks(&c, &d->size);
	if (err == E_OK && EVP_DigestFinal_ex(c.digest, digest, NULL) != 1)
		err = E_NOMEM;
	if (err == E_OK)
		write_hex(digest, d->sha256);
	EVP_MD_CTX_free(c.digest);
	free(c.chunk);
	return err;
}

static enum err take_in(int folder, int fd, struct store_download *d)
{
	struct file_new file;
	TRY(file_new_begin(folder, &file));
	enum err err = copy(fd, file.fd, d);
	if (err == E_OK)
		err = file_new_make_public(&file);
	if (err == E_OK)
		return file_new_commit(&file, d->sha256, true);
	file_new_abort(&file);
	return err;
}

enum err store_add_download(struct store *s, int fd, struct store_download *ret_download)
{
	int folder;
	struct store_download d = {.size = 0};
	TRY(store_require_write(s));
	TRY(downloads_make(&s->folder, &folder));
	enum err err = take_in(folder, fd, &d);
	file_close(&folder);
	if (err == E_OK)
		*ret_download = d;
	return err;
}

/* --- one that is there --- */

static enum err open_download(const struct data_folder *f, struct str sha256, int *ret_fd)
{
	char name[DOWNLOAD_NAME_SIZE];
	int folder;
	if (!site_sha256_valid(sha256))
		return E_NOTFOUND;
	memcpy(name, sha256.data, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	TRY(downloads_open(f, &folder));
	enum err err = file_open_read(folder, name, ret_fd);
	file_close(&folder);
	return err;
}

enum err store_download_size(struct store *s, struct str sha256, uint64_t *ret_size)
{
	int fd;
	TRY(open_download(&s->folder, sha256, &fd));
	enum err err = file_size(fd, ret_size);
	file_close(&fd);
	return err;
}

static bool is_whole(struct bytes bytes, struct str sha256, uint64_t size)
{
	char name[DOWNLOAD_NAME_SIZE];
	uint8_t digest[EVP_MAX_MD_SIZE];
	if (bytes.size != size ||
		EVP_Digest(bytes.data, bytes.size, digest, NULL, EVP_sha256(), NULL) != 1)
		return false;
	write_hex(digest, name);
	return str_equal(str_from(name), sha256);
}

enum err download_map(
	const struct data_folder *f, struct str sha256, uint64_t size, struct mapping *ret_mapping)
{
	int fd;
	struct mapping mapping;
	TRY(open_download(f, sha256, &fd));
	enum err err = file_map(fd, &mapping);
	file_close(&fd);
	TRY(err);
	if (!is_whole(mapping.bytes, sha256, size)) {
		file_unmap(&mapping);
		return E_CORRUPT;
	}
	*ret_mapping = mapping;
	return E_OK;
}
