/* SPDX-License-Identifier: Apache-2.0 */
#include "model/unit_view.h"

#include "base/load.h"

/* Of the Roaring format (github.com/RoaringBitmap/RoaringFormatSpec). */
enum {
	COOKIE_PLAIN = 12346,
	COOKIE_RUNS = 12347,
	OFFSETS_FROM = 4, /* containers: with runs and fewer there is no offset table */
	ARRAY_MOST = 4096,
	BITS_BYTES = 8192,
	PAGES_MOST = 1 << 16
};

/* What stands in front of the containers: of each u16 key, u16 cardinality − 1; then, maybe, u32
 * from the start. */
void unit_pages_begin(struct unit_pages *pages, struct bytes v4)
{
	struct cursor c;
	*pages = (struct unit_pages){.v4 = v4, .before = -1};
	cursor_init(&c, v4);
	uint32_t cookie = cursor_u32(&c);
	if (cookie == COOKIE_PLAIN) {
		pages->count = cursor_u32(&c);
	} else if ((cookie & UINT16_MAX) == COOKIE_RUNS) {
		pages->count = (cookie >> 16) + 1;
		pages->runs = cursor_take(&c, (pages->count + 7) / 8).data;
	} else {
		cursor_fail(&c, E_SYNTAX);
	}
	if (pages->count > PAGES_MOST)
		cursor_fail(&c, E_SYNTAX);
	size_t table = c.err == E_OK ? (size_t)pages->count * 4 : 0;
	pages->keys = cursor_take(&c, table).data;
	if (!pages->runs || pages->count >= OFFSETS_FROM)
		pages->offsets = cursor_take(&c, table).data;
	pages->at = c.at;
	pages->err = c.err;
}

/* Bytes of a page that begins at pages->at. */
static size_t page_size(const struct unit_pages *pages, enum unit_page_form form, uint32_t count)
{
	if (form == PAGE_VALUES)
		return 2 * (size_t)count;
	if (form == PAGE_BITS)
		return BITS_BYTES;
	if (pages->v4.size - pages->at < 2)
		return 2;
	return 2 + 4 * (size_t)load_u16(pages->v4.data + pages->at, 0);
}

bool unit_pages_next(struct unit_pages *pages, struct unit_page *ret_page)
{
	if (pages->err != E_OK || pages->done == pages->count)
		return false;
	uint32_t i = pages->done++;
	uint16_t high = load_u16(pages->keys, 2 * (size_t)i);
	uint32_t count = (uint32_t)load_u16(pages->keys, 2 * (size_t)i + 1) + 1;
	bool runs = pages->runs && pages->runs[i / 8] >> (i % 8) & 1;
	enum unit_page_form form = runs ? PAGE_RUNS : count <= ARRAY_MOST ? PAGE_VALUES : PAGE_BITS;
	size_t size = page_size(pages, form, count);
	if (high <= pages->before || (pages->offsets && load_u32(pages->offsets, i) != pages->at))
		pages->err = E_SYNTAX;
	else if (size > pages->v4.size - pages->at)
		pages->err = E_TRUNCATED;
	if (pages->err != E_OK)
		return false;
	*ret_page = (struct unit_page){pages->v4.data + pages->at, count, high, form};
	pages->before = high;
	pages->at += size;
	return true;
}

/* Without an early end, so that the compiler makes it wide: most time of a big query passes here.
 */
static bool check_values(const struct unit_page *page)
{
	uint32_t wrong = 0;
	for (size_t i = 1; i < page->count; i++)
		wrong |= load_u16(page->data, i) <= load_u16(page->data, i - 1);
	return !wrong;
}

static bool check_bits(const struct unit_page *page)
{
	uint32_t bits = 0;
	for (size_t i = 0; i < BITS_BYTES / sizeof(uint64_t); i++)
		bits += (uint32_t)__builtin_popcountll(load_u64(page->data, i));
	return bits == page->count;
}

/* Apart from each other. */
static bool check_runs(const struct unit_page *page)
{
	uint32_t runs = load_u16(page->data, 0);
	uint32_t sum = 0;
	int32_t end = -2; /* last value of the run before */
	for (size_t i = 0; i < runs; i++) {
		int32_t first = load_u16(page->data, 1 + 2 * i);
		int32_t length = load_u16(page->data, 2 + 2 * i);
		if (first <= end + 1 || first + length > UINT16_MAX)
			return false;
		end = first + length;
		sum += (uint32_t)length + 1;
	}
	return sum == page->count;
}

static bool check_page(const struct unit_page *page)
{
	switch (page->form) {
	case PAGE_VALUES:
		return check_values(page);
	case PAGE_BITS:
		return check_bits(page);
	case PAGE_RUNS:
		return check_runs(page);
	}
	return false;
}

/* Every rule of the format: CRoaring's own reader lets most broken inputs through. */
static enum err check_v4(struct bytes v4)
{
	struct unit_pages pages;
	struct unit_page page;
	unit_pages_begin(&pages, v4);
	while (unit_pages_next(&pages, &page))
		if (!check_page(&page))
			return E_SYNTAX;
	return pages.err != E_OK ? pages.err : pages.at == v4.size ? E_OK : E_SYNTAX;
}

static bool check_nets(struct bytes nets)
{
	uint32_t wrong = 0;
	for (size_t i = 1; i < nets.size / sizeof(uint64_t); i++)
		wrong |= load_u64(nets.data, i) <= load_u64(nets.data, i - 1);
	return !wrong;
}

enum err unit_view_read(struct cursor *c, struct unit_view *ret_view)
{
	struct unit_view view;
	view.v4 = cursor_take(c, cursor_u32(c));
	if (c->err != E_OK)
		return c->err;
	enum err err = check_v4(view.v4);
	if (err != E_OK) {
		cursor_fail(c, err);
		return err;
	}
	size_t count = cursor_u32(c);
	if (count > cursor_left(c) / sizeof(uint64_t))
		cursor_fail(c, E_TRUNCATED);
	view.nets = cursor_take(c, c->err == E_OK ? count * sizeof(uint64_t) : 0);
	if (c->err == E_OK && !check_nets(view.nets))
		cursor_fail(c, E_SYNTAX);
	if (c->err == E_OK)
		*ret_view = view;
	return c->err;
}
