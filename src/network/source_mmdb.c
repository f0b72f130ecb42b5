/* SPDX-License-Identifier: Apache-2.0 */
/* MaxMind DB: which members of a record mean what. */
#include <stdlib.h>

#include "base/limits.h"
#include "network/mmdb.h"
#include "network/source.h"

enum {
	LOOK_AT = 4096,      /* networks, to see what the file is about */
	REMEMBERED = 1 << 14 /* records whose meaning is at hand: many networks share one */
};

static const char *const asn_paths[] = {
	"autonomous_system_number", "asn", "as_number", "traits/autonomous_system_number", NULL};
static const char *const name_paths[] = {"autonomous_system_organization", "as_name",
	"as_organization", "as_org", "traits/autonomous_system_organization", "isp", "organization",
	"name", NULL};
static const char *const country_paths[] = {
	"country/iso_code", "country_code", "country", "country_iso_code", NULL};
static const char *const region_paths[] = {"subdivisions/0/iso_code", "region_code", "region",
	"subdivisions/0/names/en", "state1", "state", "province", NULL};

struct reader {
	struct parser *p;
	struct mmdb mmdb;
	struct words words;
	uint32_t country; /* of regions */

	/* what the first networks hold */
	size_t looked;
	bool has_asn, has_country;

	/* the network not handed on yet: its neighbour may say the same */
	struct range pending[FAMILY__COUNT];
	bool waiting[FAMILY__COUNT];

	struct remembered {
		uint32_t key; /* offset + 1; 0: nothing */
		uint32_t value;
		bool known;
	} * remembered;
};

/* The first that is a text or number; false: none. */
static enum err find_first(const struct reader *r, uint32_t offset, const char *const *paths,
	struct mmdb_value *ret_value)
{
	for (size_t i = 0; paths[i]; i++) {
		enum err err = mmdb_find(&r->mmdb, offset, str_from(paths[i]), ret_value);
		if (err == E_OK && ret_value->type != MMDB_OTHER)
			return E_OK;
		if (err == E_SYNTAX)
			return E_SYNTAX;
	}
	return E_NOTFOUND;
}

static void reject(const struct reader *r, uint32_t offset, enum problem_code code,
	struct str field, struct str got)
{
	const struct place place = {0, r->mmdb.tree.size + 16 + offset};
	parser_reject(r->p, place, code, field, got);
}

/* --- what a record means --- */

/* E_NOTFOUND: nothing, or it was rejected. */
static enum err asn_of(struct reader *r, uint32_t offset, uint32_t *ret_asn)
{
	struct digits digits;
	struct mmdb_value value;
	struct mmdb_value name;
	TRY(find_first(r, offset, asn_paths, &value));
	struct str got = value.type == MMDB_TEXT ? value.text : decimal(&digits, value.number);
	if (!parse_asn(got, ret_asn)) {
		reject(r, offset, PROBLEM_BAD_ASN, STR("asn"), got);
		return E_NOTFOUND;
	}
	enum err err = find_first(r, offset, name_paths, &name);
	if (err == E_SYNTAX)
		return err;
	bool named = err == E_OK && name.type == MMDB_TEXT;
	if (named && (name.text.size > LIMIT_AS_NAME || !utf8_valid(name.text))) {
		reject(r, offset,
			name.text.size > LIMIT_AS_NAME ? PROBLEM_NAME_TOO_LONG : PROBLEM_BAD_UTF8,
			STR("name"), name.text);
		return E_NOTFOUND;
	}
	return parser_as_name(r->p, *ret_asn, named ? name.text : STR(""));
}

static enum err country_of(struct reader *r, uint32_t offset, uint32_t *ret_country)
{
	struct mmdb_value value;
	TRY(find_first(r, offset, country_paths, &value));
	if (value.type == MMDB_TEXT && parse_country(value.text, ret_country))
		return E_OK;
	bool none = value.type == MMDB_TEXT &&
		    (value.text.size == 0 || str_equal(value.text, STR("-")));
	if (!none)
		reject(r, offset, PROBLEM_BAD_COUNTRY, STR("country"), value.text);
	return E_NOTFOUND;
}

static enum err region_of(struct reader *r, uint32_t offset, uint32_t *ret_number)
{
	uint32_t country;
	struct mmdb_value value;
	enum err err = country_of(r, offset, &country);
	if (err == E_SYNTAX || (err == E_OK && country != r->country))
		return err == E_OK ? E_NOTFOUND : err;
	TRY(find_first(r, offset, region_paths, &value));
	if (value.type != MMDB_TEXT || value.text.size == 0)
		return E_NOTFOUND;
	if (value.text.size > LIMIT_REGION_KEY || !words_fit(value.text)) {
		reject(r, offset, PROBLEM_BAD_FIELD, STR("region"), value.text);
		return E_NOTFOUND;
	}
	return words_number(r->p, &r->words, value.text, ret_number);
}

static enum err meaning_of(struct reader *r, uint32_t offset, uint32_t *ret_value)
{
	switch (r->p->table.info.kind) {
	case NETWORK_ASN:
		return asn_of(r, offset, ret_value);
	case NETWORK_COUNTRY:
		return country_of(r, offset, ret_value);
	case NETWORK_REGION:
		return region_of(r, offset, ret_value);
	case NETWORK_PREFIX:
	case NETWORK_HOLDER:
	case NETWORK__COUNT:
		break;
	}
	return E_NOTFOUND;
}

/* The same, remembering; a broken record is a bad row. */
static enum err recall(struct reader *r, uint32_t offset, struct remembered **ret)
{
	struct remembered *m = &r->remembered[offset * UINT32_C(2654435769) >> 18];
	*ret = m;
	if (m->key == offset + 1)
		return E_OK;
	*m = (struct remembered){.key = offset + 1};
	enum err err = meaning_of(r, offset, &m->value);
	m->known = err == E_OK;
	if (err == E_SYNTAX)
		reject(r, offset, PROBLEM_BAD_DATABASE, STR("data"), STR(""));
	return err == E_SYNTAX || err == E_NOTFOUND ? E_OK : err;
}

/* --- networks --- */

static enum err hand_on(struct reader *r, enum family family)
{
	if (!r->waiting[family])
		return E_OK;
	r->waiting[family] = false;
	return parser_accept(r->p, family, &r->pending[family]);
}

static enum err take_network(void *context, enum family family, const struct range *network)
{
	struct reader *r = context;
	struct remembered *meaning;
	struct range *pending = &r->pending[family];
	TRY(recall(r, network->value, &meaning));
	if (!meaning->known)
		return E_OK;
	bool joins = r->waiting[family] && pending->value == meaning->value &&
		     pending->last != ADDRESS_MAX && pending->last + 1 == network->first;
	if (joins) {
		pending->last = network->last;
		return E_OK;
	}
	TRY(hand_on(r, family));
	*pending = *network;
	pending->value = meaning->value;
	r->waiting[family] = true;
	return E_OK;
}

/* E_EXISTS: it is clear what the file is about. */
static enum err look_at(void *context, enum family family, const struct range *network)
{
	struct reader *r = context;
	struct mmdb_value value;
	(void)family;
	r->has_asn = r->has_asn || find_first(r, network->value, asn_paths, &value) == E_OK;
	r->has_country =
		r->has_country || find_first(r, network->value, country_paths, &value) == E_OK;
	if (r->p->source->countries ? r->has_country : r->has_asn)
		return E_EXISTS;
	return r->has_country && ++r->looked >= LOOK_AT ? E_EXISTS : E_OK;
}

static enum err refuse_tree(struct parser *p, enum err err)
{
	if (err == E_LIMIT && p->problem->code == PROBLEM_NONE)
		return parser_refuse(p, err, PROBLEM_TOO_LARGE, STR(""), LIMIT_MMDB_STEPS);
	if (err == E_SYNTAX)
		return parser_refuse(p, err, PROBLEM_BAD_DATABASE, STR("search tree"), 0);
	return err;
}

static enum err choose_kind(struct reader *r)
{
	struct parser *p = r->p;
	if (p->source->regions) {
		if (!parser_country(p, &r->country))
			return parser_refuse(p, E_SYNTAX, PROBLEM_NO_COUNTRY, STR(""), 0);
		p->table.info.kind = NETWORK_REGION;
		p->table.info.country[0] = (char)(r->country & 0xff);
		p->table.info.country[1] = (char)(r->country >> 8);
		return E_OK;
	}
	enum err err = mmdb_each(&r->mmdb, look_at, r);
	if (err != E_OK && err != E_EXISTS)
		return refuse_tree(p, err);
	bool countries = p->source->countries || !r->has_asn;
	if (countries && !r->has_country)
		return parser_refuse(p, E_UNKNOWN, PROBLEM_UNKNOWN_FORMAT, r->mmdb.type, 0);
	p->table.info.kind = countries ? NETWORK_COUNTRY : NETWORK_ASN;
	return E_OK;
}

static enum err read_networks(struct reader *r)
{
	TRY(choose_kind(r));
	TRY(refuse_tree(r->p, mmdb_each(&r->mmdb, take_network, r)));
	for (enum family family = 0; family < FAMILY__COUNT; family++)
		TRY(hand_on(r, family));
	parser_write_names(r->p);
	for (size_t i = 0; i < r->words.count; i++)
		table_builder_name(
			&r->p->table, (struct as_name){(uint32_t)i + 1, r->words.list[i]});
	return E_OK;
}

enum err parse_mmdb(struct parser *p)
{
	const char *what;
	struct reader r = {.p = p};
	if (mmdb_open(str_bytes(p->text), &r.mmdb, &what) != E_OK)
		return parser_refuse(p, E_SYNTAX, PROBLEM_BAD_DATABASE, str_from(what), 0);
	p->built = r.mmdb.built;
	r.remembered = calloc(REMEMBERED, sizeof(*r.remembered));
	if (!r.remembered)
		return E_NOMEM;
	words_init(&r.words);
	enum err err = read_networks(&r);
	words_release(&r.words);
	free(r.remembered);
	return err;
}
