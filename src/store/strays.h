/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "store/catalogue.h"

/* Within the room: files in the data folder that the catalogue does not know. Calls fn for each;
 * `size` in bytes. */
typedef enum err stray_fn(void *context, int folder, const char *name, uint64_t size);
MUST_CHECK enum err strays_each(struct store *s, stray_fn *fn, void *context);
