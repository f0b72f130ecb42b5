/* SPDX-License-Identifier: Apache-2.0 */
/* Command-and-control servers as abuse.ch gives them in JSON. ThreatFox: {"ID":[{…}],…}, its
 * export, or {"data":[{…},…]}, the answer of its interface. Feodo Tracker: [{…},…]. Times and
 * identities are those of the CSV lists, so that the same server in both is one. */
#include "feed/families.h"
#include "feed/json_rows.h"

static const struct feed_format formats[] = {
	{STR_INIT("threatfox-json"), STR_INIT("abuse.ch ThreatFox (JSON)"), NULL},
	{STR_INIT("feodo-tracker-json"), STR_INIT("abuse.ch Feodo Tracker (JSON)"), NULL},
};

enum role {
	ROLE_FIRST_SEEN = JSON_KEY_OWN,
	ROLE_LAST_SEEN,
	ROLE_ENDPOINT,
	ROLE_ADDRESS,
	ROLE_PORT,
	ROLE_NAME,
	ROLE_KEY, /* of the malware: "win.cobalt_strike" */
	ROLE_ID,
	ROLE__COUNT
};

static const struct json_key_role threatfox_roles[] = {
	{STR_INIT("first_seen_utc"), ROLE_FIRST_SEEN},
	{STR_INIT("first_seen"), ROLE_FIRST_SEEN},
	{STR_INIT("last_seen_utc"), ROLE_LAST_SEEN},
	{STR_INIT("last_seen"), ROLE_LAST_SEEN},
	{STR_INIT("ioc_value"), ROLE_ENDPOINT},
	{STR_INIT("ioc"), ROLE_ENDPOINT},
	{STR_INIT("malware_printable"), ROLE_NAME},
	{STR_INIT("malware"), ROLE_KEY},
	{STR_INIT("id"), ROLE_ID},
};

static const struct json_key_role feodo_roles[] = {
	{STR_INIT("first_seen"), ROLE_FIRST_SEEN},
	{STR_INIT("last_online"), ROLE_LAST_SEEN},
	{STR_INIT("ip_address"), ROLE_ADDRESS},
	{STR_INIT("port"), ROLE_PORT},
	{STR_INIT("malware"), ROLE_NAME},
};

/* Values by their roles; the others are extras at once. */
struct server {
	struct json_rows *j;
	struct json_value values[ROLE__COUNT];
};

static struct str text_of(const struct server *s, enum role role)
{
	return s->values[role].text;
}

static struct str key_of(const struct server *s, enum role role)
{
	return s->values[role].key;
}

static enum err keep(struct server *s, enum role role)
{
	return record_member(&s->j->record, key_of(s, role), text_of(s, role));
}

static enum err take_values(struct server *s, struct json_rows *j)
{
	s->j = j;
	for (size_t i = 0; i < ROLE__COUNT; i++)
		s->values[i] = (struct json_value){.key = STR(""), .text = STR("")};
	for (size_t i = 0; i < j->values.count; i++) {
		const struct json_value *value = &j->values.list[i];
		struct json_key *key = json_keys_get(&j->keys, value->key);
		if (key->role >= JSON_KEY_OWN)
			s->values[key->role] = *value;
		else if (key->role == JSON_KEY_EXTRA)
			TRY(json_rows_extra(j, key, value));
	}
	return E_OK;
}

/* --- ThreatFox --- */

/* The interface adds " UTC". */
static enum err take_second(struct server *s, enum role role)
{
	struct str text = text_of(s, role);
	if (str_ends(text, STR(" UTC")))
		text.size -= 4;
	return record_time(&s->j->record, key_of(s, role), text);
}

static enum err take_indicator_time(struct server *s)
{
	if (text_of(s, ROLE_LAST_SEEN).size > 0) {
		TRY(take_second(s, ROLE_LAST_SEEN));
		return keep(s, ROLE_FIRST_SEEN);
	}
	return text_of(s, ROLE_FIRST_SEEN).size > 0 ? take_second(s, ROLE_FIRST_SEEN) : E_OK;
}

static enum err take_indicator_name(struct server *s)
{
	enum role role = text_of(s, ROLE_NAME).size > 0 ? ROLE_NAME : ROLE_KEY;
	TRY(record_name(&s->j->record, key_of(s, role), text_of(s, role)));
	return role == ROLE_NAME ? keep(s, ROLE_KEY) : E_OK;
}

static bool is_number(struct str s)
{
	uint64_t number;
	return str_to_u64(s, UINT64_MAX, &number);
}

/* In the export the id is the key of what the object lies in. */
static void take_indicator_id(struct server *s)
{
	const struct json_elements *e = &s->j->elements;
	struct str id = text_of(s, ROLE_ID);
	struct str around = {e->name, e->name_size};
	if (id.size == 0 && is_number(around))
		id = around;
	record_identity(&s->j->record, id);
}

static enum err take_indicator(struct json_rows *j, struct problem *problem)
{
	struct server s;
	struct record *r = &j->record;
	(void)problem;
	struct str threat = json_values_text(&j->values, STR("threat_type"));
	bool delivers = str_equal(threat, STR("payload_delivery"));
	if (!(delivers || str_equal(threat, STR("botnet_cc"))) ||
		!str_equal(json_values_text(&j->values, STR("ioc_type")), STR("ip:port"))) {
		record_skip(r);
		return E_OK;
	}
	record_kind(r, delivers ? KIND_MALWARE_HOST : KIND_C2);
	TRY(take_values(&s, j));
	TRY(take_indicator_time(&s));
	if (text_of(&s, ROLE_ENDPOINT).size > 0)
		TRY(record_endpoint(r, key_of(&s, ROLE_ENDPOINT), text_of(&s, ROLE_ENDPOINT)));
	TRY(take_indicator_name(&s));
	take_indicator_id(&s);
	return record_done(r, str_bytes(j->raw), STR("first_seen_utc"), STR("ioc_value"));
}

/* --- Feodo Tracker --- */

/* The day it was last seen working; a row without one is of its first second. */
static enum err take_server_time(struct server *s)
{
	struct record *r = &s->j->record;
	struct str last = text_of(s, ROLE_LAST_SEEN);
	struct str first = text_of(s, ROLE_FIRST_SEEN);
	struct date day;
	if (last.size == 0)
		return first.size ? record_time(r, key_of(s, ROLE_FIRST_SEEN), first) : E_OK;
	if (!date_parse(last, &day))
		return record_bad(r, PROBLEM_BAD_TIME, key_of(s, ROLE_LAST_SEEN), last, 0);
	TRY(record_day(r, key_of(s, ROLE_LAST_SEEN), day));
	return keep(s, ROLE_FIRST_SEEN);
}

/* Address, port and name, whatever else the list says of it today. */
static void identify_server(struct server *s)
{
	static const enum role parts[] = {ROLE_ADDRESS, ROLE_PORT, ROLE_NAME};
	struct writer w;
	writer_init(&w, LIMIT_ROW_BYTES);
	for (size_t i = 0; i < 3; i++) {
		if (i > 0)
			writer_char(&w, '|');
		writer_str(&w, text_of(s, parts[i]));
	}
	if (w.err == E_OK)
		record_identity(&s->j->record, writer_view_str(&w));
	writer_release(&w);
}

static enum err take_server(struct json_rows *j, struct problem *problem)
{
	struct server s;
	struct record *r = &j->record;
	(void)problem;
	record_kind(r, KIND_C2);
	TRY(take_values(&s, j));
	TRY(take_server_time(&s));
	if (text_of(&s, ROLE_ADDRESS).size > 0)
		TRY(record_source(r, key_of(&s, ROLE_ADDRESS), text_of(&s, ROLE_ADDRESS), false));
	TRY(record_port(r, key_of(&s, ROLE_PORT), text_of(&s, ROLE_PORT)));
	TRY(record_name(r, key_of(&s, ROLE_NAME), text_of(&s, ROLE_NAME)));
	identify_server(&s);
	return record_done(r, str_bytes(j->raw), STR("first_seen"), STR("ip_address"));
}

/* --- the family --- */

static const struct feed_format *recognise(const struct feed_head *head)
{
	static const struct str threatfox[] = {
		STR_INIT("threat_type"), STR_INIT("ioc_type"), STR_INIT("malware")};
	static const struct str feodo[] = {
		STR_INIT("ip_address"), STR_INIT("malware"), STR_INIT("first_seen")};
	if (json_rows_is_array(head))
		return json_rows_has(head, 1, feodo, 3) ? &formats[1] : NULL;
	return json_rows_has(head, 2, threatfox, 3) ? &formats[0] : NULL;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	static const struct json_rows_format threatfox = {STR_INIT("threatfox"), take_indicator,
		threatfox_roles, sizeof(threatfox_roles) / sizeof(threatfox_roles[0])};
	static const struct json_rows_format feodo = {STR_INIT("feodo-tracker"), take_server,
		feodo_roles, sizeof(feodo_roles) / sizeof(feodo_roles[0])};
	(void)head;
	(void)problem;
	bool first = p->format == &formats[0];
	return json_rows_begin(p, first ? &threatfox : &feodo, first ? 2 : 1);
}

const struct feed_family *abusech_json_family(void)
{
	static const struct feed_family family = {
		.formats = formats,
		.format_count = 2,
		.recognise = recognise,
		.plausible = json_rows_plausible,
		.begin = begin,
		.consume = json_rows_consume,
		.end = json_rows_end,
	};
	return &family;
}
