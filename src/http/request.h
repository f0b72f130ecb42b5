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

/* Where a request ends, as its header says. */
struct request_framing {
	bool bad;        /* it cannot be said for sure what is asked or where the request ends (RFC
			    9112, 3 and 6.3): 400 */
	bool body;       /* it brings one */
	bool chunked;    /* whose length is not known before */
	uint64_t length; /* else it is this */
};

/* `target_end` is what request_target_end() gave. */
struct request_framing request_framing(
	struct MHD_Connection *connection, const char *version, const void *target_end);

/* For the library, which hands it on as the request's context: the place after the target and its
 * terminator; NULL where there is a space or control character in it. */
void *request_target_end(void *context, const char *target, struct MHD_Connection *connection);

/* The client behind trusted proxies; *ret_secure: such a proxy says it came by TLS. */
MUST_CHECK enum err request_client(struct MHD_Connection *connection, const struct connection *from,
	const struct proxies *proxies, struct ip *ret_client, bool *ret_secure);

/* Made by a page of another site, says the browser (W3C Fetch Metadata). */
bool request_is_cross_site(struct MHD_Connection *connection);

/* Undoes percent escapes in place for the library; returns the length. %00 stays as it is: what
 * comes after a NUL would not be looked at. */
size_t request_unescape(void *context, struct MHD_Connection *connection, char *text);
