/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* The text of a message as Outlook keeps it, compressed or not: [MS-OXRTFCP]. A member "body.rtf".
 */
enum err rich_text_open(struct unpacking *u, const struct container *self, struct bytes content);
bool rich_text_fits(struct bytes content);
