/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/container_tnef.h"

#include "base/cursor.h"
#include "unpack/rich_text.h"

enum {
	ATTACHMENT_LEVEL = 2,
	ATTRIBUTE = 9,  /* bytes before a value; fewer are what mail programs leave behind */
	OBJECT_ID = 16, /* of the interface, before an embedded object in a property */
	PROPERTIES = 65536,
	MULTIPLE = 0x1000
};

enum attribute {
	BODY = 0x2800C,
	DATA = 0x6800F,
	TITLE = 0x18010,
	RENDERING = 0x69002, /* begins an attachment */
	MESSAGE_PROPERTIES = 0x69003,
	ATTACHMENT_PROPERTIES = 0x69005
};

enum property_type {
	OBJECT = 0x0D,
	STRING = 0x1E,
	UNICODE = 0x1F,
	BINARY = 0x102
};

enum property_id {
	COMPRESSED_TEXT = 0x1009,
	HTML = 0x1013,
	ATTACHED_OBJECT = 0x3701,
	LONG_NAME = 0x3707
};

/* An attachment as far as it has come. */
struct attachment {
	struct str title, long_name;
	struct bytes data, object;
};

struct message {
	struct unpacking *u;
	struct attachment attachment;
};

static struct str name_of(struct bytes b)
{
	return (struct str){
		(const char *)b.data, b.data ? strnlen((const char *)b.data, b.size) : 0};
}

static enum err finish_attachment(struct message *m)
{
	struct attachment a = m->attachment;
	struct str name = a.long_name.size > 0 ? a.long_name : a.title;
	m->attachment = (struct attachment){0};
	if (a.data.size > 0)
		TRY(unpacking_slice(m->u, name, a.data));
	return a.object.size > 0 ? unpacking_slice(m->u, name, a.object) : E_OK;
}

static size_t fixed_size(unsigned type)
{
	switch (type) {
	case 0x02:
	case 0x03:
	case 0x04:
	case 0x0A:
	case 0x0B:
		return 4;
	case 0x05:
	case 0x06:
	case 0x07:
	case 0x14:
	case 0x40:
		return 8;
	case 0x48:
		return 16;
	default:
		return 0;
	}
}

static bool is_variable(unsigned type)
{
	return type == OBJECT || type == STRING || type == UNICODE || type == BINARY;
}

/* A length, that many bytes, and up to three more. */
static struct bytes take_value(struct cursor *c)
{
	size_t size = cursor_u32(c);
	struct bytes value = cursor_take(c, size);
	size_t padding = (4 - size % 4) % 4;
	(void)cursor_take(c, padding < cursor_left(c) ? padding : cursor_left(c));
	return value;
}

static void skip_name(struct cursor *c)
{
	(void)cursor_take(c, 16);
	if (cursor_u32(c) == 0)
		(void)cursor_u32(c);
	else
		(void)take_value(c);
}

static enum err use_property(struct message *m, unsigned id, struct bytes value)
{
	struct attachment *a = &m->attachment;
	if (id == LONG_NAME)
		a->long_name = name_of(value);
	else if (id == ATTACHED_OBJECT && value.size > OBJECT_ID)
		a->object = (struct bytes){value.data + OBJECT_ID, value.size - OBJECT_ID};
	else if (id == HTML)
		return unpacking_slice(m->u, STR("body.html"), value);
	else if (id == COMPRESSED_TEXT)
		return rich_text_open(m->u, NULL, value);
	return E_OK;
}

static enum err read_values(struct message *m, struct cursor *c, unsigned type, unsigned id)
{
	bool variable = is_variable(type & ~(unsigned)MULTIPLE);
	uint32_t count = variable || (type & MULTIPLE) ? cursor_u32(c) : 1;
	size_t size = fixed_size(type & ~(unsigned)MULTIPLE);
	if (!variable && size == 0)
		cursor_fail(c, E_SYNTAX);
	for (uint32_t i = 0; i < count && c->err == E_OK; i++) {
		struct bytes value = variable ? take_value(c) : cursor_take(c, size);
		if (variable && value.size > 0)
			TRY(use_property(m, id, value));
	}
	return E_OK;
}

static enum err read_properties(struct message *m, struct bytes content)
{
	struct cursor c;
	cursor_init(&c, content);
	uint32_t count = cursor_u32(&c);
	for (uint32_t i = 0; i < count && i < PROPERTIES && c.err == E_OK; i++) {
		unsigned type = cursor_u16(&c);
		unsigned id = cursor_u16(&c);
		if (id >= 0x8000)
			skip_name(&c);
		TRY(unpacking_check(m->u));
		TRY(read_values(m, &c, type, id));
	}
	if (c.err != E_OK)
		unpacking_fault(m->u, UNSCANNED_DAMAGED, STR("properties"));
	return E_OK;
}

static enum err use_attribute(struct message *m, uint32_t attribute, struct bytes value)
{
	if (attribute == RENDERING)
		return finish_attachment(m);
	if (attribute == DATA)
		m->attachment.data = value;
	else if (attribute == TITLE)
		m->attachment.title = name_of(value);
	else if (attribute == BODY)
		return unpacking_slice(m->u, STR("body.txt"), value);
	else if (attribute == ATTACHMENT_PROPERTIES || attribute == MESSAGE_PROPERTIES)
		return read_properties(m, value);
	return E_OK;
}

/* The sums behind values are not compared: mail programs do not either. */
static enum err read_attributes(struct message *m, struct cursor *c)
{
	while (cursor_left(c) >= ATTRIBUTE && c->err == E_OK) {
		unsigned level = cursor_u8(c);
		uint32_t attribute = cursor_u32(c);
		size_t size = cursor_u32(c);
		if (level == 0 || level > ATTACHMENT_LEVEL)
			cursor_fail(c, E_SYNTAX);
		/* What is cut off is used as far as it came. */
		struct bytes value = {
			c->data + c->at, size < cursor_left(c) ? size : cursor_left(c)};
		TRY(unpacking_check(m->u));
		if (c->err == E_OK)
			TRY(use_attribute(m, attribute, value));
		(void)cursor_take(c, size);
		(void)cursor_u16(c);
	}
	return E_OK;
}

enum err tnef_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	struct message m = {.u = u};
	struct cursor c;
	(void)self;
	cursor_init(&c, content);
	(void)cursor_u32(&c);
	(void)cursor_u16(&c);
	TRY(read_attributes(&m, &c));
	if (c.err != E_OK)
		unpacking_fault(u, UNSCANNED_DAMAGED, STR(""));
	return finish_attachment(&m);
}
