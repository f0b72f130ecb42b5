/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/json_elements.h"

#include "base/limits.h"

void json_elements_init(struct json_elements *e, unsigned level)
{
	*e = (struct json_elements){.level = level, .line = 1};
}

static void pass_string(struct json_elements *e, char c)
{
	if (!e->inside && (c != '"' || e->escaped) && e->name_size < sizeof(e->name))
		e->name[e->name_size++] = c;
	if (e->escaped)
		e->escaped = false;
	else if (c == '\\')
		e->escaped = true;
	else if (c == '"')
		e->in_string = false;
}

static void begin_string(struct json_elements *e)
{
	e->in_string = true;
	if (!e->inside)
		e->name_size = 0;
}

static void open_container(struct json_elements *e, char c)
{
	if (c == '{' && e->depth == e->level) {
		e->inside = true;
		e->too_long = false;
		e->begin = e->at;
		e->element_line = e->line;
	}
	e->depth++;
}

/* E_OK: an object ends with this byte. */
static enum err close_container(struct json_elements *e, struct str window, struct str *ret_object)
{
	if (e->depth == 0)
		return E_SYNTAX;
	e->depth--;
	if (!e->inside || e->depth != e->level)
		return E_TRUNCATED;
	e->inside = false;
	*ret_object = (struct str){window.data + e->begin, e->at + 1 - e->begin};
	return e->too_long || ret_object->size > LIMIT_ROW_BYTES ? E_LIMIT : E_OK;
}

static enum err pass(struct json_elements *e, struct str window, struct str *ret_object)
{
	char c = window.data[e->at];
	e->line += c == '\n';
	if (e->in_string)
		pass_string(e, c);
	else if (c == '"')
		begin_string(e);
	else if (c == '{' || c == '[')
		open_container(e, c);
	else if (c == '}' || c == ']')
		return close_container(e, window, ret_object);
	return E_TRUNCATED;
}

enum err json_elements_next(struct json_elements *e, struct str window, struct str *ret_object)
{
	enum err err = E_TRUNCATED;
	while (err == E_TRUNCATED && e->at < window.size) {
		err = pass(e, window, ret_object);
		e->at++;
	}
	return err;
}

size_t json_elements_used(struct json_elements *e)
{
	if (e->inside && e->at - e->begin > LIMIT_ROW_BYTES)
		e->too_long = true;
	size_t used = e->inside && !e->too_long ? e->begin : e->at;
	e->at -= used;
	e->begin = e->inside && e->begin > used ? e->begin - used : 0;
	return used;
}

bool json_elements_whole(const struct json_elements *e)
{
	return e->depth == 0 && !e->in_string;
}
