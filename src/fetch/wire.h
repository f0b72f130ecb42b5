/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fetch/reports.h"
#include "fetch/transfer.h"

/* What the process that keeps the spool and the one that talks to servers say to one another, a
 * packet each. The latter may have been taken over by an answer: what it says is checked. */
enum {
	FETCH_PACKET = 64 << 10
};

/* Authorities are left out: a descriptor goes along. E_LIMIT. */
MUST_CHECK enum err wire_put_order(struct writer *w, const struct transfer_order *order);

/* Texts are borrowed from the bytes. */
MUST_CHECK enum err wire_take_order(struct bytes bytes, struct transfer_order *ret_order);

enum fetch_tag {
	FETCH_BEGAN,
	FETCH_PROGRESS,
	FETCH_REPORT,
	FETCH_ENDED,
	FETCH_TAG__COUNT
};

struct fetch_message {
	enum fetch_tag tag;
	struct transfer_result result; /* BEGAN, ENDED */
	uint64_t done, total;          /* PROGRESS */
	struct report report;          /* REPORT, borrowed from the bytes */
};

void wire_put_result(struct writer *w, enum fetch_tag tag, const struct transfer_result *result);
void wire_put_progress(struct writer *w, uint64_t done, uint64_t total);
void wire_put_report(struct writer *w, const struct report *report);

/* E_SYNTAX, E_TRUNCATED, E_LIMIT for what an honest process would not say. */
MUST_CHECK enum err wire_take(struct bytes bytes, struct fetch_message *ret_message);
