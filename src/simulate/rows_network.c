/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ip.h"
#include "simulate/rows.h"

void rows_write_asns(const struct world *w, struct writer *to)
{
	for (size_t i = 0; i < WORLD_HOLDERS; i++) {
		const struct world_holder *h = &w->holders[i];
		writer_ip(to, ip_from_v4(h->first_address));
		writer_char(to, ',');
		writer_ip(to, ip_from_v4(h->first_address + h->addresses - 1));
		writer_char(to, ',');
		writer_decimal(to, h->asn);
		writer_char(to, ',');
		writer_str(to, h->key);
		writer_char(to, '\n');
	}
}

/* All that lie inside come out of one block (world_holders.c). */
void rows_write_prefixes(const struct world *w, struct writer *to)
{
	writer_ip(to, ip_from_v4(w->holders[0].first_address));
	writer_text(to, "/8\n");
}

void rows_write_holders(const struct world *w, struct writer *to)
{
	static const struct str pools[] = {
		[LEASE_HOURS] = STR_INIT("dynamic"),
		[LEASE_DAYS] = STR_INIT("dynamic"),
		[LEASE_STATIC] = STR_INIT("static"),
		[LEASE_SHARED] = STR_INIT("nat"),
	};
	writer_text(to, "holder,country,asns,pool,subscribers\n");
	for (size_t i = 0; i < WORLD_HOLDERS; i++) {
		const struct world_holder *h = &w->holders[i];
		writer_str(to, h->key);
		writer_char(to, ',');
		writer_text(to, i < WORLD_INSIDE ? w->scenario.country : "");
		writer_char(to, ',');
		writer_decimal(to, h->asn);
		writer_char(to, ',');
		writer_str(to, pools[h->lease]);
		writer_char(to, ',');
		writer_decimal(to, h->subscribers);
		writer_char(to, '\n');
	}
}
