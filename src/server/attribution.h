/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "network/network.h"
#include "store/store.h"

/* The attribution image for a day, compiled from the tables that the store chooses for it. */
struct attribution_image {
	struct writer bytes;
	struct network *network; /* over bytes */
	size_t tables;           /* 0: none imported, everything is unknown */
	struct date oldest;      /* days the tables are of */
	struct date newest;
};

MUST_CHECK enum err attribution_image_init(
	struct attribution_image *image, struct store *store, struct date day);
void attribution_image_release(struct attribution_image *image);

/* Adds the holders that the program knows of a country (data/holders/CC*.csv), older than any table
 * the operator imports. E_OK also where there are none. */
MUST_CHECK enum err attribution_add_holders(
	struct store *store, struct str country, struct instant now);
