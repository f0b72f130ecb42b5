/* SPDX-License-Identifier: Apache-2.0 */
#include "report/evaluation_words.h"

#include <assert.h>

static const enum message verdicts[] = {
	[VERDICT_MET] = MESSAGE_VERDICT_MET,
	[VERDICT_NOT_MET] = MESSAGE_VERDICT_NOT_MET,
	[VERDICT_CANNOT_BE_SAID] = MESSAGE_VERDICT_CANNOT_BE_SAID,
};
static_assert(sizeof(verdicts) / sizeof(verdicts[0]) == VERDICT__COUNT, "words for each");

static const enum message methods[] = {
	[METHOD_NONE] = MESSAGE_METHOD_NONE,
	[METHOD_DECLINE] = MESSAGE_METHOD_DECLINE,
	[METHOD_DIFFERENCES] = MESSAGE_METHOD_DIFFERENCES,
};
static_assert(sizeof(methods) / sizeof(methods[0]) == METHOD__COUNT, "words for each");

static const enum message estimators[] = {
	[ESTIMATOR_DAILY] = MESSAGE_ESTIMATOR_DAILY,
	[ESTIMATOR_HOURLY] = MESSAGE_ESTIMATOR_HOURLY,
	[ESTIMATOR_WINDOW] = MESSAGE_ESTIMATOR_WINDOW,
	[ESTIMATOR_CONCURRENT] = MESSAGE_ESTIMATOR_CONCURRENT,
	[ESTIMATOR_MACHINES] = MESSAGE_ESTIMATOR_MACHINES,
	[ESTIMATOR_STATED] = MESSAGE_ESTIMATOR_STATED,
};
static_assert(sizeof(estimators) / sizeof(estimators[0]) == ESTIMATOR__COUNT, "words for each");

static const enum message reasons[] = {
	[REASON_NO_BASE] = MESSAGE_REASON_NO_BASE,
	[REASON_NO_END] = MESSAGE_REASON_NO_END,
	[REASON_DEADLINE_AHEAD] = MESSAGE_REASON_DEADLINE_AHEAD,
	[REASON_WINDOWS_NOT_STATED] = MESSAGE_REASON_WINDOWS_NOT_STATED,
	[REASON_WINDOWS_DIFFER] = MESSAGE_REASON_WINDOWS_DIFFER,
	[REASON_PANEL_EMPTY] = MESSAGE_REASON_PANEL_EMPTY,
	[REASON_FEED_DOWN] = MESSAGE_REASON_FEED_DOWN,
	[REASON_FEED_CHANGED] = MESSAGE_REASON_FEED_CHANGED,
	[REASON_INTERVAL_COVERS_GOAL] = MESSAGE_REASON_INTERVAL_COVERS_GOAL,
	[REASON_TOO_FEW_WEEKS] = MESSAGE_REASON_TOO_FEW_WEEKS,
	[REASON_TOP_NOT_FROZEN] = MESSAGE_REASON_TOP_NOT_FROZEN,
	[REASON_NO_LEASES] = MESSAGE_REASON_NO_LEASES,
	[REASON_NO_SUBSCRIBERS] = MESSAGE_REASON_NO_SUBSCRIBERS,
	[REASON_NO_CONTROLS] = MESSAGE_REASON_NO_CONTROLS,
	[REASON_NO_REPORTS] = MESSAGE_REASON_NO_REPORTS,
	[REASON_NO_SERIES] = MESSAGE_REASON_NO_SERIES,
	[REASON_RETAINED] = MESSAGE_REASON_RETAINED,
	[REASON_SIMULATED] = MESSAGE_REASON_SIMULATED,
	[REASON_DAYS_ONLY] = MESSAGE_REASON_DAYS_ONLY,
	[REASON_NO_INTERVAL] = MESSAGE_REASON_NO_INTERVAL,
	[REASON_PANEL_NOT_STATED] = MESSAGE_REASON_PANEL_NOT_STATED,
	[REASON_TRENDS_DIFFER] = MESSAGE_REASON_TRENDS_DIFFER,
};
static_assert(sizeof(reasons) / sizeof(reasons[0]) == REASON__COUNT, "words for each");

enum message verdict_message(enum verdict verdict)
{
	return verdicts[verdict];
}

enum message method_message(enum attribution_method method)
{
	return methods[method];
}

enum message estimator_message(enum estimator estimator)
{
	return estimators[estimator];
}

/* What concerns nothing in particular concerns the panel as a whole. */
void reason_write(struct writer *w, enum lang lang, const struct because *because)
{
	struct str about =
		because->about.size ? because->about : text(lang, MESSAGE_REASON_ABOUT_ALL);
	text_write(w, lang, reasons[because->reason],
		(const struct text_arg[]){{STR("about"), about}}, 1);
}
