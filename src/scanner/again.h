/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "scanner/verified_pack.h"

/* The command line that does the same with all rights, ready for a shell. Where pack and key were
 * found by themselves they are named: an administrator has others. */
void again_write(struct writer *w, const char *const *arguments, const struct verified_pack *pack);
