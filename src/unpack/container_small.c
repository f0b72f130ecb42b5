/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/container_small.h"

#include "base/cursor.h"
#include "unpack/find.h"
#include "unpack/inflate.h"
#include "unpack/lzma_stream.h"

enum {
	SIS_HEADER = 0x40,
	SIS_LANGUAGES_AT = 0x12,
	SIS_FILES_AT = 0x14,
	SIS_OPTIONS_AT = 0x24,
	SIS_LIST_AT = 0x34,
	SIS_PLAIN = 8, /* of the options: not deflated */
	SIS_LANGUAGES = 100,
	SIS_ONE = 0,
	SIS_BY_LANGUAGE = 1,
	FLASH_HEADER = 8
};

static uint32_t number_at(struct bytes b, size_t at)
{
	struct cursor c;
	cursor_init(&c, bytes_from(b, at));
	return cursor_u32(&c);
}

static struct bytes part(struct bytes b, size_t at, size_t size)
{
	struct bytes rest = bytes_from(b, at);
	return (struct bytes){rest.data, size < rest.size ? size : rest.size};
}

/* UTF-16 of names, as far as it is ASCII. */
static struct str plain_text(struct bytes wide, char *buffer, size_t capacity)
{
	size_t size = 0;
	for (size_t i = 0; i + 1 < wide.size && size < capacity; i += 2)
		buffer[size++] = wide.data[i + 1] == 0 ? (char)wide.data[i] : '?';
	return (struct str){buffer, size};
}

struct sis {
	struct unpacking *u;
	struct bytes content;
	unsigned languages;
	bool plain;
};

static enum err open_sis_content(struct sis *s, struct str name, uint32_t at, uint32_t size)
{
	struct bytes packed = part(s->content, at, size);
	enum err outcome = packed.size < size ? E_TRUNCATED : E_OK;
	TRY(unpacking_begin(s->u, name));
	enum err err = s->plain ? unpacking_add(s->u, packed)
				: inflate_add(s->u, packed, DEFLATE_ZLIB, NULL);
	return unpacking_end(s->u, err == E_OK ? outcome : err, STR("SIS"));
}

/* One file, or as many as there are languages: sizes, places, plain sizes. */
static enum err open_sis_file(struct sis *s, struct cursor *c)
{
	char buffer[256];
	uint32_t kind = cursor_u32(c);
	(void)cursor_u32(c);
	(void)cursor_u32(c);
	uint32_t name_size = cursor_u32(c);
	struct bytes wide = part(s->content, cursor_u32(c), name_size);
	(void)cursor_u32(c);
	(void)cursor_u32(c);
	unsigned count = kind == SIS_BY_LANGUAGE ? s->languages : 1;
	if (kind > SIS_BY_LANGUAGE)
		cursor_fail(c, E_SYNTAX);
	struct bytes sizes = cursor_take(c, (size_t)count * 4);
	struct bytes places = cursor_take(c, (size_t)count * 4);
	(void)cursor_take(c, (size_t)count * 4 + 8);
	for (unsigned i = 0; i < count && c->err == E_OK; i++)
		TRY(open_sis_content(s, plain_text(wide, buffer, sizeof(buffer)),
			number_at(places, (size_t)i * 4), number_at(sizes, (size_t)i * 4)));
	return unpacking_check(s->u);
}

enum err sis_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	struct sis s = {u, content, number_at(content, SIS_LANGUAGES_AT) & 0xFFFF,
		(number_at(content, SIS_OPTIONS_AT) & SIS_PLAIN) != 0};
	unsigned files = number_at(content, SIS_FILES_AT) & 0xFFFF;
	struct cursor c;
	(void)self;
	cursor_init(&c, bytes_from(content, number_at(content, SIS_LIST_AT)));
	if (content.size < SIS_HEADER || s.languages > SIS_LANGUAGES)
		cursor_fail(&c, E_SYNTAX);
	for (unsigned i = 0; i < files && c.err == E_OK; i++)
		TRY(open_sis_file(&s, &c));
	if (c.err != E_OK)
		unpacking_fault(u, UNSCANNED_DAMAGED, STR("SIS"));
	return unpacking_check(u);
}

/* A sixteen-byte mark, the size, twelve bytes of nothing, the file. */
enum err onenote_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	static const struct str mark =
		STR_INIT("\xE7\x16\xE3\xBD\x65\x26\x11\x45\xA4\xC4\x8D\x4D\x0B\x7A\x9E\xAC");
	(void)self;
	for (;;) {
		struct cursor c;
		content = bytes_from(content, bytes_find(content, mark));
		cursor_init(&c, bytes_from(content, mark.size));
		uint64_t size = cursor_u64(&c);
		(void)cursor_take(&c, 12);
		if (c.err != E_OK)
			return unpacking_check(u);
		size_t here = size < cursor_left(&c) ? (size_t)size : cursor_left(&c);
		TRY(unpacking_slice(u, STR("attachment"), cursor_take(&c, here)));
		content = bytes_from(content, mark.size);
	}
}

bool flash_fits(struct bytes content)
{
	return content.size > 17 && (content.data[0] == 'C' || content.data[0] == 'Z') &&
	       content.data[3] > 5 && content.data[3] < 60;
}

enum err flash_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	bool lzma = content.data[0] == 'Z';
	(void)self;
	TRY(unpacking_begin(u, STR("flash")));
	enum err err = lzma ? lzma_add(u, bytes_from(content, FLASH_HEADER + 4), UINT64_MAX)
			    : inflate_add(u, bytes_from(content, FLASH_HEADER), DEFLATE_ZLIB, NULL);
	return unpacking_end(u, err, STR("flash"));
}
