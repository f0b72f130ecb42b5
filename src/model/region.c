/* SPDX-License-Identifier: Apache-2.0 */
#include "model/region.h"

#include "base/limits.h"
#include "model/site.h"

static bool text_valid(struct str s)
{
	return s.size <= LIMIT_REGION_TEXT && site_line_valid(s);
}

static size_t letters(struct str s)
{
	size_t count = 0;
	for (size_t i = 0; i < s.size; count++) {
		size_t length = utf8_length((struct str){s.data + i, s.size - i});
		i += length ? length : 1;
	}
	return count;
}

static enum region_fault check_one(const struct region *r)
{
	if (r->key.size == 0 || r->key.size > LIMIT_REGION_KEY || !site_line_valid(r->key) ||
		str_trim(r->key).size != r->key.size)
		return REGION_NO_KEY;
	if (!text_valid(r->name[LANG_VI]) || !text_valid(r->name[LANG_EN]) ||
		!text_valid(r->part_of) || !text_valid(r->also))
		return REGION_BAD_TEXT;
	if (r->short_name.size == 0 || !text_valid(r->short_name) ||
		letters(r->short_name) > REGION_SHORT)
		return REGION_BAD_SHORT;
	return r->column < REGION_GRID && r->row < REGION_GRID ? REGION_SOUND : REGION_OFF_GRID;
}

static enum region_fault check_before(const struct region *list, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (str_equal(list[i].key, list[index].key))
			return REGION_TWICE;
		if (list[i].column == list[index].column && list[i].row == list[index].row)
			return REGION_SAME_SQUARE;
	}
	return REGION_SOUND;
}

static bool owner_known(const struct region *list, size_t count, struct str key)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(list[i].key, key))
			return list[i].part_of.size == 0;
	return key.size == 0;
}

enum region_fault regions_check(const struct region *list, size_t count, size_t *ret_index)
{
	for (size_t i = 0; i < count; i++) {
		enum region_fault fault = check_one(&list[i]);
		if (fault == REGION_SOUND)
			fault = check_before(list, i);
		if (fault == REGION_SOUND && !owner_known(list, count, list[i].part_of))
			fault = REGION_PART_OF_NONE;
		*ret_index = i;
		if (fault != REGION_SOUND)
			return fault;
	}
	*ret_index = count;
	return REGION_SOUND;
}

/* --- what a table says --- */

static bool is_filler(char c)
{
	return c == ' ' || c == '_' || c == '-' || c == '.';
}

/* The next letter that counts, small; -1 at the end. */
static int next_letter(struct str *s)
{
	while (s->size > 0 && is_filler(s->data[0]))
		*s = (struct str){s->data + 1, s->size - 1};
	if (s->size == 0)
		return -1;
	unsigned char c = (unsigned char)s->data[0];
	*s = (struct str){s->data + 1, s->size - 1};
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static bool same_word(struct str a, struct str b)
{
	for (;;) {
		int x = next_letter(&a);
		if (x != next_letter(&b))
			return false;
		if (x < 0)
			return true;
	}
}

static bool called(const struct region *r, struct str said)
{
	if (same_word(r->name[LANG_VI], said) || same_word(r->name[LANG_EN], said))
		return true;
	for (struct str rest = r->also; rest.size > 0;)
		if (same_word(str_cut(rest, ' ', &rest), said))
			return true;
	return false;
}

static struct str without_zero(struct str s)
{
	bool zero = s.size > 1 && s.data[0] == '0';
	return zero ? (struct str){s.data + 1, s.size - 1} : s;
}

size_t regions_find(const struct region *list, size_t count, struct str said)
{
	said = str_trim(said);
	if (said.size == 0)
		return count;
	for (size_t i = 0; i < count; i++)
		if (str_equal_nocase(list[i].key, said))
			return i;
	for (size_t i = 0; i < count; i++)
		if (str_equal(without_zero(list[i].key), without_zero(said)))
			return i;
	for (size_t i = 0; i < count; i++)
		if (called(&list[i], said))
			return i;
	return count;
}

/* --- stored --- */

void regions_write(struct writer *w, const struct region *list, size_t count)
{
	writer_u32(w, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		writer_string(w, list[i].key);
		for (int lang = 0; lang < LANG__COUNT; lang++)
			writer_string(w, list[i].name[lang]);
		writer_string(w, list[i].short_name);
		writer_u8(w, list[i].column);
		writer_u8(w, list[i].row);
		writer_string(w, list[i].part_of);
		writer_string(w, list[i].also);
	}
}

static struct region read_one(struct cursor *c)
{
	struct region r = {.key = cursor_string(c, LIMIT_REGION_KEY)};
	for (int lang = 0; lang < LANG__COUNT; lang++)
		r.name[lang] = cursor_string(c, LIMIT_REGION_TEXT);
	r.short_name = cursor_string(c, LIMIT_REGION_TEXT);
	r.column = cursor_u8(c);
	r.row = cursor_u8(c);
	r.part_of = cursor_string(c, LIMIT_REGION_TEXT);
	r.also = cursor_string(c, LIMIT_REGION_TEXT);
	return r;
}

enum err regions_read(
	struct cursor *c, struct arena *arena, const struct region **ret_list, size_t *ret_count)
{
	size_t index;
	size_t count = cursor_u32(c);
	if (c->err != E_OK || count > LIMIT_REGIONS)
		return c->err != E_OK ? c->err : E_LIMIT;
	struct region *list = arena_alloc(arena, count + 1, sizeof(*list));
	if (!list)
		return E_NOMEM;
	for (size_t i = 0; i < count && c->err == E_OK; i++)
		list[i] = read_one(c);
	TRY(cursor_end(c));
	if (regions_check(list, count, &index) != REGION_SOUND)
		return E_CORRUPT;
	*ret_list = list;
	*ret_count = count;
	return E_OK;
}
