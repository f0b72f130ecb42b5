/* SPDX-License-Identifier: Apache-2.0 */
#include "base/writer.h"

#include <stdlib.h>

#include "base/checked.h"

void writer_init(struct writer *w, size_t limit)
{
	*w = (struct writer){.limit = limit};
}

void writer_release(struct writer *w)
{
	free(w->data);
	*w = (struct writer){.limit = w->limit};
}

void writer_clear(struct writer *w)
{
	w->size = 0;
	w->err = E_OK;
}

void writer_fail(struct writer *w, enum err err)
{
	if (w->err == E_OK)
		w->err = err;
}

static bool grow(struct writer *w, size_t needed)
{
	size_t capacity = w->capacity < 256 ? 256 : w->capacity;
	while (capacity < needed)
		if (!checked_multiply(capacity, 2, &capacity))
			return false;
	uint8_t *data = realloc(w->data, capacity);
	if (!data)
		return false;
	w->data = data;
	w->capacity = capacity;
	return true;
}

uint8_t *writer_reserve(struct writer *w, size_t size)
{
	size_t needed;
	if (w->err != E_OK)
		return NULL;
	if (!checked_add(w->size, size, &needed) || needed > w->limit) {
		w->err = E_LIMIT;
		return NULL;
	}
	if (needed > w->capacity && !grow(w, needed)) {
		w->err = E_NOMEM;
		return NULL;
	}
	uint8_t *at = w->data + w->size;
	w->size = needed;
	return at;
}

void writer_bytes(struct writer *w, struct bytes b)
{
	if (b.size == 0)
		return;
	uint8_t *at = writer_reserve(w, b.size);
	if (at)
		memcpy(at, b.data, b.size);
}

void writer_str(struct writer *w, struct str s)
{
	writer_bytes(w, str_bytes(s));
}

void writer_text(struct writer *w, const char *terminated)
{
	writer_str(w, str_from(terminated));
}

void writer_char(struct writer *w, char c)
{
	writer_bytes(w, (struct bytes){(const uint8_t *)&c, 1});
}

static void write_little_endian(struct writer *w, uint64_t v, size_t size)
{
	uint8_t *at = writer_reserve(w, size);
	for (size_t i = 0; at && i < size; i++)
		at[i] = (uint8_t)(v >> 8 * i);
}

void writer_u8(struct writer *w, uint8_t v)
{
	write_little_endian(w, v, 1);
}

void writer_u16(struct writer *w, uint16_t v)
{
	write_little_endian(w, v, 2);
}

void writer_u32(struct writer *w, uint32_t v)
{
	write_little_endian(w, v, 4);
}

void writer_u64(struct writer *w, uint64_t v)
{
	write_little_endian(w, v, 8);
}

void writer_string(struct writer *w, struct str s)
{
	if (s.size > UINT32_MAX) {
		writer_fail(w, E_LIMIT);
		return;
	}
	writer_u32(w, (uint32_t)s.size);
	writer_str(w, s);
}

void writer_padded(struct writer *w, uint64_t v, unsigned width)
{
	char digits[32];
	size_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	while (sizeof(digits) - at < width && at > 0)
		digits[--at] = '0';
	writer_str(w, (struct str){digits + at, sizeof(digits) - at});
}

void writer_decimal(struct writer *w, uint64_t v)
{
	writer_padded(w, v, 1);
}

static bool is_continuation(struct str s, size_t at)
{
	return at < s.size && ((unsigned char)s.data[at] & 0xC0) == 0x80;
}

/* Bounds of the second byte by the first: RFC 3629, section 4. */
static bool second_byte_fits(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xE0:
		return second >= 0xA0;
	case 0xED:
		return second <= 0x9F;
	case 0xF0:
		return second >= 0x90;
	case 0xF4:
		return second <= 0x8F;
	default:
		return true;
	}
}

size_t utf8_length(struct str s)
{
	if (s.size == 0)
		return 0;
	unsigned char first = (unsigned char)s.data[0];
	if (first < 0x80)
		return 1;
	size_t length = first >= 0xC2 && first <= 0xDF   ? 2
			: first >= 0xE0 && first <= 0xEF ? 3
			: first >= 0xF0 && first <= 0xF4 ? 4
							 : 0;
	for (size_t i = 1; i < length; i++)
		if (!is_continuation(s, i))
			return 0;
	if (length > 2 && !second_byte_fits(first, (unsigned char)s.data[1]))
		return 0;
	return length;
}

bool utf8_valid(struct str s)
{
	while (s.size > 0) {
		size_t length = utf8_length(s);
		if (length == 0)
			return false;
		s = (struct str){s.data + length, s.size - length};
	}
	return true;
}

static void write_hex2(struct writer *w, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	writer_char(w, hex[c >> 4]);
	writer_char(w, hex[c & 15]);
}

static void json_ascii(struct writer *w, char c)
{
	switch (c) {
	case '"':
		writer_text(w, "\\\"");
		return;
	case '\\':
		writer_text(w, "\\\\");
		return;
	case '\n':
		writer_text(w, "\\n");
		return;
	default:
		break;
	}
	if ((unsigned char)c < 0x20 || c == 0x7F) {
		writer_text(w, "\\u00");
		write_hex2(w, (unsigned char)c);
		return;
	}
	writer_char(w, c);
}

void writer_json(struct writer *w, struct str s)
{
	writer_char(w, '"');
	while (s.size > 0) {
		size_t length = utf8_length(s);
		if (length == 1)
			json_ascii(w, s.data[0]);
		else if (length == 0)
			writer_text(w, "\xEF\xBF\xBD");
		else
			writer_str(w, (struct str){s.data, length});
		length = length ? length : 1;
		s = (struct str){s.data + length, s.size - length};
	}
	writer_char(w, '"');
}

void writer_csv(struct writer *w, struct str s)
{
	bool formula = s.size > 0 && memchr("=+-@\t", s.data[0], 5) != NULL;
	bool quote = formula;
	for (size_t i = 0; i < s.size && !quote; i++)
		quote = memchr(",\"\r\n", s.data[i], 4) != NULL;
	if (!quote) {
		writer_str(w, s);
		return;
	}
	writer_text(w, formula ? "\"'" : "\"");
	for (size_t i = 0; i < s.size; i++) {
		if (s.data[i] == '"')
			writer_char(w, '"');
		writer_char(w, s.data[i]);
	}
	writer_char(w, '"');
}

void writer_printable(struct writer *w, struct str s)
{
	while (s.size > 0) {
		size_t length = utf8_length(s);
		unsigned char first = (unsigned char)s.data[0];
		bool c1 = length == 2 && first == 0xC2 && (unsigned char)s.data[1] < 0xA0;
		if (length == 0 || c1 || first < 0x20 || first == 0x7F) {
			writer_text(w, "\\x");
			write_hex2(w, first);
			length = 1;
		} else {
			writer_str(w, (struct str){s.data, length});
		}
		s = (struct str){s.data + length, s.size - length};
	}
}

enum err writer_end(const struct writer *w)
{
	return w->err;
}

struct bytes writer_view(const struct writer *w)
{
	return (struct bytes){w->data, w->size};
}

struct str writer_view_str(const struct writer *w)
{
	return (struct str){(const char *)w->data, w->size};
}
