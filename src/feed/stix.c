/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle of STIX 2.1 (and 2.0): indicators whose patterns are addresses, and sightings of malware
 * with what was observed: infected machines. docs/format/feeds.md says what becomes of what. */
#include "feed/stix.h"

#include <stdlib.h>

#include "feed/families.h"
#include "feed/record.h"

static const struct feed_format formats[] = {
	{STR_INIT("stix-bundle"), STR_INIT("STIX bundle (JSON)"), NULL},
};

/* Does the object whose begin was read have an id as STIX has them? */
static bool has_stix_id(struct json *j)
{
	struct json_token t;
	struct problem problem;
	while (json_next(j, &t, &problem) == E_OK && t.kind == JSON_KEY) {
		bool id = str_equal(t.text, STR("id"));
		if (json_next(j, &t, &problem) != E_OK)
			return false;
		if (id)
			return str_find(t.text, STR("--")) < t.text.size;
		if (json_skip(j, &t, &problem) != E_OK)
			return false;
	}
	return false;
}

/* {"type":"bundle", … in any order, or {"objects":[{"id":"indicator--… */
static bool begins_bundle(struct json *j)
{
	struct json_token t;
	struct problem problem;
	if (json_next(j, &t, &problem) != E_OK || t.kind != JSON_OBJECT)
		return false;
	while (json_next(j, &t, &problem) == E_OK && t.kind == JSON_KEY) {
		bool type = str_equal(t.text, STR("type"));
		bool objects = str_equal(t.text, STR("objects"));
		if (json_next(j, &t, &problem) != E_OK)
			return false;
		if (type)
			return str_equal(t.text, STR("bundle"));
		if (objects && t.kind == JSON_ARRAY)
			return json_next(j, &t, &problem) == E_OK && t.kind == JSON_OBJECT &&
			       has_stix_id(j);
		if (json_skip(j, &t, &problem) != E_OK)
			return false;
	}
	return false;
}

static const struct feed_format *recognise(const struct feed_head *head)
{
	struct json json;
	if (!str_starts(str_trim(head->text), STR("{")))
		return NULL;
	json_init(&json, head->text);
	bool yes = begins_bundle(&json);
	json_release(&json);
	return yes ? &formats[0] : NULL;
}

static bool plausible(const struct feed_head *head)
{
	return str_starts(str_trim(head->text), STR("{"));
}

struct stix {
	struct feed_parser *p;
	struct writer text;
	struct record record;
	struct stix_index index;
	struct problem *problem; /* of the call in hand */
	uint64_t marks;
	uint64_t walked; /* references followed */
	uint64_t told;   /* patterns that were not read and told of */

	/* what rows are being made of */
	const struct stix_object *indicator;
	const struct stix_object *sighting;
	const struct stix_object *observed;
};

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	struct stix *s = calloc(1, sizeof(*s));
	(void)head;
	(void)problem;
	if (!s)
		return E_NOMEM;
	p->state = s;
	s->p = p;
	writer_init(&s->text, LIMIT_DOCUMENT_BYTES);
	record_init(&s->record, p, STR("stix-bundle"));
	stix_index_init(&s->index, feed_derive_key(p, STR("stix"), STR("id")));
	return E_OK;
}

static void end(struct feed_parser *p)
{
	struct stix *s = p->state;
	writer_release(&s->text);
	stix_index_release(&s->index);
	free(s);
	p->state = NULL;
}

static enum err consume(struct feed_parser *p, struct str window, bool last, size_t *ret_used,
	struct problem *problem)
{
	struct stix *s = p->state;
	(void)last;
	return json_document_take(&s->text, window, ret_used, problem);
}

static void begin_row(struct stix *s, const struct stix_object *o)
{
	record_begin(&s->record, o->place.line, o->place.offset, s->problem);
}

/* A row's own identity among those of its object. */
static void identify(
	struct stix *s, struct str object, struct str part, struct str address, struct str port)
{
	struct writer w;
	writer_init(&w, LIMIT_ROW_BYTES * 4);
	writer_string(&w, object);
	writer_string(&w, part);
	writer_string(&w, address);
	writer_string(&w, port);
	if (object.size > 0 && writer_end(&w) == E_OK)
		record_identity(&s->record, writer_view_str(&w));
	writer_release(&w);
}

static enum err extra_words(struct stix *s, struct str column, const struct stix_text *words)
{
	struct writer w;
	writer_init(&w, LIMIT_EXTRAS_BYTES);
	for (const struct stix_text *t = words; t; t = t->next) {
		if (t != words)
			writer_text(&w, ", ");
		writer_str(&w, t->text);
	}
	enum err err = record_extra(&s->record, column, writer_view_str(&w));
	writer_release(&w);
	return err;
}

/* A bad row was counted. */
static enum err go_on(enum err err)
{
	return err == E_SYNTAX ? E_OK : err;
}

/* --- indicators --- */

enum verdict {
	VERDICT_NONE,
	VERDICT_HARMLESS,
	VERDICT_ATTACK,
	VERDICT_HOST,
	VERDICT_C2
};

static enum verdict verdict_of(struct str word)
{
	static const struct {
		struct str word;
		enum verdict verdict;
	} words[] = {
		{STR_INIT("command-and-control"), VERDICT_C2},
		{STR_INIT("command and control"), VERDICT_C2},
		{STR_INIT("c2"), VERDICT_C2},
		{STR_INIT("c&c"), VERDICT_C2},
		{STR_INIT("c2-server"), VERDICT_C2},
		{STR_INIT("botnet_cc"), VERDICT_C2},
		{STR_INIT("delivery"), VERDICT_HOST},
		{STR_INIT("malware-distribution"), VERDICT_HOST},
		{STR_INIT("malware_download"), VERDICT_HOST},
		{STR_INIT("payload_delivery"), VERDICT_HOST},
		{STR_INIT("reconnaissance"), VERDICT_ATTACK},
		{STR_INIT("scanner"), VERDICT_ATTACK},
		{STR_INIT("brute-force"), VERDICT_ATTACK},
		{STR_INIT("benign"), VERDICT_HARMLESS},
		{STR_INIT("anonymization"), VERDICT_HARMLESS},
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_equal_nocase(word, words[i].word))
			return words[i].verdict;
	return VERDICT_NONE;
}

static enum verdict judge(const struct stix_object *indicator)
{
	enum verdict worst = VERDICT_NONE;
	for (size_t i = 0; i < STIX_WORDS__COUNT; i++)
		for (const struct stix_text *t = indicator->words[i]; t; t = t->next) {
			enum verdict verdict = verdict_of(t->text);
			worst = verdict > worst ? verdict : worst;
		}
	return worst;
}

static enum kind indicator_kind(const struct stix_object *indicator, enum stix_side side)
{
	switch (judge(indicator)) {
	case VERDICT_C2:
		return KIND_C2;
	case VERDICT_HOST:
		return KIND_MALWARE_HOST;
	case VERDICT_ATTACK:
		return KIND_ATTACK_SOURCE;
	case VERDICT_HARMLESS:
	case VERDICT_NONE:
		break;
	}
	if (side == STIX_SIDE_FROM)
		return KIND_ATTACK_SOURCE;
	return indicator->indicates ? KIND_C2 : KIND_BLOCKLISTED;
}

static enum err indicator_extras(struct stix *s, const struct stix_object *o)
{
	struct record *r = &s->record;
	TRY(record_extra(r, STR("id"), o->id));
	TRY(record_extra(r, STR("name"), o->name));
	TRY(record_extra(r, STR("valid_until"), o->last));
	TRY(record_extra(r, STR("confidence"), o->confidence));
	TRY(extra_words(s, STR("indicator_types"), o->words[STIX_WORDS_TYPES]));
	TRY(extra_words(s, STR("labels"), o->words[STIX_WORDS_LABELS]));
	return extra_words(s, STR("kill_chain_phases"), o->words[STIX_WORDS_PHASES]);
}

static enum err make_indicator_row(struct stix *s, const struct stix_match *match)
{
	const struct stix_object *o = s->indicator;
	struct record *r = &s->record;
	begin_row(s, o);
	record_kind(r, indicator_kind(o, match->side));
	TRY(record_source(r, STR("pattern"), match->address, true));
	TRY(record_port(r, STR("pattern"), match->port));
	TRY(record_protocol(r, STR("protocols"), match->protocol));
	if (o->first.size > 0)
		TRY(record_time(r, STR("valid_from"), o->first));
	if (o->indicates)
		TRY(record_name(r, STR("name"), o->indicates->name));
	TRY(indicator_extras(s, o));
	identify(s, o->id, STR(""), match->address, match->port);
	return record_done(r, str_bytes(match->address), STR("valid_from"), STR("pattern"));
}

static enum err take_match(void *context, const struct stix_match *match)
{
	return go_on(make_indicator_row(context, match));
}

/* Named like a bad row, but none: the publisher did nothing wrong. */
static void tell_unread(struct stix *s, const struct stix_object *o)
{
	struct problem problem = {.line = o->place.line, .offset = o->place.offset};
	problem_set(&problem, PROBLEM_PATTERN_NOT_READ, STR("pattern"), o->value);
	if (s->told++ < LIMIT_PROBLEMS_SHOWN)
		s->p->sink.problem(s->p->sink.context, &problem);
}

static enum err take_indicator(struct stix *s, const struct stix_object *o)
{
	enum stix_reading reading = STIX_OTHER;
	bool ours = o->pattern_type.size == 0 || str_equal(o->pattern_type, STR("stix"));
	bool harmless = !s->p->options.kind_set && judge(o) == VERDICT_HARMLESS;
	s->indicator = o;
	if (ours && !harmless && !o->revoked)
		TRY(stix_pattern_read(o->value, take_match, s, &reading));
	if (reading == STIX_UNREADABLE)
		tell_unread(s, o);
	if (reading != STIX_READ)
		s->p->totals.skipped++;
	return E_OK;
}

/* --- sightings --- */

static enum err take_seen_time(struct stix *s, const struct stix_object *seen)
{
	struct record *r = &s->record;
	struct instant from, to;
	struct str first = seen->first.size ? seen->first : seen->last;
	struct str last = seen->last.size ? seen->last : seen->first;
	if (!instant_parse(first, &from))
		return record_bad(r, PROBLEM_BAD_TIME, STR("first_observed"), first, 0);
	if (!instant_parse(last, &to))
		return record_bad(r, PROBLEM_BAD_TIME, STR("last_observed"), last, 0);
	return record_span(r, STR("last_observed"), last, from.seconds, to.seconds);
}

static enum err take_time(struct stix *s)
{
	if (s->observed->first.size + s->observed->last.size > 0)
		return take_seen_time(s, s->observed);
	if (s->sighting->first.size + s->sighting->last.size > 0)
		return take_seen_time(s, s->sighting);
	return E_OK;
}

static enum err finish_seen(struct stix *s, struct str part, struct str address)
{
	struct record *r = &s->record;
	const struct stix_object *of = stix_index_find(&s->index, s->sighting->from);
	TRY(take_time(s));
	if (of && of->type == STIX_MALWARE)
		TRY(record_name(r, STR("name"), of->name));
	TRY(record_extra(r, STR("id"), s->sighting->id));
	TRY(record_extra(r, STR("count"), s->sighting->count));
	TRY(record_extra(r, STR("number_observed"), s->observed->count));
	TRY(record_extra(r, STR("confidence"), s->sighting->confidence));
	identify(s, s->sighting->id, s->observed->id, part, address);
	return record_done(r, str_bytes(address), STR("first_observed"), STR("object_refs"));
}

static enum err make_address_row(struct stix *s, const struct stix_object *address)
{
	begin_row(s, address);
	record_kind(&s->record, KIND_INFECTED);
	TRY(record_source(&s->record, STR("value"), address->value, true));
	return finish_seen(s, address->id, address->value);
}

static enum err missing(struct stix *s, struct str field, struct str id)
{
	return record_bad(&s->record, PROBLEM_NO_OBJECT, field, id, 0);
}

/* The source of traffic is the machine that was seen. */
static enum err make_traffic_row(struct stix *s, const struct stix_object *traffic)
{
	struct record *r = &s->record;
	const struct stix_object *from = stix_index_find(&s->index, traffic->from);
	const struct stix_object *to = stix_index_find(&s->index, traffic->to);
	begin_row(s, traffic);
	if (traffic->from.size > 0 && !from)
		return missing(s, STR("src_ref"), traffic->from);
	if (!from || from->type != STIX_ADDRESS) {
		record_skip(r);
		return E_OK;
	}
	record_kind(r, KIND_INFECTED);
	TRY(record_source(r, STR("src_ref"), from->value, true));
	TRY(record_port(r, STR("src_port"), traffic->from_port));
	TRY(record_destination_port(r, STR("dst_port"), traffic->to_port));
	if (to && to->type == STIX_ADDRESS)
		TRY(record_destination(r, STR("dst_ref"), to->value));
	for (const struct stix_text *t = traffic->protocols; t; t = t->next)
		if (t == traffic->protocols)
			TRY(record_protocol(r, STR("protocols"), t->text));
	return finish_seen(s, traffic->id, from->value);
}

static enum err walk(struct stix *s, uint64_t steps)
{
	s->walked += steps;
	if (s->walked <= LIMIT_STIX_REFERENCES)
		return E_OK;
	problem_set(s->problem, PROBLEM_TOO_MANY_OBJECTS, STR(""), STR(""));
	s->problem->line = 0;
	s->problem->offset = 0;
	s->problem->limit = LIMIT_STIX_REFERENCES;
	return E_LIMIT;
}

/* Ends of traffic stand beside it in the list: they were not seen by themselves. */
static enum err mark_ends(struct stix *s, const struct stix_object *observed)
{
	s->marks++;
	for (const struct stix_text *t = observed->parts; t; t = t->next) {
		const struct stix_object *part = stix_index_find(&s->index, t->text);
		TRY(walk(s, 1));
		if (!part || part->type != STIX_TRAFFIC)
			continue;
		struct stix_object *from = stix_index_find(&s->index, part->from);
		struct stix_object *to = stix_index_find(&s->index, part->to);
		if (from)
			from->mark = s->marks;
		if (to)
			to->mark = s->marks;
	}
	return E_OK;
}

static enum err take_observed(struct stix *s, const struct stix_object *observed)
{
	s->observed = observed;
	TRY(mark_ends(s, observed));
	for (const struct stix_text *t = observed->parts; t; t = t->next) {
		const struct stix_object *part = stix_index_find(&s->index, t->text);
		enum err err = E_OK;
		if (!part) {
			begin_row(s, observed);
			err = missing(s, STR("object_refs"), t->text);
		} else if (part->type == STIX_TRAFFIC) {
			err = make_traffic_row(s, part);
		} else if (part->type == STIX_ADDRESS && part->mark != s->marks) {
			err = make_address_row(s, part);
		}
		TRY(go_on(err));
	}
	return E_OK;
}

/* What was seen of malware is infected. What was seen of an indicator, a tool or a campaign only
 * matched it. */
static bool of_interest(const struct stix *s, const struct stix_object *sighting)
{
	bool malware = str_starts(sighting->from, STR("malware--"));
	return !sighting->revoked && sighting->parts && (malware || s->p->options.kind_set);
}

static enum err take_sighting(struct stix *s, const struct stix_object *sighting)
{
	s->sighting = sighting;
	if (!of_interest(s, sighting)) {
		s->p->totals.skipped++;
		return E_OK;
	}
	for (const struct stix_text *t = sighting->parts; t; t = t->next) {
		const struct stix_object *observed = stix_index_find(&s->index, t->text);
		TRY(walk(s, 1));
		if (!observed) {
			begin_row(s, sighting);
			TRY(go_on(missing(s, STR("observed_data_refs"), t->text)));
		} else if (observed->type == STIX_OBSERVED && !observed->revoked) {
			TRY(take_observed(s, observed));
		}
	}
	return E_OK;
}

static enum err finish(struct feed_parser *p, struct problem *problem)
{
	struct stix *s = p->state;
	s->problem = problem;
	TRY(stix_index_read(&s->index, writer_view_str(&s->text), problem));
	for (const struct stix_object *o = s->index.first; o; o = o->next) {
		if (o->type == STIX_INDICATOR)
			TRY(take_indicator(s, o));
		else if (o->type == STIX_SIGHTING)
			TRY(take_sighting(s, o));
	}
	return E_OK;
}

const struct feed_family *stix_bundle_family(void)
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
