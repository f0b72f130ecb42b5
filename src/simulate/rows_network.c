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

/* --- regions --- */

/* How large a part of a holder's addresses a region has, to tell regions apart: some large, most
 * small, each holder its own way. */
static double weight(struct dice *dice)
{
	double u = dice_unit(dice);
	return 0.02 + u * u * u;
}

static void write_region(struct writer *to, uint32_t first, uint32_t last, struct str key)
{
	writer_ip(to, ip_from_v4(first));
	writer_char(to, ',');
	writer_ip(to, ip_from_v4(last));
	writer_char(to, ',');
	writer_str(to, key);
	writer_char(to, '\n');
}

/* One stretch a region, one after the other; what is left at the end lies in none. */
static void write_holder_regions(const struct world *w, const struct world_holder *h,
	const struct str *keys, size_t count, struct writer *to)
{
	uint64_t seed = w->key ^ h->asn;
	struct dice sums = {seed};
	struct dice dice = {seed};
	double sum = 0;
	double before = 0;
	for (size_t i = 0; i <= count; i++)
		sum += weight(&sums);
	for (size_t i = 0; i < count; i++) {
		double after = before + weight(&dice);
		uint32_t first = (uint32_t)(h->addresses * (before / sum));
		uint32_t end = (uint32_t)(h->addresses * (after / sum));
		if (end > first)
			write_region(
				to, h->first_address + first, h->first_address + end - 1, keys[i]);
		before = after;
	}
}

void rows_write_regions(
	const struct world *w, const struct str *keys, size_t count, struct writer *to)
{
	writer_text(to, "start,end,region\n");
	for (size_t i = 0; i < WORLD_INSIDE; i++)
		write_holder_regions(w, &w->holders[i], keys, count, to);
}
