/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "program/options.h"

/* All options of quetsach. */
const struct option_table *server_options(void);
