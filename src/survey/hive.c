/* SPDX-License-Identifier: Apache-2.0 */
/* Form: a block of 4096 bytes, then bins of 4096 bytes or more, cut into cells of 8 or more. A cell
 * begins with its size, negative while it is in use; cells name each other by offset. */
#include "survey/hive.h"

#include "base/limits.h"

enum {
	BASE = 4096,
	NONE = -1,
	NAMES_PLAIN = 0x20, /* flag of a key */
	VALUE_PLAIN = 1,    /* flag of a value */
	STEPS_A_CELL = 8,
	CELL_LEAST = 8
};
#define DATA_WITHIN UINT32_C(0x80000000)

static bool spend(struct hive *h)
{
	if (h->steps == 0) {
		h->damaged = true;
		return false;
	}
	h->steps--;
	return true;
}

/* Bytes that are copied or turned into text cost as the cells they fill. */
static void spend_bytes(struct hive *h, size_t size)
{
	const uint64_t cells = size / CELL_LEAST;
	h->steps -= cells < h->steps ? cells : h->steps;
}

/* What the cell there holds; empty and damage where there is none in use. */
static struct bytes cell(struct hive *h, uint32_t at)
{
	struct cursor c;
	if (!spend(h))
		return (struct bytes){0};
	if (at <= h->bins.size && h->bins.size - at > CELL_LEAST) {
		cursor_init(&c, (struct bytes){h->bins.data + at, h->bins.size - at});
		const uint32_t size = 0 - cursor_u32(&c);
		if (size >= CELL_LEAST && size <= INT32_MAX && size - 4 <= cursor_left(&c))
			return cursor_take(&c, size - 4);
	}
	h->damaged = true;
	return (struct bytes){0};
}

enum err hive_open(struct bytes content, struct hive *ret_hive)
{
	struct cursor c;
	cursor_init(&c, content);
	struct bytes magic = cursor_take(&c, 4);
	if (magic.size < 4 || memcmp(magic.data, "regf", 4) != 0)
		return E_SYNTAX;
	const uint32_t begun = cursor_u32(&c), ended = cursor_u32(&c);
	cursor_take(&c, 8);
	const uint32_t major = cursor_u32(&c);
	cursor_take(&c, 12);
	const uint32_t root = cursor_u32(&c), size = cursor_u32(&c);
	if (content.size <= BASE)
		return E_TRUNCATED;
	if (major != 1)
		return E_SYNTAX;
	struct bytes bins = {content.data + BASE, content.size - BASE};
	*ret_hive = (struct hive){.bins = bins,
		.root = root,
		.steps = (bins.size / CELL_LEAST + 1) * STEPS_A_CELL,
		.unfinished = begun != ended,
		.damaged = size > bins.size};
	return E_OK;
}

/* --- keys --- */

static bool read_key(struct hive *h, uint32_t at, struct hive_key *ret_key)
{
	struct cursor c;
	struct bytes content = cell(h, at);
	cursor_init(&c, content);
	struct bytes magic = cursor_take(&c, 2);
	const uint16_t flags = cursor_u16(&c);
	cursor_take(&c, 16);
	*ret_key = (struct hive_key){.keys = cursor_u32(&c)};
	cursor_take(&c, 4);
	ret_key->key_list = cursor_u32(&c);
	cursor_take(&c, 4);
	ret_key->values = cursor_u32(&c);
	ret_key->value_list = cursor_u32(&c);
	cursor_take(&c, 28);
	const uint16_t length = cursor_u16(&c);
	cursor_take(&c, 2);
	ret_key->name = (struct hive_name){cursor_take(&c, length), !(flags & NAMES_PLAIN)};
	if (c.err == E_OK && memcmp(magic.data, "nk", 2) == 0)
		return true;
	h->damaged = true;
	return false;
}

enum err hive_root(struct hive *h, struct hive_key *ret_key)
{
	return read_key(h, h->root, ret_key) ? E_OK : E_CORRUPT;
}

enum list_kind {
	LIST_NONE,
	LIST_KEYS,
	LIST_LISTS
};

/* Elements without the head of the list. */
static enum list_kind read_list(
	struct hive *h, uint32_t at, struct cursor *ret_list, unsigned *ret_width)
{
	struct cursor c;
	cursor_init(&c, cell(h, at));
	struct bytes magic = cursor_take(&c, 2);
	const uint16_t count = cursor_u16(&c);
	if (c.err != E_OK || magic.size < 2)
		return LIST_NONE;
	const bool hashed = magic.data[0] == 'l' && (magic.data[1] == 'f' || magic.data[1] == 'h');
	const bool lists = memcmp(magic.data, "ri", 2) == 0;
	*ret_width = hashed ? 8 : 4;
	struct bytes elements = cursor_take(&c, (size_t)count * *ret_width);
	cursor_init(ret_list, elements);
	if (c.err != E_OK || !(hashed || lists || memcmp(magic.data, "li", 2) == 0)) {
		h->damaged = true;
		return LIST_NONE;
	}
	return lists ? LIST_LISTS : LIST_KEYS;
}

void hive_keys_begin(struct hive *h, const struct hive_key *key, struct hive_keys *ret_keys)
{
	*ret_keys = (struct hive_keys){.width = 4, .left = key->keys};
	cursor_init(&ret_keys->outer, (struct bytes){0});
	cursor_init(&ret_keys->list, (struct bytes){0});
	if (key->keys == 0)
		return;
	struct cursor list;
	switch (read_list(h, key->key_list, &list, &ret_keys->width)) {
	case LIST_KEYS:
		ret_keys->list = list;
		break;
	case LIST_LISTS:
		ret_keys->outer = list;
		break;
	case LIST_NONE:
		break;
	}
}

/* The next list of a list of lists. */
static bool next_list(struct hive *h, struct hive_keys *k)
{
	while (cursor_left(&k->outer) > 0 && h->steps > 0) {
		struct cursor list;
		if (read_list(h, cursor_u32(&k->outer), &list, &k->width) == LIST_KEYS) {
			k->list = list;
			return true;
		}
		h->damaged = true;
	}
	return false;
}

bool hive_keys_next(struct hive *h, struct hive_keys *keys, struct hive_key *ret_key)
{
	while (keys->left > 0) {
		if (cursor_left(&keys->list) == 0) {
			if (!next_list(h, keys))
				break;
			continue;
		}
		if (h->steps == 0)
			break;
		const uint32_t at = cursor_u32(&keys->list);
		cursor_take(&keys->list, keys->width - 4);
		keys->left--;
		if (read_key(h, at, ret_key))
			return true;
	}
	if (keys->left > 0)
		h->damaged = true;
	return false;
}

static bool find_below(
	struct hive *h, const struct hive_key *key, struct str name, struct hive_key *ret_key)
{
	struct hive_keys keys;
	hive_keys_begin(h, key, &keys);
	while (hive_keys_next(h, &keys, ret_key))
		if (hive_name_is(ret_key->name, name))
			return true;
	return false;
}

enum err hive_find(
	struct hive *h, const struct hive_key *from, struct str path, struct hive_key *ret_key)
{
	*ret_key = *from;
	while (path.size > 0) {
		const struct hive_key above = *ret_key;
		struct str name = str_cut(path, '\\', &path);
		if (!find_below(h, &above, name, ret_key))
			return E_NOTFOUND;
	}
	return E_OK;
}

/* --- values --- */

static bool read_value(struct hive *h, uint32_t at, struct hive_value *ret_value)
{
	struct cursor c;
	cursor_init(&c, cell(h, at));
	struct bytes magic = cursor_take(&c, 2);
	const uint16_t length = cursor_u16(&c);
	const uint32_t size = cursor_u32(&c);
	*ret_value = (struct hive_value){.size = size & ~DATA_WITHIN,
		.at = cursor_u32(&c),
		.within = (size & DATA_WITHIN) != 0};
	ret_value->type = cursor_u32(&c);
	const uint16_t flags = cursor_u16(&c);
	cursor_take(&c, 2);
	ret_value->name = (struct hive_name){cursor_take(&c, length), !(flags & VALUE_PLAIN)};
	if (c.err == E_OK && memcmp(magic.data, "vk", 2) == 0)
		return true;
	h->damaged = true;
	return false;
}

void hive_values_begin(struct hive *h, const struct hive_key *key, struct hive_values *ret_values)
{
	struct bytes list = {0};
	if (key->values > 0 && key->value_list != (uint32_t)NONE)
		list = cell(h, key->value_list);
	if (list.size / 4 < key->values)
		h->damaged = true;
	else
		list.size = (size_t)key->values * 4;
	list.size -= list.size % 4;
	cursor_init(&ret_values->list, list);
}

bool hive_values_next(struct hive *h, struct hive_values *values, struct hive_value *ret_value)
{
	while (cursor_left(&values->list) > 0 && h->steps > 0)
		if (read_value(h, cursor_u32(&values->list), ret_value))
			return true;
	return false;
}

bool hive_value_named(
	struct hive *h, const struct hive_key *key, struct str name, struct hive_value *ret_value)
{
	struct hive_values values;
	hive_values_begin(h, key, &values);
	while (hive_values_next(h, &values, ret_value))
		if (hive_name_is(ret_value->name, name))
			return true;
	return false;
}

/* --- data --- */

/* Large data is a list of pieces. */
static struct bytes join(struct hive *h, struct bytes head, uint32_t size, struct writer *into)
{
	enum {
		PIECE = 16344
	};
	struct cursor c, list;
	cursor_init(&c, head);
	cursor_take(&c, 2);
	const uint16_t pieces = cursor_u16(&c);
	cursor_init(&list, cell(h, cursor_u32(&c)));
	for (unsigned i = 0; i < pieces && into->size < size && cursor_left(&list) >= 4; i++) {
		struct bytes piece = cell(h, cursor_u32(&list));
		if (piece.size > PIECE)
			piece.size = PIECE;
		if (piece.size > size - into->size)
			piece.size = size - into->size;
		writer_bytes(into, piece);
		spend_bytes(h, piece.size);
	}
	if (into->size < size)
		h->damaged = true;
	return writer_view(into);
}

struct bytes hive_data(struct hive *h, const struct hive_value *value, struct writer *into)
{
	writer_clear(into);
	if (value->within) {
		writer_u32(into, value->at);
		struct bytes data = writer_view(into);
		data.size = value->size < data.size ? value->size : data.size;
		return data;
	}
	if (value->size == 0)
		return (struct bytes){0};
	struct bytes data = cell(h, value->at);
	if (data.size < value->size && data.size >= 8 && memcmp(data.data, "db", 2) == 0)
		return join(h, data, value->size, into);
	if (data.size < value->size)
		h->damaged = true;
	else
		data.size = value->size;
	spend_bytes(h, data.size);
	return data;
}

/* --- text --- */

static void write_character(struct writer *w, uint32_t c)
{
	if (c < 0x80) {
		writer_u8(w, (uint8_t)c);
	} else if (c < 0x800) {
		writer_u8(w, (uint8_t)(0xc0 | c >> 6));
		writer_u8(w, (uint8_t)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		writer_u8(w, (uint8_t)(0xe0 | c >> 12));
		writer_u8(w, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
		writer_u8(w, (uint8_t)(0x80 | (c & 0x3f)));
	} else {
		writer_u8(w, (uint8_t)(0xf0 | c >> 18));
		writer_u8(w, (uint8_t)(0x80 | (c >> 12 & 0x3f)));
		writer_u8(w, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
		writer_u8(w, (uint8_t)(0x80 | (c & 0x3f)));
	}
}

static bool is_first_half(uint32_t c)
{
	return c >= 0xd800 && c < 0xdc00;
}

static bool is_second_half(uint32_t c)
{
	return c >= 0xdc00 && c < 0xe000;
}

void write_wide(struct writer *w, struct bytes wide)
{
	struct cursor c;
	cursor_init(&c, wide);
	while (cursor_left(&c) >= 2) {
		uint32_t unit = cursor_u16(&c);
		if (unit == 0)
			return;
		if (is_first_half(unit) && cursor_left(&c) >= 2) {
			struct cursor ahead = c;
			const uint32_t second = cursor_u16(&ahead);
			if (is_second_half(second)) {
				c = ahead;
				unit = 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
			}
		}
		write_character(w, unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
	}
}

void hive_write_name(struct writer *w, struct hive_name name)
{
	if (name.wide) {
		write_wide(w, name.bytes);
		return;
	}
	for (size_t i = 0; i < name.bytes.size; i++)
		write_character(w, name.bytes.data[i]);
}

bool hive_name_is(struct hive_name name, struct str ascii)
{
	const unsigned width = name.wide ? 2 : 1;
	if (name.bytes.size != ascii.size * width)
		return false;
	for (size_t i = 0; i < ascii.size; i++) {
		const char c = (char)name.bytes.data[i * width];
		if (name.wide && name.bytes.data[i * width + 1] != 0)
			return false;
		if (!str_equal_nocase((struct str){&c, 1}, (struct str){ascii.data + i, 1}))
			return false;
	}
	return true;
}
