/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/json_values.h"

enum {
	TEXTS_MOST = 8 << 20, /* keys repeat the path to them; a row has LIMIT_ROW_BYTES */
	DEPTHS = 65           /* the reader's own bound, and one; LIMIT_JSON_DEPTH is less */
};

/* The way to a value: the key as it grows and shrinks, and per container where its part begins. */
struct path {
	struct writer key;
	size_t begins[DEPTHS];
	uint32_t elements[DEPTHS];
	bool arrays[DEPTHS];
};

void json_values_init(struct json_values *v)
{
	v->count = 0;
	arena_init(&v->texts, TEXTS_MOST);
}

void json_values_release(struct json_values *v)
{
	arena_release(&v->texts);
}

static void path_put(struct path *path, unsigned depth, struct str part)
{
	path->key.size = path->begins[depth];
	if (path->key.size > 0)
		writer_char(&path->key, '.');
	writer_str(&path->key, part);
}

/* A value or container begins; in an array its number is its key. */
static void path_element(struct path *path, unsigned depth)
{
	if (depth == 0 || !path->arrays[depth])
		return;
	path->key.size = path->begins[depth];
	if (path->key.size > 0)
		writer_char(&path->key, '.');
	writer_decimal(&path->key, path->elements[depth]++);
}

static void path_enter(struct path *path, unsigned depth, bool array)
{
	path->begins[depth] = path->key.size;
	path->arrays[depth] = array;
	path->elements[depth] = 0;
}

static enum err add(struct json_values *v, const struct path *path, const struct json_token *t,
	struct problem *problem)
{
	static const struct str words[JSON__COUNT] = {
		[JSON_TRUE] = STR_INIT("true"), [JSON_FALSE] = STR_INIT("false")};
	bool text = t->kind == JSON_NUMBER || t->kind == JSON_STRING;
	if (v->count == JSON_VALUES_MOST) {
		problem_set(problem, PROBLEM_TOO_MANY_COLUMNS, STR(""), STR(""));
		problem->limit = JSON_VALUES_MOST;
		return E_LIMIT;
	}
	TRY(writer_end(&path->key));
	struct json_value *value = &v->list[v->count++];
	value->kind = t->kind;
	value->key = arena_copy(&v->texts, writer_view_str(&path->key));
	value->text = text ? arena_copy(&v->texts, t->text) : words[t->kind];
	bool failed = !value->key.data || (text && !value->text.data);
	return failed ? E_NOMEM : E_OK;
}

static enum err bad(struct problem *problem, struct str got)
{
	problem_set(problem, PROBLEM_BAD_JSON, STR(""), got);
	return E_SYNTAX;
}

/* t->depth counts the containers around a value, so the parts of a container at depth d have d + 1.
 */
static enum err take(struct json_values *v, struct path *path, const struct json_token *t,
	struct problem *problem)
{
	switch (t->kind) {
	case JSON_KEY:
		path_put(path, t->depth, t->text);
		return E_OK;
	case JSON_OBJECT:
	case JSON_ARRAY:
		path_element(path, t->depth);
		path_enter(path, t->depth + 1, t->kind == JSON_ARRAY);
		return E_OK;
	case JSON_OBJECT_END:
	case JSON_ARRAY_END:
		return E_OK;
	default:
		path_element(path, t->depth);
		return add(v, path, t, problem);
	}
}

static enum err read_all(
	struct json_values *v, struct json *json, struct path *path, struct problem *problem)
{
	struct json_token t;
	TRY(json_next(json, &t, problem));
	if (t.kind != JSON_OBJECT)
		return bad(problem, t.text);
	for (;;) {
		TRY(json_next(json, &t, problem));
		if (t.kind == JSON_OBJECT_END && t.depth == 0)
			break;
		TRY(take(v, path, &t, problem));
	}
	TRY(json_next(json, &t, problem));
	return t.kind == JSON_END ? E_OK : bad(problem, t.text);
}

enum err json_values_read(struct json_values *v, struct str object, struct problem *problem)
{
	struct path path = {.begins = {0}};
	struct json json;
	arena_clear(&v->texts);
	v->count = 0;
	json_init(&json, object);
	writer_init(&path.key, LIMIT_ROW_BYTES);
	enum err err = read_all(v, &json, &path, problem);
	writer_release(&path.key);
	json_release(&json);
	return err;
}

const struct json_value *json_values_find(const struct json_values *v, struct str key)
{
	for (size_t i = 0; i < v->count; i++)
		if (str_equal(v->list[i].key, key))
			return &v->list[i];
	return NULL;
}

struct str json_values_text(const struct json_values *v, struct str key)
{
	const struct json_value *value = json_values_find(v, key);
	bool text = value && (value->kind == JSON_NUMBER || value->kind == JSON_STRING);
	return text ? value->text : STR("");
}
