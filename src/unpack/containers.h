/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* The kinds of containers, in the order they are tried; each that fits is opened. */
extern const struct container containers[];
extern const size_t container_count;

bool container_fits(const struct container *c, struct bytes content);
