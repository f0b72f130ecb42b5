/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "network/image.h"
#include "network/table.h"

/* Text numbers in the image are 32 bits. */
static const size_t text_limit = UINT32_MAX;

struct as_record {
	struct as_name name;
	uint32_t order;  /* among equal numbers the last that has a name gives it */
	uint32_t holder; /* 1 + position, 0 none */
};

struct as_list {
	struct as_record *items;
	size_t count;
	size_t capacity;
};

struct holder_list {
	struct holder *items;
	size_t count;
};

/* A region of a country, with its table's word for it. */
struct region_record {
	uint32_t country;
	struct str key;
};

struct region_list {
	struct region_record *items;
	size_t count;
};

struct compiler {
	const struct bytes *bytes;
	struct table *tables;
	size_t count;
	struct range_list maps[MAP__COUNT][FAMILY__COUNT];
	struct as_list ases;
	struct holder_list holders;
	struct region_list regions;

	struct writer *image;
	size_t base; /* of the image within the writer */
	uint64_t offset[SECTION__COUNT];
	uint64_t elements[SECTION__COUNT];
	enum image_section open;
	struct writer text;
};

static enum err add_as(struct as_list *l, struct as_record record)
{
	if (l->count == l->capacity) {
		size_t capacity = l->capacity ? l->capacity * 2 : 1024;
		struct as_record *items = reallocarray(l->items, capacity, sizeof(*items));
		if (!items)
			return E_NOMEM;
		l->items = items;
		l->capacity = capacity;
	}
	record.order = (uint32_t)l->count;
	l->items[l->count++] = record;
	return E_OK;
}

static int compare_ases(const void *a, const void *b)
{
	const struct as_record *x = a;
	const struct as_record *y = b;
	if (x->name.asn != y->name.asn)
		return x->name.asn < y->name.asn ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Sorts and folds the records of a number into one: the last name, the last holder. */
static void fold_ases(struct as_list *l)
{
	size_t kept = 0;
	if (l->count == 0)
		return;
	qsort(l->items, l->count, sizeof(*l->items), compare_ases);
	for (size_t i = 1; i < l->count; i++) {
		struct as_record *into = &l->items[kept];
		if (l->items[i].name.asn != into->name.asn) {
			l->items[++kept] = l->items[i];
			continue;
		}
		if (l->items[i].name.name.size > 0)
			into->name.name = l->items[i].name.name;
		if (l->items[i].holder)
			into->holder = l->items[i].holder;
	}
	l->count = kept + 1;
}

/* Position of the number, or the count where it is not there. */
static size_t find_as(const struct as_list *l, uint32_t asn)
{
	size_t low = 0, high = l->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (l->items[middle].name.asn < asn)
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->count && l->items[low].name.asn == asn ? low : l->count;
}

/* Does a later table take the place of this one's part for a family? */
static bool replaced(const struct compiler *c, size_t index, enum family family)
{
	const struct network_table_info *info = &c->tables[index].info;
	for (size_t i = index + 1; i < c->count; i++) {
		const struct network_table_info *later = &c->tables[i].info;
		if (later->kind == info->kind && c->tables[i].range_count[family] > 0 &&
			memcmp(later->country, info->country, sizeof(info->country)) == 0)
			return true;
	}
	return false;
}

/* Is there a prefix list of the country for the family? Then it alone says what belongs to it. */
static bool has_list(const struct compiler *c, enum family family, uint32_t country)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct network_table_info *info = &c->tables[i].info;
		if (info->kind == NETWORK_PREFIX && c->tables[i].range_count[family] > 0 &&
			country_value(country_code(info->country)) == country)
			return true;
	}
	return false;
}

static enum err add_ranges(
	struct compiler *c, size_t index, enum family family, size_t regions_before)
{
	const struct table *t = &c->tables[index];
	static const enum image_map maps[NETWORK__COUNT] = {
		[NETWORK_ASN] = MAP_ASN,
		[NETWORK_COUNTRY] = MAP_COUNTRY,
		[NETWORK_PREFIX] = MAP_COUNTRY,
		[NETWORK_HOLDER] = MAP_POOL,
		[NETWORK_REGION] = MAP_REGION,
	};
	struct range_list *into = &c->maps[maps[t->info.kind]][family];
	uint32_t checked = 0;
	bool listed = false;
	if (replaced(c, index, family))
		return E_OK;
	for (size_t i = 0; i < t->range_count[family]; i++) {
		struct range range = table_range(t, family, i);
		range.rank = t->info.kind == NETWORK_PREFIX;
		if (t->info.kind == NETWORK_REGION)
			range.value += (uint32_t)regions_before;
		if (t->info.kind == NETWORK_COUNTRY && range.value != checked) {
			checked = range.value;
			listed = has_list(c, family, checked);
		}
		if (!listed)
			TRY(range_list_add(into, range));
	}
	return E_OK;
}

/* A holder told of twice: the later telling counts. */
static enum err put_holder(struct holder_list *l, const struct holder *holder, uint32_t *ret_number)
{
	size_t at = 0;
	while (at < l->count && !str_equal(l->items[at].key, holder->key))
		at++;
	if (at == l->count) {
		struct holder *items = reallocarray(l->items, l->count + 1, sizeof(*items));
		if (!items)
			return E_NOMEM;
		l->items = items;
		l->count++;
	}
	l->items[at] = *holder;
	*ret_number = (uint32_t)at + 1;
	return E_OK;
}

static enum err add_holder(struct compiler *c, const struct holder_row *row)
{
	uint32_t number = 0;
	TRY(put_holder(&c->holders, &row->holder, &number));
	for (size_t i = 0; i < row->asn_count; i++)
		TRY(add_as(&c->ases,
			(struct as_record){.name.asn = load_u32(row->asns, i), .holder = number}));
	return E_OK;
}

/* Holders of a table whose place no later table of holders of the country takes. */
static enum err add_holders(struct compiler *c, size_t index)
{
	struct table *t = &c->tables[index];
	struct holder_row row;
	for (size_t i = index + 1; i < c->count; i++)
		if (c->tables[i].holders_left > 0 &&
			memcmp(c->tables[i].info.country, t->info.country,
				sizeof(t->info.country)) == 0)
			return E_OK;
	while (table_next_holder(t, &row))
		TRY(add_holder(c, &row));
	return E_OK;
}

/* Each table's regions stand for themselves: two families may come from two tables. */
static enum err add_regions(struct compiler *c, struct table *t)
{
	struct as_name name;
	struct region_list *l = &c->regions;
	struct region_record *items =
		reallocarray(l->items, l->count + t->names_left + 1, sizeof(*items));
	if (!items)
		return E_NOMEM;
	l->items = items;
	while (table_next_name(t, &name))
		l->items[l->count++] = (struct region_record){
			country_value(country_code(t->info.country)), name.name};
	return E_OK;
}

static enum err add_table(struct compiler *c, size_t index)
{
	struct table *t = &c->tables[index];
	struct as_name name;
	size_t regions_before = c->regions.count;
	TRY(add_ranges(c, index, FAMILY_V4, regions_before));
	TRY(add_ranges(c, index, FAMILY_V6, regions_before));
	if (t->info.kind == NETWORK_REGION)
		return add_regions(c, t);
	while (table_next_name(t, &name))
		TRY(add_as(&c->ases, (struct as_record){.name = name}));
	return add_holders(c, index);
}

static enum err gather(struct compiler *c)
{
	for (size_t i = 0; i < c->count; i++)
		TRY(table_open(c->bytes[i], &c->tables[i]));
	for (size_t i = 0; i < c->count; i++)
		TRY(add_table(c, i));
	return E_OK;
}

static enum err flatten(struct compiler *c)
{
	for (int map = 0; map < MAP__COUNT; map++)
		for (int family = 0; family < FAMILY__COUNT; family++)
			TRY(range_list_flatten(&c->maps[map][family]));
	return E_OK;
}

/* AS numbers become positions in ASNS; those without a name are added first. */
static enum err number_ases(struct compiler *c)
{
	fold_ases(&c->ases);
	struct as_list *l = &c->ases;
	struct as_list known = *l;
	for (int family = 0; family < FAMILY__COUNT; family++) {
		const struct range_list *ranges = &c->maps[MAP_ASN][family];
		for (size_t i = 0; i < ranges->count; i++) {
			uint32_t asn = ranges->items[i].value;
			known.items = l->items;
			if (find_as(&known, asn) == known.count)
				TRY(add_as(l, (struct as_record){.name.asn = asn}));
		}
	}
	if (l->count > known.count)
		fold_ases(l);
	for (int family = 0; family < FAMILY__COUNT; family++) {
		struct range_list *ranges = &c->maps[MAP_ASN][family];
		for (size_t i = 0; i < ranges->count; i++)
			ranges->items[i].value = (uint32_t)find_as(l, ranges->items[i].value) + 1;
	}
	return E_OK;
}

static void section_begin(struct compiler *c, enum image_section section)
{
	while ((c->image->size - c->base) % 8 != 0 && c->image->err == E_OK)
		writer_u8(c->image, 0);
	c->offset[section] = c->image->size - c->base;
	c->open = section;
}

static void section_end(struct compiler *c)
{
	size_t size = c->image->size - c->base - c->offset[c->open];
	c->elements[c->open] = size / image_element_size(c->open);
}

/* The stretches of a map: its ranges, and what lies between them. */
struct stretches {
	const struct range_list *ranges;
	address end; /* last address of the family */
	size_t next;
	address at;
	bool done;
};

static bool next_stretch(struct stretches *s, struct range *ret_stretch)
{
	if (s->done)
		return false;
	const struct range *range = s->next < s->ranges->count ? &s->ranges->items[s->next] : NULL;
	struct range stretch = {s->at, s->end, 0, 0, 0};
	if (range && range->first == s->at) {
		stretch.last = range->last;
		stretch.value = range->value;
		s->next++;
	} else if (range) {
		stretch.last = range->first - 1;
	}
	s->done = stretch.last == s->end;
	s->at = stretch.last + 1;
	*ret_stretch = stretch;
	return true;
}

static struct stretches map_stretches(
	const struct compiler *c, enum image_map map, enum family family)
{
	const struct range_list *ranges = &c->maps[map][family];
	return (struct stretches){.ranges = ranges,
		.end = family == FAMILY_V4 ? UINT32_MAX : ADDRESS_MAX,
		.done = ranges->count == 0};
}

static void write_index(struct compiler *c, enum image_map map, enum family family)
{
	struct stretches s = map_stretches(c, map, family);
	unsigned shift = family == FAMILY_V4 ? 16 : 112;
	struct range stretch;
	uint32_t entries = 0, starts = 0;
	section_begin(c, image_map_section(map, family == FAMILY_V4 ? PART_INDEX : PART_INDEX6));
	while (next_stretch(&s, &stretch)) {
		for (; entries <= (uint32_t)(stretch.first >> shift); entries++)
			writer_u32(c->image, starts);
		starts++;
	}
	for (; starts > 0 && entries < INDEX_ENTRIES; entries++)
		writer_u32(c->image, starts);
	section_end(c);
}

static void write_map_part(struct compiler *c, enum image_map map, enum image_map_part part)
{
	struct stretches s = map_stretches(c, map, part < PART_INDEX6 ? FAMILY_V4 : FAMILY_V6);
	struct range stretch;
	section_begin(c, image_map_section(map, part));
	while (next_stretch(&s, &stretch)) {
		if (part == PART_HIGH6)
			writer_u64(c->image, (uint64_t)(stretch.first >> 64));
		else if (part == PART_LOW6)
			writer_u64(c->image, (uint64_t)stretch.first);
		else if (part == PART_START)
			writer_u32(c->image, (uint32_t)stretch.first);
		else
			writer_u32(c->image, stretch.value);
	}
	section_end(c);
}

static void write_map(struct compiler *c, enum image_map map)
{
	write_index(c, map, FAMILY_V4);
	write_map_part(c, map, PART_START);
	write_map_part(c, map, PART_VALUE);
	write_index(c, map, FAMILY_V6);
	write_map_part(c, map, PART_HIGH6);
	write_map_part(c, map, PART_LOW6);
	write_map_part(c, map, PART_VALUE6);
}

static void write_ases(struct compiler *c)
{
	const struct as_list *l = &c->ases;
	section_begin(c, SECTION_ASNS);
	for (size_t i = 0; i < l->count; i++)
		writer_u32(c->image, l->items[i].name.asn);
	section_end(c);
	section_begin(c, SECTION_AS_NAME);
	for (size_t i = 0; i < l->count; i++) {
		writer_u32(c->image, (uint32_t)c->text.size);
		writer_str(&c->text, l->items[i].name.name);
	}
	writer_u32(c->image, (uint32_t)c->text.size);
	section_end(c);
	section_begin(c, SECTION_AS_HOLDER);
	for (size_t i = 0; i < l->count; i++)
		writer_u32(c->image, l->items[i].holder);
	section_end(c);
}

static void write_text(struct compiler *c, struct str s)
{
	writer_u32(c->image, (uint32_t)c->text.size);
	writer_u32(c->image, (uint32_t)s.size);
	writer_str(&c->text, s);
}

static void write_holders(struct compiler *c)
{
	section_begin(c, SECTION_HOLDERS);
	for (size_t i = 0; i < c->holders.count; i++) {
		const struct holder *holder = &c->holders.items[i];
		write_text(c, holder->key);
		write_text(c, holder->title_vi);
		write_text(c, holder->title_en);
		write_text(c, holder->hotline);
		writer_u32(c->image, country_value(holder->country));
		writer_u32(c->image, holder->pool);
		writer_u64(c->image, holder->subscribers);
	}
	section_end(c);
}

static void write_regions(struct compiler *c)
{
	section_begin(c, SECTION_REGIONS);
	for (size_t i = 0; i < c->regions.count; i++) {
		write_text(c, c->regions.items[i].key);
		writer_u32(c->image, c->regions.items[i].country);
		writer_u32(c->image, 0);
	}
	section_end(c);
}

enum {
	CODES = 26 * 26
};

/* 0 … CODES − 1 in the order of the alphabet. */
static size_t code_number(uint32_t country)
{
	return ((country & 0xff) - 'A') * 26 + ((country >> 8) - 'A');
}

static uint32_t code_value(size_t number)
{
	return ('A' + (uint32_t)number / 26) | ('A' + (uint32_t)number % 26) << 8;
}

/* IPv6 is asked by /64, and a /64 is where its first address is: what of a range lies so. False:
 * no /64 begins in it. */
static bool whole_nets(const struct range *range, uint64_t *ret_first, uint64_t *ret_last)
{
	uint64_t first = (uint64_t)(range->first >> 64);
	uint64_t last = (uint64_t)(range->last >> 64);
	if ((uint64_t)range->first != 0) {
		if (first == last)
			return false;
		first++;
	}
	*ret_first = first;
	*ret_last = last;
	return true;
}

/* The country map's ranges, put together by country. */
struct grouped {
	size_t *order; /* numbers of ranges; those of country k at starts[k] … starts[k + 1] − 1 */
	size_t starts[CODES + 1];
};

static enum err group(const struct range_list *ranges, enum family family, struct grouped *g)
{
	size_t counts[CODES] = {0};
	uint64_t first, last;
	g->order = calloc(ranges->count + 1, sizeof(*g->order));
	if (!g->order)
		return E_NOMEM;
	bool nets = family == FAMILY_V6;
	for (size_t i = 0; i < ranges->count; i++)
		if (!nets || whole_nets(&ranges->items[i], &first, &last))
			counts[code_number(ranges->items[i].value)]++;
	g->starts[0] = 0;
	for (size_t k = 0; k < CODES; k++) {
		g->starts[k + 1] = g->starts[k] + counts[k];
		counts[k] = g->starts[k];
	}
	for (size_t i = 0; i < ranges->count; i++)
		if (!nets || whole_nets(&ranges->items[i], &first, &last))
			g->order[counts[code_number(ranges->items[i].value)]++] = i;
	return E_OK;
}

static void write_country_v4(
	struct compiler *c, const struct grouped *g, enum image_section section)
{
	const struct range *ranges = c->maps[MAP_COUNTRY][FAMILY_V4].items;
	section_begin(c, section);
	for (size_t k = 0; k < CODES; k++) {
		address before = 0;
		for (size_t i = g->starts[k]; i < g->starts[k + 1]; i++) {
			const struct range *range = &ranges[g->order[i]];
			address value = section == SECTION_COUNTRY_FIRST  ? range->first
					: section == SECTION_COUNTRY_LAST ? range->last
									  : before;
			writer_u32(c->image, (uint32_t)value);
			before += range->last - range->first + 1;
		}
	}
	section_end(c);
}

static void write_country_v6(
	struct compiler *c, const struct grouped *g, enum image_section section)
{
	const struct range *ranges = c->maps[MAP_COUNTRY][FAMILY_V6].items;
	section_begin(c, section);
	for (size_t i = 0; i < g->starts[CODES]; i++) {
		uint64_t first = 0, last = 0;
		(void)whole_nets(&ranges[g->order[i]], &first, &last);
		writer_u64(c->image, section == SECTION_COUNTRY_FIRST6 ? first : last);
	}
	section_end(c);
}

static uint64_t country_addresses(const struct compiler *c, const struct grouped *g, size_t k)
{
	const struct range *ranges = c->maps[MAP_COUNTRY][FAMILY_V4].items;
	uint64_t sum = 0;
	for (size_t i = g->starts[k]; i < g->starts[k + 1]; i++)
		sum += (uint64_t)(ranges[g->order[i]].last - ranges[g->order[i]].first) + 1;
	return sum;
}

static void write_countries(struct compiler *c, const struct grouped *v4, const struct grouped *v6)
{
	section_begin(c, SECTION_COUNTRIES);
	for (size_t k = 0; k < CODES; k++) {
		size_t count4 = v4->starts[k + 1] - v4->starts[k];
		size_t count6 = v6->starts[k + 1] - v6->starts[k];
		if (count4 + count6 == 0)
			continue;
		writer_u32(c->image, code_value(k));
		writer_u32(c->image, (uint32_t)v4->starts[k]);
		writer_u32(c->image, (uint32_t)count4);
		writer_u32(c->image, (uint32_t)v6->starts[k]);
		writer_u32(c->image, (uint32_t)count6);
		writer_u32(c->image, 0);
		writer_u64(c->image, country_addresses(c, v4, k));
	}
	section_end(c);
	write_country_v4(c, v4, SECTION_COUNTRY_FIRST);
	write_country_v4(c, v4, SECTION_COUNTRY_LAST);
	write_country_v4(c, v4, SECTION_COUNTRY_BEFORE);
	write_country_v6(c, v6, SECTION_COUNTRY_FIRST6);
	write_country_v6(c, v6, SECTION_COUNTRY_LAST6);
}

static void store_u64(uint8_t *at, uint64_t value)
{
	value = htole64(value);
	memcpy(at, &value, sizeof(value));
}

/* The header was left blank: now all that stands in it is known. */
static enum err write_header(struct compiler *c)
{
	TRY(writer_end(&c->text));
	TRY(writer_end(c->image));
	uint8_t *header = c->image->data + c->base;
	size_t size = c->image->size - c->base;
	for (size_t i = 0; i < SECTION__COUNT; i++) {
		store_u64(header + IMAGE_DIRECTORY + 16 * i, c->offset[i]);
		store_u64(header + IMAGE_DIRECTORY + 16 * i + 8, c->elements[i]);
	}
	store_u64(header, (uint64_t)IMAGE_VERSION << 32 | IMAGE_MAGIC);
	store_u64(header + 8, XXH3_64bits(header + IMAGE_CHECKED_FROM, size - IMAGE_CHECKED_FROM));
	return E_OK;
}

static enum err write_image(struct compiler *c)
{
	struct grouped v4 = {0}, v6 = {0};
	uint8_t *header = writer_reserve(c->image, IMAGE_HEADER);
	if (header)
		memset(header, 0, IMAGE_HEADER);
	for (int map = 0; map < MAP__COUNT; map++)
		write_map(c, (enum image_map)map);
	write_ases(c);
	write_holders(c);
	enum err err = group(&c->maps[MAP_COUNTRY][FAMILY_V4], FAMILY_V4, &v4);
	if (err == E_OK)
		err = group(&c->maps[MAP_COUNTRY][FAMILY_V6], FAMILY_V6, &v6);
	if (err == E_OK)
		write_countries(c, &v4, &v6);
	free(v4.order);
	free(v6.order);
	write_regions(c);
	section_begin(c, SECTION_TEXT);
	writer_bytes(c->image, writer_view(&c->text));
	section_end(c);
	TRY(err);
	return write_header(c);
}

static void compiler_release(struct compiler *c)
{
	for (int map = 0; map < MAP__COUNT; map++)
		for (int family = 0; family < FAMILY__COUNT; family++)
			range_list_release(&c->maps[map][family]);
	writer_release(&c->text);
	free(c->tables);
	free(c->ases.items);
	free(c->holders.items);
	free(c->regions.items);
}

enum err network_compile(const struct bytes *tables, size_t count, struct writer *image)
{
	struct compiler c = {.bytes = tables, .count = count, .image = image, .base = image->size};
	writer_init(&c.text, text_limit);
	c.tables = calloc(count + 1, sizeof(*c.tables));
	enum err err = c.tables ? gather(&c) : E_NOMEM;
	if (err == E_OK)
		err = flatten(&c);
	if (err == E_OK)
		err = number_ases(&c);
	if (err == E_OK)
		err = write_image(&c);
	compiler_release(&c);
	return err;
}
