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

/* Does the object whose begin was read have an id as STIX has them, "indicator--…"? strict: with
 * the same type in front. */
static bool has_stix_id(struct json *j, bool strict)
{
	char type[64] = "", id[64] = "";
	struct json_token t;
	struct problem problem;
	while (json_next(j, &t, &problem) == E_OK && t.kind == JSON_KEY) {
		char *into = str_equal(t.text, STR("id"))     ? id
			     : str_equal(t.text, STR("type")) ? type
							      : NULL;
		if (json_next(j, &t, &problem) != E_OK)
			return false;
		if (into && t.kind == JSON_STRING && t.text.size < sizeof(id)) {
			memcpy(into, t.text.data, t.text.size);
			into[t.text.size] = '\0';
		}
		size_t size = strlen(type);
		bool same = size > 0 && strncmp(id, type, size) == 0 &&
			    strncmp(id + size, "--", 2) == 0;
		if (same || (!strict && strstr(id, "--")))
			return true;
		if (json_skip(j, &t, &problem) != E_OK)
			return false;
	}
	return false;
}

/* What the members of the outermost object told so far. */
struct envelope {
	bool more, empty, strange;
};

/* {"type":"bundle", … in any order, or {"objects":[{"id":"indicator--…, or TAXII's answer that
 * there is nothing new: {"more":false,"objects":[]}. */
static bool begins_bundle(struct json *j)
{
	struct json_token t;
	struct problem problem;
	struct envelope envelope = {false, false, false};
	while (json_next(j, &t, &problem) == E_OK && t.kind == JSON_KEY) {
		bool type = str_equal(t.text, STR("type"));
		bool objects = str_equal(t.text, STR("objects"));
		bool more = str_equal(t.text, STR("more"));
		envelope.strange =
			envelope.strange || (!objects && !more && !str_equal(t.text, STR("next")));
		if (json_next(j, &t, &problem) != E_OK)
			return false;
		if (type)
			return str_equal(t.text, STR("bundle"));
		envelope.more =
			envelope.more || (more && (t.kind == JSON_FALSE || t.kind == JSON_TRUE));
		if (objects && t.kind == JSON_ARRAY) {
			if (json_next(j, &t, &problem) != E_OK)
				return false;
			if (t.kind != JSON_ARRAY_END)
				return t.kind == JSON_OBJECT && has_stix_id(j, false);
			envelope.empty = true;
		} else if (json_skip(j, &t, &problem) != E_OK) {
			return false;
		}
	}
	return t.kind == JSON_OBJECT_END && envelope.more && envelope.empty && !envelope.strange;
}

/* In front of it, or "[". */
static bool begins(struct json *j, bool (*object)(struct json *j))
{
	struct json_token t;
	struct problem problem;
	bool more = json_next(j, &t, &problem) == E_OK;
	if (more && t.kind == JSON_ARRAY)
		more = json_next(j, &t, &problem) == E_OK;
	return more && t.kind == JSON_OBJECT && object(j);
}

static bool begins_object(struct json *j)
{
	return has_stix_id(j, true);
}

static bool is_stix(struct str text)
{
	static bool (*const looks[])(struct json * j) = {begins_bundle, begins_object};
	bool yes = false;
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]) && !yes; i++) {
		struct json json;
		json_init(&json, text);
		yes = begins(&json, looks[i]);
		json_release(&json);
	}
	return yes;
}

static bool plausible(const struct feed_head *head)
{
	struct str text = str_trim(head->text);
	return str_starts(text, STR("{")) || str_starts(text, STR("["));
}

static const struct feed_format *recognise(const struct feed_head *head)
{
	return plausible(head) && is_stix(head->text) ? &formats[0] : NULL;
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
	else if (o->created.size > 0)
		TRY(record_time(r, STR("created"), o->created));
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

/* Who saw what no sighting refers to. */
static const struct stix_object nobody = {.type = STIX_SIGHTING};

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
	if (s->sighting == &nobody)
		identify(s, s->observed->id, STR(""), part, address);
	else
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

static enum err take_sighted(struct stix *s, struct str id, bool interest)
{
	struct stix_object *observed = stix_index_find(&s->index, id);
	TRY(walk(s, 1));
	if (observed)
		observed->seen = true;
	if (!interest)
		return E_OK;
	if (!observed) {
		begin_row(s, s->sighting);
		return go_on(missing(s, STR("observed_data_refs"), id));
	}
	bool good = observed->type == STIX_OBSERVED && !observed->revoked;
	return good ? take_observed(s, observed) : E_OK;
}

static enum err take_sighting(struct stix *s, const struct stix_object *sighting)
{
	bool interest = of_interest(s, sighting);
	s->sighting = sighting;
	if (!interest)
		s->p->totals.skipped++;
	for (const struct stix_text *t = sighting->parts; t; t = t->next)
		TRY(take_sighted(s, t->text, interest));
	return E_OK;
}

/* Observed data says what was seen, and not of what: only the operator can. */
static enum err take_unsighted(struct stix *s, const struct stix_object *observed)
{
	s->sighting = &nobody;
	if (s->p->options.kind_set && !observed->revoked)
		return take_observed(s, observed);
	s->p->totals.skipped++;
	return E_OK;
}

/* --- infrastructure --- */

/* A botnet's addresses are "the hosts that comprise" it. False: nothing of ours. */
static bool infrastructure_kind(const struct stix_object *infrastructure, enum kind *ret_kind)
{
	static const struct {
		struct str word;
		enum kind kind;
	} words[] = {
		{STR_INIT("command-and-control"), KIND_C2},
		{STR_INIT("botnet"), KIND_INFECTED},
		{STR_INIT("hosting-malware"), KIND_MALWARE_HOST},
		{STR_INIT("reconnaissance"), KIND_ATTACK_SOURCE},
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (const struct stix_text *t = infrastructure->words[STIX_WORDS_TYPES]; t;
			t = t->next)
			if (str_equal_nocase(t->text, words[i].word)) {
				*ret_kind = words[i].kind;
				return true;
			}
	return false;
}

/* When the address was part of it, else when there was any of it, else when that was written. */
static enum err take_member_time(
	struct stix *s, const struct stix_relation *relation, const struct stix_object *whole)
{
	const struct stix_object part = {.first = relation->first, .last = relation->last};
	if (part.first.size + part.last.size > 0)
		return take_seen_time(s, &part);
	if (whole->first.size + whole->last.size > 0)
		return take_seen_time(s, whole);
	return relation->created.size ? record_time(&s->record, STR("created"), relation->created)
				      : E_OK;
}

static enum err make_member_row(struct stix *s, const struct stix_relation *relation,
	const struct stix_object *whole, const struct stix_object *address)
{
	enum kind kind;
	struct record *r = &s->record;
	record_begin(r, relation->place.line, relation->place.offset, s->problem);
	bool bad = infrastructure_kind(whole, &kind);
	if (!bad && !s->p->options.kind_set) {
		record_skip(r);
		return E_OK;
	}
	if (bad)
		record_kind(r, kind);
	TRY(record_source(r, STR("value"), address->value, true));
	TRY(take_member_time(s, relation, whole));
	if (whole->indicates)
		TRY(record_name(r, STR("name"), whole->indicates->name));
	TRY(record_extra(r, STR("id"), whole->id));
	TRY(record_extra(r, STR("name"), whole->name));
	TRY(extra_words(s, STR("infrastructure_types"), whole->words[STIX_WORDS_TYPES]));
	identify(s, whole->id, STR(""), address->value, STR(""));
	return record_done(r, str_bytes(address->value), STR("created"), STR("value"));
}

static enum err take_infrastructure(struct stix *s)
{
	for (const struct stix_relation *r = s->index.relations; r; r = r->next) {
		const struct stix_object *whole = stix_index_find(&s->index, r->source);
		const struct stix_object *part = stix_index_find(&s->index, r->target);
		bool member = r->relates == STIX_CONSISTS_OF && whole && part &&
			      whole->type == STIX_INFRASTRUCTURE && !whole->revoked &&
			      part->type == STIX_ADDRESS;
		if (member)
			TRY(go_on(make_member_row(s, r, whole, part)));
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
	for (const struct stix_object *o = s->index.first; o; o = o->next)
		if (o->type == STIX_OBSERVED && !o->seen)
			TRY(take_unsighted(s, o));
	return take_infrastructure(s);
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
