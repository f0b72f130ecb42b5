/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/container_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/writer.h"
#include "format/gunzip.h"

enum {
	EMPTY = 32,      /* bytes of the largest archive without members */
	PIECE = 64 << 10 /* packed bytes after which the time is asked for */
};

/* One archive that is being read. */
struct reading {
	struct unpacking *u;
	const struct container *self;
	struct bytes content;
	size_t at;
	struct archive *library;
	struct gunzip *gunzip; /* between content and library; NULL: not gzip */
	uint8_t *plain;        /* a piece of what it gives */
	uint64_t entries;      /* members, folders, links */
	bool sums_ignored;     /* the archive was made up around its data */
};

static la_ssize_t give_piece(struct archive *library, void *context, const void **ret_piece)
{
	struct reading *r = context;
	size_t size = r->content.size - r->at;
	if (size > PIECE)
		size = PIECE;
	if (unpacking_check(r->u) != E_OK) {
		archive_set_error(library, ETIMEDOUT, "ended");
		return ARCHIVE_FATAL;
	}
	*ret_piece = r->content.data + r->at;
	r->at += size;
	return (la_ssize_t)size;
}

static enum err read_packed(void *context, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	struct reading *r = context;
	size_t left = r->content.size - r->at;
	size_t size = capacity < left ? capacity : left;
	TRY(unpacking_check(r->u));
	if (size > 0)
		memcpy(buffer, r->content.data + r->at, size);
	r->at += size;
	*ret_size = size;
	return E_OK;
}

static la_ssize_t give_gunzipped(struct archive *library, void *context, const void **ret_piece)
{
	struct reading *r = context;
	size_t size = 0;
	enum err err = gunzip_read(r->gunzip, r->plain, PIECE, &size);
	*ret_piece = r->plain;
	if (err == E_OK)
		return (la_ssize_t)size;
	char fault[80];
	(void)snprintf(fault, sizeof(fault), "%.*s", STR_ARG(gunzip_fault(r->gunzip)));
	archive_set_error(library, err == E_NOMEM ? ENOMEM : EINVAL, "%s", fault);
	return ARCHIVE_FATAL;
}

static la_int64_t skip(struct archive *library, void *context, la_int64_t size)
{
	struct reading *r = context;
	size_t left = r->content.size - r->at;
	(void)library;
	if (size < 0)
		return 0;
	size_t step = (uint64_t)size < left ? (size_t)size : left;
	r->at += step;
	return (la_int64_t)step;
}

static la_int64_t seek(struct archive *library, void *context, la_int64_t offset, int whence)
{
	struct reading *r = context;
	la_int64_t base = whence == SEEK_CUR   ? (la_int64_t)r->at
			  : whence == SEEK_END ? (la_int64_t)r->content.size
					       : 0;
	la_int64_t to;
	(void)library;
	if (__builtin_add_overflow(base, offset, &to) || to < 0 || (uint64_t)to > r->content.size)
		return ARCHIVE_FATAL;
	r->at = (size_t)to;
	return to;
}

static bool set_callbacks(struct reading *r)
{
	struct archive *a = r->library;
	if (archive_read_set_callback_data(a, r) != ARCHIVE_OK)
		return false;
	if (r->gunzip)
		return archive_read_set_read_callback(a, give_gunzipped) == ARCHIVE_OK;
	return archive_read_set_read_callback(a, give_piece) == ARCHIVE_OK &&
	       archive_read_set_skip_callback(a, skip) == ARCHIVE_OK &&
	       archive_read_set_seek_callback(a, seek) == ARCHIVE_OK;
}

/* What the library's complaint means; *about is borrowed until its next call. */
static enum err complaint(struct reading *r, struct str *about)
{
	const char *word = archive_error_string(r->library);
	*about = str_from(word ? word : "");
	if (archive_errno(r->library) == ENOMEM)
		return E_NOMEM;
	if (word && (strcasestr(word, "encrypt") || strcasestr(word, "passphrase")))
		return E_DENIED;
	if (word && (strcasestr(word, "unsupported") || strcasestr(word, "not supported") ||
			    strcasestr(word, "multivolume")))
		return E_UNKNOWN;
	return E_SYNTAX;
}

static enum unscanned complaint_reason(enum err err)
{
	return err == E_NOMEM     ? UNSCANNED_MEMORY
	       : err == E_DENIED  ? UNSCANNED_ENCRYPTED
	       : err == E_UNKNOWN ? UNSCANNED_UNSUPPORTED
				  : UNSCANNED_DAMAGED;
}

/* Holes of sparse files count as what they expand to. */
static enum err add_block(struct reading *r, uint64_t *size, struct bytes block, la_int64_t offset)
{
	if (offset > 0 && (uint64_t)offset > *size) {
		TRY(unpacking_add_zeros(r->u, (uint64_t)offset - *size));
		*size = (uint64_t)offset;
	}
	*size += block.size;
	return unpacking_add(r->u, block);
}

/* E_OK at the member's end, else what the reading of it came to. */
static enum err read_member(struct reading *r, struct str *about)
{
	uint64_t size = 0;
	enum err outcome = E_OK;
	for (;;) {
		const void *data = NULL;
		struct bytes block = {NULL, 0};
		la_int64_t offset = 0;
		int result = archive_read_data_block(r->library, &data, &block.size, &offset);
		if (result == ARCHIVE_EOF)
			return outcome;
		if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
			return complaint(r, about);
		block.data = data;
		TRY(add_block(r, &size, block, offset));
		/* All of it came, but its sum is another. */
		if (result == ARCHIVE_WARN && !r->sums_ignored)
			outcome = complaint(r, about);
	}
}

/* UTF-8 of a wide name, as far as it fits. */
static struct str narrow(const wchar_t *wide, char *buffer, size_t capacity)
{
	size_t size = 0;
	for (; *wide && size + 3 < capacity; wide++) {
		unsigned c = (unsigned)*wide;
		if (c < 0x80) {
			buffer[size++] = (char)c;
		} else if (c < 0x800) {
			buffer[size++] = (char)(0xC0 | c >> 6);
			buffer[size++] = (char)(0x80 | (c & 0x3F));
		} else {
			buffer[size++] = (char)(0xE0 | (c >> 12 & 0xF));
			buffer[size++] = (char)(0x80 | (c >> 6 & 0x3F));
			buffer[size++] = (char)(0x80 | (c & 0x3F));
		}
	}
	return (struct str){buffer, size};
}

static struct str entry_name(struct archive_entry *entry, char *buffer, size_t capacity)
{
	const char *name = archive_entry_pathname(entry);
	if (!name)
		name = archive_entry_pathname_utf8(entry);
	if (name)
		return str_from(name);
	const wchar_t *wide = archive_entry_pathname_w(entry);
	return wide ? narrow(wide, buffer, capacity) : STR("");
}

/* "b.tar" of "b.tar.gz": what a compressed file holds has seldom a name of its own. */
static struct str without_suffix(struct str name)
{
	struct str base = name;
	for (struct str rest = name; rest.size > 0;) {
		base = rest;
		(void)str_cut(rest, '/', &rest);
	}
	size_t dot = base.size;
	for (size_t i = 0; i < base.size; i++)
		if (base.data[i] == '.')
			dot = i;
	return dot > 0 && dot < base.size ? (struct str){base.data, dot} : STR("content");
}

static struct str member_name(
	struct reading *r, struct archive_entry *entry, char *buffer, size_t capacity)
{
	struct str name = entry_name(entry, buffer, capacity);
	if (archive_format(r->library) == ARCHIVE_FORMAT_RAW && str_equal(name, STR("data")))
		return without_suffix(unpacking_name(r->u));
	return name;
}

static enum err open_member(struct reading *r, struct archive_entry *entry)
{
	char buffer[1024];
	struct str about = STR("");
	struct str name = member_name(r, entry, buffer, sizeof(buffer));
	if (archive_entry_is_data_encrypted(entry))
		return unpacking_miss(r->u, name, UNSCANNED_ENCRYPTED, STR(""));
	TRY(unpacking_begin(r->u, name));
	enum err outcome = read_member(r, &about);
	return unpacking_end(r->u, outcome, about);
}

/* Links, folders and devices have no content, but a list of them can be endless. */
static enum err take_entry(struct reading *r, struct archive_entry *entry)
{
	r->entries++;
	bool content = archive_entry_filetype(entry) == AE_IFREG ||
		       (archive_entry_size_is_set(entry) && archive_entry_size(entry) > 0) ||
		       archive_format(r->library) == ARCHIVE_FORMAT_RAW;
	return content ? open_member(r, entry) : unpacking_check(r->u);
}

static enum err fault(struct reading *r)
{
	struct str about;
	TRY(unpacking_check(r->u));
	enum err err = complaint(r, &about);
	if (!r->self->weak || r->entries > 0)
		unpacking_fault(r->u, complaint_reason(err), about);
	return E_OK;
}

/* E_NOTFOUND after the last member, E_SYNTAX where there is no going on. */
static enum err next_entry(struct reading *r, struct archive_entry **ret_entry)
{
	int result = archive_read_next_header(r->library, ret_entry);
	if (result == ARCHIVE_EOF)
		return E_NOTFOUND;
	if (result == ARCHIVE_OK || result == ARCHIVE_WARN || result == ARCHIVE_RETRY)
		return E_OK;
	return E_SYNTAX;
}

static enum err read_entries(struct reading *r)
{
	struct archive_entry *entry;
	enum err err;
	while ((err = next_entry(r, &entry)) == E_OK)
		TRY(take_entry(r, entry));
	return err;
}

/* An archive may be followed by others: early parts of a boot image. */
static enum err open_rest(struct reading *r)
{
	la_int64_t end = archive_filter_bytes(r->library, -1);
	struct bytes rest = r->content;
	if (end <= 0 || (uint64_t)end >= rest.size)
		return E_OK;
	rest = (struct bytes){rest.data + end, rest.size - (size_t)end};
	while (rest.size > 0 && rest.data[0] == 0)
		rest = (struct bytes){rest.data + 1, rest.size - 1};
	return rest.size > 0 ? unpacking_inside(r->u, rest) : E_OK;
}

/* Reads all with a library that is set up; E_SYNTAX: a fault that is not told yet. */
static enum err read_all(struct reading *r)
{
	if (!set_callbacks(r))
		return E_NOMEM;
	enum err err = archive_read_open1(r->library) == ARCHIVE_OK ? read_entries(r) : E_SYNTAX;
	TRY(unpacking_check(r->u));
	return err;
}

static bool can_be_followed(int format)
{
	return format == ARCHIVE_FORMAT_CPIO || format == ARCHIVE_FORMAT_TAR;
}

static enum err open_zip_by_its_members(struct reading *r)
{
	archive_read_free(r->library);
	r->library = archive_read_new();
	r->at = 0;
	r->entries = 0;
	if (!r->library || archive_read_support_format_zip_streamable(r->library) != ARCHIVE_OK)
		return E_NOMEM;
	return read_all(r);
}

/* A list of members that is no good, or that lists fewer than it says: the library passes over what
 * does not look like an entry. The members themselves may be good. */
static enum err check_zip(struct reading *r, enum err err)
{
	size_t claimed = 0;
	bool short_list = err == E_NOTFOUND && archive_zip_claims(r->content, &claimed) &&
			  r->entries < claimed;
	bool none = r->entries == 0 && r->content.size > EMPTY;
	if (err == E_SYNTAX)
		TRY(fault(r));
	else if (short_list)
		unpacking_fault(r->u, UNSCANNED_DAMAGED, STR("list of members"));
	if ((short_list || none) && memcmp(r->content.data, "PK", 2) == 0)
		return open_zip_by_its_members(r);
	return err == E_SYNTAX ? E_NOTFOUND : err;
}

static enum err finish_format(struct reading *r, enum err err)
{
	if (r->self->which == ARCHIVE_FORMAT_ZIP && (err == E_SYNTAX || err == E_NOTFOUND))
		err = check_zip(r, err);
	if (err == E_SYNTAX)
		return fault(r);
	if (err != E_NOTFOUND)
		return err;
	if (r->entries == 0 && r->content.size > EMPTY && !r->self->weak)
		unpacking_fault(r->u, UNSCANNED_DAMAGED, STR("no members"));
	return can_be_followed(r->self->which) ? open_rest(r) : E_OK;
}

/* Zeros that end a tar do not end it for us: what follows them is seen too. */
static bool set_up_tar(struct archive *library)
{
	return archive_read_support_format_tar(library) == ARCHIVE_OK &&
	       archive_read_set_format_option(library, "tar", "read_concatenated_archives", "1") ==
		       ARCHIVE_OK;
}

static bool set_up_format(struct reading *r)
{
	if (!r->library)
		return false;
	if (r->self->which == ARCHIVE_FORMAT_TAR)
		return set_up_tar(r->library);
	return archive_read_support_format_by_code(r->library, r->self->which) == ARCHIVE_OK;
}

enum err archive_open_format(
	struct unpacking *u, const struct container *self, struct bytes content)
{
	struct reading r = {
		.u = u, .self = self, .content = content, .library = archive_read_new()};
	enum err err = set_up_format(&r) ? finish_format(&r, read_all(&r)) : E_NOMEM;
	archive_read_free(r.library);
	return err;
}

/* One layer; but the library's reader of .Z wants to see the bytes first, and dies without them.
 * The one of gzip compares no sums and says nothing of what is cut off. */
static bool add_filter(struct reading *r)
{
	const struct archive_source source = {r, read_packed};
	if (r->self->which == ARCHIVE_FILTER_COMPRESS)
		return archive_read_support_filter_compress(r->library) == ARCHIVE_OK;
	if (r->self->which != ARCHIVE_FILTER_GZIP)
		return archive_read_append_filter(r->library, r->self->which) == ARCHIVE_OK;
	r->plain = malloc(PIECE);
	return r->plain && gunzip_new(&source, (struct bytes){r->plain, 0}, &r->gunzip) == E_OK;
}

/* What is compressed is read as tar on the way, so that it need not fit in memory. */
static enum err read_filtered(struct reading *r, bool tar)
{
	r->library = archive_read_new();
	r->at = 0;
	if (!r->library || !add_filter(r) || (tar && !set_up_tar(r->library)) ||
		archive_read_support_format_raw(r->library) != ARCHIVE_OK)
		return E_NOMEM;
	return read_all(r);
}

static void end_filtered(struct reading *r)
{
	archive_read_free(r->library);
	gunzip_free(r->gunzip);
	free(r->plain);
	r->library = NULL;
	r->gunzip = NULL;
	r->plain = NULL;
}

static enum err fault_of_filter(struct reading *r)
{
	if (r->entries > 0)
		return fault(r);
	if (archive_holds_nothing(r->content))
		return E_OK;
	return archive_needs_much(r->self->which, r->content) ? E_NOMEM : fault(r);
}

enum err archive_open_filter(
	struct unpacking *u, const struct container *self, struct bytes content)
{
	struct reading r = {.u = u, .self = self, .content = content};
	enum err err = read_filtered(&r, true);
	/* Zeros look like the end of a tar: then it was none. */
	if ((err == E_NOTFOUND || err == E_SYNTAX) && r.entries == 0) {
		end_filtered(&r);
		err = read_filtered(&r, false);
	}
	if (err == E_SYNTAX)
		err = fault_of_filter(&r);
	end_filtered(&r);
	return err == E_NOTFOUND ? E_OK : err;
}

enum err archive_add_first(struct unpacking *u, int format, struct bytes content)
{
	struct reading r = {
		.u = u, .content = content, .library = archive_read_new(), .sums_ignored = true};
	struct archive_entry *entry;
	struct str about;
	enum err err = E_NOMEM;
	if (r.library && archive_read_support_format_by_code(r.library, format) == ARCHIVE_OK &&
		set_callbacks(&r))
		err = archive_read_open1(r.library) == ARCHIVE_OK && next_entry(&r, &entry) == E_OK
			      ? read_member(&r, &about)
			      : E_SYNTAX;
	archive_read_free(r.library);
	return err;
}
