/* SPDX-License-Identifier: Apache-2.0 */
/* URLs that malware is loaded from, as URLhaus of abuse.ch lists them: CSV, JSON, and the list of
 * one country, where the address of each host stands beside it. A URL that names its host by an
 * address tells which machine it is – mostly an infected one that passes itself on; one by a name
 * does not. */
#include "feed/commented_csv.h"
#include "feed/families.h"
#include "feed/json_rows.h"
#include "model/botnet.h"

enum role {
	ID = 1,
	ADDED,
	URL,
	LAST_ONLINE,
	TAGS,
	ADDRESS,
	ROLES
};

/* One row, whatever it came in. */
struct place {
	struct record *r;
	struct str value[ROLES];
	struct str name[ROLES]; /* what the file calls it */
};

/* --- the URL --- */

static bool is_scheme(struct str s, struct str *ret_port)
{
	*ret_port = str_equal_nocase(s, STR("https")) ? STR("443") : STR("80");
	return str_equal_nocase(s, STR("http")) || str_equal_nocase(s, STR("https"));
}

/* Host and port of "http://192.0.2.1:8080/i"; the port of the scheme where none is said. */
static bool split_url(struct str url, struct str *ret_host, struct str *ret_port)
{
	struct str rest;
	struct str user;
	struct str scheme = str_cut(url, ':', &rest);
	if (!is_scheme(scheme, ret_port) || !str_starts(rest, STR("//")))
		return false;
	struct str host = str_cut((struct str){rest.data + 2, rest.size - 2}, '/', &rest);
	str_cut(host, '@', &user);
	if (user.size > 0)
		host = user;
	struct str after = {host.data, 0};
	bool bracket = host.size > 0 && host.data[0] == '[';
	if (bracket) {
		host = str_cut((struct str){host.data + 1, host.size - 1}, ']', &after);
		if (after.size > 1 && after.data[0] == ':')
			*ret_port = (struct str){after.data + 1, after.size - 1};
	} else {
		host = str_cut(host, ':', &after);
		if (after.size > 0)
			*ret_port = after;
	}
	*ret_host = host;
	return true;
}

static bool is_address(struct str s)
{
	struct ip ip;
	return ip_parse(s, &ip);
}

/* Of several tags the one that names a family we know; the others say file types and the like. */
static struct str known_family(struct str tags)
{
	while (tags.size > 0) {
		struct str tag = str_trim(str_cut(tags, ',', &tags));
		if (tag.size > 0 && family_find(tag))
			return tag;
	}
	return STR("");
}

/* --- a row --- */

/* "2026-02-26 12:05:20", in JSON with " UTC" behind; in older lists the day alone. */
static enum err take_moment(struct place *p, enum role role)
{
	struct date day;
	struct str text = p->value[role];
	if (str_ends(text, STR(" UTC")))
		text.size -= 4;
	if (date_parse(text, &day))
		return record_day(p->r, p->name[role], day);
	return record_time(p->r, p->name[role], text);
}

/* When it was last seen to answer, else when it was told of. */
static enum err take_time(struct place *p)
{
	if (p->value[LAST_ONLINE].size == 0)
		return take_moment(p, ADDED);
	TRY(take_moment(p, LAST_ONLINE));
	return record_member(p->r, p->name[ADDED], p->value[ADDED]);
}

static enum err take_host(struct place *p, struct str host, struct str port)
{
	bool apart = p->value[ADDRESS].size > 0;
	TRY(record_source(
		p->r, p->name[apart ? ADDRESS : URL], apart ? p->value[ADDRESS] : host, false));
	return record_port(p->r, p->name[URL], port);
}

/* False in *ret_taken: no address is told, and the row is passed over. */
static enum err take_place(struct place *p, bool *ret_taken)
{
	struct str host;
	struct str port;
	bool known = split_url(p->value[URL], &host, &port) &&
		     (p->value[ADDRESS].size > 0 || is_address(host));
	*ret_taken = known;
	if (!known) {
		record_skip(p->r);
		return E_OK;
	}
	record_kind(p->r, KIND_MALWARE_HOST);
	TRY(take_time(p));
	TRY(take_host(p, host, port));
	TRY(record_name(p->r, p->name[TAGS], known_family(p->value[TAGS])));
	TRY(record_member(p->r, p->name[URL], p->value[URL]));
	if (p->value[ID].size > 0)
		record_identity(p->r, p->value[ID]);
	else
		record_identity_of(p->r, p->value[ADDED], p->value[URL]);
	return E_OK;
}

/* --- CSV --- */

static const struct commented_role csv_roles[] = {
	{STR_INIT("id"), ID},
	{STR_INIT("dateadded"), ADDED},
	{STR_INIT("Dateadded (UTC)"), ADDED},
	{STR_INIT("url"), URL},
	{STR_INIT("last_online"), LAST_ONLINE},
	{STR_INIT("tags"), TAGS},
	{STR_INIT("IPaddress"), ADDRESS},
};

static enum err take_csv(struct commented_csv *c)
{
	struct place p = {.r = &c->record};
	bool taken;
	for (int role = 1; role < ROLES; role++) {
		p.value[role] = commented_get(c, (uint8_t)role);
		p.name[role] = commented_name(c, (uint8_t)role);
	}
	TRY(take_place(&p, &taken));
	if (!taken)
		return E_OK;
	TRY(commented_keep(c, TAGS));
	return commented_done(c, STR("dateadded"), STR("url"));
}

static const struct commented_format csv_format = {
	.what = STR_INIT("urlhaus"),
	.kind = KIND_MALWARE_HOST,
	.comment = '#',
	.roles = csv_roles,
	.role_count = sizeof(csv_roles) / sizeof(csv_roles[0]),
	.first_role = ID,
	.other_first = ADDED, /* of a country's list */
	.nulls = {STR_INIT("None")},
	.take = take_csv,
};

static const struct feed_format csv_formats[] = {
	{STR_INIT("urlhaus-csv"), STR_INIT("abuse.ch URLhaus (CSV)"), NULL},
};

static bool plausible_csv(const struct feed_head *head)
{
	struct commented_header h;
	return commented_find_header(head, &csv_format, &h) && commented_has(&h, STR("url")) &&
	       commented_has(&h, STR("threat")) &&
	       (commented_has(&h, STR("dateadded")) || commented_has(&h, STR("ipaddress")));
}

static const struct feed_format *recognise_csv(const struct feed_head *head)
{
	return plausible_csv(head) ? &csv_formats[0] : NULL;
}

static enum err begin_csv(
	struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	(void)head;
	return commented_begin(p, &csv_format, problem);
}

const struct feed_family *urlhaus_csv_family(void)
{
	static const struct feed_family family = {
		.formats = csv_formats,
		.format_count = 1,
		.recognise = recognise_csv,
		.plausible = plausible_csv,
		.begin = begin_csv,
		.consume = commented_consume,
		.end = commented_end,
	};
	return &family;
}

/* --- JSON: {"ID":[{…}],…}, the dump, or {"urls":[{…},…]}, the answer of the interface --- */

static const struct json_key_role json_roles[] = {
	{STR_INIT("id"), JSON_KEY_OWN + ID},
	{STR_INIT("dateadded"), JSON_KEY_OWN + ADDED},
	{STR_INIT("date_added"), JSON_KEY_OWN + ADDED},
	{STR_INIT("url"), JSON_KEY_OWN + URL},
	{STR_INIT("last_online"), JSON_KEY_OWN + LAST_ONLINE},
};

static const struct feed_format json_formats[] = {
	{STR_INIT("urlhaus-json"), STR_INIT("abuse.ch URLhaus (JSON)"), NULL},
};

/* "tags.0", "tags.1" … */
static void take_tag(struct place *p, const struct json_value *value)
{
	if (p->value[TAGS].size > 0 || !str_starts(value->key, STR("tags.")))
		return;
	p->value[TAGS] = known_family(value->text);
	p->name[TAGS] = value->key;
}

static enum err take_values(struct place *p, struct json_rows *j)
{
	for (size_t i = 0; i < ROLES; i++) {
		p->value[i] = STR("");
		p->name[i] = STR("");
	}
	for (size_t i = 0; i < j->values.count; i++) {
		const struct json_value *value = &j->values.list[i];
		struct json_key *key = json_keys_get(&j->keys, value->key);
		take_tag(p, value);
		if (key->role > JSON_KEY_OWN) {
			p->value[key->role - JSON_KEY_OWN] = value->text;
			p->name[key->role - JSON_KEY_OWN] = value->key;
		} else if (key->role == JSON_KEY_EXTRA) {
			TRY(json_rows_extra(j, key, value));
		}
	}
	return E_OK;
}

/* In the dump the id is the key of what the object lies in. */
static void take_id_around(struct place *p, const struct json_elements *e)
{
	uint64_t number;
	struct str around = {e->name, e->name_size};
	if (p->value[ID].size == 0 && str_to_u64(around, UINT64_MAX, &number))
		p->value[ID] = around;
}

static enum err take_json(struct json_rows *j, struct problem *problem)
{
	struct place p = {.r = &j->record};
	bool taken;
	(void)problem;
	TRY(take_values(&p, j));
	take_id_around(&p, &j->elements);
	TRY(take_place(&p, &taken));
	return taken ? record_done(p.r, str_bytes(j->raw), STR("dateadded"), STR("url")) : E_OK;
}

static const struct feed_format *recognise_json(const struct feed_head *head)
{
	static const struct str dump[] = {
		STR_INIT("dateadded"), STR_INIT("url"), STR_INIT("threat")};
	static const struct str answer[] = {
		STR_INIT("date_added"), STR_INIT("url"), STR_INIT("threat")};
	if (!str_starts(str_trim(head->text), STR("{")))
		return NULL;
	bool yes = json_rows_has(head, 2, dump, 3) || json_rows_has(head, 2, answer, 3);
	return yes ? &json_formats[0] : NULL;
}

static enum err begin_json(
	struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	static const struct json_rows_format rows = {STR_INIT("urlhaus"), take_json, json_roles,
		sizeof(json_roles) / sizeof(json_roles[0])};
	(void)head;
	(void)problem;
	return json_rows_begin(p, &rows, 2);
}

const struct feed_family *urlhaus_json_family(void)
{
	static const struct feed_family family = {
		.formats = json_formats,
		.format_count = 1,
		.recognise = recognise_json,
		.plausible = json_rows_plausible,
		.begin = begin_json,
		.consume = json_rows_consume,
		.end = json_rows_end,
	};
	return &family;
}
