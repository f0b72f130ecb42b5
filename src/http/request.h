/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <microhttpd.h>

#include "http/connections.h"
#include "http/http.h"

/* Reading a request off the library: between server.c and request.c only. */

/* Addresses of the library; a family we do not know gives ::. */
struct ip request_peer(const struct sockaddr *address);

/* The first header field of that name; empty: none. */
struct str request_field(struct MHD_Connection *connection, const char *name);

/* Says a proxy that it passed through? */
bool request_is_forwarded(struct MHD_Connection *connection);

/* Has it a body, announced or chunked? */
bool request_has_body(struct MHD_Connection *connection);

/* The client behind trusted proxies; *ret_secure: such a proxy says it came by TLS. */
MUST_CHECK enum err request_client(struct MHD_Connection *connection, const struct connection *from,
	const struct proxies *proxies, struct ip *ret_client, bool *ret_secure);

/* Made by a page of another site, says the browser (W3C Fetch Metadata). */
bool request_is_cross_site(struct MHD_Connection *connection);
