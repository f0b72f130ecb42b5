/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A MaxMind DB 2.0 of IPv4 addresses, ascending and each once: every one has the same small record.
 */
bool mmdb_write(const char *path, const uint32_t *addresses, size_t count);
