/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <microhttpd.h>

#include "http/http.h"

/* Turns answers into what the library sends: between server.c and answer.c only. NULL without
 * memory. The caller gives the response back with MHD_destroy_response(). */
struct MHD_Response *answer_response(const struct http_answer *a, bool secure);

/* The same over bytes that the caller keeps (and may change between two sendings). */
struct MHD_Response *answer_over(const struct http_answer *a, bool secure, struct bytes body);
struct MHD_Response *answer_asset(const struct http_asset *asset);

/* 304 for an asset that the browser already has. */
struct MHD_Response *answer_not_modified(const struct http_asset *asset);
