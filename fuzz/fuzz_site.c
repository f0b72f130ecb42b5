/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "site/site_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What opens keeps its promises one by one, and is written again as it was. */
static void look(const struct site *s, struct bytes file)
{
	struct writer w;
	if (!site_identity_valid(&s->identity) ||
		(s->campaign.key.size > 0 && !site_campaign_valid(&s->campaign)))
		abort();
	for (size_t i = 0; i < s->article_count; i++)
		if (!site_article_valid(&s->articles[i]) ||
			site_article(s, s->articles[i].key, s->articles[i].lang) != &s->articles[i])
			abort();
	for (size_t i = 0; i < s->tool_count; i++)
		if (!site_tool_valid(&s->tools[i]) || site_tool(s, s->tools[i].key) != &s->tools[i])
			abort();
	for (size_t i = 0; i < s->series_count; i++)
		for (size_t day = 0; day < s->series[i].days; day++)
			if (s->series[i].v4[day] < SITE_NOT_KNOWN ||
				s->series[i].v6[day] < SITE_NOT_KNOWN)
				abort();
	for (size_t i = 0; i < s->edition_count; i++)
		if (!site_edition_valid(&s->editions[i]) ||
			site_edition(s, s->editions[i].facts.campaign,
				s->editions[i].facts.number) != &s->editions[i])
			abort();
	writer_init(&w, (size_t)1 << 27);
	site_write(&w, s);
	if (writer_end(&w) != E_OK || w.size != file.size ||
		memcmp(w.data, file.data, file.size) != 0)
		abort();
	writer_release(&w);
}

/* Any bytes as the published file, with the checksum put right so that what it covers is tried. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct site s;
	uint8_t *copy = malloc(size + (size == 0));
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	arena_init(&arena, (size_t)1 << 24);
	if (site_open((struct bytes){copy, size}, &arena, &s) == E_OK)
		look(&s, (struct bytes){copy, size});
	if (size >= 16) {
		uint64_t sum = htole64(XXH3_64bits(copy + 16, size - 16));
		memcpy(copy + 8, &sum, sizeof(sum));
		arena_clear(&arena);
		if (site_open((struct bytes){copy, size}, &arena, &s) == E_OK)
			look(&s, (struct bytes){copy, size});
	}
	arena_release(&arena);
	free(copy);
	return 0;
}
