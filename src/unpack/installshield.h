/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* Installers made with InstallShield: files behind the program, plain or under a key made of their
 * names, and cabinets of its own ("ISc("). */

/* What hangs behind a program; *ret_known is false where it is none of these. */
MUST_CHECK enum err installshield_open(struct unpacking *u, struct bytes overlay, bool *ret_known);

/* A cabinet of its own that stands alone. */
enum err installshield_open_cabinet(
	struct unpacking *u, const struct container *self, struct bytes content);
