/* SPDX-License-Identifier: Apache-2.0 */
/* An event of MISP, {"Event":{"info":…,"date":…,"Attribute":[…],"Object":[{"Attribute":[…]}]}}, as
 * it stands in a feed's folder; also several in {"response":[…]}, as the REST search gives them.
 * An event's tags and date may come after its attributes, so the document is kept whole and each
 * event is gone through twice. */
#include <stdlib.h>

#include "feed/families.h"
#include "feed/misp.h"
#include "feed/misp_manifest.h"

static const struct feed_format formats[] = {
	{STR_INIT("misp-event"), STR_INIT("MISP event (JSON)"), NULL},
};

/* {"Event":{, [{"Event":{ or {"response":[{"Event":{ … */
static bool begins_event(struct json *j)
{
	struct json_token t;
	struct problem problem;
	while (json_next(j, &t, &problem) == E_OK) {
		if (t.kind == JSON_KEY && str_equal(t.text, STR("Event")))
			return json_next(j, &t, &problem) == E_OK && t.kind == JSON_OBJECT;
		bool around = t.kind == JSON_OBJECT || t.kind == JSON_ARRAY ||
			      (t.kind == JSON_KEY && str_equal(t.text, STR("response")));
		if (!around)
			return false;
	}
	return false;
}

/* … and what follows is in MISP's own words: "Event" alone also begins logs of Windows. */
static bool is_event(const struct feed_head *head)
{
	static const struct str words[] = {STR_INIT("\"Attribute\""), STR_INIT("\"Orgc\""),
		STR_INIT("\"threat_level_id\""), STR_INIT("\"analysis\"")};
	struct json json;
	bool found = false;
	if (!str_starts(str_trim(head->text), STR("{")) &&
		!str_starts(str_trim(head->text), STR("[")))
		return false;
	json_init(&json, head->text);
	bool begins = begins_event(&json);
	json_release(&json);
	for (size_t i = 0; begins && i < sizeof(words) / sizeof(words[0]); i++)
		found = found || str_find(head->text, words[i]) < head->text.size;
	return found;
}

static const struct feed_format *recognise(const struct feed_head *head)
{
	return is_event(head) || misp_manifest_recognise(head->text) ? &formats[0] : NULL;
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

	/* the event at hand */
	struct misp_event event;
	struct json_place attributes;
	struct json_place objects;
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
};

static enum err take_tag(
	void *context, struct json *j, const struct json_token *element, struct problem *problem)
{
	struct tags *tags = context;
	struct str name = {"", 0};
	const struct json_field list[] = {{STR("name"), &name}};
	const struct json_fields fields = {list, 1, NULL, NULL, tags->texts};
	if (element->kind != JSON_OBJECT)
		return json_skip(j, element, problem);
	TRY(json_fields_read(j, &fields, problem));
	if (name.size == 0)
		return E_OK;
	struct misp_tag *tag = arena_alloc(tags->texts, 1, sizeof(*tag));
	if (!tag)
		return E_NOMEM;
	tag->name = name;
	*tags->last = tag;
	tags->last = &tag->next;
	return E_OK;
}

static enum err take_tags(struct json *j, const struct json_token *begin, struct arena *texts,
	struct misp_tag **into, struct problem *problem)
{
	struct tags tags = {texts, into};
	if (begin->kind != JSON_ARRAY)
		return json_skip(j, begin, problem);
	*into = NULL; /* the key came before: the last counts */
	return json_each(j, take_tag, &tags, problem);
}

/* --- attributes and objects: the second time --- */

struct taking {
	struct misp *m;
	struct misp_attribute *attribute;
	struct misp_object *object;
	struct misp_attribute **last;
};

static enum err take_attribute_part(void *context, struct str key, struct json *j,
	const struct json_token *begin, struct problem *problem)
{
	struct taking *taking = context;
	if (str_equal(key, STR("Tag")))
		return take_tags(
			j, begin, &taking->m->object_texts, &taking->attribute->tags, problem);
	return json_skip(j, begin, problem);
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

static enum err finish_object(
	struct misp *m, const struct misp_object *object, struct problem *problem)
{
	enum err err = misp_object_rows(&m->record, &m->event, object, problem);
	arena_clear(&m->object_texts);
	return err;
}

static enum err take_single(
	void *context, struct json *j, const struct json_token *element, struct problem *problem)
{
	struct misp_object object = {.attributes = NULL};
	struct taking taking = {.m = context, .object = &object, .last = &object.attributes};
	TRY(take_attribute(&taking, j, element, problem));
	return finish_object(context, &object, problem);
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
	return finish_object(m, &object, problem);
}

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
		err = json_each(&json, fn, m, problem);
	json_release(&json);
	return err;
}

/* --- the event: the first time --- */

static enum err take_organisation(struct misp *m, struct json *j, struct problem *problem)
{
	const struct json_field list[] = {{STR("name"), &m->event.organisation}};
	const struct json_fields fields = {list, 1, NULL, NULL, &m->event_texts};
	return json_fields_read(j, &fields, problem);
}

static enum err take_event_part(void *context, struct str key, struct json *j,
	const struct json_token *begin, struct problem *problem)
{
	struct misp *m = context;
	const struct json_place place = {begin->offset, begin->line};
	if (str_equal(key, STR("Tag")))
		return take_tags(j, begin, &m->event_texts, &m->event.tags, problem);
	if (str_equal(key, STR("Orgc")) && begin->kind == JSON_OBJECT)
		return take_organisation(m, j, problem);
	if (str_equal(key, STR("Attribute")) && begin->kind == JSON_ARRAY)
		m->attributes = place;
	if (str_equal(key, STR("Object")) && begin->kind == JSON_ARRAY)
		m->objects = place;
	return json_skip(j, begin, problem);
}

static enum err take_event(struct misp *m, struct json *j, struct problem *problem)
{
	const struct json_field list[] = {{STR("uuid"), &m->event.uuid},
		{STR("info"), &m->event.info}, {STR("date"), &m->event.date}};
	const struct json_fields fields = {
		list, sizeof(list) / sizeof(list[0]), take_event_part, m, &m->event_texts};
	arena_clear(&m->event_texts);
	m->event = (struct misp_event){.tags = NULL};
	m->attributes = m->objects = (struct json_place){0, 0};
	TRY(json_fields_read(j, &fields, problem));
	TRY(take_list(m, m->attributes, take_single, problem));
	return take_list(m, m->objects, take_object, problem);
}

static enum err take_member(
	struct misp *m, struct json *j, const struct json_token *key, struct problem *problem)
{
	struct json_token t;
	bool event = str_equal(key->text, STR("Event"));
	bool around = str_equal(key->text, STR("response"));
	TRY(json_next(j, &t, problem));
	if (event && t.kind == JSON_OBJECT)
		return take_event(m, j, problem);
	return around ? E_OK : json_skip(j, &t, problem);
}

static enum err take_document(struct misp *m, struct json *j, struct problem *problem)
{
	struct json_token t;
	do {
		TRY(json_next(j, &t, problem));
		if (t.kind == JSON_KEY)
			TRY(take_member(m, j, &t, problem));
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
