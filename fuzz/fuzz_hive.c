/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "survey/hive.h"

enum {
	TEXT_MOST = 1 << 16,
	DEPTH = 32
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_values(struct hive *h, const struct hive_key *key)
{
	struct hive_values values;
	struct hive_value value;
	struct writer text, raw;
	writer_init(&text, TEXT_MOST);
	writer_init(&raw, TEXT_MOST);
	hive_values_begin(h, key, &values);
	while (hive_values_next(h, &values, &value)) {
		writer_clear(&text);
		hive_write_name(&text, value.name);
		struct bytes content = hive_data(h, &value, &raw);
		if (content.size > value.size)
			abort();
		write_wide(&text, content);
	}
	writer_release(&text);
	writer_release(&raw);
}

static void read_keys(struct hive *h, const struct hive_key *key, unsigned depth)
{
	struct hive_keys keys;
	struct hive_key child;
	read_values(h, key);
	hive_keys_begin(h, key, &keys);
	while (depth > 0 && hive_keys_next(h, &keys, &child))
		read_keys(h, &child, depth - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hive h;
	struct hive_key root, found;
	if (hive_open((struct bytes){data, size}, &h) != E_OK)
		return 0;
	const uint64_t steps = h.steps;
	if (hive_root(&h, &root) == E_OK) {
		read_keys(&h, &root, DEPTH);
		if (hive_find(&h, &root, STR("a\\b"), &found) == E_OK && h.steps > steps)
			abort();
	}
	return 0;
}
