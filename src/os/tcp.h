/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Bytes of a TCP connection that the other end has acknowledged since it was opened: what it took,
 * not what waits in our memory. */
MUST_CHECK enum err tcp_taken(int socket, uint64_t *ret_bytes);

/* The other end has said that it will send no more. */
bool tcp_peer_ended(int socket);
