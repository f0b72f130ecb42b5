/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* Collects bytes, growing up to a limit. The first failure (memory, limit) sticks, later writes do
 * nothing, and writer_end() tells; so a page or record is written straight through and asked once.
 * writer_init() touches no memory; writer_release() is safe on any initialised writer. */
struct writer {
	uint8_t *data;
	size_t size;     /* bytes written */
	size_t capacity; /* bytes allocated */
	size_t limit;    /* never grows past this */
	enum err err;
};

void writer_init(struct writer *w, size_t limit);
void writer_release(struct writer *w);

/* Empties it, keeps the memory, forgets the error. */
void writer_clear(struct writer *w);

void writer_bytes(struct writer *w, struct bytes b);
void writer_str(struct writer *w, struct str s);
void writer_text(struct writer *w, const char *terminated);
void writer_char(struct writer *w, char c);

/* Little-endian. */
void writer_u8(struct writer *w, uint8_t v);
void writer_u16(struct writer *w, uint16_t v);
void writer_u32(struct writer *w, uint32_t v);
void writer_u64(struct writer *w, uint64_t v);

/* A u32 length, then the bytes: what cursor_string() reads. */
void writer_string(struct writer *w, struct str s);

/* Decimal digits. */
void writer_decimal(struct writer *w, uint64_t v);

/* At least `width` digits, zeros in front. */
void writer_padded(struct writer *w, uint64_t v, unsigned width);

/* A JSON string with its quotes. Bytes that are not valid UTF-8 become U+FFFD. */
void writer_json(struct writer *w, struct str s);

/* One CSV field (RFC 4180), quoted where it must be; a field that a spreadsheet would run as a
 * formula (= + - @ tab) is quoted with an apostrophe in front. */
void writer_csv(struct writer *w, struct str s);

/* For people at a terminal: control characters and invalid UTF-8 as \xNN. */
void writer_printable(struct writer *w, struct str s);

void writer_fail(struct writer *w, enum err err);
MUST_CHECK enum err writer_end(const struct writer *w);

/* What was written, borrowed until the next write. */
struct bytes writer_view(const struct writer *w);
struct str writer_view_str(const struct writer *w);

/* Makes room for `size` more bytes; their address, or NULL with the error set. The caller fills all
 * of them: size grows at once. */
uint8_t *writer_reserve(struct writer *w, size_t size);

/* Length (1–4) of the UTF-8 character at the start of s, 0 where there is none or it is invalid
 * (overlong forms, surrogates and values past U+10FFFF are). RFC 3629. */
size_t utf8_length(struct str s);

/* All of s is such characters. */
bool utf8_valid(struct str s);
