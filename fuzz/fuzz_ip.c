/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/instant.h"
#include "base/ip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What parses must be written and parsed again to the same value. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};
	struct ip ip, again;
	struct prefix prefix, prefix_again;
	struct instant instant;
	struct date date;
	struct writer w;
	writer_init(&w, 256);
	if (ip_parse(s, &ip)) {
		writer_ip(&w, ip);
		if (!ip_parse(writer_view_str(&w), &again) || ip_compare(ip, again) != 0)
			abort();
	}
	writer_clear(&w);
	if (prefix_parse(s, &prefix)) {
		writer_prefix(&w, prefix);
		if (!prefix_parse(writer_view_str(&w), &prefix_again) ||
			prefix.length != prefix_again.length ||
			ip_compare(prefix.ip, prefix_again.ip) != 0)
			abort();
	}
	writer_clear(&w);
	if (instant_parse(s, &instant)) {
		writer_instant(&w, instant);
		struct instant same;
		if (!instant_parse(writer_view_str(&w), &same) || same.seconds != instant.seconds)
			abort();
	}
	(void)date_find(s, &date);
	writer_release(&w);
	return 0;
}
