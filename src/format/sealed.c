/* SPDX-License-Identifier: Apache-2.0 */
#include "format/sealed.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"

enum {
	SUM_DIGITS = 16
};

static void sum_text(struct str s, char ret_text[SUM_DIGITS])
{
	static const char digits[] = "0123456789abcdef";
	uint64_t sum = XXH3_64bits(s.data, s.size);
	for (int i = SUM_DIGITS - 1; i >= 0; i--, sum >>= 4)
		ret_text[i] = digits[sum & 15];
}

void sealed_write(struct writer *w, const struct writer *body, struct str magic)
{
	char sum[SUM_DIGITS];
	enum err err = writer_end(body);
	if (err != E_OK)
		writer_fail(w, err);
	sum_text(writer_view_str(body), sum);
	writer_str(w, magic);
	writer_str(w, (struct str){sum, sizeof(sum)});
	writer_char(w, '\n');
	writer_bytes(w, writer_view(body));
}

static bool same_kind(struct str s, struct str magic)
{
	struct str version;
	struct str name = str_cut(magic, ' ', &version);
	return str_starts(s, name) && s.size > name.size && s.data[name.size] == ' ';
}

enum err sealed_open(struct bytes bytes, size_t limit, struct str magic, struct str *ret_body)
{
	struct str all = {(const char *)bytes.data, bytes.size}, body;
	char sum[SUM_DIGITS];
	if (bytes.size > limit)
		return E_LIMIT;
	if (bytes.size == 0)
		return E_CORRUPT;
	struct str line = str_cut(all, '\n', &body);
	if (!str_starts(line, magic))
		return same_kind(line, magic) ? E_VERSION : E_CORRUPT;
	sum_text(body, sum);
	line = (struct str){line.data + magic.size, line.size - magic.size};
	if (!str_equal(line, (struct str){sum, sizeof(sum)}))
		return E_CORRUPT;
	*ret_body = body;
	return E_OK;
}

void sealed_put(struct writer *w, const char *name, struct str value)
{
	if (value.size > 0 && memchr(value.data, '\n', value.size))
		writer_fail(w, E_SYNTAX);
	writer_text(w, name);
	writer_text(w, ": ");
	writer_str(w, value);
	writer_char(w, '\n');
}

void sealed_put_number(struct writer *w, const char *name, uint64_t value)
{
	writer_text(w, name);
	writer_text(w, ": ");
	writer_decimal(w, value);
	writer_char(w, '\n');
}

void sealed_put_instant(struct writer *w, const char *name, struct instant value)
{
	writer_text(w, name);
	writer_text(w, ": ");
	writer_instant(w, value);
	writer_char(w, '\n');
}

bool sealed_take(struct str *rest, const char *name, struct str *ret_value)
{
	struct str value;
	struct str line = str_cut(*rest, '\n', rest);
	if (!str_equal(str_cut(line, ':', &value), str_from(name)) || !str_starts(value, STR(" ")))
		return false;
	*ret_value = (struct str){value.data + 1, value.size - 1};
	return true;
}

bool sealed_take_number(struct str *rest, const char *name, uint64_t *ret_value)
{
	struct str value;
	return sealed_take(rest, name, &value) && str_to_u64(value, UINT64_MAX, ret_value);
}

bool sealed_take_flag(struct str *rest, const char *name, bool *ret_value)
{
	uint64_t value;
	if (!sealed_take_number(rest, name, &value) || value > 1)
		return false;
	*ret_value = value == 1;
	return true;
}

bool sealed_take_instant(struct str *rest, const char *name, struct instant *ret_value)
{
	struct str value;
	return sealed_take(rest, name, &value) && instant_parse(value, ret_value);
}

void sealed_say(char *ret_words, size_t room, struct str words)
{
	size_t used = 0;
	for (size_t at = 0, size; at < words.size; at += size) {
		size = utf8_length((struct str){words.data + at, words.size - at});
		bool fine =
			size > 1 || (size == 1 && words.data[at] >= ' ' && words.data[at] != 0x7f);
		size_t width = fine ? size : 1;
		size = size > 0 ? size : 1;
		if (used + width >= room)
			break;
		memcpy(ret_words + used, fine ? words.data + at : "?", width);
		used += width;
	}
	ret_words[used] = '\0';
}
