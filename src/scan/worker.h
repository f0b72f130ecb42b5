/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "match/engine.h"
#include "scan/wire.h"

/* A process without rights that does one task after the other until walk closes the socket. What it
 * says of a task it says in one run; packets are sent when they are full, when a batch ends, and a
 * few times a second. Never returns; ends when it cannot go on, which walk sees. */
_Noreturn void worker_run(
	int socket, const struct engine *engine, const struct worker_order *order);
