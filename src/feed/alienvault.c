/* SPDX-License-Identifier: Apache-2.0 */
/* AlienVault's reputation list: "address#reliability#risk#types#country#city#place#numbers", and
 * shorter "address # types country,city,place". */
#include "feed/families.h"
#include "feed/list.h"

static const struct feed_format formats[] = {
	{STR_INIT("alienvault-reputation"), STR_INIT("AlienVault reputation list"), NULL},
};

/* The first of a row's types that stands first here says what it is; one that spams, or is bad in a
 * way nobody tells, is listed and no more. */
static const struct {
	struct str name;
	enum kind kind;
} types[] = {
	{STR_INIT("C&C"), KIND_C2},
	{STR_INIT("Malware distribution"), KIND_MALWARE_HOST},
	{STR_INIT("Malware Domain"), KIND_MALWARE_HOST},
	{STR_INIT("Malware IP"), KIND_MALWARE_HOST},
	{STR_INIT("Scanning Host"), KIND_ATTACK_SOURCE},
	{STR_INIT("Malicious Host"), KIND_BLOCKLISTED},
	{STR_INIT("Spamming"), KIND_BLOCKLISTED},
	{STR_INIT("APT"), KIND_BLOCKLISTED},
};

enum {
	TYPE_COUNT = sizeof(types) / sizeof(types[0])
};

struct row {
	struct str address;
	struct str reliability; /* and risk: empty in the short form */
	struct str risk;
	struct str types;
	size_t type; /* of `types`, the one that counts */
};

static size_t type_at(struct str s)
{
	size_t type = 0;
	while (type < TYPE_COUNT &&
		!(s.size >= types[type].name.size &&
			str_equal_nocase(
				(struct str){s.data, types[type].name.size}, types[type].name)))
		type++;
	return type;
}

/* "Scanning Host;Malicious Host", and what follows. */
static bool read_types(struct str s, struct row *row)
{
	size_t at = 0;
	row->type = TYPE_COUNT;
	for (;;) {
		size_t type = type_at((struct str){s.data + at, s.size - at});
		if (type == TYPE_COUNT)
			return false;
		at += types[type].name.size;
		if (type < row->type)
			row->type = type;
		if (at == s.size || s.data[at] != ';')
			break;
		at++;
	}
	row->types = (struct str){s.data, at};
	return true;
}

static bool read_row(struct str line, struct row *row)
{
	struct str rest;
	uint64_t number;
	row->address = str_trim(str_cut(line, '#', &rest));
	row->reliability = row->risk = STR("");
	if (read_types(str_trim(rest), row))
		return true;
	row->reliability = str_cut(rest, '#', &rest);
	row->risk = str_cut(rest, '#', &rest);
	return str_to_u64(row->reliability, 100, &number) && str_to_u64(row->risk, 100, &number) &&
	       read_types(rest, row);
}

static bool fits(struct str line)
{
	struct row row;
	return read_row(line, &row) && list_looks_like_address(row.address);
}

static const struct feed_format *recognise(const struct feed_head *head)
{
	if (!list_plausible(head))
		return NULL;
	struct list_census census = list_count(head, fits);
	return census.fitting > census.others ? &formats[0] : NULL;
}

static enum err take(struct list *l, struct str line, struct problem *problem)
{
	struct row row;
	struct prefix prefix;
	(void)problem;
	bool read = read_row(line, &row);
	enum problem_code code = field_source_parse(row.address, false, &prefix);
	if (code == PROBLEM_NONE && !read)
		code = PROBLEM_BAD_FIELD;
	if (code != PROBLEM_NONE) {
		list_bad(l, code, code == PROBLEM_BAD_FIELD ? STR("type") : STR("address"), line);
		return E_OK;
	}
	/* Where the operator said no kind, context is ours. */
	if (l->context)
		l->p->options.kind = types[row.type].kind;
	TRY(list_extra(l, STR("type"), row.types));
	if (row.risk.size > 0) {
		TRY(list_extra(l, STR("reliability"), row.reliability));
		TRY(list_extra(l, STR("risk"), row.risk));
	}
	return list_add(l, prefix, 0);
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	bool said = p->options.kind_set;
	TRY(list_begin(p, head, false, take, problem));
	struct list *l = p->state;
	l->context = said ? NULL : l;
	return E_OK;
}

const struct feed_family *alienvault_family(void)
{
	static const struct feed_family family = {
		.formats = formats,
		.format_count = 1,
		.recognise = recognise,
		.plausible = list_plausible,
		.begin = begin,
		.consume = list_consume,
		.end = list_end,
	};
	return &family;
}
