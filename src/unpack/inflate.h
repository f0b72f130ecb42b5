/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

enum deflate_form {
	DEFLATE_ZLIB, /* RFC 1950 */
	DEFLATE_RAW   /* RFC 1951 */
};

/* Adds what a deflated stream holds to the member that is being read. E_TRUNCATED, E_SYNTAX: what
 * came before is added; E_NOMEM; the walk's. *ret_used: packed bytes, also then; may be NULL. */
MUST_CHECK enum err inflate_add(
	struct unpacking *u, struct bytes packed, enum deflate_form form, size_t *ret_used);

/* A member that is one deflated stream. */
MUST_CHECK enum err inflate_member(
	struct unpacking *u, struct str name, struct bytes packed, enum deflate_form form);
