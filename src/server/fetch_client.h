/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fetch/transfer.h"

/* One transfer by a process of its own (server/fetch_role.h), whose word is checked. `authorities`
 * is an open file or -1. What the process does to itself (crash, silence past the order's time) is
 * TRANSFER_AWAY with words. An error: of our own. */
MUST_CHECK enum err fetch_client_run(const struct transfer_order *order, int file, int authorities,
	const struct transfer_watch *watch, struct transfer_result *ret_result);
