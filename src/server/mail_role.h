/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/lang.h"
#include "mail/send.h"

/* The process that sends mail: reads the folder of mail, talks to one server, nothing else. */
struct mail_settings {
	const char *data; /* the data folder's path */
	const char *user; /* whom root becomes; NULL: stays */
	struct mail_server server;
	struct mail_account account;
	enum lang lang; /* of what it writes beside mails it gives up */
	bool once;      /* all that is due, then the end */
};

/* What became of mails since the start. */
struct mail_tally {
	uint64_t sent, delayed, failed;
	uint64_t waiting; /* left in the folder */
	bool away;        /* the server could not be used */
	char words[MAIL_WORDS];
};

/* Until SIGTERM or SIGINT, or with `once` until nothing is due. Gives up rights for good: the
 * caller ends with sandbox_exit(). E_BUSY: another process sends. With a server that is away it
 * waits and tries again; with `once` it ends. A disk that cannot be written ends it: what cannot be
 * noted must not be sent. */
MUST_CHECK enum err mail_role_run(
	const struct mail_settings *settings, struct mail_tally *ret_tally);
