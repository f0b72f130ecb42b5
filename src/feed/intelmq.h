/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/json_rows.h"

/* What JSON and CSV of IntelMQ share: within room feed only. */

/* The event whose values and text lie in j, its row begun: as json_rows_take_fn. */
MUST_CHECK enum err intelmq_take(struct json_rows *j, struct problem *problem);

/* For json_keys_init(). */
const struct json_key_role *intelmq_roles(size_t *ret_count);
