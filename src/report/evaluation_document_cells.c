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

bool is_small(const struct composer *c, double count)
{
	return c->view->audience == AUDIENCE_PUBLIC && count > 0 && count < SMALL_CELL;
}

struct cell cell_open(const struct composer *c, enum openness openness, struct cell open)
{
	if (openness == OPEN)
		return open;
	if (openness == SMALL)
		return (struct cell){.kind = CELL_SMALL};
	return cell_words(c, MESSAGE_REPORT_CLOSED);
}

/* Index of the smallest open count, `count` where none is left. */
static size_t smallest_open(const double *counts, size_t count, const enum openness *openness)
{
	size_t found = count;
	for (size_t i = 0; i < count; i++) {
		if (openness[i] != OPEN || !(counts[i] > 0))
			continue;
		if (found == count || counts[i] < counts[found])
			found = i;
	}
	return found;
}

void choose_open(
	const struct composer *c, const double *counts, size_t count, enum openness *ret_openness)
{
	double together = 0;
	for (size_t i = 0; i < count; i++) {
		ret_openness[i] = is_small(c, counts[i]) ? SMALL : OPEN;
		together += ret_openness[i] == SMALL ? counts[i] : 0;
	}
	while (together > 0 && together < SMALL_CELL) {
		size_t next = smallest_open(counts, count, ret_openness);
		if (next == count)
			return;
		ret_openness[next] = CLOSED;
		together += counts[next];
	}
}
