/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* winmail.dat: attachments, embedded objects and the message's own text. [MS-OXTNEF]; read here, as
 * libytnef complains on standard output, stops at a wrong sum and copies everything twice. */
enum err tnef_open(struct unpacking *u, const struct container *self, struct bytes content);
