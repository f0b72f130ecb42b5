/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/ranking.h"

#include <stdlib.h>

struct str ranking_estimator(void)
{
	return STR("window-count");
}

static int compare(const void *a, const void *b)
{
	const struct ranking_row *x = a;
	const struct ranking_row *y = b;
	if (x->addresses != y->addresses)
		return x->addresses < y->addresses ? 1 : -1;
	if (x->nets6 != y->nets6)
		return x->nets6 < y->nets6 ? 1 : -1;
	return str_compare(x->key, y->key);
}

void ranking_sort(struct ranking_row *rows, size_t count)
{
	if (count > 0)
		qsort(rows, count, sizeof(*rows), compare);
	for (size_t i = 0; i < count; i++) {
		bool tie = i > 0 && rows[i].addresses == rows[i - 1].addresses &&
			   rows[i].nets6 == rows[i - 1].nets6;
		rows[i].rank = tie ? rows[i - 1].rank : (uint32_t)(i + 1);
	}
}
