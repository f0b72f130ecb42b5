/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/load.h"
#include "listing/layout.h"
#include "listing/listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PATCH = 5, /* u32 place, u8 value */
	NEAR = 2048
};

static void put_checksum(uint8_t *at, const uint8_t *from, size_t size)
{
	uint64_t checksum = htole64(XXH3_64bits(from, size));
	memcpy(at, &checksum, sizeof(checksum));
}

static void add(struct listing_builder *b, struct unit unit, enum kind kind)
{
	struct listing_entry e = {.unit = unit, .last_minute = 9, .kind = kind};
	if (listing_builder_add(b, &e, 1) != E_OK)
		abort();
}

/* A listing with something in every section; made once. */
static struct bytes good_listing(void)
{
	static struct writer file;
	struct listing_facts facts = {.feeds = 1};
	uint16_t botnet;
	uint8_t feed;
	if (file.size > 0)
		return writer_view(&file);
	struct listing_builder *b = listing_builder_new();
	if (!b || listing_builder_botnet(b, STR("Mirai"), &botnet) != E_OK ||
		listing_builder_feed(b, STR("feed"), true, &feed) != E_OK)
		abort();
	for (uint32_t i = 0; i < 40; i++)
		add(b, (struct unit){0x0e000001 + i, false}, (enum kind)(i % KIND__COUNT));
	add(b, (struct unit){0x0e000001, false}, KIND_C2);
	add(b, (struct unit){0x0e00ffff, false}, KIND_C2);
	add(b, (struct unit){0xffffffff, false}, KIND_INFECTED);
	add(b, (struct unit){UINT64_C(0x20010db800000000), true}, KIND_INFECTED);
	add(b, (struct unit){UINT64_C(1) << 32, true}, KIND_INFECTED);
	writer_init(&file, 1 << 24);
	if (listing_builder_write(b, &facts, &file) != E_OK)
		abort();
	listing_builder_free(b);
	return writer_view(&file);
}

/* A quarter of the places are in the header, a half near the end, where the entries lie, or in the
 * index of the one network that has many. */
static size_t place(const uint8_t *patch, size_t size)
{
	static const size_t busy = 2048 + 4 * 0x0e00;
	uint32_t at = load_u32(patch, 0);
	switch (at >> 30) {
	case 0:
		return at % NEAR;
	case 1:
		return size - 1 - at % NEAR;
	case 2:
		return busy + at % NEAR;
	}
	return at % size;
}

static void ask(const struct listing *l, struct unit unit)
{
	struct listing_entry found[4];
	struct instant now = {0};
	size_t count = listing_look_up(l, unit, now, found, 4);
	/* A damaged file may name a kind that is none: seen as listed, but not shown. */
	if (count > 0 && !listing_has(l, unit, now))
		abort();
	for (size_t i = 0; i < count && i < 4; i++) {
		(void)listing_botnet(l, found[i].botnet);
		(void)listing_feed(l, found[i].feed);
		if ((unsigned)found[i].kind >= KIND__COUNT ||
			(unsigned)found[i].pool >= POOL__COUNT)
			abort();
	}
}

static void ask_all(const struct listing *l)
{
	static const uint32_t keys[] = {0, 1, 0xffff, 0x10000, 0x0e000001, 0x0e000002, 0x0e000014,
		0x0e00ffff, 0x0e010000, 0xfffffffe, UINT32_MAX};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		ask(l, (struct unit){keys[i], false});
		ask(l, (struct unit){(uint64_t)keys[i] << 32, true});
		(void)listing_unit(l, keys[i]);
	}
}

static void try_file(struct bytes file)
{
	struct listing *l;
	enum err err = listing_open(file, &l);
	if (err == E_OK) {
		ask_all(l);
		listing_close(l);
	}
	if (listing_check(file) == E_OK && err != E_OK)
		abort();
}

/* Bytes as they are; then as patches to a good listing whose checksums are put right, so that what
 * they cover is tried. What opens is asked and stays in bounds, checked or not. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes good = good_listing();
	uint8_t *copy = malloc(good.size);
	try_file((struct bytes){data, size});
	if (!copy)
		return 0;
	memcpy(copy, good.data, good.size);
	for (size_t at = 0; at + PATCH <= size; at += PATCH)
		copy[place(data + at, good.size)] = data[at + 4];
	struct listing_header header = {.v4_entries = load_u64(copy, 8),
		.v6_entries = load_u64(copy, 9),
		.fine = load_u64(copy, 10),
		.names_size = load_u64(copy, 11)};
	struct listing_layout layout;
	if (listing_layout(&header, &layout) &&
		layout.offset[LISTING_SECTION__COUNT] == good.size) {
		size_t body = layout.offset[LISTING_FINE];
		put_checksum(copy + 16, copy + body, good.size - body);
		put_checksum(copy + 8, copy + LISTING_CHECKED_FROM, body - LISTING_CHECKED_FROM);
	}
	try_file((struct bytes){copy, good.size});
	free(copy);
	return 0;
}
