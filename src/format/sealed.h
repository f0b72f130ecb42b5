/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/writer.h"

/* Small files of our own: lines "name: value" behind a line with magic, version and checksum (XXH3)
 * of all that follows. Their lines stand in a fixed order. */

/* A magic is "NAME VERSION ". */
void sealed_write(struct writer *w, const struct writer *body, struct str magic);

/* E_CORRUPT, E_VERSION, or E_LIMIT past `limit` bytes. *ret_body is borrowed. */
MUST_CHECK enum err sealed_open(
	struct bytes bytes, size_t limit, struct str magic, struct str *ret_body);

/* A value with a line end fails the writer: E_SYNTAX. */
void sealed_put(struct writer *w, const char *name, struct str value);
void sealed_put_number(struct writer *w, const char *name, uint64_t value);
void sealed_put_instant(struct writer *w, const char *name, struct instant value);

bool sealed_take(struct str *rest, const char *name, struct str *ret_value);
bool sealed_take_number(struct str *rest, const char *name, uint64_t *ret_value);
bool sealed_take_flag(struct str *rest, const char *name, bool *ret_value);
bool sealed_take_instant(struct str *rest, const char *name, struct instant *ret_value);

/* What a server says is a stranger's: control characters and broken UTF-8 become '?', what does not
 * fit into `room` bytes with its NUL is cut between characters. */
void sealed_say(char *ret_words, size_t room, struct str words);
