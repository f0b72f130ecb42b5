/* SPDX-License-Identifier: Apache-2.0 */
/* How archives without a magic at their start are recognised. */
#include <stdlib.h>

#include "base/load.h"
#include "unpack/container_archive.h"

enum {
	ZIP_END = 22, /* end of central directory, without comment */
	ZIP64_LOCATOR = 20,
	ZIP_COMMENT = 0xFFFF,
	ZIP_ENTRY = 46,
	TAR_BLOCK = 512,
	TAR_SUM_AT = 148
};

/* The list's end says where the list is; a prefix moves all of it. */
static bool zip_end_at(struct bytes content, size_t at)
{
	const uint8_t *end = content.data + at;
	uint32_t size = load_u32(end + 12, 0);
	if (load_u16(end + 10, 0) == 0xFFFF || size == UINT32_MAX)
		return at >= ZIP64_LOCATOR && memcmp(end - ZIP64_LOCATOR, "PK\6\7", 4) == 0;
	if (size < ZIP_ENTRY || size > at)
		return false;
	return memcmp(content.data + at - size, "PK\1\2", 4) == 0;
}

/* Offset of the end of a zip's list, content.size where there is none. */
static size_t zip_end(struct bytes content)
{
	if (content.size < ZIP_END)
		return content.size;
	size_t last = content.size - ZIP_END;
	size_t first = last > ZIP_COMMENT ? last - ZIP_COMMENT : 0;
	const uint8_t *from = content.data + first;
	size_t left = content.size - first;
	for (const uint8_t *p; left >= ZIP_END && (p = memmem(from, left, "PK\5\6", 4));) {
		size_t at = (size_t)(p - content.data);
		if (at <= last && zip_end_at(content, at))
			return at;
		left -= (size_t)(p - from) + 1;
		from = p + 1;
	}
	return content.size;
}

bool archive_zip_claims(struct bytes content, size_t *ret_members)
{
	size_t at = zip_end(content);
	if (at >= content.size)
		return false;
	*ret_members = load_u16(content.data + at + 10, 0);
	return *ret_members != 0xFFFF; /* ZIP64 says it elsewhere */
}

bool archive_is_zip(struct bytes content)
{
	static const char member[4] = "PK\3\4";
	static const char spanned[8] = "PK\7\10PK\3\4";
	if (content.size >= 30 &&
		(memcmp(content.data, member, 4) == 0 || memcmp(content.data, spanned, 8) == 0))
		return true;
	return zip_end(content) < content.size;
}

static bool octal(const uint8_t *field, size_t size, uint64_t *ret_value)
{
	uint64_t value = 0;
	size_t digits = 0;
	size_t i = 0;
	while (i < size && field[i] == ' ')
		i++;
	for (; i < size && field[i] >= '0' && field[i] <= '7'; i++, digits++)
		value = value * 8 + (uint64_t)(field[i] - '0');
	*ret_value = value;
	return digits > 0 && (i == size || field[i] == 0 || field[i] == ' ');
}

/* The header's sum, its own field taken as spaces: POSIX 1003.1, ustar. */
bool archive_is_tar(struct bytes content)
{
	uint64_t said;
	uint64_t sum = 0;
	if (content.size < TAR_BLOCK || content.data[0] == 0 ||
		!octal(content.data + TAR_SUM_AT, 8, &said))
		return false;
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += i - TAR_SUM_AT < 8 ? ' ' : content.data[i];
	return sum == said;
}

/* Two bytes of magic; the name's length is the third to last of 13 numbers. */
bool archive_is_cpio(struct bytes content)
{
	if (content.size < 26)
		return false;
	const uint8_t *d = content.data;
	bool little = d[0] == 0xC7 && d[1] == 0x71;
	bool big = d[0] == 0x71 && d[1] == 0xC7;
	unsigned name = little ? (unsigned)(d[20] | d[21] << 8) : (unsigned)(d[20] << 8 | d[21]);
	return (little || big) && name > 1 && name <= 4096 && name + 26 <= content.size &&
	       d[26 + name - 1] == 0 && d[26] != 0;
}

bool archive_is_lha(struct bytes content)
{
	const uint8_t *d = content.data;
	return content.size > 21 && d[2] == '-' && d[3] == 'l' && (d[4] == 'h' || d[4] == 'z') &&
	       d[6] == '-' && d[20] <= 3;
}

/* No magic at all: the usual properties, a dictionary as encoders choose it, a size that can be. */
bool archive_is_lzma(struct bytes content)
{
	if (content.size < 18 || content.data[0] != 0x5D)
		return false;
	uint32_t dictionary = load_u32(content.data + 1, 0);
	uint64_t size = load_u64(content.data + 5, 0);
	uint32_t rest = dictionary & (dictionary - 1);
	/* 2^n, 2^n + 2^(n-1), or the largest. */
	bool chosen = rest == 0 || ((rest & (rest - 1)) == 0 && (dictionary ^ rest) == rest >> 1) ||
		      dictionary == UINT32_MAX;
	return chosen && dictionary >= 1 << 12 &&
	       (size == UINT64_MAX || (size > 0 && size < UINT64_C(1) << 38)) &&
	       content.data[13] == 0;
}

static bool uu_line(const uint8_t *line, size_t size)
{
	size_t count = (size_t)(line[0] - ' ') & 0x3F;
	if (line[0] < ' ' || line[0] > '`' || count == 0 || size < 1 + (count * 4 + 2) / 3)
		return false;
	for (size_t i = 1; i < 1 + (count + 2) / 3 * 4 && i < size; i++)
		if (line[i] < ' ' || line[i] > '`')
			return false;
	return true;
}

/* "begin 644 name", then a line as long as it says. */
bool archive_is_uu(struct bytes content)
{
	const uint8_t *d = content.data;
	if (content.size < 16 || memcmp(d, "begin ", 6) != 0 || d[6] < '0' || d[6] > '7')
		return false;
	const uint8_t *line = memchr(d, '\n', content.size < 512 ? content.size : 512);
	size_t left = line ? content.size - (size_t)(line + 1 - d) : 0;
	const uint8_t *end = left ? memchr(line + 1, '\n', left < 100 ? left : 100) : NULL;
	return end && uu_line(line + 1, (size_t)(end - line - 1));
}

bool archive_holds_nothing(struct bytes content)
{
	static const uint8_t zeros[8]; /* gzip: the sum and the size */
	if (content.size < 14)
		return false;
	const uint8_t *end = content.data + content.size;
	if (content.data[0] == 0x1F)
		return content.size >= 18 && memcmp(end - 8, zeros, 8) == 0;
	if (content.data[0] == 'B')
		return memcmp(content.data + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0;
	return content.data[0] == 0xFD && content.size == 32 && content.data[12] == 0;
}
