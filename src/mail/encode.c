/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/encode.h"

#include <sodium.h>

enum {
	LINE_MOST = 76,
	WORD_FRAME = 12, /* "=?UTF-8?B?" and "?=" */
	WORD_MOST = 75,
	WORD_BYTES = 45
};

/* Bytes of the whole characters that fit into `room`, at least one character. */
static size_t whole_characters(struct str text, size_t room)
{
	size_t size = 0;
	while (size < text.size) {
		size_t next = utf8_length((struct str){text.data + size, text.size - size});
		if (size > 0 && size + next > room)
			break;
		size += next > 0 ? next : 1;
	}
	return size;
}

static void write_word(struct writer *w, struct str part)
{
	char coded[sodium_base64_ENCODED_LEN(WORD_BYTES, sodium_base64_VARIANT_ORIGINAL)];
	sodium_bin2base64(coded, sizeof(coded), (const unsigned char *)part.data, part.size,
		sodium_base64_VARIANT_ORIGINAL);
	writer_text(w, "=?UTF-8?B?");
	writer_text(w, coded);
	writer_text(w, "?=");
}

static bool is_plain(struct str text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < ' ' || text.data[i] > '~')
			return false;
	return str_find(text, STR("=?")) == text.size && str_trim(text).size == text.size;
}

void mail_write_words(struct writer *w, const char *name, struct str text)
{
	size_t used = strlen(name) + 2;
	writer_text(w, name);
	writer_text(w, ": ");
	while (text.size > 0) {
		size_t room = (LINE_MOST - WORD_FRAME - used) / 4 * 3;
		size_t part = whole_characters(text, room < WORD_BYTES ? room : WORD_BYTES);
		write_word(w, (struct str){text.data, part});
		text = (struct str){text.data + part, text.size - part};
		writer_text(w, text.size > 0 ? "\r\n " : "");
		used = 1 + LINE_MOST - WORD_MOST;
	}
}

void mail_write_unstructured(struct writer *w, const char *name, struct str text)
{
	if (!is_plain(text) || strlen(name) + 2 + text.size > LINE_MOST) {
		mail_write_words(w, name, text);
		return;
	}
	writer_text(w, name);
	writer_text(w, ": ");
	writer_str(w, text);
}

/* --- quoted-printable --- */

static void write_hex(struct writer *w, char c)
{
	static const char digits[] = "0123456789ABCDEF";
	writer_char(w, '=');
	writer_char(w, digits[(unsigned char)c >> 4]);
	writer_char(w, digits[(unsigned char)c & 15]);
}

/* White space at the end gets lost on the way; "From " at the start is changed by mail boxes, and a
 * dot there ends a message where somebody forgets to double it. */
static bool stays(struct str line, size_t at)
{
	char c = line.data[at];
	if (c == ' ' || c == '\t')
		return at + 1 < line.size;
	if (at == 0 && (c == '.' || str_starts(line, STR("From "))))
		return false;
	return c > ' ' && c <= '~' && c != '=';
}

static void write_line(struct writer *w, struct str line)
{
	size_t used = 0;
	for (size_t at = 0, size; at < line.size; at += size) {
		size = utf8_length((struct str){line.data + at, line.size - at});
		size = size > 0 ? size : 1;
		bool plain = size == 1 && stays(line, at);
		size_t width = plain ? 1 : 3 * size;
		/* One is left for the "=" of a line that goes on. */
		if (used + width >= LINE_MOST) {
			writer_text(w, "=\r\n");
			used = 0;
		}
		used += width;
		for (size_t i = 0; i < size; i++) {
			if (plain)
				writer_char(w, line.data[at]);
			else
				write_hex(w, line.data[at + i]);
		}
	}
	writer_text(w, "\r\n");
}

void mail_write_quoted(struct writer *w, struct str text)
{
	while (text.size > 0)
		write_line(w, str_cut(text, '\n', &text));
}
