/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/return.h"

/* Within the room: what the files on returns share. */

/* Days as the tables have them: "2020-10-22", "" for year 0. */
struct day_column {
	char text[16];
};
struct day_column day_column(struct date day);
struct str day_column_str(const struct day_column *day);
struct date day_column_read(struct str text);

/* What return_row() reads, from returns r; texts are borrowed until the next row. */
#define RETURN_COLUMNS                                                                             \
	"r.id, r.campaign, r.org, r.state, r.form, r.draft, r.in_work, r.versions, r.opened,"      \
	" r.received, r.received_by, r.first_submitted, r.submitted, r.judged, r.reason"
enum {
	RETURN_COLUMN_COUNT = 15
};
struct return_head return_row(struct sql *q, int first);

/* What deadline_row() reads, with the campaign bound as ?1, the org as the column ORG of the query,
 * its distance from the top as DEPTH: kind, day, first late instant. */
#define DEADLINE_JOIN(org, depth)                                                                  \
	" LEFT JOIN deadline d_own ON d_own.campaign = ?1 AND d_own.level = -1 AND d_own.org "     \
	"= " org " LEFT JOIN deadline d_level ON d_level.campaign = ?1 AND d_level.level "         \
	"= " depth " AND d_level.org = 0"
#define DEADLINE_COLUMNS                                                                           \
	"coalesce(d_own.kind, d_level.kind, 0), coalesce(d_own.day, d_level.day, ''),"             \
	" coalesce(d_own.ends, d_level.ends, 0)"
struct deadline deadline_row(struct sql *q, int first);

/* Answers as they are kept, whatever is wrong with them; what no draft can hold is refused:
 * E_LIMIT, E_SYNTAX (the paper). */
MUST_CHECK enum err return_tidy(const struct return_form *form,
	const struct return_content *content, struct arena *arena,
	const struct answer **ret_answers);

/* Writes a version (0: the draft, whatever stood there) from its content. */
MUST_CHECK enum err return_write(struct office *o, int64_t id, int64_t version,
	const struct return_form *form, const struct return_content *content);
/* The draft, or what was put aside: never one that was submitted. */
MUST_CHECK enum err return_forget(struct office *o, int64_t id, int64_t version);

/* Of a version. */
MUST_CHECK enum err return_load_attachments(struct office *o, int64_t id, int64_t version,
	struct arena *arena, struct return_content *content);
MUST_CHECK enum err return_write_attachments(
	struct office *o, int64_t id, int64_t version, const struct return_content *content);

/* In the history of a return, and in the audit. */
MUST_CHECK enum err return_note(struct office *o, const struct return_head *head,
	const struct actor *actor, struct instant now, const char *what, int64_t version,
	struct str text);
