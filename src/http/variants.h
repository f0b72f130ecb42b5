/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <microhttpd.h>

#include "http/http.h"

/* One answer in the encodings it is sent in, made once and sent any number of times, by any number
 * of threads. */
struct variant {
	struct MHD_Response *response; /* NULL: none */
	char etag[48];
	size_t size;
};

struct variants {
	struct variant plain; /* always there */
	struct variant gzip;
};

/* Status 200, the body copied; false without memory. */
bool variants_of_answer(struct variants *v, const struct http_answer *a, bool secure);

/* Over the asset's own bytes. */
bool variants_of_asset(struct variants *v, const struct http_asset *asset);

/* Safe on one that is all zero, and after a failure. */
void variants_release(struct variants *v);

/* Which one a request wants, and the status: 304 when it has that already. */
struct chosen {
	const struct variant *variant;
	unsigned status;
};
struct chosen variants_choose(const struct variants *v, struct MHD_Connection *connection);
