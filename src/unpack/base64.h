/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* Adds what base64 text holds, up to the first character that is none; white space is passed over.
 * *ret_used: characters read. RFC 4648. */
MUST_CHECK enum err base64_add(struct unpacking *u, struct bytes text, size_t *ret_used);
