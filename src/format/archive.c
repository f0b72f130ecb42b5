/* SPDX-License-Identifier: Apache-2.0 */
#include "format/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>

#include "base/limits.h"
#include "format/gunzip.h"

enum {
	PIECE = 256 << 10,    /* packed bytes read at once */
	HEAD = 512,           /* enough to see every magic */
	DENSE_FROM = 64 << 20 /* unpacked bytes from which the ratio counts */
};

struct archive_reader {
	struct archive_source source;
	struct gunzip *gunzip;   /* between source and the rest; NULL: not gzip */
	struct archive *library; /* NULL: a plain file */
	struct archive_entry *entry;
	uint8_t *piece;
	size_t head_size; /* bytes at the start of `piece`, read before it was clear what they are
			   */
	size_t head_at;   /* of them handed out */
	enum err failure; /* of the source */
	uint64_t consumed;
	uint64_t produced;
	uint64_t limit;
	bool ended;
	char name[256];
	size_t name_size;
};

/* Packed bytes, counted. */
static enum err read_counted(void *context, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	struct archive_reader *r = context;
	TRY(r->source.read(r->source.context, buffer, capacity, ret_size));
	r->consumed += *ret_size;
	return E_OK;
}

/* Reads until `capacity` or the end. */
static enum err read_source(
	struct archive_reader *r, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	size_t size = 0;
	size_t got = 1;
	while (size < capacity && got > 0) {
		uint8_t *at = buffer + size;
		TRY(r->gunzip ? gunzip_read(r->gunzip, at, capacity - size, &got)
			      : read_counted(r, at, capacity - size, &got));
		size += got;
	}
	*ret_size = size;
	return E_OK;
}

static bool is_gzip(const uint8_t *head, size_t size)
{
	return size >= 2 && head[0] == 0x1F && head[1] == 0x8B; /* RFC 1952 */
}

static bool packed(const uint8_t *head, size_t size)
{
	static const struct str magics[] = {
		STR_INIT("\xFD"
			 "7zXZ"),             /* xz */
		STR_INIT("\x28\xB5\x2F\xFD"), /* Zstandard: RFC 8878 */
		STR_INIT("BZh"),              /* bzip2 */
		STR_INIT("PK\x03\x04"),       /* zip */
		STR_INIT("PK\x05\x06"),       /* zip without members */
		STR_INIT("PK\x07\x08"),       /* zip cut for several disks */
	};
	struct str s = {(const char *)head, size};
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (str_starts(s, magics[i]))
			return true;
	return size >= 262 && memcmp(head + 257, "ustar", 5) == 0;
}

static la_ssize_t library_read(struct archive *library, void *context, const void **ret_buffer)
{
	struct archive_reader *r = context;
	size_t size = 0;
	*ret_buffer = r->piece;
	if (r->head_at < r->head_size) {
		r->head_at = r->head_size;
		return (la_ssize_t)r->head_size;
	}
	r->failure = read_source(r, r->piece, PIECE, &size);
	if (r->failure != E_OK) {
		archive_set_error(library, EIO, "read");
		return ARCHIVE_FATAL;
	}
	return (la_ssize_t)size;
}

static enum err refuse(struct problem *problem, enum problem_code code, struct str got)
{
	problem_set(problem, code, STR(""), got);
	problem->line = 0;
	problem->offset = 0;
	problem->limit = 0;
	return E_SYNTAX;
}

static enum err refuse_limit(struct problem *problem, enum problem_code code, uint64_t limit)
{
	(void)refuse(problem, code, STR(""));
	problem->limit = limit;
	return E_LIMIT;
}

/* What the library complains of, in terms of the file. */
static enum err library_failed(struct archive_reader *r, struct problem *problem)
{
	const char *word = archive_error_string(r->library);
	if (r->failure != E_OK)
		return r->failure;
	if (archive_read_has_encrypted_entries(r->library) > 0)
		return refuse(problem, PROBLEM_ENCRYPTED, STR(""));
	return refuse(problem, PROBLEM_BAD_ARCHIVE, str_from(word ? word : ""));
}

/* By name: support_filter_all() would also run programs it finds in PATH. */
static bool set_up(struct archive *library)
{
	return archive_read_support_filter_xz(library) == ARCHIVE_OK &&
	       archive_read_support_filter_zstd(library) == ARCHIVE_OK &&
	       archive_read_support_filter_bzip2(library) == ARCHIVE_OK &&
	       archive_read_support_format_zip_streamable(library) == ARCHIVE_OK &&
	       archive_read_support_format_tar(library) == ARCHIVE_OK &&
	       archive_read_support_format_raw(library) == ARCHIVE_OK &&
	       archive_read_support_format_empty(library) == ARCHIVE_OK;
}

/* Folders and what macOS adds beside each file are not counted as members. */
static bool is_member(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	if (archive_entry_filetype(entry) == AE_IFDIR)
		return false;
	return !name || strncmp(name, "__MACOSX/", 9) != 0;
}

static void keep_name(struct archive_reader *r)
{
	const char *name = archive_entry_pathname(r->entry);
	/* "data" is what the library calls a single compressed stream. */
	if (!name || archive_format(r->library) == ARCHIVE_FORMAT_RAW)
		return;
	const char *slash = strrchr(name, '/');
	struct str base = str_from(slash ? slash + 1 : name);
	r->name_size = base.size < sizeof(r->name) ? base.size : sizeof(r->name);
	memcpy(r->name, base.data, r->name_size);
}

/* The next member's header; E_NOTFOUND after the last. */
static enum err next_member(struct archive_reader *r, struct problem *problem)
{
	for (;;) {
		int result = archive_read_next_header(r->library, &r->entry);
		if (result == ARCHIVE_EOF)
			return E_NOTFOUND;
		if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
			return library_failed(r, problem);
		if (is_member(r->entry))
			return E_OK;
	}
}

static enum err first_member(struct archive_reader *r, struct problem *problem)
{
	enum err err = next_member(r, problem);
	r->ended = err == E_NOTFOUND;
	if (err != E_OK)
		return err == E_NOTFOUND ? E_OK : err;
	if (archive_entry_is_encrypted(r->entry))
		return refuse(problem, PROBLEM_ENCRYPTED, STR(""));
	if (archive_entry_filetype(r->entry) != AE_IFREG)
		return refuse(problem, PROBLEM_BAD_ARCHIVE, STR("not a regular file"));
	keep_name(r);
	return E_OK;
}

static enum err open_library(struct archive_reader *r, struct problem *problem)
{
	r->library = archive_read_new();
	if (!r->library || !set_up(r->library))
		return E_NOMEM;
	if (archive_read_open(r->library, r, NULL, library_read, NULL) != ARCHIVE_OK)
		return library_failed(r, problem);
	return first_member(r, problem);
}

static enum err open_reader(struct archive_reader *r, struct problem *problem)
{
	r->piece = malloc(PIECE);
	if (!r->piece)
		return E_NOMEM;
	TRY(read_source(r, r->piece, HEAD, &r->head_size));
	if (is_gzip(r->piece, r->head_size)) {
		const struct archive_source counted = {r, read_counted};
		const struct bytes head = {r->piece, r->head_size};
		TRY(gunzip_new(&counted, head, &r->gunzip));
		TRY(read_source(r, r->piece, HEAD, &r->head_size));
	}
	return packed(r->piece, r->head_size) ? open_library(r, problem) : E_OK;
}

/* A fault of the gzip layer, whoever met it, is the file's. */
static enum err explain(struct archive_reader *r, enum err err, struct problem *problem)
{
	struct str fault = r->gunzip ? gunzip_fault(r->gunzip) : STR("");
	return err != E_OK && fault.size > 0 ? refuse(problem, PROBLEM_BAD_ARCHIVE, fault) : err;
}

enum err archive_reader_open(const struct archive_source *source, uint64_t limit,
	struct archive_reader **ret_reader, struct problem *problem)
{
	struct archive_reader *r = calloc(1, sizeof(*r));
	if (!r)
		return E_NOMEM;
	r->source = *source;
	r->limit = limit;
	enum err err = explain(r, open_reader(r, problem), problem);
	if (err != E_OK) {
		archive_reader_close(r);
		return err;
	}
	*ret_reader = r;
	return E_OK;
}

void archive_reader_close(struct archive_reader *r)
{
	if (!r)
		return;
	archive_read_free(r->library);
	gunzip_free(r->gunzip);
	free(r->piece);
	free(r);
}

static enum err read_plain(
	struct archive_reader *r, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	size_t head = r->head_size - r->head_at;
	size_t size = 0;
	if (head > capacity)
		head = capacity;
	memcpy(buffer, r->piece + r->head_at, head);
	r->head_at += head;
	TRY(read_source(r, buffer + head, capacity - head, &size));
	*ret_size = head + size;
	return E_OK;
}

static enum err at_member_end(struct archive_reader *r, struct problem *problem)
{
	r->ended = true;
	enum err err = next_member(r, problem);
	if (err == E_OK)
		return refuse(problem, PROBLEM_MANY_MEMBERS, STR(""));
	return err == E_NOTFOUND ? E_OK : err;
}

static enum err read_packed(struct archive_reader *r, uint8_t *buffer, size_t capacity,
	size_t *ret_size, struct problem *problem)
{
	size_t size = 0;
	while (size < capacity && !r->ended) {
		la_ssize_t got = archive_read_data(r->library, buffer + size, capacity - size);
		if (got < 0)
			return library_failed(r, problem);
		if (got == 0)
			TRY(at_member_end(r, problem));
		size += (size_t)got;
	}
	*ret_size = size;
	return E_OK;
}

enum err archive_reader_read(struct archive_reader *r, uint8_t *buffer, size_t capacity,
	size_t *ret_size, struct problem *problem)
{
	size_t size = 0;
	enum err err = r->library ? read_packed(r, buffer, capacity, &size, problem)
				  : read_plain(r, buffer, capacity, &size);
	TRY(explain(r, err, problem));
	r->produced += size;
	if (r->produced > r->limit)
		return refuse_limit(problem, PROBLEM_TOO_LARGE, r->limit);
	if (r->produced > DENSE_FROM && r->produced / LIMIT_INPUT_RATIO > r->consumed)
		return refuse_limit(problem, PROBLEM_TOO_DENSE, LIMIT_INPUT_RATIO);
	*ret_size = size;
	return E_OK;
}

struct str archive_reader_member_name(const struct archive_reader *r)
{
	return (struct str){r->name, r->name_size};
}

uint64_t archive_reader_consumed(const struct archive_reader *r)
{
	return r->consumed;
}

struct memory {
	struct bytes rest;
};

static enum err read_memory(void *context, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	struct memory *m = context;
	size_t size = m->rest.size < capacity ? m->rest.size : capacity;
	if (size)
		memcpy(buffer, m->rest.data, size);
	m->rest = (struct bytes){m->rest.data + size, m->rest.size - size};
	*ret_size = size;
	return E_OK;
}

enum err archive_warm_up(void)
{
	/* A zip with one empty member "ế" whose name is marked as UTF-8: converting it and its time
	 * makes the C library load its tables. */
	static const uint8_t zip[] = {'P', 'K', 3, 4, 20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0x28, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0xE1, 0xBA, 0xBF, 'P', 'K', 5, 6, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
	struct memory memory = {{zip, sizeof(zip)}};
	struct archive_source source = {&memory, read_memory};
	struct archive_reader *reader;
	struct problem problem;
	uint8_t buffer[16];
	size_t size;
	TRY(archive_reader_open(&source, sizeof(buffer), &reader, &problem));
	enum err err = archive_reader_read(reader, buffer, sizeof(buffer), &size, &problem);
	archive_reader_close(reader);
	return err;
}
