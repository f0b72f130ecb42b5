/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* gzip (RFC 1952) of what is sent often; the same bytes always give the same. NULL when it would
 * save less than a header line costs, and without memory. The caller frees it. */
uint8_t *compress_gzip(struct bytes b, size_t *ret_size);
