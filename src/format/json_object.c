/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json_object.h"

static const char *const codes[] = {[LANG_VI] = "vi", [LANG_EN] = "en"};

_Static_assert(sizeof(codes) / sizeof(codes[0]) == LANG__COUNT, "one code per language");

void object_init(struct object *o, struct writer *out)
{
	*o = (struct object){.out = out};
}

static void begin_value(struct object *o, const char *key)
{
	if (o->begun)
		writer_char(o->out, ',');
	o->begun = true;
	if (!key)
		return;
	writer_json(o->out, str_from(key));
	writer_char(o->out, ':');
}

static void open_container(struct object *o, const char *key, char bracket)
{
	begin_value(o, key);
	writer_char(o->out, bracket);
	o->begun = false;
}

static void close_container(struct object *o, char bracket)
{
	writer_char(o->out, bracket);
	o->begun = true;
}

void object_open(struct object *o, const char *key)
{
	open_container(o, key, '{');
}

void object_close(struct object *o)
{
	close_container(o, '}');
}

void object_open_array(struct object *o, const char *key)
{
	open_container(o, key, '[');
}

void object_close_array(struct object *o)
{
	close_container(o, ']');
}

void object_text(struct object *o, const char *key, struct str value)
{
	begin_value(o, key);
	writer_json(o->out, value);
}

void object_number(struct object *o, const char *key, uint64_t value)
{
	begin_value(o, key);
	writer_decimal(o->out, value);
}

void object_flag(struct object *o, const char *key, bool value)
{
	begin_value(o, key);
	writer_text(o->out, value ? "true" : "false");
}

void object_null(struct object *o, const char *key)
{
	begin_value(o, key);
	writer_text(o->out, "null");
}

void object_instant(struct object *o, const char *key, struct instant value)
{
	begin_value(o, key);
	writer_char(o->out, '"');
	writer_instant(o->out, value);
	writer_char(o->out, '"');
}

void object_date(struct object *o, const char *key, struct date value)
{
	begin_value(o, key);
	writer_char(o->out, '"');
	writer_date(o->out, value);
	writer_char(o->out, '"');
}

void object_text_if_any(struct object *o, const char *key, struct str value)
{
	if (value.size > 0)
		object_text(o, key, value);
}

void object_texts(struct object *o, const char *key, const struct str values[LANG__COUNT])
{
	bool any = false;
	for (int lang = 0; lang < LANG__COUNT; lang++)
		any = any || values[lang].size > 0;
	if (!any)
		return;
	object_open(o, key);
	for (int lang = 0; lang < LANG__COUNT; lang++)
		object_text_if_any(o, codes[lang], values[lang]);
	object_close(o);
}
