/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/region.h"
#include "network/network.h"
#include "store/store.h"

/* Which regions a country has for counting: those that the operator brought, else of the program's
 * own sets the one that fits the tables best. Everything lies in the arena. */
struct region_choice {
	struct region_set set;
	bool brought;       /* by the operator */
	uint32_t *part;     /* of each network_region(): index in the set; UINT32_MAX: none */
	size_t table_count; /* network_region()s of the country */
	const struct str *strangers; /* words of the tables that no region has */
	size_t stranger_count;
};

/* E_NOTFOUND: no table names regions of the country, or nobody has drawn them. */
MUST_CHECK enum err region_choice_make(struct store *store, uint64_t as_of, struct str country,
	const struct network *network, struct arena *arena, struct region_choice *ret_choice);

/* The program's own sets. E_NOTFOUND past the last. */
MUST_CHECK enum err region_embedded(size_t index, struct arena *arena, struct region_set *ret_set);

/* "VN-63.csv" → "VN-63", country "VN" (empty where it does not begin so). */
struct str region_set_name(struct str file, struct str *ret_country);
