/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/lang.h"
#include "base/problem.h"
#include "base/writer.h"

/* A mail to exactly one person. Texts are UTF-8. */
struct mail_message {
	struct str id;        /* mail_id_valid(); the same for the same mail: mail/id.h */
	struct str from;      /* address */
	struct str from_name; /* shown beside it; may be empty */
	struct str to;        /* address */
	enum lang lang;
	struct str subject;
	struct str text; /* lines end in \n */
};

/* Writes it as it goes over the wire: RFC 5322, MIME, quoted-printable, lines end in CRLF, texts in
 * Unicode form NFC. Message-ID is <ID@DOMAIN OF FROM>. E_SYNTAX with the problem for an address
 * that is none, a control character (only the text may have line ends and tabs) or invalid UTF-8;
 * E_LIMIT with the problem for what is too long. Nothing is left out or mended in silence. */
MUST_CHECK enum err mail_compose(const struct mail_message *message, struct instant date,
	struct writer *w, struct problem *problem);
