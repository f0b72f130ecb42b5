/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* Mail and mail boxes through GMime: every part, decoded. */
bool mail_fits(struct bytes content);
enum err mail_open(struct unpacking *u, const struct container *self, struct bytes content);

/* Types and tables of GMime; once. */
void mail_warm_up(void);
