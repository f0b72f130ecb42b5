/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"

/* Text of any language in the ASCII of mail. Texts are valid UTF-8 without control characters
 * (mail_compose() has looked). Lines end in CRLF and have at most 76 characters. */

/* "NAME: text", as encoded words where it must be (RFC 2047), each of whole characters. Without the
 * end of line. */
void mail_write_unstructured(struct writer *w, const char *name, struct str text);

/* The same, encoded words in any case. */
void mail_write_words(struct writer *w, const char *name, struct str text);

/* Quoted-printable (RFC 2045 6.7); lines of `text` end in \n. Never breaks within a character. */
void mail_write_quoted(struct writer *w, struct str text);
