/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/desk.h"
#include "office/notice.h"
#include "store/store.h"

/* Mails of the desk: where they come from, and what brings them to the folder of mail. */

/* Of the settings of the site; texts lie in the arena. `on`: mail is switched on. */
MUST_CHECK enum err post_house(
	struct store *store, bool on, struct arena *arena, struct notice_house *ret_house);

/* All campaigns of the catalogue, in the arena. */
MUST_CHECK enum err post_campaigns(struct store *store, struct arena *arena,
	const struct notice_campaign **ret_campaigns, size_t *ret_count);

/* What a day brings, and whatever else waits in the outbox, to the folder of mail: each ten minutes
 * (the clerk). Nothing is handed over where `from` is empty (mail = none). ret_handed: mails that
 * went into the folder. */
struct post_day {
	struct office *office; /* open for writing, no transaction begun */
	struct store *store;
	struct mail_spool *spool; /* NULL: none */
	struct str from;
	const struct zone *zone; /* where the desk is */
	struct instant now;
};
MUST_CHECK enum err post_day(
	const struct post_day *day, struct notice_tally *ret_tally, size_t *ret_handed);

/* --- for handlers --- */

/* False: it has been answered. Before a transaction. */
bool desk_house(struct desk_request *r, struct notice_house *ret_house);

/* Whether a one-time link can go out by mail: mail is on and the address of the site is set. */
bool desk_house_links(const struct notice_house *house);

/* Within the transaction that accepts or sends back a return: the mail about it. */
struct campaign;
MUST_CHECK enum err desk_judged(struct desk_request *r, const struct notice_house *house,
	const struct campaign *campaign, int64_t org, int64_t version, bool accepted,
	struct str reason);

void desk_mails(struct desk_request *r); /* mails */
