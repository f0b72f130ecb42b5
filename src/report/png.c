/* SPDX-License-Identifier: Apache-2.0 */
#include "report/png.h"

#include <zlib.h>

enum {
	CHANNELS = 3,
	BITS = 8,
	COLOUR_RGB = 2
};

static void write_big_endian(struct writer *w, uint32_t v)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		writer_u8(w, (uint8_t)(v >> shift));
}

static void write_chunk(struct writer *png, const char type[static 4], struct bytes data)
{
	write_big_endian(png, (uint32_t)data.size);
	size_t start = png->size;
	writer_bytes(png, (struct bytes){(const uint8_t *)type, 4});
	writer_bytes(png, data);
	if (png->err == E_OK)
		write_big_endian(png, (uint32_t)crc32_z(0, png->data + start, png->size - start));
}

static void write_header(struct writer *png, const struct pixels *pixels)
{
	uint8_t bytes[13];
	struct writer w = {.data = bytes, .capacity = sizeof(bytes), .limit = sizeof(bytes)};
	writer_bytes(png, (struct bytes){(const uint8_t *)"\x89PNG\r\n\x1A\n", 8});
	write_big_endian(&w, (uint32_t)pixels->width);
	write_big_endian(&w, (uint32_t)pixels->height);
	writer_u8(&w, BITS);
	writer_u8(&w, COLOUR_RGB);
	writer_u8(&w, 0); /* deflate */
	writer_u8(&w, 0); /* filters a row, of which we say "none" */
	writer_u8(&w, 0); /* not interlaced */
	write_chunk(png, "IHDR", writer_view(&w));
}

/* Each row with its filter in front. */
static void write_rows(struct writer *rows, const struct pixels *pixels)
{
	for (size_t y = 0; y < pixels->height; y++) {
		uint8_t *to = writer_reserve(rows, 1 + CHANNELS * pixels->width);
		if (!to)
			return;
		*to++ = 0;
		for (size_t x = 0; x < pixels->width; x++, to += CHANNELS) {
			uint32_t word;
			memcpy(&word, pixels->data + y * pixels->stride + x * sizeof(word),
				sizeof(word));
			to[0] = (uint8_t)(word >> 16);
			to[1] = (uint8_t)(word >> 8);
			to[2] = (uint8_t)word;
		}
	}
}

/* Best compression took five times as long, in every ingest, for a fourteenth of the size. */
static void write_data(struct writer *png, struct bytes rows)
{
	struct writer packed;
	uLongf size = compressBound(rows.size);
	writer_init(&packed, size);
	uint8_t *to = writer_reserve(&packed, size);
	if (to && compress(to, &size, rows.data, rows.size) == Z_OK)
		write_chunk(png, "IDAT", (struct bytes){to, size});
	else
		writer_fail(png, E_NOMEM);
	writer_release(&packed);
}

enum err png_write(const struct pixels *pixels, struct writer *png)
{
	struct writer rows;
	writer_init(&rows, pixels->height * (1 + CHANNELS * pixels->width));
	write_rows(&rows, pixels);
	if (rows.err != E_OK)
		writer_fail(png, rows.err);
	write_header(png, pixels);
	write_data(png, writer_view(&rows));
	write_chunk(png, "IEND", (struct bytes){0});
	writer_release(&rows);
	return writer_end(png);
}
