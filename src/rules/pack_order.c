/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/pack_order.h"

#include <stdlib.h>

#include "base/limits.h"

bool pack_name_valid(struct str name)
{
	for (size_t i = 0; i < name.size; i++) {
		char c = name.data[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-' || c == '_'))
			return false;
	}
	return name.size > 0 && name.size <= LIMIT_PACK_NAME;
}

/* --- hashes --- */

int pack_hash_compare(const struct pack_hash *a, const struct pack_hash *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return memcmp(a->digest, b->digest, digest_size(a->kind));
}

static int number_order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Wholly: qsort() keeps no order among equals, and a pack's bytes must not hang on it. */
static int hash_order(const void *x, const void *y)
{
	const struct pack_hash *a = x, *b = y;
	int order = pack_hash_compare(a, b);
	if (order == 0)
		order = number_order(a->set, b->set);
	if (order == 0)
		order = str_compare(a->name, b->name);
	return order ? order : number_order(a->size, b->size);
}

void pack_hashes_order(struct pack_hash *hashes, size_t *count)
{
	size_t kept = 0;
	if (*count > 0)
		qsort(hashes, *count, sizeof(*hashes), hash_order);
	for (size_t i = 0; i < *count; i++) {
		struct pack_hash *last = kept ? &hashes[kept - 1] : NULL;
		if (!last || pack_hash_compare(last, &hashes[i]) != 0 || last->set != hashes[i].set)
			hashes[kept++] = hashes[i];
		else if (last->size != hashes[i].size)
			last->size = 0;
	}
	*count = kept;
}

/* --- indicators --- */

int pack_indicator_compare(const struct pack_indicator *a, const struct pack_indicator *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return str_compare(a->value, b->value);
}

static int indicator_order(const void *x, const void *y)
{
	const struct pack_indicator *a = x, *b = y;
	int order = pack_indicator_compare(a, b);
	if (order == 0)
		order = number_order(a->set, b->set);
	return order ? order : str_compare(a->name, b->name);
}

void pack_indicators_order(struct pack_indicator *indicators, size_t *count)
{
	size_t kept = 0;
	if (*count > 0)
		qsort(indicators, *count, sizeof(*indicators), indicator_order);
	for (size_t i = 0; i < *count; i++)
		if (i == 0 || pack_indicator_compare(&indicators[kept - 1], &indicators[i]) != 0 ||
			indicators[kept - 1].set != indicators[i].set)
			indicators[kept++] = indicators[i];
	*count = kept;
}

/* --- pages --- */

static int page_order(const struct pack_page *a, const struct pack_page *b)
{
	int order = str_compare(a->family, b->family);
	return order ? order : (int)a->lang - (int)b->lang;
}

/* By insertion: they come nearly in order, and the last of equals must stay the last. */
void pack_pages_order(struct pack_page *pages, size_t *count)
{
	size_t kept = 0;
	for (size_t i = 0; i < *count; i++) {
		struct pack_page page = pages[i];
		size_t at = kept;
		while (at > 0 && page_order(&pages[at - 1], &page) > 0)
			at--;
		if (at > 0 && page_order(&pages[at - 1], &page) == 0) {
			pages[at - 1] = page;
			continue;
		}
		memmove(&pages[at + 1], &pages[at], (kept - at) * sizeof(*pages));
		pages[at] = page;
		kept++;
	}
	*count = kept;
}
