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

/* Step 2: how to scan and clean, by kind of machine; one kind step by step. */
void portal_guide(const struct http_request *q, struct http_answer *a);
void portal_device(const struct http_request *q, struct http_answer *a);

/* Step 2: the catalogue of tools, the visitor's kind of machine first; and the way to one of them,
 * which is counted. */
void portal_tools(const struct http_request *q, struct http_answer *a);
void portal_download(const struct http_request *q, struct http_answer *a);

/* All malware families; one of them. */
void portal_malware(const struct http_request *q, struct http_answer *a);
void portal_family(const struct http_request *q, struct http_answer *a);

/* Step 3: ways to tell others. */
void portal_share(const struct http_request *q, struct http_answer *a);

/* Standing pages: each shows the article whose key is its own. */
void portal_article(const struct http_request *q, struct http_answer *a);

/* All posts and one; releases with the press kit, and one release. */
void portal_blog(const struct http_request *q, struct http_answer *a);
void portal_post(const struct http_request *q, struct http_answer *a);
void portal_press(const struct http_request *q, struct http_answer *a);
void portal_release(const struct http_request *q, struct http_answer *a);

/* The public figures; below: an edition of an evaluation, its tables and files, the series. */
void portal_figures(const struct http_request *q, struct http_answer *a);
void portal_figures_below(const struct http_request *q, struct http_answer *a);

/* For people without a screen: a sheet to print, a script for loudspeakers; and the three steps in
 * pictures of our own pages. */
void portal_leaflet(const struct http_request *q, struct http_answer *a);
void portal_aloud(const struct http_request *q, struct http_answer *a);
void portal_walk(const struct http_request *q, struct http_answer *a);

/* For programs, with whole addresses: a feed of news, every page for search engines, what crawlers
 * and finders of weaknesses ask. The first two are not there without the site's own address, the
 * last not without a mail address. */
void portal_feed(const struct http_request *q, struct http_answer *a);
void portal_sitemap(const struct http_request *q, struct http_answer *a);
void portal_robots(const struct http_request *q, struct http_answer *a);
void portal_security(const struct http_request *q, struct http_answer *a);
void portal_icon(const struct http_request *q, struct http_answer *a);
void portal_touch_icon(const struct http_request *q, struct http_answer *a);

/* For other sites' pages: the live figure in a frame, a badge, and the picture beside a link. */
void portal_embed(const struct http_request *q, struct http_answer *a);
void portal_badge(const struct http_request *q, struct http_answer *a);
void portal_social(const struct http_request *q, struct http_answer *a);

/* 404 from a handler that has nothing to show; what it wrote is forgotten. */
void portal_not_found(const struct http_request *q, struct http_answer *a);

/* A page for answer->status. */
void portal_error(const struct http_request *q, struct http_answer *a);
