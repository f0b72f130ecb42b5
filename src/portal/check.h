/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "listing/answer.h"
#include "network/network.h"
#include "portal/page.h"

/* One check: about whom, and what the answer is. */
struct check {
	struct ip ip;
	bool as_another; /* ?as= */
	struct attribution of;
	struct answer answer;
};

void check_decide(struct check *c, const struct publication *publication, struct instant now);

/* What to show of one botnet: its entries put together. */
struct seen_botnet {
	struct str name;
	const struct family *family; /* NULL: not described */
	uint32_t first_minute, last_minute;
	enum precision precision; /* of the last */
	size_t feeds;
};

/* Distinct botnets of the answer, last seen first; how many were filled in. */
size_t check_botnets(const struct check *c, const struct listing *listing,
	struct seen_botnet *botnets, size_t capacity);

/* The main part of the page for each of the three answers. */
void check_write_seen(struct page *p, const struct check *c);
void check_write_not_seen(struct page *p, const struct check *c);
void check_write_cannot_be_said(struct page *p, const struct check *c);
