/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/load.h"
#include "network/network.h"
#include "network/partition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads every byte, so that a text outside the image is seen. */
static void read_text(struct str s)
{
	unsigned sum = 0;
	for (size_t i = 0; i < s.size; i++)
		sum += (unsigned char)s.data[i];
	if (sum == 1 && s.size > 1000000)
		abort();
}

static void ask(const struct network *n, struct ip ip)
{
	struct attribution a = network_look_up(n, ip);
	read_text(a.as_name);
	read_text(a.country);
	read_text(a.region);
	read_text(a.holder.key);
	read_text(a.holder.title_vi);
	read_text(a.holder.title_en);
	read_text(a.holder.hotline);
	read_text(network_as_name(n, a.asn));
	read_text(network_asn_holder(n, a.asn));
	read_text(network_holder(n, a.holder.key).key);
	if ((unsigned)a.pool >= POOL__COUNT || (unsigned)a.holder.pool >= POOL__COUNT)
		abort();
}

/* Regions by turns in three parts or none. */
static void ask_parts(const struct network *n, const struct unit_set *s)
{
	enum {
		PARTS = 3
	};
	struct partition *p;
	uint64_t v4[PARTS];
	uint64_t v6[PARTS];
	size_t count = network_region_count(n);
	uint32_t *parts = calloc(count + 1, sizeof(*parts));
	if (!parts)
		return;
	for (size_t i = 0; i < count; i++) {
		read_text(network_region(n, i).key);
		read_text(network_region(n, i).country);
		parts[i] = (uint32_t)i % (PARTS + 1);
	}
	read_text(network_region(n, count).key);
	if (partition_new(n, parts, PARTS, &p) == E_OK) {
		partition_count(p, s, v4, v6);
		if (v4[0] + v4[1] + v4[2] > unit_set_count_v4(s))
			abort();
		partition_sizes(p, NULL, v4);
		partition_free(p);
	}
	free(parts);
}

static void ask_sets(const struct network *n, uint32_t v4, uint64_t net)
{
	struct unit_set *s = unit_set_new();
	struct asn_count *counts;
	size_t count;
	const uint32_t units[] = {0, v4, v4 + 1, UINT32_MAX};
	const uint64_t nets[] = {net, net + 1};
	if (!s)
		return;
	if (unit_set_add_v4(s, units, 4) == E_OK && unit_set_add_v6(s, nets, 2) == E_OK &&
		network_count_asns(n, s, &counts, &count) == E_OK) {
		free(counts);
		if (network_keep_country(n, STR("VN"), s) == E_OK && unit_set_count_v4(s) > 4)
			abort();
	}
	ask_parts(n, s);
	unit_set_free(s);
}

static void ignore(void *context, const struct problem *problem)
{
	(void)context;
	(void)problem;
}

static void add_table(struct writer *w, struct str text, struct str country)
{
	struct network_source source = {.file_name = STR("file"), .country = country};
	struct network_table_info info;
	struct problem problem;
	writer_init(w, 1 << 20);
	if (network_table_parse(&source, str_bytes(text), ignore, NULL, w, &info, &problem) != E_OK)
		abort();
}

/* An image with something in every section; made once. */
static struct bytes good_image(void)
{
	enum {
		TABLES = 6
	};
	static struct writer image;
	struct writer w[TABLES];
	struct bytes views[TABLES];
	if (image.size > 0)
		return writer_view(&image);
	add_table(&w[0],
		STR("10.0.0.0,10.0.255.255,100,Wide\n10.0.1.0,10.0.1.255,200,Narrow\n"
		    "10.0.2.0,10.0.2.255,0,\n2001:db8::,2001:db8::ffff,400,Six\n"),
		STR(""));
	add_table(&w[1],
		STR("10.0.0.0,10.0.255.255,VN\n11.0.0.0,11.0.0.255,LA\n2001:db8::,2001:db9::,VN\n"),
		STR(""));
	add_table(&w[2], STR("10.0.0.0/16\n11.0.0.128/25\n2001:db8::/32\n"), STR("VN"));
	add_table(&w[3], STR("holder,asns,pool,title_vi,hotline\nA,100 200,dynamic,An,1800\n"),
		STR("VN"));
	add_table(&w[4], STR("prefix,pool\n10.0.3.0/24,mobile\n2001:db8:1::/48,nat\n"), STR("VN"));
	add_table(&w[5],
		STR("start,end,region\n10.0.0.0,10.0.0.255,01\n10.0.1.0,10.0.1.255,79\n"
		    "2001:db8::,2001:db8:0:ffff::,48\n"),
		STR("VN"));
	for (size_t i = 0; i < TABLES; i++)
		views[i] = writer_view(&w[i]);
	writer_init(&image, 1 << 24);
	if (network_compile(views, TABLES, &image) != E_OK)
		abort();
	for (size_t i = 0; i < TABLES; i++)
		writer_release(&w[i]);
	return writer_view(&image);
}

static void try_image(struct bytes image, uint32_t v4)
{
	struct network *n;
	if (network_open(image, &n) != E_OK)
		return;
	ask(n, ip_from_v4(0));
	ask(n, ip_from_v4(v4));
	ask(n, ip_from_v4(0x0a000100));
	ask(n, ip_from_v4(0x0a000300));
	ask(n, ip_from_v4(UINT32_MAX));
	ask(n, ip_from_halves((uint64_t)v4 << 32, v4));
	ask(n, ip_from_halves(0x20010db800000000, 0));
	ask(n, ip_from_halves(0x20010db800010000, 0));
	ask(n, ip_from_halves(UINT64_MAX, UINT64_MAX));
	ask_sets(n, v4, (uint64_t)v4 << 32);
	(void)network_country_address(n, STR("VN"), network_country_size(n, STR("VN")) / 2);
	network_close(n);
}

enum {
	PATCH = 5, /* u32 place, u8 value */
	NEAR = 2048
};

/* Half of the places are near an end, where header, directory and the small sections lie. */
static size_t place(const uint8_t *patch, size_t size)
{
	uint32_t at = load_u32(patch, 0);
	if (at >> 31)
		return at % size;
	return at >> 30 ? size - 1 - at % NEAR : at % NEAR;
}

/* Bytes as they are; then as patches to a good image whose checksum is put right, so that what it
 * covers is tried. What opens is asked and stays in bounds. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes good = good_image();
	uint8_t *copy = malloc(good.size);
	try_image((struct bytes){data, size}, 0);
	if (!copy)
		return 0;
	memcpy(copy, good.data, good.size);
	for (size_t at = 0; at + PATCH <= size; at += PATCH)
		copy[place(data + at, good.size)] = data[at + 4];
	uint64_t checksum = htole64(XXH3_64bits(copy + 16, good.size - 16));
	memcpy(copy + 8, &checksum, sizeof(checksum));
	try_image((struct bytes){copy, good.size}, size > 4 ? load_u32(data, 0) : 0);
	free(copy);
	return 0;
}
