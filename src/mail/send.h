/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "mail/file.h"
#include "mail/server.h"

/* Hands mails to a server, by libcurl. One connection serves for many. Not for several threads. */
struct mail_sender;

struct mail_account {
	struct str user;        /* empty: without authentication */
	struct str password;    /* never in a log, a message or the list of processes */
	struct str authorities; /* PEM of who may vouch for the server; empty: those the system
				   trusts */
	struct str name;        /* what we call ourselves: the domain we send for */
};

/* Copies what it needs. E_USAGE for MAIL_OFF. */
MUST_CHECK enum err mail_sender_new(const struct mail_server *server,
	const struct mail_account *account, struct mail_sender **ret_sender);
void mail_sender_free(struct mail_sender *sender);

enum mail_verdict {
	MAIL_TAKEN,   /* the server answers for it now */
	MAIL_DELAYED, /* not this mail, not now: 4xx, or the connection broke in the midst of it */
	MAIL_REFUSED, /* this mail never: 5xx for the recipient or the text */
	MAIL_AWAY,    /* no mail at all: cannot be reached, no TLS, not let in, sender not permitted
		       */
	MAIL_VERDICT__COUNT
};

struct mail_outcome {
	enum mail_verdict verdict;
	char words[MAIL_WORDS]; /* what the server said, or what failed; terminated, any bytes */
};

/* Never more than one try, besides one on a new connection where the kept one was gone before the
 * mail was begun. Takes at most LIMIT_MAIL_SEND_SECONDS each. */
void mail_sender_send(struct mail_sender *sender, const char *from, const char *to,
	struct str message, struct mail_outcome *ret_outcome);
