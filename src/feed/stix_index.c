/* SPDX-License-Identifier: Apache-2.0 */
/* The objects of a STIX document by their ids: they refer to each other in any order. */
#include <stdlib.h>

#include "feed/stix.h"

void stix_index_init(struct stix_index *index, struct hash_key key)
{
	*index = (struct stix_index){.key = key};
	index->last = &index->first;
	arena_init(&index->arena, LIMIT_DOCUMENT_BYTES * 4);
}

void stix_index_release(struct stix_index *index)
{
	arena_release(&index->arena);
	free(index->slots);
}

/* --- by id --- */

static size_t slot_of(const struct stix_index *index, struct str id)
{
	size_t at = (size_t)keyed_hash(&index->key, str_bytes(id)) & (index->slot_count - 1);
	while (index->slots[at] && !str_equal(index->slots[at]->id, id))
		at = (at + 1) & (index->slot_count - 1);
	return at;
}

struct stix_object *stix_index_find(const struct stix_index *index, struct str id)
{
	return index->slot_count && id.size ? index->slots[slot_of(index, id)] : NULL;
}

static enum err fill_slots(struct stix_index *index)
{
	index->slot_count = 64;
	while (index->slot_count < index->count * 2)
		index->slot_count *= 2;
	index->slots = calloc(index->slot_count, sizeof(struct stix_object *));
	if (!index->slots)
		return E_NOMEM;
	/* Of one id told twice the later version counts. */
	for (struct stix_object *o = index->first; o; o = o->next)
		if (o->id.size > 0)
			index->slots[slot_of(index, o->id)] = o;
	return E_OK;
}

/* --- reading --- */

/* One object while it is read; its type may come last. */
struct reading {
	struct stix_index *index;
	struct stix_object object;
	struct str type, revoked, relationship, source, target, first_seen, last_seen;
	struct str first_observed, last_observed, valid_from, valid_until;
	struct str start_time, stop_time;
	struct str number_observed, count, pattern, value, src_ref, dst_ref, sighting_of;
	struct stix_text **last_part; /* of those that stand inside */
	uint64_t inside; /* where the objects stand that stand inside observed data; 0: nowhere */
	bool around;     /* it holds objects, as bundles and envelopes do */
};

static enum err add_text(struct stix_index *index, struct str text, struct stix_text ***last)
{
	struct stix_text *item = arena_alloc(&index->arena, 1, sizeof(*item));
	if (!item)
		return E_NOMEM;
	item->text = arena_copy(&index->arena, text);
	**last = item;
	*last = &item->next;
	return item->text.data ? E_OK : E_NOMEM;
}

struct texts {
	struct stix_index *index;
	struct stix_text **last;
};

static enum err take_phase(struct texts *texts, struct json *j, struct problem *problem)
{
	struct str name = {"", 0};
	const struct json_field list[] = {{STR("phase_name"), &name}};
	const struct json_fields fields = {list, 1, NULL, NULL, &texts->index->arena};
	TRY(json_fields_read(j, &fields, problem));
	return name.size > 0 ? add_text(texts->index, name, &texts->last) : E_OK;
}

static enum err take_text(
	void *context, struct json *j, const struct json_token *t, struct problem *problem)
{
	struct texts *texts = context;
	if (t->kind == JSON_STRING)
		return add_text(texts->index, t->text, &texts->last);
	if (t->kind == JSON_OBJECT)
		return take_phase(texts, j, problem);
	return t->kind == JSON_ARRAY ? json_skip(j, t, problem) : E_OK;
}

static enum err take_texts(
	struct reading *r, struct json *j, struct stix_text **into, struct problem *problem)
{
	struct texts texts = {r->index, into};
	*into = NULL; /* the key came before: the last counts */
	return json_each(j, take_text, &texts, problem);
}

static enum err read_inside(struct reading *outer, struct json *j, const struct json_token *begin,
	struct problem *problem);

static enum err take_object(
	void *context, struct json *j, const struct json_token *t, struct problem *problem);

static enum err take_part(void *context, struct str key, struct json *j,
	const struct json_token *begin, struct problem *problem)
{
	struct reading *r = context;
	struct stix_object *o = &r->object;
	const struct {
		struct str key;
		struct stix_text **into;
	} lists[] = {
		{STR("indicator_types"), &o->words[STIX_WORDS_TYPES]},
		{STR("infrastructure_types"), &o->words[STIX_WORDS_TYPES]},
		{STR("labels"), &o->words[STIX_WORDS_LABELS]},
		{STR("kill_chain_phases"), &o->words[STIX_WORDS_PHASES]},
		{STR("object_refs"), &o->parts},
		{STR("observed_data_refs"), &o->parts},
		{STR("protocols"), &o->protocols},
	};
	if (begin->kind == JSON_OBJECT && str_equal(key, STR("objects")) && r->inside == 0)
		return read_inside(r, j, begin, problem);
	if (begin->kind == JSON_ARRAY && str_equal(key, STR("objects")) && r->inside == 0) {
		r->around = true;
		return json_each(j, take_object, r->index, problem);
	}
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (begin->kind == JSON_ARRAY && str_equal(key, lists[i].key))
			return take_texts(r, j, lists[i].into, problem);
	return json_skip(j, begin, problem);
}

static enum err read_members(struct reading *r, struct json *j, struct problem *problem)
{
	struct stix_object *o = &r->object;
	const struct json_field list[] = {
		{STR("type"), &r->type},
		{STR("id"), &o->id},
		{STR("revoked"), &r->revoked},
		{STR("name"), &o->name},
		{STR("value"), &r->value},
		{STR("src_ref"), &r->src_ref},
		{STR("dst_ref"), &r->dst_ref},
		{STR("src_port"), &o->from_port},
		{STR("dst_port"), &o->to_port},
		{STR("pattern"), &r->pattern},
		{STR("pattern_type"), &o->pattern_type},
		{STR("valid_from"), &r->valid_from},
		{STR("valid_until"), &r->valid_until},
		{STR("created"), &o->created},
		{STR("start_time"), &r->start_time},
		{STR("stop_time"), &r->stop_time},
		{STR("confidence"), &o->confidence},
		{STR("sighting_of_ref"), &r->sighting_of},
		{STR("first_seen"), &r->first_seen},
		{STR("last_seen"), &r->last_seen},
		{STR("first_observed"), &r->first_observed},
		{STR("last_observed"), &r->last_observed},
		{STR("number_observed"), &r->number_observed},
		{STR("count"), &r->count},
		{STR("relationship_type"), &r->relationship},
		{STR("source_ref"), &r->source},
		{STR("target_ref"), &r->target},
	};
	const struct json_fields fields = {
		list, sizeof(list) / sizeof(list[0]), take_part, r, &r->index->arena};
	return json_fields_read(j, &fields, problem);
}

/* Ids of what stands inside are numbers of that place: "1" is "@OFFSET.1". */
static enum err id_inside(const struct reading *r, struct str *id)
{
	struct writer w;
	if (r->inside == 0 || id->size == 0)
		return E_OK;
	writer_init(&w, LIMIT_ROW_BYTES);
	writer_char(&w, '@');
	writer_decimal(&w, r->inside);
	writer_char(&w, '.');
	writer_str(&w, *id);
	enum err err = writer_end(&w);
	if (err == E_OK) {
		*id = arena_copy(&r->index->arena, writer_view_str(&w));
		err = id->data ? E_OK : E_NOMEM;
	}
	writer_release(&w);
	return err;
}

/* The members that mean the same in several types. */
static void settle(struct reading *r)
{
	static const struct {
		struct str name;
		enum stix_type type;
	} types[] = {
		{STR_INIT("indicator"), STIX_INDICATOR},
		{STR_INIT("malware"), STIX_MALWARE},
		{STR_INIT("sighting"), STIX_SIGHTING},
		{STR_INIT("observed-data"), STIX_OBSERVED},
		{STR_INIT("ipv4-addr"), STIX_ADDRESS},
		{STR_INIT("ipv6-addr"), STIX_ADDRESS},
		{STR_INIT("network-traffic"), STIX_TRAFFIC},
		{STR_INIT("infrastructure"), STIX_INFRASTRUCTURE},
	};
	struct stix_object *o = &r->object;
	o->type = STIX_ANOTHER;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_equal(r->type, types[i].name))
			o->type = types[i].type;
	bool indicator = o->type == STIX_INDICATOR;
	bool observed = o->type == STIX_OBSERVED;
	o->revoked = str_equal(r->revoked, STR("true"));
	o->value = indicator ? r->pattern : r->value;
	o->from = o->type == STIX_SIGHTING ? r->sighting_of : r->src_ref;
	o->to = r->dst_ref;
	o->first = indicator ? r->valid_from : observed ? r->first_observed : r->first_seen;
	o->last = indicator ? r->valid_until : observed ? r->last_observed : r->last_seen;
	o->count = observed ? r->number_observed : r->count;
}

static enum err refuse_number(struct problem *problem)
{
	problem_set(problem, PROBLEM_TOO_MANY_OBJECTS, STR(""), STR(""));
	problem->line = 0;
	problem->offset = 0;
	problem->limit = LIMIT_STIX_OBJECTS;
	return E_LIMIT;
}

/* False: a relationship nothing comes of. */
static bool relation_of(struct str type, enum stix_relates *ret)
{
	static const struct {
		struct str type;
		enum stix_relates relates;
	} types[] = {
		{STR_INIT("indicates"), STIX_INDICATES},
		{STR_INIT("consists-of"), STIX_CONSISTS_OF},
		{STR_INIT("uses"), STIX_USES},
		{STR_INIT("beacons-to"), STIX_USES},
		{STR_INIT("controls"), STIX_USES},
		{STR_INIT("hosts"), STIX_USES},
		{STR_INIT("delivers"), STIX_USES},
	};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_equal(type, types[i].type)) {
			*ret = types[i].relates;
			return true;
		}
	return false;
}

static enum err keep_relation(const struct reading *r)
{
	enum stix_relates relates;
	if (!relation_of(r->relationship, &relates) || r->object.revoked)
		return E_OK;
	struct stix_relation *relation = arena_alloc(&r->index->arena, 1, sizeof(*relation));
	if (!relation)
		return E_NOMEM;
	*relation = (struct stix_relation){.relates = relates,
		.source = r->source,
		.target = r->target,
		.first = r->start_time,
		.last = r->stop_time,
		.created = r->object.created,
		.place = r->object.place,
		.next = r->index->relations};
	r->index->relations = relation;
	return E_OK;
}

static enum err keep_object(struct reading *r, struct problem *problem)
{
	struct stix_index *index = r->index;
	struct stix_object *o;
	if (index->count == LIMIT_STIX_OBJECTS)
		return refuse_number(problem);
	settle(r);
	if (str_equal(r->type, STR("relationship")))
		return keep_relation(r);
	o = arena_alloc(&index->arena, 1, sizeof(*o));
	if (!o)
		return E_NOMEM;
	*o = r->object;
	*index->last = o;
	index->last = &o->next;
	index->count++;
	return E_OK;
}

/* A member of observed data's "objects", as STIX 2.0 has them: {"0":{"type":"ipv4-addr",…}}. */
static enum err read_one_inside(struct reading *outer, struct reading *r, struct json *j,
	struct str key, struct problem *problem)
{
	TRY(read_members(r, j, problem));
	r->object.id = key;
	TRY(id_inside(r, &r->object.id));
	TRY(id_inside(r, &r->src_ref));
	TRY(id_inside(r, &r->dst_ref));
	TRY(add_text(r->index, r->object.id, &outer->last_part));
	return keep_object(r, problem);
}

static enum err read_inside(struct reading *outer, struct json *j, const struct json_token *begin,
	struct problem *problem)
{
	struct json_token t;
	uint64_t inside = begin->offset;
	outer->object.parts = NULL;
	outer->last_part = &outer->object.parts;
	for (;;) {
		struct reading r = {.index = outer->index, .inside = inside};
		TRY(json_next(j, &t, problem));
		if (t.kind != JSON_KEY)
			return E_OK;
		struct str key = arena_copy(&outer->index->arena, t.text);
		if (!key.data)
			return E_NOMEM;
		TRY(json_next(j, &t, problem));
		r.object.place = (struct json_place){t.offset, t.line};
		if (t.kind != JSON_OBJECT)
			TRY(json_skip(j, &t, problem));
		else
			TRY(read_one_inside(outer, &r, j, key, problem));
	}
}

static enum err take_object(
	void *context, struct json *j, const struct json_token *t, struct problem *problem)
{
	struct reading r = {.index = context};
	if (t->kind != JSON_OBJECT)
		return json_skip(j, t, problem);
	r.object.place = (struct json_place){t->offset, t->line};
	TRY(read_members(&r, j, problem));
	bool frame = r.type.size == 0 || str_equal(r.type, STR("bundle"));
	return r.around && frame ? E_OK : keep_object(&r, problem);
}

static void relate_to(struct stix_object *o, struct stix_object *malware, enum stix_type type)
{
	if (o && o->type == type && malware && malware->type == STIX_MALWARE && !malware->revoked)
		o->indicates = malware;
}

/* Of several the one told of first: relations stand in the order reversed. */
static void relate(struct stix_index *index)
{
	for (const struct stix_relation *r = index->relations; r; r = r->next) {
		struct stix_object *source = stix_index_find(index, r->source);
		struct stix_object *target = stix_index_find(index, r->target);
		if (r->relates == STIX_INDICATES)
			relate_to(source, target, STIX_INDICATOR);
		if (r->relates == STIX_USES) {
			relate_to(source, target, STIX_INFRASTRUCTURE);
			relate_to(target, source, STIX_INFRASTRUCTURE);
		}
	}
}

static enum err refuse_scalar(const struct json_token *t, struct problem *problem)
{
	problem_set(problem, PROBLEM_BAD_JSON, STR(""), t->text);
	problem->line = t->line;
	problem->offset = t->offset;
	problem->limit = 0;
	return E_SYNTAX;
}

static enum err read_document(struct stix_index *index, struct json *j, struct problem *problem)
{
	struct json_token t;
	for (;;) {
		TRY(json_next(j, &t, problem));
		if (t.kind == JSON_END)
			return E_OK;
		if (t.kind == JSON_ARRAY)
			TRY(json_each(j, take_object, index, problem));
		else if (t.kind == JSON_OBJECT)
			TRY(take_object(index, j, &t, problem));
		else
			return refuse_scalar(&t, problem);
	}
}

enum err stix_index_read(struct stix_index *index, struct str text, struct problem *problem)
{
	struct json json;
	json_init(&json, text);
	enum err err = read_document(index, &json, problem);
	json_release(&json);
	TRY(err);
	TRY(fill_slots(index));
	relate(index);
	return E_OK;
}
