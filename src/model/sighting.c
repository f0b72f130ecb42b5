/* SPDX-License-Identifier: Apache-2.0 */
#include "model/sighting.h"

#include <assert.h>
#include <sodium/crypto_shorthash_siphash24.h>
#include <stdlib.h>

#include "base/limits.h"

static const struct str kind_names[] = {
	[KIND_INFECTED] = STR_INIT("infected"),
	[KIND_C2] = STR_INIT("c2"),
	[KIND_MALWARE_HOST] = STR_INIT("malware-host"),
	[KIND_BLOCKLISTED] = STR_INIT("blocklisted"),
	[KIND_ATTACK_SOURCE] = STR_INIT("attack-source"),
};

static_assert(sizeof(kind_names) / sizeof(kind_names[0]) == KIND__COUNT, "one name per kind");

struct str kind_name(enum kind kind)
{
	return kind_names[kind];
}

bool kind_parse(struct str name, enum kind *ret_kind)
{
	for (int i = 0; i < KIND__COUNT; i++) {
		if (str_equal(name, kind_names[i])) {
			*ret_kind = (enum kind)i;
			return true;
		}
	}
	return false;
}

struct batch *batch_new(void)
{
	struct batch *b = malloc(sizeof(*b));
	if (!b)
		return NULL;
	b->rows = 0;
	writer_init(&b->extras, (size_t)BATCH_ROWS * LIMIT_EXTRAS_BYTES);
	return b;
}

void batch_free(struct batch *b)
{
	if (!b)
		return;
	writer_release(&b->extras);
	free(b);
}

void batch_clear(struct batch *b)
{
	b->rows = 0;
	writer_clear(&b->extras);
}

struct sighting batch_get(const struct batch *b, const struct text_table *names, size_t row)
{
	uint32_t begin = row ? b->extras_end[row - 1] : 0;
	uint32_t size = b->extras_end[row] - begin;
	return (struct sighting){
		.at = {b->ip[row], b->prefix[row]},
		.time = {{b->first[row]}, {b->last[row]}},
		.precision = (enum precision)b->precision[row],
		.kind = (enum kind)b->kind[row],
		.protocol = b->protocol[row],
		.port = b->port[row],
		.dst_port = b->dst_port[row],
		.dst = b->dst[row],
		.name = text_table_get(names, b->name[row]),
		.machine = b->machine[row],
		.identity = b->identity[row],
		.extras = {size ? b->extras.data + begin : NULL, size},
	};
}

uint64_t keyed_hash(const struct hash_key *key, struct bytes b)
{
	static_assert(sizeof(key->bytes) == crypto_shorthash_siphash24_KEYBYTES, "key size");
	uint8_t out[crypto_shorthash_siphash24_BYTES];
	uint64_t value = 0;
	crypto_shorthash_siphash24(out, b.data, b.size, key->bytes);
	for (size_t i = sizeof(out); i > 0; i--)
		value = value << 8 | out[i - 1];
	return value;
}
