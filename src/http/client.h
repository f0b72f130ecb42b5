/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/ip.h"

/* Whose request is it? The peer of the connection, unless that is a proxy we trust: then the
 * rightmost address it was forwarded for that is not itself a trusted proxy. Both headers are lists
 * (several header fields are joined with commas before); absent ones are empty.
 * X-Forwarded-For is a convention, Forwarded is RFC 7239. Where both stand they must agree
 * (E_AMBIGUOUS): a proxy that writes only one passes the client's own words in the other.
 * E_SYNTAX: the hop that counts is no address. E_LIMIT: more than CLIENT_HOPS. */
enum {
	CLIENT_HOPS = 32
};

struct proxies {
	const struct prefix *prefixes;
	size_t count;
};

bool proxies_trust(const struct proxies *proxies, struct ip ip);

MUST_CHECK enum err client_address(struct ip peer, struct str x_forwarded_for, struct str forwarded,
	const struct proxies *proxies, struct ip *ret_client);
