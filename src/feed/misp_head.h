/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

/* Is it an event of MISP, several, or the answer of a search there? `head` may be cut anywhere. */
bool misp_head_recognise(struct str head);
