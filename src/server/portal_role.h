/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "base/ip.h"
#include "base/writer.h"

/* `quetsach --role portal`: serves the public pages and the API from the listing and the
 * attribution image of public/, in the portal's sandbox. Its supervisor sends over CHILD_SOCKET the
 * orders with the listening socket, then one byte PORTAL_COUNTERS with the counters' file where it
 * has one; it gets one PORTAL_READY byte, and closes the socket when the portal shall end. */
int portal_role_main(void);

enum {
	PORTAL_READY = 'R',
	PORTAL_COUNTERS = 'C',
	PORTAL_PROXIES = 256,
	PORTAL_ORDERS_BYTES = 16384
};

/* What the supervisor tells it. Texts are borrowed. */
struct portal_orders {
	struct str folder; /* path of public/ */
	struct str user;
	struct str zone;
	struct prefix proxies[PORTAL_PROXIES];
	size_t proxy_count;
};

void portal_orders_write(struct writer *w, const struct portal_orders *orders);
MUST_CHECK enum err portal_orders_read(struct bytes message, struct portal_orders *ret_orders);
