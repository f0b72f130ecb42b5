/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* Small formats that no library reads. */
enum err arj_open(struct unpacking *u, const struct container *self, struct bytes content);
bool arj_fits(struct bytes content);

/* Symbian installers up to release 8. */
enum err sis_open(struct unpacking *u, const struct container *self, struct bytes content);

/* Files attached to notes of OneNote: [MS-ONESTORE] 2.6.13. */
enum err onenote_open(struct unpacking *u, const struct container *self, struct bytes content);

/* Compressed Flash. */
bool flash_fits(struct bytes content);
enum err flash_open(struct unpacking *u, const struct container *self, struct bytes content);
