/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "http/http.h"
#include "model/site.h"

/* What machine a visitor sits at, as far as the browser says; a TOOL_ bit, 0 where it cannot be
 * told. A guess: pages hide nothing for it. */
unsigned platform_of_visitor(const struct http_request *q);

/* The two places it is read from: the client hint Sec-CH-UA-Platform ("Windows" in quotes; W3C
 * User-Agent Client Hints, 3.7) and the old User-Agent. */
unsigned platform_by_hint(struct str hint);
unsigned platform_by_agent(struct str user_agent);

/* For http_answer.vary of every answer that depends on it. */
#define PLATFORM_VARY "Sec-CH-UA-Platform, User-Agent"
