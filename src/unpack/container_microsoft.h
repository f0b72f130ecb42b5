/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* Microsoft's compressed files through libmspack: cabinets, help files, SZDD, KWAJ. */
enum err cabinet_open(struct unpacking *u, const struct container *self, struct bytes content);
enum err help_open(struct unpacking *u, const struct container *self, struct bytes content);
enum err szdd_open(struct unpacking *u, const struct container *self, struct bytes content);
enum err kwaj_open(struct unpacking *u, const struct container *self, struct bytes content);

/* A header that agrees with itself: what tells a cabinet within a program from its four letters. */
bool cabinet_fits(struct bytes content);
