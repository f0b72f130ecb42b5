/* SPDX-License-Identifier: Apache-2.0 */
#include "model/unit_set.h"

#include <roaring/roaring.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/load.h"
#include "model/unit_view.h"

struct unit_set {
	roaring_bitmap_t *v4;
	uint64_t *v6; /* ascending, each once */
	size_t v6_count;
	size_t v6_capacity;
	size_t v6_sorted; /* of a set that gathers: how many are in order, the rest follows */
	bool loose;       /* gathers: cardinalities of v4 are not known, v6 is not in order */
};

struct unit_set *unit_set_new(void)
{
	struct unit_set *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->v4 = roaring_bitmap_create();
	if (!s->v4) {
		free(s);
		return NULL;
	}
	return s;
}

void unit_set_free(struct unit_set *s)
{
	if (!s)
		return;
	if (s->v4)
		roaring_bitmap_free(s->v4);
	free(s->v6);
	free(s);
}

void unit_set_clear(struct unit_set *s)
{
	roaring_bitmap_clear(s->v4);
	s->v6_count = s->v6_sorted = 0;
	s->loose = false;
}

struct unit_set *unit_set_take(struct unit_set *from)
{
	struct unit_set *s = unit_set_new();
	if (!s)
		return NULL;
	struct unit_set empty = *s;
	*s = *from;
	*from = empty;
	return s;
}

enum err unit_set_add_v4(struct unit_set *s, const uint32_t *addresses, size_t count)
{
	roaring_bitmap_add_many(s->v4, count, addresses);
	return E_OK;
}

static enum err make_room(struct unit_set *s, size_t more)
{
	size_t needed, bytes;
	if (!checked_add(s->v6_count, more, &needed))
		return E_NOMEM;
	if (more == 0 || (s->v6 && needed <= s->v6_capacity))
		return E_OK;
	if (needed < 2 * s->v6_capacity)
		needed = 2 * s->v6_capacity;
	if (!checked_multiply(needed, sizeof(*s->v6), &bytes))
		return E_NOMEM;
	uint64_t *grown = realloc(s->v6, bytes);
	if (!grown)
		return E_NOMEM;
	s->v6 = grown;
	s->v6_capacity = needed;
	return E_OK;
}

/* Behind all there are, in whatever order. */
static enum err append_nets(struct unit_set *s, struct bytes nets)
{
	size_t count = nets.size / sizeof(*s->v6);
	TRY(make_room(s, count));
	for (size_t i = 0; i < count; i++)
		s->v6[s->v6_count + i] = load_u64(nets.data, i);
	s->v6_count += count;
	return E_OK;
}

/* Backwards, so that the merge needs no second array: the tail is free and the write position never
 * overtakes the read position. Then repeats are squeezed out. */
static enum err merge_sorted(struct unit_set *s, const uint64_t *nets, size_t count)
{
	TRY(make_room(s, count));
	size_t mine = s->v6_count, theirs = count, at = mine + count;
	while (theirs > 0) {
		if (mine > 0 && s->v6[mine - 1] > nets[theirs - 1])
			s->v6[--at] = s->v6[--mine];
		else
			s->v6[--at] = nets[--theirs];
	}
	size_t kept = 0;
	for (size_t i = 0; i < s->v6_count + count; i++)
		if (kept == 0 || s->v6[kept - 1] != s->v6[i])
			s->v6[kept++] = s->v6[i];
	s->v6_count = kept;
	return E_OK;
}

static int compare_nets(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static bool ascending(const uint64_t *nets, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (nets[i - 1] > nets[i])
			return false;
	return true;
}

enum err unit_set_add_v6(struct unit_set *s, const uint64_t *nets, size_t count)
{
	size_t bytes;
	if (count == 0)
		return E_OK;
	if (ascending(nets, count))
		return merge_sorted(s, nets, count);
	if (!checked_multiply(count, sizeof(*nets), &bytes))
		return E_NOMEM;
	uint64_t *sorted = malloc(bytes);
	if (!sorted)
		return E_NOMEM;
	memcpy(sorted, nets, bytes);
	qsort(sorted, count, sizeof(*sorted), compare_nets);
	enum err err = merge_sorted(s, sorted, count);
	free(sorted);
	return err;
}

bool unit_set_contains(const struct unit_set *s, struct unit unit)
{
	if (!unit.v6)
		return roaring_bitmap_contains(s->v4, (uint32_t)unit.key);
	return s->v6_count > 0 &&
	       bsearch(&unit.key, s->v6, s->v6_count, sizeof(*s->v6), compare_nets) != NULL;
}

enum err unit_set_unite(struct unit_set *s, const struct unit_set *other)
{
	if (other == s)
		return E_OK;
	if (other->v6_count > 0)
		TRY(merge_sorted(s, other->v6, other->v6_count));
	roaring_bitmap_or_inplace(s->v4, other->v4);
	return E_OK;
}

enum err unit_set_intersect(struct unit_set *s, const struct unit_set *other)
{
	if (other == s)
		return E_OK;
	size_t kept = 0;
	for (size_t mine = 0, theirs = 0; mine < s->v6_count && theirs < other->v6_count;) {
		if (s->v6[mine] < other->v6[theirs]) {
			mine++;
		} else if (s->v6[mine] > other->v6[theirs]) {
			theirs++;
		} else {
			s->v6[kept++] = s->v6[mine++];
			theirs++;
		}
	}
	s->v6_count = kept;
	roaring_bitmap_and_inplace(s->v4, other->v4);
	return E_OK;
}

/* --- gathering --- */

enum {
	LOOSE_LEAST = 4096 /* /64s out of order before it pays to sort */
};

static void sort_nets(struct unit_set *s)
{
	size_t kept = 0;
	if (s->v6_count > s->v6_sorted)
		qsort(s->v6, s->v6_count, sizeof(*s->v6), compare_nets);
	for (size_t i = 0; i < s->v6_count; i++)
		if (kept == 0 || s->v6[kept - 1] != s->v6[i])
			s->v6[kept++] = s->v6[i];
	s->v6_count = s->v6_sorted = kept;
}

/* Before more /64s come. */
static void loosen(struct unit_set *s)
{
	if (!s->loose)
		s->v6_sorted = s->v6_count;
	s->loose = true;
	if (s->v6_count > 2 * s->v6_sorted + LOOSE_LEAST)
		sort_nets(s);
}

static enum err gather_nets(struct unit_set *s, const struct unit_set *other)
{
	loosen(s);
	if (other->v6_count == 0)
		return E_OK;
	TRY(make_room(s, other->v6_count));
	memcpy(s->v6 + s->v6_count, other->v6, other->v6_count * sizeof(*s->v6));
	s->v6_count += other->v6_count;
	return E_OK;
}

enum err unit_set_gather(struct unit_set *s, const struct unit_set *other)
{
	TRY(gather_nets(s, other));
	roaring_bitmap_lazy_or_inplace(s->v4, other->v4, false);
	return E_OK;
}

/* What comes first is taken as it is. */
enum err unit_set_gather_within(
	struct unit_set *s, const struct unit_set *other, const struct unit_set *within)
{
	TRY(gather_nets(s, other));
	roaring_bitmap_t *part = roaring_bitmap_and(other->v4, within->v4);
	if (!part)
		return E_NOMEM;
	if (roaring_bitmap_is_empty(s->v4)) {
		roaring_bitmap_free(s->v4);
		s->v4 = part;
		return E_OK;
	}
	roaring_bitmap_lazy_or_inplace(s->v4, part, false);
	roaring_bitmap_free(part);
	return E_OK;
}

enum err unit_set_gather_nets(struct unit_set *s, struct bytes nets)
{
	loosen(s);
	return append_nets(s, nets);
}

enum err unit_set_gather_page(struct unit_set *s, struct bytes roaring)
{
	loosen(s);
	roaring_bitmap_t *page =
		roaring_bitmap_portable_deserialize_safe((const char *)roaring.data, roaring.size);
	if (!page)
		return E_NOMEM;
	roaring_bitmap_lazy_or_inplace(s->v4, page, false);
	roaring_bitmap_free(page);
	return E_OK;
}

enum err unit_set_settle(struct unit_set *s)
{
	if (!s->loose)
		return E_OK;
	roaring_bitmap_repair_after_lazy(s->v4);
	sort_nets(s);
	s->loose = false;
	return E_OK;
}

enum err unit_set_add_range_v4(struct unit_set *s, uint32_t first, uint32_t last)
{
	if (first > last)
		return E_RANGE;
	roaring_bitmap_add_range_closed(s->v4, first, last);
	return E_OK;
}

void unit_set_keep_v4(struct unit_set *s, const struct unit_set *other)
{
	if (other != s)
		roaring_bitmap_and_inplace(s->v4, other->v4);
}

void unit_set_keep_v6(
	struct unit_set *s, const uint64_t *first, const uint64_t *last, size_t ranges)
{
	size_t kept = 0, at = 0;
	for (size_t i = 0; i < s->v6_count; i++) {
		while (at < ranges && last[at] < s->v6[i])
			at++;
		if (at == ranges)
			break;
		if (first[at] <= s->v6[i])
			s->v6[kept++] = s->v6[i];
	}
	s->v6_count = kept;
}

uint64_t unit_set_common_v4(const struct unit_set *s, const struct unit_set *other)
{
	return roaring_bitmap_and_cardinality(s->v4, other->v4);
}

uint64_t unit_set_count_v4(const struct unit_set *s)
{
	return roaring_bitmap_get_cardinality(s->v4);
}

uint64_t unit_set_count_range_v4(const struct unit_set *s, uint32_t first, uint32_t last)
{
	return roaring_bitmap_range_cardinality(s->v4, first, (uint64_t)last + 1);
}

uint64_t unit_set_count_v6(const struct unit_set *s)
{
	return s->v6_count;
}

size_t unit_set_read_v4(
	const struct unit_set *s, uint64_t *position, uint32_t *buffer, size_t capacity)
{
	roaring_uint32_iterator_t it;
	if (*position > UINT32_MAX || capacity == 0)
		return 0;
	roaring_init_iterator(s->v4, &it);
	if (*position > 0 && !roaring_move_uint32_iterator_equalorlarger(&it, (uint32_t)*position))
		return 0;
	uint32_t most = capacity < UINT32_MAX ? (uint32_t)capacity : UINT32_MAX;
	size_t count = roaring_read_uint32_iterator(&it, buffer, most);
	if (count > 0)
		*position = (uint64_t)buffer[count - 1] + 1;
	return count;
}

const uint64_t *unit_set_v6(const struct unit_set *s, size_t *ret_count)
{
	*ret_count = s->v6_count;
	return s->v6;
}

void unit_set_write(const struct unit_set *s, struct writer *w)
{
	size_t size = roaring_bitmap_portable_size_in_bytes(s->v4);
	if (size > UINT32_MAX || s->v6_count > UINT32_MAX) {
		writer_fail(w, E_LIMIT);
		return;
	}
	writer_u32(w, (uint32_t)size);
	uint8_t *at = writer_reserve(w, size);
	if (at)
		(void)roaring_bitmap_portable_serialize(s->v4, (char *)at);
	writer_u32(w, (uint32_t)s->v6_count);
	for (size_t i = 0; i < s->v6_count; i++)
		writer_u64(w, s->v6[i]);
}

static enum err copy_view(struct unit_set *s, const struct unit_view *view)
{
	roaring_bitmap_t *v4 = roaring_bitmap_portable_deserialize_safe(
		(const char *)view->v4.data, view->v4.size);
	if (!v4)
		return E_NOMEM;
	roaring_bitmap_free(s->v4);
	s->v4 = v4;
	return append_nets(s, view->nets);
}

enum err unit_set_read(struct cursor *c, struct unit_set **ret_set)
{
	struct unit_view view;
	TRY(unit_view_read(c, &view));
	struct unit_set *s = unit_set_new();
	if (!s)
		return E_NOMEM;
	enum err err = copy_view(s, &view);
	if (err != E_OK) {
		cursor_fail(c, err);
		unit_set_free(s);
		return err;
	}
	*ret_set = s;
	return E_OK;
}
