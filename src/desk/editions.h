/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/campaign.h"
#include "store/edition.h"

/* Publishing evaluations: what they stand on is judged by commands, here it is looked at, frozen,
 * replied to, corrected. Operators change, auditors read. */

/* "campaigns/vn-2026/editions/2" and what stands behind it; number 0: the page that makes one. */
struct str editions_path(
	struct desk_request *r, struct str campaign, uint32_t number, const char *more);

/* How far it is: "five days for replies, until …", "public". */
void editions_write_state(struct desk_page *p, const struct edition *edition);

/* The last whole UTC day for replies. */
struct date editions_last_reply(const struct edition *edition);

void desk_editions(struct desk_request *r);         /* campaigns/KEY/editions */
void desk_edition(struct desk_request *r);          /* campaigns/KEY/editions/N */
void desk_edition_document(struct desk_request *r); /* campaigns/KEY/editions/N/document */
void desk_series(struct desk_request *r);           /* series */
