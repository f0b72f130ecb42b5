/* SPDX-License-Identifier: Apache-2.0 */
#include "format/markdown_slug.h"

/* Letters with accents by what they are without: Unicode's Latin-1 Supplement, Latin Extended-A
 * and -B as far as Vietnamese needs them, and Latin Extended Additional. */
static const struct {
	uint16_t first, last;
	char letter;
} letters[] = {{0x00C0, 0x00C5, 'a'}, {0x00C7, 0x00C7, 'c'}, {0x00C8, 0x00CB, 'e'},
	{0x00CC, 0x00CF, 'i'}, {0x00D0, 0x00D0, 'd'}, {0x00D1, 0x00D1, 'n'}, {0x00D2, 0x00D6, 'o'},
	{0x00D9, 0x00DC, 'u'}, {0x00DD, 0x00DD, 'y'}, {0x00E0, 0x00E5, 'a'}, {0x00E7, 0x00E7, 'c'},
	{0x00E8, 0x00EB, 'e'}, {0x00EC, 0x00EF, 'i'}, {0x00F0, 0x00F0, 'd'}, {0x00F1, 0x00F1, 'n'},
	{0x00F2, 0x00F6, 'o'}, {0x00F9, 0x00FC, 'u'}, {0x00FD, 0x00FD, 'y'}, {0x0102, 0x0103, 'a'},
	{0x0110, 0x0111, 'd'}, {0x0128, 0x0129, 'i'}, {0x0168, 0x0169, 'u'}, {0x01A0, 0x01A1, 'o'},
	{0x01AF, 0x01B0, 'u'}, {0x1EA0, 0x1EB7, 'a'}, {0x1EB8, 0x1EC7, 'e'}, {0x1EC8, 0x1ECB, 'i'},
	{0x1ECC, 0x1EE3, 'o'}, {0x1EE4, 0x1EF1, 'u'}, {0x1EF2, 0x1EF9, 'y'}};

enum {
	ACCENT_FIRST = 0x0300, /* combining marks: text in NFD */
	ACCENT_LAST = 0x036F
};

/* The character at the start of s, of `length` bytes; 0 for bytes that are none, and for those of 4
 * bytes, which are no letters of ours. */
static unsigned code_point(struct str s, size_t length)
{
	const unsigned char *b = (const unsigned char *)s.data;
	if (length == 0)
		return 0;
	if (length == 1)
		return b[0];
	if (length == 2)
		return (b[0] & 0x1Fu) << 6 | (b[1] & 0x3Fu);
	return length == 3 ? (b[0] & 0x0Fu) << 12 | (b[1] & 0x3Fu) << 6 | (b[2] & 0x3Fu) : 0;
}

/* 0 for what is neither letter nor digit. */
static char fold(unsigned c)
{
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		return (char)c;
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (c >= letters[i].first && c <= letters[i].last)
			return letters[i].letter;
	return 0;
}

static void write_folded(struct writer *w, struct str text)
{
	bool gap = false;
	while (text.size > 0 && w->size + 2 <= SLUG_BYTES) {
		size_t length = utf8_length(text);
		unsigned c = code_point(text, length);
		char letter = fold(c);
		if (letter && gap && w->size > 0)
			writer_char(w, '-');
		if (letter)
			writer_char(w, letter);
		if (c < ACCENT_FIRST || c > ACCENT_LAST)
			gap = !letter;
		length = length ? length : 1;
		text = (struct str){text.data + length, text.size - length};
	}
	if (w->size == 0)
		writer_text(w, "muc");
}

/* Our pages' own ids are not for headings. */
static bool is_taken(const struct slugs *s, struct str slug)
{
	if (str_equal(slug, STR("main")))
		return true;
	for (size_t i = 0; i < s->count; i++)
		if (str_equal(s->taken[i], slug))
			return true;
	return false;
}

struct str slug_make(struct slugs *s, struct arena *arena, struct str text)
{
	uint8_t bytes[SLUG_BYTES + 8];
	struct writer w = {.data = bytes, .capacity = sizeof(bytes), .limit = sizeof(bytes)};
	if (s->count == SLUGS_LIMIT)
		return STR("");
	write_folded(&w, text);
	size_t stem = w.size;
	for (uint64_t number = 2; is_taken(s, writer_view_str(&w)); number++) {
		w.size = stem;
		writer_char(&w, '-');
		writer_decimal(&w, number);
	}
	struct str slug = arena_copy(arena, writer_view_str(&w));
	if (slug.data)
		s->taken[s->count++] = slug;
	return slug;
}
