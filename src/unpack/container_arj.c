/* SPDX-License-Identifier: Apache-2.0 */
/* ARJ, as ARJ's own TECHNOTE describes it. Its methods 1 to 3 pack as LHA's -lh7- does, with a
 * smaller window: such data is put behind a header of LHA and read by libarchive. */
#include <archive.h>
#include <zlib.h>

#include "base/cursor.h"
#include "unpack/container_archive.h"
#include "unpack/container_small.h"
#include "unpack/find.h"

enum {
	MAGIC = 0xEA60,
	HEADER_MOST = 2600,
	GARBLED = 1,
	CONTINUED = 4,
	TYPE_TEXT = 1,
	TYPE_MAIN = 2,
	STORED = 0,
	PACKED_LAST = 3,
	LHA_HEADER = 24
};

struct arj_file {
	struct str name;
	unsigned flags, method, type;
	uint32_t sum, plain;
	struct bytes packed;
	bool cut; /* its data breaks off */
};

bool arj_fits(struct bytes content)
{
	struct cursor c;
	cursor_init(&c, content);
	if (cursor_u16(&c) != MAGIC)
		return false;
	size_t size = cursor_u16(&c);
	struct bytes header = cursor_take(&c, size);
	uint32_t sum = cursor_u32(&c);
	return c.err == E_OK && size >= 30 && size <= HEADER_MOST &&
	       crc32(0, header.data, (uInt)header.size) == sum;
}

static void read_header(struct bytes bytes, struct arj_file *f)
{
	struct cursor c;
	cursor_init(&c, bytes);
	size_t first = cursor_u8(&c);
	(void)cursor_take(&c, 3);
	f->flags = cursor_u8(&c);
	f->method = cursor_u8(&c);
	f->type = cursor_u8(&c);
	(void)cursor_take(&c, 5);
	f->packed.size = cursor_u32(&c);
	f->plain = cursor_u32(&c);
	f->sum = cursor_u32(&c);
	struct bytes name = bytes_from(bytes, first);
	f->name = (struct str){(const char *)name.data,
		name.size ? strnlen((const char *)name.data, name.size) : 0};
	if (c.err != E_OK)
		f->packed.size = 0;
}

/* E_NOTFOUND: the end. E_SYNTAX, E_TRUNCATED. */
static enum err next_file(struct cursor *c, struct arj_file *f)
{
	if (cursor_u16(c) != MAGIC)
		return c->err != E_OK ? E_TRUNCATED : E_SYNTAX;
	size_t size = cursor_u16(c);
	if (size == 0)
		return c->err == E_OK ? E_NOTFOUND : E_TRUNCATED;
	read_header(cursor_take(c, size), f);
	(void)cursor_u32(c);
	while ((size = cursor_u16(c)) > 0)
		(void)cursor_take(c, size + 4);
	f->packed.size = f->type == TYPE_MAIN ? 0 : f->packed.size;
	f->cut = f->packed.size > cursor_left(c);
	f->packed = cursor_take(c, f->cut ? cursor_left(c) : f->packed.size);
	return c->err;
}

static void put_u32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static enum err add_packed(struct unpacking *u, const struct arj_file *f)
{
	uint8_t header[LHA_HEADER + 1] = {LHA_HEADER - 1, 0, '-', 'l', 'h', '7', '-'};
	struct writer w;
	put_u32(header + 7, (uint32_t)f->packed.size);
	put_u32(header + 11, f->plain);
	header[19] = ' ';
	header[21] = 1;
	header[22] = 'x';
	for (unsigned i = 2; i < LHA_HEADER + 1; i++)
		header[1] = (uint8_t)(header[1] + header[i]);
	writer_init(&w, sizeof(header) + f->packed.size + 1);
	writer_bytes(&w, (struct bytes){header, sizeof(header)});
	writer_bytes(&w, f->packed);
	writer_u8(&w, 0);
	enum err err = writer_end(&w);
	if (err == E_OK)
		err = archive_add_first(u, ARCHIVE_FORMAT_LHA, writer_view(&w));
	writer_release(&w);
	return err;
}

static enum err add_file(struct unpacking *u, const struct arj_file *f)
{
	if (f->method > PACKED_LAST)
		return E_UNKNOWN;
	TRY(f->method == STORED ? unpacking_add(u, f->packed) : add_packed(u, f));
	struct bytes plain = unpacking_view(u);
	bool whole = plain.size == f->plain && crc32_z(0, plain.data, plain.size) == f->sum;
	return whole && !f->cut ? E_OK : E_SYNTAX;
}

static enum err open_file(struct unpacking *u, const struct arj_file *f)
{
	if (f->type > TYPE_TEXT)
		return unpacking_check(u);
	if (f->flags & GARBLED)
		return unpacking_miss(u, f->name, UNSCANNED_ENCRYPTED, STR(""));
	TRY(unpacking_begin(u, f->name));
	enum err err = add_file(u, f);
	if (err == E_OK && f->flags & CONTINUED)
		err = E_TRUNCATED;
	return unpacking_end(u, err, STR("ARJ"));
}

enum err arj_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	struct cursor c;
	struct arj_file f;
	enum err err;
	(void)self;
	cursor_init(&c, content);
	do {
		f = (struct arj_file){0};
		err = next_file(&c, &f);
		if (err == E_OK)
			TRY(open_file(u, &f));
	} while (err == E_OK);
	if (err != E_NOTFOUND)
		unpacking_fault(u, UNSCANNED_DAMAGED, STR("ARJ"));
	return unpacking_check(u);
}
