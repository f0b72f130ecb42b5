/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "program/console.h"
#include "scanner/options.h"
#include "scanner/prepared_engine.h"
#include "scanner/record.h"

/* All there is to say about a scan: what the outputs are made of. */
struct scan_report {
	enum lang lang;
	const struct settings *settings;
	const struct engine_facts_kept *pack;
	struct verified_pack *verified; /* opened when a page of it is asked for */
	const struct zone *zone;        /* local time; NULL: UTC */
	struct str host;
	struct record record;
	struct scan_totals totals;
	struct instant began;
	bool stopped;     /* before the end, by a person or … */
	bool out_of_time; /* … because it may take no longer */
	bool resumable;   /* --resume would go on */
	struct str
		again; /* the command that sees all, for somebody without the rights; else empty */
};

/* The pack's Markdown about a family; empty: none. */
struct str report_page(struct scan_report *r, struct str family);

/* Nothing more is to be said than that all is known: nothing unscanned, not stopped. */
static inline bool report_is_whole(const struct scan_report *r)
{
	return !r->stopped && r->record.unscanned == 0 && r->totals.not_scanned == 0;
}

static inline bool report_is_expired(const struct scan_report *r)
{
	return r->pack->expires.seconds <= r->began.seconds;
}
