/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "http/http.h"

/* Every path that is answered, prepared once: one look-up, however many there are. */
struct paths;

/* Borrows both tables; the first of two equal paths counts. NULL without memory. */
struct paths *paths_new(const struct http_site *site);
void paths_free(struct paths *p);

/* What stands at a path; both NULL: nothing. A whole path comes before those below another, and of
 * these the longest. */
struct found {
	const struct http_route *route;
	const struct http_asset *asset;
};
struct found paths_find(const struct paths *p, struct str path);
