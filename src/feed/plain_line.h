/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/list.h"

/* A line of a plain list. */
enum plain_line {
	PLAIN_ADDRESS,
	PLAIN_SPAN,            /* "192.0.2.0-192.0.2.9": first and last address, IPv4 */
	PLAIN_OTHER_INDICATOR, /* host name, URL, filter rule: nothing about an address */
	PLAIN_HEADER,          /* names of columns: no row */
	PLAIN_GARBAGE,
	PLAIN_BAD_PREFIX,
	PLAIN_NOT_A_MACHINE,
	PLAIN_BAD_PORT,
	PLAIN__COUNT
};

/* 0 in *ret_port: none. */
enum plain_line plain_line_read(struct str line, struct prefix *ret_prefix, uint16_t *ret_port);

/* For struct list. */
enum err plain_line_take(struct list *l, struct str line, struct problem *problem);
