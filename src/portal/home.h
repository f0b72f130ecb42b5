/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "portal/page.h"

/* The figures of the home page. */

/* Beside the question: the live figure, or, while there is none, what answers are made from. */
void home_write_card(struct page *p);

/* Days left and how much is known; only what is known stands there. */
void home_write_strip(struct page *p);

/* Where the campaign stands on a day of its own zone. */
enum campaign_phase {
	CAMPAIGN_NONE,   /* none is set up */
	CAMPAIGN_BEFORE, /* days until it begins, at least 1 */
	CAMPAIGN_DURING, /* days left, this one and the last included: at least 1 */
	CAMPAIGN_AFTER
};
enum campaign_phase campaign_phase(const struct campaign *c, struct date today, uint64_t *ret_days);

/* The last day of a series of which something is known; days: none. */
size_t series_latest(const struct site_series *s);
