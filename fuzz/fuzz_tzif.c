/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever the file says, an offset stays within what the format allows. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t instants[] = {
		-(INT64_C(1) << 36), 0, 1000, 1600000000, INT64_C(1) << 36};
	struct zone *z;
	if (zone_parse((struct bytes){data, size}, &z) != E_OK)
		return 0;
	for (size_t i = 0; i < sizeof(instants) / sizeof(instants[0]); i++) {
		int32_t offset = zone_offset(z, (struct instant){instants[i]});
		if (abs(offset) > 169 * 3600)
			abort();
	}
	zone_free(z);
	return 0;
}
