/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/site_contents.h"

/* For desk_settings. */
extern const struct desk_contents desk_contents;
