/* SPDX-License-Identifier: Apache-2.0 */
/* An event of MISP, {"Event":{"info":…,"date":…,"Attribute":[…],"Object":[{"Attribute":[…]}]}}, as
 * it stands in a feed's folder; the same without {"Event":…} around it, as PyMISP keeps it; several
 * in {"response":[…]}, as the search gives them, or {"response":{"Attribute":[…]}}, attributes that
 * bring their event along. An event's tags and date may come after its attributes, so the document
 * is kept whole and each event is gone through twice. */
#include <stdlib.h>

#include "feed/families.h"
#include "feed/misp.h"
#include "feed/misp_head.h"
#include "feed/misp_manifest.h"

static const struct feed_format formats[] = {
	{STR_INIT("misp-event"), STR_INIT("MISP event (JSON)"), NULL},
};

static const struct feed_format *recognise(const struct feed_head *head)
{
	bool ours = misp_head_recognise(head->text) || misp_manifest_recognise(head->text);
	return ours ? &formats[0] : NULL;
}

static bool plausible(const struct feed_head *head)
{
	return recognise(head) != NULL;
}

struct misp {
	struct writer text;
	struct arena event_texts;
	struct arena object_texts;
	struct record record;

	struct misp_event event; /* at hand */
};

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	if (misp_manifest_recognise(head->text))
		return feed_refuse(problem, PROBLEM_MISP_MANIFEST, STR(""), STR(""));
	struct misp *m = calloc(1, sizeof(*m));
	if (!m)
		return E_NOMEM;
	p->state = m;
	writer_init(&m->text, LIMIT_DOCUMENT_BYTES);
	arena_init(&m->event_texts, LIMIT_DOCUMENT_BYTES);
	arena_init(&m->object_texts, LIMIT_DOCUMENT_BYTES);
	record_init(&m->record, p, STR("misp-event"));
	return E_OK;
}

static void end(struct feed_parser *p)
{
	struct misp *m = p->state;
	writer_release(&m->text);
	arena_release(&m->event_texts);
	arena_release(&m->object_texts);
	free(m);
	p->state = NULL;
}

static enum err consume(struct feed_parser *p, struct str window, bool last, size_t *ret_used,
	struct problem *problem)
{
	struct misp *m = p->state;
	(void)last;
	return json_document_take(&m->text, window, ret_used, problem);
}

/* --- tags --- */

struct tags {
	struct arena *texts;
	struct misp_tag **last;
	struct misp_tag **last_inherited; /* NULL: all the same */
};

static enum err take_tag(
	void *context, struct json *j, const struct json_token *element, struct problem *problem)
{
	struct tags *tags = context;
	struct str name = {"", 0};
	struct str inherited = {"", 0};
	const struct json_field list[] = {{STR("name"), &name}, {STR("inherited"), &inherited}};
	const struct json_fields fields = {list, 2, NULL, NULL, tags->texts};
	if (element->kind != JSON_OBJECT)
		return json_skip(j, element, problem);
	TRY(json_fields_read(j, &fields, problem));
	if (name.size == 0)
		return E_OK;
	struct misp_tag *tag = arena_alloc(tags->texts, 1, sizeof(*tag));
	if (!tag)
		return E_NOMEM;
	tag->name = name;
	bool of_event = tags->last_inherited &&
			(str_equal(inherited, STR("1")) || str_equal(inherited, STR("true")));
	struct misp_tag ***last = of_event ? &tags->last_inherited : &tags->last;
	**last = tag;
	*last = &tag->next;
	return E_OK;
}

/* inherited: where those go that an attribute has of its event; NULL: with the others. */
static enum err take_tags(struct json *j, const struct json_token *begin, struct arena *texts,
	struct misp_tag **into, struct misp_tag **inherited, struct problem *problem)
{
	struct tags tags = {texts, into, inherited};
	if (begin->kind != JSON_ARRAY)
		return json_skip(j, begin, problem);
	*into = NULL; /* the key came before: the last counts */
	if (inherited)
		*inherited = NULL;
	return json_each(j, take_tag, &tags, problem);
}

/* --- the event: the first time --- */

struct event_reading {
	struct misp_event *event;
	struct arena *texts;
	struct json_place attributes;
	struct json_place objects;
};

static enum err take_organisation(struct event_reading *r, struct json *j, struct problem *problem)
{
	const struct json_field list[] = {{STR("name"), &r->event->organisation}};
	const struct json_fields fields = {list, 1, NULL, NULL, r->texts};
	return json_fields_read(j, &fields, problem);
}

static enum err take_event_part(void *context, struct str key, struct json *j,
	const struct json_token *begin, struct problem *problem)
{
	struct event_reading *r = context;
	const struct json_place place = {begin->offset, begin->line};
	if (str_equal(key, STR("Tag")))
		return take_tags(j, begin, r->texts, &r->event->tags, NULL, problem);
	if (str_equal(key, STR("Orgc")) && begin->kind == JSON_OBJECT)
		return take_organisation(r, j, problem);
	if (str_equal(key, STR("Attribute")))
		r->attributes = place;
	if (str_equal(key, STR("Object")))
		r->objects = place;
	return json_skip(j, begin, problem);
}

static enum err read_event(struct event_reading *r, struct json *j, struct problem *problem)
{
	const struct json_field list[] = {{STR("uuid"), &r->event->uuid},
		{STR("info"), &r->event->info}, {STR("date"), &r->event->date}};
	const struct json_fields fields = {
		list, sizeof(list) / sizeof(list[0]), take_event_part, r, r->texts};
	*r->event = (struct misp_event){.tags = NULL};
	return json_fields_read(j, &fields, problem);
}

/* --- attributes and objects: the second time --- */

struct taking {
	struct misp *m;
	struct misp_attribute *attribute;
	struct misp_object *object;
	struct misp_attribute **last;
	struct misp_event own; /* an attribute found by a search brings its event */
	bool has_own;
	struct misp_tag *inherited;
};

static enum err take_attribute_part(void *context, struct str key, struct json *j,
	const struct json_token *begin, struct problem *problem)
{
	struct taking *taking = context;
	struct event_reading own = {&taking->own, &taking->m->object_texts, {0, 0}, {0, 0}};
	if (str_equal(key, STR("Tag")))
		return take_tags(j, begin, &taking->m->object_texts, &taking->attribute->tags,
			&taking->inherited, problem);
	if (!str_equal(key, STR("Event")) || begin->kind != JSON_OBJECT)
		return json_skip(j, begin, problem);
	taking->has_own = true;
	return read_event(&own, j, problem);
}

static enum err read_attribute(struct taking *taking, struct json *j, struct problem *problem)
{
	struct misp_attribute *a = taking->attribute;
	const struct json_field list[] = {{STR("type"), &a->type}, {STR("category"), &a->category},
		{STR("value"), &a->value}, {STR("comment"), &a->comment},
		{STR("to_ids"), &a->to_ids}, {STR("deleted"), &a->deleted}, {STR("uuid"), &a->uuid},
		{STR("timestamp"), &a->timestamp}, {STR("first_seen"), &a->first_seen},
		{STR("last_seen"), &a->last_seen}, {STR("object_relation"), &a->relation}};
	const struct json_fields fields = {list, sizeof(list) / sizeof(list[0]),
		take_attribute_part, taking, &taking->m->object_texts};
	TRY(json_fields_read(j, &fields, problem));
	a->raw = (struct str){
		(const char *)taking->m->text.data + a->place.offset, j->at - a->place.offset};
	return E_OK;
}

/* Adds the attribute to taking->object. */
static enum err take_attribute(
	void *context, struct json *j, const struct json_token *element, struct problem *problem)
{
	struct taking *taking = context;
	if (element->kind != JSON_OBJECT)
		return json_skip(j, element, problem);
	taking->attribute = arena_alloc(&taking->m->object_texts, 1, sizeof(*taking->attribute));
	if (!taking->attribute)
		return E_NOMEM;
	taking->attribute->place = (struct json_place){element->offset, element->line};
	TRY(read_attribute(taking, j, problem));
	*taking->last = taking->attribute;
	taking->last = &taking->attribute->next;
	return E_OK;
}

static enum err finish_object(struct misp *m, const struct misp_event *event,
	const struct misp_object *object, struct problem *problem)
{
	enum err err = misp_object_rows(&m->record, event, object, problem);
	arena_clear(&m->object_texts);
	return err;
}

static enum err take_single(
	void *context, struct json *j, const struct json_token *element, struct problem *problem)
{
	struct misp *m = context;
	struct misp_object object = {.attributes = NULL};
	struct taking taking = {.m = m, .object = &object, .last = &object.attributes};
	TRY(take_attribute(&taking, j, element, problem));
	if (!taking.has_own)
		taking.own = m->event;
	if (!taking.own.tags)
		taking.own.tags = taking.inherited;
	return finish_object(m, &taking.own, &object, problem);
}

static enum err take_object_part(void *context, struct str key, struct json *j,
	const struct json_token *begin, struct problem *problem)
{
	struct taking *taking = context;
	if (str_equal(key, STR("Attribute")) && begin->kind == JSON_ARRAY)
		return json_each(j, take_attribute, taking, problem);
	return json_skip(j, begin, problem);
}

static enum err take_object(
	void *context, struct json *j, const struct json_token *element, struct problem *problem)
{
	struct misp *m = context;
	struct misp_object object = {.attributes = NULL};
	struct taking taking = {.m = m, .object = &object, .last = &object.attributes};
	const struct json_field list[] = {{STR("name"), &object.name},
		{STR("deleted"), &object.deleted}, {STR("first_seen"), &object.first_seen},
		{STR("last_seen"), &object.last_seen}};
	const struct json_fields fields = {
		list, sizeof(list) / sizeof(list[0]), take_object_part, &taking, &m->object_texts};
	if (element->kind != JSON_OBJECT)
		return json_skip(j, element, problem);
	TRY(json_fields_read(j, &fields, problem));
	return finish_object(m, &m->event, &object, problem);
}

/* A list, or one by itself. */
static enum err take_list(
	struct misp *m, struct json_place place, json_element_fn *fn, struct problem *problem)
{
	struct json json;
	struct json_token t;
	if (place.line == 0)
		return E_OK;
	json_resume(&json, writer_view_str(&m->text), place);
	enum err err = json_next(&json, &t, problem);
	if (err == E_OK)
		err = t.kind == JSON_ARRAY ? json_each(&json, fn, m, problem)
					   : fn(m, &json, &t, problem);
	json_release(&json);
	return err;
}

static enum err take_event(struct misp *m, struct json *j, struct problem *problem)
{
	struct event_reading r = {&m->event, &m->event_texts, {0, 0}, {0, 0}};
	arena_clear(&m->event_texts);
	TRY(read_event(&r, j, problem));
	TRY(take_list(m, r.attributes, take_single, problem));
	return take_list(m, r.objects, take_object, problem);
}

/* --- the document --- */

/* Is the object at that token only around events: has it "Event" or "response"? What is wrong with
 * it is told when it is read for good. */
static bool is_around(const struct misp *m, const struct json_token *begin)
{
	struct json json;
	struct json_token t;
	struct problem problem;
	bool around = false;
	json_resume(
		&json, writer_view_str(&m->text), (struct json_place){begin->offset, begin->line});
	bool more = json_next(&json, &t, &problem) == E_OK;
	while (more && !around) {
		more = json_next(&json, &t, &problem) == E_OK && t.kind == JSON_KEY;
		bool event = more && str_equal(t.text, STR("Event"));
		bool response = more && str_equal(t.text, STR("response"));
		more = more && json_next(&json, &t, &problem) == E_OK;
		around = response || (event && more && t.kind == JSON_OBJECT);
		more = more && !around && json_skip(&json, &t, &problem) == E_OK;
	}
	json_release(&json);
	return around;
}

static enum err take_member(
	struct misp *m, struct json *j, const struct json_token *key, struct problem *problem)
{
	struct json_token t;
	bool event = str_equal(key->text, STR("Event"));
	if (str_equal(key->text, STR("response")))
		return E_OK;
	TRY(json_next(j, &t, problem));
	if (event && t.kind == JSON_OBJECT)
		return take_event(m, j, problem);
	return json_skip(j, &t, problem);
}

static enum err take_document(struct misp *m, struct json *j, struct problem *problem)
{
	struct json_token t;
	do {
		TRY(json_next(j, &t, problem));
		if (t.kind == JSON_KEY)
			TRY(take_member(m, j, &t, problem));
		else if (t.kind == JSON_OBJECT && !is_around(m, &t))
			TRY(take_event(m, j, problem));
	} while (t.kind != JSON_END);
	return E_OK;
}

static enum err finish(struct feed_parser *p, struct problem *problem)
{
	struct misp *m = p->state;
	struct json json;
	json_init(&json, writer_view_str(&m->text));
	enum err err = take_document(m, &json, problem);
	json_release(&json);
	return err;
}

const struct feed_family *misp_event_family(void)
{
	static const struct feed_family family = {
		.formats = formats,
		.format_count = 1,
		.recognise = recognise,
		.plausible = plausible,
		.begin = begin,
		.consume = consume,
		.finish = finish,
		.end = end,
	};
	return &family;
}
