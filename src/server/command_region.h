/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/command.h"

/* Says which words of the tables of a country no region has: what lies there counts as in no region
 * known. */
MUST_CHECK enum err region_say_strangers(
	struct context *context, struct store *store, struct str country, struct date day);
