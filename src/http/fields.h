/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/writer.h"

/* Values of header fields, read and written (RFC 9110). Any bytes may come in; what is no such
 * value reads as if the field were not there. */

/* Accept-Encoding: gzip is welcome, and not less so than the bytes as they are. */
bool field_accepts_gzip(struct str accept_encoding);

/* If-None-Match (weak comparison) and If-Match (strong): is the tag, with its quotes, among those
 * of the list? "*" is every tag. */
bool field_lists_tag(struct str list, struct str tag, bool weak);

/* Part of something of a known size. */
struct byte_range {
	uint64_t first;
	uint64_t size; /* at least 1 */
};

enum range_asked {
	RANGE_WHOLE, /* none, no range we know, or several: the whole answers each of them */
	RANGE_PART,
	RANGE_OUTSIDE /* 416 */
};

/* Range, of something that is `size` bytes long. */
enum range_asked field_range(struct str range, uint64_t size, struct byte_range *ret_part);

/* "Sun, 06 Nov 1994 08:49:37 GMT". The two forms that were obsolete in 1999 are not read: without
 * the date, more is sent, never less. */
bool field_date(struct str s, struct instant *ret_instant);
void field_write_date(struct writer *w, struct instant t);

/* Content-Disposition: to be kept under that name, in letters every browser can read and in UTF-8
 * (RFC 6266, RFC 8187). Folders before the name, control characters and what is no UTF-8 do not get
 * into it. */
void field_write_disposition(struct writer *w, struct str name);

/* Cookie: the first value of that name, with what quotes it has; empty: none. */
struct str field_cookie(struct str cookies, struct str name);
