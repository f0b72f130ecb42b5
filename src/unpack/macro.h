/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* The source of a macro in a stream of a VBA project, compressed as [MS-OVBA] 2.4.1 says. */
bool macro_fits(struct bytes content);
enum err macro_open(struct unpacking *u, const struct container *self, struct bytes content);
