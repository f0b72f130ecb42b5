/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/pdf_filter.h"

#include "unpack/inflate.h"

enum {
	PIECE = 4096,
	LZW_CLEAR = 256,
	LZW_END = 257,
	LZW_CODES = 4096
};

enum pdf_filter pdf_filter_of(struct str name)
{
	static const struct {
		struct str name;
		enum pdf_filter filter;
	} names[] = {
		{STR_INIT("FlateDecode"), PDF_FLATE},
		{STR_INIT("Fl"), PDF_FLATE},
		{STR_INIT("LZWDecode"), PDF_LZW},
		{STR_INIT("LZW"), PDF_LZW},
		{STR_INIT("ASCIIHexDecode"), PDF_HEX},
		{STR_INIT("AHx"), PDF_HEX},
		{STR_INIT("ASCII85Decode"), PDF_ASCII85},
		{STR_INIT("A85"), PDF_ASCII85},
		{STR_INIT("RunLengthDecode"), PDF_RUN_LENGTH},
		{STR_INIT("RL"), PDF_RUN_LENGTH},
		{STR_INIT("DCTDecode"), PDF_PICTURE},
		{STR_INIT("DCT"), PDF_PICTURE},
		{STR_INIT("JPXDecode"), PDF_PICTURE},
		{STR_INIT("JBIG2Decode"), PDF_PICTURE},
		{STR_INIT("CCITTFaxDecode"), PDF_PICTURE},
		{STR_INIT("CCF"), PDF_PICTURE},
		{STR_INIT("Crypt"), PDF_CRYPT},
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_equal(names[i].name, name))
			return names[i].filter;
	return PDF_FILTER__COUNT;
}

/* Plain bytes on their way to the member. */
struct output {
	struct unpacking *u;
	uint8_t bytes[PIECE];
	size_t size;
};

static enum err flush(struct output *o)
{
	struct bytes piece = {o->bytes, o->size};
	o->size = 0;
	return unpacking_add(o->u, piece);
}

static enum err put(struct output *o, uint8_t byte)
{
	o->bytes[o->size++] = byte;
	return o->size == PIECE ? flush(o) : E_OK;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || (c >= 9 && c <= 13) || c == 0;
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum err add_hex(struct output *o, struct bytes packed)
{
	int high = -1;
	for (size_t i = 0; i < packed.size && packed.data[i] != '>'; i++) {
		int digit = hex_digit(packed.data[i]);
		if (is_space(packed.data[i]))
			continue;
		if (digit < 0)
			return E_SYNTAX;
		if (high >= 0)
			TRY(put(o, (uint8_t)(high << 4 | digit)));
		high = high < 0 ? digit : -1;
	}
	return high < 0 ? E_OK : put(o, (uint8_t)(high << 4));
}

/* `count` of five digits: count − 1 bytes. */
static enum err put_group(struct output *o, uint64_t value, unsigned count)
{
	for (unsigned i = count; i < 5; i++)
		value = value * 85 + 84;
	if (value > UINT32_MAX)
		return E_SYNTAX;
	for (unsigned i = 0; i + 1 < count; i++)
		TRY(put(o, (uint8_t)(value >> (24 - 8 * i))));
	return E_OK;
}

static enum err add_ascii85(struct output *o, struct bytes packed)
{
	uint64_t value = 0;
	unsigned count = 0;
	for (size_t i = 0; i < packed.size && packed.data[i] != '~'; i++) {
		uint8_t c = packed.data[i];
		if (is_space(c))
			continue;
		if (c == 'z' && count == 0) {
			TRY(put_group(o, 0, 5));
			continue;
		}
		if (c < '!' || c > 'u')
			return E_SYNTAX;
		value = value * 85 + (uint64_t)(c - '!');
		if (++count == 5) {
			TRY(put_group(o, value, 5));
			value = count = 0;
		}
	}
	return count > 1 ? put_group(o, value, count) : E_OK;
}

static enum err add_runs(struct output *o, struct bytes packed)
{
	size_t at = 0;
	while (at < packed.size && packed.data[at] != 128) {
		unsigned length = packed.data[at++];
		bool run = length > 128;
		size_t needed = run ? 1 : length + 1;
		if (packed.size - at < needed)
			return E_TRUNCATED;
		for (size_t i = 0; i < (run ? 257 - length : length + 1); i++)
			TRY(put(o, packed.data[at + (run ? 0 : i)]));
		at += needed;
	}
	return E_OK;
}

struct lzw {
	uint16_t before[LZW_CODES]; /* the code it goes on from */
	uint8_t last[LZW_CODES];    /* the byte it adds */
	uint8_t first[LZW_CODES];
	uint16_t length[LZW_CODES];
	unsigned next, width;
	int previous; /* −1: none since the table was cleared */
};

static void lzw_clear(struct lzw *z)
{
	for (unsigned i = 0; i < 256; i++) {
		z->last[i] = z->first[i] = (uint8_t)i;
		z->length[i] = 1;
	}
	z->next = LZW_END + 1;
	z->width = 9;
	z->previous = -1;
}

static enum err lzw_put(struct lzw *z, struct output *o, unsigned code)
{
	uint8_t text[LZW_CODES];
	size_t size = z->length[code];
	for (size_t i = size; i > 0; i--) {
		text[i - 1] = z->last[code];
		code = z->before[code];
	}
	for (size_t i = 0; i < size; i++)
		TRY(put(o, text[i]));
	return E_OK;
}

static void lzw_learn(struct lzw *z, uint8_t last)
{
	unsigned previous = (unsigned)z->previous;
	if (z->previous < 0 || z->next >= LZW_CODES)
		return;
	z->before[z->next] = (uint16_t)previous;
	z->last[z->next] = last;
	z->first[z->next] = z->first[previous];
	z->length[z->next] = (uint16_t)(z->length[previous] + 1);
	z->next++;
	/* One code early, as the format's own encoders do. */
	if (z->next + 1 >= (1U << z->width) && z->width < 12)
		z->width++;
}

static enum err lzw_code(struct lzw *z, struct output *o, unsigned code)
{
	if (code == LZW_CLEAR) {
		lzw_clear(z);
		return E_OK;
	}
	if (code > z->next || (code == z->next && z->previous < 0) || code == LZW_END)
		return E_SYNTAX;
	if (code == z->next) {
		lzw_learn(z, z->first[z->previous]);
		if (code >= z->next)
			return E_SYNTAX;
	} else {
		lzw_learn(z, z->first[code]);
	}
	z->previous = (int)code;
	return lzw_put(z, o, code);
}

static enum err add_lzw(struct output *o, struct bytes packed)
{
	struct lzw z;
	uint32_t bits = 0;
	unsigned held = 0;
	memset(&z, 0, sizeof(z));
	lzw_clear(&z);
	for (size_t i = 0; i < packed.size;) {
		while (held < z.width && i < packed.size) {
			bits = bits << 8 | packed.data[i++];
			held += 8;
		}
		if (held < z.width)
			break;
		unsigned code = bits >> (held - z.width) & ((1U << z.width) - 1);
		held -= z.width;
		if (code == LZW_END)
			return E_OK;
		TRY(lzw_code(&z, o, code));
	}
	return E_OK;
}

static enum err add_own(struct output *o, enum pdf_filter filter, struct bytes packed)
{
	switch (filter) {
	case PDF_LZW:
		return add_lzw(o, packed);
	case PDF_HEX:
		return add_hex(o, packed);
	case PDF_ASCII85:
		return add_ascii85(o, packed);
	case PDF_RUN_LENGTH:
		return add_runs(o, packed);
	case PDF_FLATE:
	case PDF_PICTURE:
		return unpacking_add(o->u, packed);
	case PDF_CRYPT:
		return E_DENIED;
	case PDF_FILTER__COUNT:
		break;
	}
	return E_UNKNOWN;
}

enum err pdf_filter_add(struct unpacking *u, enum pdf_filter filter, struct bytes packed)
{
	struct output o = {.u = u};
	if (filter == PDF_FLATE)
		return inflate_add(u, packed, DEFLATE_ZLIB, NULL);
	enum err err = add_own(&o, filter, packed);
	TRY(flush(&o));
	return err;
}
