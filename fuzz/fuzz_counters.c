/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "portal/counters.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	PATCH = 4, /* u8 slot, u8 place in it, u8 value, u8 what for */
	SLOT = 128
};

static const struct instant now = {1602763200};

static void look(void *context, const struct counter *counter)
{
	size_t *keys = context;
	*keys += counter->key.size > 0 && counter->total > 0;
}

/* What opens is counted in and read, and opens again afterwards. */
static void try_memory(void *memory, bool fresh)
{
	struct counters c;
	size_t keys = 0;
	if (counters_open(memory, COUNTERS_BYTES, fresh, &c) != E_OK)
		return;
	counters_each(&c, look, &keys);
	uint64_t had = counters_get(&c, STR("clamav")).total;
	if (counters_add(&c, STR("clamav"), now) && counters_get(&c, STR("clamav")).total < had)
		abort();
	if (counters_open(memory, COUNTERS_BYTES, false, &c) != E_OK)
		abort();
}

/* Patches to a good set: any byte of the header and of the slots in use. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct counters c;
	uint8_t *memory = calloc(1, COUNTERS_BYTES);
	size_t used[] = {0, 0, 0};
	if (!memory || counters_open(memory, COUNTERS_BYTES, true, &c) != E_OK)
		abort();
	if (!counters_add(&c, STR("clamav"), now) || !counters_add(&c, STR("bkav-home"), now))
		abort();
	for (size_t at = SLOT, found = 1; at < COUNTERS_BYTES && found < 3; at += SLOT)
		if (memory[at] || memory[at + 1])
			used[found++] = at;
	for (size_t at = 0; at + PATCH <= size; at += PATCH)
		memory[used[data[at] % 3] + data[at + 1] % SLOT] ^= data[at + 2];
	try_memory(memory, size % 2);
	free(memory);
	return 0;
}
