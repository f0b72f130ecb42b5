/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <microhttpd.h>

#include "http/http.h"

/* Turns answers into what the library sends. The caller gives a response back with
 * MHD_destroy_response(); NULL without memory, or when a text holds what no field may. */

/* Fields that only some answers have; NULL: not this one. */
struct answer_fields {
	const char *etag;
	const char *encoding;
	bool negotiated; /* another request may get it in another encoding */
	const char *ranges;
	const char *range;
	const char *modified;
	const char *disposition;
};

/* Puts the fields of `a` and all that every answer carries onto a response, which is given back
 * when that fails. NULL stays NULL. */
struct MHD_Response *answer_dress(struct MHD_Response *bare, const struct http_answer *a,
	bool secure, const struct answer_fields *fields);

/* Over bytes that live as long as the response (MHD_RESPMEM_PERSISTENT), that are copied, or
 * that it frees. */
struct MHD_Response *answer_bare(struct bytes body, enum MHD_ResponseMemoryMode mode);

/* The answer's own body, copied. */
struct MHD_Response *answer_response(const struct http_answer *a, bool secure);

/* The same over bytes that the caller keeps (and may change between two sendings). */
struct MHD_Response *answer_over(const struct http_answer *a, bool secure, struct bytes body);
