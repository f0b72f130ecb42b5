/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/ip.h"

/* The PROXY protocol, versions 1 and 2 (haproxy.org, doc/proxy-protocol.txt): what a proxy that
 * passes bytes on writes in front of them, so that the server knows whose they are. Pure. */
enum {
	PROXY_HEADER_BYTES = 4096 /* the longest that is read, extensions included */
};

struct proxy_header {
	size_t size; /* bytes of the header; what follows is the client's */
	bool known;  /* client and port are there */
	bool local;  /* LOCAL: the proxy itself asks. Neither: somebody it cannot name */
	struct ip client;
	uint16_t port;
};

/* The header at the start of `b`. E_TRUNCATED: more bytes are needed, and those so far are right;
 * E_SYNTAX: no such header; E_LIMIT: one longer than PROXY_HEADER_BYTES. Extensions (TLVs) are
 * stepped over. */
MUST_CHECK enum err proxy_header_parse(struct bytes b, struct proxy_header *ret_header);
