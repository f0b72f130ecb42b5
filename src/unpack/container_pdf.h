/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* Streams of PDF documents, their filters undone. Found by reading through the file: what the table
 * of objects leaves out is seen too. Object streams are streams. ISO 32000-1. */
bool pdf_fits(struct bytes content);
enum err pdf_open(struct unpacking *u, const struct container *self, struct bytes content);
