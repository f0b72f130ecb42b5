/* SPDX-License-Identifier: Apache-2.0 */
/* The form of these cabinets as the free program unshield documents it by reading them. */
#include "unpack/installshield_cabinet.h"

#include "base/cursor.h"
#include "base/writer.h"
#include "unpack/find.h"
#include "unpack/inflate.h"

enum {
	HEADER = 20,
	DESCRIPTOR = 0x57, /* of a file, from version 6 on */
	FILES = 1 << 20,
	SPLIT = 1,
	OBSCURED = 2,
	COMPRESSED = 4,
	INVALID = 8
};

struct shield_file {
	struct str name;
	unsigned flags, volume;
	uint64_t plain, packed, at;
};

/* Where the list's parts are. */
struct shield_list {
	struct bytes bytes; /* from the table of files on: what offsets count from */
	unsigned version;
	uint32_t folders, files, descriptors;
};

bool shield_is_cabinet(struct bytes content)
{
	return content.size >= HEADER && memcmp(content.data, "ISc(", 4) == 0;
}

static unsigned version_of(uint32_t word)
{
	if (word >> 24 == 1)
		return word >> 12 & 0xF;
	return (word & 0xFFFF) / 100;
}

static bool read_list(struct bytes content, struct shield_list *l)
{
	struct cursor c;
	cursor_init(&c, content);
	(void)cursor_u32(&c);
	l->version = version_of(cursor_u32(&c));
	(void)cursor_u32(&c);
	uint32_t at = cursor_u32(&c);
	if (cursor_u32(&c) == 0 || at < HEADER)
		return false;
	cursor_init(&c, bytes_from(content, at));
	(void)cursor_take(&c, 0xC);
	uint32_t table = cursor_u32(&c);
	(void)cursor_take(&c, 0xC);
	l->folders = cursor_u32(&c);
	(void)cursor_take(&c, 8);
	l->files = cursor_u32(&c);
	l->descriptors = cursor_u32(&c);
	l->bytes = bytes_from(bytes_from(content, at), table);
	return c.err == E_OK && l->bytes.size > 0 && l->files <= FILES;
}

bool shield_has_list(struct bytes content)
{
	struct shield_list l;
	return shield_is_cabinet(content) && read_list(content, &l) && l.files > 0;
}

static struct str name_at(const struct shield_list *l, uint32_t at)
{
	struct bytes b = bytes_from(l->bytes, at);
	return (struct str){
		(const char *)b.data, b.size ? strnlen((const char *)b.data, b.size) : 0};
}

static bool read_new_file(const struct shield_list *l, uint32_t index, struct shield_file *f)
{
	struct cursor c;
	cursor_init(&c, bytes_from(l->bytes, l->descriptors + (uint64_t)index * DESCRIPTOR));
	f->flags = cursor_u16(&c);
	f->plain = cursor_u64(&c);
	f->packed = cursor_u64(&c);
	f->at = cursor_u64(&c);
	(void)cursor_take(&c, 0x20);
	f->name = name_at(l, cursor_u32(&c));
	(void)cursor_take(&c, 2 + 0xC + 9);
	f->volume = cursor_u16(&c);
	return c.err == E_OK;
}

static bool read_old_file(const struct shield_list *l, uint32_t index, struct shield_file *f)
{
	struct cursor c;
	cursor_init(&c, bytes_from(l->bytes, ((uint64_t)l->folders + index) * 4));
	cursor_init(&c, bytes_from(l->bytes, cursor_u32(&c)));
	f->name = name_at(l, cursor_u32(&c));
	(void)cursor_u32(&c);
	f->flags = cursor_u16(&c);
	f->plain = cursor_u32(&c);
	f->packed = cursor_u32(&c);
	(void)cursor_take(&c, 0x14);
	f->at = cursor_u32(&c);
	f->volume = 1;
	return c.err == E_OK;
}

/* Pieces, each behind its size. */
static enum err add_pieces(struct unpacking *u, struct bytes packed)
{
	while (packed.size >= 2) {
		size_t size = (size_t)packed.data[0] | (size_t)packed.data[1] << 8;
		packed = (struct bytes){packed.data + 2, packed.size - 2};
		if (size == 0 || size > packed.size)
			return E_TRUNCATED;
		enum err err = inflate_add(u, (struct bytes){packed.data, size}, DEFLATE_RAW, NULL);
		/* Pieces end without the mark of the last block. */
		if (err != E_OK && err != E_TRUNCATED)
			return err;
		packed = (struct bytes){packed.data + size, packed.size - size};
	}
	return E_OK;
}

static enum err add_content(struct unpacking *u, const struct shield_file *f, struct bytes packed)
{
	return f->flags & COMPRESSED ? add_pieces(u, packed) : unpacking_add(u, packed);
}

static enum err add_obscured(struct unpacking *u, const struct shield_file *f, struct bytes packed)
{
	struct writer w;
	if (packed.size == 0)
		return E_OK;
	writer_init(&w, packed.size);
	uint8_t *plain = writer_reserve(&w, packed.size);
	for (size_t i = 0; plain && i < packed.size; i++) {
		uint8_t c = packed.data[i] ^ 0xD5;
		plain[i] = (uint8_t)((c >> 2 | c << 6) - i % 0x47);
	}
	enum err err = plain ? add_content(u, f, writer_view(&w)) : E_NOMEM;
	writer_release(&w);
	return err;
}

static enum err open_file(
	struct unpacking *u, const struct shield_set *set, const struct shield_file *f)
{
	static const struct str elsewhere = STR_INIT("in another part of the InstallShield set");
	uint64_t size = f->flags & COMPRESSED ? f->packed : f->plain;
	struct bytes volume = {NULL, 0};
	if (f->volume > 0 && f->volume < SHIELD_VOLUMES)
		volume = set->volumes[f->volume];
	if (volume.size == 0 || f->flags & SPLIT)
		return unpacking_miss(u, f->name, UNSCANNED_UNSUPPORTED, elsewhere);
	struct bytes packed = bytes_from(volume, f->at);
	enum err outcome = size > packed.size ? E_TRUNCATED : E_OK;
	if (size < packed.size)
		packed.size = (size_t)size;
	TRY(unpacking_begin(u, f->name));
	enum err err = f->flags & OBSCURED ? add_obscured(u, f, packed) : add_content(u, f, packed);
	return unpacking_end(u, err == E_OK ? outcome : err, STR("InstallShield"));
}

enum err shield_open(struct unpacking *u, const struct shield_set *set)
{
	struct shield_list l;
	if (!read_list(set->list, &l)) {
		unpacking_fault(u, UNSCANNED_DAMAGED, STR("InstallShield"));
		return unpacking_check(u);
	}
	for (uint32_t i = 0; i < l.files; i++) {
		struct shield_file f;
		TRY(unpacking_check(u));
		if (!(l.version >= 6 ? read_new_file(&l, i, &f) : read_old_file(&l, i, &f))) {
			unpacking_fault(u, UNSCANNED_DAMAGED, STR("InstallShield"));
			break;
		}
		if (!(f.flags & INVALID) && f.at > 0)
			TRY(open_file(u, set, &f));
	}
	return unpacking_check(u);
}
