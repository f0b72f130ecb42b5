/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "http/http.h"
#include "portal/context.h"

/* Answers for programs: handlers for the program's table of routes. The request's context is a
 * struct portal_context. data/openapi.json describes them to the letter. */

/* GET /api/v1/check: the object of answer_write_json() for the connecting address; 403 when another
 * address is asked for. */
void api_check(const struct http_request *q, struct http_answer *a);

/* GET /healthz: {"status":"ok","listing_built","listing_entries","listing_v4","listing_v6"}, or 503
 * {"status":"unavailable","reason"}. Entries are distinct units; IPv4 addresses and IPv6 /64s also
 * stand apart. */
void api_health(const struct http_request *q, struct http_answer *a);

/* GET /api/v1/figures: the public series with estimator, window and units, for anybody's pages. */
void api_figures(const struct http_request *q, struct http_answer *a);

/* GET /api/v1/evaluations: the editions of published evaluations; below it CAMPAIGN/NUMBER, where
 * the number may be "latest": one of them whole, as it was published. */
void api_evaluations(const struct http_request *q, struct http_answer *a);
void api_evaluation(const struct http_request *q, struct http_answer *a);

/* GET /api/v1/tools: the catalogue. GET /api/v1/campaign: who speaks, what campaign, its days left.
 */
void api_tools(const struct http_request *q, struct http_answer *a);
void api_campaign(const struct http_request *q, struct http_answer *a);

/* GET /api/v1/openapi.json: all of this for programs. */
void api_openapi(const struct http_request *q, struct http_answer *a);

/* GET /metrics, for the operator: Prometheus text. */
void api_metrics(const struct http_request *q, struct http_answer *a);

/* {"error":{"code","status","message"}} for a->status. */
void api_error(const struct http_request *q, struct http_answer *a);
