/* SPDX-License-Identifier: Apache-2.0 */
#include "program/wrap.h"

/* Of three bytes: U+1100 … U+11FF, U+3000 … U+DFFF, U+FF00 … U+FF7F. */
static bool is_wide(const uint8_t *b)
{
	return (b[0] == 0xE1 && b[1] >= 0x84 && b[1] < 0x88) || (b[0] >= 0xE3 && b[0] <= 0xED) ||
	       (b[0] == 0xEF && b[1] >= 0xBC && b[1] < 0xBE);
}

/* Columns of the character at the start, and its bytes. */
static size_t character(struct str s, size_t *ret_columns)
{
	size_t length = utf8_length(s);
	const uint8_t *b = (const uint8_t *)s.data;
	*ret_columns = 1;
	if (length == 2 && (b[0] == 0xCC || (b[0] == 0xCD && b[1] < 0xB0)))
		*ret_columns = 0; /* U+0300 … U+036F */
	else if (length == 4 || (length == 3 && is_wide(b)))
		*ret_columns = 2;
	return length > 0 ? length : 1;
}

size_t text_columns(struct str s)
{
	size_t columns = 0;
	while (s.size > 0) {
		size_t width;
		size_t length = character(s, &width);
		columns += width;
		s = (struct str){s.data + length, s.size - length};
	}
	return columns;
}

static void write_spaces(struct writer *w, size_t count)
{
	while (count-- > 0)
		writer_char(w, ' ');
}

void write_hanging(struct writer *w, struct str paragraph, size_t indent, size_t columns)
{
	size_t at = indent;
	bool begun = false;
	while (paragraph.size > 0) {
		struct str word = str_cut(paragraph, ' ', &paragraph);
		size_t width = text_columns(word);
		if (begun && columns > 0 && at + 1 + width > columns) {
			writer_char(w, '\n');
			write_spaces(w, indent);
			at = indent;
		} else if (begun) {
			writer_char(w, ' ');
			at++;
		}
		writer_str(w, word);
		at += width;
		begun = true;
	}
	writer_char(w, '\n');
}

void write_wrapped(struct writer *w, struct str paragraph, size_t indent, size_t columns)
{
	write_spaces(w, indent);
	write_hanging(w, paragraph, indent, columns);
}

enum {
	WORD_INDENT = 2,
	WORD_GAP = 2
};

void write_explained(
	struct writer *w, struct str word, struct str explanation, size_t at, size_t columns)
{
	size_t width = WORD_INDENT + text_columns(word);
	write_spaces(w, WORD_INDENT);
	writer_str(w, word);
	if (width + WORD_GAP > at) {
		writer_char(w, '\n');
		width = 0;
	}
	write_spaces(w, at - width);
	write_hanging(w, explanation, at, columns);
}

void write_cut(struct writer *w, struct str s, size_t columns)
{
	size_t width = text_columns(s);
	if (width <= columns) {
		writer_str(w, s);
		return;
	}
	while (s.size > 0 && width + 1 > columns) {
		size_t one;
		size_t length = character(s, &one);
		width -= one;
		s = (struct str){s.data + length, s.size - length};
	}
	writer_text(w, columns > 0 ? "…" : "");
	writer_str(w, s);
}
