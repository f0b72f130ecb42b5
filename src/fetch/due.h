/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fetch/source.h"
#include "fetch/state.h"

/* When a source is due next; now or before: it is. INT64_MAX: never, for it rests. `offset`:
 * seconds east of UTC of its zone when it was last fetched; asked only where the schedule has a
 * time of the clock. */
struct instant source_due(
	const struct source *source, const struct source_state *state, int32_t offset);
