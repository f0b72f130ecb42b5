/* SPDX-License-Identifier: Apache-2.0 */
#include "match/engine_network.h"

#include <stdlib.h>

#include "base/limits.h"
#include "match/rows.h"

enum {
	KEY = 16 + 1 + 2, /* address, length, port with its high byte first */
	ADDRESS_ROW = KEY + 4 + 8,
	DOMAIN_ROW = 4 + 8 + 8,
	WHOLE = 128 /* length of a single address */
};

/* --- making --- */

struct making {
	const struct pack *pack;
	struct writer out, names;
};

struct address {
	uint8_t key[KEY];
	const struct pack_indicator *from;
};

/* "192.0.2.1", "192.0.2.0/24", "192.0.2.1:23", "[2001:db8::1]:23"; as indicator_parse() writes. */
static bool take_address(struct str value, struct prefix *ret_prefix, uint16_t *ret_port)
{
	struct str port_text, host;
	uint64_t port;
	*ret_port = 0;
	if (prefix_parse(value, ret_prefix))
		return true;
	if (value.size > 0 && value.data[0] == '[') {
		host = str_cut((struct str){value.data + 1, value.size - 1}, ']', &port_text);
		str_cut(port_text, ':', &port_text);
	} else {
		host = str_cut(value, ':', &port_text);
	}
	if (!prefix_parse(host, ret_prefix) || !str_to_u64(port_text, UINT16_MAX, &port))
		return false;
	*ret_port = (uint16_t)port;
	return true;
}

static void make_key(struct prefix prefix, uint16_t port, uint8_t key[KEY])
{
	memcpy(key, prefix.ip.octets, 16);
	key[16] = prefix.length;
	key[17] = (uint8_t)(port >> 8);
	key[18] = (uint8_t)port;
}

static int by_key(const void *a, const void *b)
{
	const struct address *x = a, *y = b;
	return memcmp(x->key, y->key, KEY);
}

static int by_text(const void *a, const void *b)
{
	const struct pack_indicator *const *x = a, *const *y = b;
	return str_compare((*x)->value, (*y)->value);
}

static void put_text(struct making *m, struct str text)
{
	writer_u32(&m->out, (uint32_t)m->names.size);
	writer_u32(&m->out, (uint32_t)text.size);
	writer_str(&m->names, text);
}

static void put_name(struct making *m, const struct pack_indicator *i)
{
	put_text(m, i->name.size > 0 ? i->name : i->value);
}

/* What was written, in the arena; the writer is emptied. */
static enum err keep(struct writer *w, struct arena *arena, struct bytes *ret)
{
	TRY(writer_end(w));
	uint8_t *copy = arena_alloc(arena, w->size + 1, 1);
	if (!copy)
		return E_NOMEM;
	if (w->size > 0)
		memcpy(copy, w->data, w->size);
	*ret = (struct bytes){copy, w->size};
	writer_clear(w);
	return E_OK;
}

static bool is_of(const struct making *m, const struct pack_indicator *i, enum indicator_kind kind)
{
	return i->kind == kind && i->set < m->pack->set_count && i->value.size > 0;
}

static enum err make_addresses(struct making *m, struct arena *arena, struct bytes *ret)
{
	const struct pack *pack = m->pack;
	struct address *list = arena_alloc(arena, pack->indicator_count + 1, sizeof(*list));
	size_t count = 0;
	if (!list)
		return E_NOMEM;
	for (size_t i = 0; i < pack->indicator_count; i++) {
		const struct pack_indicator *one = &pack->indicators[i];
		struct prefix prefix;
		uint16_t port;
		if (!is_of(m, one, INDICATOR_ADDRESS) || !take_address(one->value, &prefix, &port))
			continue;
		list[count].from = one;
		make_key(prefix, port, list[count++].key);
	}
	qsort(list, count, sizeof(*list), by_key);
	for (size_t i = 0; i < count; i++) {
		writer_bytes(&m->out, (struct bytes){list[i].key, KEY});
		writer_u32(&m->out, list[i].from->set);
		put_name(m, list[i].from);
	}
	return keep(&m->out, arena, ret);
}

static enum err make_domains(struct making *m, struct arena *arena, struct bytes *ret)
{
	const struct pack *pack = m->pack;
	const struct pack_indicator **list = arena_alloc(
		arena, pack->indicator_count + 1, sizeof(const struct pack_indicator *));
	size_t count = 0;
	if (!list)
		return E_NOMEM;
	for (size_t i = 0; i < pack->indicator_count; i++)
		if (is_of(m, &pack->indicators[i], INDICATOR_DOMAIN))
			list[count++] = &pack->indicators[i];
	qsort(list, count, sizeof(const struct pack_indicator *), by_text);
	for (size_t i = 0; i < count; i++) {
		writer_u32(&m->out, list[i]->set);
		put_text(m, list[i]->value);
		put_name(m, list[i]);
	}
	return keep(&m->out, arena, ret);
}

static enum err make_all(struct making *m, struct arena *arena, struct engine_network *n)
{
	TRY(make_addresses(m, arena, &n->addresses));
	TRY(make_domains(m, arena, &n->domains));
	return keep(&m->names, arena, &n->names);
}

enum err network_make(
	const struct pack *pack, struct arena *arena, struct engine_network *ret_network)
{
	struct making m = {.pack = pack};
	writer_init(&m.out, LIMIT_PACK_BYTES);
	writer_init(&m.names, LIMIT_PACK_BYTES);
	enum err err = make_all(&m, arena, ret_network);
	writer_release(&m.out);
	writer_release(&m.names);
	return err;
}

/* --- kept --- */

void network_save(const struct engine_network *n, struct writer *w)
{
	rows_save(w, n->addresses);
	rows_save(w, n->domains);
	rows_save(w, n->names);
}

void network_load(struct cursor *in, uint32_t set_count, struct engine_network *n)
{
	n->addresses = rows_load(in, ADDRESS_ROW);
	n->domains = rows_load(in, DOMAIN_ROW);
	n->names = rows_load(in, 1);
	for (size_t at = 0; in->err == E_OK && at < n->addresses.size; at += ADDRESS_ROW) {
		const uint8_t *row = n->addresses.data + at;
		if (row[16] > WHOLE || row_u32(row + KEY) >= set_count)
			cursor_fail(in, E_CORRUPT);
		row_check_text(in, n->names, row + KEY + 4);
	}
	for (size_t at = 0; in->err == E_OK && at < n->domains.size; at += DOMAIN_ROW) {
		const uint8_t *row = n->domains.data + at;
		if (row_u32(row) >= set_count)
			cursor_fail(in, E_CORRUPT);
		row_check_text(in, n->names, row + 4);
		row_check_text(in, n->names, row + 12);
	}
}

/* --- looking up --- */

static void find_key(
	const struct engine_network *n, const uint8_t key[KEY], listed_fn *fn, void *context)
{
	size_t low = 0, high = n->addresses.size / ADDRESS_ROW;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (memcmp(n->addresses.data + middle * ADDRESS_ROW, key, KEY) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (size_t at = low * ADDRESS_ROW; at < n->addresses.size; at += ADDRESS_ROW) {
		const uint8_t *row = n->addresses.data + at;
		if (memcmp(row, key, KEY) != 0)
			return;
		fn(context, row_text(n->names, row + KEY + 4), row_u32(row + KEY));
	}
}

/* The last `bits` of it become zero. */
static struct ip without_last(struct ip ip, unsigned bits)
{
	for (unsigned i = 0; i < 16 && bits > 0; i++) {
		unsigned here = bits < 8 ? bits : 8;
		ip.octets[15 - i] &= (uint8_t)(0xFF << here);
		bits -= here;
	}
	return ip;
}

void network_find_address(
	const struct engine_network *n, struct ip ip, uint16_t port, listed_fn *fn, void *context)
{
	uint8_t key[KEY];
	for (unsigned length = WHOLE; length > 0 && n->addresses.size > 0; length--) {
		const struct prefix prefix = {without_last(ip, WHOLE - length), (uint8_t)length};
		make_key(prefix, 0, key);
		find_key(n, key, fn, context);
		make_key(prefix, port, key);
		if (port != 0)
			find_key(n, key, fn, context);
	}
}

static void find_name(const struct engine_network *n, struct str name, listed_fn *fn, void *context)
{
	size_t low = 0, high = n->domains.size / DOMAIN_ROW;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (str_compare(row_text(n->names, n->domains.data + middle * DOMAIN_ROW + 4),
			    name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (size_t at = low * DOMAIN_ROW; at < n->domains.size; at += DOMAIN_ROW) {
		const uint8_t *row = n->domains.data + at;
		if (!str_equal(row_text(n->names, row + 4), name))
			return;
		fn(context, row_text(n->names, row + 12), row_u32(row));
	}
}

void network_find_domain(
	const struct engine_network *n, struct str name, listed_fn *fn, void *context)
{
	while (name.size > 0) {
		find_name(n, name, fn, context);
		str_cut(name, '.', &name);
	}
}
