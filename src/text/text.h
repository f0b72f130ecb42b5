/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/lang.h"
#include "base/problem.h"
#include "base/writer.h"
#include "text/messages.h" /* made at build from po/ by tools/messages.py: enum message */

/* Words for people. Every message stands in po/LANG/ under its name (msgid "CHECK_SEEN_TITLE");
 * placeholders are {names}. Languages have the same names and placeholders: the build checks. */

bool lang_parse(struct str code, enum lang *ret_lang); /* "vi", "en" */
struct str lang_code(enum lang lang);

struct text_arg {
	struct str name;
	struct str value;
};

/* The message as it stands, placeholders and all. */
struct str text(enum lang lang, enum message message);

/* The message with placeholders filled. Values are written as they are: escape after. */
void text_write(struct writer *w, enum lang lang, enum message message, const struct text_arg *args,
	size_t count);

/* For callers that set values off (bold on a page): takes the next words off the front of a message
 * and the name of the placeholder behind them, empty after the last words. False at the end. Start
 * with *rest = text(…). */
bool text_next(struct str *rest, struct str *ret_words, struct str *ret_name);

/* "not an IP address: “300.1.2.3”" without file and line. The values are the input's own bytes:
 * escape after. */
void text_problem(struct writer *w, enum lang lang, const struct problem *problem);

/* What an enum err means, for people. */
struct str text_err(enum lang lang, enum err err);

/* 1.052.479 in Vietnamese, 1,052,479 in English. */
void text_number(struct writer *w, enum lang lang, uint64_t value);

/* With so many decimals (at most 6): −1.052,5 in Vietnamese, −1,052.5 in English. A value that is
 * not known (NAN) is “–”. text_percent(): of 0.478 “47,8 %”, with a space that does not break. */
void text_decimal(struct writer *w, enum lang lang, double value, unsigned decimals);
void text_percent(struct writer *w, enum lang lang, double share, unsigned decimals);

/* dd/mm/yyyy; with time "hh:mm dd/mm/yyyy", in the zone's local time. */
struct zone; /* a parsed TZif file (RFC 8536) */
MUST_CHECK enum err zone_parse(struct bytes tzif, struct zone **ret_zone);
void zone_free(struct zone *z);
int32_t zone_offset(const struct zone *z, struct instant t); /* seconds east of UTC; NULL zone: 0 */
void text_date(struct writer *w, enum lang lang, struct date date);
void text_time(struct writer *w, enum lang lang, const struct zone *zone, struct instant t);
