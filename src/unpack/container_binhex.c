/* SPDX-License-Identifier: Apache-2.0 */
/* BinHex 4.0: six bits a character, runs, a header, two forks. RFC 1741. */
#include "base/cursor.h"
#include "unpack/container_text.h"
#include "unpack/find.h"

enum {
	HEAD = 1024, /* bytes within which the first line stands */
	PIECE = 4096,
	RUN = 0x90
};

static const struct str first_line = STR_INIT("(This file must be converted with BinHex");

static struct bytes data_of(struct bytes content)
{
	struct bytes head = {content.data, content.size < HEAD ? content.size : HEAD};
	size_t at = bytes_find(head, first_line);
	if (at >= head.size)
		return (struct bytes){NULL, 0};
	struct bytes rest = bytes_from(content, at);
	at = bytes_find(rest, STR("\n:"));
	if (at >= rest.size)
		at = bytes_find(rest, STR("\r:"));
	return bytes_from(rest, at + 2);
}

bool binhex_fits(struct bytes content)
{
	return data_of(content).size > 0;
}

static int value_of(uint8_t c)
{
	static const char letters[] =
		"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
	const char *p = c ? memchr(letters, c, sizeof(letters) - 1) : NULL;
	return p ? (int)(p - letters) : -1;
}

struct expansion {
	struct unpacking *u;
	uint8_t bytes[PIECE];
	size_t size;
	uint8_t last;
	bool marked; /* the byte before was the mark of a run */
};

static enum err put(struct expansion *e, uint8_t byte)
{
	e->bytes[e->size++] = e->last = byte;
	if (e->size < PIECE)
		return E_OK;
	e->size = 0;
	return unpacking_add(e->u, (struct bytes){e->bytes, PIECE});
}

/* A mark and how often the byte before stands there; a mark and 0 is the mark itself. */
static enum err expand(struct expansion *e, uint8_t byte)
{
	if (!e->marked && byte == RUN) {
		e->marked = true;
		return E_OK;
	}
	if (!e->marked)
		return put(e, byte);
	e->marked = false;
	if (byte == 0)
		return put(e, RUN);
	for (uint8_t last = e->last; byte > 1; byte--)
		TRY(put(e, last));
	return E_OK;
}

static enum err add_text(struct expansion *e, struct bytes text)
{
	uint32_t bits = 0;
	unsigned held = 0;
	for (size_t i = 0; i < text.size && text.data[i] != ':'; i++) {
		int value = value_of(text.data[i]);
		if (text.data[i] == '\r' || text.data[i] == '\n')
			continue;
		if (value < 0)
			return E_SYNTAX;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		if (held >= 8) {
			held -= 8;
			TRY(expand(e, (uint8_t)(bits >> held)));
		}
	}
	return E_OK;
}

static uint32_t take_big(struct cursor *c)
{
	return __builtin_bswap32(cursor_u32(c));
}

/* Name, its data and what the old Macintosh kept beside it. */
static enum err open_forks(struct unpacking *u, const struct container *self, struct bytes content)
{
	struct cursor c;
	(void)self;
	cursor_init(&c, content);
	struct bytes name = cursor_take(&c, cursor_u8(&c));
	(void)cursor_take(&c, 1 + 4 + 4 + 2);
	uint32_t sizes[2];
	sizes[0] = take_big(&c);
	sizes[1] = take_big(&c);
	(void)cursor_u16(&c);
	for (unsigned i = 0; i < 2; i++) {
		struct bytes fork = cursor_take(&c, sizes[i]);
		if (fork.size > 0)
			TRY(unpacking_slice(
				u, (struct str){(const char *)name.data, name.size}, fork));
		(void)cursor_u16(&c);
	}
	if (c.err != E_OK)
		unpacking_fault(u, UNSCANNED_DAMAGED, STR("BinHex"));
	return unpacking_check(u);
}

enum err binhex_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	static const struct container forks = {STR_INIT("BinHex"), .open = open_forks};
	struct expansion e = {.u = u};
	(void)self;
	TRY(unpacking_begin(u, STR("BinHex")));
	enum err err = add_text(&e, data_of(content));
	if (unpacking_add(u, (struct bytes){e.bytes, e.size}) != E_OK)
		err = E_LIMIT;
	return unpacking_end_as(u, err, STR("BinHex"), &forks);
}
