/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/site.h"
#include "store/store.h"

/* Draws and publishes what social networks show beside a link: social-vi.png and social-en.png.
 * Where the machine has no font with all letters of Vietnamese they stay as they are; said on
 * standard error. */
MUST_CHECK enum err publish_pictures(struct store *store, const struct site *site);
