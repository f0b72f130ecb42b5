/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "http/http.h"
#include "portal/context.h"

/* JSON answers: handlers for the program's table of routes. The request's context is a struct
 * portal_context. */

/* GET /api/v1/check: the object of answer_write_json() for the connecting address; 403 when another
 * address is asked for. */
void api_check(const struct http_request *q, struct http_answer *a);

/* GET /healthz: {"status":"ok","listing_built","listing_entries","listing_v4","listing_v6"}, or 503
 * {"status":"unavailable","reason"}. Entries are distinct units; IPv4 addresses and IPv6 /64s also
 * stand apart. */
void api_health(const struct http_request *q, struct http_answer *a);

/* {"error":{"code","status","message"}} for a->status. */
void api_error(const struct http_request *q, struct http_answer *a);
