/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/feed.h"
#include "feed/machine_results.h"
#include "feed/misp_manifest.h"
#include "format/sheet.h"
#include "model/region.h"
#include "network/network.h"

/* The side that asks a parse process and believes nothing unchecked. The process is started when it
 * is first needed and again after it died: its crash or timeout is an error of that input only. Not
 * for several threads at once. */
struct parse_client;

MUST_CHECK enum err parse_client_start(struct parse_client **ret_client);
void parse_client_stop(struct parse_client *client);

/* Packed bytes read so far and the file's size. context is the sink's. May be NULL. */
typedef void parse_progress_fn(void *context, uint64_t done, uint64_t total);

/* Reads the open file from its current offset. Where problem->code is not PROBLEM_NONE afterwards,
 * the file is refused for that reason: also PROBLEM_CRASHED (E_CRASHED) and PROBLEM_TIMED_OUT
 * (E_TIMEOUT). Other errors are of the sink or of the system. */
MUST_CHECK enum err parse_client_file(struct parse_client *client, int fd,
	const struct feed_options *options, const struct feed_sink *sink,
	parse_progress_fn *progress, struct feed_totals *ret_totals, struct problem *problem);

/* The same for a source of network tables; writes the checked table. */
MUST_CHECK enum err parse_client_network(struct parse_client *client, int fd,
	const struct network_source *source,
	void (*on_problem)(void *context, const struct problem *problem), void *context,
	struct writer *table, struct network_table_info *ret_info, struct problem *problem);

/* The same for a file of scan results: good rows, checked, in the arena. */
MUST_CHECK enum err parse_client_results(struct parse_client *client, int fd, struct date today,
	void (*on_problem)(void *context, const struct problem *problem), void *context,
	struct arena *arena, struct machine_results *ret_results, struct problem *problem);

/* The same for a file of regions: ret_set->list and count, in the arena. */
MUST_CHECK enum err parse_client_regions(struct parse_client *client, int fd, struct arena *arena,
	struct region_set *ret_set, struct problem *problem);

/* The same for manifest.json of a MISP feed: its events, checked, in the arena. *ret_rejected:
 * entries that are none. E_UNKNOWN: it is something else. */
MUST_CHECK enum err parse_client_manifest(struct parse_client *client, int fd, struct arena *arena,
	struct misp_manifest *ret_manifest, uint64_t *ret_rejected, struct problem *problem);

/* The cells of a spreadsheet or CSV file (by its content, perhaps compressed), row by row, checked.
 * sheet: its name; empty: the first one shown; CSV has but one. */
MUST_CHECK enum err parse_client_sheet(struct parse_client *client, int fd, struct str sheet,
	sheet_row_fn *fn, void *context, struct problem *problem);

/* For tests: another role, another patience. */
MUST_CHECK enum err parse_client_start_as(
	const char *role, uint64_t seconds, struct parse_client **ret_client);
