/* SPDX-License-Identifier: Apache-2.0 */
#include "model/holder.h"

#include <assert.h>

enum {
	DYNAMIC_WINDOW = 72 * 3600,
	STATIC_WINDOW = 30 * 24 * 3600
};

static const struct {
	struct str name;
	uint32_t window;
} pools[] = {
	[POOL_UNKNOWN] = {STR_INIT("unknown"), DYNAMIC_WINDOW},
	[POOL_DYNAMIC] = {STR_INIT("dynamic"), DYNAMIC_WINDOW},
	[POOL_STATIC] = {STR_INIT("static"), STATIC_WINDOW},
	[POOL_MOBILE] = {STR_INIT("mobile"), DYNAMIC_WINDOW},
	[POOL_NAT] = {STR_INIT("nat"), DYNAMIC_WINDOW},
};

static_assert(sizeof(pools) / sizeof(pools[0]) == POOL__COUNT, "one line per kind of pool");

struct str pool_name(enum pool pool)
{
	return pools[pool].name;
}

uint32_t pool_window(enum pool pool)
{
	return pools[pool].window;
}

bool pool_parse(struct str name, enum pool *ret_pool)
{
	for (int i = 0; i < POOL__COUNT; i++) {
		if (str_equal(name, pools[i].name)) {
			*ret_pool = (enum pool)i;
			return true;
		}
	}
	return false;
}
