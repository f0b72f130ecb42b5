/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"

/* Sources of sightings: what they are, how they live, what came in. Operators change, auditors
 * read. */

enum {
	FEEDS_DAYS = 30, /* complete UTC days before today */
	FEEDS_HOURS = 24
};

/* When a feed reported, in these days. */
struct feed_life {
	struct str feed;
	uint8_t hours[FEEDS_DAYS * FEEDS_HOURS]; /* 1: something was seen in that hour */
	uint8_t days[FEEDS_DAYS];                /* the same of a day */
	bool hours_known;                        /* else it knows days only */
};
struct feeds_health {
	struct instant from; /* 00:00:00 of the first day */
	struct feed_life *feeds;
	size_t count;
};

/* Of all feeds that reported, as the commands counted them. In the arena. */
MUST_CHECK enum err feeds_look(struct desk_request *r, struct feeds_health *ret);

/* NULL: it reported nothing. */
const struct feed_life *feeds_life(const struct feeds_health *health, struct str feed);

/* Share of its hours (days) with reports, 0 … 1. */
double feeds_alive_share(const struct feed_life *life);

/* "sống 97 % số giờ trong 30 ngày" */
struct str feeds_alive_words(
	struct desk_request *r, const struct feeds_health *health, struct str feed);

/* A share in the language of the page: "97,2 %". */
struct str feeds_percent(struct desk_request *r, double share, unsigned decimals);

/* The catalogue, for who may look at feeds and files, or change them where a form was sent. NULL:
 * it has been answered. */
struct store *feeds_open(struct desk_request *r);

void desk_feeds(struct desk_request *r);       /* feeds */
void desk_feed(struct desk_request *r);        /* feeds/NAME */
void desk_feed_change(struct desk_request *r); /* feeds/NAME/change, new-feed */
