/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/misp_manifest.h"

#include <assert.h>
#include <stdlib.h>

#include "feed/json_fields.h"

static bool is_uuid(struct str s)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	static_assert(sizeof(form) == MISP_UUID_SIZE + 1, "a UUID is as long as its form");
	if (s.size != MISP_UUID_SIZE)
		return false;
	for (size_t i = 0; i < s.size; i++) {
		char c = s.data[i];
		bool hex =
			(c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
		if (form[i] == '-' ? c != '-' : !hex)
			return false;
	}
	return true;
}

bool misp_manifest_recognise(struct str head)
{
	struct json json;
	struct json_token t;
	struct problem problem;
	json_init(&json, head);
	bool yes = json_next(&json, &t, &problem) == E_OK && t.kind == JSON_OBJECT &&
		   json_next(&json, &t, &problem) == E_OK && t.kind == JSON_KEY && is_uuid(t.text);
	yes = yes && json_next(&json, &t, &problem) == E_OK && t.kind == JSON_OBJECT;
	json_release(&json);
	return yes && (str_find(head, STR("\"timestamp\"")) < head.size ||
			      str_find(head, STR("\"Orgc\"")) < head.size);
}

struct collecting {
	struct arena *arena;
	struct misp_manifest_event *events;
	size_t count;
	size_t capacity;
	uint64_t rejected;
};

static enum err add(
	struct collecting *c, const struct misp_manifest_event *event, struct problem *problem)
{
	if (c->count == LIMIT_MANIFEST_EVENTS) {
		problem_set(problem, PROBLEM_TOO_MANY_OBJECTS, STR(""), STR(""));
		problem->limit = LIMIT_MANIFEST_EVENTS;
		return E_LIMIT;
	}
	if (c->count == c->capacity) {
		size_t capacity = c->capacity ? c->capacity * 2 : 256;
		struct misp_manifest_event *more = arena_alloc(c->arena, capacity, sizeof(*more));
		if (!more)
			return E_NOMEM;
		if (c->count > 0)
			memcpy(more, c->events, c->count * sizeof(*more));
		c->events = more;
		c->capacity = capacity;
	}
	c->events[c->count++] = *event;
	return E_OK;
}

static enum err read_event(
	struct collecting *c, struct json *j, const struct json_token *key, struct problem *problem)
{
	struct json_token t;
	struct misp_manifest_event event = {.timestamp = 0};
	struct str timestamp = {"", 0};
	const struct json_field list[] = {{STR("timestamp"), &timestamp}};
	const struct json_fields fields = {list, 1, NULL, NULL, c->arena};
	bool good = is_uuid(key->text);
	if (good)
		memcpy(event.uuid, key->text.data, MISP_UUID_SIZE);
	TRY(json_next(j, &t, problem));
	good = good && t.kind == JSON_OBJECT;
	c->rejected += !good;
	if (!good)
		return json_skip(j, &t, problem);
	TRY(json_fields_read(j, &fields, problem));
	(void)str_to_u64(timestamp, INT64_MAX, &event.timestamp);
	return add(c, &event, problem);
}

static enum err read_all(struct collecting *c, struct json *j, struct problem *problem)
{
	struct json_token t;
	TRY(json_next(j, &t, problem));
	if (t.kind != JSON_OBJECT) {
		problem_set(problem, PROBLEM_BAD_JSON, STR(""), t.text);
		return E_SYNTAX;
	}
	for (;;) {
		TRY(json_next(j, &t, problem));
		if (t.kind == JSON_OBJECT_END)
			return E_OK;
		TRY(read_event(c, j, &t, problem));
	}
}

static int compare(const void *a, const void *b)
{
	const struct misp_manifest_event *x = a;
	const struct misp_manifest_event *y = b;
	if (x->timestamp != y->timestamp)
		return x->timestamp < y->timestamp ? -1 : 1;
	return memcmp(x->uuid, y->uuid, sizeof(x->uuid));
}

enum err misp_manifest_parse(struct str text, struct arena *arena,
	struct misp_manifest *ret_manifest, uint64_t *ret_rejected, struct problem *problem)
{
	struct collecting c = {.arena = arena};
	struct json json;
	problem_set(problem, PROBLEM_NONE, STR(""), STR(""));
	json_init(&json, text);
	enum err err = read_all(&c, &json, problem);
	json_release(&json);
	TRY(err);
	if (c.count > 0)
		qsort(c.events, c.count, sizeof(*c.events), compare);
	*ret_manifest = (struct misp_manifest){c.events, c.count};
	*ret_rejected = c.rejected;
	return E_OK;
}

void misp_manifest_write(struct writer *w, const struct misp_manifest *manifest)
{
	writer_u32(w, (uint32_t)manifest->count);
	for (size_t i = 0; i < manifest->count; i++) {
		writer_str(w, (struct str){manifest->events[i].uuid, MISP_UUID_SIZE});
		writer_u64(w, manifest->events[i].timestamp);
	}
}

enum err misp_manifest_read(
	struct cursor *c, struct arena *arena, struct misp_manifest *ret_manifest)
{
	uint32_t count = cursor_u32(c);
	if (c->err != E_OK || count > LIMIT_MANIFEST_EVENTS ||
		count > cursor_left(c) / (MISP_UUID_SIZE + 8))
		return E_SYNTAX;
	struct misp_manifest_event *events = arena_alloc(arena, count + (size_t)1, sizeof(*events));
	if (!events)
		return E_NOMEM;
	for (uint32_t i = 0; i < count; i++) {
		struct bytes uuid = cursor_take(c, MISP_UUID_SIZE);
		events[i].timestamp = cursor_u64(c);
		struct str text = {(const char *)uuid.data, uuid.size};
		if (!is_uuid(text))
			return E_SYNTAX;
		memcpy(events[i].uuid, text.data, MISP_UUID_SIZE);
	}
	TRY(cursor_end(c));
	*ret_manifest = (struct misp_manifest){events, count};
	return E_OK;
}
