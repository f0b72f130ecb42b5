/* SPDX-License-Identifier: Apache-2.0 */
#include "network/mmdb.h"

#include "base/limits.h"

enum {
	SEPARATOR = 16,       /* zero bytes between tree and data */
	METADATA = 128 << 10, /* the most that stands at the end of the file */
	VALUES = 1 << 16      /* passed over in one record; the largest real ones have some 200 */
};

static const struct str marker = STR_INIT("\xab\xcd\xefMaxMind.com");

/* --- the data section --- */

/* Types as the file numbers them. */
enum wire_type {
	WIRE_POINTER = 1,
	WIRE_TEXT = 2,
	WIRE_DOUBLE = 3,
	WIRE_BYTES = 4,
	WIRE_U16 = 5,
	WIRE_U32 = 6,
	WIRE_MAP = 7,
	WIRE_I32 = 8,
	WIRE_U64 = 9,
	WIRE_U128 = 10,
	WIRE_ARRAY = 11,
	WIRE_BOOLEAN = 14,
	WIRE_FLOAT = 15
};

struct item {
	unsigned type;
	uint64_t size; /* of the payload, elements, or where a pointer leads */
};

static uint64_t big_endian(struct cursor *c, size_t size)
{
	struct bytes b = cursor_take(c, size);
	uint64_t value = 0;
	for (size_t i = 0; i < b.size; i++)
		value = value << 8 | b.data[i];
	return value;
}

static uint64_t pointer_target(struct cursor *c, uint8_t control)
{
	static const uint32_t base[] = {0, 2048, 526336, 0};
	unsigned size = control >> 3 & 3;
	uint64_t high = size < 3 ? control & 7U : 0;
	return (high << 8 * (size + 1) | big_endian(c, size + 1)) + base[size];
}

/* The payload is next, for types that have one. */
static bool read_item(struct cursor *c, struct item *ret)
{
	static const uint32_t base[] = {29, 285, 65821};
	uint8_t control = cursor_u8(c);
	ret->type = control >> 5;
	if (ret->type == WIRE_POINTER) {
		ret->size = pointer_target(c, control);
		return c->err == E_OK;
	}
	if (ret->type == 0)
		ret->type = 7U + cursor_u8(c);
	ret->size = control & 31;
	if (ret->size >= 29)
		ret->size = base[ret->size - 29] + big_endian(c, (control & 31U) - 28);
	return c->err == E_OK;
}

/* The item a cursor stands at, behind its pointer if it is one; `at` then reads there. A pointer to
 * a pointer is against the format. */
static bool follow(const struct cursor *c, struct cursor *at, struct item *ret)
{
	*at = *c;
	if (!read_item(at, ret))
		return false;
	if (ret->type != WIRE_POINTER)
		return true;
	if (ret->size >= c->size)
		return false;
	*at = *c;
	at->at = (size_t)ret->size;
	return read_item(at, ret) && ret->type != WIRE_POINTER;
}

/* Payload or elements of one item; pointers are not followed. */
static bool pass_payload(struct cursor *c, const struct item *item, uint64_t *left)
{
	switch (item->type) {
	case WIRE_POINTER:
	case WIRE_BOOLEAN:
		return true;
	case WIRE_MAP:
		*left += item->size * 2;
		return true;
	case WIRE_ARRAY:
		*left += item->size;
		return true;
	default:
		(void)cursor_take(c, (size_t)item->size);
		return c->err == E_OK;
	}
}

/* Passes over `left` items with all that is in them. */
static bool pass(struct cursor *c, uint64_t left, uint32_t *steps)
{
	struct item item;
	for (; left > 0; left--) {
		if (++*steps > VALUES || !read_item(c, &item) || !pass_payload(c, &item, &left))
			return false;
	}
	return true;
}

static struct str text_of(struct cursor *c, const struct item *item)
{
	struct bytes b = cursor_take(c, (size_t)item->size);
	return (struct str){b.size ? (const char *)b.data : "", b.size};
}

/* From a map's first key to the value of that key. E_NOTFOUND: it has none. */
static enum err find_member(
	struct cursor *c, const struct item *map, struct str key, uint32_t *steps)
{
	for (uint64_t i = 0; i < map->size; i++) {
		struct cursor at;
		struct item item;
		if (!follow(c, &at, &item) || item.type != WIRE_TEXT || !pass(c, 1, steps))
			return E_SYNTAX;
		if (str_equal(text_of(&at, &item), key))
			return E_OK;
		if (at.err != E_OK || !pass(c, 1, steps))
			return E_SYNTAX;
	}
	return E_NOTFOUND;
}

static enum err find_element(
	struct cursor *c, const struct item *array, struct str key, uint32_t *steps)
{
	uint64_t number;
	if (!str_to_u64(key, UINT32_MAX, &number) || number >= array->size)
		return E_NOTFOUND;
	return pass(c, number, steps) ? E_OK : E_SYNTAX;
}

static enum err take_value(struct cursor *c, const struct item *item, struct mmdb_value *ret)
{
	*ret = (struct mmdb_value){.type = MMDB_OTHER};
	if (item->type == WIRE_TEXT) {
		ret->type = MMDB_TEXT;
		ret->text = text_of(c, item);
	} else if ((item->type == WIRE_U16 || item->type == WIRE_U32 || item->type == WIRE_U64 ||
			   item->type == WIRE_U128) &&
		   item->size <= 8) {
		ret->type = MMDB_NUMBER;
		ret->number = big_endian(c, (size_t)item->size);
	}
	return c->err == E_OK ? E_OK : E_SYNTAX;
}

static enum err find_from(struct cursor c, struct str path, struct mmdb_value *ret_value)
{
	uint32_t steps = 0;
	struct item item;
	struct cursor at;
	while (path.size > 0) {
		struct str key = str_cut(path, '/', &path);
		if (!follow(&c, &at, &item))
			return E_SYNTAX;
		enum err err = E_NOTFOUND;
		if (item.type == WIRE_MAP)
			err = find_member(&at, &item, key, &steps);
		else if (item.type == WIRE_ARRAY)
			err = find_element(&at, &item, key, &steps);
		TRY(err);
		c = at;
	}
	if (!follow(&c, &at, &item))
		return E_SYNTAX;
	return take_value(&at, &item, ret_value);
}

enum err mmdb_find(
	const struct mmdb *m, uint64_t offset, struct str path, struct mmdb_value *ret_value)
{
	struct cursor c;
	cursor_init(&c, m->data);
	if (offset >= m->data.size)
		return E_SYNTAX;
	c.at = (size_t)offset;
	return find_from(c, path, ret_value);
}

/* --- opening --- */

/* Offset of what follows the last marker; 0: there is none. */
static size_t find_metadata(struct bytes bytes)
{
	size_t least = bytes.size > METADATA ? bytes.size - METADATA : 0;
	for (size_t at = bytes.size; at >= least + marker.size; at--)
		if (memcmp(bytes.data + at - marker.size, marker.data, marker.size) == 0)
			return at;
	return 0;
}

bool mmdb_recognise(struct bytes bytes)
{
	return find_metadata(bytes) > 0;
}

static bool metadata_number(
	struct bytes metadata, const char *name, uint64_t most, uint64_t *ret_number)
{
	struct cursor c;
	struct mmdb_value value;
	cursor_init(&c, metadata);
	if (find_from(c, str_from(name), &value) != E_OK || value.type != MMDB_NUMBER ||
		value.number > most)
		return false;
	*ret_number = value.number;
	return true;
}

static struct str metadata_text(struct bytes metadata, const char *name)
{
	struct cursor c;
	struct mmdb_value value;
	cursor_init(&c, metadata);
	bool text = find_from(c, str_from(name), &value) == E_OK && value.type == MMDB_TEXT;
	return text ? value.text : STR("");
}

static bool is_whole(struct bytes metadata)
{
	struct cursor c;
	uint32_t steps = 0;
	cursor_init(&c, metadata);
	return pass(&c, 1, &steps);
}

static bool read_metadata(struct mmdb *m, struct bytes metadata, const char **ret_what)
{
	uint64_t version, nodes, bits, ip_version;
	*ret_what = "metadata";
	if (!is_whole(metadata))
		return false;
	*ret_what = "binary_format_major_version";
	if (!metadata_number(metadata, *ret_what, 2, &version) || version != 2)
		return false;
	*ret_what = "node_count";
	if (!metadata_number(metadata, *ret_what, UINT32_MAX, &nodes))
		return false;
	*ret_what = "record_size";
	if (!metadata_number(metadata, *ret_what, 32, &bits) || bits < 24 || bits % 4 != 0)
		return false;
	*ret_what = "ip_version";
	if (!metadata_number(metadata, *ret_what, 6, &ip_version) ||
		(ip_version != 4 && ip_version != 6))
		return false;
	m->nodes = (uint32_t)nodes;
	m->record_bits = (uint16_t)bits;
	m->ip_version = (uint16_t)ip_version;
	m->type = metadata_text(metadata, "database_type");
	if (!metadata_number(metadata, "build_epoch", INT64_MAX, &m->built))
		m->built = 0;
	return true;
}

enum err mmdb_open(struct bytes bytes, struct mmdb *ret_mmdb, const char **ret_what)
{
	struct mmdb m = {.nodes = 0};
	size_t begin = find_metadata(bytes);
	*ret_what = "metadata";
	if (begin == 0)
		return E_SYNTAX;
	size_t end = begin - marker.size;
	if (!read_metadata(&m, (struct bytes){bytes.data + begin, bytes.size - begin}, ret_what))
		return E_SYNTAX;
	uint64_t size = (uint64_t)m.nodes * m.record_bits / 4;
	*ret_what = "node_count";
	if (m.nodes == 0 || size > end || end - size < SEPARATOR)
		return E_SYNTAX;
	m.tree = (struct bytes){bytes.data, (size_t)size};
	m.data = (struct bytes){bytes.data + size + SEPARATOR, (size_t)(end - size - SEPARATOR)};
	*ret_mmdb = m;
	return E_OK;
}

/* --- the tree --- */

static uint32_t record_at(const struct mmdb *m, uint32_t node, unsigned bit)
{
	struct cursor c;
	cursor_init(&c, m->tree);
	c.at = (size_t)node * m->record_bits / 4;
	if (m->record_bits == 28) {
		uint64_t both = big_endian(&c, 7);
		uint64_t left = both >> 32 | (both >> 28 & 15) << 24;
		return (uint32_t)(bit ? both & 0xFFFFFFF : left);
	}
	(void)cursor_take(&c, bit ? m->record_bits / 8 : 0);
	return (uint32_t)big_endian(&c, m->record_bits / 8);
}

struct walk {
	const struct mmdb *m;
	mmdb_network_fn *fn;
	void *context;
	unsigned bits;
	uint32_t v4_root; /* in a tree of IPv6; the number of nodes: none */
	uint64_t steps;
	address at;          /* bits of the way, left-aligned to `bits` */
	uint32_t nodes[128]; /* the way */
	uint8_t next[128];   /* which side comes next: 0, 1, then 2 */
};

static uint32_t find_v4_root(const struct mmdb *m)
{
	uint32_t record = 0;
	for (int i = 0; i < 96 && record < m->nodes; i++)
		record = record_at(m, record, 0);
	return m->ip_version == 6 && record < m->nodes ? record : m->nodes;
}

static enum err give(const struct walk *w, unsigned rest, uint64_t offset)
{
	const address v4 = UINT32_MAX;
	const address mapped = v4 << 32;
	address host = rest == 128 ? ADDRESS_MAX : ((address)1 << rest) - 1;
	struct range range = {.first = w->at, .last = w->at | host, .value = (uint32_t)offset};
	if (w->bits == 32 || range.last <= v4)
		return w->fn(w->context, FAMILY_V4, &range);
	if (rest <= 32 && range.first >= mapped && range.last <= (mapped | v4)) {
		range.first &= v4;
		range.last &= v4;
		return w->fn(w->context, FAMILY_V4, &range);
	}
	if (range.first == 0) { /* all of IPv4 is in it */
		const struct range whole = {.first = 0, .last = v4, .value = range.value};
		TRY(w->fn(w->context, FAMILY_V4, &whole));
	}
	return w->fn(w->context, FAMILY_V6, &range);
}

/* The part of IPv4 reached on another way than by 96 zeros. */
static bool is_alias(const struct walk *w, uint32_t record, unsigned depth)
{
	return record == w->v4_root && (depth != 96 || w->at >> 32 != 0);
}

/* One side of the node at the end of the way; *depth grows where it leads on. */
static enum err take_side(struct walk *w, unsigned *depth)
{
	unsigned rest = w->bits - 1 - *depth;
	address bit = (address)1 << rest;
	unsigned side = w->next[*depth]++;
	uint32_t record = record_at(w->m, w->nodes[*depth], side);
	w->at &= ~(bit | (bit - 1));
	w->at |= side ? bit : 0;
	if (++w->steps > LIMIT_MMDB_STEPS)
		return E_LIMIT;
	if (record > w->m->nodes) {
		uint64_t offset = (uint64_t)record - w->m->nodes;
		return offset < SEPARATOR ? E_SYNTAX : give(w, rest, offset - SEPARATOR);
	}
	if (record == w->m->nodes || is_alias(w, record, *depth + 1))
		return E_OK;
	if (rest == 0)
		return E_SYNTAX;
	++*depth;
	w->nodes[*depth] = record;
	w->next[*depth] = 0;
	return E_OK;
}

enum err mmdb_each(const struct mmdb *m, mmdb_network_fn *fn, void *context)
{
	struct walk w = {.m = m,
		.fn = fn,
		.context = context,
		.bits = m->ip_version == 6 ? 128 : 32,
		.v4_root = find_v4_root(m)};
	for (unsigned depth = 0;;) {
		if (w.next[depth] < 2)
			TRY(take_side(&w, &depth));
		else if (depth-- == 0)
			return E_OK;
	}
}
