/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "measure/evaluation.h"

static const struct str reasons[] = {
	[REASON_NO_BASE] = STR_INIT("no_base"),
	[REASON_NO_END] = STR_INIT("no_end"),
	[REASON_DEADLINE_AHEAD] = STR_INIT("deadline_ahead"),
	[REASON_WINDOWS_NOT_STATED] = STR_INIT("windows_not_stated"),
	[REASON_WINDOWS_DIFFER] = STR_INIT("windows_differ"),
	[REASON_PANEL_EMPTY] = STR_INIT("panel_empty"),
	[REASON_FEED_DOWN] = STR_INIT("feed_down"),
	[REASON_FEED_CHANGED] = STR_INIT("feed_changed"),
	[REASON_INTERVAL_COVERS_GOAL] = STR_INIT("interval_covers_goal"),
	[REASON_TOO_FEW_WEEKS] = STR_INIT("too_few_weeks"),
	[REASON_TOP_NOT_FROZEN] = STR_INIT("top_not_frozen"),
	[REASON_NO_LEASES] = STR_INIT("no_leases"),
	[REASON_NO_SUBSCRIBERS] = STR_INIT("no_subscribers"),
	[REASON_NO_CONTROLS] = STR_INIT("no_controls"),
	[REASON_NO_REPORTS] = STR_INIT("no_reports"),
	[REASON_NO_SERIES] = STR_INIT("no_series"),
	[REASON_RETAINED] = STR_INIT("retained"),
	[REASON_SIMULATED] = STR_INIT("simulated"),
	[REASON_DAYS_ONLY] = STR_INIT("days_only"),
	[REASON_NO_INTERVAL] = STR_INIT("no_interval"),
	[REASON_PANEL_NOT_STATED] = STR_INIT("panel_not_stated"),
	[REASON_TRENDS_DIFFER] = STR_INIT("trends_differ"),
};
static_assert(sizeof(reasons) / sizeof(reasons[0]) == REASON__COUNT, "a name each");

static const struct str verdicts[] = {
	[VERDICT_MET] = STR_INIT("met"),
	[VERDICT_NOT_MET] = STR_INIT("not_met"),
	[VERDICT_CANNOT_BE_SAID] = STR_INIT("cannot_be_said"),
};
static_assert(sizeof(verdicts) / sizeof(verdicts[0]) == VERDICT__COUNT, "a name each");

static const struct str methods[] = {
	[METHOD_NONE] = STR_INIT("none"),
	[METHOD_DECLINE] = STR_INIT("decline"),
	[METHOD_DIFFERENCES] = STR_INIT("differences"),
};
static_assert(sizeof(methods) / sizeof(methods[0]) == METHOD__COUNT, "a name each");

struct str reason_name(enum reason reason)
{
	return reasons[reason];
}

struct str verdict_name(enum verdict verdict)
{
	return verdicts[verdict];
}

struct str attribution_method_name(enum attribution_method method)
{
	return methods[method];
}

bool reason_forbids(enum reason reason)
{
	switch (reason) {
	case REASON_NO_SUBSCRIBERS:
	case REASON_NO_CONTROLS:
	case REASON_SIMULATED:
	case REASON_DAYS_ONLY:
	case REASON_TRENDS_DIFFER:
	case REASON_TOO_FEW_WEEKS:
		return false;
	case REASON_NO_BASE:
	case REASON_NO_END:
	case REASON_DEADLINE_AHEAD:
	case REASON_WINDOWS_NOT_STATED:
	case REASON_WINDOWS_DIFFER:
	case REASON_PANEL_EMPTY:
	case REASON_FEED_DOWN:
	case REASON_FEED_CHANGED:
	case REASON_INTERVAL_COVERS_GOAL:
	case REASON_TOP_NOT_FROZEN:
	case REASON_NO_LEASES:
	case REASON_NO_REPORTS:
	case REASON_NO_SERIES:
	case REASON_RETAINED:
	case REASON_NO_INTERVAL:
	case REASON_PANEL_NOT_STATED:
	case REASON__COUNT:
		break;
	}
	return true;
}
