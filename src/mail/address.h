/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/problem.h"

/* One mail address as a server takes it: ASCII, terminated. RFC 5321 without quoted local parts,
 * address literals and comments. */
enum {
	MAIL_ADDRESS_SIZE = 255 /* 254 bytes (RFC 5321 4.5.3.1.3, erratum 1690) and the end */
};
struct mail_address {
	char text[MAIL_ADDRESS_SIZE];
};

/* A domain with other letters than ASCII's is written as IDNA 2008 does (xn--…); before the @ only
 * ASCII is taken. E_SYNTAX with problem->field `field`: nothing that a header or a command could be
 * hidden in ever passes. */
MUST_CHECK enum err mail_address_parse(
	struct str s, struct str field, struct mail_address *ret_address, struct problem *problem);

/* What stands behind the @; borrowed. */
struct str mail_address_domain(const struct mail_address *address);
