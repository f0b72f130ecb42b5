/* SPDX-License-Identifier: Apache-2.0 */
/* FireHOL's netset and ipset files: a header of '#' lines that names the kind of set. */
#include "feed/families.h"
#include "feed/plain_line.h"

static const struct feed_format formats[] = {
	{STR_INIT("firehol"), STR_INIT("FireHOL ipset or netset"), NULL},
};

static bool is_set_line(struct str line)
{
	return str_find(line, STR("hash:ip")) < line.size ||
	       str_find(line, STR("hash:net")) < line.size ||
	       str_find(line, STR("FireHOL")) < line.size;
}

static const struct feed_format *recognise(const struct feed_head *head)
{
	struct str rest = head->text;
	struct str line;
	if (!list_plausible(head))
		return NULL;
	while (lines_next(&rest, head->whole, &line)) {
		line = str_trim(line);
		if (line.size > 0 && line.data[0] != '#')
			return NULL;
		if (is_set_line(line))
			return &formats[0];
	}
	return NULL;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	return list_begin(p, head, false, plain_line_take, problem);
}

const struct feed_family *firehol_family(void)
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
