/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/container_pdf.h"

#include <stdio.h>

#include "unpack/find.h"
#include "unpack/pdf_filter.h"

enum {
	HEAD = 1024,           /* bytes within which the first line stands */
	DICTIONARY = 64 << 10, /* bytes before a stream within which its dictionary begins */
	FILTERS = 8,
	NESTED = 32,
	NAME = 32 /* of a filter */
};

bool pdf_fits(struct bytes content)
{
	struct bytes head = {content.data, content.size < HEAD ? content.size : HEAD};
	return bytes_find(head, STR("%PDF-")) < head.size;
}

/* What a stream's dictionary says of it. */
struct stream {
	enum pdf_filter filters[FILTERS];
	unsigned filter_count;
	bool too_many;
	uint64_t length; /* 0: not said here */
	unsigned number; /* of the object; 0: not known */
};

struct reader {
	struct bytes text;
	size_t at;
};

static bool is_space(uint8_t c)
{
	return c == ' ' || (c >= 9 && c <= 13) || c == 0;
}

static bool is_delimiter(uint8_t c)
{
	return is_space(c) || memchr("()<>[]{}/%", c, 10) != NULL;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static int hex_digit(uint8_t c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A name behind its slash, #xx undone; cut to the buffer. */
static struct str take_name(struct reader *r, char *buffer, size_t capacity)
{
	size_t size = 0;
	r->at++;
	while (r->at < r->text.size && !is_delimiter(r->text.data[r->at])) {
		uint8_t c = r->text.data[r->at++];
		if (c == '#' && r->text.size - r->at >= 2) {
			int high = hex_digit(r->text.data[r->at]);
			int low = hex_digit(r->text.data[r->at + 1]);
			if (high >= 0 && low >= 0) {
				c = (uint8_t)(high << 4 | low);
				r->at += 2;
			}
		}
		if (size < capacity)
			buffer[size++] = (char)c;
	}
	return (struct str){buffer, size};
}

/* (…), with nested and escaped brackets. */
static void skip_string(struct reader *r)
{
	size_t nested = 0;
	while (r->at < r->text.size) {
		uint8_t c = r->text.data[r->at++];
		if (c == '\\' && r->at < r->text.size)
			r->at++;
		else if (c == '(')
			nested++;
		else if (c == ')' && --nested == 0)
			break;
	}
}

static uint64_t take_number(struct reader *r)
{
	uint64_t value = 0;
	while (r->at < r->text.size && is_digit(r->text.data[r->at]))
		value = value * 10 + (uint64_t)(r->text.data[r->at++] - '0');
	return value;
}

enum key {
	KEY_OTHER,
	KEY_FILTER,
	KEY_LENGTH
};

/* Where the reading of a dictionary stands. */
struct dictionary {
	struct reader reader;
	int nested;    /* dictionaries */
	int bracketed; /* arrays */
	enum key key;
	struct stream *stream;
};

static void add_filter(struct stream *s, struct str name)
{
	if (s->filter_count == FILTERS)
		s->too_many = true;
	else
		s->filters[s->filter_count++] = pdf_filter_of(name);
}

static void use_name(struct dictionary *d)
{
	char buffer[NAME];
	struct str name = take_name(&d->reader, buffer, sizeof(buffer));
	if (d->nested != 1)
		return;
	if (d->key == KEY_FILTER) {
		add_filter(d->stream, name);
		if (d->bracketed == 0)
			d->key = KEY_OTHER;
		return;
	}
	d->key = str_equal(name, STR("Filter")) || str_equal(name, STR("F")) ? KEY_FILTER
		 : str_equal(name, STR("Length"))                            ? KEY_LENGTH
									     : KEY_OTHER;
}

/* "12 0 R" is a reference: the number is elsewhere. */
static bool is_reference(struct reader r)
{
	while (r.at < r.text.size && is_space(r.text.data[r.at]))
		r.at++;
	return r.at < r.text.size && is_digit(r.text.data[r.at]);
}

static void use_number(struct dictionary *d)
{
	uint64_t value = take_number(&d->reader);
	if (d->key == KEY_LENGTH && d->nested == 1 && !is_reference(d->reader))
		d->stream->length = value;
	d->key = d->bracketed > 0 ? d->key : KEY_OTHER;
}

static void use_mark(struct dictionary *d, uint8_t c)
{
	const struct reader *r = &d->reader;
	bool twice = r->at + 1 < r->text.size && r->text.data[r->at + 1] == c;
	if (c == '<' || c == '>') {
		d->nested += twice ? (c == '<' ? 1 : -1) : 0;
		d->reader.at += twice ? 2 : 1;
		return;
	}
	if (c == '[')
		d->bracketed++;
	else if (c == ']' && --d->bracketed <= 0)
		d->key = KEY_OTHER;
	d->reader.at++;
}

static void read_dictionary(struct bytes text, struct stream *s)
{
	struct dictionary d = {.reader = {text, 0}, .stream = s};
	while (d.reader.at < text.size && d.nested <= NESTED) {
		uint8_t c = text.data[d.reader.at];
		if (c == '/')
			use_name(&d);
		else if (c == '(')
			skip_string(&d.reader);
		else if (is_digit(c))
			use_number(&d);
		else if (memchr("<>[]", c, 4))
			use_mark(&d, c);
		else
			d.reader.at++;
	}
}

/* The number in "12 0 obj", whose "obj" is at `at`. */
static unsigned object_number(struct bytes text, size_t at)
{
	size_t end = at;
	unsigned number = 0;
	while (end > 0 && is_space(text.data[end - 1]))
		end--;
	while (end > 0 && is_digit(text.data[end - 1]))
		end--;
	while (end > 0 && is_space(text.data[end - 1]))
		end--;
	size_t begin = end;
	while (begin > 0 && end - begin < 9 && is_digit(text.data[begin - 1]))
		begin--;
	for (size_t i = begin; i < end; i++)
		number = number * 10 + (unsigned)(text.data[i] - '0');
	return number;
}

/* Between the last "obj" before a stream and the stream. */
static void read_object(struct bytes before, struct stream *s)
{
	size_t begin = 0;
	if (before.size > DICTIONARY)
		before = bytes_from(before, before.size - DICTIONARY);
	for (size_t at = 0; at < before.size;) {
		at += bytes_find(bytes_from(before, at), STR("obj"));
		if (at >= before.size)
			break;
		s->number = object_number(before, at);
		at += 3;
		begin = at;
	}
	read_dictionary(bytes_from(before, begin), s);
}

/* The stream's bytes, from the end of the line that says "stream" on: as many as the dictionary
 * says when "endstream" follows, else up to it. */
static struct bytes stream_bytes(struct bytes rest, const struct stream *s)
{
	size_t at = rest.size > 0 && rest.data[0] == '\r' ? 1 : 0;
	if (at < rest.size && rest.data[at] == '\n')
		at++;
	rest = bytes_from(rest, at);
	if (s->length > 0 && s->length < rest.size) {
		struct bytes after = bytes_from(rest, (size_t)s->length);
		if (after.size > 16)
			after.size = 16;
		if (bytes_find(after, STR("endstream")) < after.size)
			return (struct bytes){rest.data, (size_t)s->length};
	}
	rest.size = bytes_find(rest, STR("endstream"));
	return rest;
}

/* All but the last filter write to the member and are taken out of it again. */
static enum err add_filtered(struct unpacking *u, const struct stream *s, struct bytes packed)
{
	struct writer between;
	enum err err = E_OK;
	writer_init(&between, 0);
	for (unsigned i = 0; i < s->filter_count && err == E_OK; i++) {
		if (i > 0) {
			unpacking_take(u, &between);
			packed = writer_view(&between);
		}
		err = pdf_filter_add(u, s->filters[i], packed);
	}
	writer_release(&between);
	return err;
}

static bool is_picture(const struct stream *s)
{
	return s->filter_count > 0 && s->filters[0] == PDF_PICTURE;
}

static enum err open_stream(
	struct unpacking *u, const struct stream *s, struct bytes packed, bool encrypted)
{
	char buffer[32];
	int size = snprintf(buffer, sizeof(buffer), "object %u", s->number);
	struct str name = {buffer, (size_t)size};
	/* A picture lies in the file as it is. */
	if (is_picture(s) || packed.size == 0)
		return unpacking_check(u);
	if (s->too_many)
		return unpacking_miss(u, name, UNSCANNED_UNSUPPORTED, STR("too many filters"));
	if (s->filter_count == 0)
		return unpacking_slice(u, name, packed);
	TRY(unpacking_begin(u, name));
	enum err err = add_filtered(u, s, packed);
	/* That the document is encrypted is said already. */
	return unpacking_end(u, encrypted ? E_OK : err, STR("PDF"));
}

static bool is_encrypted(struct bytes content)
{
	for (;;) {
		size_t at = bytes_find(content, STR("/Encrypt"));
		if (at >= content.size)
			return false;
		content = bytes_from(content, at + 8);
		if (content.size > 0 && (is_space(content.data[0]) || content.data[0] == '<'))
			return true;
	}
}

/* "stream" at a line's end, not as the end of "endstream". */
static bool is_stream(struct bytes content, size_t at)
{
	uint8_t after = at + 6 < content.size ? content.data[at + 6] : 0;
	bool ends = at >= 3 && memcmp(content.data + at - 3, "end", 3) == 0;
	return !ends && (after == '\r' || after == '\n');
}

enum err pdf_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	bool encrypted = is_encrypted(content);
	size_t done = 0;
	(void)self;
	if (encrypted)
		unpacking_fault(u, UNSCANNED_ENCRYPTED, STR(""));
	for (size_t at = 0;;) {
		TRY(unpacking_check(u));
		at += bytes_find(bytes_from(content, at), STR("stream"));
		if (at >= content.size)
			return E_OK;
		if (is_stream(content, at)) {
			struct stream s = {0};
			read_object((struct bytes){content.data + done, at - done}, &s);
			struct bytes packed = stream_bytes(bytes_from(content, at + 6), &s);
			TRY(open_stream(u, &s, packed, encrypted));
			if (packed.size > 0)
				at = (size_t)(packed.data + packed.size - content.data);
			done = at;
		}
		at += 6;
	}
}
