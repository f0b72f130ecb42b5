/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/writer.h"

/* What stands in the files of the folder of waiting mail: docs/design/mail.md. Lines "name: value"
 * behind a line with magic, version and checksum (XXH3) of all that follows. */

/* A mail: borrowed from the bytes that were parsed. Never changed once it is written. */
struct mail_file {
	struct str from, to; /* addresses, as the server is told */
	struct instant queued;
	struct instant until; /* given up after that */
	struct str message;   /* as mail_compose() wrote it */
};

enum {
	MAIL_WORDS = 240
};

/* How far sending has come: beside a mail that waits, in place of one that was sent. */
struct mail_state {
	uint64_t attempts;
	struct instant last;    /* of the attempts */
	struct instant next;    /* not before that */
	struct instant until;   /* takes the place of the mail's own; 0: does not */
	char words[MAIL_WORDS]; /* the last answer: one line of UTF-8, terminated */
};

void mail_file_write(struct writer *w, const struct mail_file *file);

/* E_CORRUPT, E_VERSION, or E_LIMIT past LIMIT_MAIL_FILE. */
MUST_CHECK enum err mail_file_parse(struct bytes bytes, struct mail_file *ret_file);

void mail_state_write(struct writer *w, const struct mail_state *state);
MUST_CHECK enum err mail_state_parse(struct bytes bytes, struct mail_state *ret_state);

/* What a server says is a stranger's: control characters and broken UTF-8 become '?', what is too
 * long is cut between characters. */
void mail_state_say(struct mail_state *state, struct str words);

/* Seconds to wait after so many failed attempts: 1, 5, 15, 60 minutes, then two hours each; up to a
 * quarter more by jitter (0–255), so that mails put off together do not come together. */
int64_t mail_patience(uint64_t attempts, uint8_t jitter);
