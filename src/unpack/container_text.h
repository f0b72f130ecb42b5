/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* Texts that hold files: objects and pictures of RTF documents, data: addresses of web pages,
 * BinHex. */
enum err rtf_open(struct unpacking *u, const struct container *self, struct bytes content);

bool page_fits(struct bytes content);
enum err page_open(struct unpacking *u, const struct container *self, struct bytes content);

bool binhex_fits(struct bytes content);
enum err binhex_open(struct unpacking *u, const struct container *self, struct bytes content);
