/* SPDX-License-Identifier: Apache-2.0 */
/* One address, range or address:port a line; also the URLhaus filter lists, whose rules for whole
 * hosts are "1.2.3.4" or "||1.2.3.4^" and whose other rules are names and URLs. */
#include "feed/families.h"
#include "feed/plain_line.h"

static const struct feed_format formats[] = {
	{STR_INIT("plain-list"), STR_INIT("Plain list of addresses"), NULL},
};

static bool fits(struct str line)
{
	struct prefix prefix;
	uint16_t port;
	struct str rest;
	struct str first = str_cut(line, ' ', &rest);
	enum plain_line what = plain_line_read(line, &prefix, &port);
	return what == PLAIN_ADDRESS || what == PLAIN_SPAN || list_looks_like_address(first);
}

static bool fits_or_indicator(struct str line)
{
	struct prefix prefix;
	uint16_t port;
	enum plain_line what = plain_line_read(line, &prefix, &port);
	return fits(line) || what == PLAIN_OTHER_INDICATOR || what == PLAIN_HEADER;
}

/* At least one address, and most lines addresses or other indicators. */
static const struct feed_format *recognise(const struct feed_head *head)
{
	if (!list_plausible(head))
		return NULL;
	struct list_census addresses = list_count(head, fits);
	struct list_census indicators = list_count(head, fits_or_indicator);
	bool yes = addresses.fitting > 0 && indicators.fitting > indicators.others;
	return yes ? &formats[0] : NULL;
}

/* Tor's exits, as its project lists them: who passes on what others send is neither infected nor an
 * attacker. */
static bool refuses(const struct feed_head *head, struct problem *problem)
{
	if (!str_starts(str_trim(head->text), STR("ExitNode ")))
		return false;
	feed_problem(problem, PROBLEM_REPORT_OF_NO_MACHINES, STR(""), STR("Tor exit-addresses"));
	return true;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	return list_begin(p, head, false, plain_line_take, problem);
}

const struct feed_family *plain_list_family(void)
{
	static const struct feed_family family = {
		.formats = formats,
		.format_count = 1,
		.recognise = recognise,
		.refuses = refuses,
		.plausible = list_plausible,
		.begin = begin,
		.consume = list_consume,
		.end = list_end,
	};
	return &family;
}
