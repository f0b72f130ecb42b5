/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "listing/listing.h"
#include "model/site.h"
#include "network/network.h"

/* What the portal answers from: listing, attribution image and contents of the site, shared by many
 * readers and replaced by one writer. Readers never wait: two atomic steps to get it, one
 * to give it back. The writer waits until nobody reads the old one. */
struct publication {
	const struct listing *listing; /* NULL: none published */
	const struct network *network; /* NULL: none published */
	const struct site *site;       /* never NULL for readers; NULL given: nothing to show */
};

struct published;
struct published *published_new(void); /* holds an empty publication; NULL without memory */
void published_free(struct published *p);

/* Stays as it is until released. */
const struct publication *published_acquire(struct published *p);
void published_release(struct published *p, const struct publication *held);

/* From now on readers get `next`. E_BUSY: the one before has not drained yet. */
MUST_CHECK enum err published_replace(struct published *p, struct publication next);

/* True once nobody holds the publication that was replaced last: it may be closed. */
bool published_drained(const struct published *p);

/* Grows with every publication that readers get. Lives as long as p. */
const _Atomic uint64_t *published_edition(const struct published *p);
