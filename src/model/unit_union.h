/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/unit_set.h"
#include "model/unit_view.h"

/* Many stored sets united where they lie: /16 by /16, each on one board, whatever the order in
 * which they were added. The work grows with what is in them, not with the number of sets times
 * /16s. */
struct unit_union;

struct unit_union *unit_union_new(void); /* NULL without memory */
void unit_union_free(struct unit_union *u);

/* Borrows what the view looks at until the union is asked for. */
MUST_CHECK enum err unit_union_add(struct unit_union *u, const struct unit_view *view);

/* All that was added joins the set; then the union is empty. */
MUST_CHECK enum err unit_union_into(struct unit_union *u, struct unit_set *set);

/* How many IPv4 addresses were added; then the union is empty. */
uint64_t unit_union_count_v4(struct unit_union *u);
