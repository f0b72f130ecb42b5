/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/rich_text.h"

#include "base/load.h"

enum {
	HEADER = 16,
	COMPRESSED = 0x75465A4C,   /* "LZFu" */
	UNCOMPRESSED = 0x414C454D, /* "MELA" */
	WINDOW = 4096,
	PIECE = 1024
};

/* What the window begins with: [MS-OXRTFCP] 2.1.2.1. */
static const char beginning[] =
	"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
	"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
	"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

struct window {
	struct unpacking *u;
	uint8_t bytes[WINDOW];
	size_t at;
	uint8_t piece[PIECE];
	size_t size;
	bool ended;
};

bool rich_text_fits(struct bytes content)
{
	if (content.size <= HEADER)
		return false;
	uint32_t kind = load_u32(content.data + 8, 0);
	return kind == COMPRESSED || kind == UNCOMPRESSED;
}

static enum err flush(struct window *w)
{
	struct bytes piece = {w->piece, w->size};
	w->size = 0;
	return unpacking_add(w->u, piece);
}

static enum err put(struct window *w, uint8_t byte)
{
	w->bytes[w->at] = byte;
	w->at = (w->at + 1) % WINDOW;
	w->piece[w->size++] = byte;
	return w->size == PIECE ? flush(w) : E_OK;
}

/* 12 bits of offset, 4 of length; an offset to where the window stands is the end. */
static enum err copy(struct window *w, unsigned token)
{
	size_t from = token >> 4;
	w->ended = from == w->at;
	for (size_t left = w->ended ? 0 : (token & 0xF) + 2; left > 0; left--) {
		TRY(put(w, w->bytes[from]));
		from = (from + 1) % WINDOW;
	}
	return E_OK;
}

static enum err expand(struct window *w, struct bytes packed)
{
	size_t at = 0;
	while (!w->ended && at < packed.size) {
		unsigned flags = packed.data[at++];
		for (unsigned i = 0; i < 8 && !w->ended; i++, flags >>= 1) {
			size_t step = flags & 1 ? 2 : 1;
			if (packed.size - at < step)
				return E_TRUNCATED;
			const uint8_t *d = packed.data + at;
			TRY(step == 1 ? put(w, d[0]) : copy(w, (unsigned)d[0] << 8 | d[1]));
			at += step;
		}
	}
	return E_OK;
}

static enum err add_expanded(struct unpacking *u, struct bytes packed)
{
	struct window w = {.u = u};
	memcpy(w.bytes, beginning, sizeof(beginning) - 1);
	w.at = sizeof(beginning) - 1;
	enum err err = expand(&w, packed);
	TRY(flush(&w));
	return err;
}

enum err rich_text_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	(void)self;
	if (!rich_text_fits(content))
		return E_OK;
	struct bytes body = {content.data + HEADER, content.size - HEADER};
	if (load_u32(content.data + 8, 0) == UNCOMPRESSED)
		return unpacking_slice(u, STR("body.rtf"), body);
	TRY(unpacking_begin(u, STR("body.rtf")));
	return unpacking_end(u, add_expanded(u, body), STR(""));
}
