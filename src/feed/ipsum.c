/* SPDX-License-Identifier: Apache-2.0 */
/* stamparm/ipsum: "address TAB number of blacklists that have it". */
#include "feed/families.h"
#include "feed/list.h"

static const struct feed_format formats[] = {
	{STR_INIT("ipsum"), STR_INIT("ipsum: addresses and how many lists have them"), NULL},
};

static bool split(struct str line, struct str *ret_hits, struct str *ret_address)
{
	uint64_t hits;
	*ret_address = str_trim(str_cut(line, '\t', ret_hits));
	*ret_hits = str_trim(*ret_hits);
	return str_to_u64(*ret_hits, UINT32_MAX, &hits);
}

static bool fits(struct str line)
{
	struct str hits;
	struct str address;
	return split(line, &hits, &address) && list_looks_like_address(address);
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
	struct str hits;
	struct str address;
	struct prefix prefix;
	(void)problem;
	bool number = split(line, &hits, &address);
	enum problem_code code = field_source_parse(address, false, &prefix);
	if (code != PROBLEM_NONE) {
		list_bad(l, code, STR("address"), address);
		return E_OK;
	}
	if (!number) {
		list_bad(l, PROBLEM_BAD_NUMBER, STR("hits"), hits);
		return E_OK;
	}
	TRY(list_extra(l, STR("hits"), hits));
	return list_add(l, prefix, 0);
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	return list_begin(p, head, false, take, problem);
}

const struct feed_family *ipsum_family(void)
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
