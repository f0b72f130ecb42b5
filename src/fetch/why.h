/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"
#include "text/text.h"

/* Why nothing came of it: kept as a name and a value, so that whoever reads it does so in their own
 * language, whatever that of the process was that fetched. */
enum source_why {
	WHY_NONE,
	WHY_SAID, /* words of a version that kept nothing else */
	WHY_WORDS,
	WHY_CONNECT,
	WHY_NAME,
	WHY_SLOW,
	WHY_BROKEN,
	WHY_CERTIFICATE,
	WHY_AUTHORITIES,
	WHY_AUTHORITIES_GONE,
	WHY_STATUS,
	WHY_STATUS_DENIED,
	WHY_STATUS_MISSING,
	WHY_STATUS_OFTEN,
	WHY_STATUS_BROKEN,
	WHY_NOWHERE,
	WHY_ELSEWHERE,
	WHY_REDIRECTS,
	WHY_TOO_LARGE,
	WHY_RANGE,
	WHY_LIST,
	WHY_DENIED,
	WHY_ADDRESS,
	WHY_DISK,
	WHY_MEMORY,
	WHY_ENDED,
	WHY_SECRET_OPEN,
	WHY_SECRET_EMPTY,
	WHY_SECRET_GONE,
	WHY_NO_KEY,
	WHY_FOLDER_GONE,
	WHY_FILE_CLOSED,
	SOURCE_WHY__COUNT
};

/* "status-missing": how it is written down. */
struct str source_why_name(enum source_why why);
bool source_why_parse(struct str name, enum source_why *ret_why);

struct transfer_result;
/* Of a transfer that came to nothing; its words are the value. */
enum source_why source_why_of(const struct transfer_result *result);

/* Words for people; nothing for WHY_NONE. `what` is a stranger's: escape after. */
void source_why_write(struct writer *w, enum lang lang, enum source_why why, struct str what);

/* Why nothing can be read from a file, on one line that item_write() takes: the problem's code and
 * its values. `code` is what problem_code_name() says. */
struct refusal {
	struct str code, field, got;
	uint64_t limit;
};
void refusal_pack(struct writer *w, const struct refusal *refusal);

/* Words for people; a line of an older version is words already. The values are the file's own
 * bytes: escape after. */
void refusal_write(struct writer *w, enum lang lang, struct str reason);
