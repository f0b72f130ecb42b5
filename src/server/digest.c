/* SPDX-License-Identifier: Apache-2.0 */
#include "server/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/file.h"

enum {
	CHUNK = 1 << 20
};

static enum err digest_chunks(int fd, EVP_MD_CTX *digest, uint8_t *chunk)
{
	size_t size;
	do {
		TRY(file_read(fd, chunk, CHUNK, &size));
		if (EVP_DigestUpdate(digest, chunk, size) != 1)
			return E_NOMEM;
	} while (size == CHUNK);
	return E_OK;
}

enum err digest_file(int fd, uint8_t ret_sha256[32])
{
	enum err err = E_NOMEM;
	off_t start = lseek(fd, 0, SEEK_CUR);
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	uint8_t *chunk = malloc(CHUNK);
	if (digest && chunk && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1)
		err = digest_chunks(fd, digest, chunk);
	if (err == E_OK && EVP_DigestFinal_ex(digest, ret_sha256, NULL) != 1)
		err = E_NOMEM;
	EVP_MD_CTX_free(digest);
	free(chunk);
	if (err == E_OK && (start < 0 || lseek(fd, start, SEEK_SET) != start))
		err = E_IO;
	return err;
}
