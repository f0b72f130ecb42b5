/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "measure/evaluation.h"

/* A campaign by hand for tests of evaluate(): two feeds, twelve weeks from Monday 2020-09-07,
 * baseline 5–18 October, campaign 19 October – 17 November, end window 15–28 November. Every series
 * is flat with a small wave, so that each test says itself what changes. */
enum {
	CAMPAIGN_DAYS = 84,
	CAMPAIGN_SERIES = 40,
	CAMPAIGN_BASE = 28, /* index of the baseline's first day */
	CAMPAIGN_BEGINS = 42,
	CAMPAIGN_END = 69, /* of the end window's */
	CAMPAIGN_WINDOW = 14
};

struct campaign_series {
	uint32_t hours[CAMPAIGN_DAYS * HOURS];
	uint32_t days[CAMPAIGN_DAYS];
};

struct campaign_scene {
	struct campaign_series values[CAMPAIGN_SERIES];
	struct count_series series[CAMPAIGN_SERIES];
	struct counts counts;
	struct plan plan;
	struct evaluation_input input;
	struct evaluation e;
	struct arena arena;
};

/* With feeds "a" and "b", the series COUNT_ALL of 1,000 hourly and one goal: half of all addresses
 * by hourly mean. */
struct campaign_scene *campaign_new(void);
void campaign_free(struct campaign_scene *s);

/* Adds a series that wavers around `level` an hour; days have twice that. Returns its index. */
size_t campaign_add(
	struct campaign_scene *s, enum count_scope scope, const char *key, double level);

/* Multiplies the days [from, to) of a series. */
void campaign_scale(struct campaign_scene *s, size_t series, size_t from, size_t to, double factor);

/* From the campaign's first day to its last step by step, and on at that level. */
void campaign_fall(struct campaign_scene *s, size_t series, double left);

void campaign_evaluate(struct campaign_scene *s);
bool campaign_reason(const struct reasons *r, enum reason reason);
