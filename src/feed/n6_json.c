/* SPDX-License-Identifier: Apache-2.0 */
/* Events of n6, one JSON object a line or all in one array, as its REST and stream interfaces give
 * them, frames and all. An event may have several addresses: each is a sighting. */
#include "feed/families.h"
#include "feed/json_rows.h"
#include "feed/n6.h"

static const struct feed_format formats[] = {
	{STR_INIT("n6"), STR_INIT("n6 events (JSON)"), NULL},
};

enum role {
	ROLE_ID = JSON_KEY_OWN,
	ROLE_TIME,
	ROLE_UNTIL,
	ROLE_NAME,
	ROLE_PORT,
	ROLE_DESTINATION,
	ROLE_DESTINATION_PORT,
	ROLE_PROTOCOL,
};

static const struct json_key_role roles[] = {
	{STR_INIT("id"), ROLE_ID},
	{STR_INIT("time"), ROLE_TIME},
	{STR_INIT("until"), ROLE_UNTIL},
	{STR_INIT("name"), ROLE_NAME},
	{STR_INIT("sport"), ROLE_PORT},
	{STR_INIT("dip"), ROLE_DESTINATION},
	{STR_INIT("dport"), ROLE_DESTINATION_PORT},
	{STR_INIT("proto"), ROLE_PROTOCOL},
	/* Of people. */
	{STR_INIT("email"), JSON_KEY_NOTHING},
	{STR_INIT("phone"), JSON_KEY_NOTHING},
	{STR_INIT("iban"), JSON_KEY_NOTHING},
};

/* One of an event's addresses on its way. */
struct event {
	struct json_rows *j;
	uint64_t address; /* its number in the list */
	struct str id;
	struct str time;
	struct str until;
	struct str ip;
};

/* "address.3.asn": 3 and asn. */
static bool address_part(struct str key, uint64_t *ret_number, struct str *ret_part)
{
	struct str rest;
	if (!str_starts(key, STR("address.")))
		return false;
	rest = (struct str){key.data + 8, key.size - 8};
	struct str number = str_cut(rest, '.', &rest);
	*ret_part = rest;
	return str_to_u64(number, JSON_VALUES_MOST, ret_number) && rest.size > 0;
}

static enum err take_address(struct event *e, struct str part, const struct json_value *value)
{
	struct record *r = &e->j->record;
	if (!str_equal(part, STR("ip")) && !str_equal(part, STR("ipv6")))
		return record_member(r, part, value->text);
	if (value->text.size == 0)
		return E_OK;
	e->ip = value->text;
	return record_source(r, part, value->text, false);
}

static enum err take_own(struct event *e, const struct json_value *value)
{
	struct json_rows *j = e->j;
	struct record *r = &j->record;
	struct json_key *key = json_keys_get(&j->keys, value->key);
	switch (key->role) {
	case JSON_KEY_NOTHING:
		return E_OK;
	case ROLE_ID:
		e->id = value->text;
		return E_OK;
	case ROLE_TIME:
		e->time = value->text;
		return E_OK;
	case ROLE_UNTIL:
		e->until = value->text;
		return E_OK;
	case ROLE_NAME:
		return record_name(r, value->key, value->text);
	case ROLE_PORT:
		return record_port(r, value->key, value->text);
	case ROLE_DESTINATION:
		return record_destination(r, value->key, value->text);
	case ROLE_DESTINATION_PORT:
		return record_destination_port(r, value->key, value->text);
	case ROLE_PROTOCOL:
		return record_protocol(r, value->key, value->text);
	default:
		return json_rows_extra(j, key, value);
	}
}

static enum err take_value(struct event *e, const struct json_value *value)
{
	uint64_t number;
	struct str part;
	if (!address_part(value->key, &number, &part))
		return take_own(e, value);
	return number == e->address ? take_address(e, part, value) : E_OK;
}

static enum err take_event(struct event *e)
{
	struct json_rows *j = e->j;
	struct record *r = &j->record;
	for (size_t i = 0; i < j->values.count; i++)
		TRY(take_value(e, &j->values.list[i]));
	TRY(n6_take_times(r, e->time, e->until));
	n6_take_identity(r, e->id, j->raw, e->ip);
	return record_done(r, str_bytes(j->raw), STR("time"), STR("address"));
}

static uint64_t count_addresses(const struct json_values *v)
{
	uint64_t count = 0;
	uint64_t number;
	struct str part;
	for (size_t i = 0; i < v->count; i++)
		if (address_part(v->list[i].key, &number, &part) && number >= count)
			count = number + 1;
	return count;
}

/* An entry that left its list says that nothing is there any more. */
static bool is_over(const struct json_values *v)
{
	struct str status = json_values_text(v, STR("status"));
	struct str type = json_values_text(v, STR("type"));
	return (status.size > 0 && !str_equal(status, STR("active"))) ||
	       str_equal(type, STR("bl-delist")) || str_equal(type, STR("bl-expire"));
}

/* Of an event with several addresses the bad ones are left out. */
static enum err take(struct json_rows *j, struct problem *problem)
{
	const struct json_values *v = &j->values;
	struct record *r = &j->record;
	uint64_t count = count_addresses(v);
	struct str category = json_values_text(v, STR("category"));
	if (category.size == 0)
		return record_bad(r, PROBLEM_NO_FIELD, STR("category"), STR(""), 0);
	if (count == 0 || is_over(v) || !n6_take_category(r, category)) {
		record_skip(r);
		return E_OK;
	}
	for (uint64_t i = 0; i < count; i++) {
		struct event e = {.j = j, .address = i};
		record_begin(r, r->line, r->offset, problem);
		(void)n6_take_category(r, category);
		enum err err = take_event(&e);
		if (err != E_OK && err != E_SYNTAX)
			return err;
	}
	return E_OK;
}

static const struct feed_format *recognise(const struct feed_head *head)
{
	static const struct str keys[] = {STR_INIT("id"), STR_INIT("category"), STR_INIT("time"),
		STR_INIT("source"), STR_INIT("confidence")};
	return json_rows_has(head, json_rows_shape(head), keys, 5) ? &formats[0] : NULL;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	static const struct json_rows_format format = {
		STR_INIT("n6"), take, roles, sizeof(roles) / sizeof(roles[0])};
	(void)problem;
	return json_rows_begin(p, &format, json_rows_shape(head));
}

const struct feed_family *n6_json_family(void)
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
