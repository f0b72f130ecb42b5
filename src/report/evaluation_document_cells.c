/* SPDX-License-Identifier: Apache-2.0 */
#include "report/evaluation_document_parts.h"

struct cell cell_unknown(void)
{
	return (struct cell){.kind = CELL_NOT_KNOWN};
}

struct cell cell_text(struct str text)
{
	return (struct cell){.kind = CELL_TEXT, .text = text};
}

struct cell cell_words(const struct composer *c, enum message message)
{
	return cell_text(words(c, message));
}

struct cell cell_number(struct estimate e, unsigned decimals)
{
	if (!estimate_known(e))
		return cell_unknown();
	return (struct cell){.kind = CELL_COUNT, .decimals = decimals, .number = e};
}

struct cell cell_share(struct estimate e)
{
	if (!estimate_known(e))
		return cell_unknown();
	return (struct cell){.kind = CELL_SHARE, .decimals = DECIMALS_SHARE, .number = e};
}

struct cell cell_whole(uint64_t count)
{
	return cell_number(estimate_exact((double)count), 0);
}

struct cell cell_day(struct date date)
{
	if (date.year == 0)
		return cell_unknown();
	return (struct cell){.kind = CELL_DATE, .date = date};
}

/* --- what the public is not told --- */

struct cell cell_open(const struct composer *c, enum openness openness, struct cell open)
{
	if (openness == OPEN)
		return open;
	if (openness == SMALL)
		return (struct cell){.kind = CELL_SMALL};
	return cell_words(c, MESSAGE_REPORT_CLOSED);
}
