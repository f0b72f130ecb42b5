/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/json_values.h"

enum {
	TEXTS_MOST = 8 << 20, /* keys repeat the path to them; a row has LIMIT_ROW_BYTES */
	DEPTHS = 65           /* the reader's own bound, and one; LIMIT_JSON_DEPTH is less */
};

/* The way to a value: v->key holds the keys of the containers around it, up to `begins` of the
 * innermost one. */
struct path {
	struct json_values *v;
	struct json_token tokens[2]; /* a key stays in one while its value is read into the other */
	const struct json_token *own; /* key of the value in hand, in an object */
	size_t begins[DEPTHS];
	uint32_t elements[DEPTHS];
	bool arrays[DEPTHS];
};

void json_values_init(struct json_values *v)
{
	v->count = 0;
	arena_init(&v->texts, TEXTS_MOST);
	writer_init(&v->key, LIMIT_ROW_BYTES);
}

void json_values_release(struct json_values *v)
{
	arena_release(&v->texts);
	writer_release(&v->key);
}

static enum err too_large(struct problem *problem, enum problem_code code, uint64_t limit)
{
	problem_set(problem, code, STR(""), STR(""));
	problem->limit = limit;
	return E_LIMIT;
}

/* Nothing is NULL but where memory fails or the keys of one object, each with its way to it, pass
 * TEXTS_MOST: a bad row either way. */
static enum err found(struct str s, struct problem *problem)
{
	return s.data ? E_OK : too_large(problem, PROBLEM_ROW_TOO_LONG, TEXTS_MOST);
}

/* v->key becomes the key of the value in hand; in an array its number is its own. */
static void write_key(struct path *path, unsigned depth)
{
	struct writer *w = &path->v->key;
	w->size = path->begins[depth];
	if (w->size > 0)
		writer_char(w, '.');
	if (path->arrays[depth])
		writer_decimal(w, path->elements[depth]);
	else
		writer_str(w, path->own->text);
}

static struct str find_key(struct path *path, unsigned depth)
{
	struct json_values *v = path->v;
	if (path->begins[depth] == 0 && !path->arrays[depth] && path->own->in_place)
		return path->own->text;
	write_key(path, depth);
	return arena_copy(&v->texts, writer_view_str(&v->key));
}

static struct str find_text(struct json_values *v, const struct json_token *t)
{
	static const struct str words[JSON__COUNT] = {[JSON_NULL] = STR_INIT(""),
		[JSON_TRUE] = STR_INIT("true"),
		[JSON_FALSE] = STR_INIT("false")};
	if (t->kind != JSON_NUMBER && t->kind != JSON_STRING)
		return words[t->kind];
	return t->in_place ? t->text : arena_copy(&v->texts, t->text);
}

static enum err add(struct path *path, const struct json_token *t, struct problem *problem)
{
	struct json_values *v = path->v;
	if (v->count == JSON_VALUES_MOST)
		return too_large(problem, PROBLEM_TOO_MANY_COLUMNS, JSON_VALUES_MOST);
	struct json_value *value = &v->list[v->count];
	value->kind = t->kind;
	value->in_place = t->in_place;
	value->key = find_key(path, t->depth);
	value->text = find_text(v, t);
	TRY(found(value->key, problem));
	TRY(found(value->text, problem));
	path->elements[t->depth]++;
	v->count++;
	return E_OK;
}

static void enter(struct path *path, unsigned depth, bool array)
{
	write_key(path, depth);
	path->elements[depth]++;
	path->begins[depth + 1] = path->v->key.size;
	path->arrays[depth + 1] = array;
	path->elements[depth + 1] = 0;
}

/* The reader keeps a key with escapes only until its next token. */
static enum err keep_key(struct path *path, struct json_token *t, struct problem *problem)
{
	if (!t->in_place)
		t->text = arena_copy(&path->v->texts, t->text);
	path->own = t;
	return found(t->text, problem);
}

static enum err bad(struct problem *problem, struct str got)
{
	problem_set(problem, PROBLEM_BAD_JSON, STR(""), got);
	return E_SYNTAX;
}

/* t->depth counts the containers around a value. */
static enum err take(struct path *path, struct json_token *t, struct problem *problem)
{
	switch (t->kind) {
	case JSON_KEY:
		return keep_key(path, t, problem);
	case JSON_OBJECT:
	case JSON_ARRAY:
		enter(path, t->depth, t->kind == JSON_ARRAY);
		return E_OK;
	case JSON_OBJECT_END:
	case JSON_ARRAY_END:
		return E_OK;
	default:
		return add(path, t, problem);
	}
}

static enum err read_all(struct path *path, struct json *json, struct problem *problem)
{
	struct json_token *t = path->tokens;
	TRY(json_next(json, t, problem));
	if (t->kind != JSON_OBJECT)
		return bad(problem, t->text);
	for (;;) {
		TRY(json_next(json, t, problem));
		if (t->kind == JSON_OBJECT_END && t->depth == 0)
			break;
		TRY(take(path, t, problem));
		if (t->kind == JSON_KEY)
			t = t == path->tokens ? path->tokens + 1 : path->tokens;
	}
	TRY(json_next(json, t, problem));
	return t->kind == JSON_END ? E_OK : bad(problem, t->text);
}

enum err json_values_add(
	struct json_values *v, struct str above, struct str object, struct problem *problem)
{
	struct path path;
	struct json json;
	size_t count = v->count;
	path.v = v;
	path.tokens[1] = (struct json_token){.text = STR(""), .in_place = true};
	path.own = &path.tokens[1];
	path.begins[1] = above.size;
	path.elements[1] = 0;
	path.arrays[1] = false;
	writer_clear(&v->key);
	writer_str(&v->key, above);
	json_init(&json, object);
	enum err err = read_all(&path, &json, problem);
	json_release(&json);
	if (err != E_OK)
		v->count = count;
	return err;
}

enum err json_values_read(struct json_values *v, struct str object, struct problem *problem)
{
	arena_clear(&v->texts);
	v->count = 0;
	return json_values_add(v, STR(""), object, problem);
}

/* Asked of every row, and hardly ever so: one byte tells most keys apart. */
static bool begins(const struct json_value *value, struct str prefix)
{
	return value->key.size >= prefix.size && value->key.data[0] == prefix.data[0] &&
	       str_starts(value->key, prefix);
}

void json_values_unwrap(struct json_values *v, struct str prefix)
{
	size_t kept = 0;
	for (size_t i = 0; i < v->count; i++) {
		if (!begins(&v->list[i], prefix))
			continue;
		struct json_value *value = &v->list[kept++];
		*value = v->list[i];
		value->key.data += prefix.size;
		value->key.size -= prefix.size;
	}
	v->count = kept > 0 ? kept : v->count;
}

const struct json_value *json_values_find(const struct json_values *v, struct str key)
{
	for (size_t i = v->count; i > 0; i--)
		if (str_equal(v->list[i - 1].key, key))
			return &v->list[i - 1];
	return NULL;
}

struct str json_values_text(const struct json_values *v, struct str key)
{
	const struct json_value *value = json_values_find(v, key);
	bool text = value && (value->kind == JSON_NUMBER || value->kind == JSON_STRING);
	return text ? value->text : STR("");
}
