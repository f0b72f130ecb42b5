/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/ip.h"
#include "base/lang.h"

struct serve_options {
	struct str listen; /* "127.0.0.1:8080", "[::1]:8080"; port 0: the system chooses */
	const struct prefix *proxies;
	size_t proxy_count;
	const char *data; /* the data folder */
	const char *user; /* to become when started as root; NULL: quetsach, nobody where there is
			     none */
	const char *zone; /* of local times; NULL: Asia/Ho_Chi_Minh */
	enum lang lang;   /* of messages to the operator */
};

/* The supervisor of `quetsach serve`: binds, drops root, starts the portal and starts it again when
 * it dies; ends on SIGTERM or SIGINT. Exit status 0, or 2 when it could not begin. */
int serve_main(const struct serve_options *options);

/* "192.0.2.1:80" or "[2001:db8::1]:80". */
bool listen_parse(struct str s, struct ip *ret_ip, uint16_t *ret_port);
