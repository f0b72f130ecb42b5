/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/counters.h"

#include <assert.h>
#include <stdatomic.h>

#include "model/sighting.h"
#include "model/site.h"

/* Every word that changes is 64 bits and carries its own check, so that it is whole at any moment:
 * no lock, and a file that other hands have damaged is noticed.
 *
 *   total  |    count, 48 bits     | check, 16 |
 *   today  | day, 16 | count, 32   | check, 16 |
 */
enum {
	VERSION = 1,
	KEY_WORDS = 8,
	SLOT_BYTES = 128, /* divides a disk's sector: a slot is never torn between two */
	SLOTS = COUNTERS_BYTES / SLOT_BYTES - 1,
	HEADER_WORDS = 16,
	CHECK_BITS = 16,
	TODAY_BITS = 32,
	DAYS = 1 << 16
};

#define TOTAL_MOST ((UINT64_C(1) << 48) - 1)

typedef _Atomic uint64_t word;

struct slot {
	word claim; /* hash of the key; 0: free. Never given back */
	word total;
	word today;
	word key[KEY_WORDS];
	word reserved[5];
};

struct memory {
	word header[HEADER_WORDS];
	struct slot slots[SLOTS];
};

static_assert(sizeof(struct slot) == SLOT_BYTES, "docs/format/counters.md");
static_assert(sizeof(struct memory) == COUNTERS_BYTES, "docs/format/counters.md");

/* Magic "QSCOUNT\n" and version, little-endian as everything else. */
static const uint64_t header[HEADER_WORDS] = {UINT64_C(0x0A544E554F435351), VERSION};

static struct memory *of(const struct counters *c)
{
	return c->memory;
}

static uint64_t load(const word *w)
{
	return atomic_load_explicit(w, memory_order_acquire);
}

/* --- words with a check --- */

static uint64_t check_of(uint64_t value)
{
	return (value * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - CHECK_BITS);
}

static uint64_t with_check(uint64_t value)
{
	return value << CHECK_BITS | check_of(value);
}

/* Never written is 0. */
static bool word_valid(uint64_t stored)
{
	return stored == with_check(stored >> CHECK_BITS);
}

static uint64_t day_of(uint64_t value)
{
	return value >> TODAY_BITS;
}

static uint64_t next_total(uint64_t value, uint64_t day)
{
	(void)day;
	return value < TOTAL_MOST ? value + 1 : value;
}

/* Around midnight another thread may have the day before still: it goes on with the later one. One
 * from further ahead came from a wrong clock. */
static uint64_t next_today(uint64_t value, uint64_t day)
{
	if (day > day_of(value) || day + 1 < day_of(value))
		return day << TODAY_BITS | 1;
	return (uint32_t)value < UINT32_MAX ? value + 1 : value;
}

static void step(word *w, uint64_t next(uint64_t value, uint64_t day), uint64_t day)
{
	uint64_t before = load(w);
	uint64_t after;
	do
		after = with_check(next(before >> CHECK_BITS, day));
	while (!atomic_compare_exchange_weak_explicit(
		w, &before, after, memory_order_acq_rel, memory_order_acquire));
}

/* --- keys --- */

static uint64_t hash_of(struct str key)
{
	static const struct hash_key fixed;
	uint64_t hash = keyed_hash(&fixed, str_bytes(key));
	return hash ? hash : 1;
}

/* The first word last: a key that begins with 0 has not been written yet. */
static void write_key(struct slot *slot, struct str key)
{
	uint64_t words[KEY_WORDS] = {0};
	memcpy(words, key.data, key.size);
	for (size_t i = KEY_WORDS; i > 0; i--)
		atomic_store_explicit(&slot->key[i - 1], words[i - 1], memory_order_release);
}

struct key_text {
	char bytes[KEY_WORDS * sizeof(uint64_t)];
};

static struct str read_key(const struct slot *slot, struct key_text *text)
{
	for (size_t i = 0; i < KEY_WORDS; i++) {
		uint64_t part = load(&slot->key[i]);
		memcpy(text->bytes + i * sizeof(part), &part, sizeof(part));
	}
	const char *end = memchr(text->bytes, '\0', sizeof(text->bytes));
	return (struct str){text->bytes, end ? (size_t)(end - text->bytes) : sizeof(text->bytes)};
}

/* The slot of the key, claimed where `claim`; NULL: there is none. */
static struct slot *find(const struct counters *c, struct str key, bool claim)
{
	struct memory *m = of(c);
	uint64_t hash = hash_of(key);
	for (uint64_t i = 0; i < SLOTS; i++) {
		struct slot *slot = &m->slots[(hash + i) % SLOTS];
		uint64_t held = load(&slot->claim);
		if (held == 0 && !claim)
			return NULL;
		if (held == 0 && atomic_compare_exchange_strong(&slot->claim, &held, hash))
			held = hash;
		if (held != hash)
			continue;
		/* Whoever claimed it may have stopped before it wrote the key. */
		if (claim && load(&slot->key[0]) == 0)
			write_key(slot, key);
		return slot;
	}
	return NULL;
}

/* --- open --- */

/* Another portal may be counting at the same time. Read from what is written last to what is
 * written first, a slot that is just coming into being is whole as far as it is seen. */
static bool slot_valid(const struct slot *slot)
{
	struct key_text text;
	uint64_t today = load(&slot->today);
	uint64_t total = load(&slot->total);
	struct str key = read_key(slot, &text);
	uint64_t claim = load(&slot->claim);
	if (!word_valid(total) || !word_valid(today))
		return false;
	if (key.size == 0)
		return total == 0 && today == 0;
	return site_key_valid(key) && hash_of(key) == claim;
}

static bool all_zero(const struct memory *m)
{
	uint64_t any = 0;
	for (size_t i = 0; i < HEADER_WORDS; i++)
		any |= load(&m->header[i]);
	return any == 0;
}

static void write_header(struct memory *m)
{
	/* The magic last: a half-written header is all zero in front, and is written again. */
	for (size_t i = HEADER_WORDS; i > 0; i--)
		atomic_store_explicit(&m->header[i - 1], header[i - 1], memory_order_release);
}

static enum err check_header(const struct memory *m)
{
	if (load(&m->header[0]) != header[0])
		return E_CORRUPT;
	if (load(&m->header[1]) != header[1])
		return E_VERSION;
	return E_OK;
}

enum err counters_open(void *memory, size_t size, bool fresh, struct counters *ret_counters)
{
	struct memory *m = memory;
	if (size < COUNTERS_BYTES)
		return E_TRUNCATED;
	if (fresh && load(&m->header[0]) == 0 && (all_zero(m) || load(&m->header[1]) == VERSION))
		write_header(m);
	TRY(check_header(m));
	for (size_t i = 0; i < SLOTS; i++)
		if (!slot_valid(&m->slots[i]))
			return E_CORRUPT;
	*ret_counters = (struct counters){memory};
	return E_OK;
}

/* --- count and read --- */

bool counters_add(const struct counters *c, struct str key, struct instant now)
{
	int64_t day = now.seconds / SECONDS_PER_DAY;
	if (!site_key_valid(key) || key.size > KEY_WORDS * sizeof(uint64_t))
		return false;
	struct slot *slot = find(c, key, true);
	if (!slot)
		return false;
	step(&slot->total, next_total, 0);
	step(&slot->today, next_today, day < 0 || day >= DAYS ? 0 : (uint64_t)day);
	return true;
}

static struct counter read_slot(const struct slot *slot, struct str key)
{
	uint64_t total = load(&slot->total) >> CHECK_BITS;
	uint64_t today = load(&slot->today) >> CHECK_BITS;
	return (struct counter){.key = key,
		.total = total,
		.today = (uint32_t)today,
		.day = instant_date((struct instant){(int64_t)day_of(today) * SECONDS_PER_DAY})};
}

struct counter counters_get(const struct counters *c, struct str key)
{
	const struct slot *slot = find(c, key, false);
	return slot ? read_slot(slot, key) : (struct counter){.key = key};
}

void counters_each(const struct counters *c, counters_fn *fn, void *context)
{
	const struct memory *m = of(c);
	for (size_t i = 0; i < SLOTS; i++) {
		struct key_text text;
		struct str key = read_key(&m->slots[i], &text);
		/* Others write there too, and one of them may have been taken over. */
		if (load(&m->slots[i].claim) == 0 || !site_key_valid(key))
			continue;
		struct counter counter = read_slot(&m->slots[i], key);
		fn(context, &counter);
	}
}
