/* SPDX-License-Identifier: Apache-2.0 */
/* Microsoft's CTIP: infected machines and C2 servers. By Azure one object a line ("SourceIp"), by
 * Interflow, which came first, one array ("networksourceipv4"). */
#include "feed/families.h"
#include "feed/json_rows.h"

static const struct feed_format formats[] = {
	{STR_INIT("ctip"), STR_INIT("Microsoft CTIP (JSON)"), NULL},
};

enum role {
	ROLE_TIME = JSON_KEY_OWN,
	ROLE_SOURCE,
	ROLE_PORT,
	ROLE_DESTINATION,
	ROLE_DESTINATION_PORT,
	ROLE_NAME,
	ROLE_CODE,
	ROLE_METADATA,
};

static const struct json_key_role roles[] = {
	{STR_INIT("DateTimeReceivedUtc"), ROLE_TIME},
	{STR_INIT("SourceIp"), ROLE_SOURCE},
	{STR_INIT("SourcePort"), ROLE_PORT},
	{STR_INIT("DestinationIp"), ROLE_DESTINATION},
	{STR_INIT("DestinationPort"), ROLE_DESTINATION_PORT},
	{STR_INIT("Malware"), ROLE_NAME},
	{STR_INIT("ThreatCode"), ROLE_CODE},
	{STR_INIT("firstreporteddatetime"), ROLE_TIME},
	{STR_INIT("networksourceipv4"), ROLE_SOURCE},
	{STR_INIT("networksourceport"), ROLE_PORT},
	{STR_INIT("networkdestinationipv4"), ROLE_DESTINATION},
	{STR_INIT("networkdestinationport"), ROLE_DESTINATION_PORT},
	{STR_INIT("externalid"), ROLE_NAME},
	{STR_INIT("additionalmetadata.0"), ROLE_METADATA},
	{STR_INIT("DateTimeReceivedUtcTxt"), JSON_KEY_NOTHING},
	{STR_INIT("SourceIpInfo.SourceIpv4Int"), JSON_KEY_NOTHING},
	{STR_INIT("DestinationIpInfo.DestinationIpv4Int"), JSON_KEY_NOTHING},
	/* What was sent, in base64, and taken from it: a bot's number, and the computer's and its
	 * user's name. The first field names the variant. */
	{STR_INIT("Payload"), JSON_KEY_NOTHING},
	{STR_INIT("CustomInfo.CustomField2"), JSON_KEY_NOTHING},
	{STR_INIT("CustomInfo.CustomField3"), JSON_KEY_NOTHING},
	{STR_INIT("CustomInfo.CustomField4"), JSON_KEY_NOTHING},
	{STR_INIT("CustomInfo.CustomField5"), JSON_KEY_NOTHING},
};

static const struct json_value none = {.text = STR_INIT("")};

/* What must be seen as a whole. */
struct event {
	struct json_rows *j;
	const struct json_value *source;
	const struct json_value *port;
	const struct json_value *destination;
	const struct json_value *destination_port;
	const struct json_value *name;
	const struct json_value *code;
};

static enum err extra(struct event *e, const struct json_value *value)
{
	struct json_rows *j = e->j;
	return json_rows_extra(j, json_keys_get(&j->keys, value->key), value);
}

/* 100 ns since 1601, or a date and a time. */
static enum err take_time(struct record *r, const struct json_value *value)
{
	const uint64_t to_1970 = UINT64_C(11644473600);
	uint64_t ticks;
	if (!str_to_u64(value->text, INT64_MAX, &ticks))
		return record_time(r, value->key, value->text);
	int64_t second = (int64_t)(ticks / 10000000) - (int64_t)to_1970;
	return record_second(r, value->key, value->text, second);
}

static enum err take_value(struct event *e, const struct json_value *value)
{
	struct json_rows *j = e->j;
	struct json_key *key = json_keys_get(&j->keys, value->key);
	switch (key->role) {
	case JSON_KEY_NOTHING:
		return E_OK;
	case ROLE_TIME:
		return take_time(&j->record, value);
	case ROLE_SOURCE:
		e->source = value;
		return E_OK;
	case ROLE_PORT:
		e->port = value;
		return E_OK;
	case ROLE_DESTINATION:
		e->destination = value;
		return E_OK;
	case ROLE_DESTINATION_PORT:
		e->destination_port = value;
		return E_OK;
	case ROLE_NAME:
		e->name = value;
		return E_OK;
	case ROLE_CODE:
		e->code = value;
		return E_OK;
	case ROLE_METADATA:
		return str_equal(value->text, STR("null")) ? E_OK : extra(e, value);
	default:
		return json_rows_extra(j, key, value);
	}
}

/* The feed of servers speaks of the address that was called. */
static void turn_round(struct event *e)
{
	const struct json_value *source = e->source;
	const struct json_value *port = e->port;
	if (e->destination->text.size == 0)
		return;
	e->source = e->destination;
	e->port = e->destination_port;
	e->destination = source;
	e->destination_port = port;
}

/* Interflow says "0.0.0.0" for none, and the same address several times with commas. */
static struct str first_address(struct str s)
{
	struct str rest;
	s = str_trim(str_cut(s, ',', &rest));
	return str_equal(s, STR("0.0.0.0")) ? STR("") : s;
}

static enum err take_addresses(struct event *e)
{
	struct record *r = &e->j->record;
	if (e->source->text.size > 0)
		TRY(record_source(r, e->source->key, e->source->text, false));
	TRY(record_port(r, e->port->key, e->port->text));
	TRY(record_destination(r, e->destination->key, first_address(e->destination->text)));
	return record_destination_port(r, e->destination_port->key, e->destination_port->text);
}

/* "Malware" is the family, "ThreatCode" Microsoft's own name of a part of it. */
static enum err take_names(struct event *e)
{
	struct record *r = &e->j->record;
	bool named = e->name->text.size > 0;
	const struct json_value *name = named ? e->name : e->code;
	TRY(record_name(r, name->key, name->text));
	return named && e->code->text.size > 0 ? extra(e, e->code) : E_OK;
}

static enum err take_event(struct event *e, bool server)
{
	struct json_rows *j = e->j;
	for (size_t i = 0; i < j->values.count; i++)
		TRY(take_value(e, &j->values.list[i]));
	if (server)
		turn_round(e);
	TRY(take_addresses(e));
	TRY(take_names(e));
	return record_done(
		&j->record, str_bytes(j->raw), STR("DateTimeReceivedUtc"), STR("SourceIp"));
}

static enum err take(struct json_rows *j, struct problem *problem)
{
	struct event e = {j, &none, &none, &none, &none, &none, &none};
	struct record *r = &j->record;
	struct str threat = json_values_text(&j->values, STR("indicatorthreattype"));
	struct str feed = json_values_text(&j->values, STR("DataFeed"));
	bool server = str_find(feed, STR("C2")) < feed.size;
	(void)problem;
	if (threat.size > 0 && !str_equal(threat, STR("Botnet"))) {
		record_skip(r);
		return E_OK;
	}
	record_kind(r, server ? KIND_C2 : KIND_INFECTED);
	return take_event(&e, server);
}

static const struct feed_format *recognise(const struct feed_head *head)
{
	static const struct str azure[] = {STR_INIT("DateTimeReceivedUtc"), STR_INIT("ThreatCode")};
	static const struct str interflow[] = {
		STR_INIT("indicatorthreattype"), STR_INIT("networksourceipv4")};
	unsigned level = json_rows_shape(head);
	bool yes = json_rows_has(head, level, azure, 2) || json_rows_has(head, level, interflow, 2);
	return yes ? &formats[0] : NULL;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	static const struct json_rows_format format = {
		STR_INIT("ctip"), take, roles, sizeof(roles) / sizeof(roles[0])};
	(void)problem;
	return json_rows_begin(p, &format, json_rows_shape(head));
}

const struct feed_family *ctip_family(void)
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
