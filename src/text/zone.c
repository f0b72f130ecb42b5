/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/checked.h"
#include "base/cursor.h"
#include "base/limits.h"
#include "text/posix_zone.h"
#include "text/text.h"

/* Time Zone Information Format, RFC 8536. Numbers are big-endian. */
enum {
	HEADER_SIZE = 44,
	TYPE_SIZE = 6,
	OFFSET_MAX = 26 * SECONDS_PER_HOUR /* RFC 8536, 3.2: −25 to 26 hours */
};

struct transition {
	int64_t at;
	int32_t offset; /* from then on */
};

struct zone {
	int32_t first; /* before the first transition */
	bool has_rule;
	struct posix_zone rule; /* after the last */
	size_t count;
	struct transition transitions[];
};

struct header {
	uint8_t version; /* 0, '2', '3', '4' */
	size_t utc, standard, leaps, times, types, names;
};

static uint64_t take_big(struct cursor *c, size_t size)
{
	struct bytes b = cursor_take(c, size);
	uint64_t value = 0;
	for (size_t i = 0; i < b.size; i++)
		value = value << 8 | b.data[i];
	return value;
}

static size_t take_count(struct cursor *c)
{
	uint64_t count = take_big(c, 4);
	if (count > LIMIT_ZONE_ENTRIES)
		cursor_fail(c, E_LIMIT);
	return c->err == E_OK ? (size_t)count : 0;
}

static struct header take_header(struct cursor *c)
{
	struct header h = {0};
	struct bytes magic = cursor_take(c, 4);
	if (!str_equal((struct str){(const char *)magic.data, magic.size}, STR("TZif")))
		cursor_fail(c, E_SYNTAX);
	h.version = cursor_u8(c);
	(void)cursor_take(c, 15);
	h.utc = take_count(c);
	h.standard = take_count(c);
	h.leaps = take_count(c);
	h.times = take_count(c);
	h.types = take_count(c);
	h.names = take_count(c);
	if (h.types == 0)
		cursor_fail(c, E_SYNTAX);
	return h;
}

static void skip_block(struct cursor *c, const struct header *h, size_t time_size)
{
	(void)cursor_take(c, h->times * (time_size + 1) + h->types * TYPE_SIZE + h->names +
				     h->leaps * (time_size + 4) + h->standard + h->utc);
}

static int32_t type_offset(struct cursor *c, struct bytes types, size_t index)
{
	struct cursor at;
	if (index >= types.size / TYPE_SIZE) {
		cursor_fail(c, E_RANGE);
		return 0;
	}
	cursor_init(&at, (struct bytes){types.data + index * TYPE_SIZE, TYPE_SIZE});
	int32_t offset = (int32_t)(uint32_t)take_big(&at, 4);
	if (offset > OFFSET_MAX || offset < -OFFSET_MAX)
		cursor_fail(c, E_RANGE);
	return c->err == E_OK ? offset : 0;
}

static void take_transitions(
	struct cursor *c, const struct header *h, size_t time_size, struct zone *z)
{
	struct cursor times;
	cursor_init(&times, cursor_take(c, h->times * time_size));
	struct bytes indices = cursor_take(c, h->times);
	struct bytes types = cursor_take(c, h->types * TYPE_SIZE);
	z->first = type_offset(c, types, 0);
	for (size_t i = 0; i < indices.size && c->err == E_OK; i++) {
		uint64_t raw = take_big(&times, time_size);
		int64_t at = time_size == 4 ? (int32_t)(uint32_t)raw : (int64_t)raw;
		if (i > 0 && at <= z->transitions[i - 1].at)
			cursor_fail(c, E_SYNTAX);
		z->transitions[i] = (struct transition){at, type_offset(c, types, indices.data[i])};
		z->count = i + 1;
	}
	(void)cursor_take(c, h->names + h->leaps * (time_size + 4) + h->standard + h->utc);
}

/* "\n<TZ string>\n"; empty means that no rule is known. */
static void take_footer(struct cursor *c, struct zone *z)
{
	struct bytes all = cursor_take(c, cursor_left(c));
	struct str footer = {(const char *)all.data, all.size};
	if (footer.size < 2 || !str_starts(footer, STR("\n")) || !str_ends(footer, STR("\n"))) {
		cursor_fail(c, E_SYNTAX);
		return;
	}
	footer = (struct str){footer.data + 1, footer.size - 2};
	if (footer.size == 0)
		return;
	z->has_rule = posix_zone_parse(footer, &z->rule);
	if (!z->has_rule)
		cursor_fail(c, E_SYNTAX);
}

enum err zone_parse(struct bytes tzif, struct zone **ret_zone)
{
	struct cursor c;
	size_t time_size = 4;
	cursor_init(&c, tzif);
	struct header h = take_header(&c);
	if (h.version >= '2') {
		/* The first block is there for old readers: the second says the same with 64 bits.
		 */
		skip_block(&c, &h, 4);
		h = take_header(&c);
		time_size = 8;
	}
	if (c.err != E_OK)
		return c.err;
	struct zone *z = calloc(1, sizeof(*z) + h.times * sizeof(z->transitions[0]));
	if (!z)
		return E_NOMEM;
	take_transitions(&c, &h, time_size, z);
	if (time_size == 8)
		take_footer(&c, z);
	enum err err = cursor_end(&c);
	if (err != E_OK) {
		zone_free(z);
		return err;
	}
	*ret_zone = z;
	return E_OK;
}

void zone_free(struct zone *z)
{
	free(z);
}

int32_t zone_offset(const struct zone *z, struct instant t)
{
	if (!z)
		return 0;
	size_t low = 0;
	size_t high = z->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (z->transitions[middle].at <= t.seconds)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == z->count && z->has_rule)
		return posix_zone_offset(&z->rule, t);
	return low == 0 ? z->first : z->transitions[low - 1].offset;
}
