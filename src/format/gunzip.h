/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "format/archive.h"

/* Unpacks gzip (RFC 1952), also several members one after another, from a source of packed bytes.
 * Each member's CRC-32 and length are compared: libarchive reads over them. */
struct gunzip;

/* `head`: packed bytes read from the source before; copied. */
MUST_CHECK enum err gunzip_new(
	const struct archive_source *packed, struct bytes head, struct gunzip **ret_gunzip);
void gunzip_free(struct gunzip *g);

/* Fills up to `capacity`; 0 only at the end. E_SYNTAX: not gzip, damaged or cut off. */
MUST_CHECK enum err gunzip_read(
	struct gunzip *g, uint8_t *buffer, size_t capacity, size_t *ret_size);

/* What was wrong, static; "" when nothing was. */
struct str gunzip_fault(const struct gunzip *g);
