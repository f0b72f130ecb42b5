/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "network/network.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Any bytes as a stored table, with the checksum put right so that what it covers is tried too.
 * What passes the check compiles and opens. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + (size == 0));
	struct network_table_info info;
	struct bytes table = {copy, size};
	struct writer image;
	struct network *n;
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	if (size > 16) {
		uint64_t checksum = htole64(XXH3_64bits(copy + 16, size - 16));
		memcpy(copy + 8, &checksum, sizeof(checksum));
	}
	writer_init(&image, 1 << 26);
	enum err err = network_table_check(table, &info);
	if (network_compile(&table, 1, &image) != err)
		abort();
	if (err == E_OK) {
		if (network_open(writer_view(&image), &n) != E_OK)
			abort();
		network_close(n);
	}
	writer_release(&image);
	free(copy);
	return 0;
}
