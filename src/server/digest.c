/* SPDX-License-Identifier: Apache-2.0 */
#include "server/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/file.h"
#include "os/fork.h"

enum {
	CHUNK = 256 << 10,    /* stays in the second-level cache */
	BESIDE_FROM = 8 << 20 /* bytes of a file: less is done sooner than anything else */
};

static enum err digest_chunks(int fd, uint64_t at, EVP_MD_CTX *digest, uint8_t *chunk)
{
	size_t size;
	do {
		TRY(file_read_at(fd, at, chunk, CHUNK, &size));
		if (EVP_DigestUpdate(digest, chunk, size) != 1)
			return E_NOMEM;
		at += size;
	} while (size == CHUNK);
	return E_OK;
}

static enum err digest_from(int fd, off_t start, uint8_t ret_sha256[32])
{
	enum err err = E_NOMEM;
	if (start < 0)
		return E_IO;
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	uint8_t *chunk = malloc(CHUNK);
	if (digest && chunk && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1)
		err = digest_chunks(fd, (uint64_t)start, digest, chunk);
	if (err == E_OK && EVP_DigestFinal_ex(digest, ret_sha256, NULL) != 1)
		err = E_NOMEM;
	EVP_MD_CTX_free(digest);
	free(chunk);
	return err;
}

enum err digest_file(int fd, uint8_t ret_sha256[32])
{
	return digest_from(fd, lseek(fd, 0, SEEK_CUR), ret_sha256);
}

static void digest_job(void *context, size_t job)
{
	struct digest *d = context;
	(void)job;
	d->err = digest_from(d->fd, d->start, d->sha256);
}

/* Nobody waits for it before the end: it takes the processors that others leave idle. */
static void digest_beside(void *context, size_t job)
{
	priority_low();
	digest_job(context, job);
}

void digest_begin(struct digest *d, int fd)
{
	uint64_t size = 0;
	/* Whoever reads the same open file moves its place. */
	*d = (struct digest){.fd = fd, .start = lseek(fd, 0, SEEK_CUR)};
	d->beside = file_size(fd, &size) == E_OK && size >= BESIDE_FROM;
	if (d->beside)
		thread_begin(&d->thread, digest_beside, d);
	else
		digest_job(d, 0);
}

bool digest_ended(const struct digest *d)
{
	return !d->beside || thread_ended(&d->thread);
}

enum err digest_end(struct digest *d, uint8_t ret_sha256[32])
{
	thread_end(&d->thread);
	if (d->err == E_OK)
		memcpy(ret_sha256, d->sha256, sizeof(d->sha256));
	return d->err;
}
