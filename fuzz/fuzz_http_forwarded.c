/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "http/client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* X-Forwarded-For, a line break, Forwarded. Whoever is found behind the proxy is no proxy, unless
 * proxies are all there is; and what strangers say never counts. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prefix trusted;
	struct ip client;
	struct ip proxy = ip_from_v4(0x0A000001);
	struct ip stranger = ip_from_v4(0x08080808);
	struct str forwarded;
	struct str convention = str_cut((struct str){(const char *)data, size}, '\n', &forwarded);
	if (!prefix_parse(STR("10.0.0.0/8"), &trusted))
		abort();
	const struct proxies proxies = {&trusted, 1};
	(void)!client_address(proxy, convention, forwarded, &proxies, &client);
	if (client_address(stranger, convention, forwarded, &proxies, &client) != E_OK ||
		ip_compare(client, stranger) != 0)
		abort();
	return 0;
}
