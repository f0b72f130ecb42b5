/* SPDX-License-Identifier: Apache-2.0 */
#include "store/backup_stream.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <zstd.h>

#include "base/cursor.h"
#include "base/writer.h"
#include "os/file.h"

enum {
	BACKUP_VERSION = 1,
	HEADER_SIZE = 16,
	MAGIC_SIZE = 8,
	ENTRY = 1,
	END = 0,
	BUFFER_SIZE = 256 << 10,
	LEVEL = 1 /* segments are compressed already */
};

static const char magic[] = "QSBACKUP";

/* --- writing --- */

struct backup_writer {
	int fd;
	uint64_t entries;
	ZSTD_CCtx *compressor;
	EVP_MD_CTX *whole; /* over all that is compressed */
	EVP_MD_CTX *entry;
	uint8_t buffer[BUFFER_SIZE];
};

void backup_writer_free(struct backup_writer *w)
{
	if (!w)
		return;
	ZSTD_freeCCtx(w->compressor);
	EVP_MD_CTX_free(w->whole);
	EVP_MD_CTX_free(w->entry);
	free(w);
}

static bool prepare(struct backup_writer *w)
{
	w->compressor = ZSTD_createCCtx();
	w->whole = EVP_MD_CTX_new();
	w->entry = EVP_MD_CTX_new();
	return w->compressor && w->whole && w->entry &&
	       !ZSTD_isError(
		       ZSTD_CCtx_setParameter(w->compressor, ZSTD_c_compressionLevel, LEVEL)) &&
	       !ZSTD_isError(ZSTD_CCtx_setParameter(w->compressor, ZSTD_c_checksumFlag, 1)) &&
	       EVP_DigestInit_ex(w->whole, EVP_sha256(), NULL) == 1;
}

static enum err write_header(int fd)
{
	struct writer header;
	writer_init(&header, HEADER_SIZE);
	writer_text(&header, magic);
	writer_u32(&header, BACKUP_VERSION);
	writer_u32(&header, 0);
	enum err err = writer_end(&header);
	if (err == E_OK)
		err = file_write(fd, writer_view(&header));
	writer_release(&header);
	return err;
}

enum err backup_writer_new(int fd, struct backup_writer **ret_writer)
{
	struct backup_writer *w = calloc(1, sizeof(*w));
	if (!w)
		return E_NOMEM;
	w->fd = fd;
	enum err err = prepare(w) ? write_header(fd) : E_NOMEM;
	if (err != E_OK)
		backup_writer_free(w);
	else
		*ret_writer = w;
	return err;
}

static enum err compress(struct backup_writer *w, struct bytes data, ZSTD_EndDirective directive)
{
	ZSTD_inBuffer in = {data.data, data.size, 0};
	size_t left;
	do {
		ZSTD_outBuffer out = {w->buffer, BUFFER_SIZE, 0};
		left = ZSTD_compressStream2(w->compressor, &out, &in, directive);
		if (ZSTD_isError(left))
			return E_NOMEM;
		if (out.pos > 0)
			TRY(file_write(w->fd, (struct bytes){w->buffer, out.pos}));
	} while (in.pos < in.size || (directive == ZSTD_e_end && left > 0));
	return E_OK;
}

static enum err put(struct backup_writer *w, struct bytes data)
{
	if (EVP_DigestUpdate(w->whole, data.data, data.size) != 1)
		return E_NOMEM;
	return compress(w, data, ZSTD_e_continue);
}

static enum err put_digest_of(struct backup_writer *w, struct bytes data)
{
	uint8_t digest[BACKUP_DIGEST_SIZE];
	if (EVP_DigestInit_ex(w->entry, EVP_sha256(), NULL) != 1 ||
		EVP_DigestUpdate(w->entry, data.data, data.size) != 1 ||
		EVP_DigestFinal_ex(w->entry, digest, NULL) != 1)
		return E_NOMEM;
	return put(w, (struct bytes){digest, sizeof(digest)});
}

enum err backup_writer_entry(struct backup_writer *w, struct str name, struct bytes data)
{
	struct writer head;
	writer_init(&head, BACKUP_NAME_MOST + 16);
	writer_u8(&head, ENTRY);
	writer_string(&head, name);
	writer_u64(&head, data.size);
	enum err err = writer_end(&head);
	if (err == E_OK)
		err = put(w, writer_view(&head));
	writer_release(&head);
	TRY(err);
	TRY(put(w, data));
	w->entries++;
	return put_digest_of(w, data);
}

enum err backup_writer_finish(struct backup_writer *w)
{
	uint8_t tail[9] = {END};
	uint8_t digest[BACKUP_DIGEST_SIZE];
	for (size_t i = 0; i < 8; i++)
		tail[i + 1] = (uint8_t)(w->entries >> (8 * i));
	TRY(put(w, (struct bytes){tail, sizeof(tail)}));
	if (EVP_DigestFinal_ex(w->whole, digest, NULL) != 1)
		return E_NOMEM;
	return compress(w, (struct bytes){digest, sizeof(digest)}, ZSTD_e_end);
}

/* --- reading --- */

struct reading {
	const struct backup_source *source;
	ZSTD_DCtx *decompressor;
	EVP_MD_CTX *whole;
	EVP_MD_CTX *entry;
	ZSTD_inBuffer in;
	size_t frame_left; /* zstd's last word: 0 when its frame is complete */
	uint8_t compressed[BUFFER_SIZE];
	uint8_t plain[BUFFER_SIZE];
};

static enum err fill(struct reading *r)
{
	size_t size = 0;
	TRY(r->source->read(r->source->context, r->compressed, BUFFER_SIZE, &size));
	r->in = (ZSTD_inBuffer){r->compressed, size, 0};
	return size > 0 ? E_OK : E_TRUNCATED;
}

/* Exactly `size` decompressed bytes. */
static enum err pull(struct reading *r, uint8_t *to, size_t size)
{
	ZSTD_outBuffer out = {to, size, 0};
	while (out.pos < size) {
		size_t before = out.pos;
		r->frame_left = ZSTD_decompressStream(r->decompressor, &out, &r->in);
		if (ZSTD_isError(r->frame_left))
			return E_CORRUPT;
		if (out.pos < size && r->frame_left == 0)
			return E_CORRUPT; /* ends within what it promised */
		if (out.pos == before && r->in.pos == r->in.size)
			TRY(fill(r));
	}
	return E_OK;
}

static enum err pull_hashed(struct reading *r, uint8_t *to, size_t size)
{
	TRY(pull(r, to, size));
	return EVP_DigestUpdate(r->whole, to, size) == 1 ? E_OK : E_NOMEM;
}

static enum err pull_number(struct reading *r, size_t size, uint64_t *ret_number)
{
	uint8_t bytes[8];
	struct cursor c;
	TRY(pull_hashed(r, bytes, size));
	cursor_init(&c, (struct bytes){bytes, size});
	*ret_number = size == 1 ? cursor_u8(&c) : size == 4 ? cursor_u32(&c) : cursor_u64(&c);
	return E_OK;
}

static enum err read_data(struct reading *r, const struct backup_visitor *visitor, uint64_t size)
{
	uint8_t digest[BACKUP_DIGEST_SIZE], expected[BACKUP_DIGEST_SIZE];
	if (EVP_DigestInit_ex(r->entry, EVP_sha256(), NULL) != 1)
		return E_NOMEM;
	while (size > 0) {
		size_t now = size < BUFFER_SIZE ? (size_t)size : BUFFER_SIZE;
		TRY(pull_hashed(r, r->plain, now));
		if (EVP_DigestUpdate(r->entry, r->plain, now) != 1)
			return E_NOMEM;
		TRY(visitor->data(visitor->context, (struct bytes){r->plain, now}));
		size -= now;
	}
	TRY(pull_hashed(r, expected, sizeof(expected)));
	if (EVP_DigestFinal_ex(r->entry, digest, NULL) != 1)
		return E_NOMEM;
	return memcmp(digest, expected, sizeof(digest)) == 0 ? E_OK : E_CORRUPT;
}

static enum err read_entry(struct reading *r, const struct backup_visitor *visitor)
{
	uint64_t name_size, size;
	char name[BACKUP_NAME_MOST];
	TRY(pull_number(r, 4, &name_size));
	if (name_size > sizeof(name))
		return E_CORRUPT;
	TRY(pull_hashed(r, (uint8_t *)name, (size_t)name_size));
	TRY(pull_number(r, 8, &size));
	TRY(visitor->begin(visitor->context, (struct str){name, (size_t)name_size}, size));
	TRY(read_data(r, visitor, size));
	return visitor->end(visitor->context);
}

/* The zstd frame must close, and with it the file. */
static enum err require_end(struct reading *r)
{
	uint8_t more;
	ZSTD_outBuffer out = {&more, 1, 0};
	while (r->frame_left != 0) {
		if (r->in.pos == r->in.size)
			TRY(fill(r));
		r->frame_left = ZSTD_decompressStream(r->decompressor, &out, &r->in);
		if (ZSTD_isError(r->frame_left) || out.pos > 0)
			return E_CORRUPT;
	}
	if (r->in.pos < r->in.size)
		return E_CORRUPT;
	enum err err = fill(r);
	return err == E_TRUNCATED ? E_OK : err == E_OK ? E_CORRUPT : err;
}

static enum err read_end(struct reading *r, uint64_t entries)
{
	uint8_t digest[BACKUP_DIGEST_SIZE], expected[BACKUP_DIGEST_SIZE];
	uint64_t promised;
	TRY(pull_number(r, 8, &promised));
	if (EVP_DigestFinal_ex(r->whole, digest, NULL) != 1)
		return E_NOMEM;
	TRY(pull(r, expected, sizeof(expected)));
	if (promised != entries || memcmp(digest, expected, sizeof(digest)) != 0)
		return E_CORRUPT;
	return require_end(r);
}

static enum err read_header(struct reading *r)
{
	struct cursor c;
	TRY(fill(r));
	cursor_init(&c, (struct bytes){r->compressed, r->in.size});
	struct bytes start = cursor_take(&c, MAGIC_SIZE);
	if (start.size != MAGIC_SIZE || memcmp(start.data, magic, MAGIC_SIZE) != 0)
		return E_SYNTAX;
	uint32_t version = cursor_u32(&c);
	uint32_t reserved = cursor_u32(&c);
	if (c.err != E_OK)
		return E_TRUNCATED;
	if (version != BACKUP_VERSION)
		return E_VERSION;
	r->in.pos = HEADER_SIZE;
	return reserved == 0 ? E_OK : E_CORRUPT;
}

static enum err read_all(struct reading *r, const struct backup_visitor *visitor)
{
	uint64_t tag;
	TRY(read_header(r));
	for (uint64_t entries = 0;; entries++) {
		TRY(pull_number(r, 1, &tag));
		if (tag == END)
			return read_end(r, entries);
		if (tag != ENTRY)
			return E_CORRUPT;
		TRY(read_entry(r, visitor));
	}
}

enum err backup_read(const struct backup_source *source, const struct backup_visitor *visitor)
{
	struct reading *r = calloc(1, sizeof(*r));
	if (!r)
		return E_NOMEM;
	r->source = source;
	r->decompressor = ZSTD_createDCtx();
	r->whole = EVP_MD_CTX_new();
	r->entry = EVP_MD_CTX_new();
	enum err err = E_NOMEM;
	if (r->decompressor && r->whole && r->entry &&
		EVP_DigestInit_ex(r->whole, EVP_sha256(), NULL) == 1)
		err = read_all(r, visitor);
	ZSTD_freeDCtx(r->decompressor);
	EVP_MD_CTX_free(r->whole);
	EVP_MD_CTX_free(r->entry);
	free(r);
	return err;
}
