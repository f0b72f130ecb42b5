/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/schedule.h"

enum {
	SECONDS_PER_MINUTE = 60,
	LEAST = SECONDS_PER_MINUTE,
	MOST_DAYS = 31,
	FIRST_WAIT = 60,
	LONGEST_WAIT = 6 * SECONDS_PER_HOUR
};

/* "06:30" */
static bool parse_clock(struct str s, int32_t *ret_at)
{
	uint64_t hour, minute;
	if (s.size != 5 || s.data[2] != ':' || !str_to_u64((struct str){s.data, 2}, 23, &hour) ||
		!str_to_u64((struct str){s.data + 3, 2}, 59, &minute))
		return false;
	*ret_at = (int32_t)(hour * SECONDS_PER_HOUR + minute * SECONDS_PER_MINUTE);
	return true;
}

/* "15m" */
static bool parse_every(struct str s, int64_t *ret_every)
{
	uint64_t count;
	if (s.size < 2 || !str_to_u64((struct str){s.data, s.size - 1}, 100000, &count))
		return false;
	int64_t unit = s.data[s.size - 1] == 'm'   ? SECONDS_PER_MINUTE
		       : s.data[s.size - 1] == 'h' ? SECONDS_PER_HOUR
		       : s.data[s.size - 1] == 'd' ? SECONDS_PER_DAY
						   : 0;
	*ret_every = (int64_t)count * unit;
	return *ret_every >= LEAST && *ret_every <= (int64_t)MOST_DAYS * SECONDS_PER_DAY;
}

bool schedule_parse(struct str s, struct schedule *ret_schedule)
{
	struct schedule made = {0};
	struct str rest;
	bool sign = memchr(s.data ? s.data : "", '@', s.size) != NULL;
	struct str every = str_cut(s, sign ? '@' : ' ', &rest);
	bool clock = every.size < s.size;
	if (!sign && str_starts(rest, STR("at ")))
		rest = (struct str){rest.data + 3, rest.size - 3};
	if (!parse_every(every, &made.every))
		return false;
	if (clock && (made.every % SECONDS_PER_DAY != 0 || !parse_clock(rest, &made.at)))
		return false;
	made.at_set = clock;
	*ret_schedule = made;
	return true;
}

void schedule_write(struct writer *w, const struct schedule *s)
{
	bool days = s->every % SECONDS_PER_DAY == 0;
	bool hours = s->every % SECONDS_PER_HOUR == 0;
	int64_t unit = days ? SECONDS_PER_DAY : hours ? SECONDS_PER_HOUR : SECONDS_PER_MINUTE;
	writer_decimal(w, (uint64_t)(s->every / unit));
	writer_char(w, days ? 'd' : hours ? 'h' : 'm');
	if (!s->at_set)
		return;
	writer_text(w, " at ");
	writer_padded(w, (uint64_t)s->at / SECONDS_PER_HOUR, 2);
	writer_char(w, ':');
	writer_padded(w, (uint64_t)s->at % SECONDS_PER_HOUR / SECONDS_PER_MINUTE, 2);
}

struct instant schedule_next(const struct schedule *s, struct instant last, int32_t offset)
{
	if (!s->at_set)
		return (struct instant){last.seconds + s->every};
	int64_t local = last.seconds + offset;
	int64_t midnight = local - ((local % SECONDS_PER_DAY) + SECONDS_PER_DAY) % SECONDS_PER_DAY;
	int64_t first = midnight + s->at;
	if (first <= local)
		first += SECONDS_PER_DAY;
	return (struct instant){first + s->every - SECONDS_PER_DAY - offset};
}

int64_t fetch_patience(uint64_t failures, uint8_t jitter, int64_t asked)
{
	int64_t wait = FIRST_WAIT;
	for (uint64_t i = 1; i < failures && wait < LONGEST_WAIT; i++)
		wait *= 2;
	wait = wait < LONGEST_WAIT ? wait : LONGEST_WAIT;
	asked = asked < SECONDS_PER_DAY ? asked : SECONDS_PER_DAY;
	wait = asked > wait ? asked : wait;
	return wait + wait * jitter / 1024;
}
