/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

enum {
	SHIELD_VOLUMES = 64
};

/* A set: the list of files, and the volumes that hold them, from 1 on; empty where missing. */
struct shield_set {
	struct bytes list;
	struct bytes volumes[SHIELD_VOLUMES];
};

bool shield_is_cabinet(struct bytes content);

/* Whether it says what files there are: its volumes need not. */
bool shield_has_list(struct bytes content);
MUST_CHECK enum err shield_open(struct unpacking *u, const struct shield_set *set);
