/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/writer.h"

/* Addresses of the web that an operator wrote, and names of files made of what others wrote. */

/* http:// or https://, a host, neither white space nor control characters nor '#', no user or
 * password in it, at most LIMIT_FETCH_ADDRESS bytes. */
bool address_valid(struct str s);
bool address_is_plain(struct str s); /* http:// */

/* Of this machine by its name or number: secrets may go there without TLS. */
bool address_is_here(struct str s);

/* Whether it names a day: YYYY-MM-DD stands in it, or {YYYY}, {MM} and {DD}. */
bool address_has_day(struct str s);
bool address_has_half_a_day(struct str s); /* some of these, but no day comes of it */
bool address_has_secret(struct str s);     /* {secret} */

/* With the day and the secret in their places; an empty secret leaves {secret} as it is. */
void address_write(struct writer *w, struct str s, const struct date *day, struct str secret);

/* A plain name for a file: the last part of the address's path (or of what else was said), letters,
 * digits, '.', '_', '-' and '+' kept, others '_', never a dot in front, at most FETCH_NAME − 1
 * bytes; `otherwise` where nothing is left. With a day, and no day in the name, the day in front.
 */
void address_file_name(
	struct writer *w, struct str address, const struct date *day, struct str otherwise);
