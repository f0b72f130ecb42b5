/* SPDX-License-Identifier: Apache-2.0 */
/* IntelMQ events, one JSON object a line as its file output writes them: {"source.ip": …}, also
 * with the dots as nesting, all in one array, or as Elasticsearch gives them back. */
#include "feed/intelmq.h"
#include "feed/families.h"

static const struct feed_format formats[] = {
	{STR_INIT("intelmq"), STR_INIT("IntelMQ events (JSON lines)"), NULL},
};

enum role {
	ROLE_TIME = JSON_KEY_OWN,
	ROLE_OBSERVATION,
	ROLE_SOURCE,
	ROLE_NETWORK,
	ROLE_PORT,
	ROLE_DESTINATION,
	ROLE_DESTINATION_PORT,
	ROLE_PROTOCOL,
	ROLE_NAME,
	ROLE_IDENTIFIER,
	ROLE_HASH,
	ROLE_EXTRA_TEXT,
	ROLE_PROVIDER,
};

static const struct json_key_role roles[] = {
	{STR_INIT("time.source"), ROLE_TIME},
	{STR_INIT("time.observation"), ROLE_OBSERVATION},
	/* As MongoDB's export writes times. */
	{STR_INIT("time.source.$date"), ROLE_TIME},
	{STR_INIT("time.observation.$date"), ROLE_OBSERVATION},
	{STR_INIT("source.ip"), ROLE_SOURCE},
	{STR_INIT("source.network"), ROLE_NETWORK},
	{STR_INIT("source.port"), ROLE_PORT},
	{STR_INIT("destination.ip"), ROLE_DESTINATION},
	{STR_INIT("destination.port"), ROLE_DESTINATION_PORT},
	{STR_INIT("protocol.transport"), ROLE_PROTOCOL},
	{STR_INIT("malware.name"), ROLE_NAME},
	{STR_INIT("classification.identifier"), ROLE_IDENTIFIER},
	{STR_INIT("event_hash"), ROLE_HASH},
	{STR_INIT("extra"), ROLE_EXTRA_TEXT},
	{STR_INIT("feed.provider"), ROLE_PROVIDER},
	/* The original line in base64: what attackers typed stands there too. */
	{STR_INIT("raw"), JSON_KEY_NOTHING},
	{STR_INIT("__type"), JSON_KEY_NOTHING},
	{STR_INIT("_id.$oid"), JSON_KEY_NOTHING},
};

/* What is no type of ours is skipped; what says nothing is taken where the operator gives a kind.
 */
enum {
	TYPE_OTHER = -1,
	TYPE_UNSAID = -2
};

/* Types of IntelMQ 3, and of 1 and 2 as they were spelt. */
static const struct {
	struct str type;
	int kind;
} types[] = {
	{STR_INIT("infected-system"), KIND_INFECTED},
	{STR_INIT("infected system"), KIND_INFECTED},
	{STR_INIT("botnet drone"), KIND_INFECTED},
	{STR_INIT("ransomware"), KIND_INFECTED},
	{STR_INIT("c2-server"), KIND_C2},
	{STR_INIT("c2server"), KIND_C2},
	{STR_INIT("c&c"), KIND_C2},
	{STR_INIT("malware-distribution"), KIND_MALWARE_HOST},
	{STR_INIT("malware-configuration"), KIND_MALWARE_HOST},
	{STR_INIT("malware configuration"), KIND_MALWARE_HOST},
	{STR_INIT("malware"), KIND_MALWARE_HOST},
	{STR_INIT("blacklist"), KIND_BLOCKLISTED},
	{STR_INIT("brute-force"), KIND_ATTACK_SOURCE},
	{STR_INIT("scanner"), KIND_ATTACK_SOURCE},
	{STR_INIT("exploit"), KIND_ATTACK_SOURCE},
	{STR_INIT("ids-alert"), KIND_ATTACK_SOURCE},
	{STR_INIT("ids alert"), KIND_ATTACK_SOURCE},
	{STR_INIT("ddos"), KIND_ATTACK_SOURCE},
	{STR_INIT("dos"), KIND_ATTACK_SOURCE},
	{STR_INIT(""), TYPE_UNSAID},
	{STR_INIT("other"), TYPE_UNSAID},
	{STR_INIT("unknown"), TYPE_UNSAID},
	{STR_INIT("undetermined"), TYPE_UNSAID},
};

/* What must be seen as a whole. */
struct event {
	struct json_rows *j;
	const struct json_value *observation;
	const struct json_value *network;
	const struct json_value *name;
	const struct json_value *identifier;
	struct str hash;
	bool simulated;
};

static int kind_of(struct str type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_equal(type, types[i].type))
			return types[i].kind;
	return TYPE_OTHER;
}

/* "ddos" also stands for those who are attacked: "amplification-ddos-victim", "ddos target". */
static bool is_victim(const struct json_values *v)
{
	struct str identifier = json_values_text(v, STR("classification.identifier"));
	return str_find(identifier, STR("victim")) < identifier.size ||
	       str_find(identifier, STR("target")) < identifier.size;
}

static enum err extra(struct event *e, const struct json_value *value)
{
	struct json_rows *j = e->j;
	return json_rows_extra(j, json_keys_get(&j->keys, value->key), value);
}

/* Databases hold all extras in one text, itself JSON. */
static enum err take_extra_text(
	struct event *e, const struct json_value *value, struct problem *problem)
{
	enum err err = E_SYNTAX;
	if (value->kind == JSON_STRING)
		err = json_values_add(&e->j->values, STR("extra"), value->text, problem);
	return err == E_SYNTAX || err == E_LIMIT ? extra(e, value) : err;
}

static enum err take_value(struct event *e, const struct json_value *value, struct problem *problem)
{
	struct json_rows *j = e->j;
	struct record *r = &j->record;
	struct json_key *key = json_keys_get(&j->keys, value->key);
	switch (key->role) {
	case JSON_KEY_NOTHING:
		return E_OK;
	case ROLE_TIME:
		return value->text.size ? record_time(r, value->key, value->text) : E_OK;
	case ROLE_OBSERVATION:
		e->observation = value;
		return E_OK;
	case ROLE_SOURCE:
		return value->text.size ? record_source(r, value->key, value->text, false) : E_OK;
	case ROLE_NETWORK:
		e->network = value;
		return E_OK;
	case ROLE_PORT:
		return record_port(r, value->key, value->text);
	case ROLE_DESTINATION:
		return record_destination(r, value->key, value->text);
	case ROLE_DESTINATION_PORT:
		return record_destination_port(r, value->key, value->text);
	case ROLE_PROTOCOL:
		return record_protocol(r, value->key, value->text);
	case ROLE_NAME:
		e->name = value;
		return E_OK;
	case ROLE_IDENTIFIER:
		e->identifier = value;
		return E_OK;
	case ROLE_HASH:
		e->hash = value->text;
		return E_OK;
	case ROLE_EXTRA_TEXT:
		return take_extra_text(e, value, problem);
	case ROLE_PROVIDER:
		e->simulated = str_equal(value->text, STR("quetsach-simulate"));
		return extra(e, value);
	default:
		return json_rows_extra(j, key, value);
	}
}

/* The list of values may grow on the way. */
static enum err take_values(struct event *e, struct problem *problem)
{
	struct json_rows *j = e->j;
	for (size_t i = 0; i < j->values.count; i++)
		TRY(take_value(e, &j->values.list[i], problem));
	return E_OK;
}

/* An identifier names the malware where that has no name, but also a scanned service. */
static enum err take_names(struct event *e)
{
	struct record *r = &e->j->record;
	enum kind kind = record_kind_now(r);
	bool malware = kind == KIND_INFECTED || kind == KIND_C2 || kind == KIND_MALWARE_HOST;
	const struct json_value *name = e->name;
	const struct json_value *identifier = e->identifier;
	if ((!name || name->text.size == 0) && malware) {
		name = identifier;
		identifier = NULL;
	}
	if (name)
		TRY(record_name(r, name->key, name->text));
	return identifier ? extra(e, identifier) : E_OK;
}

/* A range is one only in a list of such; else it is where the address lies. */
static enum err take_network(struct event *e)
{
	struct record *r = &e->j->record;
	if (!e->network || e->network->text.size == 0)
		return E_OK;
	if (r->has_source || record_kind_now(r) != KIND_BLOCKLISTED)
		return extra(e, e->network);
	return record_source(r, e->network->key, e->network->text, true);
}

/* Without a time of its own a row is of the day it was collected. */
static enum err take_observation(struct event *e)
{
	struct record *r = &e->j->record;
	if (r->has_time || !e->observation)
		return E_OK;
	TRY(record_time(r, e->observation->key, e->observation->text));
	struct instant second = {record_first(r)};
	return record_day(r, e->observation->key, instant_date(second));
}

/* The event's own hash; else all of the row but when it was collected, so that the same report
 * collected twice is one sighting. */
static void take_identity(struct event *e)
{
	struct json_rows *j = e->j;
	const struct json_value *seen = e->observation;
	if (e->hash.size > 0) {
		record_identity(&j->record, e->hash);
	} else if (seen && seen->in_place) {
		size_t before = (size_t)(seen->text.data - j->raw.data);
		size_t after = before + seen->text.size;
		record_identity_of(&j->record, (struct str){j->raw.data, before},
			(struct str){j->raw.data + after, j->raw.size - after});
	}
}

/* The row speaks of a name, a URL, an account …: nothing that is counted here. An address that is
 * no text is a bad row all the same. */
static bool has_other_source(const struct json_values *v)
{
	bool other = false;
	for (size_t i = 0; i < v->count; i++) {
		const struct json_value *value = &v->list[i];
		if (value->text.size == 0)
			continue;
		if (str_starts(value->key, STR("source.ip")))
			return false;
		other = other || str_starts(value->key, STR("source."));
	}
	return other;
}

static enum err take_event(struct event *e, struct problem *problem)
{
	struct json_rows *j = e->j;
	struct record *r = &j->record;
	TRY(take_values(e, problem));
	TRY(take_network(e));
	TRY(record_simulated(r, STR("feed.provider"), e->simulated));
	if (!r->has_source && has_other_source(&j->values)) {
		record_skip(r);
		return E_OK;
	}
	TRY(take_observation(e));
	TRY(take_names(e));
	take_identity(e);
	return record_done(r, str_bytes(j->raw), STR("time.source"), STR("source.ip"));
}

const struct json_key_role *intelmq_roles(size_t *ret_count)
{
	*ret_count = sizeof(roles) / sizeof(roles[0]);
	return roles;
}

enum err intelmq_take(struct json_rows *j, struct problem *problem)
{
	struct event e = {.j = j};
	struct record *r = &j->record;
	json_values_unwrap(&j->values, STR("_source."));
	struct str type = json_values_text(&j->values, STR("classification.type"));
	int kind = kind_of(type);
	bool said = r->p->options.kind_set;
	bool unsaid = kind == TYPE_UNSAID && type.size > 0 && !said;
	if (kind == TYPE_OTHER || unsaid || (kind == KIND_ATTACK_SOURCE && is_victim(&j->values))) {
		record_skip(r);
		return E_OK;
	}
	if (kind == TYPE_UNSAID && !said)
		return record_bad(r, PROBLEM_NO_FIELD, STR("classification.type"), STR(""), 0);
	if (kind >= 0)
		record_kind(r, (enum kind)kind);
	return take_event(&e, problem);
}

/* --- the family --- */

enum {
	HITS_LEVEL = 3 /* {"hits":{"hits":[{"_source":{…}}]}}: an answer of Elasticsearch */
};

static bool has_event(const struct feed_head *head, unsigned level)
{
	static const struct str pairs[][2] = {
		{STR_INIT("classification.type"), STR_INIT("source.ip")},
		{STR_INIT("classification.type"), STR_INIT("feed.name")},
		{STR_INIT("classification.type"), STR_INIT("time.observation")},
		{STR_INIT("time.source"), STR_INIT("source.ip")},
		{STR_INIT("_index"), STR_INIT("_source.classification.type")},
	};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (json_rows_has(head, level, pairs[i], 2))
			return true;
	return false;
}

static bool is_answer(const struct feed_head *head)
{
	static const struct str hit[] = {
		STR_INIT("_index"), STR_INIT("_source.classification.type")};
	return json_rows_has(head, HITS_LEVEL, hit, 2);
}

static const struct feed_format *recognise(const struct feed_head *head)
{
	bool yes = has_event(head, json_rows_shape(head)) || is_answer(head);
	return yes ? &formats[0] : NULL;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	static const struct json_rows_format format = {
		STR_INIT("intelmq"), intelmq_take, roles, sizeof(roles) / sizeof(roles[0])};
	(void)problem;
	return json_rows_begin(p, &format, is_answer(head) ? HITS_LEVEL : json_rows_shape(head));
}

const struct feed_family *intelmq_family(void)
{
	static const struct feed_family family = {
		.formats = formats,
		.format_count = 1,
		.recognise = recognise,
		.plausible = json_rows_plausible,
		.begin = begin,
		.consume = json_rows_consume,
		.end = json_rows_end,
	};
	return &family;
}
