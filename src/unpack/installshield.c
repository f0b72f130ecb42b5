/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/installshield.h"

#include "base/cursor.h"
#include "base/writer.h"
#include "unpack/find.h"
#include "unpack/inflate.h"
#include "unpack/installshield_cabinet.h"

enum {
	MARK_WITHIN = 512, /* bytes behind the program before the mark */
	MARK = 14,         /* "InstallShield" and its NUL */
	HEADER = 0x2E,
	NAME = 260,
	ENTRY = 312,
	KEYED = 2,
	KEY_RESTARTS = 4,
	RESTART = 1024,
	FILES = 4096
};

enum err installshield_open_cabinet(
	struct unpacking *u, const struct container *self, struct bytes content)
{
	struct shield_set set = {.list = content};
	(void)self;
	set.volumes[1] = content;
	if (shield_has_list(content))
		return shield_open(u, &set);
	unpacking_fault(u, UNSCANNED_UNSUPPORTED, STR("part of an InstallShield set"));
	return unpacking_check(u);
}

/* Halves of each byte changed places, then the name with four constants over it. */
static void uncover(struct str name, unsigned flags, struct bytes from, uint8_t *to)
{
	static const uint8_t constants[4] = {0xEC, 0xCA, 0x79, 0xF8};
	for (size_t i = 0; i < from.size; i++) {
		size_t k = (flags & KEY_RESTARTS ? i % RESTART : i) % name.size;
		uint8_t c = (uint8_t)(from.data[i] >> 4 | from.data[i] << 4);
		to[i] = (uint8_t)(c ^ (uint8_t)name.data[k] ^ constants[k % 4]);
	}
}

static enum err add_plain(struct unpacking *u, bool deflated, struct bytes content)
{
	return deflated ? inflate_add(u, content, DEFLATE_ZLIB, NULL) : unpacking_add(u, content);
}

static enum err add_keyed(
	struct unpacking *u, struct str name, unsigned flags, bool deflated, struct bytes content)
{
	struct writer w;
	if (!(flags & (KEYED | KEY_RESTARTS)) || name.size == 0 || content.size == 0)
		return add_plain(u, deflated, content);
	writer_init(&w, content.size);
	uint8_t *plain = writer_reserve(&w, content.size);
	if (plain)
		uncover(name, flags, content, plain);
	enum err err = plain ? add_plain(u, deflated, writer_view(&w)) : E_NOMEM;
	writer_release(&w);
	return err;
}

static enum err open_keyed_file(struct unpacking *u, struct cursor *c)
{
	struct bytes field = cursor_take(c, NAME);
	unsigned flags = cursor_u32(c);
	(void)cursor_u32(c);
	size_t size = cursor_u32(c);
	(void)cursor_take(c, 8);
	bool deflated = cursor_u32(c) != 0;
	(void)cursor_take(c, ENTRY - NAME - 24);
	if (c->err != E_OK)
		return E_OK;
	struct str name = {(const char *)field.data, strnlen((const char *)field.data, field.size)};
	bool whole = size <= cursor_left(c);
	struct bytes content = cursor_take(c, whole ? size : cursor_left(c));
	TRY(unpacking_begin(u, name));
	enum err err = add_keyed(u, name, flags, deflated, content);
	return unpacking_end(u, err == E_OK && !whole ? E_TRUNCATED : err, STR("InstallShield"));
}

static enum err open_keyed(struct unpacking *u, struct bytes content)
{
	struct cursor c;
	cursor_init(&c, content);
	(void)cursor_take(&c, MARK);
	uint32_t count = cursor_u32(&c);
	(void)cursor_take(&c, HEADER - MARK - 4);
	for (uint32_t i = 0; i < count && i < FILES && c.err == E_OK; i++)
		TRY(open_keyed_file(u, &c));
	if (c.err != E_OK)
		unpacking_fault(u, UNSCANNED_DAMAGED, STR("InstallShield"));
	return unpacking_check(u);
}

/* A file that lies plain behind four texts: name, path, version, size. */
struct plain_file {
	struct str name;
	struct bytes content;
};

static bool take_text(struct bytes *left, struct str *ret_text)
{
	size_t most = left->size < NAME ? left->size : NAME;
	const uint8_t *end = most ? memchr(left->data, 0, most) : NULL;
	if (!end)
		return false;
	*ret_text = (struct str){(const char *)left->data, (size_t)(end - left->data)};
	*left = (struct bytes){end + 1, left->size - ret_text->size - 1};
	return true;
}

static bool take_plain_file(struct bytes *left, struct plain_file *f)
{
	struct str path, version, digits;
	uint64_t size;
	struct bytes at = *left;
	if (!take_text(&at, &f->name) || !take_text(&at, &path) || !take_text(&at, &version) ||
		!take_text(&at, &digits) || f->name.size == 0 || path.size == 0 ||
		!str_to_u64(digits, at.size, &size))
		return false;
	f->content = (struct bytes){at.data, (size_t)size};
	*left = (struct bytes){at.data + size, at.size - (size_t)size};
	return true;
}

/* "data2.cab": 2. */
static unsigned volume_of(struct str name)
{
	unsigned number = 0;
	for (size_t i = 0; i < name.size && name.data[i] != '.'; i++)
		if (name.data[i] >= '0' && name.data[i] <= '9' && number < SHIELD_VOLUMES)
			number = number * 10 + (unsigned)(name.data[i] - '0');
	return number < SHIELD_VOLUMES ? number : 0;
}

static struct str last_four(struct str name)
{
	return (struct str){name.data + name.size - 4, 4};
}

static enum err use_plain_file(
	struct unpacking *u, struct shield_set *set, const struct plain_file *f)
{
	if (!shield_is_cabinet(f->content))
		return unpacking_slice(u, f->name, f->content);
	/* "data1.hdr" is a list and nothing else. */
	if (f->name.size > 4 && str_equal_nocase(last_four(f->name), STR(".cab")))
		set->volumes[volume_of(f->name)] = f->content;
	if (shield_has_list(f->content))
		set->list = f->content;
	return E_OK;
}

static enum err open_plain(struct unpacking *u, struct bytes left)
{
	struct shield_set set = {0};
	struct plain_file f;
	while (take_plain_file(&left, &f))
		TRY(use_plain_file(u, &set, &f));
	if (left.size > 0)
		unpacking_fault(u, UNSCANNED_DAMAGED, STR("InstallShield"));
	return set.list.size > 0 ? shield_open(u, &set) : unpacking_check(u);
}

enum err installshield_open(struct unpacking *u, struct bytes overlay, bool *ret_known)
{
	struct bytes near = {overlay.data, overlay.size < MARK_WITHIN ? overlay.size : MARK_WITHIN};
	size_t keyed = bytes_find(near, STR("InstallShield\0"));
	struct bytes left = overlay;
	struct plain_file f;
	*ret_known = true;
	if (keyed < near.size)
		return open_keyed(u, bytes_from(overlay, keyed));
	if (bytes_find(near, STR("ISSetupStream\0")) < near.size) {
		unpacking_fault(u, UNSCANNED_UNSUPPORTED, STR("InstallShield (ISSetupStream)"));
		return unpacking_check(u);
	}
	*ret_known = take_plain_file(&left, &f);
	return *ret_known ? open_plain(u, overlay) : E_OK;
}
