/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "http/proxy_protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(struct proxy_header a, struct proxy_header b)
{
	return a.size == b.size && a.known == b.known && a.port == b.port &&
	       ip_compare(a.client, b.client) == 0;
}

/* A header ends where it ends: each part of it asks for more, and what follows changes nothing. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proxy_header whole;
	struct proxy_header part;
	enum err err = proxy_header_parse((struct bytes){data, size}, &whole);
	if (err != E_OK)
		return 0;
	if (whole.size > size || whole.size > PROXY_HEADER_BYTES)
		abort();
	for (size_t i = 0; i < whole.size; i++)
		if (proxy_header_parse((struct bytes){data, i}, &part) != E_TRUNCATED)
			abort();
	if (proxy_header_parse((struct bytes){data, whole.size}, &part) != E_OK ||
		!same(whole, part))
		abort();
	return 0;
}
