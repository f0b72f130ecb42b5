/* SPDX-License-Identifier: Apache-2.0 */
/* Spamhaus DROP as text: "1.10.16.0/20 ; SBL256894". */
#include "feed/families.h"
#include "feed/list.h"

static const struct feed_format formats[] = {
	{STR_INIT("spamhaus-drop"), STR_INIT("Spamhaus DROP (text)"), NULL},
};

static void split(struct str line, struct str *ret_range, struct str *ret_reference)
{
	*ret_range = str_trim(str_cut(line, ';', ret_reference));
	*ret_reference = str_trim(*ret_reference);
}

static bool fits(struct str line)
{
	struct str range;
	struct str reference;
	split(line, &range, &reference);
	return str_starts(reference, STR("SBL")) && list_looks_like_address(range);
}

/* "AS260 ; AE | …": the list of networks that goes with these. */
static bool fits_networks(struct str line)
{
	struct str after;
	uint64_t number;
	struct str network = str_trim(str_cut(line, ';', &after));
	if (!str_starts(network, STR("AS")) || after.size == 0)
		return false;
	network = (struct str){network.data + 2, network.size - 2};
	return str_to_u64(network, UINT32_MAX, &number);
}

static bool most_lines(const struct feed_head *head, bool (*test)(struct str line))
{
	struct list_census census = list_count(head, test);
	return census.fitting > census.others;
}

static const struct feed_format *recognise(const struct feed_head *head)
{
	bool yes =
		list_plausible(head) && (most_lines(head, fits) || most_lines(head, fits_networks));
	return yes ? &formats[0] : NULL;
}

static enum err take(struct list *l, struct str line, struct problem *problem)
{
	struct str range;
	struct str reference;
	struct prefix prefix;
	(void)problem;
	split(line, &range, &reference);
	enum problem_code code = field_source_parse(range, true, &prefix);
	if (code != PROBLEM_NONE) {
		list_bad(l, code, STR("cidr"), range);
		return E_OK;
	}
	if (reference.size > 0)
		TRY(list_extra(l, STR("sblid"), reference));
	return list_add(l, prefix, 0);
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	if (most_lines(head, fits_networks))
		return feed_refuse(
			problem, PROBLEM_REPORT_OF_NO_MACHINES, STR(""), STR("ASN-DROP"));
	return list_begin(p, head, false, take, problem);
}

const struct feed_family *spamhaus_drop_family(void)
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
