/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/ip.h"
#include "base/lang.h"
#include "server/portal_role.h"

/* What the operator wants, read anew; false when it makes no sense, which has been said. */
typedef bool serve_read_again(void *context, struct portal_settings *ret_settings);

struct serve_options {
	struct str listen; /* "127.0.0.1:8080", "[::1]:8080"; port 0: the system chooses; empty: the
			      service manager's socket, else SERVE_LISTEN */
	struct str desk_listen;    /* as listen, of the desk; empty: there is none */
	const char *data;          /* the data folder */
	const char *folder;        /* the same from the root, for processes that start later */
	const char *configuration; /* named file, from the root; NULL: where it usually is */
	const char *const *mail;   /* "--mail-from=…": words of `mail send` that are not in the
				      configuration */
	size_t mail_count;
	const char *user; /* to become when started as root; NULL: quetsach, nobody where there is
			     none */
	enum lang lang;   /* of messages to the operator */
	struct portal_settings settings;
	serve_read_again *read_again; /* for a reload */
	void *context;
};

#define SERVE_LISTEN STR("127.0.0.1:8080")

/* The supervisor of `quetsach serve`: binds (or takes the service manager's socket), drops root,
 * starts the portal and starts it again when it dies; on SIGHUP another portal takes over; ends on
 * SIGTERM or SIGINT. Exit status 0, or 2 when it could not begin. */
int serve_main(const struct serve_options *options);

/* "192.0.2.1:80" or "[2001:db8::1]:80". */
bool listen_parse(struct str s, struct ip *ret_ip, uint16_t *ret_port);
