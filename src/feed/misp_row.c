/* SPDX-License-Identifier: Apache-2.0 */
/* What an attribute of a MISP event says of an address: docs/format/feeds.md has the reasons. */
#include "feed/misp.h"
#include "feed/misp_objects.h"

#include "model/botnet.h"

/* --- which attributes are addresses --- */

enum side {
	SIDE_SOURCE,
	SIDE_DESTINATION
};

struct address_type {
	struct str name;
	enum side side;
	bool has_port;
	bool has_domain;
};

static const struct address_type address_types[] = {
	{STR_INIT("ip-src"), SIDE_SOURCE, false, false},
	{STR_INIT("ip-dst"), SIDE_DESTINATION, false, false},
	{STR_INIT("ip-src|port"), SIDE_SOURCE, true, false},
	{STR_INIT("ip-dst|port"), SIDE_DESTINATION, true, false},
	{STR_INIT("domain|ip"), SIDE_DESTINATION, false, true},
};

static const struct address_type *address_type(const struct misp_attribute *a)
{
	for (size_t i = 0; i < sizeof(address_types) / sizeof(address_types[0]); i++)
		if (str_equal(a->type, address_types[i].name))
			return &address_types[i];
	return NULL;
}

/* What can be a row; NULL also for the addresses of those who were attacked. */
static const struct address_type *accused(
	const struct misp_object *object, const struct misp_attribute *a)
{
	return misp_object_part(object->name, a->relation) == MISP_PART_BY_TYPE ? address_type(a)
										: NULL;
}

static bool is_true(struct str s)
{
	return str_equal(s, STR("true")) || str_equal(s, STR("1"));
}

static bool is_false(struct str s)
{
	return str_equal(s, STR("false")) || str_equal(s, STR("0"));
}

/* --- what tags say --- */

static const struct {
	struct str tag;
	enum kind kind;
} tag_kinds[] = {
	{STR_INIT("rsit:malicious-code=\"infected-system\""), KIND_INFECTED},
	{STR_INIT("ecsirt:malicious-code=\"botnet-drone\""), KIND_INFECTED},
	{STR_INIT("ecsirt:intrusions=\"bot\""), KIND_INFECTED},
	{STR_INIT("infected-system"), KIND_INFECTED},
	{STR_INIT("infected"), KIND_INFECTED},
	{STR_INIT("botnet-drone"), KIND_INFECTED},
	{STR_INIT("botnet drone"), KIND_INFECTED},
	{STR_INIT("infected system"), KIND_INFECTED},
	{STR_INIT("rsit:malicious-code=\"c2-server\""), KIND_C2},
	{STR_INIT("ecsirt:malicious-code=\"c&c\""), KIND_C2},
	{STR_INIT("kill-chain:command and control"), KIND_C2},
	{STR_INIT("c2"), KIND_C2},
	{STR_INIT("c&c"), KIND_C2},
	{STR_INIT("c2-server"), KIND_C2},
	{STR_INIT("botnet_cc"), KIND_C2},
	{STR_INIT("rsit:malicious-code=\"malware-distribution\""), KIND_MALWARE_HOST},
	{STR_INIT("rsit:malicious-code=\"malware-configuration\""), KIND_MALWARE_HOST},
	{STR_INIT("ecsirt:malicious-code=\"malware-configuration\""), KIND_MALWARE_HOST},
	{STR_INIT("kill-chain:delivery"), KIND_MALWARE_HOST},
	{STR_INIT("malware-distribution"), KIND_MALWARE_HOST},
	{STR_INIT("malware-configuration"), KIND_MALWARE_HOST},
	{STR_INIT("malware_download"), KIND_MALWARE_HOST},
	{STR_INIT("payload_delivery"), KIND_MALWARE_HOST},
	{STR_INIT("rsit:intrusion-attempts=\"brute-force\""), KIND_ATTACK_SOURCE},
	{STR_INIT("rsit:intrusion-attempts=\"ids-alert\""), KIND_ATTACK_SOURCE},
	{STR_INIT("rsit:intrusion-attempts=\"exploit\""), KIND_ATTACK_SOURCE},
	{STR_INIT("rsit:information-gathering=\"scanner\""), KIND_ATTACK_SOURCE},
	{STR_INIT("rsit:availability=\"ddos\""), KIND_ATTACK_SOURCE},
	{STR_INIT("ecsirt:intrusion-attempts=\"brute-force\""), KIND_ATTACK_SOURCE},
	{STR_INIT("ecsirt:information-gathering=\"scanner\""), KIND_ATTACK_SOURCE},
	{STR_INIT("brute-force"), KIND_ATTACK_SOURCE},
	{STR_INIT("exploit"), KIND_ATTACK_SOURCE},
	{STR_INIT("ids-alert"), KIND_ATTACK_SOURCE},
	{STR_INIT("scanner"), KIND_ATTACK_SOURCE},
};

static bool tag_kind(struct str tag, enum kind *ret_kind)
{
	for (size_t i = 0; i < sizeof(tag_kinds) / sizeof(tag_kinds[0]); i++)
		if (str_equal_nocase(tag, tag_kinds[i].tag)) {
			*ret_kind = tag_kinds[i].kind;
			return true;
		}
	return false;
}

/* An event about infected machines also names the servers they called, and the other way round: its
 * tags speak of one side only. */
static bool fits(enum kind kind, enum side side)
{
	bool of_sources = kind == KIND_INFECTED || kind == KIND_ATTACK_SOURCE;
	return of_sources == (side == SIDE_SOURCE);
}

static enum kind default_kind(const struct misp_attribute *a, enum side side)
{
	if (side == SIDE_SOURCE)
		return KIND_ATTACK_SOURCE;
	/* What these types have where nothing else is said. */
	if (a->category.size == 0 || str_equal(a->category, STR("Network activity")))
		return KIND_C2;
	if (str_starts(a->category, STR("Payload ")))
		return KIND_MALWARE_HOST;
	return KIND_BLOCKLISTED;
}

/* False: the publisher mentions the address but does not call it bad. */
static bool find_kind(const struct misp_event *event, const struct misp_attribute *a,
	enum side side, enum kind *ret_kind)
{
	for (const struct misp_tag *t = a->tags; t; t = t->next)
		if (tag_kind(t->name, ret_kind))
			return true;
	bool found = false;
	*ret_kind = default_kind(a, side);
	for (const struct misp_tag *t = event->tags; t && !found; t = t->next) {
		enum kind kind;
		found = tag_kind(t->name, &kind) && fits(kind, side);
		*ret_kind = found ? kind : *ret_kind;
	}
	return *ret_kind == KIND_INFECTED || !is_false(a->to_ids);
}

/* Galaxies whose clusters are malware. "tool" holds honest programs too, so it comes last. */
static const struct str galaxies[] = {
	STR_INIT("botnet"),
	STR_INIT("malpedia"),
	STR_INIT("mitre-malware"),
	STR_INIT("mitre-enterprise-attack-malware"),
	STR_INIT("mitre-mobile-attack-malware"),
	STR_INIT("rat"),
	STR_INIT("banker"),
	STR_INIT("stealer"),
	STR_INIT("backdoor"),
	STR_INIT("ransomware"),
	STR_INIT("android"),
	STR_INIT("cryptominers"),
	STR_INIT("tool"),
};

/* misp-galaxy:botnet="Mirai": Mirai. ATT&CK's clusters end with its number: "Amadey - S1025". */
static struct str galaxy_value(struct str tag, struct str galaxy)
{
	static const struct str start = STR_INIT("misp-galaxy:");
	struct str value;
	if (!str_starts(tag, start))
		return STR("");
	struct str rest = {tag.data + start.size, tag.size - start.size};
	if (!str_equal(str_cut(rest, '=', &value), galaxy))
		return STR("");
	if (value.size >= 2 && value.data[0] == '"' && value.data[value.size - 1] == '"')
		value = (struct str){value.data + 1, value.size - 2};
	size_t number = str_find(value, STR(" - S"));
	uint64_t ignored;
	struct str digits = {value.data + number + 4, 0};
	if (number < value.size)
		digits.size = value.size - number - 4;
	return number < value.size && str_to_u64(digits, UINT32_MAX, &ignored)
		       ? (struct str){value.data, number}
		       : value;
}

struct str misp_malware(const struct misp_tag *tags)
{
	for (size_t g = 0; g < sizeof(galaxies) / sizeof(galaxies[0]); g++)
		for (const struct misp_tag *t = tags; t; t = t->next) {
			struct str value = galaxy_value(t->name, galaxies[g]);
			if (value.size > 0)
				return value;
		}
	/* A tag without a galaxy can be any word: only names we know. */
	for (const struct misp_tag *t = tags; t; t = t->next)
		if (family_find(t->name))
			return t->name;
	return STR("");
}

/* --- what stands beside an address in its object --- */

struct around {
	struct str source, destination; /* addresses */
	struct str source_port, destination_port, protocol;
	struct str first_seen, last_seen;
	struct str classification, identifier, name, observation; /* of an event of IntelMQ */
	struct misp_attribute *neighbours;                        /* what has no column of ours */
	bool addresses;
};

static void take_address(struct around *around, const struct misp_attribute *a, bool is_accused)
{
	const struct address_type *type = address_type(a);
	struct str *into = type->side == SIDE_SOURCE ? &around->source : &around->destination;
	around->addresses = around->addresses || is_accused;
	if (into->size == 0 && !type->has_port && !type->has_domain)
		*into = a->value;
}

/* False: it has no column of ours. */
static bool take_beside(struct around *around, const struct misp_attribute *a)
{
	const struct {
		struct str relation;
		struct str *into;
	} places[] = {
		{STR("src-port"), &around->source_port},
		{STR("dst-port"), &around->destination_port},
		{STR("port"), &around->destination_port},
		{STR("protocol"), &around->protocol},
		{STR("layer4-protocol"), &around->protocol},
		{STR("first-seen"), &around->first_seen},
		{STR("last-seen"), &around->last_seen},
		{STR("source.port"), &around->source_port},
		{STR("destination.port"), &around->destination_port},
		{STR("protocol.transport"), &around->protocol},
		{STR("time.source"), &around->first_seen},
		{STR("time.observation"), &around->observation},
		{STR("malware.name"), &around->name},
		{STR("classification.type"), &around->classification},
		{STR("classification.identifier"), &around->identifier},
	};
	bool known = false;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		bool this = str_equal(a->relation, places[i].relation);
		known = known || this;
		if (this && places[i].into->size == 0)
			*places[i].into = a->value;
	}
	return known;
}

/* Others are strung together once: an object may have very many addresses. */
static struct around look_around(const struct misp_object *object)
{
	struct around around = {.first_seen = object->first_seen, .last_seen = object->last_seen};
	struct misp_attribute **last = &around.neighbours;
	for (struct misp_attribute *a = object->attributes; a; a = a->next) {
		enum misp_part part = misp_object_part(object->name, a->relation);
		bool beside = part == MISP_PART_BESIDE || !address_type(a);
		if (is_true(a->deleted) || part == MISP_PART_NOTHING)
			continue;
		if (!beside) {
			take_address(&around, a, part == MISP_PART_BY_TYPE);
		} else if (a->relation.size > 0 && !take_beside(&around, a) && a->value.size > 0) {
			*last = a;
			last = &a->next_neighbour;
		}
	}
	return around;
}

/* --- a row --- */

struct row {
	struct record *r;
	const struct misp_event *event;
	const struct misp_object *object;
	const struct misp_attribute *a;
	const struct address_type *type;
	const struct around *around;
};

/* A day alone is all of it. */
static bool second_of(struct str s, bool last, int64_t *ret_second)
{
	struct instant t;
	struct date day;
	bool whole = date_parse(s, &day);
	if (!whole && !instant_parse(s, &t))
		return false;
	*ret_second = whole ? date_instant(day).seconds + (last ? 86399 : 0) : t.seconds;
	return true;
}

static enum err take_span(struct row *row, struct str first, struct str last)
{
	int64_t from = 0;
	int64_t to = 0;
	if (first.size > 0 && !second_of(first, false, &from))
		return record_bad(row->r, PROBLEM_BAD_TIME, STR("first_seen"), first, 0);
	if (last.size > 0 && !second_of(last, true, &to))
		return record_bad(row->r, PROBLEM_BAD_TIME, STR("last_seen"), last, 0);
	if (first.size == 0)
		from = to;
	if (last.size == 0)
		to = from;
	return record_span(row->r, STR("last_seen"), last.size ? last : first, from, to);
}

/* When the event was collected: of what it tells that says no more than the day. */
static enum err take_observation(struct row *row)
{
	struct instant t;
	struct str value = row->around->observation;
	if (!instant_parse(value, &t))
		return record_bad(row->r, PROBLEM_BAD_TIME, STR("time.observation"), value, 0);
	return record_day(row->r, STR("time.observation"), instant_date(t));
}

static enum err take_time(struct row *row)
{
	const struct misp_attribute *a = row->a;
	struct date day;
	uint64_t second = 0;
	if (a->first_seen.size + a->last_seen.size > 0)
		return take_span(row, a->first_seen, a->last_seen);
	if (row->around->first_seen.size + row->around->last_seen.size > 0)
		return take_span(row, row->around->first_seen, row->around->last_seen);
	if (row->around->observation.size > 0)
		return take_observation(row);
	if (a->timestamp.size > 0 && !str_to_u64(a->timestamp, INT64_MAX, &second))
		return record_bad(row->r, PROBLEM_BAD_TIME, STR("timestamp"), a->timestamp, 0);
	if (second > 0)
		return record_second(row->r, STR("timestamp"), a->timestamp, (int64_t)second);
	if (row->event->date.size > 0 && !date_parse(row->event->date, &day))
		return record_bad(row->r, PROBLEM_BAD_TIME, STR("date"), row->event->date, 0);
	return row->event->date.size > 0 ? record_day(row->r, STR("date"), day) : E_OK;
}

/* "address|port", "domain|address", or the address alone with what its object says. */
static enum err take_where(struct row *row)
{
	struct str second;
	struct str first = str_cut(row->a->value, '|', &second);
	bool source = row->type->side == SIDE_SOURCE;
	if (row->type->has_domain) {
		TRY(record_extra(row->r, STR("domain"), str_trim(first)));
		return record_source(row->r, STR("value"), str_trim(second), true);
	}
	if (row->type->has_port) {
		TRY(record_source(row->r, STR("value"), str_trim(first), true));
		return record_port(row->r, STR("value"), str_trim(second));
	}
	TRY(record_source(row->r, STR("value"), str_trim(row->a->value), true));
	return record_port(row->r, source ? STR("src-port") : STR("dst-port"),
		source ? row->around->source_port : row->around->destination_port);
}

/* Where the source talked to; a source of several destinations has the first. */
static enum err take_destination(struct row *row)
{
	if (row->type->side != SIDE_SOURCE || row->type->has_port)
		return E_OK;
	TRY(record_destination(row->r, STR("ip-dst"), row->around->destination));
	return record_destination_port(row->r, STR("dst-port"), row->around->destination_port);
}

static enum err take_name(struct row *row)
{
	enum kind kind = record_kind_now(row->r);
	bool malware = kind == KIND_INFECTED || kind == KIND_C2 || kind == KIND_MALWARE_HOST;
	struct str name = row->around->name;
	if (name.size == 0)
		name = misp_malware(row->a->tags);
	if (name.size == 0 && malware)
		name = row->around->identifier;
	if (name.size == 0)
		name = misp_malware(row->event->tags);
	return record_name(row->r, STR("Tag"), name);
}

static enum err take_tags(struct row *row)
{
	struct writer w;
	writer_init(&w, LIMIT_EXTRAS_BYTES);
	for (const struct misp_tag *t = row->a->tags; t; t = t->next) {
		if (t != row->a->tags)
			writer_text(&w, ", ");
		writer_str(&w, t->name);
	}
	enum err err = record_extra(row->r, STR("Tag"), writer_view_str(&w));
	writer_release(&w);
	return err;
}

/* An object's domains, hosts, AS numbers … by their relation. */
static enum err take_neighbours(struct row *row)
{
	for (const struct misp_attribute *a = row->around->neighbours; a; a = a->next_neighbour)
		TRY(record_extra(row->r, a->relation, a->value));
	return E_OK;
}

static enum err take_extras(struct row *row)
{
	TRY(record_protocol(row->r, STR("protocol"), row->around->protocol));
	TRY(record_extra(row->r, STR("type"), row->a->type));
	TRY(record_extra(row->r, STR("category"), row->a->category));
	TRY(record_extra(row->r, STR("to_ids"), row->a->to_ids));
	TRY(record_extra(row->r, STR("comment"), row->a->comment));
	TRY(record_extra(row->r, STR("object"), row->object->name));
	TRY(record_extra(row->r, STR("event"), row->event->uuid));
	TRY(record_extra(row->r, STR("info"), row->event->info));
	TRY(record_extra(row->r, STR("Orgc"), row->event->organisation));
	TRY(take_tags(row));
	return take_neighbours(row);
}

static enum err make_row(struct row *row, struct problem *problem)
{
	enum kind kind;
	const struct misp_attribute *a = row->a;
	record_begin(row->r, a->place.line, a->place.offset, problem);
	struct str classification = row->around->classification;
	/* IntelMQ says of each event what it is; most types are nothing of ours. */
	bool bad = classification.size > 0 ? tag_kind(classification, &kind)
					   : find_kind(row->event, a, row->type->side, &kind);
	if (!bad && !row->r->p->options.kind_set) {
		record_skip(row->r);
		return E_OK;
	}
	if (bad)
		record_kind(row->r, kind);
	TRY(take_where(row));
	TRY(take_destination(row));
	TRY(take_time(row));
	TRY(take_name(row));
	TRY(take_extras(row));
	record_identity(row->r, a->uuid);
	return record_done(row->r, str_bytes(a->raw), STR("date"), STR("value"));
}

enum err misp_object_rows(struct record *r, const struct misp_event *event,
	const struct misp_object *object, struct problem *problem)
{
	const struct around around = look_around(object);
	for (const struct misp_attribute *a = object->attributes; a; a = a->next) {
		struct row row = {r, event, object, a, accused(object, a), &around};
		bool gone = is_true(a->deleted) || is_true(object->deleted);
		if (row.type && !gone) {
			enum err err = make_row(&row, problem);
			if (err != E_OK && err != E_SYNTAX)
				return err;
		} else if (gone || !around.addresses || a->relation.size == 0) {
			r->p->totals.skipped++;
		}
	}
	return E_OK;
}
