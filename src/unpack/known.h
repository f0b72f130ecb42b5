/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* Kinds that are recognised by their magic and not opened: the name is what is said. */
enum err known_tell(struct unpacking *u, const struct container *self, struct bytes content);

bool apple_image_fits(struct bytes content);
bool udf_fits(struct bytes content);
bool fixed_disk_fits(struct bytes content);
bool ace_fits(struct bytes content);
bool lzop_fits(struct bytes content);
bool help_file_fits(struct bytes content);
