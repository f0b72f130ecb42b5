/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/office.h"

#include "base/cursor.h"
#include "base/load.h"
#include "unpack/inflate.h"
#include "unpack/macro.h"
#include "unpack/rich_text.h"

enum {
	POWERPOINT_OBJECT = 0x1011, /* ExOleObjStg: [MS-PPT] 2.10.34 */
	RECORD = 8,
	RECORDS_BEFORE_FILEPASS = 4,
	FILEPASS = 0x2F,
	FORM_EMBEDDED = 2
};

/* A string that ends in NUL. */
static struct str take_text(struct cursor *c)
{
	const uint8_t *at = c->data + c->at;
	size_t left = cursor_left(c);
	const uint8_t *end = left > 0 ? memchr(at, 0, left) : NULL;
	if (!end) {
		cursor_fail(c, E_TRUNCATED);
		return STR("");
	}
	struct bytes text = cursor_take(c, (size_t)(end - at));
	(void)cursor_u8(c);
	return (struct str){(const char *)text.data, text.size};
}

/* From the flags on: label, path, path of a temporary file, the file. */
static enum err open_package(struct unpacking *u, struct cursor *c)
{
	(void)cursor_u16(c);
	struct str label = take_text(c);
	(void)take_text(c);
	(void)cursor_u32(c);
	(void)cursor_take(c, cursor_u32(c));
	size_t size = cursor_u32(c);
	if (c->err == E_OK && size <= cursor_left(c))
		return unpacking_slice(u, label, cursor_take(c, size));
	return unpacking_check(u);
}

enum err office_open_native(struct unpacking *u, const struct container *self, struct bytes content)
{
	struct cursor c;
	(void)self;
	cursor_init(&c, content);
	uint32_t size = cursor_u32(&c);
	if (cursor_left(&c) < 2 || size > cursor_left(&c))
		return unpacking_check(u);
	/* Flags other than 2: the object's own form, whole. */
	if (load_u16(content.data + 4, 0) == FORM_EMBEDDED)
		return open_package(u, &c);
	return unpacking_slice(u, STR("object"), cursor_take(&c, size));
}

enum err office_open_object(struct unpacking *u, const struct container *self, struct bytes content)
{
	struct cursor c;
	(void)self;
	cursor_init(&c, content);
	(void)cursor_u32(&c);
	uint32_t form = cursor_u32(&c);
	struct bytes class = cursor_take(&c, cursor_u32(&c));
	(void)cursor_take(&c, cursor_u32(&c));
	(void)cursor_take(&c, cursor_u32(&c));
	size_t size = cursor_u32(&c);
	if (c.err != E_OK || form != FORM_EMBEDDED)
		return unpacking_check(u);
	struct bytes data = {c.data + c.at, size < cursor_left(&c) ? size : cursor_left(&c)};
	if (class.size < 7 || memcmp(class.data, "Package", 7) != 0)
		return unpacking_slice(u, STR("object"), data);
	cursor_init(&c, data);
	return open_package(u, &c);
}

/* A compound file, deflated behind its size when the record says so. */
static enum err open_record(struct unpacking *u, unsigned instance, struct bytes body)
{
	if (instance != 1)
		return unpacking_slice(u, STR("object"), body);
	if (body.size < 4)
		return unpacking_miss(u, STR("object"), UNSCANNED_DAMAGED, STR(""));
	body = (struct bytes){body.data + 4, body.size - 4};
	return inflate_member(u, STR("object"), body, DEFLATE_ZLIB);
}

static enum err open_slides(struct unpacking *u, const struct container *self, struct bytes content)
{
	struct cursor c;
	(void)self;
	cursor_init(&c, content);
	while (cursor_left(&c) >= RECORD) {
		unsigned instance = cursor_u16(&c) >> 4;
		unsigned type = cursor_u16(&c);
		size_t size = cursor_u32(&c);
		struct bytes body = {c.data + c.at, cursor_left(&c)};
		if (size < body.size)
			body.size = size;
		if (type == POWERPOINT_OBJECT)
			TRY(open_record(u, instance, body));
		(void)cursor_take(&c, body.size);
	}
	return unpacking_check(u);
}

const struct container *office_stream(struct str name)
{
	static const struct container native = {
		STR_INIT("OLE package"), .open = office_open_native};
	static const struct container slides = {STR_INIT("PowerPoint"), .open = open_slides};
	static const struct container macro = {
		STR_INIT("VBA"), .recognise = macro_fits, .open = macro_open};
	static const struct container text = {
		STR_INIT("compressed RTF"), .recognise = rich_text_fits, .open = rich_text_open};
	if (str_equal(name, STR("__substg1.0_10090102")))
		return &text;
	if (str_equal(name, STR("\1Ole10Native")))
		return &native;
	return str_equal(name, STR("PowerPoint Document")) ? &slides : &macro;
}

static bool workbook_is_encrypted(struct bytes content)
{
	struct cursor c;
	cursor_init(&c, content);
	for (unsigned i = 0; i < RECORDS_BEFORE_FILEPASS && cursor_left(&c) >= 4; i++) {
		unsigned type = cursor_u16(&c);
		if (type == FILEPASS)
			return true;
		(void)cursor_take(&c, cursor_u16(&c));
	}
	return false;
}

bool office_is_encrypted(struct str name, struct bytes content)
{
	if (str_equal(name, STR("EncryptedSummary")))
		return true;
	if (str_equal(name, STR("WordDocument")))
		return content.size > 12 && load_u16(content.data, 0) == 0xA5EC &&
		       (content.data[0x0B] & 1) != 0;
	if (str_equal(name, STR("Workbook")) || str_equal(name, STR("Book")))
		return workbook_is_encrypted(content);
	return false;
}
