/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/feeds.h"
#include "measure/health.h"

/* One feed day by day: distinct units, and what stands out. */
struct feeds_days {
	struct feed_life life;
	struct instant from;     /* 00:00:00 UTC of the first day */
	uint32_t v4[FEEDS_DAYS]; /* distinct IPv4 addresses */
	uint32_t v6[FEEDS_DAYS]; /* distinct /64s */
	struct health health;    /* of IPv4 addresses, wherever they are */
};

/* In the arena. */
MUST_CHECK enum err feeds_load_days(
	struct desk_request *r, struct str feed, struct feeds_days *ret);

struct date feeds_day(const struct feeds_days *d, size_t day);
uint64_t feeds_hours(const struct feeds_days *d, size_t day); /* with reports */

/* "không có dữ liệu", "lệch hẳn các ngày quanh đó"; empty: nothing to say. */
struct str feeds_day_words(struct desk_request *r, const struct feeds_days *d, size_t day);

void feeds_write_chart(struct desk_page *p, const struct feeds_days *d);

/* What stands out, in sentences. */
void feeds_write_flags(struct desk_page *p, const struct feeds_days *d);

/* Nothing for three times as long as it usually takes, at least for two days. */
bool feeds_is_silent(const struct feed_info *info, struct instant last, struct instant now);

struct str feeds_tlp(struct desk_request *r, enum tlp tlp);
enum message feeds_kind_message(enum kind kind);
