/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "base/ip.h"
#include "base/writer.h"
#include "text/text.h"

/* `quetsach --role portal`: serves the public pages and the API from the listing and the
 * attribution image of public/, in the portal's sandbox. Its supervisor sends over CHILD_SOCKET the
 * orders with the listening socket, then one byte PORTAL_COUNTERS with the counters' file where it
 * has one; it gets one PORTAL_READY byte. PORTAL_RETIRE says that another has taken over: the
 * portal ends once what is open is answered, or when the supervisor closes the socket. */
int portal_role_main(void);

enum {
	PORTAL_READY = 'R',
	PORTAL_COUNTERS = 'C',
	PORTAL_RETIRE = 'E',
	PORTAL_PROXIES = 256,
	PORTAL_OPERATORS = 256,
	PORTAL_ZONE_BYTES = 256,
	PORTAL_SENDER_BYTES = 256,
	PORTAL_ORDERS_BYTES = 32768
};

/* What a reload may change. A plain value. */
struct portal_settings {
	char zone[PORTAL_ZONE_BYTES]; /* of local times: "Asia/Ho_Chi_Minh" */
	struct prefix proxies[PORTAL_PROXIES];
	size_t proxy_count;
	struct prefix operators[PORTAL_OPERATORS]; /* who may see /metrics, besides loopback */
	size_t operator_count;
	bool proxy_protocol; /* connections begin with a PROXY header of one of the proxies */
	char mail_from[PORTAL_SENDER_BYTES]; /* of the desk; empty: none */
};

/* What the supervisor tells it. Texts are borrowed. */
struct portal_orders {
	struct str folder; /* path of public/ */
	struct str user;
	struct portal_settings settings;
};

/* Local times; where the zone is not there, UTC+7, and the log says so. */
struct zone *portal_load_zone(const char *name);

void portal_orders_write(struct writer *w, const struct portal_orders *orders);
MUST_CHECK enum err portal_orders_read(struct bytes message, struct portal_orders *ret_orders);
