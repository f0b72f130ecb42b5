/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/lang.h"

/* Axes with round steps. */

/* Ticks at low, low + step … high; steps are 1, 2 or 5 times a power of ten. */
struct scale {
	double low, high, step;
};

/* Covers from … to with at most `most` (≥ 1) steps. What is no finite number counts as 0; where
 * both are the same there is one step above. */
struct scale scale_cover(double from, double to, int most);
size_t scale_ticks(const struct scale *s);
double scale_tick(const struct scale *s, size_t index);

/* Where a value lies between `start` (low) and `end` (high). */
double scale_place(const struct scale *s, double value, double start, double end);

/* A tick in short: "1,5 triệu", "20 nghìn", "850", "0,004": with as many decimals as its step
 * needs, so that no two ticks read the same. */
void scale_write_tick(struct writer *w, enum lang lang, const struct scale *s, double value);

/* Days along an axis: "7/2020" at beginnings of months, "15/7" at days where there are few. */
struct day_tick {
	size_t day; /* after the first */
	struct str label;
};

struct day_axis {
	struct date first;
	size_t days;      /* ≥ 1 */
	double width;     /* units from the first day to the last */
	double text_size; /* labels keep apart by their own width */
};

/* At most DAY_TICKS of them. E_NOMEM. */
enum {
	DAY_TICKS = 60
};
MUST_CHECK enum err day_axis_ticks(const struct day_axis *axis, struct arena *arena,
	struct day_tick **ret_ticks, size_t *ret_count);
