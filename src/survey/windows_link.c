/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/windows_link.h"

#include "base/cursor.h"
#include "survey/hive.h"

/* Form: [MS-SHLLINK]. */
enum {
	HEAD = 76,
	HAS_ITEMS = 1,
	HAS_PLACE = 2,
	HAS_NAME = 4,
	HAS_RELATIVE = 8,
	HAS_FOLDER = 0x10,
	HAS_WORDS = 0x20,
	HAS_PICTURE = 0x40,
	WIDE = 0x80,
	ON_THIS_DISK = 1,
	OFFSETS_WIDE = 36 /* size of the head from which on there are UTF-16 paths */
};
#define ENVIRONMENT UINT32_C(0xA0000001)
#define ENVIRONMENT_PLAIN 260

struct link {
	uint32_t flags;
	struct hive_name target, relative, environment, words;
};

/* Up to the first NUL. */
static struct hive_name text_at(struct bytes from, uint32_t at, bool wide)
{
	size_t size = 0, width = wide ? 2 : 1;
	if (at >= from.size)
		return (struct hive_name){0};
	struct bytes tail = {from.data + at, from.size - at};
	while (size + width <= tail.size && (tail.data[size] || (wide && tail.data[size + 1])))
		size += width;
	return (struct hive_name){{tail.data, size}, wide};
}

/* Where the file lies; the path may be in two parts, of which the second is nearly always empty. */
static void read_place(struct cursor *c, struct link *l)
{
	struct cursor place;
	struct cursor ahead = *c;
	const uint32_t size = cursor_u32(&ahead);
	struct bytes whole = cursor_take(c, size);
	cursor_init(&place, whole);
	cursor_take(&place, 4);
	const uint32_t head = cursor_u32(&place), flags = cursor_u32(&place);
	cursor_take(&place, 4);
	const uint32_t path = cursor_u32(&place);
	cursor_take(&place, 8);
	const uint32_t wide = head >= OFFSETS_WIDE ? cursor_u32(&place) : 0;
	if (place.err != E_OK || !(flags & ON_THIS_DISK))
		return;
	l->target = wide > 0 ? text_at(whole, wide, true) : text_at(whole, path, false);
}

static struct hive_name take_counted(struct cursor *c, const struct link *l)
{
	const bool wide = (l->flags & WIDE) != 0;
	const uint16_t count = cursor_u16(c);
	return (struct hive_name){cursor_take(c, (size_t)count * (wide ? 2 : 1)), wide};
}

/* Blocks behind the texts; a small size ends them. */
static void read_more(struct cursor *c, struct link *l)
{
	while (cursor_left(c) >= 4) {
		struct cursor block = *c;
		const uint32_t size = cursor_u32(&block);
		if (size < 8)
			return;
		struct bytes whole = cursor_take(c, size);
		if (cursor_u32(&block) == ENVIRONMENT)
			l->environment = text_at(whole, 8 + ENVIRONMENT_PLAIN, true);
	}
}

enum err windows_link_read(struct bytes content, struct writer *w)
{
	struct cursor c;
	struct link l = {0};
	cursor_init(&c, content);
	if (cursor_u32(&c) != HEAD || cursor_u32(&c) != 0x00021401)
		return E_SYNTAX;
	cursor_take(&c, 12);
	l.flags = cursor_u32(&c);
	cursor_take(&c, HEAD - 24);
	if (l.flags & HAS_ITEMS) {
		const uint16_t size = cursor_u16(&c);
		cursor_take(&c, size);
	}
	if (l.flags & HAS_PLACE)
		read_place(&c, &l);
	if (l.flags & HAS_NAME)
		take_counted(&c, &l);
	if (l.flags & HAS_RELATIVE)
		l.relative = take_counted(&c, &l);
	if (l.flags & HAS_FOLDER)
		take_counted(&c, &l);
	if (l.flags & HAS_WORDS)
		l.words = take_counted(&c, &l);
	if (l.flags & HAS_PICTURE)
		take_counted(&c, &l);
	const bool whole = c.err == E_OK;
	read_more(&c, &l);
	if (l.target.bytes.size == 0)
		l.target = l.environment.bytes.size > 0 ? l.environment : l.relative;
	writer_char(w, '"');
	hive_write_name(w, l.target);
	writer_str(w, STR("\" "));
	hive_write_name(w, l.words);
	return whole ? E_OK : E_TRUNCATED;
}
