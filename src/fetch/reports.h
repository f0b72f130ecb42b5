/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/instant.h"
#include "base/problem.h"
#include "base/span.h"

/* The list of reports that Shadowserver's API gives (reports/list): a JSON array of objects.
 * docs/design/fetch.md has the sources. */
struct report {
	struct str id;   /* what it is fetched by: letters, digits, '-', '_', '.' */
	struct str file; /* "2026-11-21-event4_sinkhole-vietnam-geo.csv" */
	struct str type; /* "event4_sinkhole" */
	struct str list; /* "vietnam" */
	bool day_set;
	struct date day;
};

/* Whether it can stand in an address as it is. */
bool report_id_valid(struct str id);

/* Calls fn with each; texts are borrowed until the next. Members that are not known are left out of
 * account; a report without an id that can be used is E_SYNTAX. {"error":TEXT} is E_DENIED with the
 * text as what was got. E_LIMIT: more than LIMIT_FETCH_REPORTS. */
typedef enum err report_fn(void *context, const struct report *report);
MUST_CHECK enum err reports_parse(
	struct str text, report_fn *fn, void *context, struct problem *problem);
