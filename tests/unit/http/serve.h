/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "http/http.h"

/* A server for tests on a loopback port of the system's choice: no rate limit, two threads, a
 * request's second; settings of one's own before serve_start(). */
struct http_settings serve_settings(void);
struct http_server *serve_start(
	const struct http_settings *settings, const struct http_site *site, uint16_t *ret_port);

/* The test fails unless the part stands in the answer, or does not. */
void has(const char *answer, const char *part);
void has_not(const char *answer, const char *part);
