/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "http/http.h"
#include "portal/context.h"

/* The public pages: handlers for the program's table of routes, in which each stands once for every
 * language (the language is read off the path). The request's context is a struct portal_context.
 */

/* "/": to the home page in the visitor's language. */
void portal_root(const struct http_request *q, struct http_answer *a);

void portal_home(const struct http_request *q, struct http_answer *a);

/* Step 1: is the visitor's address listed? With simulated data, ?as=IP looks as that address. */
void portal_check(const struct http_request *q, struct http_answer *a);

/* Step 2: how to scan and clean, by kind of machine. */
void portal_guide(const struct http_request *q, struct http_answer *a);

/* A page for answer->status. */
void portal_error(const struct http_request *q, struct http_answer *a);
