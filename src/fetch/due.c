/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/due.h"

struct instant source_due(
	const struct source *source, const struct source_state *state, int32_t offset)
{
	if (source->paused)
		return (struct instant){INT64_MAX};
	if (state->failures > 0)
		return state->retry;
	if (state->fetched.seconds == 0)
		return (struct instant){0};
	struct instant next = schedule_next(
		&source->schedule, state->fetched, source->schedule.at_set ? offset : 0);
	bool sooner = state->retry.seconds > 0 && state->retry.seconds < next.seconds;
	return sooner ? state->retry : next;
}
