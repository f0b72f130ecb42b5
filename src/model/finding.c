/* SPDX-License-Identifier: Apache-2.0 */
#include "model/finding.h"

#include <assert.h>

static const struct str outcomes[] = {
	[OUTCOME_CLEAN] = STR_INIT("clean"),
	[OUTCOME_SUSPICIOUS] = STR_INIT("suspicious"),
	[OUTCOME_INFECTED] = STR_INIT("infected"),
	[OUTCOME_NOT_SCANNED] = STR_INIT("not_scanned"),
};
static_assert(sizeof(outcomes) / sizeof(outcomes[0]) == OUTCOME__COUNT, "a name for each");

struct str outcome_name(enum outcome outcome)
{
	return outcomes[outcome];
}

static const struct str kinds[] = {
	[OBJECT_FILE] = STR_INIT("file"),
	[OBJECT_PROCESS] = STR_INIT("process"),
	[OBJECT_PLACE] = STR_INIT("place"),
	[OBJECT_CONNECTION] = STR_INIT("connection"),
};
static_assert(sizeof(kinds) / sizeof(kinds[0]) == OBJECT__COUNT, "a name for each");

struct str object_kind_name(enum object_kind kind)
{
	return kinds[kind];
}

static const struct str reasons[] = {
	[UNSCANNED_DENIED] = STR_INIT("denied"),
	[UNSCANNED_VANISHED] = STR_INIT("vanished"),
	[UNSCANNED_CHANGED] = STR_INIT("changed"),
	[UNSCANNED_IO] = STR_INIT("io"),
	[UNSCANNED_SIZE] = STR_INIT("size"),
	[UNSCANNED_SPECIAL] = STR_INIT("special"),
	[UNSCANNED_ENCRYPTED] = STR_INIT("encrypted"),
	[UNSCANNED_PACKED] = STR_INIT("packed"),
	[UNSCANNED_UNSUPPORTED] = STR_INIT("unsupported"),
	[UNSCANNED_DAMAGED] = STR_INIT("damaged"),
	[UNSCANNED_DEPTH] = STR_INIT("depth"),
	[UNSCANNED_MEMBERS] = STR_INIT("members"),
	[UNSCANNED_EXPANSION] = STR_INIT("expansion"),
	[UNSCANNED_TIME] = STR_INIT("time"),
	[UNSCANNED_MEMORY] = STR_INIT("memory"),
	[UNSCANNED_CRASH] = STR_INIT("crash"),
	[UNSCANNED_ENGINE] = STR_INIT("engine"),
	[UNSCANNED_SECOND] = STR_INIT("second"),
	[UNSCANNED_INTERRUPTED] = STR_INIT("interrupted"),
	[UNSCANNED_PENDING] = STR_INIT("pending"),
};
static_assert(sizeof(reasons) / sizeof(reasons[0]) == UNSCANNED__COUNT, "a name for each");

struct str unscanned_name(enum unscanned reason)
{
	return reasons[reason];
}
