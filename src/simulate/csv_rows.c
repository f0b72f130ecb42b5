/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/csv_rows.h"

enum {
	ROW_MOST = 256,
	LINE_MOST = 16
};

uint16_t csv_port(uint32_t slot, uint32_t second)
{
	struct dice dice = {(uint64_t)slot << 32 | second};
	return (uint16_t)(1024 + dice_below(&dice, 64512));
}

void csv_head(struct writer *w)
{
	writer_text(w,
		"timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,"
		"src_hostname,src_naics,src_sector,device_vendor,device_type,device_model,severity,"
		"dst_ip,dst_port,dst_asn,dst_geo,dst_region,dst_city,dst_hostname,dst_naics,"
		"dst_sector,public_source,infection,family,tag,application,version,event_id\n");
}

static char *put_str(char *at, struct str s)
{
	memcpy(at, s.data, s.size);
	return at + s.size;
}

static char *put_two(char *at, uint32_t value)
{
	at[0] = (char)('0' + value / 10);
	at[1] = (char)('0' + value % 10);
	return at + 2;
}

static char *put_number(char *at, uint32_t value)
{
	char digits[10];
	int count = 0;
	do
		digits[count++] = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	while (count > 0)
		*at++ = digits[--count];
	return at;
}

static char *put_address(char *at, uint32_t v4)
{
	for (int shift = 24; shift >= 0; shift -= 8) {
		at = put_number(at, v4 >> shift & 255);
		*at++ = '.';
	}
	return at - 1;
}

/* Holders lie one after another in each of the two spaces. */
static const struct world_holder *find_holder(const struct world *w, uint32_t address)
{
	size_t i = 0;
	while (i + 1 < WORLD_HOLDERS &&
		address - w->holders[i].first_address >= w->holders[i].addresses)
		i++;
	return &w->holders[i];
}

/* The sinkholes lie in 198.18.0.0/15, set aside for benchmarks (RFC 2544): nobody's address. */
static char *put_sighting(
	char *at, const struct world *w, struct str date, const struct csv_sighting *s)
{
	const struct world_holder *holder = find_holder(w, s->address);
	bool inside = holder < &w->holders[WORLD_INSIDE];
	at = put_str(at, date);
	at = put_two(at, s->second / 3600);
	*at++ = ':';
	at = put_two(at, s->second / 60 % 60);
	*at++ = ':';
	at = put_two(at, s->second % 60);
	at = put_str(at, STR("\",tcp,"));
	at = put_address(at, s->address);
	*at++ = ',';
	at = put_number(at, s->port);
	*at++ = ',';
	at = put_number(at, holder->asn);
	*at++ = ',';
	at = put_str(at, inside ? str_from(w->scenario.country) : STR("ZZ"));
	at = put_str(at, STR(",,,,,,,,,critical,198.18.0."));
	at = put_number(at, 10U + s->feed);
	*at++ = ',';
	at = put_number(at, world_botnets[s->botnet].port);
	at = put_str(at, STR(",64496,ZZ,,,,,,quetsach-simulate,"));
	at = put_str(at, world_botnets[s->botnet].name);
	return put_str(at, STR(",,simulated,,,\n"));
}

void csv_sightings(struct writer *w, const struct world *world, struct date day,
	const struct csv_sighting *sightings, size_t count)
{
	struct writer date;
	writer_init(&date, 64);
	writer_char(&date, '"');
	writer_date(&date, day);
	writer_char(&date, ' ');
	size_t begin = w->size;
	char *from = (char *)writer_reserve(w, count * ROW_MOST);
	char *at = from;
	for (size_t i = 0; from && i < count; i++)
		at = put_sighting(at, world, writer_view_str(&date), &sightings[i]);
	if (from)
		w->size = begin + (size_t)(at - from);
	if (date.err != E_OK)
		writer_fail(w, date.err);
	writer_release(&date);
}

void csv_list(struct writer *w, const uint32_t *addresses, size_t count)
{
	size_t begin = w->size;
	char *from = (char *)writer_reserve(w, count * LINE_MOST);
	char *at = from;
	for (size_t i = 0; from && i < count; i++) {
		at = put_address(at, addresses[i]);
		*at++ = '\n';
	}
	if (from)
		w->size = begin + (size_t)(at - from);
}
