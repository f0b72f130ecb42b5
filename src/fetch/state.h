/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/instant.h"
#include "base/writer.h"
#include "fetch/why.h"

enum {
	FETCH_VALIDATOR = 256, /* bytes of an ETag or a Last-Modified, terminated */
	FETCH_NAME = 200,      /* bytes of a file's name, terminated */
	FETCH_DIGEST = 32,
	FETCH_WORDS = 240 /* bytes of what went wrong, terminated */
};

/* How it has gone with one source: written by the fetching process alone. Instants are 0 where it
 * never came to that. */
struct source_state {
	struct instant tried;
	struct instant fetched; /* the last time without a failure, new or not */
	struct instant failed;
	uint64_t failures;    /* in a row */
	struct instant retry; /* after a failure: not before that */
	uint64_t files;       /* taken since the beginning */
	uint64_t refused;     /* of them, kept because nothing could be read from them */
	uint64_t bytes;       /* of the last one */
	char file[FETCH_NAME];
	uint8_t digest[FETCH_DIGEST]; /* SHA-256 of the last one; zeros: none */
	char etag[FETCH_VALIDATOR], modified[FETCH_VALIDATOR];
	enum source_why why;     /* it failed last: words for people by fetch/why.h */
	char words[FETCH_WORDS]; /* and the value in them */
};

void source_state_write(struct writer *w, const struct source_state *s);

/* E_CORRUPT, E_VERSION, E_LIMIT. */
MUST_CHECK enum err source_state_parse(struct bytes bytes, struct source_state *ret_state);
