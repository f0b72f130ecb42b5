/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/ip.h"

/* Files that say which machine has which name: /etc/hosts, /etc/resolv.conf. */

/* One name or address of a line. */
struct host_entry {
	uint64_t line;   /* from 1 */
	struct str text; /* the line */
	struct str name; /* as written; empty: the address itself is meant */
	struct ip ip;    /* where it leads */
	bool has_ip;
};

struct host_sink {
	void *context;
	enum err (*entry)(void *context, const struct host_entry *entry);
};

/* Address and names: the address once, then each name with it. Other lines are passed over, as
 * resolvers do. An error of the sink ends it. */
MUST_CHECK enum err hosts_read(struct bytes content, const struct host_sink *sink);

/* Servers that are asked, and names put behind those that are asked for. */
MUST_CHECK enum err resolver_read(struct bytes content, const struct host_sink *sink);
