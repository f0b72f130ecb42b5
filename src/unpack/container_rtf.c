/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "unpack/container_text.h"
#include "unpack/office.h"

enum {
	PIECE = 4096,
	WORD = 32,
	WORDS = 4096 /* after which the time is asked for */
};

/* Reads hexadecimal digits of one group into a member. */
struct digits {
	struct unpacking *u;
	struct bytes text;
	size_t at;
	int nested; /* groups opened since the digits began */
	int high;
	uint8_t bytes[PIECE];
	size_t size;
};

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_letter(uint8_t c)
{
	c |= 0x20;
	return c >= 'a' && c <= 'z';
}

/* A control word behind its backslash, its number and the space after it. */
static struct str take_word(struct bytes text, size_t *at, uint64_t *ret_number)
{
	size_t begin = *at;
	uint64_t number = 0;
	while (*at < text.size && is_letter(text.data[*at]) && *at - begin < WORD)
		(*at)++;
	struct str word = {(const char *)text.data + begin, *at - begin};
	if (word.size == 0 && *at < text.size)
		(*at)++; /* a symbol */
	if (*at < text.size && text.data[*at] == '-')
		(*at)++;
	for (; *at < text.size && text.data[*at] >= '0' && text.data[*at] <= '9'; (*at)++)
		number = number < UINT32_MAX ? number * 10 + (uint64_t)(text.data[*at] - '0')
					     : number;
	if (*at < text.size && text.data[*at] == ' ')
		(*at)++;
	*ret_number = number;
	return word;
}

static enum err flush(struct digits *d)
{
	struct bytes piece = {d->bytes, d->size};
	d->size = 0;
	return unpacking_add(d->u, piece);
}

static enum err put(struct digits *d, uint8_t byte)
{
	d->bytes[d->size++] = byte;
	return d->size == PIECE ? flush(d) : E_OK;
}

static enum err put_digit(struct digits *d, int digit)
{
	if (d->high < 0) {
		d->high = digit;
		return E_OK;
	}
	uint8_t byte = (uint8_t)(d->high << 4 | digit);
	d->high = -1;
	return put(d, byte);
}

/* \bin: that many bytes as they are. */
static enum err put_raw(struct digits *d, uint64_t count)
{
	size_t left = d->text.size - d->at;
	size_t size = count < left ? (size_t)count : left;
	TRY(flush(d));
	TRY(unpacking_add(d->u, (struct bytes){d->text.data + d->at, size}));
	d->at += size;
	return E_OK;
}

static enum err use_word(struct digits *d)
{
	uint64_t number;
	struct str word = take_word(d->text, &d->at, &number);
	return str_equal(word, STR("bin")) ? put_raw(d, number) : E_OK;
}

/* "{\*\x …}" is left out, whole. */
static void skip_group(struct digits *d)
{
	size_t nested = 1;
	while (d->at < d->text.size && nested > 0) {
		uint8_t c = d->text.data[d->at++];
		if (c == '\\' && d->at < d->text.size)
			d->at++;
		else if (c == '{')
			nested++;
		else if (c == '}')
			nested--;
	}
}

static bool is_left_out(const struct digits *d)
{
	return d->text.size - d->at >= 2 && memcmp(d->text.data + d->at, "\\*", 2) == 0;
}

static enum err read_digits(struct digits *d)
{
	while (d->at < d->text.size) {
		uint8_t c = d->text.data[d->at++];
		int digit = hex_digit(c);
		if (c == '\\')
			TRY(use_word(d));
		else if (c == '{' && is_left_out(d))
			skip_group(d);
		else if (c == '{')
			d->nested++;
		else if (c == '}' && d->nested-- == 0)
			break;
		else if (digit >= 0)
			TRY(put_digit(d, digit));
	}
	return flush(d);
}

static enum err open_digits(struct unpacking *u, struct bytes text, size_t *at, struct str name,
	const struct container *also)
{
	struct digits d = {.u = u, .text = text, .at = *at, .high = -1};
	TRY(unpacking_begin(u, name));
	enum err err = read_digits(&d);
	*at = d.at;
	return unpacking_end_as(u, err, STR("RTF"), also);
}

static enum err open_word(
	struct unpacking *u, struct bytes text, size_t *at, struct str word, unsigned *number)
{
	static const struct container object = {STR_INIT("OLE object"), .open = office_open_object};
	bool is_object = str_equal_nocase(word, STR("objdata"));
	char buffer[32];
	if (!is_object && !str_equal_nocase(word, STR("pict")))
		return E_OK;
	int size = snprintf(
		buffer, sizeof(buffer), "%s %u", is_object ? "object" : "picture", ++*number);
	return open_digits(
		u, text, at, (struct str){buffer, (size_t)size}, is_object ? &object : NULL);
}

enum err rtf_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	unsigned number = 0;
	unsigned words = 0;
	(void)self;
	for (size_t at = 0; at < content.size; words++) {
		const uint8_t *p = memchr(content.data + at, '\\', content.size - at);
		uint64_t ignored;
		if (words % WORDS == 0)
			TRY(unpacking_check(u));
		if (!p)
			break;
		at = (size_t)(p - content.data) + 1;
		struct str word = take_word(content, &at, &ignored);
		if (str_equal(word, STR("bin")))
			at = ignored < content.size - at ? at + (size_t)ignored : content.size;
		TRY(open_word(u, content, &at, word, &number));
	}
	return unpacking_check(u);
}
