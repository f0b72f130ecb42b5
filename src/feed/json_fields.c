/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/json_fields.h"

static bool is_container(enum json_kind kind)
{
	return kind == JSON_OBJECT || kind == JSON_ARRAY;
}

static struct str scalar_text(const struct json_token *t)
{
	if (t->kind == JSON_TRUE)
		return STR("true");
	if (t->kind == JSON_FALSE)
		return STR("false");
	return t->kind == JSON_NUMBER || t->kind == JSON_STRING ? t->text : STR("");
}

static enum err keep(const struct json_fields *fields, const struct json_field *field,
	const struct json_token *t)
{
	struct str text = scalar_text(t);
	*field->value = STR("");
	if (text.size == 0)
		return E_OK;
	*field->value = arena_copy(fields->texts, text);
	return field->value->data ? E_OK : E_NOMEM;
}

static const struct json_field *find(const struct json_fields *fields, struct str key)
{
	for (size_t i = 0; i < fields->count; i++)
		if (str_equal(fields->list[i].key, key))
			return &fields->list[i];
	return NULL;
}

static enum err read_member(
	struct json *j, const struct json_fields *fields, struct str key, struct problem *problem)
{
	struct json_token t;
	const struct json_field *field = find(fields, key);
	TRY(json_next(j, &t, problem));
	if (!is_container(t.kind))
		return field ? keep(fields, field, &t) : E_OK;
	if (!fields->container)
		return json_skip(j, &t, problem);
	return fields->container(fields->context, key, j, &t, problem);
}

enum err json_fields_read(struct json *j, const struct json_fields *fields, struct problem *problem)
{
	char key[64];
	struct json_token t;
	for (;;) {
		TRY(json_next(j, &t, problem));
		if (t.kind != JSON_KEY)
			return E_OK;
		/* The token's text does not outlive the next; a longer key is none we know. */
		struct str copy = {key, t.text.size <= sizeof(key) ? t.text.size : 0};
		if (copy.size > 0)
			memcpy(key, t.text.data, copy.size);
		TRY(read_member(j, fields, copy, problem));
	}
}

enum err json_each(struct json *j, json_element_fn *fn, void *context, struct problem *problem)
{
	struct json_token t;
	for (;;) {
		TRY(json_next(j, &t, problem));
		if (t.kind == JSON_ARRAY_END)
			return E_OK;
		TRY(fn(context, j, &t, problem));
	}
}

void json_resume(struct json *j, struct str text, struct json_place place)
{
	json_init(j, text);
	j->at = place.offset;
	j->line = place.line;
}

enum err json_document_take(
	struct writer *text, struct str window, size_t *ret_used, struct problem *problem)
{
	writer_str(text, window);
	*ret_used = window.size;
	if (text->err != E_LIMIT)
		return writer_end(text);
	problem_set(problem, PROBLEM_TOO_LARGE, STR(""), STR(""));
	problem->line = 0;
	problem->offset = 0;
	problem->limit = text->limit;
	return E_LIMIT;
}
