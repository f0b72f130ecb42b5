/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/problem.h"

enum mail_transport {
	MAIL_OFF,
	MAIL_STARTTLS, /* plain until both have switched; nothing is said before that */
	MAIL_TLS,      /* from the first byte */
	MAIL_PLAIN,    /* never more than from this machine to itself */
	MAIL_TRANSPORT__COUNT
};

/* The server that takes our mail and brings it on. */
struct mail_server {
	enum mail_transport transport;
	uint16_t port;
	char host[256]; /* name or address, of IPv6 without brackets; terminated */
};

/* "none", "smtp://HOST[:PORT]" (587) or "smtps://HOST[:PORT]" (465); an IPv6 address in brackets.
 * `plain`: smtp:// without TLS, only where HOST is localhost, 127.0.0.0/8 or ::1. E_SYNTAX with the
 * problem: BAD_FIELD, or FIELDS_CLASH for plain and another machine. */
MUST_CHECK enum err mail_server_parse(
	struct str s, bool plain, struct mail_server *ret_server, struct problem *problem);
